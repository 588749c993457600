//! What counts once: asked for from all rows that speak of it, before the first change and after the last.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use naheya_domain::measure::Measure;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::{Cause, Span, Step, Subject, steps_of_span, stood, took_place, volunteer_span};
use crate::Error;
use crate::sealed::entity::{child, follow_up, pair, stay, volunteer};
use crate::sealed::tx::Tx;

/// Ids in one question.
const CHUNK: usize = 500;
const HAN: &str = "01";

#[derive(FromQueryResult)]
struct Carer {
    household_id: Uuid,
    approved_at: Option<i64>,
    joined_on: Option<String>,
    left_on: Option<String>,
    state: String,
}

#[derive(FromQueryResult)]
struct Couple {
    id: Uuid,
    begun_on: String,
    child_id: Uuid,
    volunteer_id: Uuid,
}

#[derive(FromQueryResult)]
struct Of {
    child_id: Uuid,
    on: Option<String>,
}

#[derive(FromQueryResult)]
struct At {
    child_id: Uuid,
    at: Option<i64>,
}

#[derive(FromQueryResult)]
struct Group {
    id: Uuid,
    ethnic: Option<String>,
}

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

/// Whom the causes touch. The first one locks the head of the county's chain: another process at the same county waits
/// here instead of reading what this one is about to change.
pub(super) async fn of_causes(tx: &Tx, causes: BTreeSet<Cause>) -> Result<BTreeSet<Subject>, Error> {
    let mut subjects = BTreeSet::new();
    let (mut of_children, mut of_volunteers) = (Vec::new(), Vec::new());
    if !causes.is_empty() {
        tx.alone_in_county().await?;
    }
    for cause in causes {
        match cause {
            Cause::Home(id) => drop(subjects.insert(Subject::Home(id))),
            Cause::Child(id) => drop(subjects.insert(Subject::Child(id))),
            Cause::Pair(id) => drop(subjects.insert(Subject::Pair(id))),
            Cause::PairsOfChild(id) => of_children.push(id),
            Cause::PairsOfVolunteer(id) => of_volunteers.push(id),
        }
    }
    subjects.extend(pairs_where(tx, pair::Column::ChildId, &of_children).await?);
    subjects.extend(pairs_where(tx, pair::Column::VolunteerId, &of_volunteers).await?);
    Ok(subjects)
}

async fn pairs_where(tx: &Tx, column: pair::Column, ids: &[Uuid]) -> Result<Vec<Subject>, Error> {
    let mut all = Vec::new();
    for some in ids.chunks(CHUNK) {
        let these = match some {
            [one] => column.eq(*one),
            _ => column.is_in(some.iter().copied()),
        };
        let ids: Vec<Id> = tx.for_rule::<pair::Entity>().and(these).columns([pair::Column::Id], tx).await?;
        all.extend(ids.into_iter().map(|row| Subject::Pair(row.id)));
    }
    Ok(all)
}

/// What each subject adds, and on which days, as the rows stand now. Every subject has an entry.
pub(super) async fn steps(tx: &Tx, subjects: Vec<Subject>) -> Result<BTreeMap<Subject, Vec<Step>>, Error> {
    let (mut homes, mut children, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
    for subject in &subjects {
        match subject {
            Subject::Home(id) => homes.push(*id),
            Subject::Child(id) => children.push(*id),
            Subject::Pair(id) => pairs.push(*id),
        }
    }
    let mut all: BTreeMap<Subject, Vec<Step>> = subjects.into_iter().map(|s| (s, Vec::new())).collect();
    for ids in homes.chunks(CHUNK) {
        all.extend(of_homes(tx, Some(ids)).await?);
    }
    for ids in children.chunks(CHUNK) {
        all.extend(of_children(tx, Some(ids)).await?);
    }
    for ids in pairs.chunks(CHUNK) {
        all.extend(of_pairs(tx, Some(ids)).await?);
    }
    Ok(all)
}

/// What every home, child and pair of the county adds.
pub(super) async fn all_steps(tx: &Tx) -> Result<Vec<Step>, Error> {
    let homes = of_homes(tx, None).await?;
    let children = of_children(tx, None).await?;
    let pairs = of_pairs(tx, None).await?;
    Ok(homes.into_iter().chain(children).chain(pairs).flat_map(|(_, steps)| steps).collect())
}

/// Among these ids; without a list, all rows.
fn among<C: ColumnTrait>(column: C, ids: Option<&[Uuid]>) -> Option<SimpleExpr> {
    ids.map(|ids| column.is_in(ids.iter().copied()))
}

/// A home counts while at least one of its volunteers does.
async fn of_homes(tx: &Tx, ids: Option<&[Uuid]>) -> Result<Vec<(Subject, Vec<Step>)>, Error> {
    use volunteer::Column as V;
    let columns = [V::HouseholdId, V::ApprovedAt, V::JoinedOn, V::LeftOn, V::State];
    let of_homes = tx.for_rule::<volunteer::Entity>().and_if(among(V::HouseholdId, ids));
    let mut spans: HashMap<Uuid, Vec<Span>> = HashMap::new();
    for row in of_homes.columns::<Carer, 5>(columns, tx).await? {
        let span = volunteer_span(row.approved_at, row.joined_on.as_deref(), row.left_on.as_deref(), &row.state);
        spans.entry(row.household_id).or_default().extend(span);
    }
    let of_home = |(id, spans): (Uuid, Vec<Span>)| {
        let steps = united(spans).into_iter().flat_map(|span| steps_of_span(Measure::Families, Some(span)));
        (Subject::Home(id), steps.collect())
    };
    Ok(spans.into_iter().map(of_home).collect())
}

/// Spans that overlap or follow one another at once, as one.
fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut whole: Vec<Span> = Vec::new();
    for (from, to) in spans {
        match whole.last_mut() {
            Some((_, end)) if end.as_ref().is_none_or(|end| *end >= from) => {
                if end.is_some() && (to.is_none() || to > *end) {
                    *end = to;
                }
            }
            _ => whole.push((from, to)),
        }
    }
    whole
}

/// A child counts from the first day of a pair, a stay that took place or a talk that was held.
async fn of_children(tx: &Tx, ids: Option<&[Uuid]>) -> Result<Vec<(Subject, Vec<Step>)>, Error> {
    let mut first: HashMap<Uuid, String> = HashMap::new();
    let mut seen = |child: Uuid, on: Option<String>| {
        if let Some(on) = on {
            let known = first.entry(child).or_insert_with(|| on.clone());
            if on < *known {
                *known = on;
            }
        }
    };
    let begun = (Expr::col(pair::Column::BegunOn).min(), "on");
    let of = tx.for_rule::<pair::Entity>().and_if(among(pair::Column::ChildId, ids));
    for row in of.grouped::<Of>(&[pair::Column::ChildId], vec![begun], tx).await? {
        seen(row.child_id, row.on);
    }
    let states = ["released", "in_care", "returned", "closed"];
    let starts = (Expr::col(stay::Column::StartsAt).min(), "at");
    let of = tx.for_rule::<stay::Entity>().and_if(among(stay::Column::ChildId, ids));
    let of = of.and(stay::Column::State.is_in(states));
    for row in of.grouped::<At>(&[stay::Column::ChildId], vec![starts], tx).await? {
        seen(row.child_id, row.at.and_then(|at| took_place("closed", at)));
    }
    let held = (Expr::col(follow_up::Column::DoneAt).min(), "at");
    let of = tx.for_rule::<follow_up::Entity>().and_if(among(follow_up::Column::ChildId, ids));
    let of = of.and(follow_up::Column::State.eq("done"));
    for row in of.grouped::<At>(&[follow_up::Column::ChildId], vec![held], tx).await? {
        seen(row.child_id, stood("done", row.at));
    }
    let step = |(id, on)| (Subject::Child(id), vec![(on, Measure::ChildrenSupported, 1)]);
    Ok(first.into_iter().map(step).collect())
}

/// A pair counts when exactly one of the two is Han; not while one side's group is unknown.
async fn of_pairs(tx: &Tx, ids: Option<&[Uuid]>) -> Result<Vec<(Subject, Vec<Step>)>, Error> {
    use pair::Column as P;
    let pairs = tx.for_rule::<pair::Entity>().and_if(among(P::Id, ids));
    let pairs: Vec<Couple> = pairs.columns([P::Id, P::BegunOn, P::ChildId, P::VolunteerId], tx).await?;
    let (of_child, of_carer): (Vec<Uuid>, Vec<Uuid>) = pairs.iter().map(|p| (p.child_id, p.volunteer_id)).unzip();
    let children = among(child::Column::Id, ids.map(|_| of_child.as_slice()));
    let children = tx.for_rule::<child::Entity>().and_if(children);
    let children: Vec<Group> = children.columns([child::Column::Id, child::Column::Ethnic], tx).await?;
    let carers = among(volunteer::Column::Id, ids.map(|_| of_carer.as_slice()));
    let carers = tx.for_rule::<volunteer::Entity>().and_if(carers);
    let carers: Vec<Group> = carers.columns([volunteer::Column::Id, volunteer::Column::Ethnic], tx).await?;
    let children: HashMap<Uuid, Option<String>> = children.into_iter().map(|g| (g.id, g.ethnic)).collect();
    let carers: HashMap<Uuid, Option<String>> = carers.into_iter().map(|g| (g.id, g.ethnic)).collect();
    let step = |pair: Couple| {
        let child = children.get(&pair.child_id).and_then(Option::as_deref);
        let carer = carers.get(&pair.volunteer_id).and_then(Option::as_deref);
        let steps = differs(child, carer).then_some((pair.begun_on, Measure::PairsInterethnic, 1));
        (Subject::Pair(pair.id), steps.into_iter().collect())
    };
    Ok(pairs.into_iter().map(step).collect())
}

/// Whether exactly one of two known groups is Han.
fn differs(child: Option<&str>, carer: Option<&str>) -> bool {
    child.zip(carer).is_some_and(|(child, carer)| (child == HAN) != (carer == HAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> Span {
        (from.to_owned(), (!to.is_empty()).then(|| to.to_owned()))
    }

    #[test]
    fn a_home_counts_once_while_one_volunteer_follows_another() {
        let spans = vec![span("2020", "2022"), span("2021", "2023"), span("2023", "2024"), span("2026", "")];
        assert_eq!(united(spans), [span("2020", "2024"), span("2026", "")]);
    }

    #[test]
    fn a_home_counts_on_while_one_of_two_stays() {
        assert_eq!(united(vec![span("2021", "2022"), span("2020", "")]), [span("2020", "")]);
        assert_eq!(united(vec![span("2020", "2030"), span("2021", "2022")]), [span("2020", "2030")]);
        assert_eq!(united(vec![span("2020", "2022"), span("2020", "")]), [span("2020", "")]);
    }

    #[test]
    fn a_group_that_is_not_known_makes_no_pair_of_two_groups() {
        assert!(differs(Some("01"), Some("05")) && differs(Some("05"), Some("01")));
        assert!(!differs(Some("01"), None) && !differs(None, Some("05")) && !differs(Some("03"), Some("05")));
    }
}
