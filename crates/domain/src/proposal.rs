//! A proposal: a child and a volunteer put forward to each other. Each side answers in seven days;
//! only two yeses make a pair possible (product.md rule 1).

use crate::choice::Side;
use crate::{Refusal, Timestamp};

/// Days in which each side answers.
pub const DAYS_TO_ANSWER: i64 = 7;

/// How far a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProposalState {
    /// Waits for answers.
    Offered,
    /// Both said yes.
    Accepted,
    /// One said no.
    Declined,
    /// Not both answered in time.
    Lapsed,
    /// Taken back by staff before it came to anything.
    Undone,
}

impl ProposalState {
    /// Every state.
    pub const ALL: [ProposalState; 5] = [Self::Offered, Self::Accepted, Self::Declined, Self::Lapsed, Self::Undone];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
            Self::Undone => "undone",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Whether child and place are taken by it: neither is proposed to anybody else.
    #[must_use]
    pub fn stands(self) -> bool {
        matches!(self, Self::Offered | Self::Accepted)
    }
}

/// A proposal as its rules see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// State.
    pub state: ProposalState,
    /// What the child, with the guardian, answered.
    pub child: Option<bool>,
    /// What the volunteer answered.
    pub volunteer: Option<bool>,
    /// Answers count until this instant.
    pub expires_at: Timestamp,
    /// Whether the pair has begun.
    pub begun: bool,
}

impl Proposal {
    /// A proposal made at `now`.
    #[must_use]
    pub fn offered(now: Timestamp) -> Proposal {
        let expires_at = now.plus_minutes(DAYS_TO_ANSWER * 24 * 60);
        Proposal { state: ProposalState::Offered, child: None, volunteer: None, expires_at, begun: false }
    }

    /// The proposal after `side` answered. An answer once given is changed by undoing it.
    ///
    /// # Errors
    /// `proposal.not_open`, `proposal.expired`, `proposal.answered`.
    pub fn answer(mut self, side: Side, yes: bool, now: Timestamp) -> Result<Proposal, Refusal> {
        if self.state != ProposalState::Offered {
            return Err(Refusal::new("proposal.not_open"));
        }
        if now > self.expires_at {
            return Err(Refusal::new("proposal.expired"));
        }
        let slot = self.slot(side);
        if slot.is_some() {
            return Err(Refusal::new("proposal.answered"));
        }
        *slot = Some(yes);
        self.state = self.judged();
        Ok(self)
    }

    /// The proposal after the answer of `side` was taken back: possible until the pair has begun.
    ///
    /// # Errors
    /// `proposal.begun`, `proposal.not_open` when it was taken back or lapsed, `proposal.unanswered`.
    pub fn unanswer(mut self, side: Side) -> Result<Proposal, Refusal> {
        if self.begun {
            return Err(Refusal::new("proposal.begun"));
        }
        if matches!(self.state, ProposalState::Lapsed | ProposalState::Undone) {
            return Err(Refusal::new("proposal.not_open"));
        }
        if self.slot(side).take().is_none() {
            return Err(Refusal::new("proposal.unanswered"));
        }
        self.state = self.judged();
        Ok(self)
    }

    /// The proposal after staff took it back.
    ///
    /// # Errors
    /// `proposal.begun`, `proposal.not_open`.
    pub fn undo(mut self) -> Result<Proposal, Refusal> {
        if self.begun {
            return Err(Refusal::new("proposal.begun"));
        }
        if !self.state.stands() {
            return Err(Refusal::new("proposal.not_open"));
        }
        self.state = ProposalState::Undone;
        Ok(self)
    }

    /// The proposal as the clock leaves it.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Proposal {
        if self.state == ProposalState::Offered && now > self.expires_at {
            self.state = ProposalState::Lapsed;
        }
        self
    }

    fn slot(&mut self, side: Side) -> &mut Option<bool> {
        match side {
            Side::Child => &mut self.child,
            Side::Volunteer => &mut self.volunteer,
        }
    }

    fn judged(&self) -> ProposalState {
        match (self.child, self.volunteer) {
            (Some(false), _) | (_, Some(false)) => ProposalState::Declined,
            (Some(true), Some(true)) => ProposalState::Accepted,
            (None, _) | (_, None) => ProposalState::Offered,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_795_140_000_000);

    #[test]
    fn only_two_yeses_make_it_accepted_and_one_no_declines_it() {
        let open = Proposal::offered(NOW);
        let one = open.answer(Side::Volunteer, true, NOW).unwrap();
        assert_eq!(one.state, ProposalState::Offered);
        assert_eq!(one.answer(Side::Child, true, NOW).unwrap().state, ProposalState::Accepted);
        assert_eq!(one.answer(Side::Child, false, NOW).unwrap().state, ProposalState::Declined);
        assert_eq!(one.answer(Side::Volunteer, false, NOW).unwrap_err().code, "proposal.answered");
    }

    #[test]
    fn an_answer_after_seven_days_does_not_count() {
        let open = Proposal::offered(NOW);
        let last = NOW.plus_minutes(7 * 24 * 60);
        assert!(open.answer(Side::Child, true, last).is_ok());
        assert_eq!(open.at(last).state, ProposalState::Offered);
        let late = Timestamp(last.0 + 1);
        assert_eq!(open.answer(Side::Child, true, late).unwrap_err().code, "proposal.expired");
        assert_eq!(open.at(late).state, ProposalState::Lapsed);
    }

    #[test]
    fn a_no_can_be_taken_back_until_the_pair_has_begun() {
        let no = Proposal::offered(NOW).answer(Side::Volunteer, false, NOW).unwrap();
        assert_eq!(no.unanswer(Side::Volunteer).unwrap().state, ProposalState::Offered);
        let begun = Proposal { begun: true, ..no };
        assert_eq!(begun.unanswer(Side::Volunteer).unwrap_err().code, "proposal.begun");
        assert_eq!(begun.undo().unwrap_err().code, "proposal.begun");
    }

    proptest! {
        /// Whatever happens in whatever order, accepted means two yeses and no other state has both.
        #[test]
        fn accepted_is_two_yeses(moves in proptest::collection::vec((0u8..4, any::<bool>(), any::<bool>()), 0..30)) {
            let mut at = Proposal::offered(NOW);
            for (kind, child, yes) in moves {
                let side = if child { Side::Child } else { Side::Volunteer };
                let next = match kind {
                    0 | 1 => at.answer(side, yes, NOW),
                    2 => at.unanswer(side),
                    _ => at.undo(),
                };
                at = next.unwrap_or(at);
                let both = at.child == Some(true) && at.volunteer == Some(true);
                if at.state == ProposalState::Accepted { prop_assert!(both); }
                if at.state == ProposalState::Offered { prop_assert!(!both); }
            }
        }
    }

    fn code(done: Result<Proposal, Refusal>) -> &'static str {
        done.map_or_else(|refusal| refusal.code, |_| "done")
    }

    #[test]
    fn child_and_place_are_taken_while_it_is_offered_or_accepted() {
        for state in ProposalState::ALL {
            let stands = matches!(state, ProposalState::Offered | ProposalState::Accepted);
            assert_eq!(state.stands(), stands, "{state:?}");
            assert_eq!(ProposalState::parse(state.code()), Some(state));
        }
    }

    #[test]
    fn only_what_is_offered_is_answered_and_only_what_stands_is_taken_back_by_staff() {
        for state in ProposalState::ALL {
            let at = Proposal { state, ..Proposal::offered(NOW) };
            let open = state == ProposalState::Offered;
            let answered = code(at.answer(Side::Child, true, NOW));
            assert_eq!(answered, if open { "done" } else { "proposal.not_open" }, "{state:?}");
            let undone = at.undo().map(|p| p.state).map_err(|refusal| refusal.code);
            let expected = if state.stands() { Ok(ProposalState::Undone) } else { Err("proposal.not_open") };
            assert_eq!(undone, expected, "{state:?}");
            let late = at.at(Timestamp(at.expires_at.0 + 1)).state;
            assert_eq!(late, if open { ProposalState::Lapsed } else { state }, "the clock ends only what waits");
        }
    }

    #[test]
    fn an_answer_is_taken_back_where_there_is_one_and_the_proposal_is_not_over() {
        for state in ProposalState::ALL {
            let at = Proposal { state, child: Some(true), ..Proposal::offered(NOW) };
            let over = matches!(state, ProposalState::Lapsed | ProposalState::Undone);
            assert_eq!(code(at.unanswer(Side::Child)), if over { "proposal.not_open" } else { "done" }, "{state:?}");
        }
        let silent = Proposal { child: Some(true), ..Proposal::offered(NOW) };
        assert_eq!(code(silent.unanswer(Side::Volunteer)), "proposal.unanswered");
        let both = Proposal { state: ProposalState::Accepted, volunteer: Some(true), ..silent };
        let again = both.unanswer(Side::Child).unwrap();
        assert_eq!((again.state, again.child, again.volunteer), (ProposalState::Offered, None, Some(true)));
    }
}
