//! A pairing event: who takes part, what each side chose, and what was worked out from it.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![rounds(), round_children(), round_volunteers(), choices(), runs()]
}

/// A pairing event.
fn rounds() -> Shape {
    Shape::county("rounds")
        .text(&["name", "held_on?"])
        .one_of("state", &["collecting", "checking", "proposed", "meeting", "closed"])
        .text(&["seed?", "note?"])
        .uuid(&["created_by"])
        .int(&["version"])
}

/// A child who takes part, under the number worn on the day.
fn round_children() -> Shape {
    Shape::county("round_children")
        .refers("round_id", "rounds")
        .refers("child_id", "children")
        .int(&["number"])
        .text(&["words?", "care?"])
        .flag(&["withdrawn"])
        .int(&["version"])
        .unique(&["round_id", "child_id"])
        .unique(&["round_id", "number"])
}

/// A volunteer who takes part, and for how many children there is room.
fn round_volunteers() -> Shape {
    Shape::county("round_volunteers")
        .refers("round_id", "rounds")
        .refers("volunteer_id", "volunteers")
        .int(&["number", "places"])
        .flag(&["withdrawn"])
        .int(&["version"])
        .unique(&["round_id", "volunteer_id"])
        .unique(&["round_id", "number"])
}

/// One side's rank for the other: 1 is best, equal is a tie, 0 is a refusal.
fn choices() -> Shape {
    Shape::county("choices")
        .refers("round_id", "rounds")
        .one_of("side", &["child", "volunteer"])
        .refers("child_id", "children")
        .refers("volunteer_id", "volunteers")
        .int(&["rank"])
        .uuid(&["by_account"])
        .instant(&["at"])
        .unique(&["round_id", "side", "child_id", "volunteer_id"])
}

/// One run of the matching. `result` is JSON with ids, ranks and reasons; `bound` is the most that could be placed.
fn runs() -> Shape {
    Shape::county("runs")
        .refers("round_id", "rounds")
        .int(&["number"])
        .text(&["seed"])
        .int(&["placed", "bound"])
        .flag(&["proven"])
        .text(&["result"])
        .instant(&["at"])
        .uuid(&["by_account"])
        .unique(&["round_id", "number"])
}
