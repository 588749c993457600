//! Children's files opened in an emergency.

use super::shape::Shape;

/// One opening: whose, of which child, why, until when, who was told, what somebody else said of it. The session is no reference:
/// sessions belong to no county.
pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape::county("break_glasses")
            .refers("child_id", "children")
            .uuid(&["account_id"])
            .text(&["role"])
            .uuid(&["session_id"])
            .bin(&["reason_sealed"])
            .instant(&["opened_at", "until_at", "ended_at?"])
            .uuid(&["told_first", "told_second"])
            .instant(&["review_by"])
            .one_of("verdict?", &["justified", "unjustified"])
            .uuid(&["reviewed_by?"])
            .instant(&["reviewed_at?"])
            .bin(&["words_sealed?"])
            .instant(&["late_at?"])
            .int(&["version"])
            .index(&["opened_at", "id"])
            .index(&["account_id", "until_at"])
            .index(&["child_id"])
            .index(&["reviewed_at", "review_by"]),
    ]
}
