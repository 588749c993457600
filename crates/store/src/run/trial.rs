//! Dry runs: what a run would give if a home took more or fewer children. Nothing is kept of them.

use std::collections::BTreeSet;

use naheya_domain::access::Action;
use naheya_domain::household::MOST_CAPACITY;
use naheya_domain::id::{RoundId, VolunteerId};
use naheya_matching::Outcome;

use super::{Lists, Plan, latest, work_out};
use crate::round::field::{Entrant, Field};
use crate::round::{Places, RoundChild, RoundHome, child_shown, home_shown};
use crate::{Desk, Error};

/// Changes laid side by side at most.
const MOST_TRIALS: usize = 3;

/// "What if this home took so many?"
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoreTaken {
    /// The home's number in the round.
    pub home: i32,
    /// Children it would take in this round, 0 to 3.
    pub places: u32,
}

/// What one run would give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What was changed; none in the first, which takes the round as it is.
    pub change: Option<(VolunteerId, String, u32)>,
    /// Children who would have a home.
    pub placed: usize,
    /// Of these: with their first wish.
    pub first: usize,
    /// The most that could have one.
    pub bound: usize,
    /// The home of each child of [`Trials::children`]; none where the child would stay without.
    pub homes: Vec<Option<RoundHome>>,
}

/// Dry runs of one round under one seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trials {
    /// The seed of all of them.
    pub seed: String,
    /// The children who wait, by number.
    pub children: Vec<RoundChild>,
    /// As it is, then each change by itself.
    pub trials: Vec<Trial>,
}

impl Trials {
    /// Children whose home is another one in some trial: position in [`Trials::children`].
    #[must_use]
    pub fn moved(&self) -> Vec<usize> {
        let home = |trial: &Trial, at: usize| trial.homes.get(at).and_then(|h| h.as_ref().map(|h| h.id));
        let differs = |at: &usize| self.trials.iter().map(|t| home(t, *at)).collect::<BTreeSet<_>>().len() > 1;
        (0..self.children.len()).filter(differs).collect()
    }
}

impl Desk {
    /// The round as it is beside the round with each of `changes`, under one seed: the last run's unless another is
    /// given. Nothing is kept and nobody is told.
    ///
    /// # Errors
    /// `trial.home_unknown` at a number nobody has, `trial.places` beyond 0 to 3, `trial.too_many`; `run.closed`,
    /// `run.nobody`, `run.unsound` as of a run.
    pub async fn trials(&self, round: RoundId, seed: &str, changes: &[MoreTaken]) -> Result<Trials, Error> {
        self.require(Action::RunRound)?;
        if changes.len() > MOST_TRIALS {
            return Err(Error::refused("trial.too_many"));
        }
        let tx = self.read();
        let mut field = Field::load(&tx, round).await?;
        let places = Places::load(&tx).await?;
        let seed = match seed.trim() {
            "" => latest(&tx, round).await?.map(|run| run.seed).unwrap_or_default(),
            given => given.chars().take(40).collect(),
        };
        let mut trials = vec![tried(&field, &seed, None).await?];
        for change in changes {
            let places_now = set_places(&mut field, *change)?;
            let made = tried(&field, &seed, Some(*change)).await;
            set_places(&mut field, MoreTaken { places: places_now, ..*change })?;
            trials.push(made?);
        }
        let shown = |c: &&Entrant| child_shown(&tx, &field, c, &places);
        let children = waiting(&field).iter().map(shown).collect::<Result<_, _>>()?;
        Ok(Trials { seed, children, trials })
    }
}

fn waiting(field: &Field) -> Vec<&Entrant> {
    field.children.iter().filter(|c| !c.facts.paired).collect()
}

/// Gives a home so many places; what it had before.
fn set_places(field: &mut Field, change: MoreTaken) -> Result<u32, Error> {
    if change.places > MOST_CAPACITY.unsigned_abs() {
        return Err(Error::refused("trial.places"));
    }
    let home = field.homes.iter_mut().find(|h| h.row.number == change.home);
    let home = home.ok_or(Error::refused("trial.home_unknown"))?;
    Ok(std::mem::replace(&mut home.facts.free, change.places))
}

async fn tried(field: &Field, seed: &str, change: Option<MoreTaken>) -> Result<Trial, Error> {
    let draft = Plan::of(field)?.draft;
    let lots = seed.to_owned();
    let work = tokio::task::spawn_blocking(move || work_out(draft, lots, &mut |_, _| true));
    let outcome = work.await.map_err(|_| Error::refused("run.unsound"))??;
    let homes = homes_of(field, &outcome);
    let children = waiting(field);
    let lists = Lists::of(field, &children);
    let first = outcome
        .assign
        .iter()
        .enumerate()
        .filter(|(at, home)| home.is_some_and(|h| lists.child_rank(*at, h) == Some(0)));
    let named = |number: i32| field.homes.iter().find(|h| h.row.number == number);
    Ok(Trial {
        change: change
            .and_then(|c| named(c.home).map(|h| (VolunteerId(h.volunteer.id), h.volunteer.name.clone(), c.places))),
        placed: homes.iter().flatten().count(),
        first: first.count(),
        bound: usize::try_from(outcome.bound).unwrap_or(usize::MAX),
        homes,
    })
}

fn homes_of(field: &Field, outcome: &Outcome) -> Vec<Option<RoundHome>> {
    let home = |at: &Option<u32>| Some(home_shown(field, field.homes.get(usize::try_from((*at)?).ok()?)?));
    outcome.assign.iter().map(home).collect()
}
