//! The term plans as Excel: how far each is. They name files by their numbers and nobody by name, so that no list of
//! children leaves the house beside the one that a second person agrees to.

use naheya_documents::excel::{Head, Value};
use naheya_store::term::PlanOut;

use crate::export::{columns, hour, newest, table_out};
use crate::{Answer, Signed, Words};

pub(super) async fn workbook(me: Signed) -> Answer {
    let w = me.w();
    let (plans, more) = me.desk.plans_out().await?;
    let rows = newest(w, plans.into_iter().map(|plan| values_out(w, plan)).collect(), more);
    table_out(&me, w.t("term-list-title"), heads_out(w), rows).await
}

fn heads_out(w: Words) -> Vec<Head> {
    columns(
        w,
        [
            ("term-col-child", 16.0),
            ("term-col-volunteer", 16.0),
            ("term-col-proposed", 18.0),
            ("term-col-first", 14.0),
            ("term-col-last", 14.0),
            ("term-col-all", 10.0),
            ("term-waits-volunteer", 10.0),
            ("term-waits-guardian", 10.0),
            ("term-col-agreed", 10.0),
            ("term-col-refused", 10.0),
        ],
    )
}

fn values_out(w: Words, plan: PlanOut) -> Vec<Value> {
    let count = |n: usize| Value::Whole(i64::try_from(n).unwrap_or_default());
    vec![
        Value::Text(plan.child_number),
        Value::Text(plan.volunteer_number),
        hour(w, plan.progress.proposed_at),
        Value::Date(plan.progress.span.0.date()),
        Value::Date(plan.progress.span.1.date()),
        count(plan.progress.all),
        count(plan.progress.waits_for_volunteer),
        count(plan.progress.waits_for_guardian),
        count(plan.progress.agreed),
        count(plan.progress.refused),
    ]
}
