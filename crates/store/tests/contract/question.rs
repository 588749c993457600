//! How the engines answer what the pages ask all day: by an index, never by reading all people.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use naheya_domain::Role;
use naheya_domain::id::{ChildId, VolunteerId};
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::VolunteerState;
use naheya_store::Desk;
use naheya_store::child::{ChildColumn, ChildFilter, ChildView};
use naheya_store::order::Turn;
use naheya_store::pair::{PairColumn, PairFilter};
use naheya_store::volunteer::{VolunteerColumn, VolunteerFilter};
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use crate::ground::{Ground, NOW, desk_as};
use crate::on_both_engines;

on_both_engines![what_pages_ask_all_day_is_answered_by_an_index, names_of_nobody_are_not_asked_for];

/// Tables with a row for each person, each of her weekends, each act.
const LONG: [&str; 17] = [
    "children",
    "guardians",
    "guardianships",
    "volunteers",
    "households",
    "household_members",
    "checks",
    "consents",
    "pairs",
    "stays",
    "stay_adults",
    "custody_events",
    "notes",
    "follow_ups",
    "hours_entries",
    "search_tokens",
    "audit_events",
];

/// Keeps the words of every question.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<BTreeSet<String>>>);

struct Words<'a>(&'a Ear);

impl Visit for Words<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "sql" {
            self.0.0.lock().unwrap().insert(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

impl<S: Subscriber> Layer<S> for Ear {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "naheya_store::question" {
            event.record(&mut Words(self));
        }
    }
}

/// What an office, a teacher, a volunteer and a guardian open on a working day.
async fn a_day(office: Desk, ground: &Ground) {
    let child = ChildId(uuid_of(ground, "children").await);
    let volunteer = VolunteerId(uuid_of(ground, "volunteers").await);
    for view in ChildView::TABS {
        let filter =
            ChildFilter { view, stale_since: (view == ChildView::Stale).then_some(NOW), ..ChildFilter::default() };
        office.children(&filter).await.unwrap();
        office.count_children(&filter).await.unwrap();
    }
    for typed in ["王", "wang", "wxc"] {
        office.children(&ChildFilter { search: Some(typed.into()), ..ChildFilter::default() }).await.unwrap();
        office.volunteers(&VolunteerFilter { search: Some(typed.into()), ..VolunteerFilter::default() }).await.unwrap();
    }
    let page = office.children(&ChildFilter::default()).await.unwrap().0;
    let after = page.last().map(|row| (row.name.clone(), row.id));
    office.children(&ChildFilter { after, ..ChildFilter::default() }).await.unwrap();
    in_another_order(&office).await;
    office.saved_views(naheya_domain::saved_view::List::Children).await.unwrap();
    let file = office.child_file(child).await.unwrap();
    office.child_moments(&file).await.unwrap();
    office.child_weekends(child).await.unwrap();
    office.follow_up_book(child).await.unwrap();
    office.consents(child).await.unwrap();
    office.wishes(child).await.unwrap();
    office.volunteers(&VolunteerFilter::default()).await.unwrap();
    let ending = VolunteerFilter { expiring_by: Some(NOW.date()), ..VolunteerFilter::default() };
    office.volunteers(&ending).await.unwrap();
    let free = VolunteerFilter { places_free: true, ..VolunteerFilter::default() };
    office.volunteers(&free).await.unwrap();
    office.volunteer(volunteer).await.unwrap();
    office.hours(volunteer).await.unwrap();
    office.pairs(&PairFilter::default()).await.unwrap();
    office.today().await.unwrap();
    office.roll().await.unwrap();
    office.open_alarms().await.unwrap();
    office.follow_ups_due(50).await.unwrap();
    office.notes(None, None).await.unwrap();
    office.plans().await.unwrap();
    office.gate_list(NOW.date()).await.unwrap();
    office.back_list(NOW.date()).await.unwrap();
    office.unread_notices().await.unwrap();
}

/// The lists as their columns sort them, a second page and the way back.
async fn in_another_order(office: &Desk) {
    let children = ChildFilter { view: ChildView::Here, ..ChildFilter::default() };
    for by in [ChildColumn::Name, ChildColumn::LastStay, ChildColumn::Confirmed] {
        let first = office.children_sorted(&children, by, false, &Turn::First).await.unwrap();
        let second = Turn::After(first.next.unwrap());
        let second = office.children_sorted(&children, by, false, &second).await.unwrap();
        let back = Turn::Before(second.previous.unwrap());
        office.children_sorted(&children, by, false, &back).await.unwrap();
    }
    let volunteers = VolunteerFilter { state: Some(VolunteerState::Approved), ..VolunteerFilter::default() };
    for by in [VolunteerColumn::Name, VolunteerColumn::NextCheck, VolunteerColumn::Hours] {
        office.volunteers_sorted(&volunteers, by, true, &Turn::First).await.unwrap();
    }
    for by in [PairColumn::Begun, PairColumn::Child, PairColumn::Volunteer] {
        office.pairs_sorted(&PairFilter::default(), by, true, &Turn::First).await.unwrap();
    }
}

async fn uuid_of(ground: &Ground, table: &str) -> uuid::Uuid {
    let sql = match ground.location {
        naheya_store::Location::Folder(_) => format!("SELECT lower(hex(id)) FROM {table} ORDER BY id LIMIT 1"),
        naheya_store::Location::Postgres(_) => format!("SELECT id::text FROM {table} ORDER BY id LIMIT 1"),
    };
    ground.texts(&sql).await[0].parse().unwrap()
}

async fn what_pages_ask_all_day_is_answered_by_an_index(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    // With one listener alive, what other tests say first is taken for what nobody ever listens to.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let ear = Ear::default();
    a_day(office, &ground).with_subscriber(tracing_subscriber::registry().with(ear.clone())).await;
    let asked: Vec<String> = ear.0.lock().unwrap().iter().filter(|sql| sql.starts_with("SELECT")).cloned().collect();
    assert!(asked.len() > 30, "only {} questions were heard", asked.len());
    let mut slow = Vec::new();
    for sql in asked {
        for step in ground.explained(&sql).await {
            if reads_all(&step) {
                slow.push(format!("{step}\n    {sql}"));
            }
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
    store.close().await.unwrap();
}

async fn names_of_nobody_are_not_asked_for(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let id = match ground.location {
        naheya_store::Location::Folder(_) => "lower(hex(id))",
        naheya_store::Location::Postgres(_) => "id::text",
    };
    let of_nobody =
        ["stays", "notes", "follow_ups"].map(|t| format!("id NOT IN (SELECT child_id FROM {t})")).join(" AND ");
    let sql = format!("SELECT {id} FROM children WHERE {of_nobody} ORDER BY id LIMIT 1");
    let child = ChildId(ground.texts(&sql).await[0].parse().unwrap());
    let file = office.child_file(child).await.unwrap();
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let ear = Ear::default();
    let heard = tracing_subscriber::registry().with(ear.clone());
    assert!(office.child_moments(&file).with_subscriber(heard).await.unwrap().is_empty());
    let asked: Vec<String> = ear.0.lock().unwrap().iter().filter(|sql| sql.starts_with("SELECT")).cloned().collect();
    assert_eq!(asked.len(), 3, "weekends, words, talks: {asked:#?}");
    store.close().await.unwrap();
}

/// Whether a step of an engine's plan reads a long table from end to end.
fn reads_all(step: &str) -> bool {
    let words: Vec<&str> = step.split_whitespace().collect();
    let table = match words.as_slice() {
        // A filter is filled with all rows before the first one is looked up.
        ["SCAN", table, ..] | ["BLOOM", "FILTER", "ON", table, ..] => table,
        [.., "Seq", "Scan", "on", table] | [.., "Seq", "Scan", "on", table, _] => table,
        _ => return false,
    };
    LONG.contains(table)
}

#[test]
fn a_plan_that_reads_all_is_known() {
    assert!(reads_all("SCAN children"));
    assert!(reads_all("SCAN stays USING COVERING INDEX stays_child"));
    assert!(reads_all("BLOOM FILTER ON pairs (area_id=? AND child_id=?)"));
    assert!(reads_all("  ->  Seq Scan on children"));
    assert!(!reads_all("SEARCH children USING INDEX children_name (area_id=?)"));
    assert!(!reads_all("  ->  Index Scan using children_pkey on children"));
    assert!(!reads_all("SCAN areas"));
}
