//! A term of a school, and its weekends proposed for a pair at once: the volunteer and the guardian
//! each say to which of them. Only what both have said yes to is asked for; silence is never yes.

use crate::error::Faults;
use crate::school::day;
use crate::{Date, FieldError};

/// No term is longer than this many days.
pub const LONGEST_DAYS: i32 = 240;
/// Weekends of one proposal.
pub const MOST_WEEKENDS: usize = 30;
/// Days between two terms up to this many are the holidays between them. Where there are more, a term is missing on file.
const LONGEST_HOLIDAYS: i32 = 90;

/// A term as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermDetails {
    /// What it is called, at most 40 characters.
    pub name: String,
    /// First day of school.
    pub from_on: Date,
    /// Last day of school.
    pub to_on: Date,
}

impl TermDetails {
    /// Parses what was typed.
    ///
    /// # Errors
    /// `required.missing`, `text.too_long`, `date.unreadable`, `date.before_start`, `term.too_long`.
    pub fn parse(name: &str, from_on: &str, to_on: &str) -> Result<TermDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let name =
            faults.take("term_name", crate::child::short_text(name, 40).and_then(|n| n.ok_or("required.missing")));
        let from_on = faults.take("from_on", day(from_on));
        let to_on = faults.take("to_on", day(to_on));
        if let (Some(from), Some(to)) = (from_on, to_on) {
            match to.since(from).map_or(0, |span| span.get_days()) {
                n if n <= 0 => faults.push("to_on", "date.before_start"),
                n if n > LONGEST_DAYS => faults.push("to_on", "term.too_long"),
                _ => {}
            }
        }
        let all = name.zip(from_on).zip(to_on);
        faults.finish(all.map(|((name, from_on), to_on)| TermDetails { name, from_on, to_on }))
    }

    /// Whether two terms of one school share a day.
    #[must_use]
    pub fn meets(&self, other: &TermDetails) -> bool {
        self.from_on <= other.to_on && other.from_on <= self.to_on
    }
}

/// From which day on a term may end that matters for the days from `from` on: they may lie in the holidays after it.
#[must_use]
pub fn matters_since(from: Date) -> Date {
    from.saturating_sub(jiff::Span::new().days(i64::from(LONGEST_HOLIDAYS)))
}

/// The days between `terms`, given in their order, on which there is no school. Before the first of them and after the last
/// nothing is known.
#[must_use]
pub fn holidays_between(terms: &[TermDetails]) -> Vec<Date> {
    let gap = |(one, next): (&TermDetails, &TermDetails)| {
        let (first, last) = (one.to_on.tomorrow().ok()?, next.from_on.yesterday().ok()?);
        let days = last.since(first).map_or(0, |span| span.get_days());
        (first <= last && days < LONGEST_HOLIDAYS).then_some((first, last))
    };
    let days = |(first, last): (Date, Date)| {
        std::iter::successors(Some(first), move |day| day.tomorrow().ok().filter(|next| *next <= last))
    };
    terms.iter().zip(terms.iter().skip(1)).filter_map(gap).flat_map(days).collect()
}

/// The two who have to say yes to a proposed weekend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The volunteer.
    Volunteer,
    /// A guardian.
    Guardian,
}

impl Side {
    /// The one across.
    #[must_use]
    pub fn other(self) -> Side {
        match self {
            Side::Volunteer => Side::Guardian,
            Side::Guardian => Side::Volunteer,
        }
    }
}

/// What the two sides have said to one weekend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// The volunteer's answer; none while she is silent.
    pub volunteer: Option<bool>,
    /// The guardian's.
    pub guardian: Option<bool>,
}

/// How one proposed weekend stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Somebody is still silent and nobody has said no.
    Open,
    /// Both have said yes: it is asked for.
    Agreed,
    /// One has taken it out.
    Out,
}

impl Answers {
    /// One side's answer.
    #[must_use]
    pub fn of(self, side: Side) -> Option<bool> {
        match side {
            Side::Volunteer => self.volunteer,
            Side::Guardian => self.guardian,
        }
    }

    /// With one more answer. The first answer of a side stays until it is taken back ([`Answers::without`]).
    #[must_use]
    pub fn with(self, side: Side, yes: bool) -> Answers {
        match side {
            Side::Volunteer => Answers { volunteer: self.volunteer.or(Some(yes)), ..self },
            Side::Guardian => Answers { guardian: self.guardian.or(Some(yes)), ..self },
        }
    }

    /// Whether this side's answer can be taken back to some purpose: it was given, and the other side has not said no. Once a
    /// stay was asked for, that is called off instead.
    #[must_use]
    pub fn may_take_back(self, side: Side) -> bool {
        self.of(side).is_some() && self.of(side.other()) != Some(false)
    }

    /// Without this side's answer: it is asked anew.
    #[must_use]
    pub fn without(self, side: Side) -> Answers {
        match side {
            Side::Volunteer => Answers { volunteer: None, ..self },
            Side::Guardian => Answers { guardian: None, ..self },
        }
    }

    /// How the weekend stands.
    #[must_use]
    pub fn standing(self) -> Standing {
        match (self.volunteer, self.guardian) {
            (Some(true), Some(true)) => Standing::Agreed,
            (Some(false), _) | (_, Some(false)) => Standing::Out,
            _ => Standing::Open,
        }
    }
}

/// How far a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlanState {
    /// At least one weekend waits for an answer.
    Open,
    /// Every weekend is agreed or out.
    Settled,
    /// Taken back by whoever may plan, or over with its pair.
    Withdrawn,
}

impl PlanState {
    /// Every state.
    pub const ALL: [PlanState; 3] = [Self::Open, Self::Settled, Self::Withdrawn];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settled => "settled",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_weekend_is_agreed_only_when_both_said_yes_and_nobody_said_no(
            said in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..12)
        ) {
            let mut answers = Answers::default();
            for (hers, yes) in &said {
                answers = answers.with(if *hers { Side::Volunteer } else { Side::Guardian }, *yes);
            }
            let first = |hers: bool| said.iter().find(|(h, _)| *h == hers).map(|(_, yes)| *yes);
            // Silence is never yes, and what was said first stays.
            prop_assert_eq!(answers.of(Side::Volunteer), first(true));
            prop_assert_eq!(answers.of(Side::Guardian), first(false));
            let both = first(true) == Some(true) && first(false) == Some(true);
            prop_assert_eq!(answers.standing() == Standing::Agreed, both);
        }
    }

    #[test]
    fn between_two_terms_are_holidays_unless_one_is_missing() {
        let term = |from, to| TermDetails { name: "学期".into(), from_on: from, to_on: to };
        let (autumn, spring) = ((date(2026, 9, 1), date(2027, 1, 7)), (date(2027, 2, 26), date(2027, 7, 7)));
        let (autumn, spring) = (term(autumn.0, autumn.1), term(spring.0, spring.1));
        let winter = holidays_between(&[autumn.clone(), spring.clone()]);
        assert_eq!((winter.first(), winter.last()), (Some(&date(2027, 1, 8)), Some(&date(2027, 2, 25))));
        assert_eq!(winter.len(), 49);
        let next = term(date(2027, 9, 1), date(2028, 1, 7));
        assert!(holidays_between(&[autumn.clone(), next]).is_empty(), "the spring was never entered");
        assert!(holidays_between(&[autumn]).is_empty(), "nobody knows yet when school begins again");
        assert_eq!(matters_since(date(2027, 2, 1)), date(2026, 11, 3));
    }

    #[test]
    fn an_answer_is_taken_back_while_the_other_side_has_not_said_no() {
        let both = |volunteer, guardian| Answers { volunteer, guardian };
        for hers in [None, Some(true)] {
            assert!(both(hers, Some(false)).may_take_back(Side::Guardian));
            assert!(both(hers, Some(true)).may_take_back(Side::Guardian));
        }
        assert!(!both(Some(true), None).may_take_back(Side::Guardian), "nothing was said");
        assert!(!both(Some(false), Some(true)).may_take_back(Side::Guardian), "the other side has taken it out");
        assert_eq!(both(Some(true), Some(true)).without(Side::Volunteer), both(None, Some(true)));
        assert_eq!(both(Some(true), Some(true)).without(Side::Guardian).standing(), Standing::Open);
    }

    #[test]
    fn a_term_ends_after_it_begins_and_is_no_year() {
        let code =
            |from, to| TermDetails::parse("2026 年秋季学期", from, to).err().and_then(|f| f.first().map(|f| f.code));
        assert_eq!(code("2026-09-01", "2027-01-15"), None);
        assert_eq!(code("2026-09-01", "2026-09-01"), Some("date.before_start"));
        assert_eq!(code("2026-09-01", "2027-09-01"), Some("term.too_long"));
        assert_eq!(TermDetails::parse("", "", "x").map_err(|f| f.len()), Err(3));
    }

    #[test]
    fn terms_that_share_a_day_meet() {
        let term = |from, to| TermDetails { name: "学期".into(), from_on: from, to_on: to };
        let autumn = term(date(2026, 9, 1), date(2027, 1, 15));
        assert!(autumn.meets(&term(date(2027, 1, 15), date(2027, 6, 1))));
        assert!(!autumn.meets(&term(date(2027, 3, 1), date(2027, 7, 1))));
    }

    #[test]
    fn a_term_takes_two_hundred_and_forty_days_at_most_and_a_name_of_forty_characters() {
        let code = |name: &str, to| {
            TermDetails::parse(name, "2026-09-01", to).err().and_then(|faults| faults.first().map(|f| f.code))
        };
        assert_eq!((code("秋", "2027-04-29"), code("秋", "2027-04-30")), (None, Some("term.too_long")));
        assert_eq!((code("秋", "2026-09-02"), code("秋", "2026-08-31")), (None, Some("date.before_start")));
        assert_eq!(code(&"秋".repeat(40), "2027-01-15"), None);
        assert_eq!(code(&"秋".repeat(41), "2027-01-15"), Some("text.too_long"));
    }

    #[test]
    fn terms_meet_by_a_day_at_either_end() {
        let term = |from, to| TermDetails { name: "学期".into(), from_on: from, to_on: to };
        let spring = term(date(2027, 3, 1), date(2027, 7, 7));
        for (from, to, meets) in [
            (date(2026, 9, 1), date(2027, 3, 1), true),
            (date(2026, 9, 1), date(2027, 2, 28), false),
            (date(2027, 7, 7), date(2027, 9, 1), true),
            (date(2027, 7, 8), date(2027, 9, 1), false),
        ] {
            assert_eq!(spring.meets(&term(from, to)), meets, "{from} {to}");
        }
    }

    #[test]
    fn holidays_of_ninety_days_are_holidays_and_a_term_that_follows_at_once_leaves_none() {
        let term = |from, to| TermDetails { name: "学期".into(), from_on: from, to_on: to };
        let spring = term(date(2027, 3, 1), date(2027, 6, 30));
        let until = |from| holidays_between(&[spring.clone(), term(from, date(2028, 1, 7))]).len();
        assert_eq!((until(date(2027, 7, 1)), until(date(2027, 7, 2))), (0, 1));
        assert_eq!((until(date(2027, 9, 29)), until(date(2027, 9, 30))), (90, 0));
    }

    #[test]
    fn one_no_takes_a_weekend_out_whatever_the_other_says() {
        for other in [None, Some(true), Some(false)] {
            assert_eq!(Answers { volunteer: Some(false), guardian: other }.standing(), Standing::Out);
            assert_eq!(Answers { volunteer: other, guardian: Some(false) }.standing(), Standing::Out);
        }
        assert_eq!(Answers { volunteer: Some(true), guardian: None }.standing(), Standing::Open);
    }

    #[test]
    fn each_side_takes_back_its_own_answer() {
        let both = Answers { volunteer: Some(true), guardian: Some(false) };
        assert_eq!(both.without(Side::Guardian), Answers { guardian: None, ..both });
        assert_eq!(both.without(Side::Volunteer), Answers { volunteer: None, ..both });
        assert!(!both.may_take_back(Side::Volunteer) && both.may_take_back(Side::Guardian));
    }

    #[test]
    fn every_state_of_a_proposal_is_read_back() {
        assert!(PlanState::ALL.into_iter().all(|state| PlanState::parse(state.code()) == Some(state)));
    }
}
