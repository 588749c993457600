//! Teachers whose role ends by its last day: the class that has nobody then, and the days at the gate. And towns and gachas for
//! which nobody is responsible from a day on.

use naheya_domain::Date;
use naheya_store::charge::AreaAlone;
use naheya_store::school::{ClassAlone, DutyAlone};

use super::Item;
use crate::words::Words;

/// A class without a teacher from a day on: its page leads to the account of the next one.
pub(super) fn class_item(w: Words, today: Date, line: &ClassAlone) -> Item {
    let is_over = line.from <= today;
    let who = line.teachers.join(w.t("grid-comma").as_str());
    let what = if is_over { "today-class-alone" } else { "today-class-alone-soon" };
    let text = if who.is_empty() { "today-class-alone-text" } else { "today-class-alone-who" };
    Item {
        when: if is_over { w.t("today-now") } else { w.date(line.from) },
        note: if is_over { String::new() } else { w.t("today-from-then") },
        calm: !is_over,
        what: w.t2(what, "school", &line.school, "class", &line.name),
        text: w.t2(text, "who", who, "n", line.children),
        href: format!("/classes/{}", line.class),
        act: w.t("today-class-alone-act"),
        approve: None,
        phone: None,
    }
}

/// Days at the gate of somebody who teaches there no more by then: the school's page names somebody else.
pub(super) fn duty_item(w: Words, line: &DutyAlone) -> Item {
    Item {
        when: w.date(line.first),
        note: w.t("today-from-then"),
        calm: true,
        what: w.t2("today-duty-alone", "school", &line.school_name, "n", line.days),
        text: w.t1("today-duty-alone-text", "who", &line.teacher),
        href: format!("/schools/{}", line.school),
        act: w.t("today-duty-alone-act"),
        approve: None,
        phone: None,
    }
}

/// An area for which nobody is responsible from a day on: its page leads on to the next one.
pub(super) fn area_item(w: Words, today: Date, line: &AreaAlone) -> Item {
    let is_over = line.from <= today;
    let what = if is_over { "today-area-alone" } else { "today-area-alone-soon" };
    let who = line.people.join(w.t("grid-comma").as_str());
    Item {
        when: if is_over { w.t("today-now") } else { w.date(line.from) },
        note: if is_over { String::new() } else { w.t("today-from-then") },
        calm: true,
        what: w.t1(what, "area", &line.name),
        text: w.t2("today-area-alone-text", "who", who, "n", w.count(line.children)),
        href: format!("/grid/{}/charges/new", line.code),
        act: w.t("grid-add-person"),
        approve: None,
        phone: None,
    }
}
