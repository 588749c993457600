//! Volunteers who wait for the leader's signature: one by one, or as they were imported.

use naheya_domain::id::VolunteerId;
use naheya_store::import::Batch;

use super::Item;
use crate::words::Words;

/// A volunteer whose checks are in: she is active once the leader has signed.
pub(super) fn volunteer_item(w: Words, id: VolunteerId, name: &str) -> Item {
    Item {
        when: w.t("today-calm"),
        note: String::new(),
        calm: true,
        what: w.t1("today-volunteer", "name", name),
        text: w.t("today-volunteer-text"),
        href: format!("/volunteers/{id}"),
        act: w.t("today-import-act"),
        approve: None,
        phone: None,
    }
}

/// Imported volunteers who are active once the leader has signed.
pub(super) fn import_item(w: Words, batch: &Batch) -> Item {
    Item {
        when: w.t("today-calm"),
        note: String::new(),
        calm: true,
        what: w.t1("today-import", "n", batch.fresh),
        text: w.t2(
            "today-import-text",
            "who",
            batch.by_name.as_deref().unwrap_or_default(),
            "day",
            w.day(batch.committed_at.date()),
        ),
        href: format!("/imports/{}", batch.id),
        act: w.t("today-import-act"),
        approve: None,
        phone: None,
    }
}
