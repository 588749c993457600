//! A new school year: the classes of a school are named anew in one act, whatever name is free only once another class has left it.
//! For a while what they were called is put back in one press.

use std::collections::BTreeMap;

use naheya_domain::access::Action;
use naheya_domain::class_name;
use naheya_domain::error::Refusal;
use naheya_domain::id::{ClassId, SchoolId};
use naheya_domain::school::ClassDetails;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{Class, class_of, in_order};
use crate::sealed::act::Act;
use crate::sealed::entity::{class, school};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

mod back;

pub use back::NameClassesBack;

/// A class before and after.
type Renamed = (class::Model, class::Model);

impl Desk {
    /// A school's name and its open classes, each with the version that a form carries back.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] for who does not keep schools.
    pub async fn classes_to_name(&self, school: SchoolId) -> Result<(String, Vec<(Class, i32)>), Error> {
        self.require(Action::KeepSchool)?;
        let tx = self.read();
        let school = tx.visible::<school::Entity>().id(school).one(&tx).await?;
        let classes = tx.visible::<class::Entity>().and(class::Column::SchoolId.eq(school.id));
        let mut classes = classes.and(class::Column::State.eq("open")).all(&tx).await?;
        classes.sort_by_cached_key(in_order);
        Ok((school.name, classes.iter().map(|row| (class_of(row), row.version)).collect()))
    }
}

/// Names and grades of several classes of one school at once.
#[derive(Clone, Debug)]
pub struct NameClasses {
    /// The school.
    pub school: SchoolId,
    /// Each class, the version that was read, and what holds now.
    pub classes: Vec<(ClassId, i32, ClassDetails)>,
}

impl Act for NameClasses {
    const NAME: &'static str = "class.name_all";
    /// How many have changed.
    type Answer = u64;

    async fn run(&self, tx: &Tx) -> Result<u64, Error> {
        tx.require(Action::KeepSchool)?;
        let school = tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        let rows = tx.visible::<class::Entity>().and(class::Column::SchoolId.eq(school.id)).all(tx).await?;
        let mut open = Vec::new();
        for (id, version, details) in &self.classes {
            let before = rows.iter().find(|row| row.id == id.0).ok_or(Error::NotFound)?;
            if before.version != *version {
                return Err(Error::Stale);
            }
            let after = class::Model { name: details.name.clone(), grade: details.grade, ..before.clone() };
            if after != *before {
                open.push((before.clone(), after));
            }
        }
        let named = rename(tx, &rows, open).await?;
        back::keep(tx, school.id, &named).await?;
        Ok(named.len() as u64)
    }
}

/// Names these of the classes of a school anew, one after the other, and gives them as they were and as they are.
async fn rename(tx: &Tx, rows: &[class::Model], mut open: Vec<Renamed>) -> Result<Vec<Renamed>, Error> {
    apart(rows, &open)?;
    let mut done = Vec::with_capacity(open.len());
    let mut held: BTreeMap<Uuid, String> = rows.iter().map(|row| (row.id, row.name.clone())).collect();
    while !open.is_empty() {
        let is_free = |after: &class::Model| !held.iter().any(|(id, name)| *id != after.id && *name == after.name);
        // Names that go round in a ring are free for nobody.
        let next = open.iter().position(|(_, after)| is_free(after)).ok_or_else(|| clash(&open))?;
        let (before, after) = open.swap_remove(next);
        held.insert(after.id, after.name.clone());
        let after = tx.change::<class::Entity>(&before, after).await?;
        done.push((before, after));
    }
    Ok(done)
}

/// In the end no two classes are one, however their names are written.
fn apart(rows: &[class::Model], changed: &[Renamed]) -> Result<(), Error> {
    let mut seen = BTreeMap::new();
    for row in rows {
        let is_now = changed.iter().find(|(before, _)| before.id == row.id).map_or(row, |(_, after)| after);
        if seen.insert(class_name::key(&is_now.name), row.id).is_some() {
            return Err(Error::Refused(Refusal::new("class.names_clash").with("name", is_now.name.clone())));
        }
    }
    Ok(())
}

fn clash(open: &[Renamed]) -> Error {
    let name = open.first().map(|(_, after)| after.name.clone()).unwrap_or_default();
    Error::Refused(Refusal::new("class.names_clash").with("name", name))
}
