//! A pair: one volunteer, one child, one period. A new period is a new pair.

use crate::child::ChildState;
use crate::household::MOST_CAPACITY;
use crate::volunteer::VolunteerState;
use crate::{Date, Refusal};

/// How far a pair is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PairState {
    /// Begun; first meetings are by day only.
    Settling,
    /// Weekends are possible.
    Active,
    /// Rests for a while.
    Paused,
    /// Over for ever; going on again is a new pair.
    Ended,
}

impl PairState {
    /// Every state, in the order of a pair's way.
    pub const ALL: [PairState; 4] = [Self::Settling, Self::Active, Self::Paused, Self::Ended];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Settling => "settling",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Whether the child counts as paired: every state but the last.
    #[must_use]
    pub fn binds(self) -> bool {
        self != Self::Ended
    }

    /// Whether the volunteer sees the child: not while the pair rests (product.md rule 6).
    #[must_use]
    pub fn shows_child(self) -> bool {
        matches!(self, Self::Settling | Self::Active)
    }

    /// What `step` makes of a pair in this state.
    ///
    /// # Errors
    /// `pair.step_impossible` when the step does not follow.
    pub fn after(self, step: PairStep) -> Result<PairState, Refusal> {
        match (self, step) {
            (Self::Settling, PairStep::Settle) | (Self::Paused, PairStep::Resume) => Ok(Self::Active),
            (Self::Active, PairStep::Pause) => Ok(Self::Paused),
            (Self::Settling | Self::Active | Self::Paused, PairStep::End) => Ok(Self::Ended),
            (Self::Settling, PairStep::Pause | PairStep::Resume)
            | (Self::Active, PairStep::Settle | PairStep::Resume)
            | (Self::Paused, PairStep::Settle | PairStep::Pause)
            | (Self::Ended, PairStep::Settle | PairStep::Pause | PairStep::Resume | PairStep::End) => {
                Err(Refusal::new("pair.step_impossible"))
            }
        }
    }
}

/// What can happen to a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PairStep {
    /// The first meetings by day went well.
    Settle,
    /// A rest.
    Pause,
    /// The rest is over.
    Resume,
    /// The leader closes it.
    End,
}

impl PairStep {
    /// Every step.
    pub const ALL: [PairStep; 4] = [Self::Settle, Self::Pause, Self::Resume, Self::End];
}

/// Where a pair comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PairSource {
    /// An accepted proposal of a round.
    Round,
    /// The paper ledger from before the software.
    Paper,
    /// Two yeses that staff brought together outside a round.
    Staff,
}

impl PairSource {
    /// Every source.
    pub const ALL: [PairSource; 3] = [Self::Round, Self::Paper, Self::Staff];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Round => "round",
            Self::Paper => "paper",
            Self::Staff => "staff",
        }
    }

    /// The source with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// Why a pair was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// The child has left school or come of age.
    Graduated,
    /// The child has moved away.
    Moved,
    /// A parent is home again.
    FamilyHome,
    /// The child asked for it.
    ChildWish,
    /// The guardian asked for it.
    GuardianWish,
    /// The volunteer asked for it.
    VolunteerWish,
    /// The volunteer left the programme.
    VolunteerLeft,
    /// It did not suit; nobody is to blame.
    NotSuited,
    /// Something else, known to the leader.
    Other,
}

impl EndReason {
    /// Every reason, in the order of the form.
    pub const ALL: [EndReason; 9] = [
        Self::Graduated,
        Self::Moved,
        Self::FamilyHome,
        Self::ChildWish,
        Self::GuardianWish,
        Self::VolunteerWish,
        Self::VolunteerLeft,
        Self::NotSuited,
        Self::Other,
    ];

    /// The word kept in the record. Pairs from paper keep the words of the paper instead.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Graduated => "graduated",
            Self::Moved => "moved",
            Self::FamilyHome => "family_home",
            Self::ChildWish => "child_wish",
            Self::GuardianWish => "guardian_wish",
            Self::VolunteerWish => "volunteer_wish",
            Self::VolunteerLeft => "volunteer_left",
            Self::NotSuited => "not_suited",
            Self::Other => "other",
        }
    }

    /// The reason with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }
}

/// What is known when a pair is to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// State of the child's file.
    pub child: ChildState,
    /// Whether the child has a pair that has not ended.
    pub child_paired: bool,
    /// Whether a guardian's consent for pairing is in force.
    pub consent: bool,
    /// State of the volunteer's file.
    pub volunteer: VolunteerState,
    /// Children with a running pair in the home.
    pub taken: u64,
    /// Children the home may take.
    pub capacity: i32,
    /// The last day of the child's last pair with somebody else.
    pub parted_on: Option<Date>,
    /// Days that a child is left in peace after a pair with somebody else.
    pub gap_days: i64,
    /// Today.
    pub today: Date,
}

/// Whether a pair may begin now (product.md rule 1). The two yeses are the proposal's.
///
/// # Errors
/// `pair.child_paired`, `pair.child_absent`, `pair.consent_missing`, `pair.volunteer_not_approved`,
/// `pair.home_full`, `pair.too_soon` with the first day: the first that applies.
pub fn may_begin(facts: &Beginning) -> Result<(), Refusal> {
    if facts.child_paired {
        return Err(Refusal::new("pair.child_paired"));
    }
    if !matches!(facts.child, ChildState::Applying | ChildState::Enrolled) {
        return Err(Refusal::new("pair.child_absent"));
    }
    if !facts.consent {
        return Err(Refusal::new("pair.consent_missing"));
    }
    if facts.volunteer != VolunteerState::Approved {
        return Err(Refusal::new("pair.volunteer_not_approved"));
    }
    if free_places(facts.capacity, facts.taken) == 0 {
        return Err(Refusal::new("pair.home_full"));
    }
    match free_from(facts.parted_on, facts.gap_days) {
        Some(day) if facts.today < day => Err(Refusal::new("pair.too_soon").with("day", day.to_string())),
        _ => Ok(()),
    }
}

/// The first day on which a child may begin anew after a pair with somebody else: time to say good-bye, and to be
/// asked.
#[must_use]
pub fn free_from(parted_on: Option<Date>, gap_days: i64) -> Option<Date> {
    parted_on.and_then(|day| day.checked_add(jiff::Span::new().days(gap_days.clamp(0, 366))).ok())
}

/// Places left in a home; what the record says beyond the most a home may take does not count.
#[must_use]
pub fn free_places(capacity: i32, taken: u64) -> u32 {
    let places = u64::try_from(capacity.clamp(0, MOST_CAPACITY)).unwrap_or(0);
    u32::try_from(places.saturating_sub(taken)).unwrap_or(0)
}

/// One period of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day; none while it runs.
    pub to: Option<Date>,
}

impl Period {
    /// Whether the two share a day. A pair that ends and one that begins on the same day do not:
    /// the paper ledger writes the hand-over day in both lines.
    #[must_use]
    pub fn overlaps(self, other: Period) -> bool {
        self.to.is_none_or(|to| other.from < to) && other.to.is_none_or(|to| self.from < to)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn sound() -> Beginning {
        Beginning {
            child: ChildState::Enrolled,
            child_paired: false,
            consent: true,
            volunteer: VolunteerState::Approved,
            taken: 0,
            capacity: 1,
            parted_on: Some(date(2026, 11, 6)),
            gap_days: 21,
            today: date(2026, 11, 27),
        }
    }

    #[test]
    fn each_missing_condition_alone_keeps_a_pair_from_beginning() {
        assert_eq!(may_begin(&sound()), Ok(()));
        let cases = [
            (Beginning { child_paired: true, ..sound() }, "pair.child_paired"),
            (Beginning { child: ChildState::Left, ..sound() }, "pair.child_absent"),
            (Beginning { consent: false, ..sound() }, "pair.consent_missing"),
            (Beginning { volunteer: VolunteerState::Paused, ..sound() }, "pair.volunteer_not_approved"),
            (Beginning { taken: 1, ..sound() }, "pair.home_full"),
            (Beginning { today: date(2026, 11, 26), ..sound() }, "pair.too_soon"),
        ];
        for (facts, code) in cases {
            assert_eq!(may_begin(&facts).unwrap_err().code, code);
        }
    }

    #[test]
    fn a_home_never_has_more_than_three_places_whatever_the_record_says() {
        assert_eq!(free_places(9, 0), 3);
        assert_eq!(free_places(2, 5), 0);
        assert_eq!(free_places(-1, 0), 0);
    }

    #[test]
    fn the_day_of_the_hand_over_belongs_to_both_pairs() {
        let first = Period { from: date(2020, 9, 1), to: Some(date(2021, 7, 1)) };
        let next = Period { from: date(2021, 7, 1), to: None };
        assert!(!first.overlaps(next) && !next.overlaps(first));
        let early = Period { from: date(2021, 6, 30), to: None };
        assert!(first.overlaps(early) && early.overlaps(first));
    }

    proptest! {
        /// Whatever is tried in whatever order: a settling pair is never skipped, an ended pair never comes back, and a refused step changes nothing.
        #[test]
        fn no_sequence_of_steps_breaks_the_order(steps in proptest::collection::vec(0usize..4, 0..40)) {
            let mut state = PairState::Settling;
            let (mut settled, mut ended) = (false, false);
            for step in steps.into_iter().filter_map(|n| PairStep::ALL.get(n).copied()) {
                match state.after(step) {
                    Ok(next) => {
                        prop_assert!(!ended);
                        prop_assert_ne!(next, state);
                        prop_assert_ne!(next, PairState::Settling);
                        settled |= step == PairStep::Settle;
                        ended |= step == PairStep::End;
                        prop_assert!(settled || next == PairState::Ended);
                        state = next;
                    }
                    Err(refusal) => prop_assert_eq!(refusal.code, "pair.step_impossible"),
                }
                prop_assert_eq!(state.binds(), !ended);
                prop_assert_eq!(PairState::parse(state.code()), Some(state));
            }
        }
    }

    #[test]
    fn a_pair_goes_on_by_these_steps_and_by_no_others() {
        use PairState::{Active, Ended, Paused, Settling};
        let ways = [
            (PairStep::Settle, vec![Settling], Active),
            (PairStep::Pause, vec![Active], Paused),
            (PairStep::Resume, vec![Paused], Active),
            (PairStep::End, vec![Settling, Active, Paused], Ended),
        ];
        assert_eq!(ways.each_ref().map(|(step, ..)| *step), PairStep::ALL);
        for (step, from, to) in ways {
            for state in PairState::ALL {
                assert_eq!(state.after(step).ok(), from.contains(&state).then_some(to), "{step:?} of {state:?}");
            }
        }
    }

    #[test]
    fn a_volunteer_sees_the_child_while_the_pair_runs_and_not_while_it_rests() {
        let shown = PairState::ALL.map(PairState::shows_child);
        assert_eq!(shown, [true, true, false, false]);
    }

    #[test]
    fn every_source_and_reason_of_a_pair_is_read_back_from_its_code() {
        assert_eq!(PairSource::ALL.map(|s| PairSource::parse(s.code())), PairSource::ALL.map(Some));
        assert_eq!(EndReason::ALL.map(|r| EndReason::parse(r.code())), EndReason::ALL.map(Some));
    }

    #[test]
    fn a_child_that_applies_or_is_enrolled_may_be_paired_and_only_by_an_approved_volunteer() {
        for child in ChildState::ALL {
            let fits = matches!(child, ChildState::Applying | ChildState::Enrolled);
            assert_eq!(may_begin(&Beginning { child, ..sound() }).is_ok(), fits, "{child:?}");
        }
        for volunteer in VolunteerState::ALL {
            let fits = volunteer == VolunteerState::Approved;
            assert_eq!(may_begin(&Beginning { volunteer, ..sound() }).is_ok(), fits, "{volunteer:?}");
        }
    }

    #[test]
    fn a_child_is_left_in_peace_for_a_year_at_most_and_never_backwards() {
        let parted = Some(date(2026, 11, 6));
        assert_eq!(free_from(parted, 0), parted);
        assert_eq!(free_from(parted, -5), parted);
        assert_eq!(free_from(parted, 366), Some(date(2027, 11, 7)));
        assert_eq!(free_from(parted, 9999), Some(date(2027, 11, 7)));
        assert_eq!(free_from(None, 21), None);
    }

    #[test]
    fn each_child_in_the_home_takes_a_place() {
        assert_eq!((free_places(3, 1), free_places(3, 2), free_places(3, 3)), (2, 1, 0));
        assert_eq!((free_places(1, 0), free_places(0, 0)), (1, 0));
    }
}
