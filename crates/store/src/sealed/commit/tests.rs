use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use naheya_domain::{AreaId, Timestamp, Viewer};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::super::act::Act;
use super::super::entity::{class, school, setting};
use super::super::tx::Tx;
use super::Ahead;
use crate::{Desk, Error, Location, Store, SystemTask};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A store in a folder of its own, and a desk in it.
async fn fresh() -> (Store, Desk, PathBuf) {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("naheya-commit-{}-{n}", std::process::id()));
    let store = Store::open(&Location::Folder(folder.clone()), &[7; 32]).await.unwrap();
    let now = Timestamp(1_780_000_000_000);
    store.prepare(now).await.unwrap();
    let desk = store.as_system(SystemTask::Demo, AreaId(150_825), now);
    (store, desk, folder)
}

async fn gone(store: Store, folder: PathBuf) {
    store.close().await.unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

fn row(tx: &Tx, key: &str) -> setting::Model {
    setting::Model { area_id: tx.area_id(), key: key.into(), value: "1".into(), version: 1 }
}

/// Writes a setting and reads nothing.
struct Put {
    key: &'static str,
    fails: bool,
}

impl Act for Put {
    const NAME: &'static str = "test.put";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.insert::<setting::Entity>(row(tx, self.key)).await?;
        if self.fails { Err(Error::refused("stay.overlap")) } else { Ok(()) }
    }
}

/// Whether a setting stands there.
struct Find(&'static str);

impl Act for Find {
    const NAME: &'static str = "test.find";
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        let found = tx.for_rule::<setting::Entity>().and(setting::Column::Key.eq(self.0));
        Ok(found.first(tx).await?.is_some())
    }
}

/// A class in a school that is there, or in a new one.
struct AddClass {
    school: Option<Uuid>,
    ran: &'static AtomicU32,
}

impl Act for AddClass {
    const NAME: &'static str = "test.class";
    type Answer = Uuid;

    async fn run(&self, tx: &Tx) -> Result<Uuid, Error> {
        self.ran.fetch_add(1, Ordering::Relaxed);
        let school_id = self.school.unwrap_or_else(Uuid::now_v7);
        if self.school.is_none() {
            let school = school::Model {
                area_id: tx.area_id(),
                id: school_id,
                name: format!("示例第{school_id}学校"),
                town_code: None,
                rhythm: "weekly".into(),
                rhythm_anchor: None,
                release_at: "17:30".into(),
                return_at: "18:30".into(),
                phone_sealed: None,
                state: "open".into(),
                version: 1,
            };
            tx.insert::<school::Entity>(school).await?;
        }
        let id = Uuid::now_v7();
        let class = class::Model {
            area_id: tx.area_id(),
            id,
            school_id,
            name: format!("{id}班"),
            grade: Some(3),
            state: "open".into(),
            version: 1,
        };
        tx.insert::<class::Entity>(class).await?;
        Ok(school_id)
    }
}

#[tokio::test]
async fn an_act_sees_the_rows_that_wait_of_those_before_it() {
    let (store, desk, folder) = fresh().await;
    let put = |key| desk.save(Put { key, fails: false });
    let (one, found, two) = tokio::join!(put("a"), desk.save(Find("a")), put("b"));
    assert_eq!((one, found, two), (Ok(()), Ok(true), Ok(())));
    assert_eq!(desk.save(Find("b")).await, Ok(true));
    gone(store, folder).await;
}

#[tokio::test]
async fn an_act_whose_waiting_row_the_engine_refuses_fails_alone() {
    let (store, desk, folder) = fresh().await;
    let put = |key| desk.save(Put { key, fails: false });
    let (one, twin, other) = tokio::join!(put("a"), put("a"), put("b"));
    assert_eq!((one, other), (Ok(()), Ok(())));
    let Err(Error::Database(said)) = twin else { panic!("{twin:?}") };
    assert!(said.contains("settings.key"), "{said}");
    gone(store, folder).await;
}

#[tokio::test]
async fn the_waiting_rows_of_an_act_that_fails_are_not_written() {
    let (store, desk, folder) = fresh().await;
    let put = |key, fails| desk.save(Put { key, fails });
    let (one, bad, two) = tokio::join!(put("a", false), put("b", true), put("c", false));
    assert_eq!((one, bad, two), (Ok(()), Err(Error::refused("stay.overlap")), Ok(())));
    for (key, there) in [("a", true), ("b", false), ("c", true)] {
        assert_eq!(desk.save(Find(key)).await, Ok(there), "{key}");
    }
    gone(store, folder).await;
}

#[tokio::test]
async fn what_is_referred_to_is_written_before_what_refers_to_it() {
    static RAN: AtomicU32 = AtomicU32::new(0);
    let (store, desk, folder) = fresh().await;
    let add = |school| desk.save(AddClass { school, ran: &RAN });
    let school = add(None).await.unwrap();
    let (one, two, three) = tokio::join!(add(Some(school)), add(None), add(Some(school)));
    assert!(one.is_ok() && two.is_ok() && three.is_ok(), "{one:?} {two:?} {three:?}");
    // Nothing was refused, and so nothing was run again.
    assert_eq!(RAN.load(Ordering::Relaxed), 4);
    gone(store, folder).await;
}

/// Says whether something was read ahead for it that still counts.
struct Foreseen(&'static AtomicU32);

impl Act for Foreseen {
    const NAME: &'static str = "test.foreseen";
    type Answer = bool;

    async fn look_ahead(asked: &[(&Self, &Viewer)], _: &Tx) -> Result<Option<Ahead>, Error> {
        let read = asked.first().map(|(act, _)| act.0.fetch_add(1, Ordering::Relaxed));
        Ok(read.map(|_| Arc::new(()) as Ahead))
    }

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        Ok(tx.ahead::<Foreseen, ()>(&["settings"]).is_some())
    }
}

#[tokio::test]
async fn what_several_acts_ask_alike_is_read_once() {
    static READ: AtomicU32 = AtomicU32::new(0);
    let (store, desk, folder) = fresh().await;
    let ask = || desk.save(Foreseen(&READ));
    assert_eq!(tokio::join!(ask(), ask(), ask()), (Ok(true), Ok(true), Ok(true)));
    assert_eq!(READ.load(Ordering::Relaxed), 1);
    // One alone reads for itself.
    assert_eq!(ask().await, Ok(false));
    gone(store, folder).await;
}

#[tokio::test]
async fn what_was_read_ahead_counts_until_another_kind_of_act_writes_there() {
    static READ: AtomicU32 = AtomicU32::new(0);
    let (store, desk, folder) = fresh().await;
    let ask = || desk.save(Foreseen(&READ));
    let (before, put, after) = tokio::join!(ask(), desk.save(Put { key: "a", fails: false }), ask());
    assert_eq!((before, put, after), (Ok(true), Ok(()), Ok(false)));
    gone(store, folder).await;
}
