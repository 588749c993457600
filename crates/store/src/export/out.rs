//! A list with children's names as it leaves the house: which list, its rows page by page, and whose names stand in it.
//! One way for all of them, so that one rule counts the children of each.

use std::collections::BTreeSet;

use naheya_domain::access::Action;
use naheya_domain::export::{TOGETHER, alone};
use naheya_domain::id::{ChildId, RoundId};
use naheya_domain::operation::OperationKind;
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use crate::child::{self, ChildFilter, ChildRow};
use crate::follow_up::{self, FollowUpFilter, FollowUpRow};
use crate::pair::{self, PairFilter, PairRow};
use crate::phone_act::{self, PhoneActLine};
use crate::round::{self, RoundOutcome, RoundPerson};
use crate::sealed::act::Act;
use crate::sealed::entity;
use crate::sealed::tx::Tx;
use crate::sealed::visible::{as_it_is, at};
use crate::stay::{self, StayFilter, StayLine};
use crate::{Desk, Error, audit};

/// Rows of one file.
pub const MOST: u64 = child::MOST_OUT;

/// Which list, as it is filtered on the screen.
#[derive(Clone, Debug)]
pub enum Out {
    /// Children.
    Children(ChildFilter),
    /// Pairs.
    Pairs(PairFilter),
    /// Stays of some days.
    Stays(StayFilter),
    /// Follow-ups that are due.
    FollowUps(FollowUpFilter),
    /// Who takes part in a round, with their wishes.
    RoundPeople(RoundId),
    /// What a round came to.
    RoundResults(RoundId),
    /// Acts of phones that a person should look at.
    PhoneActs,
}

/// A list before it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// Children who stand in it, counted no further than a file goes.
    pub children: u64,
    /// Other children whom the viewer took out alone within the last day; not counted where the list is long by itself.
    pub before: usize,
    /// Whether another person has to agree.
    pub needs_second: bool,
}

/// A row of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutRow {
    /// A child.
    Child(Box<ChildRow>),
    /// A pair.
    Pair(Box<PairRow>),
    /// A stay.
    Stay(Box<StayLine>),
    /// A follow-up.
    FollowUp(Box<FollowUpRow>),
    /// Somebody of a round.
    RoundPerson(Box<RoundPerson>),
    /// What a round came to for somebody.
    RoundOutcome(Box<RoundOutcome>),
    /// An act of a phone.
    PhoneAct(Box<PhoneActLine>),
}

impl OutRow {
    /// Whose name stands in it; nobody's in a home's row, or of an act that belongs to no stay.
    #[must_use]
    pub fn child(&self) -> Option<ChildId> {
        match self {
            OutRow::Child(row) => Some(row.id),
            OutRow::Pair(row) => Some(row.child),
            OutRow::Stay(row) => Some(row.child),
            OutRow::FollowUp(row) => Some(row.child),
            OutRow::RoundPerson(row) => row.child(),
            OutRow::RoundOutcome(row) => row.child(),
            OutRow::PhoneAct(row) => row.child_id,
        }
    }
}

/// The children of some rows, each once.
#[must_use]
pub fn children_of(rows: &[OutRow]) -> Vec<Uuid> {
    rows.iter().filter_map(|row| Some(row.child()?.0)).collect::<BTreeSet<_>>().into_iter().collect()
}

impl Out {
    /// Of which kind the file is.
    #[must_use]
    pub fn kind(&self) -> OperationKind {
        match self {
            Out::Children(_) => OperationKind::Children,
            Out::Pairs(_) => OperationKind::Pairs,
            Out::Stays(_) => OperationKind::Stays,
            Out::FollowUps(_) => OperationKind::FollowUps,
            Out::RoundPeople(_) => OperationKind::RoundPeople,
            Out::RoundResults(_) => OperationKind::RoundResults,
            Out::PhoneActs => OperationKind::PhoneActs,
        }
    }

    /// Whether it is read in one piece: a round is judged as a whole, and what waits of phones is short.
    fn is_one_piece(&self) -> bool {
        matches!(self, Out::RoundPeople(_) | Out::RoundResults(_) | Out::PhoneActs)
    }

    /// How many children stand in it, counted no further than a file goes.
    pub(crate) async fn children(&self, tx: &Tx) -> Result<u64, Error> {
        use entity::child as table;
        let ids = match self {
            Out::Children(filter) => return child::rows_out(tx, filter).await,
            Out::Pairs(filter) => pair::found(tx, filter).await?.ids(entity::pair::Column::ChildId),
            Out::Stays(filter) => stay::found(tx, filter).ids(entity::stay::Column::ChildId),
            Out::FollowUps(filter) => follow_up::found(tx, filter).await?.ids(entity::follow_up::Column::ChildId),
            Out::RoundPeople(_) | Out::RoundResults(_) | Out::PhoneActs => {
                return Ok(children_of(&self.read(tx, MOST).await?).len() as u64);
            }
        };
        tx.visible::<table::Entity>().and(table::Column::Id.in_subquery(ids)).count_to(MOST, tx).await
    }

    /// How many rows it has, counted no further than a file goes.
    pub(crate) async fn rows(&self, tx: &Tx) -> Result<u64, Error> {
        match self {
            Out::Children(filter) => child::rows_out(tx, filter).await,
            Out::Pairs(filter) => pair::found(tx, filter).await?.count_to(MOST, tx).await,
            Out::Stays(filter) => stay::found(tx, filter).count_to(MOST, tx).await,
            Out::FollowUps(filter) => follow_up::found(tx, filter).await?.count_to(MOST, tx).await,
            Out::RoundPeople(_) | Out::RoundResults(_) | Out::PhoneActs => Ok(self.read(tx, MOST).await?.len() as u64),
        }
    }

    /// Whether one person may take it out, beside what the viewer took out already.
    pub(super) async fn weighed(&self, tx: &Tx) -> Result<Weighed, Error> {
        let children = self.children(tx).await?;
        if alone(usize::try_from(children).unwrap_or(usize::MAX)).is_err() {
            return Ok(Weighed { children, before: 0, needs_second: true });
        }
        let own = children_of(&self.read(tx, MOST).await?);
        let before = taken_alone(tx).await?.into_iter().filter(|id| !own.contains(id)).count();
        Ok(Weighed { children, before, needs_second: alone(own.len() + before).is_err() })
    }

    pub(super) async fn read(&self, tx: &Tx, most: u64) -> Result<Vec<OutRow>, Error> {
        Ok(match self {
            Out::Children(filter) => boxed(child::first_rows(tx, filter, most).await?, OutRow::Child),
            Out::Pairs(filter) => boxed(pair::first_rows(tx, filter, most).await?, OutRow::Pair),
            Out::Stays(filter) => boxed(stay::first_rows(tx, filter, most).await?, OutRow::Stay),
            Out::FollowUps(filter) => boxed(follow_up::first_rows(tx, filter, most).await?, OutRow::FollowUp),
            Out::RoundPeople(round) => boxed(round::people_out(tx, *round).await?, OutRow::RoundPerson),
            Out::RoundResults(round) => boxed(round::outcomes_out(tx, *round).await?, OutRow::RoundOutcome),
            Out::PhoneActs => boxed(phone_act::first_rows(tx, most).await?, OutRow::PhoneAct),
        })
    }

    /// The same list after this row.
    fn after(&self, row: &OutRow) -> Option<Out> {
        Some(match (self.clone(), row) {
            (Out::Children(filter), OutRow::Child(row)) => {
                Out::Children(ChildFilter { after: Some((row.name.clone(), row.id)), ..filter })
            }
            (Out::Pairs(filter), OutRow::Pair(row)) => {
                Out::Pairs(PairFilter { after: Some((row.begun_on?, row.id)), ..filter })
            }
            (Out::Stays(filter), OutRow::Stay(row)) => {
                Out::Stays(StayFilter { after: Some((row.starts_at, row.id)), ..filter })
            }
            (Out::FollowUps(filter), OutRow::FollowUp(row)) => {
                Out::FollowUps(FollowUpFilter { after: Some((row.due_at, row.id)), ..filter })
            }
            _ => return None,
        })
    }
}

fn boxed<T>(rows: Vec<T>, of: impl Fn(Box<T>) -> OutRow) -> Vec<OutRow> {
    rows.into_iter().map(|row| of(Box::new(row))).collect()
}

/// What the trail keeps of a list that leaves: each child in it, and the list itself where that is not the children's.
pub(crate) fn note_out(tx: &Tx, kind: OperationKind, children: &[Uuid]) {
    match kind {
        OperationKind::Children => {}
        // Both are the round.
        OperationKind::RoundPeople | OperationKind::RoundResults => tx.note("rounds", None, "export"),
        _ => tx.note(kind.code(), None, "export"),
    }
    for id in children {
        tx.note(child::TABLE, Some(*id), "export");
    }
}

/// That a list leaves by one person's word: judged with what that person took out before, and committed before the file is
/// sent.
struct Leave {
    kind: OperationKind,
    children: Vec<Uuid>,
}

impl Act for Leave {
    const NAME: &'static str = "look";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        leave(tx, self.kind, &self.children).await
    }
}

/// That a page of a list goes to another program, which keeps what it reads: counted with the lists that leave.
struct Tell {
    kind: OperationKind,
    children: Vec<Uuid>,
}

impl Act for Tell {
    const NAME: &'static str = Leave::NAME;
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        note_out(tx, self.kind, &self.children);
        Ok(())
    }
}

/// These children leave the house by one person's word, when they are not too many beside those of the last day. To be asked
/// by an act of the name of [`Leave`] alone: by it they are counted.
pub(crate) async fn leave(tx: &Tx, kind: OperationKind, children: &[Uuid]) -> Result<(), Error> {
    tx.require(Action::Export)?;
    let mut together = taken_alone(tx).await?;
    together.extend(children);
    alone(together.len())?;
    note_out(tx, kind, children);
    Ok(())
}

/// The trail of one commit is written at its end: of two files in it neither knew of the other. Once it is written, both do.
pub(crate) async fn still_alone(tx: &Tx) -> Result<(), Error> {
    alone(taken_alone(tx).await?.len())?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Taken {
    ref_id: Option<Uuid>,
}

/// The children whom the viewer took out alone within the last day: several short lists are one long one. What a second
/// person let out has an act of its own name.
async fn taken_alone(tx: &Tx) -> Result<BTreeSet<Uuid>, Error> {
    use entity::audit_event::{Column as C, Entity as Events};
    use sea_orm::sea_query::ExprTrait;
    let older = audit::last_before(tx, tx.now().plus_minutes(-TOGETHER)).await?;
    let taken = tx
        .for_rule::<Events>()
        .and(C::N.gt(older))
        .and(C::AccountId.eq(tx.account()))
        // Not by the index over nouns: it holds every child's looks of all years.
        .and(as_it_is(at(C::Noun)).eq(child::TABLE))
        .and(C::Act.eq(Leave::NAME))
        .and(C::Fields.eq("export"));
    let rows: Vec<Taken> = taken.columns([C::RefId], tx).await?;
    Ok(rows.into_iter().filter_map(|row| row.ref_id).collect())
}

impl Desk {
    /// The whole list, to be taken out of the house by one person; each child in it stands in the trail first.
    ///
    /// # Errors
    /// `export.needs_second` above [`naheya_domain::export::ALONE`] children, those whom the viewer took out alone within the
    /// last day among them; [`Error::Forbidden`].
    pub async fn list_out(&self, out: &Out) -> Result<Vec<OutRow>, Error> {
        self.require(Action::Export)?;
        let tx = self.read();
        // Counted first: a list that may not leave is not read.
        let children = out.children(&tx).await?;
        alone(usize::try_from(children).unwrap_or(usize::MAX))?;
        let rows = out.read(&tx, MOST).await?;
        self.save(Leave { kind: out.kind(), children: children_of(&rows) }).await?;
        still_alone(&self.read()).await?;
        Ok(rows)
    }

    /// Has the trail tell of each child on a page that another program is about to get, whatever the role that reads. Whoever
    /// has read many so takes no file out alone that day. A program is not held up: the same person reads the same rows on the
    /// pages.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn tell_program(&self, kind: OperationKind, children: Vec<ChildId>) -> Result<(), Error> {
        if children.is_empty() {
            return Ok(());
        }
        let children: BTreeSet<Uuid> = children.into_iter().map(|child| child.0).collect();
        self.save(Tell { kind, children: children.into_iter().collect() }).await
    }

    /// A page of a list on its way out, and the list after it while more follows.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn page_out(&self, out: &Out) -> Result<(Vec<OutRow>, Option<Out>), Error> {
        self.require(Action::Export)?;
        if out.is_one_piece() {
            return Ok((out.read(&self.read(), MOST).await?, None));
        }
        let mut rows = out.read(&self.read(), child::PAGE + 1).await?;
        let more = rows.len() as u64 > child::PAGE;
        rows.truncate(usize::try_from(child::PAGE).unwrap_or(50));
        let next = rows.last().filter(|_| more).and_then(|row| out.after(row));
        Ok((rows, next))
    }
}
