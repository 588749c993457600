//! Proposals and the pairs that come of them.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![proposals(), pairs()]
}

/// A match that was offered to both sides, and what they answered.
fn proposals() -> Shape {
    Shape::county("proposals")
        .refers("round_id", "rounds")
        .refers("run_id", "runs")
        .refers("child_id", "children")
        .refers("volunteer_id", "volunteers")
        .int(&["child_rank", "volunteer_rank"])
        .text(&["reasons"])
        .one_of("state", &["offered", "accepted", "declined", "lapsed", "undone"])
        .one_of("child_answer?", &["yes", "no"])
        .one_of("volunteer_answer?", &["yes", "no"])
        .instant(&["child_answered_at?", "volunteer_answered_at?"])
        .uuid(&["child_answered_by?", "volunteer_answered_by?"])
        .instant(&["expires_at"])
        .uuid(&["pair_id?"])
        .int(&["version"])
        .index(&["round_id", "child_id"])
        .index(&["state", "expires_at"])
}

/// A child and the volunteer who cares for it. At most one that has not ended per child.
fn pairs() -> Shape {
    Shape::county("pairs")
        .refers("child_id", "children")
        .refers("volunteer_id", "volunteers")
        .one_of("state", &["settling", "active", "paused", "ended"])
        .text(&["begun_on", "ended_on?", "end_reason?"])
        .one_of("source", &["round", "paper", "staff"])
        .text(&["paper_number?"])
        .uuid(&["proposal_id?", "suspended_by?"])
        .text(&["suspended_from?"])
        .refers("batch_id?", "import_batches")
        .instant(&["created_at"])
        .int(&["version"])
        .unique_where(&["child_id"], Expr::col("state").ne("ended"))
        .index(&["child_id", "begun_on"])
        .index(&["state", "child_id"])
        .index(&["volunteer_id"])
        .index(&["begun_on"])
}
