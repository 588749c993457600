//! A round: one pairing event, from collecting wishes to closing.

use crate::Refusal;

/// How far a round is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoundState {
    /// Who takes part is being settled and wishes come in, the children's first.
    Collecting,
    /// Home visits and checks of those who wished are being completed.
    Checking,
    /// Worked out; proposals go to both sides.
    Proposed,
    /// Both sides meet, with staff beside them.
    Meeting,
    /// Over.
    Closed,
}

impl RoundState {
    /// Every state, in order.
    pub const ALL: [RoundState; 5] = [Self::Collecting, Self::Checking, Self::Proposed, Self::Meeting, Self::Closed];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Collecting => "collecting",
            Self::Checking => "checking",
            Self::Proposed => "proposed",
            Self::Meeting => "meeting",
            Self::Closed => "closed",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Whether people may join or leave and wishes may be written.
    #[must_use]
    pub fn takes_wishes(self) -> bool {
        matches!(self, Self::Collecting | Self::Checking)
    }

    /// Whether it may be worked out: again too, and while both sides meet, when somebody has dropped out.
    #[must_use]
    pub fn may_run(self) -> bool {
        self != Self::Closed
    }

    /// The state after a run: what has gone further stays where it is. While slips are missing a run is a trial and
    /// moves nothing, so that the rest can still be written.
    #[must_use]
    pub fn after_run(self, unwritten: Unwritten) -> RoundState {
        if unwritten.any() { self } else { self.after_offer() }
    }

    /// The state once something was offered: wishes are closed, answers come in.
    #[must_use]
    pub fn after_offer(self) -> RoundState {
        self.max(Self::Proposed)
    }

    /// Whether proposals are out and wait for answers.
    #[must_use]
    pub fn takes_answers(self) -> bool {
        matches!(self, Self::Proposed | Self::Meeting)
    }

    /// The state after a step to `next`: forwards by one, or one back while nothing is closed, so
    /// that wishes can be written again for those who are left.
    ///
    /// # Errors
    /// `round.step_impossible`.
    pub fn step(self, next: RoundState) -> Result<RoundState, Refusal> {
        match (self, next) {
            (Self::Collecting, Self::Checking)
            | (Self::Checking, Self::Proposed | Self::Collecting)
            | (Self::Proposed, Self::Meeting | Self::Checking)
            | (Self::Meeting, Self::Closed | Self::Proposed) => Ok(next),
            _ => Err(Refusal::new("round.step_impossible")),
        }
    }
}

/// How many were to write a slip and have not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unwritten {
    /// Children who wait for a home.
    pub children: usize,
    /// Homes with a place free.
    pub homes: usize,
}

impl Unwritten {
    /// Whether anybody's is missing.
    #[must_use]
    pub fn any(self) -> bool {
        self.children + self.homes > 0
    }
}

/// Whether what was worked out may be offered to both sides: once everybody was asked, so that no place is given away
/// from under a child whose slip still lies on a desk; before that with a reason that is kept.
///
/// # Errors
/// `round.slips_missing`.
pub fn may_confirm(unwritten: Unwritten, reason: Option<&str>) -> Result<(), &'static str> {
    let said = reason.is_some_and(|words| !words.trim().is_empty());
    if unwritten.any() && !said { Err("round.slips_missing") } else { Ok(()) }
}

/// Why somebody stayed without a home, or a home without a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftWhy {
    /// Wrote no wish.
    NoWish,
    /// A rule struck out everybody wished for.
    AllStruck,
    /// Nobody wished for wished back.
    NotReturned,
    /// Those who fitted found a place that both sides wished for more.
    Taken,
}

impl LeftWhy {
    /// Every reason.
    pub const ALL: [LeftWhy; 4] = [Self::NoWish, Self::AllStruck, Self::NotReturned, Self::Taken];

    /// The word kept in the record and used as message id.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoWish => "no_wish",
            Self::AllStruck => "all_struck",
            Self::NotReturned => "not_returned",
            Self::Taken => "taken",
        }
    }

    /// The reason with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.code() == code)
    }
}

/// The age as a choice card shows it: a band, never the birth date (product.md rule 5).
#[must_use]
pub fn age_band(age: i16) -> &'static str {
    match age {
        i16::MIN..=5 => "0-5",
        6..=8 => "6-8",
        9..=11 => "9-11",
        12..=14 => "12-14",
        15..=i16::MAX => "15-17",
    }
}

/// `text` for a choice card: names that would tell who the child is become `…`.
#[must_use]
pub fn without_names(text: &str, names: &[&str]) -> String {
    let mut text = text.to_owned();
    for name in names.iter().filter(|n| n.chars().count() > 1) {
        text = text.replace(name, "…");
        let given: String = name.chars().skip(1).collect();
        if given.chars().count() > 1 {
            text = text.replace(&given, "…");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_goes_one_step_at_a_time_and_never_on_after_its_end() {
        for (at, state) in RoundState::ALL.into_iter().enumerate() {
            for (to, next) in RoundState::ALL.into_iter().enumerate() {
                let one_on = to == at + 1;
                let one_back = to + 1 == at && state != RoundState::Closed;
                assert_eq!(state.step(next).is_ok(), one_on || one_back, "{state:?} {next:?}");
            }
            assert_eq!(RoundState::parse(state.code()), Some(state));
        }
    }

    #[test]
    fn wishes_are_closed_once_proposals_go_out() {
        assert!(RoundState::ALL.into_iter().all(|s| !(s.takes_wishes() && s.takes_answers())));
        assert!(!RoundState::Closed.may_run());
    }

    #[test]
    fn a_run_while_both_sides_meet_takes_nobody_back() {
        let all_in = Unwritten::default();
        assert_eq!(RoundState::Collecting.after_run(all_in), RoundState::Proposed);
        assert_eq!(RoundState::Meeting.after_run(all_in), RoundState::Meeting);
    }

    #[test]
    fn a_run_while_slips_are_missing_leaves_the_round_where_it_is() {
        for state in RoundState::ALL {
            assert_eq!(state.after_run(Unwritten { children: 1, homes: 0 }), state);
            assert_eq!(state.after_run(Unwritten { children: 0, homes: 1 }), state);
        }
    }

    #[test]
    fn an_offer_closes_the_wishes() {
        assert!(RoundState::ALL.into_iter().all(|state| !state.after_offer().takes_wishes()));
        assert_eq!(RoundState::Meeting.after_offer(), RoundState::Meeting);
    }

    #[test]
    fn nobody_confirms_while_slips_are_missing_unless_a_reason_is_written() {
        let (child, home) = (Unwritten { children: 1, homes: 0 }, Unwritten { children: 0, homes: 1 });
        for missing in [child, home] {
            assert_eq!(may_confirm(missing, None), Err("round.slips_missing"));
            assert_eq!(may_confirm(missing, Some(" ")), Err("round.slips_missing"));
            assert_eq!(may_confirm(missing, Some("请假了，家长说这次不参加")), Ok(()));
        }
        assert_eq!(may_confirm(Unwritten::default(), None), Ok(()));
    }

    #[test]
    fn a_card_tells_a_band_and_no_name() {
        assert_eq!([6, 8, 9, 12, 17].map(age_band), ["6-8", "6-8", "9-11", "12-14", "15-17"]);
        let text = without_names("我叫苏小禾，小禾爱画画，在示例第一小学。", &["苏小禾", "示例第一小学"]);
        assert_eq!(text, "我叫…，…爱画画，在…。");
    }

    #[test]
    fn wishes_come_in_first_and_answers_while_proposals_are_out() {
        assert_eq!(RoundState::ALL.map(RoundState::takes_wishes), [true, true, false, false, false]);
        assert_eq!(RoundState::ALL.map(RoundState::takes_answers), [false, false, true, true, false]);
        assert_eq!(RoundState::ALL.map(RoundState::may_run), [true, true, true, true, false]);
        assert!(LeftWhy::ALL.into_iter().all(|why| LeftWhy::parse(why.code()) == Some(why)));
    }

    #[test]
    fn each_band_of_ages_has_its_first_and_its_last_year() {
        let bands = [(0, 5, "0-5"), (6, 8, "6-8"), (9, 11, "9-11"), (12, 14, "12-14"), (15, 17, "15-17")];
        for (first, last, band) in bands {
            assert_eq!((age_band(first), age_band(last)), (band, band));
        }
    }

    #[test]
    fn a_card_hides_names_of_two_and_three_characters_and_leaves_single_ones_in_words() {
        assert_eq!(without_names("安禾爱看禾苗", &["安禾"]), "…爱看禾苗");
        assert_eq!(without_names("安小禾和小禾苗", &["安小禾"]), "…和…苗");
        assert_eq!(without_names("安静的孩子", &["安"]), "安静的孩子");
    }
}
