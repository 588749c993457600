//! The list of openings as Excel: by the files' numbers and no child's name, without reasons and the words of reviews.

use naheya_documents::excel::{Head, Value};
use naheya_domain::Timestamp;
use naheya_store::break_glass::{GlassLine, GlassView};

use super::said;
use crate::export::newest;
use crate::{Answer, Signed, Wanted, Words};

/// Whoever takes it out, and every line in it, stands in the trail.
pub(super) async fn workbook(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let view = GlassView::parse(wanted.text("view")).unwrap_or_default();
    let (rows, more) = me.desk.break_glasses_out(view).await?;
    let values = newest(w, rows.iter().map(|line| values_out(w, line)).collect(), more);
    crate::export::table_out(&me, w.t("break_glass-list-title"), heads_out(w), values).await
}

fn heads_out(w: Words) -> Vec<Head> {
    let columns = [
        ("break_glass-out-opened", 18.0),
        ("break_glass-out-over", 18.0),
        ("break_glass-who", 14.0),
        ("break_glass-out-role", 14.0),
        ("break_glass-number", 16.0),
        ("break_glass-col-state", 12.0),
        ("break_glass-out-by", 18.0),
        ("break_glass-out-reviewer", 14.0),
        ("break_glass-out-reviewed", 18.0),
    ];
    columns.into_iter().map(|(id, width)| Head::new(w.t(id), width)).collect()
}

fn values_out(w: Words, line: &GlassLine) -> Vec<Value> {
    let at = |at: Timestamp| Value::Text(at.shanghai().strftime("%Y-%m-%d %H:%M").to_string());
    vec![
        at(line.opened_at),
        at(line.over_at),
        Value::Text(line.by.clone()),
        Value::Text(w.code("role", line.role.code())),
        Value::Text(line.number.clone()),
        Value::Text(said(w, line.state)),
        at(line.review_by),
        line.reviewed_by.clone().map_or(Value::Blank, Value::Text),
        line.reviewed_at.map_or(Value::Blank, at),
    ]
}
