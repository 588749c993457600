//! Files that look like one person's: what was found along indexes, without what waits for an answer or was told apart.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use naheya_domain::access::Action;
use naheya_domain::erasure::NAMELESS;
use naheya_domain::merge::{MergeKind, MergeState, Why};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::compare::Side;
use super::{child, volunteer};
use crate::sealed::entity::{self, merge};
use crate::sealed::record::OfCounty;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Pairs that a page shows.
const SHOWN: usize = 50;
/// Groups of the same name and birth date that are looked at.
const GROUPS: u64 = 500;
/// From so many files on what was found is remembered.
const LARGE: u64 = 10_000;
/// Pairs or names in one question.
pub(super) const CHUNK: usize = 100;

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

/// A file by whose it says it is.
#[derive(Debug, FromQueryResult)]
struct Dated {
    id: Uuid,
    name: String,
    birth_on: Option<String>,
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

    /// Each two of some files that are alike.
    pub(super) fn add_alike<T>(
        &mut self,
        files: &[T],
        id: impl Fn(&T) -> Uuid,
        is_alike: impl Fn(&T, &T) -> bool,
        why: Why,
    ) {
        for (n, one) in files.iter().enumerate() {
            for other in files.iter().skip(n + 1) {
                if is_alike(one, other) {
                    self.add(id(one), id(other), why);
                }
            }
        }
    }

    /// Those with most reasons first, without what is judged already; and whether more follow. Who stands further down than
    /// a page reaches is not looked up.
    async fn ranked(&self, tx: &Tx) -> Result<(Ranked, bool), Error> {
        let mut found: Vec<(&(Uuid, Uuid), &BTreeSet<Why>)> = self.0.iter().collect();
        found.sort_by_key(|(_, why)| std::cmp::Reverse(why.len()));
        let mut shown: Ranked = Vec::new();
        for some in found.chunks(CHUNK) {
            let judged = judged(tx, some.iter().map(|(pair, _)| **pair).collect()).await?;
            let left = some.iter().filter(|(pair, _)| !judged.contains(*pair));
            shown.extend(left.map(|(pair, why)| (**pair, (*why).clone())));
            if shown.len() > SHOWN {
                break;
            }
        }
        let more = shown.len() > SHOWN;
        shown.truncate(SHOWN);
        Ok((shown, more))
    }
}

/// Ids tell the minute in which they were made: the older file comes first.
fn in_order(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    if one < other { (one, other) } else { (other, one) }
}

/// Files of one name and birth date, by these columns and the id: they stand side by side in an index.
pub(super) async fn by_birth<E>(tx: &Tx, [birth_on, name, id]: [E::Column; 3], found: &mut Found) -> Result<(), Error>
where
    E: OfCounty,
    E::Model: Send + Sync,
{
    let dated = tx.visible::<E>().and(birth_on.is_not_null());
    let twice = tx.visible::<E>().repeated([birth_on, name], dated, GROUPS);
    let rows: Vec<Dated> = twice.columns([birth_on, name, id], tx).await?;
    let mut groups: HashMap<(Option<String>, String), Vec<Uuid>> = HashMap::new();
    // Erased files are alike, and nobody's double.
    for row in rows.into_iter().filter(|row| row.name != NAMELESS) {
        groups.entry((row.birth_on, row.name)).or_default().push(row.id);
    }
    for ids in groups.values() {
        found.add_alike(ids, |id| *id, |_, _| true, Why::Birth);
    }
    Ok(())
}

/// What waits for an answer, or was told apart.
async fn judged(tx: &Tx, pairs: Vec<(Uuid, Uuid)>) -> Result<HashSet<(Uuid, Uuid)>, Error> {
    use merge::Column as C;
    let ids: BTreeSet<Uuid> = pairs.into_iter().flat_map(|(one, other)| [one, other]).collect();
    let said = [MergeState::Asked.code(), MergeState::Distinct.code()];
    let rows = tx.for_rule::<merge::Entity>().and(C::KeptId.is_in(ids)).and(C::State.is_in(said));
    let rows: Vec<Said> = rows.columns([C::KeptId, C::OtherId], tx).await?;
    Ok(rows.into_iter().map(|row| in_order(row.kept_id, row.other_id)).collect())
}

/// Two files of which something was said.
#[derive(Debug, FromQueryResult)]
struct Said {
    kept_id: Uuid,
    other_id: Uuid,
}

impl Desk {
    /// Files of a kind that look like one person's, those with most reasons first, at most fifty pairs; and whether more
    /// follow. What waits for an answer or was told apart is left out. In a very large county a new file may be looked at a
    /// minute later.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn suspects(&self, kind: MergeKind) -> Result<(Vec<Suspect>, bool), Error> {
        self.require(Action::MergeFiles)?;
        let tx = self.read();
        let found = if is_large(&tx, kind).await? {
            let find = move |desk: Desk| async move { alike(&desk.read(), kind).await.map(Arc::new) };
            self.remembered_behind("suspects", kind.code().to_owned(), find).await?
        } else {
            Arc::new(alike(&tx, kind).await?)
        };
        let (ranked, more) = found.ranked(&tx).await?;
        let shown = match kind {
            MergeKind::Child => child::shown(&tx, ranked).await?,
            MergeKind::Volunteer => volunteer::shown(&tx, ranked).await?,
        };
        Ok((shown, more))
    }
}

/// Whether there are so many files that looking through them takes long.
async fn is_large(tx: &Tx, kind: MergeKind) -> Result<bool, Error> {
    let files = match kind {
        MergeKind::Child => tx.visible::<entity::child::Entity>().count_to(LARGE, tx).await?,
        MergeKind::Volunteer => tx.visible::<entity::volunteer::Entity>().count_to(LARGE, tx).await?,
    };
    Ok(files >= LARGE)
}

async fn alike(tx: &Tx, kind: MergeKind) -> Result<Found, Error> {
    match kind {
        MergeKind::Child => child::alike(tx).await,
        MergeKind::Volunteer => volunteer::alike(tx).await,
    }
}
