//! The words of reasons leave the trail's events.

use super::shape::Shape;

/// Why somebody did or looked at something, in the person's own words: beside the event with this number, which holds only what
/// proves them. Events from before hold the words themselves; they are part of the chain and stay as they are.
pub(super) fn shapes() -> Vec<Shape> {
    vec![Shape::county_by("audit_reasons", &["n"]).long(&["n"]).bin(&["words_sealed"])]
}
