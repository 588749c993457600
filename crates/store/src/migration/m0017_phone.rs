//! What phones did while they had no network.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![phone_acts()]
}

/// An act of a phone under its own id: carried out, waiting for what comes before it, or for a person to look at. Keeps the phone's time as the phone said it.
fn phone_acts() -> Shape {
    Shape::county("phone_acts")
        .uuid(&["account_id", "grant_id", "device"])
        .long(&["sequence"])
        .one_of(
            "kind",
            &["release", "pick_up", "arrival", "leaving", "return", "confirmation", "note", "pause", "stranger"],
        )
        .refers("stay_id?", "stays")
        .instant(&["phone_at"])
        .int(&["phone_offset"])
        .instant(&["sent_at", "happened_at"])
        .flag(&["doubtful"])
        .instant(&["server_at"])
        .one_of("state", &["done", "kept", "look", "seen"])
        .text(&["code?"])
        .bin(&["body_hash", "body_sealed?"])
        .uuid(&["seen_by?"])
        .instant(&["seen_at?"])
        .int(&["version"])
        .index(&["stay_id"])
        .index(&["state", "server_at"])
}
