//! Forms saved over HTTP: by one, by sixty-four, by sixty-four without commits in common; and the start after a power cut.
//!
//! Two kinds of act: a child's new file, and a weekend that a volunteer asks for, which every clause of rule 2 is asked about.

use std::path::Path;

use super::client::{Folder, Request, Server, ask, load, percentile};
use super::place::{coordinator, signed_in};
use super::{Figure, above, below};
use crate::Failure;
use crate::clock::Stopwatch;

/// Clients, and forms of each.
const MANY: (usize, usize) = (64, 60);

/// What a save costs, and what it gains by sharing its commit.
pub fn saves(binary: &Path) -> Result<Vec<Figure>, Failure> {
    let folder = Folder::new("saves")?;
    let demo = ["demo", "--port", "0", "--data", "data"];
    let mut figures = Vec::new();
    let server = Server::start(&mut folder.command(binary, &demo))?;
    let (office, home) = (Office::enter(&server)?, Home::enter(&server)?);
    let alone = load(&server.address, &office.cookie, (1, 200), 303, &|n| office.form(n))?;
    figures.push(below("one durable save over HTTP, one client: p50", percentile(&alone, 50), "ms", 6.0));
    let together = (office.many(&server)?, home.many(&server)?);
    figures.push(above("files opened by 64 clients over HTTP", together.0.per_second, "1/s", 2_000.0));
    figures.push(below("one of them: p99", together.0.p99, "ms", 100.0));
    figures.push(above("stays asked for by 64 clients over HTTP", together.1.per_second, "1/s", 2_000.0));
    figures.push(below("one of them: p99", together.1.p99, "ms", 100.0));
    server.kill();
    let after = Server::start(&mut folder.command(binary, &demo))?.ready;
    let again = Server::start(&mut folder.command(binary, &demo))?.ready;
    let apart = apart(binary)?;
    figures.push(above("files, each act in a commit of its own", apart.0.per_second, "1/s", 100.0));
    figures.push(below("one of these: p99", apart.0.p99, "ms", 1_000.0));
    figures.push(above("stays, each act in a commit of its own", apart.1.per_second, "1/s", 100.0));
    figures.push(below("one of these: p99", apart.1.p99, "ms", 1_000.0));
    figures.push(above("gained by common commits: files", together.0.per_second / apart.0.per_second, "times", 1.5));
    figures.push(above("gained by common commits: stays", together.1.per_second / apart.1.per_second, "times", 1.5));
    figures.push(below("start to ready", again / 1000.0, "s", 1.0));
    figures.push(below("start after kill -9 to ready", after / 1000.0, "s", 2.0));
    Ok(figures)
}

/// The same forms to a server that commits each act by itself.
fn apart(binary: &Path) -> Result<(Rate, Rate), Failure> {
    let folder = Folder::new("saves-apart")?;
    let demo = ["demo", "--port", "0", "--data", "data", "--group", "1"];
    let server = Server::start(&mut folder.command(binary, &demo))?;
    Ok((Office::enter(&server)?.many(&server)?, Home::enter(&server)?.many(&server)?))
}

/// Durable acts in a second, and the slowest of a hundred in milliseconds.
struct Rate {
    per_second: f64,
    p99: f64,
}

/// Sixty-four clients who save the forms that `form` makes.
fn many(server: &Server, cookie: &str, form: &(impl Fn(usize) -> Request + Sync)) -> Result<Rate, Failure> {
    let watch = Stopwatch::start();
    let times = load(&server.address, cookie, MANY, 303, form)?;
    #[expect(clippy::cast_precision_loss, reason = "a few thousand requests")]
    let per_second = times.len() as f64 / watch.elapsed().as_secs_f64();
    Ok(Rate { per_second, p99: percentile(&times, 99) })
}

/// Somebody at the office, signed in.
pub struct Office {
    cookie: String,
    token: String,
}

impl Office {
    /// Signs in and reads the form.
    pub fn enter(server: &Server) -> Result<Office, Failure> {
        let cookie = coordinator(server)?;
        let page = ask(&server.address, &cookie, &Request { path: "/children/new".into(), form: None }, false);
        let token = page.map_err(|error| Failure::new(format!("no form: {error}"), ""))?.field("form_token");
        Ok(Office { cookie, token })
    }

    /// Who asks.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The nth form that opens a child's file.
    pub fn form(&self, n: usize) -> Request {
        let token = &self.token;
        let form =
            format!("form_token={token}&key=bench-key-{n:010}&name=%E7%99%BD%E4%BA%91&birth_on=2016-03-05&another=on");
        Request { path: "/children".into(), form: Some(form) }
    }

    fn many(&self, server: &Server) -> Result<Rate, Failure> {
        many(server, &self.cookie, &|n| self.form(n + 1_000))
    }
}

/// Quarters of an hour from six in the morning to ten in the evening.
const SLOTS: usize = 64;
/// Days of a month that every month has.
const DAYS: usize = 28;

/// The demo's volunteer at home, signed in.
pub struct Home {
    cookie: String,
    token: String,
    pair: String,
    adult: String,
    /// Year and month (from 0) after the next weekend.
    month: (usize, usize),
}

impl Home {
    /// Signs in and reads the form.
    pub fn enter(server: &Server) -> Result<Home, Failure> {
        let cookie = signed_in(server, "volunteer")?;
        let page = ask(&server.address, &cookie, &Request { path: "/stays/new".into(), form: None }, false);
        let page = page.map_err(|error| Failure::new(format!("no form: {error}"), ""))?;
        let weekend = page.field("weekend");
        let number = |part: Option<&str>| part.and_then(|p| p.parse::<usize>().ok()).unwrap_or(1);
        let month = (number(weekend.get(..4)), number(weekend.get(5..7)));
        let (token, pair, adult) = (page.field("form_token"), page.field("pairs"), page.field("adults"));
        Ok(Home { cookie, token, pair, adult, month })
    }

    /// Who asks.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The nth quarter of an hour with the child, from the guardian and back: no two overlap. The latest first: nobody
    /// has thousands of stays, and the rule on overlaps looks at those that begin before.
    fn form(&self, n: usize) -> Request {
        let (clients, each) = MANY;
        let n = (clients * each).saturating_sub(n % each * clients + n / each);
        let (slot, day, months) = (n % SLOTS, n / SLOTS % DAYS, self.month.1 + n / SLOTS / DAYS);
        let on = format!("{}-{:02}-{:02}", self.month.0 + months / 12, 1 + months % 12, 1 + day);
        let (hour, minute) = (6 + slot / 4, 15 * (slot % 4));
        let form = format!(
            "form_token={}&key=bench-stay-{n:010}&pairs={}&starts_on={on}&starts_at={hour:02}:{minute:02}&ends_on={on}\
             &ends_at={hour:02}:{:02}&start_kind=guardian&end_kind=guardian&hands=A&adults={}&going=no",
            self.token,
            self.pair,
            minute + 14,
            self.adult
        );
        Request { path: "/stays".into(), form: Some(form) }
    }

    fn many(&self, server: &Server) -> Result<Rate, Failure> {
        many(server, &self.cookie, &|n| self.form(n))
    }
}
