//! Children who should be back, as the first things of the day.

use naheya_domain::time::Timestamp;
use naheya_store::today::StayLine;

use super::{Item, span};
use crate::words::Words;

/// Those who are late and are not listed one by one.
pub(super) fn more_late(w: Words, more: u64) -> Item {
    Item {
        when: w.t("today-now"),
        note: w.t("today-late-note"),
        calm: false,
        what: w.t1("today-late-more", "n", more),
        text: String::new(),
        href: "/board".to_owned(),
        act: w.t("today-late-act"),
        approve: None,
        phone: None,
    }
}

/// One who is late, or of whom somebody has written down where it is.
pub(super) fn late(w: Words, now: Timestamp, stay: &StayLine) -> Item {
    if let Some(holder) = stay.elsewhere {
        return Item {
            when: w.t("today-now"),
            note: String::new(),
            calm: false,
            what: w.t1(format!("stay-now-{}", holder.code()), "name", &stay.child),
            text: w.t1("stay-agreed", "time", w.when(stay.ends_at)),
            href: "/board".to_owned(),
            act: w.t("today-look"),
            approve: None,
            phone: stay.phone.clone(),
        };
    }
    Item {
        when: w.t1("today-late-by", "n", span(w, now.minutes_since(stay.ends_at))),
        note: w.t("today-late-note"),
        calm: false,
        what: w.t2("today-late", "child", &stay.child, "volunteer", &stay.volunteer),
        text: w.t2(
            "today-late-text",
            "at",
            w.when(stay.ends_at),
            "known",
            crate::stay::last_known(&w, &stay.leg, &stay.volunteer, &now),
        ),
        href: "/board".to_owned(),
        act: w.t("today-late-act"),
        approve: None,
        phone: stay.phone.clone(),
    }
}
