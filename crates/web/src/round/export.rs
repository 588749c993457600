//! The list of rounds as Excel.

use naheya_documents::excel::{Head, Value};
use naheya_store::round::RoundRow;

use crate::export::{columns, table_out};
use crate::{Answer, Signed, Words};

pub(super) async fn workbook(me: Signed) -> Answer {
    let w = me.w();
    let rows = me.desk.rounds_out().await?;
    let rows = rows.into_iter().map(move |row| values_out(w, &row));
    table_out(&me, w.t("round-list-title"), heads_out(w), rows).await
}

fn heads_out(w: Words) -> Vec<Head> {
    columns(
        w,
        [
            ("round-name", 28.0),
            ("round-state", 14.0),
            ("round-held_on", 14.0),
            ("round-children", 8.0),
            ("round-homes", 8.0),
            ("round-pairs", 8.0),
        ],
    )
}

fn values_out(w: Words, row: &RoundRow) -> Vec<Value> {
    let count = |n: u64| Value::Whole(i64::try_from(n).unwrap_or_default());
    vec![
        Value::Text(row.name.clone()),
        Value::Text(w.code("round-step", row.state.code())),
        row.held_on.map_or(Value::Blank, |on| Value::Text(on.to_string())),
        count(row.children),
        count(row.volunteers),
        count(row.pairs),
    ]
}
