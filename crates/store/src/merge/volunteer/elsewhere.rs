//! A volunteer whose identity number stands with one of the people of a home as well: in another home, or once more in her
//! own. That is no second file, so nothing is merged; somebody looks which of the two is right.

use naheya_domain::access::Action;
use naheya_domain::id::{MemberId, VolunteerId};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::compare::side;
use crate::merge::compare::Side;
use crate::sealed::entity::{household, household_member, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// People that a page shows.
const SHOWN: u64 = 50;

/// A volunteer who stands once more among the people of a home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Her file.
    pub file: Side,
    /// The entry there, and the name in it.
    pub entry: (MemberId, String),
    /// The home's name, and a volunteer of it whose file leads there.
    pub home: (String, VolunteerId),
    /// Whether it is her own home.
    pub own: bool,
}

impl Desk {
    /// Volunteers who stand once more among the people of a home by the same identity number, at most fifty.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn volunteers_elsewhere(&self) -> Result<Vec<Elsewhere>, Error> {
        use volunteer::Column as V;
        self.require(Action::MergeFiles)?;
        let tx = self.read();
        let there = once_more(&tx).await?;
        if there.is_empty() {
            return Ok(Vec::new());
        }
        let files = Condition::any()
            .add(V::IdNoBi.is_in(there.iter().filter_map(|row| row.id_no_bi.clone())))
            .add(V::HouseholdId.is_in(there.iter().map(|row| row.household_id)));
        let files = tx.visible::<volunteer::Entity>().and(files).by(V::Id).all(&tx).await?;
        let homes = household::Column::Id.is_in(there.iter().map(|row| row.household_id));
        let homes = tx.visible::<household::Entity>().and(homes).all(&tx).await?;
        Ok(there.into_iter().filter_map(|row| told(row, &files, &homes)).collect())
    }
}

/// Entries, those of files left out and those whose days are over, with the number of a file.
async fn once_more(tx: &Tx) -> Result<Vec<household_member::Model>, Error> {
    use household_member::Column as M;
    let files = || tx.visible::<volunteer::Entity>();
    let numbered = files().and(volunteer::Column::IdNoBi.is_not_null()).ids(volunteer::Column::IdNoBi);
    let lives = Condition::any().add(M::ToOn.is_null()).add(M::ToOn.gte(tx.now().date().to_string()));
    let rows = tx.visible::<household_member::Entity>().and(M::IdNoBi.in_subquery(numbered)).and(lives);
    rows.and(M::Id.not_in_subquery(files().ids(volunteer::Column::MemberId))).by(M::Id).limit(SHOWN).all(tx).await
}

fn told(row: household_member::Model, files: &[volunteer::Model], homes: &[household::Model]) -> Option<Elsewhere> {
    let hers = files.iter().find(|file| file.id_no_bi == row.id_no_bi)?;
    let at = |id: Uuid| files.iter().find(|file| file.household_id == id);
    let home = homes.iter().find(|home| home.id == row.household_id)?;
    Some(Elsewhere {
        file: side(hers, None),
        entry: (MemberId(row.id), row.name),
        home: (home.name.clone(), VolunteerId(at(home.id)?.id)),
        own: hers.household_id == home.id,
    })
}
