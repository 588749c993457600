//! What the guardian agreed to, and what the child said.

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![consents(), wishes()]
}

/// A guardian's yes or no for one purpose, with its proof and its withdrawal.
fn consents() -> Shape {
    Shape::county("consents")
        .refers("child_id", "children")
        .refers("guardian_id", "guardians")
        .one_of("purpose", &["file", "pairing", "overnight", "photo", "publication", "handover"])
        .text(&["text_version", "from_on", "to_on?"])
        .one_of("how", &["link", "paper", "voice", "phone"])
        .bin(&["evidence_sealed?"])
        .flag(&["answer"])
        .instant(&["given_at"])
        .uuid(&["recorded_by?", "stay_id?"])
        .instant(&["withdrawn_at?"])
        .text(&["withdrawn_how?"])
        .instant(&["undo_until?"])
        .int(&["version"])
        .index(&["child_id", "purpose"])
}

/// A child's own answer, asked in person. `alone`: no carer could hear.
fn wishes() -> Shape {
    Shape::county("wishes")
        .refers("child_id", "children")
        .one_of("occasion", &["pairing", "term", "stay"])
        .uuid(&["stay_id?", "round_id?"])
        .one_of("answer", &["yes", "no", "unsure"])
        .bin(&["words_sealed?"])
        .uuid(&["asked_by"])
        .instant(&["asked_at"])
        .flag(&["alone"])
        .index(&["child_id", "asked_at"])
}
