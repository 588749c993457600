//! How a pair comes to its end: somebody gives notice, the child is talked to, both say good-bye, and it is agreed
//! what contact remains. A child is not handed on like a thing: only then a leader closes the pair.

use crate::error::Faults;
use crate::pair::EndReason;
use crate::{Date, FieldError, Refusal};

/// Who gave notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeBy {
    /// The child.
    Child,
    /// A guardian.
    Guardian,
    /// The volunteer.
    Volunteer,
    /// The office.
    Office,
}

impl NoticeBy {
    /// Everybody who may, in the order of the form.
    pub const ALL: [NoticeBy; 4] = [Self::Child, Self::Guardian, Self::Volunteer, Self::Office];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Guardian => "guardian",
            Self::Volunteer => "volunteer",
            Self::Office => "office",
        }
    }

    /// Whom this code means.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|n| n.code() == code)
    }
}

/// What contact remains after the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Contact {
    /// None.
    None,
    /// Letters and cards.
    Letters,
    /// Calls now and then.
    Calls,
    /// Visits by day, arranged by the office.
    Visits,
}

impl Contact {
    /// Every kind, in the order of the form.
    pub const ALL: [Contact; 4] = [Self::Letters, Self::Calls, Self::Visits, Self::None];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Letters => "letters",
            Self::Calls => "calls",
            Self::Visits => "visits",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
}

/// Notice as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeDetails {
    /// The day it was given.
    pub on: Date,
    /// By whom.
    pub by: NoticeBy,
    /// Why.
    pub reason: EndReason,
}

impl NoticeDetails {
    /// Reads a form.
    ///
    /// # Errors
    /// `required.missing`, `date.unreadable`, `date.in_future` at their fields.
    pub fn parse(on: &str, by: &str, reason: &str, today: Date) -> Result<NoticeDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let on = faults.take("notice_on", day(on, today).and_then(|d| d.ok_or("required.missing")));
        let by = faults.take("notice_by", NoticeBy::parse(by).ok_or("required.missing"));
        let reason = faults.take("reason", EndReason::parse(reason).ok_or("required.missing"));
        let read = (|| Some(NoticeDetails { on: on?, by: by?, reason: reason? }))();
        faults.finish(read)
    }
}

/// What has been done since notice was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parting {
    /// The day somebody talked with the child.
    pub talk_on: Option<Date>,
    /// The day both said good-bye.
    pub farewell_on: Option<Date>,
    /// What contact remains.
    pub contact: Option<Contact>,
}

impl Parting {
    /// Reads a form; what is left empty is still to be done.
    ///
    /// # Errors
    /// `date.unreadable`, `date.in_future` at their fields.
    pub fn parse(talk_on: &str, farewell_on: &str, contact: &str, today: Date) -> Result<Parting, Vec<FieldError>> {
        let mut faults = Faults::default();
        let talk_on = faults.take("talk_on", day(talk_on, today));
        let farewell_on = faults.take("farewell_on", day(farewell_on, today));
        let read =
            (|| Some(Parting { talk_on: talk_on?, farewell_on: farewell_on?, contact: Contact::parse(contact) }))();
        faults.finish(read)
    }

    /// Whether the pair may be closed.
    ///
    /// # Errors
    /// `parting.no_talk`, `parting.no_farewell`, `parting.no_contact`: the first that is still to be done.
    pub fn may_end(&self) -> Result<(), Refusal> {
        if self.talk_on.is_none() {
            return Err(Refusal::new("parting.no_talk"));
        }
        if self.farewell_on.is_none() {
            return Err(Refusal::new("parting.no_farewell"));
        }
        if self.contact.is_none() {
            return Err(Refusal::new("parting.no_contact"));
        }
        Ok(())
    }
}

fn day(typed: &str, today: Date) -> Result<Option<Date>, &'static str> {
    match typed.trim() {
        "" => Ok(None),
        typed => match typed.parse::<Date>() {
            Ok(day) if day > today => Err("date.in_future"),
            Ok(day) => Ok(Some(day)),
            Err(_) => Err("date.unreadable"),
        },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn done() -> Parting {
        let day = Some(date(2026, 11, 20));
        Parting { talk_on: day, farewell_on: day, contact: Some(Contact::Letters) }
    }

    #[test]
    fn each_step_that_is_missing_alone_keeps_a_pair_from_being_closed() {
        assert_eq!(done().may_end(), Ok(()));
        let cases = [
            (Parting { talk_on: None, ..done() }, "parting.no_talk"),
            (Parting { farewell_on: None, ..done() }, "parting.no_farewell"),
            (Parting { contact: None, ..done() }, "parting.no_contact"),
        ];
        for (parting, code) in cases {
            assert_eq!(parting.may_end().unwrap_err().code, code);
        }
    }

    #[test]
    fn a_day_that_is_still_to_come_has_not_been() {
        let today = date(2026, 11, 27);
        let faults = NoticeDetails::parse("2026-11-28", "", "moved", today).unwrap_err();
        let told: Vec<_> = faults.iter().map(|f| (f.field.as_ref(), f.code)).collect();
        assert_eq!(told, [("notice_on", "date.in_future"), ("notice_by", "required.missing")]);
        assert_eq!(Parting::parse("", "", "", today), Ok(Parting::default()));
        let faults = Parting::parse("27.11.", "", "", today).unwrap_err();
        assert_eq!(faults.first().map(|f| f.code), Some("date.unreadable"));
    }

    #[test]
    fn every_code_is_read_back() {
        assert!(NoticeBy::ALL.into_iter().all(|n| NoticeBy::parse(n.code()) == Some(n)));
        assert!(Contact::ALL.into_iter().all(|c| Contact::parse(c.code()) == Some(c)));
    }

    #[test]
    fn what_was_done_today_has_been() {
        let today = date(2026, 11, 27);
        assert!(NoticeDetails::parse("2026-11-27", "child", "moved", today).is_ok());
        let read = Parting::parse("2026-11-26", "2026-11-27", "letters", today).unwrap();
        let expected =
            Parting { talk_on: Some(date(2026, 11, 26)), farewell_on: Some(today), contact: Some(Contact::Letters) };
        assert_eq!(read, expected);
        for (talk, farewell, field) in [("2026-11-28", "", "talk_on"), ("", "2026-11-28", "farewell_on")] {
            let faults = Parting::parse(talk, farewell, "", today).unwrap_err();
            assert_eq!(faults, [FieldError::new(field, "date.in_future")]);
        }
    }
}
