//! Schools and classes.

use naheya_domain::access::Action;
use naheya_domain::class_name;
use naheya_domain::id::{ClassId, SchoolId};
use naheya_domain::name_order::{NameOrder, by_sound};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{class, school};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::search::{self, Kind};
use crate::{Desk, Error};

mod calendar;
mod class_file;
mod closing;
mod day;
mod gate;
mod leaving;
mod merging;
mod move_up;
mod term;

pub use calendar::{ChangeSchool, DropDuty, DropSchoolDay, Duty, SchoolDay, SchoolFile, SetDuty, SetSchoolDay};
pub use class_file::{ChangeClass, ClassFile, MoveTeacher};
pub use closing::{CloseClass, ReopenClass, Ungraded};
pub(crate) use closing::{all_open, is_closed, still_open};
pub(crate) use day::calendar;
pub(crate) use gate::hand_on_days;
pub use leaving::{ClassAlone, DutyAlone, Leaving};
pub use merging::{CloseSchool, MoveClass, ReopenSchool};
pub use move_up::{NameClasses, NameClassesBack};
pub use term::{AddTerm, ChangeRhythm, DropTerm, SchoolCalendar, SchoolTerm};
pub(crate) use term::{terms, weekends};

/// A school as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Which one.
    pub id: SchoolId,
    /// Name.
    pub name: String,
    /// When children are released on Fridays, `HH:MM`.
    pub release_at: String,
    /// Until when they are back on Sundays, `HH:MM`.
    pub return_at: String,
    /// Its classes, by grade and name.
    pub classes: Vec<Class>,
}

/// A class as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Which one.
    pub id: ClassId,
    /// Name.
    pub name: String,
    /// Grade, 1 to 12.
    pub grade: Option<i32>,
}

impl Desk {
    /// The county's open schools, by name: what a filter offers.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn school_names(&self) -> Result<Vec<(SchoolId, String)>, Error> {
        let names = async {
            let tx = self.read();
            let open = tx.visible::<school::Entity>().and(school::Column::State.eq("open"));
            let mut rows: Vec<Named> = open.columns([school::Column::Id, school::Column::Name], &tx).await?;
            rows.sort_by_cached_key(|row| by_sound(&row.name));
            Ok(rows.into_iter().map(|row| (SchoolId(row.id), row.name)).collect())
        };
        self.remembered("school.names", String::new(), names).await
    }

    /// Of these classes, the open ones of open schools, each with the names of its school and its own.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn class_names(&self, classes: Vec<ClassId>) -> Result<Vec<(ClassId, String, String)>, Error> {
        use {class::Column as C, school::Column as S};
        let tx = self.read();
        let schools = tx.visible::<school::Entity>().and(S::State.eq("open"));
        let open = tx.visible::<class::Entity>().and(C::State.eq("open")).among(classes);
        let open = open.beside(schools, [S::Id, S::Name], same(S::Id, C::SchoolId));
        let picked = vec![(at(C::Id), "id"), (at(C::Name), "name"), (at(S::Name), "school")];
        let rows: Vec<Titled> = open.pick(picked, &tx).await?;
        Ok(rows.into_iter().filter_map(|row| Some((ClassId(row.id), row.school?, row.name))).collect())
    }

    /// The county's open schools with their classes, by name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn schools(&self) -> Result<Vec<School>, Error> {
        self.schools_beside(None, None).await
    }

    /// The same with the school and the class in which a child is, though they be closed: its file keeps them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn schools_beside(&self, own: Option<SchoolId>, within: Option<ClassId>) -> Result<Vec<School>, Error> {
        use {class::Column as C, school::Column as S};
        let tx = self.read();
        let open = Condition::any().add(S::State.eq("open")).add_option(own.map(|own| S::Id.eq(own.0)));
        let mut schools = tx.visible::<school::Entity>().and(open).all(&tx).await?;
        schools.sort_by_cached_key(|school| by_sound(&school.name));
        let open = Condition::any().add(C::State.eq("open")).add_option(within.map(|within| C::Id.eq(within.0)));
        let mut classes = tx.visible::<class::Entity>().and(open).all(&tx).await?;
        classes.sort_by_cached_key(in_order);
        Ok(schools.into_iter().map(|s| with_classes(s, &classes)).collect())
    }

    /// The same for a file. Who took it out is kept in the trail first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn schools_out(&self) -> Result<Vec<School>, Error> {
        self.require(Action::Export)?;
        let schools = self.schools().await?;
        self.looked("schools", schools.iter().map(|school| school.id.0).collect(), "export", None).await?;
        Ok(schools)
    }
}

#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

#[derive(Debug, FromQueryResult)]
struct Titled {
    id: Uuid,
    name: String,
    school: Option<String>,
}

fn with_classes(school: school::Model, classes: &[class::Model]) -> School {
    School {
        id: SchoolId(school.id),
        classes: classes.iter().filter(|c| c.school_id == school.id).map(class_of).collect(),
        name: school.name,
        release_at: school.release_at,
        return_at: school.return_at,
    }
}

/// Where a class stands among those of its school.
fn in_order(class: &class::Model) -> (Option<i32>, NameOrder) {
    (class.grade, by_sound(&class.name))
}

fn class_of(class: &class::Model) -> Class {
    Class { id: ClassId(class.id), name: class.name.clone(), grade: class.grade }
}

/// A new school. The name is unique in the county.
#[derive(Clone, Debug)]
pub struct AddSchool {
    /// Name, 2 to 60 characters.
    pub name: String,
    /// Town code.
    pub town_code: Option<String>,
    /// Friday release, `HH:MM`.
    pub release_at: String,
    /// Sunday return, `HH:MM`.
    pub return_at: String,
}

impl Act for AddSchool {
    const NAME: &'static str = "school.add";
    type Answer = SchoolId;

    async fn run(&self, tx: &Tx) -> Result<SchoolId, Error> {
        tx.require(Action::KeepSchool)?;
        if let Some(same) = tx.for_rule::<school::Entity>().and(school::Column::Name.eq(&*self.name)).first(tx).await? {
            let code = if same.state == closing::CLOSED { "school.exists_closed" } else { "school.exists" };
            return Err(Error::field("name", code));
        }
        let id = Uuid::now_v7();
        tx.insert::<school::Entity>(school::Model {
            area_id: tx.area_id(),
            id,
            name: self.name.clone(),
            town_code: self.town_code.clone(),
            rhythm: "weekly".into(),
            rhythm_anchor: None,
            release_at: self.release_at.clone(),
            return_at: self.return_at.clone(),
            phone_sealed: None,
            state: "open".into(),
            version: 1,
        })
        .await?;
        search::index(tx, Kind::School, id, &[&self.name]).await?;
        Ok(SchoolId(id))
    }
}

/// A new class of a school.
#[derive(Clone, Debug)]
pub struct AddClass {
    /// Its school.
    pub school: SchoolId,
    /// Name, unique in the school.
    pub name: String,
    /// Grade, 1 to 12.
    pub grade: Option<i32>,
}

impl Act for AddClass {
    const NAME: &'static str = "class.add";
    type Answer = ClassId;

    async fn run(&self, tx: &Tx) -> Result<ClassId, Error> {
        tx.require(Action::KeepSchool)?;
        let school = tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        if school.state == closing::CLOSED {
            return Err(Error::refused("school.closed"));
        }
        new_name(tx, school.id, None, &self.name).await?;
        let id = Uuid::now_v7();
        tx.insert::<class::Entity>(class::Model {
            area_id: tx.area_id(),
            id,
            school_id: school.id,
            name: self.name.clone(),
            grade: self.grade,
            state: "open".into(),
            version: 1,
        })
        .await?;
        Ok(ClassId(id))
    }
}

/// That no other class of the school has this name, written this way or another.
async fn new_name(tx: &Tx, school: Uuid, own: Option<Uuid>, name: &str) -> Result<(), Error> {
    let classes = tx.for_rule::<class::Entity>().and(class::Column::SchoolId.eq(school)).all(tx).await?;
    let others: Vec<class::Model> = classes.into_iter().filter(|other| Some(other.id) != own).collect();
    let key = class_name::key(name);
    if others.iter().any(|other| other.state == closing::CLOSED && class_name::key(&other.name) == key) {
        return Err(Error::field("name", "class.exists_closed"));
    }
    if others.iter().any(|other| other.name == name) {
        return Err(Error::field("name", "class.exists"));
    }
    if others.iter().any(|other| class_name::key(&other.name) == key) {
        return Err(Error::field("name", "class.alike"));
    }
    Ok(())
}
