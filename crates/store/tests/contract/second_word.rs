//! What one person's word alone does not lift: a query that said no, and from whom a child is kept away.

use naheya_domain::Role;
use naheya_domain::check::{CheckKind, Subject};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{CheckId, GuardianId, MemberId};
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::stay::gate::NEUTRAL;
use naheya_domain::viewer::Place;
use naheya_store::check::{StrikeCheck, Struck};
use naheya_store::guardian::{AddGuardian, ChangeGuardian, GuardianChanged};
use naheya_store::household::ChangeMember;
use naheya_store::import::{ImportRoster, Lines, Verdict};
use naheya_store::stay::{ApproveStay, RequestStay};
use naheya_store::{Desk, Error};

use crate::gate::{comes, is_failed, with_days};
use crate::ground::{Ground, NOW, desk_as};
use crate::import::{child, import};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{Story, story};

on_both_engines![
    what_a_failed_query_says_is_not_lifted_by_the_carers_word_that_he_is_out,
    a_query_that_said_no_is_struck_out_by_two_leaders,
    what_one_leader_said_of_a_query_is_over_after_two_weeks,
    who_is_kept_away_from_a_child_is_so_until_a_second_person_says_otherwise,
    who_is_kept_away_anew_is_so_whatever_was_said_before,
    a_number_of_somebody_kept_away_is_nobody_elses_beside_the_child,
    a_roster_brings_nobody_back_who_is_kept_away_from_a_child,
];

async fn what_a_failed_query_says_is_not_lifted_by_the_carers_word_that_he_is_out(ground: Ground) {
    let s = story(&ground).await;
    let lodger = comes(&s, with_days("1990-01-02", false, ("2026-09-01", ""))).await;
    let ask = || RequestStay { new: s.weekend(&[s.pair]) };
    assert_eq!(s.mother.against_request(&ask().new).await.unwrap(), [], "who is out needs no query");
    is_failed(&s, lodger).await;
    assert_eq!(code(s.mother.save(ask()).await), NEUTRAL, "what came out is the leader's to know");
    let heard = s.coordinator.against_request(&ask().new).await.unwrap();
    assert_eq!(heard.iter().map(|r| r.code).collect::<Vec<_>>(), [NEUTRAL]);
    // Somebody of the office writes down that he lives elsewhere.
    let details = with_days("", false, ("2026-09-01", "2026-11-19"));
    s.coordinator.save(ChangeMember { member: lodger, version: 1, details }).await.unwrap();
    let stay = s.mother.save(ask()).await.unwrap()[0];
    s.endorsed(stay, s.child).await;
    let back = with_days("", false, ("2026-09-01", ""));
    s.coordinator.save(ChangeMember { member: lodger, version: 2, details: back }).await.unwrap();
    assert_eq!(
        code(s.coordinator.save(ApproveStay { stay }).await),
        "stay.no_offence_missing",
        "he came to live there"
    );
    s.store.close().await.unwrap();
}

fn strike(check: CheckId) -> StrikeCheck {
    StrikeCheck { check, reason: "录到别人名下了".into() }
}

/// Who has called the newest query about the husband a slip, as this leader reads it, and whether she did.
async fn called_a_slip(s: &Story, desk: &Desk) -> Option<bool> {
    let (_, entries) = desk.check_entries(CheckKind::NoOffence, Subject::Adult(s.husband)).await.unwrap();
    entries[0].strike_asked.as_ref().map(|first| first.own)
}

async fn a_query_that_said_no_is_struck_out_by_two_leaders(ground: Ground) {
    let s = story(&ground).await;
    let check = CheckId(is_failed(&s, MemberId(s.husband)).await);
    assert_eq!(called_a_slip(&s, &s.leader).await, None);
    for _ in 0..2 {
        assert_eq!(s.leader.save(strike(check)).await, Ok(Struck::Waits), "twice by herself is one word");
    }
    let another = desk_as(&s.store, Role::Leader, Place::County).await;
    let reads = (called_a_slip(&s, &s.leader).await, called_a_slip(&s, &another).await);
    assert_eq!(reads, (Some(true), Some(false)));
    let told = "SELECT DISTINCT to_role FROM outbox WHERE kind = 'check.strike_asked'";
    assert_eq!(ground.texts(told).await, ["leader"]);
    assert_eq!(another.save(strike(check)).await, Ok(Struck::Gone));
    assert_eq!(called_a_slip(&s, &s.leader).await, None, "the pass from before is the newest");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn what_one_leader_said_of_a_query_is_over_after_two_weeks(ground: Ground) {
    let s = story(&ground).await;
    let check = CheckId(is_failed(&s, MemberId(s.husband)).await);
    s.leader.save(strike(check)).await.unwrap();
    let another = desk_as(&s.store, Role::Leader, Place::County).await;
    let later = s.at(&another, NOW.plus_minutes(15 * 24 * 60)).await;
    assert_eq!(later.save(strike(check)).await, Ok(Struck::Waits));
    s.store.close().await.unwrap();
}

fn adult(name: &str, phone: &str, blocked: bool) -> GuardianDetails {
    let blocked_reason = if blocked { "家长要求（示例）" } else { "" };
    let form = GuardianForm { name, relation: "母亲", phone, blocked, blocked_reason, ..GuardianForm::default() };
    GuardianDetails::parse(&form).unwrap()
}

/// Whether somebody is kept away, as one who keeps the file says it now.
async fn says(desk: &Desk, s: &Story, guardian: GuardianId, blocked: bool) -> GuardianChanged {
    let version = desk.guardian_fields(s.child, guardian).await.unwrap().version;
    let details = adult("王样芳", "13900000010", blocked);
    desk.save(ChangeGuardian { child: s.child, guardian, version, details }).await.unwrap()
}

async fn is_kept_away(s: &Story, guardian: GuardianId) -> bool {
    s.leader.guardian_fields(s.child, guardian).await.unwrap().blocked
}

async fn who_is_kept_away_from_a_child_is_so_until_a_second_person_says_otherwise(ground: Ground) {
    let s = story(&ground).await;
    let add = AddGuardian { child: s.child, details: adult("王样芳", "13900000010", true) };
    let guardian = s.coordinator.save(add).await.unwrap();
    for _ in 0..2 {
        assert_eq!(says(&s.coordinator, &s, guardian, false).await, GuardianChanged::LiftWaits);
    }
    assert!(is_kept_away(&s, guardian).await);
    let asked = "SELECT DISTINCT to_role FROM outbox WHERE kind = 'child.kept_away_asked'";
    assert_eq!(ground.texts(asked).await, ["leader"]);
    let first = s.leader.guardian_fields(s.child, guardian).await.unwrap().lift_asked;
    assert!(first.is_some_and(|first| !first.own));
    assert_eq!(says(&s.leader, &s, guardian, false).await, GuardianChanged::Whole);
    assert!(!is_kept_away(&s, guardian).await);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn who_is_kept_away_anew_is_so_whatever_was_said_before(ground: Ground) {
    let s = story(&ground).await;
    let add = AddGuardian { child: s.child, details: adult("王样芳", "13900000010", true) };
    let guardian = s.coordinator.save(add).await.unwrap();
    says(&s.coordinator, &s, guardian, false).await;
    says(&s.leader, &s, guardian, false).await;
    says(&s.leader, &s, guardian, true).await;
    assert_eq!(says(&s.leader, &s, guardian, false).await, GuardianChanged::LiftWaits);
    assert!(is_kept_away(&s, guardian).await);
    s.store.close().await.unwrap();
}

async fn a_number_of_somebody_kept_away_is_nobody_elses_beside_the_child(ground: Ground) {
    let s = story(&ground).await;
    let add = |name, blocked| AddGuardian { child: s.child, details: adult(name, "13900000010", blocked) };
    s.coordinator.save(add("王样芳", true)).await.unwrap();
    let kept_away = Err(Error::field("phone", "guardian.number_kept_away"));
    assert_eq!(s.coordinator.save(add("王样兰", false)).await.map(|_| ()), kept_away);
    let version = s.coordinator.guardian_fields(s.child, s.guardian).await.unwrap().version;
    let details = adult("安样父", "13900000010", false);
    let change = ChangeGuardian { child: s.child, guardian: s.guardian, version, details };
    assert_eq!(s.coordinator.save(change).await.map(|_| ()), kept_away);
    s.store.close().await.unwrap();
}

async fn a_roster_brings_nobody_back_who_is_kept_away_from_a_child(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let row = || child(2, "安小草", "", "4(3)班");
    import(&desk, Lines::Children(vec![row()])).await;
    let id = desk.child_called("安小草").await.unwrap();
    let known = desk.child_file(id).await.unwrap().guardians[0].id;
    let version = desk.guardian_fields(id, known).await.unwrap().version;
    let details = adult("监护白", "13900000001", true);
    desk.save(ChangeGuardian { child: id, guardian: known, version, details }).await.unwrap();
    let unchanged = desk.judge_import(&Lines::Children(vec![row()])).await.unwrap();
    assert_eq!(unchanged.count(Verdict::Unchanged), 1, "the roster names whom the register names");
    let mut by_number = row();
    by_number.guardians[0].name = PersonName::parse("监护青").ok();
    let mut put_right = row();
    put_right.guardians[0].name = PersonName::parse("监护青").ok();
    put_right.guardians[0].phone = Phone::parse("13900000002").ok();
    let mut spelled = row();
    spelled.guardians[0].name = PersonName::parse("监护·白").ok();
    spelled.guardians[0].phone = Phone::parse("13900000006").ok();
    let fault = Verdict::Fault { field: "name", code: "import.kept_away" };
    assert_eq!(desk.judge_import(&Lines::Children(vec![spelled])).await.unwrap().rows, [(2, fault)]);
    let judged = desk.judge_import(&Lines::Children(vec![by_number.clone()])).await.unwrap();
    assert_eq!(judged.rows, [(2, fault)]);
    let lines = Lines::Children(vec![by_number.clone()]);
    let roster = ImportRoster { lines, file_hash: [1; 32], invalid: 0, good_rows_only: false, left_out: None };
    assert!(desk.save(roster).await.is_err(), "somebody looks first");
    import(&desk, Lines::Children(vec![put_right])).await;
    // By then another adult has the name: that number is not put beside it either.
    let judged = desk.judge_import(&Lines::Children(vec![by_number])).await.unwrap();
    assert_eq!(judged.rows, [(2, fault)]);
    store.close().await.unwrap();
}
