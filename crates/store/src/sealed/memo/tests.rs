use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

const NOW: Asked = Asked { now: Timestamp(1_780_000_000_000), mark: 0 };

fn key() -> Key {
    (AreaId(150_825), Whom::Viewer(GrantId(uuid::Uuid::nil())), "test", String::new())
}

fn after(millis: i64) -> Asked {
    Asked { now: Timestamp(NOW.now.0 + millis), ..NOW }
}

/// Keeps an answer that took long, or no time, to read.
fn kept(memo: &Memo, value: u32, slow: bool) {
    let changes = memo.changes.load(Ordering::SeqCst);
    memo.keep(key(), NOW, value, Reading { changes, slow, took: 0 });
}

fn find(memo: &Memo, asked: Asked) -> Found<u32> {
    memo.find(&key(), asked, Renewed::AtOnce)
}

#[test]
fn a_quick_answer_ends_with_the_next_change() {
    let memo = Memo::default();
    kept(&memo, 1, false);
    assert_eq!(find(&memo, NOW), Found::Known(1u32));
    memo.forget();
    assert_eq!(find(&memo, NOW), Found::Nothing);
}

#[test]
fn after_a_change_the_first_reads_a_slow_answer_anew_and_the_others_have_the_old_one() {
    let memo = Memo::default();
    kept(&memo, 1, true);
    memo.forget();
    assert_eq!(find(&memo, NOW), Found::Old(1u32));
    assert_eq!(find(&memo, NOW), Found::Known(1u32));
    kept(&memo, 2, true);
    assert_eq!(find(&memo, NOW), Found::Known(2u32));
}

#[test]
fn what_was_changed_while_it_was_read_is_old_from_the_beginning_or_not_kept() {
    for (slow, found) in [(true, Found::Old(1u32)), (false, Found::Nothing)] {
        let memo = Memo::default();
        memo.forget();
        memo.keep(key(), NOW, 1u32, Reading { changes: 0, slow, took: 0 });
        assert_eq!(find(&memo, NOW), found);
    }
}

#[test]
fn a_quick_answer_lasts_a_moment_and_a_slow_one_is_given_for_a_minute_at_most() {
    for (slow, last) in [(false, KEPT + GRACE), (true, OLD)] {
        let memo = Memo::default();
        kept(&memo, 1, slow);
        assert_eq!(find(&memo, after(KEPT - 1)), Found::Known(1u32));
        assert_eq!(find(&memo, after(KEPT)), Found::Old(1u32));
        assert_eq!(find(&memo, after(last - 1)), Found::Known(1u32), "while somebody reads");
        assert_eq!(find(&memo, after(last)), Found::Nothing);
    }
}

#[test]
fn what_is_read_beside_the_requests_rests_twenty_times_as_long_as_it_took() {
    for (took, rest) in [(0, KEPT), (500, 10_000), (60_000, OLD / 2)] {
        let memo = Memo::default();
        memo.keep(key(), NOW, 1u32, Reading { changes: 0, slow: true, took });
        memo.forget();
        let find = |asked| memo.find(&key(), asked, Renewed::InTurn);
        assert_eq!(find(after(rest - 1)), Found::Known(1u32), "although something was changed");
        assert_eq!(find(after(rest)), Found::Old(1u32));
        assert_eq!(find(after(rest)), Found::Known(1u32), "while somebody reads");
    }
}

#[test]
fn when_the_trail_has_moved_a_quick_answer_is_gone_and_a_slow_one_is_old() {
    for (slow, found) in [(true, Found::Old(1u32)), (false, Found::Nothing)] {
        let memo = Memo::default();
        kept(&memo, 1, slow);
        assert_eq!(find(&memo, NOW), Found::Known(1u32));
        assert_eq!(find(&memo, Asked { mark: 1, ..NOW }), found);
    }
}

#[tokio::test]
async fn those_who_ask_the_same_at_once_wait_for_one_answer() {
    let (memo, read) = (Memo::default(), AtomicU32::new(0));
    let ask = || {
        memo.through(key(), NOW, async {
            tokio::task::yield_now().await;
            Ok(read.fetch_add(1, Ordering::Relaxed))
        })
    };
    let (one, two, three) = tokio::join!(ask(), ask(), ask());
    assert_eq!((one, two, three), (Ok(0), Ok(0), Ok(0)));
    assert_eq!(read.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn whoever_waited_for_an_answer_that_a_change_made_old_reads_for_itself() {
    let memo = Memo::default();
    let first = memo.through(key(), NOW, async {
        tokio::task::yield_now().await;
        memo.forget();
        Ok(1)
    });
    let second = memo.through(key(), NOW, async { Ok(2) });
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.unwrap(), second.unwrap()), (1, 2));
}

#[test]
fn what_is_known_at_the_door_never_grows_old_however_long_it_took_to_read() {
    let door = (AreaId::NATION, Whom::Door, "test", String::new());
    assert!(may_grow_old(&key(), SLOW));
    assert!(!may_grow_old(&key(), SLOW / 2));
    assert!(!may_grow_old(&door, SLOW * 10));
}

#[test]
fn what_many_look_at_together_never_grows_old_however_long_it_took_to_read() {
    let alike = (AreaId(150_825), Whom::Alike(Role::Leader, Place::County), "test", String::new());
    assert!(!may_grow_old(&alike, SLOW * 10));
}

#[test]
fn whoever_asked_before_a_change_may_have_what_was_read_after_it() {
    let memo = Memo::default();
    memo.keep(key(), Asked { mark: 2, ..NOW }, 1u32, Reading { changes: 0, slow: false, took: 0 });
    assert_eq!(find(&memo, Asked { mark: 1, ..NOW }), Found::Known(1u32));
    assert_eq!(find(&memo, Asked { mark: 3, ..NOW }), Found::Nothing);
}

/// Begins to read; it does not come to an end.
fn begun<T>(reading: std::pin::Pin<&mut impl Future<Output = T>>) -> bool {
    reading.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_pending()
}

#[tokio::test]
async fn a_reader_that_fails_or_goes_away_leaves_its_turn_to_the_next_who_asks() {
    let memo = Memo::default();
    kept(&memo, 1, true);
    memo.forget();
    let failed = memo.through::<u32>(key(), NOW, async { Err(Error::NotFound) }).await;
    assert_eq!(failed, Err(Error::NotFound));
    assert_eq!(find(&memo, NOW), Found::Old(1u32), "after a failure");
    kept(&memo, 1, true);
    memo.forget();
    let mut gone = Box::pin(memo.through::<u32>(key(), NOW, std::future::pending()));
    assert!(begun(gone.as_mut()));
    assert_eq!(find(&memo, NOW), Found::Known(1u32), "while it reads");
    drop(gone);
    assert_eq!(find(&memo, NOW), Found::Old(1u32), "after it went away");
}

#[tokio::test]
async fn who_goes_away_while_reading_leaves_no_turn_behind() {
    let memo = Memo::default();
    let mut gone = Box::pin(memo.through::<u32>(key(), NOW, std::future::pending()));
    assert!(begun(gone.as_mut()));
    assert_eq!(memo.turns.lock().unwrap_or_else(PoisonError::into_inner).len(), 1);
    drop(gone);
    assert!(memo.turns.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
    assert_eq!(memo.through(key(), NOW, async { Ok(1u32) }).await, Ok(1));
    assert!(memo.turns.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
}
