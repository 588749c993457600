//! What imports have put aside when a file is erased, a child's or a volunteer's. What stood in it before an import is struck
//! out, and the import can still be taken back. Rows that an import left out go as a whole: the register could not take them, so
//! nobody can tell whom they mean. An upload is somebody's work: it is finished, or thrown away, before.

use std::collections::HashSet;

use naheya_domain::Timestamp;
use naheya_domain::id::{AccountId, ImportBatchId};
use uuid::Uuid;

use super::{before, left, upload};
use crate::Error;
use crate::account::display_names;
use crate::sealed::tx::Tx;

/// The letter that says that an upload went because a file is to be erased.
const THROWN_AWAY: &str = "import.thrown_away";

/// A file that somebody has uploaded and not imported yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Whose.
    pub account: AccountId,
    /// The name colleagues know.
    pub by: Option<String>,
    /// Whether it is the reader's.
    pub own: bool,
    /// When it was uploaded, or last worked on.
    pub at: Timestamp,
}

/// An import whose rows left out can still be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftBehind {
    /// Which import.
    pub import: ImportBatchId,
    /// By whom.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What imports have put aside in which a child may stand, all of the county's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PutAside {
    /// What has to be finished or thrown away first.
    pub waiting: Vec<Waiting>,
    /// What goes with an erased file.
    pub left: Vec<LeftBehind>,
}

pub(crate) async fn put_aside(tx: &Tx) -> Result<PutAside, Error> {
    let (waiting, left) = (upload::waiting(tx).await?, left::with_rows(tx).await?);
    let people = waiting.iter().map(|(account, _)| *account).chain(left.iter().map(|row| row.by_account));
    let names = display_names(tx, people.map(Some)).await?;
    let of_upload = |(account, at): (Uuid, Timestamp)| Waiting {
        account: AccountId(account),
        by: names.get(&account).cloned(),
        own: account == tx.account(),
        at,
    };
    Ok(PutAside {
        waiting: waiting.into_iter().map(of_upload).collect(),
        left: left
            .iter()
            .map(|row| LeftBehind {
                import: ImportBatchId(row.id),
                by: names.get(&row.by_account).cloned(),
                at: Timestamp(row.committed_at),
            })
            .collect(),
    })
}

/// Whether a file waits to be imported.
pub(crate) async fn is_waiting(tx: &Tx) -> Result<bool, Error> {
    Ok(!upload::waiting(tx).await?.is_empty())
}

/// Throws away what this account had uploaded by then: a file that came since is to be looked at. Whose it was reads why it is
/// gone, unless she did it herself.
pub(crate) async fn throw_away(tx: &Tx, account: AccountId, by: Timestamp) -> Result<(), Error> {
    let was_there = upload::drop_of(tx, account.0, by).await?;
    if was_there && account.0 != tx.account() {
        upload::tell(tx, THROWN_AWAY, account.0);
    }
    Ok(())
}

/// Takes out what imports have put aside of these ids; no file waits to be imported.
pub(crate) async fn erase(tx: &Tx, ids: &HashSet<Uuid>) -> Result<(), Error> {
    before::strike(tx, ids).await?;
    for batch in left::with_rows(tx).await? {
        left::drop_of(tx, &batch).await?;
        tx.note("import_batches", Some(batch.id), "left_out");
    }
    Ok(())
}
