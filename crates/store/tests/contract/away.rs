//! What comes to light while a child is away: about the home in which it is, or about whom it must be kept from. It is told at
//! once to whoever can act on it, and to nobody of that home (product.md rules 2, 3 and 4).

use naheya_domain::check::{CheckKind, Subject};
use naheya_domain::custody::Event;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::household::{HouseholdDetails, HouseholdForm, MemberDetails, MemberForm};
use naheya_domain::id::{ConcernId, MemberId, StayId};
use naheya_domain::setting::Settings;
use naheya_domain::stay::RunsFrom;
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::account::AddGrant;
use naheya_store::check::EnterChecks;
use naheya_store::concern::{RaiseConcern, Suspend};
use naheya_store::custody::Witness;
use naheya_store::guardian::{AddGuardian, ChangeGuardian};
use naheya_store::household::{AddMember, ChangeHousehold, ChangeMember, MoveHousehold};
use naheya_store::notice::ExpandLetters;
use naheya_store::setting::ChangeSettings;
use naheya_store::stay::{
    ArrangeHandBack, CloseLate, ConfirmReturn, GiveToCarer, Lack, Outcome, PassChild, ReceiveFromCarer, ReleaseProof,
    ReleaseStay, ReopenStay, ReportStay,
};
use naheya_store::{Desk, Error, SystemTask};

use crate::child::{details, goes_to, other_school};
use crate::concern::said;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, Story, literal, story};
use crate::volunteer::line;

on_both_engines![
    a_query_that_fails_while_a_child_is_in_that_home_is_told_at_once,
    a_guest_without_a_query_is_told_before_the_weekend,
    a_guest_without_a_query_is_told_at_once_while_a_child_is_there,
    a_home_that_moves_while_a_child_is_in_it_is_told_at_once,
    from_whom_a_child_is_kept_while_it_is_away_is_told_to_carer_and_teacher,
    a_carer_who_lives_with_whoever_a_child_is_kept_from_hears_nothing,
    somebody_kept_away_who_lives_in_the_home_of_an_approved_weekend_is_told_before_the_gate,
    a_family_that_says_long_before_the_hour_that_the_child_is_back_is_asked_about,
    a_family_that_receives_a_child_once_its_carer_has_left_is_not_asked_about,
    a_child_entered_as_back_long_before_its_hour_is_asked_about_whoever_enters_it,
    the_offices_word_that_a_family_has_a_child_long_before_its_hour_is_asked_about,
    rule_4_whoever_lives_in_the_home_does_not_hear_that_its_weekend_must_end,
    that_a_weekend_must_end_is_told_where_everybody_is_of_the_home,
    a_weekend_that_must_end_at_once_waits_on_the_day_until_it_has_its_new_hour,
    an_early_return_is_agreed_on_though_every_night_is_agreed_to,
    the_office_writes_down_after_the_hour_of_return_that_a_child_left_and_it_rings,
    a_carer_reads_to_which_school_she_brings_a_child_that_has_changed_it_meanwhile,
    a_family_that_signs_in_hears_that_its_child_has_left_and_is_back,
    a_family_without_an_account_is_called_about_no_hand_over_that_goes_well,
    a_county_may_leave_its_families_untold_of_hand_overs_that_go_well,
];

/// Saturday morning.
const SATURDAY: Timestamp = Timestamp(FETCHED.0 + 16 * 3_600_000);
const NUMBER: &str = "13900000077";
const NOW_LETTER: &str = "stay.paper_gone_now";
const KEPT_AWAY: &str = "stay.kept_away";
const EARLY: &str = "stay.received_early";

/// The child has left with the carer.
async fn away(s: &Story) -> StayId {
    let stay = s.approved().await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    stay
}

/// To whom a letter of this kind goes.
async fn told(ground: &Ground, kind: &str) -> Vec<String> {
    let to = "SELECT COALESCE(to_role, person_kind, 'herself') FROM outbox";
    ground.texts(&format!("{to} WHERE kind = '{kind}' ORDER BY 1")).await
}

/// What the weekend's page says is missing.
async fn lacks(s: &Story, stay: StayId) -> Vec<&'static str> {
    let office = s.at(&s.coordinator, SATURDAY.plus_minutes(5)).await;
    office.stay_line(stay).await.unwrap().refusals.iter().map(|refusal| refusal.code).collect()
}

fn kept_away(name: &str, phone: &str) -> GuardianDetails {
    let blocked_reason = "法院判决（示例）";
    let form =
        GuardianForm { name, relation: "父亲", phone, blocked: true, blocked_reason, ..GuardianForm::default() };
    GuardianDetails::parse(&form).unwrap()
}

async fn a_query_that_fails_while_a_child_is_in_that_home_is_told_at_once(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let office = s.at(&s.coordinator, SATURDAY).await;
    let enter = async |kind, outcome| {
        let lines = vec![line(Subject::Adult(s.husband), kind, outcome, "2026-11-20")];
        office.save(EnterChecks { lines }).await.unwrap();
    };
    enter(CheckKind::Health, "failed").await;
    assert_eq!(told(&ground, NOW_LETTER).await, Vec::<String>::new(), "no weekend asks for it");
    enter(CheckKind::NoOffence, "failed").await;
    assert_eq!(told(&ground, NOW_LETTER).await, ["coordinator", "leader"]);
    assert_eq!(told(&ground, "stay.paper_gone").await, Vec::<String>::new(), "no weekend lies ahead");
    assert_eq!(lacks(&s, stay).await, ["stay.no_offence_missing"]);
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

/// Somebody sleeps in the carer's home for some days.
async fn guest(s: &Story, desk: &Desk, from_on: &str, to_on: &str) {
    let form =
        MemberForm { name: "周样人", birth_on: "1990-01-02", guest: true, from_on, to_on, ..MemberForm::default() };
    let details = MemberDetails::parse(&form, NOW.date()).unwrap();
    desk.save(AddMember { household: s.carer.household, details }).await.unwrap();
}

async fn a_guest_without_a_query_is_told_before_the_weekend(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    guest(&s, &s.coordinator, "2026-12-04", "2026-12-06").await;
    assert_eq!(told(&ground, "stay.paper_gone").await, Vec::<String>::new(), "on other days");
    guest(&s, &s.coordinator, "2026-11-21", "2026-11-22").await;
    assert_eq!(told(&ground, "stay.paper_gone").await, ["coordinator"], "and not at the gate first");
    s.store.close().await.unwrap();
}

async fn a_guest_without_a_query_is_told_at_once_while_a_child_is_there(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    guest(&s, &s.at(&s.coordinator, SATURDAY).await, "2026-11-21", "2026-11-22").await;
    assert_eq!(told(&ground, NOW_LETTER).await, ["coordinator", "leader"]);
    assert_eq!(lacks(&s, stay).await, ["stay.no_offence_missing"]);
    s.store.close().await.unwrap();
}

async fn a_home_that_moves_while_a_child_is_in_it_is_told_at_once(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let office = s.at(&s.coordinator, SATURDAY).await;
    let home = office.volunteer(s.carer.volunteer).await.unwrap().home;
    let form = HouseholdForm { address: "示例小区2号楼", ..HouseholdForm::default() };
    let details = HouseholdDetails::parse(&form).unwrap();
    let change = ChangeHousehold { household: home.id, version: home.version, details };
    office.save(MoveHousehold { change }).await.unwrap();
    assert_eq!(told(&ground, NOW_LETTER).await, ["coordinator", "leader"]);
    assert_eq!(lacks(&s, stay).await, ["stay.home_visit_missing"]);
    s.store.close().await.unwrap();
}

async fn from_whom_a_child_is_kept_while_it_is_away_is_told_to_carer_and_teacher(ground: Ground) {
    let s = story(&ground).await;
    away(&s).await;
    let office = s.at(&s.coordinator, SATURDAY).await;
    let block = async |details| {
        let version = office.guardian_fields(s.child, s.guardian).await.unwrap().version;
        let change = ChangeGuardian { child: s.child, guardian: s.guardian, version, details };
        office.save(change).await.unwrap();
    };
    block(kept_away("安样父", "13900000009")).await;
    assert_eq!(told(&ground, KEPT_AWAY).await, ["class_teacher", "herself"]);
    assert_eq!(told(&ground, NOW_LETTER).await, Vec::<String>::new(), "he does not live there");
    block(kept_away("安样父", "13900000010")).await;
    assert_eq!(told(&ground, KEPT_AWAY).await.len(), 2, "he was kept away before");
    office.save(AddGuardian { child: s.child, details: kept_away("王样人", "") }).await.unwrap();
    assert_eq!(told(&ground, KEPT_AWAY).await.len(), 4, "somebody who was not on file");
    s.store.close().await.unwrap();
}

/// The other grown-up of the home has a telephone.
async fn husband_has_a_number(s: &Story) {
    let form = MemberForm { name: "韩样夫", birth_on: "1984-01-02", phone: NUMBER, ..MemberForm::default() };
    let details = MemberDetails::parse(&form, NOW.date()).unwrap();
    let change = ChangeMember { member: MemberId(s.husband), version: 1, details };
    s.coordinator.save(change).await.unwrap();
}

async fn a_carer_who_lives_with_whoever_a_child_is_kept_from_hears_nothing(ground: Ground) {
    let s = story(&ground).await;
    husband_has_a_number(&s).await;
    away(&s).await;
    let office = s.at(&s.coordinator, SATURDAY).await;
    office.save(AddGuardian { child: s.child, details: kept_away("韩样夫", NUMBER) }).await.unwrap();
    assert_eq!(told(&ground, NOW_LETTER).await, ["coordinator", "leader"]);
    assert_eq!(told(&ground, KEPT_AWAY).await, ["class_teacher"]);
    s.store.close().await.unwrap();
}

async fn somebody_kept_away_who_lives_in_the_home_of_an_approved_weekend_is_told_before_the_gate(ground: Ground) {
    let s = story(&ground).await;
    husband_has_a_number(&s).await;
    s.approved().await;
    s.coordinator.save(AddGuardian { child: s.child, details: kept_away("韩样夫", NUMBER) }).await.unwrap();
    assert_eq!(told(&ground, "stay.paper_gone").await, ["coordinator"]);
    assert_eq!(told(&ground, KEPT_AWAY).await, Vec::<String>::new(), "the child has not left");
    s.store.close().await.unwrap();
}

/// A stay of a holiday: the family has handed the child over, and receives it.
async fn from_home(s: &Story) -> (StayId, Desk) {
    let stay = s.approved_from_home().await;
    let family = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let home = PassChild { child: s.child, to: RunsFrom::Guardian, words: "安样父到校门口接走".into() };
    s.teacher.save(home).await.unwrap();
    let give = GiveToCarer { stay, code: s.digits(stay).await };
    s.at(&family, FETCHED).await.save(give).await.unwrap();
    (stay, family)
}

async fn a_family_that_says_long_before_the_hour_that_the_child_is_back_is_asked_about(ground: Ground) {
    let s = story(&ground).await;
    let (stay, family) = from_home(&s).await;
    assert!(s.at(&family, SATURDAY).await.save(ReceiveFromCarer { stay }).await.unwrap(), "it has the child, it says");
    assert_eq!(told(&ground, EARLY).await, ["coordinator", "herself"]);
    s.at(&s.coordinator, SATURDAY).await.save(ReopenStay { stay }).await.unwrap();
    s.at(&family, DUE).await.save(ReceiveFromCarer { stay }).await.unwrap();
    assert_eq!(told(&ground, EARLY).await.len(), 2, "at the agreed hour nobody is asked");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_family_that_receives_a_child_once_its_carer_has_left_is_not_asked_about(ground: Ground) {
    let s = story(&ground).await;
    let (stay, family) = from_home(&s).await;
    let leaving = ReportStay { stay, event: Event::Leaving, witness: Witness::by("staff") };
    s.at(&s.mother, SATURDAY).await.save(leaving).await.unwrap();
    s.at(&family, SATURDAY.plus_minutes(40)).await.save(ReceiveFromCarer { stay }).await.unwrap();
    assert_eq!(told(&ground, EARLY).await, Vec::<String>::new());
    s.store.close().await.unwrap();
}

async fn a_child_entered_as_back_long_before_its_hour_is_asked_about_whoever_enters_it(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let teacher = s.at(&s.teacher, SATURDAY).await;
    teacher.save(ConfirmReturn { stay, witness: Witness::by("sight") }).await.unwrap();
    assert_eq!(told(&ground, EARLY).await, ["coordinator", "herself"], "a tap on another name");
    teacher.save(ReopenStay { stay }).await.unwrap();
    let hospital =
        CloseLate { stay, outcome: Outcome::Hospital, guardian: None, reason: "发烧，在旗医院".into() };
    let office = s.at(&s.coordinator, SATURDAY).await;
    office.save(hospital.clone()).await.unwrap();
    assert_eq!(told(&ground, EARLY).await.len(), 2, "it is not said to be back");
    office.save(CloseLate { outcome: Outcome::Back, ..hospital }).await.unwrap();
    assert_eq!(told(&ground, EARLY).await.len(), 2, "its carer did not have it");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn the_offices_word_that_a_family_has_a_child_long_before_its_hour_is_asked_about(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let family = CloseLate { stay, outcome: Outcome::Family, guardian: None, reason: "家里接走了".into() };
    s.at(&s.coordinator, SATURDAY).await.save(family).await.unwrap();
    assert_eq!(told(&ground, EARLY).await, ["coordinator", "herself"]);
    s.store.close().await.unwrap();
}

/// The same account is the child's weekend mother as well.
async fn cares_too(s: &Story, desk: &Desk) {
    let (account, place) = (desk.viewer().account, Place::Person(s.carer.volunteer.0));
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
}

/// On Saturday a concern about the child suspends everything around it. How many colleagues hear that the weekend must end, this
/// one among them or not.
async fn suspended(ground: &Ground, s: &Story, one: &Desk) -> (usize, bool) {
    let about = RaiseConcern { child: Some(s.child), ..said("她说晚上害怕") };
    let concern: ConcernId = s.at(&s.teacher, SATURDAY).await.save(about).await.unwrap();
    let done = s.at(&s.leader, SATURDAY).await.save(Suspend { concern }).await.unwrap();
    assert_eq!(done.under_way, 1);
    s.store.as_system(SystemTask::Job, COUNTY, SATURDAY).save(ExpandLetters).await.unwrap();
    let heard = "SELECT channel FROM notices WHERE kind = 'stay.end_now' AND channel = 'in_app'";
    let hers = format!("{heard} AND account_id = {}", literal(ground, one.viewer().account.0));
    (ground.texts(heard).await.len(), !ground.texts(&hers).await.is_empty())
}

async fn rule_4_whoever_lives_in_the_home_does_not_hear_that_its_weekend_must_end(ground: Ground) {
    let s = story(&ground).await;
    desk_as(&s.store, Role::Coordinator, Place::County).await;
    away(&s).await;
    cares_too(&s, &s.coordinator).await;
    assert_eq!(suspended(&ground, &s, &s.coordinator).await, (1, false));
    s.store.close().await.unwrap();
}

async fn that_a_weekend_must_end_is_told_where_everybody_is_of_the_home(ground: Ground) {
    let s = story(&ground).await;
    away(&s).await;
    cares_too(&s, &s.coordinator).await;
    assert_eq!(suspended(&ground, &s, &s.coordinator).await, (1, true), "nobody else is left");
    s.store.close().await.unwrap();
}

async fn a_weekend_that_must_end_at_once_waits_on_the_day_until_it_has_its_new_hour(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let office = s.at(&s.coordinator, SATURDAY).await;
    assert_eq!(office.hand_backs().await.unwrap(), []);
    suspended(&ground, &s, &s.coordinator).await;
    let later = s.at(&s.coordinator, SATURDAY.plus_minutes(5)).await;
    let line = later.hand_backs().await.unwrap().remove(0);
    assert_eq!((line.stay, line.lack, line.is_arranged), (stay, Lack::MustEnd, false));
    let by = SATURDAY.plus_minutes(90);
    let arrange = ArrangeHandBack { stay, to: RunsFrom::School, by, words: "和李样例说好了".into() };
    later.save(arrange).await.unwrap();
    let line = later.hand_back(stay).await.unwrap();
    assert_eq!((line.ends_at, line.is_arranged), (by, true));
    cares_too(&s, &s.leader).await;
    let hers = s.at(&s.leader, SATURDAY.plus_minutes(6)).await;
    assert_eq!(hers.hand_backs().await.unwrap(), [], "nobody of that home reads it");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn an_early_return_is_agreed_on_though_every_night_is_agreed_to(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    assert_eq!(s.coordinator.early(stay).await.err(), Some(Error::NotFound), "it has not left");
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let office = s.at(&s.coordinator, SATURDAY).await;
    assert_eq!(office.hand_back(stay).await.err(), Some(Error::NotFound));
    let known = office.early(stay).await.unwrap();
    assert_eq!((known.lack, known.ends_at), (Lack::Nothing, DUE));
    assert_eq!(s.mother.early(stay).await.err(), Some(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn the_office_writes_down_after_the_hour_of_return_that_a_child_left_and_it_rings(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let by_list = async |desk: &Desk, now: Timestamp| {
        let proof = ReleaseProof::List { called: "李样例".into() };
        let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
        s.at(desk, now).await.save(release).await
    };
    let late = DUE.plus_minutes(90);
    assert_eq!(by_list(&s.teacher, late).await, Err(Error::refused("code.expired")));
    let over = DUE.plus_minutes(72 * 60);
    assert_eq!(by_list(&s.coordinator, over).await, Err(Error::refused("code.expired")), "it has ended by itself");
    by_list(&s.coordinator, late).await.unwrap();
    let raised = s.store.as_system(SystemTask::Job, COUNTY, late).raise_alarms().await.unwrap();
    assert_eq!(raised, 6, "every step is reached");
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_carer_reads_to_which_school_she_brings_a_child_that_has_changed_it_meanwhile(ground: Ground) {
    let s = story(&ground).await;
    let stay = away(&s).await;
    let hers = s.at(&s.mother, SATURDAY).await;
    let at = hers.my_stay(stay).await.unwrap().school.unwrap();
    assert_eq!((at.name.as_str(), at.is_new), ("示例寄宿学校", false));
    goes_to(&s, other_school(&s).await, details("安小草")).await;
    let at = hers.my_stay(stay).await.unwrap().school.unwrap();
    assert_eq!((at.name.as_str(), at.is_new), ("另一所示例学校", true));
    assert_eq!(told(&ground, "stay.school_changed").await, ["class_teacher", "herself"]);
    s.store.close().await.unwrap();
}

/// A weekend from the gate and back to it; what is told of it to whoever signs in, or to somebody on file.
async fn there_and_back(s: &Story, ground: &Ground) -> Vec<String> {
    let stay = away(s).await;
    let back = ConfirmReturn { stay, witness: Witness::by("sight") };
    s.at(&s.teacher, DUE).await.save(back).await.unwrap();
    let told = "SELECT kind FROM outbox WHERE kind LIKE 'stay.child_%' AND to_role IS NULL ORDER BY at, id";
    ground.texts(told).await
}

async fn a_family_that_signs_in_hears_that_its_child_has_left_and_is_back(ground: Ground) {
    let s = story(&ground).await;
    let parent = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    assert_eq!(there_and_back(&s, &ground).await, ["stay.child_left", "stay.child_back"]);
    let account = literal(&ground, parent.viewer().account.0);
    let hers = format!("SELECT kind FROM outbox WHERE kind LIKE 'stay.child_%' AND to_account = {account}");
    assert_eq!(ground.texts(&hers).await.len(), 2);
    s.store.close().await.unwrap();
}

async fn a_family_without_an_account_is_called_about_no_hand_over_that_goes_well(ground: Ground) {
    let s = story(&ground).await;
    assert_eq!(there_and_back(&s, &ground).await, Vec::<String>::new());
    s.store.close().await.unwrap();
}

async fn a_county_may_leave_its_families_untold_of_hand_overs_that_go_well(ground: Ground) {
    let s = story(&ground).await;
    desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let (held, version) = s.leader.settings().await.unwrap();
    let settings = Settings { family_told: false, ..held };
    s.leader.save(ChangeSettings { version, settings }).await.unwrap();
    assert_eq!(there_and_back(&s, &ground).await, Vec::<String>::new());
    s.store.close().await.unwrap();
}
