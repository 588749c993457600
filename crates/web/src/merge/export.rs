//! The list of merges as Excel. It names files by their numbers and nobody by name, so that no list of children leaves the
//! house beside the one that a second person agrees to.

use naheya_documents::excel::{Head, Value};
use naheya_domain::Timestamp;
use naheya_domain::merge::MergeKind;
use naheya_store::merge::MergeLine;

use super::result;
use crate::export::{newest, table_out};
use crate::{Answer, Signed, Wanted, Words};

/// Whoever takes it out, and every line in it, stands in the trail.
pub(super) async fn workbook(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let kind = wanted.given("kind").and_then(MergeKind::parse);
    let (lines, more) = me.desk.merges_out(kind).await?;
    let rows = newest(w, lines.iter().map(|line| values_out(w, line)).collect(), more);
    table_out(&me, w.t("merge-title"), heads_out(w), rows).await
}

fn heads_out(w: Words) -> Vec<Head> {
    let columns = [
        ("merge-col-kind", 10.0),
        ("merge-col-kept", 16.0),
        ("merge-col-other", 16.0),
        ("merge-col-result", 18.0),
        ("merge-col-who", 14.0),
        ("merge-col-asked", 18.0),
        ("merge-col-decided", 14.0),
        ("merge-col-decided-at", 18.0),
        ("merge-col-undone", 14.0),
        ("merge-col-undone-at", 18.0),
    ];
    columns.into_iter().map(|(id, width)| Head::new(w.t(id), width)).collect()
}

fn values_out(w: Words, line: &MergeLine) -> Vec<Value> {
    let text = |text: Option<&str>| text.map_or(Value::Blank, |text| Value::Text(text.to_owned()));
    let at = |at: Option<Timestamp>| {
        at.map_or(Value::Blank, |at| Value::Text(at.shanghai().strftime("%Y-%m-%d %H:%M").to_string()))
    };
    let undone = line.undone.as_ref();
    vec![
        Value::Text(w.code("merge-kind", line.kept.0.kind().code())),
        text(line.kept_number.as_deref()),
        Value::Text(line.other_number.clone()),
        Value::Text(result(w, line)),
        text(line.by.as_deref()),
        at(Some(line.asked_at)),
        text(line.decided_by.as_deref()),
        at(line.decided_at),
        text(undone.and_then(|(by, _)| by.as_deref())),
        at(undone.map(|(_, at)| *at)),
    ]
}
