//! What a county may set for itself, with the bounds of each and what holds when nobody has said.

use crate::error::{Faults, FieldError};
use crate::hours::DAILY_CAP;
use crate::phone::Phone;
use crate::stay::ladder::Ladder;

/// Months after which a file that nobody has confirmed is stale (R10), unless a setting says otherwise.
pub const STALE_MONTHS: i64 = 6;
/// Minutes without a request after which a shared PC is signed out, unless a setting says otherwise.
pub const SHARED_IDLE_MINUTES: i64 = 15;
/// Meetings by day before the first night of a pair, unless a setting says otherwise.
pub const DAY_MEETINGS: i64 = 2;
/// The most that may be asked for.
const MOST_MEETINGS: i64 = 10;
/// Days between the end of a pair and the child's next, unless a setting says otherwise: three weeks.
pub const PAIR_GAP_DAYS: i64 = 21;
/// The longest that may be asked for.
const MOST_GAP: i64 = 90;
/// Years for which the file of a child or a volunteer who has left is kept whatever is asked, unless a setting says otherwise: no
/// law names a time, so what a county's archive demands is the county's to say.
pub const KEEP_YEARS: i64 = 0;
/// The longest that may be asked for.
const MOST_YEARS: i64 = 30;
/// Days of a month, for limits that need no calendar.
const MONTH_DAYS: f64 = 30.5;

/// One thing that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettingKey {
    /// Minutes of each rung of the ladder and its two bounds, eight numbers with commas.
    Ladder,
    /// Minutes that one calendar day counts at most.
    DailyCap,
    /// Months after which an unconfirmed file is stale.
    StaleMonths,
    /// Minutes after which an idle shared PC is signed out.
    SharedIdle,
    /// The number at which the coordinator is reached; empty when none is given.
    OfficePhone,
    /// Meetings by day before the first night.
    DayMeetings,
    /// Days between the end of a pair and the child's next with somebody else.
    PairGap,
    /// Years for which the file of a child or a volunteer who has left is kept.
    KeepYears,
    /// Whether a family hears that its child has left with the carer, and that it is back.
    FamilyTold,
}

impl SettingKey {
    /// Every key.
    pub const ALL: [SettingKey; 9] = [
        Self::Ladder,
        Self::DailyCap,
        Self::StaleMonths,
        Self::SharedIdle,
        Self::OfficePhone,
        Self::DayMeetings,
        Self::PairGap,
        Self::KeepYears,
        Self::FamilyTold,
    ];

    /// The name in records.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            SettingKey::Ladder => "stay.ladder",
            SettingKey::DailyCap => "hours.daily_cap",
            SettingKey::StaleMonths => "file.stale_months",
            SettingKey::SharedIdle => "session.shared_idle",
            SettingKey::OfficePhone => "office.phone",
            SettingKey::DayMeetings => "pair.day_meetings",
            SettingKey::PairGap => "pair.gap_days",
            SettingKey::KeepYears => "file.keep_years",
            SettingKey::FamilyTold => "family.told",
        }
    }
}

/// What holds in a county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Who is told when, of a late return.
    pub ladder: Ladder,
    /// Minutes that one calendar day counts at most.
    pub daily_cap: i32,
    /// Months after which an unconfirmed file is stale.
    pub stale_months: i64,
    /// Minutes after which an idle shared PC is signed out.
    pub shared_idle: i64,
    /// Whom a teacher at the gate, a volunteer or a guardian calls; an office's number, no person's.
    pub office_phone: Option<Phone>,
    /// Meetings by day before the first night of a pair.
    pub day_meetings: i64,
    /// Days between the end of a pair and the child's next with somebody else.
    pub pair_gap_days: i64,
    /// Years for which the file of a child or a volunteer who has left is kept whatever is asked.
    pub keep_years: i64,
    /// Whether a family hears in the app that its child has left with the carer, and that it is back.
    pub family_told: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            ladder: Ladder::default(),
            daily_cap: DAILY_CAP,
            stale_months: STALE_MONTHS,
            shared_idle: SHARED_IDLE_MINUTES,
            office_phone: None,
            day_meetings: DAY_MEETINGS,
            pair_gap_days: PAIR_GAP_DAYS,
            keep_years: KEEP_YEARS,
            family_told: true,
        }
    }
}

/// The form as typed.
#[derive(Clone, Debug, Default)]
pub struct SettingsForm<'a> {
    /// Minutes of each rung, volunteer to police.
    pub rungs: [&'a str; 6],
    /// Minutes after which a child counts as not fetched.
    pub not_fetched: &'a str,
    /// The most minutes that an announced delay counts.
    pub most_announced: &'a str,
    /// Hours that a day counts at most.
    pub daily_cap_hours: &'a str,
    /// Months.
    pub stale_months: &'a str,
    /// Minutes.
    pub shared_idle: &'a str,
    /// The coordinator's number; may be left empty.
    pub office_phone: &'a str,
    /// Meetings by day before the first night.
    pub day_meetings: &'a str,
    /// Days.
    pub pair_gap: &'a str,
    /// Years.
    pub keep_years: &'a str,
    /// Whether it is ticked.
    pub family_told: bool,
}

impl Settings {
    /// Reads a stored value into its place; one that is out of bounds is passed over.
    pub fn take(&mut self, key: &str, value: &str) {
        let number = || value.trim().parse::<i64>().ok();
        match SettingKey::ALL.into_iter().find(|k| k.code() == key) {
            Some(SettingKey::Ladder) => self.ladder = Ladder::parse(value).unwrap_or_else(|| self.ladder.clone()),
            Some(SettingKey::DailyCap) => {
                let minutes = number().filter(|m| (0..=24 * 60).contains(m)).and_then(|m| i32::try_from(m).ok());
                self.daily_cap = minutes.unwrap_or(self.daily_cap);
            }
            Some(SettingKey::StaleMonths) => {
                self.stale_months = number().filter(|m| (1..=24).contains(m)).unwrap_or(self.stale_months);
            }
            Some(SettingKey::SharedIdle) => {
                self.shared_idle = number().filter(|m| (5..=60).contains(m)).unwrap_or(self.shared_idle);
            }
            Some(SettingKey::OfficePhone) => self.office_phone = Phone::parse(value).ok(),
            Some(SettingKey::DayMeetings) => {
                self.day_meetings = number().filter(|n| (0..=MOST_MEETINGS).contains(n)).unwrap_or(self.day_meetings);
            }
            Some(SettingKey::PairGap) => {
                self.pair_gap_days = number().filter(|n| (0..=MOST_GAP).contains(n)).unwrap_or(self.pair_gap_days);
            }
            Some(SettingKey::KeepYears) => {
                self.keep_years = number().filter(|n| (0..=MOST_YEARS).contains(n)).unwrap_or(self.keep_years);
            }
            Some(SettingKey::FamilyTold) => {
                self.family_told = number().filter(|n| (0..=1).contains(n)).map_or(self.family_told, |n| n == 1);
            }
            None => {}
        }
    }

    /// The value as it is stored.
    #[must_use]
    pub fn value(&self, key: SettingKey) -> String {
        match key {
            SettingKey::Ladder => self.ladder.record(),
            SettingKey::DailyCap => self.daily_cap.to_string(),
            SettingKey::StaleMonths => self.stale_months.to_string(),
            SettingKey::SharedIdle => self.shared_idle.to_string(),
            SettingKey::OfficePhone => self.office_phone.as_ref().map(|p| p.as_str().to_owned()).unwrap_or_default(),
            SettingKey::DayMeetings => self.day_meetings.to_string(),
            SettingKey::PairGap => self.pair_gap_days.to_string(),
            SettingKey::KeepYears => self.keep_years.to_string(),
            SettingKey::FamilyTold => u8::from(self.family_told).to_string(),
        }
    }

    /// Days after which an unconfirmed file is stale.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "at most 24 months")]
    pub fn stale_days(&self) -> i64 {
        (self.stale_months as f64 * MONTH_DAYS).round() as i64
    }

    /// Reads the form.
    ///
    /// # Errors
    /// `number.out_of_range` at each number that is none or out of its bounds; `ladder.goes_down` at a
    /// rung that comes before the one below it; [`INVALID`](crate::phone::INVALID) at a phone that is none.
    pub fn parse(form: &SettingsForm<'_>) -> Result<Settings, Vec<FieldError>> {
        let mut faults = Faults::default();
        let mut number = |field: &'static str, text: &str, least: i64, most: i64| {
            let read = text.trim().parse::<i64>().ok().filter(|n| (least..=most).contains(n));
            if read.is_none() {
                faults.push(field, "number.out_of_range");
            }
            read
        };
        let cap = number("daily_cap", form.daily_cap_hours, 1, 24);
        let stale_months = number("stale_months", form.stale_months, 1, 24);
        let shared_idle = number("shared_idle", form.shared_idle, 5, 60);
        let day_meetings = number("day_meetings", form.day_meetings, 0, MOST_MEETINGS);
        let pair_gap_days = number("pair_gap", form.pair_gap, 0, MOST_GAP);
        let keep_years = number("keep_years", form.keep_years, 0, MOST_YEARS);
        let ladder = match Ladder::read(form.rungs, form.not_fetched, form.most_announced) {
            Ok(ladder) => Some(ladder),
            Err(more) => {
                faults.extend(more);
                None
            }
        };
        let typed = form.office_phone.trim();
        let office_phone =
            if typed.is_empty() { Some(None) } else { faults.take("office_phone", Phone::parse(typed)).map(Some) };
        let read = (|| {
            let daily_cap = i32::try_from(cap? * 60).ok()?;
            Some(Settings {
                ladder: ladder?,
                daily_cap,
                stale_months: stale_months?,
                shared_idle: shared_idle?,
                office_phone: office_phone?,
                day_meetings: day_meetings?,
                pair_gap_days: pair_gap_days?,
                keep_years: keep_years?,
                family_told: form.family_told,
            })
        })();
        faults.finish(read)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn form() -> SettingsForm<'static> {
        SettingsForm {
            rungs: ["0", "10", "15", "30", "45", "60"],
            not_fetched: "60",
            most_announced: "30",
            daily_cap_hours: "8",
            stale_months: "6",
            shared_idle: "15",
            office_phone: "",
            day_meetings: "2",
            pair_gap: "21",
            keep_years: "0",
            family_told: true,
        }
    }

    #[test]
    fn what_is_set_is_stored_and_read_back() {
        let form = SettingsForm {
            rungs: ["0", "5", "10", "20", "30", "40"],
            stale_months: "3",
            office_phone: "0478 5550001",
            day_meetings: "0",
            pair_gap: "30",
            keep_years: "5",
            family_told: false,
            ..form()
        };
        let set = Settings::parse(&form).unwrap();
        let mut read = Settings::default();
        for key in SettingKey::ALL {
            read.take(key.code(), &set.value(key));
        }
        assert_eq!(read, set);
        assert_eq!((set.daily_cap, set.stale_days()), (480, 92));
        assert_eq!(Settings::default().stale_days(), 183);
    }

    #[test]
    fn a_number_out_of_bounds_is_told_at_its_field_and_never_read_from_records() {
        let faults = Settings::parse(&SettingsForm {
            rungs: ["0", "10", "5", "30", "x", "601"],
            not_fetched: "9",
            most_announced: "",
            daily_cap_hours: "25",
            stale_months: "0",
            shared_idle: "1000",
            office_phone: "办公室",
            day_meetings: "11",
            pair_gap: "91",
            keep_years: "31",
            family_told: true,
        });
        let told: Vec<(String, &str)> =
            faults.unwrap_err().into_iter().map(|f| (f.field.into_owned(), f.code)).collect();
        let numbers = ["leader", "police", "not_fetched", "most_announced", "daily_cap", "stale_months", "shared_idle"];
        for field in numbers.into_iter().chain(["day_meetings", "pair_gap", "keep_years"]) {
            assert!(told.contains(&(field.into(), "number.out_of_range")), "{field}: {told:?}");
        }
        assert!(told.contains(&("office_phone".into(), crate::phone::INVALID)), "{told:?}");
        assert!(told.contains(&("coordinator".into(), "ladder.goes_down")), "{told:?}");
        let mut settings = Settings::default();
        for key in SettingKey::ALL {
            settings.take(key.code(), "-7");
            settings.take(key.code(), "草");
        }
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn where_nobody_has_said_the_programmes_own_numbers_hold() {
        let usual = Settings::default();
        assert_eq!((usual.daily_cap, usual.stale_months, usual.shared_idle), (8 * 60, 6, 15));
        assert_eq!((usual.day_meetings, usual.pair_gap_days, usual.keep_years), (2, 21, 0));
    }

    #[test]
    fn each_number_is_taken_at_its_bounds_and_not_beyond_from_the_form_and_from_records() {
        type Typed = for<'a> fn(SettingsForm<'a>, &'a str) -> SettingsForm<'a>;
        let fields: [(SettingKey, Typed, i64, i64); 5] = [
            (SettingKey::StaleMonths, |form, stale_months| SettingsForm { stale_months, ..form }, 1, 24),
            (SettingKey::SharedIdle, |form, shared_idle| SettingsForm { shared_idle, ..form }, 5, 60),
            (SettingKey::DayMeetings, |form, day_meetings| SettingsForm { day_meetings, ..form }, 0, 10),
            (SettingKey::PairGap, |form, pair_gap| SettingsForm { pair_gap, ..form }, 0, 90),
            (SettingKey::KeepYears, |form, keep_years| SettingsForm { keep_years, ..form }, 0, 30),
        ];
        for (key, typed, least, most) in fields {
            for (number, taken) in [(least, true), (most, true), (least - 1, false), (most + 1, false)] {
                let words = number.to_string();
                let set = Settings::parse(&typed(form(), &words)).map(|set| set.value(key));
                assert_eq!(set.ok(), taken.then(|| words.clone()), "{key:?} {number}");
                let mut read = Settings::default();
                let usual = read.value(key);
                read.take(key.code(), &words);
                assert_eq!(read.value(key), if taken { words } else { usual }, "{key:?} {number} on record");
            }
        }
    }

    #[test]
    fn a_days_cap_is_typed_in_hours_and_kept_in_minutes() {
        let typed =
            |hours| Settings::parse(&SettingsForm { daily_cap_hours: hours, ..form() }).map(|set| set.daily_cap);
        assert_eq!((typed("1").ok(), typed("24").ok(), typed("0").ok()), (Some(60), Some(24 * 60), None));
        let mut read = Settings::default();
        for (value, cap) in [("0", 0), ("1440", 1440), ("1441", 1440), ("-1", 1440), ("x", 1440)] {
            read.take(SettingKey::DailyCap.code(), value);
            assert_eq!(read.daily_cap, cap, "{value}");
        }
    }

    #[test]
    fn what_is_kept_under_another_key_changes_nothing() {
        let mut read = Settings::default();
        for key in ["stay", "", "notice.quiet"] {
            read.take(key, "3");
        }
        assert_eq!(read, Settings::default());
    }
}
