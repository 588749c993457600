//! Teachers whose role ends by its last day, with nobody's doing on that day: which classes have nobody from then on, and which days
//! at a gate somebody else has to take. The office reads it before it happens, and goes on reading it for as long afterwards. So it
//! does of a class whose teacher was moved to another or whose role was taken back: in a new school year many move on one day.

use std::collections::BTreeMap;

use jiff::ToSpan;
use naheya_domain::access::Action;
use naheya_domain::charge::{self, Days};
use naheya_domain::id::{ClassId, SchoolId};
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use crate::household::date;
use crate::sealed::entity::{account, child, class, duty, grant, school};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Days before, and after, the last day of a role in which it is told of.
const DAYS: i64 = 14;

/// A class that has no teacher from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassAlone {
    /// Which.
    pub class: ClassId,
    /// Its name.
    pub name: String,
    /// Its school's name.
    pub school: String,
    /// Who teaches it last.
    pub teachers: Vec<String>,
    /// The first day on which nobody does.
    pub from: Date,
    /// How many children of the programme are in it.
    pub children: u64,
}

/// Days at a school's gate of somebody who teaches there no more by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyAlone {
    /// The school.
    pub school: SchoolId,
    /// Its name.
    pub school_name: String,
    /// Who stands in the list.
    pub teacher: String,
    /// The first of these days.
    pub first: Date,
    /// How many there are.
    pub days: usize,
}

/// What teachers leave behind whose role ends by its last day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaving {
    /// Classes without anybody, the next first.
    pub classes: Vec<ClassAlone>,
    /// Days at a gate, the next first.
    pub duties: Vec<DutyAlone>,
}

#[derive(Debug, FromQueryResult)]
struct InClass {
    class_id: Option<Uuid>,
    n: i64,
}

/// Who teaches a class from when to when. Whom a concern has suspended counts like anybody: nobody learns of it here.
#[derive(Clone, Debug)]
pub(super) struct Teaches {
    pub(super) account: Uuid,
    class: Uuid,
    from: Date,
    to: Option<Date>,
}

impl Teaches {
    fn of(row: &grant::Model) -> Option<Teaches> {
        let Some(Place::Class(class)) = Place::parse(&row.place_kind, &row.place_ref) else { return None };
        let (from, to) = (date(Some(row.from_on.as_str()))?, date(row.to_on.as_deref()));
        Some(Teaches { account: row.account_id, class, from, to })
    }

    pub(super) fn holds(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| to >= day)
    }
}

impl Desk {
    /// Classes without a teacher within the next fourteen days, or since the last fourteen, and days at a gate that nobody is left
    /// to take of teachers whose role ends by its last day.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep schools.
    pub async fn teachers_leaving(&self) -> Result<Leaving, Error> {
        self.require(Action::KeepSchool)?;
        self.remembered("teachers.leaving", String::new(), self.read_leaving()).await
    }

    async fn read_leaving(&self) -> Result<Leaving, Error> {
        let tx = self.read();
        let (ending, gone) = (ending(&tx).await?, gone(&tx).await?);
        if ending.is_empty() && gone.is_empty() {
            return Ok(Leaving::default());
        }
        let left = ending.iter().chain(&gone).map(|one| one.class);
        let left = tx.visible::<class::Entity>().among(left).all(&tx).await?;
        let schools = tx.visible::<school::Entity>().among(left.iter().map(|row| row.school_id)).all(&tx).await?;
        let schools: BTreeMap<Uuid, String> = schools.into_iter().map(|row| (row.id, row.name)).collect();
        let all =
            tx.visible::<class::Entity>().holding(class::Column::SchoolId, schools.keys().copied()).all(&tx).await?;
        let mut held = held(&tx, &all).await?;
        held.extend(gone);
        let people = tx.common::<account::Entity>().among(held.iter().map(|one| one.account)).all(&tx).await?;
        let people: BTreeMap<Uuid, String> = people.into_iter().map(|row| (row.id, row.display_name)).collect();
        let known = Known { schools, all, held, people };
        Ok(Leaving { classes: known.classes(&tx, &left).await?, duties: known.duties(&tx, &ending).await? })
    }
}

fn days_from(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

/// The roles of class teachers that end about now by their last day.
async fn ending(tx: &Tx) -> Result<Vec<Teaches>, Error> {
    use grant::Column as G;
    let today = tx.now().date();
    let rows = tx
        .common::<grant::Entity>()
        .and(G::AreaId.eq(tx.area_id()))
        .and(G::Role.eq(Role::ClassTeacher.code()))
        .and(G::PlaceKind.eq(Place::Class(Uuid::nil()).kind()))
        .and(G::EndedAt.is_null())
        .and(G::ToOn.gte(days_from(today, -DAYS).to_string()))
        .and(G::ToOn.lt(days_from(today, DAYS).to_string()));
    Ok(rows.all(tx).await?.iter().filter_map(Teaches::of).collect())
}

/// Whoever has left a class in the last days by somebody's doing, as if the day before had been the last.
async fn gone(tx: &Tx) -> Result<Vec<Teaches>, Error> {
    use grant::Column as G;
    let since = tx.now().plus_minutes(-DAYS * 24 * 60);
    let rows = tx
        .common::<grant::Entity>()
        .and(G::AreaId.eq(tx.area_id()))
        .and(G::Role.eq(Role::ClassTeacher.code()))
        .and(G::PlaceKind.eq(Place::Class(Uuid::nil()).kind()))
        .and(G::EndedAt.gte(since.0));
    let left = |row: &grant::Model| {
        let (teaches, last) = (Teaches::of(row)?, Timestamp(row.ended_at?).date().yesterday().ok()?);
        Some(Teaches { to: Some(teaches.to.map_or(last, |to| to.min(last))), ..teaches })
    };
    Ok(rows.all(tx).await?.iter().filter_map(left).collect())
}

/// Who teaches these classes, has taught them or is to teach them.
pub(super) async fn held(tx: &Tx, classes: &[class::Model]) -> Result<Vec<Teaches>, Error> {
    use grant::Column as G;
    let rows = tx
        .common::<grant::Entity>()
        .and(G::AreaId.eq(tx.area_id()))
        .and(G::Role.eq(Role::ClassTeacher.code()))
        .and(G::PlaceRef.is_in(classes.iter().map(|class| class.id.to_string())))
        .and(G::EndedAt.is_null());
    Ok(rows.all(tx).await?.iter().filter_map(Teaches::of).collect())
}

/// The first day on which nobody teaches the class of these roles; none where somebody stays.
fn first_day_without(held: &[&Teaches], today: Date) -> Option<Date> {
    let days: Vec<Days> = held.iter().map(|one| Days { from: one.from, to: one.to }).collect();
    charge::first_day_without(&days, today)
}

/// What is read of the schools at which somebody leaves.
struct Known {
    schools: BTreeMap<Uuid, String>,
    all: Vec<class::Model>,
    held: Vec<Teaches>,
    people: BTreeMap<Uuid, String>,
}

impl Known {
    fn name(&self, account: Uuid) -> String {
        self.people.get(&account).cloned().unwrap_or_default()
    }

    fn school(&self, id: Uuid) -> String {
        self.schools.get(&id).cloned().unwrap_or_default()
    }

    /// Open classes with children in them; of an empty one nobody has to know.
    async fn classes(&self, tx: &Tx, left: &[class::Model]) -> Result<Vec<ClassAlone>, Error> {
        use child::Column as C;
        let today = tx.now().date();
        let counts: Vec<InClass> = tx
            .visible::<child::Entity>()
            .holding(C::ClassId, left.iter().map(|row| row.id))
            .and(C::State.is_in(["applying", "enrolled", "paused"]))
            .grouped(&[C::ClassId], vec![(C::Id.count(), "n")], tx)
            .await?;
        let line = |row: &class::Model| {
            let held: Vec<&Teaches> = self.held.iter().filter(|one| one.class == row.id).collect();
            let from = first_day_without(&held, today).filter(|from| *from <= days_from(today, DAYS))?;
            let last = from.yesterday().ok()?;
            let teachers = held.iter().filter(|one| one.to == Some(last)).map(|one| self.name(one.account));
            let inside = counts.iter().find(|count| count.class_id == Some(row.id))?;
            Some(ClassAlone {
                class: ClassId(row.id),
                name: row.name.clone(),
                school: self.school(row.school_id),
                teachers: teachers.collect(),
                from,
                children: u64::try_from(inside.n).unwrap_or(0),
            })
        };
        let mut lines: Vec<ClassAlone> = left.iter().filter(|row| row.state == "open").filter_map(line).collect();
        lines.sort_by_key(|line| (line.from, line.class));
        Ok(lines)
    }

    /// Where somebody teaches no class of the school after that day, and stands in the list of its gate.
    async fn duties(&self, tx: &Tx, ending: &[Teaches]) -> Result<Vec<DutyAlone>, Error> {
        use duty::Column as D;
        let today = tx.now().date().to_string();
        let accounts = ending.iter().map(|one| one.account);
        let rows = tx.visible::<duty::Entity>().holding(D::SchoolId, self.schools.keys().copied());
        let rows = rows.and(D::AccountId.is_in(accounts)).and(D::OnDate.gte(today)).by(D::OnDate).all(tx).await?;
        let mut lines: BTreeMap<(Uuid, Uuid), DutyAlone> = BTreeMap::new();
        for row in rows {
            let Some(on) = date(Some(row.on_date.as_str())) else { continue };
            let here = |one: &&Teaches| self.all.iter().any(|c| c.id == one.class && c.school_id == row.school_id);
            let mut own = self.held.iter().filter(|one| one.account == row.account_id).filter(here);
            if own.any(|one| one.to.is_none_or(|to| to >= on)) {
                continue;
            }
            let line = lines.entry((row.school_id, row.account_id)).or_insert_with(|| DutyAlone {
                school: SchoolId(row.school_id),
                school_name: self.school(row.school_id),
                teacher: self.name(row.account_id),
                first: on,
                days: 0,
            });
            line.days += 1;
        }
        let mut lines: Vec<DutyAlone> = lines.into_values().collect();
        lines.sort_by_key(|line| (line.first, line.school));
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    fn teaches(from: Date, to: Option<Date>) -> Teaches {
        Teaches { account: Uuid::nil(), class: Uuid::nil(), from, to }
    }

    #[test]
    fn a_class_is_alone_from_the_day_after_the_last_who_follows_without_a_gap() {
        let (start, today) = (day(2026, 9, 1), day(2026, 11, 20));
        let one = teaches(start, Some(day(2026, 11, 25)));
        let next = teaches(day(2026, 11, 26), Some(day(2026, 11, 30)));
        let late = teaches(day(2026, 12, 2), None);
        let stays = teaches(start, None);
        assert_eq!(first_day_without(&[&one], today), Some(day(2026, 11, 26)));
        assert_eq!(first_day_without(&[&one, &next], today), Some(day(2026, 12, 1)));
        assert_eq!(first_day_without(&[&one, &next, &late], today), Some(day(2026, 12, 1)), "a day between");
        assert_eq!(first_day_without(&[&one, &stays], today), None);
        assert_eq!(first_day_without(&[&one], day(2026, 11, 28)), Some(day(2026, 11, 26)), "it has happened");
        assert_eq!(first_day_without(&[&stays], day(2026, 8, 1)), None, "nobody has gone");
    }
}
