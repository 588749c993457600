//! Where the records are and which key opens them: the flags that most commands share.

use std::path::{Path, PathBuf};

use clap::Args;
use naheya_store::{Location, Store};

use crate::failure::Failure;
use crate::key_file::KeyFile;
use crate::settings::Settings;

/// `--data`, `--database-url`, `--key-file`, `--config`.
#[derive(Clone, Debug, Default, Args)]
pub struct PlaceArgs {
    /// Folder of the embedded database [default: ./naheya-data]
    #[arg(long, env = "NAHEYA_DATA", value_name = "DIR", conflicts_with = "database_url")]
    pub data: Option<PathBuf>,
    /// PostgreSQL 15 or newer instead of the embedded database
    #[arg(long, env = "NAHEYA_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// File of the key that seals personal fields [default: in the user's configuration folder]
    #[arg(long, env = "NAHEYA_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Settings file [default: ./naheya.toml when there is one]
    #[arg(long, env = "NAHEYA_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl PlaceArgs {
    /// The settings file.
    pub fn settings(&self) -> Result<Settings, Failure> {
        Settings::read(self.config.as_deref())
    }

    /// Where the records are.
    pub fn location(&self, settings: &Settings) -> Result<Location, Failure> {
        let from_flags = self.database_url.clone().map(Location::Postgres);
        let from_flags = from_flags.or_else(|| self.data.clone().map(Location::Folder));
        let from_file = || settings.database_url.clone().map(Location::Postgres);
        let place = from_flags
            .or_else(from_file)
            .or_else(|| settings.data.clone().map(Location::Folder))
            .unwrap_or_else(|| Location::Folder(PathBuf::from("naheya-data")));
        match &place {
            Location::Postgres(url) if !is_address(url) => Err(Failure::new(
                "The address of the database is no PostgreSQL address.",
                "Write it so: --database-url postgres://USER:PASSWORD@HOST/DATABASE.",
            )),
            _ => Ok(place),
        }
    }

    /// The key, made when there is none yet.
    pub fn key(&self, settings: &Settings) -> Result<KeyFile, Failure> {
        KeyFile::read_or_make(self.key_path(settings))
    }

    fn key_path<'a>(&'a self, settings: &'a Settings) -> Option<&'a Path> {
        self.key_file.as_deref().or(settings.key_file.as_deref())
    }

    /// The key with which records were made.
    pub fn key_kept(&self, settings: &Settings) -> Result<KeyFile, Failure> {
        KeyFile::read(self.key_path(settings))
    }

    /// Where records are kept already, and their key: a mistyped name makes neither.
    pub fn kept(&self, settings: &Settings) -> Result<(Location, KeyFile), Failure> {
        let location = self.location(settings)?;
        if let Location::Folder(folder) = &location
            && !folder.join("naheya.db").is_file()
        {
            return Err(Failure::new(
                format!("There are no records in {}.", folder.display()),
                "Name the folder that holds naheya.db: --data DIR.",
            ));
        }
        Ok((location, self.key_kept(settings)?))
    }

    /// As [`PlaceArgs::open`], but only where records are kept already.
    pub async fn open_kept(&self) -> Result<Store, Failure> {
        let (location, key) = self.kept(&self.settings()?)?;
        opened(&location, &key).await
    }

    /// Opens the records and brings their schema up to date.
    pub async fn open(&self) -> Result<Store, Failure> {
        let settings = self.settings()?;
        let (location, key) = (self.location(&settings)?, self.key(&settings)?);
        opened(&location, &key).await
    }
}

async fn opened(location: &Location, key: &KeyFile) -> Result<Store, Failure> {
    let store = Store::open(location, &key.master).await?;
    store.prepare(crate::clock::now()).await?;
    Ok(store)
}

fn is_address(url: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme))
}
