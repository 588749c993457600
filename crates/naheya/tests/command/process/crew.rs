//! People at work: each act is sent to one process after the other until one has answered it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use naheya_domain::id::StayId;
use serde_json::json;
use uuid::Uuid;

use super::county::{County, Family};
use super::duo::Duo;
use crate::program::Reply;

const FORM: &str = "application/x-www-form-urlencoded";
/// People who send at a time.
pub const PEOPLE: usize = 6;
/// Weekends that one family asks for.
const WEEKENDS: usize = 18;
/// An answer that says "later" is not one; so many are too many.
const MOST_LATER: usize = 40;

/// An act that was answered.
pub struct Done {
    path: String,
    kind: &'static str,
    cookie: String,
    body: String,
    /// Where the answer led, or what it said.
    pub answer: String,
}

/// What was done so far.
#[derive(Default)]
pub struct Work {
    pub done: Mutex<Vec<Done>>,
    pub releases: AtomicUsize,
    pub requests: AtomicUsize,
    pub approvals: AtomicUsize,
    /// Requests that came to nothing because the process was gone, or that were told to come later.
    pub gone: AtomicUsize,
    pub later: AtomicUsize,
    next: AtomicUsize,
    pub over: AtomicBool,
}

/// Looks up the stay of a family that begins on a day.
pub type Finds<'a> = &'a (dyn Fn(&Family, usize) -> StayId + Sync);

pub struct Crew<'a> {
    pub county: &'a County,
    pub duo: &'a Duo,
    pub work: &'a Work,
    pub finds: Finds<'a>,
    /// The key with which each person's session seals its forms: teacher, office, mothers.
    pub tokens: Vec<String>,
}

impl Crew<'_> {
    /// Works until it is told that it is over.
    pub fn toil(&self) {
        let families = &self.county.families;
        while !self.work.over.load(Ordering::SeqCst) {
            let n = self.work.next.fetch_add(1, Ordering::SeqCst);
            let (n, weekend) = (n % families.len(), n / families.len());
            if weekend >= WEEKENDS {
                return;
            }
            if weekend == 0 {
                self.release(n, &families[n]);
            }
            self.weekend(n, &families[n], weekend + 1);
        }
    }

    /// The phone of the teacher brings what it did a week ago without network.
    fn release(&self, n: usize, family: &Family) {
        let at = family.fetched.plus_minutes(1).0;
        let id = Uuid::from_u128(0xA000_0000 + n as u128);
        let act = json!({ "id": id, "sequence": n + 1, "kind": "release", "stay": family.stay, "at": at,
            "offset": 480, "called": "示例主任" });
        let body = json!({ "device": Uuid::from_u128(7), "sent": self.county.now.0, "acts": [act] });
        let reply = self.act("/phone/acts", "application/json", &self.county.teacher.cookie, body.to_string());
        assert!(["done", "look"].contains(&standing(&reply).as_str()), "{}", reply.body);
        self.work.releases.fetch_add(1, Ordering::SeqCst);
    }

    /// Asked for by the mother, the child and the teacher say yes, the office approves.
    fn weekend(&self, n: usize, family: &Family, weekend: usize) {
        let key = |what: &str| format!("prove-{what}-{n:05}-{weekend:03}");
        let (first, last) = days(self.county, weekend);
        let asked = format!(
            "form_token={}&key={}&pairs={}&weekend={first}T17%3A30%2F{last}T18%3A30&adults={}&going=no",
            self.tokens[2 + n],
            key("request"),
            family.pair,
            family.adult
        );
        self.form("/stays", &family.mother.cookie, asked);
        self.work.requests.fetch_add(1, Ordering::SeqCst);
        let stay = (self.finds)(family, weekend);
        let [teacher, office] = [&self.tokens[0], &self.tokens[1]];
        let wish = format!("form_token={teacher}&key={}&child={}&wish=yes&alone=on", key("wish"), family.child);
        self.form(&format!("/stays/{stay}/wish"), &self.county.teacher.cookie, wish);
        let yes = format!("form_token={teacher}&key={}&answer=yes", key("endorse"));
        self.form(&format!("/stays/{stay}/endorsement"), &self.county.teacher.cookie, yes);
        let approval = format!("form_token={office}&key={}", key("approve"));
        self.form(&format!("/stays/{stay}/approval"), &self.county.office.cookie, approval);
        self.work.approvals.fetch_add(1, Ordering::SeqCst);
    }

    fn form(&self, path: &str, cookie: &str, body: String) {
        let reply = self.act(path, FORM, cookie, body);
        let to = reply.header("location").unwrap_or_default();
        assert!(!to.starts_with("/sign-in"), "a session was lost at {path}");
        assert_eq!(reply.status, 303, "{path}: {}", reply.body);
    }

    /// Sent to one process and to the other until one has answered; kept with its answer.
    fn act(&self, path: &str, kind: &'static str, cookie: &str, body: String) -> Reply {
        let from = self.work.next.load(Ordering::SeqCst);
        let mut later = 0;
        for side in from.. {
            match self.duo.ask(side, ("POST", path), cookie, Some((kind, &body))) {
                Err(_) => _ = self.work.gone.fetch_add(1, Ordering::SeqCst),
                Ok(reply) if reply.status >= 500 => {
                    self.work.later.fetch_add(1, Ordering::SeqCst);
                    later += 1;
                    assert!(later < MOST_LATER, "{path} is never taken: {}", reply.body);
                }
                Ok(reply) => {
                    let (path, cookie, answer) = (path.to_owned(), cookie.to_owned(), said(&reply));
                    self.work.done.lock().unwrap().push(Done { path, kind, cookie, body, answer });
                    return reply;
                }
            }
        }
        unreachable!("one process or the other answers")
    }
}

/// The days of the nth weekend from now.
pub fn days(county: &County, weekend: usize) -> (String, String) {
    let day = |days: usize| county.now.plus_minutes(i64::try_from(days).unwrap() * 24 * 60).date().to_string();
    (day(7 * weekend), day(7 * weekend + 2))
}

/// Everything that was answered is asked again, of `side`: the same answer comes. Returns how many answers there were.
pub fn hear_again(duo: &Duo, side: usize, done: &[Done]) -> usize {
    for act in done {
        let reply = duo.ask(side, ("POST", &act.path), &act.cookie, Some((act.kind, &act.body))).unwrap();
        assert_eq!(said(&reply), act.answer, "{} was answered otherwise before: {}", act.path, reply.body);
    }
    done.len()
}

/// Where it led; of a phone's act, what became of it.
fn said(reply: &Reply) -> String {
    reply.header("location").map_or_else(|| standing(reply), str::to_owned)
}

fn standing(reply: &Reply) -> String {
    let heard: serde_json::Value = serde_json::from_str(&reply.body).unwrap_or_default();
    heard["answers"][0]["standing"].as_str().unwrap_or_default().to_owned()
}
