//! How a role ends: at once, by whoever keeps accounts, and never the last that opens the door.

use naheya_domain::Role;
use naheya_domain::access::{Action, may_grant};
use naheya_domain::id::{AccountId, GrantId, SchoolId};
use naheya_domain::stay::StayState;
use naheya_domain::viewer::Place;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{alike, grants_at, holders};
use crate::Error;
use crate::account::AccountState;
use crate::concern::hands::hand_on;
use crate::school::hand_on_days;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, class, grant, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible::same;

/// Ends a role at once, and each that is like it; what was open under it closes with the next request.
#[derive(Clone, Debug)]
pub struct EndGrant {
    /// Which one.
    pub grant: GrantId,
}

impl Act for EndGrant {
    const NAME: &'static str = "grant.end";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepAccount)?;
        tx.alone_in_county().await?;
        let here = grant::Column::AreaId.eq(tx.area_id());
        let row = tx.common::<grant::Entity>().id(self.grant).and(here).one(tx).await?;
        if !tx.is_system() {
            let role = Role::parse(&row.role).ok_or(Error::NotFound)?;
            if row.account_id == tx.account() {
                return Err(Error::refused("grant.own"));
            }
            if !may_grant(tx.viewer().role, role) {
                return Err(Error::refused("grant.role_too_high"));
            }
        }
        if row.ended_at.is_some() {
            return Ok(());
        }
        if row.role == Role::ItAdmin.code() || row.role == Role::Leader.code() {
            another_holder(tx, &row).await?;
        }
        nobody_away(tx, std::slice::from_ref(&row)).await?;
        for row in alike(tx, &row).await? {
            end(tx, &row).await?;
        }
        end_days(tx, &row).await?;
        hand_on(tx, row.account_id).await
    }
}

/// Whoever has a child now keeps its codes and numbers until it is back, as its pair does. A phone in wrong hands is locked out,
/// and a worry suspends: those wait for nothing.
async fn nobody_away(tx: &Tx, ended: &[grant::Model]) -> Result<(), Error> {
    use stay::Column as S;
    if tx.is_system() {
        return Ok(());
    }
    let hers = ended.iter().filter(|row| row.role == Role::Volunteer.code());
    let hers: Vec<Uuid> = hers.filter_map(|row| Uuid::try_parse(&row.place_ref).ok()).collect();
    let away = S::State.is_in([StayState::Released.code(), StayState::InCare.code()]);
    match tx.for_rule::<stay::Entity>().holding(S::VolunteerId, hers).and(away).first(tx).await? {
        Some(_) => Err(Error::refused("grant.child_away")),
        None => Ok(()),
    }
}

async fn end(tx: &Tx, row: &grant::Model) -> Result<(), Error> {
    let after = grant::Model { ended_at: Some(tx.now().0), ..row.clone() };
    tx.change::<grant::Entity>(row, after).await?;
    Ok(())
}

/// Takes back every role that an account holds in the county at work. Callers have checked who may.
///
/// # Errors
/// Refused `account.elsewhere` when it works in another county too: that is not for this one to end.
pub(crate) async fn end_all(tx: &Tx, account: AccountId) -> Result<(), Error> {
    tx.alone_in_county().await?;
    let (today, open) = (tx.now().date().to_string(), grant::Column::EndedAt.is_null());
    let held = tx.common::<grant::Entity>().and(grant::Column::AccountId.eq(account.0)).and(open).all(tx).await?;
    let is_over = |row: &grant::Model| row.to_on.as_ref().is_some_and(|last| *last < today);
    let (here, elsewhere): (Vec<_>, Vec<_>) = held.into_iter().partition(|row| row.area_id == tx.area_id());
    if !elsewhere.iter().all(is_over) {
        return Err(Error::refused("account.elsewhere"));
    }
    nobody_away(tx, &here).await?;
    for row in &here {
        end(tx, row).await?;
    }
    for row in &here {
        end_days(tx, row).await?;
    }
    Ok(())
}

/// Ends what somebody was given for one day at a school's gate.
pub(crate) async fn end_day(tx: &Tx, account: AccountId, school: SchoolId, on: &str) -> Result<(), Error> {
    let of_day = Condition::all().add(grant::Column::FromOn.eq(on)).add(grant::Column::ToOn.eq(on));
    end_at_gate(tx, account.0, school.0, of_day).await
}

/// Who teaches no class of a school any more stands at its gate on no day either.
async fn end_days(tx: &Tx, row: &grant::Model) -> Result<(), Error> {
    let Some(Place::Class(class)) = Place::parse(&row.place_kind, &row.place_ref) else { return Ok(()) };
    let Some(class) = tx.for_rule::<class::Entity>().id(class).first(tx).await? else { return Ok(()) };
    let others = tx.for_rule::<class::Entity>().and(class::Column::SchoolId.eq(class.school_id)).all(tx).await?;
    let others: Vec<String> = others.iter().map(|c| c.id.to_string()).collect();
    let teaches = tx
        .common::<grant::Entity>()
        .and(grant::Column::AccountId.eq(row.account_id))
        .and(grant::Column::PlaceRef.is_in(others))
        .and(grant::Column::EndedAt.is_null());
    if teaches.first(tx).await?.is_some() {
        return Ok(());
    }
    let of_a_day = Condition::all().add(same(grant::Column::FromOn, grant::Column::ToOn));
    end_at_gate(tx, row.account_id, class.school_id, of_a_day).await?;
    hand_on_days(tx, row.account_id, &class).await
}

async fn end_at_gate(tx: &Tx, account: Uuid, school: Uuid, which: Condition) -> Result<(), Error> {
    let given = grants_at(tx, &Place::School(school))
        .and(grant::Column::AccountId.eq(account))
        .and(grant::Column::Role.eq(Role::ClassTeacher.code()))
        .and(grant::Column::EndedAt.is_null())
        .and(which);
    for row in given.all(tx).await? {
        end(tx, &row).await?;
    }
    Ok(())
}

/// The last leader or administrator of today who can sign in stays: otherwise nobody could open the door again.
async fn another_holder(tx: &Tx, row: &grant::Model) -> Result<(), Error> {
    let role = Role::parse(&row.role).ok_or(Error::NotFound)?;
    let others = holders(tx, &[role]).await?.into_iter().filter(|account| *account != row.account_id);
    let let_in = account::Column::State.is_not_in([AccountState::Locked.code(), AccountState::Closed.code()]);
    match tx.common::<account::Entity>().among(others).and(let_in).first(tx).await? {
        Some(_) => Ok(()),
        None => Err(Error::refused("grant.last")),
    }
}
