//! `naheya backup`, `naheya restore`, and the backup that makes itself every night.

mod mark;

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{BufReader, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use jiff::civil::Date;
use naheya_domain::Timestamp;
use naheya_store::{Error, Location, Store, backup};

use crate::clock::now;
use crate::failure::Failure;
use crate::jobs::turn;
use crate::place::{PlaceArgs, found};
use crate::say::{say, tell};

/// How a backup's name ends while it is being written.
const PART: &str = "part";
/// Nights whose backups are kept in the folder.
const KEPT: usize = 14;
/// Local time of the nightly backup: nobody works, no child is on the road.
const HOUR: i8 = 3;
/// Until this hour a night that failed is tried again: later, one that fills the disk would stop people's work.
const LAST_HOUR: i8 = 6;
/// The pause before it is.
const PAUSE: Duration = Duration::from_secs(3600);
/// When a night without a backup is made up for: the first minutes belong to whoever waited for the start.
const AFTER_START: Duration = Duration::from_secs(600);

/// Arguments of `naheya backup` and `naheya restore`.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The backup file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

/// `naheya backup FILE`, also while the server runs.
pub async fn back_up(args: FileArgs) -> Result<ExitCode, Failure> {
    if args.file.exists() {
        return Err(Failure::new(
            format!("{} is there already.", args.file.display()),
            "Name another file; a backup never replaces one.",
        ));
    }
    let settings = args.place.settings()?;
    let (location, key) = args.place.kept(&settings)?;
    let store = found(&location, &key).await?;
    store.check_key(now()).await?;
    store.check_schema().await.map_err(|error| Failure::of_place(error, &location))?;
    let contents = write(&store, &args.file, &key.master).await?;
    let rows = contents.rows;
    // The disk of the records may be full, and it is for that the copy was made: it is whole all the same.
    let noted = store.backup_done(contents, now()).await;
    store.close().await?;
    say!("{rows} rows are in {}. It was read back to its end.", args.file.display());
    if noted.is_err() {
        tell!("It could not be written down that it was made: the page of the day tells of the one before.");
    }
    Ok(ExitCode::SUCCESS)
}

/// `naheya restore FILE` into an empty place.
pub async fn restore(args: FileArgs) -> Result<ExitCode, Failure> {
    let settings = args.place.settings()?;
    let (location, key) = (args.place.location(&settings)?, args.place.key_kept(&settings)?);
    let file = File::open(&args.file).map_err(|error| unusable(&args.file, &error))?;
    backup::verify(&mut BufReader::new(&file), &key.master).map_err(in_words)?;
    if let Location::Folder(folder) = &location
        && let Some(other) = names(folder).into_iter().find(|name| !is_of_place(name))
    {
        return Err(Failure::new(
            format!("{} holds something else: {other}.", folder.display()),
            "Restore into an empty folder.",
        ));
    }
    let store = Store::open(&location, &key.master).await?;
    let file = File::open(&args.file).map_err(|error| unusable(&args.file, &error))?;
    let contents = store.restore(&mut BufReader::new(file)).await.map_err(in_words)?;
    store.prepare(now()).await?;
    store.tend().await?;
    store.close().await?;
    say!("{} rows are back. Run `naheya doctor --deep` to be sure.", contents.rows);
    let at = contents.at.shanghai().strftime("%Y-%m-%d %H:%M");
    say!(
        "They are as of {at}, Beijing time. What was written since is gone: a child that left since is at school by them."
    );
    say!("Tell leader and coordinator before anybody signs in; what they do then stands in the guide.");
    Ok(ExitCode::SUCCESS)
}

/// Whether a file may lie where records come back to: what an earlier try has left, and what a disk of its own begins with.
fn is_of_place(name: &str) -> bool {
    name.starts_with("naheya.db") || name == "lost+found"
}

/// Writes beside the name first, so that a file with the name is always whole, and reads it back. Half a copy helps nobody
/// and fills the disk, often that of the records: it goes.
async fn write(store: &Store, path: &Path, master: &[u8; 32]) -> Result<backup::Contents, Failure> {
    let part = path.with_extension(PART);
    let written = write_part(store, path, &part, master).await;
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

async fn write_part(store: &Store, path: &Path, part: &Path, master: &[u8; 32]) -> Result<backup::Contents, Failure> {
    let file = File::create(part).map_err(|error| unusable(path, &error))?;
    let mut out = BufWriter::new(file);
    let contents = store.backup(&mut out, now()).await.map_err(|error| match error {
        Error::Full => no_room(path),
        other => other.into(),
    })?;
    let file = out.into_inner().map_err(|error| unusable(path, error.error()))?;
    file.sync_all().map_err(|error| unusable(path, &error))?;
    let written = File::open(part).map_err(|error| unusable(path, &error))?;
    if backup::verify(&mut BufReader::new(written), master).map_err(in_words)?.rows != contents.rows {
        return Err(Failure::new("The backup could not be read back.", "Check the disk, then try again."));
    }
    fs::rename(part, path).map_err(|error| unusable(path, &error))?;
    Ok(contents)
}

fn no_room(path: &Path) -> Failure {
    Failure::new(
        format!("There is no room for the backup {}; nothing of it is left there.", path.display()),
        "Make room on that disk, or name a file on another one.",
    )
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        return no_room(path);
    }
    Failure::new(format!("{} cannot be used: {error}.", path.display()), "Check the name, the rights and the space.")
}

fn in_words(error: Error) -> Failure {
    let Error::Refused(refusal) = &error else { return error.into() };
    match refusal.code {
        "backup.cut" => Failure::new("The backup ends too early: a part is missing.", "Use another copy of it."),
        "backup.unreadable" => Failure::new("The file is no whole backup of Naheya.", "Use another copy of it."),
        "backup.newer" => {
            Failure::new("The backup was made by a newer version.", "Install that version, then restore again.")
        }
        "backup.older" => Failure::new(
            "The backup was made by an older version, and its rows do not fit the tables of this one.",
            "Restore it with that version, then start this one over the same records.",
        ),
        "restore.not_empty" => {
            Failure::new("There are records in this place already.", "Restore into an empty folder or database.")
        }
        _ => error.into(),
    }
}

/// Where the nights' backups lie, and which of them are ours: a neighbour's may lie there too.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
    mark: String,
}

impl Shelf {
    /// That of the records in `location` under the key `master`.
    pub fn of(folder: PathBuf, location: &Location, master: &[u8; 32]) -> Shelf {
        Shelf { folder, mark: mark::of(location, master) }
    }

    /// The days of the night's files here with this ending, and their names; a neighbour's are not among them.
    fn nights(&self, names: Vec<String>, ending: &str) -> Vec<(Date, String)> {
        let day = |name: String| mark::day_of(&name, &self.mark, ending).map(|day| (day, name));
        names.into_iter().filter_map(day).collect()
    }
}

/// Every night at ten past three, Asia/Shanghai, onto `shelf`; the newest fourteen are kept. A server that was off then makes up
/// for it soon after its start.
pub async fn nightly(store: Store, shelf: Shelf, master: [u8; 32]) {
    let last = store.last_backup(now()).await.ok().flatten().map(|kept| kept.at);
    if last.is_some_and(|at| at > now()) {
        tracing::error!("the last backup lies ahead: the clock of this machine is behind, and alarms come late");
    }
    let mut wait = first_wait(last, now());
    loop {
        tokio::time::sleep(wait).await;
        let mut is_made = false;
        turn("backup", async { is_made = tonight(&store, &shelf, &master).await }).await;
        wait = if is_made { until_three(now()) } else { after_failure(now()) };
    }
}

fn first_wait(last: Option<Timestamp>, now: Timestamp) -> Duration {
    let is_behind = last.is_none_or(|at| now >= at.plus_minutes(24 * 60));
    if is_behind { until_three(now).min(AFTER_START) } else { until_three(now) }
}

/// A failure may have passed an hour later: a server that was away, another program that took the room.
fn after_failure(now: Timestamp) -> Duration {
    if (HOUR..LAST_HOUR).contains(&now.shanghai().hour()) { PAUSE } else { until_three(now) }
}

/// Whether the night has its backup, by whichever process.
async fn tonight(store: &Store, shelf: &Shelf, master: &[u8; 32]) -> bool {
    match night(store, shelf, master).await {
        Ok(Some(rows)) => tracing::info!(rows, "nightly backup written"),
        Ok(None) => tracing::info!("another process makes this night's backup in the same folder"),
        Err(failure) => {
            tracing::error!(%failure, "no backup this night");
            return false;
        }
    }
    true
}

/// How many rows there are in the night's backup; none when another process makes it.
async fn night(store: &Store, shelf: &Shelf, master: &[u8; 32]) -> Result<Option<u64>, Failure> {
    let folder = shelf.folder.as_path();
    fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
    let Some(_lock) = alone_with(shelf)? else { return Ok(None) };
    let today = now().date();
    for left in left_over(shelf, names(folder), today) {
        // What a process that was killed left behind.
        let _ = fs::remove_file(folder.join(left));
    }
    let path = folder.join(format!("{}.backup", mark::name(today, &shelf.mark)));
    let contents = write(store, &path, master).await?;
    store.backup_done(contents, now()).await?;
    if let Err(error) = store.tend().await {
        // The backup is there all the same.
        tracing::error!(%error, "the rows were not counted anew");
    }
    for old in surplus(shelf, names(folder)) {
        if let Err(error) = fs::remove_file(folder.join(&old)) {
            tracing::error!(%error, old, "an old backup still fills the disk");
        }
    }
    Ok(Some(contents.rows))
}

/// The shelf's lock, let go with the process however it ends; none while another process of this installation holds it: two that
/// write one file would put half of one under the name of the other. A disk that knows no locks lets everybody in.
fn alone_with(shelf: &Shelf) -> Result<Option<File>, Failure> {
    let path = shelf.folder.join(format!("naheya-night-{}.lock", shelf.mark));
    let lock = File::create(&path).map_err(|error| unusable(&path, &error))?;
    Ok(match lock.try_lock() {
        Err(TryLockError::WouldBlock) => None,
        Ok(()) | Err(TryLockError::Error(_)) => Some(lock),
    })
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().into_string().ok()).collect()
}

/// Our own files that were never finished, but for tonight's: another process may be writing that one.
fn left_over(shelf: &Shelf, names: Vec<String>, tonight: Date) -> Vec<String> {
    let parts = shelf.nights(names, ".part").into_iter();
    parts.filter(|(day, _)| *day != tonight).map(|(_, name)| name).collect()
}

/// Our own files of nights before those that are kept.
fn surplus(shelf: &Shelf, names: Vec<String>) -> Vec<String> {
    let ours = shelf.nights(names, ".backup");
    let days: BTreeSet<Date> = ours.iter().map(|(day, _)| *day).collect();
    let beyond = days.len().saturating_sub(KEPT);
    let Some(oldest) = days.into_iter().nth(beyond) else { return Vec::new() };
    ours.into_iter().filter(|(day, _)| *day < oldest).map(|(_, name)| name).collect()
}

fn until_three(now: Timestamp) -> Duration {
    let here = now.shanghai();
    let today = here.date().at(HOUR, 10, 0, 0);
    let next = if here < today { today } else { here.date().tomorrow().map_or(today, |d| d.at(HOUR, 10, 0, 0)) };
    let millis = Timestamp::from_shanghai(next).0.saturating_sub(now.0).max(60_000);
    Duration::from_millis(u64::try_from(millis).unwrap_or(60_000))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_night_is_the_next_ten_past_three() {
        let at = |h, m| Timestamp::from_shanghai(date(2026, 11, 20).at(h, m, 0, 0));
        assert_eq!(until_three(at(2, 10)).as_secs(), 3600);
        assert_eq!(until_three(at(3, 10)).as_secs(), 24 * 3600);
    }

    #[test]
    fn a_backup_that_failed_is_tried_again_while_it_is_night() {
        let at = |h| Timestamp::from_shanghai(date(2026, 11, 20).at(h, 10, 0, 0));
        assert_eq!(after_failure(at(3)), PAUSE);
        assert_eq!(after_failure(at(5)), PAUSE);
        for hour in [2, 6, 9, 20] {
            assert_eq!(after_failure(at(hour)), until_three(at(hour)), "{hour}");
        }
    }

    #[test]
    fn a_server_that_was_off_at_night_makes_up_for_it_soon_after_its_start() {
        let at = |day, h| Timestamp::from_shanghai(date(2026, 11, day).at(h, 10, 0, 0));
        assert_eq!(first_wait(Some(at(19, 3)), at(20, 8)), AFTER_START);
        assert_eq!(first_wait(None, at(20, 8)), AFTER_START);
        assert_eq!(first_wait(Some(at(20, 3)), at(20, 8)), until_three(at(20, 8)));
        assert_eq!(first_wait(Some(at(18, 3)), at(20, 3).plus_minutes(-5)).as_secs(), 300, "the night is nearer");
    }

    /// A shelf in a folder of its own, which is not made yet.
    fn shelf(name: &str, mark: &str) -> Shelf {
        let folder = std::env::temp_dir().join(format!("naheya-{name}-{}", std::process::id()));
        Shelf { folder, mark: mark.to_owned() }
    }

    #[test]
    fn what_was_never_finished_on_other_nights_goes() {
        let names = [
            "naheya-2026-11-18.part",
            "naheya-2026-11-18-3f9a1c2b.part",
            "naheya-2026-11-18-00000000.part",
            "naheya-2026-11-19-3f9a1c2b.part",
            "naheya-2026-11-18-3f9a1c2b.backup",
            "song.part",
        ];
        let left = left_over(&shelf("parts", "3f9a1c2b"), names.map(str::to_owned).to_vec(), date(2026, 11, 19));
        assert_eq!(left, ["naheya-2026-11-18.part", "naheya-2026-11-18-3f9a1c2b.part"]);
    }

    #[test]
    fn a_copy_that_somebody_is_making_beside_the_nightly_ones_is_left_alone() {
        let names = ["naheya-20261119.part", "naheya-before.part"].map(str::to_owned).to_vec();
        assert!(left_over(&shelf("copies", "3f9a1c2b"), names, date(2026, 11, 19)).is_empty());
    }

    #[test]
    fn of_two_processes_with_one_folder_one_makes_the_nights_backup() {
        let (ours, neighbours) = (shelf("night", "3f9a1c2b"), shelf("night", "00000000"));
        fs::create_dir_all(&ours.folder).unwrap();
        let first = alone_with(&ours).ok().flatten().unwrap();
        assert!(alone_with(&ours).is_ok_and(|lock| lock.is_none()));
        assert!(alone_with(&neighbours).is_ok_and(|lock| lock.is_some()), "theirs are other records");
        drop(first);
        assert!(alone_with(&ours).is_ok_and(|lock| lock.is_some()), "let go with its process");
        fs::remove_dir_all(&ours.folder).unwrap();
    }

    #[test]
    fn only_our_oldest_files_go() {
        let mut names: Vec<String> = (3..=16).map(|d| format!("naheya-2026-11-{d:02}-3f9a1c2b.backup")).collect();
        // From before there were marks, and on a night that has a marked one too.
        names.extend((1..=4).map(|d| format!("naheya-2026-11-{d:02}.backup")));
        names.extend((1..=20).map(|d| format!("naheya-2026-10-{d:02}-00000000.backup")));
        names.extend(["letters.txt", "naheya-20251124.backup", "naheya-before.backup"].map(str::to_owned));
        let gone = surplus(&shelf("old", "3f9a1c2b"), names);
        assert_eq!(gone, ["naheya-2026-11-01.backup", "naheya-2026-11-02.backup"]);
    }

    #[tokio::test]
    async fn two_installations_with_one_folder_and_one_key_each_keep_a_backup_of_their_own() {
        let key = [7; 32];
        let top = shelf("neighbours", "").folder;
        let mut rows = Vec::new();
        for name in ["one", "two"] {
            let location = Location::Folder(top.join(name));
            let store = Store::open(&location, &key).await.unwrap();
            store.prepare(now()).await.unwrap();
            let shelf = Shelf::of(top.join("backups"), &location, &key);
            // A second time in one night takes the place of the first.
            night(&store, &shelf, &key).await.unwrap();
            rows.push(night(&store, &shelf, &key).await.unwrap());
            store.close().await.unwrap();
        }
        assert!(rows.iter().all(Option::is_some));
        let backups = names(&top.join("backups")).into_iter().filter(|name| name.ends_with(".backup"));
        assert_eq!(backups.count(), 2);
        fs::remove_dir_all(&top).unwrap();
    }
}
