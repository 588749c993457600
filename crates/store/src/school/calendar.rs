//! A school's own hours and days, and who stands at the gate on which day.

use naheya_domain::access::{Action, Class as DataClass};
use naheya_domain::id::{AccountId, SchoolId};
use naheya_domain::name_order::by_sound;
use naheya_domain::phone::Phone;
use naheya_domain::school::{DayDetails, SchoolDetails};
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::closing::{CLOSED, ungraded};
use super::leaving::{Teaches, held};
use super::{Class, School, Ungraded, class_of, in_order, with_classes};
use crate::grant::{NewGrant, end_day, give};
use crate::household::{date, resealed};
use crate::sealed::act::Act;
use crate::sealed::entity::{account, class, duty, grant, school, school_day};
use crate::sealed::tx::Tx;
use crate::stay::Noted;
use crate::{Desk, Error};

pub(super) const TABLE: &str = "schools";

/// A day that differs from the rhythm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolDay {
    /// Which row.
    pub id: Uuid,
    /// Which day, ISO.
    pub on_date: String,
    /// Whether there is school.
    pub open: bool,
    /// What it is called.
    pub name: String,
}

/// Who is on duty on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Which row.
    pub id: Uuid,
    /// Which day, ISO.
    pub on_date: String,
    /// The person's name.
    pub name: String,
    /// Whether she teaches a class here, today and on that day: who has gone by then stands at no gate.
    pub teaches: bool,
}

/// A school with its calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolFile {
    /// Name, hours, open classes.
    pub school: School,
    /// Classes that are closed, the last year's first.
    pub closed: Vec<Class>,
    /// Open classes without a grade, as those of the last year are once they have left, each with its children.
    pub ungraded: Vec<Ungraded>,
    /// Whether it is closed: it takes no children and has no classes.
    pub is_closed: bool,
    /// The number at which somebody answers there.
    pub phone: Option<String>,
    /// Counts changes; the form carries it back.
    pub version: i32,
    /// Days from today on.
    pub days: Vec<SchoolDay>,
    /// Duties from today on.
    pub duties: Vec<Duty>,
    /// Class teachers of the school, who can be on duty.
    pub teachers: Vec<(AccountId, String)>,
}

impl Desk {
    /// A school with its calendar from today on.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn school(&self, id: SchoolId) -> Result<SchoolFile, Error> {
        let tx = self.read();
        let row = tx.visible_as::<school::Entity>(DataClass::Work).id(id).one(&tx).await?;
        let mut classes = tx.visible::<class::Entity>().and(class::Column::SchoolId.eq(id.0)).all(&tx).await?;
        classes.sort_by_cached_key(in_order);
        let (mut closed, classes): (Vec<_>, Vec<_>) = classes.into_iter().partition(|c| c.state == CLOSED);
        closed.reverse();
        let today = tx.now().date().to_string();
        let days = tx
            .visible::<school_day::Entity>()
            .and(school_day::Column::SchoolId.eq(id.0))
            .and(school_day::Column::OnDate.gte(today.as_str()))
            .by(school_day::Column::OnDate)
            .limit(100)
            .all(&tx)
            .await?;
        let day =
            |d: school_day::Model| SchoolDay { id: d.id, on_date: d.on_date, open: d.kind == "open", name: d.name };
        let teachers = teachers(&tx, &classes.iter().map(|c| c.id.to_string()).collect::<Vec<_>>()).await?;
        Ok(SchoolFile {
            phone: tx.open_some(TABLE, "phone_sealed", row.id, row.phone_sealed.as_ref())?,
            version: row.version,
            is_closed: row.state == CLOSED,
            days: days.into_iter().map(day).collect(),
            duties: duties(&tx, id, &today, (&teachers, &held(&tx, &classes).await?)).await?,
            teachers,
            closed: closed.iter().map(class_of).collect(),
            ungraded: ungraded(&tx, &classes).await?,
            school: with_classes(row, &classes),
        })
    }
}

async fn duties(
    tx: &Tx,
    school: SchoolId,
    today: &str,
    (teachers, held): (&[(AccountId, String)], &[Teaches]),
) -> Result<Vec<Duty>, Error> {
    let rows = tx
        .visible::<duty::Entity>()
        .and(duty::Column::SchoolId.eq(school.0))
        .and(duty::Column::OnDate.gte(today))
        .by(duty::Column::OnDate)
        .limit(100)
        .all(tx)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|d| d.account_id).collect();
    let people = tx.common::<account::Entity>().among(ids).all(tx).await?;
    let name = |id: Uuid| people.iter().find(|a| a.id == id).map(|a| a.display_name.clone()).unwrap_or_default();
    let teaches_on = |id: Uuid, on: &str| {
        let day = date(Some(on));
        let then = held.iter().any(|one| one.account == id && day.is_none_or(|day| one.holds(day)));
        then && teachers.iter().any(|(teacher, _)| teacher.0 == id)
    };
    let line = |d: duty::Model| Duty {
        id: d.id,
        name: name(d.account_id),
        teaches: teaches_on(d.account_id, &d.on_date),
        on_date: d.on_date,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Accounts that teach one of these classes today.
pub(super) async fn teachers(tx: &Tx, classes: &[String]) -> Result<Vec<(AccountId, String)>, Error> {
    let grants = tx
        .common::<grant::Entity>()
        .and(grant::Column::AreaId.eq(tx.area_id()))
        .and(grant::Column::Role.eq(Role::ClassTeacher.code()))
        .and(grant::Column::PlaceRef.is_in(classes.to_vec()))
        .all(tx)
        .await?;
    let ids: Vec<Uuid> =
        grants.iter().filter(|g| crate::sealed::desk::viewer_of(g, tx.now()).is_some()).map(|g| g.account_id).collect();
    let mut people = tx.common::<account::Entity>().among(ids).all(tx).await?;
    people.sort_by_cached_key(|account| by_sound(&account.display_name));
    Ok(people.into_iter().map(|a| (AccountId(a.id), a.display_name)).collect())
}

/// Another name, other hours or another number of a school; `version` is the one that the form was filled from.
#[derive(Clone, Debug)]
pub struct ChangeSchool {
    /// Which.
    pub school: SchoolId,
    /// The version that was read.
    pub version: i32,
    /// What holds now.
    pub details: SchoolDetails,
}

impl Act for ChangeSchool {
    const NAME: &'static str = "school.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let taken = tx
            .for_rule::<school::Entity>()
            .and(school::Column::Name.eq(&*self.details.name))
            .and(school::Column::Id.ne(before.id))
            .first(tx)
            .await?;
        if taken.is_some() {
            return Err(Error::field("name", "school.exists"));
        }
        let mut after = before.clone();
        after.name.clone_from(&self.details.name);
        after.release_at.clone_from(&self.details.release_at);
        after.return_at.clone_from(&self.details.return_at);
        let phone = self.details.phone.as_ref().map(Phone::as_str);
        after.phone_sealed = resealed(tx, TABLE, "phone_sealed", before.id, before.phone_sealed.as_ref(), phone)?;
        tx.change::<school::Entity>(&before, after).await?;
        if before.name != self.details.name {
            crate::search::reindex(tx, crate::search::Kind::School, before.id, &[&self.details.name]).await?;
        }
        Ok(())
    }
}

/// A day on which the school differs from its rhythm; said again, it replaces what was said.
#[derive(Clone, Debug)]
pub struct SetSchoolDay {
    /// Which school.
    pub school: SchoolId,
    /// The day.
    pub day: DayDetails,
}

impl Act for SetSchoolDay {
    const NAME: &'static str = "school_day.set";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let school = tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        let noted = Noted::before(tx, Some(school.id)).await?;
        let kind = if self.day.open { "open" } else { "closed" };
        let on_date = self.day.on.to_string();
        let there = tx
            .visible::<school_day::Entity>()
            .and(Condition::all().add(school_day::Column::SchoolId.eq(school.id)))
            .and(school_day::Column::OnDate.eq(on_date.as_str()))
            .first(tx)
            .await?;
        if let Some(before) = there {
            let after = school_day::Model { kind: kind.into(), name: self.day.name.clone(), ..before.clone() };
            tx.change::<school_day::Entity>(&before, after).await?;
            return noted.tell(tx).await;
        }
        tx.insert::<school_day::Entity>(school_day::Model {
            area_id: tx.area_id(),
            id: Uuid::now_v7(),
            school_id: school.id,
            on_date,
            kind: kind.into(),
            name: self.day.name.clone(),
        })
        .await?;
        noted.tell(tx).await
    }
}

/// The day follows the rhythm again.
#[derive(Clone, Debug)]
pub struct DropSchoolDay {
    /// Which school.
    pub school: SchoolId,
    /// Which row.
    pub day: Uuid,
}

impl Act for DropSchoolDay {
    const NAME: &'static str = "school_day.drop";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let row = tx
            .visible::<school_day::Entity>()
            .id(self.day)
            .and(school_day::Column::SchoolId.eq(self.school.0))
            .one(tx)
            .await?;
        let noted = Noted::before(tx, Some(row.school_id)).await?;
        tx.remove::<school_day::Entity>(&row).await?;
        noted.tell(tx).await
    }
}

/// Names who stands at the gate on a day: a class teacher of the school, who has every class of it on that day.
#[derive(Clone, Debug)]
pub struct SetDuty {
    /// Which school.
    pub school: SchoolId,
    /// Which day.
    pub on: Date,
    /// Who.
    pub account: AccountId,
}

impl Act for SetDuty {
    const NAME: &'static str = "duty.set";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let school = tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        if self.on < tx.now().date() {
            return Err(Error::field("on_date", "date.in_past"));
        }
        let classes = tx.visible::<class::Entity>().and(class::Column::SchoolId.eq(school.id));
        let classes = classes.and(class::Column::State.eq("open")).all(tx).await?;
        let classes: Vec<String> = classes.iter().map(|c| c.id.to_string()).collect();
        if !teachers(tx, &classes).await?.iter().any(|(id, _)| *id == self.account) {
            return Err(Error::field("account", "duty.not_a_teacher"));
        }
        let on_date = self.on.to_string();
        let there = tx
            .visible::<duty::Entity>()
            .and(duty::Column::SchoolId.eq(school.id))
            .and(duty::Column::OnDate.eq(on_date.as_str()))
            .and(duty::Column::AccountId.eq(self.account.0))
            .first(tx)
            .await?;
        if there.is_some() {
            return Ok(());
        }
        if self.account == tx.viewer().account && !tx.is_system() {
            return Err(Error::refused("grant.own"));
        }
        match give(tx, self.account, &at_the_gate(self.school, self.on)).await {
            // Who has the whole school anyway stands at its gate already.
            Err(Error::Refused(refusal)) if refusal.code == "grant.held" => {}
            given => _ = given?,
        }
        tx.insert::<duty::Entity>(duty::Model {
            area_id: tx.area_id(),
            id: Uuid::now_v7(),
            school_id: school.id,
            on_date,
            account_id: self.account.0,
        })
        .await
    }
}

/// The whole school for one day.
pub(super) fn at_the_gate(school: SchoolId, on: Date) -> NewGrant {
    NewGrant { role: Role::ClassTeacher, place: Place::School(school.0), from_on: on, to_on: Some(on) }
}

/// Somebody is not on duty after all.
#[derive(Clone, Debug)]
pub struct DropDuty {
    /// Which school.
    pub school: SchoolId,
    /// Which row.
    pub duty: Uuid,
}

impl Act for DropDuty {
    const NAME: &'static str = "duty.drop";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let row =
            tx.visible::<duty::Entity>().id(self.duty).and(duty::Column::SchoolId.eq(self.school.0)).one(tx).await?;
        end_day(tx, AccountId(row.account_id), self.school, &row.on_date).await?;
        tx.remove::<duty::Entity>(&row).await
    }
}
