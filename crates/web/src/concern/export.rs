//! The handlers' list as Excel: numbers and times, which prove "at once". No name stands in it and no word of what was said.

use naheya_documents::excel::{Head, Value};
use naheya_domain::Timestamp;
use naheya_store::concern::ConcernTimes;

use crate::export::{columns, newest};
use crate::{Answer, Signed, Words};

/// Whoever takes it out, and every concern in it, stands in the trail.
pub(super) async fn workbook(me: Signed) -> Answer {
    let w = me.w();
    let (rows, more) = me.desk.concerns_out().await?;
    let values = newest(w, rows.iter().map(|one| values_out(w, one)).collect(), more);
    crate::export::table_out(&me, w.t("concern-list-title"), heads_out(w), values).await
}

fn heads_out(w: Words) -> Vec<Head> {
    columns(
        w,
        [
            ("concern-col-number", 14.0),
            ("concern-col-raised", 18.0),
            ("concern-col-by", 12.0),
            ("concern-col-ticked", 10.0),
            ("concern-col-state", 10.0),
            ("concern-col-take-up-by", 18.0),
            ("concern-col-taken-up", 18.0),
            ("concern-col-reported", 18.0),
            ("concern-col-closed", 18.0),
        ],
    )
}

fn values_out(w: Words, one: &ConcernTimes) -> Vec<Value> {
    let at = |at: Option<Timestamp>| at.map_or(Value::Blank, |at| crate::export::hour(w, at));
    let row = &one.row;
    vec![
        Value::Text(row.number.clone()),
        at(Some(row.raised_at)),
        Value::Text(super::by(w, row)),
        Value::Whole(i64::try_from(row.situations.len()).unwrap_or_default()),
        Value::Text(w.code("concern-state", row.state.code())),
        at(Some(row.take_up_by)),
        at(one.taken_up_at),
        at(one.reported_at),
        at(one.closed_at),
    ]
}
