//! The file with the master key. It lies outside the data folder and outside backups, by default in
//! the user's configuration folder, readable by its owner alone.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use data_encoding::BASE32_NOPAD;
use naheya_store::{Error, Location, Store};

use crate::clock::now;
use crate::failure::Failure;

const HEAD: &str = "naheya-key-1";

/// A master key and where it lies.
pub struct KeyFile {
    /// 32 bytes.
    pub master: [u8; 32],
    /// Its file.
    pub path: PathBuf,
    /// Whether it was made just now; then a recovery sheet is printed.
    pub fresh: bool,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyFile({})", self.path.display())
    }
}

impl KeyFile {
    /// Reads the key, or makes one when there is none yet.
    pub fn read_or_make(path: Option<&Path>) -> Result<KeyFile, Failure> {
        let path = path.map_or_else(default_path, |p| Ok(p.to_owned()))?;
        match on_file(&path)? {
            Some(master) => Ok(KeyFile { master, path, fresh: false }),
            None => make(path),
        }
    }

    /// Makes a place ready that is opened with this key. One that was made for it just now and does not fit is no key of
    /// anything: its file would only be taken for the lost one.
    pub async fn prepare(&self, store: &Store, location: &Location) -> Result<(), Failure> {
        self.judged(store.prepare(now()).await, location)
    }

    /// As [`KeyFile::prepare`], when somebody asked that the tables of a server be brought up to date too.
    pub async fn upgrade(&self, store: &Store, location: &Location) -> Result<(), Failure> {
        self.judged(store.upgrade(now()).await, location)
    }

    fn judged(&self, made: Result<(), Error>, location: &Location) -> Result<(), Failure> {
        match made {
            Err(Error::WrongKey) if self.fresh => {
                let _ = fs::remove_file(&self.path);
                Err(missing(&self.path))
            }
            other => other.map_err(|error| Failure::of_place(error, location)),
        }
    }

    /// Reads the key with which records were made.
    pub fn read(path: Option<&Path>) -> Result<KeyFile, Failure> {
        let path = path.map_or_else(default_path, |p| Ok(p.to_owned()))?;
        let master = on_file(&path)?.ok_or_else(|| missing(&path))?;
        Ok(KeyFile { master, path, fresh: false })
    }

    /// The four lines that bring the key back when its file is lost.
    pub fn recovery_sheet(&self) -> String {
        let text = BASE32_NOPAD.encode(&self.master);
        let groups: Vec<String> = text.as_bytes().chunks(4).map(|g| String::from_utf8_lossy(g).into_owned()).collect();
        groups.chunks(4).map(|line| line.join(" ")).collect::<Vec<_>>().join("\n")
    }
}

fn missing(path: &Path) -> Failure {
    Failure::new(
        format!("There is no key file {}.", path.display()),
        "Name the file of the key: --key-file FILE, or put it back from the recovery sheet.",
    )
}

/// The key in a file; none when there is no such file.
fn on_file(path: &Path) -> Result<Option<[u8; 32]>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => parse(&text, path).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// Where a key lies that nobody names: in the user's configuration folder.
pub fn default_path() -> Result<PathBuf, Failure> {
    // An empty or relative one is to be passed over (XDG Base Directory Specification): the key would lie wherever the
    // command was given, and be missing at the next start from elsewhere.
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = named("XDG_CONFIG_HOME").or_else(|| named("APPDATA"));
    let folder = folder.or_else(|| named("HOME").map(|home| home.join(".config")));
    folder.map(|f| f.join("naheya").join("key")).ok_or_else(|| {
        Failure::new("There is no configuration folder for the key.", "Name a file for it: --key-file FILE.")
    })
}

/// The file as written, or the recovery sheet typed in again: spaces and line ends do not matter.
fn parse(text: &str, path: &Path) -> Result<[u8; 32], Failure> {
    let body = text.trim().strip_prefix(HEAD).unwrap_or(text);
    let letters: String = body.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let bytes = BASE32_NOPAD.decode(letters.as_bytes()).ok();
    bytes.and_then(|b| <[u8; 32]>::try_from(b).ok()).ok_or_else(|| {
        Failure::new(
            format!("{} is not a key file.", path.display()),
            "Put the key back from the recovery sheet, or name the right file: --key-file FILE.",
        )
    })
}

fn make(path: PathBuf) -> Result<KeyFile, Failure> {
    let master: [u8; 32] = naheya_store::field::random()?;
    let key = KeyFile { master, path, fresh: true };
    let write = || -> std::io::Result<()> {
        if let Some(folder) = key.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&key.path)?;
        let written = writeln!(file, "{HEAD}\n{}", key.recovery_sheet()).and_then(|()| file.sync_all());
        if written.is_err() {
            // Half a key would be taken for one that was spoilt, and a sheet be looked for that nobody has printed.
            let _ = fs::remove_file(&key.path);
        }
        written
    };
    write().map_err(|error| unreadable(&key.path, &error))?;
    Ok(key)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("The key file {} cannot be used: {error}.", path.display()),
        "Check the folder and its rights, or name another file: --key-file FILE.",
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_recovery_sheet_brings_the_same_key_back() {
        let key = KeyFile { master: [0xa5; 32], path: PathBuf::from("key"), fresh: false };
        let typed = key.recovery_sheet().to_lowercase().replace('\n', " \r\n ");
        assert_eq!(parse(&typed, &key.path).unwrap(), key.master);
    }

    #[test]
    fn a_file_with_other_words_is_refused() {
        assert!(parse("hello", Path::new("key")).is_err());
        assert!(parse("", Path::new("key")).is_err());
    }
}
