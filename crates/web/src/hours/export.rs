//! Hours that wait for another person's word, and those decided, as Excel. What was written of them stays in the house.

use naheya_documents::excel::{Head, Value};
use naheya_domain::Timestamp;
use naheya_store::hours::ClaimLine;

use crate::export::{columns, hour, newest, some, table_out};
use crate::{Answer, Signed, Words};

pub(super) async fn workbook(me: Signed) -> Answer {
    let w = me.w();
    let (claims, more) = me.desk.hours_claims_out().await?;
    let rows = newest(w, claims.iter().map(|claim| values_out(w, claim)).collect(), more);
    table_out(&me, w.t("hours-claims-title"), heads_out(w), rows).await
}

fn heads_out(w: Words) -> Vec<Head> {
    columns(
        w,
        [
            ("hours-col-who", 16.0),
            ("hours-col-kind", 14.0),
            ("hours-col-from", 18.0),
            ("hours-col-to", 18.0),
            ("hours-col-paper", 12.0),
            ("hours-col-decision", 14.0),
            ("hours-col-by", 14.0),
            ("hours-col-entered", 18.0),
            ("hours-col-decided-by", 14.0),
            ("hours-col-decided", 18.0),
        ],
    )
}

fn values_out(w: Words, claim: &ClaimLine) -> Vec<Value> {
    let at = |at: Option<Timestamp>| at.map_or(Value::Blank, |at| hour(w, at));
    vec![
        Value::Text(claim.volunteer_name.clone()),
        Value::Text(w.code("hours-kind", claim.kind.code())),
        at(claim.span.map(|span| span.0)),
        at(claim.span.map(|span| span.1)),
        claim.minutes.map_or(Value::Blank, |minutes| Value::Minutes(minutes.into())),
        Value::Text(w.code("hours-state", claim.state.code())),
        some(claim.by.clone()),
        at(Some(claim.entered_at)),
        some(claim.decided_by.clone()),
        at(claim.decided_at),
    ]
}
