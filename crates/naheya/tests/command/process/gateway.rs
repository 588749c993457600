//! An outside provider of short messages that counts what arrives.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// Listens as long as the test's process lives.
pub struct Gateway {
    pub port: u16,
    arrived: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Gateway {
    /// `before_answer` is called with each message in hand that is not answered yet.
    pub fn start(before_answer: impl Fn() + Send + Sync + 'static) -> Gateway {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let arrived = Arc::new(Mutex::new(BTreeMap::new()));
        let (kept, before_answer) = (Arc::clone(&arrived), Arc::new(before_answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, before_answer) = (Arc::clone(&kept), Arc::clone(&before_answer));
                std::thread::spawn(move || {
                    // Whoever sent it may be gone before it hears the answer.
                    let _ = take(stream, &kept, before_answer.as_ref());
                });
            }
        });
        Gateway { port, arrived }
    }

    /// How often each number arrived.
    pub fn arrived(&self) -> BTreeMap<String, usize> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn take(mut stream: TcpStream, kept: &Mutex<BTreeMap<String, usize>>, before_answer: &dyn Fn()) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line)? > 0 && line != "\r\n" {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let message: serde_json::Value = serde_json::from_slice(&body)?;
    let number = message["number"].as_str().unwrap().to_owned();
    *kept.lock().unwrap_or_else(PoisonError::into_inner).entry(number.clone()).or_default() += 1;
    before_answer();
    let said = format!("{{\"taken\":true,\"sid\":\"{number}\"}}");
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{said}", said.len())
}
