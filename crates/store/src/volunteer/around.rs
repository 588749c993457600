//! What a list of volunteers says of their homes: how many children, and how the checks stand that rule 2 asks for.

use std::collections::{HashMap, HashSet};

use naheya_domain::Date;
use naheya_domain::check::{CheckKind, Standing, Subject};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::list::{Listed, NextCheck};
use crate::Error;
use crate::check::CheckBook;
use crate::household::is_grown_and_there;
use crate::sealed::entity::{household, household_member};
use crate::sealed::tx::Tx;

/// What rule 2 asks for before a weekend, besides the query of every adult.
const ASKED: [CheckKind; 4] = [CheckKind::HomeVisit, CheckKind::Training, CheckKind::Agreement, CheckKind::Insurance];

/// What lies around some volunteers: homes, people, checks. Read in three statements.
pub(super) struct Around {
    pub(super) homes: HashMap<Uuid, Home>,
    members: HashMap<Uuid, Vec<Person>>,
    book: CheckBook,
}

/// What a list shows of a home.
#[derive(Debug, FromQueryResult)]
pub(super) struct Home {
    id: Uuid,
    pub(super) town_code: Option<String>,
    pub(super) travel_minutes: i32,
    pub(super) capacity: i32,
}

/// Whose checks a list asks for.
#[derive(Debug, FromQueryResult)]
struct Person {
    id: Uuid,
    household_id: Uuid,
    name: String,
    birth_on: Option<String>,
    from_on: Option<String>,
    to_on: Option<String>,
}

impl Person {
    fn is_adult_there(&self, on: Date) -> bool {
        is_grown_and_there(self.birth_on.as_deref(), (self.from_on.as_deref(), self.to_on.as_deref()), on, on)
    }
}

impl Around {
    pub(super) async fn of(tx: &Tx, listed: &[Listed]) -> Result<Around, Error> {
        use household::Column as H;
        use household_member::Column as M;
        let ids: HashSet<Uuid> = listed.iter().map(|v| v.household_id).collect();
        let homes = tx.for_rule::<household::Entity>().among(ids.clone());
        let homes: Vec<Home> = homes.columns([H::Id, H::TownCode, H::TravelMinutes, H::Capacity], tx).await?;
        let people = tx.for_rule::<household_member::Entity>().and(M::HouseholdId.is_in(ids.clone())).by(M::Id);
        let people: Vec<Person> =
            people.columns([M::Id, M::HouseholdId, M::Name, M::BirthOn, M::FromOn, M::ToOn], tx).await?;
        let mut members: HashMap<Uuid, Vec<Person>> = HashMap::new();
        for person in people {
            members.entry(person.household_id).or_default().push(person);
        }
        let book = CheckBook::of_homes(tx, ids.into_iter().collect()).await?;
        Ok(Around { homes: homes.into_iter().map(|h| (h.id, h)).collect(), members, book })
    }

    /// Everything that rule 2 asks of this home, with whose it is when it is not her own.
    fn asked<'a>(&'a self, v: &'a Listed, today: Date) -> impl Iterator<Item = (CheckKind, Subject, Option<&'a str>)> {
        let own = ASKED.into_iter().map(move |kind| match kind {
            CheckKind::HomeVisit => (kind, Subject::Home(v.household_id), None),
            _ => (kind, Subject::Volunteer(v.id), None),
        });
        let adults = self.members.get(&v.household_id).into_iter().flatten();
        let adults = adults.filter(move |m| m.is_adult_there(today)).map(move |m| {
            let whose = (m.id != v.member_id).then_some(m.name.as_str());
            (CheckKind::NoOffence, Subject::Adult(m.id), whose)
        });
        own.chain(adults)
    }

    /// Whether everything that rule 2 asks of this home is valid.
    pub(super) fn is_in_order(&self, v: &Listed, today: Date) -> bool {
        self.asked(v, today).all(|(kind, subject, _)| self.book.standing(kind, subject, today).is_valid())
    }

    /// Whether something that rule 2 asks of this home is over.
    pub(super) fn is_over(&self, v: &Listed, today: Date) -> bool {
        let over = |standing| matches!(standing, Standing::Expired(_));
        self.asked(v, today).any(|(kind, subject, _)| over(self.book.standing(kind, subject, today)))
    }

    pub(super) fn first_ending(&self, v: &Listed, today: Date) -> Option<NextCheck> {
        self.asked(v, today)
            .filter_map(|(kind, subject, whose)| match self.book.standing(kind, subject, today) {
                Standing::Valid(Some(until)) | Standing::Expired(until) => {
                    Some(NextCheck { kind, whose: whose.map(str::to_owned), until: Some(until) })
                }
                Standing::Valid(None) | Standing::Missing | Standing::Due | Standing::Failed => None,
            })
            .min_by_key(|next| next.until)
    }

    /// Something not entered yet comes before anything that ends. A failure looks the same here.
    pub(super) fn next_check(&self, v: &Listed, today: Date) -> Option<NextCheck> {
        let open = self
            .asked(v, today)
            .find(|(kind, subject, _)| {
                let standing = self.book.standing(*kind, *subject, today).for_others();
                matches!(standing, Standing::Missing | Standing::Due)
            })
            .map(|(kind, _, whose)| NextCheck { kind, whose: whose.map(str::to_owned), until: None });
        open.or_else(|| self.first_ending(v, today))
    }
}
