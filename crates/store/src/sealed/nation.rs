//! The few questions that are asked of all counties at once. Figures come out of here, never a row of a person
//! (product.md rule 9).

use naheya_domain::access::Action;
use naheya_domain::{AreaId, Role};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition};

use super::entity::{county, grant, snapshot};
use super::record::OfCounty;
use super::tx::Tx;
use super::{record, visible};
use crate::Error;

/// Every edition of these months, of every county that is kept here.
///
/// # Errors
/// [`Error::Forbidden`] for whoever sees no figures of other counties.
pub(crate) async fn editions(tx: &Tx, months: [String; 2]) -> Result<Vec<snapshot::Model>, Error> {
    editions_where(tx, snapshot::Column::Month.is_in(months)).await
}

/// Every edition of this month and of those before it, of every county that is kept here.
///
/// # Errors
/// As [`editions`].
pub(crate) async fn editions_until(tx: &Tx, month: String) -> Result<Vec<snapshot::Model>, Error> {
    editions_where(tx, snapshot::Column::Month.lte(month)).await
}

async fn editions_where(tx: &Tx, months: SimpleExpr) -> Result<Vec<snapshot::Model>, Error> {
    tx.require(Action::SeeLevels)?;
    // By county and month, as the table's index has it.
    let counties = tx.common::<county::Entity>().ids(county::Column::AreaId);
    let of = Condition::all().add(snapshot::Column::AreaId.in_subquery(counties)).add(months);
    visible::start::<snapshot::Entity>(record::everything()).and(of).all(tx).await
}

/// The counties in which a row of `E` meets one of these conditions: how the clock finds where it has something to do. One
/// question and a look at an index for each county, where a turn of the writer in each of the nation's 2,844 counties every few
/// seconds would leave nobody else one.
///
/// # Errors
/// [`Error::Forbidden`] for people, [`Error::Database`].
pub(crate) async fn counties_with<E: OfCounty>(
    tx: &Tx,
    conditions: impl IntoIterator<Item = Condition>,
) -> Result<Vec<AreaId>, Error>
where
    E::Model: Send + Sync,
{
    let (true, Some(area)) = (tx.is_system(), E::area()) else { return Err(Error::Forbidden) };
    let mut any = Condition::any();
    for condition in conditions {
        let there = Condition::all().add(visible::same(area, county::Column::AreaId)).add(condition);
        any = any.add(Expr::exists(visible::start::<E>(there).ids(area)));
    }
    let counties = tx.common::<county::Entity>().and(any).by(county::Column::AreaId).all(tx).await?;
    Ok(counties.into_iter().map(|row| AreaId(row.area_id)).collect())
}

/// The counties in which somebody has one of these roles, by their numbers.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn with_roles(tx: &Tx, roles: &[Role]) -> Result<Vec<county::Model>, Error> {
    let held = tx
        .common::<grant::Entity>()
        .and(grant::Column::Role.is_in(roles.iter().map(|role| role.code())))
        .and(grant::Column::EndedAt.is_null())
        .and(visible::same(grant::Column::AreaId, county::Column::AreaId));
    let there = Condition::all().add(Expr::exists(held.ids(grant::Column::AreaId)));
    tx.common::<county::Entity>().and(there).by(county::Column::AreaId).all(tx).await
}
