//! The list of stays of a week as Excel. Every child in it stands in the trail; where somebody goes and what a teacher
//! wrote stays in the house.

use naheya_documents::excel::{Head, Value};
use naheya_store::export::Out;
use naheya_store::stay::StayLine;

use super::said;
use crate::export::{columns, hour, sent, some};
use crate::{Answer, Signed, Wanted, Words};

/// The stays that the list shows.
pub(super) async fn download_list(me: Signed, wanted: Wanted) -> Answer {
    let out = Out::Stays(super::filter(&me, &wanted));
    sent(&me, &wanted, out).await
}

/// The columns of the file.
pub(crate) fn heads_out(w: Words) -> Vec<Head> {
    let all = [("stay-child", 16.0), ("stay-class", 16.0), ("stay-carer", 16.0), ("stay-col-from", 18.0)];
    let rest = [("stay-col-to", 18.0), ("stay-col-state", 14.0), ("stay-col-missing", 50.0)];
    columns(w, all).into_iter().chain(columns(w, rest)).collect()
}

/// A row of the file.
pub(crate) fn values_out(w: Words, row: StayLine) -> Vec<Value> {
    let missing: Vec<String> = row.refusals.iter().map(|refusal| w.refusal(refusal)).collect();
    let words = row.words.as_deref().map(|words| said(&w, words));
    let state = row.stands();
    vec![
        some(Some(row.child_name)),
        some(row.class),
        some(Some(row.carer_name)),
        hour(w, row.starts_at),
        hour(w, row.ends_at),
        Value::Text(w.code("stay-state", state.code())),
        some(words.or_else(|| Some(missing.join(" ")))),
    ]
}
