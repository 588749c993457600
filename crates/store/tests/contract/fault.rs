//! A term of weekends through the real records and the real round of alarms, by a clock that is passed
//! in, with faults: late returns, two cut-offs of the network (phones keep, deliver later, twice and in
//! reverse), a process killed on a Sunday at 18:00, phones whose clock is three hours off. Short here;
//! `cargo xtask term` plays 180 pairs for 16 weekends and prints the tally.

mod county;
mod phone;
mod plan;
mod tally;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use naheya_domain::Timestamp;
use naheya_store::stay::{CloseLate, Outcome, Where};
use naheya_store::{Store, SystemTask};

use crate::ground::{COUNTY, Ground, KEY};
use crate::on_both_engines;

pub use county::Countyful;
use phone::{Act, deliver};
use plan::Weekend;
pub use plan::approved;
use tally::Tally;

on_both_engines![a_term_with_faults_forks_no_custody_and_misses_no_child];

const TICK_SECONDS: i64 = 15;
const PLACE: &str = "NAHEYA_TERM_PLACE";
const QUEUE: &str = "NAHEYA_TERM_QUEUE";

fn wished(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

async fn a_term_with_faults_forks_no_custody_and_misses_no_child(ground: Ground) {
    let (pairs, weekends) = (wished("NAHEYA_TERM_PAIRS", 6), wished("NAHEYA_TERM_WEEKENDS", 2));
    let mut store = ground.store().await;
    let county = Countyful::of(&ground, &store, pairs).await;
    let mut tally = Tally::default();
    for n in 0..weekends {
        let weekend = Weekend::plan(&store, &county, n, weekends).await;
        tally.asked(&weekend);
        store = if weekend.killed {
            play_killed(&ground, store, &county, &weekend, &mut tally).await
        } else {
            play(&store, &county, &weekend, &mut tally, weekend.first(), Timestamp(i64::MAX)).await;
            store
        };
        settle(&store, &county, &weekend).await;
    }
    tally.judge(&ground, &store, &county).await;
    println!("{tally}");
    store.close().await.unwrap();
}

/// Lets the clock run from `from` until everything has arrived, `until` at most.
async fn play(
    store: &Store,
    county: &Countyful,
    weekend: &Weekend,
    tally: &mut Tally,
    from: Timestamp,
    until: Timestamp,
) {
    let mut queue: Vec<&Act> = weekend.acts.iter().filter(|a| a.arrives >= from && a.arrives < until).collect();
    queue.sort_by_key(|a| (a.arrives, a.order));
    let mut next = 0;
    for now in weekend.moments(from, until) {
        let due = queue[next..].iter().take_while(|a| a.arrives <= now).count();
        tally.delivered(deliver(store, &queue[next..next + due]).await);
        next += due;
        let job = store.as_system(SystemTask::Job, COUNTY, now);
        tally.raised(job.raise_alarms().await.unwrap());
        if (now.0 / 1000) % 600 == 0 {
            nobody_is_called_back_who_is_not(store, county, weekend, now).await;
        }
    }
    assert_eq!(next, queue.len(), "everything was delivered");
}

/// The board never says "back" of a child that nobody has received.
async fn nobody_is_called_back_who_is_not(store: &Store, county: &Countyful, weekend: &Weekend, now: Timestamp) {
    let office = store.desk_of_grant(county.office, now).await.unwrap();
    for line in office.whereabouts(None, 500).await.unwrap().lines {
        if weekend.stays.iter().any(|s| s.stay == line.stay) && !weekend.received_by(line.stay, now) {
            let back = matches!(line.place, Where::Back | Where::BackLate);
            assert!(!back, "{} at {now:?}: {:?}", line.child_name, line.place);
        }
    }
}

/// The weekend on whose Sunday the server is killed at 18:00 and comes back at 18:50. What it had
/// answered or not, every phone sends again.
async fn play_killed(ground: &Ground, store: Store, county: &Countyful, weekend: &Weekend, tally: &mut Tally) -> Store {
    play(&store, county, weekend, tally, weekend.first(), weekend.cut.0).await;
    store.close().await.unwrap();

    let answered = run_and_kill(ground, weekend);
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    store.prepare(weekend.cut.1).await.unwrap();
    let again = weekend.come_again();
    tally.killed(answered, again.acts.len());
    play(&store, county, &again, tally, weekend.cut.1, Timestamp(i64::MAX)).await;
    store
}

/// Starts this binary once more as the server, and ends it hard when its clock shows 18:00. Returns
/// how many acts it had answered.
fn run_and_kill(ground: &Ground, weekend: &Weekend) -> usize {
    let file = std::env::temp_dir().join(format!("naheya-term-{}-{}", std::process::id(), weekend.number()));
    let due = weekend.acts.iter().filter(|a| a.at >= weekend.cut.0 && a.at < weekend.cut.1);
    std::fs::write(&file, due.map(Act::line).collect::<Vec<_>>().join("\n")).unwrap();
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "fault::victim", "--nocapture"])
        .env(PLACE, crate::kill::place_of(&ground.location))
        .env(QUEUE, &file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut answered = 0;
    for line in BufReader::new(process.stdout.take().unwrap()).lines() {
        let Some((_, at)) =
            line.as_deref().unwrap_or_default().split_once("saved ").map(|(a, b)| (a.to_owned(), b.to_owned()))
        else {
            continue;
        };
        answered += 1;
        if at.parse::<i64>().unwrap() >= weekend.kill_at().0 {
            break;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
    std::fs::remove_file(file).unwrap();
    answered
}

/// The server that is killed; does nothing in an ordinary run of the tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn victim() {
    let (Ok(place), Ok(queue)) = (std::env::var(PLACE), std::env::var(QUEUE)) else { return };
    let store = Store::open(&crate::kill::location_of(&place), &KEY).await.unwrap();
    let acts: Vec<Act> = std::fs::read_to_string(queue).unwrap().lines().map(Act::of_line).collect();
    let mut acts: Vec<&Act> = acts.iter().collect();
    acts.sort_by_key(|a| a.at);
    for act in acts {
        let _ = deliver(&store, &[act]).await;
        let _ = store.as_system(SystemTask::Job, COUNTY, act.at).raise_alarms().await;
        println!("saved {}", act.at.0);
    }
    println!("saved {}", i64::MAX);
    std::future::pending::<()>().await;
}

/// On Sunday evening the office writes down what became of those who were late.
async fn settle(store: &Store, county: &Countyful, weekend: &Weekend) {
    let now = weekend.last();
    let office = store.desk_of_grant(county.office, now).await.unwrap();
    for line in office.whereabouts(None, 500).await.unwrap().lines {
        if line.place == Where::BackLate {
            let reason = "路上车坏了，人都好".to_owned();
            let act = CloseLate { stay: line.stay, outcome: Outcome::Back, guardian: None, reason };
            office.save(act).await.unwrap();
        }
    }
}
