//! A child's file whose processing is restricted (个人信息保护法, art. 44 and 46): a guardian says that it is wrong, or asks to stop
//! while that is examined. Until a leader lifts it, the child is taken into no round and paired with nobody new, its pictures
//! rest, it stands in no list of children that leaves, and the file is merged with no other, nor erased. Weekends that were
//! agreed on, custody, alarms, talks and concerns go on: the child's safety stands first.

use std::collections::BTreeSet;

use naheya_domain::access::Action;
use naheya_domain::id::ChildId;
use naheya_domain::{Role, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::account::display_names;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, restriction};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error, assent};

const TABLE: &str = "restrictions";
/// Characters of a ground, and of why it is lifted, at least.
const LEAST: usize = 4;
/// What the trail of the child's file says.
const FIELD: &str = "restriction";
/// Children that one question names.
const CHUNK: usize = 500;

/// Restricts the processing of a child's file.
#[derive(Clone, Debug)]
pub struct Restrict {
    /// Whose file.
    pub child: ChildId,
    /// What the guardian disputes or asks, when and how, 4 to 200 characters; sealed.
    pub ground: String,
}

impl Act for Restrict {
    const NAME: &'static str = "restriction.begin";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RestrictFile)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        let ground = assent::words("ground", &self.ground, LEAST)?;
        crate::erasure::not_erased(tx, child.id).await?;
        not_restricted(tx, child.id).await?;
        let id = Uuid::now_v7();
        tx.insert::<restriction::Entity>(restriction::Model {
            area_id: tx.area_id(),
            id,
            child_id: child.id,
            ground_sealed: tx.seal(TABLE, "ground_sealed", id, &ground)?,
            by_account: tx.account(),
            begun_at: tx.now().0,
            lifted_by: None,
            lifted_at: None,
            lifted_sealed: None,
            version: 1,
        })
        .await?;
        tx.note(crate::child::TABLE, Some(child.id), FIELD);
        Ok(())
    }
}

/// Lifts the restriction: what was disputed has been examined.
#[derive(Clone, Debug)]
pub struct LiftRestriction {
    /// Whose file.
    pub child: ChildId,
    /// What came of it and what the guardian was told, 4 to 200 characters; sealed.
    pub words: String,
}

impl Act for LiftRestriction {
    const NAME: &'static str = "restriction.lift";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RestrictFile)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        let words = assent::words("words", &self.words, LEAST)?;
        let before = standing(tx).and(restriction::Column::ChildId.eq(child.id)).first(tx).await?;
        let before = before.ok_or_else(|| Error::refused("restriction.lifted"))?;
        let after = restriction::Model {
            lifted_by: Some(tx.account()),
            lifted_at: Some(tx.now().0),
            lifted_sealed: Some(tx.seal(TABLE, "lifted_sealed", before.id, &words)?),
            ..before.clone()
        };
        tx.change::<restriction::Entity>(&before, after).await?;
        tx.note(crate::child::TABLE, Some(child.id), FIELD);
        Ok(())
    }
}

/// The restrictions that hold.
pub(crate) fn standing(tx: &Tx) -> Visible<restriction::Entity> {
    tx.for_rule::<restriction::Entity>().and(restriction::Column::LiftedAt.is_null())
}

/// Those of these children whose file is restricted.
pub(crate) async fn restricted(tx: &Tx, children: &[Uuid]) -> Result<BTreeSet<Uuid>, Error> {
    let mut found = BTreeSet::new();
    for some in children.chunks(CHUNK) {
        let rows = standing(tx).and(restriction::Column::ChildId.is_in(some.iter().copied())).all(tx).await?;
        found.extend(rows.into_iter().map(|row| row.child_id));
    }
    Ok(found)
}

/// Refuses what must wait until a restriction is lifted.
pub(crate) async fn not_restricted(tx: &Tx, child: Uuid) -> Result<(), Error> {
    if restricted(tx, &[child]).await?.is_empty() { Ok(()) } else { Err(Error::refused("restriction.holds")) }
}

/// A restriction as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestrictionLine {
    /// What the guardian disputes or asks.
    pub ground: String,
    /// Who restricted the file.
    pub by: Option<String>,
    /// When.
    pub begun_at: Timestamp,
    /// Who lifted it.
    pub lifted_by: Option<String>,
    /// When; none while it holds.
    pub lifted_at: Option<Timestamp>,
    /// Why.
    pub words: Option<String>,
}

/// The restrictions of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestrictionView {
    /// The child's name.
    pub name: String,
    /// The one that holds.
    pub holds: Option<RestrictionLine>,
    /// Those that were lifted, newest first.
    pub lifted: Vec<RestrictionLine>,
}

impl Desk {
    /// Whether and why the processing of a child's file is or was restricted; the look stands in the trail before this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn restrictions_of(&self, child: ChildId) -> Result<RestrictionView, Error> {
        use restriction::Column as C;
        self.require(Action::AskErasure)?;
        let tx = self.read();
        let file = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        let rows = tx.visible::<restriction::Entity>().and(C::ChildId.eq(file.id));
        let rows = rows.by_desc(C::BegunAt).by_desc(C::Id).all(&tx).await?;
        let names = display_names(&tx, rows.iter().flat_map(|row| [Some(row.by_account), row.lifted_by])).await?;
        let line = |row: &restriction::Model| {
            Ok::<_, Error>(RestrictionLine {
                ground: tx.open(TABLE, "ground_sealed", row.id, &row.ground_sealed)?,
                by: names.get(&row.by_account).cloned(),
                begun_at: Timestamp(row.begun_at),
                lifted_by: row.lifted_by.and_then(|id| names.get(&id).cloned()),
                lifted_at: row.lifted_at.map(Timestamp),
                words: tx.open_some(TABLE, "lifted_sealed", row.id, row.lifted_sealed.as_ref())?,
            })
        };
        let lines: Vec<RestrictionLine> = rows.iter().map(line).collect::<Result<_, _>>()?;
        let (holds, lifted): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.lifted_at.is_none());
        self.looked(crate::child::TABLE, vec![child.0], "work", None).await?;
        Ok(RestrictionView { name: file.name, holds: holds.into_iter().next(), lifted })
    }

    /// Whether the file page says that the file is restricted: to the office, and to the child's own guardians.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn says_restricted(&self, child: ChildId) -> Result<bool, Error> {
        if !self.may(Action::AskErasure) && self.viewer().role != Role::Guardian {
            return Ok(false);
        }
        let tx = self.read();
        let file = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        Ok(!restricted(&tx, &[file.id]).await?.is_empty())
    }
}
