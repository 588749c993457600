//! Rosters into the register.
//!
//! Long because: three kinds of roster, what each leaves out and how it is taken back are one story.

use naheya_domain::calendar_date::CalendarDate;
use naheya_domain::category::Category;
use naheya_domain::child::{ChildDetails, ChildForm};
use naheya_domain::figure::{Figure, Shown};
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::relation::Relation;
use naheya_domain::stay::RunsFrom;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm, VolunteerState};
use naheya_domain::{Role, Timestamp};
use naheya_store::child::ChildFilter;
use naheya_store::concern::{LiftSuspension, NameInConcern, Suspend, TakeUpConcern};
use naheya_store::household::RaiseCapacity;
use naheya_store::import::{
    ChildLine, ChooseSchools, DropUpload, Fix, FixUpload, GuardianLine, ImportRoster, Imported, KeepUpload, LeftOut,
    Lines, PairLine, SchoolChoice, UNDO_DAYS, UndoImport, UnfixUpload, Uploaded, Verdict, VolunteerLine,
};
use naheya_store::order::Turn;
use naheya_store::pair::LapsePairs;
use naheya_store::purge::PurgeOld;
use naheya_store::stay::PassChild;
use naheya_store::volunteer::{SignVolunteers, Signature, VolunteerFilter};
use naheya_store::{Desk, Error, Location, Store, SystemTask};

use crate::concern::said;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::story;

on_both_engines![
    a_cell_put_right_twice_says_the_latter_and_the_file_stays_as_it_came,
    more_cells_than_a_page_is_for_are_put_right_elsewhere,
    the_same_children_twice_change_nothing_the_second_time,
    a_mother_with_two_numbers_in_one_file_keeps_both_and_the_second_time_changes_nothing,
    a_known_child_is_changed_by_what_the_roster_says_and_keeps_the_rest,
    an_identity_number_under_another_name_is_a_duplicate_also_across_counties,
    faults_stop_an_import_unless_good_rows_alone_were_asked_for,
    imported_volunteers_wait_for_a_leader_who_did_not_import_them,
    pairs_of_paper_are_found_and_overlaps_are_told,
    a_pair_that_paper_holds_is_taken_in_whether_or_not_its_home_has_a_place,
    a_pair_whose_paper_says_when_it_ends_ends_on_that_day,
    a_pair_that_has_begun_here_is_not_ended_by_a_paper,
    a_pair_that_has_ended_is_not_opened_again_by_a_later_end_on_paper,
    an_import_is_taken_back_and_whoever_was_used_since_stays,
    whoever_was_given_an_account_stays_when_an_import_is_taken_back,
    an_adult_who_was_given_an_account_stays_beside_the_child,
    an_adult_to_whom_the_child_was_given_stays_beside_it,
    a_roster_that_came_while_a_short_one_was_taken_in_is_still_to_be_looked_at,
    what_an_import_changed_is_put_back_unless_it_changed_again,
    a_number_and_an_adult_that_an_import_added_to_a_file_go_with_it,
    what_was_changed_of_volunteers_and_pairs_is_put_back_too,
    a_pair_that_an_import_closed_goes_on_when_it_is_taken_back,
    a_pair_that_an_import_closed_does_not_go_on_while_a_concern_stops_it,
    a_pair_of_paper_rests_while_a_concern_suspends_its_volunteer,
    a_pair_that_an_import_closed_does_not_go_on_in_a_home_that_filled_up,
    what_stood_in_changed_files_is_kept_sealed_for_seven_days,
    a_number_is_free_again_after_its_import_was_taken_back,
    a_mistyped_school_goes_with_its_import_unless_somebody_is_there,
    two_children_of_one_name_are_told_apart_by_number_and_stay_so,
    what_a_roster_says_of_boarding_needs_family_and_schooling_is_kept,
    thousands_of_children_come_in_with_one_act,
    rows_left_out_are_kept_while_the_import_can_be_taken_back,
    rows_left_out_are_a_colleagues_to_finish_and_nobodys_who_does_not_import,
    rows_left_out_go_with_an_import_that_is_taken_back,
    what_is_left_out_is_what_was_shown_or_nothing_is_written,
    a_school_that_is_meant_is_kept_with_the_upload,
];

/// A valid identity number of the sample county: birth date `yyyymmdd` and three digits.
pub fn number(birth: &str, serial: u32) -> String {
    let body = format!("150825{birth}{serial:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().zip(weights).map(|(c, w)| c.to_digit(10).unwrap() * w).sum();
    format!("{body}{}", "10X98765432".chars().nth((sum % 11) as usize).unwrap())
}

/// A line of a children's roster.
pub fn child(row: u32, name: &str, id_number: &str, class: &str) -> ChildLine {
    let born = if id_number.is_empty() { "2016-03-05" } else { "" };
    let form = ChildForm { name, id_number, birth_on: born, address: "示例镇", ..ChildForm::default() };
    ChildLine {
        row,
        details: ChildDetails::parse(&form, NOW.date()).unwrap(),
        school: "示例第一小学".into(),
        class: Some(class.into()),
        categories: Category::from_words("留守").unwrap(),
        guardians: vec![GuardianLine {
            name: PersonName::parse("监护白").ok(),
            relation: Relation::from_words("母亲"),
            phone: Phone::parse("13900000001").ok(),
        }],
    }
}

pub fn volunteer(row: u32, name: &str, phone: &str) -> VolunteerLine {
    let form = VolunteerForm { name, phone, birth_on: "1985.4", work_unit: "示例单位", ..VolunteerForm::default() };
    VolunteerLine {
        row,
        details: VolunteerDetails::parse(&form, NOW.date()).unwrap(),
        birth: CalendarDate::parse("1985.4").unwrap(),
        town_code: None,
        address: Some("示例镇".into()),
        joined_on: Some(jiff::civil::date(2020, 10, 1)),
    }
}

pub fn pair(row: u32, who: &str, child: &str, from: (i16, i8), to: Option<(i16, i8)>) -> PairLine {
    PairLine {
        row,
        volunteer_name: PersonName::parse(who).unwrap(),
        volunteer_phone: Phone::parse("13900000011").ok(),
        volunteer_id_number: None,
        child_name: PersonName::parse(child).unwrap(),
        child_id_number: None,
        child_birth: CalendarDate::parse("2016.3.5").ok(),
        school: None,
        guardian_phone: None,
        begun_on: jiff::civil::date(from.0, from.1, 1),
        ended_on: to.map(|(y, m)| jiff::civil::date(y, m, 1)),
        paper_number: Some(format!("示协{row:04}")),
    }
}

fn roster(lines: Lines) -> ImportRoster {
    ImportRoster { lines, file_hash: [1; 32], invalid: 0, good_rows_only: false, left_out: None }
}

pub async fn import(desk: &Desk, lines: Lines) -> Imported {
    desk.save(roster(lines)).await.unwrap()
}

fn counts(done: Imported) -> (u32, u32, u32, u32) {
    (done.fresh, done.changed, done.unchanged, done.refused)
}

async fn the_same_children_twice_change_nothing_the_second_time(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let lines = || {
        Lines::Children(vec![
            child(2, "安小草", &number("20160305", 1), "4(3)班"),
            child(3, "安小树", &number("20170305", 3), "3(1)班"),
            child(4, "白云朵", "", "4(3)班"),
        ])
    };
    let judged = desk.judge_import(&lines()).await.unwrap();
    assert_eq!(judged.count(Verdict::New), 3);
    assert_eq!(judged.new_schools, ["示例第一小学"]);
    assert_eq!(judged.new_classes.len(), 2);
    let first = import(&desk, lines()).await;
    assert_eq!(counts(first), (3, 0, 0, 0));
    let events = || async { store.verify(COUNTY, true, NOW).await.unwrap() };
    assert_eq!(events().await, []);
    let again = import(&desk, lines()).await;
    assert_eq!((counts(again), again.batch), ((0, 0, 3, 0), None));
    assert_eq!(desk.imports(&Turn::First).await.unwrap().rows.len(), 1);
    let (rows, _) = desk.children(&ChildFilter { search: Some("axc".into()), ..ChildFilter::default() }).await.unwrap();
    assert_eq!(rows[0].school.as_deref(), Some("示例第一小学"));
    assert_eq!(rows[0].number, "2026-000001");
    assert_eq!(events().await, []);
    store.close().await.unwrap();
}

async fn a_known_child_is_changed_by_what_the_roster_says_and_keeps_the_rest(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let number = number("20160305", 1);
    // First known without identity number: name, birth date and school are the person.
    import(&desk, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await;
    let done = import(&desk, Lines::Children(vec![child(2, "安小草", &number, "5(3)班")])).await;
    assert_eq!(counts(done), (0, 1, 0, 0));
    assert_eq!(desk.count_children(&ChildFilter::default()).await.unwrap(), 1);
    // A roster that knows less takes nothing away.
    let mut less = child(2, "安小草", &number, "5(3)班");
    less.details.address = None;
    less.class = None;
    less.categories.clear();
    less.guardians.clear();
    assert_eq!(counts(import(&desk, Lines::Children(vec![less])).await), (0, 0, 1, 0));
    // A second adult is added, the first one's phone is put right.
    let mut more = child(2, "安小草", &number, "5(3)班");
    more.guardians[0].phone = Phone::parse("13900000009").ok();
    more.guardians.push(GuardianLine {
        name: PersonName::parse("安样父").ok(),
        relation: Relation::from_words("父亲"),
        phone: None,
    });
    assert_eq!(counts(import(&desk, Lines::Children(vec![more.clone()])).await), (0, 1, 0, 0));
    assert_eq!(counts(import(&desk, Lines::Children(vec![more])).await), (0, 0, 1, 0));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_mother_with_two_numbers_in_one_file_keeps_both_and_the_second_time_changes_nothing(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let sisters = vec![child(2, "安小草", "", "4(3)班"), child(3, "安小花", "", "4(3)班")];
    import(&desk, Lines::Children(sisters.clone())).await;
    let with = |numbers: [&str; 2]| {
        let mut lines = sisters.clone();
        for (line, number) in lines.iter_mut().zip(numbers) {
            line.guardians[0].phone = Phone::parse(number).ok();
        }
        Lines::Children(lines)
    };
    let apart = with(["13900000002", "13900000001"]);
    assert_eq!(counts(import(&desk, apart.clone()).await), (0, 1, 1, 0));
    assert_eq!(counts(import(&desk, apart).await), (0, 0, 2, 0));
    let mothers = "SELECT name FROM guardians";
    assert_eq!(ground.texts(mothers).await.len(), 2, "no number is lost");
    let together = with(["13900000003", "13900000003"]);
    import(&desk, together.clone()).await;
    assert_eq!(counts(import(&desk, together).await), (0, 0, 2, 0));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn an_identity_number_under_another_name_is_a_duplicate_also_across_counties(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let number = number("20160305", 1);
    import(&desk, Lines::Children(vec![child(2, "安小草", &number, "4(3)班")])).await;
    let other = Lines::Children(vec![child(2, "石小榴", &number, "4(3)班")]);
    let fault = Verdict::Fault { field: "id_number", code: "duplicate.in_register" };
    assert_eq!(desk.judge_import(&other).await.unwrap().rows, [(2, fault)]);
    let elsewhere = store.as_system(SystemTask::Import, naheya_domain::AreaId(150_824), NOW);
    elsewhere.open_county().await.unwrap();
    let same = Lines::Children(vec![child(2, "安小草", &number, "4(3)班")]);
    assert_eq!(elsewhere.judge_import(&same).await.unwrap().rows, [(2, fault)]);
    store.close().await.unwrap();
}

async fn faults_stop_an_import_unless_good_rows_alone_were_asked_for(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let number = number("20160305", 1);
    import(&desk, Lines::Children(vec![child(2, "安小草", &number, "4(3)班")])).await;
    let lines = || Lines::Children(vec![child(2, "石小榴", &number, "4(3)班"), child(3, "白云朵", "", "4(3)班")]);
    assert_eq!(desk.save(roster(lines())).await, Err(Error::refused("import.has_faults")));
    assert_eq!(desk.count_children(&ChildFilter::default()).await.unwrap(), 1);
    let good = ImportRoster { good_rows_only: true, ..roster(lines()) };
    assert_eq!(counts(desk.save(good).await.unwrap()), (1, 0, 0, 1));
    assert_eq!(desk.count_children(&ChildFilter::default()).await.unwrap(), 2);
    let teacher = desk_as(&store, Role::ItAdmin, Place::County).await;
    assert_eq!(teacher.save(roster(lines())).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn imported_volunteers_wait_for_a_leader_who_did_not_import_them(ground: Ground) {
    let store = ground.store().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let other = desk_as(&store, Role::Leader, Place::County).await;
    let lines =
        || Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011"), volunteer(5, "其小草", "13900000012")]);
    let done = import(&leader, lines()).await;
    assert_eq!(counts(done), (2, 0, 0, 0));
    let batch = done.batch.unwrap();
    assert!(leader.imports_to_sign().await.unwrap()[0].by_reader);
    let sign = || SignVolunteers { what: Signature::Batch(batch) };
    assert_eq!(leader.save(sign()).await, Err(Error::refused("volunteer.signs_own")));
    assert_eq!(other.save(sign()).await.unwrap().approved, 2);
    let (rows, _) = other.volunteers(&VolunteerFilter::default()).await.unwrap();
    for row in rows {
        assert_eq!((row.state, row.joined_on), (VolunteerState::Approved, Some(jiff::civil::date(2020, 10, 1))));
    }
    assert_eq!(other.save(sign()).await, Err(Error::refused("import.not_to_sign")));
    assert_eq!(counts(import(&leader, lines()).await), (0, 0, 2, 0));
    // The phone of the paper is newer than the register's; the person is known by name and number.
    let mut moved = volunteer(4, "苏小禾", "13900000011");
    moved.address = Some("另一示例镇".into());
    assert_eq!(counts(import(&leader, Lines::Volunteers(vec![moved])).await), (0, 1, 0, 0));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn pairs_of_paper_are_found_and_overlaps_are_told(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let children = vec![child(2, "安小草", "", "4(3)班"), child(3, "白云朵", "", "4(3)班")];
    import(&desk, Lines::Children(children)).await;
    import(&desk, Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011")])).await;
    let lines = || {
        Lines::Pairs(vec![
            pair(3, "苏小禾", "安小草", (2019, 10), Some((2021, 6))),
            pair(4, "苏小禾", "安小草", (2021, 6), None),
            pair(5, "苏小禾", "白云朵", (2022, 1), None),
            pair(6, "苏小禾", "白云朵", (2023, 1), None),
            pair(7, "苏小禾", "查无此人", (2023, 1), None),
            pair(8, "无此样例", "白云朵", (2020, 1), Some((2020, 3))),
        ])
    };
    let judged = desk.judge_import(&lines()).await.unwrap();
    let fault = |field, code| Verdict::Fault { field, code };
    let said: Vec<_> = judged.rows.iter().map(|(row, verdict)| (*row, *verdict)).collect();
    let expected = [
        (3, Verdict::New),
        (4, Verdict::New),
        (5, Verdict::New),
        (6, fault("begun_on", "pair.overlap")),
        (7, fault("child_name", "child.not_found")),
        (8, fault("volunteer_name", "volunteer.not_found")),
    ];
    assert_eq!(said, expected);
    let good = || ImportRoster { good_rows_only: true, ..roster(lines()) };
    assert_eq!(counts(desk.save(good()).await.unwrap()), (3, 0, 0, 3));
    assert_eq!(counts(desk.save(good()).await.unwrap()), (0, 0, 3, 3));
    let closed = Lines::Pairs(vec![pair(5, "苏小禾", "白云朵", (2022, 1), Some((2026, 6)))]);
    assert_eq!(counts(import(&desk, closed).await), (0, 1, 0, 0));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

/// The only volunteer's home may take so many children.
async fn raise(desk: &Desk, capacity: i32) {
    let (rows, _) = desk.volunteers(&VolunteerFilter::default()).await.unwrap();
    let household = desk.volunteer(rows[0].id).await.unwrap().home.id;
    desk.save(RaiseCapacity { household, capacity, reason: "姐弟俩不分开".into() }).await.unwrap();
}

async fn verdicts(desk: &Desk, lines: &Lines) -> Vec<Verdict> {
    desk.judge_import(lines).await.unwrap().rows.into_iter().map(|(_, verdict)| verdict).collect()
}

async fn a_pair_that_paper_holds_is_taken_in_whether_or_not_its_home_has_a_place(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let children = ["安小草", "白云朵"];
    let children = (2..).zip(children).map(|(row, name)| child(row, name, "", "4(3)班")).collect();
    import(&desk, Lines::Children(children)).await;
    import(&desk, Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011")])).await;
    let first = pair(3, "苏小禾", "安小草", (2019, 10), None);
    let both = || Lines::Pairs(vec![first.clone(), pair(4, "苏小禾", "白云朵", (2020, 1), None)]);
    assert_eq!(verdicts(&desk, &both()).await, [Verdict::New, Verdict::New]);
    assert_eq!(counts(import(&desk, both()).await), (2, 0, 0, 0));
    assert_eq!(counts(import(&desk, both()).await), (0, 0, 2, 0));
    let (rows, _) = desk.volunteers(&VolunteerFilter::default()).await.unwrap();
    assert_eq!((rows[0].taken, rows[0].capacity), (2, 1), "the list shows it");
    let ready = VolunteerFilter { places_free: true, ..VolunteerFilter::default() };
    assert_eq!(desk.volunteers(&ready).await.unwrap().0, [], "and nobody more comes there");
    store.close().await.unwrap();
}

async fn a_pair_whose_paper_says_when_it_ends_ends_on_that_day(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    import(&desk, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await;
    import(&desk, Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011")])).await;
    let line = || Lines::Pairs(vec![pair(3, "苏小禾", "安小草", (2019, 10), Some((2026, 12)))]);
    import(&desk, line()).await;
    let midnight = Timestamp::from_shanghai(jiff::civil::date(2026, 12, 1).at(0, 0, 0, 0));
    let at = |now: Timestamp| store.as_system(SystemTask::Job, COUNTY, now);
    let running = async |now: Timestamp| at(now).figures(now.date()).await.unwrap().get(Figure::PairsActive);
    let eve = midnight.plus_minutes(-1);
    assert_eq!(at(eve).save(LapsePairs).await, Ok(0));
    assert_eq!(running(eve).await, Some(Shown::Exact(1)));
    assert_eq!(at(midnight).save(LapsePairs).await, Ok(1));
    assert_eq!(running(midnight).await, Some(Shown::Exact(0)));
    assert_eq!(ground.texts("SELECT state || ' ' || ended_on FROM pairs").await, ["ended 2026-12-01"]);
    assert_eq!(verdicts(&at(midnight), &line()).await, [Verdict::Unchanged]);
    store.close().await.unwrap();
}

async fn a_pair_that_has_begun_here_is_not_ended_by_a_paper(ground: Ground) {
    let s = story(&ground).await;
    let ends = pair(3, "李样例", "安小草", (2026, 3), Some((2026, 11)));
    let lines = Lines::Pairs(vec![PairLine { volunteer_phone: None, child_birth: None, ..ends }]);
    let judged = async || s.coordinator.judge_import(&lines).await.unwrap().rows.into_iter().map(|(_, v)| v).next();
    let refused = Some(Verdict::Fault { field: "ended_on", code: "pair.in_use" });
    ground.sql("UPDATE pairs SET begun_on = '2026-03-01'").await;
    assert_eq!(judged().await, refused, "it came out of a round, or staff brought the two together");
    ground.sql("UPDATE pairs SET source = 'paper'").await;
    assert_eq!(judged().await, Some(Verdict::Changed), "a paper may end what stands on paper alone");
    s.asked().await;
    assert_eq!(judged().await, refused, "a weekend is planned");
    let later = pair(3, "李样例", "安小草", (2026, 3), Some((2027, 1)));
    let later = Lines::Pairs(vec![PairLine { volunteer_phone: None, child_birth: None, ..later }]);
    assert_eq!(verdicts(&s.coordinator, &later).await.first().copied(), refused, "nor on a day to come");
    ground.sql("UPDATE stays SET state = 'in_care'").await;
    let away = Verdict::Fault { field: "ended_on", code: "pair.child_away" };
    assert_eq!(judged().await, Some(away));
    s.store.close().await.unwrap();
}

async fn a_pair_that_has_ended_is_not_opened_again_by_a_later_end_on_paper(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    import(&desk, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await;
    import(&desk, Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011")])).await;
    let line = |to| Lines::Pairs(vec![pair(3, "苏小禾", "安小草", (2019, 10), Some(to))]);
    import(&desk, line((2022, 6))).await;
    assert_eq!(verdicts(&desk, &line((2021, 6))).await, [Verdict::Changed], "the paper had another day");
    assert_eq!(verdicts(&desk, &line((2027, 1))).await, [Verdict::Unchanged]);
    import(&desk, line((2027, 1))).await;
    assert_eq!(ground.texts("SELECT state || ' ' || ended_on FROM pairs").await, ["ended 2022-06-01"]);
    assert_eq!(desk.figures(NOW.date()).await.unwrap().get(Figure::PairsActive), Some(Shown::Exact(0)));
    ground.sql("UPDATE pairs SET end_reason = 'moved'").await;
    assert_eq!(verdicts(&desk, &line((2021, 6))).await, [Verdict::Unchanged], "a leader's end stands as it was signed");
    store.close().await.unwrap();
}

async fn an_import_is_taken_back_and_whoever_was_used_since_stays(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let number = number("20160305", 1);
    let lines = || Lines::Children(vec![child(2, "安小草", &number, "4(3)班"), child(3, "白云朵", "", "4(3)班")]);
    let batch = import(&desk, lines()).await.batch.unwrap();
    let volunteers = import(&desk, Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011")])).await;
    let volunteers = volunteers.batch.unwrap();
    let pairs = import(&desk, Lines::Pairs(vec![pair(3, "苏小禾", "安小草", (2019, 10), Some((2021, 6)))])).await;
    assert_eq!(desk.kept_of_import(batch).await.unwrap(), [], "it was not taken back");
    let all_used = desk.save(UndoImport { batch: volunteers }).await;
    assert_eq!(all_used, Err(Error::refused("import.built_on")), "nothing would go");
    assert_eq!(desk.save(UndoImport { batch }).await, Ok(1));
    let kept = desk.kept_of_import(batch).await.unwrap();
    assert_eq!(kept.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["安小草"], "she has a pair");
    assert_eq!(desk.count_children(&ChildFilter::default()).await.unwrap(), 1);
    assert_eq!(desk.save(UndoImport { batch }).await, Err(Error::refused("import.undone_already")));
    desk.save(UndoImport { batch: pairs.batch.unwrap() }).await.unwrap();
    assert_eq!(desk.save(UndoImport { batch: volunteers }).await, Ok(0));
    assert_eq!(desk.count_volunteers(&VolunteerFilter::default()).await.unwrap(), 0);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn whoever_was_given_an_account_stays_when_an_import_is_taken_back(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let both = vec![volunteer(4, "苏小禾", "13900000011"), volunteer(5, "其小草", "13900000012")];
    let volunteers = import(&desk, Lines::Volunteers(both)).await.batch.unwrap();
    let children = import(&desk, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await.batch.unwrap();
    let (rows, _) = desk.volunteers(&VolunteerFilter::default()).await.unwrap();
    let she = rows.iter().find(|row| row.name == "苏小禾").unwrap();
    desk_as(&store, Role::Volunteer, Place::Person(she.id.0)).await;
    signs_in(&store, &ground, "监护白").await;
    assert_eq!(desk.save(UndoImport { batch: volunteers }).await, Ok(1));
    let kept = desk.kept_of_import(volunteers).await.unwrap();
    assert_eq!(kept.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["苏小禾"]);
    assert_eq!(desk.save(UndoImport { batch: children }).await, Ok(0));
    assert_eq!(ground.texts("SELECT name FROM guardians").await, ["监护白"], "she signs in still");
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

/// The guardian of this name is given an account.
async fn signs_in(store: &Store, ground: &Ground, name: &str) {
    let id = if matches!(ground.location, Location::Folder(_)) { "lower(hex(id))" } else { "id::text" };
    let guardian = &ground.texts(&format!("SELECT {id} FROM guardians WHERE name = '{name}'")).await[0];
    desk_as(store, Role::Guardian, Place::Person(guardian.parse().unwrap())).await;
}

/// The child of these stories, with an adult more.
fn with_a_grandfather() -> ChildLine {
    let mut more = child(2, "安小草", "", "4(3)班");
    more.guardians.push(GuardianLine {
        name: PersonName::parse("监护青").ok(),
        relation: Relation::from_words("祖父"),
        phone: Phone::parse("13900000002").ok(),
    });
    more
}

async fn an_adult_who_was_given_an_account_stays_beside_the_child(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    import(&desk, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await;
    let done = import(&desk, Lines::Children(vec![with_a_grandfather()])).await;
    assert_eq!(counts(done), (0, 1, 0, 0));
    signs_in(&store, &ground, "监护青").await;
    let undone = desk.save(UndoImport { batch: done.batch.unwrap() }).await;
    assert_eq!(undone, Err(Error::refused("import.built_on")), "all that it wrote is in use");
    assert_eq!(ground.texts("SELECT relation FROM guardianships").await.len(), 2);
    store.close().await.unwrap();
}

async fn an_adult_to_whom_the_child_was_given_stays_beside_it(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    import(&desk, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await;
    let done = import(&desk, Lines::Children(vec![with_a_grandfather()])).await;
    let (rows, _) = desk.children(&ChildFilter::default()).await.unwrap();
    let home = PassChild { child: rows[0].id, to: RunsFrom::Guardian, words: "监护青到校门口接走".into() };
    desk.save(home).await.unwrap();
    let undone = desk.save(UndoImport { batch: done.batch.unwrap() }).await;
    assert_eq!(undone, Err(Error::refused("import.built_on")), "the chain names him");
    let read = desk.passes(rows[0].id).await.unwrap();
    assert_eq!(read[0].receiver.as_deref(), Some("监护青"));
    store.close().await.unwrap();
}

async fn a_roster_that_came_while_a_short_one_was_taken_in_is_still_to_be_looked_at(ground: Ground) {
    let store = ground.store().await;
    let me = desk_as(&store, Role::Coordinator, Place::County).await;
    let window = store.desk_of_grant(me.viewer().grant, NOW.plus_minutes(1)).await.unwrap();
    let file = |name: &str| {
        let (kind, name, bytes) = ("children".into(), name.into(), b"PK".to_vec());
        KeepUpload(Uploaded { kind, name, fixes: Vec::new(), schools: Vec::new(), bytes })
    };
    me.save(file("第一份.xlsx")).await.unwrap();
    window.save(file("第二份.xlsx")).await.unwrap();
    me.save(DropUpload).await.unwrap();
    assert_eq!(me.upload().await.unwrap().name, "第二份.xlsx");
    window.save(DropUpload).await.unwrap();
    assert_eq!(me.upload().await, Err(Error::NotFound));
    store.close().await.unwrap();
}

/// The children of the county with their classes, by name.
async fn classes(ground: &Ground) -> Vec<String> {
    let rows =
        "SELECT children.name || ' ' || classes.name FROM children JOIN classes ON classes.id = children.class_id";
    ground.texts(&format!("{rows} ORDER BY 1")).await
}

async fn what_an_import_changed_is_put_back_unless_it_changed_again(ground: Ground) {
    let store = ground.store().await;
    let at = |minutes| store.as_system(SystemTask::Demo, COUNTY, NOW.plus_minutes(minutes));
    let [one, two] = [number("20160305", 1), number("20160305", 2)];
    let both = |class: &str| vec![child(2, "安小草", &one, class), child(3, "白云朵", &two, class)];
    import(&at(0), Lines::Children(both("4(3)班"))).await;
    let mut lines = both("5(3)班");
    lines.push(child(4, "乌云样例", &number("20160305", 3), "5(3)班"));
    let second = import(&at(1), Lines::Children(lines)).await;
    assert_eq!(counts(second), (1, 2, 0, 0));
    let third = import(&at(2), Lines::Children(vec![child(2, "白云朵", &two, "6(3)班")])).await;
    assert_eq!(counts(third), (0, 1, 0, 0));
    let batch = second.batch.unwrap();
    assert_eq!(at(3).save(UndoImport { batch }).await, Ok(1));
    assert_eq!(classes(&ground).await, ["安小草 4(3)班", "白云朵 6(3)班"]);
    let kept = at(3).kept_of_import(batch).await.unwrap();
    assert_eq!(
        kept.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
        ["白云朵"],
        "somebody said otherwise since"
    );
    // The class that she came from was the second import's and is gone.
    let gone = at(4).save(UndoImport { batch: third.batch.unwrap() }).await;
    assert_eq!(gone, Err(Error::refused("import.built_on")));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_number_and_an_adult_that_an_import_added_to_a_file_go_with_it(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    import(&desk, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await;
    let mut more = child(2, "安小草", &number("20160305", 1), "4(3)班");
    more.guardians.push(GuardianLine {
        name: PersonName::parse("监护青").ok(),
        relation: Relation::from_words("祖父"),
        phone: Phone::parse("13900000002").ok(),
    });
    more.guardians[0].phone = Phone::parse("13900000003").ok();
    more.categories.extend(Category::from_words("孤儿").unwrap());
    let rows = "SELECT name FROM guardians UNION ALL SELECT code FROM child_categories ORDER BY 1";
    let before = ground.texts(rows).await;
    let batch = import(&desk, Lines::Children(vec![more])).await.batch.unwrap();
    assert_eq!(ground.texts(rows).await.len(), before.len() + 2);
    assert_eq!(desk.save(UndoImport { batch }).await, Ok(0));
    assert_eq!(ground.texts(rows).await, before);
    let again = import(&desk, Lines::Children(vec![child(2, "白云朵", &number("20160305", 1), "4(3)班")])).await;
    assert_eq!(counts(again), (1, 0, 0, 0), "the number is free");
    assert_eq!(counts(import(&desk, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await), (0, 0, 1, 0));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn what_was_changed_of_volunteers_and_pairs_is_put_back_too(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    import(&desk, Lines::Children(vec![child(2, "安小草", &number("20160305", 1), "4(3)班")])).await;
    import(&desk, Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011")])).await;
    import(&desk, Lines::Pairs(vec![pair(3, "苏小禾", "安小草", (2019, 10), Some((2021, 6)))])).await;
    let mut moved = volunteer(4, "苏小禾", "13900000011");
    (moved.address, moved.town_code) = (Some("另一镇".into()), Some("150825100".into()));
    let rows = "SELECT COALESCE(town_code, '-') FROM households UNION ALL SELECT COALESCE(ended_on, '-') FROM pairs";
    let before = ground.texts(rows).await;
    let volunteers = import(&desk, Lines::Volunteers(vec![moved])).await;
    let pairs = import(&desk, Lines::Pairs(vec![pair(3, "苏小禾", "安小草", (2019, 10), Some((2022, 6)))])).await;
    assert_eq!((counts(volunteers), counts(pairs)), ((0, 1, 0, 0), (0, 1, 0, 0)));
    assert_ne!(ground.texts(rows).await, before);
    for done in [pairs, volunteers] {
        assert_eq!(desk.save(UndoImport { batch: done.batch.unwrap() }).await, Ok(0));
    }
    assert_eq!(ground.texts(rows).await, before);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_pair_that_an_import_closed_goes_on_when_it_is_taken_back(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    import(&desk, Lines::Children(vec![child(2, "安小草", &number("20160305", 1), "4(3)班")])).await;
    let both = vec![volunteer(4, "苏小禾", "13900000011"), volunteer(5, "其小草", "13900000012")];
    let batch = import(&desk, Lines::Volunteers(both)).await.batch.unwrap();
    leader.save(SignVolunteers { what: Signature::Batch(batch) }).await.unwrap();
    let lines = |to| Lines::Pairs(vec![pair(3, "苏小禾", "安小草", (2019, 10), to)]);
    import(&desk, lines(None)).await;
    let states = || async { ground.texts("SELECT state FROM pairs ORDER BY begun_on").await };
    let closed = import(&desk, lines(Some((2022, 6)))).await;
    assert_eq!((counts(closed), states().await), ((0, 1, 0, 0), vec!["ended".to_owned()]));
    assert_eq!(desk.save(UndoImport { batch: closed.batch.unwrap() }).await, Ok(0));
    assert_eq!(states().await, ["active"]);
    let closed = import(&desk, lines(Some((2022, 6)))).await;
    let other = PairLine { volunteer_phone: None, ..pair(4, "其小草", "安小草", (2022, 7), None) };
    assert_eq!(counts(import(&desk, Lines::Pairs(vec![other])).await), (1, 0, 0, 0));
    let undone = desk.save(UndoImport { batch: closed.batch.unwrap() }).await;
    assert_eq!(undone, Err(Error::refused("import.built_on")), "the child is with somebody else");
    assert_eq!(states().await, ["ended", "active"]);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_pair_that_an_import_closed_does_not_go_on_while_a_concern_stops_it(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    import(&desk, Lines::Children(vec![child(2, "安小草", &number("20160305", 1), "4(3)班")])).await;
    let batch = import(&desk, Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011")])).await.batch.unwrap();
    leader.save(SignVolunteers { what: Signature::Batch(batch) }).await.unwrap();
    let lines = |to| Lines::Pairs(vec![pair(3, "苏小禾", "安小草", (2019, 10), to)]);
    import(&desk, lines(None)).await;
    let closed = import(&desk, lines(Some((2022, 6)))).await.batch.unwrap();
    let (rows, _) = leader.volunteers(&VolunteerFilter::default()).await.unwrap();
    let concern = leader.save(said("她说不想回去")).await.unwrap();
    let about = NameInConcern { concern, child: None, volunteer: Some(rows[0].id), account: None };
    leader.save(about).await.unwrap();
    assert_eq!(leader.save(Suspend { concern }).await.unwrap().pairs, 0, "it has ended");
    let undone = desk.save(UndoImport { batch: closed }).await;
    assert_eq!(undone, Err(Error::refused("import.built_on")));
    leader.save(TakeUpConcern { concern }).await.unwrap();
    leader.save(LiftSuspension { concern, reason: "公安查过，家里安全".into() }).await.unwrap();
    assert_eq!(desk.save(UndoImport { batch: closed }).await, Ok(0));
    assert_eq!(ground.texts("SELECT state FROM pairs").await, ["active"]);
    store.close().await.unwrap();
}

async fn a_pair_of_paper_rests_while_a_concern_suspends_its_volunteer(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    import(&desk, Lines::Children(vec![child(2, "安小草", &number("20160305", 1), "4(3)班")])).await;
    let batch = import(&desk, Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011")])).await.batch.unwrap();
    leader.save(SignVolunteers { what: Signature::Batch(batch) }).await.unwrap();
    let (rows, _) = leader.volunteers(&VolunteerFilter::default()).await.unwrap();
    let concern = leader.save(said("她说不想回去")).await.unwrap();
    let about = NameInConcern { concern, child: None, volunteer: Some(rows[0].id), account: None };
    leader.save(about).await.unwrap();
    leader.save(Suspend { concern }).await.unwrap();
    let lines = Lines::Pairs(vec![pair(3, "苏小禾", "安小草", (2019, 10), None)]);
    assert_eq!(counts(import(&desk, lines.clone()).await), (1, 0, 0, 0), "the paper tells nobody of a concern");
    assert_eq!(ground.texts("SELECT state FROM pairs").await, ["paused"]);
    assert_eq!(counts(import(&desk, lines).await), (0, 0, 1, 0));
    leader.save(LiftSuspension { concern, reason: "公安查过，家里安全".into() }).await.unwrap();
    assert_eq!(ground.texts("SELECT state FROM pairs").await, ["active"]);
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_pair_that_an_import_closed_does_not_go_on_in_a_home_that_filled_up(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let children = vec![child(2, "安小草", "", "4(3)班"), child(3, "白云朵", "", "4(3)班")];
    import(&desk, Lines::Children(children)).await;
    let batch = import(&desk, Lines::Volunteers(vec![volunteer(4, "苏小禾", "13900000011")])).await.batch.unwrap();
    leader.save(SignVolunteers { what: Signature::Batch(batch) }).await.unwrap();
    let lines = |to| Lines::Pairs(vec![pair(3, "苏小禾", "安小草", (2019, 10), to)]);
    import(&desk, lines(None)).await;
    let closed = import(&desk, lines(Some((2022, 6)))).await.batch.unwrap();
    import(&desk, Lines::Pairs(vec![pair(4, "苏小禾", "白云朵", (2022, 7), None)])).await;
    let undone = desk.save(UndoImport { batch: closed }).await;
    assert_eq!(undone, Err(Error::refused("import.built_on")));
    raise(&leader, 2).await;
    assert_eq!(desk.save(UndoImport { batch: closed }).await, Ok(0));
    assert_eq!(ground.texts("SELECT state FROM pairs").await, ["active", "active"]);
    store.close().await.unwrap();
}

async fn what_stood_in_changed_files_is_kept_sealed_for_seven_days(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let lines = |class: &str| Lines::Children(vec![child(2, "安小草", &number("20160305", 1), class)]);
    import(&desk, lines("4(3)班")).await;
    let batch = import(&desk, lines("5(3)班")).await.batch.unwrap();
    let kept = || async { ground.texts("SELECT form FROM drafts").await.len() };
    assert_eq!(kept().await, 1);
    let last = NOW.plus_minutes(UNDO_DAYS * 24 * 60);
    store.as_system(SystemTask::Job, COUNTY, last.plus_minutes(1)).save(PurgeOld).await.unwrap();
    assert_eq!(kept().await, 0);
    assert_eq!(desk.save(UndoImport { batch }).await, Err(Error::refused("import.changed_files")));
    store.close().await.unwrap();
}

async fn a_number_is_free_again_after_its_import_was_taken_back(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let number = number("20160305", 1);
    let lines = || Lines::Children(vec![child(2, "安小草", &number, "4(3)班")]);
    let batch = import(&desk, lines()).await.batch.unwrap();
    assert_eq!(desk.save(UndoImport { batch }).await, Ok(0));
    assert_eq!(counts(import(&desk, lines()).await), (1, 0, 0, 0));
    store.close().await.unwrap();
}

async fn a_mistyped_school_goes_with_its_import_unless_somebody_is_there(ground: Ground) {
    let store = ground.store().await;
    let at = |minutes| store.as_system(SystemTask::Demo, COUNTY, NOW.plus_minutes(minutes));
    let schools = || async { at(0).schools().await.unwrap().len() };
    let of = |school: &str, name: &str, class: &str| {
        Lines::Children(vec![ChildLine { school: school.into(), ..child(2, name, "", class) }])
    };
    let first = import(&at(0), of("示例第一小学", "安小草", "4(3)班")).await.batch.unwrap();
    // The second file names the same school: it did not make it.
    let second = import(&at(1), of("示例第一小学", "白云朵", "4(4)班")).await.batch.unwrap();
    let third = import(&at(2), of("示例错字小学", "安小草", "4(3)班")).await.batch.unwrap();
    assert_eq!(schools().await, 2);
    assert_eq!(at(3).save(UndoImport { batch: third }).await, Ok(0));
    assert_eq!(schools().await, 1, "the mistyped one is gone");
    assert_eq!(at(3).save(UndoImport { batch: first }).await, Ok(0));
    assert_eq!(schools().await, 1, "a child of the second file is there");
    assert_eq!(at(3).save(UndoImport { batch: second }).await, Ok(0));
    assert_eq!(schools().await, 1, "the second file did not make it");
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn two_children_of_one_name_are_told_apart_by_number_and_stay_so(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    import(&desk, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await;
    let lines = || {
        let numbered = [
            child(2, "安小草", &number("20160305", 1), "4(3)班"),
            child(3, "安小草", &number("20160305", 3), "4(3)班"),
        ];
        Lines::Children(numbered.to_vec())
    };
    // The first number belongs to the child on file, who had none; the second is another child's.
    assert_eq!(counts(import(&desk, lines()).await), (1, 1, 0, 0));
    assert_eq!(counts(import(&desk, lines()).await), (0, 0, 2, 0));
    let nameless = child(4, "安小草", "", "4(3)班");
    let mut both = vec![child(2, "安小草", &number("20160305", 1), "4(3)班"), nameless];
    both.swap(0, 1);
    let judged = desk.judge_import(&Lines::Children(both)).await.unwrap();
    assert_eq!((judged.count(Verdict::Unchanged), judged.faults()), (1, 1));
}

async fn what_a_roster_says_of_boarding_needs_family_and_schooling_is_kept(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let told = || {
        let mut line = child(2, "安小草", &number("20160305", 1), "4(3)班");
        line.details.boards = Some(true);
        line.details.needs = Some("一盏台灯".into());
        line.details.family = Some("父母在外地".into());
        line.details.note = Some("转学来的".into());
        Lines::Children(vec![line])
    };
    assert_eq!(counts(import(&desk, told()).await), (1, 0, 0, 0));
    assert_eq!(counts(import(&desk, told()).await), (0, 0, 1, 0));
    // A roster that says nothing of them leaves them alone.
    let bare = Lines::Children(vec![child(2, "安小草", &number("20160305", 1), "4(3)班")]);
    assert_eq!(counts(import(&desk, bare).await), (0, 0, 1, 0));
    let (rows, _) = desk.children(&ChildFilter::default()).await.unwrap();
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let file = leader.child_file(rows[0].id).await.unwrap();
    assert_eq!((file.boards, file.personal.unwrap().needs.as_deref()), (Some(true), Some("一盏台灯")));
    let secret = leader.child_secret(rows[0].id, "家访以前看一眼").await.unwrap();
    assert_eq!((secret.family.as_deref(), secret.note.as_deref()), (Some("父母在外地"), Some("转学来的")));
    let mut line = volunteer(2, "苏样样", "13900000011");
    line.details.education = naheya_domain::education::Education::parse("30");
    assert_eq!(counts(import(&desk, Lines::Volunteers(vec![line.clone()])).await), (1, 0, 0, 0));
    assert_eq!(counts(import(&desk, Lines::Volunteers(vec![line])).await), (0, 0, 1, 0));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
}

async fn thousands_of_children_come_in_with_one_act(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let names = ["安小草", "白云朵", "石小榴", "单晓乐", "巴图·样例"];
    let many: Vec<ChildLine> = (0..5_000u32)
        .map(|n| {
            let birth = format!("201{}{:02}{:02}", 2 + n % 8, 1 + n / 1_000 % 12, 1 + n / 8 % 28);
            let class = format!("{}({})班", 1 + n % 6, 1 + n % 4);
            let mut line = child(n + 2, names[n as usize % 5], &number(&birth, n / 8 % 1_000), &class);
            line.guardians[0].phone = Phone::parse(&format!("139{n:08}")).ok();
            line
        })
        .collect();
    let done = import(&desk, Lines::Children(many.clone())).await;
    assert_eq!(counts(done), (5_000, 0, 0, 0));
    assert_eq!(counts(import(&desk, Lines::Children(many)).await), (0, 0, 5_000, 0));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

fn fix(row: u32, text: &str) -> Fix {
    Fix { sheet: "名单".into(), row, column: 2, text: text.into() }
}

async fn a_cell_put_right_twice_says_the_latter_and_the_file_stays_as_it_came(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(desk.save(FixUpload(vec![fix(2, "男")])).await, Err(Error::NotFound), "nothing was uploaded");
    let bytes = b"PK\n[1]\n\x00".to_vec();
    let sent = Uploaded {
        kind: "children".into(),
        name: "名单\n.xlsx".into(),
        fixes: Vec::new(),
        schools: Vec::new(),
        bytes: bytes.clone(),
    };
    desk.save(KeepUpload(sent)).await.unwrap();
    desk.save(FixUpload(vec![fix(2, "男"), fix(3, "女")])).await.unwrap();
    desk.save(FixUpload(vec![fix(2, "一\n二")])).await.unwrap();
    let kept = desk.upload().await.unwrap();
    assert_eq!((kept.name.as_str(), &kept.bytes), ("名单 .xlsx", &bytes));
    assert_eq!(kept.fixes, [fix(3, "女"), fix(2, "一\n二")]);
    let other = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(other.save(FixUpload(vec![fix(2, "男")])).await, Err(Error::NotFound), "it is whose it is");
    desk.save(UnfixUpload).await.unwrap();
    let kept = desk.upload().await.unwrap();
    assert_eq!((kept.fixes.len(), kept.bytes), (0, bytes));
    store.close().await.unwrap();
}

async fn more_cells_than_a_page_is_for_are_put_right_elsewhere(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let sent = Uploaded {
        kind: "children".into(),
        name: "a.csv".into(),
        fixes: Vec::new(),
        schools: Vec::new(),
        bytes: b"x".to_vec(),
    };
    desk.save(KeepUpload(sent)).await.unwrap();
    desk.save(FixUpload((0..2_000).map(|row| fix(row, "男")).collect())).await.unwrap();
    let more = desk.save(FixUpload(vec![fix(2_000, "男")])).await;
    assert_eq!(more, Err(Error::refused("import.too_many_fixes")));
    assert_eq!(desk.upload().await.unwrap().fixes.len(), 2_000, "what was put right stays");
    store.close().await.unwrap();
}

/// An import of one child that leaves one row of the file out.
fn partly(refused: Vec<u32>) -> ImportRoster {
    let left_out = Some(LeftOut { file: b"PK-left".as_slice().into(), refused });
    let lines = Lines::Children(vec![child(2, "安小草", "", "4(3)班")]);
    ImportRoster { invalid: 1, good_rows_only: true, left_out, ..roster(lines) }
}

async fn rows_left_out_are_kept_while_the_import_can_be_taken_back(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let batch = desk.save(partly(Vec::new())).await.unwrap().batch.unwrap();
    let last = NOW.plus_minutes(UNDO_DAYS * 24 * 60);
    assert_eq!(desk.left_out_until(batch).await, Ok(Some(last)));
    assert_eq!(desk.left_out(batch).await, Ok(b"PK-left".to_vec()));
    let trail = ground.texts("SELECT act FROM audit_events WHERE fields = 'left_out'").await;
    assert_eq!(trail, ["import.left_out"]);
    let sealed = ground.texts("SELECT form FROM drafts").await;
    assert_eq!(sealed, [format!("import:{batch}")]);
    let grant = desk.viewer().grant;
    let late = store.desk_of_grant(grant, last.plus_minutes(1)).await.unwrap();
    assert_eq!(late.left_out(batch).await, Err(Error::NotFound));
    assert_eq!(late.left_out_until(batch).await, Ok(None));
    store.as_system(SystemTask::Job, COUNTY, last).save(PurgeOld).await.unwrap();
    assert_eq!(ground.texts("SELECT form FROM drafts").await.len(), 1, "not before its time is over");
    store.as_system(SystemTask::Job, COUNTY, last.plus_minutes(1)).save(PurgeOld).await.unwrap();
    assert_eq!(ground.texts("SELECT form FROM drafts").await, Vec::<String>::new());
    store.close().await.unwrap();
}

async fn rows_left_out_are_a_colleagues_to_finish_and_nobodys_who_does_not_import(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let batch = desk.save(partly(Vec::new())).await.unwrap().batch.unwrap();
    ground.sql("UPDATE accounts SET state = 'closed'").await;
    let colleague = desk_as(&store, Role::Coordinator, Place::County).await;
    assert!(colleague.left_out_until(batch).await.unwrap().is_some(), "whoever imported has left");
    assert_eq!(colleague.left_out(batch).await, Ok(b"PK-left".to_vec()));
    let by = format!(
        "SELECT act FROM audit_events WHERE fields = 'left_out' AND account_id = {}",
        crate::story::literal(&ground, colleague.viewer().account.0)
    );
    assert_eq!(ground.texts(&by).await, ["import.left_out"], "the trail knows who fetched them");
    let auditor = desk_as(&store, Role::Auditor, Place::County).await;
    assert_eq!(auditor.left_out(batch).await, Err(Error::Forbidden));
    assert_eq!(auditor.left_out_until(batch).await, Ok(None));
    store.close().await.unwrap();
}

async fn rows_left_out_go_with_an_import_that_is_taken_back(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let batch = desk.save(partly(Vec::new())).await.unwrap().batch.unwrap();
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    leader.save(UndoImport { batch }).await.unwrap();
    assert_eq!(desk.left_out_until(batch).await, Ok(None));
    assert_eq!(ground.texts("SELECT form FROM drafts").await, Vec::<String>::new());
    store.close().await.unwrap();
}

async fn what_is_left_out_is_what_was_shown_or_nothing_is_written(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    // Shown was a register that refused row 2; since then it takes the row.
    assert_eq!(desk.save(partly(vec![2])).await, Err(Error::Stale));
    assert_eq!(desk.count_children(&ChildFilter::default()).await, Ok(0));
    assert!(desk.imports(&Turn::First).await.unwrap().rows.is_empty());
    store.close().await.unwrap();
}

async fn a_school_that_is_meant_is_kept_with_the_upload(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    import(&desk, Lines::Children(vec![child(2, "安小草", "", "4(3)班")])).await;
    let school = desk.school_names().await.unwrap()[0].0;
    let choice = |named: &str, to| SchoolChoice { named: named.into(), to };
    assert_eq!(desk.save(ChooseSchools(vec![choice("示例一小", None)])).await, Err(Error::NotFound), "no upload");
    let (fixes, schools) = (Vec::new(), Vec::new());
    let sent = Uploaded { kind: "children".into(), name: "a.csv".into(), fixes, schools, bytes: b"x".to_vec() };
    desk.save(KeepUpload(sent)).await.unwrap();
    desk.save(FixUpload(vec![fix(2, "男")])).await.unwrap();
    desk.save(ChooseSchools(vec![choice("示例一小", None), choice("示例二小", None)])).await.unwrap();
    desk.save(ChooseSchools(vec![choice("示例一小", Some(school.0))])).await.unwrap();
    let kept = desk.upload().await.unwrap();
    assert_eq!(kept.schools, [choice("示例二小", None), choice("示例一小", Some(school.0))]);
    assert_eq!(kept.fixes, [fix(2, "男")]);
    let absent = ChooseSchools(vec![choice("示例二小", Some(uuid::Uuid::now_v7()))]);
    assert_eq!(desk.save(absent).await, Err(Error::NotFound));
    desk.save(UnfixUpload).await.unwrap();
    assert_eq!(desk.upload().await.unwrap().schools.len(), 2, "cells are as in the file; schools are as chosen");
    store.close().await.unwrap();
}
