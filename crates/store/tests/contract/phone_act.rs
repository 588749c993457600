//! Acts of phones without network: in any order and twice they make the same weekend; a child that is
//! gone is gone; nothing is overwritten.
//!
//! Long because: each order in which a phone may send is tried on its own, on the same ground.

use naheya_domain::Timestamp;
use naheya_domain::hours::NewCorrection;
use naheya_domain::id::StayId;
use naheya_domain::phone_act::{ActKind, Contact, PhoneClock};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, code::Code};
use naheya_store::account::AddGrant;
use naheya_store::consent::Purpose;
use naheya_store::custody::Witness;
use naheya_store::draft::KeepDraft;
use naheya_store::hours::{ConfirmHours, CorrectHours};
use naheya_store::note::SaveNote;
use naheya_store::phone_act::{Said, SeePhoneAct, SentPicture, TakePhoneAct, Taken};
use naheya_store::purge::{KEPT_DAYS, PurgeOld};
use naheya_store::school::{AddClass, SetDuty};
use naheya_store::stay::{
    ApproveStay, CancelStay, CarerCode, ConfirmReturn, ReleaseProof, ReleaseStay, ReopenStay, RequestStay,
};
use naheya_store::{Desk, Error, SystemTask};
use uuid::Uuid;

use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::on_both_engines;
use crate::stay::code;
use crate::story::{DUE, FETCHED, Story, child_of, consent, literal, story};

on_both_engines![
    the_same_acts_in_reverse_and_twice_make_the_same_weekend,
    hours_that_two_people_have_corrected_stand_when_a_phone_brings_an_earlier_hour,
    the_same_id_is_the_same_act_and_another_body_is_a_conflict,
    a_release_that_the_gate_would_have_refused_stands_and_raises_an_alarm,
    what_a_phone_said_besides_goes_once_somebody_has_long_dealt_with_it,
    a_phone_acts_only_on_stays_in_its_sight,
    a_note_of_a_phone_stands_beside_the_one_that_was_there,
    a_note_of_a_phone_leaves_nothing_begun_of_it_and_what_was_begun_later,
    pictures_without_consent_are_not_kept_and_the_words_are,
    a_clock_three_hours_off_is_kept_as_said_and_set_right,
    a_clock_that_is_set_between_the_act_and_its_sending_is_told,
    what_was_done_at_the_gate_of_a_day_is_taken_the_day_after,
    what_a_teacher_did_is_taken_though_she_goes_on_as_a_volunteer,
    a_here_from_before_the_release_brings_no_child_back,
    a_here_from_before_it_was_taken_back_brings_no_child_back,
    a_mistaken_here_of_a_phone_is_taken_back_for_a_day_after_it_came,
    a_release_that_a_phone_tells_of_ends_the_alarm_that_nobody_came,
    an_act_of_a_closed_account_waits_for_a_person,
    nothing_of_a_stay_lies_before_its_release,
    what_lay_before_the_release_counts_once_an_earlier_one_is_known,
    the_digits_of_the_return_hold_once_around_the_agreed_hour,
];

const WEEK: i64 = 7 * 24 * 60;

fn act(kind: ActKind, stay: StayId, at: Timestamp, sequence: i64) -> TakePhoneAct {
    TakePhoneAct {
        id: Uuid::now_v7(),
        device: Uuid::from_u128(7),
        sequence,
        kind,
        stay: Some(stay),
        clock: PhoneClock { at, offset: 480, sent: at, last: None },
        said: Said::default(),
        hash: [u8::try_from(sequence).unwrap(); 32],
    }
}

/// The act as a phone with a right clock sends it at `now`.
fn sent(act: TakePhoneAct, now: Timestamp) -> TakePhoneAct {
    TakePhoneAct { clock: PhoneClock { sent: now, ..act.clock }, ..act }
}

fn by_code(act: TakePhoneAct, digits: &str) -> TakePhoneAct {
    TakePhoneAct { said: Said { code: Some(digits.into()), ..Said::default() }, ..act }
}

fn words(act: TakePhoneAct, words: &str) -> TakePhoneAct {
    TakePhoneAct { said: Said { words: words.into(), kinds: vec!["talk".into()], ..Said::default() }, ..act }
}

/// A weekend `weeks` later than the first, approved, and its digits.
async fn weekend(s: &Story, weeks: i64) -> (StayId, String) {
    let day = |from: Timestamp| from.plus_minutes(weeks * WEEK).date().to_string();
    let new = s.days(&[s.pair], &day(FETCHED), &day(DUE));
    let stay = s.mother.save(RequestStay { new }).await.unwrap()[0];
    s.endorsed(stay, s.child).await;
    s.coordinator.save(ApproveStay { stay }).await.unwrap();
    let home = s.at(&s.mother, FETCHED.plus_minutes(weeks * WEEK)).await.my_stay(stay).await.unwrap();
    let CarerCode::Open(digits, _) = home.code else { panic!("{:?}", home.code) };
    (stay, digits)
}

/// Whether the teacher does it, and the act, as a weekend brings them.
fn acts(stay: StayId, digits: &str, weeks: i64) -> Vec<(bool, TakePhoneAct)> {
    let at = |minutes: i64| FETCHED.plus_minutes(weeks * WEEK + minutes);
    let home = |kind, minutes, n| (false, act(kind, stay, at(minutes), n));
    vec![
        (true, by_code(act(ActKind::Release, stay, at(5), 1), digits)),
        home(ActKind::PickUp, 6, 1),
        home(ActKind::Arrival, 50, 2),
        (false, words(act(ActKind::Note, stay, at(1500), 3), "周六去看了羊。")),
        home(ActKind::Leaving, 48 * 60, 4),
        home(ActKind::Return, 48 * 60 + 40, 5),
        (true, act(ActKind::Confirmation, stay, at(48 * 60 + 41), 2)),
    ]
}

/// What the records say of a stay, its times counted from the Friday's agreed hour.
async fn facts(ground: &Ground, stay: StayId, weeks: i64) -> Vec<String> {
    let id = literal(ground, stay.0);
    let from = FETCHED.plus_minutes(weeks * WEEK).0;
    let time = |column: &str| format!("CAST({column} - {from} AS TEXT)");
    let times = ["released_at", "arrived_at", "left_at", "returned_at"].map(time).join(" || ' ' || ");
    let mut facts = ground.texts(&format!("SELECT state || ' ' || {times} FROM stays WHERE id = {id}")).await;
    facts.extend(
        ground.texts(&format!("SELECT CAST(SUM(minutes) AS TEXT) FROM hours_entries WHERE stay_id = {id}")).await,
    );
    facts.extend(
        ground.texts(&format!("SELECT kind || ' ' || state FROM phone_acts WHERE stay_id = {id} ORDER BY kind")).await,
    );
    facts.extend(ground.texts(&format!("SELECT state FROM notes WHERE stay_id = {id}")).await);
    let holder = "SELECT holder_kind FROM custody_events ORDER BY child_id, seq DESC LIMIT 1";
    facts.extend(ground.texts(holder).await);
    facts
}

async fn the_same_acts_in_reverse_and_twice_make_the_same_weekend(ground: Ground) {
    let s = story(&ground).await;
    let mut seen = Vec::new();
    for (weeks, order) in
        [[0, 1, 2, 3, 4, 5, 6].to_vec(), (0..7).rev().chain(0..7).collect(), vec![6, 2, 0, 4, 4, 1, 5, 3, 0]]
            .into_iter()
            .enumerate()
    {
        let weeks = i64::try_from(weeks).unwrap();
        let (stay, digits) = weekend(&s, weeks).await;
        let now = DUE.plus_minutes(weeks * WEEK - 5);
        let (teacher, mother) = (s.at(&s.teacher, now).await, s.at(&s.mother, now).await);
        let acts = acts(stay, &digits, weeks);
        for n in order {
            let (hers, act) = acts[n].clone();
            let desk = if hers { &teacher } else { &mother };
            desk.save(sent(act, now)).await.unwrap();
        }
        seen.push(facts(&ground, stay, weeks).await);
    }
    assert!(seen[0][0].starts_with("closed 300000 3000000 "), "{:?}", seen[0]);
    assert_eq!(seen[0].iter().filter(|f| f.ends_with(" done")).count(), 7);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    s.store.close().await.unwrap();
}

async fn the_same_id_is_the_same_act_and_another_body_is_a_conflict(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let mother = s.at(&s.mother, FETCHED).await;
    let picked = act(ActKind::PickUp, stay, FETCHED, 1);
    let first = mother.save(picked.clone()).await.unwrap();
    assert_eq!(first, Taken { standing: "kept".into(), again: false, code: None });
    assert_eq!(mother.save(picked.clone()).await.unwrap(), Taken { again: true, ..first });
    assert_eq!(ground.texts("SELECT kind FROM phone_acts").await, ["pick_up"]);
    let other = TakePhoneAct { hash: [9; 32], ..picked.clone() };
    assert_eq!(mother.save(other).await, Err(Error::KeyReused));
    // Nor can anybody else send it in her name.
    assert_eq!(s.at(&s.coordinator, FETCHED).await.save(picked).await, Err(Error::KeyReused));
    s.store.close().await.unwrap();
}

/// Alarms that were raised, and whether both the coordinator and the leader were told.
async fn alarms(ground: &Ground) -> Vec<String> {
    let raised = ground.texts("SELECT kind FROM alarms").await;
    let letters = ground.texts("SELECT kind FROM outbox WHERE kind = 'alarm.release_refused'").await;
    assert_eq!(letters.len(), 2 * raised.len());
    raised
}

async fn a_release_that_the_gate_would_have_refused_stands_and_raises_an_alarm(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let digits = s.digits(stay).await.as_str().to_owned();
    s.coordinator.save(CancelStay { stay, reason: "孩子发烧了".into() }).await.unwrap();
    let now = FETCHED.plus_minutes(60);
    let (teacher, mother) = (s.at(&s.teacher, now).await, s.at(&s.mother, now).await);
    mother.save(sent(act(ActKind::PickUp, stay, FETCHED.plus_minutes(3), 1), now)).await.unwrap();
    let release = sent(by_code(act(ActKind::Release, stay, FETCHED, 1), &digits), now);
    let taken = teacher.save(release).await.unwrap();
    assert_eq!((taken.standing.as_str(), taken.code.as_deref()), ("look", Some("stay.not_approved")));
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["in_care"], "what waited was carried out");
    assert_eq!(ground.texts("SELECT kind FROM custody_events ORDER BY seq").await, ["release", "pick_up"]);
    assert_eq!(alarms(&ground).await, ["release_refused"]);
    // It is laid before the office until somebody has looked.
    let lines = s.at(&s.coordinator, now).await.phone_acts().await.unwrap();
    assert_eq!(lines.len(), 1);
    let out = s.at(&s.coordinator, now).await.list_out(&naheya_store::export::Out::PhoneActs).await.unwrap();
    assert_eq!(out.len(), 1, "as Excel too");
    assert_eq!(out[0].child(), lines[0].child_id, "counted and named as a child's row");
    assert!(lines[0].child_id.is_some());
    let seen = SeePhoneAct { id: lines[0].id, words: "打了电话，孩子在她家".into() };
    s.at(&s.coordinator, now).await.save(seen.clone()).await.unwrap();
    assert_eq!(code(s.at(&s.coordinator, now).await.save(seen).await), "phone.seen_already");
    assert!(s.at(&s.coordinator, now).await.phone_acts().await.unwrap().is_empty());
    s.store.close().await.unwrap();
}

async fn what_a_phone_said_besides_goes_once_somebody_has_long_dealt_with_it(ground: Ground) {
    let s = story(&ground).await;
    let (stay, _) = in_care(&s).await;
    let (now, long_ago) = (FETCHED.plus_minutes(120), FETCHED.plus_minutes(-13 * 24 * 60));
    s.at(&s.teacher, now).await.save(sent(act(ActKind::Confirmation, stay, long_ago, 1), now)).await.unwrap();
    let kept = async || ground.texts("SELECT state FROM phone_acts WHERE body_sealed IS NOT NULL").await;
    let purged = async |days: i64| {
        let clock = s.store.as_system(SystemTask::Demo, COUNTY, now.plus_minutes(days * 24 * 60));
        clock.save(PurgeOld).await.unwrap();
    };
    purged(KEPT_DAYS + 1).await;
    assert_eq!(kept().await, ["look"], "nobody has looked yet, however long ago it was");
    let id = s.at(&s.coordinator, now).await.phone_acts().await.unwrap()[0].id;
    let seen = SeePhoneAct { id, words: "打了电话，孩子在她家".into() };
    s.at(&s.coordinator, now).await.save(seen).await.unwrap();
    purged(KEPT_DAYS).await;
    assert_eq!(kept().await, ["seen"]);
    purged(KEPT_DAYS + 1).await;
    assert_eq!(kept().await, Vec::<String>::new());
    s.store.close().await.unwrap();
}

/// The teacher of another class of the school.
async fn beside(s: &Story) -> Desk {
    let class = AddClass { school: s.school, name: "四(1)班".into(), grade: Some(4) };
    let class = system(&s.store).save(class).await.unwrap();
    desk_as(&s.store, Role::ClassTeacher, Place::Class(class.0)).await
}

async fn a_phone_acts_only_on_stays_in_its_sight(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let stranger = beside(&s).await;
    let stranger = s.at(&stranger, FETCHED).await;
    let taken = stranger.save(by_code(act(ActKind::Release, stay, FETCHED, 1), "000000")).await.unwrap();
    assert_eq!((taken.standing.as_str(), taken.code.as_deref()), ("refused", Some("not_found")));
    assert_eq!(alarms(&ground).await, ["release_refused"], "the child may be gone");
    let absent = act(ActKind::Release, StayId(Uuid::now_v7()), FETCHED, 2);
    assert_eq!(stranger.save(absent).await, Err(Error::NotFound));
    let mother = s.at(&s.mother, FETCHED).await;
    assert_eq!(mother.save(act(ActKind::Release, stay, FETCHED, 3)).await, Err(Error::Forbidden));
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["approved"]);
    s.store.close().await.unwrap();
}

/// A stay whose child is in the home, and her desk there.
async fn in_care(s: &Story) -> (StayId, Desk) {
    let (stay, digits) = weekend(s, 0).await;
    let teacher = s.at(&s.teacher, FETCHED).await;
    teacher.save(by_code(act(ActKind::Release, stay, FETCHED, 1), &digits)).await.unwrap();
    (stay, s.at(&s.mother, FETCHED.plus_minutes(120)).await)
}

async fn a_note_of_a_phone_stands_beside_the_one_that_was_there(ground: Ground) {
    let s = story(&ground).await;
    let (stay, mother) = in_care(&s).await;
    let page = SaveNote { stay, kinds: vec![], words: "网页上写的".into(), worry: None, pictures: vec![] };
    mother.save(page).await.unwrap();
    let taken = mother.save(words(act(ActKind::Note, stay, FETCHED, 1), "手机上写的")).await.unwrap();
    assert_eq!(taken.standing, "done");
    let notes = mother.notes(None, Some(stay)).await.unwrap();
    let mut said: Vec<_> = notes.iter().map(|n| n.words.as_str()).collect();
    said.sort_unstable();
    assert_eq!(said, ["手机上写的", "网页上写的"]);
    let empty = mother.save(words(act(ActKind::Note, stay, FETCHED, 2), " ")).await;
    assert_eq!(empty, Err(Error::field("words", "required.missing")));
    s.store.close().await.unwrap();
}

async fn a_note_of_a_phone_leaves_nothing_begun_of_it_and_what_was_begun_later(ground: Ground) {
    let s = story(&ground).await;
    let (stay, mother) = in_care(&s).await;
    let form = format!("note-{stay}");
    let (now, later) = (FETCHED.plus_minutes(120), FETCHED.plus_minutes(180));
    mother.save(KeepDraft { form: form.clone(), body: "words=画了".into(), page: None }).await.unwrap();
    let note = |n: i64, at: Timestamp| words(act(ActKind::Note, stay, at, n), "画了一匹马");
    let earlier = sent(note(1, FETCHED.plus_minutes(60)), now);
    assert_eq!(mother.save(earlier).await.unwrap().standing, "done");
    assert!(mother.draft(&form).await.unwrap().is_some(), "it was written after the note that the phone brings");
    let mother = s.at(&s.mother, later).await;
    assert_eq!(mother.save(note(2, later)).await.unwrap().standing, "done");
    assert_eq!(mother.draft(&form).await, Ok(None));
    s.store.close().await.unwrap();
}

async fn pictures_without_consent_are_not_kept_and_the_words_are(ground: Ground) {
    let s = story(&ground).await;
    let (stay, mother) = in_care(&s).await;
    let with_picture = |n: i64| {
        let mut note = words(act(ActKind::Note, stay, FETCHED, n), "画了一匹马");
        note.said.pictures = vec![SentPicture::of(b"jpeg", 1, 1)];
        note
    };
    let taken = mother.save(with_picture(1)).await.unwrap();
    assert_eq!((taken.standing.as_str(), taken.code.as_deref()), ("look", Some("note.photo_consent_missing")));
    let count = "SELECT CAST(COUNT(*) AS TEXT) FROM pictures";
    assert_eq!(ground.texts(count).await, ["0"]);
    assert_eq!(mother.notes(None, Some(stay)).await.unwrap().len(), 1);
    crate::ground::system(&s.store).save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    assert_eq!(mother.save(with_picture(2)).await.unwrap().standing, "done");
    assert_eq!(ground.texts(count).await, ["1"]);
    s.store.close().await.unwrap();
}

async fn a_clock_three_hours_off_is_kept_as_said_and_set_right(ground: Ground) {
    let s = story(&ground).await;
    let (stay, digits) = weekend(&s, 0).await;
    assert!(Code::parse(&digits).is_ok());
    let now = FETCHED.plus_minutes(240);
    let wrong = |t: Timestamp| t.plus_minutes(-180);
    let mut release = by_code(act(ActKind::Release, stay, wrong(FETCHED), 1), &digits);
    release.clock.sent = wrong(now);
    let taken = s.at(&s.teacher, now).await.save(release).await.unwrap();
    assert_eq!(taken.standing, "done", "judged at the hour that was right: {:?}", taken.code);
    let times = "SELECT CAST(phone_at AS TEXT) || ' ' || CAST(happened_at AS TEXT) FROM phone_acts WHERE doubtful";
    assert_eq!(ground.texts(times).await, [format!("{} {}", wrong(FETCHED).0, FETCHED.0)]);
    assert_eq!(ground.texts("SELECT CAST(released_at AS TEXT) FROM stays").await, [FETCHED.0.to_string()]);
    let chain = s.at(&s.coordinator, now).await.stay_chain(stay).await.unwrap();
    assert_eq!((chain.lines[0].at, chain.lines[0].entered_at), (FETCHED, Some(now)), "and told so");
    s.store.close().await.unwrap();
}

async fn a_clock_that_is_set_between_the_act_and_its_sending_is_told(ground: Ground) {
    let s = story(&ground).await;
    let (stay, digits) = weekend(&s, 0).await;
    let now = FETCHED.plus_minutes(240);
    // Three hours behind at the last contact and at the gate; right again with the network.
    let mut release = sent(by_code(act(ActKind::Release, stay, FETCHED.plus_minutes(-180), 1), &digits), now);
    release.clock.last = Some(Contact { at: FETCHED.plus_minutes(-60), behind: 180 * 60_000 });
    let taken = s.at(&s.teacher, now).await.save(release).await.unwrap();
    assert_eq!((taken.standing.as_str(), taken.code.as_deref()), ("look", Some("phone.clock_moved")));
    assert_eq!(ground.texts("SELECT CAST(released_at AS TEXT) FROM stays").await, [FETCHED.0.to_string()]);
    assert!(alarms(&ground).await.is_empty(), "by the hour that was right the gate had let the child go");
    assert_eq!(looked_at(&s).await, ["phone.clock_moved"]);
    s.store.close().await.unwrap();
}

async fn what_was_done_at_the_gate_of_a_day_is_taken_the_day_after(ground: Ground) {
    let s = story(&ground).await;
    let teacher = beside(&s).await;
    let (stay, digits) = weekend(&s, 0).await;
    let account = teacher.viewer().account;
    s.coordinator.save(SetDuty { school: s.school, on: FETCHED.date(), account }).await.unwrap();
    let saturday = FETCHED.plus_minutes(24 * 60);
    let release = sent(by_code(act(ActKind::Release, stay, FETCHED, 1), &digits), saturday);
    let taken = s.at(&teacher, saturday).await.save(release).await.unwrap();
    assert_eq!(taken.standing, "done", "{:?}", taken.code);
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["released"]);
    // On no other day was she there.
    let here = sent(act(ActKind::Confirmation, stay, saturday, 2), saturday);
    assert_eq!(s.at(&teacher, saturday).await.save(here).await.unwrap().standing, "refused");
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["released"]);
    s.store.close().await.unwrap();
}

async fn what_a_teacher_did_is_taken_though_she_goes_on_as_a_volunteer(ground: Ground) {
    let s = story(&ground).await;
    let (stay, digits) = weekend(&s, 0).await;
    let (account, place) = (s.teacher.viewer().account, Place::Person(Uuid::now_v7()));
    let add = AddGrant { account, role: Role::Volunteer, place, from_on: NOW.date(), to_on: None };
    let grant = system(&s.store).save(add).await.unwrap();
    let volunteer = s.store.desk_of_grant(grant, FETCHED).await.unwrap();
    let taken = volunteer.save(by_code(act(ActKind::Release, stay, FETCHED, 1), &digits)).await.unwrap();
    assert_eq!(taken.standing, "done", "{:?}", taken.code);
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["released"]);
    s.store.close().await.unwrap();
}

async fn a_here_from_before_the_release_brings_no_child_back(ground: Ground) {
    let s = story(&ground).await;
    let (stay, digits) = weekend(&s, 0).await;
    // The roll was called before the children were fetched.
    let early = FETCHED.plus_minutes(-30);
    let here = s.at(&s.teacher, early).await.save(act(ActKind::Confirmation, stay, early, 1)).await.unwrap();
    assert_eq!(here.standing, "kept");
    let proof = ReleaseProof::Code(Code::parse(&digits).unwrap());
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["released"]);
    assert_eq!(looked_at(&s).await, ["phone.here_too_early"]);
    let clock = s.store.as_system(SystemTask::Job, COUNTY, DUE);
    assert_eq!(clock.raise_alarms().await.unwrap(), 1, "and on Sunday it is missed");
    let here = s.at(&s.teacher, DUE).await.save(act(ActKind::Confirmation, stay, DUE, 2)).await.unwrap();
    assert_eq!(here.standing, "done");
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["closed"]);
    s.store.close().await.unwrap();
}

async fn a_here_from_before_it_was_taken_back_brings_no_child_back(ground: Ground) {
    let s = story(&ground).await;
    let (stay, _) = in_care(&s).await;
    let gate = async |minutes| s.at(&s.teacher, DUE.plus_minutes(minutes)).await;
    gate(-30).await.save(ConfirmReturn { stay, witness: Witness::by("sight") }).await.unwrap();
    gate(-20).await.save(ReopenStay { stay }).await.unwrap();
    // A colleague's phone without network had made the same mistake.
    let mistaken = |sequence| act(ActKind::Confirmation, stay, DUE.plus_minutes(-28), sequence);
    let taken = gate(-5).await.save(sent(mistaken(2), DUE.plus_minutes(-5))).await.unwrap();
    assert_eq!((taken.standing.as_str(), taken.code.as_deref()), ("look", Some("phone.here_taken_back")));
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["in_care"]);
    let taken = gate(0).await.save(act(ActKind::Confirmation, stay, DUE, 3)).await.unwrap();
    assert_eq!(taken.standing, "done");
    let taken = gate(5).await.save(sent(mistaken(4), DUE.plus_minutes(5))).await.unwrap();
    assert_eq!(taken.standing, "look", "nor does it make it earlier");
    let back = "SELECT state || ' ' || CAST(returned_at AS TEXT) FROM stays";
    assert_eq!(ground.texts(back).await, [format!("closed {}", DUE.0)]);
    s.store.close().await.unwrap();
}

async fn a_mistaken_here_of_a_phone_is_taken_back_for_a_day_after_it_came(ground: Ground) {
    let s = story(&ground).await;
    let (stay, _) = in_care(&s).await;
    let came = DUE.plus_minutes(30 * 60);
    let here = sent(act(ActKind::Confirmation, stay, DUE, 2), came);
    assert_eq!(s.at(&s.teacher, came).await.save(here).await.unwrap().standing, "done");
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["returned"]);
    s.at(&s.teacher, came.plus_minutes(60)).await.save(ReopenStay { stay }).await.unwrap();
    assert_eq!(ground.texts("SELECT state FROM stays").await, ["in_care"]);
    s.store.close().await.unwrap();
}

async fn a_release_that_a_phone_tells_of_ends_the_alarm_that_nobody_came(ground: Ground) {
    let s = story(&ground).await;
    let (stay, digits) = weekend(&s, 0).await;
    let now = FETCHED.plus_minutes(90);
    assert_eq!(s.store.as_system(SystemTask::Job, COUNTY, now).raise_alarms().await.unwrap(), 1);
    let release = sent(by_code(act(ActKind::Release, stay, FETCHED, 1), &digits), now);
    assert_eq!(s.at(&s.teacher, now).await.save(release).await.unwrap().standing, "done");
    let ended = "SELECT kind || ' ' || closed_how FROM alarms WHERE closed_at IS NOT NULL";
    assert_eq!(ground.texts(ended).await, ["not_fetched released"]);
    s.store.close().await.unwrap();
}

async fn an_act_of_a_closed_account_waits_for_a_person(ground: Ground) {
    let s = story(&ground).await;
    let (stay, digits) = weekend(&s, 0).await;
    child_of(&s.store, "安小苗", s.school, s.class).await;
    let mother = s.at(&s.mother, FETCHED).await;
    mother.save(act(ActKind::PickUp, stay, FETCHED, 1)).await.unwrap();
    ground
        .sql(&format!(
            "UPDATE accounts SET state = 'closed' WHERE id = {}",
            literal(&ground, mother.viewer().account.0)
        ))
        .await;
    let teacher = s.at(&s.teacher, FETCHED).await;
    let taken = teacher.save(by_code(act(ActKind::Release, stay, FETCHED, 1), &digits)).await.unwrap();
    assert_eq!(taken.standing, "done");
    let lines = s.at(&s.coordinator, FETCHED).await.phone_acts().await.unwrap();
    assert_eq!(lines.iter().map(|l| l.code.as_deref()).collect::<Vec<_>>(), [Some("phone.account_closed")]);
    assert_eq!(ground.texts("SELECT kind FROM custody_events").await, ["release"]);
    s.store.close().await.unwrap();
}

/// What is laid before the office.
async fn looked_at(s: &Story) -> Vec<String> {
    let lines = s.at(&s.coordinator, DUE).await.phone_acts().await.unwrap();
    lines.into_iter().filter_map(|l| l.code).collect()
}

async fn nothing_of_a_stay_lies_before_its_release(ground: Ground) {
    let s = story(&ground).await;
    let (stay, mother) = in_care(&s).await;
    let (now, long_ago) = (FETCHED.plus_minutes(120), FETCHED.plus_minutes(-13 * 24 * 60));
    let taken = mother.save(sent(act(ActKind::Arrival, stay, long_ago, 1), now)).await.unwrap();
    assert_eq!((taken.standing.as_str(), taken.code.as_deref()), ("look", Some("phone.before_release")));
    // Nor does a second word on the release, from before the gate was open, make room for it.
    let gate = s.at(&s.teacher, now).await;
    let taken = gate.save(sent(act(ActKind::Release, stay, long_ago, 2), now)).await.unwrap();
    assert_eq!((taken.standing.as_str(), taken.code.as_deref()), ("look", Some("code.not_yet")));
    assert_eq!(looked_at(&s).await, ["phone.before_release", "code.not_yet"]);
    assert_eq!(ground.texts("SELECT kind FROM custody_events ORDER BY seq").await, ["release", "arrival"]);
    let times = format!("SELECT CAST(released_at - {} AS TEXT) FROM stays WHERE arrived_at IS NULL", FETCHED.0);
    assert_eq!(ground.texts(&times).await, ["0"]);
    s.at(&s.teacher, DUE).await.save(act(ActKind::Confirmation, stay, DUE, 9)).await.unwrap();
    let early = format!("SELECT CAST(COUNT(*) AS TEXT) FROM hours_entries WHERE starts_at < {}", FETCHED.0);
    assert_eq!(ground.texts(&early).await, ["0"]);
    assert_eq!(ground.texts("SELECT kind FROM hours_entries").await, ["stay"]);
    s.store.close().await.unwrap();
}

async fn what_lay_before_the_release_counts_once_an_earlier_one_is_known(ground: Ground) {
    let s = story(&ground).await;
    let (stay, digits) = weekend(&s, 0).await;
    let now = FETCHED.plus_minutes(90);
    let (gate, mother) = (s.at(&s.teacher, now).await, s.at(&s.mother, now).await);
    let released = |minutes, n| by_code(act(ActKind::Release, stay, FETCHED.plus_minutes(minutes), n), &digits);
    mother.save(sent(act(ActKind::Arrival, stay, FETCHED.plus_minutes(50), 1), now)).await.unwrap();
    gate.save(sent(released(60, 1), now)).await.unwrap();
    assert_eq!(looked_at(&s).await, ["phone.before_release"]);
    gate.save(sent(released(5, 2), now)).await.unwrap();
    assert!(looked_at(&s).await.is_empty());
    let times = "CAST(released_at AS TEXT) || ' ' || CAST(arrived_at AS TEXT)";
    let expected = [format!("{} {}", FETCHED.plus_minutes(5).0, FETCHED.plus_minutes(50).0)];
    assert_eq!(ground.texts(&format!("SELECT {times} FROM stays")).await, expected);
    s.store.close().await.unwrap();
}

async fn hours_that_two_people_have_corrected_stand_when_a_phone_brings_an_earlier_hour(ground: Ground) {
    let s = story(&ground).await;
    let (stay, _) = in_care(&s).await;
    s.at(&s.teacher, DUE).await.save(act(ActKind::Confirmation, stay, DUE, 9)).await.unwrap();
    let minutes = async || s.coordinator.hours(s.carer.volunteer).await.unwrap().minutes();
    assert!(minutes().await > 0);
    let entry = s.coordinator.hours(s.carer.volunteer).await.unwrap().lines[0].entry.unwrap();
    let later = DUE.plus_minutes(60);
    let new = NewCorrection { span: None, reason: "那天住在亲戚家".into() };
    let claim = s.at(&s.coordinator, later).await.save(CorrectHours { entry, new }).await.unwrap();
    s.at(&s.leader, later).await.save(ConfirmHours { claim }).await.unwrap();
    let arrival = sent(act(ActKind::Arrival, stay, FETCHED.plus_minutes(40), 3), later);
    s.at(&s.mother, later).await.save(arrival).await.unwrap();
    assert_eq!(ground.texts("SELECT state FROM stays WHERE arrived_at IS NOT NULL").await, ["closed"]);
    assert_eq!(minutes().await, 0);
    s.store.close().await.unwrap();
}

async fn the_digits_of_the_return_hold_once_around_the_agreed_hour(ground: Ground) {
    let s = story(&ground).await;
    let (stay, mother) = in_care(&s).await;
    let (digits, window) = mother.return_code(stay).await.unwrap().unwrap();
    for (at, refused) in [(window.from.plus_minutes(-1), "code.not_yet"), (window.to.plus_minutes(1), "code.expired")] {
        assert_eq!(code(s.at(&s.teacher, at).await.try_return_code(&digits).await), refused);
    }
    let gate = s.at(&s.teacher, DUE).await;
    let other = if digits.as_str() == "000000" { "000001" } else { "000000" };
    assert_eq!(code(gate.try_return_code(&Code::parse(other).unwrap()).await), "code.wrong");
    assert_eq!(gate.try_return_code(&digits).await.unwrap(), [stay]);
    gate.save(act(ActKind::Confirmation, stay, DUE, 9)).await.unwrap();
    assert_eq!(code(gate.try_return_code(&digits).await), "code.used");
    assert_eq!(s.at(&s.mother, DUE).await.return_code(stay).await.unwrap(), None);
    s.store.close().await.unwrap();
}
