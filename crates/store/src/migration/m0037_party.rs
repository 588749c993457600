//! Siblings who went together, who stands for a person or a place, and the children of a town, found without reading
//! everybody.

use super::shape::{Column, Reindex};

/// At every return somebody asks who went together, and for whom an account stands; a child director's pages tell of one
/// town.
pub(super) fn indexes() -> Vec<Reindex> {
    vec![
        Reindex::further("stays", &["party_id", "id"]),
        Reindex::further("grants", &["place_kind", "place_ref"]),
        Reindex::further("children", &["town_code", "name", "id"]),
    ]
}

/// Up to which event of the trail something was changed: looks alone, which stand in the trail too, leave what others
/// remember as it is.
pub(super) fn columns() -> Vec<Column> {
    vec![Column::long("audit_heads", "changed_n")]
}
