//! What a list of volunteers shows beside them: the home, the children who have a running pair there, the minutes credited.

use std::collections::HashMap;

use naheya_domain::Timestamp;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr};
use uuid::Uuid;

use super::list::Listed;
use crate::Error;
use crate::sealed::entity::{hours_entry, household, pair, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, at, is_not, same, spaced, written};

/// A home, as a list shows it.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) town_code: Option<String>,
    pub(super) travel_minutes: i32,
    pub(super) capacity: i32,
    /// Children with a running pair with anybody who lives there.
    pub(super) taken: u64,
}

/// Minutes credited to a volunteer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Minutes {
    pub(super) in_all: i64,
    pub(super) this_year: i64,
}

impl Minutes {
    /// Reads `1230 480`.
    fn said(text: &str) -> Option<Minutes> {
        let mut sums = text.split(' ').map(|sum| sum.parse().ok());
        Some(Minutes { in_all: sums.next()??, this_year: sums.next()?? })
    }
}

/// What stands beside some volunteers. Asked for in one question, and with them of the others in their homes: three of them, with
/// the same fifty ids in each, took a server longer than what they read.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) homes: HashMap<Uuid, Home>,
    pub(super) minutes: HashMap<Uuid, Minutes>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    household_id: Uuid,
    town_code: Option<String>,
    travel_minutes: Option<i32>,
    capacity: Option<i32>,
    taken: i64,
    /// Both sums of her minutes as one text, `1230 480`; none where nothing is credited.
    credited: Option<String>,
}

#[derive(FromQueryResult)]
struct Sums {
    volunteer_id: Uuid,
    in_all: i64,
    this_year: i64,
}

impl Beside {
    pub(super) async fn of(tx: &Tx, listed: &[Listed]) -> Result<Beside, Error> {
        use household::Column as H;
        use volunteer::Column as V;
        let [in_all, this_year] = sums(tx).map(|sum| sum.cast_as("text"));
        let hers = counted(tx).and(same(hours_entry::Column::VolunteerId, V::Id));
        // As one text each entry is read once for both.
        let credited = hers.value(spaced([in_all, this_year, written("")]));
        let running = tx.for_rule::<pair::Entity>().and(is_not(pair::Column::State, "ended"));
        let taken = running.and(same(pair::Column::VolunteerId, V::Id)).value(at(pair::Column::Id).count());
        let picked = vec![
            (at(V::Id), "id"),
            (at(V::HouseholdId), "household_id"),
            (at(H::TownCode), "town_code"),
            (at(H::TravelMinutes), "travel_minutes"),
            (at(H::Capacity), "capacity"),
            (taken, "taken"),
            (credited, "credited"),
        ];
        let there = tx.for_rule::<volunteer::Entity>().holding(V::HouseholdId, listed.iter().map(|v| v.household_id));
        let columns = [H::Id, H::TownCode, H::TravelMinutes, H::Capacity];
        let there = there.beside(tx.for_rule::<household::Entity>(), columns, same(H::Id, V::HouseholdId));
        let rows: Vec<Row> = there.pick(picked, tx).await?;
        let mut all = Beside::default();
        for row in rows {
            all.add(row);
        }
        Ok(all)
    }

    fn add(&mut self, row: Row) {
        self.minutes.insert(row.id, row.credited.as_deref().and_then(Minutes::said).unwrap_or_default());
        let taken = u64::try_from(row.taken).unwrap_or(0);
        let home = self.homes.entry(row.household_id).or_insert(Home {
            town_code: row.town_code,
            travel_minutes: row.travel_minutes.unwrap_or(0),
            capacity: row.capacity.unwrap_or(0),
            taken: 0,
        });
        home.taken += taken;
    }
}

/// Entries that are credited.
fn counted(tx: &Tx) -> Visible<hours_entry::Entity> {
    tx.for_rule::<hours_entry::Entity>().and(crate::hours::counted())
}

/// Minutes in all and in the year of the desk's day.
fn sums(tx: &Tx) -> [SimpleExpr; 2] {
    use hours_entry::Column as H;
    let new_year = jiff::civil::date(tx.now().date().year(), 1, 1).at(0, 0, 0, 0);
    let is_new = at(H::EndsAt).gt(Timestamp::from_shanghai(new_year).0);
    let this_year: SimpleExpr =
        CaseStatement::new().case(is_new, at(H::Minutes)).finally(Expr::Constant(0_i32.into())).into();
    [at(H::Minutes).sum().cast_as("bigint"), this_year.sum().cast_as("bigint")]
}

/// What is credited to these volunteers, for who asks for nothing else: each entry is read once for both sums.
pub(super) async fn minutes(tx: &Tx, listed: &[Listed]) -> Result<HashMap<Uuid, Minutes>, Error> {
    use hours_entry::Column as H;
    let [in_all, this_year] = sums(tx);
    let entries = counted(tx).holding(H::VolunteerId, listed.iter().map(|v| v.id));
    let summed = vec![(in_all, "in_all"), (this_year, "this_year")];
    let all: Vec<Sums> = entries.grouped(&[H::VolunteerId], summed, tx).await?;
    let of = |row: Sums| (row.volunteer_id, Minutes { in_all: row.in_all, this_year: row.this_year });
    Ok(all.into_iter().map(of).collect())
}
