//! What is thrown away when its time is over: answers to old submissions, letters and notices long delivered,
//! forms that nobody finished, rows that an import left out, views that were taken away, what phones said besides acts that
//! somebody has dealt with, and the file behind a merge that can no longer be taken apart.
//! Without it the records would double in size (about 250 bytes for each stay).

use naheya_domain::phone_act::Standing;
use sea_orm::{ColumnTrait, Condition};

use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::entity::{draft, idempotency, notice, outbox, phone_act, saved_view};
use crate::sealed::tx::Tx;

/// Days for which a submission can be repeated and still gets its first answer.
pub const KEPT_DAYS: i64 = 90;

/// Acts of phones that are emptied in one turn: each may hold the pictures of a weekend.
const AT_ONCE: u64 = 20;

/// Clock-driven: throws away what is older than [`KEPT_DAYS`]. Returns how many rows went.
#[derive(Clone, Debug)]
pub struct PurgeOld;

impl Act for PurgeOld {
    const NAME: &'static str = "purge";
    type Answer = u64;

    async fn run(&self, tx: &Tx) -> Result<u64, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let limit = tx.now().plus_minutes(-KEPT_DAYS * 24 * 60).0;
        crate::merge::let_go(tx).await?;
        let answers = tx.clear::<idempotency::Entity>(Condition::all().add(idempotency::Column::At.lt(limit))).await?;
        let delivered = Condition::all().add(outbox::Column::State.ne("queued")).add(outbox::Column::At.lt(limit));
        let notices = tx.clear::<notice::Entity>(Condition::all().add(notice::Column::At.lt(limit))).await?;
        crate::import::tell_lapsed(tx, limit).await?;
        let begun = tx.clear::<draft::Entity>(Condition::all().add(draft::Column::UpdatedAt.lt(limit))).await?;
        let files = crate::operation::purge(tx).await? + crate::import::purge(tx).await?;
        let taken = Condition::all().add(saved_view::Column::RemovedAt.lt(limit));
        let views = tx.clear::<saved_view::Entity>(taken).await?;
        let said = empty_acts(tx, limit).await?;
        Ok(answers + begun + files + notices + views + said + tx.clear::<outbox::Entity>(delivered).await?)
    }
}

/// Words, digits and pictures of a phone's act were kept because somebody had to look at it. Once that is long done, the act
/// stays and they go; what was found out stands in the trail.
async fn empty_acts(tx: &Tx, limit: i64) -> Result<u64, Error> {
    use phone_act::Column as C;
    let dealt_with = tx.for_rule::<phone_act::Entity>().and(C::State.eq(Standing::Seen.code()));
    let long_since = dealt_with.and(C::ServerAt.lt(limit)).and(C::SeenAt.lt(limit)).and(C::BodySealed.is_not_null());
    let acts = long_since.limit(AT_ONCE).all(tx).await?;
    for before in &acts {
        let after = phone_act::Model { body_sealed: None, ..before.clone() };
        tx.change::<phone_act::Entity>(before, after).await?;
    }
    Ok(acts.len() as u64)
}
