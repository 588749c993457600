//! Whatever is typed after the program's name: an answer in words, never a panic.

use crate::program::{Folder, assert_refused_in_words, text, words};

/// Hostile, empty, too long, of the wrong kind.
fn odd() -> Vec<String> {
    let words = [
        "",
        " ",
        "-1",
        "--",
        "0",
        "1e999",
        "99999999999999999999",
        "NaN",
        "2026-02-30",
        "150825x",
        "<script>alert(1)</script>",
        "'; DROP TABLE children; --",
        "../../../etc/passwd",
        "娜荷芽",
        "\u{202e}abc",
        "👩‍👧",
        "%00",
        "\\",
        "'",
    ];
    words.into_iter().map(str::to_owned).chain(["x".repeat(100_000)]).collect()
}

#[test]
fn odd_values_of_every_argument_are_refused_in_words() {
    let folder = Folder::new();
    let roster = folder.file("roster.csv", "姓名,学校,出生日期\n安小草,示例学校,2016-03-05\n".as_bytes());
    let taken = folder.file("taken", b"a file, no folder");
    for word in odd() {
        let commands: [Vec<&str>; 27] = [
            vec![&word],
            vec!["demo", "--port", &word, "--data", text(&taken)],
            vec!["demo", "--data", text(&taken)],
            vec!["serve", "--listen", &word],
            vec!["serve", "--listen", "0.0.0.0:0", "--public-origin", &word],
            vec!["serve", "--tls-cert", &word],
            vec!["serve", "--listen", "127.0.0.1:0", "--behind-proxy", &word],
            vec!["serve", "--database-url", &word],
            vec!["import", &word, text(&roster), "--county", "150825"],
            vec!["import", "children", &word, "--county", "150825"],
            vec!["import", "children", text(&roster), "--county", &word],
            vec!["import", "children", text(&roster), "--county", "150825", "--format", &word],
            vec!["import", "children", text(&roster), "--county", "150825", "--data", text(&taken)],
            vec!["match", &word],
            vec!["match", text(&roster), "--time-limit", &word],
            vec!["figures", "--as-of", &word],
            vec!["figures", "--area", &word],
            vec!["county", &word, "--login", "it", "--name", "样例", "--leader-login", "lead", "--leader-name", "样例"],
            vec!["rename", &word, "--name", "样例", "--data", text(&taken)],
            vec!["level", &word, "--login", "above", "--name", "样例"],
            vec!["level", "150825", "--login", "above", "--name", "样例"],
            vec!["doctor", "--database-url", &word],
            vec!["restore", &word],
            vec!["routes", "--format", &word],
            vec!["simulate", "--counties", &word, "--children", "9", "--stays", "9"],
            vec!["simulate", "--counties", "10", "--children", "9", "--stays", "0"],
            vec!["simulate", "--counties", "1", "--children", "9", "--stays", "9", "--data", text(&taken)],
        ];
        for arguments in commands {
            let shown: Vec<String> = arguments.iter().map(|a| a.chars().take(60).collect()).collect();
            assert_refused_in_words(&folder.run(&arguments), &shown.join(" "));
        }
    }
}

#[test]
fn an_address_that_lacks_host_or_port_is_told_how_one_is_written() {
    let folder = Folder::new();
    for (flag, typed) in [("--listen", "8080"), ("--listen", "localhost:8080"), ("--metrics", "127.0.0.1")] {
        let told = words(&folder.run(&["serve", flag, typed]).stderr);
        assert!(told.contains("an IP address and a port, such as 127.0.0.1:8080"), "{flag} {typed}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_text_are_refused_in_words() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let odd = OsStr::from_bytes(b"\xff\xfe\x80");
    for before in [
        &["import", "children"][..],
        &["import"],
        &["figures", "--area"],
        &["match"],
        &["restore"],
        &["routes", "--format"],
        &[],
    ] {
        let output = folder.command().args(before).arg(odd).output().unwrap();
        assert_refused_in_words(&output, &before.join(" "));
    }
}

#[test]
fn odd_files_beside_the_program_are_refused_in_words() {
    let folder = Folder::new();
    let garbage = folder.file("garbage", b"\x00\xff\xfe{]naheya = \"");
    let folder_as_file = folder.path("sub");
    std::fs::create_dir_all(&folder_as_file).unwrap();
    for file in [text(&garbage), text(&folder_as_file), "absent/absent"] {
        for arguments in [
            vec!["migrate", "--config", file],
            vec!["import", "children", file, "--county", "150825"],
            vec!["match", file],
            vec!["restore", file, "--data", "empty"],
        ] {
            assert_refused_in_words(&folder.run(&arguments), &arguments.join(" "));
        }
        let made_in_passing = file == "absent/absent";
        if !made_in_passing {
            for arguments in [
                vec!["migrate", "--key-file", file],
                vec!["backup", "copy", "--key-file", file],
                vec!["figures", "--data", file],
                vec!["doctor", "--data", text(&garbage)],
                vec!["backup", "no/such/folder/copy", "--data", "data"],
            ] {
                assert_refused_in_words(&folder.run(&arguments), &arguments.join(" "));
            }
        }
    }
}

#[test]
fn a_mistyped_place_is_told_and_nothing_is_made_there() {
    let folder = Folder::new();
    for arguments in [
        &["doctor", "--data", "nope"][..],
        &["figures", "--data", "nope"],
        &["backup", "copy", "--data", "nope"],
        &["doctor", "--data", "nope", "--key-file", "no-key"],
        &["restore", "copy", "--data", "nope", "--key-file", "no-key"],
    ] {
        let output = folder.run(arguments);
        assert_refused_in_words(&output, &arguments.join(" "));
        let said = words(&output.stderr);
        assert!(said.contains("There are no records in nope") || said.contains("There is no key file"), "{said}");
    }
    for made in ["nope", "no-key", "copy", "copy.part"] {
        assert!(!folder.path(made).exists(), "{made}");
    }
}

#[test]
fn what_is_no_database_is_told_in_words() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("data")).unwrap();
    folder.file("data/naheya.db", b"this is a letter and no database, however long it may be: it goes on and on");
    let told = |arguments: &[&str]| {
        let output = folder.run(arguments);
        assert_refused_in_words(&output, &arguments.join(" "));
        words(&output.stderr)
    };
    for command in ["doctor", "figures", "migrate"] {
        let said = told(&[command, "--data", "data"]);
        assert!(said.contains("is no database of Naheya"), "{command}: {said}");
        let said = told(&[command, "--database-url", "banana"]);
        assert!(said.contains("is no PostgreSQL address"), "{command}: {said}");
    }
}

#[test]
fn a_server_without_its_certificate_makes_no_key_and_no_records() {
    let folder = Folder::new();
    let output = folder.run(&[
        "serve",
        "--data",
        "data",
        "--key-file",
        "new-key",
        "--tls-cert",
        "absent",
        "--tls-key",
        "absent",
    ]);
    assert_refused_in_words(&output, "serve");
    assert!(words(&output.stderr).contains("certificate"), "{}", words(&output.stderr));
    assert!(!folder.path("data").exists() && !folder.path("new-key").exists());
}

/// A small generator with a seed: the same files every time.
struct Lot(u64);

impl Lot {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(below.max(1)).unwrap()).unwrap()
    }

    fn spoil(&mut self, sound: &[u8]) -> Vec<u8> {
        let mut bytes = sound.to_vec();
        for _ in 0..=self.next(8) {
            let at = self.next(bytes.len());
            match self.next(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, u8::try_from(self.next(256)).unwrap()),
                2 if at < bytes.len() => bytes[at] = u8::try_from(self.next(256)).unwrap(),
                _ => bytes.extend_from_slice(&sound[..at.min(sound.len())]),
            }
        }
        bytes
    }
}

#[test]
fn spoiled_instances_rosters_and_backups_end_in_words() {
    let folder = Folder::new();
    let roster = "姓名,学校,身份证号\n安小草,示例学校,150825201603050010\n白云朵,示例学校,\n".as_bytes();
    let instance = br#"{"format":"naheya-hrt-1","children":2,"volunteers":1,"capacity":[1],
        "child_prefs":[[[0]],[[0]]],"volunteer_prefs":[[[1],[0]]],"fit":[[1,0,4]],"siblings":[{"members":[0,1],"mode":"must"}]}"#;
    let mut lot = Lot(7);
    for n in 0..40 {
        let file = folder.file("roster.csv", &lot.spoil(roster));
        let instance = folder.file("instance.json", &lot.spoil(instance));
        let outputs = [
            folder.run(&["import", "children", text(&file), "--county", "150825", "--dry-run"]),
            folder.run(&["match", text(&instance)]),
            folder.run(&["restore", text(&file), "--data", "back"]),
        ];
        for (output, of) in outputs.iter().zip(["import", "match", "restore"]) {
            if !output.status.success() {
                assert_refused_in_words(output, &format!("{of} {n}"));
            }
        }
    }
}

#[test]
fn whoever_stops_listening_stops_nothing() {
    let folder = Folder::new();
    let rows: String = (1..500).map(|n| format!("样{n},示例学校,2071-01-01\n")).collect();
    let roster =
        folder.file("roster.csv", format!("姓名,学校,出生日期\n安小草,示例学校,2016-03-05\n{rows}").as_bytes());
    let import = ["import", "children", text(&roster), "--county", "150825", "--good-rows"];
    let told = folder.run(&["routes"]);
    assert!(told.stdout.len() > 10_000, "more than a pipe's first page is said");
    for arguments in [&import[..], &["figures"], &["routes"]] {
        let mut command = folder.command();
        let command = command.args(arguments).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut running = command.spawn().unwrap();
        drop(running.stdout.take());
        let ended = running.wait_with_output().unwrap();
        assert!(ended.status.success(), "{arguments:?}: {}", words(&ended.stderr));
    }
    assert!(words(&folder.run(&["figures"]).stdout).contains("volunteers"));
}
