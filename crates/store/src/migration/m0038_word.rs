//! Open alarms by their kind, and the notices of alarms by what they are about.

use sea_orm::sea_query::{Expr, ExprTrait};

use super::shape::Reindex;

/// When very many children are late at once, the few alarms of another kind are not looked for among them, and who was told
/// of one child not among the notices of all.
pub(super) fn indexes() -> Vec<Reindex> {
    vec![
        Reindex::county("alarms", &["closed_at", "raised_at"], &["closed_at", "kind", "raised_at"]),
        Reindex::some("notices", &["ref_id"], Expr::col("urgency").eq("alarm")),
    ]
}
