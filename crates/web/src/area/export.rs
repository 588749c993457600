//! Towns and gachas as Excel, each gacha after its town; those that were merged away too, since old files name them.

use naheya_documents::excel::{Head, Value};
use naheya_store::area::AreaRow;

use crate::export::{columns, numbers_out, some};
use crate::{Answer, Signed, Words};

pub(super) async fn workbook(me: Signed) -> Answer {
    let w = me.w();
    let all = me.desk.areas_out().await?;
    let rows: Vec<Vec<Value>> = all.iter().map(|row| values_out(w, row, &all)).collect();
    numbers_out(&me, w.t("area-list-title"), heads_out(w), rows.into_iter()).await
}

fn heads_out(w: Words) -> Vec<Head> {
    columns(
        w,
        [
            ("area-code", 16.0),
            ("area-name", 24.0),
            ("area-parent", 20.0),
            ("area-col-own", 14.0),
            ("area-col-into", 24.0),
        ],
    )
}

fn values_out(w: Words, row: &AreaRow, all: &[AreaRow]) -> Vec<Value> {
    let name = |code: &str| all.iter().find(|area| area.code == code).map(|area| area.name.clone());
    vec![
        Value::Text(row.code.clone()),
        Value::Text(row.name.clone()),
        some(name(&row.parent)),
        some(row.own.then(|| w.t("area-own"))),
        some(row.retired_into.as_deref().map(|into| name(into).unwrap_or_else(|| into.to_owned()))),
    ]
}
