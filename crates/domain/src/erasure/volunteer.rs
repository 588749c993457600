//! What stands before the erasure of a volunteer's file: her own wish, or the end of her application, is not enough while a child's
//! safety needs what is in it.

use super::{kept, standing};
use crate::volunteer::VolunteerState;
use crate::{Date, Refusal};

/// What is known of a volunteer whose file shall be erased.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and a rule reads them one by one")]
#[derive(Clone, Debug)]
pub struct VolunteerFacts {
    /// Where she is in the programme.
    pub state: VolunteerState,
    /// The first day on which nothing demands that the file be kept.
    pub free_from: Option<Date>,
    /// The day.
    pub today: Date,
    /// Whether a child is with her now.
    pub with_child: bool,
    /// Whether a pair has not ended.
    pub pair: bool,
    /// Whether a weekend has not come to its end.
    pub stay: bool,
    /// Whether a talk about one of her pairs is due.
    pub talk: bool,
    /// Whether she takes part in a round that is open, or is proposed to somebody.
    pub round: bool,
    /// Whether she lives where another volunteer takes children: every adult there is looked at (product.md rule 2).
    pub lives_with_carer: bool,
    /// Whether hours wait for somebody's yes.
    pub hours: bool,
    /// Whether two files wait to become one.
    pub merge: bool,
    /// Whether somebody has uploaded a roster and not imported it yet: she may stand in it.
    pub import: bool,
    /// Whether she still signs in.
    pub account: bool,
    /// That the query about offences said no, for a reader who may know: nobody with such a record works with children again
    /// (未成年人保护法, art. 62), and without the file she could be registered anew.
    pub barred: bool,
    /// Numbers of concerns about her or her children that are open or suspend, and which the reader handles.
    pub concerns: Vec<String>,
    /// Whether something else stands that not everybody may know of: a concern, a query that said no, an alarm, an act of a phone.
    /// All of it has one answer.
    pub open: bool,
}

/// What stands in the way, everything at once. Until when it does is said with it: until it is done, until a day, or for good.
#[must_use]
pub fn in_the_way_of_volunteer(facts: &VolunteerFacts) -> Vec<Refusal> {
    let all = [
        (!facts.state.is_gone(), "erasure.not_gone"),
        (facts.with_child, "erasure.with_child"),
        (facts.pair, "erasure.pair_open"),
        (facts.stay, "erasure.stay_open"),
        (facts.talk, "erasure.talk_due"),
        (facts.round, "erasure.round_open"),
        (facts.lives_with_carer, "erasure.lives_with_carer"),
        (facts.hours, "erasure.hours_open"),
        (facts.merge, "erasure.merge_open"),
        (facts.import, "erasure.import_open"),
        (facts.account, "erasure.account_open"),
        (facts.barred, "erasure.barred"),
        (facts.open, "erasure.not_now"),
    ];
    let concerns = facts.concerns.iter().map(|number| Refusal::new("erasure.concern_open").with("number", number));
    standing(&all).chain(concerns).chain(kept(facts.free_from, facts.today)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i16) -> Date {
        jiff::civil::date(year, 11, 20)
    }

    fn free() -> VolunteerFacts {
        VolunteerFacts {
            state: VolunteerState::Left,
            free_from: Some(day(2026)),
            today: day(2026),
            with_child: false,
            pair: false,
            stay: false,
            talk: false,
            round: false,
            lives_with_carer: false,
            hours: false,
            merge: false,
            import: false,
            account: false,
            barred: false,
            concerns: Vec::new(),
            open: false,
        }
    }

    fn codes(facts: &VolunteerFacts) -> Vec<&'static str> {
        in_the_way_of_volunteer(facts).into_iter().map(|refusal| refusal.code).collect()
    }

    #[test]
    fn who_has_left_or_was_not_taken_may_be_erased_and_nobody_else() {
        for state in VolunteerState::ALL {
            let expected: &[&str] = if state.is_gone() { &[] } else { &["erasure.not_gone"] };
            assert_eq!(codes(&VolunteerFacts { state, ..free() }), expected, "{state:?}");
        }
    }

    #[test]
    fn what_a_childs_safety_needs_stands_before_the_erasure_of_a_volunteer() {
        assert_eq!(codes(&VolunteerFacts { with_child: true, ..free() }), ["erasure.with_child"]);
        assert_eq!(codes(&VolunteerFacts { pair: true, ..free() }), ["erasure.pair_open"]);
        assert_eq!(codes(&VolunteerFacts { stay: true, ..free() }), ["erasure.stay_open"]);
        assert_eq!(codes(&VolunteerFacts { talk: true, ..free() }), ["erasure.talk_due"]);
        assert_eq!(codes(&VolunteerFacts { round: true, ..free() }), ["erasure.round_open"]);
        assert_eq!(codes(&VolunteerFacts { lives_with_carer: true, ..free() }), ["erasure.lives_with_carer"]);
        assert_eq!(codes(&VolunteerFacts { hours: true, ..free() }), ["erasure.hours_open"]);
        assert_eq!(codes(&VolunteerFacts { merge: true, ..free() }), ["erasure.merge_open"]);
        assert_eq!(codes(&VolunteerFacts { import: true, ..free() }), ["erasure.import_open"]);
        assert_eq!(codes(&VolunteerFacts { account: true, ..free() }), ["erasure.account_open"]);
        assert_eq!(codes(&VolunteerFacts { barred: true, ..free() }), ["erasure.barred"]);
        assert_eq!(codes(&VolunteerFacts { open: true, ..free() }), ["erasure.not_now"]);
        let told = in_the_way_of_volunteer(&VolunteerFacts { concerns: vec!["2026-0014".into()], ..free() });
        assert_eq!(told, [Refusal::new("erasure.concern_open").with("number", "2026-0014")]);
    }

    #[test]
    fn a_volunteers_file_that_has_to_be_kept_is_kept_until_its_day() {
        assert_eq!(codes(&VolunteerFacts { free_from: Some(day(2027)), ..free() }), ["erasure.kept"]);
        assert_eq!(codes(&VolunteerFacts { free_from: None, ..free() }), Vec::<&str>::new());
    }
}
