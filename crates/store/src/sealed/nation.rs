//! The few questions that are asked of all counties at once. Figures come out of here, never a row of a person
//! (product.md rule 9).

use naheya_domain::access::Action;
use sea_orm::{ColumnTrait, Condition};

use super::entity::{county, snapshot};
use super::tx::Tx;
use super::{record, visible};
use crate::Error;

/// Every edition of these months, of every county that is kept here.
///
/// # Errors
/// [`Error::Forbidden`] for whoever sees no figures of other counties.
pub(crate) async fn editions(tx: &Tx, months: [String; 2]) -> Result<Vec<snapshot::Model>, Error> {
    tx.require(Action::SeeLevels)?;
    // By county and month, as the table's index has it.
    let counties = tx.common::<county::Entity>().ids(county::Column::AreaId);
    let of =
        Condition::all().add(snapshot::Column::AreaId.in_subquery(counties)).add(snapshot::Column::Month.is_in(months));
    visible::start::<snapshot::Entity>(record::everything()).and(of).all(tx).await
}
