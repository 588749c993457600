//! The list of pairs as Excel. Every child in it stands in the trail.

use naheya_documents::excel::{Head, Value};
use naheya_store::export::Out;
use naheya_store::pair::PairRow;

use super::end_words;
use crate::export::{columns, sent, some};
use crate::{Answer, Signed, Wanted, Words};

/// The pairs that the list shows.
pub(super) async fn download_list(me: Signed, wanted: Wanted) -> Answer {
    let out = Out::Pairs(super::filter(&me, &wanted).await?);
    sent(&me, &wanted, out).await
}

/// The columns of the file.
pub(crate) fn heads_out(w: Words) -> Vec<Head> {
    let all = [("pair-child", 16.0), ("pair-volunteer", 16.0), ("pair-begun_on", 12.0), ("pair-state", 10.0)];
    let rest = [("pair-ended_on", 12.0), ("pair-why-ended", 24.0), ("pair-source", 14.0), ("pair-number", 14.0)];
    columns(w, all).into_iter().chain(columns(w, rest)).collect()
}

/// A row of the file.
pub(crate) fn values_out(w: Words, row: PairRow) -> Vec<Value> {
    let why = end_words(w, &row);
    vec![
        some(Some(row.child_name)),
        some(Some(row.volunteer_name)),
        row.begun_on.map_or(Value::Blank, Value::Date),
        Value::Text(w.code("pair-state", row.state.code())),
        row.ended_on.map_or(Value::Blank, Value::Date),
        some(Some(why)),
        Value::Text(w.code("pair-source", row.source.code())),
        some(row.paper_number),
    ]
}
