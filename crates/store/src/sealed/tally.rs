//! Running totals, kept in the transaction of the change that moves them. Every row that is written comes by here; what it
//! adds to which day follows from the row itself (a pair begins, an hour is credited), or from all rows of a home, a child
//! or a pair (a home counts once however many volunteers live in it). For the latter, what stood before the first change
//! is kept, and compared with what stands when the act is done.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::measure::{Measure, Measures};
use sea_orm::{DatabaseTransaction, EntityTrait, FromQueryResult, ModelTrait};
use uuid::Uuid;

use super::entity::{child, follow_up, hours_entry, pair, rollup, stay, volunteer};
use super::tx::Tx;
use crate::Error;

mod mark;
mod subject;

use mark::{Span, steps_of_span, stood, took_place, volunteer_span};

/// What is added to a measure on a day.
pub(crate) type Step = (String, Measure, i64);

/// What a row adds, and of whom it says something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// By itself.
    own: Vec<Step>,
    /// Together with others: of whom, and the words that matter.
    of: BTreeSet<(Cause, String)>,
}

/// Whose total may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    Home(Uuid),
    Child(Uuid),
    Pair(Uuid),
    /// All pairs of a child: its ethnic group may have been corrected.
    PairsOfChild(Uuid),
    PairsOfVolunteer(Uuid),
}

/// What counts once, whatever number of rows speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// A home with volunteers.
    Home(Uuid),
    /// A child that was supported.
    Child(Uuid),
    /// A pair of two ethnic groups.
    Pair(Uuid),
}

/// What an act has moved so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    own: BTreeMap<String, Measures>,
    before: BTreeMap<Subject, Vec<Step>>,
}

impl Tally {
    fn add(&mut self, steps: &[Step], times: i64) {
        for (day, measure, count) in steps {
            self.own.entry(day.clone()).or_default().add(*measure, count * times);
        }
    }

    /// Takes over what another hold on the same transaction moved. Who was touched by both stood before as the earlier
    /// one found it.
    pub(super) fn join(&mut self, other: Tally) {
        for (day, more) in other.own {
            self.own.entry(day).or_default().add_all(&more);
        }
        for (subject, steps) in other.before {
            self.before.entry(subject).or_insert(steps);
        }
    }
}

/// What a row says to the totals; nothing for most tables.
pub(super) fn marks<M: Any>(row: &M) -> Marks {
    let row = row as &dyn Any;
    if let Some(row) = row.downcast_ref::<stay::Model>() {
        return mark::of_stay(row);
    }
    if let Some(row) = row.downcast_ref::<pair::Model>() {
        return mark::of_pair(row);
    }
    if let Some(row) = row.downcast_ref::<hours_entry::Model>() {
        return mark::of_hours(row);
    }
    if let Some(row) = row.downcast_ref::<follow_up::Model>() {
        return mark::of_talk(row);
    }
    if let Some(row) = row.downcast_ref::<volunteer::Model>() {
        return mark::of_volunteer(row);
    }
    row.downcast_ref::<child::Model>().map(mark::of_child).unwrap_or_default()
}

/// To be called before rows are written: `before` is what they say now, `after` what they will say. A new row has nothing
/// before, a row that is taken away nothing after. Once they are written, [`moved`] counts them.
pub(super) async fn foresee(tx: &Tx, before: &[Marks], after: &[Marks]) -> Result<(), Error> {
    let said: BTreeSet<&(Cause, String)> = before.iter().flat_map(|m| &m.of).collect();
    let will: BTreeSet<&(Cause, String)> = after.iter().flat_map(|m| &m.of).collect();
    let is_new = before.is_empty();
    let causes = said.symmetric_difference(&will).map(|(cause, _)| *cause);
    // Nobody has a pair before being on file.
    let causes: BTreeSet<Cause> = causes
        .filter(|cause| !is_new || !matches!(cause, Cause::PairsOfChild(_) | Cause::PairsOfVolunteer(_)))
        .collect();
    let subjects = subject::of_causes(tx, causes).await?;
    let unknown: Vec<Subject> = tx.with_tally(|t| subjects.into_iter().filter(|s| !t.before.contains_key(s)).collect());
    let stood = if unknown.is_empty() { BTreeMap::new() } else { subject::steps(tx, unknown).await? };
    tx.with_tally(|tally| tally.before.extend(stood));
    Ok(())
}

/// Counts what rows add by themselves, now that they are written: a change that found another version has moved nothing,
/// though its act may go on.
pub(super) fn moved(tx: &Tx, before: &[Marks], after: &[Marks]) {
    tx.with_tally(|tally| {
        before.iter().for_each(|m| tally.add(&m.own, -1));
        after.iter().for_each(|m| tally.add(&m.own, 1));
    });
}

/// When the act is done: what has moved, by day.
pub(super) async fn settled(tx: &Tx) -> Result<BTreeMap<String, Measures>, Error> {
    let mut tally = tx.with_tally(std::mem::take);
    let before = std::mem::take(&mut tally.before);
    if !before.is_empty() {
        let now = subject::steps(tx, before.keys().copied().collect()).await?;
        before.values().for_each(|steps| tally.add(steps, -1));
        now.values().for_each(|steps| tally.add(steps, 1));
    }
    tally.own.retain(|_, moved| !moved.is_zero());
    Ok(tally.own)
}

/// Since when each of these children or homes counts, of what began by a day.
async fn since(tx: &Tx, subjects: Vec<Subject>, by: &str) -> Result<BTreeMap<Subject, String>, Error> {
    let steps = subject::steps(tx, subjects).await?;
    let last = |steps: Vec<Step>| {
        let begun = steps.into_iter().filter(|(day, _, count)| *count > 0 && day.as_str() <= by);
        begun.map(|(day, ..)| day).max()
    };
    Ok(steps.into_iter().filter_map(|(subject, steps)| Some((subject, last(steps)?))).collect())
}

/// The day from which each of these children counts as a supported one.
pub(crate) async fn children_since(tx: &Tx, ids: &[Uuid], by: &str) -> Result<BTreeMap<Uuid, String>, Error> {
    let days = since(tx, ids.iter().copied().map(Subject::Child).collect(), by).await?;
    Ok(ids.iter().filter_map(|id| Some((*id, days.get(&Subject::Child(*id))?.clone()))).collect())
}

/// The day from which each of these homes counts without a gap.
pub(crate) async fn homes_since(tx: &Tx, ids: &[Uuid], by: &str) -> Result<BTreeMap<Uuid, String>, Error> {
    let days = since(tx, ids.iter().copied().map(Subject::Home).collect(), by).await?;
    Ok(ids.iter().filter_map(|id| Some((*id, days.get(&Subject::Home(*id))?.clone()))).collect())
}

#[derive(FromQueryResult)]
struct Begun {
    begun_on: String,
    ended_on: Option<String>,
    state: String,
}

#[derive(FromQueryResult)]
struct Joined {
    approved_at: Option<i64>,
    joined_on: Option<String>,
    left_on: Option<String>,
    state: String,
}

#[derive(FromQueryResult)]
struct Credited {
    kind: String,
    ends_at: i64,
    minutes: i32,
    confirmed_by: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Talk {
    due_at: i64,
    state: String,
    done_at: Option<i64>,
}

/// The county's totals counted anew from all its rows: what the kept ones must be.
pub(crate) async fn recounted(tx: &Tx) -> Result<BTreeMap<String, Measures>, Error> {
    use {follow_up::Column as F, hours_entry::Column as H, pair::Column as P, volunteer::Column as V};
    let mut tally = Tally::default();
    tally.add(&subject::all_steps(tx).await?, 1);
    let columns = [V::ApprovedAt, V::JoinedOn, V::LeftOn, V::State];
    for row in tx.for_rule::<volunteer::Entity>().columns::<Joined, 4>(columns, tx).await? {
        let span = volunteer_span(row.approved_at, row.joined_on.as_deref(), row.left_on.as_deref(), &row.state);
        tally.add(&steps_of_span(Measure::Volunteers, span), 1);
    }
    for row in tx.for_rule::<pair::Entity>().columns::<Begun, 3>([P::BegunOn, P::EndedOn, P::State], tx).await? {
        tally.add(&mark::pair_steps(&row.begun_on, row.ended_on.as_deref(), &row.state), 1);
    }
    let columns = [H::Kind, H::EndsAt, H::Minutes, H::ConfirmedBy];
    for row in tx.for_rule::<hours_entry::Entity>().columns::<Credited, 4>(columns, tx).await? {
        let step = mark::minutes_step(&row.kind, row.ends_at, row.confirmed_by.is_some(), row.minutes);
        tally.add(step.as_slice(), 1);
    }
    for row in tx.for_rule::<follow_up::Entity>().columns::<Talk, 3>([F::DueAt, F::State, F::DoneAt], tx).await? {
        tally.add(&mark::talk_steps(row.due_at, &row.state, row.done_at), 1);
    }
    tally.own.retain(|_, moved| !moved.is_zero());
    Ok(tally.own)
}

/// Adds what has moved to the rows of its days.
#[expect(clippy::disallowed_methods, reason = "the fence: totals move with the rows that they count")]
pub(super) async fn write(tx: &DatabaseTransaction, area: i32, moved: BTreeMap<String, Measures>) -> Result<(), Error> {
    use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
    use sea_orm::{ActiveModelTrait, IdenStatic, IntoActiveModel, Iterable};
    let rows: Vec<rollup::ActiveModel> = moved
        .into_iter()
        .filter(|(_, moved)| !moved.is_zero())
        .map(|(day, moved)| model(area, day, &moved).into_active_model().reset_all())
        .collect();
    let mut added = OnConflict::columns([rollup::Column::AreaId, rollup::Column::Day]);
    for column in rollup::Column::iter().skip(2) {
        let more = Expr::col((Alias::new("excluded"), Alias::new(column.as_str())));
        added.value(column, Expr::col((rollup::Entity, column)).add(more));
    }
    for chunk in rows.chunks(200) {
        rollup::Entity::insert_many(chunk.to_vec()).on_conflict(added.clone()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// A row of the table from a day's numbers.
pub(crate) fn model(area: i32, day: String, moved: &Measures) -> rollup::Model {
    rollup::Model {
        area_id: area,
        day,
        volunteers: moved.get(Measure::Volunteers),
        families: moved.get(Measure::Families),
        children_supported: moved.get(Measure::ChildrenSupported),
        pairs: moved.get(Measure::Pairs),
        pairs_active: moved.get(Measure::PairsActive),
        pairs_interethnic: moved.get(Measure::PairsInterethnic),
        stay_minutes: moved.get(Measure::StayMinutes),
        paper_minutes: moved.get(Measure::PaperMinutes),
        training_minutes: moved.get(Measure::TrainingMinutes),
        activity_minutes: moved.get(Measure::ActivityMinutes),
        correction_minutes: moved.get(Measure::CorrectionMinutes),
        talks_due: moved.get(Measure::TalksDue),
        talks_on_time: moved.get(Measure::TalksOnTime),
    }
}

/// The numbers of a row that has a column for each measure, named alike.
pub(crate) fn numbers<M: ModelTrait>(
    row: &M,
    column: impl Fn(Measure) -> <M::Entity as EntityTrait>::Column,
) -> Measures {
    let mut all = Measures::default();
    for measure in Measure::ALL {
        if let sea_orm::Value::BigInt(Some(count)) = row.get(column(measure)) {
            all.add(measure, count);
        }
    }
    all
}
