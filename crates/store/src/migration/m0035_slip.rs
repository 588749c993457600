//! Slips that name nobody.

use super::shape::Column;

/// Whether the person was asked and names nobody this time: an empty slip has no row of `choices`, and would count as
/// missing for ever.
pub(super) fn columns() -> Vec<Column> {
    vec![Column::flag("round_children", "names_nobody"), Column::flag("round_volunteers", "names_nobody")]
}
