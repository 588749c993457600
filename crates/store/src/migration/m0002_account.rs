//! Who signs in, with which role, and what stands before the door. None of these tables has a key into a county's tables.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![accounts(), grants(), sessions(), slips(), recovery_codes(), sign_in_tries(), uniq(), public_links()]
}

/// A person who signs in.
fn accounts() -> Shape {
    Shape::reference("accounts", &["id"])
        .uuid(&["id"])
        .text(&["login"])
        .bin(&["phone_bi?"])
        .text(&["display_name", "password_hash?"])
        .one_of("state", &["invited", "active", "locked", "closed"])
        .bin(&["totp_sealed?"])
        .instant(&["totp_confirmed_at?", "totp_last_step?"])
        .text(&["language"])
        .instant(&["created_at"])
        .int(&["version"])
        .unique(&["login"])
        .unique_where(&["phone_bi"], Expr::col("phone_bi").is_not_null())
}

/// A role that an account holds in a place, from a day to a day.
fn grants() -> Shape {
    Shape::reference("grants", &["id"])
        .uuid(&["id"])
        .refers("account_id", "accounts")
        .int(&["area_id"])
        .text(&["role", "place_kind", "place_ref", "from_on", "to_on?"])
        .instant(&["ended_at?"])
        .uuid(&["suspended_by?", "created_by"])
        .instant(&["created_at"])
        .int(&["version"])
        .index(&["account_id"])
        .index(&["area_id", "role"])
}

/// A signed-in browser. Only the hash of its token is kept.
fn sessions() -> Shape {
    Shape::reference("sessions", &["id"])
        .uuid(&["id"])
        .bin(&["token_hash"])
        .refers("account_id", "accounts")
        .refers("grant_id?", "grants")
        .instant(&["started_at", "seen_at", "expires_at", "factor_at?"])
        .text(&["agent"])
        .instant(&["ended_at?"])
        .flag(&["shared"])
        .unique(&["token_hash"])
        .index(&["account_id"])
        .index(&["expires_at"])
}

/// A one-time code on paper: the first sign-in, a forgotten password, the set-up of the house.
fn slips() -> Shape {
    Shape::reference("slips", &["id"])
        .uuid(&["id"])
        .bin(&["code_hash"])
        .refers("account_id", "accounts")
        .one_of("kind", &["first", "reset", "setup"])
        .instant(&["expires_at", "used_at?"])
        .uuid(&["created_by?"])
        .unique(&["code_hash"])
        .index(&["account_id"])
}

/// A code that opens the door once when the phone with the authenticator is gone. Only its blind index is kept.
fn recovery_codes() -> Shape {
    Shape::reference("recovery_codes", &["id"])
        .uuid(&["id"])
        .refers("account_id", "accounts")
        .bin(&["code_bi"])
        .instant(&["created_at", "used_at?"])
        .unique(&["code_bi"])
        .index(&["account_id"])
}

/// Failed sign-ins of one login or one address, which is kept as a blind index only.
fn sign_in_tries() -> Shape {
    Shape::reference("sign_in_tries", &["subject"]).bin(&["subject"]).int(&["failures"]).instant(&["last_at"])
}

/// A value that may exist once in all counties together, such as an identity number, and the row that holds it.
fn uniq() -> Shape {
    Shape::reference("uniq", &["kind", "blind_index"])
        .text(&["kind"])
        .bin(&["blind_index"])
        .int(&["area_id"])
        .uuid(&["ref_id"])
        .index(&["area_id", "kind", "ref_id"])
}

/// A link that works without signing in, such as the guardian's page for a consent.
fn public_links() -> Shape {
    Shape::reference("public_links", &["token_hash"])
        .bin(&["token_hash"])
        .int(&["area_id"])
        .text(&["kind"])
        .uuid(&["ref_id"])
        .bin(&["code_hash?"])
        .instant(&["expires_at"])
        .int(&["tries"])
        .instant(&["used_at?"])
        .index(&["area_id", "kind", "ref_id"])
}
