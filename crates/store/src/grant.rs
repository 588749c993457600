//! Roles that accounts hold: given by whoever keeps accounts, never to oneself, ended at once.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::access::{Action, leaders_hear_of, may_grant};
use naheya_domain::id::{AccountId, GrantId};
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::account::{AccountState, in_my_county};
use crate::concern::hands::keep_in_hands;
use crate::concern::suspension::suspending;
use crate::sealed::act::Act;
use crate::sealed::desk::viewer_of;
use crate::sealed::entity::{account, grant, guardian, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error, Letter};

mod end;

pub use end::EndGrant;
pub(crate) use end::{end_all, end_day};

/// A role that an account holds or held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// Which one.
    pub id: GrantId,
    /// As what.
    pub role: Role,
    /// Where.
    pub place: Place,
    /// From this day.
    pub from: String,
    /// To this day, when it is bounded.
    pub to: Option<String>,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
    /// Whether a concern suspends it.
    pub suspended: bool,
}

/// A role to be held.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// As what.
    pub role: Role,
    /// Where.
    pub place: Place,
    /// First day.
    pub from_on: Date,
    /// Last day, if it is known.
    pub to_on: Option<Date>,
}

impl Desk {
    /// The account that stands for a person on file, or that stood for them and holds no role any more: nobody needs two.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep accounts.
    pub async fn account_on_file(&self, person: Uuid) -> Result<Option<AccountId>, Error> {
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        let held = held_for(&tx, &[person]).await?.remove(&person).unwrap_or_default();
        account_of(&tx, &held).await
    }

    /// The name of the person on file whom a volunteer's or guardian's role would stand for; nothing
    /// when there is no such file or the reader does not see it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep accounts.
    pub async fn name_on_file(&self, role: Role, id: Uuid) -> Result<Option<String>, Error> {
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        Ok(match role {
            Role::Guardian => tx.visible::<guardian::Entity>().id(id).first(&tx).await?.map(|g| g.name),
            _ => tx.visible::<volunteer::Entity>().id(id).first(&tx).await?.map(|v| v.name),
        })
    }
}

/// The roles of these people on file, those that are over too, newest first, by person.
pub(crate) async fn held_for(tx: &Tx, people: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<grant::Model>>, Error> {
    use grant::Column as G;
    let mut all: BTreeMap<Uuid, Vec<grant::Model>> = BTreeMap::new();
    for some in people.chunks(1_000) {
        let places = some.iter().map(|person| Place::Person(*person).reference());
        let here = tx.common::<grant::Entity>().and(G::AreaId.eq(tx.area_id()));
        let held = here.and(G::PlaceKind.eq(Place::Person(Uuid::nil()).kind())).and(G::PlaceRef.is_in(places));
        for row in held.by_desc(G::CreatedAt).by_desc(G::Id).all(tx).await? {
            if let Ok(person) = Uuid::try_parse(&row.place_ref) {
                all.entry(person).or_default().push(row);
            }
        }
    }
    Ok(all)
}

/// The account of somebody who holds or held these roles, newest first: of one that is not over, or the one that rests.
pub(crate) async fn account_of(tx: &Tx, held: &[grant::Model]) -> Result<Option<AccountId>, Error> {
    match held.iter().find(|row| row.ended_at.is_none()) {
        Some(row) => Ok(Some(AccountId(row.account_id))),
        None => at_rest(tx, held).await,
    }
}

/// The account of the newest of these roles that is over, where it is not closed and nobody works in it as anything else:
/// whoever has left comes back in the account they had.
async fn at_rest(tx: &Tx, over: &[grant::Model]) -> Result<Option<AccountId>, Error> {
    let Some(last) = over.first() else { return Ok(None) };
    let account = tx.common::<account::Entity>().id(last.account_id).first(tx).await?;
    if account.is_none_or(|account| account.state == AccountState::Closed.code()) {
        return Ok(None);
    }
    let others = tx.common::<grant::Entity>().and(grant::Column::AccountId.eq(last.account_id));
    let works = others.and(grant::Column::EndedAt.is_null()).first(tx).await?.is_some();
    Ok((!works).then_some(AccountId(last.account_id)))
}

/// The roles of this county in a place, those that are over too.
pub(crate) fn grants_at(tx: &Tx, place: &Place) -> Visible<grant::Entity> {
    use grant::Column as G;
    let here = tx.common::<grant::Entity>().and(G::AreaId.eq(tx.area_id()));
    here.and(G::PlaceKind.eq(place.kind())).and(G::PlaceRef.eq(place.reference()))
}

/// The account that stands for a volunteer or a guardian on file now: of the newest role there that holds. None is told by
/// the app while it waits, is over or suspended.
pub(crate) async fn stands_for(tx: &Tx, person: Uuid) -> Result<Option<Uuid>, Error> {
    let held = grants_at(tx, &Place::Person(person));
    let given = held.by_desc(grant::Column::CreatedAt).by(grant::Column::Id).all(tx).await?;
    Ok(given.iter().find_map(|row| viewer_of(row, tx.now())).map(|viewer| viewer.account.0))
}

/// [`stands_for`] of many people, by person.
pub(crate) async fn stand_for(tx: &Tx, people: &[Uuid]) -> Result<BTreeMap<Uuid, Uuid>, Error> {
    let mut accounts = BTreeMap::new();
    for some in people.chunks(1_000) {
        let places = some.iter().map(|person| Place::Person(*person).reference());
        let given = tx
            .common::<grant::Entity>()
            .and(grant::Column::AreaId.eq(tx.area_id()))
            .and(grant::Column::PlaceKind.eq(Place::Person(Uuid::nil()).kind()))
            .and(grant::Column::PlaceRef.is_in(places))
            .by_desc(grant::Column::CreatedAt)
            .by(grant::Column::Id)
            .all(tx)
            .await?;
        for row in given {
            if let (Ok(person), Some(viewer)) = (Uuid::try_parse(&row.place_ref), viewer_of(&row, tx.now())) {
                accounts.entry(person).or_insert(viewer.account.0);
            }
        }
    }
    Ok(accounts)
}

/// The people on file for whom the account at work stands or stood, in whatever role it works now.
pub(crate) async fn own_people(tx: &Tx) -> Result<BTreeSet<Uuid>, Error> {
    people_of(tx, tx.account()).await
}

/// The people on file for whom an account stands or stood here.
pub(crate) async fn people_of(tx: &Tx, account: Uuid) -> Result<BTreeSet<Uuid>, Error> {
    let own = tx
        .common::<grant::Entity>()
        .and(grant::Column::AreaId.eq(tx.area_id()))
        .and(grant::Column::AccountId.eq(account))
        .and(grant::Column::PlaceKind.eq(Place::Person(Uuid::nil()).kind()));
    Ok(own.all(tx).await?.iter().filter_map(|row| Uuid::try_parse(&row.place_ref).ok()).collect())
}

pub(crate) fn shown(row: &grant::Model) -> Option<GrantRow> {
    Some(GrantRow {
        id: GrantId(row.id),
        role: Role::parse(&row.role)?,
        place: Place::parse(&row.place_kind, &row.place_ref)?,
        from: row.from_on.clone(),
        to: row.to_on.clone(),
        ended_at: row.ended_at.map(Timestamp),
        suspended: row.suspended_by.is_some(),
    })
}

/// Writes a grant in the county at work. Callers have checked who may. The same role at the same place is held once: of two,
/// one would stay when the other is taken back.
pub(crate) async fn give(tx: &Tx, account: AccountId, new: &NewGrant) -> Result<GrantId, Error> {
    tx.alone_in_county().await?;
    let id = GrantId::new();
    // Whoever gives a role need not know of a concern that suspends: the role sees nothing until that one is lifted.
    let person = if let Place::Person(person) = new.place { person } else { account.0 };
    let suspended_by = suspending(tx, [account.0, person]).await?;
    let row = grant::Model {
        id: id.0,
        account_id: account.0,
        area_id: tx.area_id(),
        role: new.role.code().to_owned(),
        place_kind: new.place.kind().to_owned(),
        place_ref: new.place.reference(),
        from_on: new.from_on.to_string(),
        to_on: new.to_on.map(|d| d.to_string()),
        ended_at: None,
        suspended_by,
        created_by: tx.account(),
        created_at: tx.now().0,
        version: 1,
    };
    if !alike(tx, &row).await?.is_empty() {
        return Err(Error::refused("grant.held"));
    }
    tx.insert::<grant::Entity>(row).await?;
    Ok(id)
}

/// The open grants with the account, the role and the place of this one whose days meet its days.
async fn alike(tx: &Tx, one: &grant::Model) -> Result<Vec<grant::Model>, Error> {
    use grant::Column as G;
    let held = tx
        .common::<grant::Entity>()
        .and(G::AreaId.eq(one.area_id))
        .and(G::AccountId.eq(one.account_id))
        .and(G::Role.eq(&*one.role))
        .and(G::PlaceKind.eq(&*one.place_kind))
        .and(G::PlaceRef.eq(&*one.place_ref))
        .and(G::EndedAt.is_null())
        .all(tx)
        .await?;
    let begins_by = |row: &grant::Model, last: Option<&str>| last.is_none_or(|last| &*row.from_on <= last);
    let meets = |row: &grant::Model| begins_by(row, one.to_on.as_deref()) && begins_by(one, row.to_on.as_deref());
    Ok(held.into_iter().filter(meets).collect())
}

/// The accounts that hold one of these roles in the county today, each once.
pub(crate) async fn holders(tx: &Tx, roles: &[Role]) -> Result<BTreeSet<Uuid>, Error> {
    let here = tx.common::<grant::Entity>().and(grant::Column::AreaId.eq(tx.area_id()));
    let given = here.and(grant::Column::Role.is_in(roles.iter().map(|role| role.code()))).all(tx).await?;
    Ok(given.iter().filter_map(|row| viewer_of(row, tx.now())).map(|viewer| viewer.account.0).collect())
}

/// Tells every leader but the one at work: a second account in friendly hands would be a way round a rule that looks at the own
/// one only (product.md rule 5).
async fn tell_leaders(tx: &Tx, kind: &'static str, account: AccountId) -> Result<(), Error> {
    if tx.is_system() {
        return Ok(());
    }
    for leader in holders(tx, &[Role::Leader]).await?.into_iter().filter(|leader| *leader != tx.account()) {
        tx.notify(Letter {
            kind,
            to_account: Some(leader),
            to_role: None,
            to_person: None,
            about: (crate::account::TABLE, Some(account.0)),
            due_at: tx.now().0,
        });
    }
    Ok(())
}

/// Gives a role by hand; the leaders hear of those that open files or let others in.
pub(crate) async fn give_by_hand(tx: &Tx, account: AccountId, new: &NewGrant) -> Result<GrantId, Error> {
    if leaders_hear_of(new.role) {
        tell_leaders(tx, "account.role_given", account).await?;
    }
    let id = give(tx, account, new).await?;
    if matches!(new.role, Role::Leader | Role::Coordinator) {
        // A successor finds what lay in nobody's hands.
        keep_in_hands(tx).await?;
    }
    Ok(id)
}

/// The leaders hear of it when somebody is given a new way into an account whose roles open files.
pub(crate) async fn tell_of_reset(tx: &Tx, account: AccountId) -> Result<(), Error> {
    let held = tx.common::<grant::Entity>().and(grant::Column::AccountId.eq(account.0));
    let held = held.and(grant::Column::EndedAt.is_null()).all(tx).await?;
    if held.iter().filter_map(|row| Role::parse(&row.role)).any(leaders_hear_of) {
        tell_leaders(tx, "account.reset", account).await?;
    }
    Ok(())
}

/// Who may give this role, to whom: never to oneself.
pub(crate) async fn judge(tx: &Tx, account: Option<AccountId>, new: &NewGrant) -> Result<(), Error> {
    tx.require(Action::KeepAccount)?;
    if tx.is_system() {
        return Ok(());
    }
    if account == Some(tx.viewer().account) {
        return Err(Error::refused("grant.own"));
    }
    if !may_grant(tx.viewer().role, new.role) {
        return Err(Error::refused("grant.role_too_high"));
    }
    if !new.place.fits(new.role) {
        return Err(Error::field("place", "place.role"));
    }
    on_file(tx, new).await?;
    if new.to_on.is_some_and(|to| to < new.from_on) {
        return Err(Error::field("to_on", "date.order"));
    }
    Ok(())
}

/// Volunteers and guardians are people on file, whom the giver sees; a class that is closed has no teacher.
async fn on_file(tx: &Tx, new: &NewGrant) -> Result<(), Error> {
    if let Place::Class(class) = new.place
        && crate::school::is_closed(tx, Some(class)).await?
    {
        return Err(Error::field("place", "class.closed"));
    }
    let Place::Person(id) = new.place else { return Ok(()) };
    let found = match new.role {
        Role::Guardian => tx.visible::<guardian::Entity>().id(id).first(tx).await?.is_some(),
        _ => {
            let file = tx.visible::<volunteer::Entity>().id(id).first(tx).await?;
            file.is_some_and(|row| crate::erasure::has_name(&row.name).is_ok())
        }
    };
    if found { Ok(()) } else { Err(Error::field("place", "place.not_found")) }
}

/// Whose account somebody may lock, give a new slip or free of its second factor: never the own
/// one, and none with a role that one could not give. Otherwise a slip would be a way up.
pub(crate) async fn may_handle(tx: &Tx, account: AccountId) -> Result<(), Error> {
    if tx.is_system() {
        return Ok(());
    }
    if account == tx.viewer().account {
        return Err(Error::refused("account.own"));
    }
    let open = Condition::all().add(grant::Column::AccountId.eq(account.0)).add(grant::Column::EndedAt.is_null());
    let rows = tx.common::<grant::Entity>().and(open).all(tx).await?;
    let above = |row: &grant::Model| Role::parse(&row.role).is_none_or(|role| !may_grant(tx.viewer().role, role));
    if rows.iter().any(above) { Err(Error::refused("grant.role_too_high")) } else { Ok(()) }
}

/// A role in a place for an account, from a day on.
#[derive(Clone, Debug)]
pub struct AddGrant {
    /// Whose.
    pub account: AccountId,
    /// As what.
    pub role: Role,
    /// Where, in the county of the desk.
    pub place: Place,
    /// First day.
    pub from_on: Date,
    /// Last day, if it is known.
    pub to_on: Option<Date>,
}

impl Act for AddGrant {
    const NAME: &'static str = "grant.add";
    type Answer = GrantId;

    async fn run(&self, tx: &Tx) -> Result<GrantId, Error> {
        let new = NewGrant { role: self.role, place: self.place.clone(), from_on: self.from_on, to_on: self.to_on };
        judge(tx, Some(self.account), &new).await?;
        if !tx.is_system() {
            in_my_county(tx, self.account).await?;
            no_other_account(tx, self.account, &self.place).await?;
        }
        let given = give_by_hand(tx, self.account, &new).await?;
        if new.role == Role::Volunteer && new.from_on <= tx.now().date() {
            end_application(tx, self.account, &new.place).await?;
        }
        Ok(given)
    }
}

/// One account stands for a file: of two, whoever takes a role back from one leaves the other in.
async fn no_other_account(tx: &Tx, account: AccountId, place: &Place) -> Result<(), Error> {
    use grant::Column as G;
    if !matches!(place, Place::Person(_)) {
        return Ok(());
    }
    tx.alone_in_county().await?;
    let held = grants_at(tx, place).and(G::AccountId.ne(account.0)).and(G::EndedAt.is_null()).all(tx).await?;
    let today = tx.now().date().to_string();
    let goes_on = |row: &&grant::Model| row.to_on.as_deref().is_none_or(|to| to >= today.as_str());
    let others = held.iter().filter(goes_on).map(|row| row.account_id);
    let open = account::Column::State.ne(AccountState::Closed.code());
    match tx.common::<account::Entity>().among(others).and(open).first(tx).await? {
        Some(_) => Err(Error::refused("grant.has_account")),
        None => Ok(()),
    }
}

/// Whoever is a volunteer applies no longer: signed in, she would begin as an applicant every time.
async fn end_application(tx: &Tx, account: AccountId, place: &Place) -> Result<(), Error> {
    use grant::Column as G;
    let applied = grants_at(tx, place)
        .and(G::AccountId.eq(account.0))
        .and(G::Role.eq(Role::Applicant.code()))
        .and(G::EndedAt.is_null());
    for before in applied.all(tx).await? {
        let after = grant::Model { ended_at: Some(tx.now().0), ..before.clone() };
        tx.change::<grant::Entity>(&before, after).await?;
    }
    Ok(())
}
