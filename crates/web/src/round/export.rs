//! The list of rounds as Excel, and of one round who takes part and what it came to. Every child in the latter two stands
//! in the trail; whom somebody refused is told to nobody.

use naheya_documents::excel::{Head, Value};
use naheya_domain::id::RoundId;
use naheya_store::export::Out;
use naheya_store::round::{RoundChild, RoundHome, RoundOutcome, RoundPerson, RoundRow};
use naheya_store::run::ResultRow;

use super::{person, slip_words};
use crate::candidate::reason;
use crate::export::{columns, sent, some, table_out};
use crate::proposal::left_why;
use crate::{Answer, Id, Signed, Wanted, Words};

pub(super) async fn workbook(me: Signed) -> Answer {
    let w = me.w();
    let rows = me.desk.rounds_out().await?;
    let rows = rows.into_iter().map(move |row| values_out(w, &row));
    table_out(&me, w.t("round-list-title"), heads_out(w), rows).await
}

fn heads_out(w: Words) -> Vec<Head> {
    columns(
        w,
        [
            ("round-name", 28.0),
            ("round-state", 14.0),
            ("round-held_on", 14.0),
            ("round-children", 8.0),
            ("round-homes", 8.0),
            ("round-pairs", 8.0),
        ],
    )
}

fn values_out(w: Words, row: &RoundRow) -> Vec<Value> {
    let count = |n: u64| Value::Whole(i64::try_from(n).unwrap_or_default());
    vec![
        Value::Text(row.name.clone()),
        Value::Text(w.code("round-step", row.state.code())),
        row.held_on.map_or(Value::Blank, |on| Value::Text(on.to_string())),
        count(row.children),
        count(row.volunteers),
        count(row.pairs),
    ]
}

/// Who takes part in a round, with their wishes.
pub(super) async fn people(me: Signed, Id(round): Id<RoundId>, wanted: Wanted) -> Answer {
    sent(&me, &wanted, Out::RoundPeople(round)).await
}

/// What a round came to.
pub(super) async fn outcomes(me: Signed, Id(round): Id<RoundId>, wanted: Wanted) -> Answer {
    sent(&me, &wanted, Out::RoundResults(round)).await
}

/// The columns of who takes part.
pub(crate) fn people_heads(w: Words) -> Vec<Head> {
    columns(
        w,
        [
            ("round-side", 8.0),
            ("round-number", 8.0),
            ("round-whose", 16.0),
            ("round-about", 30.0),
            ("round-slip", 14.0),
            ("round-wished", 24.0),
        ],
    )
}

/// A row of who takes part. Wishes are numbers of the other side.
pub(crate) fn person_values(w: Words, row: RoundPerson) -> Vec<Value> {
    let (side, number, name, about, slip, wishes) = match row {
        RoundPerson::Child(child, wishes) => {
            let slip = if child.paired { w.t("round-has-home") } else { slip_words(w, child.wishes) };
            ("round-child", child.number, child.name.clone(), about_child(w, &child), slip, wishes)
        }
        RoundPerson::Home(home, wishes) => {
            let slip = slip_words(w, home.wishes);
            ("round-home", home.number, home.name.clone(), about_home(w, &home), slip, wishes)
        }
    };
    let (side, number) = (Value::Text(w.t(side)), Value::Whole(number.into()));
    vec![side, number, Value::Text(name), Value::Text(about), Value::Text(slip), some(wishes)]
}

/// `女 7岁 · 示例小学 4(3)班`.
fn about_child(w: Words, child: &RoundChild) -> String {
    let who = Some(person(w, child)).filter(|words| !words.is_empty());
    [who, child.class.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// `退休教师 · 空 1 个位子`.
fn about_home(w: Words, home: &RoundHome) -> String {
    let free = Some(w.t1("round-free-places", "n", home.free));
    [home.trade.clone(), free].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The columns of what a round came to.
pub(crate) fn outcome_heads(w: Words) -> Vec<Head> {
    let of_child = [("round-child-number", 10.0), ("round-child", 16.0), ("round-about", 30.0)];
    let of_home = [("round-home-number", 10.0), ("round-home", 16.0)];
    let rest = [
        ("round-child-rank", 12.0),
        ("round-home-rank", 12.0),
        ("round-outcome", 30.0),
        ("round-answers", 26.0),
        ("round-reasons", 40.0),
    ];
    columns(w, of_child).into_iter().chain(columns(w, of_home)).chain(columns(w, rest)).collect()
}

/// A row of what a round came to.
pub(crate) fn outcome_values(w: Words, row: RoundOutcome) -> Vec<Value> {
    match row {
        RoundOutcome::Pair(row) => pair_values(w, &row),
        RoundOutcome::LeftChild(left) => {
            let mut values = child_values(w, &left.child);
            values.extend([Value::Blank, Value::Blank, Value::Blank, Value::Blank]);
            values.push(Value::Text(left_why(w, "proposal-left-child", left.why, left.child.wishes)));
            values
        }
        RoundOutcome::LeftHome(left) => {
            let mut values = vec![Value::Blank, Value::Blank, Value::Blank];
            values.extend(home_values(&left.home));
            values.extend([Value::Blank, Value::Blank]);
            values.push(Value::Text(left_why(w, "proposal-left-home", left.why, left.home.wishes)));
            values
        }
    }
}

fn child_values(w: Words, child: &RoundChild) -> Vec<Value> {
    vec![Value::Whole(child.number.into()), Value::Text(child.name.clone()), Value::Text(about_child(w, child))]
}

fn home_values(home: &RoundHome) -> [Value; 2] {
    [Value::Whole(home.number.into()), Value::Text(home.name.clone())]
}

fn pair_values(w: Words, row: &ResultRow) -> Vec<Value> {
    let reasons: Vec<String> = row.reasons.iter().map(|record| reason(w, record)).collect();
    let mut values = child_values(w, &row.child);
    values.extend(home_values(&row.home));
    values.extend([Value::Whole(row.child_rank.into()), Value::Whole(row.home_rank.into())]);
    values.extend([standing(w, row), answers(w, row), reasons.join(&w.t("round-and"))].map(|words| some(Some(words))));
    values
}

/// How far it is with a pair.
fn standing(w: Words, row: &ResultRow) -> String {
    match &row.proposal {
        Some(proposal) if proposal.pair.is_some() => w.t("proposal-is-pair"),
        Some(proposal) => w.code("proposal-state", proposal.state.code()),
        None if row.barred.is_some() => w.t("proposal-again"),
        None => w.t("round-not-confirmed"),
    }
}

/// What both sides have said so far.
fn answers(w: Words, row: &ResultRow) -> String {
    let Some(proposal) = &row.proposal else { return String::new() };
    let said = |side: &str, answer: Option<bool>| match answer {
        Some(true) => w.t(format!("proposal-said-yes-{side}")),
        Some(false) => w.t(format!("proposal-said-no-{side}")),
        None => w.t(format!("proposal-waits-{side}")),
    };
    [said("child", proposal.child), said("volunteer", proposal.volunteer)].join(&w.t("round-and"))
}
