//! Pairs in the order of their list, each asked whether it is of somebody called so.

use super::shape::Reindex;

/// Whether a person is called by letters is one step into an index that has the spellings too: twelve rows were looked up
/// before. The newest pairs lie in the order in which they are shown: those of one day were sorted before.
pub(super) fn indexes() -> Vec<Reindex> {
    vec![
        Reindex::county("search_tokens", &["kind", "person_id"], &["kind", "person_id", "token"]),
        Reindex::county("pairs", &["begun_on"], &["begun_on", "id"]),
    ]
}
