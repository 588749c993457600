//! Thousands at once: a roster and what becomes of it, and a round, ask the engine a few times and not once for each row.
//! On SQLite alone, whose writer works on the test's own thread; what is asked is the same on a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use naheya_domain::Role;
use naheya_domain::phone::Phone;
use naheya_domain::viewer::Place;
use naheya_store::choice::WriteHomeSlip;
use naheya_store::import::{ChildLine, EnrolImported, Lines, UndoImport};
use naheya_store::proposal::OfferProposals;
use naheya_store::round::{OpenRound, RoundDetails, TakePart};
use naheya_store::volunteer::{SignVolunteers, Signature};
use naheya_store::{Error, Store};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::import::{child, import, number, volunteer};
use crate::round::{Circle, circle, text};

/// Rows of a small file, and of a large one.
const FEW: u32 = 3;
const MANY: u32 = 400;
/// Questions more for a large file, at most: long lists of ids are asked for in pieces.
const PIECES: usize = 12;

/// Counts every question and every change.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for Count {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let (target, level) = (event.metadata().target(), *event.metadata().level());
        if level == Level::TRACE && ["naheya_store::question", "naheya_store::change"].contains(&target) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What was answered, and how often the engine was asked for it.
async fn asked<T>(work: impl Future<Output = Result<T, Error>>) -> (T, usize) {
    let count = Count::default();
    let heard = tracing::subscriber::set_default(tracing_subscriber::registry().with(count.clone()));
    let answer = work.await.unwrap();
    drop(heard);
    (answer, count.0.load(Ordering::Relaxed))
}

/// A roster of so many children, each with a mother and in one of eight classes.
fn children(n: u32, class: &str) -> Vec<ChildLine> {
    let line = |at: u32| {
        let birth = format!("2016{:02}{:02}", 1 + at % 12, 1 + at / 12 % 28);
        let mut line = child(at + 2, "安小草", &number(&birth, at % 1_000), &format!("{class}({})班", at % 8));
        line.guardians[0].phone = Phone::parse(&format!("139{:08}", at % 1_000)).ok();
        line
    };
    (0..n).map(line).collect()
}

fn is_few(few: usize, many: usize) {
    assert!(few > 2, "only {few} questions were heard");
    assert!(many <= few + PIECES, "{many} questions for {MANY} rows, {few} for {FEW}");
}

/// A file of so many rows is taken in, and what `then` becomes of it is counted.
async fn counted<T>(
    n: u32,
    then: impl AsyncFnOnce(&Store, naheya_domain::id::ImportBatchId) -> Result<T, Error>,
) -> usize {
    let store = Ground::sqlite().store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let batch = import(&desk, Lines::Children(children(n, "4"))).await.batch.unwrap();
    let (_, questions) = asked(then(&store, batch)).await;
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
    questions
}

#[tokio::test]
async fn many_rows_are_taken_back_with_a_few_questions() {
    let undo = async |store: &Store, batch| system(store).save(UndoImport { batch }).await;
    is_few(counted(FEW, undo).await, counted(MANY, undo).await);
}

#[tokio::test]
async fn many_children_of_an_import_are_enrolled_with_a_few_questions() {
    let enrol = async |store: &Store, batch| {
        let enrolled = system(store).save(EnrolImported { batch }).await?;
        assert!(enrolled == FEW as usize || enrolled == MANY as usize);
        Ok(())
    };
    is_few(counted(FEW, enrol).await, counted(MANY, enrol).await);
}

/// The same children come again in other classes, and that is taken back.
async fn changed_and_back(n: u32) -> [usize; 2] {
    let ground = Ground::sqlite();
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    import(&desk, Lines::Children(children(n, "4"))).await;
    let rows = "SELECT children.name || classes.name FROM children JOIN classes ON classes.id = children.class_id ORDER BY children.id";
    let before = ground.texts(rows).await;
    let (done, changing) = asked(async { Ok(import(&desk, Lines::Children(children(n, "5"))).await) }).await;
    assert_eq!((done.fresh, done.changed), (0, n));
    assert_ne!(ground.texts(rows).await, before);
    let (kept, back) = asked(desk.save(UndoImport { batch: done.batch.unwrap() })).await;
    assert_eq!((kept, ground.texts(rows).await), (0, before));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
    [changing, back]
}

#[tokio::test]
async fn a_new_school_year_is_taken_in_and_back_with_a_few_questions() {
    let ([few, few_back], [many, many_back]) = (changed_and_back(8).await, changed_and_back(MANY).await);
    is_few(few, many);
    is_few(few_back, many_back);
}

#[tokio::test]
async fn many_volunteers_are_signed_with_a_few_questions() {
    let signed = async |n: u32| {
        let store = Ground::sqlite().store().await;
        let desk = desk_as(&store, Role::Coordinator, Place::County).await;
        let line = |at: u32| volunteer(at + 2, "苏样样", &format!("139{at:08}"));
        let batch = import(&desk, Lines::Volunteers((0..n).map(line).collect())).await.batch.unwrap();
        let leader = desk_as(&store, Role::Leader, Place::County).await;
        let (done, questions) = asked(leader.save(SignVolunteers { what: Signature::Batch(batch) })).await;
        assert_eq!(done.approved, u64::from(n));
        assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
        store.close().await.unwrap();
        questions
    };
    is_few(signed(FEW).await, signed(100).await);
}

/// What a round of so many children and homes asks: to come in, to read all cards, to write a home's slip, to confirm.
async fn played(n: usize) -> [usize; 4] {
    let ground = Ground::sqlite();
    let store = ground.store().await;
    let desk = system(&store);
    let Circle { round, children, homes, households } = circle(&ground, &store, n, n).await;
    let details = RoundDetails::parse("2026年冬季结对", "2026-12-28", "").unwrap();
    let other = desk.save(OpenRound { details }).await.unwrap();
    let take = TakePart { round: other, children: children.clone(), volunteers: homes.clone() };
    let (took, coming) = asked(desk.save(take)).await;
    assert_eq!((took.children as usize, took.volunteers as usize), (n, n));
    let all = Circle { round, children, homes, households };
    for at in 1..=n {
        all.child_slip(&desk, at, &at.to_string(), "").await;
    }
    let (cards, reading) = asked(desk.cards(round)).await;
    assert_eq!(cards.len(), n);
    let slip = WriteHomeSlip { round, volunteer: all.homes[0], slip: text("1", "") };
    let ((), writing) = asked(desk.save(slip)).await;
    for at in 2..=n {
        all.home_slip(&desk, at, &at.to_string(), "").await;
    }
    desk.run_round(round, "417", None).await.unwrap();
    let offer = OfferProposals { round, children: Vec::new(), reason: None };
    let (offered, confirming) = asked(desk.save(offer)).await;
    assert_eq!(offered as usize, n);
    // The consents of a circle were written past the trail.
    let found = store.verify(COUNTY, true, NOW).await.unwrap();
    assert!(found.iter().all(|finding| finding.table == "consents"), "{found:?}");
    store.close().await.unwrap();
    [coming, reading, writing, confirming]
}

#[tokio::test]
async fn a_round_of_many_asks_as_much_as_a_round_of_few() {
    let (few, many) = (played(3).await, played(12).await);
    assert!(few.iter().all(|asked| *asked > 2), "{few:?}");
    assert_eq!(few, many, "to come in, to read cards, to write a slip, to confirm");
    assert!(few[2] < 15, "a slip asks for its own people: {} questions", few[2]);
}
