//! A planned contact with the people of a pair: who is asked, by when, what is kept, when the next is due.

use crate::child::short_text;
use crate::error::Faults;
use crate::{FieldError, Timestamp};

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum With {
    /// The child, alone.
    Child,
    /// A guardian.
    Guardian,
    /// The volunteer.
    Volunteer,
    /// The class teacher.
    Teacher,
}

impl With {
    /// All four.
    pub const ALL: [With; 4] = [Self::Child, Self::Guardian, Self::Volunteer, Self::Teacher];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Guardian => "guardian",
            Self::Volunteer => "volunteer",
            Self::Teacher => "teacher",
        }
    }

    /// The person with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.code() == code)
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FollowUpState {
    /// To be done.
    Due,
    /// Done.
    Done,
    /// The time is over and nobody did it.
    Missed,
}

impl FollowUpState {
    /// Every state.
    pub const ALL: [FollowUpState; 3] = [Self::Due, Self::Done, Self::Missed];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Done => "done",
            Self::Missed => "missed",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// The ways to ask.
pub const WAYS: [&str; 3] = ["visit", "phone", "talk"];
/// The five questions, as message ids; answers are kept in this order.
pub const QUESTIONS: [&str; 5] = ["sleep", "food", "feelings", "wish", "worry"];
/// Days after its due time at which a follow-up counts as missed.
pub const MISSED_AFTER_DAYS: i64 = 14;
/// Days for which one that was missed stands in the list of these.
pub const MISSED_SHOWN_DAYS: i64 = 30;
/// The hour of the morning at which one hears of those that were missed, Asia/Shanghai.
const TOLD_HOUR: i8 = 8;
/// Days until the next follow-up of a pair that goes well.
pub const NEXT_AFTER_DAYS: i64 = 90;

/// What somebody typed.
#[derive(Clone, Debug, Default)]
pub struct FollowUpForm<'a> {
    /// How it was asked.
    pub way: &'a str,
    /// Whether the child was asked alone, out of the carer's hearing: `yes` or `no`.
    pub alone: &'a str,
    /// The answers, in the order of [`QUESTIONS`].
    pub answers: [&'a str; 5],
}

/// A follow-up as it may be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpAnswers {
    /// `visit`, `phone` or `talk`.
    pub way: &'static str,
    /// Asked alone; only for the child.
    pub alone: Option<bool>,
    /// Answers in the order of [`QUESTIONS`], empty where nothing was said.
    pub answers: [String; 5],
}

impl FollowUpAnswers {
    /// Parses the form of a follow-up with `with`. A child is asked alone, or it is not a follow-up
    /// with the child (product.md rule 15).
    ///
    /// # Errors
    /// `option.missing`, `follow_up.not_alone`, `follow_up.unanswered`, `text.too_long`.
    pub fn parse(form: &FollowUpForm<'_>, with: With) -> Result<FollowUpAnswers, Vec<FieldError>> {
        let mut faults = Faults::default();
        let way = faults.take("way", WAYS.into_iter().find(|w| *w == form.way).ok_or("option.missing"));
        let alone = match (with, form.alone) {
            (With::Child, "yes") => Some(true),
            (With::Child, "no") => {
                faults.push("alone", "follow_up.not_alone");
                None
            }
            (With::Child, _) => {
                faults.push("alone", "option.missing");
                None
            }
            _ => None,
        };
        let mut answers: [String; 5] = Default::default();
        for ((question, typed), kept) in QUESTIONS.into_iter().zip(form.answers).zip(answers.iter_mut()) {
            *kept = faults.take(question, short_text(typed, 1000)).flatten().unwrap_or_default();
        }
        if answers.iter().all(String::is_empty) {
            faults.push(QUESTIONS[0], "follow_up.unanswered");
        }
        faults.finish(way.map(|way| FollowUpAnswers { way, alone, answers }))
    }
}

/// When the next contact of the same kind is due.
#[must_use]
pub fn next_due(done_at: Timestamp) -> Timestamp {
    done_at.plus_minutes(NEXT_AFTER_DAYS * 24 * 60)
}

/// Whether a due follow-up has to count as missed.
#[must_use]
pub fn is_missed(due_at: Timestamp, now: Timestamp) -> bool {
    now.minutes_since(due_at) > MISSED_AFTER_DAYS * 24 * 60
}

/// When one hears of a follow-up that was missed at `now`: the next morning that is still to come.
#[must_use]
pub fn told_at(now: Timestamp) -> Timestamp {
    let morning = Timestamp::from_shanghai(now.date().at(TOLD_HOUR, 0, 0, 0));
    if now < morning { morning } else { morning.plus_minutes(24 * 60) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn form<'a>() -> FollowUpForm<'a> {
        FollowUpForm { way: "talk", alone: "yes", answers: ["睡得好", "", "", "", ""] }
    }

    #[test]
    fn a_child_that_was_not_alone_has_not_been_asked() {
        let faults = FollowUpAnswers::parse(&FollowUpForm { alone: "no", ..form() }, With::Child).unwrap_err();
        assert_eq!(faults, [FieldError::new("alone", "follow_up.not_alone")]);
        assert_eq!(FollowUpAnswers::parse(&form(), With::Child).unwrap().alone, Some(true));
        assert_eq!(FollowUpAnswers::parse(&FollowUpForm { alone: "", ..form() }, With::Teacher).unwrap().alone, None);
    }

    #[test]
    fn what_is_not_chosen_in_a_follow_up_asks_for_a_choice() {
        let faults = FollowUpAnswers::parse(&FollowUpForm { way: "", alone: "", ..form() }, With::Child).unwrap_err();
        assert_eq!(faults, [FieldError::new("way", "option.missing"), FieldError::new("alone", "option.missing")]);
    }

    #[test]
    fn a_follow_up_without_a_single_answer_is_none() {
        let empty = FollowUpForm { answers: ["", " ", "", "", ""], ..form() };
        assert_eq!(
            FollowUpAnswers::parse(&empty, With::Child).unwrap_err(),
            [FieldError::new("sleep", "follow_up.unanswered")]
        );
    }

    #[test]
    fn what_was_missed_is_told_in_the_next_morning() {
        let at = |day: i8, hour: i8| Timestamp::from_shanghai(jiff::civil::date(2026, 11, day).at(hour, 0, 0, 0));
        assert_eq!(told_at(at(20, 7)), at(20, 8));
        assert_eq!(told_at(at(20, 8)), at(21, 8));
        assert_eq!(told_at(at(20, 23)), at(21, 8));
    }

    #[test]
    fn fourteen_days_after_it_was_due_it_is_missed() {
        let due = Timestamp(0);
        let days = |n: i64| due.plus_minutes(n * 24 * 60);
        assert!(!is_missed(due, days(14)));
        assert!(is_missed(due, Timestamp(days(14).0 + 60_000)));
    }

    #[test]
    fn whom_and_how_far_are_read_back() {
        assert!(With::ALL.into_iter().all(|w| With::parse(w.code()) == Some(w)));
        assert!(FollowUpState::ALL.into_iter().all(|s| FollowUpState::parse(s.code()) == Some(s)));
    }

    #[test]
    fn the_next_talk_is_due_after_ninety_days() {
        let done = Timestamp::from_shanghai(jiff::civil::date(2026, 11, 20).at(10, 0, 0, 0));
        let due = Timestamp::from_shanghai(jiff::civil::date(2027, 2, 18).at(10, 0, 0, 0));
        assert_eq!(next_due(done), due);
    }

    #[test]
    fn an_answer_has_a_thousand_characters_at_most() {
        let (full, over) = ("好".repeat(1000), "好".repeat(1001));
        let answer =
            |text| FollowUpAnswers::parse(&FollowUpForm { answers: ["", "", text, "", ""], ..form() }, With::Child);
        assert_eq!(answer(&full).unwrap().answers[2], full);
        let faults = answer(&over).unwrap_err();
        assert_eq!(faults.first(), Some(&FieldError::new("feelings", "text.too_long")));
    }
}
