//! Files that look like one person's: what was found along indexes, without what waits for an answer or was told apart.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use naheya_domain::access::Action;
use naheya_domain::merge::{MergeKind, MergeState, Why};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::compare::Side;
use super::{child, volunteer};
use crate::sealed::entity::merge;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Pairs that a page shows.
const SHOWN: usize = 50;
/// Groups of the same name and birth date that are looked at.
pub(super) const GROUPS: u64 = 500;
/// Ids or names in one question.
pub(super) const CHUNK: usize = 100;

/// Several files of the same name and birth date.
#[derive(Debug, FromQueryResult)]
pub(super) struct Group {
    pub(super) birth_on: Option<String>,
    pub(super) name: String,
}

/// Two files that look like one person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The older file.
    pub one: Side,
    /// A child's adults, or who lives with a volunteer.
    pub beside_one: Vec<String>,
    /// The newer file.
    pub other: Side,
    /// The people beside it.
    pub beside_other: Vec<String>,
    /// Why.
    pub why: Vec<Why>,
}

/// Pairs of ids, the older file first, with what is alike.
#[derive(Debug, Default)]
pub(super) struct Found(BTreeMap<(Uuid, Uuid), BTreeSet<Why>>);

/// The pairs that a page shows.
pub(super) type Ranked = Vec<((Uuid, Uuid), BTreeSet<Why>)>;

impl Found {
    pub(super) fn add(&mut self, one: Uuid, other: Uuid, why: Why) {
        self.0.entry(in_order(one, other)).or_default().insert(why);
    }

    /// Those with most reasons first, without what is judged already; and whether more follow.
    pub(super) async fn ranked(mut self, tx: &Tx) -> Result<(Ranked, bool), Error> {
        let judged = judged(tx, &self.0).await?;
        self.0.retain(|pair, _| !judged.contains(pair));
        let mut found: Ranked = self.0.into_iter().collect();
        found.sort_by_key(|(_, why)| std::cmp::Reverse(why.len()));
        let more = found.len() > SHOWN;
        found.truncate(SHOWN);
        Ok((found, more))
    }
}

/// Ids tell the minute in which they were made: the older file comes first.
fn in_order(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    if one < other { (one, other) } else { (other, one) }
}

/// What waits for an answer, or was told apart.
async fn judged(tx: &Tx, found: &BTreeMap<(Uuid, Uuid), BTreeSet<Why>>) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    use merge::Column as C;
    let ids: Vec<Uuid> = found.keys().flat_map(|pair| [pair.0, pair.1]).collect::<BTreeSet<_>>().into_iter().collect();
    let said = [MergeState::Asked.code(), MergeState::Distinct.code()];
    let mut judged = HashSet::new();
    for chunk in ids.chunks(CHUNK) {
        let rows = tx.for_rule::<merge::Entity>().and(C::KeptId.is_in(chunk.iter().copied())).and(C::State.is_in(said));
        for row in rows.all(tx).await? {
            judged.insert(in_order(row.kept_id, row.other_id));
        }
    }
    Ok(judged)
}

impl Desk {
    /// Files of a kind that look like one person's, those with most reasons first, at most fifty pairs; and whether more
    /// follow. What waits for an answer or was told apart is left out.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn suspects(&self, kind: MergeKind) -> Result<(Vec<Suspect>, bool), Error> {
        self.require(Action::MergeFiles)?;
        let tx = self.read();
        match kind {
            MergeKind::Child => child::suspects(&tx).await,
            MergeKind::Volunteer => volunteer::suspects(&tx).await,
        }
    }
}
