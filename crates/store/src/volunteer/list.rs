//! The list of volunteers: places free, the next check of the home, hours.

use std::collections::HashMap;

use futures_util::future::try_join;
use naheya_domain::Date;
use naheya_domain::check::CheckKind;
use naheya_domain::id::VolunteerId;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::sea_query::{ExprTrait, SelectStatement, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::around::Around;
use super::beside::Beside;
use super::out::MOST;
use crate::area::{in_town, within_any};
use crate::child::PAGE;
use crate::household::date;
use crate::order::beyond;
use crate::sealed::entity::{check, household, pair, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::search::{Kind, called};
use crate::{Desk, Error};

/// Rows of the view of expiring checks, which is sorted by date and has one page.
pub const MOST_EXPIRING: u64 = 200;
/// Rows that are looked through at once.
const AT_ONCE: usize = 200;
/// Volunteers are counted no further.
pub const COUNTED: u64 = 1_000;
/// Homes with a place that are looked through; as many as are counted.
const MOST_READY: usize = 1_000;
/// Of these so many at once: to find the full ones takes a large county longer than to read the others.
const READY_AT_ONCE: usize = 1_000;

/// Which volunteers a list shows. Empty shows all that the viewer sees.
#[derive(Clone, Debug, Default)]
pub struct VolunteerFilter {
    /// Only in this state.
    pub state: Option<VolunteerState>,
    /// Only homes in which a check is over, or ends on or before this day; soonest first.
    pub expiring_by: Option<Date>,
    /// Of these, only homes in which nothing ends before this day.
    pub expiring_from: Option<Date>,
    /// Only who may take a further child today: a place is free, and every check that rule 2 asks for is valid.
    pub places_free: bool,
    /// Only homes of this town (code) and what lies below it.
    /// `none`: in no town of the county.
    pub town: Option<String>,
    /// Only homes of one of these towns or gachas; empty for all.
    pub areas: Vec<String>,
    /// Name, pinyin or initials begin with this.
    pub search: Option<String>,
    /// After this row: the next page.
    pub after: Option<VolunteerId>,
}

/// The check of a home that is due first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextCheck {
    /// Kind.
    pub kind: CheckKind,
    /// Whose, when it is somebody else's in the home.
    pub whose: Option<String>,
    /// Last day; none when nothing has been entered yet.
    pub until: Option<Date>,
}

/// A volunteer as lists show her: nothing of class personal or secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolunteerRow {
    /// Which one.
    pub id: VolunteerId,
    /// The file's number.
    pub number: String,
    /// Name.
    pub name: String,
    /// What she does.
    pub trade: Option<String>,
    /// Since when she takes part.
    pub joined_on: Option<Date>,
    /// Town or gacha code of the home.
    pub town_code: Option<String>,
    /// Minutes from the school.
    pub travel_minutes: i32,
    /// Children the home may take.
    pub capacity: i32,
    /// Children with a pair that has not ended.
    pub taken: u64,
    /// The check due first.
    pub next_check: Option<NextCheck>,
    /// Minutes credited in the year of the desk's day.
    pub minutes_this_year: i64,
    /// Minutes credited in all.
    pub minutes: i64,
    /// State.
    pub state: VolunteerState,
    /// Whether a check that rule 2 asks for is over: no child goes there until it is renewed.
    pub over: bool,
}

/// What a list reads of a volunteer.
pub(super) const COLUMNS: [volunteer::Column; 8] = [
    volunteer::Column::Id,
    volunteer::Column::Number,
    volunteer::Column::HouseholdId,
    volunteer::Column::MemberId,
    volunteer::Column::Name,
    volunteer::Column::Trade,
    volunteer::Column::State,
    volunteer::Column::JoinedOn,
];

#[derive(Debug, FromQueryResult)]
pub(super) struct Listed {
    pub(super) id: Uuid,
    number: String,
    pub(super) household_id: Uuid,
    pub(super) member_id: Uuid,
    name: String,
    trade: Option<String>,
    state: String,
    joined_on: Option<String>,
}

impl Desk {
    /// A page of the volunteers that the viewer sees, by name (those with expiring checks by date);
    /// and whether more follow.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn volunteers(&self, filter: &VolunteerFilter) -> Result<(Vec<VolunteerRow>, bool), Error> {
        use volunteer::Column as C;
        let tx = self.read();
        let mut rows = tx.visible::<volunteer::Entity>().and(self.matching_volunteers(&tx, filter).await?);
        let expiring = match filter.expiring_by {
            Some(by) => Some(expiring(&tx, filter, by, AT_ONCE).await?),
            None => None,
        };
        let mut place = None;
        if let Some(order) = &expiring {
            rows = rows.among(order.iter().copied());
        } else if let Some(after) = filter.after {
            let last = tx.visible::<volunteer::Entity>().id(after).first(&tx).await?;
            place = last.map(|last| [last.name.into(), last.id.into()]);
        }
        let limit = if expiring.is_some() { MOST_EXPIRING } else { PAGE + 1 };
        let rows = beyond(rows, [C::Name, C::Id], false, place).limit(limit);
        let mut listed: Vec<Listed> = rows.columns(COLUMNS, &tx).await?;
        let more = expiring.is_none() && listed.len() as u64 > PAGE;
        if let Some(order) = expiring {
            listed.sort_by_key(|row| order.iter().position(|id| *id == row.id));
        } else {
            listed.truncate(usize::try_from(PAGE).unwrap_or(50));
        }
        Ok((shown(&tx, listed).await?, more))
    }

    /// How many volunteers the filter finds, counted no further than 1,000. Homes whose checks end are looked through for it: in a
    /// very large county, where that takes long, their number is at most a minute old.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_volunteers(&self, filter: &VolunteerFilter) -> Result<u64, Error> {
        let (wanted, detail) = (filter.clone(), format!("{filter:?}"));
        let count = move |desk: Desk| async move {
            let tx = desk.read();
            let which = desk.matching_volunteers(&tx, &wanted).await?;
            counted(&tx, &wanted, which, COUNTED).await
        };
        if filter.expiring_by.is_some() {
            return self.remembered_behind("volunteers.count", detail, count).await;
        }
        self.remembered("volunteers.count", detail, count(self.clone())).await
    }
}

/// How many volunteers a file by this filter would hold.
pub(crate) async fn rows_out(tx: &Tx, filter: &VolunteerFilter) -> Result<u64, Error> {
    counted(tx, filter, matching(tx, filter).await?, MOST as u64).await
}

async fn counted(tx: &Tx, filter: &VolunteerFilter, which: Condition, most: u64) -> Result<u64, Error> {
    let mut rows = tx.visible::<volunteer::Entity>().and(which);
    if let Some(by) = filter.expiring_by {
        rows = rows.and(volunteer::Column::Id.is_in(expiring(tx, filter, by, AT_ONCE).await?));
    }
    rows.count_to(most, tx).await
}

impl Desk {
    /// What the filter asks for. Who may take a child is remembered for a list and its number: in a very large county it takes
    /// long to find, and may be a minute old; how many places a home has left stands in each row.
    pub(super) async fn matching_volunteers(&self, tx: &Tx, filter: &VolunteerFilter) -> Result<Condition, Error> {
        if !filter.places_free {
            return matching(tx, filter).await;
        }
        let others = VolunteerFilter { places_free: false, after: None, ..filter.clone() };
        let wanted = others.clone();
        let find = move |desk: Desk| async move { ready(&desk.read(), &wanted).await };
        let ready = self.remembered_behind("volunteers.ready", format!("{others:?}"), find);
        Ok(matching(tx, &others).await?.add(volunteer::Column::Id.is_in(ready.await?)))
    }
}

/// What narrows a list whatever it shows: where, and who. It goes before every look that has an end, so that the end is not
/// reached before those who are meant.
async fn narrowed(tx: &Tx, filter: &VolunteerFilter) -> Result<Condition, Error> {
    use volunteer::Column as C;
    let mut all = Condition::all();
    if let Some(town) = filter.town.as_deref().filter(|t| !t.is_empty()) {
        let there = in_town(tx, household::Column::TownCode, town).await?;
        all = all.add(C::HouseholdId.in_subquery(homes(tx, there)));
    }
    if !filter.areas.is_empty() {
        let there = within_any(household::Column::TownCode, &filter.areas);
        all = all.add(C::HouseholdId.in_subquery(homes(tx, there)));
    }
    if let Some(typed) = filter.search.as_deref().filter(|t| !t.trim().is_empty()) {
        all = all.add(called(tx, Kind::Volunteer, C::Id, typed).await?);
    }
    Ok(all)
}

async fn matching(tx: &Tx, filter: &VolunteerFilter) -> Result<Condition, Error> {
    use volunteer::Column as C;
    let mut all = narrowed(tx, filter).await?;
    if let Some(state) = filter.state {
        all = all.add(C::State.eq(state.code()));
    }
    if filter.places_free {
        all = all.add(C::Id.is_in(ready(tx, filter).await?));
    }
    Ok(all)
}

fn homes(tx: &Tx, there: Condition) -> SelectStatement {
    tx.for_rule::<household::Entity>().and(there).ids(household::Column::Id)
}

/// Whether the home of a volunteer may take more children than have a running pair with somebody who lives there.
pub(crate) fn has_a_place(tx: &Tx) -> Condition {
    use household::Column as H;
    use volunteer::Column as V;
    let running = tx.for_rule::<pair::Entity>().and(pair::Column::State.ne("ended"));
    let at_home = running
        .beside(tx.for_rule::<volunteer::Entity>(), [V::Id, V::HouseholdId], same(V::Id, pair::Column::VolunteerId))
        .beside(tx.for_rule::<household::Entity>(), [H::Id, H::Capacity], same(H::Id, V::HouseholdId));
    let full = at_home.groups(H::Id, at(pair::Column::Id).count().gte(at(H::Capacity).max()));
    let any = tx.for_rule::<household::Entity>().and(H::Capacity.gt(0)).and(H::Id.not_in_subquery(full));
    Condition::all().add(V::HouseholdId.in_subquery(any.ids(H::Id)))
}

/// Of the volunteers that the filter finds in its state, those whose homes may take a further child today, the first by name.
async fn ready(tx: &Tx, filter: &VolunteerFilter) -> Result<Vec<Uuid>, Error> {
    use volunteer::Column as C;
    let today = tx.now().date();
    let narrowed = narrowed(tx, filter).await?;
    let mut ready = Vec::new();
    let mut after = None;
    loop {
        let rows = tx.visible::<volunteer::Entity>().and(has_a_place(tx)).and(narrowed.clone());
        let rows = rows.and_if(filter.state.map(|state| C::State.eq(state.code())));
        let rows = beyond(rows, [C::Name, C::Id], false, after).limit(READY_AT_ONCE as u64);
        let some: Vec<Listed> = rows.columns(COLUMNS, tx).await?;
        let around = Around::of(tx, &some).await?;
        ready.extend(some.iter().filter(|v| around.is_in_order(v, today)).map(|v| v.id));
        // An engine takes so many values in a question, and nobody reads further.
        if some.len() < READY_AT_ONCE || ready.len() >= MOST_READY {
            ready.truncate(MOST_READY);
            return Ok(ready);
        }
        after = some.last().map(|last| [last.name.clone().into(), last.id.into()]);
    }
}

/// Of the volunteers that the filter finds, those in whose homes a check is over or ends by `by`, and none before the filter's
/// day, soonest first and no more than `most`.
pub(super) async fn expiring(tx: &Tx, filter: &VolunteerFilter, by: Date, most: usize) -> Result<Vec<Uuid>, Error> {
    use volunteer::Column as C;
    let (today, from) = (tx.now().date(), filter.expiring_from);
    let narrowed = narrowed(tx, filter).await?;
    let there = tx.visible::<volunteer::Entity>().and(narrowed.clone()).ids(C::HouseholdId);
    let mut due: Vec<(Date, Uuid)> = Vec::new();
    for homes in ending(tx, by, (!narrowed.is_empty()).then_some(there)).await?.chunks(AT_ONCE) {
        // No check that counts ends before the first of any kind in the same home: what follows ends later.
        let last = due.get(most.saturating_sub(1)).map(|(until, _)| *until);
        if last.is_some_and(|last| homes.first().is_some_and(|(until, _)| *until > last)) {
            break;
        }
        let listed: Vec<Listed> = tx
            .visible::<volunteer::Entity>()
            .and(C::State.is_in(["approved", "paused"]))
            .and(narrowed.clone())
            .and(C::HouseholdId.is_in(homes.iter().map(|(_, home)| *home)))
            .columns(COLUMNS, tx)
            .await?;
        let around = Around::of(tx, &listed).await?;
        let ends = |v: &Listed| Some((around.first_ending(v, today)?.until?, v.id));
        let wanted = |until: Date| until <= by && from.is_none_or(|from| until >= from);
        due.extend(listed.iter().filter_map(ends).filter(|(until, _)| wanted(*until)));
        due.sort_unstable();
    }
    due.truncate(most);
    Ok(due.into_iter().map(|(_, id)| id).collect())
}

/// Until when a check of a home holds.
#[derive(Debug, FromQueryResult)]
struct Ending {
    household_id: Uuid,
    valid_until: Option<String>,
}

/// Homes with a check that ends by `by` and that no later one of its kind and person takes the place of, and when the first
/// of these ends, soonest first; only homes that `there` finds. Which of them rule 2 asks about, and whether it held, is for
/// [`Around`] to say.
async fn ending(tx: &Tx, by: Date, there: Option<SelectStatement>) -> Result<Vec<(Date, Uuid)>, Error> {
    use check::Column as C;
    let today = tx.now().date().to_string();
    let all: Vec<Ending> = tx
        .for_rule::<check::Entity>()
        .and(C::ValidUntil.lte(by.to_string()))
        .and(C::Outcome.ne("due"))
        .and_if(there.map(|there| C::HouseholdId.in_subquery(there)))
        .unless(|other| {
            Condition::all()
                .add(other(C::HouseholdId).eq(at(C::HouseholdId)))
                .add(other(C::Kind).eq(at(C::Kind)))
                .add(same_person(other(C::MemberId), at(C::MemberId)))
                .add(same_person(other(C::VolunteerId), at(C::VolunteerId)))
                .add(other(C::Outcome).ne("due"))
                .add(other(C::DoneOn).gt(at(C::DoneOn)))
                .add(other(C::DoneOn).lte(today))
        })
        .columns([C::HouseholdId, C::ValidUntil], tx)
        .await?;
    let mut first: HashMap<Uuid, Date> = HashMap::new();
    for one in all {
        if let Some(until) = date(one.valid_until.as_deref()) {
            let sooner = first.entry(one.household_id).or_insert(until);
            *sooner = until.min(*sooner);
        }
    }
    let mut homes: Vec<(Date, Uuid)> = first.into_iter().map(|(home, until)| (until, home)).collect();
    homes.sort_unstable();
    Ok(homes)
}

/// Whether both name the same person, or both none.
fn same_person(one: SimpleExpr, other: SimpleExpr) -> Condition {
    let none = Condition::all().add(one.clone().is_null()).add(other.clone().is_null());
    Condition::any().add(one.eq(other)).add(none)
}

pub(super) async fn shown(tx: &Tx, listed: Vec<Listed>) -> Result<Vec<VolunteerRow>, Error> {
    let today = tx.now().date();
    let (around, beside) = try_join(Around::of(tx, &listed), Beside::of(tx, &listed)).await?;
    let row = |v: Listed| {
        let home = beside.homes.get(&v.household_id);
        let minutes = beside.minutes.get(&v.id).copied().unwrap_or_default();
        VolunteerRow {
            next_check: around.next_check(&v, today),
            over: around.is_over(&v, today),
            id: VolunteerId(v.id),
            number: v.number,
            name: v.name,
            trade: v.trade,
            joined_on: date(v.joined_on.as_deref()),
            town_code: home.and_then(|home| home.town_code.clone()),
            travel_minutes: home.map_or(0, |home| home.travel_minutes),
            capacity: home.map_or(0, |home| home.capacity),
            taken: home.map_or(0, |home| home.taken),
            minutes_this_year: minutes.this_year,
            minutes: minutes.in_all,
            state: VolunteerState::parse(&v.state).unwrap_or(VolunteerState::Applied),
        }
    };
    Ok(listed.into_iter().map(row).collect())
}
