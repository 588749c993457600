//! Requests to erase a child's file.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Shape;

/// One request: of which child, on what ground, who asked, who decided; how many rows were emptied. At most one waits for each
/// child.
pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape::county("erasures")
            .refers("child_id", "children")
            .bin(&["reason_sealed"])
            .one_of("state", &["asked", "done", "refused", "withdrawn"])
            .uuid(&["by_account"])
            .instant(&["asked_at"])
            .uuid(&["decided_by?"])
            .instant(&["decided_at?"])
            .bin(&["answer_sealed?"])
            .int(&["emptied", "version"])
            .unique_where(&["child_id"], Expr::col("state").eq("asked"))
            .index(&["child_id"])
            .index(&["state", "asked_at"]),
    ]
}
