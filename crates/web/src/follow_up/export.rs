//! The list of follow-ups that are due, as Excel. Every child in it stands in the trail; what was said is not in it.

use naheya_documents::excel::{Head, Value};
use naheya_store::export::Out;
use naheya_store::follow_up::FollowUpRow;

use crate::export::{columns, hour, sent, some};
use crate::{Answer, Signed, Wanted, Words};

/// The follow-ups that the list shows, and those behind its last row.
pub(super) async fn download_list(me: Signed, wanted: Wanted) -> Answer {
    let out = Out::FollowUps(super::filter(&me, &wanted).await?);
    sent(&me, &wanted, out).await
}

/// The columns of the file.
pub(crate) fn heads_out(w: Words) -> Vec<Head> {
    let all = [("follow_up-with-child", 16.0), ("follow_up-with", 12.0), ("follow_up-col-why", 26.0)];
    let rest = [("follow_up-col-due", 18.0), ("follow_up-col-state", 12.0), ("follow_up-col-tries", 10.0)];
    columns(w, all).into_iter().chain(columns(w, rest)).collect()
}

/// A row of the file.
pub(crate) fn values_out(w: Words, row: FollowUpRow) -> Vec<Value> {
    vec![
        some(Some(row.child_name)),
        Value::Text(w.code("follow_up-with", row.with.code())),
        Value::Text(w.code("follow_up-cause", &row.cause)),
        hour(w, row.due_at),
        Value::Text(w.code("follow_up-state", row.state.code())),
        Value::Whole(row.tries.into()),
    ]
}
