//! Children, their families, and the imports that brought them.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![import_batches(), sibling_groups(), children(), child_categories(), guardians(), guardianships()]
}

/// One file that was read in, with its counts and the two names under it.
fn import_batches() -> Shape {
    Shape::county("import_batches")
        .one_of("kind", &["children", "volunteers", "pairs"])
        .bin(&["file_hash"])
        .int(&["rows", "fresh", "changed", "unchanged", "invalid"])
        .instant(&["committed_at"])
        .uuid(&["by_account", "signed_by?"])
        .instant(&["signed_at?", "undone_at?"])
        .int(&["version"])
        .index(&["committed_at"])
}

/// Children who must, or should rather, stay together.
fn sibling_groups() -> Shape {
    Shape::county("sibling_groups").one_of("mode", &["must", "prefer"]).int(&["version"])
}

/// A child on the county's list.
fn children() -> Shape {
    Shape::county("children")
        .text(&["number", "name", "name_mn?"])
        .one_of("sex", &["0", "1", "2", "9"])
        .text(&["ethnic?", "birth_on?"])
        .refers("school_id?", "schools")
        .refers("class_id?", "classes")
        .text(&["town_code?"])
        .one_of("state", &["applying", "enrolled", "paused", "left"])
        .text(&["languages"])
        .bin(&["vital_sealed?", "care_sealed?"])
        .text(&["words?", "likes?"])
        .bin(&["id_no_sealed?", "id_no_bi?", "student_no_sealed?", "address_sealed?", "health_sealed?"])
        .refers("sibling_group_id?", "sibling_groups")
        .instant(&["confirmed_at?"])
        .uuid(&["confirmed_by?"])
        .text(&["enrolled_on?", "left_on?"])
        .refers("batch_id?", "import_batches")
        .uuid(&["moved_to?"])
        .instant(&["created_at", "updated_at"])
        .int(&["version"])
        .unique(&["number"])
        .unique_where(&["id_no_bi"], Expr::col("id_no_bi").is_not_null())
        .index(&["state", "name", "id"])
        .index(&["name", "id"])
        .index(&["class_id"])
        .index(&["school_id"])
        .index(&["confirmed_at", "state"])
        .index(&["sibling_group_id"])
}

/// A category of the State that a child belongs to, from a day to a day, and on what ground.
fn child_categories() -> Shape {
    Shape::county("child_categories")
        .refers("child_id", "children")
        .text(&["code", "from_on?", "to_on?", "basis?"])
        .index(&["child_id"])
}

/// An adult responsible for a child.
fn guardians() -> Shape {
    Shape::county("guardians")
        .text(&["name"])
        .bin(&["phone_sealed?", "phone_bi?", "id_no_sealed?", "id_no_bi?", "address_sealed?"])
        .uuid(&["account_id?"])
        .int(&["version"])
        .index(&["phone_bi"])
        .index(&["id_no_bi"])
        .index(&["account_id"])
}

/// What a guardian is to a child: relation, order of calling, and whether the person is kept away.
fn guardianships() -> Shape {
    Shape::county("guardianships")
        .refers("child_id", "children")
        .refers("guardian_id", "guardians")
        .text(&["relation"])
        .int(&["contact_order"])
        .flag(&["away", "blocked"])
        .bin(&["blocked_reason_sealed?"])
        .int(&["version"])
        .unique(&["child_id", "guardian_id"])
        .index(&["guardian_id"])
}
