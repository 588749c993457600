//! The program in a folder of its own, and a client for what it serves.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use naheya_domain::Timestamp;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The text of the key file of every test; the key's bytes are [`KEY`].
const KEY_TEXT: &str = "naheya-key-1\nA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQ\n";
pub const KEY: [u8; 32] = [7; 32];

/// A folder with a key, gone when the test ends.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("naheya-command-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("key"), KEY_TEXT).unwrap();
        Folder(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A file with these bytes.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    /// The program, or the one that `cargo xtask prove` names, working in this folder with this folder's key.
    pub fn command(&self) -> Command {
        let other = std::env::var_os("NAHEYA_PROVE_BINARY");
        let mut command = Command::new(other.unwrap_or_else(|| env!("CARGO_BIN_EXE_naheya").into()));
        command.current_dir(&self.0).env("NAHEYA_KEY_FILE", self.path("key")).stdin(Stdio::null());
        for name in ["NAHEYA_DATA", "NAHEYA_DATABASE_URL", "NAHEYA_LISTEN", "RUST_LOG"] {
            command.env_remove(name);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }
}

/// A number from outside, as `cargo xtask prove` gives it.
pub fn wished(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// The present moment, as the disk tells it: tests read no clock.
pub fn now(folder: &Folder) -> Timestamp {
    let written = std::fs::metadata(folder.file("now", b"")).unwrap().modified().unwrap();
    let since = written.duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_millis()).unwrap())
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A process that serves; killed when dropped.
pub struct Served {
    pub process: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// The lines before it was ready.
    pub said: Vec<String>,
}

impl Served {
    pub fn start(command: Command) -> Served {
        Served::start_telling(command, Stdio::null())
    }

    /// As [`Served::start`], with somewhere for its log.
    pub fn start_telling(mut command: Command, log: Stdio) -> Served {
        let mut process = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let stdout = process.stdout.take().unwrap();
        let mut served = Served { process, address: String::new(), said: Vec::new() };
        for line in BufReader::new(stdout).lines() {
            let line = line.unwrap();
            if let Some(address) = line.strip_prefix("ready http://") {
                address.clone_into(&mut served.address);
                return served;
            }
            served.said.push(line);
        }
        panic!("it ended before it was ready: {:?}", served.said);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What came back: status, the head's lines, the body.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|l| l.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
        Some(line[name.len() + 1..].trim())
    }

    /// The value of the first hidden field of this name.
    pub fn field(&self, name: &str) -> String {
        let at = self.body.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no field {name}"));
        let value = &self.body[at + name.len() + 15..];
        value[..value.find('"').unwrap()].to_owned()
    }
}

/// One request on a connection of its own; an error when the server went away before it answered.
pub fn request(address: &str, method: &str, path: &str, cookie: &str, form: Option<&str>) -> std::io::Result<Reply> {
    let body = form.map(|form| ("application/x-www-form-urlencoded", form));
    ask(address, (method, path), cookie, body, || {})
}

/// As [`request`] with a body of any kind; `sent` is called when the server has it and has not answered yet.
pub fn ask(
    address: &str,
    (method, path): (&str, &str),
    cookie: &str,
    body: Option<(&str, &str)>,
    sent: impl FnOnce(),
) -> std::io::Result<Reply> {
    let mut stream = TcpStream::connect(address)?;
    let (kind, body) = body.map_or((String::new(), ""), |(kind, body)| (format!("Content-Type: {kind}\r\n"), body));
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\
         {kind}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    sent();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = words(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or(std::io::ErrorKind::InvalidData)?;
    Ok(Reply { status, head: head.to_owned(), body: body.to_owned() })
}

/// Two lines on standard error, what and what to do; no word of a fault of ours.
#[track_caller]
pub fn assert_refused_in_words(output: &Output, of: &str) {
    let said = words(&output.stderr);
    assert!(!said.contains("panicked"), "{of}: {said}");
    match output.status.code() {
        Some(1 | 75) => {
            let lines: Vec<&str> = said.lines().collect();
            assert_eq!(lines.len(), 2, "{of}: one line what, one line what to do: {said}");
            assert!(lines.iter().all(|line| line.chars().count() > 10), "{of}: {said}");
        }
        Some(2) => assert!(said.contains("error:") || said.contains("Usage:"), "{of}: {said}"),
        other => panic!("{of}: ended with {other:?}: {said}"),
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
