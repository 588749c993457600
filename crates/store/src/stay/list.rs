//! What the office sees of stays: the requests with every clause's tick.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::error::Refusal;
use naheya_domain::id::{ChildId, StayId, VolunteerId};
use naheya_domain::stay::gate::Gate;
use naheya_domain::stay::{Leg, StayState};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::fact::{Claim, Dossier, heard};
use super::later::lacking;
use super::{TABLE, adults, state, why};
use crate::carer::Somebody;
use crate::order::{Page, Turn, along, beyond, turned_by};
use crate::sealed::entity::{class, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error, custody};

/// Stays of one page: a weekend of no more is one page.
pub const WEEKEND_PAGE: u64 = 200;
/// Stays of a weekend are counted no further.
const COUNTED: u64 = 100_000;

/// How one clause stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// Met.
    Yes,
    /// Not met; the refusals say what to do.
    No,
}

/// The five clauses of the list, as its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticks {
    /// The class teacher.
    pub teacher: Tick,
    /// The guardian.
    pub consent: Tick,
    /// Volunteer and adults.
    pub adults: Tick,
    /// The home.
    pub home: Tick,
    /// The child.
    pub child: Tick,
}

/// One request or stay as the office sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayLine {
    /// Which one.
    pub id: StayId,
    /// Siblings who go together have the same.
    pub party: Uuid,
    /// The child.
    pub child: ChildId,
    /// Name.
    pub child_name: String,
    /// Class.
    pub class: Option<String>,
    /// The volunteer.
    pub carer: VolunteerId,
    /// Name.
    pub carer_name: String,
    /// From.
    pub starts_at: Timestamp,
    /// To.
    pub ends_at: Timestamp,
    /// State.
    pub state: StayState,
    /// How far they are, by what was said last, while the child is away.
    pub leg: Leg,
    /// Where they go, when they go away.
    pub plan: Option<String>,
    /// The five clauses.
    pub ticks: Ticks,
    /// What stands against the next gate, as this viewer may hear it; of one child alone that is away, which papers do not
    /// reach to the hour of its return.
    pub refusals: Vec<Refusal>,
    /// Whether the child was neither for nor against it.
    pub unsure: bool,
    /// Grown-ups who live there and of whom the request says that they are away in these days.
    pub away: Vec<String>,
    /// What the class teacher wrote.
    pub teacher_words: Option<String>,
    /// Until when an approval can be taken back.
    pub undo_until: Option<Timestamp>,
    /// Whether the viewer asked for it and so cannot approve it.
    pub own_request: bool,
    /// Whether it goes to the viewer's own home, which cannot approve it either.
    pub own_home: bool,
    /// Why it was refused or called off.
    pub words: Option<String>,
}

impl StayLine {
    /// Nothing stands against it and nobody needs to look: it may go with the others.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let looks = self.plan.is_some() || self.unsure || !self.away.is_empty() || self.is_own();
        self.is_waiting() && self.refusals.is_empty() && !looks
    }

    /// Whether somebody else than the viewer has to approve it.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own_request || self.own_home
    }

    /// Whether it waits for the office.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, StayState::Requested | StayState::Consented)
    }

    /// Where it stands, in the word of a state: one that lost its consent waits for the office again from the moment that
    /// another covers it.
    #[must_use]
    pub fn stands(&self) -> StayState {
        match self.state {
            StayState::Requested if self.ticks.consent == Tick::Yes => StayState::Consented,
            state => state,
        }
    }

    /// Whether what is missing cannot be made good for this weekend.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        let ends = ["stay.child_said_no", "stay.concern_open", "stay.not_this_weekend", "stay.person_blocked"];
        self.refusals.iter().any(|r| ends.contains(&r.code))
    }
}

/// A part of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayView {
    /// Every stay.
    All,
    /// Waits for the office.
    Waiting,
    /// Somebody said yes.
    Approved,
    /// Somebody said no or called it off.
    Off,
}

impl StayView {
    /// The parts that have a tab, in its order.
    pub const TABS: [StayView; 3] = [Self::Waiting, Self::Approved, Self::Off];

    /// The word in the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Off => "off",
        }
    }

    /// The part with this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::TABS.into_iter().chain([Self::All]).find(|view| view.code() == code)
    }

    /// Whether a stay of this state stands in it.
    #[must_use]
    pub fn holds(self, state: StayState) -> bool {
        let waits = matches!(state, StayState::Requested | StayState::Consented);
        let off = matches!(state, StayState::Refused | StayState::Cancelled);
        match self {
            Self::All => true,
            Self::Waiting => waits,
            Self::Approved => !waits && !off,
            Self::Off => off,
        }
    }
}

/// Which stays a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayFilter {
    /// Which part of it.
    pub view: StayView,
    /// They begin from this instant.
    pub from: Timestamp,
    /// They begin before this one.
    pub to: Timestamp,
    /// After this row (its hour and id): the next page.
    pub after: Option<(Timestamp, StayId)>,
}

/// The stays that the filter finds, wherever the page begins.
pub(crate) fn found(tx: &Tx, filter: &StayFilter) -> Visible<stay::Entity> {
    use stay::Column as C;
    let days = Condition::all().add(C::StartsAt.gte(filter.from.0)).add(C::StartsAt.lt(filter.to.0));
    let states = StayState::ALL.into_iter().filter(|state| filter.view.holds(*state)).map(StayState::code);
    tx.visible::<stay::Entity>().and(days.add(C::State.is_in(states)))
}

/// The first rows of the list by their hour, every clause judged for approval.
pub(crate) async fn first_rows(tx: &Tx, filter: &StayFilter, most: u64) -> Result<Vec<StayLine>, Error> {
    use stay::Column as C;
    let after = filter.after.map(|(starts, id)| [starts.0.into(), id.0.into()]);
    let rows = beyond(found(tx, filter), [C::StartsAt, C::Id], false, after);
    lines(tx, rows.limit(most).all(tx).await?).await
}

impl Desk {
    /// A page of the stays that the filter finds, by their hour, with every clause judged for approval.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`] when the list goes on from a stay that is not visible, [`Error::Database`].
    pub async fn weekend(&self, filter: &StayFilter, turn: &Turn) -> Result<Page<StayLine>, Error> {
        use stay::Column as C;
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let rows = along(found(&tx, filter), [C::StartsAt, C::Id], false, turn, &tx).await?;
        let rows = rows.limit(WEEKEND_PAGE + 1).all(&tx).await?;
        let mut page = turned_by(WEEKEND_PAGE, rows, turn, |row| row.id);
        let rows = lines(&tx, std::mem::take(&mut page.rows)).await?;
        Ok(page.with(rows))
    }

    /// How many stays begin from `from` until `to`, in the order of [`StayView::TABS`].
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn weekend_counts(&self, from: Timestamp, to: Timestamp) -> Result<[u64; 3], Error> {
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let parts = StayView::TABS.map(|view| found(&tx, &StayFilter { view, from, to, after: None }));
        let counts = Visible::counts_to(parts.into(), COUNTED, &tx).await?;
        Ok(counts.try_into().unwrap_or_default())
    }

    /// One stay with every clause.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn stay_line(&self, id: StayId) -> Result<StayLine, Error> {
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let row = super::seen(&tx, id).await?;
        let nights = if state(&row).is_away() { lacking(&tx, &row).await? } else { Vec::new() };
        let mut line = lines(&tx, vec![row]).await?.into_iter().next().ok_or(Error::NotFound)?;
        line.refusals.extend(nights);
        Ok(line)
    }
}

async fn lines(tx: &Tx, rows: Vec<stay::Model>) -> Result<Vec<StayLine>, Error> {
    let adults = adults(tx, rows.iter().map(|r| r.id)).await?;
    let claims: Vec<Claim> = rows.iter().map(|r| Claim::of(r, &adults)).collect();
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let dossier = Dossier::of(tx, &claims).await?;
    let classes = rows.iter().filter_map(|row| dossier.child(row.child_id)?.class_id);
    let classes = tx.visible::<class::Entity>().among(classes.collect::<Vec<_>>()).all(tx).await?;
    let away: Vec<Uuid> = rows.iter().filter(|r| state(r).is_away()).map(|r| r.id).collect();
    let legs = custody::legs(tx, &away).await?;
    let own = Somebody::at_work(tx).await?.stays_among(tx, &rows).await?;
    let mut all = Vec::with_capacity(rows.len());
    for (row, claim) in rows.into_iter().zip(&claims) {
        let waits = matches!(state(&row), StayState::Requested | StayState::Consented | StayState::Approved);
        let refusals = if waits { heard(tx, &dossier, claim, Gate::Approval).await? } else { Vec::new() };
        let child = dossier.child(row.child_id);
        let of_class = child.and_then(|c| c.class_id).and_then(|id| classes.iter().find(|c| c.id == id));
        let open = |column: &str, sealed: &Option<Vec<u8>>| tx.open_some(TABLE, column, row.id, sealed.as_ref());
        all.push(StayLine {
            id: StayId(row.id),
            party: row.party_id,
            child: ChildId(row.child_id),
            child_name: child.map(|c| c.name.clone()).unwrap_or_default(),
            class: of_class.map(|c| c.name.clone()),
            carer: VolunteerId(row.volunteer_id),
            carer_name: dossier.volunteer(row.volunteer_id).map(|v| v.name.clone()).unwrap_or_default(),
            starts_at: Timestamp(row.starts_at),
            ends_at: Timestamp(row.ends_at),
            state: state(&row),
            leg: legs.get(&row.id).copied().unwrap_or_default(),
            plan: open("plan_sealed", &row.plan_sealed)?,
            teacher_words: open("teacher_words_sealed", &row.teacher_words_sealed)?,
            ticks: ticks(&refusals),
            refusals,
            unsure: dossier.is_unsure(claim) && !own.contains(&row.id),
            away: if waits { dossier.left_out(claim) } else { Vec::new() },
            undo_until: row.codes_at.map(Timestamp).filter(|at| *at > tx.now() && state(&row) == StayState::Approved),
            own_request: row.requested_by == tx.account() && !tx.is_system(),
            own_home: own.contains(&row.id),
            words: why::said(tx, &row)?,
        });
    }
    Ok(all)
}

fn ticks(refusals: &[Refusal]) -> Ticks {
    let tick = |codes: &[&str]| {
        if refusals.iter().any(|r| codes.contains(&r.code)) { Tick::No } else { Tick::Yes }
    };
    Ticks {
        teacher: tick(&["stay.teacher_yes_missing"]),
        consent: tick(&["stay.consent_missing"]),
        adults: tick(&[
            "stay.no_offence_missing",
            "stay.no_adult_named",
            "stay.volunteer_not_approved",
            "stay.agreement_missing",
            "stay.insurance_missing",
            "stay.training_missing",
            "stay.person_blocked",
            "stay.adult_not_approved",
        ]),
        home: tick(&["stay.home_visit_missing"]),
        child: tick(&["stay.child_not_asked", "stay.child_said_no", "stay.not_this_weekend"]),
    }
}
