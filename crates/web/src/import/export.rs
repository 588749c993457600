//! The imports as Excel: who took in which list when, how many rows, and what became of it. No row of a list stands in it.

use naheya_documents::excel::{Head, Value};
use naheya_domain::Timestamp;
use naheya_store::import::Batch;

use super::batch::state;
use crate::export::{columns, hour, newest, some, table_out};
use crate::{Answer, Signed, Words};

pub(super) async fn workbook(me: Signed) -> Answer {
    let w = me.w();
    let (batches, more) = me.desk.imports_out().await?;
    let rows = newest(w, batches.iter().map(|batch| values_out(w, batch)).collect(), more);
    table_out(&me, w.t("import-list-title"), heads_out(w), rows).await
}

fn heads_out(w: Words) -> Vec<Head> {
    columns(
        w,
        [
            ("import-col-what", 14.0),
            ("import-col-when", 18.0),
            ("import-col-who", 14.0),
            ("import-new-rows", 8.0),
            ("import-changed-rows", 14.0),
            ("import-unchanged-rows", 10.0),
            ("import-faulty-rows", 8.0),
            ("import-col-state", 14.0),
            ("import-col-signed", 18.0),
            ("import-col-undone", 18.0),
        ],
    )
}

fn values_out(w: Words, batch: &Batch) -> Vec<Value> {
    let count = |n: i32| Value::Whole(n.into());
    let at = |at: Option<Timestamp>| at.map_or(Value::Blank, |at| hour(w, at));
    vec![
        Value::Text(w.code("import-kind", &batch.kind)),
        hour(w, batch.committed_at),
        some(batch.by_name.clone()),
        count(batch.fresh),
        count(batch.changed),
        count(batch.unchanged),
        count(batch.invalid),
        Value::Text(w.t(state(batch).1)),
        at(batch.signed_at),
        at(batch.undone_at),
    ]
}
