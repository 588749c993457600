//! What a phone did while it had no network, and how it is merged: a function of the acts that came,
//! not of their order. The first word on a fact counts, whoever said it; what comes before the release
//! waits for it; what comes after the child is back still counts for its time. Nothing is overwritten.
//!
//! Long because: each thing that a phone can say is tried on its own.

use crate::custody::Event;
use crate::stay::StayState;
use crate::time::Timestamp;

/// A phone's clock is doubtful when it is further than this from the server's, in minutes.
pub const DOUBTFUL_MINUTES: i64 = 5;
/// An act older than this, in hours, did not happen when the phone says.
pub const OLDEST_HOURS: i64 = 14 * 24;
/// An answer is on its way no longer than this, in milliseconds.
const ON_THE_WAY: i64 = 60_000;
/// Acts in one delivery.
pub const MOST_ACTS: usize = 50;

/// What a phone can do by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActKind {
    /// A teacher let the child go.
    Release,
    /// The volunteer says: I have the child.
    PickUp,
    /// They are at the home.
    Arrival,
    /// They leave the home.
    Leaving,
    /// The volunteer says: I have brought the child back.
    Return,
    /// A teacher says: it is here.
    Confirmation,
    /// What the weekend was like.
    Note,
    /// Five wrong codes: this phone takes none for a while.
    Pause,
    /// Somebody who is not on the list came for a child, and did not get it.
    Stranger,
}

impl ActKind {
    /// Every kind, in the order of a weekend: acts that waited are carried out in it.
    pub const ALL: [ActKind; 9] = [
        ActKind::Release,
        ActKind::PickUp,
        ActKind::Arrival,
        ActKind::Leaving,
        ActKind::Return,
        ActKind::Confirmation,
        ActKind::Note,
        ActKind::Pause,
        ActKind::Stranger,
    ];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            ActKind::Note => "note",
            ActKind::Pause => "pause",
            ActKind::Stranger => "stranger",
            kind => kind.event().map_or("", Event::code),
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<ActKind> {
        ActKind::ALL.into_iter().find(|k| k.code() == code)
    }

    /// Whether it is about no stay: only the office hears of it.
    #[must_use]
    pub fn is_call(self) -> bool {
        matches!(self, ActKind::Pause | ActKind::Stranger)
    }

    /// What it says about who has the child.
    #[must_use]
    pub fn event(self) -> Option<Event> {
        match self {
            ActKind::Release => Some(Event::Release),
            ActKind::PickUp => Some(Event::PickUp),
            ActKind::Arrival => Some(Event::Arrival),
            ActKind::Leaving => Some(Event::Leaving),
            ActKind::Return => Some(Event::Return),
            ActKind::Confirmation => Some(Event::Confirmation),
            ActKind::Note | ActKind::Pause | ActKind::Stranger => None,
        }
    }
}

/// What has become of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Carried out.
    Done,
    /// Waits for what comes before it.
    Kept,
    /// A person has to look at it: carried out with something amiss, or not possible.
    Look,
    /// A person has looked.
    Seen,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Standing; 4] = [Standing::Done, Standing::Kept, Standing::Look, Standing::Seen];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Standing::Done => "done",
            Standing::Kept => "kept",
            Standing::Look => "look",
            Standing::Seen => "seen",
        }
    }

    /// The standing with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// The last answer that a phone had before an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The server's time in it.
    pub at: Timestamp,
    /// How far the phone's clock was behind it, in milliseconds; ahead is below zero.
    pub behind: i64,
}

/// When the phone says that it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhoneClock {
    /// The phone's time of the act.
    pub at: Timestamp,
    /// The phone's offset from UTC, in minutes.
    pub offset: i32,
    /// The phone's time when it sent the act; what it differs from the server's by is the clock's error.
    pub sent: Timestamp,
    /// What the phone knew of its clock before the act, where it had heard of the server.
    pub last: Option<Contact>,
}

/// When it was, as far as can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The phone's time without the clock's error, within what is possible.
    pub at: Timestamp,
    /// Whether the phone's clock was wrong or does not fit.
    pub doubtful: bool,
    /// Whether it was set between the last contact before the act and the sending, so that the hour is none to rely on.
    pub moved: bool,
}

impl PhoneClock {
    /// Takes the clock's error out. What lies in the future or too far back happened now, doubtfully. Without network no
    /// clock is set by itself: one that was set since the last contact was set when the network came back, after the act, so
    /// that the error known before counts first.
    #[must_use]
    pub fn moment(self, now: Timestamp) -> Moment {
        let error = now.0.saturating_sub(self.sent.0);
        let before = self.last.map_or(error, |last| last.behind);
        let is_set = is_wide(error.saturating_sub(before));
        let ways = if is_set { [before, error] } else { [error, before] };
        let hours = ways.map(|behind| Timestamp(self.at.0.saturating_add(behind)));
        let at = hours.into_iter().find(|at| self.is_possible(*at, now));
        Moment {
            at: at.unwrap_or(now),
            doubtful: is_wide(error) || is_set || at.is_none(),
            moved: is_set || (at.is_none() && self.last.is_some()),
        }
    }

    /// Nothing was done before the answer that the phone had already.
    fn is_possible(self, at: Timestamp, now: Timestamp) -> bool {
        let heard = self.last.is_none_or(|last| last.at.0.saturating_sub(ON_THE_WAY) <= at.0);
        heard && at <= now && now.minutes_since(at) <= OLDEST_HOURS * 60
    }
}

/// Whether clocks differ by more than anybody would call right.
fn is_wide(millis: i64) -> bool {
    millis.saturating_abs() > DOUBTFUL_MINUTES * 60_000
}

/// What an event of a phone does to a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A new link of the custody chain.
    Link,
    /// The chain is past it: only its time counts.
    Time,
    /// What comes before it has not come yet.
    Wait,
}

/// Judges `event` for a stay in `state` of which `said` stands in the chain.
#[must_use]
pub fn judge(state: StayState, said: &[Event], event: Event) -> Verdict {
    match (state, event) {
        (StayState::Returned | StayState::Closed, _) | (StayState::Released | StayState::InCare, Event::Release) => {
            Verdict::Time
        }
        (StayState::Released | StayState::InCare, Event::Confirmation) => Verdict::Link,
        (StayState::Released | StayState::InCare, event) => {
            if said.iter().all(|s| s.comes_before(event)) {
                Verdict::Link
            } else {
                Verdict::Time
            }
        }
        // The child is gone, whatever the office thought of it: the fact stands, and a person looks.
        (_, Event::Release) => Verdict::Link,
        (_, _) => Verdict::Wait,
    }
}

/// Whether `event` can have been at `at` when the child was let go at `released`: nothing of a stay lies before its release.
/// A pick-up is said in the same minute at another phone, and no hour is taken from it.
#[must_use]
pub fn fits(event: Event, at: i64, released: Option<i64>) -> bool {
    matches!(event, Event::Release | Event::PickUp) || released.is_none_or(|released| released <= at)
}

/// Whether somebody who says "here" at `at` says where the child is now: not before it was let go at `released`, nor before
/// an earlier "here" was taken back at `taken_back`. A child that nobody has received since is not back.
#[must_use]
pub fn is_received(at: i64, released: Option<i64>, taken_back: Option<i64>) -> bool {
    fits(Event::Confirmation, at, released) && taken_back.is_none_or(|back| back < at)
}

/// The first word counts.
#[must_use]
pub fn earliest(known: Option<i64>, said: i64) -> Option<i64> {
    Some(known.map_or(said, |known| known.min(said)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::custody::{Chain, HandOver, Holder};
    use crate::stay::Step;

    /// One stay as the server keeps it, without a database.
    #[derive(Clone, Debug, Default)]
    struct Kept {
        chain: Chain,
        state: Option<StayState>,
        said: Vec<Event>,
        times: BTreeMap<&'static str, i64>,
        done: BTreeSet<u32>,
        waiting: Vec<(u32, Event, i64)>,
        aside: Vec<(u32, Event, i64)>,
    }

    const STAY: Uuid = Uuid::from_u128(9);
    const CARER: Holder = Holder::Volunteer(Uuid::from_u128(1));

    impl Kept {
        fn take(&mut self, id: u32, event: Event, at: i64) {
            if self.done.contains(&id) || self.waiting.iter().any(|w| w.0 == id) {
                return;
            }
            let state = self.state.unwrap_or(StayState::Approved);
            let released = self.times.get(Event::Release.code()).copied();
            match judge(state, &self.said, event) {
                Verdict::Wait => return self.waiting.push((id, event, at)),
                Verdict::Link if event == Event::Confirmation && !is_received(at, released, None) => {}
                Verdict::Time => {}
                Verdict::Link => {
                    let (from, to) = match event {
                        Event::Release => (Holder::School, CARER),
                        Event::Confirmation => (CARER, Holder::School),
                        _ => (CARER, CARER),
                    };
                    // The verdict is never more than what the chain takes.
                    let person = Some(Uuid::from_u128(7));
                    let link = self.chain.append(HandOver { event, from, to, stay: Some(STAY), person }).unwrap();
                    self.chain = self.chain.with(link);
                    self.said.push(event);
                    let step = match event {
                        Event::Release => Step::Release,
                        Event::Confirmation => Step::Confirm,
                        _ => Step::TakeIn,
                    };
                    self.state = Some(state.after(step).unwrap());
                }
            }
            self.time(id, event, at);
            self.done.insert(id);
            if event == Event::Release {
                let mut waited = std::mem::take(&mut self.waiting);
                waited.append(&mut self.aside);
                waited.sort_by_key(|w| ActKind::ALL.iter().position(|k| k.event() == Some(w.1)));
                for (id, event, at) in waited {
                    self.done.remove(&id);
                    self.take(id, event, at);
                }
            }
        }

        /// What does not fit the release is laid aside, until another word on it comes.
        fn time(&mut self, id: u32, event: Event, at: i64) {
            if !fits(event, at, self.times.get(Event::Release.code()).copied()) {
                return self.aside.push((id, event, at));
            }
            let known = self.times.get(event.code()).copied();
            self.times.insert(event.code(), earliest(known, at).unwrap());
        }

        /// What anybody is shown: where the child is, how far the stay is, when what was, what waits, what does not fit.
        fn seen(&self) -> impl PartialEq + std::fmt::Debug {
            let back = matches!(self.state, Some(StayState::Returned | StayState::Closed));
            let state = if back { None } else { self.state };
            let waits: BTreeSet<u32> = self.waiting.iter().map(|w| w.0).collect();
            let aside: BTreeSet<u32> = self.aside.iter().map(|w| w.0).collect();
            (self.chain.holder(), back, state, self.times.clone(), self.done.clone(), waits, aside)
        }
    }

    fn deliveries() -> impl Strategy<Value = (Vec<(u32, Event, i64)>, Vec<usize>)> {
        let events: Vec<Event> = ActKind::ALL.into_iter().filter_map(ActKind::event).collect();
        let one = (proptest::sample::select(events), 0i64..1000);
        proptest::collection::vec(one, 1..12).prop_flat_map(|acts| {
            let acts: Vec<_> = (0u32..).zip(acts).map(|(id, (event, at))| (id, event, at)).collect();
            let order: Vec<usize> = (0..acts.len()).chain(0..acts.len()).collect();
            (Just(acts), Just(order).prop_shuffle())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn the_same_acts_in_any_order_and_twice_make_the_same_weekend((acts, order) in deliveries()) {
            let (mut straight, mut shuffled) = (Kept::default(), Kept::default());
            for (id, event, at) in &acts {
                straight.take(*id, *event, *at);
            }
            for n in order {
                let (id, event, at) = *acts.get(n).unwrap();
                shuffled.take(id, event, at);
            }
            prop_assert_eq!(straight.seen(), shuffled.seen());
            // Nothing is lost: each act is carried out or waits.
            prop_assert_eq!(shuffled.done.len() + shuffled.waiting.len(), acts.len());
            let released = shuffled.times.get(Event::Release.code());
            prop_assert!(shuffled.times.iter().all(|(event, at)| *event == "pick_up" || released.is_none_or(|r| r <= at)));
        }

        #[test]
        fn a_wrong_clock_is_taken_out_and_told(at in 0i64..10_000_000, later in 0i64..10_000_000, error in -30_000_000i64..30_000_000) {
            let happened = Timestamp(1_000_000_000 + at);
            let now = Timestamp(happened.0 + later);
            let phone = |t: Timestamp| Timestamp(t.0 + error);
            let told = PhoneClock { at: phone(happened), offset: 480, sent: phone(now), last: None }.moment(now);
            prop_assert_eq!(told.at, happened);
            prop_assert!(!told.moved);
            prop_assert_eq!(told.doubtful, error.abs() > DOUBTFUL_MINUTES * 60_000);
        }

        #[test]
        fn no_clock_says_what_cannot_be(
            at in any::<i64>(), sent in any::<i64>(), last in proptest::option::of((any::<i64>(), any::<i64>()))
        ) {
            let now = Timestamp(1_795_140_000_000);
            let last = last.map(|(at, behind)| Contact { at: Timestamp(at), behind });
            let told = PhoneClock { at: Timestamp(at), offset: 0, sent: Timestamp(sent), last }.moment(now);
            prop_assert!(told.at <= now && now.minutes_since(told.at) <= OLDEST_HOURS * 60);
        }

        #[test]
        fn a_clock_that_is_set_right_between_the_act_and_its_sending_is_noticed(
            away in 0i64..10_000_000, later in 0i64..10_000_000, error in -30_000_000i64..30_000_000
        ) {
            let contact = Timestamp(1_795_140_000_000);
            let happened = Timestamp(contact.0 + away);
            let now = Timestamp(happened.0 + later);
            let last = Some(Contact { at: contact, behind: -error });
            let told = PhoneClock { at: Timestamp(happened.0 + error), offset: 480, sent: now, last }.moment(now);
            prop_assert_eq!(told.moved, error.abs() > DOUBTFUL_MINUTES * 60_000);
            prop_assert_eq!(told.doubtful, told.moved);
            prop_assert!(!told.moved || told.at == happened);
        }
    }

    #[test]
    fn an_act_from_before_the_last_contact_was_by_a_clock_that_went_wrong_since() {
        let contact = Timestamp(1_795_140_000_000);
        let now = contact.plus_minutes(600);
        let last = Some(Contact { at: contact, behind: 0 });
        // Begun anew without network the phone had last year's clock; with the network it was right again.
        for (minutes, moved) in [(-3 * 24 * 60, true), (-2, true), (0, false), (300, false)] {
            let clock = PhoneClock { at: contact.plus_minutes(minutes), offset: 480, sent: now, last };
            let told = clock.moment(now);
            assert_eq!((told.moved, told.doubtful), (moved, moved), "{minutes}");
            assert_eq!(told.at, if moved { now } else { clock.at });
        }
    }

    #[test]
    fn a_here_from_before_the_release_brings_no_child_back() {
        let mut kept = Kept::default();
        // The roll was called in the morning, the child was let go after it.
        kept.take(1, Event::Confirmation, 50);
        kept.take(2, Event::Release, 100);
        assert_eq!((kept.chain.holder(), kept.state), (CARER, Some(StayState::Released)));
        kept.take(3, Event::Confirmation, 200);
        assert_eq!((kept.chain.holder(), kept.state), (Holder::School, Some(StayState::Returned)));
        assert!(is_received(200, Some(100), None) && is_received(200, None, Some(150)));
        assert!(!is_received(99, Some(100), None));
        assert!(!is_received(150, Some(100), Some(150)), "said before it was taken back");
    }

    #[test]
    fn every_code_is_read_back() {
        for kind in ActKind::ALL {
            assert_eq!(ActKind::parse(kind.code()), Some(kind));
        }
        for standing in Standing::ALL {
            assert_eq!(Standing::parse(standing.code()), Some(standing));
        }
    }

    #[test]
    fn nothing_of_a_stay_lies_before_its_release() {
        for event in [Event::Arrival, Event::Leaving, Event::Return, Event::Confirmation] {
            assert!(!fits(event, 99, Some(100)), "{event:?}");
            assert!(fits(event, 100, Some(100)) && fits(event, 99, None), "{event:?}");
        }
        assert!(fits(Event::PickUp, 99, Some(100)) && fits(Event::Release, 99, Some(100)));
    }

    #[test]
    fn a_child_that_is_gone_is_gone_whatever_was_decided_meanwhile() {
        for state in [StayState::Requested, StayState::Approved, StayState::Cancelled, StayState::Refused] {
            assert_eq!(judge(state, &[], Event::Release), Verdict::Link);
            assert_eq!(judge(state, &[], Event::PickUp), Verdict::Wait);
        }
    }

    #[test]
    fn only_a_call_is_about_no_stay_and_only_words_say_nothing_of_who_has_the_child() {
        let calls: Vec<ActKind> = ActKind::ALL.into_iter().filter(|kind| kind.is_call()).collect();
        assert_eq!(calls, [ActKind::Pause, ActKind::Stranger]);
        for kind in ActKind::ALL {
            let words = matches!(kind, ActKind::Note | ActKind::Pause | ActKind::Stranger);
            assert_eq!(kind.event().is_none(), words, "{kind:?}");
        }
        assert_eq!(ActKind::Confirmation.event(), Some(Event::Confirmation));
    }

    #[test]
    fn an_act_of_a_phone_is_no_older_than_fourteen_days_and_not_of_the_future() {
        let now = Timestamp(1_795_140_000_000);
        let told = |at| PhoneClock { at, offset: 480, sent: now, last: None }.moment(now);
        let days = |minutes: i64| now.plus_minutes(-14 * 24 * 60 + minutes);
        for at in [now, days(0), Timestamp(days(-1).0 + 1)] {
            assert_eq!(told(at), Moment { at, doubtful: false, moved: false });
        }
        for at in [Timestamp(now.0 + 1), days(-1)] {
            assert_eq!(told(at), Moment { at: now, doubtful: true, moved: false });
        }
    }

    #[test]
    fn a_clock_is_right_within_five_minutes() {
        let now = Timestamp(1_795_140_000_000);
        let doubtful = |error| PhoneClock {
            at: Timestamp(now.0 - error),
            offset: 480,
            sent: Timestamp(now.0 - error),
            last: None,
        };
        for (error, expected) in [(300_000, false), (-300_000, false), (300_001, true), (-300_001, true)] {
            assert_eq!(doubtful(error).moment(now).doubtful, expected, "{error}");
        }
    }

    #[test]
    fn an_answer_was_on_its_way_for_a_minute_at_most() {
        let (contact, now) = (Timestamp(1_795_140_000_000), Timestamp(1_795_140_000_000 + 600_000));
        let last = Some(Contact { at: contact, behind: 0 });
        let told = |at: i64| PhoneClock { at: Timestamp(at), offset: 480, sent: now, last }.moment(now);
        assert_eq!(told(contact.0 - 60_000).at, Timestamp(contact.0 - 60_000));
        assert_eq!(told(contact.0 - 60_001), Moment { at: now, doubtful: true, moved: true });
    }

    #[test]
    fn what_a_phone_says_makes_a_link_only_where_the_chain_is_not_past_it() {
        use Event::{Arrival, Confirmation, Leaving, PickUp, Release, Return};
        for state in [StayState::Released, StayState::InCare] {
            assert_eq!(judge(state, &[Release], PickUp), Verdict::Link);
            assert_eq!(judge(state, &[Release, Arrival], Leaving), Verdict::Link);
            assert_eq!(judge(state, &[Release, Arrival], PickUp), Verdict::Time, "they have arrived");
            assert_eq!(judge(state, &[Release, Arrival], Arrival), Verdict::Time, "said already");
            assert_eq!(judge(state, &[Release], Release), Verdict::Time);
            assert_eq!(judge(state, &[Release, Return], Confirmation), Verdict::Link);
        }
        for state in [StayState::Returned, StayState::Closed] {
            for event in [Release, PickUp, Arrival, Leaving, Return, Confirmation] {
                assert_eq!(judge(state, &[], event), Verdict::Time, "{state:?} {event:?}");
            }
        }
    }
}
