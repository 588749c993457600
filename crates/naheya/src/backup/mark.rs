//! Whose a night's backup is: several installations may keep theirs in one folder, and none takes another's away.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::Date;
use naheya_store::Location;
use sha2::Sha256;

/// Characters of a mark.
const LENGTH: usize = 8;
/// Characters of a day, `YYYY-MM-DD`.
const DAY: usize = 10;
/// Settings of an address that say which database it is.
const OF_PLACE: [&str; 4] = ["host=", "hostaddr=", "port=", "dbname="];

/// The mark of the records in this place under this key: the same for each process of one database.
pub fn of(location: &Location, master: &[u8; 32]) -> String {
    let mark = Hmac::<Sha256>::new_from_slice(master).map_or_else(
        |_| String::new(),
        |mac| HEXLOWER.encode(&mac.chain_update(place(location)).finalize().into_bytes()),
    );
    mark.chars().take(LENGTH).collect()
}

/// The folder however it is named, or the database without user and password.
fn place(location: &Location) -> Vec<u8> {
    match location {
        Location::Folder(folder) => {
            let whole = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
            whole.into_os_string().into_encoded_bytes()
        }
        Location::Postgres(url) => {
            let (address, settings) = url.split_once('?').unwrap_or((url.as_str(), ""));
            let (_, rest) = address.split_once("://").unwrap_or(("", address));
            let (_, server) = rest.rsplit_once('@').unwrap_or(("", rest));
            let named = settings.split('&').filter(|set| OF_PLACE.iter().any(|name| set.starts_with(name)));
            std::iter::once(server).chain(named).collect::<Vec<_>>().join(" ").into_bytes()
        }
    }
}

/// What a night's file is called, without its ending.
pub fn name(day: Date, mark: &str) -> String {
    format!("naheya-{day}-{mark}")
}

/// The day of a night's file of this mark with this ending, or of one from before there were marks. What somebody else has put
/// into the folder has none, be it a neighbour or `naheya backup`.
pub fn day_of(name: &str, mark: &str, ending: &str) -> Option<Date> {
    let rest = name.strip_prefix("naheya-")?.strip_suffix(ending)?;
    let (day, behind) = rest.split_at_checked(DAY)?;
    let is_ours = behind.is_empty() || behind.strip_prefix('-') == Some(mark);
    day.parse().ok().filter(|_| is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn each_place_and_each_key_has_a_mark_of_its_own_and_all_processes_of_one_the_same() {
        let folder = |name: &str| Location::Folder(std::env::temp_dir().join(name));
        let server = |url: &str| Location::Postgres(url.to_owned());
        let whole = of(&server("postgres://naheya:secret@db:5432/naheya?sslmode=require"), &KEY);
        assert_eq!(whole.len(), LENGTH);
        assert_eq!(whole, of(&server("postgres://db:5432/naheya"), &KEY), "whoever asks, and however safely");
        let others = [
            of(&server("postgres://db:5432/other"), &KEY),
            of(&server("postgres://db2:5432/naheya"), &KEY),
            of(&server("postgres://db:5432/naheya?host=db2"), &KEY),
            of(&server("postgres://db:5432/naheya"), &[8; 32]),
            of(&folder("naheya-mark-a"), &KEY),
            of(&folder("naheya-mark-b"), &KEY),
        ];
        let mut all: Vec<&String> = others.iter().chain([&whole]).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), others.len() + 1);
    }

    #[test]
    fn the_day_is_read_of_ones_own_files_and_of_those_without_a_mark_alone() {
        let day: Option<Date> = "2026-11-19".parse().ok();
        assert!(day.is_some());
        for (file, of) in [
            ("naheya-2026-11-19-3f9a1c2b.backup", day),
            ("naheya-2026-11-19.backup", day),
            ("naheya-2026-11-19-00000000.backup", None),
            ("naheya-2026-11-19-before.backup", None),
            ("naheya-2026-11-19-3f9a1c2b.part", None),
            ("naheya-2026-11-1.backup", None),
            ("naheya-20261119.backup", None),
            ("letters.txt", None),
        ] {
            assert_eq!(day_of(file, "3f9a1c2b", ".backup"), of, "{file}");
        }
    }
}
