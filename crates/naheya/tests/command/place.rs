//! Which place a command works in, and what a first start says of its key.

use std::process::Stdio;

use crate::program::{Folder, Served, assert_refused_in_words, text, words};

/// A database that nobody serves.
const NOWHERE: &str = "postgres://nobody:nothing@127.0.0.1:9/none";

#[test]
fn a_place_that_a_flag_names_goes_before_variables_and_these_before_the_settings_file() {
    let folder = Folder::new();
    folder.file("naheya.toml", format!("database_url = \"{NOWHERE}\"\n").as_bytes());
    let flag = folder.command().args(["migrate", "--data", "flagged"]).env("NAHEYA_DATABASE_URL", NOWHERE).output();
    let flag = flag.unwrap();
    assert!(flag.status.success(), "{}", words(&flag.stderr));
    let variable = folder.command().arg("migrate").env("NAHEYA_DATA", "told").output().unwrap();
    assert!(variable.status.success(), "{}", words(&variable.stderr));
    folder.file("naheya.toml", b"data = \"written\"\n");
    let file = folder.command().arg("migrate").env("NAHEYA_DATA", "").output().unwrap();
    assert!(file.status.success(), "an empty variable says nothing: {}", words(&file.stderr));
    for made in ["flagged", "told", "written"] {
        assert!(folder.path(made).join("naheya.db").is_file(), "{made}");
    }
}

#[test]
fn two_places_of_one_strength_are_refused_in_words() {
    let folder = Folder::new();
    let mut command = folder.command();
    let both = command.arg("migrate").env("NAHEYA_DATA", "data").env("NAHEYA_DATABASE_URL", NOWHERE).output().unwrap();
    assert_refused_in_words(&both, "two variables");
    assert!(words(&both.stderr).contains("two places"), "{}", words(&both.stderr));
    let flags = folder.run(&["migrate", "--data", "data", "--database-url", NOWHERE]);
    assert_eq!(flags.status.code(), Some(2));
}

/// What a server says before it is ready.
fn first_words(folder: &Folder) -> String {
    let mut command = folder.command();
    command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    Served::start(command).said.join("\n")
}

#[test]
fn a_first_start_prints_the_recovery_sheet_whoever_made_the_key() {
    let folder = Folder::new();
    let sheet = "A4DQ OBYH A4DQ OBYH";
    assert!(first_words(&folder).contains(sheet), "the key lay there before");
    let folder = Folder::new();
    let roster = folder.file("roster.csv", "姓名,学校,出生日期\n安小草,示例学校,2016-03-05\n".as_bytes());
    let imported = folder.run(&["import", "children", text(&roster), "--county", "150825", "--data", "data"]);
    assert!(imported.status.success(), "{}", words(&imported.stderr));
    assert!(first_words(&folder).contains(sheet), "a roster came in before");
}

#[test]
fn records_without_their_key_are_refused_and_no_other_key_is_made_in_its_place() {
    let folder = Folder::new();
    assert!(folder.run(&["migrate", "--data", "data"]).status.success());
    let before = std::fs::read(folder.path("data").join("naheya.db")).unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", "data", "--key-file"];
    for command in [&serve[..], &["migrate", "--data", "data", "--key-file"]] {
        let refused = folder.command().args(command).arg("lost").output().unwrap();
        assert_refused_in_words(&refused, "a lost key");
        assert!(words(&refused.stderr).contains("There is no key file lost"), "{}", words(&refused.stderr));
        assert!(!folder.path("lost").exists(), "a key of nothing would be taken for the lost one");
    }
    folder.file("other", b"naheya-key-1\nAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQ\n");
    let refused = folder.command().args(serve).arg("other").output().unwrap();
    assert_refused_in_words(&refused, "another key");
    assert!(words(&refused.stderr).contains("does not belong to these records"), "{}", words(&refused.stderr));
    assert_eq!(std::fs::read(folder.path("data").join("naheya.db")).unwrap(), before);
}

#[test]
fn a_port_in_use_ends_a_start_before_anything_is_touched() {
    let folder = Folder::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = taken.local_addr().unwrap().to_string();
    let free = "127.0.0.1:0";
    // A machine may have its address a moment later; a port that somebody has is somebody's to free.
    for (listen, metrics, more, status) in [
        (at.as_str(), free, "--supervised", 1),
        ("192.0.2.1:8080", free, "--supervised", 75),
        ("192.0.2.1:8080", free, "--log-format=text", 1),
        (free, at.as_str(), "--supervised", 1),
        (free, "192.0.2.1:8080", "--supervised", 75),
    ] {
        let mut command = folder.command();
        command.args(["serve", "--data", "data", "--behind-proxy", "127.0.0.1", "--key-file", "fresh"]);
        command.args(["--listen", listen, "--metrics", metrics, more]);
        let refused = command.output().unwrap();
        assert_refused_in_words(&refused, listen);
        assert_eq!(refused.status.code(), Some(status), "{listen} {metrics} {more}");
        assert!(words(&refused.stderr).contains("cannot be listened on"), "{}", words(&refused.stderr));
        assert!(refused.stdout.is_empty(), "{}", words(&refused.stdout));
        assert!(!folder.path("data").exists() && !folder.path("fresh").exists());
    }
}

#[tokio::test]
async fn somebody_above_the_counties_does_not_lock_the_house_before_it_is_set_up() {
    let folder = Folder::new();
    let above = folder.run(&["level", "150800", "--login", "above", "--name", "样例", "--data", "data"]);
    assert!(above.status.success(), "{}", words(&above.stderr));
    let location = naheya_store::Location::Folder(folder.path("data"));
    let store = naheya_store::Store::open(&location, &crate::program::KEY).await.unwrap();
    let now = crate::program::now(&folder);
    assert!(store.set_up_code(now).await.unwrap().is_some());
    assert!(store.set_up_code(now).await.unwrap().is_some(), "a new one at each start");
    store.close().await.unwrap();
}

/// A county whose code was mistyped would stand for ever, and beside the public page.
#[tokio::test]
async fn a_rehearsed_import_opens_no_county() {
    let folder = Folder::new();
    let roster = folder.file("roster.csv", "姓名,学校,出生日期\n安小草,示例学校,2016-03-05\n".as_bytes());
    let import = ["import", "children", text(&roster), "--county", "150122", "--data", "data", "--dry-run"];
    let told = folder.run(&import);
    assert!(words(&told.stdout).contains("1"), "it says what would happen: {}", words(&told.stderr));
    let location = naheya_store::Location::Folder(folder.path("data"));
    let store = naheya_store::Store::open(&location, &crate::program::KEY).await.unwrap();
    assert_eq!(store.counties(crate::program::now(&folder)).await.unwrap(), []);
    store.close().await.unwrap();
}

#[test]
fn another_county_joins_where_one_is_set_up_and_is_told_so_before() {
    let folder = Folder::new();
    let people = ["--login", "it", "--name", "样例", "--leader-login", "lead", "--leader-name", "样例"];
    let early = folder.run(&[&["county", "150824", "--data", "data"][..], &people].concat());
    assert_refused_in_words(&early, "county");
    assert!(words(&early.stderr).contains("set-up link"), "{}", words(&early.stderr));
    let unknown = folder.run(&[&["county", "999999", "--data", "data"][..], &people].concat());
    assert!(words(&unknown.stderr).contains("code list"), "{}", words(&unknown.stderr));
}

#[test]
fn a_folder_is_served_by_one_process_at_a_time() {
    let folder = Folder::new();
    let serve = ["serve", "--data", "data", "--listen", "127.0.0.1:0"];
    let start = || {
        let mut command = folder.command();
        command.args(serve);
        Served::start(command)
    };
    let first = start();
    let refused = folder.run(&serve);
    assert_refused_in_words(&refused, "a second server");
    assert!(words(&refused.stderr).contains("by another process already"), "{}", words(&refused.stderr));
    let keyless = folder.run(&["serve", "--data", "data", "--listen", "127.0.0.1:0", "--key-file", "mistyped"]);
    assert_refused_in_words(&keyless, "a second server with another key's name");
    assert!(words(&keyless.stderr).contains("by another process already"), "{}", words(&keyless.stderr));
    assert!(!folder.path("mistyped").exists(), "a key of nothing would be taken for one of these records");
    for beside in [&["backup", "copy", "--data", "data"][..], &["doctor", "--data", "data"]] {
        assert!(folder.run(beside).status.success(), "{beside:?}");
    }
    drop(first);
    let again = start();
    assert!(!again.address.is_empty(), "a process that was killed holds nothing");
}

#[test]
fn of_commands_that_begin_at_once_in_an_empty_place_the_later_ones_wait_for_its_tables() {
    let folder = Folder::new();
    let roster = folder.file("roster.csv", "姓名,学校,出生日期\n安小草,示例学校,2016-03-05\n".as_bytes());
    let import = || {
        let mut command = folder.command();
        command.args(["import", "children", text(&roster), "--county", "150825", "--data", "data"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let begun = [import(), import(), import()];
    for process in begun {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", words(&output.stderr));
    }
    let sound = folder.run(&["doctor", "--data", "data"]);
    assert!(sound.status.success(), "{}", words(&sound.stdout));
}

#[test]
fn no_key_is_made_where_a_command_happens_to_be_given() {
    let folder = Folder::new();
    let make = |configuration: &str, home: Option<&str>| {
        let mut command = folder.command();
        for name in ["NAHEYA_KEY_FILE", "APPDATA", "HOME"] {
            command.env_remove(name);
        }
        command.env("XDG_CONFIG_HOME", configuration).envs(home.map(|home| ("HOME", home)));
        command.args(["migrate", "--data", "data"]).output().unwrap()
    };
    for nowhere in ["", "beside"] {
        assert_refused_in_words(&make(nowhere, None), nowhere);
        assert!(!folder.path("data").exists() && !folder.path("naheya").exists() && !folder.path("beside").exists());
    }
    let home = folder.path("home");
    let made = make("", Some(text(&home)));
    assert!(made.status.success(), "{}", words(&made.stderr));
    assert!(home.join(".config/naheya/key").is_file(), "where a configuration lies when nobody says otherwise");
}

#[test]
fn no_key_is_made_in_the_folder_of_the_records() {
    let folder = Folder::new();
    for key in ["data/key", "./data/keys/key", text(&folder.path("data/key"))] {
        let refused = folder.run(&["migrate", "--data", "data", "--key-file", key]);
        assert_refused_in_words(&refused, key);
        assert!(words(&refused.stderr).contains("in the folder of the records"), "{}", words(&refused.stderr));
    }
    let mut usual = folder.command();
    usual.args(["migrate", "--data", "data"]).env_remove("NAHEYA_KEY_FILE").env("XDG_CONFIG_HOME", folder.path("data"));
    assert_refused_in_words(&usual.output().unwrap(), "nobody named a key, and its usual place is there");
    assert!(!folder.path("data").exists());
    // One that was made there before opens its records as ever.
    std::fs::create_dir(folder.path("data")).unwrap();
    std::fs::copy(folder.path("key"), folder.path("data/key")).unwrap();
    assert!(folder.run(&["migrate", "--data", "data", "--key-file", "data/key"]).status.success());
    assert!(folder.run(&["migrate", "--data", "other", "--key-file", "data/../new-key"]).status.success());
}

#[test]
fn what_no_browser_says_of_the_site_is_refused_before_anything_is_made() {
    let folder = Folder::new();
    for odd in [
        "naheya.example.cn",
        "https://",
        "https://naheya.example.cn/app",
        "https://naheya.example.cn:443",
        "http://a b",
        "https://娜荷芽.example.cn",
        "ftp://naheya.example.cn",
    ] {
        let serve = ["serve", "--data", "data", "--listen", "127.0.0.1:0", "--public-origin", odd];
        let refused = folder.run(&serve);
        assert_refused_in_words(&refused, odd);
        assert!(words(&refused.stderr).contains("as browsers see it"), "{}", words(&refused.stderr));
    }
    assert!(!folder.path("data").exists());
    for good in ["https://naheya.example.cn", "https://naheya.example.cn:8443/", "http://[::1]:8080", ""] {
        let mut command = folder.command();
        command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0", "--public-origin", good]);
        Served::start(command);
    }
}

#[test]
fn a_settings_file_that_cannot_be_read_is_not_passed_over() {
    let folder = Folder::new();
    // 数据 as a Chinese Windows saves it.
    folder.file("naheya.toml", b"# \xca\xfd\xbe\xdd\ndata = \"kept\"\n");
    let refused = folder.run(&["migrate"]);
    assert_refused_in_words(&refused, "GBK");
    assert!(words(&refused.stderr).contains("UTF-8"), "{}", words(&refused.stderr));
    assert!(!folder.path("naheya-data").exists(), "the usual place is not the one that was meant");
    folder.file("naheya.toml", b"data = \"kept\"\nlisten = \"here\"\n");
    let refused = folder.run(&["migrate"]);
    assert_refused_in_words(&refused, "an address");
    assert!(words(&refused.stderr).contains("naheya.toml is not understood in line 2"), "{}", words(&refused.stderr));
    std::fs::remove_file(folder.path("naheya.toml")).unwrap();
    std::fs::create_dir(folder.path("naheya.toml")).unwrap();
    assert_refused_in_words(&folder.run(&["migrate"]), "a folder");
}

#[test]
fn an_empty_database_holds_no_records_and_whoever_only_reads_makes_none() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("data")).unwrap();
    folder.file("data/naheya.db", b"");
    for arguments in
        [&["doctor", "--data", "data"][..], &["figures", "--data", "data"], &["backup", "copy", "--data", "data"]]
    {
        let output = folder.run(arguments);
        assert_refused_in_words(&output, &arguments.join(" "));
        assert!(words(&output.stderr).contains("There are no records"), "{}", words(&output.stderr));
    }
    assert!(!folder.path("copy").exists());
    assert!(folder.run(&["migrate", "--data", "data"]).status.success());
    assert!(folder.run(&["doctor", "--data", "data"]).status.success());
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_made_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    assert!(folder.run(&["migrate", "--data", "data"]).status.success());
    let mode = std::fs::metadata(folder.path("data")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[test]
fn a_file_that_cannot_be_read_is_told_as_a_document_too() {
    let folder = Folder::new();
    let import = ["import", "children", "absent.xlsx", "--county", "150825", "--format", "json"];
    let output = folder.run(&import);
    assert_refused_in_words(&output, "absent");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["errors"][0]["code"], &told["committed"]), (&"file.unreadable".into(), &false.into()));
}
