//! The lists with children's names that leave the house: how an address asks for one, what it is called, its columns
//! and rows. One way for all of them, and one rule.

use naheya_documents::excel::{Head, Value};
use naheya_domain::id::RoundId;
use naheya_domain::operation::OperationKind;
use naheya_store::Error;
use naheya_store::export::{Out, OutRow};

use super::table_out;
use crate::{
    Answer, Problem, Signed, Wanted, Words, child, follow_up, operation, pair, phone_act, round, see_other, stay,
};

/// The list that an address asks for.
pub(super) async fn wanted_out(me: &Signed, wanted: &Wanted) -> Result<Out, Problem> {
    Ok(match OperationKind::parse(wanted.text("list")) {
        Some(OperationKind::Pairs) => Out::Pairs(pair::filter(me, wanted).await?),
        Some(OperationKind::Stays) => Out::Stays(stay::filter(me, wanted)),
        Some(OperationKind::FollowUps) => Out::FollowUps(follow_up::filter(me, wanted).await?),
        Some(OperationKind::RoundPeople) => Out::RoundPeople(wanted_round(wanted)?),
        Some(OperationKind::RoundResults) => Out::RoundResults(wanted_round(wanted)?),
        Some(OperationKind::PhoneActs) => Out::PhoneActs,
        _ => Out::Children(child::filter(me, wanted).await?),
    })
}

fn wanted_round(wanted: &Wanted) -> Result<RoundId, Problem> {
    RoundId::parse(wanted.text("round")).ok_or_else(Problem::not_found)
}

/// The address of a list on the screen.
pub(super) fn path(out: &Out) -> String {
    match out {
        Out::Children(_) => "/children".to_owned(),
        Out::Pairs(_) => "/pairs".to_owned(),
        Out::Stays(_) => "/stays".to_owned(),
        Out::FollowUps(_) => "/follow-ups".to_owned(),
        Out::RoundPeople(round) => format!("/rounds/{round}"),
        Out::RoundResults(round) => format!("/rounds/{round}/results"),
        Out::PhoneActs => "/phone/acts".to_owned(),
    }
}

/// The address of its file.
pub(super) fn file(out: &Out) -> String {
    match out {
        Out::RoundPeople(_) => format!("{}/people.xlsx", path(out)),
        _ => format!("{}.xlsx", path(out)),
    }
}

/// The same in a query; the children's list needs no word.
pub(super) fn code(out: &Out) -> &'static str {
    match out {
        Out::Children(_) => "",
        _ => out.kind().code(),
    }
}

/// A list of up to fifty children at once; who wants more is led to where another person is asked.
pub(crate) async fn sent(me: &Signed, wanted: &Wanted, out: Out) -> Answer {
    match me.desk.list_out(&out).await {
        Ok(rows) => workbook(me, out.kind(), rows).await,
        Err(error) if needs_second(&error) => {
            let wanted = match &out {
                Out::RoundPeople(round) | Out::RoundResults(round) => wanted.with("round", &round.to_string()),
                _ => wanted.with("round", ""),
            };
            see_other(format!("/exports/new?{}", wanted.with("list", code(&out)).query()))
        }
        Err(error) => Err(error.into()),
    }
}

fn needs_second(error: &Error) -> bool {
    matches!(error, Error::Refused(refusal) if refusal.code == "export.needs_second")
}

/// The rows as a file.
pub(super) async fn workbook(me: &Signed, kind: OperationKind, rows: Vec<OutRow>) -> Answer {
    let w = me.w();
    let rows = rows.into_iter().map(move |row| values(w, row));
    table_out(me, operation::title(w, kind), heads(w, kind), rows).await
}

/// The columns of a kind's file.
pub(crate) fn heads(w: Words, kind: OperationKind) -> Vec<Head> {
    match kind {
        OperationKind::Pairs => pair::heads_out(w),
        OperationKind::Stays => stay::heads_out(w),
        OperationKind::FollowUps => follow_up::heads_out(w),
        OperationKind::RoundPeople => round::people_heads(w),
        OperationKind::RoundResults => round::outcome_heads(w),
        OperationKind::PhoneActs => phone_act::heads_out(w),
        _ => child::heads_out(w),
    }
}

/// A row of a file.
pub(crate) fn values(w: Words, row: OutRow) -> Vec<Value> {
    match row {
        OutRow::Child(row) => child::values_out(w, *row),
        OutRow::Pair(row) => pair::values_out(w, *row),
        OutRow::Stay(row) => stay::values_out(w, *row),
        OutRow::FollowUp(row) => follow_up::values_out(w, *row),
        OutRow::RoundPerson(row) => round::person_values(w, *row),
        OutRow::RoundOutcome(row) => round::outcome_values(w, *row),
        OutRow::PhoneAct(row) => phone_act::values_out(w, *row),
    }
}

/// The columns of these ids with their widths.
pub(crate) fn columns<const N: usize>(w: Words, columns: [(&'static str, f64); N]) -> Vec<Head> {
    columns.into_iter().map(|(id, width)| Head::new(w.t(id), width)).collect()
}

/// An hour as a cell: sorted as text, it is sorted by time.
pub(crate) fn hour(w: Words, at: naheya_domain::Timestamp) -> Value {
    Value::Text(format!("{} {}", at.date(), w.time(at)))
}

/// What may be missing.
pub(crate) fn some(text: Option<String>) -> Value {
    text.filter(|text| !text.is_empty()).map_or(Value::Blank, Value::Text)
}
