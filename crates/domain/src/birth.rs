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
