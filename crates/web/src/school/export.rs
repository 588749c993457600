//! The schools as Excel: a row for each class, so that it can be sorted and counted; a school without classes has one too.

use naheya_documents::excel::{Head, Value};
use naheya_store::school::School;

use crate::export::{columns, table_out};
use crate::{Answer, Signed, Words};

pub(super) async fn workbook(me: Signed) -> Answer {
    let w = me.w();
    let rows: Vec<Vec<Value>> = me.desk.schools_out().await?.iter().flat_map(rows_out).collect();
    table_out(&me, w.t("school-list-title"), heads_out(w), rows.into_iter()).await
}

fn heads_out(w: Words) -> Vec<Head> {
    columns(
        w,
        [("school-name", 28.0), ("school-class-name", 14.0), ("school-release_at", 14.0), ("school-return_at", 14.0)],
    )
}

fn rows_out(school: &School) -> Vec<Vec<Value>> {
    let text = |text: &str| Value::Text(text.to_owned());
    let row = |class: Value| vec![text(&school.name), class, text(&school.release_at), text(&school.return_at)];
    if school.classes.is_empty() {
        return vec![row(Value::Blank)];
    }
    school.classes.iter().map(|class| row(text(&class.name))).collect()
}
