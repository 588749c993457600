//! What somebody has done herself on one day: each act once, with the first records that it was about. Looks at files are the
//! files' own to tell, and what belongs to a concern nobody reads here.

use std::collections::HashMap;

use naheya_domain::{Date, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::last_before;
use super::list::CONCERNS;
use crate::sealed::entity::{audit_event, child, pair, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Acts of a day that are told, the newest.
const MOST: usize = 500;
/// Records of an act that are named.
const NAMED: i64 = 3;

/// An act of the reader's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAct {
    /// When.
    pub at: Timestamp,
    /// What was done, `child.open_file`.
    pub act: String,
    /// The first records that it was about.
    pub about: Vec<OwnRecord>,
    /// How many more events it left.
    pub more: i64,
}

/// A record that an act was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRecord {
    /// The table, as the trail names it.
    pub noun: String,
    /// Which one.
    pub id: Uuid,
    /// Of a child or a volunteer, and of a weekend or a pair the child's: the name, when the reader sees who it is.
    pub name: Option<String>,
}

#[derive(FromQueryResult)]
struct Done {
    at: i64,
    act: String,
    n: i64,
    events: i64,
}

impl Desk {
    /// What the reader has done on this day (Asia/Shanghai), newest first, as far as her role sees the trail.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn own_acts(&self, day: Date) -> Result<Vec<OwnAct>, Error> {
        use audit_event::Column as A;
        let tx = self.read();
        let start = |day: Date| Timestamp::from_shanghai(day.at(0, 0, 0, 0));
        let from = last_before(&tx, start(day)).await?;
        let to = last_before(&tx, start(day.tomorrow().unwrap_or(day))).await?;
        let hers = || {
            let mine =
                Condition::all().add(A::N.gt(from)).add(A::N.lte(to)).add(A::AccountId.eq(self.viewer().account.0));
            let told = mine.add(A::Act.not_like("look%")).add(A::Act.not_like("concern.%"));
            tx.visible::<audit_event::Entity>().and(told.add(A::Noun.is_not_in(CONCERNS)))
        };
        let sums = vec![(Expr::col(A::N).min(), "n"), (Expr::col(A::N).count(), "events")];
        let mut done: Vec<Done> = hers().grouped(&[A::At, A::Act], sums, &tx).await?;
        done.sort_by_key(|one| std::cmp::Reverse(one.n));
        done.truncate(MOST);
        let first = done.iter().flat_map(|one| one.n..one.n + std::cmp::min(one.events, NAMED));
        let first: Vec<i64> = first.collect();
        let events =
            if first.is_empty() { Vec::new() } else { hers().and(A::N.is_in(first)).by(A::N).all(&tx).await? };
        let names = names(&tx, &events).await?;
        let record = |event: &audit_event::Model| {
            let id = event.ref_id?;
            Some(OwnRecord { noun: event.noun.clone(), id, name: names.get(&id).cloned() })
        };
        let told = |one: Done| {
            let of_it = events.iter().filter(|event| event.at == one.at && event.act == one.act);
            let mut about: Vec<OwnRecord> = of_it.clone().filter_map(record).collect();
            about.dedup();
            let named = i64::try_from(of_it.count()).unwrap_or(i64::MAX);
            OwnAct { at: Timestamp(one.at), more: one.events - named, act: one.act, about }
        };
        Ok(done.into_iter().map(told).collect())
    }
}

/// The names that tell these records apart, of those that the reader sees.
async fn names(tx: &Tx, events: &[audit_event::Model]) -> Result<HashMap<Uuid, String>, Error> {
    let ids = |noun: &'static str| events.iter().filter(move |e| e.noun == noun).filter_map(|e| e.ref_id);
    let stays = tx.visible::<stay::Entity>().among(ids("stays")).all(tx).await?;
    let pairs = tx.visible::<pair::Entity>().among(ids("pairs")).all(tx).await?;
    let of_children: Vec<(Uuid, Uuid)> = stays
        .iter()
        .map(|row| (row.id, row.child_id))
        .chain(pairs.iter().map(|row| (row.id, row.child_id)))
        .chain(ids("children").map(|id| (id, id)))
        .collect();
    let children = tx.visible::<child::Entity>().among(of_children.iter().map(|(_, child)| *child)).all(tx).await?;
    let children: HashMap<Uuid, String> = children.into_iter().map(|row| (row.id, row.name)).collect();
    let carers = tx.visible::<volunteer::Entity>().among(ids("volunteers")).all(tx).await?;
    let carers = carers.into_iter().map(|row| (row.id, row.name));
    let of_children = of_children.into_iter().filter_map(|(id, child)| Some((id, children.get(&child)?.clone())));
    Ok(of_children.chain(carers).collect())
}
