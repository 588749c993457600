//! The side of the process that does the work: takes it up under a lease, says how far it is, hands in the file. What
//! a file says and who may have it is judged at the desk of whoever asked, as the grant is when it ends.

use std::sync::Arc;

use naheya_domain::Timestamp;
use naheya_domain::id::{GrantId, OperationId};
use naheya_domain::operation::{AT_ONCE, LEASE, OperationState, TURNS, expires};
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Asked, PARTS, TABLE, lease, may_ask, mine, spot, state, tell, unended};
use crate::export::Out;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, operation, operation_part};
use crate::sealed::tx::Tx;
use crate::{Desk, Error, export};

/// Bytes of one part of a file: a row of the size that both engines like.
const PART: usize = 256 * 1024;

/// Clock-driven: takes up the operation that has waited longest, or whose process has fallen silent; for this process
/// alone. Nothing when as many are at work in the county as may be.
#[derive(Clone, Debug)]
pub struct ClaimOperation;

/// An operation in hand, with the turn that all it says is judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Which one.
    pub id: Uuid,
    /// As claimed.
    pub turn: i32,
    /// The grant under which it was asked for.
    pub grant: Uuid,
}

impl Held {
    /// Which one.
    #[must_use]
    pub fn operation(&self) -> OperationId {
        OperationId(self.id)
    }

    /// The grant under which it was asked for.
    #[must_use]
    pub fn grant(&self) -> GrantId {
        GrantId(self.grant)
    }
}

impl Act for ClaimOperation {
    const NAME: &'static str = "operation.claim";
    type Answer = Option<Held>;

    async fn run(&self, tx: &Tx) -> Result<Option<Held>, Error> {
        use operation::Column as C;
        of_the_clock(tx)?;
        tx.alone_in_county().await?;
        let rows = tx.for_rule::<operation::Entity>().and(unended()).by(C::AskedAt).by(C::Id).all(tx).await?;
        let (free, busy): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| lease(row).is_free(tx.now()));
        for row in free {
            if row.turn >= TURNS {
                end(tx, &row, OperationState::Failed, Some("operation.given_up".to_owned())).await?;
                continue;
            }
            if busy.len() >= AT_ONCE {
                return Ok(None);
            }
            let mut after = row.clone();
            after.state = OperationState::Running.code().to_owned();
            after.turn += 1;
            after.lease_until = Some(tx.now().0 + LEASE);
            after.begun_at = Some(tx.now().0);
            after.done = 0;
            let after = tx.change::<operation::Entity>(&row, after).await?;
            return Ok(Some(Held { id: after.id, turn: after.turn, grant: after.grant_id }));
        }
        Ok(None)
    }
}

/// Says how far it is and keeps the lease. No: stopped meanwhile, or in the hands of another process.
#[derive(Clone, Debug)]
pub struct MoveOperation {
    /// Which one, under which turn.
    pub held: Held,
    /// Rows gone through.
    pub done: usize,
    /// Of so many, where that was not known when it was asked for.
    pub of: Option<usize>,
}

impl Act for MoveOperation {
    const NAME: &'static str = "operation.move";
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        of_the_clock(tx)?;
        tx.alone_in_county().await?;
        let Some(before) = held(tx, &self.held).await? else { return Ok(false) };
        let mut after = before.clone();
        after.done = i32::try_from(self.done).unwrap_or(i32::MAX);
        if let Some(of) = self.of {
            after.total = i32::try_from(of).unwrap_or(i32::MAX);
        }
        // More rows came than were counted: a bar does not run over.
        after.total = after.total.max(after.done);
        after.lease_until = Some(tx.now().0 + LEASE);
        tx.change::<operation::Entity>(&before, after).await?;
        Ok(true)
    }
}

/// Clock-driven: it came to nothing, and why. No: not in these hands any more.
#[derive(Clone, Debug)]
pub struct FailOperation {
    /// Which one, under which turn.
    pub held: Held,
    /// A refusal's code.
    pub code: String,
}

impl Act for FailOperation {
    const NAME: &'static str = "operation.fail";
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        of_the_clock(tx)?;
        tx.alone_in_county().await?;
        let Some(before) = held(tx, &self.held).await? else { return Ok(false) };
        end(tx, &before, OperationState::Failed, Some(self.code.clone())).await?;
        Ok(true)
    }
}

/// At the desk of whoever asked: judges as the direct way does, writes into the trail who left the house, keeps the
/// file. All of it, or nothing. No: stopped meanwhile, or in other hands.
#[derive(Clone, Debug)]
pub struct FinishOperation {
    /// Which one, under which turn.
    pub held: Held,
    /// The bytes.
    pub file: Arc<[u8]>,
    /// Who or what stands in it; for the trail.
    pub ids: Arc<[Uuid]>,
}

impl Act for FinishOperation {
    const NAME: &'static str = "operation.finish";
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        tx.alone_in_county().await?;
        let before = mine(tx, self.held.operation()).await?;
        if !lease(&before).goes_on(self.held.turn) {
            return Ok(false);
        }
        let asked = kept(tx, &before)?;
        may_ask(tx, &asked, self.ids.len() as u64).await?;
        let over = match asked {
            Asked::LetOut(_, id) => Some(export::note_taken(tx, id, self.ids.len()).await?),
            // What these make is no file.
            Asked::Import(_) | Asked::Run(..) | Asked::Proof => return Err(Error::NotFound),
            Asked::Volunteers(_) | Asked::AuditEvents(_) | Asked::Accounts(_) | Asked::Report(_) => None,
        };
        note_left(tx, &asked, &self.ids);
        let parts = (0..).zip(self.file.chunks(PART)).map(|(number, part)| sealed(tx, before.id, number, part));
        tx.insert_all::<operation_part::Entity>(parts.collect::<Result<_, _>>()?).await?;
        let mut done = before.clone();
        done.expires_at = Some(expires(tx.now(), over).0);
        done.done = done.total;
        finished(tx, &before, done, OperationState::Done).await?;
        tell(tx, &before, "operation.done");
        Ok(true)
    }
}

/// What the trail keeps of a file that leaves.
fn note_left(tx: &Tx, asked: &Asked, ids: &[Uuid]) {
    match asked {
        Asked::LetOut(kind, _) => export::note_out(tx, *kind, ids),
        Asked::AuditEvents(_) | Asked::Report(_) => tx.note(asked.kind().code(), None, "export"),
        Asked::Volunteers(_) | Asked::Accounts(_) | Asked::Import(_) | Asked::Run(..) | Asked::Proof => {
            for id in ids {
                tx.note(asked.kind().code(), Some(*id), "export");
            }
        }
    }
}

pub(super) fn sealed(tx: &Tx, operation_id: Uuid, number: i32, part: &[u8]) -> Result<operation_part::Model, Error> {
    let part_sealed = tx.seal_bytes(PARTS, "part_sealed", spot(operation_id, number), part)?;
    Ok(operation_part::Model { area_id: tx.area_id(), operation_id, number, part_sealed })
}

async fn end(tx: &Tx, before: &operation::Model, to: OperationState, code: Option<String>) -> Result<(), Error> {
    let after = operation::Model { failure: code, ..before.clone() };
    finished(tx, before, after, to).await?;
    tell(tx, before, "operation.failed");
    Ok(())
}

pub(super) async fn finished(
    tx: &Tx,
    before: &operation::Model,
    mut after: operation::Model,
    to: OperationState,
) -> Result<(), Error> {
    after.state = to.code().to_owned();
    after.ended_at = Some(tx.now().0);
    tx.change::<operation::Entity>(before, after).await?;
    Ok(())
}

fn of_the_clock(tx: &Tx) -> Result<(), Error> {
    if tx.is_system() { Ok(()) } else { Err(Error::Forbidden) }
}

/// The row, while it is in these hands.
async fn held(tx: &Tx, held: &Held) -> Result<Option<operation::Model>, Error> {
    let row = tx.for_rule::<operation::Entity>().id(held.id).first(tx).await?;
    Ok(row.filter(|row| lease(row).goes_on(held.turn)))
}

pub(super) fn kept(tx: &Tx, row: &operation::Model) -> Result<Asked, Error> {
    Asked::read(&tx.open(TABLE, "asked_sealed", row.id, &row.asked_sealed)?)
}

/// What a process needs to know of the work it took up.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// What is to be made.
    pub asked: Asked,
    /// The language of its words.
    pub language: String,
    /// The name of whoever asked, for the file's last line.
    pub name: String,
    /// When the work was asked for.
    pub asked_at: Timestamp,
}

impl Desk {
    /// What is to be made, read at the desk of whoever asked.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is no longer in these hands, or not this desk's.
    pub async fn parcel_of_operation(&self, held: &Held) -> Result<Parcel, Error> {
        let tx = self.read();
        let row = mine(&tx, held.operation()).await?;
        if state(&row) != OperationState::Running || row.turn != held.turn {
            return Err(Error::NotFound);
        }
        let who = tx.common::<account::Entity>().and(account::Column::Id.eq(row.by_account)).one(&tx).await?;
        let asked = kept(&tx, &row)?;
        Ok(Parcel { asked, language: row.language, name: who.display_name, asked_at: Timestamp(row.asked_at) })
    }

    /// Which list an approved export holds, to be read page by page before the file is handed in.
    ///
    /// # Errors
    /// As [`Desk::take_export`].
    pub async fn list_of_export(&self, id: naheya_domain::id::ExportId) -> Result<Out, Error> {
        export::let_out(&self.read(), id).await
    }
}
