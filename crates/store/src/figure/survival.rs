//! How long pairs last: of those begun long enough ago, how many were still there after 6, 12 and 24 months.

use jiff::ToSpan;
use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::pair::PairState;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, FromQueryResult};

use super::begun;
use crate::sealed::entity::pair;
use crate::{Desk, Error};

/// Months after which is looked.
pub const MONTHS: [i64; 3] = [6, 12, 24];

/// How many pairs were still there after some months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Survival {
    /// Months since the first day.
    pub months: i64,
    /// Pairs that began at least so long before the day of the report. One whose last day nobody wrote down is not
    /// among them.
    pub begun: u64,
    /// Those of them that had not ended by then.
    pub lasted: u64,
}

impl Survival {
    /// Of a hundred, how many lasted; none while none has begun so long ago.
    #[must_use]
    pub fn percent(self) -> Option<u64> {
        (self.lasted * 100 + self.begun / 2).checked_div(self.begun)
    }
}

/// Pairs that lasted from one day to another: in a large county many of them have both days in common.
#[derive(FromQueryResult)]
struct Period {
    begun_on: String,
    ended_on: Option<String>,
    state: String,
    n: i64,
}

impl Desk {
    /// How long pairs had lasted by a day, by months.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles without the report.
    pub async fn survival(&self, as_of: Date) -> Result<Vec<Survival>, Error> {
        use pair::Column as C;
        self.require(Action::SeeReport)?;
        let tx = self.read();
        let n = (C::Id.count().cast_as("bigint"), "n");
        let days = [C::BegunOn, C::EndedOn, C::State];
        let periods: Vec<Period> = tx.for_rule::<pair::Entity>().and(begun(as_of)).grouped(&days, vec![n], &tx).await?;
        Ok(MONTHS.into_iter().map(|months| counted(&periods, months, as_of)).collect())
    }
}

fn counted(periods: &[Period], months: i64, as_of: Date) -> Survival {
    let mut all = Survival { months, begun: 0, lasted: 0 };
    for period in periods {
        let Some(begun_on) = period.begun_on.parse::<Date>().ok() else { continue };
        let Some(then) = begun_on.checked_add(months.months()).ok().filter(|then| *then <= as_of) else { continue };
        let ended_on = period.ended_on.as_deref().and_then(|day| day.parse::<Date>().ok());
        if ended_on.is_none() && period.state == PairState::Ended.code() {
            continue;
        }
        let pairs = u64::try_from(period.n).unwrap_or(0);
        all.begun += pairs;
        all.lasted += if ended_on.is_none_or(|day| day >= then) { pairs } else { 0 };
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn period(begun_on: &str, ended_on: Option<&str>) -> Period {
        let state = if ended_on.is_some() { PairState::Ended } else { PairState::Active };
        Period { begun_on: begun_on.into(), ended_on: ended_on.map(Into::into), state: state.code().into(), n: 1 }
    }

    #[test]
    fn a_pair_counts_when_it_could_have_lasted_so_long() {
        let as_of = date(2026, 11, 27);
        let periods = [
            period("2026-05-27", None),
            period("2026-05-28", None),
            period("2026-01-01", Some("2026-06-30")),
            Period { n: 2, ..period("2026-01-01", Some("2026-07-01")) },
            Period { ended_on: None, ..period("2020-01-01", Some("")) },
        ];
        assert_eq!(counted(&periods, 6, as_of), Survival { months: 6, begun: 4, lasted: 3 });
        assert_eq!(counted(&periods, 12, as_of), Survival { months: 12, begun: 0, lasted: 0 });
        assert_eq!(counted(&periods, 6, as_of).percent(), Some(75));
        assert_eq!(counted(&periods, 12, as_of).percent(), None);
    }
}
