//! Hours that do not come from a stay, and corrections: one person enters them with words, another
//! confirms them, and only then they stand in the ledger.

use uuid::Uuid;

use super::Span;
use crate::child::short_text;
use crate::error::Faults;
use crate::figure::HoursKind;
use crate::school::{clock, day};
use crate::{Date, FieldError, Refusal, Timestamp};

/// How far a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClaimState {
    /// Waits for another person.
    Open,
    /// Confirmed: it stands in the ledger.
    Confirmed,
    /// Not confirmed, and why.
    Refused,
    /// Taken back by whoever entered it.
    Withdrawn,
}

impl ClaimState {
    /// Every state.
    pub const ALL: [ClaimState; 4] = [Self::Open, Self::Confirmed, Self::Refused, Self::Withdrawn];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Whether `by` may confirm or refuse what `entered_by` entered: never one's own entry, never one's
/// own hours (`volunteer`: the account of the volunteer, when she has one).
///
/// # Errors
/// `hours.own_entry`, `hours.own_hours`.
pub fn may_decide(entered_by: Uuid, by: Uuid, volunteer: Option<Uuid>) -> Result<(), Refusal> {
    if entered_by == by {
        return Err(Refusal::new("hours.own_entry"));
    }
    if volunteer == Some(by) {
        return Err(Refusal::new("hours.own_hours"));
    }
    Ok(())
}

/// Service of one day, as typed.
#[derive(Clone, Debug, Default)]
pub struct ServiceForm<'a> {
    /// `training` or `activity`.
    pub kind: &'a str,
    /// The day.
    pub on: &'a str,
    /// From when, `HH:MM`.
    pub from: &'a str,
    /// Until when, `HH:MM`.
    pub to: &'a str,
    /// What was done.
    pub words: &'a str,
}

/// Training that was given or an activity that was helped with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewService {
    /// [`HoursKind::Training`] or [`HoursKind::Activity`].
    pub kind: HoursKind,
    /// From when to when.
    pub span: Span,
    /// What was done, 1 to 200 characters.
    pub words: String,
}

impl NewService {
    /// Parses the form; the service is over at `now`.
    ///
    /// # Errors
    /// `option.missing`, `required.missing`, `date.unreadable`, `time.unreadable`, `hours.end_before_start`,
    /// `date.in_future`, `hours.before_programme`, `text.too_long`.
    pub fn parse(form: &ServiceForm<'_>, now: Timestamp) -> Result<NewService, Vec<FieldError>> {
        let mut faults = Faults::default();
        let kind = match HoursKind::parse(form.kind) {
            Some(kind @ (HoursKind::Training | HoursKind::Activity)) => Ok(kind),
            _ => Err("option.missing"),
        };
        let kind = faults.take("kind", kind);
        let on = faults.take("on", day(form.on));
        let from = faults.take("from", clock(form.from));
        let to = faults.take("to", clock(form.to));
        let words = faults.take("words", said(form.words));
        let span = on.zip(from.zip(to)).map(|(on, (from, to))| (moment(on, &from), moment(on, &to)));
        check_span(&mut faults, span, now, ("on", "to"));
        let value = kind.zip(span).zip(words).map(|((kind, span), words)| NewService { kind, span, words });
        faults.finish(value)
    }
}

/// Hours of the years on paper, as typed.
#[derive(Clone, Debug, Default)]
pub struct PaperForm<'a> {
    /// The year.
    pub year: &'a str,
    /// Hours, halves allowed.
    pub hours: &'a str,
    /// The paper's number.
    pub number: &'a str,
}

/// The hours of one pair in one year, from the paper ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPaper {
    /// The year.
    pub year: i16,
    /// Minutes.
    pub minutes: i32,
    /// The paper's number, 1 to 40 characters.
    pub number: String,
}

/// The first year of the programme.
const FIRST_YEAR: i16 = 2012;
/// More than a day's cap on every day of a year cannot be.
pub const MOST_HOURS_A_YEAR: f64 = 2_928.0;

impl NewPaper {
    /// Parses the form.
    ///
    /// # Errors
    /// `required.missing`, `number.out_of_range`, `hours.out_of_range`, `text.too_long`.
    pub fn parse(form: &PaperForm<'_>, today: Date) -> Result<NewPaper, Vec<FieldError>> {
        let mut faults = Faults::default();
        let year = form.year.trim().parse::<i16>().ok().filter(|y| (FIRST_YEAR..=today.year()).contains(y));
        let year = faults.take("year", year.ok_or("number.out_of_range"));
        let minutes = faults.take("hours", half_hours(form.hours));
        let number = short_text(form.number, 40).and_then(|text| text.ok_or("required.missing"));
        let number = faults.take("number", number);
        let value = year.zip(minutes).zip(number);
        faults.finish(value.map(|((year, minutes), number)| NewPaper { year, minutes, number }))
    }

    /// The whole year, its last millisecond included; of the year that runs at `now`, what has gone of it: hours count from the
    /// day on which they end, and those on paper have been given.
    #[must_use]
    pub fn span(&self, now: Timestamp) -> Span {
        let begin = |year: i16| Date::new(year, 1, 1).map_or(0, |d| Timestamp::from_shanghai(d.at(0, 0, 0, 0)).0);
        let (first, last) = (Timestamp(begin(self.year)), Timestamp(begin(self.year.saturating_add(1)) - 1));
        (first, if first < now { last.min(now) } else { last })
    }
}

/// Hours as people write them, in halves: `36`, `36.5`.
fn half_hours(text: &str) -> Result<i32, &'static str> {
    let hours = text.trim().parse::<f64>().map_err(|_| "hours.out_of_range")?;
    if !(0.5..=MOST_HOURS_A_YEAR).contains(&hours) || (hours * 2.0).fract() != 0.0 {
        return Err("hours.out_of_range");
    }
    // In range and whole after doubling, so nothing is cut off.
    let halves = format!("{:.0}", hours * 2.0).parse::<i32>().map_err(|_| "hours.out_of_range")?;
    Ok(halves * 30)
}

/// A correction, as typed.
#[derive(Clone, Debug, Default)]
pub struct CorrectionForm<'a> {
    /// `times` for other times, `nothing` when the entry should not count.
    pub how: &'a str,
    /// First day.
    pub from_on: &'a str,
    /// From when, `HH:MM`.
    pub from: &'a str,
    /// Last day.
    pub to_on: &'a str,
    /// Until when, `HH:MM`.
    pub to: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// An entry as it should have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCorrection {
    /// The times as they were; none when the entry should not count.
    pub span: Option<Span>,
    /// Why, 1 to 200 characters.
    pub reason: String,
}

impl NewCorrection {
    /// Parses the form.
    ///
    /// # Errors
    /// As [`NewService::parse`], at `how`, `from_on`, `from`, `to_on`, `to`, `reason`.
    pub fn parse(form: &CorrectionForm<'_>, now: Timestamp) -> Result<NewCorrection, Vec<FieldError>> {
        let mut faults = Faults::default();
        let reason = faults.take("reason", said(form.reason));
        let span = match form.how {
            "nothing" => Some(None),
            "times" => {
                let from_on = faults.take("from_on", day(form.from_on));
                let from = faults.take("from", clock(form.from));
                let to_on = faults.take("to_on", day(form.to_on));
                let to = faults.take("to", clock(form.to));
                let begin = from_on.zip(from).map(|(on, at)| moment(on, &at));
                let end = to_on.zip(to).map(|(on, at)| moment(on, &at));
                let span = begin.zip(end);
                check_span(&mut faults, span, now, ("to_on", "to"));
                span.map(Some)
            }
            _ => {
                faults.push("how", "option.missing");
                None
            }
        };
        faults.finish(span.zip(reason).map(|(span, reason)| NewCorrection { span, reason }))
    }
}

fn said(text: &str) -> Result<String, &'static str> {
    short_text(text, 200)?.ok_or("required.missing")
}

/// A day and an hour that [`clock`] has read.
fn moment(on: Date, at: &str) -> Timestamp {
    let part = |n: usize| at.split(':').nth(n).and_then(|p| p.parse::<i8>().ok()).unwrap_or(0);
    Timestamp::from_shanghai(on.at(part(0), part(1), 0, 0))
}

/// The span has a length and is over; `(day, end)` are the fields at which the faults stand.
fn check_span(faults: &mut Faults, span: Option<Span>, now: Timestamp, (on, end): (&'static str, &'static str)) {
    let Some((from, to)) = span else { return };
    if to <= from {
        faults.push(end, "hours.end_before_start");
    } else if to > now {
        faults.push(on, "date.in_future");
    } else if from.date().year() < FIRST_YEAR {
        faults.push(on, "hours.before_programme");
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    const NOW: Timestamp = Timestamp(1_795_140_000_000); // 2026-11-20 10:00 in Asia/Shanghai

    fn service() -> ServiceForm<'static> {
        ServiceForm {
            kind: "training", on: "2026-11-14", from: "9:00", to: "11:30", words: "给新来的周末妈妈讲急救"
        }
    }

    fn faults(form: &ServiceForm<'_>) -> Vec<(String, &'static str)> {
        let found = NewService::parse(form, NOW).unwrap_err();
        found.into_iter().map(|f| (f.field.into_owned(), f.code)).collect()
    }

    #[test]
    fn service_has_a_kind_a_day_its_hours_and_words() {
        let read = NewService::parse(&service(), NOW).unwrap();
        assert_eq!((read.kind, read.span.1.minutes_since(read.span.0)), (HoursKind::Training, 150));
        assert_eq!(faults(&ServiceForm { kind: "stay", ..service() }), [("kind".into(), "option.missing")]);
        assert_eq!(faults(&ServiceForm { on: "", ..service() }), [("on".into(), "required.missing")]);
        assert_eq!(faults(&ServiceForm { from: "25:00", ..service() }), [("from".into(), "time.unreadable")]);
        assert_eq!(faults(&ServiceForm { to: "9:00", ..service() }), [("to".into(), "hours.end_before_start")]);
        assert_eq!(faults(&ServiceForm { words: " ", ..service() }), [("words".into(), "required.missing")]);
    }

    #[test]
    fn service_that_is_not_over_cannot_be_entered() {
        let today = ServiceForm { on: "2026-11-20", from: "9:00", to: "10:00", ..service() };
        assert!(NewService::parse(&today, NOW).is_ok());
        assert_eq!(faults(&ServiceForm { to: "10:01", ..today }), [("on".into(), "date.in_future")]);
    }

    #[test]
    fn no_service_is_older_than_the_programme() {
        assert!(NewService::parse(&ServiceForm { on: "2012-01-01", ..service() }, NOW).is_ok());
        for on in ["1900-01-01", "2011-12-31"] {
            assert_eq!(faults(&ServiceForm { on, ..service() }), [("on".into(), "hours.before_programme")]);
        }
    }

    #[test]
    fn paper_hours_are_of_one_year_in_halves() {
        let form = PaperForm { year: "2019", hours: "36.5", number: "纸2019-001" };
        let read = NewPaper::parse(&form, date(2026, 11, 20)).unwrap();
        let (first, last) = read.span(NOW);
        assert_eq!((read.minutes, first.date(), last.date()), (2190, date(2019, 1, 1), date(2019, 12, 31)));
        for (year, hours) in [
            ("2011", "1"),
            ("2027", "1"),
            ("x", "1"),
            ("2019", "0"),
            ("2019", "3000"),
            ("2019", "1.2"),
            ("2019", "NaN"),
            ("2019", "-1"),
        ] {
            let wrong = PaperForm { year, hours, number: "1" };
            assert_eq!(NewPaper::parse(&wrong, date(2026, 11, 20)).unwrap_err().len(), 1, "{year} {hours}");
        }
        assert!(NewPaper::parse(&PaperForm { number: "", ..form }, date(2026, 11, 20)).is_err());
    }

    #[test]
    fn paper_hours_of_the_running_year_end_with_the_moment_at_which_they_are_written_down() {
        let of = |year| NewPaper { year, minutes: 600, number: "1".into() }.span(NOW);
        assert_eq!((of(2026).0.date(), of(2026).1), (date(2026, 1, 1), NOW));
        assert_eq!(of(2025).1.date(), date(2025, 12, 31));
        assert!(of(2027).0 < of(2027).1, "a year to come has its days too");
    }

    #[test]
    fn a_correction_says_what_was_right_or_that_nothing_counts() {
        let form = CorrectionForm { how: "nothing", reason: "那天没有去", ..CorrectionForm::default() };
        assert_eq!(NewCorrection::parse(&form, NOW).unwrap().span, None);
        let times = CorrectionForm {
            how: "times",
            from_on: "2026-11-13",
            from: "18:00",
            to_on: "2026-11-15",
            to: "16:00",
            ..form.clone()
        };
        let (from, to) = NewCorrection::parse(&times, NOW).unwrap().span.unwrap();
        assert_eq!(to.minutes_since(from), 46 * 60);
        let codes = |form: &CorrectionForm<'_>| {
            NewCorrection::parse(form, NOW).unwrap_err().iter().map(|f| f.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&CorrectionForm { how: "", ..form.clone() }), ["option.missing"]);
        assert_eq!(codes(&CorrectionForm { reason: "", ..form }), ["required.missing"]);
        assert_eq!(
            codes(&CorrectionForm { to_on: "2026-11-13", to: "17:00", ..times.clone() }),
            ["hours.end_before_start"]
        );
        assert_eq!(codes(&CorrectionForm { to_on: "2026-11-21", ..times }), ["date.in_future"]);
    }

    #[test]
    fn nobody_confirms_the_own_entry_or_the_own_hours() {
        let (one, other, her) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        assert_eq!(may_decide(one, one, Some(her)).unwrap_err().code, "hours.own_entry");
        assert_eq!(may_decide(one, her, Some(her)).unwrap_err().code, "hours.own_hours");
        assert_eq!(may_decide(one, other, Some(her)), Ok(()));
        assert_eq!(may_decide(one, other, None), Ok(()));
    }

    #[test]
    fn every_state_of_a_claim_is_read_back() {
        assert!(ClaimState::ALL.into_iter().all(|state| ClaimState::parse(state.code()) == Some(state)));
    }

    #[test]
    fn paper_hours_are_from_the_first_year_to_this_one_and_a_days_cap_on_each_day_at_most() {
        let read = |year, hours, number| NewPaper::parse(&PaperForm { year, hours, number }, date(2026, 11, 20));
        let number = "1".repeat(40);
        for (year, hours) in [("2012", "0.5"), ("2026", "2928")] {
            assert!(read(year, hours, &number).is_ok(), "{year} {hours}");
        }
        for (year, hours, number) in
            [("2012", "0.25", "1"), ("2012", "2928.5", "1"), ("2012", "1", format!("{number}1").as_str())]
        {
            assert_eq!(read(year, hours, number).unwrap_err().len(), 1, "{year} {hours}");
        }
    }

    #[test]
    fn a_year_on_paper_begins_and_ends_at_midnight() {
        let year = |year: i16| NewPaper { year, minutes: 600, number: "1".into() };
        let begin = |year| Timestamp::from_shanghai(date(year, 1, 1).at(0, 0, 0, 0));
        assert_eq!(year(2025).span(NOW), (begin(2025), Timestamp(begin(2026).0 - 1)));
        assert_eq!(year(2026).span(begin(2026)).1, Timestamp(begin(2027).0 - 1), "nothing of it has gone");
    }

    #[test]
    fn what_was_done_is_said_in_two_hundred_characters() {
        let (full, over) = ("字".repeat(200), "字".repeat(201));
        assert!(NewService::parse(&ServiceForm { words: &full, ..service() }, NOW).is_ok());
        assert_eq!(faults(&ServiceForm { words: &over, ..service() }), [("words".into(), "text.too_long")]);
    }

    #[test]
    fn the_minute_of_a_correction_counts() {
        let at = |from, to| {
            let on = "2026-11-13";
            let form = CorrectionForm { how: "times", from_on: on, from, to_on: on, to, reason: "记错了" };
            NewCorrection::parse(&form, NOW).unwrap().span.unwrap()
        };
        let time = |hour, minute| Timestamp::from_shanghai(date(2026, 11, 13).at(hour, minute, 0, 0));
        assert_eq!(at("0:05", "16:40"), (time(0, 5), time(16, 40)));
    }
}
