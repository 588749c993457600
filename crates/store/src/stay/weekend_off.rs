//! A weekend called off for everybody, for one school or for one volunteer: snow, a closed road, a cold going round, she is ill.
//! Who has gone already is where it is and comes back as agreed; nobody else goes, and whoever counted on it is told.

use std::collections::BTreeMap;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::{SchoolId, StayId, VolunteerId};
use naheya_domain::name_order::by_sound;
use naheya_domain::stay::StayState;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::decide::reason;
use super::{Why, off};
use crate::sealed::act::Act;
use crate::sealed::entity::{school, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error};

/// Called off in one act: nobody waits long for a save meanwhile. Where there are more, the act is given again.
pub(super) const MOST: u64 = 1_000;
/// States in which nobody has gone yet.
const PLANNED: [StayState; 3] = [StayState::Requested, StayState::Consented, StayState::Approved];

/// Stays that have not begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// Somebody said yes.
    pub approved: i64,
    /// Not decided yet.
    pub waiting: i64,
}

impl Planned {
    /// All of them.
    #[must_use]
    pub fn all(self) -> i64 {
        self.approved + self.waiting
    }
}

/// Whose weekends are called off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// The whole county's, also of those who begin and end at home.
    #[default]
    Everybody,
    /// Of the children of one school.
    School(SchoolId),
    /// Those that one volunteer was going to have.
    Volunteer(VolunteerId),
}

/// What of a weekend could be called off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekendOff {
    /// The volunteer, when only hers were asked for.
    pub volunteer: Option<String>,
    /// All that was asked for.
    pub all: Planned,
    /// By the school that lets the child go, or gets it back where it begins at home; by name.
    pub schools: Vec<(SchoolId, String, Planned)>,
    /// Children who are on the way or at a home by now.
    pub away: i64,
}

#[derive(FromQueryResult)]
struct Counted {
    start_school_id: Option<Uuid>,
    end_school_id: Option<Uuid>,
    state: String,
    n: i64,
}

impl Desk {
    /// What of the stays of `whose` that begin from `from` until `to`, and are not over, could be called off.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`] when no such volunteer is visible, [`Error::Database`].
    pub async fn weekend_off(&self, from: Timestamp, to: Timestamp, whose: Whose) -> Result<WeekendOff, Error> {
        use stay::Column as C;
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let n = (Expr::col(C::Id).count(), "n");
        let group = [C::StartSchoolId, C::EndSchoolId, C::State];
        let asked = beginning(&tx, from, to).and_if(whose.condition());
        let rows: Vec<Counted> = asked.grouped(&group, vec![n], &tx).await?;
        let (mut off, mut schools) = (WeekendOff::default(), BTreeMap::<Uuid, Planned>::new());
        if let Whose::Volunteer(id) = whose {
            off.volunteer = Some(tx.visible::<volunteer::Entity>().id(id).one(&tx).await?.name);
        }
        for row in rows {
            let Some(state) = StayState::parse(&row.state) else { continue };
            if state.is_away() {
                off.away += row.n;
            }
            off.all.count(state, row.n);
            if let Some(school) = row.start_school_id.or(row.end_school_id) {
                schools.entry(school).or_default().count(state, row.n);
            }
        }
        schools.retain(|_, planned| planned.all() > 0);
        let named = tx.visible::<school::Entity>().among(schools.keys().copied()).all(&tx).await?;
        let of = |row: school::Model| Some((SchoolId(row.id), row.name, schools.get(&row.id).copied()?));
        off.schools = named.into_iter().filter_map(of).collect();
        off.schools.sort_by_cached_key(|(_, name, _)| by_sound(name));
        Ok(off)
    }
}

impl Planned {
    fn count(&mut self, state: StayState, n: i64) {
        match state {
            StayState::Approved => self.approved += n,
            state if PLANNED.contains(&state) => self.waiting += n,
            _ => {}
        }
    }
}

/// Stays that begin in these days and are not over.
fn beginning(tx: &Tx, from: Timestamp, to: Timestamp) -> Visible<stay::Entity> {
    use stay::Column as C;
    let days = Condition::all().add(C::StartsAt.gte(from.0)).add(C::StartsAt.lt(to.0));
    tx.visible::<stay::Entity>().and(days.add(C::EndsAt.gt(tx.now().0)))
}

/// The office calls off what of a weekend has not begun.
#[derive(Clone, Debug)]
pub struct CallOffWeekend {
    /// They begin from this instant …
    pub from: Timestamp,
    /// … and before this one.
    pub to: Timestamp,
    /// Whose they are.
    pub whose: Whose,
    /// Why, up to 300 characters: the home reads it.
    pub reason: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalledOff {
    /// How many are off.
    pub done: u64,
    /// How many still stand, because there were too many for one act.
    pub left: u64,
    /// One of those that are off: by it all of them come back ([`super::RestoreStays`]).
    pub one: Option<StayId>,
}

impl Act for CallOffWeekend {
    const NAME: &'static str = "stay.call_off";
    type Answer = CalledOff;

    async fn run(&self, tx: &Tx) -> Result<CalledOff, Error> {
        tx.require(Action::ApproveStay)?;
        let words = reason(&self.reason, 300, "reason")?;
        let rows = self.standing(tx).by(stay::Column::StartsAt).by(stay::Column::Id).limit(MOST).all(tx).await?;
        if rows.is_empty() {
            return Err(Error::refused("stay.none_to_call_off"));
        }
        for row in &rows {
            // The office knows: a letter of each would use up the messages that somebody else needs.
            off(tx, row, Why::Words(words)).await?;
        }
        let done = rows.len() as u64;
        let left = if done < MOST { 0 } else { self.standing(tx).count(tx).await? };
        Ok(CalledOff { done, left, one: rows.first().map(|row| StayId(row.id)) })
    }
}

impl CallOffWeekend {
    fn standing(&self, tx: &Tx) -> Visible<stay::Entity> {
        use stay::Column as C;
        let planned = C::State.is_in(PLANNED.map(StayState::code));
        beginning(tx, self.from, self.to).and(planned).and_if(self.whose.condition())
    }
}

impl Whose {
    fn condition(self) -> Option<Condition> {
        match self {
            Whose::Everybody => None,
            Whose::School(id) => Some(of_school(id)),
            Whose::Volunteer(id) => Some(Condition::all().add(stay::Column::VolunteerId.eq(id.0))),
        }
    }
}

/// Let go by this school, or brought there from home.
fn of_school(id: SchoolId) -> Condition {
    use stay::Column as C;
    let brought = Condition::all().add(C::StartSchoolId.is_null()).add(C::EndSchoolId.eq(id.0));
    Condition::any().add(C::StartSchoolId.eq(id.0)).add(brought)
}
