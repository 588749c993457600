//! What a request for a stay must say.

use uuid::Uuid;

use crate::error::Faults;
use crate::typing::half_width;
use crate::{Date, FieldError, Timestamp};

/// No stay is longer than this, holidays included.
pub const LONGEST_DAYS: i32 = 60;
/// Nobody plans further ahead than this.
pub const FURTHEST_DAYS: i32 = 200;
/// Characters of a plan.
pub const PLAN_LENGTH: usize = 500;

/// Where a stay begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunsFrom {
    /// At the child's school.
    School,
    /// At the guardian's.
    Guardian,
    /// At a base.
    Base,
}

impl RunsFrom {
    /// All three.
    pub const ALL: [RunsFrom; 3] = [RunsFrom::School, RunsFrom::Guardian, RunsFrom::Base];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            RunsFrom::School => "school",
            RunsFrom::Guardian => "guardian",
            RunsFrom::Base => "base",
        }
    }

    /// The place with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<RunsFrom> {
        RunsFrom::ALL.into_iter().find(|p| p.code() == code)
    }
}

/// Whether they sleep away from home, and what is planned. Never answered beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Going {
    /// They stay at home.
    Nowhere,
    /// They go away; where and how, in words.
    Away(String),
}

/// What somebody filled in; every field as text, empty when absent.
#[derive(Clone, Debug, Default)]
pub struct StayForm<'a> {
    /// The pairs: one, or those of siblings in one home.
    pub pairs: Vec<&'a str>,
    /// First day, `YYYY-MM-DD`.
    pub starts_on: &'a str,
    /// Time on the first day, `HH:MM`.
    pub starts_at: &'a str,
    /// Last day.
    pub ends_on: &'a str,
    /// Time on the last day.
    pub ends_at: &'a str,
    /// Code of [`RunsFrom`]; empty means school.
    pub start_kind: &'a str,
    /// Code of [`RunsFrom`]; empty means school.
    pub end_kind: &'a str,
    /// Who brings the child and who receives it, when a stay begins or ends elsewhere than at school.
    pub hands: &'a str,
    /// Ids of the members of the household who will sleep there.
    pub adults: Vec<&'a str>,
    /// Names of other grown-ups who will sleep there, with commas.
    pub guests: &'a str,
    /// `yes` or `no`: sleeping away from home?
    pub going: &'a str,
    /// Where to, when going.
    pub plan: &'a str,
}

/// A request that is right in itself; whether it may be is the gate's question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStay {
    /// The pairs, each once, at least one, at most four.
    pub pairs: Vec<Uuid>,
    /// When the child is fetched.
    pub starts_at: Timestamp,
    /// Until when it is back.
    pub ends_at: Timestamp,
    /// Where it is fetched.
    pub start: RunsFrom,
    /// Where it is brought.
    pub end: RunsFrom,
    /// Who brings and who receives it, where that is not the school.
    pub hands: Option<String>,
    /// Members of the household who will sleep there, each once.
    pub adults: Vec<Uuid>,
    /// Others who will sleep there, by name.
    pub guests: Vec<String>,
    /// Going away?
    pub going: Going,
}

impl NewStay {
    /// Reads the form at `now`.
    ///
    /// # Errors
    /// All faults at once: `required.missing`, `date.unreadable`, `time.unreadable`, `stay.in_past`,
    /// `stay.ends_before_start`, `stay.too_long`, `stay.too_far`, `text.too_long`, `choice.unknown`.
    pub fn parse(form: &StayForm<'_>, now: Timestamp) -> Result<NewStay, Vec<FieldError>> {
        let mut faults = Faults::default();
        let pairs = faults.take("pairs", ids(&form.pairs, 4));
        let starts_at = instant(&mut faults, ("starts_on", form.starts_on), ("starts_at", form.starts_at));
        let ends_at = instant(&mut faults, ("ends_on", form.ends_on), ("ends_at", form.ends_at));
        if let (Some(from), Some(to)) = (starts_at, ends_at) {
            span(&mut faults, from, to, now);
        }
        let start = faults.take("start_kind", place(form.start_kind));
        let end = faults.take("end_kind", place(form.end_kind));
        let hands = faults.take("hands", hands(form.hands, start, end));
        let adults = faults.take("adults", ids(&form.adults, 12));
        let guests = faults.take("guests", names(form.guests));
        let going = going(&mut faults, form);
        let new = (|| {
            Some(NewStay {
                pairs: pairs?,
                starts_at: starts_at?,
                ends_at: ends_at?,
                start: start?,
                end: end?,
                hands: hands?,
                adults: adults?,
                guests: guests?,
                going: going?,
            })
        })();
        faults.finish(new)
    }

    /// The last calendar day.
    #[must_use]
    pub fn last_on(&self) -> Date {
        self.ends_at.date()
    }

    /// Whether the child is back on the day it was fetched.
    #[must_use]
    pub fn is_day_only(&self) -> bool {
        self.starts_at.date() == self.ends_at.date()
    }
}

fn ids(given: &[&str], most: usize) -> Result<Vec<Uuid>, &'static str> {
    let mut ids: Vec<Uuid> =
        given.iter().map(|t| Uuid::try_parse(t).map_err(|_| "choice.unknown")).collect::<Result<_, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    match ids.len() {
        0 => Err("required.missing"),
        n if n > most => Err("choice.too_many"),
        _ => Ok(ids),
    }
}

fn place(code: &str) -> Result<RunsFrom, &'static str> {
    if code.is_empty() { Ok(RunsFrom::School) } else { RunsFrom::parse(code).ok_or("choice.unknown") }
}

fn hands(text: &str, start: Option<RunsFrom>, end: Option<RunsFrom>) -> Result<Option<String>, &'static str> {
    let text = text.trim();
    let elsewhere = [start, end].into_iter().flatten().any(|at| at != RunsFrom::School);
    match text.chars().count() {
        0 if elsewhere => Err("required.missing"),
        n if n > 100 => Err("text.too_long"),
        _ => Ok(Some(text.to_owned()).filter(|_| elsewhere)),
    }
}

fn names(text: &str) -> Result<Vec<String>, &'static str> {
    let names: Vec<String> =
        text.split([',', '，', '、', '\n']).map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect();
    let sound = names.len() <= 6 && names.iter().all(|n| n.chars().count() <= 40);
    if sound { Ok(names) } else { Err("text.too_long") }
}

fn instant(faults: &mut Faults, day: (&'static str, &str), time: (&'static str, &str)) -> Option<Timestamp> {
    let date = faults.take(day.0, read_date(day.1));
    let clock = faults.take(time.0, read_time(time.1));
    Some(Timestamp::from_shanghai(date?.to_datetime(clock?)))
}

fn read_date(text: &str) -> Result<Date, &'static str> {
    let text: String = text.trim().chars().map(half_width).collect();
    if text.is_empty() {
        return Err("required.missing");
    }
    text.parse::<Date>().map_err(|_| "date.unreadable")
}

/// `HH:MM`, hours 0 to 23.
fn read_time(text: &str) -> Result<jiff::civil::Time, &'static str> {
    let text: String = text.trim().chars().map(half_width).collect();
    if text.is_empty() {
        return Err("required.missing");
    }
    let (hours, minutes) = text.split_once(':').ok_or("time.unreadable")?;
    let read = |part: &str| (part.len() <= 2).then(|| part.parse::<i8>().ok()).flatten().ok_or("time.unreadable");
    jiff::civil::Time::new(read(hours)?, read(minutes)?, 0, 0).map_err(|_| "time.unreadable")
}

fn span(faults: &mut Faults, from: Timestamp, to: Timestamp, now: Timestamp) {
    let days = |a: Timestamp, b: Timestamp| b.minutes_since(a) / (24 * 60);
    if to <= from {
        faults.push("ends_on", "stay.ends_before_start");
    } else if days(from, to) > i64::from(LONGEST_DAYS) {
        faults.push("ends_on", "stay.too_long");
    }
    // The hour of the pick-up may have come while the form was being filled in.
    if from < now.plus_minutes(-60) {
        faults.push("starts_on", "stay.in_past");
    } else if days(now, from) > i64::from(FURTHEST_DAYS) {
        faults.push("starts_on", "stay.too_far");
    }
}

fn going(faults: &mut Faults, form: &StayForm<'_>) -> Option<Going> {
    let plan = form.plan.trim();
    if plan.chars().count() > PLAN_LENGTH {
        faults.push("plan", "text.too_long");
        return None;
    }
    match form.going {
        "no" => Some(Going::Nowhere),
        "yes" if plan.is_empty() => {
            faults.push("plan", "required.missing");
            None
        }
        "yes" => Some(Going::Away(plan.to_owned())),
        "" => {
            faults.push("going", "required.missing");
            None
        }
        _ => {
            faults.push("going", "choice.unknown");
            None
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// 2026-11-19 16:10.
    fn now() -> Timestamp {
        Timestamp::from_shanghai(jiff::civil::date(2026, 11, 19).at(16, 10, 0, 0))
    }

    const ID: &str = "019a0000-0000-7000-8000-000000000001";

    fn form() -> StayForm<'static> {
        StayForm {
            pairs: vec![ID],
            starts_on: "2026-11-20",
            starts_at: "17:30",
            ends_on: "2026-11-22",
            ends_at: "18:30",
            adults: vec![ID, ID],
            going: "no",
            ..StayForm::default()
        }
    }

    fn faults(form: &StayForm<'_>) -> Vec<(String, &'static str)> {
        let faults = NewStay::parse(form, now()).err().unwrap_or_default();
        faults.into_iter().map(|f| (f.field.into_owned(), f.code)).collect()
    }

    #[test]
    fn a_weekend_is_read_with_each_adult_once() {
        let new = NewStay::parse(&form(), now()).unwrap();
        assert_eq!(new.adults.len(), 1);
        assert_eq!(new.last_on(), jiff::civil::date(2026, 11, 22));
        assert!(!new.is_day_only());
        assert_eq!(new.going, Going::Nowhere);
    }

    #[test]
    fn who_is_at_home_and_whether_they_go_away_are_never_answered_beforehand() {
        let empty = StayForm { adults: vec![], going: "", ..form() };
        let expected = [("adults".to_owned(), "required.missing"), ("going".to_owned(), "required.missing")];
        assert_eq!(faults(&empty), expected);
        assert_eq!(faults(&StayForm { going: "yes", ..form() }), [("plan".to_owned(), "required.missing")]);
    }

    #[test]
    fn an_empty_form_names_every_field_that_is_needed() {
        let named: Vec<String> = faults(&StayForm::default()).into_iter().map(|(field, _)| field).collect();
        assert_eq!(named, ["pairs", "starts_on", "starts_at", "ends_on", "ends_at", "adults", "going"]);
    }

    #[test]
    fn a_stay_that_is_not_the_schools_names_who_brings_and_who_receives() {
        let home = StayForm { start_kind: "guardian", end_kind: "base", ..form() };
        assert_eq!(faults(&home), [("hands".to_owned(), "required.missing")]);
        let told = NewStay::parse(&StayForm { hands: " 外婆送来，基地老师接 ", ..home }, now()).unwrap();
        assert_eq!(told.hands.as_deref(), Some("外婆送来，基地老师接"));
        assert_eq!(NewStay::parse(&form(), now()).unwrap().hands, None);
    }

    #[test]
    fn days_in_the_past_the_wrong_way_round_or_too_far_are_refused() {
        let past = StayForm { starts_on: "2026-11-13", ..form() };
        assert_eq!(faults(&past), [("starts_on".to_owned(), "stay.in_past")]);
        let reversed = StayForm { ends_on: "2026-11-20", ends_at: "17:00", ..form() };
        assert_eq!(faults(&reversed), [("ends_on".to_owned(), "stay.ends_before_start")]);
        let far = StayForm { starts_on: "2027-11-20", ends_on: "2027-11-22", ..form() };
        assert_eq!(faults(&far), [("starts_on".to_owned(), "stay.too_far")]);
    }

    #[test]
    fn hostile_text_is_a_fault_and_no_panic() {
        let long = "长".repeat(501);
        for text in ["x", "99:99", "2026-13-40", "１７：３０ ", "\u{0}", long.as_str(), "-1:-1", "24:00"] {
            let odd = StayForm {
                pairs: vec![text],
                starts_on: text,
                starts_at: text,
                ends_at: text,
                start_kind: text,
                going: text,
                plan: text,
                ..form()
            };
            assert!(NewStay::parse(&odd, now()).is_err());
        }
    }

    fn one_fault(form: &StayForm<'_>, field: &str, code: &'static str) {
        assert_eq!(faults(form), [(field.to_owned(), code)]);
    }

    #[test]
    fn the_hour_of_the_pick_up_may_have_come_an_hour_ago_and_no_minute_more() {
        let on = StayForm { starts_on: "2026-11-19", ..form() };
        assert_eq!(faults(&StayForm { starts_at: "15:10", ..on.clone() }), []);
        one_fault(&StayForm { starts_at: "15:09", ..on }, "starts_on", "stay.in_past");
    }

    #[test]
    fn a_stay_ends_after_it_begins_and_takes_sixty_days_at_most() {
        let same_day = StayForm { ends_on: "2026-11-20", ..form() };
        assert_eq!(faults(&StayForm { ends_at: "17:31", ..same_day.clone() }), []);
        one_fault(&StayForm { ends_at: "17:30", ..same_day }, "ends_on", "stay.ends_before_start");
        let long = |ends_on| StayForm { ends_on, ends_at: "17:30", ..form() };
        assert_eq!(faults(&long("2027-01-19")), []);
        one_fault(&long("2027-01-20"), "ends_on", "stay.too_long");
    }

    #[test]
    fn a_stay_is_planned_two_hundred_days_ahead_at_most() {
        let ahead = |day| StayForm { starts_on: day, starts_at: "16:10", ends_on: day, ..form() };
        assert_eq!(faults(&ahead("2027-06-07")), []);
        one_fault(&ahead("2027-06-08"), "starts_on", "stay.too_far");
    }

    #[test]
    fn a_child_that_is_back_on_the_day_it_left_stays_by_day_only() {
        let new = |ends_on| NewStay::parse(&StayForm { ends_on, ends_at: "23:59", ..form() }, now()).unwrap();
        assert!(new("2026-11-20").is_day_only());
        assert!(!new("2026-11-21").is_day_only());
    }

    #[test]
    fn four_siblings_go_together_and_twelve_of_the_house_are_at_home_at_most() {
        let ids: Vec<String> = (1..=13_u128).map(|n| Uuid::from_u128(n).to_string()).collect();
        let some = |n: usize| ids.iter().take(n).map(String::as_str).collect::<Vec<_>>();
        let full = StayForm { pairs: some(4), adults: some(12), ..form() };
        assert_eq!(faults(&full), []);
        one_fault(&StayForm { pairs: some(5), ..full.clone() }, "pairs", "choice.too_many");
        one_fault(&StayForm { adults: some(13), ..full }, "adults", "choice.too_many");
    }

    #[test]
    fn who_is_named_twice_counts_once_wherever_the_name_stands() {
        let other = "019a0000-0000-7000-8000-000000000002";
        let new = NewStay::parse(&StayForm { adults: vec![ID, other, ID], ..form() }, now()).unwrap();
        assert_eq!(new.adults.len(), 2);
    }

    #[test]
    fn a_place_that_is_not_the_school_at_one_end_is_enough_to_ask_for_hands() {
        for (start_kind, end_kind) in [("guardian", ""), ("", "base")] {
            one_fault(&StayForm { start_kind, end_kind, ..form() }, "hands", "required.missing");
        }
        let (long, longer) = ("长".repeat(100), "长".repeat(101));
        let told = |hands| StayForm { start_kind: "guardian", hands, ..form() };
        assert_eq!(faults(&told(&long)), []);
        one_fault(&told(&longer), "hands", "text.too_long");
    }

    #[test]
    fn guests_are_read_by_name_six_at_most_of_forty_characters() {
        let read = |guests| NewStay::parse(&StayForm { guests, ..form() }, now()).map(|new| new.guests);
        assert_eq!(read("王客，李客、 ,张客\n").unwrap(), ["王客", "李客", "张客"]);
        assert_eq!(read("一,二,三,四,五,六").unwrap().len(), 6);
        one_fault(&StayForm { guests: "一,二,三,四,五,六,七", ..form() }, "guests", "text.too_long");
        let (long, longer) = ("长".repeat(40), "长".repeat(41));
        assert_eq!(read(&long).unwrap().len(), 1);
        one_fault(&StayForm { guests: &longer, ..form() }, "guests", "text.too_long");
    }

    #[test]
    fn who_goes_away_says_where_to_in_five_hundred_characters() {
        let going = |going, plan| NewStay::parse(&StayForm { going, plan, ..form() }, now()).map(|new| new.going);
        assert_eq!(going("yes", " 去姥姥家 ").unwrap(), Going::Away("去姥姥家".to_owned()));
        let (long, longer) = ("长".repeat(500), "长".repeat(501));
        assert!(going("yes", &long).is_ok());
        one_fault(&StayForm { going: "yes", plan: &longer, ..form() }, "plan", "text.too_long");
        one_fault(&StayForm { going: "perhaps", ..form() }, "going", "choice.unknown");
    }

    #[test]
    fn days_and_hours_are_read_in_full_width_and_whole_or_not_at_all() {
        let new = NewStay::parse(&StayForm { starts_at: "１８：００", ..form() }, now()).unwrap();
        let at = |text| StayForm { ends_at: text, ..form() };
        assert_eq!(new.starts_at, Timestamp::from_shanghai(jiff::civil::date(2026, 11, 20).at(18, 0, 0, 0)));
        for text in ["018:30", "18:030", "1830", "24:00", "18:60"] {
            one_fault(&at(text), "ends_at", "time.unreadable");
        }
        one_fault(&at(" "), "ends_at", "required.missing");
        one_fault(&StayForm { ends_on: "　", ..form() }, "ends_on", "required.missing");
    }
}
