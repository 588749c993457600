//! The one way past a viewer's scope for a person: an opening made in an emergency (product.md rule 13). What is read through it
//! is one child's, for the account that opened it, as long as it holds; [`Tx::through`] alone takes it.

use naheya_domain::break_glass::{Opening, Verdict};
use naheya_domain::{Role, Timestamp};
use uuid::Uuid;

use super::entity::{break_glass, session};
use super::tx::Tx;
use crate::Error;

/// An opening that holds, judged from the records at the moment of the request. Nobody outside this file makes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glass {
    child: Uuid,
    account: Uuid,
    until: Timestamp,
}

impl Glass {
    /// The opening of this row, while it holds for whoever reads.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is over, somebody else's, or of another session.
    pub(crate) async fn of(tx: &Tx, row: &break_glass::Model) -> Result<Glass, Error> {
        let opening = opening(tx, row).await?;
        if opening.holds(tx.account(), tx.session().map(|session| session.0), tx.now()) {
            Ok(Glass { child: row.child_id, account: row.account_id, until: opening.until })
        } else {
            Err(Error::NotFound)
        }
    }

    /// Until when it holds.
    pub(crate) fn until(self) -> Timestamp {
        self.until
    }

    pub(super) fn child(self) -> Uuid {
        self.child
    }

    pub(super) fn account(self) -> Uuid {
        self.account
    }
}

/// What is known of an opening: signing out, a lock and whatever else ends the session in which it was made ends it too.
pub(crate) async fn opening(tx: &Tx, row: &break_glass::Model) -> Result<Opening, Error> {
    let session = tx.common::<session::Entity>().id(row.session_id).first(tx).await?;
    Ok(opening_in(row, session.as_ref()))
}

/// The same with the session as it was read.
pub(crate) fn opening_in(row: &break_glass::Model, session: Option<&session::Model>) -> Opening {
    // A session that is not there any more proves nothing.
    let out_at = session.map_or(Some(row.opened_at), |session| session.ended_at);
    let expires_at = session.map_or(row.until_at, |session| session.expires_at);
    Opening {
        by: row.account_id,
        role: Role::parse(&row.role).unwrap_or(Role::TownWorker),
        session: row.session_id,
        opened_at: Timestamp(row.opened_at),
        until: Timestamp(row.until_at.min(expires_at)),
        ended_at: [row.ended_at, out_at].into_iter().flatten().min().map(Timestamp),
        verdict: row.verdict.as_deref().and_then(Verdict::parse),
    }
}
