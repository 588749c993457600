//! The calendar of a school put together: the State Council's days, the county's over them, the holidays between its terms over
//! these, the school's own days over all.

use std::collections::BTreeMap;

use naheya_domain::Date;
use naheya_domain::holiday::HolidayKind;
use naheya_domain::term::{TermDetails, holidays_between, matters_since};
use naheya_domain::weekend::Calendar;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::{county_holiday, holiday, school, school_day};
use crate::sealed::tx::Tx;

/// The calendar of `school` from the day `from` on; without a school, the county's.
pub(crate) async fn calendar(tx: &Tx, school: Option<&school::Model>, from: Date) -> Result<Calendar, Error> {
    let mut days = county_days(tx, from).await?;
    if let Some(school) = school {
        // A make-up day of the notice is one for offices: in its holidays a school has none.
        days.extend(between_terms(tx, school.id, from).await?.into_iter().map(|day| (day, (false, String::new()))));
        let own = tx
            .for_rule::<school_day::Entity>()
            .and(school_day::Column::SchoolId.eq(school.id))
            .and(school_day::Column::OnDate.gte(from.to_string()))
            .all(tx)
            .await?;
        days.extend(own.into_iter().filter_map(|d| Some((d.on_date.parse().ok()?, (d.kind == "open", d.name)))));
    }
    let anchor = school.filter(|s| s.rhythm == "big_small").and_then(|s| s.rhythm_anchor.as_deref());
    Ok(Calendar { big_week: anchor.and_then(|day| day.parse().ok()), days })
}

/// The days between the school's terms.
async fn between_terms(tx: &Tx, school: Uuid, from: Date) -> Result<Vec<Date>, Error> {
    let terms = super::term::terms(tx, school, matters_since(from)).await?;
    let terms: Vec<TermDetails> = terms.into_iter().map(|term| term.details).collect();
    Ok(holidays_between(&terms))
}

async fn county_days(tx: &Tx, from: Date) -> Result<BTreeMap<Date, (bool, String)>, Error> {
    let from = from.to_string();
    let public = tx.common::<holiday::Entity>().and(holiday::Column::OnDate.gte(from.as_str())).all(tx).await?;
    let mut days: BTreeMap<Date, (bool, String)> =
        public.into_iter().filter_map(|h| Some((h.on_date.parse().ok()?, (!h.off, h.name)))).collect();
    let own = tx.for_rule::<county_holiday::Entity>().and(county_holiday::Column::OnDate.gte(from.as_str()));
    for row in own.all(tx).await? {
        let (Ok(day), Some(kind)) = (row.on_date.parse(), HolidayKind::parse(&row.kind)) else { continue };
        match kind {
            HolidayKind::Off => days.insert(day, (false, row.name)),
            HolidayKind::Work => days.insert(day, (true, row.name)),
            HolidayKind::Plain => days.remove(&day),
        };
    }
    Ok(days)
}
