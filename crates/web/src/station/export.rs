//! The stations as Excel, those no longer in use too.

use naheya_documents::excel::{Head, Value};
use naheya_store::area::AreaRow;
use naheya_store::station::Station;

use crate::export::{columns, some, table_out};
use crate::{Answer, Signed, Words};

pub(super) async fn workbook(me: Signed) -> Answer {
    let w = me.w();
    let areas = me.desk.areas().await?;
    let all = me.desk.stations_out().await?;
    let rows = all.into_iter().map(move |station| values_out(w, station, &areas));
    table_out(&me, w.t("grid-stations"), heads_out(w), rows).await
}

fn heads_out(w: Words) -> Vec<Head> {
    columns(
        w,
        [
            ("grid-column-code", 16.0),
            ("grid-column-area", 20.0),
            ("station-name", 28.0),
            ("station-kind", 16.0),
            ("station-address", 32.0),
            ("station-opening", 28.0),
            ("station-from_on", 14.0),
            ("station-to_on", 14.0),
        ],
    )
}

fn values_out(w: Words, station: Station, areas: &[AreaRow]) -> Vec<Value> {
    let area = areas.iter().find(|area| area.code == station.town_code).map(|area| area.name.clone());
    let details = station.details;
    vec![
        Value::Text(station.town_code),
        some(area),
        Value::Text(details.name),
        Value::Text(w.code("station-kind", details.kind.code())),
        some(details.address),
        some(details.opening),
        Value::Date(details.days.from),
        details.days.to.map_or(Value::Blank, Value::Date),
    ]
}
