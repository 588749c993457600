//! When somebody was born, from an identity number, a typed date, or both.

use crate::Date;
use crate::calendar_date::{AGE_OUT_OF_RANGE, CalendarDate, IN_FUTURE, age_on};
use crate::error::Faults;
use crate::id_number::IdNumber;
use crate::sex::Sex;

/// Reads the birth date of a form. The identity number wins where there is one; a typed date must
/// agree with it. A number that could not be read (`number_typed` but no `number`) has its own fault
/// already, so that a missing date is not said as well.
pub(crate) fn read(
    number: Option<&IdNumber>,
    number_typed: bool,
    typed: &str,
    today: Date,
    faults: &mut Faults,
) -> Option<Date> {
    let typed = typed.trim();
    let date = match (number, typed.is_empty()) {
        (Some(number), true) => number.birth_date(),
        (Some(number), false) => agreeing(number, faults.take("birth_on", CalendarDate::parse(typed))?, faults)?,
        (None, false) => faults.take("birth_on", CalendarDate::parse(typed))?.first_day(),
        (None, true) => {
            if !number_typed {
                faults.push("birth_on", "required.missing");
            }
            return None;
        }
    };
    if date > today {
        faults.push("birth_on", IN_FUTURE);
        return None;
    }
    Some(date)
}

fn agreeing(number: &IdNumber, typed: CalendarDate, faults: &mut Faults) -> Option<Date> {
    if typed.agrees_with(number.birth_date()) {
        return Some(number.birth_date());
    }
    faults.push("birth_on", "id_number.birth_date_mismatch");
    None
}

/// Notes [`AGE_OUT_OF_RANGE`] when the person is not of age on `today`.
pub(crate) fn of_age(born: Date, today: Date, faults: &mut Faults) {
    if age_on(born, today) < 18 {
        faults.push("birth_on", AGE_OUT_OF_RANGE);
    }
}

/// Notes [`AGE_OUT_OF_RANGE`] when the person is of age on `today` and so no child of the programme.
pub(crate) fn under_age(born: Date, today: Date, faults: &mut Faults) {
    if age_on(born, today) >= 18 {
        faults.push("birth_on", AGE_OUT_OF_RANGE);
    }
}

/// Reads the sex of a form; it must agree with the identity number.
pub(crate) fn read_sex(typed: &str, number: Option<&IdNumber>, faults: &mut Faults) -> Option<Sex> {
    let typed = typed.trim();
    let read = Sex::parse(typed).or_else(|| Sex::from_words(typed));
    if read.is_none() && !typed.is_empty() {
        faults.push("sex", "sex.unknown");
    }
    match (number.map(IdNumber::sex), read) {
        (Some(of_number), Some(read)) if of_number != read => {
            faults.push("sex", "id_number.sex_mismatch");
            None
        }
        (of_number, read) => read.or(of_number),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 20);

    /// A boy's of 2014-09-10.
    fn number() -> IdNumber {
        IdNumber::parse("15082520140910103X").unwrap()
    }

    fn heard<T>(read: impl FnOnce(&mut Faults) -> T) -> Result<T, Vec<&'static str>> {
        let mut faults = Faults::default();
        let value = read(&mut faults);
        faults.finish(Some(value)).map_err(|faults| faults.iter().map(|fault| fault.code).collect())
    }

    fn born(number: Option<&IdNumber>, number_typed: bool, typed: &str) -> Result<Option<Date>, Vec<&'static str>> {
        heard(|faults| read(number, number_typed, typed, TODAY, faults))
    }

    #[test]
    fn the_number_tells_the_birth_date_and_a_typed_one_must_agree() {
        let of_number = Ok(Some(date(2014, 9, 10)));
        for typed in ["", " ", "2014-09-10", "2014.9"] {
            assert_eq!(born(Some(&number()), true, typed), of_number, "{typed}");
        }
        for typed in ["2014-09-11", "2014.10", "2013.9"] {
            assert_eq!(born(Some(&number()), true, typed), Err(vec!["id_number.birth_date_mismatch"]), "{typed}");
        }
        assert_eq!(born(Some(&number()), true, "不详"), Err(vec!["date.unreadable"]));
    }

    #[test]
    fn without_a_number_the_date_is_asked_for_once() {
        assert_eq!(born(None, false, "2014.9"), Ok(Some(date(2014, 9, 1))));
        assert_eq!(born(None, false, " "), Err(vec!["required.missing"]));
        assert_eq!(born(None, true, ""), Ok(None), "the number has its own fault");
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        assert_eq!(born(None, false, "2026-11-20"), Ok(Some(TODAY)));
        assert_eq!(born(None, false, "2026-11-21"), Err(vec![IN_FUTURE]));
    }

    #[test]
    fn the_sex_is_told_by_the_number_or_by_hand_and_both_agree() {
        let sex = |typed, number| heard(|faults| read_sex(typed, number, faults));
        let number = number();
        assert_eq!(sex("", None), Ok(None));
        assert_eq!(sex("女", None), Ok(Some(Sex::Female)));
        assert_eq!(sex("", Some(&number)), Ok(Some(Sex::Male)));
        assert_eq!(sex("男", Some(&number)), Ok(Some(Sex::Male)));
        assert_eq!(sex("女", Some(&number)), Err(vec!["id_number.sex_mismatch"]));
        assert_eq!(sex("其他", None), Err(vec!["sex.unknown"]));
    }
}
