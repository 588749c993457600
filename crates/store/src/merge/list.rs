//! Proposals and merges as the office's list shows them, and where a file that is gone has become part.

use std::collections::HashMap;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::MergeId;
use naheya_domain::merge::{File, MergeKind, MergeState, may_undo, undo_until};
use sea_orm::sea_query::{ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::compare::{Comparison, compare};
use super::{TABLE, asked, codes_of, compared, files_of, kind_of, kind_said, one, undo, undo_of};
use crate::account::display_names;
use crate::assent::RECENT;
use crate::order::at_most;
use crate::sealed::copy::read_back;
use crate::sealed::entity::{child, merge, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Rows of one file.
const MOST_OUT: u64 = 5_000;
/// A file became part of one that became part of one …: no further than this.
const STEPS: usize = 20;

/// A proposal or a merge as the list shows it.
#[derive(Clone, Debug)]
pub struct MergeLine {
    /// Which one.
    pub id: MergeId,
    /// The file that stays, with its name; none when it is gone.
    pub kept: (File, Option<String>),
    /// Its number.
    pub kept_number: Option<String>,
    /// The other one.
    pub other: File,
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

#[derive(Debug, FromQueryResult)]
struct Waiting {
    kind: Option<String>,
    n: i64,
}

/// A proposal or a merge, with what belongs to it.
#[derive(Clone, Debug)]
pub struct MergeFile {
    /// The line.
    pub line: MergeLine,
    /// Codes of what the other file gives.
    pub from_other: Vec<String>,
    /// The files side by side, while they are two.
    pub comparison: Option<Comparison>,
    /// Whether both are as they were when they were compared.
    pub is_fresh: bool,
    /// Tables whose rows stand in the way of taking it apart.
    pub in_the_way: Vec<&'static str>,
}

impl Desk {
    /// What waits, oldest first, and the newest fifty that were decided; of one kind, or of all.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn merges(&self, kind: Option<MergeKind>) -> Result<(Vec<MergeLine>, Vec<MergeLine>), Error> {
        use merge::Column as C;
        self.require(Action::MergeFiles)?;
        let tx = self.read();
        let all = || tx.visible::<merge::Entity>().and_if(kind.map(of_kind));
        let waiting = all().and(C::State.eq(MergeState::Asked.code())).by(C::AskedAt).by(C::Id).all(&tx).await?;
        let open = [MergeState::Asked.code(), MergeState::Distinct.code()];
        let done = all().and(C::State.is_not_in(open)).by_desc(C::AskedAt).by_desc(C::Id).limit(RECENT);
        let done = done.all(&tx).await?;
        Ok((lines(&tx, waiting).await?, lines(&tx, done).await?))
    }

    /// How many of each kind wait for somebody else than the viewer.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn merges_waiting(&self) -> Result<Vec<(MergeKind, usize)>, Error> {
        use merge::Column as C;
        self.require(Action::MergeFiles)?;
        let tx = self.read();
        let waiting = tx.visible::<merge::Entity>().and(C::State.eq(MergeState::Asked.code()));
        let for_reader = waiting.and(C::ByAccount.ne(tx.account()));
        let n = (C::Id.count().cast_as("bigint"), "n");
        let counts: Vec<Waiting> = for_reader.grouped(&[C::Kind], vec![n], &tx).await?;
        let waits = |kind: MergeKind| {
            let found = counts.iter().find(|row| kind_said(row.kind.as_deref()) == kind);
            (kind, found.map_or(0, |row| usize::try_from(row.n).unwrap_or(0)))
        };
        Ok(MergeKind::ALL.into_iter().map(waits).collect())
    }

    /// The newest fifty pairs of files of a kind that were told apart.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn told_apart(&self, kind: MergeKind) -> Result<Vec<MergeLine>, Error> {
        use merge::Column as C;
        self.require(Action::MergeFiles)?;
        let tx = self.read();
        let told = tx.visible::<merge::Entity>().and(of_kind(kind)).and(C::State.eq(MergeState::Distinct.code()));
        let told = told.by_desc(C::AskedAt).by_desc(C::Id).limit(RECENT).all(&tx).await?;
        lines(&tx, told).await
    }

    /// Merges and words about two files, newest first, for a file, and whether there are older ones than it holds; that it
    /// left the house, and which ones, is on the trail before this returns.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn merges_out(&self, kind: Option<MergeKind>) -> Result<(Vec<MergeLine>, bool), Error> {
        use merge::Column as C;
        self.require(Action::MergeFiles)?;
        self.require(Action::Export)?;
        let tx = self.read();
        let all = tx.visible::<merge::Entity>().and_if(kind.map(of_kind));
        let rows = all.by_desc(C::AskedAt).by_desc(C::Id).limit(MOST_OUT + 1).all(&tx).await?;
        let (rows, more) = at_most(MOST_OUT, rows);
        let ids = rows.iter().map(|row| row.id).collect();
        let out = lines(&tx, rows).await?;
        self.looked(TABLE, ids, "export", None).await?;
        Ok((out, more))
    }

    /// How many wait for somebody else than the viewer, counted no further than 100.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn count_merges(&self) -> Result<u64, Error> {
        use merge::Column as C;
        self.require(Action::MergeFiles)?;
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
        let parts: Vec<String> = codes_of(&row).into_iter().map(str::to_owned).collect();
        let (kept, other) = files_of(&row);
        let waits = row.state == MergeState::Asked.code();
        let comparison = match compare(&tx, kept, other, Some(row.id), &codes_of(&row)).await {
            _ if !waits => None,
            Ok(comparison) => Some(comparison),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error),
        };
        let in_the_way = undo::in_the_way(&tx, &row).await?.unwrap_or_default();
        let versions = |c: &Comparison| (c.kept.version, c.other.version) == compared(&row);
        let is_fresh = comparison.as_ref().is_some_and(versions);
        if comparison.is_some() {
            self.looked(super::table_of(kept.kind()), vec![kept.id(), other.id()], "work,personal", None).await?;
        }
        let line = lines(&tx, vec![row]).await?.pop().ok_or(Error::NotFound)?;
        Ok(MergeFile { line, from_other: parts, comparison, is_fresh, in_the_way })
    }

    /// The file that this one has become part of, when the viewer sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`]: it is of no file, or of none that the viewer sees.
    pub async fn merged_into(&self, file: File) -> Result<File, Error> {
        let tx = self.read();
        let at = part_of(&tx, file.id()).await?;
        if at == file.id() {
            return Err(Error::NotFound);
        }
        let seen = match file.kind() {
            MergeKind::Child => tx.visible::<child::Entity>().id(at).one(&tx).await?.id,
            MergeKind::Volunteer => tx.visible::<volunteer::Entity>().id(at).one(&tx).await?.id,
        };
        Ok(file.kind().file(seen))
    }
}

/// The file that this one is part of by now; itself where it stands alone.
async fn part_of(tx: &Tx, file: Uuid) -> Result<Uuid, Error> {
    use merge::Column as C;
    let mut at = file;
    for _ in 0..STEPS {
        let done = tx.for_rule::<merge::Entity>().and(C::OtherId.eq(at)).and(C::State.eq(MergeState::Done.code()));
        let Some(row) = done.by_desc(C::DecidedAt).first(tx).await? else { break };
        at = row.kept_id;
    }
    Ok(at)
}

/// The child's file of which the one with this number has become part; its number still stands on paper.
pub(crate) async fn child_numbered_before(tx: &Tx, number: &str) -> Result<Option<Uuid>, Error> {
    use merge::Column as C;
    let done = tx.for_rule::<merge::Entity>().and(C::OtherNumber.eq(number)).and(of_kind(MergeKind::Child));
    let done = done.and(C::State.eq(MergeState::Done.code())).by_desc(C::DecidedAt);
    match done.first(tx).await? {
        Some(row) => part_of(tx, row.kept_id).await.map(Some),
        None => Ok(None),
    }
}

/// Rows of one kind; those of a child have no word for it.
fn of_kind(kind: MergeKind) -> SimpleExpr {
    match kind {
        MergeKind::Child => merge::Column::Kind.is_null(),
        MergeKind::Volunteer => merge::Column::Kind.eq(kind.code()),
    }
}

async fn lines(tx: &Tx, rows: Vec<merge::Model>) -> Result<Vec<MergeLine>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let people = rows.iter().flat_map(|row| [Some(row.by_account), row.decided_by, row.undone_by]);
    let people = display_names(tx, people).await?;
    let of = |kind: MergeKind| {
        let rows = rows.iter().filter(move |row| kind_of(row) == kind);
        rows.flat_map(|row| [row.kept_id, row.other_id]).collect::<Vec<Uuid>>()
    };
    let children = tx.visible::<child::Entity>().among(of(MergeKind::Child)).all(tx).await?;
    let carers = of(MergeKind::Volunteer);
    let carers = tx.visible::<volunteer::Entity>().among(carers).all(tx).await?;
    let children = children.into_iter().map(|c| (c.id, (c.name, c.number)));
    let names: Names = children.chain(carers.into_iter().map(|v| (v.id, (v.name, v.number)))).collect();
    rows.into_iter().map(|row| line(tx, &people, &names, row)).collect()
}

/// Names and numbers of the files that are there.
type Names = HashMap<Uuid, (String, String)>;

/// The name in the row of a file that is gone, while it is kept.
fn gone_name(tx: &Tx, row: &merge::Model) -> Result<Option<String>, Error> {
    match kind_of(row) {
        MergeKind::Child => undo_of::<super::child::Undo>(tx, row)?
            .map(|undo| read_back::<child::Entity>(&undo.other).map(|row| row.name))
            .transpose(),
        MergeKind::Volunteer => undo_of::<super::volunteer::Undo>(tx, row)?
            .map(|undo| read_back::<volunteer::Entity>(&undo.other).map(|row| row.name))
            .transpose(),
    }
}

fn line(tx: &Tx, people: &HashMap<Uuid, String>, names: &Names, row: merge::Model) -> Result<MergeLine, Error> {
    let asked = asked(&row);
    let gone = match names.get(&row.other_id) {
        Some((name, _)) => Some(name.clone()),
        None => gone_name(tx, &row)?,
    };
    let may_undo = row.undo_sealed.is_some() && may_undo(&asked, tx.now()).is_ok();
    let (kept, other) = files_of(&row);
    Ok(MergeLine {
        id: MergeId(row.id),
        kept: (kept, names.get(&row.kept_id).map(|(name, _)| name.clone())),
        kept_number: names.get(&row.kept_id).map(|(_, number)| number.clone()),
        other,
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
