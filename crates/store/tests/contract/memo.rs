//! What a desk remembers for a moment: never past a change, never for somebody else, never for long.

use naheya_domain::saved_view::{List, NewView};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::child::{ChildFilter, ChildView, OpenFile};
use naheya_store::consent::{Purpose, WithdrawConsent};
use naheya_store::custody::Witness;
use naheya_store::pair::{PausePair, ResumePair};
use naheya_store::saved_view::{KeepView, RemoveView, RestoreView};
use naheya_store::school::AddSchool;
use naheya_store::stay::{ApproveStay, EndorseStay, ReleaseProof, ReleaseStay, RequestStay};
use naheya_store::wish::{Answer, RecordWish};
use naheya_store::{Desk, Location, Store};

use crate::account::{invitation, token};
use crate::child::details;
use crate::ground::{Ground, KEY, NOW, desk_as, system};
use crate::on_both_engines;
use crate::story::{FETCHED, Story, child_of, literal, story};

on_both_engines![
    what_is_remembered_ends_with_the_next_change_and_is_nobody_elses,
    what_another_process_changed_is_seen_at_once_on_a_server_and_soon_on_a_file,
    a_session_sees_on_its_next_page_what_another_process_changed,
    whether_views_are_kept_is_read_at_the_door,
    weekends_that_one_process_remembers_are_read_anew_when_another_changed_them,
    pairs_that_one_process_remembers_are_read_anew_when_another_changed_them,
    a_process_that_takes_over_knows_what_the_one_before_it_changed_last,
];

async fn what_is_remembered_ends_with_the_next_change_and_is_nobody_elses(ground: Ground) {
    let store = ground.store().await;
    let all = ChildFilter::default();
    let office = desk_as(&store, Role::Coordinator, Place::County).await;
    let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(uuid::Uuid::now_v7())).await;
    assert_eq!(office.count_children(&all).await.unwrap(), 0);
    system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    assert_eq!(office.count_children(&all).await.unwrap(), 1, "a change is seen at once");
    assert_eq!(teacher.count_children(&all).await.unwrap(), 0, "what one may see is not told to another");
    let search = ChildFilter { search: Some("白".into()), ..ChildFilter::default() };
    assert_eq!(office.count_children(&search).await.unwrap(), 0, "another question has another answer");
    // What another process writes is seen when the moment is over, whatever it was.
    ground.sql("DELETE FROM search_tokens").await;
    ground.sql("DELETE FROM children").await;
    let later = store.desk_of_grant(office.viewer().grant, NOW.plus_minutes(1)).await.unwrap();
    assert_eq!(later.count_children(&all).await.unwrap(), 0);
    store.close().await.unwrap();
}

async fn what_another_process_changed_is_seen_at_once_on_a_server_and_soon_on_a_file(ground: Ground) {
    let store = ground.store().await;
    let other = Store::open(&ground.location, &KEY).await.unwrap();
    let grant = desk_as(&store, Role::Coordinator, Place::County).await.viewer().grant;
    let all = ChildFilter::default();
    let counted = async |at| store.desk_of_grant(grant, at).await.unwrap().count_children(&all).await.unwrap();
    assert_eq!(counted(NOW).await, 0);
    system(&other).save(OpenFile { details: details("安小草") }).await.unwrap();
    // A file is remembered for three seconds whoever writes beside this process; a server's trail tells of it.
    let soon = match ground.location {
        Location::Folder(_) => NOW.plus_minutes(1),
        Location::Postgres(_) => NOW,
    };
    assert_eq!(counted(soon).await, 1);
    other.close().await.unwrap();
    store.close().await.unwrap();
}

/// When somebody asks again: a file is remembered for three seconds whoever writes beside this process; a server's trail
/// tells of it.
fn again(ground: &Ground, pages: i64) -> Timestamp {
    match ground.location {
        Location::Folder(_) => NOW.plus_minutes(pages),
        Location::Postgres(_) => NOW,
    }
}

/// The desk that the next page of a session gets.
async fn page(store: &Store, cookie: &str, now: Timestamp) -> Desk {
    store.session(cookie, now).await.unwrap().unwrap().desk().unwrap()
}

async fn a_session_sees_on_its_next_page_what_another_process_changed(ground: Ground) {
    let s = story(&ground).await;
    let mut teacher = invitation("teacher-li", Role::ClassTeacher);
    teacher.grant.place = Place::Class(s.class.0);
    let account = system(&s.store).save(teacher).await.unwrap();
    let cookie = token(&s.store, account).await;
    let all = ChildFilter::default();
    let seen = async |now| {
        let desk = page(&s.store, &cookie, now).await;
        (desk.count_children(&all).await.unwrap(), desk.school_names().await.unwrap().len())
    };
    assert_eq!(seen(NOW).await, (1, 1));
    // What no trail tells of shows that the answer was remembered.
    ground.sql("UPDATE children SET class_id = NULL").await;
    assert_eq!(seen(NOW).await, (1, 1));
    ground.sql(&format!("UPDATE children SET class_id = {}", literal(&ground, s.class.0))).await;
    let other = Store::open(&ground.location, &KEY).await.unwrap();
    child_of(&other, "安小苗", s.school, s.class).await;
    assert_eq!(seen(again(&ground, 1)).await, (2, 1));
    let school =
        AddSchool {
            name: "示例中学".into(), town_code: None, release_at: "17:30".into(), return_at: "18:30".into()
        };
    system(&other).save(school).await.unwrap();
    assert_eq!(seen(again(&ground, 2)).await, (2, 2));
    other.close().await.unwrap();
    s.store.close().await.unwrap();
}

fn view(name: &str) -> KeepView {
    KeepView { view: NewView::parse(List::Children, name, &[("view", "waiting")], None).unwrap(), opens: false }
}

async fn views(desk: &Desk) -> Vec<String> {
    desk.saved_views(List::Children).await.unwrap().into_iter().map(|view| view.name).collect()
}

async fn whether_views_are_kept_is_read_at_the_door(ground: Ground) {
    let store = ground.store().await;
    let account = system(&store).save(invitation("teacher-li", Role::ClassTeacher)).await.unwrap();
    let mut colleague = invitation("teacher-bao", Role::ClassTeacher);
    colleague.account.phone = None;
    let colleague = system(&store).save(colleague).await.unwrap();
    let (cookie, others) = (token(&store, account).await, token(&store, colleague).await);
    let other = Store::open(&ground.location, &KEY).await.unwrap();
    let seen = async |pages| views(&page(&store, &cookie, again(&ground, pages)).await).await;
    assert_eq!(seen(0).await, Vec::<String>::new());
    page(&other, &others, NOW).await.save(view("她的")).await.unwrap();
    assert_eq!(seen(1).await, Vec::<String>::new(), "somebody else's");
    let there = page(&other, &cookie, NOW).await;
    let id = there.save(view("等的")).await.unwrap();
    assert_eq!(seen(2).await, ["等的"]);
    there.save(RemoveView { view: id }).await.unwrap();
    assert_eq!(seen(3).await, Vec::<String>::new());
    // What was read at the door counts until the request itself saves.
    let desk = page(&store, &cookie, again(&ground, 4)).await;
    assert_eq!(views(&desk).await, Vec::<String>::new());
    desk.save(RestoreView { view: id }).await.unwrap();
    assert_eq!(views(&desk).await, ["等的"]);
    assert_eq!(seen(5).await, ["等的"]);
    other.close().await.unwrap();
    store.close().await.unwrap();
}

/// The same desk in another process.
async fn over_there(other: &Store, desk: &Desk, now: Timestamp) -> Desk {
    other.desk_of_grant(desk.viewer().grant, now).await.unwrap()
}

/// What waits for the teacher's word, for the office's, and what was approved of this weekend.
async fn weekends(s: &Story, now: Timestamp) -> (u64, usize, i64) {
    let today = s.at(&s.coordinator, now).await.today().await.unwrap();
    let teacher = s.at(&s.teacher, now).await.count_to_endorse().await.unwrap();
    (teacher, today.waiting.len(), today.dots.approved)
}

async fn weekends_that_one_process_remembers_are_read_anew_when_another_changed_them(ground: Ground) {
    let s = story(&ground).await;
    let other = Store::open(&ground.location, &KEY).await.unwrap();
    assert_eq!(weekends(&s, NOW).await, (0, 0, 0));
    let new = s.weekend(&[s.pair]);
    let stay = over_there(&other, &s.mother, NOW).await.save(RequestStay { new }).await.unwrap()[0];
    assert_eq!(weekends(&s, again(&ground, 1)).await, (1, 1, 0));
    // What no trail tells of shows that the answers were remembered.
    ground.sql("UPDATE stays SET teacher_answer = 'no', state = 'refused'").await;
    assert_eq!(weekends(&s, again(&ground, 1)).await, (1, 1, 0));
    ground.sql("UPDATE stays SET teacher_answer = NULL, state = 'requested'").await;
    let teacher = over_there(&other, &s.teacher, NOW).await;
    teacher.save(EndorseStay { stay, yes: true, words: String::new() }).await.unwrap();
    let wish = RecordWish { child: s.child, stay: Some(stay), answer: Answer::Yes, words: String::new(), alone: true };
    teacher.save(wish).await.unwrap();
    assert_eq!(weekends(&s, again(&ground, 2)).await, (0, 1, 0));
    over_there(&other, &s.coordinator, NOW).await.save(ApproveStay { stay }).await.unwrap();
    assert_eq!(weekends(&s, again(&ground, 3)).await, (0, 0, 1));
    other.close().await.unwrap();
    s.store.close().await.unwrap();
}

async fn pairs_that_one_process_remembers_are_read_anew_when_another_changed_them(ground: Ground) {
    let s = story(&ground).await;
    let other = Store::open(&ground.location, &KEY).await.unwrap();
    let pair = naheya_domain::id::PairId(s.pair);
    let seen = async |pages| {
        let office = s.at(&s.coordinator, again(&ground, pages)).await;
        let of = |view| ChildFilter { view, ..ChildFilter::default() };
        let paired = office.count_children(&of(ChildView::Paired)).await.unwrap();
        (paired, office.count_children(&of(ChildView::Paused)).await.unwrap())
    };
    assert_eq!(seen(0).await, (1, 0));
    ground.sql("UPDATE pairs SET state = 'ended'").await;
    assert_eq!(seen(0).await, (1, 0), "it is remembered");
    ground.sql("UPDATE pairs SET state = 'active'").await;
    over_there(&other, &s.leader, NOW).await.save(PausePair { pair }).await.unwrap();
    assert_eq!(seen(1).await, (0, 1));
    over_there(&other, &s.leader, NOW).await.save(ResumePair { pair }).await.unwrap();
    assert_eq!(seen(2).await, (1, 0));
    other.close().await.unwrap();
    s.store.close().await.unwrap();
}

async fn a_process_that_takes_over_knows_what_the_one_before_it_changed_last(ground: Ground) {
    let s = story(&ground).await;
    let stay = s.approved().await;
    let other = Store::open(&ground.location, &KEY).await.unwrap();
    let at = |minutes| match ground.location {
        Location::Folder(_) => FETCHED.plus_minutes(minutes),
        Location::Postgres(_) => FETCHED,
    };
    let away = async |minutes| {
        let office = over_there(&other, &s.coordinator, at(minutes)).await;
        let back = office.hand_backs().await.unwrap();
        (office.today().await.unwrap().dots.away, back.iter().map(|line| line.stay).collect::<Vec<_>>())
    };
    assert_eq!(away(0).await, (0, vec![]));
    let proof = ReleaseProof::Code(s.digits(stay).await);
    let release = ReleaseStay { stays: vec![stay], proof, witness: Witness::default() };
    s.at(&s.teacher, FETCHED).await.save(release).await.unwrap();
    assert_eq!(away(1).await, (1, vec![]));
    let office = s.at(&s.coordinator, FETCHED).await;
    let consents = office.consents(s.child).await.unwrap();
    let consent = consents.iter().find(|line| line.purpose == Purpose::Overnight).unwrap().id;
    office.save(WithdrawConsent { consent, how: "电话里说的".into() }).await.unwrap();
    // The first process ends, and the other one goes on with all of it.
    s.store.close().await.unwrap();
    assert_eq!(away(2).await, (1, vec![stay]));
    other.close().await.unwrap();
}
