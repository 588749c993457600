//! Where the records are and which key opens them: the flags that most commands share.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use clap::Args;
use naheya_store::{Error, Location, Store};

use crate::failure::Failure;
use crate::key_file::{KeyFile, default_path};
use crate::settings::Settings;

/// `--data`, `--database-url`, `--key-file`, `--config`.
#[derive(Clone, Debug, Default, Args)]
pub struct PlaceArgs {
    /// Folder of the embedded database. Its variable is read beside the flag: a place that a flag names goes before both
    /// variables.
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "database_url",
        help = "Folder of the embedded database [default: ./naheya-data] [env: NAHEYA_DATA]"
    )]
    pub data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded database.
    #[arg(
        long,
        value_name = "URL",
        help = "PostgreSQL 15 or newer instead of the embedded database [env: NAHEYA_DATABASE_URL]"
    )]
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

    /// Where the records are: as the flags say, else the variables, else the settings file.
    pub fn location(&self, settings: &Settings) -> Result<Location, Failure> {
        let variables = (variable("NAHEYA_DATA"), variable("NAHEYA_DATABASE_URL"));
        let said = [
            (self.data.clone(), self.database_url.clone()),
            (variables.0.map(PathBuf::from), variables.1.map(|url| url.to_string_lossy().into_owned())),
            (settings.data.clone(), settings.database_url.clone()),
        ];
        let strongest = said.into_iter().find(|(data, url)| data.is_some() || url.is_some());
        match strongest.unwrap_or_default() {
            (None, None) => Ok(Location::Folder(PathBuf::from("naheya-data"))),
            (Some(folder), None) => Ok(Location::Folder(folder)),
            (None, Some(url)) if is_address(&url) => Ok(Location::Postgres(url)),
            (None, Some(_)) => Err(Failure::new(
                "The address of the database is no PostgreSQL address.",
                "Write it so: --database-url postgres://USER:PASSWORD@HOST/DATABASE.",
            )),
            (Some(_), Some(_)) => Err(Failure::new(
                "The settings name two places: a folder and a PostgreSQL database.",
                "Take one of them out, or name the place here: --data DIR or --database-url URL.",
            )),
        }
    }

    /// The key, made when there is none yet; never beside the records that it seals, where one loss takes both.
    pub fn key(&self, settings: &Settings) -> Result<KeyFile, Failure> {
        let path = self.key_path(settings).map_or_else(default_path, |path| Ok(path.to_owned()))?;
        if let Location::Folder(folder) = self.location(settings)?
            && !path.exists()
            && lies_in(&path, &folder)
        {
            return Err(Failure::new(
                format!("A key is not made in the folder of the records: {}.", path.display()),
                "Name a file in another folder, which no copy of the records takes along: --key-file FILE.",
            ));
        }
        KeyFile::read_or_make(Some(&path))
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
            && !is_there(fs::metadata(folder.join("naheya.db")), folder)?
        {
            return Err(no_records(&location));
        }
        Ok((location, self.key_kept(settings)?))
    }

    /// As [`PlaceArgs::open`], but only where records are kept already.
    pub async fn open_kept(&self) -> Result<Store, Failure> {
        let (location, key) = self.kept(&self.settings()?)?;
        let store = found(&location, &key).await?;
        key.prepare(&store, &location).await?;
        Ok(store)
    }

    /// Brings the schema of the records up to date, on a server too.
    pub async fn upgrade(&self) -> Result<(), Failure> {
        let settings = self.settings()?;
        let (location, key) = (self.location(&settings)?, self.key(&settings)?);
        let store = Store::open(&location, &key.master).await?;
        key.upgrade(&store, &location).await?;
        Ok(store.close().await?)
    }

    /// Opens the records, with the schema of this program: see [`KeyFile::prepare`].
    pub async fn open(&self) -> Result<Store, Failure> {
        let settings = self.settings()?;
        let (location, key) = (self.location(&settings)?, self.key(&settings)?);
        opened(&location, &key).await
    }
}

async fn opened(location: &Location, key: &KeyFile) -> Result<Store, Failure> {
    let store = Store::open(location, &key.master).await?;
    key.prepare(&store, location).await?;
    Ok(store)
}

/// Records that are there, as they are: an empty database behind a mistyped address has none.
pub async fn found(location: &Location, key: &KeyFile) -> Result<Store, Failure> {
    let store = Store::open(location, &key.master).await?;
    if store.is_made().await? {
        return Ok(store);
    }
    store.close().await?;
    Err(no_records(location))
}

/// Whether a file's name leads into the folder. A way up (`..`) is followed by the system alone, and not judged.
fn lies_in(file: &Path, folder: &Path) -> bool {
    let goes_up = file.components().any(|part| part == Component::ParentDir);
    let (file, folder) = (std::path::absolute(file), std::path::absolute(folder));
    !goes_up && file.is_ok_and(|file| folder.is_ok_and(|folder| file.starts_with(folder)))
}

/// Whether a look at the file of the records found it. A look that another account is not allowed says nothing of what is there.
fn is_there(looked: std::io::Result<fs::Metadata>, folder: &Path) -> Result<bool, Failure> {
    match looked {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            Err(Error::Database(format!("folder {}", folder.display())).into())
        }
        looked => Ok(looked.is_ok_and(|file| file.is_file())),
    }
}

fn no_records(location: &Location) -> Failure {
    match location {
        Location::Folder(folder) => Failure::new(
            format!("There are no records in {}.", folder.display()),
            "Name the folder that holds naheya.db: --data DIR.",
        ),
        Location::Postgres(_) => Failure::new(
            "There are no records of Naheya in this database.",
            "Name the one that holds them: --database-url URL; or make a new place with naheya serve.",
        ),
    }
}

/// A variable that says something.
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn is_address(url: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may end here")]
    use super::*;

    #[test]
    fn records_that_this_account_may_not_look_at_are_not_said_to_be_absent() {
        let folder = Path::new("data");
        let refused = is_there(Err(ErrorKind::PermissionDenied.into()), folder).unwrap_err();
        assert!(refused.to_string().contains("chown"), "{refused}");
        assert!(!is_there(Err(ErrorKind::NotFound.into()), folder).unwrap());
        assert!(!is_there(fs::metadata("."), folder).unwrap(), "a folder of this name is no database");
    }
}
