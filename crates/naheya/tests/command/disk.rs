//! The records on a disk that is full, fails or is slow, under the real program: what it says then, and what is there
//! afterwards. The disk is a library loaded before the C library's calls (`disk/bad_disk.rs`), so on Linux alone.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use sqlx::{Connection, SqliteConnection};

use crate::kill::prepared;
use crate::program::{Folder, Reply, Served, assert_refused_in_words, request, words};

const FORM: &str = "name=%E5%AE%89&birth_on=2016-03-05&another=on";

/// The library, built once.
fn library() -> &'static PathBuf {
    static BUILT: OnceLock<(Folder, PathBuf)> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let folder = Folder::new();
        let library = folder.path("libbad_disk.so");
        let source = folder.file("bad_disk.rs", include_bytes!("disk/bad_disk.rs"));
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc
            .args(["--edition", "2021", "--crate-type", "cdylib", "-C", "panic=abort", "-o"])
            .arg(&library)
            .arg(source);
        let output = rustc.output().unwrap();
        assert!(output.status.success(), "{}", words(&output.stderr));
        (folder, library)
    });
    &built.1
}

/// A server whose disk does as it is told.
struct Site {
    folder: Folder,
    cookie: String,
    served: Served,
    token: String,
}

impl Site {
    async fn begin() -> Site {
        let folder = Folder::new();
        let cookie = prepared(&folder).await;
        folder.file("disk", b"well");
        let served = serve(&folder);
        let token = request(&served.address, "GET", "/children/new", &cookie, None).unwrap().field("form_token");
        Site { folder, cookie, served, token }
    }

    fn disk_is(&self, how: &str) {
        self.folder.file("disk", how.as_bytes());
    }

    fn save(&self, number: usize) -> std::io::Result<Reply> {
        let form = format!("form_token={}&key=disk-test-key-{number:04}&{FORM}", self.token);
        request(&self.served.address, "POST", "/children", &self.cookie, Some(&form))
    }

    fn read(&self, path: &str) -> Reply {
        request(&self.served.address, "GET", path, &self.cookie, None).unwrap()
    }

    fn log(&self) -> String {
        words(&std::fs::read(self.folder.path("log")).unwrap())
    }

    /// Ends it; nothing is wrong in the records.
    fn sound(self) {
        drop(self.served);
        let doctor = self.folder.run(&["doctor", "--deep", "--data", "data"]);
        assert!(doctor.status.success(), "{}", words(&doctor.stdout));
    }
}

fn serve(folder: &Folder) -> Served {
    let mut command = folder.command();
    command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    command.env("LD_PRELOAD", library()).env("NAHEYA_DISK", folder.path("disk"));
    let log = File::options().create(true).append(true).open(folder.path("log")).unwrap();
    Served::start_telling(command, log.into())
}

#[tokio::test]
async fn a_full_disk_refuses_in_words_and_lets_read_and_goes_on_when_there_is_room() {
    let mut site = Site::begin().await;
    let before = site.save(0).unwrap();
    assert_eq!(before.status, 303, "{}", before.body);
    site.disk_is("full");
    for number in 1..4 {
        let refused = site.save(number).unwrap();
        assert_eq!(refused.status, 507, "{} {}", refused.head, refused.body);
        assert!(refused.body.contains("硬盘满了"), "{}", refused.body);
        let number = refused.header("x-request-id").unwrap();
        assert!(refused.body.contains(number), "{}", refused.body);
        assert!(site.log().contains(number), "the number on the page leads to the log");
    }
    for path in ["/today", "/children", "/stays"] {
        let read = site.read(path);
        assert_eq!(read.status, 200, "{path}: {}", read.body);
    }
    assert!(site.read("/today").body.contains("服务器的硬盘满了"), "who works in the office hears of it");
    let unseen = site.read(before.header("location").unwrap());
    assert_eq!(unseen.status, 507, "a look at a file that cannot be kept is none: {}", unseen.body);
    assert!(site.log().contains("the disk is full"));
    let token = format!("form_token={}", site.token);
    let out = request(&site.served.address, "POST", "/sign-out", &site.cookie, Some(&token)).unwrap();
    assert_eq!(out.status, 303, "a shared machine forgets who was there: {}", out.body);
    assert!(out.head.contains("Max-Age=0"), "{}", out.head);
    let ready = site.read("/readyz");
    assert!(ready.status == 503 && ready.body.contains("disk"), "nobody can sign in: {}", ready.body);
    assert_eq!(site.read("/healthz").status, 200);
    site.disk_is("well");
    let after: BTreeSet<String> =
        (0..4).map(|number| site.save(number).unwrap().header("location").unwrap().to_owned()).collect();
    assert_eq!(after.len(), 4);
    assert_eq!(site.read("/readyz").status, 200, "as soon as something was saved");
    assert!(!site.read("/today").body.contains("服务器的硬盘满了"));
    assert!(after.contains(before.header("location").unwrap()), "what was saved before is answered as before");
    assert!(site.served.process.try_wait().unwrap().is_none(), "it never ended");
    let list = site.read("/children").body;
    assert_eq!(after.iter().filter(|child| list.contains(child.as_str())).count(), 4);
    site.sound();
}

#[tokio::test]
async fn a_backup_onto_a_full_disk_is_told_in_words_and_leaves_no_half_of_itself() {
    let folder = Folder::new();
    prepared(&folder).await;
    folder.file("disk", b"copies have no room");
    let mut command = folder.command();
    command.args(["backup", "copy.backup", "--data", "data"]);
    let refused = command.env("LD_PRELOAD", library()).env("NAHEYA_DISK", folder.path("disk")).output().unwrap();
    assert_refused_in_words(&refused, "a full disk");
    assert!(words(&refused.stderr).contains("no room for the backup"), "{}", words(&refused.stderr));
    let mut left = std::fs::read_dir(&folder.0).unwrap().flatten();
    assert!(!left.any(|file| file.file_name().to_string_lossy().contains("copy")), "half a copy fills the disk");
}

#[test]
fn a_key_for_which_there_is_no_room_leaves_no_half_of_itself() {
    let folder = Folder::new();
    folder.file("disk", b"copies have no room");
    let mut command = folder.command();
    command.args(["migrate", "--data", "data", "--key-file", "key.part"]);
    let refused = command.env("LD_PRELOAD", library()).env("NAHEYA_DISK", folder.path("disk")).output().unwrap();
    assert_refused_in_words(&refused, "no room for the key");
    assert!(!folder.path("key.part").exists(), "half a key is taken for one that was spoilt");
}

#[tokio::test]
async fn an_upgrade_without_room_for_its_copy_changes_nothing() {
    let folder = Folder::new();
    prepared(&folder).await;
    let url = format!("sqlite://{}", folder.path("data").join("naheya.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let older = "DROP INDEX ix_notices_ref_id; DROP INDEX ix_alarms_closed_at_kind_raised_at; \
                 CREATE INDEX ix_alarms_closed_at_raised_at ON alarms (area_id, closed_at, raised_at); \
                 DELETE FROM seaql_migrations WHERE version = 'm0038_word'";
    sqlx::raw_sql(older).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    folder.file("disk", b"copies have no room");
    let migrate = || {
        let mut command = folder.command();
        command.args(["migrate", "--data", "data"]);
        command.env("LD_PRELOAD", library()).env("NAHEYA_DISK", folder.path("disk")).output().unwrap()
    };
    let copies = || {
        let files = std::fs::read_dir(folder.path("data")).unwrap().flatten();
        files.filter(|file| file.file_name().to_string_lossy().contains("before")).count()
    };
    let refused = migrate();
    assert_refused_in_words(&refused, "no room for the copy");
    assert!(words(&refused.stderr).contains("nothing was changed"), "{}", words(&refused.stderr));
    assert_eq!(copies(), 0);
    folder.file("disk", b"well");
    let migrated = migrate();
    assert!(migrated.status.success(), "{}", words(&migrated.stderr));
    assert_eq!(copies(), 1);
    let doctor = folder.run(&["doctor", "--deep", "--data", "data"]);
    assert!(doctor.status.success(), "{}", words(&doctor.stdout));
}

#[tokio::test]
async fn after_a_failed_sync_it_ends_in_words_and_the_next_start_has_what_was_answered() {
    let mut site = Site::begin().await;
    let saved = site.save(0).unwrap().header("location").unwrap().to_owned();
    site.disk_is("sync fails");
    assert!(site.save(1).is_err(), "nobody hears that it was saved");
    let ended = site.served.process.wait().unwrap();
    assert_eq!(ended.code(), Some(70), "{}", site.log());
    assert!(site.log().contains("commit failed; ending the process"), "{}", site.log());
    site.disk_is("well");
    site.served = serve(&site.folder);
    assert_eq!(site.save(0).unwrap().header("location"), Some(saved.as_str()));
    let late = site.save(1).unwrap().header("location").unwrap().to_owned();
    assert_ne!(late, saved);
    let list = site.read("/children").body;
    assert_eq!(list.matches("href=\"/children/0").count(), 2, "each once: {list}");
    site.sound();
}

#[tokio::test]
async fn on_a_slow_disk_many_saves_share_a_sync() {
    const SAVES: usize = 60;
    let site = Site::begin().await;
    site.disk_is("laggard");
    let answers: BTreeSet<String> = std::thread::scope(|scope| {
        let site = &site;
        let saves: Vec<_> = (0..SAVES).map(|number| scope.spawn(move || site.save(number).unwrap())).collect();
        saves.into_iter().map(|saved| saved.join().unwrap().header("location").unwrap().to_owned()).collect()
    });
    assert_eq!(answers.len(), SAVES, "each was answered with a record of its own");
    let syncs = std::fs::read(site.folder.path("disk.syncs")).unwrap().len();
    assert!(syncs < SAVES, "{SAVES} saves took {syncs} syncs");
    site.sound();
}
