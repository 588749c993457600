//! References that are looked through when the row they lead to is taken away.

use sea_orm::sea_query::{Expr, ExprTrait};

use super::shape::Reindex;

/// An engine asks every table that may refer to a row before it lets go of it: without these, an import of thousands that is
/// taken back reads all consents of the county once for each adult, and all weekends once for each pair. Schools are few; the
/// weekends that begin and end at one are read without an index. Whether the office heard of a child that was not asked is
/// looked for by child.
pub(super) fn indexes() -> Vec<Reindex> {
    vec![
        Reindex::further("consents", &["guardian_id"]),
        Reindex::further("stays", &["pair_id"]),
        Reindex::further("hours_entries", &["pair_id"]),
        Reindex::further("follow_ups", &["pair_id"]),
        Reindex::further("checks", &["volunteer_id"]),
        Reindex::further("volunteers", &["member_id"]),
        Reindex::further("round_children", &["child_id"]),
        Reindex::further("round_volunteers", &["volunteer_id"]),
        Reindex::further("choices", &["child_id"]),
        Reindex::further("choices", &["volunteer_id"]),
        Reindex::further("proposals", &["child_id"]),
        Reindex::further("proposals", &["volunteer_id"]),
        Reindex::some("outbox", &["ref_id"], Expr::col("kind").eq("stay.child_not_asked")),
    ]
}
