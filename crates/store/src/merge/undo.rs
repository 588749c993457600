//! A merge taken apart: the row that was gone comes back, with what came from it, and the file that stayed gets back the
//! fields that nobody has changed since. What was built upon a row that moved stands in the way.

use naheya_domain::id::MergeId;
use naheya_domain::merge::{MergeKind, MergeState, may_undo};

use super::{TABLE, asked, built_on, child, kind_of, one, undo_of, volunteer};
use crate::Error;
use crate::assent;
use crate::sealed::act::Act;
use crate::sealed::entity::merge;
use crate::sealed::tx::Tx;

/// Takes a merge apart, within thirty days.
#[derive(Clone, Debug)]
pub struct UndoMerge {
    /// Which one.
    pub merge: MergeId,
}

impl Act for UndoMerge {
    const NAME: &'static str = "merge.undo";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = one(tx, self.merge).await?;
        may_undo(&asked(&before), tx.now())?;
        tx.alone_in_county().await?;
        let gone = || Error::refused("merge.too_late");
        if let Some(table) = in_the_way(tx, &before).await?.ok_or_else(gone)?.first() {
            return Err(built_on(table));
        }
        match kind_of(&before) {
            MergeKind::Child => {
                let undo = undo_of::<child::Undo>(tx, &before)?.ok_or_else(gone)?;
                child::undo::apart(tx, &before, &undo).await?;
            }
            MergeKind::Volunteer => {
                let undo = undo_of::<volunteer::Undo>(tx, &before)?.ok_or_else(gone)?;
                volunteer::undo::apart(tx, &before, &undo).await?;
            }
        }
        let mut after = before.clone();
        MergeState::Undone.code().clone_into(&mut after.state);
        after.undone_by = Some(tx.account());
        after.undone_at = Some(tx.now().0);
        after.undo_sealed = None;
        tx.change::<merge::Entity>(&before, after).await?;
        if before.by_account != tx.account() {
            assent::answered(tx, "merge.undone", before.by_account, (TABLE, before.id));
        }
        Ok(())
    }
}

/// Tables whose rows stand in the way; none when what taking it apart needs is no longer kept.
pub(super) async fn in_the_way(tx: &Tx, row: &merge::Model) -> Result<Option<Vec<&'static str>>, Error> {
    match kind_of(row) {
        MergeKind::Child => match undo_of::<child::Undo>(tx, row)? {
            Some(undo) => child::undo::in_the_way(tx, row, &undo).await.map(Some),
            None => Ok(None),
        },
        MergeKind::Volunteer => match undo_of::<volunteer::Undo>(tx, row)? {
            Some(undo) => volunteer::undo::in_the_way(tx, row, &undo).await.map(Some),
            None => Ok(None),
        },
    }
}
