//! Stays, who is in the home meanwhile, and the custody chain.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![stays(), stay_adults(), custody_events()]
}

/// One stay of one child, from the request to the close. Siblings who go together share `party_id`.
fn stays() -> Shape {
    Shape::county("stays")
        .refers("pair_id", "pairs")
        .refers("child_id", "children")
        .refers("volunteer_id", "volunteers")
        .refers("household_id", "households")
        .uuid(&["party_id"])
        .instant(&["starts_at", "ends_at"])
        .one_of("start_kind", &["school", "guardian", "base"])
        .refers("start_school_id?", "schools")
        .one_of("end_kind", &["school", "guardian", "base"])
        .refers("end_school_id?", "schools")
        .one_of(
            "state",
            &[
                "requested",
                "consented",
                "approved",
                "released",
                "in_care",
                "returned",
                "closed",
                "refused",
                "cancelled",
            ],
        )
        .bin(&["plan_sealed?"])
        .uuid(&["requested_by"])
        .instant(&["requested_at"])
        .one_of("teacher_answer?", &["yes", "no"])
        .bin(&["teacher_words_sealed?"])
        .uuid(&["endorsed_by?"])
        .instant(&["endorsed_at?"])
        .refers("consent_id?", "consents")
        .uuid(&["approved_by?"])
        .instant(&["approved_at?", "codes_at?"])
        .text(&["refusal?", "cancelled_reason?"])
        .bin(&["code_sealed?", "code_hash?"])
        .instant(&["code_from?", "code_to?"])
        .bin(&["return_code_sealed?", "return_code_hash?"])
        .instant(&["released_at?", "arrived_at?", "left_at?", "returned_at?", "closed_at?"])
        .instant(&["late_until?"])
        .bin(&["late_words_sealed?"])
        .uuid(&["late_closed_by?"])
        .bin(&["late_closed_reason_sealed?"])
        .uuid(&["suspended_by?"])
        .flag(&["day_only"])
        .int(&["version"])
        .index(&["state", "starts_at", "id"])
        .index(&["child_id", "state", "starts_at"])
        .index(&["volunteer_id", "starts_at"])
        .index(&["starts_at", "id"])
}

/// A grown-up who sleeps in the home during the stay.
fn stay_adults() -> Shape {
    Shape::county("stay_adults")
        .refers("stay_id", "stays")
        .refers("member_id", "household_members")
        .unique(&["stay_id", "member_id"])
}

/// A link of the custody chain: who holds the child from now on, and how that is known. Keeps the phone's time without its clock's error, its offset in minutes and the server's time.
fn custody_events() -> Shape {
    Shape::county("custody_events")
        .refers("stay_id?", "stays")
        .refers("child_id", "children")
        .int(&["seq"])
        .one_of(
            "kind",
            &[
                "release",
                "pick_up",
                "arrival",
                "leaving",
                "return",
                "confirmation",
                "guardian_pick_up",
                "hospital",
                "police",
                "hand_back",
                "correction",
            ],
        )
        .one_of("holder_kind", &["school", "volunteer", "guardian", "hospital", "police", "base"])
        .uuid(&["holder_id?"])
        .one_of("how", &["code", "list", "call", "sight", "staff"])
        .uuid(&["by_account"])
        .instant(&["phone_at?"])
        .int(&["phone_offset?"])
        .instant(&["server_at"])
        .bin(&["note_sealed?"])
        .unique(&["child_id", "seq"])
        .index(&["stay_id"])
}
