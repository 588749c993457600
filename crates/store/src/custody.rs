//! The custody chain in the records: read for judging the next link, appended to, never changed.

use naheya_domain::Timestamp;
use naheya_domain::custody::{Chain, Event, HandOver, Holder, Link};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::custody_event;
use crate::sealed::tx::Tx;

const TABLE: &str = "custody_events";
/// More links than one stay can have, so that the newest stay is read whole.
const NEWEST: u64 = 40;

/// How a hand-over is known, and the phone's own clock.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    /// `code`, `list`, `call`, `sight` or `staff`.
    pub how: &'static str,
    /// The phone's time, where a phone reported.
    pub phone_at: Option<Timestamp>,
    /// The phone's offset from UTC in minutes.
    pub phone_offset: Option<i32>,
    /// When it happened, where a phone reported whose clock was set right; stronger than the phone's word.
    pub happened: Option<Timestamp>,
    /// Who was spoken to, or why; sealed.
    pub note: Option<String>,
}

impl Witness {
    /// Known in this way, without further words.
    #[must_use]
    pub fn by(how: &'static str) -> Witness {
        Witness { how, ..Witness::default() }
    }

    /// When it happened: as it was set right, else the phone's word where it is between `since` and `now`, else `now`.
    pub(crate) fn at(&self, since: Option<i64>, now: Timestamp) -> Timestamp {
        if let Some(at) = self.happened {
            return at;
        }
        let since = since.unwrap_or(now.0 - 72 * 3_600_000);
        self.phone_at.filter(|at| (since..=now.0).contains(&at.0)).unwrap_or(now)
    }
}

/// The end of a child's chain.
pub(crate) async fn chain(tx: &Tx, child: Uuid) -> Result<Chain, Error> {
    let mut rows = tx
        .for_rule::<custody_event::Entity>()
        .and(custody_event::Column::ChildId.eq(child))
        .by_desc(custody_event::Column::Seq)
        .limit(NEWEST)
        .all(tx)
        .await?;
    rows.reverse();
    Ok(Chain::of(&rows.iter().filter_map(link).collect::<Vec<_>>()))
}

fn link(row: &custody_event::Model) -> Option<Link> {
    Some(Link {
        seq: row.seq,
        event: Event::parse(&row.kind)?,
        holder: Holder::parse(&row.holder_kind, row.holder_id)?,
        stay: row.stay_id,
    })
}

/// Appends one link; a gap or a fork is refused by the chain, two at once by the unique number.
pub(crate) async fn append(tx: &Tx, child: Uuid, next: HandOver, witness: &Witness) -> Result<(), Error> {
    let link = chain(tx, child).await?.append(next)?;
    let id = Uuid::now_v7();
    tx.insert::<custody_event::Entity>(custody_event::Model {
        area_id: tx.area_id(),
        id,
        stay_id: link.stay,
        child_id: child,
        seq: link.seq,
        kind: link.event.code().into(),
        holder_kind: link.holder.code().into(),
        holder_id: link.holder.id(),
        how: witness.how.into(),
        by_account: tx.account(),
        phone_at: witness.phone_at.map(|at| at.0),
        phone_offset: witness.phone_offset,
        server_at: tx.now().0,
        note_sealed: tx.seal_some(TABLE, "note_sealed", id, witness.note.as_deref())?,
    })
    .await
}

#[derive(Debug, FromQueryResult)]
struct Newest {
    child_id: Uuid,
    seq: i32,
}

/// The newest link of each of `children` that has one.
pub(crate) async fn newest(tx: &Tx, children: &[Uuid]) -> Result<Vec<custody_event::Model>, Error> {
    use custody_event::Column as C;
    let mut all = Vec::new();
    for some in children.chunks(200) {
        let last: Vec<Newest> = tx
            .for_rule::<custody_event::Entity>()
            .and(C::ChildId.is_in(some.iter().copied()))
            .grouped(&[C::ChildId], vec![(C::Seq.max(), "seq")], tx)
            .await?;
        if last.is_empty() {
            continue;
        }
        let mut ends = Condition::any();
        for end in last {
            ends = ends.add(Condition::all().add(C::ChildId.eq(end.child_id)).add(C::Seq.eq(end.seq)));
        }
        all.extend(tx.for_rule::<custody_event::Entity>().and(ends).all(tx).await?);
    }
    Ok(all)
}

/// Who has the child after `row`.
pub(crate) fn holder(row: &custody_event::Model) -> Holder {
    Holder::parse(&row.holder_kind, row.holder_id).unwrap_or(Holder::School)
}
