//! Two files of one volunteer.

use sea_orm_migration::sea_query::{Expr, ExprTrait};

use super::shape::{Column, Reindex};

/// Whose files they are, and which versions of the homes were compared; those of children say nothing.
pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::text("merges", "kind"),
        Column::int("merges", "kept_home_version"),
        Column::int("merges", "other_home_version"),
    ]
}

/// Volunteers of the same birth date and name stand side by side; and what names a volunteer, a home or somebody who lives
/// there is found without reading a table from end to end.
pub(super) fn indexes() -> Vec<Reindex> {
    vec![
        Reindex::further("volunteers", &["birth_on", "name"]),
        Reindex::further("stays", &["household_id"]),
        Reindex::further("stay_adults", &["member_id"]),
        Reindex::some("custody_events", &["holder_id"], Expr::col("holder_id").is_not_null()),
        Reindex::some("notices", &["person_id"], Expr::col("person_id").is_not_null()),
        Reindex::some("outbox", &["person_id"], Expr::col("person_id").is_not_null()),
    ]
}
