//! An alarm (告警): somebody has to be told, now, that a child is not where it should be. When each is
//! due is read from the stay, the school's ladder and the clock; that it was raised is kept, and only a
//! person ends it.

use crate::Timestamp;
use crate::custody::Holder;
use crate::stay::StayState;
use crate::stay::ladder::{Ladder, Rung};

/// A child that nobody fetched is told of until this long after its stay should have ended: a server
/// that was down over a whole weekend still says it, once.
const STILL_NEWS: i64 = 24 * 3_600_000;
/// How long before a weekend, in milliseconds, the family's own pick-up still tells of it: two days. Of an older one nobody may
/// have written down that the child came back to school, and such a child is waited for.
pub const FAMILY_FIRST: i64 = 48 * 3_600_000;

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alarm {
    /// A child is not back, and this step of the ladder is reached.
    Late(Rung),
    /// Approved, and nobody came for the child.
    NotFetched,
    /// Five wrong codes at the gate.
    CodePaused,
    /// A release made without network that would have been refused.
    ReleaseRefused,
}

impl Alarm {
    /// Every alarm, the ladder first.
    pub const ALL: [Alarm; 9] = [
        Alarm::Late(Rung::Volunteer),
        Alarm::Late(Rung::Guardian),
        Alarm::Late(Rung::Coordinator),
        Alarm::Late(Rung::School),
        Alarm::Late(Rung::Leader),
        Alarm::Late(Rung::Police),
        Alarm::NotFetched,
        Alarm::CodePaused,
        Alarm::ReleaseRefused,
    ];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Alarm::Late(rung) => rung.code(),
            Alarm::NotFetched => "not_fetched",
            Alarm::CodePaused => "code_paused",
            Alarm::ReleaseRefused => "release_refused",
        }
    }

    /// The alarm with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Alarm> {
        Alarm::ALL.into_iter().find(|a| a.code() == code)
    }

    /// The kind of the letter that tells of it.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Alarm::Late(Rung::Volunteer) => "alarm.volunteer",
            Alarm::Late(Rung::Guardian) => "alarm.guardian",
            Alarm::Late(Rung::Coordinator) => "alarm.coordinator",
            Alarm::Late(Rung::School) => "alarm.school",
            Alarm::Late(Rung::Leader) => "alarm.leader",
            Alarm::Late(Rung::Police) => "alarm.police",
            Alarm::NotFetched => "alarm.not_fetched",
            Alarm::CodePaused => "code.paused",
            Alarm::ReleaseRefused => "alarm.release_refused",
        }
    }

    /// Whether it is a step of the ladder.
    #[must_use]
    pub fn is_late(self) -> bool {
        matches!(self, Alarm::Late(_))
    }
}

/// How an alarm ended. There is no way for a clock to end one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ended {
    /// Whoever receives the child said that it is here, before the ladder had reached the coordinator.
    Confirmed,
    /// The child was released after all.
    Released,
    /// The stay was called off.
    CalledOff,
    /// A person wrote down why.
    Words,
}

impl Ended {
    /// Every way.
    pub const ALL: [Ended; 4] = [Ended::Confirmed, Ended::Released, Ended::CalledOff, Ended::Words];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Ended::Confirmed => "confirmed",
            Ended::Released => "released",
            Ended::CalledOff => "called_off",
            Ended::Words => "words",
        }
    }

    /// The way with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Ended> {
        Ended::ALL.into_iter().find(|e| e.code() == code)
    }
}

/// What the clock must know of a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// How far the stay is.
    pub state: StayState,
    /// Who has the child.
    pub holder: Holder,
    /// The agreed hour of leaving.
    pub starts_at: Timestamp,
    /// The agreed hour of return.
    pub ends_at: Timestamp,
    /// When they come, by the carer's own word.
    pub late_until: Option<Timestamp>,
    /// Whether a concern has suspended it.
    pub suspended: bool,
    /// Since when the family has the child by the newest link, where the stay does not begin with the family.
    pub family_since: Option<Timestamp>,
}

impl Watched {
    /// The ladder as it stands for this stay, what the carer announced included.
    #[must_use]
    pub fn ladder(&self, of_school: &Ladder) -> Ladder {
        of_school.put_off(self.late_until.map_or(0, |until| until.minutes_since(self.ends_at)))
    }

    /// Whether the ladder is being climbed: the child is away and with the carer. In hospital or with
    /// the police somebody has written down where it is.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        self.state.is_away() && !matches!(self.holder, Holder::Hospital | Holder::Police)
    }

    /// Whether the family was there first: it has the child since shortly before the agreed hour, or since then.
    #[must_use]
    pub fn is_with_family(&self) -> bool {
        let since = self.family_since.filter(|since| since.0 >= self.starts_at.0 - FAMILY_FIRST);
        self.state == StayState::Approved && since.is_some()
    }

    /// Every alarm that is due at `now`, with the instant at which it became due, first to last.
    #[must_use]
    pub fn due(&self, of_school: &Ladder, now: Timestamp) -> Vec<(Alarm, Timestamp)> {
        if self.is_missed() {
            let at = |minutes| self.ends_at.plus_minutes(minutes);
            let ladder = self.ladder(of_school);
            return ladder
                .rungs()
                .iter()
                .map(|(r, m)| (Alarm::Late(*r), at(*m)))
                .filter(|(_, at)| *at <= now)
                .collect();
        }
        let missed = self.starts_at.plus_minutes(of_school.not_fetched());
        let waits = self.state == StayState::Approved && !self.suspended && !self.is_with_family();
        if waits && missed <= now && now.0 < self.ends_at.0 + STILL_NEWS {
            return vec![(Alarm::NotFetched, missed)];
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const END: Timestamp = Timestamp(1_795_140_000_000);

    fn away() -> Watched {
        Watched {
            state: StayState::InCare,
            holder: Holder::Volunteer(Uuid::nil()),
            starts_at: END.plus_minutes(-2940),
            ends_at: END,
            late_until: None,
            suspended: false,
            family_since: None,
        }
    }

    fn told(watched: &Watched, now: Timestamp) -> Vec<Alarm> {
        watched.due(&Ladder::default(), now).into_iter().map(|(alarm, _)| alarm).collect()
    }

    #[test]
    fn each_rung_is_due_at_its_minute_and_not_one_millisecond_before() {
        for (n, (rung, minute)) in Ladder::default().rungs().iter().enumerate() {
            let at = END.plus_minutes(*minute);
            assert_eq!(told(&away(), Timestamp(at.0 - 1)).len(), n, "{rung:?}");
            assert_eq!(told(&away(), at).last(), Some(&Alarm::Late(*rung)));
        }
    }

    #[test]
    fn a_child_in_hospital_or_back_or_not_yet_gone_climbs_no_ladder() {
        let long = END.plus_minutes(600);
        for holder in [Holder::Hospital, Holder::Police] {
            assert_eq!(told(&Watched { holder, ..away() }, long), []);
        }
        for state in [StayState::Returned, StayState::Closed, StayState::Cancelled, StayState::Requested] {
            assert_eq!(told(&Watched { state, ..away() }, long), []);
        }
    }

    #[test]
    fn a_child_whom_nobody_fetched_is_told_of_after_the_hour_and_no_longer_when_the_weekend_is_long_over() {
        let waits = Watched { state: StayState::Approved, holder: Holder::School, ..away() };
        let hour = waits.starts_at.plus_minutes(60);
        assert_eq!(told(&waits, Timestamp(hour.0 - 1)), []);
        assert_eq!(told(&waits, hour), [Alarm::NotFetched]);
        assert_eq!(told(&waits, END.plus_minutes(60)), [Alarm::NotFetched], "a server that was down the whole weekend");
        assert_eq!(told(&waits, END.plus_minutes(24 * 60)), []);
        assert_eq!(told(&Watched { suspended: true, ..waits }, hour), [], "what a concern suspends is told to nobody");
    }

    #[test]
    fn a_child_whom_its_family_has_fetched_is_not_missed_at_the_gate_unless_that_is_long_ago() {
        let waits = Watched { state: StayState::Approved, holder: Holder::Guardian, ..away() };
        let hour = waits.starts_at.plus_minutes(60);
        let since = |minutes| Watched { family_since: Some(waits.starts_at.plus_minutes(minutes)), ..waits };
        for minutes in [-48 * 60, -30, 30] {
            assert_eq!(told(&since(minutes), hour), [], "{minutes}");
        }
        assert_eq!(told(&since(-48 * 60 - 1), hour), [Alarm::NotFetched], "it may be back at school since");
        assert_eq!(told(&waits, hour), [Alarm::NotFetched], "what begins with the family has it there");
    }

    proptest! {
        #[test]
        fn what_is_due_only_grows_with_the_clock_and_no_announcement_silences_the_school(
            late in 0i64..2000, more in 0i64..2000, said in proptest::option::of(0i64..2000)
        ) {
            let stay = Watched { late_until: said.map(|m| END.plus_minutes(m)), ..away() };
            let (first, then) = (told(&stay, END.plus_minutes(late)), told(&stay, END.plus_minutes(late + more)));
            prop_assert!(then.starts_with(&first));
            prop_assert!(late < 30 || first.contains(&Alarm::Late(Rung::School)));
            prop_assert!(first.contains(&Alarm::Late(Rung::Volunteer)));
        }
    }

    #[test]
    fn every_word_is_read_back() {
        for alarm in Alarm::ALL {
            assert_eq!(Alarm::parse(alarm.code()), Some(alarm));
        }
        for ended in Ended::ALL {
            assert_eq!(Ended::parse(ended.code()), Some(ended));
        }
    }

    #[test]
    fn every_alarm_and_every_end_is_read_back_and_each_has_a_letter_of_its_own() {
        for alarm in Alarm::ALL {
            assert_eq!(Alarm::parse(alarm.code()), Some(alarm));
        }
        assert!(Ended::ALL.into_iter().all(|ended| Ended::parse(ended.code()) == Some(ended)));
        let letters = Alarm::ALL.map(Alarm::letter);
        let expected = [
            "alarm.volunteer",
            "alarm.guardian",
            "alarm.coordinator",
            "alarm.school",
            "alarm.leader",
            "alarm.police",
            "alarm.not_fetched",
            "code.paused",
            "alarm.release_refused",
        ];
        assert_eq!(letters, expected);
        assert_eq!(Alarm::ALL.map(Alarm::is_late), [true, true, true, true, true, true, false, false, false]);
    }

    #[test]
    fn the_family_was_there_first_within_two_days_before_an_approved_weekend() {
        let approved = Watched { state: StayState::Approved, ..away() };
        let since = |millis: i64| Some(Timestamp(approved.starts_at.0 - millis));
        let two_days = 48 * 60 * 60 * 1000;
        assert!(Watched { family_since: since(two_days), ..approved }.is_with_family());
        assert!(!Watched { family_since: since(two_days + 1), ..approved }.is_with_family());
        assert!(!approved.is_with_family());
        assert!(!Watched { family_since: since(0), ..away() }.is_with_family(), "she has fetched the child");
    }
}
