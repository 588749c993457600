//! Guardians, people kept away, sibling groups.

use naheya_domain::access::Action;
use naheya_domain::guardian::GuardianDetails;
use naheya_domain::id::{ChildId, GuardianId, SiblingGroupId};
use naheya_domain::person_name::is_same;
use naheya_domain::viewer::Place;
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::account::reads_for;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, guardian, guardianship, sibling_group};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::{Error, stay};

mod find;
mod lift;

pub use find::OfGuardian;
pub(crate) use find::{examine, forget, guardians_called, keep, rows};
pub(crate) use lift::asked as lift_asked;

pub(crate) const TABLE: &str = "guardians";

/// Another adult around a child. Who has the same phone as somebody on file, and the same name, is
/// that person: brothers and sisters share their guardians.
#[derive(Clone, Debug)]
pub struct AddGuardian {
    /// The child.
    pub child: ChildId,
    /// The adult.
    pub details: GuardianDetails,
}

impl Act for AddGuardian {
    const NAME: &'static str = "guardian.add";
    type Answer = GuardianId;

    async fn run(&self, tx: &Tx) -> Result<GuardianId, Error> {
        tx.require(Action::KeepChild)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        crate::erasure::not_erased(tx, child.id).await?;
        let mine =
            tx.for_rule::<guardianship::Entity>().and(guardianship::Column::ChildId.eq(child.id)).all(tx).await?;
        if !self.details.blocked {
            not_kept_away(tx, &mine, Some(self.details.name.as_str()), blind(tx, &self.details).as_ref()).await?;
        }
        let id = person(tx, &self.details).await?;
        if mine.iter().any(|g| g.guardian_id == id) {
            return Err(Error::field("name", "guardian.already_there"));
        }
        let uncovered = if self.details.blocked { Some(stay::uncovered(tx, child.id).await?) } else { None };
        let moves = self.details.blocked && keep_away_alike(tx, &mine, &self.details).await?;
        let order = mine.iter().map(|g| g.contact_order).max().unwrap_or(0) + 1;
        let tie = Uuid::now_v7();
        tx.insert::<guardianship::Entity>(guardianship::Model {
            area_id: tx.area_id(),
            id: tie,
            child_id: child.id,
            guardian_id: id,
            relation: self.details.relation.code().into(),
            contact_order: order,
            away: self.details.away,
            blocked: self.details.blocked,
            blocked_reason_sealed: tx.seal_some(
                "guardianships",
                "blocked_reason_sealed",
                tie,
                self.details.blocked_reason.as_deref(),
            )?,
            version: 1,
        })
        .await?;
        if let Some(before) = uncovered.filter(|_| moves) {
            stay::consent_moved(tx, child.id, &before, false).await?;
        }
        if self.details.blocked {
            stay::tell_kept_away(tx, child.id).await?;
        }
        Ok(GuardianId(id))
    }
}

/// Who is kept away from a child does not come back beside it by another number, spelled otherwise, or under somebody else's
/// entry; and nobody else around it is called by that number.
async fn not_kept_away(
    tx: &Tx,
    ties: &[guardianship::Model],
    name: Option<&str>,
    phone: Option<&Vec<u8>>,
) -> Result<(), Error> {
    let blocked = ties.iter().filter(|tie| tie.blocked).map(|tie| tie.guardian_id);
    let blocked = tx.for_rule::<guardian::Entity>().among(blocked).all(tx).await?;
    if name.is_some_and(|name| blocked.iter().any(|one| is_same(&one.name, name))) {
        return Err(Error::field("name", "guardian.kept_away"));
    }
    if phone.is_some() && blocked.iter().any(|one| one.phone_bi.as_ref() == phone) {
        return Err(Error::field("phone", "guardian.number_kept_away"));
    }
    Ok(())
}

/// Whoever is kept away is so under every entry of this name beside the child: a roster writes somebody with two numbers down
/// twice, and who adds somebody to be kept away may not have seen the entry that is there. Whether there was such an entry.
async fn keep_away_alike(tx: &Tx, ties: &[guardianship::Model], details: &GuardianDetails) -> Result<bool, Error> {
    let people = tx.for_rule::<guardian::Entity>().among(ties.iter().map(|tie| tie.guardian_id)).all(tx).await?;
    let is_meant = |tie: &guardianship::Model| {
        people.iter().any(|one| one.id == tie.guardian_id && is_same(&one.name, details.name.as_str()))
    };
    let alike: Vec<&guardianship::Model> = ties.iter().filter(|tie| !tie.blocked && is_meant(tie)).collect();
    for tie in &alike {
        let reason = details.blocked_reason.as_deref();
        let reason = tx.seal_some("guardianships", "blocked_reason_sealed", tie.id, reason)?;
        let after = guardianship::Model { blocked: true, blocked_reason_sealed: reason, ..(*tie).clone() };
        tx.change::<guardianship::Entity>(tie, after).await?;
    }
    Ok(!alike.is_empty())
}

/// By what a phone is found.
fn blind(tx: &Tx, details: &GuardianDetails) -> Option<Vec<u8>> {
    details.phone.as_ref().map(|phone| tx.ring().blind("phone", phone.as_str()))
}

/// The person with this name and phone, made when there is none yet.
pub(crate) async fn person(tx: &Tx, details: &GuardianDetails) -> Result<Uuid, Error> {
    let blind = blind(tx, details);
    if let Some(blind) = &blind {
        let known = tx
            .for_rule::<guardian::Entity>()
            .and(guardian::Column::PhoneBi.eq(blind.clone()))
            .and(guardian::Column::Name.eq(details.name.as_str()))
            .first(tx)
            .await?;
        if let Some(known) = known {
            return Ok(known.id);
        }
    }
    let id = Uuid::now_v7();
    let phone = details.phone.as_ref().map(|p| p.as_str());
    tx.insert::<guardian::Entity>(guardian::Model {
        area_id: tx.area_id(),
        id,
        name: details.name.as_str().to_owned(),
        phone_sealed: tx.seal_some(TABLE, "phone_sealed", id, phone)?,
        phone_bi: blind,
        id_no_sealed: None,
        id_no_bi: None,
        address_sealed: None,
        account_id: None,
        version: 1,
    })
    .await?;
    keep(tx, rows(tx.area_id(), id, details.name.as_str())).await?;
    Ok(id)
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuardianChanged {
    /// All of it holds.
    Whole,
    /// All but one thing: the adult stays kept away until somebody else says otherwise too.
    LiftWaits,
}

/// Changes what an adult is to a child: relation, phone, away, kept away. That somebody is kept away no more is said by two: by
/// whoever keeps the file, and by another of the office.
#[derive(Clone, Debug)]
pub struct ChangeGuardian {
    /// The child.
    pub child: ChildId,
    /// The adult.
    pub guardian: GuardianId,
    /// The version that the form was filled from.
    pub version: i32,
    /// What holds now.
    pub details: GuardianDetails,
}

impl Act for ChangeGuardian {
    const NAME: &'static str = "guardian.change";
    type Answer = GuardianChanged;

    async fn run(&self, tx: &Tx) -> Result<GuardianChanged, Error> {
        tx.require(Action::KeepChild)?;
        let tie = tx
            .visible::<guardianship::Entity>()
            .and(guardianship::Column::ChildId.eq(self.child.0))
            .and(guardianship::Column::GuardianId.eq(self.guardian.0))
            .one(tx)
            .await?;
        let person = tx.for_rule::<guardian::Entity>().id(self.guardian).one(tx).await?;
        // One form, two rows: whichever changes counts up the sum.
        if tie.version + person.version != self.version {
            return Err(Error::Stale);
        }
        let d = &self.details;
        let others = tx.for_rule::<guardianship::Entity>().and(guardianship::Column::ChildId.eq(self.child.0));
        let others = others.and(guardianship::Column::GuardianId.ne(self.guardian.0)).all(tx).await?;
        let waits = tie.blocked && !d.blocked && !lift::may(tx, &tie).await?;
        let blocked = d.blocked || waits;
        if !blocked {
            self.is_somebody_else(tx, &person, &others).await?;
        }
        let mut next = tie.clone();
        d.relation.code().clone_into(&mut next.relation);
        next.away = d.away;
        next.blocked = blocked;
        let old = tx.open_some("guardianships", "blocked_reason_sealed", tie.id, tie.blocked_reason_sealed.as_ref())?;
        let kept = waits || blocked && d.blocked_reason.is_none();
        if old != d.blocked_reason && !kept {
            next.blocked_reason_sealed =
                tx.seal_some("guardianships", "blocked_reason_sealed", tie.id, d.blocked_reason.as_deref())?;
        }
        // Whose word counts may be others': what was approved on it is not found out at the gate.
        let moves = blocked != tie.blocked;
        let uncovered = if moves { Some(stay::uncovered(tx, self.child.0).await?) } else { None };
        if moves && d.blocked {
            keep_away_alike(tx, &others, d).await?;
        }
        tx.change::<guardianship::Entity>(&tie, next).await?;
        if let Some(before) = uncovered {
            stay::consent_moved(tx, self.child.0, &before, false).await?;
        }
        change_person(tx, self.guardian, d).await?;
        match (tie.blocked, blocked) {
            // By the number that holds now.
            (false, true) => stay::tell_kept_away(tx, self.child.0).await?,
            (true, false) => lift::done(tx, self.child.0),
            _ => {}
        }
        if waits {
            lift::ask(tx, &tie);
            return Ok(GuardianChanged::LiftWaits);
        }
        Ok(GuardianChanged::Whole)
    }
}

impl ChangeGuardian {
    /// A new name or number is not that of another adult who is kept away from the child.
    async fn is_somebody_else(
        &self,
        tx: &Tx,
        person: &guardian::Model,
        others: &[guardianship::Model],
    ) -> Result<(), Error> {
        let d = &self.details;
        let name = Some(d.name.as_str()).filter(|name| *name != person.name);
        let phone = blind(tx, d).filter(|phone| person.phone_bi.as_ref() != Some(phone));
        if name.is_none() && phone.is_none() {
            return Ok(());
        }
        not_kept_away(tx, others, name, phone.as_ref()).await
    }
}

async fn change_person(tx: &Tx, id: GuardianId, details: &GuardianDetails) -> Result<(), Error> {
    let before = tx.for_rule::<guardian::Entity>().id(id).one(tx).await?;
    let mut after = before.clone();
    details.name.as_str().clone_into(&mut after.name);
    let phone = details.phone.as_ref().map(|p| p.as_str());
    let old = tx.open_some(TABLE, "phone_sealed", before.id, before.phone_sealed.as_ref())?;
    if old.as_deref() != phone {
        after.phone_sealed = tx.seal_some(TABLE, "phone_sealed", before.id, phone)?;
        after.phone_bi = phone.map(|p| tx.ring().blind("phone", p));
    }
    let is_renamed = after.name != before.name;
    let after = tx.change::<guardian::Entity>(&before, after).await?;
    crate::account::phone::follow(tx, after.id, old.as_deref(), phone).await?;
    if is_renamed {
        forget(tx, &[after.id]).await?;
        keep(tx, rows(tx.area_id(), after.id, &after.name)).await?;
    }
    Ok(())
}

/// This adult is called first from now on, of all around the child; the others keep their order. Numbers change and people die:
/// an alarm must not ring where nobody answers.
#[derive(Clone, Debug)]
pub struct CallFirst {
    /// The child.
    pub child: ChildId,
    /// The adult.
    pub guardian: GuardianId,
}

impl Act for CallFirst {
    const NAME: &'static str = "guardian.call_first";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepChild)?;
        let of_child = tx.visible::<guardianship::Entity>().and(guardianship::Column::ChildId.eq(self.child.0));
        let ties = of_child.all(tx).await?;
        let tie = ties.iter().find(|tie| tie.guardian_id == self.guardian.0).ok_or(Error::NotFound)?;
        let others = ties.iter().filter(|other| other.id != tie.id);
        if let Some(first) = others.map(|other| other.contact_order).min()
            && first <= tie.contact_order
        {
            let after = guardianship::Model { contact_order: first - 1, ..tie.clone() };
            tx.change::<guardianship::Entity>(tie, after).await?;
        }
        Ok(())
    }
}

/// Puts children together who should stay together; `None` takes them out of their groups.
#[derive(Clone, Debug)]
pub struct GroupSiblings {
    /// Two or more children.
    pub children: Vec<ChildId>,
    /// Must stay together (one home or none), or rather would. `None`: no longer a group.
    pub must: Option<bool>,
}

impl Act for GroupSiblings {
    const NAME: &'static str = "sibling_group.set";
    type Answer = Option<SiblingGroupId>;

    async fn run(&self, tx: &Tx) -> Result<Option<SiblingGroupId>, Error> {
        tx.require(Action::KeepChild)?;
        let mut rows = Vec::new();
        for child in &self.children {
            rows.push(tx.visible::<child::Entity>().id(*child).one(tx).await?);
        }
        let group = match self.must {
            None => None,
            Some(_) if rows.len() < 2 => return Err(Error::field("children", "sibling_group.too_few")),
            Some(must) => {
                let id = Uuid::now_v7();
                let mode = if must { "must" } else { "prefer" };
                tx.insert::<sibling_group::Entity>(sibling_group::Model {
                    area_id: tx.area_id(),
                    id,
                    mode: mode.into(),
                    version: 1,
                })
                .await?;
                Some(id)
            }
        };
        for before in rows {
            let mut after = before.clone();
            after.sibling_group_id = group;
            tx.change::<child::Entity>(&before, after).await?;
        }
        Ok(group.map(SiblingGroupId))
    }
}

/// A letter to one guardian: to the account that opens, or to the person on file.
pub(crate) async fn tell_guardian(
    tx: &Tx,
    kind: &'static str,
    person: Uuid,
    about: (&'static str, Option<Uuid>),
) -> Result<(), Error> {
    tell_from(tx, kind, person, about, tx.now().0).await
}

/// The same, not before an instant (ms).
async fn tell_from(
    tx: &Tx,
    kind: &'static str,
    person: Uuid,
    about: (&'static str, Option<Uuid>),
    due_at: i64,
) -> Result<(), Error> {
    let to_account = reads_for(tx, person).await?;
    let to_person = to_account.is_none().then_some((TABLE, person));
    tx.notify(Letter { kind, to_account, to_role: None, to_person, about, due_at });
    Ok(())
}

/// A letter to each of a child's guardians who may decide for it. Whoever brought it about herself knows.
pub(crate) async fn tell_guardians(
    tx: &Tx,
    kind: &'static str,
    child: Uuid,
    about: (&'static str, Option<Uuid>),
) -> Result<(), Error> {
    tell_guardians_from(tx, kind, child, about, tx.now().0).await
}

/// The same, not before an instant (ms).
pub(crate) async fn tell_guardians_from(
    tx: &Tx,
    kind: &'static str,
    child: Uuid,
    about: (&'static str, Option<Uuid>),
    due_at: i64,
) -> Result<(), Error> {
    for tie in speaking(tx, child).await? {
        tell_from(tx, kind, tie.guardian_id, about, due_at).await?;
    }
    Ok(())
}

/// A letter to each of a child's guardians who signs in, and to nobody else: what need not reach anybody by telephone.
pub(crate) async fn tell_guardians_signed_in(
    tx: &Tx,
    kind: &'static str,
    child: Uuid,
    about: (&'static str, Option<Uuid>),
) -> Result<(), Error> {
    for tie in speaking(tx, child).await? {
        let to_account = reads_for(tx, tie.guardian_id).await?;
        if to_account.is_some() {
            tx.notify(Letter { kind, to_account, to_role: None, to_person: None, about, due_at: tx.now().0 });
        }
    }
    Ok(())
}

/// Those who may decide for a child, but for whoever is at work.
async fn speaking(tx: &Tx, child: Uuid) -> Result<Vec<guardianship::Model>, Error> {
    use guardianship::Column as C;
    let ties = tx.for_rule::<guardianship::Entity>().and(C::ChildId.eq(child)).and(C::Blocked.eq(false));
    let mut ties = ties.all(tx).await?;
    ties.retain(|tie| tx.viewer().place != Place::Person(tie.guardian_id));
    Ok(ties)
}
