//! `naheya serve` is killed while eight people send forms: what was answered is there once, what was
//! not answered can be sent again, and the records are whole. `cargo xtask prove saves` has sixty-four people send them
//! and kills twenty times.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role};
use naheya_store::account::{AddAccount, AddGrant};
use naheya_store::child::ChildFilter;
use naheya_store::slip::{MakeSlip, UseSlip};
use naheya_store::{Desk, Location, Store, SystemTask};

use crate::program::{Folder, KEY, Served, now, request, wished, words};

const KILLS: usize = 10;
/// Answers between two kills.
const BETWEEN: usize = 20;
const CLIENTS: usize = 8;
/// Forms beyond those that are answered before the last kill.
const REST: usize = 40;
const COUNTY: AreaId = AreaId(150_825);

/// A place with a coordinator who is signed in; the cookie.
pub async fn prepared(folder: &Folder) -> String {
    let now = now(folder);
    let store = Store::open(&Location::Folder(folder.path("data")), &KEY).await.unwrap();
    store.prepare(now).await.unwrap();
    store.mark_demo(now).await.unwrap();
    let desk = store.as_system(SystemTask::Demo, COUNTY, now);
    desk.open_county().await.unwrap();
    let add = AddAccount { login: "coordinator".into(), display_name: "样例".into(), language: String::new() };
    let account = desk.save(add).await.unwrap();
    let role = Role::Coordinator;
    desk.save(AddGrant { account, role, place: Place::County, from_on: now.date(), to_on: None }).await.unwrap();
    let slip = desk.save(MakeSlip { account }).await.unwrap();
    let (code, _, _) = desk.slip_code(slip).await.unwrap();
    let password = "three horses drink".to_owned();
    let given = UseSlip { code, password, address: String::new(), agent: "test".into(), shared: false };
    let token = store.use_slip(&given, now).await.unwrap().token;
    store.close().await.unwrap();
    format!("naheya={token}")
}

fn serve(folder: &Folder) -> Served {
    let mut command = folder.command();
    command.args(["serve", "--data", "data", "--listen", "127.0.0.1:0"]);
    Served::start(command)
}

/// Sends form `number`; where the answer leads, when there was one.
fn save(address: &str, cookie: &str, token: &str, number: usize) -> Option<String> {
    let form =
        format!("form_token={token}&key=kill-test-key-{number:04}&name=%E5%AE%89{number:04}&birth_on=2016-03-05");
    let reply = request(address, "POST", "/children", cookie, Some(&form)).ok()?;
    assert_eq!(reply.status, 303, "{}", reply.body);
    Some(reply.header("location").unwrap().to_owned())
}

/// How much is asked of the server.
struct Load {
    kills: usize,
    clients: usize,
    between: usize,
}

impl Load {
    fn wished() -> Load {
        let kills = wished("NAHEYA_PROVE_KILLS", KILLS);
        let clients = wished("NAHEYA_PROVE_CLIENTS", CLIENTS);
        Load { kills, clients, between: BETWEEN * clients / CLIENTS }
    }

    fn saves(&self) -> usize {
        // At each kill every client may be heard once more before it notices.
        self.kills * (self.between + self.clients) + REST
    }
}

/// The clients send what is not answered yet until so many more answers came; then the server is killed.
fn run_and_kill(folder: &Folder, cookie: &str, load: &Load, answered: &mut BTreeMap<usize, String>) {
    let mut served = serve(folder);
    let token = request(&served.address, "GET", "/children/new", cookie, None).unwrap().field("form_token");
    let todo: Vec<usize> = (0..load.saves()).filter(|n| !answered.contains_key(n)).collect();
    let (next, address) = (AtomicUsize::new(0), served.address.clone());
    let (tell, heard) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..load.clients {
            let (tell, next, todo, address, token) = (tell.clone(), &next, &todo, &address, &token);
            scope.spawn(move || {
                while let Some(number) = todo.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(location) = save(address, cookie, token, *number) else { return };
                    tell.send((*number, location)).unwrap();
                }
            });
        }
        drop(tell);
        let mut seen = 0;
        for (number, location) in &heard {
            answered.insert(number, location);
            seen += 1;
            if seen == load.between {
                served.process.kill().unwrap();
            }
        }
    });
    served.process.wait().unwrap();
}

/// Everybody on file, page by page: a count beside the list goes no further than some hundred.
async fn children(desk: &Desk) -> usize {
    let (mut filter, mut all) = (ChildFilter::default(), 0);
    loop {
        let (rows, more) = desk.children(&filter).await.unwrap();
        all += rows.len();
        filter.after = rows.last().map(|row| (row.name.clone(), row.id));
        if !more {
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing_that_was_answered_and_doubles_nothing() {
    let folder = Folder::new();
    let cookie = prepared(&folder).await;
    let (load, mut answered) = (Load::wished(), BTreeMap::new());
    for _ in 0..load.kills {
        run_and_kill(&folder, &cookie, &load, &mut answered);
        let doctor = folder.run(&["doctor", "--deep", "--data", "data"]);
        assert!(doctor.status.success(), "{}", words(&doctor.stdout));
    }
    assert!(answered.len() >= load.kills * load.between, "{} forms were answered", answered.len());

    let served = serve(&folder);
    let token = request(&served.address, "GET", "/children/new", &cookie, None).unwrap().field("form_token");
    let mut records = BTreeSet::new();
    for number in 0..load.saves() {
        let location = save(&served.address, &cookie, &token, number).unwrap();
        if let Some(before) = answered.get(&number) {
            assert_eq!(*before, location, "form {number} was answered with another record");
        }
        records.insert(location);
    }
    assert_eq!(records.len(), load.saves());
    drop(served);
    let store = Store::open(&Location::Folder(folder.path("data")), &KEY).await.unwrap();
    let desk = store.as_system(SystemTask::Doctor, COUNTY, now(&folder));
    assert_eq!(children(&desk).await, load.saves());
    assert_eq!(store.examine(true, now(&folder)).await.unwrap(), []);
    store.close().await.unwrap();
    println!(
        "prove: {} kills while {} people sent forms: {} were answered before, each with the record it has now; {} forms, {} records",
        load.kills,
        load.clients,
        answered.len(),
        load.saves(),
        records.len()
    );
}
