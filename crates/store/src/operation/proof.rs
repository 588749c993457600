//! A long trail's chain, proven: what was found is kept for a day, for whoever asked.

use naheya_domain::id::OperationId;
use naheya_domain::operation::{OperationKind, OperationState, expires};
use sea_orm::ColumnTrait;

use super::run::{Held, sealed};
use super::write::{ended, in_hand};
use super::{Asked, PARTS, fetchable, mine, spot, state};
use crate::audit::{note_proof, sees_all};
use crate::sealed::act::Act;
use crate::sealed::entity::operation_part;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Faults of a chain that a proof keeps: the first ones, where it is broken from there on.
const FAULTS: usize = 20;

/// At the desk of whoever asked: keeps for a day what a proof of the chain found. No: stopped meanwhile, or in other hands.
#[derive(Clone, Debug)]
pub struct FinishProof {
    /// Which one, under which turn.
    pub held: Held,
    /// Numbers of the events at which it is broken.
    pub faults: Vec<String>,
}

impl Act for FinishProof {
    const NAME: &'static str = "operation.proof";
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        let Some((before, Asked::Proof)) = in_hand(tx, &self.held).await? else { return Ok(false) };
        let faults = self.faults.iter().take(FAULTS).map(String::as_str).collect::<Vec<_>>().join(" ");
        tx.insert::<operation_part::Entity>(sealed(tx, before.id, 0, faults.as_bytes())?).await?;
        note_proof(tx);
        let mut done = before.clone();
        done.expires_at = Some(expires(tx.now(), None).0);
        ended(tx, &before, done).await?;
        Ok(true)
    }
}

/// What a proof of the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Numbers of the events at which it is broken, the first ones.
    pub faults: Vec<String>,
    /// Events that it had, for whoever may read all of them.
    pub n: Option<i64>,
}

impl Desk {
    /// What a proof of the chain found that this account asked for; none when there is no such proof, or its day is over.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::Database`].
    pub async fn proven(&self, id: OperationId) -> Result<Option<Proven>, Error> {
        let tx = self.read();
        let row = match mine(&tx, id).await {
            Err(Error::NotFound) => return Ok(None),
            row => row?,
        };
        let is_proof = row.kind == OperationKind::Proof.code() && state(&row) == OperationState::Done;
        if !is_proof || fetchable(&tx, &row).is_err() {
            return Ok(None);
        }
        let part = tx.for_rule::<operation_part::Entity>().and(operation_part::Column::OperationId.eq(row.id));
        let part = part.one(&tx).await?;
        let text = tx.open_bytes(PARTS, "part_sealed", spot(row.id, part.number), &part.part_sealed)?;
        let faults = String::from_utf8_lossy(&text).split_whitespace().map(str::to_owned).collect();
        Ok(Some(Proven { faults, n: sees_all(&tx).then_some(i64::from(row.total)) }))
    }
}
