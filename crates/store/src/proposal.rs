//! Proposals: confirming what a run brought together, the answers of both sides, taking back.

use naheya_domain::access::Action;
use naheya_domain::child::short_text;
use naheya_domain::choice::Side;
use naheya_domain::id::{ChildId, ProposalId, RoundId};
use naheya_domain::proposal::{Proposal, ProposalState};
use naheya_domain::round::may_confirm;
use naheya_domain::{AreaId, Role, Timestamp};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::carer::is_with;
use crate::grant::{stand_for, stands_for};
use crate::round::field::{Field, barred};
use crate::round::set_state;
use crate::run::{RunPair, bar_now, latest, read, wishes_hash};
use crate::sealed::act::Act;
use crate::sealed::entity::{proposal, run};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::sealed::{nation, visible};
use crate::{Error, Store, SystemTask};

/// Staff confirm what the last run brought together: both sides are asked from now on. Brothers and
/// sisters who must stay together are confirmed together.
#[derive(Clone, Debug)]
pub struct OfferProposals {
    /// Which round.
    pub round: RoundId,
    /// Whose pairs; empty confirms all the rest.
    pub children: Vec<ChildId>,
    /// Why slips that are missing are not waited for.
    pub reason: Option<String>,
}

impl Act for OfferProposals {
    const NAME: &'static str = "proposal.offer";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        tx.require(Action::RunRound)?;
        let field = Field::load(tx, self.round).await?;
        if !field.state().may_run() {
            return Err(Error::refused("proposal.round_closed"));
        }
        let run = latest(tx, self.round).await?.ok_or(Error::refused("proposal.not_run"))?;
        let result = read(&run);
        if result.wishes != wishes_hash(&field) {
            return Err(Error::refused("run.changed"));
        }
        if let Some(words) = self.reason(&field)? {
            tx.because(&words);
        }
        let wanted = self.wanted(&field)?;
        let all = wanted.is_empty();
        let mut offered = Vec::new();
        for pair in result.pairs.iter().filter(|p| all || wanted.contains(&p.child)) {
            let fixed = field.child(pair.child).is_none_or(|c| c.facts.paired);
            if fixed {
                continue;
            }
            match bar_now(&field, pair.child, pair.volunteer) {
                // Confirming the rest leaves out what has to be worked out again.
                Some(_) if all => {}
                Some(bar) => return Err(barred(bar).into()),
                None => offered.push(pair),
            }
        }
        if offered.is_empty() {
            return Err(Error::refused("proposal.nothing_left"));
        }
        insert_all(tx, &run, &offered).await?;
        let state = field.state().after_offer();
        if state != field.state() {
            set_state(tx, &field.round, state).await?;
        }
        Ok(u32::try_from(offered.len()).unwrap_or(u32::MAX))
    }
}

impl OfferProposals {
    /// What is kept: why not everybody is waited for, when somebody is not.
    fn reason(&self, field: &Field) -> Result<Option<String>, Error> {
        let unwritten = field.unwritten();
        let typed = self.reason.as_deref().unwrap_or_default();
        let words = short_text(typed, 200).map_err(|code| Error::field("reason", code))?;
        may_confirm(unwritten, words.as_deref()).map_err(|code| Error::field("reason", code))?;
        Ok(words.filter(|_| unwritten.any()))
    }

    fn wanted(&self, field: &Field) -> Result<Vec<Uuid>, Error> {
        let mut all = Vec::new();
        for child in &self.children {
            let entrant = field.child(child.0).ok_or(Error::NotFound)?;
            all.push(child.0);
            all.extend(field.together(entrant).iter().map(|c| c.child.id));
        }
        Ok(all)
    }
}

/// Puts these pairs to both sides, and tells the volunteers who have an account.
async fn insert_all(tx: &Tx, run: &run::Model, pairs: &[&RunPair]) -> Result<(), Error> {
    let rows: Vec<proposal::Model> = pairs.iter().map(|pair| new_row(tx, run, pair)).collect();
    let volunteers: Vec<Uuid> = rows.iter().map(|row| row.volunteer_id).collect();
    let accounts = stand_for(tx, &volunteers).await?;
    for row in &rows {
        if let Some(account) = accounts.get(&row.volunteer_id) {
            letter(tx, "proposal.offered", Some(*account), None, row.id);
        }
    }
    tx.insert_all::<proposal::Entity>(rows).await
}

fn new_row(tx: &Tx, run: &run::Model, pair: &RunPair) -> proposal::Model {
    let offered = Proposal::offered(tx.now());
    proposal::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        round_id: run.round_id,
        run_id: run.id,
        child_id: pair.child,
        volunteer_id: pair.volunteer,
        child_rank: pair.child_rank,
        volunteer_rank: pair.volunteer_rank,
        reasons: pair.reasons.join(","),
        state: offered.state.code().into(),
        child_answer: None,
        volunteer_answer: None,
        child_answered_at: None,
        volunteer_answered_at: None,
        child_answered_by: None,
        volunteer_answered_by: None,
        expires_at: offered.expires_at.0,
        pair_id: None,
        version: 1,
    }
}

fn letter(tx: &Tx, kind: &'static str, to: Option<Uuid>, role: Option<&'static str>, about: Uuid) {
    tx.notify(Letter {
        kind,
        to_account: to,
        to_role: role,
        to_person: None,
        about: ("proposals", Some(about)),
        due_at: tx.now().0,
    });
}

/// The volunteer hears that what she was asked about came to nothing by somebody else's doing: nobody waits for the day of the
/// meeting in vain.
async fn tell_volunteer(tx: &Tx, row: &proposal::Model) -> Result<(), Error> {
    if let Some(account) = stands_for(tx, row.volunteer_id).await? {
        letter(tx, "proposal.over", Some(account), None, row.id);
    }
    Ok(())
}

/// A proposal as its rules see it.
pub(crate) fn judged(row: &proposal::Model) -> Proposal {
    let said = |answer: &Option<String>| answer.as_deref().map(|a| a == "yes");
    Proposal {
        state: ProposalState::parse(&row.state).unwrap_or(ProposalState::Undone),
        child: said(&row.child_answer),
        volunteer: said(&row.volunteer_answer),
        expires_at: Timestamp(row.expires_at),
        begun: row.pair_id.is_some(),
    }
}

/// Puts what the rules say back into the row.
fn settled(before: &proposal::Model, after: Proposal) -> proposal::Model {
    let word = |answer: Option<bool>| answer.map(|yes| if yes { "yes" } else { "no" }.to_owned());
    proposal::Model {
        state: after.state.code().into(),
        child_answer: word(after.child),
        volunteer_answer: word(after.volunteer),
        ..before.clone()
    }
}

/// One side's answer. Staff record the child's, given together with the guardian; the volunteer
/// gives her own on her phone, or staff record it.
#[derive(Clone, Debug)]
pub struct AnswerProposal {
    /// Which proposal.
    pub proposal: ProposalId,
    /// Whose answer.
    pub side: Side,
    /// Yes or no.
    pub yes: bool,
}

impl Act for AnswerProposal {
    const NAME: &'static str = "proposal.answer";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        may_speak(tx, self.side)?;
        let before = tx.visible::<proposal::Entity>().id(self.proposal).one(tx).await?;
        if self.side == Side::Child && is_with(tx, before.volunteer_id).await? {
            return Err(Error::refused("proposal.own_home"));
        }
        let after = judged(&before).answer(self.side, self.yes, tx.now())?;
        let mut row = settled(&before, after);
        let (at, by) = (Some(tx.now().0), Some(tx.account()));
        match self.side {
            Side::Child => (row.child_answered_at, row.child_answered_by) = (at, by),
            Side::Volunteer => (row.volunteer_answered_at, row.volunteer_answered_by) = (at, by),
        }
        tx.change::<proposal::Entity>(&before, row).await?;
        match after.state {
            ProposalState::Accepted => letter(tx, "proposal.accepted", None, Some(Role::Coordinator.code()), before.id),
            ProposalState::Declined => letter(tx, "proposal.declined", None, Some(Role::Coordinator.code()), before.id),
            ProposalState::Offered | ProposalState::Lapsed | ProposalState::Undone => {}
        }
        if self.side == Side::Child && !self.yes {
            tell_volunteer(tx, &before).await?;
        }
        Ok(())
    }
}

/// The child's answer is recorded by staff only, never by the volunteer.
fn may_speak(tx: &Tx, side: Side) -> Result<(), Error> {
    match (side, tx.viewer().role) {
        (Side::Volunteer, Role::Volunteer) if !tx.is_system() => tx.require(Action::ChooseInRound),
        _ => tx.require(Action::RunRound),
    }
}

/// An answer is taken back, until the pair has begun.
#[derive(Clone, Debug)]
pub struct UndoAnswer {
    /// Which proposal.
    pub proposal: ProposalId,
    /// Whose answer.
    pub side: Side,
}

impl Act for UndoAnswer {
    const NAME: &'static str = "proposal.undo_answer";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        may_speak(tx, self.side)?;
        let before = tx.visible::<proposal::Entity>().id(self.proposal).one(tx).await?;
        let after = judged(&before).unanswer(self.side)?;
        if before.state == ProposalState::Declined.code() && after.state.stands() {
            still_free(tx, &before).await?;
        }
        let mut row = settled(&before, after);
        match self.side {
            Side::Child => (row.child_answered_at, row.child_answered_by) = (None, None),
            Side::Volunteer => (row.volunteer_answered_at, row.volunteer_answered_by) = (None, None),
        }
        tx.change::<proposal::Entity>(&before, row).await?;
        Ok(())
    }
}

/// A no that is taken back needs child and place still to be free, in a round that is not over.
async fn still_free(tx: &Tx, row: &proposal::Model) -> Result<(), Error> {
    let field = Field::load(tx, RoundId(row.round_id)).await?;
    if !field.state().may_run() {
        return Err(Error::refused("run.closed"));
    }
    let child = field.child(row.child_id).ok_or(Error::NotFound)?;
    let home = field.home(row.volunteer_id).ok_or(Error::NotFound)?;
    if child.facts.paired || home.facts.free == 0 { Err(Error::refused("proposal.given_on")) } else { Ok(()) }
}

/// Staff take a confirmation back, until the pair has begun.
#[derive(Clone, Debug)]
pub struct UndoProposal {
    /// Which proposal.
    pub proposal: ProposalId,
}

impl Act for UndoProposal {
    const NAME: &'static str = "proposal.undo";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RunRound)?;
        let before = tx.visible::<proposal::Entity>().id(self.proposal).one(tx).await?;
        let after = judged(&before).undo()?;
        tx.change::<proposal::Entity>(&before, settled(&before, after)).await?;
        tell_volunteer(tx, &before).await
    }
}

/// Takes back what stands of a round and has not become a pair, as far as `whose` goes; how many. The volunteers are told,
/// unless it is she who goes.
pub(crate) async fn take_back(tx: &Tx, round: Uuid, whose: SimpleExpr, tell: bool) -> Result<u32, Error> {
    let standing = tx
        .visible::<proposal::Entity>()
        .and(proposal::Column::RoundId.eq(round))
        .and(proposal::Column::State.is_in(["offered", "accepted"]))
        .and(proposal::Column::PairId.is_null())
        .and(whose)
        .all(tx)
        .await?;
    let mut undone = 0;
    for before in standing {
        let after = judged(&before).undo()?;
        tx.change::<proposal::Entity>(&before, settled(&before, after)).await?;
        if tell {
            tell_volunteer(tx, &before).await?;
        }
        undone += 1;
    }
    Ok(undone)
}

/// Proposals that nobody answered in seven days lapse: the clock's job.
#[derive(Clone, Debug)]
pub struct LapseProposals;

impl Act for LapseProposals {
    const NAME: &'static str = "proposal.lapse";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        tx.require(Action::RunRound)?;
        let late = tx.visible::<proposal::Entity>().and(unanswered(tx.now())).all(tx).await?;
        let mut lapsed = 0;
        for before in late {
            let after = judged(&before).at(tx.now());
            tx.change::<proposal::Entity>(&before, settled(&before, after)).await?;
            letter(tx, "proposal.lapsed", None, Some(Role::Coordinator.code()), before.id);
            tell_volunteer(tx, &before).await?;
            lapsed += 1;
        }
        Ok(lapsed)
    }
}

/// Offers whose time is over.
fn unanswered(now: Timestamp) -> Condition {
    let offered = visible::is(proposal::Column::State, ProposalState::Offered.code());
    Condition::all().add(offered).add(proposal::Column::ExpiresAt.lt(now.0))
}

impl Store {
    /// The counties with an offer that [`LapseProposals`] would end.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties_with_lapsed_proposals(&self, now: Timestamp) -> Result<Vec<AreaId>, Error> {
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        nation::counties_with::<proposal::Entity>(&tx, [unanswered(now)]).await
    }
}
