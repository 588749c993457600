//! Somebody in a home as lists read them: whose checks are asked for, and until when the person is there.

use std::collections::{HashMap, HashSet};

use jiff::ToSpan;
use naheya_domain::Date;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::is_grown_and_there;
use crate::Error;
use crate::sealed::entity::household_member;
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;

/// So many days before somebody comes, or comes of age, the query may be entered: a weekend asks for it on its first day.
const EARLY_DAYS: i32 = 92;

/// What a list reads of somebody in a home: no number, no phone.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    household_id: Uuid,
    pub(crate) name: String,
    birth_on: Option<String>,
    from_on: Option<String>,
    to_on: Option<String>,
}

impl Person {
    /// Those of some people who are in these homes, by home, each home's in the order of their ids.
    pub(crate) async fn by_home(
        people: Visible<household_member::Entity>,
        homes: &HashSet<Uuid>,
        tx: &Tx,
    ) -> Result<HashMap<Uuid, Vec<Person>>, Error> {
        use household_member::Column as M;
        let people = people.holding(M::HouseholdId, homes.iter().copied());
        let mut people: Vec<Person> =
            people.columns([M::Id, M::HouseholdId, M::Name, M::BirthOn, M::FromOn, M::ToOn], tx).await?;
        // Sorted here: SQLite would rather go through everybody of the county in that order than sort a hundred.
        people.sort_unstable_by_key(|person| person.id);
        let mut by_home: HashMap<Uuid, Vec<Person>> = HashMap::new();
        for person in people {
            by_home.entry(person.household_id).or_default().push(person);
        }
        Ok(by_home)
    }

    /// Whether the person is of age, or may be, and there on a day.
    pub(crate) fn is_adult_there(&self, on: Date) -> bool {
        is_grown_and_there(self.birth_on.as_deref(), (self.from_on.as_deref(), self.to_on.as_deref()), on, on)
    }

    /// Whether checks of the person are entered on a day: of a grown-up who is there, and of whoever will be one soon.
    pub(crate) fn is_asked_about(&self, on: Date) -> bool {
        let by = on.checked_add(EARLY_DAYS.days()).unwrap_or(on);
        is_grown_and_there(self.birth_on.as_deref(), (self.from_on.as_deref(), self.to_on.as_deref()), on, by)
    }
}
