//! Stays that no longer fit their school's calendar. Nothing is moved by itself: they are listed and
//! told to those who have to decide.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::Timestamp;
use naheya_domain::id::StayId;
use naheya_domain::stay::StayState;
use naheya_domain::weekend::{Calendar, Misfit};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::new_class::ask_new_teachers;
use super::{state, tell_carer, tell_role};
use crate::Error;
use crate::guardian::tell_guardians;
use crate::school::calendar;
use crate::sealed::entity::{child, school, stay, volunteer};
use crate::sealed::tx::Tx;

/// Stays looked at: more do not lie ahead of one county.
const MOST: u64 = 5_000;
/// Children asked about at once.
const AT_ONCE: usize = 500;
/// The letter that says from which school the child is fetched now.
const SCHOOL_CHANGED: &str = "stay.school_changed";

/// A stay that no longer fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedStay {
    /// Which.
    pub id: StayId,
    /// The child's name.
    pub child_name: String,
    /// The volunteer's name.
    pub volunteer_name: String,
    /// Begins.
    pub starts_at: Timestamp,
    /// Ends.
    pub ends_at: Timestamp,
    /// How far it is.
    pub state: StayState,
    /// What does not fit.
    pub misfit: Misfit,
}

/// Those of one school, or of all, for whoever sees them.
pub(crate) async fn moved(tx: &Tx, school: Option<Uuid>) -> Result<Vec<MovedStay>, Error> {
    let found = misfits(tx, school).await?;
    let (kids, carers): (Vec<Uuid>, Vec<Uuid>) = found.iter().map(|(s, _)| (s.child_id, s.volunteer_id)).unzip();
    let kids = tx.visible::<child::Entity>().among(kids).all(tx).await?;
    let carers = tx.visible::<volunteer::Entity>().among(carers).all(tx).await?;
    let line = |(row, misfit): (stay::Model, Misfit)| {
        let child = kids.iter().find(|c| c.id == row.child_id)?;
        Some(MovedStay {
            id: StayId(row.id),
            child_name: child.name.clone(),
            volunteer_name: carers
                .iter()
                .find(|v| v.id == row.volunteer_id)
                .map(|v| v.name.clone())
                .unwrap_or_default(),
            starts_at: Timestamp(row.starts_at),
            ends_at: Timestamp(row.ends_at),
            state: state(&row),
            misfit,
        })
    };
    Ok(found.into_iter().filter_map(line).collect())
}

async fn misfits(tx: &Tx, school: Option<Uuid>) -> Result<Vec<(stay::Model, Misfit)>, Error> {
    let mut here = Condition::any();
    if let Some(id) = school {
        here = here.add(stay::Column::StartSchoolId.eq(id)).add(stay::Column::EndSchoolId.eq(id));
    }
    let rows = tx
        .for_rule::<stay::Entity>()
        .and(stay::Column::State.is_in(["requested", "consented", "approved"]))
        .and(stay::Column::StartsAt.gt(tx.now().0))
        .and_if(school.map(|_| here))
        .by(stay::Column::StartsAt)
        .by(stay::Column::Id)
        .limit(MOST)
        .all(tx)
        .await?;
    let calendars = calendars(tx, &rows).await?;
    let judged = |row: stay::Model| {
        let of = row.start_school_id.or(row.end_school_id)?;
        let (first, last) = (Timestamp(row.starts_at).date(), Timestamp(row.ends_at).date());
        let (from_school, to_school) = (row.start_school_id.is_some(), row.end_school_id.is_some());
        let misfit = calendars.get(&of)?.against(first, last, from_school, to_school)?;
        Some((row, misfit))
    };
    Ok(rows.into_iter().filter_map(judged).collect())
}

async fn calendars(tx: &Tx, rows: &[stay::Model]) -> Result<BTreeMap<Uuid, Calendar>, Error> {
    let ids: BTreeSet<Uuid> = rows.iter().filter_map(|s| s.start_school_id.or(s.end_school_id)).collect();
    let schools = tx.for_rule::<school::Entity>().among(ids).all(tx).await?;
    let mut all = BTreeMap::new();
    for school in schools {
        all.insert(school.id, calendar(tx, Some(&school), tx.now().date()).await?);
    }
    Ok(all)
}

/// Children of whom the file says another school or another class than before.
#[derive(Default)]
pub(crate) struct Moves {
    schools: BTreeMap<Uuid, Uuid>,
    /// Children who are in another class.
    classes: BTreeSet<Uuid>,
    /// The classes that they are in now.
    into: BTreeSet<Uuid>,
}

impl Moves {
    /// Notes a file as it was and as it is.
    pub(crate) fn note(&mut self, before: &child::Model, after: &child::Model) {
        let school = after.school_id.filter(|new| before.school_id != Some(*new));
        self.schools.extend(school.map(|school| (after.id, school)));
        if before.class_id != after.class_id {
            self.classes.insert(after.id);
            self.into.extend(after.class_id);
        }
    }

    /// What is planned for these children goes along with them. An import that is taken back puts nobody into a class that was
    /// closed since.
    pub(crate) async fn follow(&self, tx: &Tx) -> Result<(), Error> {
        crate::school::all_open(tx, &self.into).await?;
        follow_schools(tx, &self.schools).await?;
        ask_new_teachers(tx, &self.classes).await.map(drop)
    }
}

/// The same stay of a child that is at this school now. Which school let a child go that is away is what happened.
pub(super) fn at_school(row: &stay::Model, school: Uuid) -> stay::Model {
    let mut moved = row.clone();
    moved.end_school_id = row.end_school_id.map(|_| school);
    if !state(row).is_away() {
        moved.start_school_id = row.start_school_id.map(|_| school);
    }
    moved
}

/// The weekends of children that have another school by now, as far as they are not over: the new school lets each child go and
/// gets it back. Whoever fetches it and its teacher of now are told, and the office where the new calendar does not fit. A weekend
/// that is off follows when it is taken up again.
pub(crate) async fn follow_schools(tx: &Tx, schools: &BTreeMap<Uuid, Uuid>) -> Result<(), Error> {
    use stay::Column as C;
    let (mut followed, mut calendars) = (BTreeSet::new(), BTreeSet::new());
    let children: Vec<Uuid> = schools.keys().copied().collect();
    for some in children.chunks(AT_ONCE) {
        let open = tx.for_rule::<stay::Entity>().holding(C::ChildId, some.iter().copied());
        let open = open.and(C::State.is_in(StayState::OPEN)).by(C::StartsAt).by(C::Id);
        for row in open.all(tx).await? {
            let Some(school) = schools.get(&row.child_id).copied() else { continue };
            let after = at_school(&row, school);
            if after == row {
                continue;
            }
            tx.change::<stay::Entity>(&row, after).await?;
            tell_carer(tx, SCHOOL_CHANGED, &row, tx.now().0).await?;
            tell_role(tx, SCHOOL_CHANGED, "class_teacher", row.id, tx.now().0);
            followed.insert(row.id);
            calendars.insert(school);
        }
    }
    for school in calendars {
        for (row, _) in misfits(tx, Some(school)).await?.into_iter().filter(|(row, _)| followed.contains(&row.id)) {
            tell_role(tx, "stay.calendar_moved", "coordinator", row.id, tx.now().0);
        }
    }
    Ok(())
}

/// What did not fit before a calendar was changed, so that afterwards only the newly affected are told.
pub(crate) struct Noted {
    school: Option<Uuid>,
    before: BTreeSet<Uuid>,
}

impl Noted {
    /// As it is before the change, in one school or all.
    pub(crate) async fn before(tx: &Tx, school: Option<Uuid>) -> Result<Noted, Error> {
        let before = misfits(tx, school).await?.into_iter().map(|(row, _)| row.id).collect();
        Ok(Noted { school, before })
    }

    /// Tells volunteer, guardians and office of each stay that does not fit since.
    pub(crate) async fn tell(self, tx: &Tx) -> Result<(), Error> {
        for (row, _) in misfits(tx, self.school).await? {
            if self.before.contains(&row.id) {
                continue;
            }
            tell_carer(tx, "stay.calendar_moved", &row, tx.now().0).await?;
            tell_guardians(tx, "stay.calendar_moved", row.child_id, ("stays", Some(row.id))).await?;
            tell_role(tx, "stay.calendar_moved", "coordinator", row.id, tx.now().0);
        }
        Ok(())
    }
}
