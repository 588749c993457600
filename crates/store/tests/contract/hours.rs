use naheya_domain::figure::{Figure, HoursKind, Shown};
use naheya_domain::hours::{NewCorrection, NewPaper, NewService};
use naheya_domain::id::{HoursClaimId, HoursEntryId, PairId};
use naheya_domain::setting::Settings;
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role, Timestamp};
use naheya_store::custody::Witness;
use naheya_store::hours::{
    Claims, ConfirmHours, CorrectHours, EnterPaper, EnterService, HoursBook, HoursGroup, RefuseHours, SHOWN,
    WithdrawHours,
};
use naheya_store::setting::ChangeSettings;
use naheya_store::stay::{ConfirmReturn, ReleaseProof, ReleaseStay, ReopenStay};
use naheya_store::volunteer::VolunteerFilter;
use naheya_store::{Desk, Error};

use crate::ground::{Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, story};
use crate::volunteer::register;

on_both_engines![
    a_weekend_is_a_line_of_the_book_with_its_days,
    service_counts_when_another_person_has_confirmed_it,
    nobody_confirms_the_own_hours_of_the_time_when_she_was_a_volunteer,
    what_was_sent_back_or_taken_back_never_counts,
    time_that_stands_in_the_ledger_is_refused_when_entered_and_when_confirmed,
    the_cap_of_a_day_counts_all_entries_together,
    a_correction_needs_another_person_and_keeps_the_old_line,
    the_talk_is_due_two_days_after_the_return_that_stands,
    a_line_that_should_not_count_is_taken_back_and_a_mistaken_tap_is_told,
    paper_hours_are_one_line_for_a_pair_and_a_year,
    paper_hours_of_the_running_year_count_once_they_are_confirmed,
    the_book_is_hers_and_the_offices,
    the_books_of_all_volunteers_make_the_figure,
    hours_that_end_with_the_year_are_the_old_years_in_chart_book_file_and_list,
    claims_of_more_than_fifty_volunteers_are_the_leaders_to_take_out,
    the_own_claims_that_wait_hide_none_of_the_others,
    a_sibling_who_stays_behind_keeps_no_hours_back,
    a_correction_whose_line_was_credited_anew_says_so_and_is_confirmed_by_nobody,
];

/// Monday after the weekend.
const AFTER: Timestamp = Timestamp(DUE.0 + 15 * 3_600_000);

fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> String {
    match done {
        Err(Error::Refused(refusal)) => refusal.code.to_owned(),
        other => format!("{other:?}"),
    }
}

fn service(kind: HoursKind, from: Timestamp, minutes: i64) -> NewService {
    NewService { kind, span: (from, from.plus_minutes(minutes)), words: "给新来的周末妈妈讲急救".into() }
}

/// A weekend from Friday 17:30 to `back`, with the way of the home taken off at each end.
async fn weekend(s: &Story, back: Timestamp) -> naheya_domain::id::StayId {
    let stay = s.approved().await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let here = ConfirmReturn { stay, witness: Witness::by("sight") };
    s.at(&s.teacher, back).await.save(here).await.unwrap();
    stay
}

async fn book(s: &Story, desk: &Desk) -> HoursBook {
    desk.hours(s.carer.volunteer).await.unwrap()
}

/// Enters and confirms; answers the claim.
async fn served(s: &Story, new: NewService) -> Result<HoursClaimId, Error> {
    let claim = s
        .at(&s.coordinator, AFTER)
        .await
        .save(EnterService { volunteer: s.carer.volunteer, others: vec![], new })
        .await?;
    s.at(&s.leader, AFTER).await.save(ConfirmHours { claim }).await?;
    Ok(claim)
}

async fn entry(s: &Story) -> HoursEntryId {
    book(s, &s.coordinator).await.lines[0].entry.unwrap()
}

async fn figure(s: &Story) -> i64 {
    let figures = s.at(&s.leader, AFTER).await.figures(AFTER.date()).await.unwrap();
    match figures.get(Figure::ServiceHours) {
        Some(Shown::Exact(hours)) => hours,
        other => panic!("{other:?}"),
    }
}

async fn a_weekend_is_a_line_of_the_book_with_its_days(ground: Ground) {
    let s = story(&ground).await;
    let stay = weekend(&s, DUE).await;
    let hers = book(&s, &s.mother).await;
    let [line] = hers.lines.as_slice() else { panic!("{hers:?}") };
    assert_eq!((line.stay, line.group, line.changes.len()), (Some(stay), HoursGroup::Weekend, 0));
    assert_eq!(line.children, [(s.child, "安小草".to_owned())]);
    // Saturday and Sunday were longer than a day may count.
    let capped: Vec<bool> = line.days.iter().map(|d| d.is_capped()).collect();
    assert_eq!(capped, [false, true, true]);
    assert_eq!(line.days.iter().map(|d| d.credited).sum::<i32>(), line.minutes);
    assert_eq!((hers.minutes(), hers.years()), (line.minutes.into(), vec![(2026, line.minutes.into())]));
    assert_eq!(figure(&s).await, hers.minutes() / 60);
    // The pair ends, the child is out of her sight, the hours stay.
    ground.sql("UPDATE pairs SET state = 'ended', ended_on = '2026-11-23'").await;
    let later = book(&s, &s.at(&s.mother, AFTER.plus_minutes(24 * 60)).await).await;
    assert_eq!((later.minutes(), later.lines[0].children.len()), (hers.minutes(), 0));
    s.store.close().await.unwrap();
}

async fn service_counts_when_another_person_has_confirmed_it(ground: Ground) {
    let s = story(&ground).await;
    let office = s.at(&s.coordinator, AFTER).await;
    let enter =
        EnterService { volunteer: s.carer.volunteer, others: vec![], new: service(HoursKind::Training, NOW, 150) };
    assert_eq!(s.mother.save(enter.clone()).await, Err(Error::Forbidden), "the volunteer enters nothing herself");
    let claim = office.save(enter).await.unwrap();
    let waiting = book(&s, &s.mother).await;
    assert_eq!((waiting.minutes(), waiting.waiting.len(), waiting.waiting[0].own), (0, 1, false));
    assert_eq!(code(office.save(ConfirmHours { claim }).await), "hours.own_entry");
    assert_eq!(s.mother.save(ConfirmHours { claim }).await, Err(Error::Forbidden));
    let leader = s.at(&s.leader, AFTER).await;
    assert_eq!(leader.count_hours_claims().await.unwrap(), 1);
    assert_eq!(office.count_hours_claims().await.unwrap(), 0, "nobody is asked for the own entry");
    leader.save(ConfirmHours { claim }).await.unwrap();
    assert_eq!(code(leader.save(ConfirmHours { claim }).await), "hours.decided");
    let hers = book(&s, &s.mother).await;
    assert_eq!((hers.minutes(), hers.minutes_of(HoursGroup::Service), hers.waiting.len()), (150, 150, 0));
    assert_eq!(hers.lines[0].words.as_deref(), Some("给新来的周末妈妈讲急救"));
    assert!(hers.lines[0].by.is_some(), "both names stand there");
    assert_eq!(figure(&s).await, 2);
    s.store.close().await.unwrap();
}

async fn nobody_confirms_the_own_hours_of_the_time_when_she_was_a_volunteer(ground: Ground) {
    let s = story(&ground).await;
    let (account, place) = (s.leader.viewer().account, Place::Person(s.carer.volunteer.0));
    let (from_on, to_on) = (jiff::civil::date(2026, 9, 1), Some(jiff::civil::date(2026, 10, 31)));
    let add = naheya_store::account::AddGrant { account, role: Role::Volunteer, place, from_on, to_on };
    system(&s.store).save(add).await.unwrap();
    assert_eq!(code(served(&s, service(HoursKind::Training, NOW, 60)).await), "hours.own_hours");
    s.store.close().await.unwrap();
}

async fn what_was_sent_back_or_taken_back_never_counts(ground: Ground) {
    let s = story(&ground).await;
    let (office, leader) = (s.at(&s.coordinator, AFTER).await, s.at(&s.leader, AFTER).await);
    let enter =
        || EnterService { volunteer: s.carer.volunteer, others: vec![], new: service(HoursKind::Activity, NOW, 60) };
    let first = office.save(enter()).await.unwrap();
    let wordless = RefuseHours { claim: first, words: " ".into() };
    assert_eq!(leader.save(wordless).await, Err(Error::field("answer", "required.missing")));
    leader.save(RefuseHours { claim: first, words: "那天活动改期了".into() }).await.unwrap();
    let second = office.save(enter()).await.unwrap();
    assert_eq!(code(leader.save(WithdrawHours { claim: second }).await), "hours.not_own_entry");
    office.save(WithdrawHours { claim: second }).await.unwrap();
    assert_eq!(code(leader.save(ConfirmHours { claim: second }).await), "hours.decided");
    let hers = book(&s, &s.mother).await;
    assert_eq!((hers.lines.len(), hers.waiting.len()), (0, 0));
    let claims = leader.hours_claims().await.unwrap();
    assert_eq!((claims.waiting.len(), claims.done.len()), (0, 2));
    assert!(claims.done.iter().any(|c| c.answer.as_deref() == Some("那天活动改期了")));
    s.store.close().await.unwrap();
}

async fn time_that_stands_in_the_ledger_is_refused_when_entered_and_when_confirmed(ground: Ground) {
    let s = story(&ground).await;
    weekend(&s, DUE).await;
    let saturday = FETCHED.plus_minutes(18 * 60);
    let inside = service(HoursKind::Activity, saturday, 60);
    assert_eq!(code(served(&s, inside).await), "hours.overlap");
    // Two wait for the same hour: the second is refused when the first stands.
    let (office, leader) = (s.at(&s.coordinator, AFTER).await, s.at(&s.leader, AFTER).await);
    let enter = |kind| EnterService { volunteer: s.carer.volunteer, others: vec![], new: service(kind, NOW, 60) };
    let first = office.save(enter(HoursKind::Training)).await.unwrap();
    assert_eq!(code(office.save(enter(HoursKind::Training)).await), "hours.waits_already");
    let second = office.save(enter(HoursKind::Activity)).await.unwrap();
    leader.save(ConfirmHours { claim: first }).await.unwrap();
    assert_eq!(code(leader.save(ConfirmHours { claim: second }).await), "hours.overlap");
    let touching = service(HoursKind::Activity, NOW.plus_minutes(60), 60);
    assert!(served(&s, touching).await.is_ok(), "touching ends are no overlap");
    s.store.close().await.unwrap();
}

async fn the_cap_of_a_day_counts_all_entries_together(ground: Ground) {
    let s = story(&ground).await;
    let (held, version) = s.leader.settings().await.unwrap();
    s.leader.save(ChangeSettings { version, settings: Settings { daily_cap: 120, ..held } }).await.unwrap();
    served(&s, service(HoursKind::Training, NOW, 90)).await.unwrap();
    served(&s, service(HoursKind::Activity, NOW.plus_minutes(100), 90)).await.unwrap();
    let hers = book(&s, &s.mother).await;
    assert_eq!(hers.minutes(), 120, "90 and 30 of 90");
    let second = hers.lines.iter().find(|l| l.kind == HoursKind::Activity).unwrap();
    assert_eq!((second.minutes, second.is_capped(), second.days[0].spent), (30, true, 90));
    let third = service(HoursKind::Activity, NOW.plus_minutes(300), 30);
    assert_eq!(code(served(&s, third).await), "hours.day_full");
    s.store.close().await.unwrap();
}

async fn a_correction_needs_another_person_and_keeps_the_old_line(ground: Ground) {
    let s = story(&ground).await;
    weekend(&s, DUE).await;
    let before = book(&s, &s.mother).await.minutes();
    let (office, leader) = (s.at(&s.coordinator, AFTER).await, s.at(&s.leader, AFTER).await);
    let entry = entry(&s).await;
    let shorter = (FETCHED.plus_minutes(60), FETCHED.plus_minutes(180));
    let new = NewCorrection { span: Some(shorter), reason: "周五晚上就回了学校".into() };
    let claim = office.save(CorrectHours { entry, new: new.clone() }).await.unwrap();
    assert_eq!(book(&s, &s.mother).await.minutes(), before, "nothing changes until it is confirmed");
    assert_eq!(code(office.save(CorrectHours { entry, new: new.clone() }).await), "hours.correction_waits");
    assert_eq!(code(office.save(ConfirmHours { claim }).await), "hours.own_entry");
    leader.save(ConfirmHours { claim }).await.unwrap();
    let hers = book(&s, &s.mother).await;
    let [line] = hers.lines.as_slice() else { panic!("{hers:?}") };
    assert_eq!((line.minutes, line.span, hers.minutes()), (120, shorter, 120));
    assert_eq!((line.changes.len(), i64::from(line.changes[0].before)), (1, before));
    assert_eq!(line.changes[0].words.as_deref(), Some("周五晚上就回了学校"));
    assert_eq!(figure(&s).await, 2);
    assert_eq!(code(leader.save(CorrectHours { entry, new }).await), "hours.already_corrected");
    // What was corrected can be corrected again.
    let entry = line.entry.unwrap();
    let longer = (FETCHED.plus_minutes(30), FETCHED.plus_minutes(330));
    let new = NewCorrection { span: Some(longer), reason: "再看一遍，是十一点走的".into() };
    let claim = leader.save(CorrectHours { entry, new }).await.unwrap();
    office.save(ConfirmHours { claim }).await.unwrap();
    let hers = book(&s, &s.mother).await;
    assert_eq!((hers.lines.len(), hers.minutes(), hers.lines[0].changes.len()), (1, 300, 2));
    s.is_sound(AFTER).await;
    s.store.close().await.unwrap();
}

async fn the_talk_is_due_two_days_after_the_return_that_stands(ground: Ground) {
    let s = story(&ground).await;
    let stay = weekend(&s, DUE.plus_minutes(-60)).await;
    s.at(&s.teacher, DUE.plus_minutes(-50)).await.save(ReopenStay { stay }).await.unwrap();
    let here = ConfirmReturn { stay, witness: Witness::by("sight") };
    s.at(&s.teacher, DUE).await.save(here).await.unwrap();
    let due = format!("SELECT CAST(due_at - {} AS TEXT) FROM follow_ups", DUE.0);
    assert_eq!(ground.texts(&due).await, [(48 * 3_600_000).to_string()]);
    s.store.close().await.unwrap();
}

async fn a_line_that_should_not_count_is_taken_back_and_a_mistaken_tap_is_told(ground: Ground) {
    let s = story(&ground).await;
    let stay = weekend(&s, DUE.plus_minutes(-60)).await;
    s.at(&s.teacher, DUE.plus_minutes(-50)).await.save(ReopenStay { stay }).await.unwrap();
    let hers = book(&s, &s.mother).await;
    assert_eq!((hers.minutes(), hers.lines.len(), hers.lines[0].entry), (0, 1, None));
    let here = ConfirmReturn { stay, witness: Witness::by("sight") };
    s.at(&s.teacher, DUE).await.save(here).await.unwrap();
    let hers = book(&s, &s.mother).await;
    assert!(hers.minutes() > 0);
    assert_eq!((hers.lines.len(), hers.lines[0].changes.len(), hers.lines[0].changes[0].words.clone()), (1, 1, None));
    let new = NewCorrection { span: None, reason: "孩子那天住在亲戚家".into() };
    let claim = s.at(&s.coordinator, AFTER).await.save(CorrectHours { entry: entry(&s).await, new }).await.unwrap();
    s.at(&s.leader, AFTER).await.save(ConfirmHours { claim }).await.unwrap();
    let hers = book(&s, &s.mother).await;
    assert_eq!((hers.minutes(), hers.lines.len(), hers.lines[0].entry, figure(&s).await), (0, 1, None, 0));
    assert!(served(&s, service(HoursKind::Activity, FETCHED.plus_minutes(120), 60)).await.is_ok(), "the time is free");
    s.store.close().await.unwrap();
}

async fn paper_hours_are_one_line_for_a_pair_and_a_year(ground: Ground) {
    let s = story(&ground).await;
    ground.sql("UPDATE pairs SET begun_on = '2019-03-15'").await;
    let (office, leader) = (s.at(&s.coordinator, AFTER).await, s.at(&s.leader, AFTER).await);
    let new = |year| NewPaper { year, minutes: 2190, number: "纸2019-001".into() };
    let pair = PairId(s.pair);
    let early = office.save(EnterPaper { pair, new: new(2018) }).await;
    assert_eq!(early, Err(Error::field("year", "hours.not_paired_then")));
    let claim = office.save(EnterPaper { pair, new: new(2019) }).await.unwrap();
    assert_eq!(code(office.save(EnterPaper { pair, new: new(2019) }).await), "hours.paper_twice", "while it waits");
    leader.save(ConfirmHours { claim }).await.unwrap();
    assert_eq!(code(office.save(EnterPaper { pair, new: new(2019) }).await), "hours.paper_twice");
    let hers = book(&s, &s.mother).await;
    assert_eq!((hers.minutes_of(HoursGroup::Paper), hers.years()), (2190, vec![(2019, 2190)]));
    assert_eq!(hers.lines[0].paper_number.as_deref(), Some("纸2019-001"));
    let times = NewCorrection { span: Some((NOW, NOW.plus_minutes(60))), reason: "写错了".into() };
    let entry = hers.lines[0].entry.unwrap();
    assert_eq!(code(office.save(CorrectHours { entry, new: times }).await), "hours.paper_has_no_times");
    let back = NewCorrection { span: None, reason: "纸上是另一年".into() };
    let claim = office.save(CorrectHours { entry, new: back }).await.unwrap();
    leader.save(ConfirmHours { claim }).await.unwrap();
    let claim = office.save(EnterPaper { pair, new: new(2019) }).await.unwrap();
    leader.save(ConfirmHours { claim }).await.unwrap();
    assert_eq!(book(&s, &s.mother).await.minutes(), 2190, "taken back, then entered again");
    s.store.close().await.unwrap();
}

async fn paper_hours_of_the_running_year_count_once_they_are_confirmed(ground: Ground) {
    let s = story(&ground).await;
    let (office, leader) = (s.at(&s.coordinator, AFTER).await, s.at(&s.leader, AFTER).await);
    let enter = || {
        let new = NewPaper { year: 2026, minutes: 600, number: "纸2026-001".into() };
        EnterPaper { pair: PairId(s.pair), new }
    };
    let claim = office.save(enter()).await.unwrap();
    leader.save(ConfirmHours { claim }).await.unwrap();
    let hers = book(&s, &office).await;
    assert_eq!((hers.minutes(), hers.years()), (600, vec![(2026, 600)]));
    assert_eq!(figure(&s).await, 10, "the figure counts what her book counts");
    assert_eq!(code(office.save(enter()).await), "hours.paper_twice", "still one for the year");
    s.store.close().await.unwrap();
}

async fn the_book_is_hers_and_the_offices(ground: Ground) {
    let s = story(&ground).await;
    weekend(&s, DUE).await;
    let other = crate::volunteer::approved(&s.store, "王示范").await;
    assert_eq!(s.mother.hours(other.volunteer).await.err(), Some(Error::NotFound));
    let stranger = desk_as(&s.store, Role::Volunteer, Place::Person(other.volunteer.0)).await;
    assert_eq!(stranger.hours(s.carer.volunteer).await.err(), Some(Error::NotFound));
    let father = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    for desk in [&father, &s.teacher] {
        assert_eq!(desk.hours(s.carer.volunteer).await.err(), Some(Error::NotFound));
    }
    let entry = entry(&s).await;
    for desk in [&s.mother, &stranger, &father, &s.teacher] {
        assert_eq!(desk.hours_entry(entry).await.err(), Some(Error::Forbidden));
        assert_eq!(desk.hours_claims().await.err(), Some(Error::Forbidden));
    }
    s.store.close().await.unwrap();
}

async fn the_books_of_all_volunteers_make_the_figure(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let mut sum = 0;
    for row in leader.volunteers_out(&VolunteerFilter::default()).await.unwrap() {
        let book = leader.hours(row.id).await.unwrap();
        assert_eq!(book.minutes(), row.minutes, "{}: book and list", row.number);
        assert_eq!(book.years().iter().map(|(_, m)| m).sum::<i64>(), book.minutes());
        let file = leader.volunteer(row.id).await.unwrap();
        let mut years: Vec<(i16, i64)> = file.years.iter().map(|y| (y.year, y.minutes)).collect();
        years.reverse();
        assert_eq!(book.years(), years, "{}: book and file", row.number);
        sum += book.minutes();
    }
    let figures = leader.figures(NOW.date()).await.unwrap();
    assert_eq!(figures.get(Figure::ServiceHours), Some(Shown::Exact(sum / 60)));
    store.close().await.unwrap();
}

async fn hours_that_end_with_the_year_are_the_old_years_in_chart_book_file_and_list(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let told = async || {
        let her = leader.volunteers_out(&VolunteerFilter::default()).await.unwrap().swap_remove(0);
        let chart = leader.years(NOW.date(), 2).await.unwrap();
        let chart: Vec<i64> = chart.iter().map(|year| year.stay_minutes + year.other_minutes).collect();
        let file = leader.volunteer(her.id).await.unwrap().years;
        let file: Vec<(i16, i64)> = file.iter().map(|year| (year.year, year.minutes)).collect();
        let old = [leader.hours(her.id).await.unwrap().years(), file]
            .map(|years| years.into_iter().find(|(year, _)| *year == 2025).map_or(0, |(_, minutes)| minutes));
        (her.number, her.minutes_this_year, chart, old)
    };
    let (number, this_year, chart, old) = told().await;
    let midnight = Timestamp::from_shanghai(Date::new(2026, 1, 1).unwrap().at(0, 0, 0, 0));
    let (from, to) = (midnight.plus_minutes(-240).0, midnight.0);
    let entry = format!(
        "INSERT INTO hours_entries (area_id, id, volunteer_id, kind, starts_at, ends_at, minutes, by_account, \
         confirmed_by, entered_at) SELECT area_id, member_id, id, 'activity', {from}, {to}, 240, id, id, 0 \
         FROM volunteers WHERE number = '{number}'"
    );
    ground.sql(&entry).await;
    let [last, now] = chart[..] else { panic!("{chart:?}") };
    assert_eq!(told().await, (number, this_year, vec![last + 240, now], old.map(|minutes| minutes + 240)));
    store.close().await.unwrap();
}

async fn claims_of_more_than_fifty_volunteers_are_the_leaders_to_take_out(ground: Ground) {
    let store = ground.store().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let entered = async |kind, volunteer| {
        let new = service(kind, NOW.plus_minutes(-120), 60);
        office.save(EnterService { volunteer, others: vec![], new }).await.unwrap()
    };
    let claimed = async |volunteer| entered(HoursKind::Training, volunteer).await;
    for _ in 0..50 {
        claimed(register(&office, "李样例").await.volunteer).await;
    }
    let (first, _) = office.hours_claims_out().await.unwrap();
    assert_eq!(first.len(), 50);
    // Many rows of one volunteer are one name.
    entered(HoursKind::Activity, first[0].volunteer).await;
    assert_eq!(office.hours_claims_out().await.unwrap().0.len(), 51);
    leader.save(ConfirmHours { claim: first[0].id }).await.unwrap();
    claimed(register(&office, "何样友").await.volunteer).await;
    assert_eq!(code(office.hours_claims_out().await), "volunteer.export_needs_leader");
    let (lines, more) = leader.hours_claims_out().await.unwrap();
    assert!(!more, "nothing is left out");
    assert_eq!((lines.len(), lines[51].id), (52, first[0].id), "what waits first, then what was decided");
    let out = "SELECT count(*) || '' FROM audit_events WHERE noun = 'hours_claims' AND fields = 'export'";
    assert_eq!(ground.texts(out).await, ["153"], "50, 51 and 52 rows; what was refused left nothing");
    let teacher = desk_as(&store, Role::ClassTeacher, Place::County).await;
    assert_eq!(teacher.hours_claims_out().await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn the_own_claims_that_wait_hide_none_of_the_others(ground: Ground) {
    let store = ground.store().await;
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let volunteer = register(&office, "李样例").await.volunteer;
    let most = SHOWN;
    let claim = async |desk: &Desk, n: usize| {
        let from = NOW.plus_minutes(-60 * (i64::try_from(n).unwrap() + 2));
        desk.save(EnterService { volunteer, others: vec![], new: service(HoursKind::Training, from, 30) })
            .await
            .unwrap()
    };
    for n in 0..most {
        claim(&office, n).await;
    }
    let full = office.hours_claims().await.unwrap();
    assert_eq!((full.waiting.len(), full.more), (most, false), "nothing follows a page that is just full");
    claim(&office, most).await;
    let last = claim(&leader, most + 1).await;
    let Claims { waiting, more, .. } = office.hours_claims().await.unwrap();
    assert!(more, "of what the reader entered");
    assert_eq!(waiting.iter().filter(|one| one.own).count(), most, "a page has an end");
    assert!(waiting.iter().any(|one| one.id == last && !one.own), "what the reader can decide is on it");
    let Claims { waiting, more, .. } = leader.hours_claims().await.unwrap();
    assert!(more, "of what others entered");
    assert_eq!(waiting.iter().filter(|one| !one.own).count(), most);
    assert!(waiting.iter().any(|one| one.id == last && one.own));
    store.close().await.unwrap();
}

async fn a_sibling_who_stays_behind_keeps_no_hours_back(ground: Ground) {
    let s = story(&ground).await;
    let stays = s.siblings_approved(&ground).await;
    let go = async |stay, proof, at| {
        let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
        s.at(&s.teacher, at).await.save(release).await.unwrap();
    };
    let back = async |stay, at| {
        let here = ConfirmReturn { stay, witness: Witness::by("sight") };
        s.at(&s.teacher, at).await.save(here).await.unwrap();
    };
    let saturday = FETCHED.plus_minutes(18 * 60);
    go(stays[0], ReleaseProof::Code(s.digits(stays[0]).await), FETCHED).await;
    back(stays[0], saturday).await;
    let kept = book(&s, &s.mother).await;
    let alone = kept.minutes();
    assert!(alone > 0, "one is ill, the other went");
    assert_eq!(kept.lines[0].children.len(), 1, "and the line names nobody who stayed behind");
    // Well again on Saturday: both together are one weekend from Friday to Sunday.
    go(stays[1], ReleaseProof::List { called: "协调员".into() }, saturday.plus_minutes(60)).await;
    assert_eq!(book(&s, &s.mother).await.minutes(), alone, "what was credited stands meanwhile");
    back(stays[1], DUE).await;
    let kept = book(&s, &s.mother).await;
    let both = kept.minutes();
    assert!(both > alone, "{both}");
    assert_eq!((kept.lines.len(), kept.lines[0].children.len()), (1, 2));
    assert_eq!(figure(&s).await, both / 60);
    s.store.close().await.unwrap();
}

async fn a_correction_whose_line_was_credited_anew_says_so_and_is_confirmed_by_nobody(ground: Ground) {
    let s = story(&ground).await;
    let stay = weekend(&s, DUE.plus_minutes(-60)).await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(-55)).await;
    let shorter = (FETCHED.plus_minutes(60), FETCHED.plus_minutes(180));
    let new = NewCorrection { span: Some(shorter), reason: "周五晚上就回了学校".into() };
    let claim = office.save(CorrectHours { entry: entry(&s).await, new: new.clone() }).await.unwrap();
    let told = async || {
        let line = s.at(&s.leader, AFTER).await.hours_claims().await.unwrap().waiting.remove(0);
        (line.is_past, line.now.map(|(entry, _, _)| entry))
    };
    assert_eq!(told().await, (false, None));
    s.at(&s.teacher, DUE.plus_minutes(-50)).await.save(ReopenStay { stay }).await.unwrap();
    assert_eq!(told().await, (true, None), "nothing counts while the child is away again");
    let here = ConfirmReturn { stay, witness: Witness::by("sight") };
    s.at(&s.teacher, DUE).await.save(here).await.unwrap();
    let now = entry(&s).await;
    assert_eq!(told().await, (true, Some(now)));
    let leader = s.at(&s.leader, AFTER).await;
    assert_eq!(code(leader.save(ConfirmHours { claim }).await), "hours.claim_past");
    // Whoever entered it says it of the line that counts now, and takes the old one back.
    let again = s.at(&s.coordinator, AFTER).await.save(CorrectHours { entry: now, new }).await.unwrap();
    office.save(WithdrawHours { claim }).await.unwrap();
    leader.save(ConfirmHours { claim: again }).await.unwrap();
    assert_eq!(book(&s, &s.mother).await.minutes(), 120);
    s.is_sound(AFTER).await;
    s.store.close().await.unwrap();
}
