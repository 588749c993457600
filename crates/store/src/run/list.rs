//! Reading the results of a round: the last run and what has become of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::candidate::Bar;
use naheya_domain::choice::Side;
use naheya_domain::id::{PairId, ProposalId, RoundId};
use naheya_domain::proposal::ProposalState;
use naheya_domain::round::LeftWhy;
use uuid::Uuid;

use super::{bar_now, latest, read, wishes_hash};
use crate::grant::stand_for;
use crate::round::field::Field;
use crate::round::{Places, RoundChild, RoundHome, child_shown, home_shown};
use crate::sealed::entity::proposal;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// A child and a home that a run brought together, or that were proposed before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultRow {
    /// The child.
    pub child: RoundChild,
    /// The home.
    pub home: RoundHome,
    /// The child's rank of the home, 1 is best.
    pub child_rank: i32,
    /// The volunteer's rank of the child, 1 is best.
    pub home_rank: i32,
    /// What speaks for it, as recorded.
    pub reasons: Vec<String>,
    /// The proposal, once it was confirmed.
    pub proposal: Option<RowProposal>,
    /// A rule that has come in between since the run.
    pub barred: Option<Bar>,
    /// A no that the office wrote down for one side and that may still be taken back: it may have heard wrongly.
    pub written_no: Option<(ProposalId, Side)>,
}

/// How a proposal stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProposal {
    /// Which one.
    pub id: ProposalId,
    /// State, as the clock leaves it.
    pub state: ProposalState,
    /// The child's answer, with the guardian.
    pub child: Option<bool>,
    /// The volunteer's answer.
    pub volunteer: Option<bool>,
    /// Until when answers count.
    pub expires_at: Timestamp,
    /// The pair that has begun.
    pub pair: Option<PairId>,
}

/// A child who stayed without a home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftChild {
    /// The child.
    pub child: RoundChild,
    /// Why.
    pub why: LeftWhy,
}

/// A home that stayed without a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftHome {
    /// The home.
    pub home: RoundHome,
    /// Why.
    pub why: LeftWhy,
}

/// The results of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// Number of the run.
    pub number: i32,
    /// The seed its lots were drawn from.
    pub seed: String,
    /// When it was worked out.
    pub at: Timestamp,
    /// Children placed by it.
    pub placed: i32,
    /// The most that could be placed.
    pub bound: i32,
    /// No child and no home would both rather change to each other.
    pub stable: bool,
    /// Wishes have changed since.
    pub changed: bool,
    /// Pairs, those proposed first.
    pub rows: Vec<ResultRow>,
    /// Children left.
    pub left_children: Vec<LeftChild>,
    /// Homes left.
    pub left_homes: Vec<LeftHome>,
}

impl Desk {
    /// The last run of a round with what has become of it; none before the first run.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn results(&self, round: RoundId) -> Result<Option<Results>, Error> {
        results_of(&self.read(), round).await
    }
}

/// As [`Desk::results`].
pub(crate) async fn results_of(tx: &Tx, round: RoundId) -> Result<Option<Results>, Error> {
    tx.require(Action::RunRound)?;
    let field = Field::load(tx, round).await?;
    let Some(run) = latest(tx, round).await? else { return Ok(None) };
    let result = read(&run);
    let places = Places::load(tx).await?;
    let said_no = field.proposals.iter().filter(|p| p.volunteer_answer.as_deref() == Some("no"));
    let said_no: Vec<Uuid> = said_no.map(|p| p.volunteer_id).collect();
    let accounts = stand_for(tx, &said_no).await?;
    let show = Shown { tx, field: &field, places: &places, accounts };
    let proposed = shown_proposals(&field).into_iter().filter_map(|p| show.proposed(p).transpose());
    let mut rows: Vec<ResultRow> = proposed.collect::<Result<_, _>>()?;
    let mut placed: HashSet<Uuid> = rows.iter().map(|row| row.child.id.0).collect();
    for pair in &result.pairs {
        if !placed.contains(&pair.child) {
            rows.extend(show.run_pair(pair)?);
        }
    }
    placed.extend(rows.iter().map(|row| row.child.id.0));
    let unplaced = |id: Uuid| !placed.contains(&id);
    let left = |side: Side| result.left.iter().filter(move |l| l.side == side.code());
    let mut left_children = Vec::new();
    for l in left(Side::Child).filter(|l| unplaced(l.id)) {
        if let (Some(child), Some(why)) = (show.child(l.id)?, LeftWhy::parse(&l.why)) {
            left_children.push(LeftChild { child, why });
        }
    }
    let left_homes = left(Side::Volunteer)
        .filter_map(|l| Some(LeftHome { home: show.home(l.id)?, why: LeftWhy::parse(&l.why)? }))
        .collect();
    Ok(Some(Results {
        number: run.number,
        seed: run.seed,
        at: Timestamp(run.at),
        placed: run.placed,
        bound: run.bound,
        stable: result.stable,
        changed: result.wishes != wishes_hash(&field),
        rows,
        left_children,
        left_homes,
    }))
}

/// Of each child the newest proposal that stands, by number. Of one that came to nothing the run's own pair is shown again.
fn shown_proposals(field: &Field) -> Vec<&proposal::Model> {
    let stands = |p: &&proposal::Model| ProposalState::parse(&p.state).is_some_and(ProposalState::stands);
    let mut last: HashMap<Uuid, &proposal::Model> = HashMap::new();
    for row in field.proposals.iter().filter(stands) {
        let newest = last.entry(row.child_id).or_insert(row);
        if row.id > newest.id {
            *newest = row;
        }
    }
    field.children.iter().filter_map(|child| last.get(&child.child.id).copied()).collect()
}

struct Shown<'a> {
    tx: &'a Tx,
    field: &'a Field,
    places: &'a Places,
    /// The accounts of volunteers who said no.
    accounts: BTreeMap<Uuid, Uuid>,
}

impl Shown<'_> {
    fn child(&self, id: Uuid) -> Result<Option<RoundChild>, Error> {
        self.field.child(id).map(|c| child_shown(self.tx, self.field, c, self.places)).transpose()
    }

    fn home(&self, volunteer: Uuid) -> Option<RoundHome> {
        Some(home_shown(self.field, self.field.home(volunteer)?))
    }

    fn proposed(&self, row: &proposal::Model) -> Result<Option<ResultRow>, Error> {
        let judged = crate::proposal::judged(row).at(self.tx.now());
        let (Some(child), Some(home)) = (self.child(row.child_id)?, self.home(row.volunteer_id)) else {
            return Ok(None);
        };
        Ok(Some(ResultRow {
            child,
            home,
            child_rank: row.child_rank,
            home_rank: row.volunteer_rank,
            reasons: row.reasons.split(',').filter(|r| !r.is_empty()).map(str::to_owned).collect(),
            proposal: Some(RowProposal {
                id: ProposalId(row.id),
                state: judged.state,
                child: judged.child,
                volunteer: judged.volunteer,
                expires_at: judged.expires_at,
                pair: row.pair_id.map(PairId),
            }),
            barred: None,
            written_no: None,
        }))
    }

    fn run_pair(&self, pair: &super::RunPair) -> Result<Option<ResultRow>, Error> {
        let (Some(child), Some(home)) = (self.child(pair.child)?, self.home(pair.volunteer)) else { return Ok(None) };
        Ok(Some(ResultRow {
            child,
            home,
            child_rank: pair.child_rank,
            home_rank: pair.volunteer_rank,
            reasons: pair.reasons.clone(),
            proposal: None,
            barred: bar_now(self.field, pair.child, pair.volunteer),
            written_no: self.written_no(pair),
        }))
    }

    /// The no of these two that the office wrote down, while the side could still say yes. What a volunteer said herself is hers
    /// to take back.
    fn written_no(&self, pair: &super::RunPair) -> Option<(ProposalId, Side)> {
        let of_both = self.field.proposals.iter();
        let newest =
            of_both.filter(|p| (p.child_id, p.volunteer_id) == (pair.child, pair.volunteer)).max_by_key(|p| p.id)?;
        let judged = crate::proposal::judged(newest);
        let in_time = self.tx.now() <= judged.expires_at && self.field.state().may_run();
        let counts = judged.state == ProposalState::Declined && in_time;
        let is_hers = newest.volunteer_answered_by.is_some()
            && newest.volunteer_answered_by.as_ref() == self.accounts.get(&pair.volunteer);
        let side = match (judged.child, judged.volunteer) {
            (Some(false), _) => Some(Side::Child),
            (_, Some(false)) if !is_hers => Some(Side::Volunteer),
            _ => None,
        };
        side.filter(|_| counts).map(|side| (ProposalId(newest.id), side))
    }
}
