//! Files whose processing is restricted.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Shape;

/// One restriction: of which child's file, on what ground, who restricted it; who lifted it, when and why. At most one holds for
/// each child.
pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape::county("restrictions")
            .refers("child_id", "children")
            .bin(&["ground_sealed"])
            .uuid(&["by_account"])
            .instant(&["begun_at"])
            .uuid(&["lifted_by?"])
            .instant(&["lifted_at?"])
            .bin(&["lifted_sealed?"])
            .int(&["version"])
            .unique_where(&["child_id"], Expr::col("lifted_at").is_null())
            .index(&["child_id"]),
    ]
}
