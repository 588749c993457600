//! What becomes of one message: its states, and what follows from each answer of the other side.

use uuid::Uuid;

use super::{Urgency, mixed};
use crate::Timestamp;

/// Times that a message whose answer was lost may have arrived: once, and once more.
const MOST_UNSURE: i32 = 2;
/// After this long nobody tries on by themselves.
const PATIENCE_MINUTES: i64 = 24 * 60;
/// The first pause, and the longest: an alarm is never left alone for long.
const FIRST_PAUSE: i64 = 15_000;
const LONGEST_PAUSE: i64 = 10 * 60_000;
const LONGEST_PAUSE_OF_AN_ALARM: i64 = 60_000;
/// How long a process may hold a message before another takes it up. Longer than any wait for an answer.
const LEASE: i64 = 60_000;
/// Milliseconds within which the turn of every message that was tried comes again, and by which clocks of two machines differ,
/// together: one that would wait longer was tried before the clock was set back.
const FURTHEST: i64 = 30 * 60_000;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeState {
    /// Waits for its turn.
    Queued,
    /// A process holds it, until its lease ends.
    Sending,
    /// Taken by the other side, with proof.
    Sent,
    /// Nobody tries on by themselves; a person may.
    Failed,
    /// Not sent, since enough went to this person already.
    Capped,
}

impl NoticeState {
    /// Every state.
    pub const ALL: [NoticeState; 5] =
        [NoticeState::Queued, NoticeState::Sending, NoticeState::Sent, NoticeState::Failed, NoticeState::Capped];

    /// The name in records.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            NoticeState::Queued => "queued",
            NoticeState::Sending => "sending",
            NoticeState::Sent => "sent",
            NoticeState::Failed => "failed",
            NoticeState::Capped => "capped",
        }
    }

    /// Reads a [`NoticeState::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<NoticeState> {
        NoticeState::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// What the other side made of one try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has the message.
    Taken,
    /// It has not, and wants this many milliseconds of rest.
    Wait(i64),
    /// It has not, or was not reached; later it may.
    Refused,
    /// It has not and never will, as long as nothing is changed.
    Rejected,
    /// The message went out and no answer came: nobody knows.
    Lost,
}

/// What a message has been through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where it stands.
    pub state: NoticeState,
    /// Begun tries.
    pub tries: i32,
    /// Tries of which nobody knows whether they arrived.
    pub unsure: i32,
    /// When it became due.
    pub due_at: Timestamp,
    /// Not before this instant; while it is being sent, the end of the lease.
    pub next_at: Timestamp,
}

/// What [`Delivery::claim`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Not now.
    Waits,
    /// This process sends it.
    Goes(Delivery),
    /// Its lease ended twice without an answer: given up.
    Lost(Delivery),
}

impl Delivery {
    /// A message that waits to be sent from `due_at` on.
    #[must_use]
    pub fn new(due_at: Timestamp) -> Delivery {
        Delivery { state: NoticeState::Queued, tries: 0, unsure: 0, due_at, next_at: due_at }
    }

    /// A process asks for the message. A lease that ended says that another process fell: nobody knows
    /// whether its message arrived, so it is sent once more, and not again after that.
    #[must_use]
    pub fn claim(self, now: Timestamp) -> Fate {
        let was_set_back = self.tries > 0 && self.next_at.0 > now.0.saturating_add(FURTHEST);
        if self.next_at > now && !was_set_back {
            return Fate::Waits;
        }
        let unsure = match self.state {
            NoticeState::Queued => self.unsure,
            NoticeState::Sending => self.unsure + 1,
            NoticeState::Sent | NoticeState::Failed | NoticeState::Capped => return Fate::Waits,
        };
        if unsure >= MOST_UNSURE {
            return Fate::Lost(Delivery { state: NoticeState::Failed, unsure, ..self });
        }
        let next_at = Timestamp(now.0.saturating_add(LEASE));
        Fate::Goes(Delivery { state: NoticeState::Sending, tries: self.tries + 1, unsure, next_at, ..self })
    }

    /// After one try. Only a message that is being sent changes.
    #[must_use]
    pub fn after(self, verdict: Verdict, urgency: Urgency, id: Uuid, now: Timestamp) -> Delivery {
        if self.state != NoticeState::Sending {
            return self;
        }
        let unsure = self.unsure + i32::from(verdict == Verdict::Lost);
        let pause = match verdict {
            Verdict::Taken => return Delivery { state: NoticeState::Sent, next_at: now, ..self },
            Verdict::Rejected => return Delivery { state: NoticeState::Failed, next_at: now, ..self },
            Verdict::Wait(rest) => rest.clamp(0, LONGEST_PAUSE) + jitter(id, self.tries, 5_000),
            Verdict::Refused | Verdict::Lost => pause(urgency, self.tries, id),
        };
        let over = now.minutes_since(self.due_at) >= PATIENCE_MINUTES || unsure >= MOST_UNSURE;
        let state = if over { NoticeState::Failed } else { NoticeState::Queued };
        Delivery { state, unsure, next_at: Timestamp(now.0.saturating_add(pause)), ..self }
    }

    /// A person wants it sent after all: with the same number, with patience anew.
    #[must_use]
    pub fn again(self, now: Timestamp) -> Option<Delivery> {
        let stands = matches!(self.state, NoticeState::Failed | NoticeState::Capped);
        stands.then(|| Delivery::new(now))
    }
}

/// The pause after the nth try: twice as long each time, up to a bound, and a little apart for each
/// message, so that what failed together does not come again together.
fn pause(urgency: Urgency, tries: i32, id: Uuid) -> i64 {
    let longest = if urgency == Urgency::Alarm { LONGEST_PAUSE_OF_AN_ALARM } else { LONGEST_PAUSE };
    let doublings = tries.clamp(1, 20) - 1;
    let plain = (FIRST_PAUSE << doublings).min(longest);
    plain + jitter(id, tries, plain / 4)
}

fn jitter(id: Uuid, tries: i32, most: i64) -> i64 {
    let bits = mixed(id).rotate_left(tries.unsigned_abs() % 64) >> 1;
    i64::try_from(bits).unwrap_or_default() % (most + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: Timestamp = Timestamp(1_795_147_200_000);

    fn after(verdict: Verdict) -> Delivery {
        let Fate::Goes(sending) = Delivery::new(NOON).claim(NOON) else { panic!("it goes") };
        sending.after(verdict, Urgency::Ordinary, Uuid::from_u128(1), NOON)
    }

    #[test]
    fn each_answer_has_its_state() {
        assert_eq!(after(Verdict::Taken).state, NoticeState::Sent);
        assert_eq!(after(Verdict::Rejected).state, NoticeState::Failed);
        assert_eq!(after(Verdict::Refused).state, NoticeState::Queued);
        assert_eq!(after(Verdict::Lost).state, NoticeState::Queued);
        let waits = after(Verdict::Wait(60_000));
        assert_eq!(waits.state, NoticeState::Queued);
        assert!((60_000..=65_000).contains(&(waits.next_at.0 - NOON.0)));
    }

    #[test]
    fn a_message_that_another_process_holds_is_left_alone_until_its_lease_ends() {
        let Fate::Goes(held) = Delivery::new(NOON).claim(NOON) else { panic!("it goes") };
        assert_eq!(held.claim(Timestamp(NOON.0 + LEASE - 1)), Fate::Waits);
        let Fate::Goes(taken_up) = held.claim(Timestamp(NOON.0 + LEASE)) else { panic!("it is taken up") };
        assert_eq!((taken_up.tries, taken_up.unsure), (2, 1));
        let Fate::Lost(given_up) = taken_up.claim(Timestamp(NOON.0 + 2 * LEASE)) else { panic!("twice is enough") };
        assert_eq!(given_up.state, NoticeState::Failed);
    }

    #[test]
    fn a_message_tried_before_the_clock_was_set_back_holds_up_nobody() {
        let refused = after(Verdict::Refused);
        assert!(matches!(refused.claim(NOON), Fate::Waits), "its pause");
        assert!(matches!(refused.claim(NOON.plus_minutes(-20)), Fate::Waits), "another machine's clock may be ahead");
        assert!(matches!(refused.claim(NOON.plus_minutes(-24 * 60)), Fate::Goes(_)));
        assert!(matches!(Delivery::new(NOON).claim(NOON.plus_minutes(-24 * 60)), Fate::Waits), "never tried");
    }

    #[test]
    fn an_alarm_is_tried_again_within_seventy_five_seconds_however_often_it_failed() {
        for tries in 1..100 {
            assert!(pause(Urgency::Alarm, tries, Uuid::from_u128(9)) <= 75_000);
            assert!(pause(Urgency::Ordinary, tries, Uuid::from_u128(9)) <= 750_000);
        }
    }

    #[test]
    fn after_a_day_of_refusals_only_a_person_tries_on() {
        let Fate::Goes(sending) = Delivery::new(NOON).claim(NOON) else { panic!("it goes") };
        let day = NOON.plus_minutes(PATIENCE_MINUTES);
        let failed = sending.after(Verdict::Refused, Urgency::Alarm, Uuid::from_u128(1), day);
        assert_eq!(failed.state, NoticeState::Failed);
        let anew = failed.again(day).map(|d| (d.state, d.unsure, d.due_at));
        assert_eq!(anew, Some((NoticeState::Queued, 0, day)));
        assert_eq!(Delivery::new(NOON).again(NOON), None);
    }

    fn verdict() -> impl Strategy<Value = Verdict> {
        prop_oneof![
            Just(Verdict::Taken),
            (0_i64..600_000).prop_map(Verdict::Wait),
            Just(Verdict::Refused),
            Just(Verdict::Rejected),
            Just(Verdict::Lost),
        ]
    }

    #[derive(Clone, Copy, Debug)]
    enum Event {
        Answer(Verdict),
        Crash,
    }

    proptest! {
        #[test]
        fn whatever_happens_it_arrives_at_most_twice_and_once_when_each_answer_came(
            events in proptest::collection::vec(prop_oneof![4 => verdict().prop_map(Event::Answer), 1 => Just(Event::Crash)], 0..60),
            urgent in any::<bool>(),
            id in any::<u128>(),
        ) {
            let urgency = if urgent { Urgency::Alarm } else { Urgency::Ordinary };
            let (mut now, mut one) = (NOON, Delivery::new(NOON));
            let (mut perhaps, mut surely, mut tries) = (0, 0, 0);
            for event in events {
                now = now.max(one.next_at);
                match one.claim(now) {
                    Fate::Waits => break,
                    Fate::Lost(end) => { one = end; break }
                    Fate::Goes(sending) => {
                        prop_assert!(sending.tries == tries + 1 && sending.next_at > now);
                        tries = sending.tries;
                        one = sending;
                    }
                }
                match event {
                    Event::Crash => perhaps += 1,
                    Event::Answer(verdict) => {
                        surely += i32::from(verdict == Verdict::Taken);
                        perhaps += i32::from(verdict == Verdict::Lost);
                        one = one.after(verdict, urgency, Uuid::from_u128(id), now);
                        prop_assert_eq!(one.state == NoticeState::Sent, verdict == Verdict::Taken);
                        prop_assert!(one.next_at >= now);
                    }
                }
            }
            prop_assert!(perhaps + surely <= 2 && surely <= 1);
            prop_assert!(perhaps > 0 || surely == i32::from(one.state == NoticeState::Sent));
        }
    }

    #[test]
    fn what_is_sent_failed_or_capped_is_not_taken_up_by_itself() {
        for state in [NoticeState::Sent, NoticeState::Failed, NoticeState::Capped] {
            let delivery = Delivery { state, ..Delivery::new(NOON) };
            assert_eq!(delivery.claim(NOON), Fate::Waits, "{state:?}");
        }
        assert!(NoticeState::ALL.into_iter().all(|state| NoticeState::parse(state.code()) == Some(state)));
    }

    #[test]
    fn only_a_message_that_is_being_sent_changes() {
        for state in NoticeState::ALL.into_iter().filter(|state| *state != NoticeState::Sending) {
            let delivery = Delivery { state, ..Delivery::new(NOON) };
            assert_eq!(delivery.after(Verdict::Taken, Urgency::Alarm, Uuid::nil(), NOON), delivery, "{state:?}");
        }
    }

    #[test]
    fn a_message_tried_before_waits_for_half_an_hour_at_most() {
        let tried = |next: i64| Delivery { tries: 1, next_at: Timestamp(NOON.0 + next), ..Delivery::new(NOON) };
        assert_eq!(tried(30 * 60_000).claim(NOON), Fate::Waits);
        assert!(matches!(tried(30 * 60_000 + 1).claim(NOON), Fate::Goes(_)), "the clock was set back");
    }

    #[test]
    fn a_message_whose_answer_was_lost_twice_is_given_up_and_a_person_may_try_again() {
        let sending = Delivery { state: NoticeState::Sending, tries: 1, ..Delivery::new(NOON) };
        let lost = |unsure| Delivery { unsure, ..sending }.after(Verdict::Lost, Urgency::Alarm, Uuid::nil(), NOON);
        assert_eq!((lost(0).state, lost(0).unsure), (NoticeState::Queued, 1));
        assert_eq!((lost(1).state, lost(1).unsure), (NoticeState::Failed, 2));
        for state in NoticeState::ALL {
            let may = matches!(state, NoticeState::Failed | NoticeState::Capped);
            let again = Delivery { state, ..sending }.again(NOON);
            assert_eq!(again, may.then(|| Delivery::new(NOON)), "{state:?}");
        }
    }
}
