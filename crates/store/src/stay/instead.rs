//! Who speaks for a child where whoever is at work may not, because it goes to her own home; and the school's yes, written down
//! by the office where every teacher of the class is of that home.

use std::collections::BTreeSet;

use naheya_domain::Role;
use naheya_domain::access::Action;
use naheya_domain::id::StayId;
use naheya_domain::name_order::by_sound;
use naheya_domain::viewer::Place;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::decide::{is_turned_down, keep_word, may_have_word, reason, told_of_yes};
use super::seen;
use crate::account::let_in;
use crate::carer::{Somebody, not_own};
use crate::grant::holders;
use crate::sealed::act::Act;
use crate::sealed::desk::viewer_of;
use crate::sealed::entity::{account, child, grant, stay};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// So many people are looked at before some are named.
const ASKED: usize = 20;
/// So many are named.
const NAMED: usize = 3;

/// Whom to ask instead, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instead {
    /// At the school: whoever has all of it, as on duty today, and other teachers of the class.
    pub school: Vec<String>,
    /// The coordinators; where there is none, the leaders.
    pub office: Vec<String>,
}

impl Desk {
    /// Who may let these children go and receive them, beside the reader: nobody of the home that they go to.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who hands over no child; [`Error::Database`].
    pub async fn instead(&self, stays: &[StayId]) -> Result<Instead, Error> {
        self.require(Action::HandOver)?;
        if stays.is_empty() {
            return Ok(Instead::default());
        }
        let tx = self.read();
        let rows = tx.visible::<stay::Entity>().among(stays.iter().map(|stay| stay.0)).all(&tx).await?;
        let mut office = Vec::new();
        for role in [Role::Coordinator, Role::Leader] {
            if office.is_empty() {
                office = names(&tx, free(&tx, holders(&tx, &[role]).await?, &rows).await?).await?;
            }
        }
        let school = names(&tx, free(&tx, at_school(&tx, &rows).await?, &rows).await?).await?;
        Ok(Instead { school, office })
    }

    /// Whether nobody at the school may say the teacher's word on this stay, because everybody who could is of the home that
    /// the child goes to: then the office writes it down ([`EndorseForSchool`]).
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Database`].
    pub async fn speaks_for_school(&self, stay: StayId) -> Result<bool, Error> {
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let row = seen(&tx, stay).await?;
        is_without_teacher(&tx, &row).await
    }
}

/// Whoever may hand over the children of these stays at school now.
async fn at_school(tx: &Tx, rows: &[stay::Model]) -> Result<BTreeSet<Uuid>, Error> {
    let children = tx.for_rule::<child::Entity>().among(rows.iter().map(|row| row.child_id)).all(tx).await?;
    let schools = children.iter().filter_map(|child| child.school_id).map(Place::School);
    let classes = children.iter().filter_map(|child| child.class_id).map(Place::Class);
    let places: Vec<String> = schools.chain(classes).map(|place| place.reference()).collect();
    let held = tx
        .common::<grant::Entity>()
        .and(grant::Column::AreaId.eq(tx.area_id()))
        .and(grant::Column::Role.eq(Role::ClassTeacher.code()))
        .and(grant::Column::PlaceRef.is_in(places))
        .all(tx)
        .await?;
    Ok(held.iter().filter_map(|row| viewer_of(row, tx.now())).map(|viewer| viewer.account.0).collect())
}

/// Those of these accounts that are not of a home to which one of the stays goes.
async fn free(tx: &Tx, accounts: BTreeSet<Uuid>, rows: &[stay::Model]) -> Result<BTreeSet<Uuid>, Error> {
    let mut free = BTreeSet::new();
    for one in accounts.into_iter().filter(|one| *one != tx.account()).take(ASKED) {
        if Somebody::of(tx, one).await?.stays_among(tx, rows).await?.is_empty() {
            free.insert(one);
        }
    }
    Ok(free)
}

/// The names of those who can sign in.
async fn names(tx: &Tx, accounts: BTreeSet<Uuid>) -> Result<Vec<String>, Error> {
    let people = tx.common::<account::Entity>().among(let_in(tx, accounts).await?).all(tx).await?;
    let mut names: Vec<String> = people.into_iter().map(|person| person.display_name).collect();
    names.sort_by_cached_key(|name| by_sound(name));
    names.dedup();
    names.truncate(NAMED);
    Ok(names)
}

/// Whether a teacher who could say something to this stay is of its home, and nobody else there can sign in.
async fn is_without_teacher(tx: &Tx, row: &stay::Model) -> Result<bool, Error> {
    let there = at_school(tx, std::slice::from_ref(row)).await?;
    let mut others = BTreeSet::new();
    for one in &there {
        if Somebody::of(tx, *one).await?.stays_among(tx, std::slice::from_ref(row)).await?.is_empty() {
            others.insert(*one);
        }
    }
    Ok(others.len() < there.len() && let_in(tx, others).await?.is_empty())
}

/// The school's yes, said on the phone by somebody there and written down by the office: only where every teacher of the class
/// is of the home that the child goes to, and nobody has the whole school today. A no that stands in the way of other requests
/// becomes a yes by it too, as by a teacher's own ([`super::EndorseStay`]).
#[derive(Clone, Debug)]
pub struct EndorseForSchool {
    /// Which stay.
    pub stay: StayId,
    /// Who of the school said yes, and how it was asked; 1 to 300 characters, sealed.
    pub words: String,
}

impl Act for EndorseForSchool {
    const NAME: &'static str = "stay.endorse_for_school";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ApproveStay)?;
        let before = seen(tx, self.stay).await?;
        let is_afterwards = is_turned_down(tx, &before);
        if !is_afterwards {
            may_have_word(&before)?;
        }
        not_own(tx, &before, "stay.own_weekend").await?;
        if !is_without_teacher(tx, &before).await? {
            return Err(Error::refused("stay.teacher_answers"));
        }
        let words = reason(&self.words, 300, "school_words")?;
        keep_word(tx, &before, true, words).await?;
        if is_afterwards { told_of_yes(tx, &before).await } else { Ok(()) }
    }
}
