//! Running totals by day, which the levels above are told from. They move in the transaction of each change
//! (`crate::sealed::tally`); here they are read, counted anew, and made for records that are older than they are.

use std::collections::BTreeMap;

use naheya_domain::measure::{Measure, Measures};
use naheya_domain::{AreaId, Date, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};

use crate::Error;
use crate::audit::Finding;
use crate::backfill::{Mark, is_made};
use crate::sealed::act::Act;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::rollup;
use crate::sealed::tally;
use crate::sealed::tx::Tx;

/// Set when every county's totals have been made once.
const MADE: &str = "rollups";

#[derive(FromQueryResult)]
struct Sums {
    volunteers: Option<i64>,
    families: Option<i64>,
    children_supported: Option<i64>,
    pairs: Option<i64>,
    pairs_active: Option<i64>,
    pairs_interethnic: Option<i64>,
    stay_minutes: Option<i64>,
    paper_minutes: Option<i64>,
    training_minutes: Option<i64>,
    activity_minutes: Option<i64>,
    correction_minutes: Option<i64>,
    talks_due: Option<i64>,
    talks_on_time: Option<i64>,
}

impl Sums {
    fn of(&self, measure: Measure) -> i64 {
        let sum = match measure {
            Measure::Volunteers => self.volunteers,
            Measure::Families => self.families,
            Measure::ChildrenSupported => self.children_supported,
            Measure::Pairs => self.pairs,
            Measure::PairsActive => self.pairs_active,
            Measure::PairsInterethnic => self.pairs_interethnic,
            Measure::StayMinutes => self.stay_minutes,
            Measure::PaperMinutes => self.paper_minutes,
            Measure::TrainingMinutes => self.training_minutes,
            Measure::ActivityMinutes => self.activity_minutes,
            Measure::CorrectionMinutes => self.correction_minutes,
            Measure::TalksDue => self.talks_due,
            Measure::TalksOnTime => self.talks_on_time,
        };
        sum.unwrap_or_default()
    }
}

/// The column of a measure, by the names that `m0026_rollup` gives them.
fn column(measure: Measure) -> (rollup::Column, &'static str) {
    match measure {
        Measure::Volunteers => (rollup::Column::Volunteers, "volunteers"),
        Measure::Families => (rollup::Column::Families, "families"),
        Measure::ChildrenSupported => (rollup::Column::ChildrenSupported, "children_supported"),
        Measure::Pairs => (rollup::Column::Pairs, "pairs"),
        Measure::PairsActive => (rollup::Column::PairsActive, "pairs_active"),
        Measure::PairsInterethnic => (rollup::Column::PairsInterethnic, "pairs_interethnic"),
        Measure::StayMinutes => (rollup::Column::StayMinutes, "stay_minutes"),
        Measure::PaperMinutes => (rollup::Column::PaperMinutes, "paper_minutes"),
        Measure::TrainingMinutes => (rollup::Column::TrainingMinutes, "training_minutes"),
        Measure::ActivityMinutes => (rollup::Column::ActivityMinutes, "activity_minutes"),
        Measure::CorrectionMinutes => (rollup::Column::CorrectionMinutes, "correction_minutes"),
        Measure::TalksDue => (rollup::Column::TalksDue, "talks_due"),
        Measure::TalksOnTime => (rollup::Column::TalksOnTime, "talks_on_time"),
    }
}

/// The county's totals as of a day, its end included.
pub(crate) async fn totals(tx: &Tx, as_of: Date) -> Result<Measures, Error> {
    let sum = |measure| {
        let (column, name) = column(measure);
        let sum: SimpleExpr = Expr::col(column).sum().cast_as("bigint");
        (sum, name)
    };
    let until = tx.for_rule::<rollup::Entity>().and(rollup::Column::Day.lte(as_of.to_string()));
    let rows: Vec<Sums> = until.grouped(&[], Measure::ALL.into_iter().map(sum).collect(), tx).await?;
    let mut all = Measures::default();
    if let Some(sums) = rows.first() {
        Measure::ALL.into_iter().for_each(|measure| all.add(measure, sums.of(measure)));
    }
    Ok(all)
}

/// The kept totals, day by day; days that add nothing are left out.
async fn kept(tx: &Tx) -> Result<BTreeMap<String, Measures>, Error> {
    let rows = tx.for_rule::<rollup::Entity>().all(tx).await?;
    let days = rows.into_iter().map(|row| {
        let all = tally::numbers(&row, |measure| column(measure).0);
        (row.day, all)
    });
    Ok(days.filter(|(_, all)| !all.is_zero()).collect())
}

/// Compares what is kept with a recount: a finding `rollup.differs` for each day, and one without a day when a row that
/// counts cannot be read (it is named by itself).
pub(crate) async fn examine(tx: &Tx, findings: &mut Vec<Finding>) {
    let differs = |day: String| Finding { code: "rollup.differs", area: tx.area(), table: "rollups", row: day };
    let (Ok(kept), Ok(counted)) = (kept(tx).await, tally::recounted(tx).await) else {
        return findings.push(differs(String::new()));
    };
    let days: std::collections::BTreeSet<&String> = kept.keys().chain(counted.keys()).collect();
    for day in days.into_iter().filter(|day| kept.get(*day) != counted.get(*day)) {
        findings.push(differs(day.clone()));
    }
}

impl Store {
    /// Makes the totals of records that were written before totals were kept. Once an installation.
    pub(crate) async fn make_rollups(&self, now: Timestamp) -> Result<(), Error> {
        let nation = self.as_system(SystemTask::SetUp, AreaId::NATION, now);
        if is_made(&nation.read(), MADE).await? {
            return Ok(());
        }
        for (area, _) in self.counties(now).await? {
            self.as_system(SystemTask::SetUp, area, now).save(Recount).await?;
        }
        nation.save(Mark(MADE)).await
    }
}

/// Puts a recount in the place of the kept totals.
struct Recount;

impl Act for Recount {
    const NAME: &'static str = "rollup.recount";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.alone_in_county().await?;
        let days = tally::recounted(tx).await?;
        tx.clear::<rollup::Entity>(Condition::all()).await?;
        let rows = days.into_iter().map(|(day, moved)| tally::model(tx.area_id(), day, &moved)).collect();
        tx.insert_all::<rollup::Entity>(rows).await
    }
}
