//! The last references to a person or a pair that are looked through when the row they lead to is taken away.

use super::shape::Reindex;

/// A county with some years of weekends has more thanks than children: each adult and each child of an import that is taken
/// back would be looked for among all of them.
pub(super) fn indexes() -> Vec<Reindex> {
    vec![
        Reindex::further("thanks", &["child_id"]),
        Reindex::further("thanks", &["guardian_id"]),
        Reindex::further("plan_records", &["guardian_id"]),
        Reindex::further("pictures", &["child_id"]),
        Reindex::further("hours_claims", &["pair_id"]),
        Reindex::further("term_plans", &["pair_id"]),
    ]
}
