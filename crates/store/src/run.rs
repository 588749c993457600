//! Runs: the engine works a round out, outside the writer; the result is checked, kept with its seed
//! and shown beside what has become of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use naheya_domain::access::Action;
use naheya_domain::candidate::{Bar, Reason, Weights, fit, reasons};
use naheya_domain::choice::Side;
use naheya_domain::id::{RoundId, RunId};
use naheya_domain::round::LeftWhy;
use naheya_matching::{Draft, Fit, Instance, Mode, Options, Outcome, SiblingGroup, solve_watched};
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::round::field::{Entrant, Field, Host};
use crate::round::set_state;
use crate::sealed::act::Act;
use crate::sealed::entity::run;
use crate::sealed::tx::Tx;
use crate::{Desk, Error, Submission};

mod list;
mod trial;

pub(crate) use list::results_of;
pub use list::{LeftChild, LeftHome, ResultRow, Results, RowProposal};
pub use trial::{MoreTaken, Trial, Trials};

/// What a run worked out, as it is kept. Ids are told, names are not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunResult {
    /// Hash of who took part and of every slip, to see whether anything has changed since.
    pub wishes: String,
    /// The pairs, by child's number.
    pub pairs: Vec<RunPair>,
    /// Children and homes that stayed without, by number.
    pub left: Vec<RunLeft>,
    /// Pairs struck out per rule ([`Bar`]), of those that a child wished for.
    pub struck: BTreeMap<String, u32>,
    /// No child and no home would both rather change to each other.
    pub stable: bool,
}

/// A pair of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPair {
    /// The child.
    pub child: Uuid,
    /// The child's number in the round.
    pub child_number: i32,
    /// The volunteer.
    pub volunteer: Uuid,
    /// Her number in the round.
    pub volunteer_number: i32,
    /// The child's rank of the home, 1 is best.
    pub child_rank: i32,
    /// Her rank of the child, 1 is best.
    pub volunteer_rank: i32,
    /// What speaks for it ([`Reason::record`]).
    pub reasons: Vec<String>,
}

/// Somebody who stayed without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLeft {
    /// `child` or `volunteer`.
    pub side: String,
    /// Who.
    pub id: Uuid,
    /// Number in the round.
    pub number: i32,
    /// Why ([`LeftWhy`]).
    pub why: String,
}

/// A run that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Which one.
    pub run: RunId,
    /// Its number in the round.
    pub number: i32,
    /// Children placed.
    pub placed: i32,
}

impl Desk {
    /// Works a round out and keeps the result. The engine runs beside the writer; when a wish or a
    /// fact has changed before the result could be kept, nothing is kept and [`Error::Stale`] says so.
    /// `seed`: the lots are drawn from it; the same wishes and seed give the same result.
    ///
    /// # Errors
    /// `run.closed` when the round is past it, `run.nobody` when there is nobody to be placed,
    /// `run.unsound` when the result does not pass the check.
    pub async fn run_round(&self, round: RoundId, seed: &str, key: Option<Submission>) -> Result<Kept, Error> {
        let worked = self.work_round(round, seed, |_, _| true).await?;
        match key {
            Some(key) => self.save_once(worked.0, key).await,
            None => self.save(worked.0).await,
        }
    }

    /// Works a round out and keeps nothing. `watch` hears how many orders were tried of how many at most; its no ends
    /// the search.
    ///
    /// # Errors
    /// `run.closed`, `run.nobody`, `run.unsound`.
    pub async fn work_round(
        &self,
        round: RoundId,
        seed: &str,
        mut watch: impl FnMut(u32, u32) -> bool + Send + 'static,
    ) -> Result<Worked, Error> {
        self.require(Action::RunRound)?;
        let seed = sown(seed);
        let plan = {
            let tx = self.read();
            Plan::of(&Field::load(&tx, round).await?)?
        };
        let (draft, lots) = (plan.draft.clone(), seed.clone());
        let work = tokio::task::spawn_blocking(move || work_out(draft, lots, &mut watch));
        let outcome = work.await.map_err(|_| Error::refused("run.unsound"))??;
        Ok(Worked(KeepRun { round, seed, plan, outcome }))
    }
}

/// What the engine made of a round, not kept yet.
pub struct Worked(KeepRun);

impl Worked {
    /// Whether it is this round's, with lots from this seed.
    pub(crate) fn is_of(&self, round: RoundId, seed: &str) -> bool {
        self.0.round == round && self.0.seed == sown(seed)
    }

    /// Keeps it, if nothing it was worked out from has changed.
    pub(crate) async fn keep(&self, tx: &Tx) -> Result<Kept, Error> {
        self.0.run(tx).await
    }
}

/// A seed as it is kept.
fn sown(seed: &str) -> String {
    seed.trim().chars().take(40).collect()
}

fn work_out(draft: Draft, seed: String, watch: &mut dyn FnMut(u32, u32) -> bool) -> Result<Outcome, Error> {
    let unsound = || Error::refused("run.unsound");
    let instance = Instance::new(draft).map_err(|_| unsound())?;
    let options = Options { seed, ..Options::default() };
    let outcome = solve_watched(&instance, &options, watch).map_err(|_| unsound())?;
    if outcome.verdict.stable() { Ok(outcome) } else { Err(unsound()) }
}

/// The instance of a round and who stands behind its numbers.
struct Plan {
    draft: Draft,
    children: Vec<Uuid>,
    homes: Vec<Uuid>,
}

impl Plan {
    fn of(field: &Field) -> Result<Plan, Error> {
        if !field.state().may_run() {
            return Err(Error::refused("run.closed"));
        }
        let children: Vec<&Entrant> = field.children.iter().filter(|c| !c.facts.paired).collect();
        if children.is_empty() || field.homes.is_empty() {
            return Err(Error::refused("run.nobody"));
        }
        let lists = Lists::of(field, &children);
        let draft = Draft {
            siblings: siblings(&children),
            forbidden: forbidden(field, &children, &lists),
            fit: fits(field, &children, &lists),
            capacity: field.homes.iter().map(|h| h.facts.free.max(1)).collect(),
            // Lots are drawn by the numbers of the round, so that they are the same wherever it is worked out.
            child_ids: Some(children.iter().map(|c| format!("c{}", c.row.number)).collect()),
            volunteer_ids: Some(field.homes.iter().map(|h| format!("v{}", h.row.number)).collect()),
            child_prefs: lists.children,
            volunteer_prefs: lists.homes,
        };
        Ok(Plan {
            draft,
            children: children.iter().map(|c| c.child.id).collect(),
            homes: field.homes.iter().map(|h| h.volunteer.id).collect(),
        })
    }

    fn same(&self, other: &Plan) -> bool {
        self.draft == other.draft && self.children == other.children && self.homes == other.homes
    }
}

/// Both sides' lists by the instance's numbers, as tie classes.
struct Lists {
    children: Vec<Vec<Vec<u32>>>,
    homes: Vec<Vec<Vec<u32>>>,
}

impl Lists {
    fn of(field: &Field, children: &[&Entrant]) -> Lists {
        let homes: HashMap<i32, u32> = field.homes.iter().map(|h| h.row.number).zip(0u32..).collect();
        let numbers: HashMap<i32, u32> = children.iter().map(|c| c.row.number).zip(0u32..).collect();
        let home_at = |number: i32| homes.get(&number).copied();
        let child_at = |number: i32| numbers.get(&number).copied();
        let of_children = children.iter().map(|c| {
            let slip = field.slip(Side::Child, c.child.id);
            classes(&slip.wishes, home_at)
        });
        let of_homes = field.homes.iter().map(|h| {
            let slip = field.slip(Side::Volunteer, h.volunteer.id);
            with_siblings(classes(&slip.wishes, child_at), &slip.refused, children)
        });
        Lists { children: of_children.collect(), homes: of_homes.collect() }
    }

    fn child_rank(&self, child: usize, home: u32) -> Option<usize> {
        self.children.get(child)?.iter().position(|class| class.contains(&home))
    }

    fn home_rank(&self, home: usize, child: u32) -> Option<usize> {
        self.homes.get(home)?.iter().position(|class| class.contains(&child))
    }
}

fn classes(wishes: &[Vec<i32>], at: impl Fn(i32) -> Option<u32>) -> Vec<Vec<u32>> {
    let all = wishes.iter().map(|class| class.iter().filter_map(|n| at(*n)).collect::<Vec<u32>>());
    all.filter(|class| !class.is_empty()).collect()
}

/// Whoever wishes for a child that must stay with brothers and sisters wishes for all of them; a
/// refusal of one of them stays.
fn with_siblings(mut lists: Vec<Vec<u32>>, refused: &[i32], children: &[&Entrant]) -> Vec<Vec<u32>> {
    let mut there: Vec<u32> = lists.iter().flatten().copied().collect();
    for class in &mut lists {
        let groups: Vec<_> = class.iter().filter_map(|c| must_group(children, *c)).collect();
        if groups.is_empty() {
            class.sort_unstable();
            continue;
        }
        for (at, other) in (0u32..).zip(children) {
            let ours = other.group.filter(|(_, must)| *must).is_some_and(|(group, _)| groups.contains(&group));
            if ours && !there.contains(&at) && !refused.contains(&other.row.number) {
                class.push(at);
                there.push(at);
            }
        }
        class.sort_unstable();
    }
    lists
}

fn must_group(children: &[&Entrant], at: u32) -> Option<Uuid> {
    let child = children.get(usize::try_from(at).ok()?)?;
    child.group.filter(|(_, must)| *must).map(|(group, _)| group)
}

fn siblings(children: &[&Entrant]) -> Vec<SiblingGroup> {
    let mut groups: Vec<(Uuid, bool, Vec<u32>)> = Vec::new();
    for (at, child) in (0u32..).zip(children) {
        let Some((id, must)) = child.group else { continue };
        match groups.iter_mut().find(|(group, _, _)| *group == id) {
            Some((_, _, members)) => members.push(at),
            None => groups.push((id, must, vec![at])),
        }
    }
    let whole = groups.into_iter().filter(|(_, _, members)| members.len() > 1);
    whole
        .map(|(_, must, members)| SiblingGroup { members, mode: if must { Mode::Must } else { Mode::Prefer } })
        .collect()
}

fn wished<'a>(
    field: &'a Field,
    children: &'a [&'a Entrant],
    lists: &'a Lists,
) -> impl Iterator<Item = ((u32, &'a Entrant), (u32, &'a Host))> {
    (0u32..).zip(children.iter().copied()).zip(&lists.children).flat_map(move |(child, list)| {
        let homes = list.iter().flatten().filter_map(|at| Some((*at, field.homes.get(usize::try_from(*at).ok()?)?)));
        homes.map(move |home| (child, home))
    })
}

fn forbidden(field: &Field, children: &[&Entrant], lists: &Lists) -> Vec<(u32, u32)> {
    let struck = wished(field, children, lists).filter(|((_, child), (_, home))| field.bar(child, home).is_some());
    struck.map(|((c, _), (h, _))| (c, h)).collect()
}

fn fits(field: &Field, children: &[&Entrant], lists: &Lists) -> Vec<Fit> {
    let mut all: Vec<Fit> = wished(field, children, lists)
        .map(|((c, child), (h, home))| Fit {
            child: c,
            volunteer: h,
            weight: fit(&child.facts, &home.facts, Weights::USUAL),
        })
        .filter(|fit| fit.weight != 0)
        .collect();
    all.sort_unstable_by_key(|f| (f.child, f.volunteer));
    all
}

/// Hash of who takes part, who must stay together, and of every slip, by numbers of the round.
pub(crate) fn wishes_hash(field: &Field) -> String {
    let mut text = String::new();
    for child in &field.children {
        let slip = field.slip(Side::Child, child.child.id);
        let together = if child.group.is_some_and(|(_, must)| must) { "+" } else { "" };
        let _ = writeln!(text, "c{}:{}/{}{together}", child.row.number, slip.wishes_text(), slip.refused_text());
    }
    for home in &field.homes {
        let slip = field.slip(Side::Volunteer, home.volunteer.id);
        let _ = writeln!(text, "v{}:{}/{}", home.row.number, slip.wishes_text(), slip.refused_text());
    }
    data_encoding::HEXLOWER.encode(&crate::field::sha256(text.as_bytes()))
}

/// Keeps a result, if nothing it was worked out from has changed.
struct KeepRun {
    round: RoundId,
    seed: String,
    plan: Plan,
    outcome: Outcome,
}

impl Act for KeepRun {
    const NAME: &'static str = "run.keep";
    type Answer = Kept;

    async fn run(&self, tx: &Tx) -> Result<Kept, Error> {
        tx.require(Action::RunRound)?;
        let field = Field::load(tx, self.round).await?;
        if !Plan::of(&field)?.same(&self.plan) {
            return Err(Error::Stale);
        }
        let last = latest(tx, self.round).await?;
        let number = last.map_or(0, |r| r.number) + 1;
        let result = written(&field, &self.outcome);
        let placed = i32::try_from(self.outcome.placed).unwrap_or(i32::MAX);
        let id = Uuid::now_v7();
        tx.insert::<run::Entity>(run::Model {
            area_id: tx.area_id(),
            id,
            round_id: field.round.id,
            number,
            seed: self.seed.clone(),
            placed,
            bound: i32::try_from(self.outcome.bound).unwrap_or(i32::MAX),
            proven: self.outcome.proven.size,
            result: serde_json::to_string(&result).map_err(|_| Error::Database("run".into()))?,
            at: tx.now().0,
            by_account: tx.account(),
        })
        .await?;
        let state = field.state().after_run(field.unwritten());
        if field.state() != state {
            set_state(tx, &field.round, state).await?;
        }
        Ok(Kept { run: RunId(id), number, placed })
    }
}

/// The round's last run.
pub(crate) async fn latest(tx: &Tx, round: RoundId) -> Result<Option<run::Model>, Error> {
    tx.visible::<run::Entity>().and(run::Column::RoundId.eq(round.0)).by_desc(run::Column::Number).first(tx).await
}

/// What a run says, from its row.
pub(crate) fn read(row: &run::Model) -> RunResult {
    serde_json::from_str(&row.result).unwrap_or_default()
}

fn written(field: &Field, outcome: &Outcome) -> RunResult {
    let children: Vec<&Entrant> = field.children.iter().filter(|c| !c.facts.paired).collect();
    let lists = Lists::of(field, &children);
    let mut result = RunResult { wishes: wishes_hash(field), stable: outcome.verdict.stable(), ..RunResult::default() };
    for ((at, child), home) in children.iter().enumerate().zip(&outcome.assign) {
        let home = home.and_then(|h| Some((h, field.homes.get(usize::try_from(h).ok()?)?)));
        match home {
            Some((number, home)) => result.pairs.push(pair(field, &lists, (at, child), (number, home))),
            None => result.left.push(left(
                Side::Child,
                child.child.id,
                child.row.number,
                why_child(field, &lists, at, child),
            )),
        }
    }
    let taken: BTreeSet<u32> = outcome.assign.iter().flatten().copied().collect();
    for (at, home) in (0u32..).zip(&field.homes) {
        if home.facts.free > 0 && !taken.contains(&at) {
            let why = why_home(field, &lists, &children, (at, home));
            result.left.push(left(Side::Volunteer, home.volunteer.id, home.row.number, why));
        }
    }
    for ((_, child), (_, home)) in wished(field, &children, &lists) {
        if let Some(bar) = field.bar(child, home) {
            *result.struck.entry(bar.code().into()).or_default() += 1;
        }
    }
    result
}

fn left(side: Side, id: Uuid, number: i32, why: LeftWhy) -> RunLeft {
    RunLeft { side: side.code().into(), id, number, why: why.code().into() }
}

fn pair(field: &Field, lists: &Lists, (at, child): (usize, &Entrant), (number, home): (u32, &Host)) -> RunPair {
    let rank = |position: Option<usize>| position.and_then(|p| i32::try_from(p + 1).ok()).unwrap_or(0);
    let child_rank = rank(lists.child_rank(at, number));
    let of_home = usize::try_from(number).ok().and_then(|n| lists.home_rank(n, u32::try_from(at).unwrap_or(u32::MAX)));
    let mut all = reasons(&child.facts, &home.facts);
    let better = lists.children.get(at).map_or(0, |list| {
        let before = list.iter().take(usize::try_from(child_rank - 1).unwrap_or(0)).flatten();
        before.filter(|h| open(field, child, **h)).count()
    });
    if better > 0 {
        all.insert(0, Reason::Earlier(u32::try_from(better).unwrap_or(0)));
    }
    RunPair {
        child: child.child.id,
        child_number: child.row.number,
        volunteer: home.volunteer.id,
        volunteer_number: home.row.number,
        child_rank,
        volunteer_rank: rank(of_home),
        reasons: all.iter().map(Reason::record).collect(),
    }
}

/// Whether no rule stands between the child and the home of this number of the instance.
fn open(field: &Field, child: &Entrant, home: u32) -> bool {
    let home = usize::try_from(home).ok().and_then(|h| field.homes.get(h));
    home.is_some_and(|home| field.bar(child, home).is_none())
}

fn why_child(field: &Field, lists: &Lists, at: usize, child: &Entrant) -> LeftWhy {
    let wished: Vec<u32> =
        lists.children.get(at).map(|list| list.iter().flatten().copied().collect()).unwrap_or_default();
    let number = u32::try_from(at).unwrap_or(u32::MAX);
    let returned = |home: &u32| usize::try_from(*home).ok().and_then(|h| lists.home_rank(h, number)).is_some();
    let possible: Vec<u32> = wished.iter().copied().filter(|home| open(field, child, *home)).collect();
    if wished.is_empty() {
        LeftWhy::NoWish
    } else if possible.is_empty() {
        LeftWhy::AllStruck
    } else if !possible.iter().any(returned) {
        LeftWhy::NotReturned
    } else {
        LeftWhy::Taken
    }
}

fn why_home(field: &Field, lists: &Lists, children: &[&Entrant], (at, home): (u32, &Host)) -> LeftWhy {
    let own = usize::try_from(at).ok().and_then(|h| lists.homes.get(h));
    let wished: Vec<usize> =
        own.map(|list| list.iter().flatten().filter_map(|c| usize::try_from(*c).ok()).collect()).unwrap_or_default();
    let possible: Vec<usize> = wished
        .iter()
        .copied()
        .filter(|c| children.get(*c).is_some_and(|child| field.bar(child, home).is_none()))
        .collect();
    if wished.is_empty() {
        LeftWhy::NoWish
    } else if possible.is_empty() {
        LeftWhy::AllStruck
    } else if !possible.iter().any(|c| lists.child_rank(*c, at).is_some()) {
        LeftWhy::NotReturned
    } else {
        LeftWhy::Taken
    }
}

/// The first rule between the two now, for results that wait.
pub(crate) fn bar_now(field: &Field, child: Uuid, volunteer: Uuid) -> Option<Bar> {
    match (field.child(child), field.home(volunteer)) {
        (Some(child), Some(home)) => field.bar(child, home),
        (None, _) => Some(Bar::ChildAbsent),
        (_, None) => Some(Bar::VolunteerNotApproved),
    }
}
