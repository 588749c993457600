//! Children of a county by name and birth date, as the lines of a roster name them.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::{CHUNK, ChildLine};
use crate::Error;
use crate::sealed::entity::child;
use crate::sealed::tx::Tx;

#[derive(FromQueryResult)]
struct Namesake {
    id: Uuid,
    name: String,
    birth_on: Option<String>,
}

/// Children of a line's name who were born on its day. Of a county's usual names there are thousands: their files are not
/// read for it.
pub(super) async fn ids(tx: &Tx, lines: &[ChildLine]) -> Result<Vec<Uuid>, Error> {
    use child::Column as C;
    let told = lines.iter().map(|line| (line.details.name.as_str().to_owned(), line.details.birth_on.to_string()));
    let told: HashSet<(String, String)> = told.collect();
    let names: HashSet<&String> = told.iter().map(|(name, _)| name).collect();
    let names: Vec<&String> = names.into_iter().collect();
    let days: HashSet<&String> = told.iter().map(|(_, day)| day).collect();
    let mut ids = Vec::new();
    for chunk in names.chunks(CHUNK) {
        let alike = tx.for_rule::<child::Entity>().and(C::Name.is_in(chunk.iter().copied().cloned()));
        let alike = alike.and(C::BirthOn.is_in(days.iter().copied().cloned()));
        let alike = alike.columns::<Namesake, 3>([C::Id, C::Name, C::BirthOn], tx).await?.into_iter();
        ids.extend(alike.filter_map(|c| told.contains(&(c.name, c.birth_on?)).then_some(c.id)));
    }
    Ok(ids)
}
