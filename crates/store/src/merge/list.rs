//! Proposals and merges as the office's list shows them, and where a file that is gone has become part.

use std::collections::HashMap;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::{ChildId, MergeId};
use naheya_domain::merge::{MergeState, Part, may_undo, undo_until};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::compare::{Comparison, compare};
use super::{TABLE, Undo, asked, one, parts_of, undo};
use crate::assent::{self, RECENT};
use crate::sealed::copy::read_back;
use crate::sealed::entity::{child, merge};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// A file became part of one that became part of one …: no further than this.
const STEPS: usize = 20;

/// A proposal or a merge as the list shows it.
#[derive(Clone, Debug)]
pub struct MergeLine {
    /// Which one.
    pub id: MergeId,
    /// The file that stays, with its name; none when it is gone.
    pub kept: (ChildId, Option<String>),
    /// The other one.
    pub other: ChildId,
    /// Its name, while it is kept.
    pub other_name: Option<String>,
    /// Its number.
    pub other_number: String,
    /// How far it is.
    pub state: MergeState,
    /// Who proposed it.
    pub by: Option<String>,
    /// Whether that was the reader, who then cannot decide.
    pub own: bool,
    /// When.
    pub asked_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why not.
    pub answer: Option<String>,
    /// Until when it can be taken apart; none when it cannot.
    pub undo_until: Option<Timestamp>,
    /// Who took it apart, and when.
    pub undone: Option<(Option<String>, Timestamp)>,
}

/// A proposal or a merge, with what belongs to it.
#[derive(Clone, Debug)]
pub struct MergeFile {
    /// The line.
    pub line: MergeLine,
    /// What the other file gives.
    pub from_other: Vec<Part>,
    /// The files side by side, while they are two.
    pub comparison: Option<Comparison>,
    /// Whether both are as they were when they were compared.
    pub is_fresh: bool,
    /// Tables whose rows stand in the way of taking it apart.
    pub in_the_way: Vec<&'static str>,
}

impl Desk {
    /// What waits, oldest first, and the newest fifty that were decided.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn merges(&self) -> Result<(Vec<MergeLine>, Vec<MergeLine>), Error> {
        use merge::Column as C;
        self.require(Action::MergeChild)?;
        let tx = self.read();
        let all = || tx.visible::<merge::Entity>();
        let waiting = all().and(C::State.eq(MergeState::Asked.code())).by(C::AskedAt).by(C::Id).all(&tx).await?;
        let open = [MergeState::Asked.code(), MergeState::Distinct.code()];
        let done = all().and(C::State.is_not_in(open)).by_desc(C::AskedAt).by_desc(C::Id).limit(RECENT);
        let done = done.all(&tx).await?;
        Ok((lines(&tx, waiting).await?, lines(&tx, done).await?))
    }

    /// How many wait for somebody else than the viewer, counted no further than 100.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn count_merges(&self) -> Result<u64, Error> {
        use merge::Column as C;
        self.require(Action::MergeChild)?;
        let waits = (C::State, MergeState::Asked.code());
        self.count_waiting::<merge::Entity>("merges.count", waits, C::ByAccount).await
    }

    /// One proposal or merge; the look at both files is on the trail before this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn merge_file(&self, id: MergeId) -> Result<MergeFile, Error> {
        let tx = self.read();
        let row = one(&tx, id).await?;
        let parts = parts_of(&row);
        let (kept, other) = (ChildId(row.kept_id), ChildId(row.other_id));
        let waits = row.state == MergeState::Asked.code();
        let comparison = match compare(&tx, kept, other, Some(row.id), &parts).await {
            _ if !waits => None,
            Ok(comparison) => Some(comparison),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        };
        let in_the_way = match Undo::of(&tx, &row)? {
            Some(kept) => undo::in_the_way(&tx, &row, &kept).await?,
            None => Vec::new(),
        };
        let versions = |c: &Comparison| (c.kept.version, c.other.version) == (row.kept_version, row.other_version);
        let is_fresh = comparison.as_ref().is_some_and(versions);
        if comparison.is_some() {
            self.looked(crate::child::TABLE, vec![kept.0, other.0], "work,personal", None).await?;
        }
        let line = lines(&tx, vec![row]).await?.pop().ok_or(Error::NotFound)?;
        Ok(MergeFile { line, from_other: parts, comparison, is_fresh, in_the_way })
    }

    /// The file that this one has become part of, when the viewer sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`]: it is of no file, or of none that the viewer sees.
    pub async fn merged_into(&self, child: ChildId) -> Result<ChildId, Error> {
        use merge::Column as C;
        let tx = self.read();
        let mut at = child.0;
        for _ in 0..STEPS {
            let done = tx.for_rule::<merge::Entity>().and(C::OtherId.eq(at)).and(C::State.eq(MergeState::Done.code()));
            let Some(row) = done.by_desc(C::DecidedAt).first(&tx).await? else { break };
            at = row.kept_id;
        }
        if at == child.0 {
            return Err(Error::NotFound);
        }
        tx.visible::<child::Entity>().id(at).one(&tx).await.map(|row| ChildId(row.id))
    }
}

async fn lines(tx: &Tx, rows: Vec<merge::Model>) -> Result<Vec<MergeLine>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let people = rows.iter().flat_map(|row| [Some(row.by_account), row.decided_by, row.undone_by]);
    let people = assent::names(tx, people).await?;
    let children = rows.iter().flat_map(|row| [row.kept_id, row.other_id]);
    let children = tx.visible::<child::Entity>().and(child::Column::Id.is_in(children)).all(tx).await?;
    let names: HashMap<Uuid, String> = children.into_iter().map(|c| (c.id, c.name)).collect();
    rows.into_iter().map(|row| line(tx, &people, &names, row)).collect()
}

fn line(
    tx: &Tx,
    people: &HashMap<Uuid, String>,
    names: &HashMap<Uuid, String>,
    row: merge::Model,
) -> Result<MergeLine, Error> {
    let asked = asked(&row);
    let gone = match names.get(&row.other_id) {
        Some(name) => Some(name.clone()),
        None => match Undo::of(tx, &row)? {
            Some(undo) => Some(read_back::<child::Entity>(&undo.other)?.name),
            None => None,
        },
    };
    let may_undo = row.undo_sealed.is_some() && may_undo(&asked, tx.now()).is_ok();
    Ok(MergeLine {
        id: MergeId(row.id),
        kept: (ChildId(row.kept_id), names.get(&row.kept_id).cloned()),
        other: ChildId(row.other_id),
        other_name: gone,
        other_number: row.other_number,
        state: asked.state,
        by: people.get(&row.by_account).cloned(),
        own: row.by_account == tx.account(),
        asked_at: Timestamp(row.asked_at),
        decided_by: row.decided_by.and_then(|id| people.get(&id).cloned()),
        decided_at: asked.decided_at,
        answer: tx.open_some(TABLE, "answer_sealed", row.id, row.answer_sealed.as_ref())?,
        undo_until: asked.decided_at.filter(|_| may_undo).map(undo_until),
        undone: row.undone_by.zip(row.undone_at).map(|(by, at)| (people.get(&by).cloned(), Timestamp(at))),
    })
}
