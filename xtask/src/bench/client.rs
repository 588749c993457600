//! A server under measurement and the clients that ask it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use crate::Failure;
use crate::clock::Stopwatch;

/// Ticks in a second of `/proc/PID/stat`, the same on every Linux.
const TICKS: f64 = 100.0;

/// A program that serves; killed when dropped.
pub struct Server {
    process: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// What it said before it was ready.
    pub said: Vec<String>,
    /// Milliseconds from the start of the process to "ready".
    pub ready: f64,
}

impl Server {
    /// Starts `command` and waits until it is ready.
    pub fn start(command: &mut Command) -> Result<Server, Failure> {
        let watch = Stopwatch::start();
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut process = started.map_err(|error| Failure::new(format!("it does not start: {error}"), ""))?;
        let Some(output) = process.stdout.take() else { return Err(Failure::new("no output", "")) };
        let mut said = Vec::new();
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("ready http://") {
                let (address, ready) = (address.to_owned(), millis(&watch));
                return Ok(Server { process, address, said, ready });
            }
            said.push(line);
        }
        let _ = process.wait();
        Err(Failure::new("the server ended before it was ready", "run the same command by hand"))
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Seconds of processor time so far.
    pub fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap_or_default();
        let after = stat.rsplit(')').next().unwrap_or_default();
        let ticks = after.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok());
        ticks.sum::<f64>() / TICKS
    }

    /// Resident memory in MB.
    pub fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or_default();
        line.split_whitespace().next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1000.0
    }
}

impl Server {
    /// Files, sockets and pipes that it holds open.
    pub fn handles(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.process.id())).map_or(0, Iterator::count)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Milliseconds so far.
pub fn millis(watch: &Stopwatch) -> f64 {
    watch.elapsed().as_secs_f64() * 1000.0
}

/// A request: path, and the form when it is a post.
pub struct Request {
    /// Path with its query.
    pub path: String,
    /// The form, url-encoded.
    pub form: Option<String>,
}

/// What came back.
pub struct Reply {
    /// 200, 303, …
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// The body as sent.
    pub body: Vec<u8>,
}

impl Reply {
    /// The value of a hidden field of the page.
    pub fn field(&self, name: &str) -> String {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        let value = text.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
        value.split('"').next().unwrap_or_default().to_owned()
    }

    fn cookies(&self) -> Vec<String> {
        let lines = self.head.lines().filter(|l| l.to_ascii_lowercase().starts_with("set-cookie:"));
        lines.filter_map(|l| l.get(11..)?.split(';').next()).map(|c| c.trim().to_owned()).collect()
    }
}

/// A browser's connection: kept from one request to the next.
pub struct Line {
    stream: BufReader<TcpStream>,
    address: String,
}

impl Line {
    /// Connects.
    pub fn open(address: &str) -> std::io::Result<Line> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Line { stream: BufReader::with_capacity(64 << 10, stream), address: address.to_owned() })
    }

    /// One request and its whole answer, as a browser asks that takes gzip (or not).
    pub fn ask(&mut self, cookie: &str, request: &Request, packed: bool) -> std::io::Result<Reply> {
        let form = request.form.as_deref().unwrap_or_default();
        let (method, path) = (if request.form.is_some() { "POST" } else { "GET" }, &request.path);
        let gzip = if packed { "Accept-Encoding: gzip\r\n" } else { "" };
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nAccept: text/html\r\n{gzip}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.address,
            form.len()
        );
        self.stream.get_mut().write_all(text.as_bytes())?;
        let head = self.head()?;
        let body = self.body(&head)?;
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Ok(Reply { status, head, body })
    }

    fn head(&mut self) -> std::io::Result<String> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(head)
    }

    /// As long as the head says, or in pieces that say so themselves (RFC 9112, 7.1).
    fn body(&mut self, head: &str) -> std::io::Result<Vec<u8>> {
        let mut body = Vec::new();
        if field(head, "transfer-encoding").is_none() {
            let length = field(head, "content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
            body.resize(length, 0);
            self.stream.read_exact(&mut body)?;
            return Ok(body);
        }
        loop {
            let mut size = String::new();
            self.stream.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim(), 16).map_err(|_| std::io::ErrorKind::InvalidData)?;
            let so_far = body.len();
            body.resize(so_far + size + 2, 0);
            self.stream.read_exact(body.get_mut(so_far..).unwrap_or_default())?;
            body.truncate(so_far + size);
            if size == 0 {
                return Ok(body);
            }
        }
    }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// One request on a connection of its own.
pub fn ask(address: &str, cookie: &str, request: &Request, packed: bool) -> std::io::Result<Reply> {
    Line::open(address)?.ask(cookie, request, packed)
}

/// Signs in; the cookies.
pub fn sign_in(address: &str, login: &str, password: &str) -> Result<String, Failure> {
    let failed = |_| Failure::new("nobody can sign in", "start the demo by hand and try");
    let page = ask(address, "", &Request { path: "/sign-in".into(), form: None }, false).map_err(failed)?;
    let visitor = page.cookies().join("; ");
    let form =
        format!("form_token={}&key={}&login={login}&password={password}", page.field("form_token"), page.field("key"));
    let request = Request { path: "/sign-in".into(), form: Some(form) };
    let reply = ask(address, &visitor, &request, false).map_err(failed)?;
    if reply.status == 303 { Ok(reply.cookies().join("; ")) } else { Err(Failure::new("signing in was refused", "")) }
}

/// Milliseconds of each request of `clients` who each ask `each` times over a connection of their own, sorted; anything but `expected` is a failure.
pub fn load(
    address: &str,
    cookie: &str,
    (clients, each): (usize, usize),
    expected: u16,
    request: &(impl Fn(usize) -> Request + Sync),
) -> Result<Vec<f64>, Failure> {
    let (times, wrong) = (Mutex::new(Vec::new()), Mutex::new(None));
    std::thread::scope(|scope| {
        for client in 0..clients {
            let (times, wrong) = (&times, &wrong);
            scope.spawn(move || {
                let mut own = Vec::with_capacity(each);
                let mut line = Line::open(address);
                for n in 0..each {
                    let request = request(client * each + n);
                    let watch = Stopwatch::start();
                    let reply = line.as_mut().map_err(|e| e.kind().into()).and_then(|l| l.ask(cookie, &request, true));
                    own.push(millis(&watch));
                    let status = reply.map_or(0, |r| r.status);
                    if status != expected
                        && let Ok(mut wrong) = wrong.lock()
                    {
                        *wrong = Some(format!("{} answered {status}", request.path));
                        return;
                    }
                }
                if let Ok(mut times) = times.lock() {
                    times.append(&mut own);
                }
            });
        }
    });
    if let Ok(Some(wrong)) = wrong.into_inner() {
        return Err(Failure::new(wrong, "start the demo by hand and look"));
    }
    let mut times = times.into_inner().unwrap_or_default();
    times.sort_by(f64::total_cmp);
    Ok(times)
}

/// The value below which `percent` of the sorted times lie.
pub fn percentile(times: &[f64], percent: usize) -> f64 {
    let place = (times.len() * percent).div_ceil(100).max(1) - 1;
    times.get(place).copied().unwrap_or(f64::NAN)
}

/// A folder for a bench, gone when dropped.
pub struct Folder(std::path::PathBuf);

impl Folder {
    /// A fresh one.
    pub fn new(name: &str) -> Result<Folder, Failure> {
        let path = std::env::temp_dir().join(format!("naheya-bench-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path)
            .map_err(|error| Failure::new(format!("no folder: {error}"), "free some space"))?;
        Ok(Folder(path))
    }

    /// The program working in this folder, with a key of its own.
    pub fn command(&self, binary: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary);
        command.current_dir(&self.0).env("NAHEYA_KEY_FILE", self.0.join("key")).args(arguments);
        command
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        std::fs::write(self.0.join(name), text).map_err(|error| Failure::new(format!("no file: {error}"), ""))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let times: Vec<f64> = (1..=200).map(f64::from).collect();
        assert!((percentile(&times, 50) - 100.0).abs() < f64::EPSILON);
        assert!((percentile(&times, 99) - 198.0).abs() < f64::EPSILON);
        assert!(percentile(&[], 50).is_nan());
    }
}
