use naheya_domain::Role;
use naheya_domain::charge::{ChargeForm, Days, NewCharge};
use naheya_domain::follow_up::With;
use naheya_domain::id::{ChargeId, ChildId, StationId};
use naheya_domain::station::{StationDetails, StationForm};
use naheya_domain::viewer::Place;
use naheya_store::account::{AccountState, SetAccountState};
use naheya_store::area::{AddArea, CarryArea, RestoreArea, RetireArea};
use naheya_store::charge::{BeginCharge, ChangeCharge, EndCharge, ResumeCharge};
use naheya_store::child::{ChildFilter, ChildView, OpenFile};
use naheya_store::concern::RaiseConcern;
use naheya_store::demo::COUNTY as DEMO;
use naheya_store::follow_up::{FollowUpFilter, PlanFollowUp, WriteTalk};
use naheya_store::grid::{GridLine, NOWHERE};
use naheya_store::order::Turn;
use naheya_store::station::{ChangeStation, OpenStation};
use naheya_store::volunteer::VolunteerFilter;
use naheya_store::{Desk, Error, Store};

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;

on_both_engines![
    who_is_responsible_begins_and_ends_and_stays_on_record,
    nobody_is_responsible_twice_for_the_same,
    a_charge_that_somebody_else_changed_is_stale,
    coordinator_and_leader_keep_the_grid_and_nobody_else,
    a_child_director_sees_who_is_around_and_nobody_elsewhere,
    a_place_outside_the_county_or_merged_away_takes_nobody,
    a_station_opens_and_closes_and_has_its_keeper,
    whose_charge_is_a_station_is_not_responsible_for_its_area,
    whose_account_was_closed_is_responsible_for_nothing_any_more,
    a_place_that_was_merged_away_stands_while_a_station_is_open_in_it,
    a_gacha_stands_again_only_in_a_town_that_stands,
    what_names_a_merged_town_goes_over_to_whoever_is_responsible_for_the_new_one,
    what_names_an_area_that_stands_stays,
    whoever_looked_after_a_merged_place_is_shown_what_took_its_place,
    every_number_of_the_overview_is_that_of_its_list,
    the_own_area_is_where_one_is_responsible_today,
    a_round_shows_who_waits_and_lets_go_who_was_seen,
    a_file_without_a_phone_or_long_not_confirmed_waits,
    a_talk_that_nobody_planned_takes_the_place_of_the_one_that_was_due,
];

const TOWN: &str = "150825100";
const OTHER: &str = "150825101";

fn charge(duty: &str, name: &str) -> BeginCharge {
    let form = ChargeForm { duty, name, phone: "19900000001", from_on: "2026-09-01", ..ChargeForm::default() };
    BeginCharge { town_code: TOWN.into(), new: NewCharge::parse(&form).unwrap() }
}

fn line(lines: &[GridLine], code: &str) -> GridLine {
    lines.iter().find(|line| line.area.code == code).cloned().unwrap()
}

async fn child_in(store: &Store, name: &str, town: &str) -> ChildId {
    let mut of = details(name);
    of.town_code = Some(town.to_owned());
    system(store).save(OpenFile { details: of }).await.unwrap()
}

async fn office(store: &Store) -> Desk {
    desk_as(store, Role::Coordinator, Place::County).await
}

async fn director(store: &Store) -> Desk {
    desk_as(store, Role::TownWorker, Place::Town(TOWN.into())).await
}

async fn who_is_responsible_begins_and_ends_and_stays_on_record(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    assert!(line(&desk.grid().await.unwrap().lines, TOWN).is_gap());
    let id = desk.save(charge("child_director", "示例乌兰")).await.unwrap();
    let kept = desk.charge(id).await.unwrap();
    assert_eq!((kept.name.as_str(), kept.phone.as_deref(), kept.version), ("示例乌兰", Some("19900000001"), 1));
    let town = line(&desk.grid().await.unwrap().lines, TOWN);
    assert!(!town.is_gap());
    assert_eq!(town.people[0].phone, None, "the overview shows no phone");
    desk.save(EndCharge { charge: id, version: 1 }).await.unwrap();
    assert_eq!(desk.charge(id).await.unwrap().days.to, Some(NOW.date()), "today is the last day");
    desk.save(ResumeCharge { charge: id, to: None }).await.unwrap();
    desk.save(EndCharge { charge: id, version: 3 }).await.unwrap();
    let tomorrow = store.as_system(naheya_store::SystemTask::Demo, COUNTY, NOW.plus_minutes(24 * 60));
    assert!(line(&tomorrow.grid().await.unwrap().lines, TOWN).is_gap());
    assert_eq!(tomorrow.save(EndCharge { charge: id, version: 4 }).await, Err(Error::refused("charge.over")));
    assert_eq!(tomorrow.charges(TOWN).await.unwrap().len(), 1, "history stays");
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn nobody_is_responsible_twice_for_the_same(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    let id = desk.save(charge("child_director", "示例乌兰")).await.unwrap();
    let again = desk.save(charge("child_director", "示例乌兰")).await;
    assert_eq!(again, Err(Error::field("from_on", "charge.already")));
    desk.save(charge("grid_worker", "示例乌兰")).await.unwrap();
    desk.save(charge("child_director", "样例图雅")).await.unwrap();
    desk.save(EndCharge { charge: id, version: 1 }).await.unwrap();
    let mut later = charge("child_director", "示例乌兰");
    later.new.days.from = NOW.date().tomorrow().unwrap();
    desk.save(later).await.unwrap();
    let back = desk.save(ResumeCharge { charge: id, to: None }).await;
    assert_eq!(back, Err(Error::field("from_on", "charge.already")));
    store.close().await.unwrap();
}

async fn a_charge_that_somebody_else_changed_is_stale(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    let id = desk.save(charge("child_director", "示例乌兰")).await.unwrap();
    let days = Days { from: "2026-09-01".parse().unwrap(), to: None };
    let change = |version, phone: &str| ChangeCharge { charge: id, version, phone: phone.into(), days };
    desk.save(change(1, "0478-5550003")).await.unwrap();
    assert_eq!(desk.charge(id).await.unwrap().phone.as_deref(), Some("0478-5550003"));
    assert_eq!(desk.save(change(1, "0478-5550004")).await, Err(Error::Stale));
    assert_eq!(desk.save(EndCharge { charge: id, version: 1 }).await, Err(Error::Stale));
    assert_eq!(desk.save(change(2, "")).await, Err(Error::field("phone", "required.missing")));
    desk.save(change(2, "0478-5550003")).await.unwrap();
    assert_eq!(desk.charge(id).await.unwrap().version, 2, "nothing changed, nothing is written");
    store.close().await.unwrap();
}

async fn coordinator_and_leader_keep_the_grid_and_nobody_else(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let id = leader.save(charge("child_director", "示例乌兰")).await.unwrap();
    let director = director(&store).await;
    assert_eq!(director.save(charge("grid_worker", "样例图雅")).await, Err(Error::Forbidden));
    assert_eq!(director.save(EndCharge { charge: id, version: 1 }).await, Err(Error::Forbidden));
    assert_eq!(director.grid().await, Err(Error::Forbidden));
    let absent = ChargeId::new();
    assert_eq!(leader.save(EndCharge { charge: absent, version: 1 }).await, Err(Error::NotFound));
    store.close().await.unwrap();
}

async fn a_child_director_sees_who_is_around_and_nobody_elsewhere(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    let gacha = desk.save(AddArea { parent: TOWN.into(), name: "样例嘎查".into(), code: String::new() }).await.unwrap();
    let in_town = desk.save(charge("child_supervisor", "示例高娃")).await.unwrap();
    let there = |code: &str| BeginCharge { town_code: code.into(), ..charge("child_director", "示例乌兰") };
    let in_gacha = desk.save(there(&gacha)).await.unwrap();
    let elsewhere = desk.save(there(OTHER)).await.unwrap();
    let of_gacha = desk_as(&store, Role::TownWorker, Place::Town(gacha)).await;
    let seen: Vec<ChargeId> = of_gacha.in_charge_today().await.unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(seen, [in_town, in_gacha]);
    assert!(of_gacha.in_charge_today().await.unwrap().iter().all(|one| one.phone.is_some()));
    assert_eq!(of_gacha.charge(elsewhere).await, Err(Error::NotFound));
    for role in [Role::ItAdmin, Role::Auditor] {
        let other = desk_as(&store, role, Place::County).await;
        assert_eq!(other.charge(in_town).await, Err(Error::NotFound));
    }
    store.close().await.unwrap();
}

async fn a_place_outside_the_county_or_merged_away_takes_nobody(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    for code in ["150824100", "150825", "x", ""] {
        let foreign = BeginCharge { town_code: code.into(), ..charge("child_director", "示例乌兰") };
        assert_eq!(desk.save(foreign).await, Err(Error::NotFound), "{code}");
    }
    desk.save(RetireArea { code: TOWN.into(), into: OTHER.into() }).await.unwrap();
    assert_eq!(desk.save(charge("child_director", "示例乌兰")).await, Err(Error::refused("area.retired")));
    assert!(!desk.grid().await.unwrap().lines.iter().any(|line| line.area.code == TOWN), "nothing names it any more");
    store.close().await.unwrap();
}

async fn a_station_opens_and_closes_and_has_its_keeper(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    let form =
        StationForm { kind: "gacha_room", name: "示例活动室", from_on: "2026-01-01", ..StationForm::default() };
    let details = StationDetails::parse(&form).unwrap();
    let id = desk.save(OpenStation { town_code: TOWN.into(), details: details.clone() }).await.unwrap();
    let text = id.to_string();
    let keeper = ChargeForm {
        duty: "station_keeper",
        name: "范例红梅",
        phone: "19900000002",
        station: &text,
        from_on: "2026-09-01",
        ..ChargeForm::default()
    };
    let new = NewCharge::parse(&keeper).unwrap();
    let elsewhere = BeginCharge { town_code: OTHER.into(), new: new.clone() };
    assert_eq!(desk.save(elsewhere).await, Err(Error::field("station", "town.unknown")));
    desk.save(BeginCharge { town_code: TOWN.into(), new }).await.unwrap();
    let town = line(&desk.grid().await.unwrap().lines, TOWN);
    assert_eq!((town.stations.len(), town.people.len()), (1, 1));
    assert!(town.is_gap(), "who keeps a station is not responsible for the town");
    let mut closed = details;
    closed.days.to = Some("2026-11-19".parse().unwrap());
    desk.save(ChangeStation { station: id, version: 1, details: closed.clone() }).await.unwrap();
    let stale = ChangeStation { station: id, version: 1, details: closed };
    assert_eq!(desk.save(stale).await, Err(Error::Stale));
    assert!(line(&desk.grid().await.unwrap().lines, TOWN).stations.is_empty());
    assert_eq!(desk.stations(TOWN).await.unwrap().len(), 1, "closed, never taken away");
    assert_eq!(desk.in_charge_today().await.unwrap(), [], "nobody is sent to its keeper");
    assert!(desk.charges(TOWN).await.unwrap()[0].closed, "the office still reads who it was");
    store.close().await.unwrap();
}

async fn station_in(desk: &Desk, code: &str) -> String {
    let form =
        StationForm { kind: "gacha_room", name: "示例活动室", from_on: "2026-01-01", ..StationForm::default() };
    let details = StationDetails::parse(&form).unwrap();
    desk.save(OpenStation { town_code: code.into(), details }).await.unwrap().to_string()
}

async fn gacha(desk: &Desk, name: &str, town: &str) -> String {
    desk.save(AddArea { parent: town.into(), name: name.into(), code: String::new() }).await.unwrap()
}

async fn whose_charge_is_a_station_is_not_responsible_for_its_area(ground: Ground) {
    let store = ground.store().await;
    let (office, director) = (office(&store).await, director(&store).await);
    let inside = gacha(&office, "样例嘎查", TOWN).await;
    let station = station_in(&office, &inside).await;
    let account = director.viewer().account.to_string();
    let form = ChargeForm {
        duty: "grid_worker",
        account: &account,
        station: &station,
        from_on: "2026-09-01",
        ..ChargeForm::default()
    };
    office.save(BeginCharge { town_code: inside.clone(), new: NewCharge::parse(&form).unwrap() }).await.unwrap();
    assert!(line(&office.grid().await.unwrap().lines, &inside).is_gap(), "whatever the duty is called");
    assert_eq!(director.own_areas().await.unwrap(), [], "her round is her town's, not the gacha's alone");
    store.close().await.unwrap();
}

async fn whose_account_was_closed_is_responsible_for_nothing_any_more(ground: Ground) {
    let store = ground.store().await;
    let (office, director) = (office(&store).await, director(&store).await);
    let account = director.viewer().account;
    let text = account.to_string();
    let form = ChargeForm { duty: "child_director", account: &text, from_on: "2026-09-01", ..ChargeForm::default() };
    let new = NewCharge::parse(&form).unwrap();
    office.save(BeginCharge { town_code: TOWN.into(), new }).await.unwrap();
    assert!(!line(&office.grid().await.unwrap().lines, TOWN).is_gap());
    let version = system(&store).account(account).await.unwrap().version;
    let close = SetAccountState { account, state: AccountState::Closed, version };
    system(&store).save(close).await.unwrap();
    let town = line(&office.grid().await.unwrap().lines, TOWN);
    assert!(town.is_gap(), "she has left, and nobody took over");
    assert!(town.people[0].gone, "the office still reads who it was");
    assert_eq!(office.in_charge_today().await.unwrap(), [], "and nobody is sent to call her");
    store.close().await.unwrap();
}

async fn a_place_that_was_merged_away_stands_while_a_station_is_open_in_it(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    let (old, new) = (gacha(&desk, "样例嘎查", TOWN).await, gacha(&desk, "样例二嘎查", OTHER).await);
    station_in(&desk, &old).await;
    desk.save(RetireArea { code: old.clone(), into: new }).await.unwrap();
    assert_eq!(line(&desk.grid().await.unwrap().lines, &old).stations.len(), 1);
    desk.save(RetireArea { code: TOWN.into(), into: OTHER.into() }).await.unwrap();
    let lines = desk.grid().await.unwrap().lines;
    assert_eq!(line(&lines, &old).stations.len(), 1);
    assert!(!line(&lines, TOWN).is_gap(), "the town in which it is shown");
    store.close().await.unwrap();
}

async fn a_gacha_stands_again_only_in_a_town_that_stands(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    let (old, new) = (gacha(&desk, "样例嘎查", TOWN).await, gacha(&desk, "样例二嘎查", OTHER).await);
    desk.save(RetireArea { code: old.clone(), into: new }).await.unwrap();
    desk.save(RetireArea { code: TOWN.into(), into: OTHER.into() }).await.unwrap();
    let restore = |code: &str| RestoreArea { code: code.into() };
    assert_eq!(desk.save(restore(&old)).await, Err(Error::refused("area.town_gone")));
    desk.save(restore(TOWN)).await.unwrap();
    desk.save(restore(&old)).await.unwrap();
    store.close().await.unwrap();
}

async fn what_names_a_merged_town_goes_over_to_whoever_is_responsible_for_the_new_one(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    let (old, new) = (gacha(&desk, "样例嘎查", TOWN).await, gacha(&desk, "样例二嘎查", OTHER).await);
    let (in_town, in_gacha) = (child_in(&store, "白云朵", TOWN).await, child_in(&store, "安小草", &old).await);
    let station = station_in(&desk, &old).await;
    let newer = desk_as(&store, Role::TownWorker, Place::Town(OTHER.into())).await;
    desk.save(RetireArea { code: old.clone(), into: new.clone() }).await.unwrap();
    desk.save(RetireArea { code: TOWN.into(), into: OTHER.into() }).await.unwrap();
    assert_eq!(newer.count_children(&ChildFilter::default()).await.unwrap(), 0, "files keep the old code");
    assert!(line(&desk.grid().await.unwrap().lines, TOWN).is_left_behind());
    let left = desk.left_behind(TOWN).await.unwrap();
    assert_eq!((left.children, left.homes, left.places), (2, 0, 1));
    assert_eq!(newer.save(CarryArea { code: TOWN.into() }).await, Err(Error::Forbidden));
    assert_eq!(desk.save(CarryArea { code: TOWN.into() }).await, Ok(left));
    assert_eq!(newer.count_children(&ChildFilter::default()).await.unwrap(), 2);
    for (child, code) in [(in_town, OTHER), (in_gacha, new.as_str())] {
        let town = Some(code.to_owned());
        let there = ChildFilter { town, ..ChildFilter::default() };
        assert!(newer.count_children(&there).await.unwrap() > 0, "{child} went with its gacha");
    }
    assert_eq!(desk.station(StationId::parse(&station).unwrap()).await.unwrap().town_code, new);
    assert!(desk.left_behind(TOWN).await.unwrap().is_nothing());
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn what_names_an_area_that_stands_stays(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    child_in(&store, "白云朵", TOWN).await;
    assert_eq!(desk.save(CarryArea { code: TOWN.into() }).await, Err(Error::refused("area.stands")));
    assert_eq!(desk.save(CarryArea { code: "150825999".into() }).await, Err(Error::NotFound));
    assert!(desk.left_behind(TOWN).await.unwrap().is_nothing());
    store.close().await.unwrap();
}

async fn whoever_looked_after_a_merged_place_is_shown_what_took_its_place(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    let (old, new) = (gacha(&desk, "样例嘎查", TOWN).await, gacha(&desk, "样例二嘎查", TOWN).await);
    let director = director(&store).await;
    let me = director.viewer().account.to_string();
    let form = ChargeForm { duty: "child_director", account: &me, from_on: "2026-09-01", ..ChargeForm::default() };
    desk.save(BeginCharge { town_code: old.clone(), new: NewCharge::parse(&form).unwrap() }).await.unwrap();
    desk.save(RetireArea { code: old.clone(), into: new.clone() }).await.unwrap();
    let own = director.own_areas().await.unwrap();
    assert_eq!(own.into_iter().map(|(code, _)| code).collect::<Vec<_>>(), [old, new]);
    store.close().await.unwrap();
}

async fn every_number_of_the_overview_is_that_of_its_list(ground: Ground) {
    let store = ground.told().await;
    let desk = store.as_system(naheya_store::SystemTask::Demo, DEMO, NOW);
    desk.save(OpenFile { details: details("无地址") }).await.unwrap();
    let grid = desk.grid().await.unwrap();
    let codes = grid.lines.iter().map(|l| (l.area.code.clone(), l.counts)).chain([(NOWHERE.into(), grid.nowhere)]);
    let mut children = 0;
    for (code, counts) in codes {
        let town = Some(code.clone());
        let views = [
            (ChildView::Here, counts.children()),
            (ChildView::Paired, counts.paired),
            (ChildView::Waiting, counts.waiting),
            (ChildView::Applying, counts.applying),
            (ChildView::Paused, counts.paused),
        ];
        for (view, number) in views {
            let filter = ChildFilter { view, town: town.clone(), ..ChildFilter::default() };
            let listed = desk.count_children(&filter).await.unwrap();
            assert_eq!(i64::try_from(listed).unwrap(), number, "{code} {view:?}");
        }
        let approved = Some(naheya_domain::volunteer::VolunteerState::Approved);
        let filter = VolunteerFilter { state: approved, town: town.clone(), ..VolunteerFilter::default() };
        let listed = desk.count_volunteers(&filter).await.unwrap();
        assert_eq!(i64::try_from(listed).unwrap(), counts.volunteers, "{code}");
        let late = desk
            .follow_ups_found(&FollowUpFilter { town, late: true, ..FollowUpFilter::default() }, 500)
            .await
            .unwrap();
        assert_eq!(i64::try_from(late.len()).unwrap(), counts.late, "{code}");
        children += counts.children();
    }
    assert_eq!((children, grid.nowhere.children()), (grid.all.children(), 1));
    let gaps = grid.lines.iter().filter(|line| line.is_gap()).count();
    assert_eq!((gaps, grid.lines.iter().map(|line| line.stations.len()).sum::<usize>()), (1, 3), "as the story has it");
    store.close().await.unwrap();
}

async fn the_own_area_is_where_one_is_responsible_today(ground: Ground) {
    let store = ground.store().await;
    let desk = office(&store).await;
    child_in(&store, "安小草", TOWN).await;
    child_in(&store, "白云朵", OTHER).await;
    assert_eq!(desk.own_areas().await.unwrap(), []);
    let me = desk.viewer().account.to_string();
    let form = ChargeForm { duty: "grid_worker", account: &me, from_on: "2026-09-01", ..ChargeForm::default() };
    let act = BeginCharge { town_code: TOWN.into(), new: NewCharge::parse(&form).unwrap() };
    let id = desk.save(act).await.unwrap();
    let own = desk.own_areas().await.unwrap();
    assert_eq!(own.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), [TOWN]);
    let areas = own.into_iter().map(|(code, _)| code).collect();
    let (rows, _) = desk.children(&ChildFilter { areas, ..ChildFilter::default() }).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["安小草"]);
    let before = Days { from: "2026-09-01".parse().unwrap(), to: Some("2026-11-19".parse().unwrap()) };
    desk.save(ChangeCharge { charge: id, version: 1, phone: String::new(), days: before }).await.unwrap();
    assert_eq!(desk.own_areas().await.unwrap(), []);
    let stranger = ChargeForm { account: "0190a6e0-0000-7000-8000-000000000000", ..form };
    let act = BeginCharge { town_code: TOWN.into(), new: NewCharge::parse(&stranger).unwrap() };
    assert_eq!(desk.save(act).await, Err(Error::field("account", "town.unknown")));
    store.close().await.unwrap();
}

fn talk(child: ChildId, with: &str) -> WriteTalk {
    let answers = ["睡得好".into(), String::new(), String::new(), String::new(), String::new()];
    WriteTalk { child, with: with.into(), way: "visit".into(), alone: "yes".into(), answers }
}

fn names(all: &[naheya_store::visit::VisitChild]) -> Vec<&str> {
    all.iter().map(|child| child.row.name.as_str()).collect()
}

async fn a_round_shows_who_waits_and_lets_go_who_was_seen(ground: Ground) {
    let store = ground.store().await;
    let (desk, director) = (office(&store).await, director(&store).await);
    let mut kids = Vec::new();
    for name in ["安小草", "白云朵", "石小榴"] {
        kids.push(child_in(&store, name, TOWN).await);
    }
    let far = child_in(&store, "那小河", OTHER).await;
    for (child, minutes) in [(kids[0], 60), (kids[1], 3 * 24 * 60), (kids[2], 30 * 24 * 60), (far, 60)] {
        let due_at = NOW.plus_minutes(minutes);
        desk.save(PlanFollowUp { child, with: With::Child, due_at }).await.unwrap();
    }
    let round = async || director.visits(&[], naheya_domain::Timestamp(0), &Turn::First).await.unwrap();
    let (waits, phones) = {
        let all = round().await;
        let talks: Vec<&str> = names(&all.due).into_iter().filter(|name| *name != "石小榴").collect();
        (talks.into_iter().map(str::to_owned).collect::<Vec<_>>(), all.due.iter().filter(|c| c.call.is_some()).count())
    };
    assert_eq!((waits, phones), (vec!["安小草".to_owned(), "白云朵".to_owned()], 0));
    director.save(talk(kids[0], "child")).await.unwrap();
    let worry = naheya_domain::concern::ConcernForm { words: "胳膊上有伤", ..Default::default() };
    let said = naheya_domain::concern::NewConcern::parse(&worry).unwrap();
    director.save(RaiseConcern { said: said.clone(), child: Some(kids[1]) }).await.unwrap();
    let all = round().await;
    assert_eq!(names(&all.seen), ["安小草", "白云朵"]);
    assert!(!names(&all.due).contains(&"白云朵"));
    // What one person said does not show on another's page.
    let colleague = desk_as(&store, Role::TownWorker, Place::Town(TOWN.into())).await;
    let theirs = colleague.visits(&[], naheya_domain::Timestamp(0), &Turn::First).await.unwrap();
    assert!(theirs.seen.is_empty());
    assert!(names(&theirs.due).contains(&"白云朵"));
    assert_eq!(director.save(talk(far, "child")).await, Err(Error::NotFound), "not hers");
    store.close().await.unwrap();
}

async fn a_file_without_a_phone_or_long_not_confirmed_waits(ground: Ground) {
    use naheya_domain::guardian::{GuardianDetails, GuardianForm};
    use naheya_store::child::ConfirmFile;
    use naheya_store::guardian::AddGuardian;
    use naheya_store::visit::Lack;
    let store = ground.store().await;
    let (desk, director) = (office(&store).await, director(&store).await);
    let child = child_in(&store, "安小草", TOWN).await;
    let lacks = async || {
        let all = director.visits(&[], NOW.plus_minutes(-1), &Turn::First).await.unwrap();
        all.due.iter().flat_map(|child| child.lacks.clone()).collect::<Vec<_>>()
    };
    assert!(lacks().await.contains(&Lack::Phone));
    let adult = |name, phone, blocked| {
        let form =
            GuardianForm { name, relation: "52", phone, blocked, blocked_reason: "示例", ..Default::default() };
        AddGuardian { child, details: GuardianDetails::parse(&form).unwrap() }
    };
    desk.save(adult("示例", "19900000009", true)).await.unwrap();
    assert!(lacks().await.contains(&Lack::Phone), "who is kept away is not called");
    desk.save(adult("示例妈妈", "19900000008", false)).await.unwrap();
    desk.save(ConfirmFile { child }).await.unwrap();
    let all = director.visits(&[], NOW.plus_minutes(-1), &Turn::First).await.unwrap();
    assert!(all.due.is_empty());
    assert_eq!(all.others.rows[0].call.as_ref().map(|call| call.phone.as_str()), Some("19900000008"));
    let looks = director.child_trail(child).await.unwrap();
    assert!(looks.iter().any(|look| look.act == "look" && look.fields == "work,personal"), "a phone is a look");
    store.close().await.unwrap();
}

async fn a_talk_that_nobody_planned_takes_the_place_of_the_one_that_was_due(ground: Ground) {
    let store = ground.store().await;
    let (desk, director) = (office(&store).await, director(&store).await);
    let child = child_in(&store, "安小草", TOWN).await;
    desk.save(PlanFollowUp { child, with: With::Guardian, due_at: NOW.plus_minutes(60) }).await.unwrap();
    director.save(talk(child, "guardian")).await.unwrap();
    assert_eq!(desk.follow_up_book(child).await.unwrap().len(), 1);
    assert_eq!(desk.follow_ups_due(10).await.unwrap(), []);
    director.save(talk(child, "guardian")).await.unwrap();
    assert_eq!(desk.follow_up_book(child).await.unwrap().len(), 2);
    let beside = WriteTalk { alone: "no".into(), ..talk(child, "child") };
    assert_eq!(director.save(beside).await, Err(Error::field("alone", "follow_up.not_alone")));
    assert_eq!(desk.follow_up_book(child).await.unwrap().len(), 2, "nothing half done stays");
    assert_eq!(director.save(talk(child, "nobody")).await, Err(Error::field("with", "required.missing")));
    store.close().await.unwrap();
}
