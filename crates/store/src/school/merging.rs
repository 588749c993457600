//! A school that becomes part of another: its classes go there one by one, with children and teachers, and then it is closed.

use naheya_domain::Refusal;
use naheya_domain::access::Action;
use naheya_domain::class_name;
use naheya_domain::id::{AccountId, ClassId, SchoolId};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::closing::CLOSED;
use crate::grant::end_day;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, class, duty, school};
use crate::sealed::tx::Tx;
use crate::stay::Moves;
use crate::{Desk, Error};

impl Desk {
    /// The schools that are closed, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep schools.
    pub async fn closed_schools(&self) -> Result<Vec<(SchoolId, String)>, Error> {
        self.require(Action::KeepSchool)?;
        let tx = self.read();
        let closed = tx.visible::<school::Entity>().and(school::Column::State.eq(CLOSED));
        let rows = closed.by(school::Column::Name).all(&tx).await?;
        Ok(rows.into_iter().map(|row| (SchoolId(row.id), row.name)).collect())
    }
}

/// A class goes to another school under its name: its children go to school there, its teacher teaches there, and weekends ahead
/// begin and end there. `version` is the one that the page was made from.
#[derive(Clone, Debug)]
pub struct MoveClass {
    /// Which.
    pub class: ClassId,
    /// The version that was read.
    pub version: i32,
    /// To which school.
    pub to: SchoolId,
}

impl Act for MoveClass {
    const NAME: &'static str = "class.to_school";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = tx.visible::<class::Entity>().id(self.class).one(tx).await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let to = tx.visible::<school::Entity>().id(self.to).first(tx).await?;
        let to = to.filter(|to| to.id != before.school_id && to.state != CLOSED);
        let to = to.ok_or_else(|| Error::field("school", "school.unknown"))?;
        no_other_of_its_name(tx, &to, &before.name).await?;
        tx.change::<class::Entity>(&before, class::Model { school_id: to.id, ..before.clone() }).await?;
        let children = tx.for_rule::<child::Entity>().and(child::Column::ClassId.eq(before.id)).all(tx).await?;
        let (mut changes, mut moves) = (Vec::new(), Moves::default());
        for row in children {
            let after = child::Model { school_id: Some(to.id), updated_at: tx.now().0, ..row.clone() };
            moves.note(&row, &after);
            changes.push((row, after));
        }
        tx.change_all::<child::Entity>(changes).await?;
        moves.follow(tx).await
    }
}

/// Names are a school's own: the class there may be another one.
async fn no_other_of_its_name(tx: &Tx, to: &school::Model, name: &str) -> Result<(), Error> {
    let there = tx.for_rule::<class::Entity>().and(class::Column::SchoolId.eq(to.id)).all(tx).await?;
    let key = class_name::key(name);
    if there.iter().any(|class| class_name::key(&class.name) == key) {
        let refusal = Refusal::new("class.exists_there").with("name", name).with("school", to.name.clone());
        return Err(Error::Refused(refusal));
    }
    Ok(())
}

/// Closes a school in which nobody is any more; `version` is the one that the page was made from.
#[derive(Clone, Debug)]
pub struct CloseSchool {
    /// Which.
    pub school: SchoolId,
    /// The version that was read.
    pub version: i32,
}

impl Act for CloseSchool {
    const NAME: &'static str = "school.close";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        if before.state == CLOSED {
            return Ok(());
        }
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let classes = tx.for_rule::<class::Entity>().and(class::Column::SchoolId.eq(before.id));
        if classes.and(class::Column::State.ne(CLOSED)).count_to(1, tx).await? > 0 {
            return Err(Error::refused("school.has_classes"));
        }
        let children = tx.for_rule::<child::Entity>().and(child::Column::SchoolId.eq(before.id));
        let children = children.and(child::Column::State.is_in(["applying", "enrolled", "paused"])).count(tx).await?;
        if children > 0 {
            return Err(Error::Refused(Refusal::new("school.has_children").with("n", children.to_string())));
        }
        nobody_at_its_gate(tx, before.id).await?;
        tx.change::<school::Entity>(&before, school::Model { state: CLOSED.into(), ..before.clone() }).await?;
        Ok(())
    }
}

/// Days at its gate that are still to come are nobody's.
async fn nobody_at_its_gate(tx: &Tx, school: Uuid) -> Result<(), Error> {
    let today = tx.now().date().to_string();
    let days = tx.for_rule::<duty::Entity>().and(duty::Column::SchoolId.eq(school));
    for day in days.and(duty::Column::OnDate.gte(today)).all(tx).await? {
        end_day(tx, AccountId(day.account_id), SchoolId(school), &day.on_date).await?;
        tx.remove::<duty::Entity>(&day).await?;
    }
    Ok(())
}

/// Opens a school that was closed.
#[derive(Clone, Debug)]
pub struct ReopenSchool {
    /// Which.
    pub school: SchoolId,
}

impl Act for ReopenSchool {
    const NAME: &'static str = "school.reopen";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        tx.change::<school::Entity>(&before, school::Model { state: "open".into(), ..before.clone() }).await?;
        Ok(())
    }
}
