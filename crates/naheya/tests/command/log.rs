//! What a server says on standard error while it serves.

use std::fs::File;

use crate::kill::prepared;
use crate::program::{Folder, Served, request, text};

/// The log of a server that answered one request.
fn log(arguments: &[&str]) -> String {
    let folder = Folder::new();
    let mut command = folder.command();
    command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]).args(arguments).env("RUST_LOG", "debug");
    let served = Served::start_telling(command, File::create(folder.path("log")).unwrap().into());
    assert_eq!(request(&served.address, "GET", "/healthz", "", None).unwrap().status, 200);
    drop(served);
    std::fs::read_to_string(folder.path("log")).unwrap()
}

#[test]
fn a_log_in_a_file_has_no_colours() {
    let log = log(&[]);
    assert!(log.contains(" INFO "), "{log}");
    assert!(!log.contains('\u{1b}'), "{log}");
}

#[test]
fn the_settings_file_says_how_the_log_is_written_unless_a_flag_does() {
    let folder = Folder::new();
    let settings = folder.file("settings.toml", b"log_format = \"json\"\n");
    let first = |log: String| log.chars().next();
    assert_eq!(first(log(&["--config", text(&settings)])), Some('{'));
    assert_ne!(first(log(&["--config", text(&settings), "--log-format", "text"])), Some('{'));
}

#[test]
fn each_line_of_a_log_for_programs_is_an_object_with_time_level_and_place() {
    let log = log(&["--log-format", "json"]);
    assert!(log.lines().count() > 0);
    for line in log.lines() {
        let said: serde_json::Value = serde_json::from_str(line).unwrap();
        for key in ["timestamp", "level", "target"] {
            assert!(said[key].is_string(), "{key}: {line}");
        }
    }
}

#[tokio::test]
async fn whatever_is_asked_of_the_log_it_holds_no_name_no_phone_and_no_id_of_a_child() {
    let folder = Folder::new();
    let cookie = prepared(&folder).await;
    let mut command = folder.command();
    command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]).env("RUST_LOG", "trace");
    let served = Served::start_telling(command, File::create(folder.path("log")).unwrap().into());
    let get = |path: &str| request(&served.address, "GET", path, &cookie, None).unwrap();
    let token = get("/children/new").field("form_token");
    let name = "%E5%AE%89%E5%B0%8F%E8%8D%89";
    let form = format!("form_token={token}&key=log-test-key-0001&name={name}&birth_on=2016-03-05&phone=13900000001");
    let saved = request(&served.address, "POST", "/children", &cookie, Some(&form)).unwrap();
    let child = saved.header("location").unwrap().to_owned();
    assert!(get(&child).body.contains("安小草"));
    assert_eq!(get(&format!("/children?q={name}")).status, 200);
    drop(served);
    let log = std::fs::read_to_string(folder.path("log")).unwrap();
    assert!(log.contains("naheya_store::question"), "the finest level was asked for: {log}");
    let id = child.rsplit('/').next().unwrap();
    let (bare, token) = (id.replace('-', ""), cookie.rsplit('=').next().unwrap());
    for private in ["安小草", name, "13900000001", "2016-03-05", id, &bare, token] {
        assert!(!log.contains(private), "{private}: {}", log.lines().find(|line| line.contains(private)).unwrap());
    }
}
