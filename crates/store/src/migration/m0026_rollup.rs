//! Running totals by day, and a month's figures as they were signed.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Shape;

/// A column for each measure, in the order of `Measure::ALL`.
const MEASURES: [&str; 13] = [
    "volunteers",
    "families",
    "children_supported",
    "pairs",
    "pairs_active",
    "pairs_interethnic",
    "stay_minutes",
    "paper_minutes",
    "training_minutes",
    "activity_minutes",
    "correction_minutes",
    "talks_due",
    "talks_on_time",
];

pub(super) fn shapes() -> Vec<Shape> {
    vec![rollups(), snapshots()]
}

/// What a day added to each measure.
fn rollups() -> Shape {
    Shape::county_by("rollups", &["day"]).text(&["day"]).long(&MEASURES)
}

/// A month's figures with the signature under them; a correction is a later edition.
fn snapshots() -> Shape {
    Shape::county("snapshots")
        .text(&["month"])
        .int(&["edition"])
        .one_of("state", &["signed", "asked", "replaced"])
        .long(&MEASURES)
        .uuid(&["signed_by"])
        .instant(&["signed_at"])
        .bin(&["reason_sealed?"])
        .uuid(&["asked_by?"])
        .instant(&["asked_at?"])
        .bin(&["asked_sealed?"])
        .int(&["version"])
        .unique(&["month", "edition"])
        .unique_where(&["month"], Expr::col("state").ne("replaced"))
}
