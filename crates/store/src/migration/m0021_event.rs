//! What the event and a pair's life need.

use super::shape::{Column, Shape};

/// First meetings by day; how a pair comes to its end: given notice, talked about, said good-bye to, one for each pair.
pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape::county("pair_meetings")
            .refers("pair_id", "pairs")
            .text(&["met_on"])
            .one_of("met_at", &["school", "base", "home", "other"])
            .uuid(&["by_account"])
            .instant(&["at"])
            .unique(&["pair_id", "met_on"]),
        Shape::county("partings")
            .refers("pair_id", "pairs")
            .text(&["notice_on", "reason"])
            .one_of("notice_by", &["child", "guardian", "volunteer", "office"])
            .text(&["talk_on?"])
            .bin(&["talk_sealed?"])
            .text(&["farewell_on?"])
            .one_of("contact?", &["none", "letters", "calls", "visits"])
            .bin(&["at_once_sealed?"])
            .flag(&["withdrawn"])
            .uuid(&["by_account"])
            .int(&["version"])
            .unique(&["pair_id"]),
    ]
}

/// Why brothers and sisters may come into two homes in this round, and who said so.
pub(super) fn columns() -> Vec<Column> {
    vec![Column::text("round_children", "apart_reason"), Column::uuid("round_children", "apart_by")]
}
