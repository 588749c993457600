//! The list of accounts as Excel. Every account in it stands in the trail.

use axum::extract::State;
use naheya_documents::excel::{Head, Value};
use naheya_domain::Date;
use naheya_store::account::{AccountRow, AccountView};
use naheya_store::operation::Asked;

use super::place::Places;
use super::{current, days, standing};
use crate::export::{columns, table_out};
use crate::{Answer, App, Signed, Wanted, Words};

/// The accounts of the view on the screen.
pub(super) async fn download_list(State(app): State<App>, me: Signed, wanted: Wanted) -> Answer {
    let (w, today) = (me.w(), me.today());
    let view = AccountView::parse(wanted.text("view")).unwrap_or_default();
    if let Some(answer) = crate::operation::beside(&me, &app, Asked::Accounts(view)).await? {
        return Ok(answer);
    }
    let rows = me.desk.accounts_out(view).await?;
    let places = Places::plain(&me.desk).await?;
    let values = rows.into_iter().map(move |row| values_out(w, &places, today, row));
    table_out(&me, w.t("account-list-title"), heads_out(w), values).await
}

/// The columns of the file.
pub(crate) fn heads_out(w: Words) -> Vec<Head> {
    let all = [("account-name", 16.0), ("account-login", 18.0), ("account-role-place", 40.0)];
    columns(w, all).into_iter().chain(columns(w, [("account-days", 36.0), ("account-standing", 12.0)])).collect()
}

/// A row of the file.
pub(crate) fn values_out(w: Words, places: &Places, today: Date, row: AccountRow) -> Vec<Value> {
    let grants = current(&row, today);
    let joint = w.t("operation-joint");
    let roles = grants.iter().map(|g| format!("{} {}", w.code("role", g.role.code()), places.words(&w, &g.place)));
    let spans: Vec<String> = grants.iter().map(|grant| days(&w, grant)).collect();
    let (_, word) = standing(&row, today);
    vec![
        Value::Text(row.name),
        Value::Text(row.login),
        Value::Text(roles.collect::<Vec<_>>().join(&joint)),
        Value::Text(spans.join(&joint)),
        Value::Text(w.t(word)),
    ]
}
