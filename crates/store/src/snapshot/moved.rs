//! Months whose records have moved since they were signed: the leader hears of each edition once.

use std::collections::BTreeSet;

use naheya_domain::snapshot::{Month, SnapshotState};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{TABLE, numbers, tell_leader};
use crate::sealed::act::Act;
use crate::sealed::entity::{audit_event, snapshot};
use crate::sealed::tx::Tx;
use crate::{Error, rollup};

/// Months that are looked back on: nobody corrects older ones.
const MONTHS: i32 = 24;
/// What the trail keeps of an edition that was told of: letters are thrown away after a time, and once is once.
const MOVED: &str = "moved";

/// Clock-driven: tells the leaders of each signed month that the records no longer say what was signed, once for each edition.
/// The letter holds no number. Returns of how many months.
#[derive(Clone, Debug)]
pub struct TellMoved;

impl Act for TellMoved {
    const NAME: &'static str = "snapshot.tell_moved";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let mut count = 0;
        for row in untold(tx).await? {
            let Some(month) = Month::parse(&row.month) else { continue };
            if rollup::totals(tx, month.last_day()).await? != numbers(&row) {
                tx.note(TABLE, Some(row.id), MOVED);
                tell_leader(tx, "snapshot.moved", Some(row.id));
                count += 1;
            }
        }
        Ok(count)
    }
}

/// The editions that hold, and of which nobody was told yet. One that somebody above asks about is looked at anyway.
async fn untold(tx: &Tx) -> Result<Vec<snapshot::Model>, Error> {
    use audit_event::Column as C;
    let since = Month::over_by(tx.now().date()).earlier(MONTHS).to_string();
    let signed = tx.for_rule::<snapshot::Entity>().and(snapshot::Column::State.eq(SnapshotState::Signed.code()));
    let mut rows = signed.and(snapshot::Column::Month.gt(since)).by(snapshot::Column::Month).all(tx).await?;
    if rows.is_empty() {
        return Ok(rows);
    }
    // Another process may be about to tell of the same.
    tx.alone_in_county().await?;
    let about =
        tx.for_rule::<audit_event::Entity>().and(C::Noun.eq(TABLE)).and(C::RefId.is_in(rows.iter().map(|r| r.id)));
    let told: BTreeSet<Uuid> =
        about.and(C::Fields.eq(MOVED)).all(tx).await?.into_iter().filter_map(|event| event.ref_id).collect();
    rows.retain(|row| !told.contains(&row.id));
    Ok(rows)
}
