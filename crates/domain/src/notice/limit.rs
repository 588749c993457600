//! When a notice may go out and how many: quiet hours, and caps for each person by day and week.

use crate::error::{Faults, FieldError};
use crate::{Timestamp, notice::Channel};

/// The hours in which nobody is woken for anything but an alarm: minutes of the day, Asia/Shanghai.
/// The same minute twice is no quiet hour at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// From this minute of the day.
    pub from: u16,
    /// To this one, usually of the next day.
    pub to: u16,
}

impl Default for Quiet {
    fn default() -> Quiet {
        Quiet { from: 21 * 60 + 30, to: 7 * 60 }
    }
}

/// When the quiet hours that hold now end.
pub type QuietEnd = Option<Timestamp>;

impl Quiet {
    /// Reads `21:30-07:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Quiet> {
        let (from, to) = text.split_once('-')?;
        Some(Quiet { from: minute(from)?, to: minute(to)? })
    }

    /// As it is kept: `21:30-07:00`.
    #[must_use]
    pub fn record(self) -> String {
        format!("{}-{}", clock(self.from), clock(self.to))
    }

    /// When they end, if they hold at `now`.
    #[must_use]
    pub fn until(self, now: Timestamp) -> QuietEnd {
        let time = now.shanghai().time();
        let minute = u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).unwrap_or_default();
        let over_night = self.from > self.to;
        let (begun, not_over) = (minute >= self.from, minute < self.to);
        let quiet = if over_night { begun || not_over } else { begun && not_over };
        if !quiet {
            return None;
        }
        let days = i64::from(over_night && minute >= self.from);
        let midnight = Timestamp::from_shanghai(now.date().at(0, 0, 0, 0));
        Some(midnight.plus_minutes(days * 24 * 60 + i64::from(self.to)))
    }
}

/// `21:30` as minutes of the day.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once([':', '：'])?;
    let part = |text: &str, below: u16| text.trim().parse::<u16>().ok().filter(|n| *n < below);
    Some(part(hour, 24)? * 60 + part(minute, 60)?)
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// How many messages one receiver gets on one channel. Alarms are not counted and not capped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// In one calendar day (Asia/Shanghai).
    pub day: u64,
    /// In that day and the six before it.
    pub week: u64,
}

/// The caps of every channel that leaves the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Mail to one person.
    pub mail: Cap,
    /// Short messages to one phone.
    pub sms: Cap,
    /// Messages in one group.
    pub group: Cap,
}

impl Default for Caps {
    fn default() -> Caps {
        Caps { mail: Cap { day: 5, week: 20 }, sms: Cap { day: 2, week: 6 }, group: Cap { day: 60, week: 300 } }
    }
}

impl Caps {
    /// The cap of a channel; none for what stays in the house.
    #[must_use]
    pub fn of(&self, channel: Channel) -> Option<Cap> {
        match channel {
            Channel::Mail => Some(self.mail),
            Channel::Sms => Some(self.sms),
            Channel::WeCom | Channel::DingTalk => Some(self.group),
            Channel::InApp | Channel::Copy => None,
        }
    }
}

/// Quiet hours and caps of a county.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The quiet hours.
    pub quiet: Quiet,
    /// The caps.
    pub caps: Caps,
}

/// The form as typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct LimitForm<'a> {
    /// `21:30`.
    pub quiet_from: &'a str,
    /// `07:00`.
    pub quiet_to: &'a str,
    /// Mail: a day, a week.
    pub mail: [&'a str; 2],
    /// Short messages: a day, a week.
    pub sms: [&'a str; 2],
    /// Groups: a day, a week.
    pub group: [&'a str; 2],
}

impl Limits {
    /// The names of the settings that keep them.
    pub const KEYS: [&'static str; 4] = ["notice.quiet", "notice.cap.mail", "notice.cap.sms", "notice.cap.group"];

    /// Reads a stored value into its place; one that cannot be read is passed over.
    pub fn take(&mut self, key: &str, value: &str) {
        let cap = || {
            let (day, week) = value.split_once('/')?;
            Some(Cap { day: day.parse().ok()?, week: week.parse().ok()? })
        };
        match key {
            "notice.quiet" => self.quiet = Quiet::parse(value).unwrap_or(self.quiet),
            "notice.cap.mail" => self.caps.mail = cap().unwrap_or(self.caps.mail),
            "notice.cap.sms" => self.caps.sms = cap().unwrap_or(self.caps.sms),
            "notice.cap.group" => self.caps.group = cap().unwrap_or(self.caps.group),
            _ => {}
        }
    }

    /// The values as they are stored, with their keys.
    #[must_use]
    pub fn values(&self) -> [(&'static str, String); 4] {
        let cap = |cap: Cap| format!("{}/{}", cap.day, cap.week);
        let [quiet, mail, sms, group] = Limits::KEYS;
        [
            (quiet, self.quiet.record()),
            (mail, cap(self.caps.mail)),
            (sms, cap(self.caps.sms)),
            (group, cap(self.caps.group)),
        ]
    }

    /// Reads the form.
    ///
    /// # Errors
    /// `time.unreadable` at an hour, `number.out_of_range` at a number, `cap.week_below_day`.
    pub fn parse(form: &LimitForm<'_>) -> Result<Limits, Vec<FieldError>> {
        let mut faults = Faults::default();
        let from = faults.take("quiet_from", minute(form.quiet_from).ok_or("time.unreadable"));
        let to = faults.take("quiet_to", minute(form.quiet_to).ok_or("time.unreadable"));
        let mail = cap(&mut faults, ["mail_day", "mail_week"], form.mail);
        let sms = cap(&mut faults, ["sms_day", "sms_week"], form.sms);
        let group = cap(&mut faults, ["group_day", "group_week"], form.group);
        let read = (|| {
            let quiet = Quiet { from: from?, to: to? };
            Some(Limits { quiet, caps: Caps { mail: mail?, sms: sms?, group: group? } })
        })();
        faults.finish(read)
    }
}

fn cap(faults: &mut Faults, fields: [&'static str; 2], typed: [&str; 2]) -> Option<Cap> {
    let ([day_field, week_field], [day, week]) = (fields, typed);
    let number = |text: &str| text.trim().parse::<u64>().ok().filter(|n| *n <= 2_000).ok_or("number.out_of_range");
    let day = faults.take(day_field, number(day));
    let week = faults.take(week_field, number(week));
    if day.zip(week).is_some_and(|(day, week)| week < day) {
        faults.push(week_field, "cap.week_below_day");
    }
    Some(Cap { day: day?, week: week? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn at(hour: i8, minute: i8) -> Timestamp {
        Timestamp::from_shanghai(date(2026, 11, 20).at(hour, minute, 0, 0))
    }

    #[test]
    fn quiet_hours_run_over_midnight_and_end_in_the_morning() {
        let quiet = Quiet::default();
        let morning = Timestamp::from_shanghai(date(2026, 11, 21).at(7, 0, 0, 0));
        assert_eq!(quiet.until(at(21, 29)), None);
        assert_eq!(quiet.until(at(21, 30)), Some(morning));
        assert_eq!(quiet.until(at(23, 59)), Some(morning));
        assert_eq!(quiet.until(at(0, 0)), Some(at(7, 0)));
        assert_eq!(quiet.until(at(6, 59)), Some(at(7, 0)));
        assert_eq!(quiet.until(at(7, 0)), None);
    }

    #[test]
    fn quiet_hours_may_lie_within_a_day_or_be_none() {
        let noon = Quiet { from: 12 * 60, to: 14 * 60 };
        assert_eq!(noon.until(at(13, 0)), Some(at(14, 0)));
        assert_eq!(noon.until(at(22, 0)), None);
        let none = Quiet { from: 0, to: 0 };
        assert!((0..24).all(|hour| none.until(at(hour, 0)).is_none()));
    }

    #[test]
    fn what_is_set_is_stored_and_read_back() {
        let form = LimitForm {
            quiet_from: "22:00",
            quiet_to: "6：30",
            mail: ["3", "9"],
            sms: ["1", "2"],
            group: ["10", "50"],
        };
        let set = Limits::parse(&form);
        let mut read = Limits::default();
        for (key, value) in set.clone().unwrap_or_default().values() {
            read.take(key, &value);
            read.take(key, "草");
        }
        assert_eq!(set, Ok(read));
        assert_eq!(read.quiet.record(), "22:00-06:30");
        assert_eq!(read.caps.sms, Cap { day: 1, week: 2 });
    }

    #[test]
    fn each_limit_that_cannot_be_read_is_told_at_its_field() {
        let form =
            LimitForm { quiet_from: "25:00", quiet_to: "x", mail: ["5", "4"], sms: ["-1", "6"], group: ["1", "9999"] };
        let faults = Limits::parse(&form).err().unwrap_or_default();
        let told: Vec<(&str, &str)> = faults.iter().map(|f| (f.field.as_ref(), f.code)).collect();
        let expected = [
            ("quiet_from", "time.unreadable"),
            ("quiet_to", "time.unreadable"),
            ("mail_week", "cap.week_below_day"),
            ("sms_day", "number.out_of_range"),
            ("group_week", "number.out_of_range"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn each_channel_that_leaves_the_house_has_its_cap() {
        let caps = Caps::default();
        let cap = |day, week| Some(Cap { day, week });
        for channel in Channel::ALL {
            let expected = match channel {
                Channel::Mail => cap(5, 20),
                Channel::Sms => cap(2, 6),
                Channel::WeCom | Channel::DingTalk => cap(60, 300),
                Channel::InApp | Channel::Copy => None,
            };
            assert_eq!(caps.of(channel), expected, "{channel:?}");
        }
    }

    #[test]
    fn a_cap_is_two_thousand_at_most_and_a_week_no_less_than_a_day() {
        let read = |mail| {
            let form = LimitForm { quiet_from: "21:30", quiet_to: "7:00", mail, sms: ["0", "0"], group: ["1", "1"] };
            Limits::parse(&form).map(|limits| limits.caps.mail).map_err(|faults| faults.len())
        };
        assert_eq!(read(["2000", "2000"]), Ok(Cap { day: 2000, week: 2000 }));
        assert_eq!((read(["2000", "2001"]), read(["3", "2"])), (Err(1), Err(1)));
    }

    #[test]
    fn quiet_hours_within_a_day_do_not_hold_before_they_begin() {
        let noon = Quiet { from: 12 * 60, to: 14 * 60 };
        assert_eq!((noon.until(at(11, 59)), noon.until(at(14, 0))), (None, None));
        assert_eq!(noon.until(at(12, 0)), Some(at(14, 0)));
    }

    #[test]
    fn a_day_has_twenty_four_hours_of_sixty_minutes() {
        assert_eq!(Quiet::parse("23:59-0:00"), Some(Quiet { from: 23 * 60 + 59, to: 0 }));
        for text in ["24:00-7:00", "21:60-7:00", "21-7", "21:30"] {
            assert_eq!(Quiet::parse(text), None, "{text}");
        }
    }
}
