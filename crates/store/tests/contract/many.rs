//! More of something than one question or one page takes: nobody is left out.

use std::collections::BTreeSet;

use naheya_domain::check::{CheckDetails, CheckForm, CheckKind, Subject};
use naheya_domain::id::{ImportBatchId, StayId};
use naheya_domain::stay::ladder::{Ladder, Rung};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::check::{Candidate, CheckLine, EnterChecks, MOST_LINES};
use naheya_store::child::ChildFilter;
use naheya_store::custody::Witness;
use naheya_store::import::{Lines, PairLine};
use naheya_store::order::Turn;
use naheya_store::round::{MOST_ELIGIBLE, OpenRound, RoundDetails};
use naheya_store::stay::{ReleaseProof, ReleaseStay, StayFilter, StayView, WEEKEND_PAGE};
use naheya_store::volunteer::{MOST_EXPIRING, SignVolunteers, Signature, VolunteerFilter};
use naheya_store::{Desk, Location, SystemTask};
use uuid::Uuid;

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::story::{DUE, FETCHED, Story, literal, story};
use crate::{import, on_both_engines};

on_both_engines![
    a_weekend_of_more_requests_than_a_page_shows_each_of_them_on_one_page,
    more_than_five_hundred_families_late_at_once_are_told_each_once,
    homes_that_are_full_hide_none_that_has_a_place,
    the_checks_of_a_home_are_found_however_many_stand_before_it,
    who_is_searched_for_is_found_among_all_of_that_name,
    a_file_that_holds_not_all_term_plans_says_so_and_counts_none_that_is_over,
    who_is_meant_is_found_among_all_whose_checks_are_over,
];

/// Pages of a list that never ends would turn for ever.
const MOST_PAGES: usize = 10;

/// Numbers and ids for `n` copies of what is there.
async fn many(ground: &Ground, n: usize) {
    let id = match ground.location {
        Location::Folder(_) => "BLOB",
        Location::Postgres(_) => "uuid",
    };
    ground
        .sql(&format!(
            "CREATE TABLE many (n INTEGER, stay {id}, child {id}, guardian {id}, tie {id}, event {id}, link {id})"
        ))
        .await;
    let fresh = || literal(ground, Uuid::now_v7());
    let row = |n: usize| {
        let ids: Vec<String> = (0..6).map(|_| fresh()).collect();
        format!("({n}, {})", ids.join(", "))
    };
    let rows: Vec<String> = (0..n).map(row).collect();
    ground.sql(&format!("INSERT INTO many VALUES {}", rows.join(", "))).await;
}

/// For each row of [`many`] a copy of each row of `table`, with other words in some columns.
async fn copied(ground: &Ground, table: &str, other: &[(&str, &str)]) {
    let columns = match ground.location {
        Location::Folder(_) => format!("SELECT name FROM pragma_table_info('{table}')"),
        Location::Postgres(_) => format!(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}' \
             AND table_schema = current_schema() ORDER BY ordinal_position"
        ),
    };
    let columns = ground.texts(&columns).await;
    let value = |column: &String| {
        let word = other.iter().find(|(name, _)| name == column).map(|(_, word)| (*word).to_owned());
        word.unwrap_or_else(|| format!("t.{column}"))
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let (columns, values) = (columns.join(", "), values.join(", "));
    ground.sql(&format!("INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t, many m")).await;
}

/// The ids of the list's pages, first to last or, backwards, last to first.
async fn pages(s: &Story, filter: &StayFilter, is_back: bool, first: Turn) -> (Vec<Vec<StayId>>, Turn) {
    let (mut pages, mut turn) = (Vec::new(), first);
    while pages.len() < MOST_PAGES {
        let page = s.coordinator.weekend(filter, &turn).await.unwrap();
        pages.push(page.rows.iter().map(|line| line.id).collect());
        let next = if is_back { page.previous.map(Turn::Before) } else { page.next.map(Turn::After) };
        match next {
            Some(next) => turn = next,
            None => break,
        }
    }
    (pages, turn)
}

async fn a_weekend_of_more_requests_than_a_page_shows_each_of_them_on_one_page(ground: Ground) {
    let s = story(&ground).await;
    s.asked().await;
    let copies = 2 * WEEKEND_PAGE + 10;
    many(&ground, usize::try_from(copies).unwrap()).await;
    // Many begin in the same minute, as they do.
    let own = [("id", "m.stay"), ("party_id", "m.stay"), ("starts_at", "t.starts_at + m.n % 3")];
    copied(&ground, "stays", &own).await;
    let (from, to) = (FETCHED.plus_minutes(-60), FETCHED.plus_minutes(60));
    let filter = StayFilter { view: StayView::Waiting, from, to, after: None };
    let (forth, last) = pages(&s, &filter, false, Turn::First).await;
    assert_eq!(forth.iter().map(Vec::len).collect::<Vec<_>>(), [200, 200, 11]);
    let all: BTreeSet<StayId> = forth.iter().flatten().copied().collect();
    assert_eq!(all.len() as u64, copies + 1, "each stands on one page, and none on two");
    assert_eq!(s.coordinator.weekend_counts(from, to).await, Ok([copies + 1, 0, 0]));
    let (mut back, _) = pages(&s, &filter, true, last).await;
    back.reverse();
    assert_eq!(back, forth, "and turned back they are the same");
    s.store.close().await.unwrap();
}

async fn more_than_five_hundred_families_late_at_once_are_told_each_once(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    many(&ground, 520).await;
    copied(&ground, "children", &[("id", "m.child"), ("number", "CAST(m.n AS TEXT)"), ("id_no_bi", "NULL")]).await;
    copied(&ground, "guardians", &[("id", "m.guardian"), ("phone_bi", "NULL"), ("id_no_bi", "NULL")]).await;
    copied(&ground, "guardianships", &[("id", "m.tie"), ("child_id", "m.child"), ("guardian_id", "m.guardian")]).await;
    copied(&ground, "stays", &[("id", "m.stay"), ("party_id", "m.stay"), ("child_id", "m.child")]).await;
    copied(&ground, "custody_events", &[("id", "m.event"), ("child_id", "m.child"), ("stay_id", "m.stay")]).await;
    let raise = async |at: Timestamp| s.store.as_system(SystemTask::Job, COUNTY, at).raise_alarms().await;
    let minute = Ladder::default().rungs().iter().find(|(rung, _)| *rung == Rung::Guardian).unwrap().1;
    // Some were told already when the server went down.
    assert_eq!(raise(DUE).await, Ok(521));
    ground.sql(&format!("DELETE FROM alarms WHERE stay_id = {}", literal(&ground, stay.0))).await;
    ground.sql(&format!("DELETE FROM outbox WHERE ref_id = {}", literal(&ground, stay.0))).await;
    assert_eq!(raise(DUE.plus_minutes(minute)).await, Ok(522), "a family each, and the volunteer of the one");
    assert_eq!(raise(DUE.plus_minutes(minute)).await, Ok(0), "once");
    let letters = "FROM outbox WHERE kind = 'alarm.guardian'";
    assert_eq!(ground.texts(&format!("SELECT kind {letters}")).await.len(), 521);
    let people = format!("SELECT kind FROM (SELECT DISTINCT kind, person_id, ref_id {letters}) AS told");
    assert_eq!(ground.texts(&people).await.len(), 521, "everybody's own family");
    assert_eq!(ground.texts("SELECT kind FROM outbox WHERE kind = 'alarm.volunteer'").await.len(), 521);
    s.store.close().await.unwrap();
}

/// A name that stands before `赵样例`, another one for each number.
fn named(family: char, n: usize) -> String {
    format!("{family}{}", char::from_u32(0x4e00 + u32::try_from(n).unwrap()).unwrap())
}

fn row(n: usize) -> u32 {
    u32::try_from(n).unwrap() + 2
}

/// So many volunteers, and after them `赵样例`, as one import.
async fn volunteers(desk: &Desk, before: usize) -> ImportBatchId {
    let line = |n| import::volunteer(row(n), &named('王', n), &format!("138{n:08}"));
    let last = import::volunteer(row(before), "赵样例", "13900000012");
    import::import(desk, Lines::Volunteers((0..before).map(line).chain([last]).collect())).await.batch.unwrap()
}

async fn homes_that_are_full_hide_none_that_has_a_place(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let details = RoundDetails::parse("2026年秋季结对", "2026-11-28", "").unwrap();
    let round = desk.save(OpenRound { details }).await.unwrap();
    let full = MOST_ELIGIBLE + 1;
    let batch = volunteers(&desk, full).await;
    leader.save(SignVolunteers { what: Signature::Batch(batch) }).await.unwrap();
    let children = (0..full).map(|n| import::child(row(n), &named('李', n), "", "4(3)班")).collect();
    import::import(&desk, Lines::Children(children)).await;
    let pair = |n| import::pair(row(n), &named('王', n), &named('李', n), (2020, 9), None);
    let pairs = (0..full).map(|n| PairLine { volunteer_phone: None, ..pair(n) }).collect();
    assert_eq!(import::import(&desk, Lines::Pairs(pairs)).await.refused, 0);
    let eligible = desk.eligible(round).await.unwrap();
    assert_eq!(eligible.homes.iter().map(|h| h.name.as_str()).collect::<Vec<_>>(), ["赵样例"]);
    store.close().await.unwrap();
}

async fn who_is_searched_for_is_found_among_all_of_that_name(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let many = (0..130).map(|n| import::child(row(n), &named('李', n), "", "4(3)班"));
    let last = import::child(row(130), &named('李', 130), "", "5(1)班");
    import::import(&desk, Lines::Children(many.chain([last]).collect())).await;
    let schools = desk.schools().await.unwrap();
    let classes = || schools.iter().flat_map(|school| &school.classes);
    assert_eq!(classes().count(), 2);
    let mut numbers = Vec::new();
    for class in classes() {
        let filter = ChildFilter { search: Some("李".into()), class: Some(class.id), ..ChildFilter::default() };
        numbers.push(desk.count_children(&filter).await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 130], "the list narrows what was typed, not the first fifty of it");
    let filter = ChildFilter { search: Some("李".into()), ..ChildFilter::default() };
    assert_eq!(desk.count_children(&filter).await.unwrap(), 131);
    store.close().await.unwrap();
}

async fn who_is_meant_is_found_among_all_whose_checks_are_over(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let most = usize::try_from(MOST_EXPIRING).unwrap();
    let batch = volunteers(&desk, most).await;
    leader.save(SignVolunteers { what: Signature::Batch(batch) }).await.unwrap();
    let (homes, _) = desk.check_candidates(CheckKind::HomeVisit, None, None, |_| true).await.unwrap();
    assert_eq!(homes.len(), most + 1);
    let line = |home: &Candidate| {
        // Hers ends last: whatever is cut at the first two hundred is without her.
        let valid_until = if home.home.starts_with('赵') { "2026-01-02" } else { "2026-01-01" };
        let form = CheckForm { kind: "home_visit", outcome: "passed", done_on: "2025-01-02", valid_until, ..form() };
        CheckLine { subject: home.subject, details: CheckDetails::parse(&form, NOW.date()).unwrap(), second: None }
    };
    desk.save(EnterChecks { lines: homes.iter().map(line).collect() }).await.unwrap();
    let over = VolunteerFilter { expiring_by: NOW.date().yesterday().ok(), ..VolunteerFilter::default() };
    assert_eq!(desk.count_volunteers(&over).await.unwrap(), MOST_EXPIRING, "counted to an end");
    let hers = VolunteerFilter { search: Some("赵样例".into()), ..over };
    assert_eq!(desk.count_volunteers(&hers).await.unwrap(), 1);
    assert_eq!(desk.volunteers(&hers).await.unwrap().0[0].name, "赵样例");
    store.close().await.unwrap();
}

fn form() -> CheckForm<'static> {
    CheckForm { kind: "", outcome: "", done_on: "", number: "示例0310", valid_until: "", note: "" }
}

async fn the_checks_of_a_home_are_found_however_many_stand_before_it(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    volunteers(&desk, MOST_LINES).await;
    let found = VolunteerFilter { search: Some("zhaoyangli".into()), ..VolunteerFilter::default() };
    let last = desk.volunteers(&found).await.unwrap().0[0].id;
    let training = CheckKind::Training;
    let (first, next) = desk.check_candidates(training, None, None, |_| true).await.unwrap();
    assert_eq!(first.len(), MOST_LINES);
    assert!(first.iter().all(|one| one.subject != Subject::Volunteer(last.0)), "a table has an end");
    let (rest, end) = desk.check_candidates(training, None, next, |_| true).await.unwrap();
    assert_eq!(rest.iter().map(|one| one.subject).collect::<Vec<_>>(), [Subject::Volunteer(last.0)], "it goes on");
    assert_eq!((next.is_some(), end), (true, None));
    let home = desk.volunteer(last).await.unwrap().home.id;
    let (of_home, _) = desk.check_candidates(training, Some(home), None, |_| true).await.unwrap();
    assert_eq!(of_home, rest);
    let (wanted, _) = desk.check_candidates(training, None, None, |one| one.name == "赵样例").await.unwrap();
    assert_eq!(wanted, of_home, "what is wanted is looked for further down");
    store.close().await.unwrap();
}

/// Term plans of one weekend each, put in from outside, `days` from now.
async fn plans(s: &Story, ground: &Ground, n: usize, days: i64) {
    let starts = NOW.plus_minutes(days * 24 * 60).0;
    let id = |id| literal(ground, id);
    let (pair, child, carer) = (id(s.pair), id(s.child.0), id(s.carer.volunteer.0));
    let by = id(s.coordinator.viewer().account.0);
    let ids: Vec<Uuid> = (0..n).map(|_| Uuid::now_v7()).collect();
    for some in ids.chunks(1_000) {
        let plan = |one: &Uuid| {
            format!("(150825, {}, {pair}, {child}, {carer}, 'settled', 'office', {by}, {starts}, 1)", id(*one))
        };
        let rows = some.iter().map(plan).collect::<Vec<_>>().join(", ");
        let columns = "area_id, id, pair_id, child_id, volunteer_id, state, by_side, proposed_by, proposed_at, version";
        ground.sql(&format!("INSERT INTO term_plans ({columns}) VALUES {rows}")).await;
        let weekend = |one: &Uuid| {
            format!("(150825, {}, {}, {starts}, {}, 1)", id(Uuid::now_v7()), id(*one), starts + 48 * 3_600_000)
        };
        let rows = some.iter().map(weekend).collect::<Vec<_>>().join(", ");
        let columns = "area_id, id, plan_id, starts_at, ends_at, version";
        ground.sql(&format!("INSERT INTO term_weekends ({columns}) VALUES {rows}")).await;
    }
}

async fn a_file_that_holds_not_all_term_plans_says_so_and_counts_none_that_is_over(ground: Ground) {
    let s = story(&ground).await;
    plans(&s, &ground, 1, 7).await;
    plans(&s, &ground, 5_000, -70).await;
    let (rows, more) = s.coordinator.plans_out().await.unwrap();
    assert_eq!((rows.len(), more), (1, false), "what lies behind is left out of nothing");
    plans(&s, &ground, 5_000, 14).await;
    let (rows, more) = s.coordinator.plans_out().await.unwrap();
    assert_eq!((rows.len(), more), (5_000, true));
    s.store.close().await.unwrap();
}
