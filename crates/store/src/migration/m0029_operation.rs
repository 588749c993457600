//! Work beside the request: who asked for what, how far it is, and its file in sealed parts.

use super::shape::Shape;

/// Operations and the parts of their files.
pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape::county("operations")
            .one_of("kind", &["children", "volunteers", "audit_events"])
            .bin(&["asked_sealed"])
            .text(&["language"])
            .uuid(&["by_account", "grant_id"])
            .instant(&["asked_at", "awaited_until", "seen_at?"])
            .one_of("state", &["waiting", "running", "done", "failed", "stopped"])
            .int(&["turn"])
            .instant(&["lease_until?", "begun_at?"])
            .int(&["done", "total"])
            .instant(&["ended_at?"])
            .text(&["failure?"])
            .instant(&["expires_at?"])
            .int(&["taken", "version"])
            .index(&["state", "asked_at", "id"])
            .index(&["by_account", "asked_at", "id"]),
        Shape::county_by("operation_parts", &["operation_id", "number"])
            .refers("operation_id", "operations")
            .int(&["number"])
            .bin(&["part_sealed"]),
    ]
}
