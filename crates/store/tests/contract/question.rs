//! How the engines answer what the pages ask all day: by an index, never by reading all people.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use naheya_domain::Role;
use naheya_domain::custody::Event as HandOver;
use naheya_domain::id::{ChildId, StayId, VolunteerId};
use naheya_domain::note::NoteKind;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::VolunteerState;
use naheya_store::child::{ChildColumn, ChildFilter, ChildView};
use naheya_store::custody::Witness;
use naheya_store::note::SaveNote;
use naheya_store::order::{Mark, Turn};
use naheya_store::pair::{PairColumn, PairFilter};
use naheya_store::stay::{ConfirmReturn, ReleaseProof, ReleaseStay, ReopenStay, ReportStay};
use naheya_store::volunteer::{VolunteerColumn, VolunteerFilter};
use naheya_store::{Desk, SystemTask};
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use crate::ground::{Ground, NOW, desk_as};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, story};

on_both_engines![what_pages_ask_all_day_is_answered_by_an_index, names_of_nobody_are_not_asked_for];

/// Tables with a row for each person, each of her weekends, each act.
const LONG: [&str; 18] = [
    "children",
    "guardians",
    "guardian_tokens",
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
        let children = ChildFilter { view: ChildView::Here, search: Some(typed.into()), ..ChildFilter::default() };
        let page = office.children_sorted(&children, ChildColumn::Name, false, &Turn::First).await.unwrap();
        let on = page.rows.first().map_or(Turn::First, |row| Turn::After(Mark { key: None, id: row.id.0 }));
        office.children_sorted(&children, ChildColumn::Name, false, &on).await.unwrap();
        let volunteers = VolunteerFilter { search: Some(typed.into()), ..VolunteerFilter::default() };
        let page = office.volunteers_sorted(&volunteers, VolunteerColumn::Name, false, &Turn::First).await.unwrap();
        let on = page.rows.first().map_or(Turn::First, |row| Turn::After(Mark { key: None, id: row.id.0 }));
        office.volunteers_sorted(&volunteers, VolunteerColumn::Name, false, &on).await.unwrap();
        let pairs = PairFilter { search: Some(typed.into()), ..PairFilter::default() };
        office.pairs_sorted(&pairs, PairColumn::Begun, true, &Turn::First).await.unwrap();
    }
    office.children_of_guardian("wang").await.unwrap();
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
    office.open_alarms_besides_late().await.unwrap();
    office.count_open_alarms().await.unwrap();
    office.count_untold().await.unwrap();
    office.unsent_since().await.unwrap();
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

/// A weekend from the request to the talk with the child, late and taken back once.
async fn a_weekend(s: &Story) {
    let stay = s.approved().await;
    let gate = s.at(&s.teacher, FETCHED).await;
    let digits = s.digits(stay).await;
    gate.try_code(&digits).await.unwrap();
    let release = ReleaseStay { stays: vec![stay], proof: ReleaseProof::Code(digits), witness: Witness::by("sight") };
    gate.save(release).await.unwrap();
    let mother = s.at(&s.mother, FETCHED.plus_minutes(60)).await;
    for event in [HandOver::PickUp, HandOver::Arrival] {
        mother.save(ReportStay { stay, event, witness: Witness::by("staff") }).await.unwrap();
    }
    let words = "她教我家小的画马".into();
    let note = SaveNote { stay, kinds: vec![NoteKind::Homework], words, worry: None, pictures: vec![] };
    mother.save(note).await.unwrap();
    missed_and_back(s, stay).await;
    mother.note_ground(stay).await.unwrap();
    s.at(&s.coordinator, DUE).await.stay_line(stay).await.unwrap();
}

/// Late through the whole ladder, confirmed, taken back and confirmed again.
async fn missed_and_back(s: &Story, stay: StayId) {
    let late = DUE.plus_minutes(70);
    let clock = s.store.as_system(SystemTask::Job, s.coordinator.viewer().area, late);
    assert!(clock.raise_alarms().await.unwrap() > 3);
    let (gate, office) = (s.at(&s.teacher, late).await, s.at(&s.coordinator, late).await);
    office.whereabouts(None, 1).await.unwrap();
    let confirm = || ConfirmReturn { stay, witness: Witness::by("sight") };
    gate.save(confirm()).await.unwrap();
    let close = |reason: &str| naheya_store::stay::CloseLate {
        stay,
        outcome: naheya_store::stay::Outcome::Back,
        guardian: None,
        reason: reason.into(),
    };
    office.save(close("堵车")).await.unwrap();
    office.save(ReopenStay { stay }).await.unwrap();
    gate.save(confirm()).await.unwrap();
    office.save(close("路上堵车")).await.unwrap();
}

/// On SQLite alone: its planner goes by the indexes that there are, a server's by the few rows of a test.
#[tokio::test]
async fn what_a_weekend_asks_is_found_by_more_than_the_county() {
    let ground = Ground::sqlite();
    let s = story(&ground).await;
    let ear = Ear::default();
    // The writer asks in a task of its own, on this thread too.
    let heard = tracing::subscriber::set_default(tracing_subscriber::registry().with(ear.clone()));
    a_weekend(&s).await;
    drop(heard);
    let asked: Vec<String> = ear.0.lock().unwrap().iter().filter(|sql| !sql.starts_with("INSERT")).cloned().collect();
    assert!(asked.len() > 60, "only {} questions were heard", asked.len());
    let mut wide = Vec::new();
    for sql in asked {
        for step in ground.explained(&sql).await {
            if reads_all(&step) || reads_the_county(&step) {
                wide.push(format!("{step}\n    {sql}"));
            }
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
    s.store.close().await.unwrap();
}

/// What a child director opens: the list with the numbers beside it, its pages, and one who is called.
async fn a_town(worker: &Desk) {
    let filters = [ChildView::Here, ChildView::Applying, ChildView::Paused, ChildView::Stale, ChildView::Left];
    let of =
        |view| ChildFilter { view, stale_since: (view == ChildView::Stale).then_some(NOW), ..ChildFilter::default() };
    worker.counts_of_children(&filters.map(of)).await.unwrap();
    for by in [ChildColumn::Name, ChildColumn::Confirmed] {
        let page = worker.children_sorted(&of(ChildView::Here), by, false, &Turn::First).await.unwrap();
        assert!(!page.rows.is_empty());
    }
    worker.children_of_guardian("wang").await.unwrap();
}

/// On SQLite alone, which says from which index it reads and whether it needs the rows too.
#[tokio::test]
async fn a_town_is_counted_and_listed_out_of_an_index_and_no_list_of_its_children_is_made() {
    let ground = Ground::sqlite();
    let store = ground.told().await;
    let worker = desk_as(&store, Role::TownWorker, Place::Town("150825200".into())).await;
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let ear = Ear::default();
    a_town(&worker).with_subscriber(tracing_subscriber::registry().with(ear.clone())).await;
    let asked: Vec<String> = ear.0.lock().unwrap().iter().filter(|sql| sql.starts_with("SELECT")).cloned().collect();
    // Those who rest are a short list: by their own state, or by the pair's.
    let lists = |sql: &str| sql.matches("\"children\".\"id\" IN (SELECT \"children\".\"id\"").count();
    let listed: Vec<&String> = asked.iter().filter(|sql| lists(sql) > sql.matches(" UNION ").count()).collect();
    assert!(listed.is_empty(), "{listed:#?}");
    let mut out_of_rows = Vec::new();
    // What stands in each row is read for those on the page alone.
    let is_told = |sql: &str| sql.contains("\"children\".\"id\" IN (?");
    let of_town: Vec<&String> = asked.iter().filter(|sql| sql.contains("town_code") && !is_told(sql)).collect();
    assert!(of_town.len() > 2, "{asked:#?}");
    for sql in of_town {
        let steps = ground.explained(sql).await;
        let by_town = steps.iter().filter(|step| step.contains("town_code>"));
        out_of_rows.extend(by_town.filter(|step| !step.contains("COVERING")).map(|step| format!("{step}\n    {sql}")));
    }
    assert!(out_of_rows.is_empty(), "{}", out_of_rows.join("\n"));
    store.close().await.unwrap();
}

/// Ten thousand spellings that begin alike, so that each pair in its turn is asked whose it is. On SQLite alone, as above.
#[tokio::test]
async fn whether_a_pair_is_of_somebody_called_so_is_one_step_and_no_pair_is_sorted() {
    let ground = Ground::sqlite();
    let store = ground.told().await;
    let spelled = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
                   SELECT 150825, 'child', 'zz' || i, randomblob(16) FROM n";
    ground.sql(&format!("INSERT INTO search_tokens (area_id, kind, token, person_id) {spelled}")).await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let ear = Ear::default();
    let is_of_pairs = |sql: &str| sql.contains("FROM \"pairs\"") && sql.contains("FROM \"search_tokens\"");
    let filter = PairFilter { search: Some("z".into()), ..PairFilter::default() };
    let listed = coordinator.pairs_sorted(&filter, PairColumn::Begun, true, &Turn::First);
    listed.with_subscriber(tracing_subscriber::registry().with(ear.clone())).await.unwrap();
    let asked: Vec<String> = ear.0.lock().unwrap().iter().filter(|sql| is_of_pairs(sql)).cloned().collect();
    let [sql] = asked.as_slice() else { panic!("{asked:#?}") };
    let steps = ground.explained(sql).await;
    let spelled = "USING COVERING INDEX ix_search_tokens_kind_person_id_token";
    assert!(steps.iter().any(|step| step.contains(spelled) && step.contains("token>?")), "{steps:#?}\n{sql}");
    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}\n{sql}");
    store.close().await.unwrap();
}

/// Whether a step of SQLite's plan reads every row that a county has in a long table.
fn reads_the_county(step: &str) -> bool {
    let table = step.strip_prefix("SEARCH ").and_then(|rest| rest.split_whitespace().next());
    table.is_some_and(|table| LONG.contains(&table)) && step.ends_with("(area_id=?)")
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
    assert!(reads_the_county("SEARCH stays USING INDEX sqlite_autoindex_stays_1 (area_id=?)"));
    assert!(!reads_the_county("SEARCH stays USING INDEX ix_stays_party_id (area_id=? AND party_id=?)"));
    assert!(!reads_the_county("SEARCH schools USING INDEX sqlite_autoindex_schools_1 (area_id=?)"));
}
