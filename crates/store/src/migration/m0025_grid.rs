//! The grid: stations, and who is responsible where.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![stations(), charges()]
}

/// A place to go in to. What is closed has a last day.
fn stations() -> Shape {
    Shape::county("stations")
        .text(&["town_code"])
        .one_of("kind", &["party_centre", "gacha_room", "community_room", "childrens_home", "womens_home", "other"])
        .text(&["name", "address?", "opening?", "from_on", "to_on?"])
        .int(&["version"])
        .index(&["town_code", "name"])
}

/// Who is responsible for an area, or for a station in it. `name`: somebody without an account.
fn charges() -> Shape {
    Shape::county("charges")
        .text(&["town_code"])
        .one_of(
            "duty",
            &[
                "child_director",
                "child_supervisor",
                "federation_head",
                "grid_worker",
                "party_secretary",
                "station_keeper",
            ],
        )
        .refers("station_id?", "stations")
        .uuid(&["account_id?"])
        .text(&["name?"])
        .bin(&["phone_sealed?"])
        .text(&["from_on", "to_on?"])
        .int(&["version"])
        .index(&["town_code", "from_on"])
        .index(&["account_id"])
}
