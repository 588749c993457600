//! A wish slip: numbers in order, ties by `=`, and whom one does not want.
//!
//! Silence is never yes: who is not on a slip is not chosen. A refusal is final in the round and
//! nobody is shown it.

use std::collections::BTreeSet;

use crate::FieldError;
use crate::error::Faults;

/// Numbers on one slip at most; a longer one is no slip typed by a person.
const MOST: usize = 200;

/// Whose slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// A child's.
    Child,
    /// A volunteer's.
    Volunteer,
}

impl Side {
    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Volunteer => "volunteer",
        }
    }

    /// The side with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Child, Self::Volunteer].into_iter().find(|s| s.code() == code)
    }
}

/// A slip by numbers of the round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slip {
    /// Tie classes, best first; each with its numbers in rising order.
    pub wishes: Vec<Vec<i32>>,
    /// Numbers refused, in rising order.
    pub refused: Vec<i32>,
}

impl Slip {
    /// Reads what was typed: `3, 5=7, 2` and, apart, the refused numbers. Commas, spaces, new lines
    /// and their full-width forms separate; `=` and `＝` tie.
    ///
    /// # Errors
    /// Against `wishes` or `refused`: `choice.unreadable`, `choice.unknown` (nobody in the round
    /// has this number), `choice.twice` (also when wished and refused), `choice.too_many`.
    pub fn parse(wishes: &str, refused: &str, known: &BTreeSet<i32>) -> Result<Slip, Vec<FieldError>> {
        let mut faults = Faults::default();
        let wished = faults.take("wishes", classes(wishes));
        let not = faults.take("refused", classes(refused));
        let slip = wished.zip(not).map(|(wishes, not)| {
            let mut refused: Vec<i32> = not.into_iter().flatten().collect();
            refused.sort_unstable();
            refused.dedup();
            Slip { wishes, refused }
        });
        if let Some(slip) = &slip {
            judge(slip, known, &mut faults);
        }
        faults.finish(slip)
    }

    /// Whether it may be kept as it was filled in. `nobody`: the box that the person was asked and names nobody this time.
    /// `stood`: a slip is there already, which an empty one takes away. Nobody is asked twice because a desk saved an
    /// empty slip by mistake.
    ///
    /// # Errors
    /// `choice.blank` where there is nothing to keep, `choice.nobody_and_some` where both were said.
    pub fn may_be_kept(&self, nobody: bool, stood: bool) -> Result<(), &'static str> {
        if nobody && !self.wishes.is_empty() {
            return Err("choice.nobody_and_some");
        }
        if *self == Slip::default() && !nobody && !stood { Err("choice.blank") } else { Ok(()) }
    }

    /// Each number with its rank: 1 is best, equal is a tie, 0 is a refusal.
    pub fn ranks(&self) -> impl Iterator<Item = (i32, i32)> + '_ {
        let wished = self.wishes.iter().zip(1..).flat_map(|(class, rank)| class.iter().map(move |n| (*n, rank)));
        wished.chain(self.refused.iter().map(|n| (*n, 0)))
    }

    /// Puts a slip together from numbers with ranks, as they stand in the records.
    #[must_use]
    pub fn from_ranks(ranks: impl IntoIterator<Item = (i32, i32)>) -> Slip {
        let mut all: Vec<(i32, i32)> = ranks.into_iter().map(|(number, rank)| (rank, number)).collect();
        all.sort_unstable();
        let refused = all.iter().filter(|(rank, _)| *rank == 0).map(|(_, n)| *n).collect();
        let wished: Vec<(i32, i32)> = all.into_iter().filter(|(rank, _)| *rank > 0).collect();
        let wishes = wished.chunk_by(|a, b| a.0 == b.0).map(|c| c.iter().map(|(_, n)| *n).collect()).collect();
        Slip { wishes, refused }
    }

    /// The wishes as they are typed: `3, 5=7, 2`.
    #[must_use]
    pub fn wishes_text(&self) -> String {
        self.wishes.iter().map(|class| joined(class, "=")).collect::<Vec<_>>().join(", ")
    }

    /// The refusals as they are typed.
    #[must_use]
    pub fn refused_text(&self) -> String {
        joined(&self.refused, ", ")
    }
}

fn joined(numbers: &[i32], by: &str) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(by)
}

fn classes(typed: &str) -> Result<Vec<Vec<i32>>, &'static str> {
    // Spaces around a tie belong to it: `5 = 7`.
    let narrow: String = typed.chars().map(narrow).collect();
    let tied = narrow.split('=').map(str::trim).collect::<Vec<_>>().join("=");
    let mut all = Vec::new();
    for part in tied.split([',', ' ', '\n']).map(str::trim).filter(|p| !p.is_empty()) {
        let mut class: Vec<i32> = part.split('=').map(number).collect::<Result<_, _>>()?;
        class.sort_unstable();
        all.push(class);
        if all.len() > MOST {
            return Err("choice.too_many");
        }
    }
    Ok(all)
}

fn narrow(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        '，' | '、' | ';' | '；' => ',',
        '＝' => '=',
        '\t' | '\r' | '\u{3000}' => ' ',
        other => other,
    }
}

fn number(part: &str) -> Result<i32, &'static str> {
    let digits = !part.is_empty() && part.len() <= 6 && part.bytes().all(|b| b.is_ascii_digit());
    if digits { part.parse().map_err(|_| "choice.unreadable") } else { Err("choice.unreadable") }
}

fn judge(slip: &Slip, known: &BTreeSet<i32>, faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    let wished = slip.wishes.iter().flatten().map(|n| ("wishes", *n));
    let mut said = BTreeSet::new();
    for (field, number) in wished.chain(slip.refused.iter().map(|n| ("refused", *n))) {
        let code = if !known.contains(&number) {
            "choice.unknown"
        } else if !seen.insert(number) {
            "choice.twice"
        } else {
            continue;
        };
        if said.insert((field, code)) {
            faults.push(field, code);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known() -> BTreeSet<i32> {
        (1..=20).collect()
    }

    fn codes(wishes: &str, refused: &str) -> Vec<(String, &'static str)> {
        let faults = Slip::parse(wishes, refused, &known()).unwrap_err();
        faults.into_iter().map(|f| (f.field.into_owned(), f.code)).collect()
    }

    #[test]
    fn a_slip_is_read_with_ties_and_refusals_however_it_was_typed() {
        let expected = Slip { wishes: vec![vec![3], vec![5, 7], vec![2]], refused: vec![18] };
        for typed in ["3, 5=7, 2", "3 7=5 2", "３，５＝７、２", "03\n5 = 7\n\n2,"] {
            assert_eq!(Slip::parse(typed, "18", &known()).unwrap(), expected, "{typed}");
        }
        assert_eq!(expected.wishes_text(), "3, 5=7, 2");
        assert_eq!(expected.ranks().collect::<Vec<_>>(), [(3, 1), (5, 2), (7, 2), (2, 3), (18, 0)]);
    }

    #[test]
    fn a_number_that_is_nobody_or_stands_twice_is_said_at_its_field() {
        assert_eq!(codes("21", ""), [("wishes".into(), "choice.unknown")]);
        assert_eq!(codes("3, 3", ""), [("wishes".into(), "choice.twice")]);
        assert_eq!(codes("3", "3"), [("refused".into(), "choice.twice")]);
        assert_eq!(
            codes("三", "-1"),
            [("wishes".into(), "choice.unreadable"), ("refused".into(), "choice.unreadable")]
        );
        assert_eq!(codes("5==7", ""), [("wishes".into(), "choice.unreadable")]);
    }

    #[test]
    fn an_empty_slip_chooses_nobody() {
        assert_eq!(Slip::parse(" ", "", &known()).unwrap(), Slip::default());
    }

    #[test]
    fn an_empty_slip_is_kept_only_when_it_says_that_the_person_was_asked() {
        let (blank, some) = (Slip::default(), Slip { wishes: vec![vec![3]], refused: Vec::new() });
        let not = Slip { wishes: Vec::new(), refused: vec![3] };
        assert_eq!(blank.may_be_kept(false, false), Err("choice.blank"));
        assert_eq!(blank.may_be_kept(true, false), Ok(()));
        assert_eq!(blank.may_be_kept(false, true), Ok(()), "a slip typed for somebody else is taken away");
        assert_eq!(some.may_be_kept(false, false), Ok(()));
        assert_eq!(not.may_be_kept(false, false), Ok(()));
        assert_eq!(not.may_be_kept(true, false), Ok(()));
    }

    #[test]
    fn nobody_names_somebody_and_nobody_at_once() {
        let some = Slip { wishes: vec![vec![3]], refused: Vec::new() };
        assert_eq!(some.may_be_kept(true, true), Err("choice.nobody_and_some"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused_and_reads_back_the_same(wishes in "[0-9 ,=，、=三x]{0,40}", refused in "[0-9 ,]{0,12}") {
            if let Ok(slip) = Slip::parse(&wishes, &refused, &known()) {
                let again = Slip::parse(&slip.wishes_text(), &slip.refused_text(), &known()).unwrap();
                prop_assert_eq!(&again, &slip);
                prop_assert_eq!(Slip::from_ranks(slip.ranks()), slip);
            }
        }
    }

    #[test]
    fn each_side_is_read_back() {
        assert!([Side::Child, Side::Volunteer].into_iter().all(|side| Side::parse(side.code()) == Some(side)));
    }

    #[test]
    fn every_sign_that_people_put_between_numbers_separates() {
        let expected = vec![vec![3], vec![5], vec![2]];
        for typed in ["3;5；2", "3\t5\r\n2", "3\u{3000}5，2"] {
            assert_eq!(Slip::parse(typed, "", &known()).unwrap().wishes, expected, "{typed:?}");
        }
    }

    #[test]
    fn refused_numbers_stand_in_rising_order_each_once() {
        assert_eq!(Slip::parse("", "9 4 9=4", &known()).unwrap().refused, [4, 9]);
    }

    #[test]
    fn a_tie_without_a_number_and_a_number_too_long_are_unreadable() {
        for typed in ["3=", "=3", "3==5", "1000000"] {
            assert_eq!(codes(typed, ""), [("wishes".into(), "choice.unreadable")], "{typed}");
        }
        assert_eq!(codes("999999", ""), [("wishes".into(), "choice.unknown")], "six digits are a number");
    }

    #[test]
    fn two_hundred_numbers_stand_on_a_slip_at_most() {
        let many: BTreeSet<i32> = (1..=300).collect();
        let typed = |count: i32| (1..=count).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(Slip::parse(&typed(200), "", &many).unwrap().wishes.len(), 200);
        let faults = Slip::parse(&typed(201), "", &many).unwrap_err();
        assert_eq!(faults, [FieldError::new("wishes", "choice.too_many")]);
    }

    #[test]
    fn ranks_in_any_order_make_the_slip_they_came_from() {
        let slip = Slip::from_ranks([(7, 2), (2, 3), (18, 0), (5, 2), (3, 1), (4, 0)]);
        assert_eq!(slip, Slip { wishes: vec![vec![3], vec![5, 7], vec![2]], refused: vec![4, 18] });
    }
}
