//! In whose hands a concern lies. Somebody who sees it is always left: neither whoever cannot sign in any more counts, nor whom
//! it is about. Who goes hands on what she had taken up; who comes finds what lay in nobody's hands.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::Role;
use naheya_domain::concern::ConcernState;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::{add_to_circle, tell};
use crate::Error;
use crate::account::AccountState;
use crate::carer::{Somebody, pairs_of};
use crate::grant::holders;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, concern, concern_circle, concern_person, grant, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::is_not;

/// Ids of each: of a concern or of an account.
type OfEach = BTreeMap<Uuid, BTreeSet<Uuid>>;

/// The named handlers of the county: its leaders and coordinators with a grant that holds today and an account that is neither
/// locked nor closed.
pub(super) async fn handlers(tx: &Tx) -> Result<BTreeSet<Uuid>, Error> {
    let named = holders(tx, &[Role::Leader, Role::Coordinator]).await?;
    let out = account::Column::State.is_not_in([AccountState::Locked.code(), AccountState::Closed.code()]);
    let in_the_house = tx.common::<account::Entity>().among(named).and(out).all(tx).await?;
    Ok(in_the_house.into_iter().map(|account| account.id).collect())
}

#[derive(Debug, FromQueryResult)]
struct Asked {
    id: Uuid,
    child_id: Option<Uuid>,
}

/// A concern, and who of today's handlers is free to see it.
struct Hands {
    concern: Uuid,
    /// In its circle.
    there: Vec<Uuid>,
    /// Outside it.
    others: Vec<Uuid>,
    /// Whether it is about somebody of its circle.
    names_circle: bool,
}

async fn hands(tx: &Tx, which: Condition) -> Result<Vec<Hands>, Error> {
    let asked = tx.for_rule::<concern::Entity>().and(which);
    let ids = asked.clone().ids(concern::Column::Id);
    let circle = tx.for_rule::<concern_circle::Entity>();
    let circle = circle.and(concern_circle::Column::ConcernId.in_subquery(ids.clone()));
    let named = tx.for_rule::<concern_person::Entity>().and(concern_person::Column::ConcernId.in_subquery(ids));
    let concerns: Vec<Asked> = asked.columns([concern::Column::Id, concern::Column::ChildId], tx).await?;
    if concerns.is_empty() {
        return Ok(Vec::new());
    }
    let circle = of_each(circle.all(tx).await?.into_iter().map(|row| (row.concern_id, row.account_id)));
    let named = of_each(named.all(tx).await?.into_iter().map(|row| (row.concern_id, row.ref_id)));
    let handlers = handlers(tx).await?;
    let selves = selves(tx, circle.values().flatten().chain(&handlers).copied().collect()).await?;
    let beside = beside(tx, &concerns, &handlers).await?;
    let of = |asked: &Asked| {
        let (members, about) = (circle.get(&asked.id), named.get(&asked.id));
        let is_about = |account: &Uuid| match (about, selves.get(account)) {
            (Some(about), Some(own)) => !own.is_disjoint(about),
            _ => false,
        };
        let takes_it_home = |account: &Uuid| match (asked.child_id, beside.get(account)) {
            (Some(child), Some(children)) => children.contains(&child),
            _ => false,
        };
        let free: Vec<Uuid> = handlers.iter().copied().filter(|account| !is_about(account)).collect();
        // A concern about a child may be about its carer, before anybody has named her: she hears of it where nobody else can.
        let has_others = free.iter().any(|account| !takes_it_home(account));
        let free = free.into_iter().filter(|account| !has_others || !takes_it_home(account));
        let (there, others): (Vec<Uuid>, Vec<Uuid>) =
            free.partition(|account| members.is_some_and(|members| members.contains(account)));
        let names_circle = members.is_some_and(|members| members.iter().any(is_about));
        Hands { concern: asked.id, there, others, names_circle }
    };
    Ok(concerns.iter().map(of).collect())
}

fn of_each(rows: impl Iterator<Item = (Uuid, Uuid)>) -> OfEach {
    let mut all = OfEach::new();
    for (of, one) in rows {
        all.entry(of).or_default().insert(one);
    }
    all
}

/// Each of these accounts with the children of whom it is the carer, or lives with her.
async fn beside(tx: &Tx, concerns: &[Asked], accounts: &BTreeSet<Uuid>) -> Result<OfEach, Error> {
    let pairs = pairs_of(tx, concerns.iter().filter_map(|asked| asked.child_id)).await?;
    let carers: BTreeSet<Uuid> = pairs.iter().map(|(_, carer)| *carer).collect();
    let mut beside = OfEach::new();
    if carers.is_empty() {
        return Ok(beside);
    }
    for account in accounts {
        let own = Somebody::of(tx, *account).await?.carers_among(tx, &carers).await?;
        let children = pairs.iter().filter(|(_, carer)| own.contains(carer)).map(|(child, _)| *child);
        beside.insert(*account, children.collect());
    }
    Ok(beside)
}

/// Concerns about a child of whom whoever is at work is the carer, or lives with her, as long as others see to them: then she is
/// not in their circle.
pub(super) async fn kept_from(tx: &Tx) -> Result<BTreeSet<Uuid>, Error> {
    use {concern::Column as C, concern_circle::Column as I};
    let who = Somebody::at_work(tx).await?;
    if who.is_unknown() {
        return Ok(BTreeSet::new());
    }
    let mine = tx.for_rule::<concern_circle::Entity>().and(I::AccountId.eq(tx.account()));
    let others = tx.for_rule::<concern::Entity>().and(C::ChildId.is_not_null());
    let others: Vec<Asked> =
        others.and(C::Id.not_in_subquery(mine.ids(I::ConcernId))).columns([C::Id, C::ChildId], tx).await?;
    let pairs = pairs_of(tx, others.iter().filter_map(|asked| asked.child_id)).await?;
    let own = who.carers_among(tx, &pairs.iter().map(|(_, carer)| *carer).collect()).await?;
    let children: BTreeSet<Uuid> = pairs.iter().filter(|(_, one)| own.contains(one)).map(|(child, _)| *child).collect();
    let about = others.into_iter().filter(|asked| asked.child_id.is_some_and(|child| children.contains(&child)));
    Ok(about.map(|asked| asked.id).collect())
}

/// Each account with whom it stands or stood for, in whatever role, and with the homes of those who are volunteers.
pub(crate) async fn selves(tx: &Tx, accounts: BTreeSet<Uuid>) -> Result<OfEach, Error> {
    let mut selves = of_each(accounts.into_iter().map(|account| (account, account)));
    let whose = grant::Column::AccountId.is_in(selves.keys().copied());
    for row in tx.common::<grant::Entity>().and(whose).all(tx).await? {
        if let (Some(own), Ok(person)) = (selves.get_mut(&row.account_id), Uuid::try_parse(&row.place_ref)) {
            own.insert(person);
        }
    }
    let people: BTreeSet<Uuid> = selves.values().flatten().copied().collect();
    let carers = tx.for_rule::<volunteer::Entity>().among(people).all(tx).await?;
    for own in selves.values_mut() {
        let homes = carers.iter().filter(|carer| own.contains(&carer.id)).map(|carer| carer.household_id);
        let homes: Vec<Uuid> = homes.collect();
        own.extend(homes);
    }
    Ok(selves)
}

async fn come_in(tx: &Tx, of: &Hands) -> Result<(), Error> {
    for handler in &of.others {
        add_to_circle(tx, of.concern, *handler).await?;
        tell(tx, of.concern, *handler);
    }
    Ok(())
}

/// Who hears first of a concern that is raised now.
pub(super) async fn first_hands(tx: &Tx, concern: Uuid) -> Result<Vec<Uuid>, Error> {
    let this = Condition::all().add(concern::Column::Id.eq(concern));
    Ok(hands(tx, this).await?.pop().map(|of| of.others).unwrap_or_default())
}

/// Whom a concern is about does not see it: somebody must be left who does. When nobody of its circle is, the other named
/// handlers of today come in; when there are none, it stays as it was (product.md rule 4). Answers who was in it before.
pub(super) async fn stays_in_hands(tx: &Tx, concern: Uuid) -> Result<Vec<Uuid>, Error> {
    let this = Condition::all().add(concern::Column::Id.eq(concern));
    let of = hands(tx, this).await?.pop().ok_or(Error::NotFound)?;
    if of.names_circle && of.there.is_empty() {
        if of.others.is_empty() {
            return Err(Error::refused("concern.nobody_left"));
        }
        come_in(tx, &of).await?;
    }
    Ok(of.there)
}

/// Open concerns that no handler of today sees come to all of them whom they are not about, and these hear of it. Returns how
/// many did.
pub(crate) async fn keep_in_hands(tx: &Tx) -> Result<u32, Error> {
    let open = is_not(concern::Column::State, ConcernState::Closed.code());
    let mut came = 0;
    for of in hands(tx, Condition::all().add(open)).await? {
        if of.there.is_empty() && !of.others.is_empty() {
            come_in(tx, &of).await?;
            came += 1;
        }
    }
    Ok(came)
}

/// Who of each concern's circle may take it up today; the concerns in the order of their ids, the oldest first.
pub(super) async fn free_hands(tx: &Tx, concerns: Vec<Uuid>) -> Result<Vec<(Uuid, Vec<Uuid>)>, Error> {
    if concerns.is_empty() {
        return Ok(Vec::new());
    }
    let mut all = hands(tx, Condition::all().add(concern::Column::Id.is_in(concerns))).await?;
    all.sort_by_key(|of| of.concern);
    Ok(all.into_iter().map(|of| (of.concern, of.there)).collect())
}

/// An account lost a role, or was locked, opened or closed: when it is no handler's any more, the others hear of what it had
/// taken up, for nobody goes on with it; and nothing lies in nobody's hands.
pub(crate) async fn hand_on(tx: &Tx, leaver: Uuid) -> Result<(), Error> {
    if !handlers(tx).await?.contains(&leaver) {
        let open = is_not(concern::Column::State, ConcernState::Closed.code());
        let hers = Condition::all().add(open).add(concern::Column::TakenUpBy.eq(leaver));
        for of in hands(tx, hers).await? {
            for handler in of.there {
                tell(tx, of.concern, handler);
            }
        }
    }
    keep_in_hands(tx).await.map(drop)
}

/// Clock-driven: a role that ended by its own last day is handed on too. Returns how many concerns came to somebody.
#[derive(Clone, Debug)]
pub struct HandOnConcerns;

impl Act for HandOnConcerns {
    const NAME: &'static str = "concern.hand_on";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        keep_in_hands(tx).await
    }
}
