//! The same rows as the figures, year by year, for the charts of the report.

use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::figure::HoursKind;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr};

use super::{begun, credited};
use crate::sealed::bucket;
use crate::sealed::entity::{hours_entry, pair};
use crate::{Desk, Error};

/// What a calendar year (Asia/Shanghai) has brought, up to the day of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// Pairs that began in it.
    pub pairs: i64,
    /// Credited minutes of stays that ended in it.
    pub stay_minutes: i64,
    /// Credited minutes from paper, training, activities and corrections.
    pub other_minutes: i64,
}

#[derive(FromQueryResult)]
struct Begun {
    bucket: String,
    n: i64,
}

#[derive(FromQueryResult)]
struct Credited {
    bucket: i32,
    stay: Option<i64>,
    everything: Option<i64>,
}

impl Desk {
    /// The last `count` years up to the day; a year without anything is there with zeroes.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles without the report.
    pub async fn years(&self, as_of: Date, count: i16) -> Result<Vec<Year>, Error> {
        self.require(Action::SeeReport)?;
        let tx = self.read();
        let n = (Expr::col(pair::Column::Id).count(), "n");
        let year_of = bucket::year_begun();
        let begun: Vec<Begun> =
            tx.for_rule::<pair::Entity>().and(begun(as_of)).bucketed(year_of, &[], vec![n], &tx).await?;
        let first = as_of.year().saturating_sub(count - 1);
        let minutes = || Expr::col(hours_entry::Column::Minutes);
        let of_stays: SimpleExpr = CaseStatement::new()
            .case(Expr::col(hours_entry::Column::Kind).eq(HoursKind::Stay.code()), minutes())
            .finally(0)
            .into();
        let sums = vec![(of_stays.sum().cast_as("bigint"), "stay"), (minutes().sum().cast_as("bigint"), "everything")];
        let hours: Vec<Credited> = tx
            .for_rule::<hours_entry::Entity>()
            .and(credited(as_of))
            .bucketed(bucket::year_of_end(first, as_of.year()), &[], sums, &tx)
            .await?;
        let year = |year: i16| {
            let hours = hours.iter().find(|row| row.bucket == i32::from(year));
            let stay = hours.and_then(|row| row.stay).unwrap_or(0);
            let everything = hours.and_then(|row| row.everything).unwrap_or(0);
            let pairs = begun.iter().find(|row| row.bucket == format!("{year:04}")).map_or(0, |row| row.n);
            Year { year, pairs, stay_minutes: stay, other_minutes: everything - stay }
        };
        Ok((first..=as_of.year()).map(year).collect())
    }
}
