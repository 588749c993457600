//! Work that ends in the register: a roster taken in, a round worked out. What it writes and that it has ended are one
//! act, so that a process that lost its turn writes nothing, and what was written once is not written again.

use naheya_domain::Timestamp;
use naheya_domain::operation::OperationState;

use super::run::{Held, finished, kept};
use super::{Asked, lease, may_ask, mine, tell};
use crate::Error;
use crate::import::{ImportRoster, Imported, drop_uploaded};
use crate::run::{Kept, Worked};
use crate::sealed::act::Act;
use crate::sealed::entity::operation;
use crate::sealed::tx::Tx;

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
        drop_uploaded(tx, Timestamp(before.asked_at)).await?;
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

/// The row and what was asked for, judged once more, while it is in these hands.
pub(super) async fn in_hand(tx: &Tx, held: &Held) -> Result<Option<(operation::Model, Asked)>, Error> {
    tx.alone_in_county().await?;
    let row = mine(tx, held.operation()).await?;
    if !lease(&row).goes_on(held.turn) {
        return Ok(None);
    }
    let asked = kept(tx, &row)?;
    may_ask(tx, &asked, 0).await?;
    Ok(Some((row, asked)))
}

/// That it is done, on its row and in a letter.
pub(super) async fn ended(tx: &Tx, before: &operation::Model, mut done: operation::Model) -> Result<(), Error> {
    done.done = done.total;
    finished(tx, before, done, OperationState::Done).await?;
    tell(tx, before, "operation.done");
    Ok(())
}
