//! What the office must know this morning: stays that wait for an answer, who is late, this weekend
//! by state, who has not been home for long, the weekends before.

use std::collections::HashMap;

use jiff::ToSpan;
use naheya_domain::access::Action;
use naheya_domain::id::{ChildId, StayId};
use naheya_domain::{Date, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use crate::sealed::bucket;
use crate::sealed::entity::{child, pair, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Weekends shown, this one included.
pub const WEEKENDS: i64 = 13;
/// Weeks without a stay after which a paired child stands in the list.
pub const LONG_WEEKS: i64 = 4;
const MOST: u64 = 20;
const MOST_LONG: usize = 5;
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
    /// Stays that should have ended.
    pub late: Vec<StayLine>,
    /// This weekend.
    pub dots: Dots,
    /// Children who have not been home for long, longest first.
    pub long_away: Vec<LongAway>,
    /// The Fridays of the weekends and how many children went, oldest first; this one last.
    pub weekends: Vec<(Date, i64)>,
}

#[derive(FromQueryResult)]
struct ByState {
    state: String,
    n: i64,
}

#[derive(FromQueryResult)]
struct ByWeek {
    bucket: i64,
    n: i64,
}

#[derive(FromQueryResult)]
struct Running {
    child_id: Uuid,
    begun_on: String,
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

fn named(rows: Vec<Named>) -> HashMap<Uuid, String> {
    rows.into_iter().map(|row| (row.id, row.name)).collect()
}

#[derive(FromQueryResult)]
struct Last {
    child_id: Uuid,
    last: Option<i64>,
}

impl Desk {
    /// What must be decided and known today.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that approve no stays.
    pub async fn today(&self) -> Result<Today, Error> {
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let friday = this_friday(tx.now().date());
        let now = tx.now().0;
        let waits = Condition::all().add(stay::Column::EndsAt.gt(now));
        let is_late = Condition::all().add(stay::Column::EndsAt.lt(now));
        Ok(Today {
            friday,
            waiting: lines(&tx, WAITING, waits).await?,
            late: lines(&tx, AWAY, is_late).await?,
            dots: dots(&tx, friday).await?,
            long_away: long_away(&tx).await?,
            weekends: weekends(&tx, friday).await?,
        })
    }
}

/// The Friday of the weekend that is running or comes next; a week begins on Monday.
fn this_friday(today: Date) -> Date {
    let back = i64::from(today.weekday().to_monday_zero_offset());
    today.checked_add((4 - back).days()).unwrap_or(today)
}

fn midnight(day: Date) -> i64 {
    Timestamp::from_shanghai(day.at(0, 0, 0, 0)).0
}

/// The first by their start. Asked state by state, as the index has them: few are read, however many there are.
async fn lines(tx: &Tx, states: [&str; 2], which: Condition) -> Result<Vec<StayLine>, Error> {
    let mut found = Vec::new();
    for state in states {
        let of_state = tx.visible::<stay::Entity>().and(stay::Column::State.eq(state)).and(which.clone());
        found.extend(of_state.by(stay::Column::StartsAt).by(stay::Column::Id).limit(MOST).all(tx).await?);
    }
    found.sort_by_key(|s| (s.starts_at, s.id));
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (kids, mothers): (Vec<Uuid>, Vec<Uuid>) = found.iter().map(|s| (s.child_id, s.volunteer_id)).unzip();
    let kids = tx.visible::<child::Entity>().and(child::Column::Id.is_in(kids));
    let kids: HashMap<Uuid, String> = named(kids.columns([child::Column::Id, child::Column::Name], tx).await?);
    let mothers = tx.visible::<volunteer::Entity>().and(volunteer::Column::Id.is_in(mothers));
    let mothers = named(mothers.columns([volunteer::Column::Id, volunteer::Column::Name], tx).await?);
    let line = |s: stay::Model| StayLine {
        id: StayId(s.id),
        child: kids.get(&s.child_id).cloned().unwrap_or_default(),
        volunteer: mothers.get(&s.volunteer_id).cloned().unwrap_or_default(),
        starts_at: Timestamp(s.starts_at),
        ends_at: Timestamp(s.ends_at),
        endorsed: s.endorsed_at.is_some(),
        consented: s.consent_id.is_some(),
    };
    Ok(found.into_iter().map(line).collect())
}

async fn dots(tx: &Tx, friday: Date) -> Result<Dots, Error> {
    let monday = midnight(friday) - 4 * WEEK_MILLIS / 7;
    let n = (Expr::col(stay::Column::Id).count(), "n");
    let rows: Vec<ByState> = tx
        .visible::<stay::Entity>()
        .and(stay::Column::StartsAt.gte(monday))
        .and(stay::Column::StartsAt.lt(monday + WEEK_MILLIS))
        .grouped(&[stay::Column::State], vec![n], tx)
        .await?;
    let mut dots = Dots::default();
    for row in rows {
        match row.state.as_str() {
            "requested" | "consented" => dots.waiting += row.n,
            "approved" => dots.approved += row.n,
            "released" | "in_care" => dots.away += row.n,
            "returned" | "closed" => dots.back += row.n,
            _ => {}
        }
    }
    Ok(dots)
}

async fn weekends(tx: &Tx, friday: Date) -> Result<Vec<(Date, i64)>, Error> {
    let this = midnight(friday) - 4 * WEEK_MILLIS / 7;
    let first = this - (WEEKENDS - 1) * WEEK_MILLIS;
    let going = ["approved"].into_iter().chain(WAITING);
    let counts = Condition::any()
        .add(stay::Column::State.is_in(TOOK_PLACE))
        .add(Condition::all().add(stay::Column::State.is_in(going)).add(stay::Column::StartsAt.gte(this)));
    let week = bucket::week_of_start(first, WEEK_MILLIS);
    let n = (Expr::col(stay::Column::Id).count(), "n");
    let rows: Vec<ByWeek> = tx
        .visible::<stay::Entity>()
        .and(stay::Column::StartsAt.gte(first))
        .and(stay::Column::StartsAt.lt(this + WEEK_MILLIS))
        .and(counts)
        .bucketed(week, vec![n], tx)
        .await?;
    let of = |week: i64| {
        let day = friday.checked_sub((7 * (WEEKENDS - 1 - week)).days()).unwrap_or(friday);
        (day, rows.iter().find(|row| row.bucket == week).map_or(0, |row| row.n))
    };
    Ok((0..WEEKENDS).map(of).collect())
}

async fn long_away(tx: &Tx) -> Result<Vec<LongAway>, Error> {
    let limit = tx.now().0 - LONG_WEEKS * WEEK_MILLIS;
    let begun_by = Timestamp(limit).date().to_string();
    let running = Condition::all().add(pair::Column::State.eq("active")).add(pair::Column::BegunOn.lte(begun_by));
    let last = (Expr::col(stay::Column::StartsAt).max(), "last");
    let pairs = tx.visible::<pair::Entity>().and(running.clone());
    let seen: Vec<Last> = tx
        .visible::<stay::Entity>()
        .and(stay::Column::ChildId.in_subquery(pairs.ids(pair::Column::ChildId)))
        .and(stay::Column::State.is_in(TOOK_PLACE))
        .grouped(&[stay::Column::ChildId], vec![last], tx)
        .await?;
    let columns = [pair::Column::ChildId, pair::Column::BegunOn];
    let pairs: Vec<Running> = tx.visible::<pair::Entity>().and(running).columns(columns, tx).await?;
    let seen: HashMap<Uuid, i64> = seen.into_iter().filter_map(|s| Some((s.child_id, s.last?))).collect();
    let mut long: Vec<(Uuid, i64, bool)> = pairs
        .into_iter()
        .filter_map(|p| {
            let last = seen.get(&p.child_id).copied();
            let since = last.or_else(|| p.begun_on.parse::<Date>().ok().map(midnight))?;
            (since < limit).then_some((p.child_id, since, last.is_some()))
        })
        .collect();
    long.sort_by_key(|(id, since, _)| (*since, *id));
    long.truncate(MOST_LONG);
    let ids: Vec<Uuid> = long.iter().map(|(id, ..)| *id).collect();
    let kids = tx.visible::<child::Entity>().and(child::Column::Id.is_in(ids));
    let kids = named(kids.columns([child::Column::Id, child::Column::Name], tx).await?);
    let row = |(id, since, was_home): (Uuid, i64, bool)| LongAway {
        id: ChildId(id),
        name: kids.get(&id).cloned().unwrap_or_default(),
        weeks: (tx.now().0 - since) / WEEK_MILLIS,
        was_home,
    };
    Ok(long.into_iter().map(row).collect())
}
