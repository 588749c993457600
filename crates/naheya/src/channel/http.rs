//! One request and its answer. Only `https`, or `http` to this machine; no redirects, no proxy, ten
//! seconds in all, 64 kB of answer. What went wrong before anything was sent is told apart from an
//! answer that did not come.

use std::io::ErrorKind;
use std::time::Duration;

use naheya_domain::notice::{Verdict, web_address};
use naheya_store::notice::Answered;

use super::{answered, misset};

/// Less than the lease of a message in hand.
const PATIENCE: Duration = Duration::from_secs(10);
const TO_CONNECT: Duration = Duration::from_secs(5);
const LONGEST_ANSWER: u64 = 64 * 1024;
/// How long a server is left alone that says it hears too much, in milliseconds.
pub const REST: i64 = 60_000;

/// The client.
#[derive(Clone)]
pub struct Http(ureq::Agent);

/// A request.
pub struct Request<'a> {
    /// The address.
    pub url: &'a str,
    /// The body of a POST; a GET without.
    pub body: Option<String>,
    /// Its kind.
    pub content_type: &'a str,
    /// Further headers.
    pub headers: Vec<(&'a str, &'a str)>,
}

impl Http {
    /// A client that keeps no connection open: one that went stale would look like an answer lost.
    pub fn new() -> Http {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .timeout_connect(Some(TO_CONNECT))
            .max_redirects(0)
            .http_status_as_error(false)
            .max_idle_connections(0)
            .proxy(None)
            .user_agent("Naheya")
            .build();
        Http(config.into())
    }

    /// The answer's text, when its status is 2xx.
    ///
    /// # Errors
    /// What follows from any other answer, and from none.
    pub fn send(&self, request: Request<'_>) -> Result<String, Answered> {
        web_address(request.url).map_err(misset)?;
        let sent = match request.body {
            Some(body) => {
                let mut call = self.0.post(request.url).header("content-type", request.content_type);
                for (name, value) in request.headers {
                    call = call.header(name, value);
                }
                call.send(body)
            }
            None => {
                let mut call = self.0.get(request.url);
                for (name, value) in request.headers {
                    call = call.header(name, value);
                }
                call.call()
            }
        };
        let mut reply = sent.map_err(|error| unsent(&error))?;
        let status = reply.status().as_u16();
        match status {
            200..=299 => {}
            429 => return Err(answered(Verdict::Wait(REST), "HTTP 429")),
            500..=599 => return Err(answered(Verdict::Refused, format!("HTTP {status}"))),
            _ => return Err(misset(format!("HTTP {status}"))),
        }
        let text = reply.body_mut().with_config().limit(LONGEST_ANSWER).read_to_string();
        text.map_err(|_| answered(Verdict::Lost, "answer.lost"))
    }
}

/// Nobody was reached, or the words went out and no answer came.
fn unsent(error: &ureq::Error) -> Answered {
    use ureq::{Error, Timeout};
    match error {
        Error::HostNotFound | Error::ConnectionFailed | Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            answered(Verdict::Refused, "host.not_reached")
        }
        Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused => answered(Verdict::Refused, "host.not_reached"),
        Error::Tls(_) | Error::Rustls(_) => answered(Verdict::Refused, "tls.failed"),
        Error::Io(io) if io.kind() == ErrorKind::InvalidData => answered(Verdict::Refused, "tls.failed"),
        Error::BadUri(_) | Error::Http(_) => misset("url.not_https"),
        _ => answered(Verdict::Lost, "answer.lost"),
    }
}
