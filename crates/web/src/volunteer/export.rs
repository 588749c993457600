//! The list of volunteers as a file.

use axum::extract::State;
use naheya_documents::excel::{Head, Value};
use naheya_domain::access::Action;
use naheya_store::Error;
use naheya_store::operation::Asked;
use naheya_store::volunteer::VolunteerRow;

use super::filter;
use crate::answer::see_other_saying;
use crate::order::whole;
use crate::{Answer, App, Signed, Toast, Wanted, Words};

/// The list as Excel. Whoever takes it out, and every volunteer in it, stands in the trail.
pub(super) async fn workbook(State(app): State<App>, me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let filter = filter(&me, &wanted).await?;
    // Nobody else takes out so many that it would have to be made beside the request.
    if me.desk.may(Action::ApproveVolunteer)
        && let Some(answer) = crate::operation::beside(&me, &app, Asked::Volunteers(filter.clone())).await?
    {
        return Ok(answer);
    }
    let rows = match me.desk.volunteers_out(&filter).await {
        // Nothing was asked but a file: the list stays, and says who takes out so many.
        Err(Error::Refused(refusal)) if refusal.code == "volunteer.export_needs_leader" => {
            let list = format!("/volunteers?{}", whole(&wanted).query());
            return see_other_saying(list, Toast::new("volunteer-export-by-leader"));
        }
        rows => rows?,
    };
    let values = rows.into_iter().map(move |row| values_out(w, row));
    crate::export::table_out(&me, w.t("volunteer-list-title"), heads_out(w), values).await
}

/// The columns of the file.
pub(crate) fn heads_out(w: Words) -> Vec<Head> {
    let columns = [
        ("volunteer-col-number", 14.0),
        ("volunteer-name", 16.0),
        ("volunteer-trade", 16.0),
        ("volunteer-col-joined", 12.0),
        ("volunteer-col-places", 8.0),
        ("volunteer-col-taken", 8.0),
        ("volunteer-hours", 12.0),
        ("volunteer-col-state", 10.0),
    ];
    columns.into_iter().map(|(id, width)| Head::new(w.t(id), width)).collect()
}

/// A row of the file.
pub(crate) fn values_out(w: Words, row: VolunteerRow) -> Vec<Value> {
    vec![
        Value::Text(row.number),
        Value::Text(row.name),
        row.trade.map_or(Value::Blank, Value::Text),
        row.joined_on.map_or(Value::Blank, Value::Date),
        Value::Whole(row.capacity.into()),
        Value::Whole(i64::try_from(row.taken).unwrap_or(i64::MAX)),
        Value::Minutes(row.minutes),
        Value::Text(super::tag(w, row.state, row.over).1),
    ]
}
