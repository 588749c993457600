//! How much a page asks: as much for many rows as for one, and nothing that it does not show.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use naheya_domain::Role;
use naheya_domain::check::CheckKind;
use naheya_domain::id::StayId;
use naheya_domain::merge::MergeKind;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::VolunteerState;
use naheya_store::account::{AccountView, AddAccount, AddGrant, MOST_SORTED};
use naheya_store::child::{ChildColumn, ChildFilter, ChildView};
use naheya_store::custody::Witness;
use naheya_store::order::{Mark, Turn};
use naheya_store::pair::{PairColumn, PairFilter};
use naheya_store::stay::{
    ApproveStay, CloseLate, ConfirmReturn, Outcome, ReleaseProof, ReleaseStay, StayFilter, StayView,
};
use naheya_store::volunteer::{VolunteerColumn, VolunteerFilter};
use naheya_store::{Desk, Error, SystemTask};
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::merge_volunteer::double;
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, child_of, story};

on_both_engines![
    many_doubles_ask_as_much_as_one,
    many_doubles_of_volunteers_ask_as_much_as_one,
    a_table_of_checks_reads_only_what_it_asks_about,
    a_list_of_children_is_one_question,
    the_first_page_of_a_search_looks_up_nobodys_other_spellings,
    a_list_of_volunteers_reads_only_what_it_shows,
    a_search_among_pairs_looks_each_of_them_up_once,
    who_may_take_a_child_is_looked_for_once_for_the_list_and_its_number,
    the_tabs_of_accounts_are_counted_in_one_question,
    the_names_of_some_classes_are_one_question_and_of_none_is_none,
    very_many_accounts_are_sorted_once_for_all_their_pages,
    the_figures_read_the_pairs_once,
    the_requests_of_a_weekend_read_one_link_of_each_child_and_no_class_but_theirs,
    a_schools_board_is_counted_as_it_is_read_and_reads_of_nobody_calm_whom_to_call,
    who_was_told_of_whom_is_read_once_for_all_who_look,
    who_is_to_be_told_by_hand_is_counted_without_a_look_at_the_weekends,
    what_the_day_shows_beside_its_weekends_is_asked_again_only_after_a_change,
];

/// Keeps every question, in the order in which they were asked.
#[derive(Clone, Default)]
pub struct Ear(pub Arc<Mutex<Vec<String>>>);

struct Words<'a>(&'a Ear);

impl Visit for Words<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "sql" {
            self.0.0.lock().unwrap().push(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

impl<S: Subscriber> Layer<S> for Ear {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // What took long is said a second time, as a warning.
        if metadata.target() == "naheya_store::question" && *metadata.level() == tracing::Level::TRACE {
            event.record(&mut Words(self));
        }
    }
}

/// What was answered, and the questions that this took.
async fn heard<T>(work: impl Future<Output = Result<T, Error>>) -> (T, Vec<String>) {
    // With one listener alive, what other tests say first is taken for what nobody ever listens to.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let ear = Ear::default();
    let answer = work.with_subscriber(tracing_subscriber::registry().with(ear.clone())).await.unwrap();
    let asked = ear.0.lock().unwrap().clone();
    (answer, asked)
}

/// How many pairs the page of doubles shows, and what it asks for them.
async fn doubles(desk: &Desk, kind: MergeKind) -> (usize, Vec<String>) {
    let ((found, _), asked) = heard(desk.suspects(kind)).await;
    (found.len(), asked)
}

async fn many_doubles_ask_as_much_as_one(ground: Ground) {
    let s = story(&ground).await;
    let another = async |s: &Story| child_of(&s.store, "安小草", s.school, s.class).await;
    another(&s).await;
    let (one, asked) = doubles(&s.coordinator, MergeKind::Child).await;
    another(&s).await;
    another(&s).await;
    let (many, asked_for_many) = doubles(&s.coordinator, MergeKind::Child).await;
    assert_eq!((one, many), (1, 6));
    assert_eq!(asked_for_many.len(), asked.len(), "{asked_for_many:#?}");
    s.store.close().await.unwrap();
}

async fn many_doubles_of_volunteers_ask_as_much_as_one(ground: Ground) {
    let s = story(&ground).await;
    double(&s).await;
    let (one, asked) = doubles(&s.coordinator, MergeKind::Volunteer).await;
    double(&s).await;
    double(&s).await;
    let (many, asked_for_many) = doubles(&s.coordinator, MergeKind::Volunteer).await;
    assert_eq!((one, many), (1, 6));
    assert_eq!(asked_for_many.len(), asked.len(), "{asked_for_many:#?}");
    s.store.close().await.unwrap();
}

async fn a_table_of_checks_reads_only_what_it_asks_about(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let asked = async |kind| heard(office.check_candidates(kind, None, None, |_| true)).await;
    let people = |asked: &[String]| asked.iter().filter(|sql| sql.contains("household_members")).count();
    let ((of_volunteers, _), asked_of_volunteers) = asked(CheckKind::Training).await;
    let ((of_adults, _), asked_of_adults) = asked(CheckKind::NoOffence).await;
    assert!(of_adults.len() > of_volunteers.len() && !of_volunteers.is_empty(), "more adults than volunteers");
    assert_eq!((people(&asked_of_volunteers), people(&asked_of_adults)), (0, 1));
    let of_one_kind = |sql: &&String| sql.contains("\"checks\"") && !sql.contains("\"kind\" IN ('no_offence')");
    let of_any: Vec<&String> = asked_of_adults.iter().filter(of_one_kind).collect();
    assert!(of_any.is_empty(), "{of_any:#?}");
    store.close().await.unwrap();
}

async fn a_list_of_children_is_one_question(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    for view in [ChildView::Here, ChildView::Paired, ChildView::Waiting] {
        let filter = ChildFilter { view, ..ChildFilter::default() };
        let (page, asked) = heard(office.children_sorted(&filter, ChildColumn::Name, false, &Turn::First)).await;
        assert!(!page.rows.is_empty() && asked.len() == 1, "{view:?}: {asked:#?}");
    }
    store.close().await.unwrap();
}

async fn the_first_page_of_a_search_looks_up_nobodys_other_spellings(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let filter = ChildFilter { view: ChildView::Here, search: Some("s".into()), ..ChildFilter::default() };
    let page = async |turn: Turn| heard(office.children_sorted(&filter, ChildColumn::Name, false, &turn)).await;
    let looks_up = |asked: &[String]| asked.iter().any(|sql| sql.contains("\"other\""));
    let (first, asked) = page(Turn::First).await;
    assert!(!looks_up(&asked), "{asked:#?}");
    let last = first.rows.last().unwrap().id.0;
    assert!(
        looks_up(&page(Turn::After(Mark { key: None, id: last })).await.1),
        "where it goes on there is no other way"
    );
    store.close().await.unwrap();
}

async fn a_search_among_pairs_looks_each_of_them_up_once(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let filter = PairFilter { search: Some("s".into()), ..PairFilter::default() };
    let (page, asked) = heard(office.pairs_sorted(&filter, PairColumn::Begun, true, &Turn::First)).await;
    assert_eq!(page.rows.len(), 50, "of a usual letter there are more than a page");
    // Whether the last count still holds a server is asked once in a request, for whatever is remembered there.
    let asked: Vec<String> = asked.into_iter().filter(|sql| !sql.contains("audit_heads")).collect();
    assert_eq!(asked.len(), 6, "how many, by child, by volunteer, the page, names of both: {asked:#?}");
    let again: Vec<&String> = asked.iter().filter(|sql| sql.contains("\"pairs\".\"id\" IN (SELECT")).collect();
    assert!(again.is_empty(), "{again:#?}");
    store.close().await.unwrap();
}

async fn a_list_of_volunteers_reads_only_what_it_shows(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let approved = VolunteerFilter { state: Some(VolunteerState::Approved), ..VolunteerFilter::default() };
    let (page, asked) = heard(office.volunteers_sorted(&approved, VolunteerColumn::Name, false, &Turn::First)).await;
    assert_eq!(asked.len(), 4, "herself, people, checks, and home, pairs and hours in one: {asked:#?}");
    let kinds = "IN ('home_visit', 'training', 'agreement', 'insurance', 'no_offence')";
    assert!(asked.iter().any(|sql| sql.contains("\"checks\"") && sql.contains(kinds)), "{asked:#?}");
    for row in page.rows.iter().take(20) {
        let file = office.volunteer(row.id).await.unwrap();
        let credited = |counts: fn(i16) -> bool| -> i64 {
            file.years.iter().filter(|year| counts(year.year)).map(|year| year.minutes).sum()
        };
        let this_year = credited(|year| year == NOW.date().year());
        assert_eq!((row.taken, row.minutes), (file.home.taken, credited(|_| true)), "{}", row.name);
        assert_eq!(row.minutes_this_year, this_year, "{}", row.name);
    }
    assert!(page.rows.iter().any(|row| row.taken > 0 && (1..row.minutes).contains(&row.minutes_this_year)));
    store.close().await.unwrap();
}

async fn who_may_take_a_child_is_looked_for_once_for_the_list_and_its_number(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let free = VolunteerFilter { places_free: true, ..VolunteerFilter::default() };
    let list = async {
        let page = office.volunteers_sorted(&free, VolunteerColumn::Name, false, &Turn::First).await?;
        Ok((office.count_volunteers(&free).await?, page.rows.len()))
    };
    let ((counted, listed), asked) = heard(list).await;
    assert_eq!((counted > 50, listed), (true, 50), "more than one page");
    let looked_for: Vec<&String> = asked.iter().filter(|sql| sql.contains("HAVING")).collect();
    assert_eq!(looked_for.len(), 1, "{looked_for:#?}");
    store.close().await.unwrap();
}

async fn the_tabs_of_accounts_are_counted_in_one_question(ground: Ground) {
    let store = ground.told().await;
    let keeper = desk_as(&store, Role::ItAdmin, Place::County).await;
    let (counts, asked) = heard(keeper.account_counts()).await;
    assert!(counts.iter().take(3).all(|(_, n)| *n > 0), "{counts:?}");
    let of_accounts: Vec<&String> = asked.iter().filter(|sql| sql.contains("\"accounts\"")).collect();
    assert_eq!(of_accounts.len(), 1, "{of_accounts:#?}");
    for (view, n) in counts {
        let page = keeper.accounts(view, &Turn::First).await.unwrap();
        assert!(page.next.is_some() || page.rows.len() as u64 == n, "{view:?}");
    }
    store.close().await.unwrap();
}

async fn the_names_of_some_classes_are_one_question_and_of_none_is_none(ground: Ground) {
    let s = story(&ground).await;
    let (names, asked) = heard(s.coordinator.class_names(vec![s.class])).await;
    assert_eq!(names.iter().map(|(class, ..)| *class).collect::<Vec<_>>(), [s.class]);
    assert_eq!(asked.len(), 1, "{asked:#?}");
    let (names, asked) = heard(s.coordinator.class_names(Vec::new())).await;
    assert!(names.is_empty() && asked.is_empty(), "{asked:#?}");
    s.store.close().await.unwrap();
}

async fn very_many_accounts_are_sorted_once_for_all_their_pages(ground: Ground) {
    let store = ground.store().await;
    let (desk, view) = (system(&store), AccountView::Volunteers);
    let add = |n: u64| {
        let desk = &desk;
        let add = AddAccount { login: format!("gerel-{n}"), display_name: "样例".into(), language: String::new() };
        async move {
            let account = desk.save(add).await.unwrap();
            let (role, place) = (Role::Volunteer, Place::County);
            desk.save(AddGrant { account, role, place, from_on: NOW.date(), to_on: None }).await.unwrap();
        }
    };
    join_all((0..=MOST_SORTED).map(add)).await;
    let keeper = desk_as(&store, Role::ItAdmin, Place::County).await;
    let (mut listed, mut sorted, mut turn) = (Vec::new(), 0, Some(Turn::First));
    while let Some(here) = turn {
        let (page, asked) = heard(keeper.accounts_listed(view, &here)).await;
        sorted += asked.iter().filter(|sql| sql.contains("ORDER BY \"accounts\".\"display_name\"")).count();
        let (same, back) = (keeper.accounts(view, &here).await.unwrap(), page.previous.clone().map(Turn::Before));
        assert_eq!((&page.rows, page.next.as_ref()), (&same.rows, same.next.as_ref()));
        if let Some(back) = back {
            let (before, same) = (keeper.accounts_listed(view, &back).await, keeper.accounts(view, &back).await);
            assert_eq!(before.unwrap(), same.unwrap(), "the way back");
        }
        listed.extend(page.rows.into_iter().map(|row| row.id));
        turn = page.next.map(Turn::After);
    }
    assert_eq!((listed.len() as u64, sorted), (MOST_SORTED + 1, 1));
    store.close().await.unwrap();
}

async fn the_figures_read_the_pairs_once(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let (_, asked) = heard(office.figures(NOW.date())).await;
    let of_pairs: Vec<&String> = asked.iter().filter(|sql| sql.contains("WHERE \"pairs\".\"area_id\"")).collect();
    // And once for each child, to tell who was supported.
    assert_eq!(of_pairs.len(), 2, "{of_pairs:#?}");
    store.close().await.unwrap();
}

/// How many of these questions begin at a table.
fn about(asked: &[String], table: &str) -> usize {
    asked.iter().filter(|sql| sql.contains(&format!("FROM \"{table}\""))).count()
}

async fn the_requests_of_a_weekend_read_one_link_of_each_child_and_no_class_but_theirs(ground: Ground) {
    const DAY: i64 = 24 * 60;
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let (from, to) = (NOW.plus_minutes(-30 * DAY), NOW.plus_minutes(14 * DAY));
    let filter = StayFilter { view: StayView::All, from, to, after: None };
    let (page, asked) = heard(office.weekend(&filter, &Turn::First)).await;
    assert!(
        page.rows.windows(2).any(|rows| rows[0].child != rows[1].child),
        "one child alone is asked for in another way"
    );
    let one_by_one: Vec<&String> =
        asked.iter().filter(|sql| sql.contains("\"custody_events\"") && sql.contains(" OR ")).collect();
    assert!(one_by_one.is_empty(), "{one_by_one:#?}");
    let of_classes: Vec<&String> = asked.iter().filter(|sql| sql.contains("FROM \"classes\"")).collect();
    assert!(of_classes.iter().all(|sql| sql.contains("\"classes\".\"id\" IN (")), "{of_classes:#?}");
    let unasked = |sql: &&String| sql.contains("FROM \"checks\"") && !sql.contains("IN ('agreement', 'insurance'");
    let of_checks: Vec<&String> = asked.iter().filter(unasked).collect();
    assert!(of_checks.is_empty(), "{of_checks:#?}");
    store.close().await.unwrap();
}

async fn a_schools_board_is_counted_as_it_is_read_and_reads_of_nobody_calm_whom_to_call(ground: Ground) {
    let s = story(&ground).await;
    away(&s).await;
    let board = async |minutes| {
        let office = s.at(&s.coordinator, DUE.plus_minutes(minutes)).await;
        heard(office.whereabouts(Some(s.school), 500)).await
    };
    let (calm, asked) = board(-60).await;
    assert_eq!((calm.lines.len(), calm.names_all, calm.tally().away), (1, true, 1));
    assert_eq!((about(&asked, "stays"), about(&asked, "guardianships")), (5, 0), "{asked:#?}");
    let (late, asked) = board(20).await;
    assert_eq!((late.tally().late, about(&asked, "guardianships")), (1, 1), "{asked:#?}");
    assert!(late.lines[0].guardian.is_some());
    s.store.close().await.unwrap();
}

async fn who_was_told_of_whom_is_read_once_for_all_who_look(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let now = DUE.plus_minutes(20);
    s.store.as_system(SystemTask::Job, COUNTY, now).raise_alarms().await.unwrap();
    let other = desk_as(&s.store, Role::Coordinator, Place::County).await;
    let (office, other) = (s.at(&s.coordinator, now).await, s.at(&other, now).await);
    let looks = async { Ok((office.alarm_traces(&[stay]).await?, other.alarm_traces(&[stay]).await?)) };
    let ((one, two), asked) = heard(looks).await;
    assert_eq!((one[&stay].len(), &one), (3, &two));
    assert_eq!(about(&asked, "alarms"), 1, "{asked:#?}");
    s.store.close().await.unwrap();
}

async fn who_is_to_be_told_by_hand_is_counted_without_a_look_at_the_weekends(ground: Ground) {
    let s = story(&ground).await;
    away(&s).await;
    let now = DUE.plus_minutes(10);
    let clock = s.store.as_system(SystemTask::Job, COUNTY, now);
    clock.raise_alarms().await.unwrap();
    while clock.save(naheya_store::notice::ExpandLetters).await.unwrap() > 0 {}
    let office = s.at(&s.coordinator, now).await;
    let (untold, asked) = heard(office.count_untold()).await;
    assert_eq!((untold, about(&asked, "stays")), (1, 0), "{asked:#?}");
    s.store.close().await.unwrap();
}

async fn what_the_day_shows_beside_its_weekends_is_asked_again_only_after_a_change(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let office = &s.coordinator;
    let look = async || {
        let page = async {
            office.guardian_words(&[stay]).await?;
            office.said_no(&[stay]).await?;
            office.missing_holidays().await?;
            office.follow_ups_due(5).await
        };
        let (_, asked) = heard(page).await;
        // Whether something was changed is asked each time.
        asked.iter().filter(|sql| !sql.contains("audit_heads")).count()
    };
    assert!(look().await > 5);
    assert_eq!(look().await, 0);
    child_of(&s.store, "安小草", s.school, s.class).await;
    assert!(look().await > 5, "something was changed");
    s.store.close().await.unwrap();
}

/// A child that was let go to its weekend.
async fn away(s: &Story) -> StayId {
    let stay = s.approved().await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::by("sight") };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    stay
}

/// How much the acts of a weekend ask, each in the one writer of a county. On SQLite alone: there the writer asks on the
/// test's own thread, where it is heard.
#[tokio::test]
async fn an_act_of_a_weekend_asks_no_more_than_it_did() {
    let ground = Ground::sqlite();
    let s = story(&ground).await;
    let stay = s.asked().await;
    let (ear, mut before) = (Ear::default(), 0);
    let _heard = tracing::subscriber::set_default(tracing_subscriber::registry().with(ear.clone()));
    let mut asked = || {
        let all = ear.0.lock().unwrap().len();
        all - std::mem::replace(&mut before, all)
    };
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    let approving = asked();
    let (digits, gate) = (s.digits(stay).await, s.at(&s.teacher, FETCHED).await);
    asked();
    gate.try_code(&digits).await.unwrap();
    let trying = asked();
    let proof = ReleaseProof::Code(digits);
    gate.save(ReleaseStay { stays: vec![stay], proof, witness: Witness::by("sight") }).await.unwrap();
    let releasing = asked();
    let late = DUE.plus_minutes(70);
    s.store.as_system(SystemTask::Job, COUNTY, late).raise_alarms().await.unwrap();
    let (gate, office) = (s.at(&s.teacher, late).await, s.at(&s.coordinator, late).await);
    asked();
    gate.save(ConfirmReturn { stay, witness: Witness::by("sight") }).await.unwrap();
    let confirming = asked();
    let outcome = Outcome::Back;
    office.save(CloseLate { stay, outcome, guardian: None, reason: "堵车".into() }).await.unwrap();
    let closing = asked();
    let most = [("approving", approving, 40), ("a code", trying, 40), ("letting go", releasing, 60)];
    let most = most.into_iter().chain([("a return", confirming, 60), ("closing", closing, 60)]);
    let more: Vec<_> = most.filter(|(_, asked, most)| asked > most).collect();
    assert!(more.is_empty(), "{more:?} of {:?}", [approving, trying, releasing, confirming, closing]);
    s.store.close().await.unwrap();
}
