//! A stay (周末): one weekend or holiday of one child at the volunteer's home, from the request to
//! the close. Its states, what a request must say, and, below, the gate that every stay passes three
//! times.

pub mod gate;
pub mod ladder;
mod leg;
pub mod proof;
mod request;

pub use leg::Leg;
pub use request::{Going, LONGEST_DAYS, NewStay, RunsFrom, StayForm};

/// How far a stay is. Overdue is no state: it is read from the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StayState {
    /// The volunteer, or the coordinator for her, has asked.
    Requested,
    /// The guardian's consent is bound to it.
    Consented,
    /// A coordinator or leader said yes; the code is made.
    Approved,
    /// The school, guardian or base has let the child go with the named adult.
    Released,
    /// The volunteer has said that the child is with her.
    InCare,
    /// Whoever receives the child has confirmed it.
    Returned,
    /// Done: hours and the talk afterwards are made.
    Closed,
    /// Somebody said no.
    Refused,
    /// Called off.
    Cancelled,
}

/// What moves a stay on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The guardian's consent is bound to it.
    Consent,
    /// The consent it rested on is gone.
    LoseConsent,
    /// The office says yes.
    Approve,
    /// The yes is taken back before the codes are out, or since child or class teacher said no.
    Undo,
    /// The office says no.
    Refuse,
    /// Called off before the child has left.
    Cancel,
    /// What was called off takes place after all: it is asked for anew.
    Restore,
    /// The child leaves with the named adult.
    Release,
    /// The child has left with the named adult, let go by a phone without network, though the gate would
    /// have said no: the fact stands.
    Gone,
    /// The volunteer says: the child is with me.
    TakeIn,
    /// Whoever receives the child confirms it.
    Confirm,
    /// A return that nobody confirmed is closed by a person, with a reason.
    Close,
    /// The confirmation was a mistake: the child is still away.
    Reopen,
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 13] = [
        Step::Consent,
        Step::LoseConsent,
        Step::Approve,
        Step::Undo,
        Step::Refuse,
        Step::Cancel,
        Step::Restore,
        Step::Release,
        Step::Gone,
        Step::TakeIn,
        Step::Confirm,
        Step::Close,
        Step::Reopen,
    ];
}

impl StayState {
    /// Every state, in the order of a stay's way.
    pub const ALL: [StayState; 9] = [
        Self::Requested,
        Self::Consented,
        Self::Approved,
        Self::Released,
        Self::InCare,
        Self::Returned,
        Self::Closed,
        Self::Refused,
        Self::Cancelled,
    ];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Consented => "consented",
            Self::Approved => "approved",
            Self::Released => "released",
            Self::InCare => "in_care",
            Self::Returned => "returned",
            Self::Closed => "closed",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The state after `step`; none when the step is not open from here.
    #[must_use]
    pub fn after(self, step: Step) -> Option<StayState> {
        match (self, step) {
            (Self::Requested, Step::Consent) => Some(Self::Consented),
            (Self::Consented | Self::Approved, Step::LoseConsent) => Some(Self::Requested),
            (Self::Requested | Self::Consented, Step::Approve) => Some(Self::Approved),
            (Self::Approved, Step::Undo) => Some(Self::Consented),
            (Self::Requested | Self::Consented, Step::Refuse) => Some(Self::Refused),
            (Self::Requested | Self::Consented | Self::Approved, Step::Cancel) => Some(Self::Cancelled),
            (Self::Cancelled, Step::Restore) => Some(Self::Requested),
            (Self::Approved, Step::Release) => Some(Self::Released),
            (Self::Requested | Self::Consented | Self::Approved | Self::Refused | Self::Cancelled, Step::Gone) => {
                Some(Self::Released)
            }
            (Self::Released | Self::InCare, Step::TakeIn) => Some(Self::InCare),
            (Self::Released | Self::InCare, Step::Confirm) => Some(Self::Returned),
            (Self::Released | Self::InCare | Self::Returned, Step::Close) => Some(Self::Closed),
            (Self::Returned | Self::Closed, Step::Reopen) => Some(Self::InCare),
            _ => None,
        }
    }

    /// Whether the child is on the way to, at, or on the way back from the home.
    #[must_use]
    pub fn is_away(self) -> bool {
        matches!(self, Self::Released | Self::InCare)
    }

    /// Whether the stay still claims its days: another one of the same child may not overlap it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Consented | Self::Approved | Self::Released | Self::InCare)
    }

    /// Codes of the states of [`StayState::is_open`].
    pub const OPEN: [&'static str; 5] = ["requested", "consented", "approved", "released", "in_care"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        proptest::collection::vec(proptest::sample::select(Step::ALL.to_vec()), 0..30)
    }

    proptest! {
        #[test]
        fn no_order_of_steps_takes_a_stay_past_a_gate(steps in steps()) {
            let (mut state, mut way) = (StayState::Requested, vec![StayState::Requested]);
            for step in steps.into_iter().filter(|s| *s != Step::Gone) {
                if let Some(next) = state.after(step) {
                    state = next;
                    way.push(next);
                }
            }
            let first = |s: StayState| way.iter().position(|w| *w == s);
            // A child in a home was released, and a released one was approved.
            if let Some(in_care) = first(StayState::InCare) {
                prop_assert!(first(StayState::Released).is_some_and(|r| r < in_care));
            }
            if let Some(released) = first(StayState::Released) {
                prop_assert_eq!(way.get(released.wrapping_sub(1)), Some(&StayState::Approved));
            }
            // Once away, the only ways out are being received or a person's word.
            if let Some(released) = first(StayState::Released) {
                let after = way.get(released..).unwrap_or_default();
                prop_assert!(after.iter().all(|s| matches!(s,
                    StayState::Released | StayState::InCare | StayState::Returned | StayState::Closed)));
            }
            // What is over stays over; only a mistaken confirmation is taken up again, and what was called off begins anew.
            for (over, again) in [(StayState::Closed, StayState::InCare), (StayState::Cancelled, StayState::Requested)] {
                for pair in way.windows(2).filter(|pair| pair.first() == Some(&over)) {
                    prop_assert_eq!(pair.get(1), Some(&again));
                }
            }
            if let Some(at) = first(StayState::Refused) {
                prop_assert_eq!(at + 1, way.len());
            }
        }
    }

    #[test]
    fn a_child_that_a_phone_let_go_is_away_once_whatever_was_decided() {
        for state in StayState::ALL {
            let before = !state.is_away() && !matches!(state, StayState::Returned | StayState::Closed);
            assert_eq!(state.after(Step::Gone), before.then_some(StayState::Released), "{state:?}");
        }
    }

    #[test]
    fn every_state_is_read_back_from_its_code() {
        for state in StayState::ALL {
            assert_eq!(StayState::parse(state.code()), Some(state));
            assert_eq!(state.is_open(), StayState::OPEN.contains(&state.code()));
        }
    }

    #[test]
    fn a_stay_goes_on_by_these_steps_and_by_no_others() {
        use StayState::{Approved, Cancelled, Closed, Consented, InCare, Refused, Released, Requested, Returned};
        let ways = [
            (Step::Consent, vec![Requested], Consented),
            (Step::LoseConsent, vec![Consented, Approved], Requested),
            (Step::Approve, vec![Requested, Consented], Approved),
            (Step::Undo, vec![Approved], Consented),
            (Step::Refuse, vec![Requested, Consented], Refused),
            (Step::Cancel, vec![Requested, Consented, Approved], Cancelled),
            (Step::Restore, vec![Cancelled], Requested),
            (Step::Release, vec![Approved], Released),
            (Step::Gone, vec![Requested, Consented, Approved, Refused, Cancelled], Released),
            (Step::TakeIn, vec![Released, InCare], InCare),
            (Step::Confirm, vec![Released, InCare], Returned),
            (Step::Close, vec![Released, InCare, Returned], Closed),
            (Step::Reopen, vec![Returned, Closed], InCare),
        ];
        assert_eq!(ways.each_ref().map(|(step, ..)| *step), Step::ALL);
        for (step, from, to) in ways {
            for state in StayState::ALL {
                assert_eq!(state.after(step), from.contains(&state).then_some(to), "{step:?} of {state:?}");
            }
        }
    }
}
