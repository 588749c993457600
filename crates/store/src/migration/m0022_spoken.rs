//! What guardians say without a phone of their own.

use super::shape::Shape;

/// A guardian's answer to proposed weekends, written down by staff or the class teacher.
pub(super) fn shapes() -> Vec<Shape> {
    vec![
        Shape::county("plan_records")
            .refers("plan_id", "term_plans")
            .refers("guardian_id", "guardians")
            .one_of("how", &["paper", "voice", "phone"])
            .bin(&["evidence_sealed"])
            .uuid(&["by_account"])
            .instant(&["at"]),
    ]
}
