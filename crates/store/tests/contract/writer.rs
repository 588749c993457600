use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use naheya_domain::{AreaId, Key};
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::{Act, Error, Store, Submission, SystemTask, Tx};

use crate::child::details;
use crate::ground::{COUNTY, Ground, KEY, NOW, system};
use crate::on_both_engines;

on_both_engines![
    the_same_submission_twice_makes_one_record,
    the_same_key_with_another_body_is_refused,
    a_failed_act_takes_only_itself_back,
    a_panicking_act_does_not_stop_the_writer,
    a_failed_check_uses_up_no_key,
    three_processes_given_the_same_forms_make_each_record_once,
    several_processes_write_several_counties_and_every_chain_is_whole,
    another_key_does_not_open_the_records,
];

fn submission(key: &str, body: u8) -> Submission {
    Submission { key: Key::parse(key).unwrap(), body: [body; 32] }
}

async fn count(store: &Store) -> u64 {
    system(store).count_children(&ChildFilter::default()).await.unwrap()
}

async fn the_same_submission_twice_makes_one_record(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let open = || OpenFile { details: details("安小草") };
    let key = "0123456789abcdef";
    // At once, and so most likely in one batch; then again later.
    let (one, two) =
        tokio::join!(desk.save_once(open(), submission(key, 1)), desk.save_once(open(), submission(key, 1)));
    let three = desk.save_once(open(), submission(key, 1)).await;
    assert_eq!(one, two);
    assert_eq!(two, three);
    assert_eq!(count(&store).await, 1);
    store.close().await.unwrap();
}

async fn the_same_key_with_another_body_is_refused(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let key = "0123456789abcdef";
    desk.save_once(OpenFile { details: details("安小草") }, submission(key, 1)).await.unwrap();
    let other = desk.save_once(OpenFile { details: details("白云朵") }, submission(key, 2)).await;
    assert_eq!(other, Err(Error::KeyReused));
    assert_eq!(count(&store).await, 1);
    store.close().await.unwrap();
}

/// Opens a file and then fails, in the way asked for.
struct WriteThenFail {
    panic: bool,
    ran: Arc<AtomicU32>,
}

impl Act for WriteThenFail {
    const NAME: &'static str = "test.fail";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        self.ran.fetch_add(1, Ordering::Relaxed);
        OpenFile { details: details("石小榴") }.run(tx).await?;
        assert!(!self.panic, "asked to panic");
        Err(Error::refused("test.refused"))
    }
}

async fn beside_good_acts(ground: &Ground, panic: bool) -> (Store, Result<(), Error>) {
    let store = ground.store().await;
    let desk = system(&store);
    let ran = Arc::new(AtomicU32::new(0));
    let good = (0..10).map(|_| desk.save(OpenFile { details: details("安小草") }));
    let (bad, good) =
        tokio::join!(desk.save(WriteThenFail { panic, ran: Arc::clone(&ran) }), futures_util::future::join_all(good));
    assert!(good.iter().all(Result::is_ok));
    assert!(ran.load(Ordering::Relaxed) >= 1);
    (store, bad)
}

async fn a_failed_act_takes_only_itself_back(ground: Ground) {
    let (store, bad) = beside_good_acts(&ground, false).await;
    assert_eq!(bad, Err(Error::refused("test.refused")));
    assert_eq!(count(&store).await, 10);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_panicking_act_does_not_stop_the_writer(ground: Ground) {
    let (store, bad) = beside_good_acts(&ground, true).await;
    assert!(matches!(bad, Err(Error::Database(_))));
    system(&store).save(OpenFile { details: details("白云朵") }).await.unwrap();
    assert_eq!(count(&store).await, 11);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

/// Three processes on one place, the first as the ground made it.
async fn three(ground: &Ground) -> [Store; 3] {
    let first = ground.store().await;
    let open = || async { Store::open(&ground.location, &KEY).await.unwrap() };
    [first, open().await, open().await]
}

async fn three_processes_given_the_same_forms_make_each_record_once(ground: Ground) {
    let stores = three(&ground).await;
    let forms = |store: &Store| {
        let desk = system(store);
        async move {
            let one = |n: u8| {
                let key = format!("0123456789abc{n:03}");
                let desk = &desk;
                async move { desk.save_once(OpenFile { details: details("安小草") }, submission(&key, n)).await.unwrap() }
            };
            futures_util::future::join_all((0..40).map(one)).await
        }
    };
    let [one, two, three] = stores.each_ref().map(forms);
    let (one, two, three) = tokio::join!(one, two, three);
    assert_eq!(one, two);
    assert_eq!(two, three);
    assert_eq!(count(&stores[0]).await, 40);
    assert_eq!(stores[1].verify(COUNTY, true, NOW).await.unwrap(), []);
    for store in stores {
        store.close().await.unwrap();
    }
}

async fn several_processes_write_several_counties_and_every_chain_is_whole(ground: Ground) {
    let counties = [COUNTY, AreaId(150_826), AreaId(150_824), AreaId(150_823)];
    let stores = three(&ground).await;
    let desk = |store: &Store, area: AreaId| store.as_system(SystemTask::Demo, area, NOW);
    for area in &counties[1..] {
        desk(&stores[0], *area).open_county().await.unwrap();
    }
    let saves = stores.iter().flat_map(|store| {
        let saves =
            move |area: AreaId| (0..15).map(move |_| (desk(store, area), OpenFile { details: details("白云朵") }));
        counties.into_iter().flat_map(saves)
    });
    let saved = futures_util::future::join_all(saves.map(|(desk, act)| async move { desk.save(act).await })).await;
    assert!(saved.iter().all(Result::is_ok), "{saved:?}");
    for area in counties {
        assert_eq!(desk(&stores[2], area).count_children(&ChildFilter::default()).await.unwrap(), 45);
        assert_eq!(stores[0].verify(area, true, NOW).await.unwrap(), []);
    }
    for store in stores {
        store.close().await.unwrap();
    }
}

async fn a_failed_check_uses_up_no_key(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let key = "0123456789abcdef";
    let ran = Arc::new(AtomicU32::new(0));
    let failed = desk.save_once(WriteThenFail { panic: false, ran }, submission(key, 1)).await;
    assert_eq!(failed, Err(Error::refused("test.refused")));
    desk.save_once(OpenFile { details: details("安小草") }, submission(key, 2)).await.unwrap();
    assert_eq!(count(&store).await, 1);
    store.close().await.unwrap();
}

async fn another_key_does_not_open_the_records(ground: Ground) {
    ground.store().await.close().await.unwrap();
    let mut other = KEY;
    other[0] ^= 1;
    let store = Store::open(&ground.location, &other).await.unwrap();
    assert_eq!(store.prepare(NOW).await, Err(Error::WrongKey));
    assert_eq!(store.check_key(NOW).await, Err(Error::WrongKey));
    store.close().await.unwrap();
}
