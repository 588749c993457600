//! What is counted or looked for in a large county lies in an index of its own.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Reindex;

/// Credited minutes as reports sum them; and the few hand-overs after which a child is neither at school nor at home.
pub(super) fn indexes() -> Vec<Reindex> {
    let elsewhere = Expr::col("holder_kind").is_in(["hospital", "police", "base"]);
    vec![
        Reindex::further("hours_entries", &["ends_at", "kind", "confirmed_by", "minutes"]),
        Reindex::some("custody_events", &["holder_kind", "child_id", "seq"], elsewhere),
    ]
}
