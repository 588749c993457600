//! A worry or a lead on harm: what may be said, how fast it must be taken up, which way it goes.

use crate::child::short_text;
use crate::error::Faults;
use crate::{FieldError, Timestamp};

/// The nine situations of mandatory reporting: Art. 4 of the opinions on the mandatory reporting of
/// cases of harm to minors, issued by nine departments, 2020 (Law on the Protection of Minors, Art. 11).
/// Each is to be reported to the police at once; the minutes are this product's own ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Situation {
    /// Abnormal injury of private parts.
    Mr1,
    /// Girl under 14: sexual assault, pregnancy, abortion.
    Mr2,
    /// Girl of 14 or more: pregnancy or abortion from assault.
    Mr3,
    /// Injuries, malnutrition, clouded consciousness.
    Mr4,
    /// Disability or death from unnatural causes.
    Mr5,
    /// Abandoned, or long without care.
    Mr6,
    /// Of unknown origin, missing, trafficked.
    Mr7,
    /// Organised begging.
    Mr8,
    /// Other serious harm, or in danger of it.
    Mr9,
}

impl Situation {
    /// All nine, in the law's order.
    pub const ALL: [Situation; 9] =
        [Self::Mr1, Self::Mr2, Self::Mr3, Self::Mr4, Self::Mr5, Self::Mr6, Self::Mr7, Self::Mr8, Self::Mr9];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Mr1 => "mr1",
            Self::Mr2 => "mr2",
            Self::Mr3 => "mr3",
            Self::Mr4 => "mr4",
            Self::Mr5 => "mr5",
            Self::Mr6 => "mr6",
            Self::Mr7 => "mr7",
            Self::Mr8 => "mr8",
            Self::Mr9 => "mr9",
        }
    }

    /// The situation with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Minutes within which somebody takes it up.
    #[must_use]
    pub fn minutes(self) -> i64 {
        match self {
            Self::Mr1 | Self::Mr2 | Self::Mr3 | Self::Mr4 | Self::Mr5 | Self::Mr7 => 15,
            Self::Mr6 | Self::Mr8 | Self::Mr9 => 60,
        }
    }
}

/// Minutes within which a worry that names no situation is taken up: a working day's reach.
pub const MINUTES_OTHERWISE: i64 = 24 * 60;

/// How far a concern is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConcernState {
    /// Somebody said it.
    Raised,
    /// A named handler has it.
    TakenUp,
    /// The police or another authority knows.
    Reported,
    /// Being followed.
    InHand,
    /// Ended, with a result.
    Closed,
}

impl ConcernState {
    /// Every state, in order.
    pub const ALL: [ConcernState; 5] = [Self::Raised, Self::TakenUp, Self::Reported, Self::InHand, Self::Closed];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::TakenUp => "taken_up",
            Self::Reported => "reported",
            Self::InHand => "in_hand",
            Self::Closed => "closed",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Whether `next` may follow. Reporting never waits for anything but that somebody has it in hand;
    /// nothing is closed that nobody took up; a closed one is not opened again, a new one is raised.
    #[must_use]
    pub fn may_become(self, next: ConcernState) -> bool {
        matches!(
            (self, next),
            (Self::Raised, Self::TakenUp)
                | (Self::TakenUp, Self::Reported | Self::InHand | Self::Closed)
                | (Self::Reported, Self::InHand | Self::Closed)
                | (Self::InHand, Self::Reported | Self::Closed)
        )
    }
}

/// What somebody typed or ticked.
#[derive(Clone, Debug, Default)]
pub struct ConcernForm<'a> {
    /// What was seen or heard, the child's exact words.
    pub words: &'a str,
    /// Codes of situations ticked.
    pub situations: Vec<&'a str>,
    /// How to reach whoever says it; may be empty.
    pub contact: &'a str,
}

/// A concern as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConcern {
    /// What was seen or heard.
    pub words: String,
    /// Situations ticked, each once, in the law's order.
    pub situations: Vec<Situation>,
    /// How to reach whoever says it.
    pub contact: Option<String>,
}

impl NewConcern {
    /// Parses the form. Words are the only thing asked for: who is unsure may say it all the same.
    ///
    /// # Errors
    /// `required.missing` and `text.too_long` (4,000 characters, contact 100).
    pub fn parse(form: &ConcernForm<'_>) -> Result<NewConcern, Vec<FieldError>> {
        let mut faults = Faults::default();
        let words = faults.take("words", short_text(form.words, 4000).and_then(|w| w.ok_or("required.missing")));
        let contact = faults.take("contact", short_text(form.contact, 100)).flatten();
        let situations =
            Situation::ALL.into_iter().filter(|s| form.situations.iter().any(|code| *code == s.code())).collect();
        faults.finish(words.map(|words| NewConcern { words, situations, contact }))
    }

    /// Until when somebody must have taken it up, counted from the first word.
    #[must_use]
    pub fn take_up_by(&self, said_at: Timestamp) -> Timestamp {
        let minutes = self.situations.iter().map(|s| s.minutes()).min().unwrap_or(MINUTES_OTHERWISE);
        said_at.plus_minutes(minutes)
    }

    /// The situations as kept: codes joined by commas.
    #[must_use]
    pub fn situation_record(&self) -> Option<String> {
        let codes: Vec<&str> = self.situations.iter().map(|s| s.code()).collect();
        (!codes.is_empty()).then(|| codes.join(","))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn words_are_enough_and_the_only_thing_that_is_asked() {
        let faults = NewConcern::parse(&ConcernForm::default()).unwrap_err();
        assert_eq!(faults, [FieldError::new("words", "required.missing")]);
        let form = ConcernForm { words: "她说不想回去", ..ConcernForm::default() };
        assert_eq!(NewConcern::parse(&form).unwrap().take_up_by(Timestamp(0)), Timestamp(24 * 60 * 60_000));
    }

    #[test]
    fn the_most_urgent_situation_sets_the_clock() {
        let form = ConcernForm { words: "x", situations: vec!["mr9", "mr4", "nonsense"], ..ConcernForm::default() };
        let concern = NewConcern::parse(&form).unwrap();
        assert_eq!(concern.take_up_by(Timestamp(0)), Timestamp(15 * 60_000));
        assert_eq!(concern.situation_record().as_deref(), Some("mr4,mr9"));
    }

    #[test]
    fn nothing_is_closed_that_nobody_took_up_and_nothing_closed_comes_back() {
        assert!(!ConcernState::Raised.may_become(ConcernState::Closed));
        for next in ConcernState::ALL {
            assert!(!ConcernState::Closed.may_become(next));
        }
    }

    #[test]
    fn each_situation_has_its_minutes_and_is_read_back() {
        use Situation::{Mr1, Mr2, Mr3, Mr4, Mr5, Mr6, Mr7, Mr8, Mr9};
        for situation in Situation::ALL {
            let minutes = match situation {
                Mr1 | Mr2 | Mr3 | Mr4 | Mr5 | Mr7 => 15,
                Mr6 | Mr8 | Mr9 => 60,
            };
            let one = NewConcern { words: "x".into(), situations: vec![situation], contact: None };
            assert_eq!(one.take_up_by(Timestamp(0)), Timestamp(minutes * 60_000), "{situation:?}");
            assert_eq!(Situation::parse(situation.code()), Some(situation));
        }
        assert_eq!(Situation::ALL.map(Situation::code).join(","), "mr1,mr2,mr3,mr4,mr5,mr6,mr7,mr8,mr9");
    }

    #[test]
    fn a_concern_goes_on_by_these_steps_and_by_no_others() {
        use ConcernState::{Closed, InHand, Raised, Reported, TakenUp};
        for state in ConcernState::ALL {
            let open: &[ConcernState] = match state {
                Raised => &[TakenUp],
                TakenUp => &[Reported, InHand, Closed],
                Reported => &[InHand, Closed],
                InHand => &[Reported, Closed],
                Closed => &[],
            };
            for next in ConcernState::ALL {
                assert_eq!(state.may_become(next), open.contains(&next), "{state:?} {next:?}");
            }
            assert_eq!(ConcernState::parse(state.code()), Some(state));
        }
    }

    #[test]
    fn four_thousand_characters_are_heard_and_a_hundred_of_how_to_reach_somebody() {
        let (words, contact) = ("字".repeat(4000), "1".repeat(100));
        let full = ConcernForm { words: &words, contact: &contact, situations: vec![] };
        assert!(NewConcern::parse(&full).is_ok());
        let (words, contact) = (format!("{words}字"), format!("{contact}1"));
        let over = ConcernForm { words: &words, contact: &contact, situations: vec![] };
        let long = |field| FieldError::new(field, "text.too_long");
        assert_eq!(NewConcern::parse(&over).unwrap_err(), [long("words"), long("contact")]);
    }
}
