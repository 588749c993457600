//! Small local servers that speak as WeCom, DingTalk, an SMS gateway and a mail server do, errors
//! included, and keep what arrived.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use naheya_web::Clock;

/// How a stand-in meets a message.
#[derive(Clone, Debug)]
pub enum Mood {
    /// Takes it.
    Takes,
    /// Refuses it in its own words: status and body of HTTP, a line of SMTP.
    Says(u16, &'static str),
    /// Takes it, and the line is cut before the answer.
    TakesInSilence,
}

/// What arrived, when by the injected clock.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// Milliseconds.
    pub at: i64,
    /// The body, or the mail's text.
    pub text: String,
    /// Path and query of HTTP.
    pub path: String,
}

/// A server.
pub struct StandIn {
    /// Where it listens.
    pub port: u16,
    state: Arc<Mutex<State>>,
}

struct State {
    /// Met in turn, one for each call, over and over.
    moods: Vec<Mood>,
    calls: usize,
    arrived: Vec<Arrived>,
    taken: &'static str,
    clock: Clock,
}

impl StandIn {
    /// One that speaks HTTP and says `taken` when it takes a message.
    pub fn http(clock: Clock, taken: &'static str) -> StandIn {
        StandIn::start(clock, taken, speak_http)
    }

    /// One that speaks SMTP.
    pub fn smtp(clock: Clock) -> StandIn {
        StandIn::start(clock, "250 2.0.0 Ok: queued as 4R", speak_smtp)
    }

    fn start(clock: Clock, taken: &'static str, speak: fn(TcpStream, &Mutex<State>) -> std::io::Result<()>) -> StandIn {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = State { moods: vec![Mood::Takes], calls: 0, arrived: Vec::new(), taken, clock };
        let state = Arc::new(Mutex::new(state));
        let inner = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let inner = Arc::clone(&inner);
                std::thread::spawn(move || speak(stream, &inner));
            }
        });
        StandIn { port, state }
    }

    /// From now on it meets messages so, in turn.
    pub fn is(&self, moods: &[Mood]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.moods, state.calls) = (moods.to_vec(), 0);
    }

    /// What arrived so far.
    pub fn arrived(&self) -> Vec<Arrived> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).arrived.clone()
    }

    /// How often it was called since its moods were set.
    pub fn calls(&self) -> usize {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).calls
    }
}

/// The mood of this call; what is taken is kept.
fn meet(state: &Mutex<State>, path: &str, text: &str) -> (Mood, &'static str) {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let mood = state.moods[state.calls % state.moods.len()].clone();
    state.calls += 1;
    if !matches!(mood, Mood::Says(..)) {
        let at = (state.clock)().0;
        state.arrived.push(Arrived { at, text: text.to_owned(), path: path.to_owned() });
    }
    (mood, state.taken)
}

fn speak_http(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let text = String::from_utf8_lossy(&body).into_owned();
    let (status, said) = match meet(state, &path, &text) {
        (Mood::Takes, taken) => (200, taken),
        (Mood::Says(status, said), _) => (status, said),
        (Mood::TakesInSilence, _) => return Ok(()),
    };
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", said.len());
    stream.write_all(format!("{head}{said}").as_bytes())
}

fn speak_smtp(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut say = |line: &str| stream.write_all(format!("{line}\r\n").as_bytes());
    say("220 stand-in ESMTP")?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => say("250 stand-in")?,
            "DATA" => {
                say("354 go on")?;
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") {
                    if reader.read_line(&mut mail)? == 0 {
                        return Ok(());
                    }
                }
                match meet(state, "", &mail) {
                    (Mood::Takes, taken) => say(taken)?,
                    (Mood::Says(_, said), _) => say(said)?,
                    (Mood::TakesInSilence, _) => return Ok(()),
                }
            }
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
}
