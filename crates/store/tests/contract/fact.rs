//! The facts that are put before rule 2, each at its edge: which word of the child, which yes of the guardians, which other
//! weekend and which concern count. What follows from them stands in `naheya_domain::stay::gate`.

use naheya_domain::Timestamp;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::StayId;
use naheya_domain::stay::gate::NEUTRAL;
use naheya_store::consent::{Purpose, RecordConsent};
use naheya_store::guardian::AddGuardian;
use naheya_store::stay::{ApproveStay, RequestStay};
use naheya_store::wish::{Answer, RecordWish};
use uuid::Uuid;

use crate::ground::{Ground, NOW, system};
use crate::on_both_engines;
use crate::stay::{code, taken_to};
use crate::story::{DUE, FETCHED, Story, consent, literal, story};

on_both_engines![
    a_childs_no_counts_whoever_heard_it_and_its_yes_only_when_nobody_of_the_home_did,
    a_word_from_before_the_request_books_a_weekend_and_does_not_approve_it,
    what_a_child_said_of_another_weekend_counts_for_that_one_alone,
    a_childs_word_speaks_for_half_a_year,
    a_guardians_yes_holds_from_its_first_to_its_last_day,
    one_guardians_no_stands_against_anothers_yes_unless_that_one_is_kept_away,
    a_yes_to_one_weekend_is_none_to_another,
    weekends_that_touch_do_not_overlap_and_one_that_is_called_off_claims_no_days,
    what_a_concern_suspended_is_not_approved_though_it_names_nobody_in_it,
    a_child_with_its_family_may_be_asked_for_and_approved,
    a_weekend_is_approved_until_its_hour_of_return_and_not_from_then_on,
];

/// What stands against the story's weekend, asked for now.
async fn against(s: &Story) -> Vec<&'static str> {
    against_days(s, "2026-11-20", "2026-11-22").await
}

async fn against_days(s: &Story, first: &str, last: &str) -> Vec<&'static str> {
    let all = system(&s.store).against_request(&s.days(&[s.pair], first, last)).await.unwrap();
    all.iter().map(|refusal| refusal.code).collect()
}

/// What stands against approving a request that is on record, as its leader reads it.
async fn lacks(s: &Story, stay: StayId) -> Vec<&'static str> {
    s.leader.stay_line(stay).await.unwrap().refusals.iter().map(|refusal| refusal.code).collect()
}

/// Another request for the same child, two weeks later.
async fn another(s: &Story) -> StayId {
    let other = RequestStay { new: s.days(&[s.pair], "2026-12-04", "2026-12-06") };
    s.coordinator.save(other).await.unwrap()[0]
}

const NOTHING: [&str; 0] = [];

async fn a_childs_no_counts_whoever_heard_it_and_its_yes_only_when_nobody_of_the_home_did(ground: Ground) {
    let s = story(&ground).await;
    let said = [
        ("UPDATE wishes SET answer = 'no', alone = FALSE", vec!["stay.child_said_no"]),
        ("UPDATE wishes SET answer = 'yes'", vec!["stay.child_not_asked"]),
        ("UPDATE wishes SET alone = TRUE", vec![]),
    ];
    for (sql, expected) in &said {
        ground.sql(sql).await;
        assert_eq!(against(&s).await, *expected, "{sql}");
    }
    let stay = s.asked().await;
    for (sql, expected) in &said {
        ground.sql(sql).await;
        assert_eq!(lacks(&s, stay).await, *expected, "{sql}");
    }
    s.store.close().await.unwrap();
}

async fn a_word_from_before_the_request_books_a_weekend_and_does_not_approve_it(ground: Ground) {
    let s = story(&ground).await;
    assert_eq!(against(&s).await, NOTHING, "she was asked this term");
    let stay = s.asked().await;
    for (sql, expected) in [
        ("UPDATE wishes SET stay_id = NULL, occasion = 'term'", vec!["stay.child_not_asked"]),
        ("UPDATE wishes SET occasion = 'stay'", vec![]),
        ("UPDATE wishes SET asked_at = asked_at - 1", vec!["stay.child_not_asked"]),
    ] {
        ground.sql(sql).await;
        assert_eq!(lacks(&s, stay).await, expected, "{sql}");
    }
    s.store.close().await.unwrap();
}

async fn what_a_child_said_of_another_weekend_counts_for_that_one_alone(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let other = another(&s).await;
    let no =
        RecordWish { child: s.child, stay: Some(other), answer: Answer::No, words: "要考试".into(), alone: true };
    s.teacher.save(no).await.unwrap();
    assert!(lacks(&s, other).await.contains(&"stay.child_said_no"));
    assert_eq!(lacks(&s, stay).await, NOTHING);
    assert_eq!(against_days(&s, "2026-12-11", "2026-12-13").await, NOTHING);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_childs_word_speaks_for_half_a_year(ground: Ground) {
    let s = story(&ground).await;
    let asked = |at: i64| format!("UPDATE wishes SET asked_at = {at}");
    let first = NOW.plus_minutes(-184 * 24 * 60).0;
    ground.sql(&asked(first)).await;
    assert_eq!(against(&s).await, NOTHING);
    ground.sql(&asked(first - 1)).await;
    assert_eq!(against(&s).await, ["stay.child_not_asked"]);
    s.store.close().await.unwrap();
}

async fn a_guardians_yes_holds_from_its_first_to_its_last_day(ground: Ground) {
    let s = story(&ground).await;
    for (from, to, expected) in [
        ("2026-11-20", "2026-11-22", vec![]),
        ("2026-11-21", "2026-11-22", vec!["stay.consent_missing"]),
        ("2026-11-20", "2026-11-21", vec!["stay.consent_missing"]),
    ] {
        ground.sql(&format!("UPDATE consents SET from_on = '{from}', to_on = '{to}'")).await;
        assert_eq!(against(&s).await, expected, "{from} {to}");
    }
    s.store.close().await.unwrap();
}

async fn one_guardians_no_stands_against_anothers_yes_unless_that_one_is_kept_away(ground: Ground) {
    let s = story(&ground).await;
    let form = GuardianForm { name: "安样母", relation: "母亲", phone: "13900000078", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let mother = system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    assert_eq!(against(&s).await, NOTHING, "one yes is enough while the other is silent");
    let no = RecordConsent { answer: false, ..consent(s.child, mother, Purpose::Overnight) };
    system(&s.store).save(no).await.unwrap();
    assert_eq!(against(&s).await, ["stay.consent_missing"]);
    let of_hers = format!(" WHERE guardian_id = {}", literal(&ground, mother.0));
    for (sql, expected) in [
        ("UPDATE guardianships SET blocked = TRUE", vec![]),
        ("UPDATE guardianships SET blocked = FALSE", vec!["stay.consent_missing"]),
        ("UPDATE consents SET withdrawn_at = 1", vec![]),
    ] {
        ground.sql(&format!("{sql}{of_hers}")).await;
        assert_eq!(against(&s).await, expected, "{sql}");
    }
    s.store.close().await.unwrap();
}

async fn a_yes_to_one_weekend_is_none_to_another(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let other = another(&s).await;
    for (of, expected) in [(other, vec!["stay.consent_missing"]), (stay, vec![])] {
        ground.sql(&format!("UPDATE consents SET stay_id = {}", literal(&ground, of.0))).await;
        assert_eq!(lacks(&s, stay).await, expected);
    }
    assert_eq!(against_days(&s, "2026-12-11", "2026-12-13").await, ["stay.consent_missing"]);
    s.store.close().await.unwrap();
}

async fn weekends_that_touch_do_not_overlap_and_one_that_is_called_off_claims_no_days(ground: Ground) {
    let s = story(&ground).await;
    another(&s).await;
    let moved = |from: i64, to: i64| format!("UPDATE stays SET starts_at = {from}, ends_at = {to}");
    let hour = |at: Timestamp, hours: i64| at.plus_minutes(hours * 60).0;
    for (from, to, expected) in [
        (hour(FETCHED, -1), FETCHED.0, vec![]),
        (hour(FETCHED, -1), FETCHED.0 + 1, vec!["stay.overlap"]),
        (DUE.0, hour(DUE, 1), vec![]),
        (DUE.0 - 1, hour(DUE, 1), vec!["stay.overlap"]),
    ] {
        ground.sql(&moved(from, to)).await;
        assert_eq!(against(&s).await, expected, "{from} {to}");
    }
    for (state, claims) in [
        ("requested", true),
        ("consented", true),
        ("approved", true),
        ("released", true),
        ("in_care", true),
        ("returned", false),
        ("closed", false),
        ("refused", false),
        ("cancelled", false),
    ] {
        ground.sql(&format!("UPDATE stays SET state = '{state}'")).await;
        let expected = if claims { vec!["stay.overlap"] } else { vec![] };
        assert_eq!(against(&s).await, expected, "{state}");
    }
    s.store.close().await.unwrap();
}

async fn what_a_concern_suspended_is_not_approved_though_it_names_nobody_in_it(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    let by = literal(&ground, Uuid::from_u128(1));
    for table in ["pairs", "stays"] {
        ground.sql(&format!("UPDATE {table} SET suspended_by = {by}")).await;
        assert_eq!(code(s.leader.save(ApproveStay { stay }).await), NEUTRAL, "{table}");
        ground.sql(&format!("UPDATE {table} SET suspended_by = NULL")).await;
    }
    s.leader.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_child_with_its_family_may_be_asked_for_and_approved(ground: Ground) {
    let s = story(&ground).await;
    let taken = taken_to(&literal(&ground, s.child.0), "guardian");
    ground.sql(&taken).await;
    assert_eq!(against(&s).await, NOTHING);
    let stay = s.asked().await;
    assert_eq!(lacks(&s, stay).await, NOTHING);
    for holder in ["hospital", "police"] {
        ground.sql(&format!("UPDATE custody_events SET holder_kind = '{holder}'")).await;
        assert_eq!(lacks(&s, stay).await, ["stay.child_elsewhere"], "{holder}");
    }
    s.store.close().await.unwrap();
}

async fn a_weekend_is_approved_until_its_hour_of_return_and_not_from_then_on(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.asked().await;
    assert_eq!(code(s.at(&s.leader, DUE).await.save(ApproveStay { stay }).await), "stay.over");
    s.at(&s.leader, Timestamp(DUE.0 - 1)).await.save(ApproveStay { stay }).await.unwrap();
    s.store.close().await.unwrap();
}
