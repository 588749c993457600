use naheya_domain::figure::{Audience, Figure, Shown};
use naheya_domain::follow_up::With;
use naheya_domain::id::ChildId;
use naheya_domain::snapshot::Month;
use naheya_domain::tabulation::{Counts, Item};
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::VolunteerState;
use naheya_domain::{Date, Role};
use naheya_store::figure::{MOST_BEHIND, MonthOfStays, Path};
use naheya_store::follow_up::{PlanFollowUp, RecordFollowUp};
use naheya_store::order::Turn;
use naheya_store::stay::RequestStay;
use naheya_store::volunteer::{Step, StepVolunteer, VolunteerFilter};
use naheya_store::{Error, Store, SystemTask};

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{FETCHED, story};

on_both_engines![
    the_demo_adds_up_to_the_programmes_figures,
    an_earlier_day_has_the_figures_of_that_day,
    who_has_left_and_what_has_ended_no_longer_counts_from_that_day_on,
    who_left_and_is_screened_anew_is_no_volunteer_until_approved_again,
    a_pair_a_stay_that_took_place_or_a_talk_alone_makes_a_child_a_supported_one,
    small_counts_of_people_stay_in_the_county,
    every_figure_leads_to_as_many_records_as_it_counts,
    a_record_behind_a_figure_says_from_which_day_it_counts,
    records_behind_a_figure_are_for_the_county_only,
    unconfirmed_service_does_not_count,
    a_pair_is_interethnic_when_exactly_one_side_is_han_and_both_are_known,
    the_table_for_print_agrees_with_itself_and_with_the_report,
    the_table_for_print_shows_a_column_that_does_not_agree,
    the_table_for_print_is_for_the_county_only,
    numbers_that_leave_the_house_stand_in_the_trail,
    a_month_counts_a_child_once_when_it_was_with_a_family_and_in_no_other_month,
];

async fn count(store: &Store, figure: Figure, as_of: Date) -> i64 {
    match system(store).figures(as_of).await.unwrap().get(figure) {
        Some(Shown::Exact(count)) => count,
        other => panic!("{figure:?}: {other:?}"),
    }
}

async fn the_demo_adds_up_to_the_programmes_figures(ground: Ground) {
    let store = ground.told().await;
    let today = NOW.date();
    assert_eq!(count(&store, Figure::Volunteers, today).await, 180);
    assert_eq!(count(&store, Figure::Pairs, today).await, 180);
    assert_eq!(count(&store, Figure::PairsInterethnic, today).await, 102);
    assert!((200..=260).contains(&count(&store, Figure::ChildrenSupported, today).await));
    assert!((20_000..=30_000).contains(&count(&store, Figure::ServiceHours, today).await));
    assert_eq!(count(&store, Figure::PairsActive, today).await, 70);
    store.close().await.unwrap();
}

async fn an_earlier_day_has_the_figures_of_that_day(ground: Ground) {
    let store = ground.told().await;
    let before = Date::new(1999, 1, 1).unwrap();
    for figure in Figure::ALL {
        assert_eq!(count(&store, figure, before).await, 0, "{figure:?}");
    }
    let mut last = 0;
    for year in 2014..=2026 {
        let now = count(&store, Figure::Pairs, Date::new(year, 11, 20).unwrap()).await;
        assert!(now >= last, "{year}");
        last = now;
    }
    assert_eq!(last, 180);
    store.close().await.unwrap();
}

async fn who_has_left_and_what_has_ended_no_longer_counts_from_that_day_on(ground: Ground) {
    let store = ground.told().await;
    let (volunteers, active) = (Figure::Volunteers, Figure::PairsActive);
    let today = NOW.date();
    ground
        .sql(
            "UPDATE volunteers SET state = 'left', left_on = '2026-11-20' WHERE id = \
             (SELECT id FROM volunteers WHERE state = 'approved' AND joined_on < '2026-01-01' ORDER BY id LIMIT 1)",
        )
        .await;
    ground
        .sql(
            "UPDATE pairs SET state = 'ended', ended_on = '2026-11-20' WHERE id = \
             (SELECT id FROM pairs WHERE state = 'active' AND begun_on < '2026-11-01' ORDER BY id LIMIT 1)",
        )
        .await;
    assert_eq!(count(&store, volunteers, today).await, 179);
    assert_eq!(count(&store, active, today).await, 69);
    assert_eq!(count(&store, Figure::Pairs, today).await, 180);
    let yesterday = today.yesterday().unwrap();
    assert_eq!(count(&store, volunteers, yesterday).await, 180);
    assert_eq!(count(&store, active, yesterday).await, 70);
    store.close().await.unwrap();
}

async fn who_left_and_is_screened_anew_is_no_volunteer_until_approved_again(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let carers = leader.volunteers(&VolunteerFilter::default()).await.unwrap().0;
    let free = carers.into_iter().find(|row| row.state == VolunteerState::Approved && row.taken == 0).unwrap();
    let (volunteer, today) = (free.id, NOW.date());
    let step = |step| StepVolunteer { volunteer, step, reason: "去了外地".into() };
    let people = async |day| count(&store, Figure::Volunteers, day).await;
    let (before, earlier) = (people(today).await, people(today.yesterday().unwrap()).await);
    leader.save(step(Step::Leave)).await.unwrap();
    assert_eq!(people(today).await, before - 1);
    leader.save(step(Step::ScreenAgain)).await.unwrap();
    assert_eq!(people(today).await, before - 1, "nobody has approved her again");
    leader.save(step(Step::Refuse)).await.unwrap();
    assert_eq!(people(today).await, before - 1, "nor when she was refused");
    assert_eq!(people(today.yesterday().unwrap()).await, earlier, "yesterday she was one");
    let findings = store.examine(true, NOW).await.unwrap();
    assert!(findings.iter().all(|finding| finding.code != "rollup.differs"), "{findings:?}");
    store.close().await.unwrap();
}

async fn a_pair_a_stay_that_took_place_or_a_talk_alone_makes_a_child_a_supported_one(ground: Ground) {
    let s = story(&ground).await;
    s.asked().await;
    let supported = async || count(&s.store, Figure::ChildrenSupported, FETCHED.date()).await;
    assert_eq!(supported().await, 1, "a pair");
    ground.sql("UPDATE pairs SET begun_on = '2027-01-01'").await;
    assert_eq!(supported().await, 0, "a pair to come, and a weekend that was asked for");
    ground.sql("UPDATE stays SET state = 'closed'").await;
    assert_eq!(supported().await, 1, "a weekend that took place");
    ground.sql("UPDATE stays SET state = 'cancelled'").await;
    assert_eq!(supported().await, 0);
    let plan = PlanFollowUp { child: s.child, with: With::Child, due_at: NOW.plus_minutes(60) };
    let follow_up = s.coordinator.save(plan).await.unwrap();
    assert_eq!(supported().await, 0, "a talk to come");
    let answers = ["睡得好", "", "", "", ""].map(str::to_owned);
    let talk = RecordFollowUp { follow_up, way: "talk".into(), alone: "yes".into(), answers };
    s.coordinator.save(talk).await.unwrap();
    assert_eq!(supported().await, 1, "a talk");
    s.store.close().await.unwrap();
}

async fn small_counts_of_people_stay_in_the_county(ground: Ground) {
    let store = ground.told().await;
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-01' WHERE state = 'paused'").await;
    ground
        .sql(
            "UPDATE pairs SET state = 'ended', ended_on = '2026-11-01' WHERE state IN ('active', 'settling') AND id NOT IN \
             (SELECT id FROM pairs WHERE state = 'active' ORDER BY id LIMIT 4)",
        )
        .await;
    let public = store.as_system(SystemTask::Public, COUNTY, NOW);
    let outside = public.figures(NOW.date()).await.unwrap();
    assert_eq!(outside.audience, Audience::Outside);
    assert_eq!(outside.get(Figure::PairsActive), Some(Shown::Few));
    assert_eq!(outside.get(Figure::Pairs), Some(Shown::Exact(180)));
    let above = desk_as(&store, Role::HigherLevel, Place::County).await;
    assert_eq!(above.figures(NOW.date()).await, Err(Error::Forbidden), "any day, and so what one day added");
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    assert_eq!(leader.figures(NOW.date()).await.unwrap().get(Figure::PairsActive), Some(Shown::Exact(4)));
    store.close().await.unwrap();
}

async fn every_figure_leads_to_as_many_records_as_it_counts(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    for figure in Figure::ALL {
        let (mut ids, mut minutes, mut turn) = (Vec::new(), 0, Turn::First);
        loop {
            let page = leader.records_behind(figure, NOW.date(), &turn).await.unwrap();
            ids.extend(page.rows.iter().map(|row| row.id));
            minutes += page.rows.iter().filter_map(|row| row.minutes).map(i64::from).sum::<i64>();
            let Some(mark) = page.next else { break };
            turn = Turn::After(mark);
        }
        let many = leader.count_records_behind(figure, NOW.date()).await.unwrap();
        assert_eq!(many, MOST_BEHIND.min(ids.len() as u64), "{figure:?}");
        let counted = count(&store, figure, NOW.date()).await;
        if figure == Figure::ServiceHours {
            assert_eq!(minutes / 60, counted);
        } else {
            assert_eq!(ids.len() as i64, counted, "{figure:?}");
        }
        ids.sort();
        ids.dedup();
        assert!(ids.len() >= 70, "{figure:?}");
    }
    store.close().await.unwrap();
}

async fn a_record_behind_a_figure_says_from_which_day_it_counts(ground: Ground) {
    let s = story(&ground).await;
    let day = async |figure, as_of| {
        let rows = s.coordinator.records_behind(figure, as_of, &Turn::First).await.unwrap().rows;
        rows.into_iter().map(|row| row.since.unwrap_or_default()).collect::<Vec<_>>()
    };
    let today = NOW.date();
    assert_eq!(day(Figure::ChildrenSupported, today).await, ["2026-03-15"], "the pair's first day, not the file's");
    let homes = day(Figure::Families, today).await;
    assert_eq!(homes, day(Figure::Volunteers, today).await);
    let joined = "2019-05-01";
    ground.sql(&format!("UPDATE volunteers SET joined_on = '{joined}'")).await;
    assert_eq!(day(Figure::Families, today).await, [joined]);
    assert_eq!(day(Figure::Families, Date::new(2018, 1, 1).unwrap()).await, Vec::<String>::new());
    s.store.close().await.unwrap();
}

async fn records_behind_a_figure_are_for_the_county_only(ground: Ground) {
    let store = ground.told().await;
    let today = NOW.date();
    let above = desk_as(&store, Role::HigherLevel, Place::County).await;
    assert_eq!(above.records_behind(Figure::Pairs, today, &Turn::First).await, Err(Error::Forbidden));
    let public = store.as_system(SystemTask::Public, COUNTY, NOW);
    assert_eq!(public.records_behind(Figure::Pairs, today, &Turn::First).await, Err(Error::Forbidden));
    let teacher = desk_as(&store, Role::ClassTeacher, Place::County).await;
    assert_eq!(teacher.figures(today).await, Err(Error::Forbidden));
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let page = office.records_behind(Figure::Pairs, today, &Turn::First).await.unwrap();
    assert_eq!(page.rows.len(), 50);
    assert!(page.rows.iter().all(|row| row.path == Path::Pair(row.id)));
    assert_eq!(above.count_records_behind(Figure::Pairs, today).await, Err(Error::Forbidden));
    let second = office.records_behind(Figure::Pairs, today, &Turn::After(page.next.clone().unwrap())).await.unwrap();
    let back = office.records_behind(Figure::Pairs, today, &Turn::Before(second.previous.unwrap())).await.unwrap();
    assert_eq!(back, page, "and back again");
    store.close().await.unwrap();
}

async fn unconfirmed_service_does_not_count(ground: Ground) {
    let store = ground.told().await;
    let before = count(&store, Figure::ServiceHours, NOW.date()).await;
    let entry = |kind: &str, confirmed: &str| {
        format!(
            "INSERT INTO hours_entries (area_id, id, volunteer_id, kind, starts_at, ends_at, minutes, by_account, confirmed_by, entered_at) \
             SELECT area_id, member_id, id, '{kind}', 0, 1, 6000, id, {confirmed}, 0 FROM volunteers WHERE number = \
             (SELECT {} FROM volunteers)",
            if kind == "training" { "min(number)" } else { "max(number)" }
        )
    };
    ground.sql(&entry("training", "NULL")).await;
    assert_eq!(count(&store, Figure::ServiceHours, NOW.date()).await, before);
    ground.sql(&entry("activity", "id")).await;
    assert_eq!(count(&store, Figure::ServiceHours, NOW.date()).await, before + 100);
    store.close().await.unwrap();
}

async fn a_pair_is_interethnic_when_exactly_one_side_is_han_and_both_are_known(ground: Ground) {
    let store = ground.told().await;
    let today = NOW.date();
    let before = count(&store, Figure::PairsInterethnic, today).await;
    let of = "(SELECT child_id FROM pairs ORDER BY id LIMIT 1)";
    let hers = "(SELECT volunteer_id FROM pairs ORDER BY id LIMIT 1)";
    let mut counted = Vec::new();
    for (child, carer) in [("'01'", "'02'"), ("'02'", "'01'"), ("'01'", "'01'"), ("'02'", "'05'"), ("NULL", "'01'")] {
        ground.sql(&format!("UPDATE children SET ethnic = {child} WHERE id = {of}")).await;
        ground.sql(&format!("UPDATE volunteers SET ethnic = {carer} WHERE id = {hers}")).await;
        counted.push(count(&store, Figure::PairsInterethnic, today).await);
    }
    let [mixed, turned, han, neither, unknown] = counted[..] else { panic!("{counted:?}") };
    assert_eq!((mixed, neither, unknown), (turned, han, han), "{counted:?}");
    assert!(mixed > han, "{counted:?}");
    assert!((han..=mixed).contains(&before), "{counted:?}");
    store.close().await.unwrap();
}

async fn the_table_for_print_agrees_with_itself_and_with_the_report(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    for day in [NOW.date(), Date::new(2018, 6, 30).unwrap(), Date::new(1999, 1, 1).unwrap()] {
        let table = office.tabulation(day).await.unwrap();
        assert!(table.agrees(), "{day}: {:?} {:?}", table.equations(), table.agreements());
        let mut sum = Counts::default();
        table.lines.iter().for_each(|line| sum.add(&line.counts));
        assert_eq!(sum, table.total, "{day}");
    }
    let today = office.tabulation(NOW.date()).await.unwrap();
    assert_eq!((today.total.get(Item::Pairs), today.total.get(Item::PairsInterethnic)), (180, 102));
    let [boys, girls, unknown] = [Item::Boys, Item::Girls, Item::SexUnknown].map(|item| today.total.get(item));
    assert!(boys > 50 && girls > 50 && unknown == 0, "{boys} {girls} {unknown}");
    assert!(today.lines.iter().filter(|line| line.counts.get(Item::Children) > 0).count() > 1, "several towns");
    store.close().await.unwrap();
}

async fn the_table_for_print_shows_a_column_that_does_not_agree(ground: Ground) {
    let store = ground.told().await;
    let office = desk_as(&store, Role::Leader, Place::County).await;
    let mut table = office.tabulation(NOW.date()).await.unwrap();
    table.lines.first_mut().unwrap().counts.count([Item::Girls]);
    let broken: Vec<String> =
        table.equations().into_iter().filter(|(_, holds)| !holds).map(|(one, _)| one.to_string()).collect();
    assert_eq!(broken, ["1 = 2 + 3 + 4"]);
    table.total.count([Item::Volunteers]);
    let apart: Vec<Item> = table.agreements().into_iter().filter(|(_, holds)| !holds).map(|(one, _)| one).collect();
    assert_eq!(apart, [Item::Volunteers]);
    store.close().await.unwrap();
}

async fn the_table_for_print_is_for_the_county_only(ground: Ground) {
    let store = ground.told().await;
    for role in [Role::TownWorker, Role::Treasurer, Role::Partner, Role::Auditor, Role::HigherLevel] {
        let told = desk_as(&store, role, Place::County).await.tabulation(NOW.date()).await;
        assert_eq!(told.unwrap_err(), Error::Forbidden, "{role:?}");
    }
    store.close().await.unwrap();
}

async fn numbers_that_leave_the_house_stand_in_the_trail(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let out = async || ground.texts("SELECT noun FROM audit_events WHERE fields = 'export'").await;
    let before = out().await.len();
    let (figures, years) = leader.figures_out(NOW.date(), 2).await.unwrap();
    assert_eq!((&figures, years.len()), (&leader.figures(NOW.date()).await.unwrap(), 2));
    assert_eq!(out().await.len(), before + 1, "the report");
    assert_eq!(leader.tabulation_out(NOW.date()).await, leader.tabulation(NOW.date()).await);
    assert_eq!(out().await.len(), before + 2, "and the table for print");
    let teacher = desk_as(&store, Role::ClassTeacher, Place::County).await;
    assert_eq!(teacher.figures_out(NOW.date(), 2).await.err(), Some(Error::Forbidden));
    assert_eq!(out().await.len(), before + 2);
    store.close().await.unwrap();
}

fn went(found: MonthOfStays) -> Vec<(ChildId, Option<String>, i64)> {
    found.children.into_iter().map(|one| (one.child, one.town, one.stays)).collect()
}

async fn a_month_counts_a_child_once_when_it_was_with_a_family_and_in_no_other_month(ground: Ground) {
    let s = story(&ground).await;
    let month = Month::of(NOW.date());
    s.approved().await;
    s.mother.save(RequestStay { new: s.days(&[s.pair], "2026-11-27", "2026-11-29") }).await.unwrap();
    assert_eq!(s.coordinator.went_in(month).await.unwrap().children.len(), 0, "nobody has gone yet");
    ground.sql("UPDATE stays SET state = 'closed' WHERE state = 'approved'").await;
    let found = went(s.coordinator.went_in(month).await.unwrap());
    assert_eq!(found, [(s.child, None, 1)], "what is only asked for does not count");
    ground.sql("UPDATE stays SET state = 'in_care' WHERE state <> 'closed'").await;
    ground.sql("UPDATE children SET town_code = '150825101101'").await;
    let now = went(s.leader.went_in(month).await.unwrap());
    assert_eq!(now, [(s.child, Some("150825101".to_owned()), 2)], "twice is one child, in its town");
    assert!(s.coordinator.went_in(month.earlier(1)).await.unwrap().children.is_empty());
    assert_eq!(s.mother.went_in(month).await.err(), Some(Error::Forbidden));
    assert_eq!(s.leader.went_out(month).await, s.leader.went_in(month).await);
    s.store.close().await.unwrap();
}
