//! What people have set their lists to.

use super::shape::Shape;

/// One list's settings under a name, of one account. What was taken away stays until nobody can want it back.
pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape::county("saved_views")
            .uuid(&["account_id"])
            .text(&["list"])
            .int(&["rank"])
            .flag(&["opens"])
            .bin(&["name_sealed", "filter_sealed", "search_sealed?"])
            .instant(&["removed_at?"])
            .index(&["account_id", "list", "rank"]),
    ]
}
