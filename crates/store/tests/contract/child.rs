use naheya_domain::Role;
use naheya_domain::child::{ChildDetails, ChildForm, ChildState};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{ClassId, SchoolId};
use naheya_domain::stay::StayState;
use naheya_domain::viewer::Place;
use naheya_store::Error;
use naheya_store::child::edit::EditFile;
use naheya_store::child::{ChangeState, ChildFilter, ChildView, ConfirmFile, OpenFile};
use naheya_store::guardian::AddGuardian;
use naheya_store::import::{ChildLine, Lines, UndoImport};
use naheya_store::school::{AddClass, AddSchool};
use naheya_store::stay::{CancelStay, RestoreStay, Whose};

use crate::ground::{Ground, NOW, desk_as, system};
use crate::import::{child as line, import, number};
use crate::on_both_engines;
use crate::story::{Story, story};

on_both_engines![
    a_new_file_is_found_by_name_pinyin_and_initials,
    an_identity_number_belongs_to_one_child,
    a_list_is_paged_without_losing_or_repeating_a_child,
    a_class_of_another_school_is_refused,
    a_class_teacher_sees_the_own_class_only,
    the_locked_part_opens_with_a_reason_and_the_look_stands_in_the_trail,
    brothers_and_sisters_share_a_guardian,
    a_change_from_an_older_reading_is_stale,
    what_is_locked_and_left_empty_stays,
    a_saved_view_holds_the_children_it_names,
    an_applicant_does_not_wait_for_a_pair,
    whoever_may_not_see_pairs_finds_nobody_without_one,
    numbers_counted_side_by_side_are_those_counted_one_by_one,
    who_goes_away_in_the_middle_of_a_question_spoils_nobody_elses_answer,
    a_weekend_of_a_child_that_rests_is_called_off_and_whoever_waits_is_told,
    the_weekends_of_a_child_that_changes_school_go_along_and_whoever_fetches_it_is_told,
    the_weekends_of_a_child_that_a_roster_moves_go_along_and_come_back_with_it,
    a_weekend_that_is_taken_up_again_after_a_change_of_school_begins_at_the_new_one,
];

pub fn details(name: &str) -> ChildDetails {
    let form = ChildForm { name, birth_on: "2016-03-05", ..ChildForm::default() };
    ChildDetails::parse(&form, NOW.date()).unwrap()
}

async fn a_new_file_is_found_by_name_pinyin_and_initials(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let id = desk.save(OpenFile { details: details("安小草") }).await.unwrap();
    desk.save(OpenFile { details: details("白云朵") }).await.unwrap();
    for typed in ["安", "小草", "anxiao", "axc", "xc"] {
        let filter = ChildFilter { search: Some(typed.into()), ..ChildFilter::default() };
        let (rows, more) = desk.children(&filter).await.unwrap();
        assert_eq!(rows.iter().map(|r| r.id).collect::<Vec<_>>(), [id], "{typed}");
        assert!(!more);
    }
    store.close().await.unwrap();
}

async fn an_identity_number_belongs_to_one_child(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let number = "150825201603050010";
    let form = |name| ChildForm { name, id_number: number, ..ChildForm::default() };
    let number_of = |name| ChildDetails::parse(&form(name), NOW.date());
    let Ok(first) = number_of("安小草") else { panic!("{:?}", number_of("安小草")) };
    desk.save(OpenFile { details: first }).await.unwrap();
    let second = desk.save(OpenFile { details: number_of("石小榴").unwrap() }).await;
    assert_eq!(second, Err(Error::field("id_number", "duplicate.in_register")));
    assert_eq!(desk.count_children(&ChildFilter::default()).await.unwrap(), 1);
    store.close().await.unwrap();
}

async fn a_list_is_paged_without_losing_or_repeating_a_child(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    for n in 0..120 {
        // Few different names, so that pages end in the middle of equal ones.
        desk.save(OpenFile { details: details(["安小草", "白云朵", "石小榴"][n % 3]) }).await.unwrap();
    }
    let (mut seen, mut filter) = (Vec::new(), ChildFilter::default());
    loop {
        let (rows, more) = desk.children(&filter).await.unwrap();
        filter.after = rows.last().map(|r| (r.name.clone(), r.id));
        seen.extend(rows.into_iter().map(|r| r.id));
        if !more {
            break;
        }
    }
    assert_eq!(seen.len(), 120);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 120);
    desk.save(ConfirmFile { child: seen[0] }).await.unwrap();
    store.close().await.unwrap();
}

async fn a_class_of_another_school_is_refused(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let add = |name: &str| AddSchool {
        name: name.into(),
        town_code: None,
        release_at: "17:00".into(),
        return_at: "18:30".into(),
    };
    let one = desk.save(add("示例第一小学")).await.unwrap();
    let two = desk.save(add("示例第二小学")).await.unwrap();
    let class = desk.save(AddClass { school: one, name: "三年级一班".into(), grade: Some(3) }).await.unwrap();
    let mut wrong = details("安小草");
    wrong.school_id = Some(two.0);
    wrong.class_id = Some(class.0);
    let refused = desk.save(OpenFile { details: wrong }).await;
    assert_eq!(refused, Err(Error::field("class_id", "class.unknown")));
    store.close().await.unwrap();
}

async fn a_class_teacher_sees_the_own_class_only(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let school = AddSchool {
        name: "示例第一小学".into(),
        town_code: None,
        release_at: "17:00".into(),
        return_at: "18:30".into(),
    };
    let school = desk.save(school).await.unwrap();
    let mut ids = Vec::new();
    for name in ["三年级一班", "三年级二班"] {
        let class = desk.save(AddClass { school, name: name.into(), grade: Some(3) }).await.unwrap();
        let mut child = details("安小草");
        child.school_id = Some(school.0);
        child.class_id = Some(class.0);
        ids.push((class, desk.save(OpenFile { details: child }).await.unwrap()));
    }
    let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(ids[0].0.0)).await;
    let (rows, _) = teacher.children(&ChildFilter::default()).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.id).collect::<Vec<_>>(), [ids[0].1]);
    assert_eq!(teacher.save(ConfirmFile { child: ids[1].1 }).await, Err(Error::NotFound));
    assert_eq!(teacher.save(OpenFile { details: details("白云朵") }).await, Err(Error::Forbidden));
    store.close().await.unwrap();
}

async fn the_locked_part_opens_with_a_reason_and_the_look_stands_in_the_trail(ground: Ground) {
    let store = ground.store().await;
    let mut child = details("安小草");
    child.health = Some("花生过敏".into());
    let id = system(&store).save(OpenFile { details: child }).await.unwrap();
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    assert_eq!(desk.child_secret(id, " ").await, Err(Error::field("reason", "required.missing")));
    assert_eq!(desk.child_secret(id, "核对过敏药").await.unwrap().health.as_deref(), Some("花生过敏"));
    let looks: Vec<_> = desk.child_trail(id).await.unwrap().into_iter().filter(|l| l.act == "look").collect();
    assert_eq!(looks.len(), 1);
    assert_eq!((looks[0].fields.as_str(), looks[0].reason.as_deref()), ("secret", Some("核对过敏药")));
    let town = desk_as(&store, Role::TownWorker, Place::Town("150825100".into())).await;
    assert_eq!(town.child_secret(id, "核对过敏药").await, Err(Error::NotFound));
    store.close().await.unwrap();
}

async fn brothers_and_sisters_share_a_guardian(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let form =
        GuardianForm { name: "石大山", relation: "父亲", phone: "13900000000", away: true, ..Default::default() };
    let details_of = GuardianDetails::parse(&form).unwrap();
    let mut guardians = Vec::new();
    for name in ["石小榴", "石小满"] {
        let child = desk.save(OpenFile { details: details(name) }).await.unwrap();
        let add = AddGuardian { child, details: details_of.clone() };
        guardians.push(desk.save(add.clone()).await.unwrap());
        assert_eq!(desk.save(add).await, Err(Error::field("name", "guardian.already_there")));
        let file = desk.child_file(child).await.unwrap();
        assert_eq!(file.guardians[0].phone.as_deref(), Some("13900000000"));
    }
    assert_eq!(guardians[0], guardians[1]);
    store.close().await.unwrap();
}

async fn a_change_from_an_older_reading_is_stale(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let child = desk.save(OpenFile { details: details("安小草") }).await.unwrap();
    let version = desk.child_file(child).await.unwrap().version;
    let change = |likes: &str| {
        let mut details = details("安小草");
        details.likes = Some(likes.into());
        EditFile { child, version, details }
    };
    desk.save(change("画画")).await.unwrap();
    assert_eq!(desk.save(change("马头琴")).await, Err(Error::Stale));
    assert_eq!(desk.child_file(child).await.unwrap().likes.as_deref(), Some("画画"));
    store.close().await.unwrap();
}

async fn what_is_locked_and_left_empty_stays(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let mut whole = details("安小草");
    whole.health = Some("示例病史".into());
    let child = desk.save(OpenFile { details: whole }).await.unwrap();
    let version = desk.child_fields(child).await.unwrap().version;
    desk.save(EditFile { child, version, details: details("安小树") }).await.unwrap();
    assert_eq!(desk.child_secret(child, "核对病史").await.unwrap().health.as_deref(), Some("示例病史"));
    assert_eq!(desk.child_called("安小树").await, Ok(child));
    let again = desk.save(EditFile { child, version, details: details("安小草") }).await;
    assert_eq!(again, Err(Error::Stale));
    assert_eq!(store.verify(crate::ground::COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_saved_view_holds_the_children_it_names(ground: Ground) {
    let store = ground.told().await;
    let desk = system(&store);
    for view in ChildView::TABS.into_iter().filter(|view| *view != ChildView::Stale) {
        let filter = ChildFilter { view, ..ChildFilter::default() };
        let (rows, more) = desk.children(&filter).await.unwrap();
        assert!(!rows.is_empty() || view == ChildView::Paused, "{view:?}");
        let count = desk.count_children(&filter).await.unwrap();
        assert_eq!(count > rows.len() as u64, more, "{view:?}");
        for row in rows {
            let pair = row.pair.as_ref().map(|p| p.state.as_str());
            let state = row.state.code();
            let held = match view {
                ChildView::Here => state != "left",
                ChildView::Left => state == "left",
                ChildView::Paired => matches!(pair, Some("settling" | "active")) && state != "paused",
                ChildView::Waiting => pair.is_none() && state == "enrolled",
                ChildView::Applying => pair.is_none() && state == "applying",
                _ => state == "paused" || pair == Some("paused"),
            };
            assert!(held, "{view:?}: {row:?}");
        }
    }
    let paired = ChildFilter { view: ChildView::Paired, ..ChildFilter::default() };
    let (rows, _) = desk.children(&paired).await.unwrap();
    let last = rows.iter().find_map(|row| Some((row.id, row.last_stay_on?)));
    let (child, on) = last.unwrap();
    let moments = desk.child_moments(&desk.child_file(child).await.unwrap()).await.unwrap();
    assert!(moments.iter().any(|m| m.at.date() == on), "the list tells what the file tells");
    for row in &rows {
        let told = row.pair.clone().map(|p| (p.volunteer, p.begun_on.unwrap().to_string(), p.state));
        let file = desk.child_file(row.id).await.unwrap().pair;
        assert_eq!(told, file.map(|p| (p.name, p.begun_on, p.state)), "the list tells what the file tells");
    }
    store.close().await.unwrap();
}

async fn an_applicant_does_not_wait_for_a_pair(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    let child = desk.save(OpenFile { details: details("安小草") }).await.unwrap();
    let found = async |view| desk.count_children(&ChildFilter { view, ..ChildFilter::default() }).await.unwrap();
    assert_eq!((found(ChildView::Applying).await, found(ChildView::Waiting).await), (1, 0));
    desk.save(ChangeState { child, next: ChildState::Enrolled }).await.unwrap();
    assert_eq!((found(ChildView::Applying).await, found(ChildView::Waiting).await), (0, 1));
    store.close().await.unwrap();
}

async fn whoever_may_not_see_pairs_finds_nobody_without_one(ground: Ground) {
    let store = ground.store().await;
    let mut of = details("安小草");
    of.town_code = Some("150825100".into());
    let child = system(&store).save(OpenFile { details: of }).await.unwrap();
    system(&store).save(ChangeState { child, next: ChildState::Enrolled }).await.unwrap();
    let town = desk_as(&store, Role::TownWorker, Place::Town("150825100".into())).await;
    let found = async |view| town.count_children(&ChildFilter { view, ..ChildFilter::default() }).await.unwrap();
    assert_eq!((found(ChildView::Here).await, found(ChildView::Waiting).await), (1, 0));
    store.close().await.unwrap();
}

async fn numbers_counted_side_by_side_are_those_counted_one_by_one(ground: Ground) {
    let store = ground.told().await;
    let whole = system(&store);
    let mut rooms = whole.schools().await.unwrap().into_iter().flat_map(|school| school.classes);
    let teacher = loop {
        let room = rooms.next().unwrap();
        let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(room.id.0)).await;
        if teacher.count_children(&ChildFilter::default()).await.unwrap() > 0 {
            break teacher;
        }
    };
    for desk in [whole, teacher] {
        let filters = ChildView::TABS.map(|view| ChildFilter { view, ..ChildFilter::default() });
        let beside = desk.counts_of_children(&filters).await.unwrap();
        for (filter, number) in filters.iter().zip(&beside) {
            assert_eq!(desk.count_children(filter).await.unwrap(), *number, "{:?}", filter.view);
        }
        assert!(beside.iter().any(|n| *n > 0));
    }
    store.close().await.unwrap();
}

async fn who_goes_away_in_the_middle_of_a_question_spoils_nobody_elses_answer(ground: Ground) {
    let store = ground.told().await;
    let desk = system(&store);
    let filters = ChildView::TABS.map(|view| ChildFilter { view, ..ChildFilter::default() });
    let told = desk.counts_of_children(&filters).await.unwrap();
    let asking: Vec<_> = (0..40)
        .map(|n| {
            let (desk, filters) = (desk.clone(), filters.clone());
            let task = tokio::spawn(async move { desk.counts_of_children(&filters).await });
            if n % 2 == 0 {
                task.abort();
            }
            task
        })
        .collect();
    for task in asking {
        match task.await {
            Ok(answer) => assert_eq!(answer.unwrap(), told),
            Err(gone) => assert!(gone.is_cancelled()),
        }
    }
    assert_eq!(desk.counts_of_children(&filters).await.unwrap(), told);
    store.close().await.unwrap();
}

async fn a_weekend_of_a_child_that_rests_is_called_off_and_whoever_waits_is_told(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    for next in [ChildState::Enrolled, ChildState::Paused] {
        s.coordinator.save(ChangeState { child: s.child, next }).await.unwrap();
    }
    let line = s.coordinator.stay_line(stay).await.unwrap();
    assert_eq!((line.state, line.words.as_deref()), (StayState::Cancelled, Some("child.paused")));
    let told = "SELECT COALESCE(to_role, 'herself') FROM outbox WHERE kind IN ('stay.cancelled', 'stay.stopped_now') ORDER BY 1";
    assert_eq!(ground.texts(told).await, ["class_teacher", "coordinator", "herself"]);
    s.store.close().await.unwrap();
}

/// Another school with a class.
pub async fn other_school(s: &Story) -> (SchoolId, ClassId) {
    let other = AddSchool {
        name: "另一所示例学校".into(),
        town_code: None,
        release_at: "17:30".into(),
        return_at: "18:30".into(),
    };
    let other = system(&s.store).save(other).await.unwrap();
    let class = AddClass { school: other, name: "三(1)班".into(), grade: Some(3) };
    (other, system(&s.store).save(class).await.unwrap())
}

/// The child's file says that it goes to this school.
pub async fn goes_to(s: &Story, (school, class): (SchoolId, ClassId), details: ChildDetails) {
    let version = s.coordinator.child_fields(s.child).await.unwrap().version;
    let details = ChildDetails { school_id: Some(school.0), class_id: Some(class.0), ..details };
    s.coordinator.save(EditFile { child: s.child, version, details }).await.unwrap();
}

/// The schools that let a child go this weekend.
pub async fn let_go_at(s: &Story) -> Vec<SchoolId> {
    let until = NOW.plus_minutes(3 * 24 * 60);
    let off = s.coordinator.weekend_off(NOW, until, Whose::Everybody).await.unwrap();
    off.schools.into_iter().map(|(id, ..)| id).collect()
}

/// To whom letters about another school went.
pub const TOLD: &str = "SELECT COALESCE(to_role, 'herself') FROM outbox WHERE kind = 'stay.school_changed' ORDER BY 1";

async fn the_weekends_of_a_child_that_changes_school_go_along_and_whoever_fetches_it_is_told(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    let other = other_school(&s).await;
    goes_to(&s, (s.school, s.class), details("安小草")).await;
    assert_eq!((let_go_at(&s).await, ground.texts(TOLD).await.len()), (vec![s.school], 0), "it is the same school");
    goes_to(&s, other, details("安小草")).await;
    assert_eq!(let_go_at(&s).await, [other.0], "the new school lets it go");
    assert_eq!(ground.texts(TOLD).await, ["class_teacher", "herself"]);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn the_weekends_of_a_child_that_a_roster_moves_go_along_and_come_back_with_it(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    let id_number = number("20160305", 1);
    let form = ChildForm { name: "安小草", id_number: &id_number, ..ChildForm::default() };
    goes_to(&s, (s.school, s.class), ChildDetails::parse(&form, NOW.date()).unwrap()).await;
    let (other, _) = other_school(&s).await;
    let line = ChildLine { school: "另一所示例学校".into(), ..line(2, "安小草", &id_number, "三(1)班") };
    let batch = import(&s.coordinator, Lines::Children(vec![line])).await.batch.unwrap();
    assert_eq!(let_go_at(&s).await, [other], "the roster says where it goes to school");
    assert_eq!(ground.texts(TOLD).await, ["class_teacher", "herself"]);
    assert_eq!(s.coordinator.save(UndoImport { batch }).await, Ok(0));
    assert_eq!(let_go_at(&s).await, [s.school], "and it is at its old school again");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_weekend_that_is_taken_up_again_after_a_change_of_school_begins_at_the_new_one(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    s.coordinator.save(CancelStay { stay, reason: "大雪封路".into() }).await.unwrap();
    let other = other_school(&s).await;
    goes_to(&s, other, details("安小草")).await;
    assert_eq!(ground.texts(TOLD).await, Vec::<String>::new(), "nobody goes");
    s.coordinator.save(RestoreStay { stay }).await.unwrap();
    assert_eq!(let_go_at(&s).await, [other.0]);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}
