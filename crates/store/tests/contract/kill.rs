//! A process that is killed in the middle of its work: what was answered "saved" is there once,
//! what was not answered can be sent again, and the records are whole. The test starts its own
//! binary again as the process to be killed.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use naheya_domain::Key;
use naheya_domain::id::ChildId;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::{Desk, Location, Store, Submission};

use crate::child::details;
use crate::ground::{COUNTY, Ground, KEY, NOW, system};
use crate::on_both_engines;

const PLACE: &str = "NAHEYA_KILL_PLACE";
const SAVES: usize = 200;
const KILLS: usize = 10;
const CLIENTS: usize = 8;

on_both_engines![a_killed_process_loses_nothing_that_was_answered_and_doubles_nothing];

pub fn place_of(location: &Location) -> String {
    match location {
        Location::Folder(folder) => folder.display().to_string(),
        Location::Postgres(url) => url.clone(),
    }
}

pub fn location_of(place: &str) -> Location {
    if place.starts_with("postgres") { Location::Postgres(place.into()) } else { Location::Folder(place.into()) }
}

async fn save(desk: &Desk, number: usize) -> ChildId {
    let key = Key::parse(&format!("kill-test-key-{number:04}")).unwrap();
    let body = [u8::try_from(number % 251).unwrap(); 32];
    desk.save_once(OpenFile { details: details("安小草") }, Submission { key, body }).await.unwrap()
}

/// The process to be killed; does nothing in an ordinary run of the tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn victim() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let store = Store::open(&location_of(&place), &KEY).await.unwrap();
    let clients = (0..CLIENTS).map(|client| {
        let desk = system(&store);
        tokio::spawn(async move {
            for number in (client..SAVES).step_by(CLIENTS) {
                let id = save(&desk, number).await;
                println!("saved {number} {id}");
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
}

fn start(place: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::victim", "--nocapture"])
        .env(PLACE, place)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Reads what was acknowledged and kills after `most` new lines.
fn run_and_kill(place: &str, most: usize, answered: &mut BTreeSet<(usize, String)>) {
    let mut process = start(place);
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut seen = 0;
    for line in lines {
        let line = line.unwrap();
        // The test runner may put its own words before the first line.
        let Some((_, said)) = line.split_once("saved ") else { continue };
        let (number, id) = said.split_once(' ').unwrap();
        answered.insert((number.parse().unwrap(), id.to_owned()));
        seen += 1;
        if seen == most {
            break;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
}

async fn a_killed_process_loses_nothing_that_was_answered_and_doubles_nothing(ground: Ground) {
    ground.store().await.close().await.unwrap();
    let place = place_of(&ground.location);
    let mut answered = BTreeSet::new();
    for kill in 0..KILLS {
        // Each run first hears again what it was told before, then gets a little further.
        run_and_kill(&place, answered.len() + 7 + kill, &mut answered);
    }
    assert!(answered.len() > 70, "{}", answered.len());
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    store.prepare(NOW).await.unwrap();
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    let desk = system(&store);
    for number in 0..SAVES {
        let id = save(&desk, number).await.to_string();
        if let Some((_, before)) = answered.iter().find(|(n, _)| *n == number) {
            assert_eq!(*before, id, "save {number} was answered with another record");
        }
    }
    let numbers: BTreeSet<usize> = answered.iter().map(|(n, _)| *n).collect();
    assert_eq!(numbers.len(), answered.len(), "one save was answered with two records");
    assert_eq!(desk.count_children(&ChildFilter::default()).await.unwrap(), SAVES as u64);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}
