//! The trail, as auditor and leader read it: kinds, days, accounts; whole or not; as Excel.

use askama::Template;
use axum::extract::State;
use naheya_documents::excel::{Head, Value};
use naheya_domain::Date;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{AccountId, OperationId};
use naheya_domain::operation::OperationKind;
use naheya_domain::saved_view::List;
use naheya_store::audit::{AuditFilter, AuditRow, COUNTED, ChainHead, Events, PAGE};
use naheya_store::operation::Asked;
use naheya_store::operation::proof::Proven;
use uuid::Uuid;

use crate::saved_view::{Views, opened};
use crate::{Answer, App, Fields, Frame, Knock, Posted, Route, Signed, Wanted, Words, operation, page};

const READS: Knock = Knock::May(Action::Audit);
/// In an address: the place in the trail, and how many events are newer (`from` is a day here).
const PLACE: [&str; 4] = ["before", "after", "row", PROOF];
/// In an address: the long work whose finding stands above the list.
pub(crate) const PROOF: &str = "proof";
/// An address may say anything of how many those are.
const FURTHEST: u64 = 1_000_000_000;

/// The kinds of records that can be asked for, as the trail names them, with their words' ids.
const KINDS: [&str; 20] = [
    "children",
    "guardians",
    "volunteers",
    "households",
    "household_members",
    "checks",
    "consents",
    "wishes",
    "rounds",
    "proposals",
    "pairs",
    "stays",
    "custody_events",
    "notes",
    "follow_ups",
    "hours_entries",
    "accounts",
    "grants",
    "schools",
    "settings",
];

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/audit-events", READS, Noun::AuditEvent, list),
        Route::get("/audit-events.xlsx", READS, Noun::AuditEvent, download_list),
        Route::post("/audit-events/proof", READS, Noun::AuditEvent, prove),
    ]
}

#[derive(Template)]
#[template(path = "audit_event/list.html")]
struct ListPage {
    f: Frame,
    rows: Vec<AuditRow>,
    kinds: Vec<(&'static str, String)>,
    wanted: Fields,
    whose: Option<String>,
    about: Option<String>,
    head: ChainHead,
    /// What was found, when the chain was followed just now.
    proof: Option<Proven>,
    ways: Ways,
    views: Views,
}

/// What stands below the list: which events of how many, and where it goes on.
struct Ways {
    words: String,
    newest: String,
    newer: String,
    older: String,
}

impl ListPage {
    fn narrowed(&self, name: &str, value: impl std::fmt::Display) -> String {
        format!("/audit-events?{}", whole(&self.wanted).with(name, &value.to_string()).query())
    }

    fn kind(&self, noun: &str) -> String {
        kind(self.f.w, noun)
    }

    fn act(&self, act: &str) -> String {
        act_words(self.f.w, act)
    }

    fn fields(&self, fields: &str) -> String {
        field_words(self.f.w, fields)
    }

    fn who(&self, row: &AuditRow) -> String {
        who(self.f.w, row)
    }

    fn role(&self, row: &AuditRow) -> String {
        role(self.f.w, row)
    }

    fn export(&self) -> String {
        format!("/audit-events.xlsx?{}", whole(&self.wanted).query())
    }
}

/// An act and a look name the table; a door that somebody was turned away from names the noun, whose plural it is.
pub(crate) fn kind(w: Words, noun: &str) -> String {
    let known = ["", "s", "es"].into_iter().find_map(|end| w.maybe(format!("audit_event-of-{noun}{end}")));
    known.unwrap_or_else(|| noun.to_owned())
}

pub(crate) fn act_words(w: Words, act: &str) -> String {
    w.maybe(format!("audit_event-act-{}", act.replace('.', "-"))).unwrap_or_else(|| act.to_owned())
}

/// What was looked at, or which columns changed: those that people have a word for by that word.
fn field_words(w: Words, fields: &str) -> String {
    match fields {
        "*" => w.t("audit_event-fields-new"),
        "-" => w.t("audit_event-fields-gone"),
        fields => {
            let word = |field: &str| w.maybe(format!("audit_event-field-{field}")).unwrap_or_else(|| field.to_owned());
            fields.split(',').map(word).collect::<Vec<_>>().join(w.t("audit_event-and").as_str())
        }
    }
}

fn who(w: Words, row: &AuditRow) -> String {
    row.login.clone().unwrap_or_else(|| w.t("audit_event-by-itself"))
}

fn role(w: Words, row: &AuditRow) -> String {
    w.maybe(format!("role-{}", row.role)).unwrap_or_default()
}

/// The first eight digits of an id: enough to tell two apart on a page.
fn short(id: impl std::fmt::Display) -> String {
    id.to_string().chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect()
}

fn filter(wanted: &Fields) -> AuditFilter {
    let day = |name| wanted.given(name).and_then(|text| text.parse::<Date>().ok());
    AuditFilter {
        noun: wanted.given("kind").filter(|k| k.len() <= 40).map(str::to_owned),
        account: wanted.given("account").and_then(AccountId::parse),
        about: wanted.given("about").and_then(|id| Uuid::try_parse(id).ok()),
        from: day("from"),
        to: day("to"),
        before: place(wanted, "before").map(str::to_owned),
    }
}

fn place<'a>(wanted: &'a Fields, name: &str) -> Option<&'a str> {
    wanted.given(name).filter(|place| place.len() <= 200)
}

/// What the trail is set to, from its newest event on.
fn whole(wanted: &Fields) -> Fields {
    PLACE.into_iter().fold(wanted.clone(), |fields, name| fields.with(name, ""))
}

fn ways(w: Words, wanted: &Fields, page: &Events, total: u64) -> Ways {
    let bare = whole(wanted);
    let from: u64 = wanted.given("row").filter(|_| page.newer.is_some()).and_then(|n| n.parse().ok()).unwrap_or(0);
    let from = from.min(FURTHEST);
    let shown = page.rows.len() as u64;
    let at = |fields: Fields| format!("/audit-events?{}", fields.query());
    let way = |name: &str, place: &Option<String>, row: u64| {
        place.as_ref().map(|place| at(bare.with(name, place).with("row", &row.to_string()))).unwrap_or_default()
    };
    let rows = (w.count(from + shown.min(1)), w.count(from + shown));
    Ways {
        words: w.t3("audit_event-shown", "first", rows.0, "last", rows.1, "total", w.counted(total, COUNTED)),
        newest: if page.newer.is_some() { at(bare.clone()) } else { String::new() },
        newer: way("after", &page.newer, from.saturating_sub(PAGE)),
        older: way("before", &page.older, from + shown),
    }
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let proof = match wanted.given(PROOF).and_then(OperationId::parse) {
        Some(id) => me.desk.proven(id).await?,
        None => None,
    };
    shown(&me, wanted.0, proof).await
}

async fn shown(me: &Signed, wanted: Fields, proof: Option<Proven>) -> Answer {
    let w = me.w();
    let (Wanted(wanted), views) = opened(me, List::AuditEvents, Wanted(wanted)).await?;
    let filter = filter(&wanted);
    let found = me.desk.audit_page(&filter, place(&wanted, "after")).await?;
    let ways = ways(w, &wanted, &found, me.desk.count_audit_events(&filter).await?);
    let rows = found.rows;
    page(&ListPage {
        f: me.frame("audit_event-list-title"),
        kinds: KINDS.map(|code| (code, kind(w, code))).to_vec(),
        whose: filter.account.map(|id| {
            let known = rows.first().and_then(|row| row.login.clone());
            known.unwrap_or_else(|| short(id))
        }),
        about: filter.about.map(short),
        head: me.desk.chain_head().await?,
        ways,
        rows,
        wanted,
        proof,
        views,
    })
}

async fn prove(State(app): State<App>, me: Signed, posted: Posted) -> Answer {
    let key = posted.submission()?;
    let total = me.desk.rows_of_operation(&Asked::Proof).await?;
    if !operation::is_short(&app, OperationKind::Proof, total) {
        return operation::begun(&me, &app, Asked::Proof, total, Some(key)).await;
    }
    let findings = me.desk.prove_chain().await?;
    let faults = findings.into_iter().map(|f| f.row).take(20).collect();
    shown(&me, Fields::default(), Some(Proven { faults, n: me.desk.chain_head().await?.n })).await
}

async fn download_list(State(app): State<App>, me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let filter = AuditFilter { before: None, ..filter(&wanted) };
    if let Some(answer) = operation::beside(&me, &app, Asked::AuditEvents(filter.clone())).await? {
        return Ok(answer);
    }
    let rows = me.desk.audit_events_out(&filter).await?;
    let values = rows.into_iter().map(move |row| values_out(w, &row));
    crate::export::table_out(&me, w.t("audit_event-list-title"), heads_out(w), values).await
}

/// The columns of the file.
pub(crate) fn heads_out(w: Words) -> Vec<Head> {
    let columns = [("n", 10.0), ("at", 20.0), ("who", 18.0), ("role", 12.0), ("act", 26.0), ("kind", 18.0)];
    let columns = columns.into_iter().chain([("about", 38.0), ("fields", 40.0)]);
    columns.map(|(id, width)| Head::new(w.code("audit_event-col", id), width)).collect()
}

/// A row of the file, in the words of the page; the record's number is whole here.
pub(crate) fn values_out(w: Words, row: &AuditRow) -> Vec<Value> {
    vec![
        row.n.map_or(Value::Blank, Value::Whole),
        Value::Text(format!("{} {}", row.at.date(), w.time(row.at))),
        Value::Text(who(w, row)),
        Value::Text(role(w, row)),
        Value::Text(act_words(w, &row.act)),
        Value::Text(kind(w, &row.noun)),
        row.about.map_or(Value::Blank, |id| Value::Text(id.to_string())),
        Value::Text(field_words(w, &row.fields)),
    ]
}
