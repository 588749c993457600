//! What the office sees of stays: the requests with every clause's tick, and where every child is.

use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Class};
use naheya_domain::custody::Holder;
use naheya_domain::error::Refusal;
use naheya_domain::id::{ChildId, SchoolId, StayId, VolunteerId};
use naheya_domain::stay::StayState;
use naheya_domain::stay::gate::Gate;
use naheya_domain::stay::ladder::Rung;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::fact::{Claim, Dossier, heard};
use super::late::announced;
use super::{TABLE, adults, state};
use crate::sealed::entity::{child, class, guardian, guardianship, school, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error, custody};

/// Stays of one page.
const SHOWN: u64 = 500;

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
    /// Where they go, when they go away.
    pub plan: Option<String>,
    /// The five clauses.
    pub ticks: Ticks,
    /// What stands against the next gate, as this viewer may hear it.
    pub refusals: Vec<Refusal>,
    /// Whether the child was neither for nor against it.
    pub unsure: bool,
    /// What the class teacher wrote.
    pub teacher_words: Option<String>,
    /// Until when an approval can be taken back.
    pub undo_until: Option<Timestamp>,
    /// Whether the viewer asked for it and so cannot approve it.
    pub own_request: bool,
    /// Why it was refused or called off.
    pub words: Option<String>,
}

impl StayLine {
    /// Nothing stands against it and nobody needs to look: it may go with the others.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.is_waiting() && self.refusals.is_empty() && self.plan.is_none() && !self.unsure && !self.own_request
    }

    /// Whether it waits for the office.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, StayState::Requested | StayState::Consented)
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
    let mut rows = found(tx, filter);
    if let Some((starts, id)) = filter.after {
        let here = Expr::tuple([Expr::col(C::StartsAt), Expr::col(C::Id)]);
        rows = rows.and(here.gt(Expr::tuple([Expr::val(starts.0), Expr::val(id.0)])));
    }
    lines(tx, rows.by(C::StartsAt).by(C::Id).limit(most).all(tx).await?).await
}

impl Desk {
    /// The stays that begin from `from` until `to`, by their hour, with every clause judged for
    /// approval.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn weekend(&self, from: Timestamp, to: Timestamp) -> Result<Vec<StayLine>, Error> {
        self.require(Action::ApproveStay)?;
        first_rows(&self.read(), &StayFilter { view: StayView::All, from, to, after: None }, SHOWN).await
    }

    /// One stay with every clause.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn stay_line(&self, id: StayId) -> Result<StayLine, Error> {
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let row = super::seen(&tx, id).await?;
        lines(&tx, vec![row]).await?.into_iter().next().ok_or(Error::NotFound)
    }
}

async fn lines(tx: &Tx, rows: Vec<stay::Model>) -> Result<Vec<StayLine>, Error> {
    let adults = adults(tx, rows.iter().map(|r| r.id)).await?;
    let claims: Vec<Claim> = rows.iter().map(|r| Claim::of(r, &adults)).collect();
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    let dossier = Dossier::of(tx, &claims).await?;
    let classes = tx.visible::<class::Entity>().all(tx).await?;
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
            plan: open("plan_sealed", &row.plan_sealed)?,
            teacher_words: open("teacher_words_sealed", &row.teacher_words_sealed)?,
            ticks: ticks(&refusals),
            refusals,
            unsure: dossier.is_unsure(claim),
            undo_until: row.codes_at.map(Timestamp).filter(|at| *at > tx.now() && state(&row) == StayState::Approved),
            own_request: row.requested_by == tx.account() && !tx.is_system(),
            words: row.refusal.clone().or_else(|| row.cancelled_reason.clone()),
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
        ]),
        home: tick(&["stay.home_visit_missing"]),
        child: tick(&["stay.child_not_asked", "stay.child_said_no", "stay.not_this_weekend"]),
    }
}

/// Where a child of this weekend is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Not fetched yet.
    Waiting,
    /// On the way or at the home, in time.
    Away,
    /// Not back, by so many minutes.
    Late(i64),
    /// In hospital.
    Hospital,
    /// With the police.
    Police,
    /// Received, but late: waits for a reason.
    BackLate,
    /// Back.
    Back,
}

/// A child of this weekend on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhereLine {
    /// The stay.
    pub stay: StayId,
    /// The child.
    pub child: ChildId,
    /// Name.
    pub child_name: String,
    /// School.
    pub school: Option<SchoolId>,
    /// Its name.
    pub school_name: Option<String>,
    /// The volunteer.
    pub carer_name: String,
    /// Her phone.
    pub carer_phone: Option<String>,
    /// The first guardian to call: name and phone.
    pub guardian: Option<(String, String)>,
    /// The school's phone.
    pub school_phone: Option<String>,
    /// When it began.
    pub starts_at: Timestamp,
    /// Until when the child is due back.
    pub ends_at: Timestamp,
    /// Where the child is.
    pub place: Where,
    /// When it was received.
    pub returned_at: Option<Timestamp>,
    /// When they come later than agreed, by the carer's own word, and why.
    pub said_late: Option<(Timestamp, String)>,
    /// The highest step of the ladder reached.
    pub rung: Option<Rung>,
    /// The next one, and when.
    pub next: Option<(Rung, Timestamp)>,
}

impl Desk {
    /// Every child that is, or today was, away on a stay, or waits to be fetched today: the longest
    /// late first.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn whereabouts(&self) -> Result<Vec<WhereLine>, Error> {
        self.require(Action::HandOver)?;
        let tx = self.read();
        let rows = tx.visible::<stay::Entity>().and(current(tx.now())).limit(2000).all(&tx).await?;
        let people = People::of(&tx, &rows).await?;
        let ladders = crate::alarm::Ladders::of(&tx, &rows).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut line = people.line(&tx, row)?;
            if let Where::Late(late) = line.place {
                let ladder = crate::alarm::watched(row, None).ladder(ladders.of_stay(row));
                line.rung = ladder.reached(late);
                line.next = ladder.next(late).map(|(rung, at)| (rung, line.ends_at.plus_minutes(at)));
            }
            lines.push(line);
        }
        lines
            .sort_by_key(|l| (std::cmp::Reverse(if let Where::Late(m) = l.place { m } else { -1 }), l.ends_at, l.stay));
        Ok(lines)
    }
}

fn current(now: Timestamp) -> Condition {
    use stay::Column as C;
    let midnight = Timestamp::from_shanghai(now.date().at(0, 0, 0, 0)).0;
    let tomorrow = midnight + 24 * 3_600_000;
    Condition::any()
        .add(C::State.is_in(["released", "in_care", "returned"]))
        .add(Condition::all().add(C::State.eq("approved")).add(C::StartsAt.lt(tomorrow)).add(C::EndsAt.gt(midnight)))
        .add(Condition::all().add(C::State.eq("closed")).add(C::ReturnedAt.gte(midnight)))
}

struct People {
    children: Vec<child::Model>,
    carers: Vec<volunteer::Model>,
    schools: Vec<school::Model>,
    ties: Vec<guardianship::Model>,
    guardians: Vec<guardian::Model>,
    holders: Vec<(Uuid, Holder)>,
}

impl People {
    async fn of(tx: &Tx, rows: &[stay::Model]) -> Result<People, Error> {
        let children: Vec<Uuid> = rows.iter().map(|r| r.child_id).collect();
        let ties = tx
            .visible::<guardianship::Entity>()
            .and(guardianship::Column::ChildId.is_in(children.clone()))
            .and(guardianship::Column::Blocked.eq(false))
            .by(guardianship::Column::ContactOrder)
            .all(tx)
            .await?;
        let ids: Vec<Uuid> = ties.iter().map(|t| t.guardian_id).collect();
        let carers: Vec<Uuid> = rows.iter().map(|r| r.volunteer_id).collect();
        let newest = custody::newest(tx, &children).await?;
        Ok(People {
            carers: tx.visible_as::<volunteer::Entity>(Class::Personal).among(carers).all(tx).await?,
            schools: tx.visible::<school::Entity>().all(tx).await?,
            guardians: tx.visible_as::<guardian::Entity>(Class::Personal).among(ids).all(tx).await?,
            holders: newest.iter().map(|e| (e.child_id, custody::holder(e))).collect(),
            children: tx.visible::<child::Entity>().among(children).all(tx).await?,
            ties,
        })
    }

    fn line(&self, tx: &Tx, row: &stay::Model) -> Result<WhereLine, Error> {
        let child = self.children.iter().find(|c| c.id == row.child_id);
        let carer = self.carers.iter().find(|v| v.id == row.volunteer_id);
        let school = child.and_then(|c| c.school_id).and_then(|id| self.schools.iter().find(|s| s.id == id));
        let phone = |table: &str, id: Option<Uuid>, sealed: Option<&Vec<u8>>| match id {
            Some(id) => tx.open_some(table, "phone_sealed", id, sealed),
            None => Ok(None),
        };
        let tie = self.ties.iter().find(|t| t.child_id == row.child_id);
        let guardian = tie.and_then(|t| self.guardians.iter().find(|g| g.id == t.guardian_id));
        let call = phone("guardians", guardian.map(|g| g.id), guardian.and_then(|g| g.phone_sealed.as_ref()))?;
        Ok(WhereLine {
            stay: StayId(row.id),
            child: ChildId(row.child_id),
            child_name: child.map(|c| c.name.clone()).unwrap_or_default(),
            school: school.map(|s| SchoolId(s.id)),
            school_name: school.map(|s| s.name.clone()),
            school_phone: phone("schools", school.map(|s| s.id), school.and_then(|s| s.phone_sealed.as_ref()))?,
            carer_name: carer.map(|v| v.name.clone()).unwrap_or_default(),
            carer_phone: phone("volunteers", carer.map(|v| v.id), carer.and_then(|v| v.phone_sealed.as_ref()))?,
            guardian: guardian.zip(call).map(|(g, phone)| (g.name.clone(), phone)),
            starts_at: Timestamp(row.starts_at),
            ends_at: Timestamp(row.ends_at),
            place: self.place(row, tx.now()),
            returned_at: row.returned_at.map(Timestamp),
            said_late: announced(tx, row)?,
            rung: None,
            next: None,
        })
    }

    fn place(&self, row: &stay::Model, now: Timestamp) -> Where {
        let holder = self.holders.iter().find(|(child, _)| *child == row.child_id).map(|(_, h)| *h);
        match (state(row), holder) {
            (StayState::Released | StayState::InCare, Some(Holder::Hospital)) => Where::Hospital,
            (StayState::Released | StayState::InCare, Some(Holder::Police)) => Where::Police,
            (StayState::Released | StayState::InCare, _) if now.0 > row.ends_at => {
                Where::Late(now.minutes_since(Timestamp(row.ends_at)))
            }
            (StayState::Released | StayState::InCare, _) => Where::Away,
            (StayState::Returned, _) => Where::BackLate,
            (StayState::Closed, _) => Where::Back,
            _ => Where::Waiting,
        }
    }
}
