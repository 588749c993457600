//! Pairs: how they begin, settle, rest and end.

use naheya_domain::access::Action;
use naheya_domain::child::ChildState;
use naheya_domain::id::{PairId, ProposalId, RoundId};
use naheya_domain::meeting::may_settle;
use naheya_domain::pair::{Beginning, PairSource, PairState, PairStep, may_begin};
use naheya_domain::volunteer::VolunteerState;
use naheya_domain::{Date, Refusal};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::carer::is_with;
use crate::child::enrol;
use crate::consented::consented;
use crate::grant::stands_for;
use crate::household::{date, taken};
use crate::parting::AtOnce;
use crate::round::field::{Field, barred};
use crate::sealed::act::Act;
use crate::sealed::entity::{child, household, pair, proposal, stay, volunteer};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::stay::Why;
use crate::{Error, meeting, parting, setting};

mod lapse;
mod list;
mod order;
mod rested;

pub use lapse::LapsePairs;
pub use list::{PairFile, PairFilter, PairRow};
pub(crate) use list::{first_rows, found};
pub use order::PairColumn;

/// A pair begins, settling, from a proposal that both sides have accepted (product.md rule 1).
#[derive(Clone, Debug)]
pub struct BeginPair {
    /// The accepted proposal.
    pub proposal: ProposalId,
}

impl Act for BeginPair {
    const NAME: &'static str = "pair.begin";
    type Answer = PairId;

    async fn run(&self, tx: &Tx) -> Result<PairId, Error> {
        tx.require(Action::RunRound)?;
        let before = tx.visible::<proposal::Entity>().id(self.proposal).one(tx).await?;
        if before.pair_id.is_some() {
            return Err(Error::refused("pair.begun_already"));
        }
        let yes = |answer: &Option<String>| answer.as_deref() == Some("yes");
        if before.state != "accepted" || !yes(&before.child_answer) || !yes(&before.volunteer_answer) {
            return Err(Error::refused("pair.needs_two_yeses"));
        }
        let child = tx.visible::<child::Entity>().id(before.child_id).one(tx).await?;
        let volunteer = tx.visible::<volunteer::Entity>().id(before.volunteer_id).one(tx).await?;
        may_begin(&beginning(tx, &child, &volunteer).await?)?;
        let field = Field::load(tx, RoundId(before.round_id)).await?;
        if let Some(bar) = field.come_up(child.id, volunteer.id) {
            return Err(barred(bar).into());
        }
        if field.child(child.id).is_some_and(|entrant| !field.comes_whole(entrant, volunteer.household_id)) {
            return Err(Error::refused("pair.siblings_first"));
        }
        enrol(tx, &child, tx.now().date()).await?;
        let begun_on = tx.now().date();
        let row = PairRecord {
            state: PairState::Settling,
            source: PairSource::Round,
            proposal: Some(before.id),
            ..PairRecord::new(child.id, volunteer.id, begun_on)
        };
        let id = insert(tx, &row).await?;
        let mut after = before.clone();
        after.pair_id = Some(id);
        tx.change::<proposal::Entity>(&before, after).await?;
        tell(tx, "pair.begun", id, volunteer.id).await?;
        Ok(PairId(id))
    }
}

/// What stands in a new pair's row.
#[derive(Clone, Debug)]
pub(crate) struct PairRecord {
    pub(crate) child: Uuid,
    pub(crate) volunteer: Uuid,
    pub(crate) state: PairState,
    pub(crate) begun_on: Date,
    pub(crate) ended_on: Option<Date>,
    pub(crate) end_reason: Option<String>,
    pub(crate) source: PairSource,
    pub(crate) paper_number: Option<String>,
    pub(crate) proposal: Option<Uuid>,
    pub(crate) batch: Option<Uuid>,
}

impl PairRecord {
    /// A pair from paper that runs; callers fill in what differs.
    pub(crate) fn new(child: Uuid, volunteer: Uuid, begun_on: Date) -> PairRecord {
        PairRecord {
            child,
            volunteer,
            state: PairState::Active,
            begun_on,
            ended_on: None,
            end_reason: None,
            source: PairSource::Paper,
            paper_number: None,
            proposal: None,
            batch: None,
        }
    }
}

/// Writes a pair. `pair.child_paired` when it binds a child that has a running pair: also what the
/// import uses, which brings the paper's begin, end and number and judges nothing else.
pub(crate) async fn insert(tx: &Tx, record: &PairRecord) -> Result<Uuid, Error> {
    if record.state.binds() && running(tx, record.child).await?.is_some() {
        return Err(Error::refused("pair.child_paired"));
    }
    let id = Uuid::now_v7();
    tx.insert::<pair::Entity>(pair::Model {
        area_id: tx.area_id(),
        id,
        child_id: record.child,
        volunteer_id: record.volunteer,
        state: record.state.code().into(),
        begun_on: record.begun_on.to_string(),
        ended_on: record.ended_on.map(|d| d.to_string()),
        end_reason: record.end_reason.clone(),
        source: record.source.code().into(),
        paper_number: record.paper_number.clone(),
        proposal_id: record.proposal,
        suspended_by: None,
        suspended_from: None,
        batch_id: record.batch,
        created_at: tx.now().0,
        version: 1,
    })
    .await?;
    Ok(id)
}

/// The child's pair that has not ended.
pub(crate) async fn running(tx: &Tx, child: Uuid) -> Result<Option<pair::Model>, Error> {
    tx.for_rule::<pair::Entity>()
        .and(pair::Column::ChildId.eq(child))
        .and(pair::Column::State.ne(PairState::Ended.code()))
        .first(tx)
        .await
}

async fn beginning(tx: &Tx, child: &child::Model, volunteer: &volunteer::Model) -> Result<Beginning, Error> {
    let home = tx.for_rule::<household::Entity>().id(volunteer.household_id).one(tx).await?;
    Ok(Beginning {
        child: ChildState::parse(&child.state).unwrap_or(ChildState::Left),
        child_paired: running(tx, child.id).await?.is_some(),
        consent: consented(tx, &[child.id], "pairing").await?.contains(&child.id),
        volunteer: VolunteerState::parse(&volunteer.state).unwrap_or(VolunteerState::Refused),
        taken: taken(tx, home.id).await?,
        capacity: home.capacity,
        parted_on: parted_on(tx, child.id, volunteer.id).await?,
        gap_days: setting::settings(tx).await?.pair_gap_days,
        today: tx.now().date(),
    })
}

/// The last day of the child's last pair with somebody else than this volunteer.
async fn parted_on(tx: &Tx, child: Uuid, volunteer: Uuid) -> Result<Option<Date>, Error> {
    let last = tx
        .for_rule::<pair::Entity>()
        .and(pair::Column::ChildId.eq(child))
        .and(pair::Column::VolunteerId.ne(volunteer))
        .and(pair::Column::EndedOn.is_not_null())
        .by_desc(pair::Column::EndedOn)
        .first(tx)
        .await?;
    Ok(last.and_then(|row| row.ended_on?.parse().ok()))
}

async fn tell(tx: &Tx, kind: &'static str, pair: Uuid, volunteer: Uuid) -> Result<(), Error> {
    if let Some(account) = stands_for(tx, volunteer).await? {
        tx.notify(Letter {
            kind,
            to_account: Some(account),
            to_role: None,
            to_person: None,
            about: ("pairs", Some(pair)),
            due_at: tx.now().0,
        });
    }
    Ok(())
}

async fn step(tx: &Tx, pair: PairId, step: PairStep) -> Result<(pair::Model, pair::Model), Error> {
    let before = tx.visible::<pair::Entity>().id(pair).one(tx).await?;
    let state = PairState::parse(&before.state).unwrap_or(PairState::Ended).after(step)?;
    let mut after = before.clone();
    after.state = state.code().into();
    Ok((before, after))
}

/// How the two get on is said by somebody other than the volunteer and her home.
pub(crate) async fn not_her_own(tx: &Tx, pair: &pair::Model) -> Result<(), Error> {
    if is_with(tx, pair.volunteer_id).await? { Err(Error::refused("pair.own_home")) } else { Ok(()) }
}

/// The first meetings by day went well: weekends are possible from now on.
#[derive(Clone, Debug)]
pub struct SettlePair {
    /// Which pair.
    pub pair: PairId,
}

impl Act for SettlePair {
    const NAME: &'static str = "pair.settle";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepPair)?;
        let (before, after) = step(tx, self.pair, PairStep::Settle).await?;
        not_her_own(tx, &before).await?;
        may_settle(meeting::met(tx, &before).await?, setting::settings(tx).await?.day_meetings)?;
        tx.change::<pair::Entity>(&before, after).await?;
        Ok(())
    }
}

/// The reason of a weekend that a rest called off.
const OFF_BY_REST: &str = "pair.paused";

/// A rest: no weekends, and the volunteer loses the view of the child the same moment.
#[derive(Clone, Debug)]
pub struct PausePair {
    /// Which pair.
    pub pair: PairId,
}

impl Act for PausePair {
    const NAME: &'static str = "pair.pause";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepPair)?;
        let (before, after) = step(tx, self.pair, PairStep::Pause).await?;
        nobody_away(tx, &before).await?;
        call_off(tx, &before, OFF_BY_REST).await?;
        tx.change::<pair::Entity>(&before, after).await?;
        Ok(())
    }
}

/// The rest is over.
#[derive(Clone, Debug)]
pub struct ResumePair {
    /// Which pair.
    pub pair: PairId,
}

impl Act for ResumePair {
    const NAME: &'static str = "pair.resume";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepPair)?;
        let (before, after) = step(tx, self.pair, PairStep::Resume).await?;
        if before.suspended_by.is_some() {
            // Whoever asks outside the circle learns no more than that it is not possible now.
            return Err(Error::refused("pair.not_now"));
        }
        tx.change::<pair::Entity>(&before, after).await?;
        Ok(())
    }
}

/// A leader closes a pair whose parting is done, or one that could not wait. What was planned is called off; the view
/// is lost the same moment.
#[derive(Clone, Debug)]
pub struct EndPair {
    /// Which pair.
    pub pair: PairId,
    /// Why it cannot wait for notice, talk and good-bye.
    pub at_once: Option<AtOnce>,
}

impl Act for EndPair {
    const NAME: &'static str = "pair.end";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::EndPair)?;
        let (before, mut after) = step(tx, self.pair, PairStep::End).await?;
        nobody_away(tx, &before).await?;
        let reason = parting::close(tx, before.id, self.at_once.as_ref()).await?;
        call_off(tx, &before, "pair.ended").await?;
        crate::term::withdraw_of(tx, before.id).await?;
        after.ended_on = Some(tx.now().date().to_string());
        after.end_reason = Some(reason.code().into());
        tx.change::<pair::Entity>(&before, after).await?;
        tell(tx, "pair.ended", before.id, before.volunteer_id).await
    }
}

/// The stays of a pair, looked for among its child's: those of a pair are listed nowhere.
pub(crate) fn of_pair(pair: &pair::Model) -> Condition {
    Condition::all().add(stay::Column::ChildId.eq(pair.child_id)).add(stay::Column::PairId.eq(pair.id))
}

/// Whether nothing that is on file ends the pair before the end of this day.
pub(crate) fn lasts(pair: &pair::Model, day: Date) -> bool {
    date(pair.ended_on.as_deref()).is_none_or(|last| day <= last)
}

/// A pair is not closed over the head of a child that is away.
async fn nobody_away(tx: &Tx, pair: &pair::Model) -> Result<(), Error> {
    if is_away(tx, pair).await? { Err(Refusal::new("pair.child_away").into()) } else { Ok(()) }
}

/// Whether the pair's child is with its volunteer now, or on the way.
async fn is_away(tx: &Tx, pair: &pair::Model) -> Result<bool, Error> {
    let away = stay::Column::State.is_in(["released", "in_care"]);
    Ok(tx.for_rule::<stay::Entity>().and(of_pair(pair)).and(away).first(tx).await?.is_some())
}

/// States of a weekend that was asked for or approved.
pub(crate) const PLANNED: [&str; 3] = ["requested", "consented", "approved"];

/// Calls off what was asked for or approved.
async fn call_off(tx: &Tx, pair: &pair::Model, reason: &'static str) -> Result<(), Error> {
    let planned =
        tx.for_rule::<stay::Entity>().and(of_pair(pair)).and(stay::Column::State.is_in(PLANNED)).all(tx).await?;
    for before in planned {
        crate::stay::call_off(tx, &before, Why::Code(reason)).await?;
    }
    Ok(())
}
