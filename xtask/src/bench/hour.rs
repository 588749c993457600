//! An hour of everyday requests at half of what the program can do: does it keep what it takes?

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::client::{Folder, Line, Request, Server, ask, percentile};
use super::place::ids;
use super::save::{Home, Office};
use super::{Figure, above, below};
use crate::Failure;
use crate::clock::Stopwatch;

const CLIENTS: usize = 16;
/// How long everybody asks as fast as they can, to learn what the program can do.
const TRIAL: Duration = Duration::from_secs(20);
/// How long it goes on, unless `NAHEYA_BENCH_MINUTES` says otherwise; at least twelve.
const MINUTES: usize = 60;
/// Minutes around which memory and handles are compared: the third to the seventh, and the last five.
const SETTLED: std::ops::Range<usize> = 2..7;

/// Memory and file handles of a server that is asked at half of its pace.
pub fn hour(binary: &Path) -> Result<Vec<Figure>, Failure> {
    let folder = Folder::new("hour")?;
    let server = Server::start(&mut folder.command(binary, &["demo", "--port", "0", "--data", "data"]))?;
    let day = Day::begin(&server)?;
    let trial = day.ask(&server, None, TRIAL, || ())?;
    let pace = trial.per_second / 2.0;
    println!("{:.0} requests a second at most, {pace:.0} from here on", trial.per_second);
    let minutes = std::env::var("NAHEYA_BENCH_MINUTES").ok().and_then(|m| m.parse().ok()).unwrap_or(MINUTES).max(12);
    let kept = Mutex::new(Vec::new());
    let rest = day.ask(
        &server,
        Some(pace),
        Duration::from_secs(60).saturating_mul(u32::try_from(minutes).unwrap_or(60)),
        || {
            let now = (server.resident(), server.handles());
            println!("{:.0} MB, {} handles", now.0, now.1);
            if let Ok(mut kept) = kept.lock() {
                kept.push(now);
            }
        },
    )?;
    let kept = kept.into_inner().unwrap_or_default();
    let mean = |range: std::ops::Range<usize>, of: &dyn Fn(&(f64, usize)) -> f64| {
        let some = kept.get(range).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "five minutes")]
        let mean = some.iter().map(of).sum::<f64>() / some.len() as f64;
        mean
    };
    let last = kept.len().saturating_sub(5)..kept.len();
    #[expect(clippy::cast_precision_loss, reason = "some hundred handles")]
    let handles = |minute: &(f64, usize)| minute.1 as f64;
    let memory = |minute: &(f64, usize)| minute.0;
    let grown = (mean(last.clone(), &memory) / mean(SETTLED, &memory) - 1.0) * 100.0;
    Ok(vec![
        below(format!("memory after {minutes} minutes, more than after five"), grown, "%", 5.0),
        below("file handles more than after five minutes", mean(last, &handles) - mean(SETTLED, &handles), "", 8.0),
        below("p99 of the mixed requests", percentile(&rest.times, 99), "ms", 100.0),
        above("requests a second, of those meant", rest.per_second / pace * 100.0, "%", 95.0),
    ])
}

/// What several people do all day.
struct Day {
    office: Office,
    home: Home,
    children: Vec<String>,
    /// Forms saved so far: each has its own number.
    saved: AtomicUsize,
}

/// What came of a stretch of asking.
struct Stretch {
    per_second: f64,
    /// Milliseconds, sorted; every seventh request.
    times: Vec<f64>,
}

impl Day {
    fn begin(server: &Server) -> Result<Day, Failure> {
        let (office, home) = (Office::enter(server)?, Home::enter(server)?);
        let request = Request { path: "/children?view=here".into(), form: None };
        let page = ask(&server.address, office.cookie(), &request, false);
        let page = page.map_err(|error| Failure::new(format!("no list: {error}"), ""))?;
        let children = ids(&String::from_utf8_lossy(&page.body));
        Ok(Day { office, home, children, saved: AtomicUsize::new(10_000) })
    }

    /// The nth request of the day: who asks, and for what.
    fn request(&self, n: usize) -> (&str, Request) {
        let page = |path: &str| Request { path: path.to_owned(), form: None };
        let child = || self.children.get(n / 7 % self.children.len().max(1)).cloned().unwrap_or_default();
        let (office, home) = (self.office.cookie(), self.home.cookie());
        match n % 50 {
            0 => (office, self.office.form(self.saved.fetch_add(1, Ordering::Relaxed))),
            1 => (office, page("/stays")),
            2 if n % 500 == 2 => (office, page("/report")),
            3 if n % 200 == 3 => (office, page("/grid.xlsx")),
            3 => (office, page("/volunteers")),
            4 => (office, page("/follow-ups")),
            5 => (office, page("/board")),
            k if k % 10 == 6 => (office, page("/today")),
            k if k % 10 == 7 => (home, page("/home")),
            k if k % 10 == 8 => (home, page("/stays/new")),
            k if k % 3 == 0 => (office, Request { path: format!("/children/{}", child()), form: None }),
            k if k % 3 == 1 => (office, page("/children?view=here")),
            _ => (office, page("/children?view=waiting")),
        }
    }

    /// Asks for as long as that, `pace` times a second or as often as it goes; each minute `each` is told.
    fn ask(&self, server: &Server, pace: Option<f64>, long: Duration, each: impl Fn()) -> Result<Stretch, Failure> {
        let (watch, asked, wrong) = (Stopwatch::start(), AtomicUsize::new(0), AtomicBool::new(false));
        let mut times = Vec::new();
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|_| scope.spawn(|| self.client(server, (pace, long), (&watch, &asked, &wrong))))
                .collect();
            for minute in 1..=long.as_secs() / 60 {
                // The last one a little before the end, while everybody is still connected.
                rest_until(&watch, Duration::from_secs(60 * minute).saturating_sub(Duration::from_millis(500)));
                each();
            }
            for client in clients {
                times.append(&mut client.join().unwrap_or_default());
            }
        });
        if wrong.into_inner() {
            return Err(Failure::new("a request was not answered as it should be", "start the demo by hand and look"));
        }
        times.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "a few million requests")]
        let per_second = asked.into_inner() as f64 / watch.elapsed().as_secs_f64();
        Ok(Stretch { per_second, times })
    }

    fn client(
        &self,
        server: &Server,
        (pace, long): (Option<f64>, Duration),
        (watch, asked, wrong): (&Stopwatch, &AtomicUsize, &AtomicBool),
    ) -> Vec<f64> {
        let (mut times, mut line) = (Vec::new(), None);
        while watch.elapsed() < long && !wrong.load(Ordering::Relaxed) {
            let n = asked.fetch_add(1, Ordering::Relaxed);
            if let Some(pace) = pace {
                #[expect(clippy::cast_precision_loss, reason = "a few million requests")]
                rest_until(watch, Duration::from_secs_f64(n as f64 / pace));
            }
            let begun = Stopwatch::start();
            let (cookie, request) = self.request(n);
            let open = match line.take() {
                Some(open) => Ok(open),
                None => Line::open(&server.address),
            };
            let answer = open.and_then(|mut open| open.ask(cookie, &request, true).map(|reply| (open, reply)));
            match answer {
                Ok((open, reply)) if reply.status == 200 || (reply.status == 303 && request.form.is_some()) => {
                    line = Some(open);
                }
                Ok((_, reply)) => {
                    eprintln!("{} answered {}", request.path, reply.status);
                    wrong.store(true, Ordering::Relaxed);
                }
                // The server closes a line that has rested for long; the next request opens another.
                Err(_) => {}
            }
            if n.is_multiple_of(7) {
                times.push(begun.elapsed().as_secs_f64() * 1000.0);
            }
        }
        times
    }
}

/// Rests until so long after the start.
fn rest_until(watch: &Stopwatch, until: Duration) {
    std::thread::sleep(until.saturating_sub(watch.elapsed()));
}
