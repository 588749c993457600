//! What the office must know this morning: stays that wait for an answer, who is late, this weekend
//! by state, who has not been home for long, the weekends before.

use std::collections::BTreeSet;
use std::ops::Range;

use futures_util::future::{try_join, try_join3};
use jiff::ToSpan;
use naheya_domain::access::{Action, Class};
use naheya_domain::custody::Holder;
use naheya_domain::id::{ChildId, StayId};
use naheya_domain::stay::{Leg, StayState};
use naheya_domain::weekend::friday_of;
use naheya_domain::{Date, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use crate::holiday::days_off;
use crate::sealed::bucket;
use crate::sealed::entity::{child, pair, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::{Desk, Error, custody};

/// Weekends shown, this one included.
pub const WEEKENDS: i64 = 13;
/// Weeks without a stay after which a paired child stands in the list.
const LONG_WEEKS: i64 = 4;
const MOST: u64 = 20;
const MOST_LONG: usize = 5;
/// Children who are missed are counted no further.
const COUNTED: u64 = 100_000;
const WEEK_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;
/// States in which the child has left for the home.
const TOOK_PLACE: [&str; 4] = ["released", "in_care", "returned", "closed"];
const AWAY: [&str; 2] = ["released", "in_care"];
const WAITING: [&str; 2] = ["requested", "consented"];

/// A stay in a line of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayLine {
    /// Which.
    pub id: StayId,
    /// The child's name.
    pub child: String,
    /// The volunteer's name.
    pub volunteer: String,
    /// Begins.
    pub starts_at: Timestamp,
    /// Ends.
    pub ends_at: Timestamp,
    /// The class teacher has said yes.
    pub endorsed: bool,
    /// The guardian has said yes.
    pub consented: bool,
    /// How far they are, by what was said last, while the child is away.
    pub leg: Leg,
    /// The volunteer's number, where the child is late and the reader may see it.
    pub phone: Option<String>,
    /// Hospital or police, where the child is by the newest link though the stay goes on.
    pub elsewhere: Option<Holder>,
}

/// The children of this weekend, by how far their stays are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dots {
    /// Asked for, not decided.
    pub waiting: i64,
    /// Approved, not yet fetched.
    pub approved: i64,
    /// Fetched or at home.
    pub away: i64,
    /// Back.
    pub back: i64,
}

impl Dots {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> i64 {
        self.waiting + self.approved + self.away + self.back
    }
}

/// A child whose pair goes on and who has not been home for long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongAway {
    /// Which.
    pub id: ChildId,
    /// Name.
    pub name: String,
    /// Whole weeks since the last stay, or since the pair began.
    pub weeks: i64,
    /// Whether there was a stay at all.
    pub was_home: bool,
}

/// The office's morning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Today {
    /// The Friday of this weekend.
    pub friday: Date,
    /// Stays that wait for an answer, soonest first.
    pub waiting: Vec<StayLine>,
    /// Stays that should have ended, the first of them.
    pub late: Vec<StayLine>,
    /// How many children are missed: of one in hospital or with the police somebody has written down where it is.
    pub missed: u64,
    /// This weekend.
    pub dots: Dots,
    /// Children who have not been home for long, longest first.
    pub long_away: Vec<LongAway>,
    /// The Fridays of the weekends and how many children went, oldest first; this one last.
    pub weekends: Vec<(Date, i64)>,
    /// Those of these Fridays that the county's calendar has off: the weekend belongs to a long holiday.
    pub days_off: BTreeSet<Date>,
}

#[derive(Clone, FromQueryResult)]
struct ByWeek {
    bucket: i64,
    state: String,
    n: i64,
}

#[derive(FromQueryResult)]
struct Running {
    child_id: Uuid,
    begun_on: String,
    name: Option<String>,
    last: Option<i64>,
}

#[derive(FromQueryResult)]
struct Line {
    id: Uuid,
    starts_at: i64,
    ends_at: i64,
    endorsed_at: Option<i64>,
    consent_id: Option<Uuid>,
    child: Option<String>,
    volunteer: Option<String>,
}

impl Desk {
    /// What must be decided and known today.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that approve no stays.
    pub async fn today(&self) -> Result<Today, Error> {
        self.require(Action::ApproveStay)?;
        self.remembered("today", String::new(), self.read_today()).await
    }

    /// What is asked side by side waits for the longest alone: whoever asks first after a change waits for all of it.
    async fn read_today(&self) -> Result<Today, Error> {
        let tx = self.read();
        let friday = friday_of(tx.now().date());
        let fridays: Vec<Date> = weekends(&[], friday).into_iter().map(|(friday, _)| friday).collect();
        let waits = Condition::all().add(stay::Column::EndsAt.gt(tx.now().0));
        let earlier = self.remembered_behind("today.weeks", friday.to_string(), move |desk| async move {
            by_week(&desk.read(), friday, 0..WEEKENDS - 1).await
        });
        let long_away = self
            .remembered_behind("today.long_away", String::new(), |desk| async move { long_away(&desk.read()).await });
        let (late, waiting) = (late(&tx), lines(&tx, WAITING, waits));
        let this = by_week(&tx, friday, WEEKENDS - 1..WEEKENDS);
        let ((late, missed), waiting, mut by_week) = try_join3(late, waiting, this).await?;
        let (earlier, long_away, days_off) = try_join3(earlier, long_away, days_off(&tx, &fridays)).await?;
        by_week.extend(earlier);
        Ok(Today {
            friday,
            waiting,
            late,
            missed,
            dots: dots(&by_week),
            long_away,
            weekends: weekends(&by_week, friday),
            days_off,
        })
    }
}

/// The first of those who are late, and how many children are missed in all.
async fn late(tx: &Tx) -> Result<(Vec<StayLine>, u64), Error> {
    let is_late = Condition::all().add(stay::Column::EndsAt.lt(tx.now().0));
    let mut late = lines(tx, AWAY, is_late.clone()).await?;
    if late.is_empty() {
        return Ok((late, 0));
    }
    let away = tx.visible::<stay::Entity>().and(stay::Column::State.is_in(AWAY)).and(is_late);
    let ((), all) = try_join(place(tx, &mut late), away.count_to(COUNTED, tx)).await?;
    let elsewhere = late.iter().filter(|stay| stay.elsewhere.is_some()).count() as u64;
    Ok((late, all.saturating_sub(elsewhere)))
}

/// Says of each child whom to call, and whom the chain leaves in hospital or with the police that it is there.
async fn place(tx: &Tx, late: &mut [StayLine]) -> Result<(), Error> {
    let rows = tx.visible::<stay::Entity>().among(late.iter().map(|stay| stay.id.0)).all(tx).await?;
    let newest = custody::newest(tx, &rows.iter().map(|row| row.child_id).collect::<Vec<_>>()).await?;
    let carers = rows.iter().map(|row| row.volunteer_id);
    let carers = tx.visible_as::<volunteer::Entity>(Class::Personal).among(carers).all(tx).await?;
    for stay in late {
        let row = rows.iter().find(|row| row.id == stay.id.0);
        if let Some(carer) = row.and_then(|row| carers.iter().find(|carer| carer.id == row.volunteer_id)) {
            stay.phone = tx.open_some("volunteers", "phone_sealed", carer.id, carer.phone_sealed.as_ref())?;
        }
        let held = newest.iter().find(|link| Some(link.child_id) == row.map(|row| row.child_id)).map(custody::holder);
        stay.elsewhere = held.filter(|holder| matches!(holder, Holder::Hospital | Holder::Police));
    }
    Ok(())
}

fn midnight(day: Date) -> i64 {
    Timestamp::from_shanghai(day.at(0, 0, 0, 0)).0
}

/// The first by their start. Asked state by state, as the index has them: few are read, however many there are.
async fn lines(tx: &Tx, states: [&str; 2], which: Condition) -> Result<Vec<StayLine>, Error> {
    use stay::Column as S;
    let mut found: Vec<Line> = Vec::new();
    for state in states {
        let of_state = tx.visible::<stay::Entity>().and(S::State.eq(state)).and(which.clone());
        let named = of_state.beside(tx.visible::<child::Entity>(), CHILD, same(child::Column::Id, S::ChildId)).beside(
            tx.visible::<volunteer::Entity>(),
            VOLUNTEER,
            same(volunteer::Column::Id, S::VolunteerId),
        );
        let picked = vec![
            (at(S::Id), "id"),
            (at(S::StartsAt), "starts_at"),
            (at(S::EndsAt), "ends_at"),
            (at(S::EndorsedAt), "endorsed_at"),
            (at(S::ConsentId), "consent_id"),
            (at(child::Column::Name), "child"),
            (at(volunteer::Column::Name), "volunteer"),
        ];
        found.extend(named.by(S::StartsAt).by(S::Id).limit(MOST).pick(picked, tx).await?);
    }
    found.sort_by_key(|s| (s.starts_at, s.id));
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let away: Vec<Uuid> = found.iter().map(|s| s.id).filter(|_| states == AWAY).collect();
    let legs = custody::legs(tx, &away).await?;
    let line = |s: Line| StayLine {
        leg: legs.get(&s.id).copied().unwrap_or_default(),
        elsewhere: None,
        phone: None,
        id: StayId(s.id),
        child: s.child.unwrap_or_default(),
        volunteer: s.volunteer.unwrap_or_default(),
        starts_at: Timestamp(s.starts_at),
        ends_at: Timestamp(s.ends_at),
        endorsed: s.endorsed_at.is_some(),
        consented: s.consent_id.is_some(),
    };
    Ok(found.into_iter().map(line).collect())
}

const CHILD: [child::Column; 2] = [child::Column::Id, child::Column::Name];
const VOLUNTEER: [volunteer::Column; 2] = [volunteer::Column::Id, volunteer::Column::Name];

fn monday(friday: Date) -> i64 {
    midnight(friday) - 4 * WEEK_MILLIS / 7
}

/// The stays of some of the weekends shown, counted by week and state; this week is the last.
async fn by_week(tx: &Tx, friday: Date, weeks: Range<i64>) -> Result<Vec<ByWeek>, Error> {
    let first = monday(friday) - (WEEKENDS - 1) * WEEK_MILLIS;
    tx.visible::<stay::Entity>()
        // Every state is named, so that the index that has them first answers without a look at the rows.
        .and(stay::Column::State.is_in(StayState::ALL.map(StayState::code)))
        .and(stay::Column::StartsAt.gte(first + weeks.start * WEEK_MILLIS))
        .and(stay::Column::StartsAt.lt(first + weeks.end * WEEK_MILLIS))
        .bucketed(
            bucket::week_of_start(first, WEEK_MILLIS),
            &[stay::Column::State],
            vec![(Expr::col(stay::Column::Id).count(), "n")],
            tx,
        )
        .await
}

fn dots(counted: &[ByWeek]) -> Dots {
    let mut dots = Dots::default();
    for row in counted.iter().filter(|row| row.bucket == WEEKENDS - 1) {
        match row.state.as_str() {
            "requested" | "consented" => dots.waiting += row.n,
            "approved" => dots.approved += row.n,
            "released" | "in_care" => dots.away += row.n,
            "returned" | "closed" => dots.back += row.n,
            _ => {}
        }
    }
    dots
}

/// Who went; this weekend also who is to go.
fn weekends(counted: &[ByWeek], friday: Date) -> Vec<(Date, i64)> {
    let goes = |row: &&ByWeek| {
        let state = row.state.as_str();
        let to_go = row.bucket == WEEKENDS - 1 && (state == "approved" || WAITING.contains(&state));
        TOOK_PLACE.contains(&state) || to_go
    };
    let of = |week: i64| {
        let day = friday.checked_sub((7 * (WEEKENDS - 1 - week)).days()).unwrap_or(friday);
        (day, counted.iter().filter(|row| row.bucket == week).filter(goes).map(|row| row.n).sum())
    };
    (0..WEEKENDS).map(of).collect()
}

async fn long_away(tx: &Tx) -> Result<Vec<LongAway>, Error> {
    use {pair::Column as P, stay::Column as S};
    let limit = tx.now().0 - LONG_WEEKS * WEEK_MILLIS;
    let begun_by = Timestamp(limit).date().to_string();
    let home = || {
        let stays = tx.visible::<stay::Entity>().and(same(S::ChildId, P::ChildId));
        stays.and(S::State.is_in(TOOK_PLACE))
    };
    let running: Vec<Running> = tx
        .visible::<pair::Entity>()
        .and(P::State.eq("active"))
        .and(P::BegunOn.lte(begun_by))
        .and(home().and(S::StartsAt.gte(limit)).some().not())
        .beside(tx.visible::<child::Entity>(), CHILD, same(child::Column::Id, P::ChildId))
        .pick(
            vec![
                (at(P::ChildId), "child_id"),
                (at(P::BegunOn), "begun_on"),
                (at(child::Column::Name), "name"),
                (home().largest(S::StartsAt), "last"),
            ],
            tx,
        )
        .await?;
    let row = |pair: Running| {
        let since = pair.last.or_else(|| pair.begun_on.parse::<Date>().ok().map(midnight))?;
        let long = LongAway {
            id: ChildId(pair.child_id),
            name: pair.name.unwrap_or_default(),
            weeks: (tx.now().0 - since) / WEEK_MILLIS,
            was_home: pair.last.is_some(),
        };
        (since < limit).then_some((since, long))
    };
    let mut long: Vec<(i64, LongAway)> = running.into_iter().filter_map(row).collect();
    long.sort_by_key(|(since, long)| (*since, long.id.0));
    Ok(long.into_iter().take(MOST_LONG).map(|(_, long)| long).collect())
}
