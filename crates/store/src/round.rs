//! Rounds: opening one, who takes part, its steps.

use std::collections::{HashMap, HashSet};

use naheya_domain::access::Action;
use naheya_domain::candidate::Bar;
use naheya_domain::child::{ChildState, short_text};
use naheya_domain::id::{ChildId, RoundId, VolunteerId};
use naheya_domain::round::RoundState;
use naheya_domain::volunteer::VolunteerState;
use naheya_domain::{Date, FieldError, Refusal};
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;
use crate::consented::consented;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, proposal, round, round_child, round_volunteer, volunteer};
use crate::sealed::tx::Tx;

mod card;
mod details;
pub(crate) mod field;
mod list;
mod out;
pub(crate) mod slip;
mod strike;

pub(crate) use card::on_card;
pub use details::{ChangeRound, RoundSheet};
pub(crate) use list::Places;
pub use list::{
    Early, Eligible, EligibleChild, EligibleHome, MOST_ELIGIBLE, RoundChild, RoundFile, RoundHome, RoundRow,
};
pub(crate) use list::{child_shown, home_shown};
pub use out::{RoundOutcome, RoundPerson};
pub(crate) use out::{outcomes_out, people_out};
pub use strike::{Group, LetPart, Strike, Strikes};

/// How many take part in a round, children and homes together.
pub(crate) async fn people(tx: &Tx, id: RoundId) -> Result<u64, Error> {
    tx.visible::<round::Entity>().id(id).one(tx).await?;
    let children = tx.visible::<round_child::Entity>().and(round_child::Column::RoundId.eq(id.0)).count(tx).await?;
    let homes = tx.visible::<round_volunteer::Entity>().and(round_volunteer::Column::RoundId.eq(id.0));
    Ok(children + homes.count(tx).await?)
}

/// What was typed about a new round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundDetails {
    /// Name, e.g. `2026年秋季结对`.
    pub name: String,
    /// The day both sides meet.
    pub held_on: Option<Date>,
    /// A note.
    pub note: Option<String>,
}

impl RoundDetails {
    /// Parses a form.
    ///
    /// # Errors
    /// `required.missing`, `text.too_long`, `date.unreadable`.
    pub fn parse(name: &str, held_on: &str, note: &str) -> Result<RoundDetails, Vec<FieldError>> {
        let mut faults = naheya_domain::error::Faults::default();
        let name = faults.take("name", short_text(name, 40).and_then(|n| n.ok_or("required.missing")));
        let held_on = match held_on.trim() {
            "" => None,
            typed => faults.take("held_on", typed.parse::<Date>().map_err(|_| "date.unreadable")),
        };
        let note = faults.take("note", short_text(note, 200)).flatten();
        let details = name.map(|name| RoundDetails { name, held_on, note });
        faults.finish(details)
    }
}

/// A new round, collecting wishes.
#[derive(Clone, Debug)]
pub struct OpenRound {
    /// What is known.
    pub details: RoundDetails,
}

impl Act for OpenRound {
    const NAME: &'static str = "round.open";
    type Answer = RoundId;

    async fn run(&self, tx: &Tx) -> Result<RoundId, Error> {
        tx.require(Action::RunRound)?;
        let id = Uuid::now_v7();
        tx.insert::<round::Entity>(round::Model {
            area_id: tx.area_id(),
            id,
            name: self.details.name.clone(),
            held_on: self.details.held_on.map(|d| d.to_string()),
            state: RoundState::Collecting.code().into(),
            seed: None,
            note: self.details.note.clone(),
            created_by: tx.account(),
            version: 1,
        })
        .await?;
        Ok(RoundId(id))
    }
}

/// The round goes a step on, or one back.
#[derive(Clone, Debug)]
pub struct StepRound {
    /// Which round.
    pub round: RoundId,
    /// The state it goes to.
    pub to: RoundState,
}

impl Act for StepRound {
    const NAME: &'static str = "round.step";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RunRound)?;
        let before = tx.visible::<round::Entity>().id(self.round).one(tx).await?;
        let state = RoundState::parse(&before.state).unwrap_or(RoundState::Closed).step(self.to)?;
        if state == RoundState::Closed {
            nothing_open(tx, before.id).await?;
        }
        set_state(tx, &before, state).await
    }
}

pub(crate) async fn set_state(tx: &Tx, before: &round::Model, state: RoundState) -> Result<(), Error> {
    let mut after = before.clone();
    after.state = state.code().into();
    tx.change::<round::Entity>(before, after).await?;
    Ok(())
}

/// A round is closed when every accepted proposal has become a pair and none waits for an answer.
async fn nothing_open(tx: &Tx, round: Uuid) -> Result<(), Error> {
    let open = tx
        .for_rule::<proposal::Entity>()
        .and(proposal::Column::RoundId.eq(round))
        .and(proposal::Column::State.is_in(["offered", "accepted"]))
        .and(proposal::Column::PairId.is_null())
        .first(tx)
        .await?;
    if open.is_some() { Err(Refusal::new("round.proposals_open").into()) } else { Ok(()) }
}

/// Children and volunteers come into a round.
#[derive(Clone, Debug)]
pub struct TakePart {
    /// Which round.
    pub round: RoundId,
    /// Children.
    pub children: Vec<ChildId>,
    /// Volunteers.
    pub volunteers: Vec<VolunteerId>,
}

/// Who came in and who did not, with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TookPart {
    /// Children who are in the round now.
    pub children: u32,
    /// Volunteers who are in the round now.
    pub volunteers: u32,
    /// Who was left out: id and code of the rule ([`Bar`]).
    pub left_out: Vec<(Uuid, String)>,
}

impl Act for TakePart {
    const NAME: &'static str = "round.take_part";
    type Answer = TookPart;

    async fn run(&self, tx: &Tx) -> Result<TookPart, Error> {
        tx.require(Action::RunRound)?;
        let round = open_for_wishes(tx, self.round).await?;
        let mut took = TookPart::default();
        self.children(tx, &round, &mut took).await?;
        self.volunteers(tx, &round, &mut took).await?;
        Ok(took)
    }
}

impl TakePart {
    async fn children(&self, tx: &Tx, round: &round::Model, took: &mut TookPart) -> Result<(), Error> {
        let ids = each_once(self.children.iter().map(|c| c.0));
        let consenting = consented(tx, &ids, "pairing").await?;
        let there = tx.for_rule::<round_child::Entity>().and(round_child::Column::RoundId.eq(round.id)).all(tx).await?;
        let mut next = there.iter().map(|r| r.number).max().unwrap_or(0);
        let mut there: HashMap<Uuid, round_child::Model> = there.into_iter().map(|row| (row.child_id, row)).collect();
        let files = tx.visible::<child::Entity>().among(ids.iter().copied()).all(tx).await?;
        let files: HashMap<Uuid, child::Model> = files.into_iter().map(|file| (file.id, file)).collect();
        let paired = field::paired(tx, &ids, &[]).await?;
        let mut fresh = Vec::new();
        for id in ids {
            let child = files.get(&id).ok_or(Error::NotFound)?;
            let present = matches!(ChildState::parse(&child.state), Some(ChildState::Applying | ChildState::Enrolled));
            let bar = [
                (paired.contains(&id), Bar::ChildPaired),
                (!present, Bar::ChildAbsent),
                (!consenting.contains(&id), Bar::ConsentMissing),
            ];
            if let Some((_, bar)) = bar.into_iter().find(|(applies, _)| *applies) {
                took.left_out.push((id, bar.code().into()));
                continue;
            }
            took.children += 1;
            if let Some(before) = there.remove(&id) {
                let after = round_child::Model { withdrawn: false, ..before.clone() };
                tx.change::<round_child::Entity>(&before, after).await?;
                continue;
            }
            next += 1;
            let row = Uuid::now_v7();
            fresh.push(round_child::Model {
                area_id: tx.area_id(),
                id: row,
                round_id: round.id,
                child_id: id,
                number: next,
                words: card::begun(tx, row, child.words.as_deref())?,
                care: None,
                withdrawn: false,
                apart_reason: None,
                apart_by: None,
                names_nobody: None,
                version: 1,
            });
        }
        tx.insert_all::<round_child::Entity>(fresh).await
    }

    async fn volunteers(&self, tx: &Tx, round: &round::Model, took: &mut TookPart) -> Result<(), Error> {
        let there =
            tx.for_rule::<round_volunteer::Entity>().and(round_volunteer::Column::RoundId.eq(round.id)).all(tx).await?;
        let mut next = there.iter().map(|r| r.number).max().unwrap_or(0);
        let mut there: HashMap<Uuid, round_volunteer::Model> =
            there.into_iter().map(|row| (row.volunteer_id, row)).collect();
        let ids = each_once(self.volunteers.iter().map(|v| v.0));
        let files = tx.visible::<volunteer::Entity>().among(ids.iter().copied()).all(tx).await?;
        let homes = field::Homes::load(tx, files.iter().map(|file| file.household_id).collect(), &[]).await?;
        let files: HashMap<Uuid, volunteer::Model> = files.into_iter().map(|file| (file.id, file)).collect();
        let mut fresh = Vec::new();
        for id in ids {
            let volunteer = files.get(&id).ok_or(Error::NotFound)?;
            let free = free_in(&homes, volunteer, tx.now().date());
            let approved = volunteer.state == VolunteerState::Approved.code();
            let bar = [(!approved, Bar::VolunteerNotApproved), (free == 0, Bar::HomeFull)];
            if let Some((_, bar)) = bar.into_iter().find(|(applies, _)| *applies) {
                took.left_out.push((id, bar.code().into()));
                continue;
            }
            took.volunteers += 1;
            let places = i32::try_from(free).unwrap_or(1);
            if let Some(before) = there.remove(&id) {
                let after = round_volunteer::Model { withdrawn: false, places, ..before.clone() };
                tx.change::<round_volunteer::Entity>(&before, after).await?;
                continue;
            }
            next += 1;
            fresh.push(round_volunteer::Model {
                area_id: tx.area_id(),
                id: Uuid::now_v7(),
                round_id: round.id,
                volunteer_id: id,
                number: next,
                places,
                withdrawn: false,
                names_nobody: None,
                version: 1,
            });
        }
        tx.insert_all::<round_volunteer::Entity>(fresh).await
    }
}

/// In their order; a form may name somebody twice.
fn each_once(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    let mut met = HashSet::new();
    ids.filter(|id| met.insert(*id)).collect()
}

async fn free_of(tx: &Tx, volunteer: &volunteer::Model) -> Result<u32, Error> {
    let homes = field::Homes::load(tx, vec![volunteer.household_id], &[]).await?;
    Ok(free_in(&homes, volunteer, tx.now().date()))
}

fn free_in(homes: &field::Homes, volunteer: &volunteer::Model, today: Date) -> u32 {
    homes.homes.get(&volunteer.household_id).map_or(0, |home| homes.facts(volunteer, home, today).free)
}

/// What a home may take has changed: rounds that are not over take it as it is now.
pub(crate) async fn offer_places(tx: &Tx, household: Uuid) -> Result<(), Error> {
    let people = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::HouseholdId.eq(household)).all(tx).await?;
    for person in people {
        let open = tx.for_rule::<round::Entity>().and(round::Column::State.ne(RoundState::Closed.code()));
        let rows = tx
            .for_rule::<round_volunteer::Entity>()
            .and(round_volunteer::Column::VolunteerId.eq(person.id))
            .and(round_volunteer::Column::RoundId.in_subquery(open.ids(round::Column::Id)))
            .all(tx)
            .await?;
        let free = i32::try_from(free_of(tx, &person).await?).unwrap_or(1);
        for before in rows.into_iter().filter(|row| row.places != free) {
            let after = round_volunteer::Model { places: free, ..before.clone() };
            tx.change::<round_volunteer::Entity>(&before, after).await?;
        }
    }
    Ok(())
}

/// The round, while people may come in and wishes may be written.
pub(crate) async fn open_for_wishes(tx: &Tx, round: RoundId) -> Result<round::Model, Error> {
    let round = tx.visible::<round::Entity>().id(round).one(tx).await?;
    match RoundState::parse(&round.state) {
        Some(state) if state.takes_wishes() => Ok(round),
        _ => Err(Error::refused("round.wishes_closed")),
    }
}

/// A child or a volunteer goes out of a round, also when proposals are out: what was proposed and has not begun is
/// taken back with it, everybody else's stands. Numbers stay taken.
#[derive(Clone, Debug)]
pub struct Withdraw {
    /// Which round.
    pub round: RoundId,
    /// The child …
    pub child: Option<ChildId>,
    /// … or the volunteer.
    pub volunteer: Option<VolunteerId>,
}

impl Act for Withdraw {
    const NAME: &'static str = "round.withdraw";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        tx.require(Action::RunRound)?;
        let round = tx.visible::<round::Entity>().id(self.round).one(tx).await?;
        if RoundState::parse(&round.state).is_none_or(|state| state == RoundState::Closed) {
            return Err(Error::refused("run.closed"));
        }
        let mut undone = 0;
        if let Some(child) = self.child {
            let before = tx
                .visible::<round_child::Entity>()
                .and(round_child::Column::RoundId.eq(round.id))
                .and(round_child::Column::ChildId.eq(child.0))
                .one(tx)
                .await?;
            let mut after = before.clone();
            after.withdrawn = true;
            tx.change::<round_child::Entity>(&before, after).await?;
            undone += crate::proposal::take_back(tx, round.id, proposal::Column::ChildId.eq(child.0), true).await?;
        }
        if let Some(volunteer) = self.volunteer {
            let before = tx
                .visible::<round_volunteer::Entity>()
                .and(round_volunteer::Column::RoundId.eq(round.id))
                .and(round_volunteer::Column::VolunteerId.eq(volunteer.0))
                .one(tx)
                .await?;
            let mut after = before.clone();
            after.withdrawn = true;
            tx.change::<round_volunteer::Entity>(&before, after).await?;
            undone +=
                crate::proposal::take_back(tx, round.id, proposal::Column::VolunteerId.eq(volunteer.0), false).await?;
        }
        Ok(undone)
    }
}

/// A volunteer takes part in the programme no longer: she goes out of every round that is not over, as by [`Withdraw`].
pub(crate) async fn drop_out(tx: &Tx, volunteer: Uuid) -> Result<(), Error> {
    use round_volunteer::Column as C;
    let open = tx.for_rule::<round::Entity>().and(round::Column::State.ne(RoundState::Closed.code()));
    let rows = tx
        .for_rule::<round_volunteer::Entity>()
        .and(C::VolunteerId.eq(volunteer))
        .and(C::Withdrawn.eq(false))
        .and(C::RoundId.in_subquery(open.ids(round::Column::Id)))
        .all(tx)
        .await?;
    for before in rows {
        let round = before.round_id;
        let after = round_volunteer::Model { withdrawn: true, ..before.clone() };
        tx.change::<round_volunteer::Entity>(&before, after).await?;
        crate::proposal::take_back(tx, round, proposal::Column::VolunteerId.eq(volunteer), false).await?;
    }
    Ok(())
}

/// What a child's choice card says: the child's words, and what care needs.
#[derive(Clone, Debug)]
pub struct WriteCard {
    /// Which round.
    pub round: RoundId,
    /// Which child.
    pub child: ChildId,
    /// The version that was read.
    pub version: i32,
    /// The child's own words for this round.
    pub words: String,
    /// What care needs; empty shows what the file says.
    pub care: String,
}

impl Act for WriteCard {
    const NAME: &'static str = "round.write_card";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RunRound)?;
        let round = open_for_wishes(tx, self.round).await?;
        let before = tx
            .visible::<round_child::Entity>()
            .and(round_child::Column::RoundId.eq(round.id))
            .and(round_child::Column::ChildId.eq(self.child.0))
            .one(tx)
            .await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let words = short_text(&self.words, 500).map_err(|code| Error::field("words", code))?;
        let care = short_text(&self.care, 300).map_err(|code| Error::field("care", code))?;
        let after = card::written(tx, &before, words.as_deref(), care.as_deref())?;
        tx.change::<round_child::Entity>(&before, after).await?;
        Ok(())
    }
}
