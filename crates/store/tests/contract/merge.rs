//! Two files of one child: found, merged with another person's yes, taken apart without a trace in the rows.
//!
//! Long because: each rule of a merge is tried on its own, on the same ground.

use naheya_domain::Role;
use naheya_domain::child::{ChildDetails, ChildForm, ChildState};
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{ChildId, MergeId};
use naheya_domain::merge::{File, MergeKind, Part, UNDO_DAYS, Why};
use naheya_domain::viewer::Place;
use naheya_store::child::edit::EditFile;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::concern::RaiseConcern;
use naheya_store::guardian::AddGuardian;
use naheya_store::merge::{
    ApproveMerge, Compared, ProposeMerge, RefuseMerge, TakeBackTellApart, TellApart, UndoMerge, WithdrawMerge,
};
use naheya_store::purge::PurgeOld;
use naheya_store::stay::RequestStay;
use naheya_store::{Desk, Error, Store, SystemTask};
use uuid::Uuid;

use crate::child::{details, let_go_at, other_school};
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::rows::{Around, Lot};
use crate::story::{Story, child_of, literal, pair, story};

on_both_engines![
    two_files_become_one_and_everything_comes_along,
    a_weekend_that_comes_over_begins_at_the_school_of_the_file_that_stays,
    whoever_looked_at_either_file_is_told_of_the_one,
    nobody_agrees_to_the_own_proposal,
    what_waits_is_counted_by_kind_for_who_did_not_propose_it,
    a_file_that_changed_meanwhile_is_compared_again,
    it_is_judged_again_when_it_is_agreed_to,
    a_proposal_that_was_refused_or_taken_back_changes_nothing,
    two_open_pairs_stay_two_files,
    two_open_stays_stay_two_files,
    stays_at_the_same_time_are_two_children_s,
    a_child_on_the_way_is_not_touched,
    whoever_is_kept_away_in_one_file_does_not_come_near_through_the_other,
    number_and_birth_date_come_from_one_file,
    a_file_with_a_pair_does_not_become_one_that_has_left,
    two_proposals_with_one_file_do_not_wait_side_by_side,
    a_concern_stays_within_its_circle,
    the_old_address_leads_only_those_who_see_the_file_that_stayed,
    an_identity_number_moves_along_and_back,
    a_number_of_a_file_is_not_given_twice,
    a_merge_taken_apart_leaves_the_rows_as_they_were,
    what_was_built_upon_stands_in_the_way,
    what_somebody_changed_since_stays_changed,
    a_merge_is_taken_apart_within_its_days,
    the_file_that_is_gone_is_kept_no_longer_than_that,
    doubles_are_found_and_what_was_told_apart_does_not_come_back,
    what_was_told_apart_by_mistake_is_taken_back_with_a_trace,
    the_list_goes_out_by_number_and_leaves_a_trace,
    a_teacher_finds_and_merges_nothing,
];

fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> String {
    match done {
        Err(Error::Refused(refusal)) => refusal.code.to_owned(),
        other => format!("{other:?}"),
    }
}

/// Proposes what was compared just now.
pub async fn propose(desk: &Desk, kept: ChildId, other: ChildId, from_other: &[Part]) -> Result<MergeId, Error> {
    let found = desk.compare_files(kept.into(), other.into()).await?;
    let act = ProposeMerge {
        kept: (kept.into(), found.kept.version),
        other: (other.into(), found.other.version),
        from_other: codes(from_other),
    };
    desk.save(act).await
}

fn read(file: i32) -> Compared {
    Compared { file, home: None }
}

fn codes(parts: &[Part]) -> Vec<String> {
    parts.iter().map(|part| part.code().to_owned()).collect()
}

async fn merged(s: &Story, kept: ChildId, other: ChildId, from_other: &[Part]) -> MergeId {
    let merge = propose(&s.coordinator, kept, other, from_other).await.unwrap();
    assert_eq!(s.leader.save(ApproveMerge { merge }).await, Ok(kept.into()));
    merge
}

async fn sound(store: &Store) {
    assert_eq!(store.examine(true, NOW).await.unwrap(), []);
}

/// The story's pair was put in from outside: no event knows it until it is changed, and no total.
async fn told(store: &Store) {
    let found = store.examine(true, NOW).await.unwrap();
    assert!(found.iter().all(|finding| ["pairs", "rollups"].contains(&finding.table)), "{found:?}");
}

async fn two_files_become_one_and_everything_comes_along(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let (other, _) = child_of(&s.store, "安小苗", s.school, s.class).await;
    // The paired file becomes part of the other one.
    let found = s.coordinator.compare_files(other.into(), s.child.into()).await.unwrap();
    let differs: Vec<&str> = found.differs.iter().map(|difference| difference.part).collect();
    assert_eq!(differs, ["name"], "everything else is the same");
    let rows = |table: &str| found.rows.iter().find(|rows| rows.table == table).map(|rows| (rows.kept, rows.other));
    assert_eq!((rows("stays"), rows("pairs"), rows("consents")), (Some((0, 1)), Some((0, 1)), Some((1, 1))));
    merged(&s, other, s.child, &[Part::Name]).await;
    let file = s.coordinator.child_file(other).await.unwrap();
    assert_eq!((file.name.as_str(), file.pair.map(|pair| pair.id.0)), ("安小草", Some(s.pair)));
    assert_eq!(file.guardians.len(), 1, "one adult is not two");
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().child_name, "安小草");
    assert_eq!(s.coordinator.child_file(s.child).await.err(), Some(Error::NotFound));
    assert_eq!(s.coordinator.merged_into(s.child.into()).await, Ok(other.into()));
    let found = |typed: &str| ChildFilter { search: Some(typed.into()), ..ChildFilter::default() };
    let rows = s.coordinator.children(&found("axc")).await.unwrap().0;
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [other]);
    assert_eq!(s.coordinator.children(&found("axm")).await.unwrap().0, []);
    assert_eq!(s.coordinator.count_children(&ChildFilter::default()).await, Ok(1));
    let kinds = ground.texts("SELECT kind FROM outbox ORDER BY kind").await;
    assert!(kinds.contains(&"merge.asked".to_owned()) && kinds.contains(&"merge.done".to_owned()), "{kinds:?}");
    let trail = s.leader.child_trail(other).await.unwrap();
    assert!(trail.iter().any(|line| line.act == "merge.approve"));
    told(&s.store).await;
    s.store.close().await.unwrap();
}

async fn a_weekend_that_comes_over_begins_at_the_school_of_the_file_that_stays(ground: Ground) {
    let s = story(&ground).await;
    s.asked().await;
    let (school, class) = other_school(&s).await;
    let (other, _) = child_of(&s.store, "安小草", school, class).await;
    let merge = merged(&s, other, s.child, &[]).await;
    assert_eq!(let_go_at(&s).await, [school]);
    s.leader.save(UndoMerge { merge }).await.unwrap();
    assert_eq!(let_go_at(&s).await, [s.school], "and at its own again once they are two");
    s.store.close().await.unwrap();
}

async fn double(s: &Story) -> ChildId {
    child_of(&s.store, "安小草", s.school, s.class).await.0
}

async fn whoever_looked_at_either_file_is_told_of_the_one(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    s.leader.child_file(other).await.unwrap();
    let family = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let told = async || {
        let looks = family.looks(s.child).await.unwrap().iter().any(|line| line.role == Some(Role::Leader));
        let trail = s.coordinator.child_trail(s.child).await.unwrap();
        (looks, trail.iter().any(|line| line.act == "look" && line.role == "leader"))
    };
    assert_eq!(told().await, (false, false), "another file");
    let merge = merged(&s, s.child, other, &[]).await;
    assert_eq!(told().await, (true, true));
    s.leader.save(UndoMerge { merge }).await.unwrap();
    assert_eq!(told().await, (false, false), "two children again");
    s.store.close().await.unwrap();
}

async fn nobody_agrees_to_the_own_proposal(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let merge = propose(&s.leader, s.child, other, &[]).await.unwrap();
    assert_eq!(code(s.leader.save(ApproveMerge { merge }).await), "merge.own");
    assert_eq!((s.leader.count_merges().await, s.coordinator.count_merges().await), (Ok(0), Ok(1)));
    s.coordinator.save(ApproveMerge { merge }).await.unwrap();
    assert_eq!(code(s.coordinator.save(ApproveMerge { merge }).await), "merge.decided");
    s.store.close().await.unwrap();
}

async fn what_waits_is_counted_by_kind_for_who_did_not_propose_it(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    propose(&s.leader, s.child, other, &[]).await.unwrap();
    let of = |children| vec![(MergeKind::Child, children), (MergeKind::Volunteer, 0)];
    assert_eq!(s.leader.merges_waiting().await, Ok(of(0)));
    assert_eq!(s.coordinator.merges_waiting().await, Ok(of(1)));
    assert_eq!(s.teacher.merges_waiting().await, Err(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn a_file_that_changed_meanwhile_is_compared_again(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let merge = propose(&s.coordinator, s.child, other, &[]).await.unwrap();
    let version = s.coordinator.child_fields(other).await.unwrap().version;
    s.coordinator.save(EditFile { child: other, version, details: details("安小苗") }).await.unwrap();
    assert!(!s.leader.merge_file(merge).await.unwrap().is_fresh);
    assert_eq!(s.leader.save(ApproveMerge { merge }).await, Err(Error::Stale));
    s.coordinator.save(WithdrawMerge { merge }).await.unwrap();
    let old =
        ProposeMerge { kept: (s.child.into(), read(1)), other: (other.into(), read(version)), from_other: vec![] };
    assert_eq!(s.coordinator.save(old).await, Err(Error::Stale));
    merged(&s, s.child, other, &[]).await;
    s.store.close().await.unwrap();
}

async fn it_is_judged_again_when_it_is_agreed_to(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let merge = propose(&s.coordinator, s.child, other, &[]).await.unwrap();
    pair(&ground, other, s.carer).await;
    assert_eq!(code(s.leader.save(ApproveMerge { merge }).await), "merge.both_paired");
    s.store.close().await.unwrap();
}

async fn a_proposal_that_was_refused_or_taken_back_changes_nothing(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let before = rows_of_two(&ground, s.child, other).await;
    let merge = propose(&s.coordinator, s.child, other, &[Part::Name]).await.unwrap();
    let no = |words: &str| RefuseMerge { merge, words: words.into() };
    assert_eq!(s.leader.save(no(" ")).await, Err(Error::field("answer", "required.missing")));
    assert_eq!(code(s.coordinator.save(no("两个人")).await), "merge.own");
    s.leader.save(no("生日不一样")).await.unwrap();
    let (_, decided) = s.coordinator.merges(None).await.unwrap();
    assert_eq!(decided[0].answer.as_deref(), Some("生日不一样"));
    let merge = propose(&s.coordinator, s.child, other, &[]).await.unwrap();
    assert_eq!(code(s.leader.save(WithdrawMerge { merge }).await), "merge.not_own");
    s.coordinator.save(WithdrawMerge { merge }).await.unwrap();
    assert_eq!(code(s.leader.save(ApproveMerge { merge }).await), "merge.decided");
    assert_eq!(code(s.leader.save(UndoMerge { merge }).await), "merge.not_done");
    assert_eq!(rows_of_two(&ground, s.child, other).await, before);
    s.store.close().await.unwrap();
}

async fn two_open_pairs_stay_two_files(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let second = pair(&ground, other, s.carer).await;
    assert_eq!(code(propose(&s.coordinator, s.child, other, &[]).await), "merge.both_paired");
    ground.sql(&format!("UPDATE pairs SET state = 'ended' WHERE id = {}", literal(&ground, second))).await;
    propose(&s.coordinator, s.child, other, &[]).await.unwrap();
    s.store.close().await.unwrap();
}

/// Gives a stay of the child to the other file, behind the store's back.
async fn given(ground: &Ground, stay: Uuid, to: ChildId) {
    let (stay, to) = (literal(ground, stay), literal(ground, to.0));
    ground.sql(&format!("UPDATE stays SET child_id = {to} WHERE id = {stay}")).await;
}

async fn two_open_stays_stay_two_files(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    s.asked().await;
    let later = s.days(&[s.pair], "2026-11-27", "2026-11-29");
    let later = s.mother.save(RequestStay { new: later }).await.unwrap()[0];
    given(&ground, later.0, other).await;
    assert_eq!(code(propose(&s.coordinator, s.child, other, &[]).await), "merge.both_stay");
    s.store.close().await.unwrap();
}

async fn stays_at_the_same_time_are_two_children_s(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let stay = s.asked().await;
    given(&ground, stay.0, other).await;
    s.mother.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap();
    ground.sql("UPDATE stays SET state = 'closed'").await;
    assert_eq!(code(propose(&s.coordinator, s.child, other, &[]).await), "merge.overlap");
    ground.sql(&format!("UPDATE stays SET state = 'cancelled' WHERE id = {}", literal(&ground, stay.0))).await;
    propose(&s.coordinator, s.child, other, &[]).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_child_on_the_way_is_not_touched(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    s.asked().await;
    ground.sql("UPDATE stays SET state = 'in_care'").await;
    assert_eq!(code(propose(&s.coordinator, other, s.child, &[]).await), "merge.away");
    s.store.close().await.unwrap();
}

async fn whoever_is_kept_away_in_one_file_does_not_come_near_through_the_other(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let form = |phone, blocked| GuardianForm {
        name: "安样叔",
        relation: "叔叔",
        phone,
        blocked,
        blocked_reason: if blocked { "法院裁定" } else { "" },
        ..GuardianForm::default()
    };
    let add =
        |child, phone, blocked| AddGuardian { child, details: GuardianDetails::parse(&form(phone, blocked)).unwrap() };
    s.coordinator.save(add(s.child, "13900000011", true)).await.unwrap();
    s.coordinator.save(add(other, "13900000012", false)).await.unwrap();
    assert_eq!(code(propose(&s.coordinator, s.child, other, &[]).await), "merge.kept_away", "the same name");
    assert_eq!(code(propose(&s.coordinator, other, s.child, &[]).await), "merge.kept_away", "either way");
    s.store.close().await.unwrap();
}

fn numbered(number: &str) -> ChildDetails {
    let form = ChildForm { name: "安小草", id_number: number, ..ChildForm::default() };
    ChildDetails::parse(&form, NOW.date()).unwrap()
}

const NUMBER: &str = "150825201603050010";

async fn number_and_birth_date_come_from_one_file(ground: Ground) {
    let s = story(&ground).await;
    let form = ChildForm { name: "安小草", birth_on: "2016-03-06", ..ChildForm::default() };
    let details = ChildDetails::parse(&form, NOW.date()).unwrap();
    let kept = s.coordinator.save(OpenFile { details }).await.unwrap();
    let other = s.coordinator.save(OpenFile { details: numbered(NUMBER) }).await.unwrap();
    assert_eq!(code(propose(&s.coordinator, kept, other, &[Part::IdNumber]).await), "merge.number_and_birth");
    propose(&s.coordinator, kept, other, &[Part::IdNumber, Part::BirthOn]).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_file_with_a_pair_does_not_become_one_that_has_left(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let left = naheya_store::child::ChangeState { child: other, next: ChildState::Left };
    s.coordinator.save(left).await.unwrap();
    assert_eq!(code(propose(&s.coordinator, s.child, other, &[Part::State]).await), "merge.left_with_pair");
    propose(&s.coordinator, s.child, other, &[]).await.unwrap();
    s.store.close().await.unwrap();
}

async fn two_proposals_with_one_file_do_not_wait_side_by_side(ground: Ground) {
    let s = story(&ground).await;
    let (other, third) = (double(&s).await, double(&s).await);
    propose(&s.coordinator, s.child, other, &[]).await.unwrap();
    assert_eq!(code(propose(&s.leader, other, third, &[]).await), "merge.waiting");
    assert_eq!(code(s.leader.save(TellApart { one: other.into(), other: s.child.into() }).await), "merge.waiting");
    assert_eq!(code(propose(&s.leader, third, third, &[]).await), "merge.same");
    s.store.close().await.unwrap();
}

async fn a_concern_stays_within_its_circle(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let form = ConcernForm { words: "手上有伤", situations: vec!["mr4"], ..ConcernForm::default() };
    let raise = RaiseConcern { said: NewConcern::parse(&form).unwrap(), child: Some(other) };
    let concern = s.teacher.save(raise).await.unwrap();
    // Begun after the concern: outside its circle.
    let late = desk_as(&s.store, Role::Coordinator, Place::County).await;
    let counted = |found: naheya_store::merge::Comparison| found.rows.iter().any(|rows| rows.table == "concerns");
    assert!(!counted(late.compare_files(s.child.into(), other.into()).await.unwrap()), "not even as a number");
    assert!(counted(s.coordinator.compare_files(s.child.into(), other.into()).await.unwrap()));
    let merge = propose(&late, s.child, other, &[]).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    assert_eq!(late.concerns().await.unwrap(), []);
    assert_eq!(late.concern(concern).await, Err(Error::NotFound));
    let file = s.coordinator.concern(concern).await.unwrap();
    assert_eq!(file.words, "手上有伤");
    s.coordinator.child_file_under(s.child, concern).await.unwrap();
    assert_eq!(late.child_file_under(s.child, concern).await.err(), Some(Error::NotFound));
    told(&s.store).await;
    s.store.close().await.unwrap();
}

async fn the_old_address_leads_only_those_who_see_the_file_that_stayed(ground: Ground) {
    let s = story(&ground).await;
    let class = naheya_store::school::AddClass { school: s.school, name: "四(1)班".into(), grade: Some(4) };
    let class = system(&s.store).save(class).await.unwrap();
    let (other, _) = child_of(&s.store, "安小草", s.school, class).await;
    let teacher = desk_as(&s.store, Role::ClassTeacher, Place::Class(class.0)).await;
    teacher.child_file(other).await.unwrap();
    merged(&s, s.child, other, &[]).await;
    assert_eq!(s.teacher.merged_into(other.into()).await, Ok(s.child.into()));
    assert_eq!(teacher.merged_into(other.into()).await, Err(Error::NotFound));
    assert_eq!(s.teacher.merged_into(s.child.into()).await, Err(Error::NotFound), "it is not gone");
    s.store.close().await.unwrap();
}

async fn an_identity_number_moves_along_and_back(ground: Ground) {
    let s = story(&ground).await;
    let other = s.coordinator.save(OpenFile { details: numbered(NUMBER) }).await.unwrap();
    let again = async || s.coordinator.save(OpenFile { details: numbered(NUMBER) }).await;
    let merge = merged(&s, s.child, other, &[Part::IdNumber]).await;
    let secret = s.leader.child_secret(s.child, "核对身份证号").await.unwrap();
    assert_eq!(secret.id_number.as_deref(), Some(NUMBER));
    assert_eq!(again().await, Err(Error::field("id_number", "duplicate.in_register")));
    told(&s.store).await;
    s.coordinator.save(UndoMerge { merge }).await.unwrap();
    assert_eq!(s.leader.child_secret(s.child, "核对身份证号").await.unwrap().id_number, None);
    assert_eq!(s.leader.child_secret(other, "核对身份证号").await.unwrap().id_number.as_deref(), Some(NUMBER));
    assert_eq!(again().await, Err(Error::field("id_number", "duplicate.in_register")));
    // Not chosen, the number is free; once somebody else has it, the file cannot come back with it.
    let merge = merged(&s, s.child, other, &[]).await;
    again().await.unwrap();
    assert_eq!(code(s.coordinator.save(UndoMerge { merge }).await), "merge.number_taken");
    told(&s.store).await;
    s.store.close().await.unwrap();
}

async fn a_number_of_a_file_is_not_given_twice(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let number = s.coordinator.child_file(other).await.unwrap().number;
    let merge = merged(&s, s.child, other, &[]).await;
    let third = double(&s).await;
    assert_ne!(s.coordinator.child_file(third).await.unwrap().number, number);
    s.leader.save(UndoMerge { merge }).await.unwrap();
    assert_eq!(s.coordinator.child_file(other).await.unwrap().number, number);
    s.store.close().await.unwrap();
}

/// Tables with rows of a child, and the column that says whose they are.
const AROUND: [(&str, &str); 19] = [
    ("children", "id"),
    ("search_tokens", "person_id"),
    ("uniq", "ref_id"),
    ("guardianships", "child_id"),
    ("child_categories", "child_id"),
    ("consents", "child_id"),
    ("wishes", "child_id"),
    ("round_children", "child_id"),
    ("choices", "child_id"),
    ("proposals", "child_id"),
    ("pairs", "child_id"),
    ("stays", "child_id"),
    ("custody_events", "child_id"),
    ("term_plans", "child_id"),
    ("notes", "child_id"),
    ("pictures", "child_id"),
    ("thanks", "child_id"),
    ("follow_ups", "child_id"),
    ("concerns", "child_id"),
];

/// Every row of two children.
async fn rows_of_two(ground: &Ground, one: ChildId, other: ChildId) -> Vec<String> {
    Around::of(ground, &AROUND).await.rows(&[one.0, other.0]).await
}

/// Children of the demo, two by two as a lot draws them, with what a lot chooses from each.
async fn a_merge_taken_apart_leaves_the_rows_as_they_were(ground: Ground) {
    let store = ground.told().await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let children = coordinator.children(&ChildFilter::default()).await.unwrap().0;
    let (mut lot, mut done) = (Lot(20), 0);
    let around = Around::of(&ground, &AROUND).await;
    for _ in 0..200 {
        let (kept, other) = (children[lot.below(children.len())].id, children[lot.below(children.len())].id);
        let parts: Vec<Part> = Part::ALL.into_iter().filter(|_| lot.below(2) == 0).collect();
        let before = around.rows(&[kept.0, other.0]).await;
        let Ok(merge) = propose(&coordinator, kept, other, &parts).await else { continue };
        leader.save(ApproveMerge { merge }).await.unwrap();
        assert_ne!(around.rows(&[kept.0, other.0]).await, before);
        if done % 4 == 0 {
            sound(&store).await;
        }
        coordinator.save(UndoMerge { merge }).await.unwrap();
        assert_eq!(around.rows(&[kept.0, other.0]).await, before, "{parts:?}");
        done += 1;
        if done == 12 {
            break;
        }
    }
    assert_eq!(done, 12, "the lot drew too few that can be merged");
    sound(&store).await;
    store.close().await.unwrap();
}

async fn what_was_built_upon_stands_in_the_way(ground: Ground) {
    let s = story(&ground).await;
    let kept = double(&s).await;
    let merge = merged(&s, kept, s.child, &[]).await;
    assert_eq!(s.leader.merge_file(merge).await.unwrap().in_the_way, Vec::<&str>::new());
    let stay = s.mother.save(RequestStay { new: s.weekend(&[s.pair]) }).await.unwrap()[0];
    assert_eq!(s.leader.merge_file(merge).await.unwrap().in_the_way, ["stays"]);
    assert_eq!(code(s.leader.save(UndoMerge { merge }).await), "merge.built_on");
    assert_eq!(s.coordinator.stay_line(stay).await.unwrap().child_name, "安小草");
    // A later merge is taken apart first.
    let third = double(&s).await;
    let first = merged(&s, third, double(&s).await, &[]).await;
    let second = merged(&s, kept, third, &[]).await;
    assert_eq!(s.leader.merge_file(first).await.unwrap().in_the_way, ["children"]);
    s.leader.save(UndoMerge { merge: second }).await.unwrap();
    s.leader.save(UndoMerge { merge: first }).await.unwrap();
    told(&s.store).await;
    s.store.close().await.unwrap();
}

async fn what_somebody_changed_since_stays_changed(ground: Ground) {
    let s = story(&ground).await;
    let form = |name, vital| ChildForm { name, vital, birth_on: "2016-03-05", ..ChildForm::default() };
    let file = |name, vital| ChildDetails::parse(&form(name, vital), NOW.date()).unwrap();
    let kept = s.coordinator.save(OpenFile { details: file("安小草", "花生过敏") }).await.unwrap();
    let other = s.coordinator.save(OpenFile { details: file("安小苗", "虾过敏") }).await.unwrap();
    let merge = merged(&s, kept, other, &[Part::Name, Part::Vital]).await;
    let version = s.coordinator.child_fields(kept).await.unwrap().version;
    let edit = EditFile { child: kept, version, details: file("安小苗", "花生和虾过敏") };
    s.coordinator.save(edit).await.unwrap();
    s.leader.save(UndoMerge { merge }).await.unwrap();
    let fields = s.coordinator.child_fields(kept).await.unwrap();
    assert_eq!((fields.name.as_str(), fields.vital.as_deref()), ("安小草", Some("花生和虾过敏")));
    let fields = s.coordinator.child_fields(other).await.unwrap();
    assert_eq!((fields.name.as_str(), fields.vital.as_deref()), ("安小苗", Some("虾过敏")));
    s.store.close().await.unwrap();
}

async fn a_merge_is_taken_apart_within_its_days(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let merge = merged(&s, s.child, other, &[]).await;
    let last = NOW.plus_minutes(UNDO_DAYS * 24 * 60);
    let late = s.at(&s.coordinator, last.plus_minutes(1)).await;
    assert_eq!(code(late.save(UndoMerge { merge }).await), "merge.too_late");
    s.at(&s.coordinator, last).await.save(UndoMerge { merge }).await.unwrap();
    assert_eq!(code(s.coordinator.save(UndoMerge { merge }).await), "merge.not_done");
    s.coordinator.child_file(other).await.unwrap();
    s.store.close().await.unwrap();
}

async fn the_file_that_is_gone_is_kept_no_longer_than_that(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let merge = merged(&s, s.child, other, &[]).await;
    let last = NOW.plus_minutes(UNDO_DAYS * 24 * 60);
    let kept = async || ground.texts("SELECT 'kept' FROM merges WHERE undo_sealed IS NOT NULL").await.len();
    let job = async |now| s.store.as_system(SystemTask::Job, COUNTY, now).save(PurgeOld).await;
    job(last).await.unwrap();
    assert_eq!(kept().await, 1);
    job(last.plus_minutes(1)).await.unwrap();
    assert_eq!(kept().await, 0);
    let line = s.leader.merge_file(merge).await.unwrap().line;
    assert_eq!((line.other_name, line.undo_until), (None, None));
    assert_eq!(s.leader.merged_into(other.into()).await, Ok(s.child.into()), "the old address still leads to it");
    told(&s.store).await;
    s.store.close().await.unwrap();
}

async fn doubles_are_found_and_what_was_told_apart_does_not_come_back(ground: Ground) {
    let s = story(&ground).await;
    assert_eq!(s.coordinator.suspects(MergeKind::Child).await.unwrap().0, []);
    let why = async |desk: &Desk| {
        let found = desk.suspects(MergeKind::Child).await.unwrap().0;
        found.into_iter().map(|suspect| (suspect.other.id, suspect.why)).collect::<Vec<_>>()
    };
    // A brother with the same adult is no double.
    child_of(&s.store, "白云朵", s.school, s.class).await;
    assert_eq!(why(&s.coordinator).await, []);
    let born = |name, birth_on| ChildForm { name, birth_on, ..ChildForm::default() };
    let file = |name, birth_on| ChildDetails::parse(&born(name, birth_on), NOW.date()).unwrap();
    let same = s.coordinator.save(OpenFile { details: file("安小草", "2016-03-05") }).await.unwrap();
    assert_eq!(why(&s.coordinator).await, [(File::Child(same), vec![Why::Birth])]);
    s.coordinator.save(TellApart { one: same.into(), other: s.child.into() }).await.unwrap();
    assert_eq!(why(&s.leader).await, []);
    let told = s.leader.compare_files(s.child.into(), same.into()).await.unwrap().told_apart;
    assert_eq!(told.map(|told| told.at), Some(NOW));
    // Sounds alike, the same adult, another birth date.
    let sounds = s.coordinator.save(OpenFile { details: file("安晓草", "2016-03-07") }).await.unwrap();
    let form = GuardianForm { name: "安样爸", relation: "父亲", phone: "13900000009", ..GuardianForm::default() };
    let adult = GuardianDetails::parse(&form).unwrap();
    s.coordinator.save(AddGuardian { child: sounds, details: adult }).await.unwrap();
    assert_eq!(why(&s.coordinator).await, [(File::Child(sounds), vec![Why::Phone])]);
    s.coordinator.save(TellApart { one: s.child.into(), other: sounds.into() }).await.unwrap();
    // The same name and school, no birth date.
    let mut without = file("白云朵", "2016-03-09");
    without.school_id = Some(s.school.0);
    let without = s.coordinator.save(OpenFile { details: without }).await.unwrap();
    assert_eq!(why(&s.coordinator).await, [], "a birth date tells them apart");
    let id = literal(&ground, without.0);
    ground.sql(&format!("UPDATE children SET birth_on = NULL WHERE id = {id}")).await;
    assert_eq!(why(&s.leader).await, [(File::Child(without), vec![Why::School])]);
    s.store.close().await.unwrap();
}

async fn what_was_told_apart_by_mistake_is_taken_back_with_a_trace(ground: Ground) {
    let s = story(&ground).await;
    let (one, other) = (File::Child(s.child), File::Child(double(&s).await));
    s.coordinator.save(TellApart { one, other }).await.unwrap();
    let apart = s.leader.told_apart(MergeKind::Child).await.unwrap();
    assert_eq!(s.leader.told_apart(MergeKind::Volunteer).await.unwrap().len(), 0);
    let merge = apart[0].id;
    assert_eq!(s.teacher.save(TakeBackTellApart { merge }).await, Err(Error::Forbidden));
    assert_eq!(s.leader.save(TakeBackTellApart { merge }).await, Ok(one));
    assert_eq!(s.leader.told_apart(MergeKind::Child).await.unwrap().len(), 0);
    assert_eq!(s.leader.save(TakeBackTellApart { merge }).await, Err(Error::NotFound));
    let acts = ground.texts("SELECT act FROM audit_events WHERE noun = 'merges' ORDER BY n").await;
    assert_eq!(acts, ["merge.tell_apart", "merge.take_back"]);
    let merge = propose(&s.coordinator, s.child, double(&s).await, &[]).await.unwrap();
    assert_eq!(code(s.leader.save(TakeBackTellApart { merge }).await), "merge.not_distinct");
    told(&s.store).await;
    s.store.close().await.unwrap();
}

async fn the_list_goes_out_by_number_and_leaves_a_trace(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    let number = s.coordinator.child_file(other).await.unwrap().number;
    let merge = merged(&s, s.child, other, &[]).await;
    let (rows, more) = s.coordinator.merges_out(None).await.unwrap();
    assert_eq!((rows.len(), more, rows[0].other_number.as_str()), (1, false, number.as_str()));
    assert_eq!(s.coordinator.merges_out(Some(MergeKind::Volunteer)).await.unwrap().0.len(), 0);
    let looks = "SELECT fields FROM audit_events WHERE noun = 'merges' AND act = 'look' AND ref_id = ";
    assert_eq!(ground.texts(&format!("{looks}{}", literal(&ground, merge.0))).await, ["export"]);
    assert_eq!(s.teacher.merges_out(None).await.err(), Some(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn a_teacher_finds_and_merges_nothing(ground: Ground) {
    let s = story(&ground).await;
    let other = double(&s).await;
    assert_eq!(s.teacher.suspects(MergeKind::Child).await, Err(Error::Forbidden));
    assert_eq!(s.teacher.compare_files(s.child.into(), other.into()).await.err(), Some(Error::Forbidden));
    let act = ProposeMerge { kept: (s.child.into(), read(1)), other: (other.into(), read(1)), from_other: vec![] };
    assert_eq!(s.teacher.save(act).await, Err(Error::Forbidden));
    let merge = propose(&s.coordinator, s.child, other, &[]).await.unwrap();
    assert_eq!(s.teacher.save(ApproveMerge { merge }).await, Err(Error::Forbidden));
    s.store.close().await.unwrap();
}
