//! The ledger of volunteers' hours.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![hours_entries()]
}

/// A line of the ledger; only added to. `minutes` may be negative in a correction.
fn hours_entries() -> Shape {
    Shape::county("hours_entries")
        .refers("volunteer_id", "volunteers")
        .refers("pair_id?", "pairs")
        .refers("stay_id?", "stays")
        .one_of("kind", &["stay", "paper", "training", "activity", "correction"])
        .instant(&["starts_at", "ends_at"])
        .int(&["minutes"])
        .text(&["reason?", "paper_number?"])
        .uuid(&["by_account", "confirmed_by?"])
        .instant(&["entered_at"])
        .uuid(&["corrects?"])
        .index(&["volunteer_id", "starts_at"])
        .unique_where(&["stay_id"], Expr::col("kind").eq("stay"))
}
