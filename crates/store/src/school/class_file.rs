//! A class under another name, and its teacher on the way to another class.

use naheya_domain::Role;
use naheya_domain::access::{Action, Class as DataClass};
use naheya_domain::id::{AccountId, ClassId, GrantId, SchoolId};
use naheya_domain::school::ClassDetails;
use naheya_domain::viewer::Place;
use sea_orm::{ColumnTrait, Condition};

use super::calendar::teachers;
use super::{Class, class_of, closing, in_order};
use crate::grant::{NewGrant, give, judge};
use crate::sealed::act::Act;
use crate::sealed::entity::{class, grant, school};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// A class with its school and who teaches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassFile {
    /// Its school.
    pub school: SchoolId,
    /// The school's name.
    pub school_name: String,
    /// Name and grade.
    pub class: Class,
    /// Counts changes; the form carries it back.
    pub version: i32,
    /// Whether it is closed: it takes no children and has no teacher.
    pub closed: bool,
    /// How many children of the programme are in it; those who have left are not counted.
    pub children: u64,
    /// Who teaches it today.
    pub teachers: Vec<(AccountId, String)>,
    /// The school's other open classes.
    pub others: Vec<Class>,
}

impl Desk {
    /// A class, to be changed.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] for who does not keep schools.
    pub async fn class(&self, id: ClassId) -> Result<ClassFile, Error> {
        self.require(Action::KeepSchool)?;
        let tx = self.read();
        let row = tx.visible_as::<class::Entity>(DataClass::Work).id(id).one(&tx).await?;
        let school = tx.visible::<school::Entity>().id(SchoolId(row.school_id)).one(&tx).await?;
        let mut others = tx
            .visible::<class::Entity>()
            .and(class::Column::SchoolId.eq(row.school_id))
            .and(class::Column::State.eq("open"))
            .and(class::Column::Id.ne(row.id))
            .all(&tx)
            .await?;
        others.sort_by_cached_key(in_order);
        Ok(ClassFile {
            school: SchoolId(school.id),
            school_name: school.name,
            teachers: teachers(&tx, &[row.id.to_string()]).await?,
            version: row.version,
            closed: row.state == closing::CLOSED,
            children: closing::inside(&tx, row.id).count(&tx).await?,
            class: class_of(&row),
            others: others.iter().map(class_of).collect(),
        })
    }
}

/// Another name or grade of a class; `version` is the one that the form was filled from.
#[derive(Clone, Debug)]
pub struct ChangeClass {
    /// Which.
    pub class: ClassId,
    /// The version that was read.
    pub version: i32,
    /// What holds now.
    pub details: ClassDetails,
}

impl Act for ChangeClass {
    const NAME: &'static str = "class.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = tx.visible::<class::Entity>().id(self.class).one(tx).await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        if self.details.name != before.name {
            super::new_name(tx, before.school_id, Some(before.id), &self.details.name).await?;
        }
        let after = class::Model { name: self.details.name.clone(), grade: self.details.grade, ..before.clone() };
        tx.change::<class::Entity>(&before, after).await?;
        Ok(())
    }
}

/// A class teacher goes from one class of a school to another, at once: the children of the first
/// are no longer seen, those of the second are.
#[derive(Clone, Debug)]
pub struct MoveTeacher {
    /// Who.
    pub account: AccountId,
    /// The class that is left.
    pub from: ClassId,
    /// The class that is taken, of the same school.
    pub to: ClassId,
}

impl Act for MoveTeacher {
    const NAME: &'static str = "class.move_teacher";
    type Answer = GrantId;

    async fn run(&self, tx: &Tx) -> Result<GrantId, Error> {
        tx.require(Action::KeepSchool)?;
        let from = tx.visible::<class::Entity>().id(self.from).one(tx).await?;
        let to = tx.visible::<class::Entity>().id(self.to).first(tx).await?;
        let to = to.filter(|c| c.school_id == from.school_id && c.id != from.id && c.state == "open");
        let to = to.ok_or_else(|| Error::field("to", "class.unknown"))?;
        let place = Place::Class(to.id);
        let new = NewGrant { role: Role::ClassTeacher, place, from_on: tx.now().date(), to_on: None };
        judge(tx, Some(self.account), &new).await?;
        let held = Condition::all()
            .add(grant::Column::AreaId.eq(tx.area_id()))
            .add(grant::Column::AccountId.eq(self.account.0))
            .add(grant::Column::Role.eq(Role::ClassTeacher.code()))
            .add(grant::Column::PlaceRef.eq(from.id.to_string()))
            .add(grant::Column::EndedAt.is_null());
        let held = tx.common::<grant::Entity>().and(held).all(tx).await?;
        if held.is_empty() {
            return Err(Error::field("account", "account.unknown"));
        }
        // What a concern holds back does not come free by moving.
        if held.iter().any(|row| row.suspended_by.is_some()) {
            return Err(Error::refused("grant.suspended"));
        }
        for row in held {
            let after = grant::Model { ended_at: Some(tx.now().0), ..row.clone() };
            tx.change::<grant::Entity>(&row, after).await?;
        }
        give(tx, self.account, &new).await
    }
}
