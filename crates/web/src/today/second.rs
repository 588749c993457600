//! What a colleague has asked for and somebody else has to say yes to: a merge, a list that leaves, a file to erase.

use naheya_domain::Timestamp;
use naheya_domain::erasure::Whose;

use super::Item;
use crate::words::Words;

/// Files that a colleague takes for one child's.
pub(super) fn merges(w: Words, waiting: u64) -> Option<Item> {
    (waiting > 0).then(|| Item {
        when: w.t("today-calm"),
        note: String::new(),
        calm: true,
        what: w.t1("merge-today", "n", waiting),
        text: w.t("merge-today-text"),
        href: "/merges".to_owned(),
        act: w.t("today-look"),
        approve: None,
        phone: None,
    })
}

/// A file that shall be erased: a colleague asked, a leader decides.
pub(super) fn erasure(w: Words, (whose, number, asked_at): (Whose, String, Timestamp)) -> Item {
    Item {
        when: w.t("today-calm"),
        note: String::new(),
        calm: true,
        what: w.t1("erasure-today", "number", number),
        text: w.t1("erasure-today-text", "when", w.when(asked_at)),
        href: crate::erasure::path(whose),
        act: w.t("today-month-act"),
        approve: None,
        phone: None,
    }
}

/// Exports that a colleague asked for: nobody else can say yes.
pub(super) fn exports(w: Words, waiting: u64) -> Option<Item> {
    (waiting > 0).then(|| Item {
        when: w.t("today-calm"),
        note: String::new(),
        calm: true,
        what: w.t1("export-today", "n", waiting),
        text: w.t("export-today-text"),
        href: "/exports".to_owned(),
        act: w.t("today-month-act"),
        approve: None,
        phone: None,
    })
}
