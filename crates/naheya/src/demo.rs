//! `naheya demo`: the whole product with an invented banner, on this machine only.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::civil::Date;
use naheya_domain::Timestamp;
use naheya_store::demo::{DemoMark, logins, password};
use naheya_store::{Error, Location, Store};
use naheya_web::demo::DemoClock;
use naheya_web::operation::Long;
use naheya_web::{App, Clock, SiteSettings};

use crate::cli::block_on;
use crate::clock::now;
use crate::dispatch::Dispatcher;
use crate::failure::Failure;
use crate::key_file::KeyFile;
use crate::log::LogFormat;
use crate::say::say;

/// The story's seed: every demo of one day tells the same.
const SEED: &str = "naheya";

/// A demo further ahead than this would outlive the calendar that it is told on.
const FURTHEST_DAYS: i64 = 100;

/// Flags of `naheya demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8080, value_name = "PORT")]
    port: u16,
    /// Keep the demo in this folder [default: a temporary one, removed at the end]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Keep the demo on this PostgreSQL instead
    #[arg(long, value_name = "URL", conflicts_with = "data", hide_env_values = true)]
    database_url: Option<String>,
    /// Tell the story for nine in the morning of this day, which is still to come; an older demo keeps its own day
    /// [default: for now]
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<Date>,
    /// File of the key that seals personal fields, for a demo that is kept; without --data it is not used
    #[arg(long, env = "NAHEYA_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Acts in one commit, to measure what committing them together gains
    #[arg(long, value_name = "N", hide = true)]
    group: Option<usize>,
    /// Milliseconds that a request waits for long work, for tests of the page that it leads to
    #[arg(long, value_name = "MS", hide = true)]
    patience: Option<u64>,
    /// Rows, people or records from which work is done beside the request, for the same tests
    #[arg(long, value_name = "N", hide = true)]
    long: Option<u64>,
}

impl DemoArgs {
    /// When work is long: as on a server, but for what was said.
    fn long(&self) -> Long {
        let usual = Long::default();
        let patience = self.patience.map_or(usual.patience, Duration::from_millis);
        match self.long {
            Some(from) => Long { rows: from, round: from, report: from, proof: from, patience, ..usual },
            None => Long { patience, ..usual },
        }
    }
}

/// Where the demo is; a temporary folder goes when the demo ends.
struct Place {
    location: Location,
    temporary: bool,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let (Location::Folder(path), true) = (&self.location, self.temporary) {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

/// Tells the story where it has not been told, and serves it until told to stop.
pub fn run(args: DemoArgs) -> Result<ExitCode, Failure> {
    crate::log::begin(LogFormat::Text);
    crate::memory::give_back_at_once();
    crate::memory::small_pages();
    let ahead = ahead_of(args.day, now())?;
    let listener = listen(args.port)?;
    let (place, master) = place(&args)?;
    // On threads of its own: what telling takes of memory goes with them, before anything is served.
    let mark = block_on(tell(&place.location, &master, ahead))?;
    block_on(serve(args, listener, place, master, mark))
}

async fn serve(
    args: DemoArgs,
    listener: std::net::TcpListener,
    place: Place,
    master: [u8; 32],
    mark: DemoMark,
) -> Result<ExitCode, Failure> {
    let at = listener.local_addr().map_err(|error| cannot_listen(args.port, &error))?;
    let store = match args.group {
        None => Store::open(&place.location, &master).await?,
        Some(most) => Store::open_grouping(&place.location, &master, most).await?,
    };
    for (role, login) in logins() {
        say!("{}\t{login}\t{}\thttp://{at}/sign-in", role.code(), mark.password);
    }
    let ahead = Arc::new(DemoClock::new(mark.ahead));
    let settings = SiteSettings { demo: Some(ahead.clone()), long: args.long(), ..SiteSettings::default() };
    let clock: Clock = Arc::new(move || ahead.at(now()));
    let jobs = tokio::spawn(crate::jobs::run(store.clone(), clock.clone()));
    let dispatch = crate::dispatch::start(Dispatcher::in_house(store.clone(), clock.clone()));
    let app = naheya_web::app(App { store: store.clone(), clock, settings: Arc::new(settings) });
    let served = crate::serve::serve_plain(listener, app).await;
    jobs.abort();
    dispatch.stop().await;
    store.close().await?;
    drop(place);
    served.map_err(|error| cannot_listen(args.port, &error))?;
    Ok(ExitCode::SUCCESS)
}

fn listen(port: u16) -> Result<std::net::TcpListener, Failure> {
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let listener = std::net::TcpListener::bind(address).map_err(|error| cannot_listen(port, &error))?;
    listener.set_nonblocking(true).map_err(|error| cannot_listen(port, &error))?;
    Ok(listener)
}

fn cannot_listen(port: u16, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("127.0.0.1:{port} cannot be listened on: {error}."),
        "Stop what uses the port, or choose another: --port PORT (0 takes a free one).",
    )
}

/// A fresh folder with a key that is forgotten, or the place that was named with the usual key.
fn place(args: &DemoArgs) -> Result<(Place, [u8; 32]), Failure> {
    let named = args.data.clone().map(Location::Folder).or_else(|| args.database_url.clone().map(Location::Postgres));
    if let Some(location) = named {
        if let Location::Folder(path) = &location {
            refuse_other_files(path)?;
        }
        let key = KeyFile::read_or_make(args.key_file.as_deref())?;
        return Ok((Place { location, temporary: false }, key.master));
    }
    let random: [u8; 8] = naheya_store::field::random()?;
    let name = random.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let location = Location::Folder(std::env::temp_dir().join(format!("naheya-demo-{name}")));
    Ok((Place { location, temporary: true }, naheya_store::field::random()?))
}

/// A folder with anything in it but a database is not ours to write into.
fn refuse_other_files(path: &Path) -> Result<(), Failure> {
    let Ok(mut entries) = std::fs::read_dir(path) else { return Ok(()) };
    let empty = entries.next().is_none();
    if empty || path.join("naheya.db").is_file() { Ok(()) } else { Err(not_a_demo()) }
}

fn not_a_demo() -> Failure {
    Failure::new(
        "This place holds something other than a demo.",
        "Name an empty one, or leave --data and --database-url out.",
    )
}

/// What an error says of the place that was named.
fn of_place(error: Error) -> Failure {
    match error {
        Error::Refused(refusal) if refusal.code == "demo.not_empty" => not_a_demo(),
        other => other.into(),
    }
}

/// How far a demo of `day` is ahead of the wall's clock, in milliseconds.
fn ahead_of(day: Option<Date>, wall: Timestamp) -> Result<i64, Failure> {
    let Some(day) = day else { return Ok(0) };
    let ahead = Timestamp::from_shanghai(day.at(9, 0, 0, 0)).0 - wall.0;
    if (0..=FURTHEST_DAYS * 24 * 3_600_000).contains(&ahead) {
        return Ok(ahead);
    }
    Err(Failure::new(
        format!("Nine in the morning of {day} is over, or more than {FURTHEST_DAYS} days away."),
        "Name a day from tomorrow on, or leave --day out.",
    ))
}

/// Tells the story in an empty place; an older demo stays as it is.
async fn tell(location: &Location, master: &[u8; 32], ahead: i64) -> Result<DemoMark, Failure> {
    let store = Store::open(location, master).await?;
    store.prepare_demo(now()).await.map_err(of_place)?;
    let mark = told(&store, ahead).await?;
    store.close().await?;
    Ok(mark)
}

async fn told(store: &Store, ahead: i64) -> Result<DemoMark, Failure> {
    if let Some(mark) = store.demo_mark(now()).await? {
        return Ok(mark);
    }
    if !store.counties(now()).await?.is_empty() {
        return Err(not_a_demo());
    }
    let start = Timestamp(now().0 + ahead);
    store.tell_demo(SEED, &password()?, start).await.map_err(of_place)?;
    if ahead > 0 {
        store.put_demo_clock(ahead, start).await?;
    }
    store.tend().await?;
    store.demo_mark(start).await?.ok_or_else(not_a_demo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_demo_begins_on_a_day_that_is_still_to_come() {
        let wall = Timestamp::from_shanghai(date(2026, 11, 27).at(19, 30, 0, 0));
        assert_eq!(ahead_of(None, wall).ok(), Some(0));
        assert_eq!(ahead_of(Some(date(2026, 11, 30)), wall).ok(), Some((61 * 60 + 30) * 60_000));
        assert!(ahead_of(Some(date(2026, 11, 27)), wall).is_err(), "its morning is over");
        assert!(ahead_of(Some(date(2027, 11, 27)), wall).is_err());
    }
}
