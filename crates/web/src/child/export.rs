//! The list as Excel. Whoever takes it out, and every child in it, stands in the trail.

use naheya_documents::excel::{Head, Value};
use naheya_store::child::ChildRow;
use naheya_store::export::Out;

use super::tag;
use crate::{Answer, Signed, Wanted, Words};

/// The children that the list shows.
pub(super) async fn download_list(me: Signed, wanted: Wanted) -> Answer {
    let out = Out::Children(super::list::filter(&me, &wanted).await?);
    crate::export::sent(&me, &wanted, out).await
}

/// The columns of the file.
pub(crate) fn heads_out(w: Words) -> Vec<Head> {
    let columns = [
        ("number", 14.0),
        ("name", 16.0),
        ("sex", 6.0),
        ("age", 6.0),
        ("school", 24.0),
        ("class", 16.0),
        ("volunteer", 16.0),
        ("since", 12.0),
        ("last", 12.0),
        ("state", 12.0),
        ("updated", 12.0),
    ];
    columns.into_iter().map(|(id, width)| Head::new(w.code("child-column", id), width)).collect()
}

/// A row of the file.
pub(crate) fn values_out(w: Words, row: ChildRow) -> Vec<Value> {
    let text = |t: Option<String>| t.map_or(Value::Blank, Value::Text);
    let date = |d| Option::map_or(d, Value::Blank, Value::Date);
    let (_, word) = tag(row.state, row.pair.as_ref().map(|p| p.state.as_str()), false);
    vec![
        Value::Text(row.number),
        Value::Text(row.name),
        text(row.sex.map(|s| w.code("child-sex", s.code()))),
        row.age.map_or(Value::Blank, |n| Value::Whole(n.into())),
        text(row.school),
        text(row.class),
        text(row.pair.as_ref().map(|p| p.volunteer.clone())),
        date(row.pair.and_then(|p| p.begun_on)),
        date(row.last_stay_on),
        Value::Text(w.t(word)),
        date(row.confirmed_at.map(naheya_domain::Timestamp::date)),
    ]
}
