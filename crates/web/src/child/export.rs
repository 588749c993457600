//! The list as Excel. Whoever takes it out, and every child in it, stands in the trail.

use naheya_documents::excel::{Head, Value};
use naheya_store::child::ChildRow;

use super::tag;
use crate::export::{needs_second, table_out};
use crate::{Answer, Signed, Wanted, Words, see_other};

/// Up to fifty at once; who wants more is led to where another person is asked.
pub(super) async fn download_list(me: Signed, wanted: Wanted) -> Answer {
    let filter = super::list::filter(&me, &wanted).await?;
    match me.desk.children_out(&filter).await {
        Ok(rows) => workbook(&me, rows).await,
        Err(error) if needs_second(&error) => see_other(format!("/exports/new?{}", wanted.query())),
        Err(error) => Err(error.into()),
    }
}

/// The rows as a file.
pub(crate) async fn workbook(me: &Signed, rows: Vec<ChildRow>) -> Answer {
    let w = me.w();
    let rows = rows.into_iter().map(move |row| values_out(w, row));
    table_out(me, w.t("child-list-title"), heads_out(w), rows).await
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
