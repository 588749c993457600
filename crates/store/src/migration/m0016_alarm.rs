//! Alarms that were raised, and the ladders of schools that have their own.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![alarms(), ladders()]
}

/// An alarm that was raised, once for its subject, kind and turn; `turn` counts how often the same stay was missed anew. Only a person closes it.
fn alarms() -> Shape {
    Shape::county("alarms")
        .uuid(&["subject_id"])
        .refers("stay_id?", "stays")
        .one_of(
            "kind",
            &[
                "volunteer",
                "guardian",
                "coordinator",
                "school",
                "leader",
                "police",
                "not_fetched",
                "code_paused",
                "release_refused",
            ],
        )
        .long(&["turn"])
        .instant(&["due_at", "raised_at"])
        .int(&["told"])
        .instant(&["closed_at?"])
        .uuid(&["closed_by?"])
        .one_of("closed_how?", &["confirmed", "released", "called_off", "words"])
        .bin(&["closed_words_sealed?"])
        .int(&["version"])
        .unique(&["subject_id", "kind", "turn"])
        .index(&["stay_id"])
        .index(&["closed_at", "raised_at"])
}

/// A school's own ladder; a school without a row climbs the county's.
fn ladders() -> Shape {
    Shape::county("ladders").refers("school_id", "schools").text(&["minutes"]).int(&["version"]).unique(&["school_id"])
}
