//! The list of all volunteers, whatever their state, by name.

use super::shape::Reindex;

/// As `children` have it: a page begins where the one before it ended, without sorting everybody.
pub(super) fn indexes() -> Vec<Reindex> {
    vec![Reindex::further("volunteers", &["name", "id"])]
}
