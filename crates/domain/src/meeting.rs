//! A first meeting by day of a pair that is settling: before the first night, child and volunteer have met so often as
//! the county has set.

use crate::error::Faults;
use crate::{Date, FieldError, Refusal};

/// Where the two met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MeetingPlace {
    /// At school.
    School,
    /// At a base.
    Base,
    /// At the volunteer's home.
    Home,
    /// Somewhere else.
    Other,
}

impl MeetingPlace {
    /// Every place, in the order of the form.
    pub const ALL: [MeetingPlace; 4] = [Self::School, Self::Base, Self::Home, Self::Other];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Base => "base",
            Self::Home => "home",
            Self::Other => "other",
        }
    }

    /// The place with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
}

/// A meeting as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeetingDetails {
    /// The day.
    pub on: Date,
    /// Where.
    pub place: MeetingPlace,
}

impl MeetingDetails {
    /// Reads a form. `since`: the day the pair began.
    ///
    /// # Errors
    /// `required.missing`, `date.unreadable`, `date.in_future`, `meeting.before_pair` at their fields.
    pub fn parse(on: &str, place: &str, since: Date, today: Date) -> Result<MeetingDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let day = match on.trim() {
            "" => Err("required.missing"),
            typed => typed.parse::<Date>().map_err(|_| "date.unreadable"),
        };
        let within = |day: Date| match day {
            day if day > today => Err("date.in_future"),
            day if day < since => Err("meeting.before_pair"),
            day => Ok(day),
        };
        let on = faults.take("met_on", day.and_then(within));
        let place = faults.take("met_at", MeetingPlace::parse(place).ok_or("required.missing"));
        faults.finish((|| Some(MeetingDetails { on: on?, place: place? }))())
    }
}

/// Whether the first night may come.
///
/// # Errors
/// `pair.meetings_missing` with how many there were and how many there must be.
pub fn may_settle(meetings: u64, needed: i64) -> Result<(), Refusal> {
    let needed = u64::try_from(needed).unwrap_or(0);
    if meetings >= needed {
        return Ok(());
    }
    Err(Refusal::new("pair.meetings_missing").with("met", meetings.to_string()).with("needed", needed.to_string()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn no_night_before_as_many_meetings_as_the_county_has_set() {
        assert_eq!(may_settle(1, 2).unwrap_err().code, "pair.meetings_missing");
        assert_eq!(may_settle(2, 2), Ok(()));
        assert_eq!(may_settle(0, 0), Ok(()));
    }

    #[test]
    fn a_meeting_lies_between_the_pairs_first_day_and_today() {
        let (since, today) = (date(2026, 11, 20), date(2026, 11, 27));
        let code = |on: &str| {
            let faults = MeetingDetails::parse(on, "base", since, today).unwrap_err();
            faults.first().map(|f| f.code).unwrap_or_default()
        };
        assert_eq!(code("2026-11-19"), "meeting.before_pair");
        assert_eq!(code("2026-11-28"), "date.in_future");
        assert_eq!(code(""), "required.missing");
        let read = MeetingDetails::parse("2026-11-20", "base", since, today).unwrap();
        assert_eq!(read, MeetingDetails { on: since, place: MeetingPlace::Base });
        assert!(MeetingPlace::ALL.into_iter().all(|p| MeetingPlace::parse(p.code()) == Some(p)));
    }

    #[test]
    fn a_meeting_of_today_counts() {
        let (since, today) = (date(2026, 11, 20), date(2026, 11, 27));
        assert_eq!(MeetingDetails::parse("2026-11-27", "base", since, today).unwrap().on, today);
    }
}
