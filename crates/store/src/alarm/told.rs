//! Who is told of an alarm: exactly the people of its step, each once.

use naheya_domain::alarm::Alarm;
use naheya_domain::stay::ladder::Rung;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::Error;
use crate::account::let_in;
use crate::grant::stands_for;
use crate::sealed::desk::viewer_of;
use crate::sealed::entity::{child, grant, guardian, guardianship, stay};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;

/// Somebody who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum To {
    /// Who signs in.
    Account(Uuid),
    /// A person on file without an account that opens: table and id.
    Person(&'static str, Uuid),
    /// Whoever gets this role: nobody holds it now.
    Role(&'static str),
}

impl To {
    pub(super) fn letter(self, kind: &'static str, about: (&'static str, Uuid), due_at: i64) -> Letter {
        let (to_account, to_role, to_person) = match self {
            To::Account(id) => (Some(id), None, None),
            To::Person(table, id) => (None, None, Some((table, id))),
            To::Role(role) => (None, Some(role), None),
        };
        Letter { kind, to_account, to_role, to_person, about: (about.0, Some(about.1)), due_at }
    }
}

/// The people around one stay.
pub(super) struct Around<'a> {
    tx: &'a Tx,
    stay: &'a stay::Model,
    /// The volunteer's account, whether it opens or not.
    hers: Option<Uuid>,
    /// The same, where it opens.
    carer: Option<To>,
}

impl<'a> Around<'a> {
    pub(super) async fn of(tx: &'a Tx, stay: &'a stay::Model) -> Result<Around<'a>, Error> {
        let hers = stands_for(tx, stay.volunteer_id).await?;
        Ok(Around { tx, stay, hers, carer: opened(tx, hers).await? })
    }

    /// The volunteer of the stay; without an account that opens she is told by hand.
    pub(super) fn carer(&self) -> Vec<To> {
        vec![self.carer.unwrap_or(To::Person("volunteers", self.stay.volunteer_id))]
    }

    /// The people of `alarm`. Who has the child hears of it as its carer alone, whatever else she is: where nobody else can
    /// be told, the office is, and where there is none, the leader.
    pub(super) async fn people(&self, alarm: Alarm) -> Result<Vec<To>, Error> {
        let told = self.step(alarm).await?;
        if matches!(alarm, Alarm::Late(Rung::Volunteer | Rung::Guardian)) {
            return Ok(told);
        }
        let mut told = self.without_carer(told);
        // Behind the leader there is nobody: that is a text for whoever comes to the office.
        let is_last = matches!(alarm, Alarm::Late(Rung::Leader | Rung::Police));
        for role in ["coordinator", "leader"] {
            if !told.iter().any(|to| is_last || matches!(to, To::Account(_))) {
                told = both(told, self.without_carer(holders(self.tx, role).await?));
            }
        }
        Ok(told)
    }

    async fn step(&self, alarm: Alarm) -> Result<Vec<To>, Error> {
        let (tx, stay) = (self.tx, self.stay);
        match alarm {
            Alarm::Late(Rung::Volunteer) => Ok(self.carer()),
            Alarm::Late(Rung::Guardian) => family(tx, stay, self.hers).await,
            Alarm::Late(Rung::Coordinator) | Alarm::CodePaused => holders(tx, "coordinator").await,
            Alarm::Late(Rung::School) => gate(tx, stay).await,
            Alarm::Late(Rung::Leader | Rung::Police) => holders(tx, "leader").await,
            Alarm::NotFetched => Ok(both(holders(tx, "coordinator").await?, gate(tx, stay).await?)),
            Alarm::ReleaseRefused => Ok(both(holders(tx, "coordinator").await?, holders(tx, "leader").await?)),
        }
    }

    fn without_carer(&self, people: Vec<To>) -> Vec<To> {
        people.into_iter().filter(|to| Some(*to) != self.carer).collect()
    }
}

fn both(mut some: Vec<To>, others: Vec<To>) -> Vec<To> {
    for to in others {
        if !some.contains(&to) {
            some.push(to);
        }
    }
    some
}

/// The account, where somebody can sign in to it.
async fn opened(tx: &Tx, account: Option<Uuid>) -> Result<Option<To>, Error> {
    Ok(let_in(tx, account).await?.first().copied().map(To::Account))
}

/// The first of the family who can be reached; never a blocked person, nor whoever has the carer's own account.
async fn family(tx: &Tx, stay: &stay::Model, carer: Option<Uuid>) -> Result<Vec<To>, Error> {
    let ties = tx
        .for_rule::<guardianship::Entity>()
        .and(guardianship::Column::ChildId.eq(stay.child_id))
        .and(guardianship::Column::Blocked.eq(false))
        .by(guardianship::Column::ContactOrder)
        .by(guardianship::Column::Id)
        .all(tx)
        .await?;
    let ids: Vec<Uuid> = ties.iter().map(|t| t.guardian_id).collect();
    let people = tx.for_rule::<guardian::Entity>().among(ids).all(tx).await?;
    let in_order = ties.iter().filter_map(|t| people.iter().find(|g| g.id == t.guardian_id));
    for one in in_order {
        let account = stands_for(tx, one.id).await?;
        if account.is_some() && account == carer {
            continue;
        }
        if let Some(to) = opened(tx, account).await? {
            return Ok(vec![to]);
        }
        if one.phone_sealed.is_some() {
            return Ok(vec![To::Person("guardians", one.id)]);
        }
    }
    Ok(Vec::new())
}

/// Accounts that hold `role` in the county today and let somebody in; the role itself when nobody does.
pub(super) async fn holders(tx: &Tx, role: &'static str) -> Result<Vec<To>, Error> {
    let grants = Condition::all().add(grant::Column::Role.eq(role)).add(grant::Column::PlaceKind.eq("county"));
    let found = accounts(tx, grants).await?;
    Ok(if found.is_empty() { vec![To::Role(role)] } else { found })
}

/// Who stands at the gate: the class teacher, and who is on duty today and has the whole school for it. A child that has changed
/// its school since is on the roll of the new one. Where a school has nobody in the program, the coordinator calls it.
async fn gate(tx: &Tx, stay: &stay::Model) -> Result<Vec<To>, Error> {
    let child = tx.for_rule::<child::Entity>().id(stay.child_id).one(tx).await?;
    let school = child.school_id.or(stay.end_school_id);
    let at = |kind: &str, id: Option<Uuid>| {
        let place = Condition::all().add(grant::Column::PlaceKind.eq(kind));
        place.add(grant::Column::PlaceRef.is_in(id.map(|id| id.to_string())))
    };
    let place = Condition::any().add(at("class", child.class_id)).add(at("school", school));
    let teachers = Condition::all().add(grant::Column::Role.eq("class_teacher")).add(place);
    let people = accounts(tx, teachers).await?;
    if people.is_empty() { holders(tx, "coordinator").await } else { Ok(people) }
}

async fn accounts(tx: &Tx, which: Condition) -> Result<Vec<To>, Error> {
    let held = tx.common::<grant::Entity>().and(grant::Column::AreaId.eq(tx.area_id())).and(which).all(tx).await?;
    let today = held.iter().filter(|g| viewer_of(g, tx.now()).is_some());
    let today: Vec<Uuid> = today.map(|g| g.account_id).collect();
    Ok(let_in(tx, today).await?.into_iter().map(To::Account).collect())
}
