//! What a list of volunteers says of the checks of their homes that rule 2 asks for.

use std::collections::{HashMap, HashSet};

use naheya_domain::Date;
use naheya_domain::check::{About, CheckKind, Standing, Subject};
use uuid::Uuid;

use super::list::{Listed, NextCheck};
use crate::Error;
use crate::check::CheckBook;
use crate::household::Person;
use crate::sealed::tx::Tx;

/// What rule 2 asks for before a weekend: of the home and of her, and the query of every adult.
const BEFORE_A_WEEKEND: [CheckKind; 5] =
    [CheckKind::HomeVisit, CheckKind::Training, CheckKind::Agreement, CheckKind::Insurance, CheckKind::NoOffence];

/// What lies around some volunteers: the people of their homes, the checks that rule 2 asks for. Read in two statements.
pub(super) struct Around {
    people: HashMap<Uuid, Vec<Person>>,
    book: CheckBook,
}

impl Around {
    pub(super) async fn of(tx: &Tx, listed: &[Listed]) -> Result<Around, Error> {
        let ids: HashSet<Uuid> = listed.iter().map(|v| v.household_id).collect();
        let people = Person::by_home(tx.for_rule(), &ids, tx).await?;
        let book = CheckBook::standings(tx, ids, &BEFORE_A_WEEKEND).await?;
        Ok(Around { people, book })
    }

    /// Everything that rule 2 asks of this home, with whose it is when it is not her own.
    fn asked<'a>(&'a self, v: &'a Listed, today: Date) -> impl Iterator<Item = (CheckKind, Subject, Option<&'a str>)> {
        let own = BEFORE_A_WEEKEND.into_iter().filter_map(move |kind| match kind.about() {
            About::Home => Some((kind, Subject::Home(v.household_id), None)),
            About::Volunteer => Some((kind, Subject::Volunteer(v.id), None)),
            About::Adult => None,
        });
        let adults = self.people.get(&v.household_id).into_iter().flatten();
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
