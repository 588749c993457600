//! Homes, who lives in them, volunteers, and the checks of both.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![households(), household_members(), volunteers(), checks()]
}

/// A home that takes children in. `travel_minutes` is the way from the school.
fn households() -> Shape {
    Shape::county("households")
        .text(&["name", "town_code?"])
        .bin(&["address_sealed?"])
        .int(&["rooms?"])
        .text(&["languages", "animals?"])
        .int(&["travel_minutes"])
        .between("capacity", 1, 3)
        .text(&["capacity_reason?"])
        .uuid(&["capacity_by?"])
        .int(&["version"])
}

/// Somebody who lives in the home, or sleeps there as a guest from a day to a day.
fn household_members() -> Shape {
    Shape::county("household_members")
        .refers("household_id", "households")
        .text(&["name", "relation", "birth_on?"])
        .one_of("sex?", &["0", "1", "2", "9"])
        .bin(&["id_no_sealed?", "id_no_bi?", "phone_sealed?"])
        .flag(&["guest"])
        .text(&["from_on?", "to_on?"])
        .int(&["version"])
        .index(&["household_id"])
        .index(&["id_no_bi"])
}

/// A volunteer, from the application on.
fn volunteers() -> Shape {
    Shape::county("volunteers")
        .text(&["number"])
        .refers("household_id", "households")
        .refers("member_id", "household_members")
        .text(&["name"])
        .one_of("sex", &["0", "1", "2", "9"])
        .text(&["ethnic?", "birth_on?", "political?", "work_unit?", "trade?"])
        .bin(&["phone_sealed?", "phone_bi?", "id_no_sealed?", "id_no_bi?"])
        .text(&["languages"])
        .one_of("state", &["applied", "screening", "approved", "paused", "left", "refused"])
        .text(&["joined_on?", "left_on?"])
        .uuid(&["registered_by", "approved_by?"])
        .instant(&["approved_at?"])
        .uuid(&["account_id?"])
        .refers("batch_id?", "import_batches")
        .text(&["note?"])
        .instant(&["created_at", "updated_at"])
        .int(&["version"])
        .unique(&["number"])
        .unique_where(&["id_no_bi"], Expr::col("id_no_bi").is_not_null())
        .index(&["state", "name", "id"])
        .index(&["household_id"])
        .index(&["phone_bi"])
        .index(&["account_id"])
}

/// A check of a home, a grown-up who lives in it, or a volunteer.
fn checks() -> Shape {
    Shape::county("checks")
        .one_of(
            "kind",
            &[
                "identity",
                "no_offence",
                "health",
                "home_visit",
                "interview",
                "references",
                "training",
                "agreement",
                "insurance",
            ],
        )
        .refers("household_id", "households")
        .refers("member_id?", "household_members")
        .refers("volunteer_id?", "volunteers")
        .one_of("outcome", &["due", "passed", "failed"])
        .text(&["done_on?", "number?", "valid_until?"])
        .uuid(&["by_account", "second_by?"])
        .bin(&["note_sealed?"])
        .instant(&["entered_at"])
        .int(&["version"])
        .index(&["household_id", "kind"])
        .index(&["member_id", "kind"])
        .index(&["valid_until"])
}
