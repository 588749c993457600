//! Requests in one commit: read for together, judged one after the other.

use std::sync::Arc;

use naheya_domain::Role;
use naheya_domain::id::StayId;
use naheya_domain::stay::NewStay;
use naheya_domain::viewer::Place;
use naheya_store::child::{ChildFilter, ConfirmFile, OpenFile};
use naheya_store::stay::{RequestStays, Requested};
use naheya_store::wish::{Answer, RecordWish};
use naheya_store::{Act, Desk, Error, Store, Tx};
use tokio::sync::Notify;

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{Story, child_of, pair, story};
use crate::volunteer::approved;

on_both_engines![
    every_request_of_one_commit_is_made,
    of_two_requests_for_the_same_days_in_one_commit_the_first_is_made,
    a_no_between_two_requests_of_one_commit_counts_for_the_second,
    a_refused_request_takes_no_other_of_its_commit_with_it,
    somebody_elses_pair_stays_unseen_in_a_common_commit,
    siblings_go_together_in_a_common_commit,
    files_opened_in_one_commit_are_numbered_one_after_the_other,
];

/// Keeps the writer busy until it is told to go on: what is asked meanwhile comes into one commit.
struct Hold {
    begun: Arc<Notify>,
    go: Arc<Notify>,
}

impl Act for Hold {
    const NAME: &'static str = "test.hold";
    type Answer = ();

    async fn run(&self, _: &Tx) -> Result<(), Error> {
        self.begun.notify_one();
        self.go.notified().await;
        Ok(())
    }
}

/// Runs `asked` in one commit. Each future must only save.
async fn in_one_commit<T>(store: &Store, asked: impl Future<Output = T>) -> T {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let desk = system(store);
    let held = desk.save(Hold { begun: Arc::clone(&begun), go: Arc::clone(&go) });
    let release = async {
        begun.notified().await;
        // The other futures were polled before this one: everything they ask for is in the queue.
        go.notify_one();
    };
    let after = async {
        begun.notified().await;
        begun.notify_one();
        asked.await
    };
    let (held, done, ()) = tokio::join!(held, after, release);
    held.unwrap();
    done
}

async fn ask(desk: &Desk, new: NewStay) -> Result<Requested, Error> {
    desk.save(RequestStays { new: vec![new] }).await
}

fn made(done: &Result<Requested, Error>) -> StayId {
    done.as_ref().unwrap().made[0]
}

/// Nothing is wrong in the records but the pair that the story put in from outside.
async fn whole(s: &Story) {
    let found = s.store.verify(COUNTY, true, NOW).await.unwrap();
    assert_eq!(found.iter().map(|f| (f.code, f.table)).collect::<Vec<_>>(), [("row.unknown", "pairs")]);
}

/// The nth weekend that the school is free.
fn weekend(s: &Story, n: usize) -> NewStay {
    let days = [("2026-11-20", "2026-11-22"), ("2026-11-27", "2026-11-29"), ("2026-12-04", "2026-12-06")];
    s.days(&[s.pair], days[n].0, days[n].1)
}

async fn every_request_of_one_commit_is_made(ground: Ground) {
    let s = story(&ground).await;
    let all = (0..3).map(|n| ask(&s.mother, weekend(&s, n)));
    let done = in_one_commit(&s.store, futures_util::future::join_all(all)).await;
    for one in &done {
        let line = s.coordinator.stay_line(made(one)).await.unwrap();
        assert_eq!(line.child_name, "安小草");
    }
    whole(&s).await;
    s.store.close().await.unwrap();
}

async fn of_two_requests_for_the_same_days_in_one_commit_the_first_is_made(ground: Ground) {
    let s = story(&ground).await;
    let two = async { tokio::join!(ask(&s.mother, weekend(&s, 0)), ask(&s.mother, weekend(&s, 0))) };
    let (first, second) = in_one_commit(&s.store, two).await;
    s.coordinator.stay_line(made(&first)).await.unwrap();
    assert_eq!(code(second), "stay.overlap");
    s.store.close().await.unwrap();
}

async fn a_no_between_two_requests_of_one_commit_counts_for_the_second(ground: Ground) {
    let s = story(&ground).await;
    let no = RecordWish { child: s.child, stay: None, answer: Answer::No, words: String::new(), alone: true };
    let three =
        async { tokio::join!(ask(&s.mother, weekend(&s, 0)), s.teacher.save(no), ask(&s.mother, weekend(&s, 1))) };
    let (before, no, after) = in_one_commit(&s.store, three).await;
    no.unwrap();
    s.coordinator.stay_line(made(&before)).await.unwrap();
    // That the child said no is not hers to hear.
    assert_eq!(code(after), "stay.not_this_weekend");
    s.store.close().await.unwrap();
}

async fn a_refused_request_takes_no_other_of_its_commit_with_it(ground: Ground) {
    let s = story(&ground).await;
    let mut impossible = weekend(&s, 1);
    impossible.guests = vec!["无名客".into()];
    let three = async {
        tokio::join!(ask(&s.mother, weekend(&s, 0)), ask(&s.mother, impossible), ask(&s.mother, weekend(&s, 2)))
    };
    let (one, two, three) = in_one_commit(&s.store, three).await;
    assert_eq!(code(two), "stay.no_offence_missing");
    for done in [one, three] {
        s.coordinator.stay_line(made(&done)).await.unwrap();
    }
    whole(&s).await;
    s.store.close().await.unwrap();
}

async fn somebody_elses_pair_stays_unseen_in_a_common_commit(ground: Ground) {
    let s = story(&ground).await;
    let other = approved(&s.store, "赵样例").await;
    let other = desk_as(&s.store, Role::Volunteer, Place::Person(other.volunteer.0)).await;
    let two = async { tokio::join!(ask(&s.mother, weekend(&s, 0)), ask(&other, weekend(&s, 1))) };
    let (hers, not_hers) = in_one_commit(&s.store, two).await;
    s.coordinator.stay_line(made(&hers)).await.unwrap();
    assert_eq!(not_hers, Err(Error::NotFound));
    s.store.close().await.unwrap();
}

async fn siblings_go_together_in_a_common_commit(ground: Ground) {
    let s = story(&ground).await;
    let (brother, _) = child_of(&s.store, "安小木", s.school, s.class).await;
    let second = pair(&ground, brother, s.carer).await;
    let both = s.days(&[s.pair, second], "2026-11-20", "2026-11-22");
    let two = async { tokio::join!(ask(&s.mother, both), ask(&s.mother, weekend(&s, 1))) };
    let (both, one) = in_one_commit(&s.store, two).await;
    assert_eq!(both.unwrap().made.len(), 2);
    s.coordinator.stay_line(made(&one)).await.unwrap();
    s.store.close().await.unwrap();
}

async fn files_opened_in_one_commit_are_numbered_one_after_the_other(ground: Ground) {
    let s = story(&ground).await;
    let open = |name| s.coordinator.save(OpenFile { details: details(name) });
    // What another kind of act does to the files in between is seen.
    let confirm = s.coordinator.save(ConfirmFile { child: s.child });
    let all = async { tokio::join!(open("白云朵"), open("石小榴"), confirm, open("安小木")) };
    let (one, two, confirmed, three) = in_one_commit(&s.store, all).await;
    confirmed.unwrap();
    assert!(one.is_ok() && two.is_ok() && three.is_ok(), "{one:?} {two:?} {three:?}");
    let (mut rows, _) = s.coordinator.children(&ChildFilter::default()).await.unwrap();
    rows.sort_by(|a, b| a.number.cmp(&b.number));
    let numbered: Vec<(&str, &str)> = rows.iter().map(|r| (r.number.as_str(), r.name.as_str())).collect();
    let expected =
        [("2026-000001", "安小草"), ("2026-000002", "白云朵"), ("2026-000003", "石小榴"), ("2026-000004", "安小木")];
    assert_eq!(numbered, expected);
    s.store.close().await.unwrap();
}
