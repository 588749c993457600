//! A year's holidays as Excel: a row for each day, as a timetable is made from.

use naheya_documents::excel::{Head, Value};
use naheya_store::holiday::HolidayLine;

use crate::export::{columns, numbers_out, some};
use crate::{Answer, Signed, Wanted, Words};

pub(super) async fn workbook(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let year = super::year(wanted.text("year")).unwrap_or_else(|| me.today().year());
    let days = me.desk.holidays_out(year).await?;
    let rows = days.into_iter().map(move |day| values_out(w, &day));
    numbers_out(&me, format!("{}{year}", w.t("holiday-title")), heads_out(w), rows).await
}

fn heads_out(w: Words) -> Vec<Head> {
    columns(w, [("holiday-col-on", 14.0), ("holiday-name", 20.0), ("holiday-kind", 12.0), ("holiday-col-own", 14.0)])
}

fn values_out(w: Words, day: &HolidayLine) -> Vec<Value> {
    vec![
        Value::Date(day.on),
        Value::Text(day.name.clone()),
        Value::Text(w.code("holiday-is", day.kind.code())),
        some(day.own.is_some().then(|| w.t("holiday-own"))),
    ]
}
