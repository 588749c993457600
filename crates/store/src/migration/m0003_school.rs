//! The county's settings, its schools, their classes and calendars.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![settings(), schools(), classes(), duties(), school_days()]
}

/// A setting of the county.
fn settings() -> Shape {
    Shape::county_by("settings", &["key"]).text(&["key", "value"]).int(&["version"])
}

/// A boarding school and the rhythm of its weekends. Hours are 'HH:MM'.
fn schools() -> Shape {
    Shape::county("schools")
        .text(&["name", "town_code?"])
        .one_of("rhythm", &["weekly", "big_small"])
        .text(&["rhythm_anchor?", "release_at", "return_at"])
        .bin(&["phone_sealed?"])
        .one_of("state", &["open", "closed"])
        .int(&["version"])
        .unique(&["name"])
}

/// A class of a school.
fn classes() -> Shape {
    Shape::county("classes")
        .refers("school_id", "schools")
        .text(&["name"])
        .int(&["grade?"])
        .one_of("state", &["open", "closed"])
        .int(&["version"])
        .unique(&["school_id", "name"])
}

/// A teacher on duty at a school on a day.
fn duties() -> Shape {
    Shape::county("duties")
        .refers("school_id", "schools")
        .text(&["on_date"])
        .uuid(&["account_id"])
        .unique(&["school_id", "on_date", "account_id"])
        .index(&["account_id", "on_date"])
}

/// A day on which a school differs from its rhythm.
fn school_days() -> Shape {
    Shape::county("school_days")
        .refers("school_id", "schools")
        .text(&["on_date"])
        .one_of("kind", &["closed", "open"])
        .text(&["name"])
        .unique(&["school_id", "on_date"])
}
