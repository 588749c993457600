//! Areas, the counties that are kept here, holidays, and what the database says about itself.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![meta(), areas(), counties(), holidays()]
}

/// A line the database keeps about itself: the check of the sealing key, the schema's stamp, the time of the last backup.
fn meta() -> Shape {
    Shape::reference("meta", &["key"]).text(&["key", "value"])
}

/// A node of the State's grid of areas, from the province to the gacha. `own`: made here, not in the State's list. `retired_into`: the code that took its place.
fn areas() -> Shape {
    Shape::reference("areas", &["code"])
        .text(&["code", "name"])
        .one_of("level", &["province", "city", "county", "town", "sumu", "village"])
        .text(&["parent?", "retired_into?"])
        .flag(&["own"])
        .index(&["parent"])
}

/// A county whose records are kept here; its `area_id` never changes, even when its code does.
fn counties() -> Shape {
    Shape::reference("counties", &["area_id"]).int(&["area_id"]).text(&["code", "name"]).instant(&["opened_at"])
}

/// A day the State Council moved: a holiday (`off`), or a working day in its place.
fn holidays() -> Shape {
    Shape::reference("holidays", &["on_date"]).text(&["on_date", "name"]).flag(&["off"])
}
