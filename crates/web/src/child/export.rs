//! The list as Excel. Whoever takes it out, and every child in it, stands in the trail.

use naheya_documents::excel::{self, Head, Value};
use naheya_store::child::ChildRow;

use super::tag;
use crate::answer::download;
use crate::{Answer, Problem, Signed, Wanted, Words};

const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) async fn download_list(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let rows = me.desk.children_out(&super::list::filter(&me, &wanted).await?).await?;
    let name = w.t("child-list-title");
    let sheet = name.clone();
    let work = tokio::task::spawn_blocking(move || {
        excel::table(&sheet, &heads(w), rows.into_iter().map(|row| values(w, row)))
    });
    let bytes = match work.await {
        Ok(Ok(bytes)) => bytes,
        _ => return Err(Problem::internal()),
    };
    download(&format!("{name}-{}.xlsx", me.today()), KIND, bytes)
}

fn heads(w: Words) -> Vec<Head> {
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

fn values(w: Words, row: ChildRow) -> Vec<Value> {
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
