//! Random acts by random people through the real records: none leaves a gap, a fork, or a child in an
//! impossible place. The same on the pure model, ten thousand times, stands in `naheya_domain::custody`.

use futures_util::future::join_all;
use naheya_domain::custody::{Event, Holder, Outcome};
use naheya_domain::id::{ChildId, GrantId, StayId};
use naheya_domain::stay::RunsFrom;
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::account::AddGrant;
use naheya_store::custody::{Came, ComeBack, Witness};
use naheya_store::stay::{
    AnnounceLate, CloseLate, ConfirmReturn, PassChild, PassChildTo, ReleaseProof, ReleaseStay, ReopenStay, ReportStay,
    Where,
};
use naheya_store::{Error, Store, SystemTask};

use crate::fault::{Countyful, approved};
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{DUE, FETCHED, child_of, story};

on_both_engines![
    random_acts_by_random_people_leave_whole_chains_in_the_records,
    the_carer_says_of_no_child_of_hers_that_it_is_back_whatever_else_she_is,
    a_family_that_is_the_carer_too_does_not_receive_from_itself,
    a_child_its_family_took_goes_out_from_school_again,
    of_two_guardians_the_one_who_took_the_child_is_named,
    to_whom_a_child_was_given_outside_a_weekend_is_read_afterwards,
    a_cousin_who_fetches_a_child_does_not_stand_under_the_only_guardian,
    words_that_name_who_must_not_take_the_child_are_refused,
    a_result_names_nobody_who_must_not_take_the_child,
    a_child_in_hospital_stays_on_the_board_however_many_went_elsewhere_since,
];

const FAMILIES: usize = 8;
const WEEKENDS: usize = 13;
const ACTS: usize = 10;

/// Numbers from a seed.
struct Lot(u64);

impl Lot {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// One act of one person on one stay of a child, or outside it; what is refused changes nothing.
async fn act(
    store: &Store,
    who: GrantId,
    (stay, child): (StayId, ChildId),
    deed: usize,
    now: Timestamp,
) -> Result<(), Error> {
    let desk = store.desk_of_grant(who, now).await?;
    let witness = Witness::by("sight");
    let says = |event| ReportStay { stay, event, witness: witness.clone() };
    let settles = |outcome| CloseLate { stay, outcome, guardian: None, reason: "问清楚了".into() };
    match deed {
        0 | 1 => {
            let proof = ReleaseProof::List { called: "样例专干".into() };
            desk.save(ReleaseStay { stays: vec![stay], proof, witness }).await
        }
        2 => desk.save(says(Event::PickUp)).await,
        3 => desk.save(says(Event::Arrival)).await,
        4 => desk.save(says(Event::Leaving)).await,
        5 => desk.save(says(Event::Return)).await,
        6 | 7 => desk.save(ConfirmReturn { stay, witness }).await.map(|_| ()),
        8 => desk.save(settles(Outcome::Back)).await,
        9 => desk.save(settles(Outcome::Family)).await,
        10 => desk.save(settles(Outcome::Hospital)).await,
        11 => desk.save(settles(Outcome::Police)).await,
        12 => desk.save(AnnounceLate { stay, minutes: 40, words: String::new() }).await,
        13 => desk.save(ReopenStay { stay }).await,
        14 => desk.save(PassChild { child, to: RunsFrom::Guardian, words: "安样父接走了".into() }).await,
        15 => desk.save(PassChild { child, to: RunsFrom::School, words: "安样父送回来的".into() }).await,
        _ => desk.save(ComeBack { child, words: "老师接回来的".into() }).await,
    }
}

async fn random_acts_by_random_people_leave_whole_chains_in_the_records(ground: Ground) {
    let store = ground.store().await;
    let county = Countyful::of(&ground, &store, FAMILIES).await;
    let stranger = desk_as(&store, Role::ClassTeacher, Place::Class(uuid::Uuid::now_v7())).await.viewer().grant;
    for n in 0..WEEKENDS {
        let week = i64::try_from(n).unwrap() * 7 * 24 * 60;
        let asked = county.families.iter().map(|f| approved(&store, &county, f, NOW.plus_minutes(week), n));
        let stays = join_all(asked).await;
        let played = county.families.iter().zip(&stays).enumerate().map(|(f, (family, stay))| {
            let other = county.families[(f + 1) % FAMILIES].mother;
            let people = [family.teacher, family.mother, county.office, county.leader, other, stranger];
            let store = &store;
            async move {
                let mut lot = Lot((n * FAMILIES + f + 1) as u64);
                let mut now = FETCHED.plus_minutes(week);
                for step in 0..ACTS {
                    // Mostly it begins at the gate; on Sunday most of it happens.
                    let (who, deed) = if step == 0 { (0, 0) } else { (lot.below(people.len()), lot.below(17)) };
                    match act(store, people[who], (*stay, family.child), deed, now).await {
                        Ok(()) | Err(Error::Refused(_) | Error::Forbidden | Error::NotFound | Error::Invalid(_)) => {}
                        Err(error) => panic!("{error}: {deed} at step {step}"),
                    }
                    let jump = if step == 3 { DUE.minutes_since(FETCHED) - 30 } else { 0 };
                    now = now.plus_minutes(jump + i64::try_from(lot.below(12)).unwrap());
                }
            }
        });
        join_all(played).await;
        let end = DUE.plus_minutes(week + 300);
        store.as_system(SystemTask::Job, COUNTY, end).raise_alarms().await.unwrap();
        sound(&ground).await;
        bring_all_back(&store, &county, end).await;
    }
    let findings = store.verify(COUNTY, true, NOW).await.unwrap();
    assert!(findings.iter().all(|f| f.table == "pairs"), "{findings:?}: but for pairs put in by SQL");
    store.close().await.unwrap();
}

/// What must hold of any records, told by SQL and not by the code under test.
async fn sound(ground: &Ground) {
    let none = async |sql: &str, what: &str| assert_eq!(ground.texts(sql).await, Vec::<String>::new(), "{what}");
    let gap = "SELECT CAST(COUNT(*) AS TEXT) FROM custody_events GROUP BY child_id HAVING COUNT(*) <> MAX(seq)";
    none(gap, "a gap or a fork").await;
    let newest = "SELECT e.child_id, e.holder_kind, e.stay_id FROM custody_events e WHERE e.seq = \
        (SELECT MAX(m.seq) FROM custody_events m WHERE m.child_id = e.child_id)";
    let held = format!(
        "SELECT n.holder_kind FROM ({newest}) n WHERE n.holder_kind = 'volunteer' AND NOT EXISTS \
        (SELECT 1 FROM stays s WHERE s.id = n.stay_id AND s.state IN ('released', 'in_care'))"
    );
    none(&held, "a child is with a volunteer outside a stay").await;
    let lost = format!(
        "SELECT s.state FROM stays s LEFT JOIN ({newest}) n ON n.child_id = s.child_id WHERE \
        s.state IN ('released', 'in_care') AND (n.stay_id <> s.id OR n.holder_kind NOT IN ('volunteer', 'hospital', 'police'))"
    );
    none(&lost, "a child that is away is with nobody").await;
    let unnamed = "SELECT kind FROM custody_events WHERE holder_kind IN ('school', 'guardian', 'base', 'volunteer') \
        AND holder_id IS NULL";
    none(unnamed, "handed over to nobody by name").await;
    let silent = "SELECT s.state FROM stays s WHERE s.state IN ('released', 'in_care') AND NOT EXISTS \
        (SELECT 1 FROM alarms a WHERE a.stay_id = s.id AND a.kind = 'volunteer') AND s.child_id NOT IN \
        (SELECT child_id FROM custody_events WHERE holder_kind IN ('hospital', 'police'))";
    none(silent, "a missed child without an alarm").await;
}

/// The office ends what is open, so that the next weekend can be asked for.
async fn bring_all_back(store: &Store, county: &Countyful, now: Timestamp) {
    let office = store.desk_of_grant(county.office, now).await.unwrap();
    for line in office.whereabouts(None, 500).await.unwrap().lines {
        if !matches!(line.place, Where::Back | Where::Waiting | Where::WithFamily) {
            let reason = "一个一个问清楚了".to_owned();
            let act = CloseLate { stay: line.stay, outcome: Outcome::Back, guardian: None, reason };
            office.save(act).await.unwrap();
        }
    }
    for there in office.elsewhere().await.unwrap() {
        office.save(ComeBack { child: there.child, words: "老师接回来的".into() }).await.unwrap();
    }
    assert_eq!(office.elsewhere().await.unwrap(), []);
    for family in &county.families {
        if office.holder_of(family.child).await.unwrap().1 == Holder::Guardian {
            let words = "安样父送回来的".to_owned();
            office.save(PassChild { child: family.child, to: RunsFrom::School, words }).await.unwrap();
        }
    }
}

async fn the_carer_says_of_no_child_of_hers_that_it_is_back_whatever_else_she_is(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    // Teacher and coordinator are her other roles, by the same account.
    for desk in [&s.teacher, &s.coordinator] {
        let (account, place) = (desk.viewer().account, Place::Person(s.carer.volunteer.0));
        let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
        system(&s.store).save(add).await.unwrap();
    }
    let refused = Err(Error::refused("stay.own_return"));
    let here = || ConfirmReturn { stay, witness: Witness::by("sight") };
    assert_eq!(s.at(&s.teacher, DUE).await.save(here()).await.map(|_| ()), refused);
    let words = CloseLate { stay, outcome: Outcome::Back, guardian: None, reason: "已经回来了".into() };
    assert_eq!(s.at(&s.coordinator, DUE).await.save(words).await, refused);
    s.at(&s.leader, DUE).await.save(here()).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_family_that_is_the_carer_too_does_not_receive_from_itself(ground: Ground) {
    use naheya_store::stay::{ApproveStay, ReceiveFromCarer, RequestStay};
    let s = story(&ground).await;
    let mut new = s.weekend(&[s.pair]);
    (new.end, new.hands) = (RunsFrom::Guardian, Some("外婆在家接".into()));
    let stay = s.mother.save(RequestStay { new }).await.unwrap()[0];
    s.endorsed(stay, s.child).await;
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let family = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    let (account, place) = (family.viewer().account, Place::Person(s.carer.volunteer.0));
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    system(&s.store).save(add).await.unwrap();
    let received = s.at(&family, DUE).await.save(ReceiveFromCarer { stay }).await;
    assert_eq!(received.map(|_| ()), Err(Error::refused("stay.own_return")));
    s.store.close().await.unwrap();
}

async fn a_child_its_family_took_goes_out_from_school_again(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let gate = s.at(&s.teacher, FETCHED).await;
    let by_list = |stay| ReleaseStay {
        stays: vec![stay],
        proof: ReleaseProof::List { called: "样例专干".into() },
        witness: Witness::default(),
    };
    gate.save(by_list(stay)).await.unwrap();
    let family = CloseLate { stay, outcome: Outcome::Family, guardian: None, reason: "爸爸接走了".into() };
    s.at(&s.coordinator, DUE).await.save(family).await.unwrap();
    let next = naheya_store::stay::RequestStay { new: s.days(&[s.pair], "2026-11-27", "2026-11-29") };
    let next = s.at(&s.mother, DUE.plus_minutes(60)).await.save(next).await.unwrap()[0];
    s.endorsed(next, s.child).await;
    s.coordinator.save(naheya_store::stay::ApproveStay { stay: next }).await.unwrap();
    let friday = s.at(&s.teacher, FETCHED.plus_minutes(7 * 24 * 60)).await;
    // By the records it is with its family: who has it here again says so first.
    assert_eq!(friday.save(by_list(next)).await, Err(Error::refused("stay.child_elsewhere")));
    friday.save(ComeBack { child: s.child, words: "爸爸送回来的".into() }).await.unwrap();
    friday.save(by_list(next)).await.unwrap();
    let kinds = ground.texts("SELECT kind FROM custody_events ORDER BY seq").await;
    assert_eq!(kinds, ["release", "guardian_pick_up", "hand_back", "release"]);
    s.store.close().await.unwrap();
}

async fn of_two_guardians_the_one_who_took_the_child_is_named(ground: Ground) {
    use naheya_domain::guardian::{GuardianDetails, GuardianForm};
    use naheya_store::guardian::AddGuardian;
    let s = story(&ground).await;
    let form = GuardianForm { name: "安样母", relation: "母亲", phone: "13900000010", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let mother = system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    let (other, _) = child_of(&s.store, "安小满", s.school, s.class).await;
    let form = GuardianForm { name: "安样舅", relation: "其他", phone: "13900000011", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let stranger = system(&s.store).save(AddGuardian { child: other, details }).await.unwrap();
    let stay = s.approved().await;
    let list = ReleaseProof::List { called: "样例专干".into() };
    let release = ReleaseStay { stays: vec![stay], proof: list, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let office = s.at(&s.coordinator, DUE).await;
    let family = |guardian| CloseLate { stay, outcome: Outcome::Family, guardian, reason: "家里接走了".into() };
    for nobody in [None, Some(stranger)] {
        let refused = office.save(family(nobody)).await;
        assert_eq!(refused, Err(Error::refused("custody.nobody_named")), "{nobody:?}");
    }
    office.save(family(Some(mother))).await.unwrap();
    let last = office.stay_chain(stay).await.unwrap().lines.pop().unwrap();
    assert_eq!((last.event, last.receiver.as_deref()), (Event::GuardianPickUp, Some("安样母")), "and read afterwards");
    assert_eq!(office.family_of(s.child).await.unwrap().len(), 2);
    s.store.close().await.unwrap();
}

async fn to_whom_a_child_was_given_outside_a_weekend_is_read_afterwards(ground: Ground) {
    let s = story(&ground).await;
    let words = "安样父到校门口接走";
    let home = PassChild { child: s.child, to: RunsFrom::Guardian, words: words.into() };
    s.teacher.save(home).await.unwrap();
    let other = desk_as(&s.store, Role::ClassTeacher, Place::Class(s.class.0)).await;
    for (desk, reads) in [(&s.teacher, Some(words)), (&s.coordinator, Some(words)), (&other, None)] {
        let lines = desk.passes(s.child).await.unwrap();
        let [line] = lines.as_slice() else { panic!("{lines:?}") };
        assert_eq!((line.event, line.receiver.as_deref()), (Event::GuardianPickUp, Some("安样父")));
        assert_eq!(line.words.as_deref(), reads);
    }
    assert_eq!(s.mother.passes(s.child).await, Err(Error::Forbidden));
    s.store.close().await.unwrap();
}

async fn a_cousin_who_fetches_a_child_does_not_stand_under_the_only_guardian(ground: Ground) {
    let s = story(&ground).await;
    let to = |came| {
        let pass = PassChild { child: s.child, to: RunsFrom::Guardian, words: "到校门口接走".into() };
        PassChildTo { pass, came }
    };
    assert_eq!(s.teacher.save(to(Came::InWords)).await, Err(Error::refused("custody.nobody_named")));
    let unnamed = s.teacher.save(to(Came::Other(" ".into()))).await;
    assert_eq!(unnamed, Err(Error::field("guardian_name", "required.missing")));
    s.teacher.save(to(Came::Other("安样姐".into()))).await.unwrap();
    let lines = s.teacher.passes(s.child).await.unwrap();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((line.holder, line.receiver.as_deref()), (Holder::Guardian, None));
    assert_eq!(
        line.words.as_deref(),
        Some("安样姐：到校门口接走"),
        "sealed, and read by who wrote it and by the office"
    );
    let back = PassChild { child: s.child, to: RunsFrom::School, words: "安样姐送来".into() };
    s.teacher.save(back).await.unwrap();
    s.teacher.save(to(Came::Known(s.guardian))).await.unwrap();
    let lines = s.teacher.passes(s.child).await.unwrap();
    assert_eq!(lines[0].receiver.as_deref(), Some("安样父"));
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn words_that_name_who_must_not_take_the_child_are_refused(ground: Ground) {
    use naheya_domain::guardian::{GuardianDetails, GuardianForm};
    use naheya_store::guardian::AddGuardian;
    let s = story(&ground).await;
    let form = GuardianForm {
        name: "安样",
        relation: "父亲",
        blocked: true,
        blocked_reason: "法院禁止接触",
        ..GuardianForm::default()
    };
    let details = GuardianDetails::parse(&form).unwrap();
    system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    let office = s.at(&s.coordinator, FETCHED).await;
    let away = office.kept_away(&[s.child]).await.unwrap();
    assert_eq!(away[&s.child].iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["安样"]);
    let pass = |words: &str| PassChild { child: s.child, to: RunsFrom::Guardian, words: words.into() };
    let refused = office.save(pass("安样到校门口接走")).await;
    let Err(Error::Refused(refusal)) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal.code, "custody.kept_away");
    assert_eq!(ground.texts("SELECT kind FROM custody_events").await, Vec::<String>::new());
    // The other guardian's name begins with it.
    office.save(pass("安样父到校门口接走")).await.unwrap();
    let holder = ground.texts("SELECT kind FROM custody_events WHERE holder_kind = 'guardian'").await;
    assert_eq!(holder.len(), 1);
    s.store.close().await.unwrap();
}

async fn a_result_names_nobody_who_must_not_take_the_child(ground: Ground) {
    use naheya_domain::guardian::{GuardianDetails, GuardianForm};
    use naheya_store::guardian::AddGuardian;
    let s = story(&ground).await;
    let away = GuardianForm {
        // The other guardian's name is part of it.
        name: "安样父亲·例",
        relation: "父亲",
        blocked: true,
        blocked_reason: "法院禁止接触",
        ..GuardianForm::default()
    };
    let details = GuardianDetails::parse(&away).unwrap();
    let blocked = system(&s.store).save(AddGuardian { child: s.child, details }).await.unwrap();
    let stay = s.approved().await;
    let list = ReleaseProof::List { called: "样例专干".into() };
    let release = ReleaseStay { stays: vec![stay], proof: list, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let office = s.at(&s.coordinator, DUE).await;
    let family = |guardian, reason: &str| CloseLate { stay, outcome: Outcome::Family, guardian, reason: reason.into() };
    let named = [(None, "安样父亲·例接走了"), (None, "安样父亲 例 接走了")];
    let chosen = [(Some(blocked), "家里接走了"), (Some(s.guardian), "安样父亲例接走了")];
    for (guardian, words) in named.into_iter().chain(chosen) {
        let Err(Error::Refused(refusal)) = office.save(family(guardian, words)).await else { panic!("{words}") };
        assert_eq!(refusal.code, "custody.kept_away", "{words}");
        assert_eq!(refusal.args, [("name", "安样父亲·例".to_owned())]);
    }
    assert!(office.stay_line(stay).await.unwrap().state.is_away());
    office.save(family(None, "安样父接走了")).await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_child_in_hospital_stays_on_the_board_however_many_went_elsewhere_since(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let list = ReleaseProof::List { called: "样例专干".into() };
    let release = ReleaseStay { stays: vec![stay], proof: list, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    let ill = CloseLate { stay, outcome: Outcome::Hospital, guardian: None, reason: "发烧送医".into() };
    s.at(&s.coordinator, DUE).await.save(ill).await.unwrap();
    let (other, _) = child_of(&s.store, "安小满", s.school, s.class).await;
    let of = "(SELECT id FROM children WHERE name = '安小满')";
    let row = |n: i64| {
        let (holder, at) = (if n % 2 == 1 { "base" } else { "school" }, DUE.0 + n);
        format!(
            "({}, '00000000-0000-4000-8000-{n:012}', {of}, {n}, 'hand_back', '{holder}', '{other}', 'sight', '{other}', {at})",
            COUNTY.0
        )
    };
    let rows: Vec<String> = (1..=5_000).map(row).collect();
    ground
        .sql(&format!(
            "INSERT INTO custody_events (area_id, id, child_id, seq, kind, holder_kind, holder_id, how, by_account, \
             server_at) VALUES {}",
            rows.join(", ")
        ))
        .await;
    let office = s.at(&s.coordinator, DUE.plus_minutes(24 * 60)).await;
    let there: Vec<_> = office.elsewhere().await.unwrap().into_iter().map(|one| one.child).collect();
    assert_eq!(there, [s.child]);
    s.store.close().await.unwrap();
}
