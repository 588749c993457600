//! Work that ends in the register: a roster taken in, a round worked out, a chain proven. What it writes and that it has
//! ended are one act, so that a process that lost its turn writes nothing, and what was written once is not written again.

use naheya_domain::id::OperationId;
use naheya_domain::operation::{OperationKind, OperationState, expires};
use sea_orm::ColumnTrait;

use super::run::{Held, finished, kept, sealed};
use super::{Asked, PARTS, fetchable, lease, may_ask, mine, spot, state, tell};
use crate::audit::{note_proof, sees_all};
use crate::import::{DropUpload, ImportRoster, Imported};
use crate::run::{Kept, Worked};
use crate::sealed::act::Act;
use crate::sealed::entity::{operation, operation_part};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// At the desk of whoever asked: takes the roster in and lets go of the upload. Nothing: stopped meanwhile, or in other
/// hands.
#[derive(Clone, Debug)]
pub struct FinishImport {
    /// Which one, under which turn.
    pub held: Held,
    /// The roster as it was read.
    pub roster: ImportRoster,
}

impl Act for FinishImport {
    const NAME: &'static str = "operation.import";
    type Answer = Option<Imported>;

    async fn run(&self, tx: &Tx) -> Result<Option<Imported>, Error> {
        let Some((before, Asked::Import(asked))) = in_hand(tx, &self.held).await? else { return Ok(None) };
        let as_asked = asked.hash == self.roster.file_hash && asked.good_rows_only == self.roster.good_rows_only;
        if !as_asked {
            return Err(Error::refused("operation.other_file"));
        }
        let imported = self.roster.run(tx).await?;
        DropUpload.run(tx).await?;
        let mut done = before.clone();
        done.result = imported.batch.map(|batch| batch.0);
        ended(tx, &before, done).await?;
        Ok(Some(imported))
    }
}

/// At the desk of whoever asked: keeps the result of a run. Nothing: stopped meanwhile, or in other hands.
pub struct FinishRun {
    /// Which one, under which turn.
    pub held: Held,
    /// What the engine made of it.
    pub worked: Worked,
}

impl Act for FinishRun {
    const NAME: &'static str = "operation.run";
    type Answer = Option<Kept>;

    async fn run(&self, tx: &Tx) -> Result<Option<Kept>, Error> {
        let Some((before, Asked::Run(round, seed))) = in_hand(tx, &self.held).await? else { return Ok(None) };
        if !self.worked.is_of(round, &seed) {
            return Err(Error::NotFound);
        }
        let made = self.worked.keep(tx).await?;
        let mut done = before.clone();
        done.result = Some(round.0);
        ended(tx, &before, done).await?;
        Ok(Some(made))
    }
}

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

/// The row and what was asked for, judged once more, while it is in these hands.
async fn in_hand(tx: &Tx, held: &Held) -> Result<Option<(operation::Model, Asked)>, Error> {
    tx.alone_in_county().await?;
    let row = mine(tx, held.operation()).await?;
    if !lease(&row).goes_on(held.turn) {
        return Ok(None);
    }
    let asked = kept(tx, &row)?;
    may_ask(tx, &asked, 0).await?;
    Ok(Some((row, asked)))
}

async fn ended(tx: &Tx, before: &operation::Model, mut done: operation::Model) -> Result<(), Error> {
    done.done = done.total;
    finished(tx, before, done, OperationState::Done).await?;
    tell(tx, before, "operation.done");
    Ok(())
}
