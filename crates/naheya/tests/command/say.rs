//! Words that do not arrive: `/dev/full` stands for a disk that takes nothing more.

use std::fs::File;
use std::process::{Output, Stdio};

use crate::program::{Folder, Served, assert_refused_in_words, request, text, words};

fn full() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

/// The command with standard output or standard error on a full disk.
fn run_on_full(folder: &Folder, arguments: &[&str], is_output: bool) -> Output {
    let mut command = folder.command();
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let command = if is_output { command.stdout(full()) } else { command.stderr(full()) };
    command.spawn().unwrap().wait_with_output().unwrap()
}

fn roster(folder: &Folder) -> String {
    let rows = "姓名,学校,出生日期\n安小草,示例学校,2016-03-05\n白云朵,示例学校,明天\n";
    text(&folder.file("roster.csv", rows.as_bytes())).to_owned()
}

#[test]
fn a_result_that_a_full_disk_did_not_take_is_no_success() {
    let folder = Folder::new();
    let roster = roster(&folder);
    let import = ["import", "children", roster.as_str(), "--county", "150825", "--good-rows"];
    for arguments in [&import[..], &["figures", "--format", "json"], &["backup", "copy"], &["routes"], &["migrate"]] {
        let output = run_on_full(&folder, arguments, true);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_refused_in_words(&output, &arguments.join(" "));
        assert!(words(&output.stderr).contains("did not arrive"), "{}", words(&output.stderr));
    }
    assert!(words(&folder.run(&["figures"]).stdout).contains("volunteers"), "the work itself was done");
}

#[test]
fn an_error_that_nobody_can_be_told_ends_with_its_own_status() {
    let folder = Folder::new();
    let roster = roster(&folder);
    let instance = br#"{"format":"naheya-hrt-1","children":0,"volunteers":0,"capacity":[],"child_prefs":[],"volunteer_prefs":[],"more":1}"#;
    let instance = folder.file("instance.json", instance);
    let import = ["import", "children", roster.as_str(), "--county", "150825"];
    for (arguments, status) in [
        (import.to_vec(), 1),
        (vec!["figures", "--data", "nope"], 1),
        (vec!["match", text(&instance)], 0),
        (vec!["doctor"], 0),
        (vec!["banana"], 2),
    ] {
        assert_eq!(run_on_full(&folder, &arguments, false).status.code(), Some(status), "{arguments:?}");
    }
}

#[test]
fn a_log_whose_disk_is_full_ends_nothing() {
    let folder = Folder::new();
    let mut command = folder.command();
    command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]).env("RUST_LOG", "trace");
    let served = Served::start_telling(command, full());
    assert_eq!(request(&served.address, "GET", "/readyz", "", None).unwrap().status, 200);
}

#[test]
fn a_roster_that_cannot_be_read_is_told_by_its_code() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("folder.xlsx")).unwrap();
    for file in ["folder.xlsx", "absent.xlsx"] {
        let output = folder.run(&["import", "children", file, "--county", "150825"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(words(&output.stderr).starts_with("file.unreadable: "), "{}", words(&output.stderr));
    }
}
