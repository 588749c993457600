//! Weekends that were approved and must not begin: guardian, child or class teacher said no before the child left.

use std::collections::BTreeMap;

use naheya_domain::access::Action;
use naheya_domain::id::StayId;
use naheya_domain::stay::StayState;
use naheya_domain::stay::gate::Gate;
use naheya_domain::{Date, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::fact::{Claim, last_word, wishes};
use super::gate::GateLine;
use super::state;
use crate::alarm::watched;
use crate::sealed::entity::stay;
use crate::sealed::tx::Tx;
use crate::{Desk, Error, consent, custody};

/// More weekends than are called back at once.
const MOST: u64 = 200;

/// A child that was to be fetched and is not to be let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The weekend.
    pub line: GateLine,
    /// Why, and since when.
    pub hold: Hold,
}

/// Whose no holds a weekend back that was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The guardian took the yes back then.
    Guardian(Timestamp),
    /// The child or the class teacher said no then: outside their circle it reads as "not this weekend" (product.md rule 2).
    Word(Timestamp),
}

impl Hold {
    /// Since when.
    #[must_use]
    pub fn since(self) -> Timestamp {
        match self {
            Hold::Guardian(at) | Hold::Word(at) => at,
        }
    }
}

/// Whether it was approved, and is not any more.
pub(crate) fn has_fallen(row: &stay::Model) -> bool {
    matches!(state(row), StayState::Requested | StayState::Consented) && row.approved_at.is_some()
}

/// Of these stays those that were approved and wait for a yes again, whose and since when.
pub(crate) async fn held(tx: &Tx, rows: &[stay::Model]) -> Result<BTreeMap<Uuid, Hold>, Error> {
    let fallen: Vec<&stay::Model> = rows.iter().filter(|row| has_fallen(row)).collect();
    let words = consent::words(tx, &fallen).await?;
    let by_word = said_no(tx, &fallen).await?.into_iter().map(|(stay, at)| (stay, Hold::Word(at)));
    let by_guardian = words.into_iter().filter_map(|(stay, word)| Some((stay, Hold::Guardian(word.against()?.0))));
    Ok(by_word.chain(by_guardian).collect())
}

/// Of these stays those to which the child or the class teacher said no last, and when.
pub(crate) async fn said_no(tx: &Tx, rows: &[&stay::Model]) -> Result<BTreeMap<Uuid, Timestamp>, Error> {
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wishes = wishes(tx, rows.iter().map(|row| row.child_id)).await?;
    let against = |row: &stay::Model| {
        let child = last_word(&wishes, &Claim::of(row, &[]), Gate::Release).filter(|word| word.answer == "no");
        let teacher = row.endorsed_at.filter(|_| row.teacher_answer.as_deref() == Some("no"));
        child.map(|word| word.asked_at).max(teacher)
    };
    Ok(rows.iter().filter_map(|row| Some((row.id, Timestamp(against(row)?)))).collect())
}

/// Of these stays those that should have been fetched long ago, as each school's ladder has it, and minutes since the agreed
/// hour. Whom the family has fetched is not among them.
pub(crate) async fn unfetched(tx: &Tx, rows: &[stay::Model]) -> Result<BTreeMap<Uuid, i64>, Error> {
    let waits = |row: &&stay::Model| {
        let runs = row.starts_at < tx.now().0 && row.ends_at > tx.now().0;
        runs && state(row) == StayState::Approved && row.suspended_by.is_none()
    };
    let waiting: Vec<stay::Model> = rows.iter().filter(waits).cloned().collect();
    if waiting.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ladders = crate::alarm::Ladders::of(tx, &waiting).await?;
    let newest = custody::newest(tx, &waiting.iter().map(|row| row.child_id).collect::<Vec<_>>()).await?;
    let late = |row: &stay::Model| {
        let minutes = tx.now().minutes_since(Timestamp(row.starts_at));
        let end = newest.iter().find(|end| end.child_id == row.child_id);
        let is_missed = minutes >= ladders.of_stay(row).not_fetched() && !watched(row, end).is_with_family();
        is_missed.then_some((row.id, minutes))
    };
    Ok(waiting.iter().filter_map(late).collect())
}

impl Desk {
    /// Of these stays those to which the child or the class teacher said no last, and when: for whoever approves.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn said_no(&self, stays: &[StayId]) -> Result<BTreeMap<StayId, Timestamp>, Error> {
        self.require(Action::ApproveStay)?;
        if stays.is_empty() {
            return Ok(BTreeMap::new());
        }
        let of = stays.iter().map(ToString::to_string).collect();
        let said = async {
            let tx = self.read();
            let rows = tx.visible::<stay::Entity>().among(stays.iter().map(|s| s.0)).all(&tx).await?;
            let noes = said_no(&tx, &rows.iter().collect::<Vec<_>>()).await?;
            Ok(noes.into_iter().map(|(stay, at)| (StayId(stay), at)).collect())
        };
        self.remembered("stays.said_no", of, said).await
    }

    /// The weekends of the viewer's class or school from `day` on that must not begin, the next one first: a list printed
    /// before does not know it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn held_back(&self, day: Date) -> Result<Vec<Held>, Error> {
        self.require(Action::HandOver)?;
        let tx = self.read();
        let from = Timestamp::from_shanghai(day.at(0, 0, 0, 0));
        let fallen = Condition::all()
            .add(stay::Column::StartsAt.gte(from.0))
            .add(stay::Column::State.is_in([StayState::Requested.code(), StayState::Consented.code()]))
            .add(stay::Column::ApprovedAt.is_not_null());
        let fallen = tx.visible::<stay::Entity>().and(fallen).by(stay::Column::StartsAt).by(stay::Column::Id);
        let rows = fallen.limit(MOST).all(&tx).await?;
        let holds = held(&tx, &rows).await?;
        if holds.is_empty() {
            return Ok(Vec::new());
        }
        let these = Condition::all().add(stay::Column::Id.is_in(holds.keys().copied()));
        let lines = self.gate_lines(these).await?;
        let line = |line: GateLine| Some(Held { hold: *holds.get(&line.stay.0)?, line });
        Ok(lines.into_iter().filter_map(line).collect())
    }
}
