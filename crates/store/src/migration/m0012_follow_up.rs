//! Talks that are due after a stay, in a term, or by plan.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![follow_ups()]
}

/// A talk that is due with one side, and what was said.
fn follow_ups() -> Shape {
    Shape::county("follow_ups")
        .refers("child_id", "children")
        .one_of("with_whom", &["child", "guardian", "volunteer", "teacher"])
        .refers("stay_id?", "stays")
        .refers("pair_id?", "pairs")
        .instant(&["due_at"])
        .one_of("state", &["due", "done", "missed"])
        .one_of("cause", &["rule_15", "term", "planned"])
        .uuid(&["planned_by?"])
        .instant(&["done_at?"])
        .uuid(&["done_by?"])
        .one_of("way?", &["visit", "phone", "talk"])
        .flag(&["alone?"])
        .bin(&["answers_sealed?"])
        .int(&["tries", "version"])
        .index(&["state", "due_at"])
        .index(&["child_id", "due_at"])
}
