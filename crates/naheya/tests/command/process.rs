//! Two `naheya serve` on one PostgreSQL, one of them killed in the middle of its work, over and over: each notice is sent once,
//! each alarm raised once, what was answered "saved" is there, and whoever signed in through one goes on through the other.
//! Three kills here; `cargo xtask prove processes` kills a hundred times and prints the tally.

mod county;
mod crew;
mod duo;
mod gateway;
mod reckoning;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use naheya_store::{Location, Store};
use sqlx::{Connection, PgConnection};

use crate::program::{Folder, KEY, now, wished};
use county::{County, PASSWORD, county};
use crew::{Crew, PEOPLE, Work};
use duo::{Duo, Event};
use gateway::Gateway;
use reckoning::Books;

const KILLS: usize = 3;
const SEED: usize = 11;
/// Longer than any start or lease; whoever waits so long waits for nothing.
const PATIENCE: Duration = Duration::from_secs(240);

/// A database of its own on the test server, and the server; `None`, and a plain word, when there is no server.
async fn database() -> Option<(String, String)> {
    let Ok(server) = std::env::var("NAHEYA_TEST_POSTGRES") else {
        println!("left out: NAHEYA_TEST_POSTGRES names no PostgreSQL");
        return None;
    };
    let name = format!("naheya_processes_{}", std::process::id());
    let (base, _) = server.rsplit_once('/').unwrap();
    let mut connection = PgConnection::connect(&server).await.unwrap();
    let make = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(make).execute(&mut connection).await.unwrap();
    Some((format!("{base}/{name}"), server))
}

async fn leave(url: &str, server: &str) {
    let (_, name) = url.rsplit_once('/').unwrap();
    let mut connection = PgConnection::connect(server).await.unwrap();
    let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    sqlx::raw_sql(drop).execute(&mut connection).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_lose_nothing_and_say_nothing_twice_when_either_is_killed() {
    let Some((url, server)) = database().await else { return };
    let kills = wished("NAHEYA_PROVE_KILLS", KILLS);
    let folder = Folder::new();
    let now = now(&folder);
    let store = Store::open(&Location::Postgres(url.clone()), &KEY).await.unwrap();
    store.prepare(now).await.unwrap();
    let (duo, killed) = Duo::new(folder, &url);
    let duo = Arc::new(duo);
    let _ends = Stops(Arc::clone(&duo));
    let hears = Arc::clone(&duo);
    let gateway = Gateway::start(move || hears.happened(Event::Arrived));
    let county = county(&store, now, kills.clamp(8, 100), gateway.port).await;
    store.close().await.unwrap();
    let books = Books::open(&url).await;
    (0..2).for_each(|side| duo.start(side));

    let work = Work::default();
    let moments = weeks_of_work(&duo, &county, &work, &books, &killed, kills);
    let done = std::mem::take(&mut *work.done.lock().unwrap());
    let heard = (0..2).map(|side| crew::hear_again(&duo, side, &done)).sum::<usize>();
    let settled = books.settled(&work, &duo).await;
    duo.stop();
    let tally = books.judged(&work, &gateway.arrived(), settled).await;
    let doctor = duo.folder().run(&["doctor", "--deep", "--database-url", &url]);
    assert!(doctor.status.success(), "{}", crate::program::words(&doctor.stdout));
    assert_eq!(duo.told("ERROR"), Vec::<String>::new(), "errors in the logs");
    tell(&moments, &work, heard, &duo, &tally);
    drop(books);
    leave(&url, &server).await;
}

/// Ends both processes when it is dropped: the stand-in outside holds on to them.
struct Stops(Arc<Duo>);

impl Drop for Stops {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Ends the work when it is dropped, also when somebody gives up.
struct Ends<'a>(&'a Work);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::SeqCst);
    }
}

/// People work while one process and the other is killed. Says at what moments they were.
fn weeks_of_work(
    duo: &Duo,
    county: &County,
    work: &Work,
    books: &Books,
    killed: &Receiver<Event>,
    kills: usize,
) -> BTreeMap<Event, usize> {
    let mothers = county.families.iter().map(|f| &f.mother);
    let people = [&county.teacher, &county.office].into_iter().chain(mothers);
    let tokens = people.map(|p| token(duo, &p.cookie)).collect();
    let crew = Crew { county, duo, work, finds: &|family, n| books.stay(county, family, n), tokens };
    let mut lot = Lot(wished("NAHEYA_PROVE_SEED", SEED) as u64);
    let mut moments = BTreeMap::new();
    std::thread::scope(|scope| {
        let ends = Ends(work);
        for _ in 0..PEOPLE {
            scope.spawn(|| crew.toil());
        }
        for kill in 0..kills {
            let side = kill % 2;
            let cookie = sign_in(duo, side, &county.office.login);
            duo.arm(side, 1 + lot.below(40));
            let event = killed.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("work stands still"));
            *moments.entry(event).or_default() += 1;
            goes_on(duo, side + 1, &cookie);
            duo.start(side);
            goes_on(duo, side, &cookie);
        }
        drop(ends);
    });
    moments
}

/// Numbers that depend on the seed alone.
struct Lot(u64);

impl Lot {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

fn token(duo: &Duo, cookie: &str) -> String {
    duo.ask(0, ("GET", "/me"), cookie, None).unwrap().field("form_token")
}

/// The cookie of a session begun through this side.
fn sign_in(duo: &Duo, side: usize, login: &str) -> String {
    let page = duo.ask(side, ("GET", "/sign-in"), "", None).unwrap();
    let visitor = page.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let (token, key) = (page.field("form_token"), page.field("key"));
    let password = PASSWORD.replace(' ', "+");
    let form = format!("form_token={token}&key={key}&login={login}&password={password}");
    let form = Some(("application/x-www-form-urlencoded", form.as_str()));
    let reply = duo.ask(side, ("POST", "/sign-in"), &visitor, form).unwrap();
    assert_eq!(reply.status, 303, "{}", reply.body);
    let cookies = reply.head.lines().filter(|l| l.to_ascii_lowercase().starts_with("set-cookie:"));
    let cookies: Vec<&str> = cookies.map(|c| c[11..].split(';').next().unwrap().trim()).collect();
    cookies.join("; ")
}

/// Whoever has this cookie is let in by this side.
fn goes_on(duo: &Duo, side: usize, cookie: &str) {
    let reply = duo.ask(side, ("GET", "/stays"), cookie, None).unwrap();
    assert_eq!(reply.status, 200, "a session was lost: {}", reply.head);
}

fn tell(moments: &BTreeMap<Event, usize>, work: &Work, heard: usize, duo: &Duo, tally: &[String]) {
    let of = |event| moments.get(&event).copied().unwrap_or(0);
    let count = |n: &std::sync::atomic::AtomicUsize| n.load(Ordering::SeqCst);
    println!(
        "prove: {} kills: {} with a request under way, {} at an answer, {} with a message under way",
        moments.values().sum::<usize>(),
        of(Event::Sent),
        of(Event::Answered),
        of(Event::Arrived)
    );
    println!(
        "prove: {} requests, {} approvals, {} releases answered; {} requests met a dead process, {} were told to come later; \
         asked again of both processes, {heard} answers were the same",
        count(&work.requests),
        count(&work.approvals),
        count(&work.releases),
        count(&work.gone),
        count(&work.later)
    );
    tally.iter().for_each(|line| println!("prove: {line}"));
    let again = duo.told("batch is run again").len();
    println!("prove: {again} batches were run again by their writers, no error stands in the logs");
}
