//! A county's own holidays, the terms of its schools, and the weekends of a term proposed at once.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![county_holidays(), school_terms(), term_plans(), term_weekends()]
}

/// A day that a county entered over the State Council's. `batch`: what was entered together, so that
/// it can be undone together; `was_kind`, `was_name`: what the county had there before.
fn county_holidays() -> Shape {
    Shape::county("county_holidays")
        .text(&["on_date"])
        .one_of("kind", &["off", "work", "plain"])
        .text(&["name"])
        .uuid(&["batch"])
        .instant(&["entered_at"])
        .text(&["was_kind?", "was_name?"])
        .unique(&["on_date"])
}

/// A term of a school, both days included.
fn school_terms() -> Shape {
    Shape::county("school_terms")
        .refers("school_id", "schools")
        .text(&["name", "from_on", "to_on"])
        .unique(&["school_id", "from_on"])
}

/// The weekends of a term, proposed for one pair. The volunteer says with her yes who sleeps there
/// (`adults`: ids with spaces between) and whether they go away.
fn term_plans() -> Shape {
    Shape::county("term_plans")
        .refers("pair_id", "pairs")
        .refers("child_id", "children")
        .refers("volunteer_id", "volunteers")
        .one_of("state", &["open", "settled", "withdrawn"])
        .one_of("by_side", &["office", "volunteer"])
        .uuid(&["proposed_by"])
        .instant(&["proposed_at"])
        .text(&["adults?"])
        .bin(&["guests_sealed?", "going_sealed?"])
        .uuid(&["volunteer_by?", "guardian_by?"])
        .int(&["version"])
        .unique_where(&["pair_id"], Expr::col("state").eq("open"))
        .index(&["child_id", "state"])
        .index(&["volunteer_id", "state"])
}

/// One weekend of a proposal: what each side said, and what came of it.
fn term_weekends() -> Shape {
    Shape::county("term_weekends")
        .refers("plan_id", "term_plans")
        .instant(&["starts_at", "ends_at"])
        .flag(&["volunteer_yes?", "guardian_yes?"])
        .refers("stay_id?", "stays")
        .text(&["refusal?"])
        .int(&["version"])
        .unique(&["plan_id", "starts_at"])
}
