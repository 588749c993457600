//! Forms saved over HTTP: by one, by sixty-four, by sixty-four without commits in common; and the start after a power cut.

use std::path::Path;

use super::client::{Folder, Request, Server, ask, load, percentile};
use super::place::coordinator;
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
    let office = Office::enter(&server)?;
    let alone = load(&server.address, &office.cookie, (1, 200), 303, &|n| office.form(n))?;
    figures.push(below("one durable save over HTTP, one client: p50", percentile(&alone, 50), "ms", 6.0));
    let together = office.many(&server)?;
    figures.push(above("saves of 64 clients over HTTP", together.per_second, "1/s", 2_000.0));
    figures.push(below("one of them: p99", together.p99, "ms", 100.0));
    server.kill();
    let after = Server::start(&mut folder.command(binary, &demo))?.ready;
    let again = Server::start(&mut folder.command(binary, &demo))?.ready;
    let apart = apart(binary)?;
    figures.push(above("the same, each act in a commit of its own", apart.per_second, "1/s", 100.0));
    figures.push(below("one of these: p99", apart.p99, "ms", 1_000.0));
    figures.push(above("gained by committing together", together.per_second / apart.per_second, "times", 1.5));
    figures.push(below("start to ready", again / 1000.0, "s", 1.0));
    figures.push(below("start after kill -9 to ready", after / 1000.0, "s", 2.0));
    Ok(figures)
}

/// The same forms to a server that commits each act by itself.
fn apart(binary: &Path) -> Result<Rate, Failure> {
    let folder = Folder::new("saves-apart")?;
    let demo = ["demo", "--port", "0", "--data", "data", "--group", "1"];
    let server = Server::start(&mut folder.command(binary, &demo))?;
    Office::enter(&server)?.many(&server)
}

/// Durable acts in a second, and the slowest of a hundred in milliseconds.
struct Rate {
    per_second: f64,
    p99: f64,
}

/// Somebody at the office, signed in.
struct Office {
    cookie: String,
    token: String,
}

impl Office {
    fn enter(server: &Server) -> Result<Office, Failure> {
        let cookie = coordinator(server)?;
        let page = ask(&server.address, &cookie, &Request { path: "/children/new".into(), form: None }, false);
        let token = page.map_err(|error| Failure::new(format!("no form: {error}"), ""))?.field("form_token");
        Ok(Office { cookie, token })
    }

    /// The nth form that opens a child's file.
    fn form(&self, n: usize) -> Request {
        let token = &self.token;
        let form = format!("form_token={token}&key=bench-key-{n:010}&name=%E7%99%BD%E4%BA%91&birth_on=2016-03-05");
        Request { path: "/children".into(), form: Some(form) }
    }

    fn many(&self, server: &Server) -> Result<Rate, Failure> {
        let watch = Stopwatch::start();
        let times = load(&server.address, &self.cookie, MANY, 303, &|n| self.form(n + 1_000))?;
        #[expect(clippy::cast_precision_loss, reason = "a few thousand requests")]
        let per_second = times.len() as f64 / watch.elapsed().as_secs_f64();
        Ok(Rate { per_second, p99: percentile(&times, 99) })
    }
}
