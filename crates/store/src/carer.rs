//! The carer's side of a weekend: she herself, in whatever role she works, and whoever lives in her home. What must not hang on
//! the carer's word alone is said by nobody of it (product.md rules 2, 3 and 15).

use std::collections::BTreeSet;

use naheya_domain::viewer::Place;
use uuid::Uuid;

use crate::Error;
use crate::grant::people_of;
use crate::household::{MEMBERS, date};
use crate::sealed::entity::{account, guardian, household_member, pair, stay, volunteer};
use crate::sealed::tx::Tx;

/// Homes that are looked through at once: of a longer list the act says whose they are.
const MOST_HOMES: usize = 500;

/// Somebody who signs in, as far as files tell who it is: an account itself has a name and a number, and no more.
#[derive(Debug, Default)]
pub(crate) struct Somebody {
    /// The files for which the account stands or stood.
    own: BTreeSet<Uuid>,
    /// The homes of the volunteers among them.
    homes: BTreeSet<Uuid>,
    /// Blind indexes of the numbers by which this person is called.
    phones: BTreeSet<Vec<u8>>,
    /// Blind indexes of the identity numbers.
    numbers: BTreeSet<Vec<u8>>,
}

impl Somebody {
    /// Whoever is at work; a task of the system is nobody.
    pub(crate) async fn at_work(tx: &Tx) -> Result<Somebody, Error> {
        if tx.is_system() {
            return Ok(Somebody::default());
        }
        let mut own = people_of(tx, tx.account()).await?;
        // A guardian who came by a link has no account.
        if let Place::Person(file) = tx.viewer().place {
            own.insert(file);
        }
        Somebody::known(tx, tx.account(), own).await
    }

    /// Whoever signs in to this account.
    pub(crate) async fn of(tx: &Tx, account: Uuid) -> Result<Somebody, Error> {
        Somebody::known(tx, account, people_of(tx, account).await?).await
    }

    async fn known(tx: &Tx, account: Uuid, own: BTreeSet<Uuid>) -> Result<Somebody, Error> {
        let carers = tx.for_rule::<volunteer::Entity>().among(own.iter().copied()).all(tx).await?;
        let family = tx.for_rule::<guardian::Entity>().among(own.iter().copied()).all(tx).await?;
        let signs_in = tx.common::<account::Entity>().id(account).first(tx).await?;
        let phones = carers.iter().map(|v| &v.phone_bi).chain(family.iter().map(|g| &g.phone_bi));
        let phones = phones.chain(signs_in.iter().map(|a| &a.phone_bi)).flatten().cloned().collect();
        let numbers = carers.iter().map(|v| &v.id_no_bi).chain(family.iter().map(|g| &g.id_no_bi));
        Ok(Somebody {
            homes: carers.iter().map(|v| v.household_id).collect(),
            numbers: numbers.flatten().cloned().collect(),
            phones,
            own,
        })
    }

    /// Whether no file could name this person.
    pub(crate) fn is_unknown(&self) -> bool {
        self.own.is_empty() && self.phones.is_empty()
    }

    /// Those of these volunteers who are this person, or with whom it lives.
    pub(crate) async fn carers_among(&self, tx: &Tx, carers: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>, Error> {
        let mut found: BTreeSet<Uuid> = self.own.intersection(carers).copied().collect();
        if self.is_unknown() {
            return Ok(found);
        }
        let theirs = tx.for_rule::<volunteer::Entity>().among(carers.iter().copied()).all(tx).await?;
        let homes = self.homes_among(tx, &theirs.iter().map(|carer| carer.household_id).collect()).await?;
        found.extend(theirs.iter().filter(|carer| homes.contains(&carer.household_id)).map(|carer| carer.id));
        Ok(found)
    }

    /// Those of these homes in which this person lives, or is a guest, by what the files of its people say: the same file, the
    /// same telephone or the same identity number. Whoever has moved out does not live there.
    pub(crate) async fn homes_among(&self, tx: &Tx, homes: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>, Error> {
        use household_member::Column as M;
        let mut found: BTreeSet<Uuid> = self.homes.intersection(homes).copied().collect();
        if self.is_unknown() || homes.len() > MOST_HOMES {
            return Ok(found);
        }
        let today = tx.now().date();
        let people = tx.for_rule::<household_member::Entity>().holding(M::HouseholdId, homes.iter().copied());
        for member in people.all(tx).await? {
            let has_gone = date(member.to_on.as_deref()).is_some_and(|to| to < today);
            if !has_gone && self.is_called(tx, &member)? {
                found.insert(member.household_id);
            }
        }
        Ok(found)
    }

    /// Whether this entry of a home is about this person.
    fn is_called(&self, tx: &Tx, member: &household_member::Model) -> Result<bool, Error> {
        if member.id_no_bi.as_ref().is_some_and(|number| self.numbers.contains(number)) {
            return Ok(true);
        }
        let phone = tx.open_some(MEMBERS, "phone_sealed", member.id, member.phone_sealed.as_ref())?;
        Ok(phone.is_some_and(|phone| self.phones.contains(&tx.ring().blind("phone", &phone))))
    }

    /// Those of these stays whose carer this person is, or lives with.
    pub(crate) async fn stays_among(&self, tx: &Tx, rows: &[stay::Model]) -> Result<BTreeSet<Uuid>, Error> {
        if self.is_unknown() {
            return Ok(BTreeSet::new());
        }
        let carers = tx.for_rule::<volunteer::Entity>().among(rows.iter().map(|row| row.volunteer_id)).all(tx).await?;
        // The home stands in the stay as well: she may have another one by now.
        let homes = carers.iter().map(|carer| carer.household_id).chain(rows.iter().map(|row| row.household_id));
        let homes = self.homes_among(tx, &homes.collect()).await?;
        let beside = carers.iter().filter(|carer| homes.contains(&carer.household_id)).map(|carer| carer.id);
        let beside: BTreeSet<Uuid> = beside.chain(self.own.iter().copied()).collect();
        let is_own = |row: &&stay::Model| beside.contains(&row.volunteer_id) || homes.contains(&row.household_id);
        Ok(rows.iter().filter(is_own).map(|row| row.id).collect())
    }
}

/// Who has or had a pair with these children, as (child, volunteer).
pub(crate) async fn pairs_of(
    tx: &Tx,
    children: impl IntoIterator<Item = Uuid> + Send,
) -> Result<Vec<(Uuid, Uuid)>, Error> {
    let pairs = tx.for_rule::<pair::Entity>().holding(pair::Column::ChildId, children);
    Ok(pairs.all(tx).await?.into_iter().map(|pair| (pair.child_id, pair.volunteer_id)).collect())
}

/// Whether the account at work is one of these volunteers, or lives with one of them.
pub(crate) async fn is_beside(tx: &Tx, carers: &BTreeSet<Uuid>) -> Result<bool, Error> {
    Ok(!Somebody::at_work(tx).await?.carers_among(tx, carers).await?.is_empty())
}

/// Whether the account at work is this volunteer, or lives with her.
pub(crate) async fn is_with(tx: &Tx, carer: Uuid) -> Result<bool, Error> {
    is_beside(tx, &BTreeSet::from([carer])).await
}

/// Whether the account at work lives in this home.
pub(crate) async fn lives_in(tx: &Tx, home: Uuid) -> Result<bool, Error> {
    Ok(!Somebody::at_work(tx).await?.homes_among(tx, &BTreeSet::from([home])).await?.is_empty())
}

/// Whether the account at work is the carer of this stay, or lives in the home it goes to.
pub(crate) async fn has_stay(tx: &Tx, row: &stay::Model) -> Result<bool, Error> {
    Ok(!Somebody::at_work(tx).await?.stays_among(tx, std::slice::from_ref(row)).await?.is_empty())
}

/// Refuses with `code` whoever is the carer of this stay, or lives in the home it goes to.
pub(crate) async fn not_own(tx: &Tx, row: &stay::Model, code: &'static str) -> Result<(), Error> {
    if has_stay(tx, row).await? { Err(Error::refused(code)) } else { Ok(()) }
}
