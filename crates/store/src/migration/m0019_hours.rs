//! Hours and corrections that wait for another person.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![hours_claims()]
}

/// What somebody entered for the ledger of hours; it becomes an entry when another person confirms it.
/// `entry_id` names the entry it became, `corrects_id` the one it corrects; times are null when that one
/// should not count.
fn hours_claims() -> Shape {
    Shape::county("hours_claims")
        .refers("volunteer_id", "volunteers")
        .refers("pair_id?", "pairs")
        .one_of("kind", &["training", "activity", "paper", "correction"])
        .refers("corrects_id?", "hours_entries")
        .instant(&["starts_at?", "ends_at?"])
        .int(&["minutes?"])
        .text(&["paper_number?"])
        .bin(&["words_sealed?"])
        .one_of("state", &["open", "confirmed", "refused", "withdrawn"])
        .uuid(&["by_account"])
        .instant(&["entered_at"])
        .uuid(&["decided_by?"])
        .instant(&["decided_at?"])
        .bin(&["answer_sealed?"])
        .refers("entry_id?", "hours_entries")
        .int(&["version"])
        .index(&["volunteer_id", "entered_at"])
        .index(&["state", "entered_at"])
        .unique_where(&["corrects_id"], Expr::col("state").eq("open"))
}
