//! Checks of adults, homes and volunteers: which kinds there are, whom they are about, how long
//! they hold, and what stands on a day. Outcome, dates and number are kept, never the document.
//!
//! Long because: each clause of a check is tried on its own.

use jiff::ToSpan;
use uuid::Uuid;

use crate::child::short_text;
use crate::error::Faults;
use crate::household::day;
use crate::{Date, FieldError};

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckKind {
    /// The person is who the papers say.
    Identity,
    /// The no-offence query, every year, of every adult in the home (Law on the Protection of
    /// Minors, article 62, asks it of those who work with children; the programme of the home too).
    NoOffence,
    /// Health of an adult.
    Health,
    /// The home visit, every year.
    HomeVisit,
    /// The interview by two people.
    Interview,
    /// Two people who vouch for her.
    References,
    /// The courses.
    Training,
    /// The agreement with the federation.
    Agreement,
    /// The accident insurance.
    Insurance,
}

/// What an applicant goes through, in the order in which it is usually done: all but the training before the leader's
/// signature, the training before the first weekend.
pub const APPLICATION: [CheckKind; 5] =
    [CheckKind::Identity, CheckKind::NoOffence, CheckKind::HomeVisit, CheckKind::Interview, CheckKind::Training];

/// Whom a kind of check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Each adult in the home.
    Adult,
    /// The home.
    Home,
    /// The volunteer.
    Volunteer,
}

impl CheckKind {
    /// Every kind, in the order of the file.
    pub const ALL: [CheckKind; 9] = [
        Self::Identity,
        Self::NoOffence,
        Self::Health,
        Self::HomeVisit,
        Self::Interview,
        Self::References,
        Self::Training,
        Self::Agreement,
        Self::Insurance,
    ];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::NoOffence => "no_offence",
            Self::Health => "health",
            Self::HomeVisit => "home_visit",
            Self::Interview => "interview",
            Self::References => "references",
            Self::Training => "training",
            Self::Agreement => "agreement",
            Self::Insurance => "insurance",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }

    /// Whom it is about.
    #[must_use]
    pub fn about(self) -> About {
        match self {
            Self::Identity | Self::NoOffence | Self::Health => About::Adult,
            Self::HomeVisit => About::Home,
            Self::Interview | Self::References | Self::Training | Self::Agreement | Self::Insurance => About::Volunteer,
        }
    }

    /// Years it holds when nobody gives another last day; none when it does not end by itself.
    #[must_use]
    pub fn years(self) -> Option<i32> {
        match self {
            Self::NoOffence | Self::Health | Self::HomeVisit | Self::Insurance => Some(1),
            Self::Training => Some(2),
            Self::Identity | Self::Interview | Self::References | Self::Agreement => None,
        }
    }

    /// The last day it holds when it was done on `done`: the day before the anniversary.
    #[must_use]
    pub fn holds_until(self, done: Date) -> Option<Date> {
        let years = self.years()?;
        done.checked_add(years.years()).and_then(|d| d.yesterday()).ok()
    }

    /// Whether it has to be done anew each year, whatever last day somebody writes down.
    #[must_use]
    pub fn is_yearly(self) -> bool {
        matches!(self, Self::NoOffence | Self::HomeVisit)
    }

    /// Whether a pass without the paper's number says nothing: the query and the policy have one.
    #[must_use]
    pub fn needs_number(self) -> bool {
        matches!(self, Self::NoOffence | Self::Insurance)
    }
}

/// Who or what one check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A home.
    Home(Uuid),
    /// An adult in a home.
    Adult(Uuid),
    /// A volunteer.
    Volunteer(Uuid),
}

impl Subject {
    /// Whether a check of this kind can be about it.
    #[must_use]
    pub fn fits(self, kind: CheckKind) -> bool {
        matches!(
            (self, kind.about()),
            (Self::Home(_), About::Home) | (Self::Adult(_), About::Adult) | (Self::Volunteer(_), About::Volunteer)
        )
    }
}

/// What came out. `expired` is read from the clock, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Asked for, not yet known.
    Due,
    /// In order.
    Passed,
    /// Not in order. Seen by the leader only.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 3] = [Self::Due, Self::Passed, Self::Failed];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Passed => "passed",
            Self::Failed => "failed",
        }
    }

    /// The outcome with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }
}

/// One check on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Kind.
    pub kind: CheckKind,
    /// About whom.
    pub subject: Subject,
    /// Outcome.
    pub outcome: Outcome,
    /// Day it was done; none while due.
    pub done_on: Option<Date>,
    /// The paper's number.
    pub number: Option<String>,
    /// Last day it holds; none when it does not end by itself.
    pub valid_until: Option<Date>,
    /// Milliseconds of its entry: of two on one day the later entry counts.
    pub entered_at: i64,
}

/// What stands for one kind and subject on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has entered anything.
    Missing,
    /// Asked for.
    Due,
    /// Passed and in force, until the day given if it ends.
    Valid(Option<Date>),
    /// Passed once, over since the day given.
    Expired(Date),
    /// Not in order; for the leader's eyes.
    Failed,
}

impl Standing {
    /// Whether it lets rule 2 pass.
    #[must_use]
    pub fn is_valid(self) -> bool {
        matches!(self, Self::Valid(_))
    }

    /// What a reader who is not the leader is shown: a failure looks like something not yet known.
    #[must_use]
    pub fn for_others(self) -> Standing {
        if self == Self::Failed { Self::Due } else { self }
    }
}

/// What stands on `on` for `kind` of `subject`: the last one done decides, so that a failure takes an
/// older pass away and a newer pass heals it. Checks done after `on` do not count, but a failure
/// counts from its entry on.
#[must_use]
pub fn standing(checks: &[Check], kind: CheckKind, subject: Subject, on: Date) -> Standing {
    let mine = || checks.iter().filter(|c| c.kind == kind && c.subject == subject);
    let known = |c: &&Check| match c.outcome {
        Outcome::Due => false,
        Outcome::Passed => c.done_on.is_some_and(|done| done <= on),
        Outcome::Failed => true,
    };
    let last = mine().filter(known).max_by_key(|c| (c.done_on, c.entered_at));
    match last {
        Some(c) if c.outcome == Outcome::Failed => Standing::Failed,
        Some(c) => match c.valid_until {
            Some(until) if until < on => Standing::Expired(until),
            until => Standing::Valid(until),
        },
        None if mine().next().is_some() => Standing::Due,
        None => Standing::Missing,
    }
}

/// One line of the table in which checks are entered; every field as text, empty when absent.
#[derive(Clone, Debug, Default)]
pub struct CheckForm<'a> {
    /// Kind.
    pub kind: &'a str,
    /// `passed`, `failed` or `due`.
    pub outcome: &'a str,
    /// Day it was done.
    pub done_on: &'a str,
    /// The paper's number.
    pub number: &'a str,
    /// Last day; empty for the usual period.
    pub valid_until: &'a str,
    /// A note; secret.
    pub note: &'a str,
}

/// A check as it may be entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckDetails {
    /// Kind.
    pub kind: CheckKind,
    /// Outcome.
    pub outcome: Outcome,
    /// Day it was done.
    pub done_on: Option<Date>,
    /// Number.
    pub number: Option<String>,
    /// Last day.
    pub valid_until: Option<Date>,
    /// Note.
    pub note: Option<String>,
}

impl CheckDetails {
    /// Parses one line, `today` in Asia/Shanghai. What was done has a day that is not in the future;
    /// a passed query or policy has a number; a pass without a last day gets the usual period, and what is yearly holds a year
    /// at most.
    ///
    /// # Errors
    /// Every field that cannot be taken.
    pub fn parse(form: &CheckForm<'_>, today: Date) -> Result<CheckDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let kind = faults.take("kind", CheckKind::parse(form.kind.trim()).ok_or("check.unknown"));
        let outcome = faults.take("outcome", Outcome::parse(form.outcome.trim()).ok_or("check.outcome_unknown"));
        let done_on = day(form.done_on, "done_on", &mut faults);
        let valid_until = day(form.valid_until, "valid_until", &mut faults);
        let mut text =
            |field, value: &str, most| short_text(value, most).map_err(|c| faults.push(field, c)).ok().flatten();
        let number = text("number", form.number, 60);
        let note = text("note", form.note, 500);
        let details = kind.zip(outcome).map(|(kind, outcome)| {
            let usual = || done_on.and_then(|done| kind.holds_until(done));
            let passed = outcome == Outcome::Passed;
            let valid_until = if passed { valid_until.or_else(usual) } else { None };
            CheckDetails { kind, outcome, done_on, number, valid_until, note }
        });
        if let Some(details) = &details {
            judge(details, form, today, &mut faults);
        }
        faults.finish(details)
    }
}

fn judge(d: &CheckDetails, form: &CheckForm<'_>, today: Date, faults: &mut Faults) {
    let known = d.outcome != Outcome::Due;
    match d.done_on {
        None if known && form.done_on.trim().is_empty() => faults.push("done_on", "required.missing"),
        Some(done) if known && done > today => faults.push("done_on", "date.in_future"),
        Some(done) if d.valid_until.is_some_and(|until| until < done) => {
            faults.push("valid_until", "date.before_start");
        }
        _ => {}
    }
    let a_year = |done: Date| done.checked_add(1_i64.years()).ok();
    let most = d.done_on.and_then(a_year).filter(|_| d.kind.is_yearly());
    if most.is_some_and(|most| d.valid_until.is_some_and(|until| until > most)) {
        faults.push("valid_until", "check.yearly");
    }
    if d.outcome == Outcome::Passed && d.kind.needs_number() && form.number.trim().is_empty() {
        faults.push("number", "required.missing");
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 20);
    const WHO: Subject = Subject::Adult(Uuid::nil());

    fn check(outcome: Outcome, done: Date, until: Option<Date>, entered_at: i64) -> Check {
        Check {
            kind: CheckKind::NoOffence,
            subject: WHO,
            outcome,
            done_on: Some(done),
            number: Some("0310".into()),
            valid_until: until,
            entered_at,
        }
    }

    fn stands(checks: &[Check], on: Date) -> Standing {
        standing(checks, CheckKind::NoOffence, WHO, on)
    }

    #[test]
    fn a_query_holds_for_a_year_through_the_day_before() {
        let until = CheckKind::NoOffence.holds_until(date(2026, 3, 12)).unwrap();
        assert_eq!(until, date(2027, 3, 11));
        let checks = [check(Outcome::Passed, date(2026, 3, 12), Some(until), 1)];
        assert_eq!(stands(&checks, date(2027, 3, 11)), Standing::Valid(Some(until)));
        assert_eq!(stands(&checks, date(2027, 3, 12)), Standing::Expired(until));
        assert_eq!(stands(&checks, date(2026, 3, 11)), Standing::Due);
    }

    #[test]
    fn a_failure_takes_an_older_pass_away_and_a_newer_pass_heals_it() {
        let pass = check(Outcome::Passed, date(2026, 3, 1), Some(date(2027, 2, 28)), 1);
        let fail = check(Outcome::Failed, date(2026, 9, 1), None, 2);
        let heal = check(Outcome::Passed, date(2026, 10, 1), Some(date(2027, 9, 30)), 3);
        assert_eq!(stands(&[pass.clone(), fail.clone()], TODAY), Standing::Failed);
        assert!(stands(&[pass, fail.clone(), heal], TODAY).is_valid());
        assert_eq!(stands(&[fail], TODAY).for_others(), Standing::Due);
    }

    #[test]
    fn a_question_still_open_does_not_take_a_pass_away() {
        let pass = check(Outcome::Passed, date(2026, 3, 1), Some(date(2027, 2, 28)), 1);
        let asked = Check { done_on: None, ..check(Outcome::Due, date(2026, 11, 1), None, 2) };
        assert!(stands(&[pass, asked.clone()], TODAY).is_valid());
        assert_eq!(stands(&[asked], TODAY), Standing::Due);
        assert_eq!(stands(&[], TODAY), Standing::Missing);
    }

    #[test]
    fn a_check_of_somebody_else_says_nothing() {
        let pass = check(Outcome::Passed, date(2026, 3, 1), None, 1);
        let other = Subject::Adult(Uuid::from_u128(1));
        assert_eq!(standing(&[pass], CheckKind::NoOffence, other, TODAY), Standing::Missing);
        assert!(!Subject::Home(Uuid::nil()).fits(CheckKind::NoOffence));
    }

    #[test]
    fn a_line_of_the_table_needs_day_and_number_and_gets_the_usual_period() {
        let form = CheckForm { kind: "no_offence", outcome: "passed", ..CheckForm::default() };
        let fields: Vec<_> =
            CheckDetails::parse(&form, TODAY).unwrap_err().into_iter().map(|f| (f.field, f.code)).collect();
        assert_eq!(fields, [("done_on".into(), "required.missing"), ("number".into(), "required.missing")]);
        let form = CheckForm { done_on: "2026-11-20", number: "0311", ..form };
        assert_eq!(CheckDetails::parse(&form, TODAY).unwrap().valid_until, Some(date(2027, 11, 19)));
        let form = CheckForm { done_on: "2026-11-21", ..form };
        assert_eq!(CheckDetails::parse(&form, TODAY).unwrap_err(), [FieldError::new("done_on", "date.in_future")]);
    }

    #[test]
    fn a_query_and_a_home_visit_hold_a_year_at_most() {
        let until = |kind, valid_until| {
            let form =
                CheckForm { kind, outcome: "passed", done_on: "2026-11-20", number: "0311", valid_until, note: "" };
            CheckDetails::parse(&form, TODAY)
        };
        for kind in ["no_offence", "home_visit"] {
            assert!(until(kind, "2027-11-20").is_ok(), "{kind}: to the same day of the next year");
            let faults = until(kind, "2027-11-21").unwrap_err();
            assert_eq!(faults, [FieldError::new("valid_until", "check.yearly")], "{kind}");
        }
        assert!(until("insurance", "2028-11-19").is_ok(), "a policy says itself how long it holds");
    }

    #[test]
    fn each_kind_is_about_its_own_subject_and_holds_its_own_years() {
        use CheckKind::{
            Agreement, Health, HomeVisit, Identity, Insurance, Interview, NoOffence, References, Training,
        };
        let table = [
            (Identity, About::Adult, None),
            (NoOffence, About::Adult, Some(1)),
            (Health, About::Adult, Some(1)),
            (HomeVisit, About::Home, Some(1)),
            (Interview, About::Volunteer, None),
            (References, About::Volunteer, None),
            (Training, About::Volunteer, Some(2)),
            (Agreement, About::Volunteer, None),
            (Insurance, About::Volunteer, Some(1)),
        ];
        assert_eq!(table.map(|(kind, ..)| kind), CheckKind::ALL);
        let who = Uuid::nil();
        for (kind, about, years) in table {
            assert_eq!((kind.about(), kind.years()), (about, years), "{kind:?}");
            assert_eq!(kind.is_yearly(), [NoOffence, HomeVisit].contains(&kind), "{kind:?}");
            assert_eq!(kind.needs_number(), [NoOffence, Insurance].contains(&kind), "{kind:?}");
            assert_eq!(CheckKind::parse(kind.code()), Some(kind));
            assert_eq!(Subject::Adult(who).fits(kind), about == About::Adult, "{kind:?}");
            assert_eq!(Subject::Home(who).fits(kind), about == About::Home, "{kind:?}");
            assert_eq!(Subject::Volunteer(who).fits(kind), about == About::Volunteer, "{kind:?}");
        }
    }

    #[test]
    fn a_check_of_another_kind_says_nothing() {
        let pass = check(Outcome::Passed, date(2026, 3, 1), None, 1);
        assert_eq!(standing(&[pass], CheckKind::Health, WHO, TODAY), Standing::Missing);
    }

    #[test]
    fn a_check_counts_from_the_day_it_was_done_and_a_failure_from_its_entry() {
        let until = Some(date(2027, 11, 19));
        let passed = check(Outcome::Passed, TODAY, until, 1);
        assert_eq!(stands(std::slice::from_ref(&passed), TODAY), Standing::Valid(until), "on the very day");
        let undated = Check { done_on: None, ..passed.clone() };
        assert_eq!(stands(&[undated], TODAY), Standing::Due, "a pass without a day proves nothing");
        let tomorrow = check(Outcome::Failed, date(2026, 11, 21), None, 2);
        assert_eq!(stands(&[passed, tomorrow], TODAY), Standing::Failed);
    }

    #[test]
    fn of_two_checks_of_one_day_the_later_entry_counts() {
        let (pass, fail) = (check(Outcome::Passed, TODAY, None, 1), check(Outcome::Failed, TODAY, None, 2));
        assert_eq!(stands(&[fail, pass], TODAY), Standing::Failed);
    }

    fn faults(form: &CheckForm<'_>) -> Vec<(String, &'static str)> {
        let faults = CheckDetails::parse(form, TODAY).err().unwrap_or_default();
        faults.into_iter().map(|f| (f.field.into_owned(), f.code)).collect()
    }

    const LINE: CheckForm<'_> = CheckForm {
        kind: "no_offence",
        outcome: "passed",
        done_on: "2026-11-20",
        number: "0311",
        valid_until: "",
        note: "",
    };

    #[test]
    fn a_check_holds_for_its_own_day_at_least() {
        assert_eq!(faults(&CheckForm { valid_until: "2026-11-20", ..LINE }), []);
        let ended = CheckForm { valid_until: "2026-11-19", ..LINE };
        assert_eq!(faults(&ended), [("valid_until".into(), "date.before_start")]);
    }

    #[test]
    fn what_is_only_asked_for_needs_no_day_and_no_number_and_holds_for_no_time() {
        let due = CheckForm { outcome: "due", done_on: "", number: "", valid_until: "2027-01-01", ..LINE };
        assert_eq!(CheckDetails::parse(&due, TODAY).unwrap().valid_until, None);
        assert_eq!(faults(&CheckForm { done_on: "2026-12-01", ..due }), [], "asked for, to be done then");
    }

    #[test]
    fn a_failure_needs_a_day_but_no_number_and_holds_for_no_time() {
        let failed = CheckForm { outcome: "failed", number: "", valid_until: "2030-01-01", ..LINE };
        assert_eq!(CheckDetails::parse(&failed, TODAY).unwrap().valid_until, None);
        assert_eq!(faults(&CheckForm { done_on: "", ..failed }), [("done_on".into(), "required.missing")]);
    }

    #[test]
    fn only_the_query_and_the_policy_need_a_number_and_each_fault_is_told_once() {
        assert_eq!(faults(&CheckForm { kind: "health", number: "", ..LINE }), []);
        assert_eq!(
            faults(&CheckForm { kind: "insurance", number: "", ..LINE }),
            [("number".into(), "required.missing")]
        );
        let (full, over) = ("1".repeat(60), "1".repeat(61));
        assert_eq!(faults(&CheckForm { number: &full, ..LINE }), []);
        assert_eq!(faults(&CheckForm { number: &over, ..LINE }), [("number".into(), "text.too_long")]);
        let (full, over) = ("长".repeat(500), "长".repeat(501));
        assert_eq!(faults(&CheckForm { note: &full, ..LINE }), []);
        assert_eq!(faults(&CheckForm { note: &over, ..LINE }), [("note".into(), "text.too_long")]);
        assert_eq!(faults(&CheckForm { done_on: "20.11", ..LINE }).len(), 1, "an unreadable day is no missing one");
    }

    #[test]
    fn what_is_only_asked_for_is_no_pass_though_a_day_was_written_down() {
        let asked = check(Outcome::Due, date(2026, 3, 1), None, 1);
        assert_eq!(stands(&[asked], TODAY), Standing::Due);
    }
}
