//! At which school a carer fetches a child, or brings it back to: by its name, since a child may change school while it is with her.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::state;
use crate::Error;
use crate::sealed::entity::{school, stay};
use crate::sealed::tx::Tx;

/// The school at whose gate a carer stands next with a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtSchool {
    /// Its name.
    pub name: String,
    /// Whether another school let the child go: she would bring it there.
    pub is_new: bool,
}

/// The school of each of these stays: where a child is fetched, or, once it is away, brought back to. Stays that begin or end
/// with a family or at the base are not in it.
pub(super) async fn at_schools(tx: &Tx, rows: &[stay::Model]) -> Result<BTreeMap<Uuid, AtSchool>, Error> {
    let schools = tx.for_rule::<school::Entity>().among(rows.iter().filter_map(next)).all(tx).await?;
    let at = |row: &stay::Model| {
        let school = schools.iter().find(|school| Some(school.id) == next(row))?;
        let is_new = row.start_school_id.is_some_and(|from| from != school.id);
        Some((row.id, AtSchool { name: school.name.clone(), is_new }))
    };
    Ok(rows.iter().filter_map(at).collect())
}

fn next(row: &stay::Model) -> Option<Uuid> {
    if state(row).is_away() { row.end_school_id } else { row.start_school_id }
}
