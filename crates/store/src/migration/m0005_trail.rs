//! What every act leaves behind: the audit chain, answers for replays, letters; and the tokens names are found by.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![audit_events(), audit_heads(), idempotency(), search_tokens(), outbox()]
}

/// One event of the county's chain. Ids and names of fields, never values.
fn audit_events() -> Shape {
    Shape::county_by("audit_events", &["n"])
        .long(&["n"])
        .instant(&["at"])
        .uuid(&["account_id"])
        .text(&["role", "act", "noun"])
        .uuid(&["ref_id?"])
        .text(&["fields", "reason?"])
        .bin(&["row_mac?", "hash"])
        .index(&["noun", "ref_id", "n"])
}

/// The newest link of the county's chain, with a code over it, so that a cut tail shows.
fn audit_heads() -> Shape {
    Shape::county_by("audit_heads", &[]).long(&["n"]).bin(&["hash", "mac"])
}

/// The answer to a request that was carried out, kept for its replay.
fn idempotency() -> Shape {
    Shape::county_by("idempotency", &["account_id", "key"])
        .uuid(&["account_id"])
        .text(&["key"])
        .bin(&["body_hash"])
        .text(&["answer"])
        .instant(&["at"])
        .index(&["at"])
}

/// A spelling a person or a school can be found by: name, pinyin, initials.
fn search_tokens() -> Shape {
    Shape::county_by("search_tokens", &["kind", "token", "person_id"])
        .bytewise("token")
        .one_of("kind", &["child", "volunteer", "school"])
        .uuid(&["person_id"])
        .index(&["kind", "person_id"])
}

/// A letter to a person or a role, sent by a job after the commit.
fn outbox() -> Shape {
    Shape::county("outbox")
        .text(&["kind"])
        .uuid(&["to_account?"])
        .text(&["to_role?", "ref_kind"])
        .uuid(&["ref_id?"])
        .one_of("state", &["queued", "sent", "failed", "capped"])
        .instant(&["at", "due_at"])
        .int(&["tries"])
        .instant(&["sent_at?", "read_at?"])
        .index(&["state", "due_at"])
        .index(&["to_account", "at"])
}
