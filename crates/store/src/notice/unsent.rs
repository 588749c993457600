//! Since when messages do not go out, for whoever keeps the channels.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::notice::{Channel, NoticeState};
use sea_orm::{ColumnTrait, Condition};

use crate::sealed::entity::{channel, notice, outbox};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Minutes after which a message that is still here is late: a robot's pauses and the first tries are shorter.
const LATE: i64 = 10;

impl Desk {
    /// Since when something of this county does not go out: the oldest message that was due ten minutes ago and was tried, or
    /// that nobody takes up; or a channel in use whose settings are wrong. None when all goes out.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn unsent_since(&self) -> Result<Option<Timestamp>, Error> {
        self.require(Action::KeepNotice)?;
        let tx = self.read();
        self.remembered_alike("unsent", String::new(), oldest(&tx)).await
    }
}

/// Messages to the outside that were due at `then`, in milliseconds, and are still here: tried, and to be tried again, or their
/// turn has come. What rests through the night was not tried, and its turn has not come.
pub(crate) fn held_up(then: i64) -> Condition {
    let turn = Condition::any().add(notice::Column::Tries.gt(0)).add(notice::Column::NextAt.lte(then));
    Condition::all()
        .add(notice::Column::State.eq(NoticeState::Queued.code()))
        .add(notice::Column::Channel.is_in(Channel::OUTSIDE.map(Channel::code)))
        .add(notice::Column::DueAt.lte(then))
        .add(turn)
}

async fn oldest(tx: &Tx) -> Result<Option<Timestamp>, Error> {
    let late = tx.now().plus_minutes(-LATE).0;
    let letters = tx.for_rule::<outbox::Entity>().and(outbox::Column::State.eq("queued"));
    let letter = letters.and(outbox::Column::DueAt.lte(late)).by(outbox::Column::DueAt).first(tx).await?;
    let messages = tx.visible::<notice::Entity>().and(held_up(late));
    let message = messages.by(notice::Column::DueAt).first(tx).await?;
    let in_use = tx.for_rule::<channel::Entity>().and(channel::Column::Active.eq(true));
    let broken = in_use.and(channel::Column::FaultAt.is_not_null()).by(channel::Column::FaultAt).first(tx).await?;
    let since = [letter.map(|row| row.due_at), message.map(|row| row.due_at), broken.and_then(|row| row.fault_at)];
    Ok(since.into_iter().flatten().min().map(Timestamp))
}
