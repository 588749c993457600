//! Notes on a stay, pictures, thanks, and what was not sent off yet.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![notes(), pictures(), thanks(), drafts()]
}

/// What a carer writes about a stay. A saved note is not changed; a correction names it.
fn notes() -> Shape {
    Shape::county("notes")
        .refers("stay_id?", "stays")
        .refers("child_id", "children")
        .uuid(&["author"])
        .text(&["kinds"])
        .bin(&["words_sealed"])
        .one_of("state", &["draft", "saved"])
        .instant(&["saved_at?"])
        .uuid(&["corrects?"])
        .instant(&["created_at"])
        .int(&["version"])
        .index(&["stay_id"])
        .index(&["child_id", "created_at"])
}

/// A picture of a note, sealed; width and height in pixels.
fn pictures() -> Shape {
    Shape::county("pictures")
        .refers("note_id", "notes")
        .refers("child_id", "children")
        .bin(&["sha256"])
        .int(&["width", "height"])
        .bin(&["bytes_sealed"])
        .flag(&["hidden"])
        .instant(&["created_at"])
        .index(&["note_id"])
}

/// A guardian's thanks for a weekend; once for each guardian.
fn thanks() -> Shape {
    Shape::county("thanks")
        .refers("stay_id", "stays")
        .refers("child_id", "children")
        .refers("guardian_id", "guardians")
        .instant(&["said_at"])
        .unique(&["stay_id", "guardian_id"])
}

/// A form that somebody has begun to fill in.
fn drafts() -> Shape {
    Shape::county_by("drafts", &["account_id", "form"])
        .uuid(&["account_id"])
        .text(&["form"])
        .bin(&["body_sealed"])
        .instant(&["updated_at"])
}
