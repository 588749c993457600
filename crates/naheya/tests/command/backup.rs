//! Copies made while people work, and what becomes of them.

use std::process::Command;

use crate::program::{Folder, Served, assert_refused_in_words, request, text, words};

fn demo(folder: &Folder) -> (Served, String) {
    let mut command = folder.command();
    command.args(["demo", "--port", "0", "--data", "data"]);
    let served = Served::start(command);
    let password = served.said.iter().find_map(|l| l.strip_prefix("coordinator\tcoordinator\t")).unwrap();
    let password = password.split('\t').next().unwrap().to_owned();
    (served, password)
}

fn signed_in(address: &str, password: &str) -> String {
    let page = request(address, "GET", "/sign-in", "", None).unwrap();
    let visitor = page.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let form = format!(
        "form_token={}&key={}&login=coordinator&password={password}",
        page.field("form_token"),
        page.field("key")
    );
    let reply = request(address, "POST", "/sign-in", &visitor, Some(&form)).unwrap();
    assert_eq!(reply.status, 303, "{}", reply.body);
    let cookies = reply.head.lines().filter(|l| l.to_ascii_lowercase().starts_with("set-cookie:"));
    let cookies: Vec<&str> = cookies.map(|c| c[11..].split(';').next().unwrap().trim()).collect();
    cookies.join("; ")
}

fn figures(folder: &Folder, place: &[&str]) -> String {
    let output = folder.run(&[&["figures", "--format", "json"], place].concat());
    assert!(output.status.success(), "{}", words(&output.stderr));
    words(&output.stdout)
}

#[test]
fn a_backup_made_while_forms_come_in_is_whole_in_another_place() {
    let folder = Folder::new();
    let (served, password) = demo(&folder);
    let cookie = signed_in(&served.address, &password);
    let token = request(&served.address, "GET", "/children/new", &cookie, None).unwrap().field("form_token");
    let health = || request(&served.address, "GET", "/today", &cookie, None).unwrap().body;
    assert!(health().contains("还没有备份"));
    let mut backup: Command = folder.command();
    let mut backup = backup.args(["backup", "copy.backup", "--data", "data"]).spawn().unwrap();
    let mut sent = 0;
    while backup.try_wait().unwrap().is_none() {
        let form =
            format!("form_token={token}&key=backup-test-key-{sent:04}&name=%E5%AE%89&birth_on=2016-03-05&another=on");
        let reply = request(&served.address, "POST", "/children", &cookie, Some(&form)).unwrap();
        assert_eq!(reply.status, 303, "{}", reply.body);
        sent += 1;
    }
    assert!(sent > 0, "nothing was sent while the copy was made");
    assert!(backup.wait().unwrap().success());
    assert!(health().contains("读回来核对过"), "one made by hand counts like the night's");
    drop(served);

    let restored = folder.run(&["restore", "copy.backup", "--data", "back"]);
    assert!(restored.status.success(), "{}", words(&restored.stderr));
    let told = words(&restored.stdout);
    assert!(told.contains("They are as of ") && told.contains("a child that left since"), "{told}");
    let doctor = folder.run(&["doctor", "--deep", "--data", "back"]);
    assert!(doctor.status.success(), "{}", words(&doctor.stdout));
    assert_eq!(figures(&folder, &["--data", "back"]), figures(&folder, &["--data", "data"]));
    assert_refused_in_words(&folder.run(&["restore", "copy.backup", "--data", "back"]), "a place with records");
    assert_refused_in_words(&folder.run(&["backup", "copy.backup", "--data", "data"]), "a file that is there");
}

#[test]
fn a_wrong_key_and_a_cut_or_altered_copy_are_refused_in_words() {
    let folder = Folder::new();
    let (served, _) = demo(&folder);
    drop(served);
    assert!(folder.run(&["backup", "copy", "--data", "data"]).status.success());
    let copy = std::fs::read(folder.path("copy")).unwrap();
    let other = folder.file("other-key", b"naheya-key-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
    for command in [
        &["restore", "copy", "--data", "wrong"][..],
        &["doctor", "--data", "data"],
        &["backup", "another", "--data", "data"],
        &["figures", "--data", "data"],
        &["serve", "--data", "data", "--listen", "127.0.0.1:0"],
    ] {
        let output = folder.run(&[command, &["--key-file", text(&other)]].concat());
        assert_refused_in_words(&output, &command.join(" "));
        assert!(words(&output.stderr).contains("key"), "{}", words(&output.stderr));
    }
    let mut altered = copy.clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    let spoiled = [
        ("empty", Vec::new()),
        ("a third", copy[..copy.len() / 3].to_vec()),
        ("one byte short", copy[..copy.len() - 1].to_vec()),
        ("one byte longer", [&copy[..], b"x"].concat()),
        ("one bit altered", altered),
    ];
    for (name, bytes) in spoiled {
        let file = folder.file("spoiled", &bytes);
        let output = folder.run(&["restore", text(&file), "--data", "nothing"]);
        assert_refused_in_words(&output, name);
        assert_eq!(output.status.code(), Some(1), "{name}");
    }
    std::fs::create_dir_all(folder.path("held")).unwrap();
    folder.file("held/letter.txt", b"somebody's");
    let held = folder.run(&["restore", "copy", "--data", "held"]);
    assert_refused_in_words(&held, "a folder with something else in it");
    assert!(words(&held.stderr).contains("letter.txt"), "{}", words(&held.stderr));
    assert!(folder.run(&["restore", "copy", "--data", "nothing"]).status.success(), "nothing was left in the place");
}
