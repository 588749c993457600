//! Notices on their way to people, how people are reached, and the channels they go by.

use super::shape::{Column, Shape};

pub(super) fn shapes() -> Vec<Shape> {
    vec![notices(), contacts(), channels()]
}

/// Whom a letter is for when it is for a person on file without an account.
pub(super) fn columns() -> Vec<Column> {
    vec![Column::text("outbox", "person_kind"), Column::uuid("outbox", "person_id")]
}

/// A letter on its way to one person, or to one group, by one channel, with the proof that it was taken.
/// Messages of one lane go in the order of `at`.
fn notices() -> Shape {
    Shape::county("notices")
        .uuid(&["letter_id"])
        .text(&["number", "kind"])
        .one_of("urgency", &["ordinary", "soon", "alarm"])
        .one_of("channel", &["in_app", "mail", "wecom", "dingtalk", "sms", "copy"])
        .text(&["lane"])
        .uuid(&["account_id?"])
        .text(&["person_kind?"])
        .uuid(&["person_id?"])
        .text(&["ref_kind"])
        .uuid(&["ref_id?"])
        .one_of("state", &["queued", "sending", "sent", "failed", "capped"])
        .instant(&["at", "due_at", "next_at"])
        .int(&["tries", "unsure"])
        .instant(&["tried_at?", "sent_at?", "read_at?"])
        .uuid(&["sent_by?"])
        .text(&["answer_code?", "provider_id?"])
        .int(&["version"])
        .unique(&["letter_id", "channel", "lane"])
        .index(&["account_id", "channel", "read_at"])
        .index(&["state", "lane", "at"])
        .index(&["lane", "state", "sent_at"])
        .index(&["at"])
}

/// How one account is reached outside the app. Its id is the account's.
fn contacts() -> Shape {
    Shape::county("contacts")
        .one_of("choice", &["app", "mail", "sms"])
        .bin(&["mail_sealed?", "phone_sealed?"])
        .int(&["version"])
}

/// A channel as it is set up, and what was last wrong with it.
fn channels() -> Shape {
    Shape::county("channels")
        .one_of("kind", &["mail", "wecom", "dingtalk", "sms"])
        .flag(&["active"])
        .bin(&["config_sealed"])
        .text(&["fault?"])
        .instant(&["fault_at?"])
        .int(&["version"])
        .unique(&["kind"])
}
