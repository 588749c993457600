//! What somebody typed about a person in a column of text: it lies sealed, is read by whoever read it before, and is sealed once
//! where it lay open before (product.md rule 16).

use naheya_domain::Role;
use naheya_domain::category::Category;
use naheya_domain::id::{MergeId, PairId, VolunteerId};
use naheya_domain::merge::VolunteerPart;
use naheya_domain::viewer::Place;
use naheya_store::category::AddCategory;
use naheya_store::consent::{ConsentLine, Purpose, WithdrawConsent};
use naheya_store::guardian::GroupSiblings;
use naheya_store::household::RaiseCapacity;
use naheya_store::merge::{ApproveMerge, UndoMerge};
use naheya_store::pair::PausePair;
use naheya_store::round::{LetPart, WriteCard};
use naheya_store::stay::{CallOffWeekend, CancelStay, RefuseStay, RestoreStays, Restored, Whose};
use naheya_store::volunteer::ChangeVolunteer;
use naheya_store::{Desk, Location, Store};

use crate::audit::findings;
use crate::ground::{COUNTY, Ground, KEY, NOW, desk_as, system};
use crate::merge_volunteer::{double, propose};
use crate::round::circle;
use crate::story::{Story, consent, story};
use crate::{on_both_engines, volunteer};

on_both_engines![
    rule_16_what_is_typed_about_a_weekend_a_consent_and_a_category_lies_open_nowhere,
    rule_16_what_is_typed_about_a_round_and_a_home_lies_open_nowhere,
    words_from_before_are_sealed_at_the_next_start_and_codes_stay,
    words_from_before_are_sealed_behind_an_older_backup_too,
    a_weekend_that_was_off_when_its_words_were_sealed_comes_back_whole,
    words_that_come_from_another_file_are_read_where_they_stay_and_go_back,
    a_merge_from_before_words_were_sealed_gives_each_file_its_own_again,
];

/// It stands in every text of these tests.
const WORD: &str = "驼铃";

fn said(words: &str) -> String {
    format!("{words}{WORD}")
}

/// The columns of text in which it lies open.
async fn open_in(ground: &Ground) -> Vec<String> {
    let columns = match ground.location {
        Location::Folder(_) => {
            "SELECT m.name || ' ' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
        Location::Postgres(_) => {
            "SELECT table_name::text || ' ' || column_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND data_type IN ('character varying', 'text')"
        }
    };
    let columns = ground.texts(columns).await;
    assert!(columns.len() > 100, "the columns were not read");
    let mut found = Vec::new();
    for some in columns.chunks(100) {
        let asked = some.iter().map(|column| {
            let (table, column) = column.split_once(' ').unwrap();
            format!("SELECT '{table}.{column}' FROM \"{table}\" WHERE \"{column}\" LIKE '%{WORD}%'")
        });
        found.extend(ground.texts(&asked.collect::<Vec<_>>().join(" UNION ")).await);
    }
    found
}

/// The same of the whole file, where there is one.
fn lies_in_file(ground: &Ground) -> bool {
    let Location::Folder(folder) = &ground.location else { return false };
    let file = std::fs::read(folder.join("naheya.db")).unwrap();
    file.windows(WORD.len()).any(|bytes| bytes == WORD.as_bytes())
}

/// The words of a category in the child's file.
async fn basis(s: &Story) -> Option<String> {
    s.coordinator.child_secret(s.child, "核对类别").await.unwrap().categories[0].basis.clone()
}

async fn rule_16_what_is_typed_about_a_weekend_a_consent_and_a_category_lies_open_nowhere(ground: Ground) {
    let s = story(&ground).await;
    let refused = s.asked().await;
    s.coordinator.save(RefuseStay { stay: refused, words: said("外婆病了，下周再约") }).await.unwrap();
    assert_eq!(s.mother.my_stay(refused).await.unwrap().refusal, Some(said("外婆病了，下周再约")));
    let off = s.approved().await;
    s.mother.save(CancelStay { stay: off, reason: said("家里老人住院") }).await.unwrap();
    assert_eq!(s.leader.stay_line(off).await.unwrap().words, Some(said("家里老人住院")));
    let consent = system(&s.store).save(consent(s.child, s.guardian, Purpose::Photo)).await.unwrap();
    s.coordinator.save(WithdrawConsent { consent, how: said("爸爸来电话说的") }).await.unwrap();
    let how = |lines: Vec<ConsentLine>| lines.into_iter().find(|line| line.id == consent).unwrap().withdrawn_how;
    assert_eq!(how(s.coordinator.consents(s.child).await.unwrap()), Some(said("爸爸来电话说的")));
    let father = desk_as(&s.store, Role::Guardian, Place::Person(s.guardian.0)).await;
    assert_eq!(how(father.consents(s.child).await.unwrap()), None, "what the office noted is the office's");
    let category = Category::LeftBehind;
    let add = AddCategory { child: s.child, category, from_on: NOW.date(), basis: said("家访记录") };
    s.coordinator.save(add).await.unwrap();
    assert_eq!(basis(&s).await, Some(said("家访记录")));
    assert_eq!(open_in(&ground).await, Vec::<String>::new());
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
    assert!(!lies_in_file(&ground));
}

async fn rule_16_what_is_typed_about_a_round_and_a_home_lies_open_nowhere(ground: Ground) {
    let store = ground.store().await;
    let desk = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let circle = circle(&ground, &store, 2, 1).await;
    let (round, child) = (circle.round, circle.children[0]);
    let shown = async || desk.round(round).await.unwrap().children.into_iter().find(|c| c.id == child).unwrap();
    let card = WriteCard {
        round,
        child,
        version: shown().await.version,
        words: said("想学写字"),
        care: said("怕黑，晚上留一盏灯"),
    };
    desk.save(card.clone()).await.unwrap();
    let kept = shown().await;
    assert_eq!((kept.words, kept.care), (Some(said("想学写字")), Some(said("怕黑，晚上留一盏灯"))));
    desk.save(WriteCard { version: kept.version, ..card }).await.unwrap();
    assert_eq!(shown().await.version, kept.version, "the same words again are no change");
    desk.save(GroupSiblings { children: circle.children.clone(), must: Some(true) }).await.unwrap();
    leader.save(LetPart { round, child, reason: Some(said("两家隔壁")) }).await.unwrap();
    assert_eq!(desk.strikes(round).await.unwrap().groups[0].apart, Some(said("两家隔壁")));
    let raise = RaiseCapacity { household: circle.households[0], capacity: 2, reason: said("兄妹俩想在一起") };
    leader.save(raise).await.unwrap();
    let before = desk.volunteer(circle.homes[0]).await.unwrap();
    let mut details = volunteer::details("李样例");
    details.note = Some(said("她怕狗"));
    let change = ChangeVolunteer { volunteer: circle.homes[0], version: before.version, details };
    desk.save(change).await.unwrap();
    let file = leader.volunteer(circle.homes[0]).await.unwrap();
    assert_eq!((file.note, file.home.capacity_reason), (Some(said("她怕狗")), Some(said("兄妹俩想在一起"))));
    assert_eq!(open_in(&ground).await, Vec::<String>::new());
    let kept = ["round_children", "households", "volunteers"];
    let wrong = findings(&store).await.into_iter().filter(|(_, table, _)| kept.contains(table));
    assert_eq!(wrong.collect::<Vec<_>>(), []);
    store.close().await.unwrap();
    assert!(!lies_in_file(&ground));
}

/// Words as an older program left them, beside a code that stays one.
async fn told_in_clear(ground: &Ground) -> Story {
    let s = story(ground).await;
    let off = s.approved().await;
    s.coordinator.save(CancelStay { stay: off, reason: said("大雪封路") }).await.unwrap();
    s.asked().await;
    s.coordinator.save(PausePair { pair: PairId(s.pair) }).await.unwrap();
    let category = Category::LeftBehind;
    let add = AddCategory { child: s.child, category, from_on: NOW.date(), basis: said("家访记录") };
    s.coordinator.save(add).await.unwrap();
    let stays = format!("UPDATE stays SET cancelled_reason = '大雪封路{WORD}' WHERE cancelled_reason <> 'pair.paused'");
    ground.sql(&stays).await;
    ground.sql(&format!("UPDATE child_categories SET basis = '家访记录{WORD}'")).await;
    ground.sql("DELETE FROM meta WHERE key = 'words_sealed'").await;
    let mut open = open_in(ground).await;
    open.sort();
    assert_eq!(open, ["child_categories.basis", "stays.cancelled_reason"]);
    s
}

/// What the records say of them when they are sealed.
async fn are_sealed(ground: &Ground, store: &Store) {
    assert_eq!(open_in(ground).await, Vec::<String>::new());
    let codes = "SELECT cancelled_reason FROM stays WHERE cancelled_reason NOT LIKE 'sealed:%'";
    assert_eq!(ground.texts(codes).await, ["pair.paused"]);
    let events = "SELECT noun || ' ' || fields FROM audit_events WHERE act = 'words.seal' ORDER BY 1";
    assert_eq!(ground.texts(events).await, ["child_categories basis", "stays cancelled_reason"]);
    let found = store.verify(COUNTY, true, NOW).await.unwrap();
    assert!(found.iter().all(|f| f.table == "pairs"), "{found:?}");
}

async fn words_from_before_are_sealed_at_the_next_start_and_codes_stay(ground: Ground) {
    let s = told_in_clear(&ground).await;
    let grant = s.coordinator.viewer().grant;
    s.store.close().await.unwrap();
    ground.sql("DELETE FROM seaql_migrations WHERE version = 'm0048_words'").await;
    for _ in 0..2 {
        let store = Store::open(&ground.location, &KEY).await.unwrap();
        store.upgrade(NOW).await.unwrap();
        are_sealed(&ground, &store).await;
        let coordinator = store.desk_of_grant(grant, NOW).await.unwrap();
        let secret = coordinator.child_secret(s.child, "核对类别").await.unwrap();
        assert_eq!(secret.categories[0].basis, Some(said("家访记录")));
        store.close().await.unwrap();
        assert!(!lies_in_file(&ground), "nor in what is free of its pages");
    }
}

async fn words_from_before_are_sealed_behind_an_older_backup_too(ground: Ground) {
    let s = told_in_clear(&ground).await;
    let mut file = Vec::new();
    s.store.backup(&mut file, NOW).await.unwrap();
    s.store.close().await.unwrap();
    let mut others = vec![Ground::sqlite()];
    others.extend(Ground::postgres("words"));
    for other in others {
        let restored = other.empty(&KEY).await;
        restored.restore(&mut file.as_slice()).await.unwrap();
        restored.prepare(NOW).await.unwrap();
        are_sealed(&other, &restored).await;
        let secret = system(&restored).child_secret(s.child, "核对类别").await.unwrap();
        assert_eq!(secret.categories[0].basis, Some(said("家访记录")));
        restored.close().await.unwrap();
        Ground::leave(other.location.clone()).await;
    }
}

async fn a_weekend_that_was_off_when_its_words_were_sealed_comes_back_whole(ground: Ground) {
    let s = story(&ground).await;
    s.siblings_approved(&ground).await;
    let off = CallOffWeekend {
        from: NOW,
        to: NOW.plus_minutes(3 * 24 * 60),
        whose: Whose::Everybody,
        reason: said("大雪封路"),
    };
    let stay = s.coordinator.save(off).await.unwrap().one.unwrap();
    let grant = s.coordinator.viewer().grant;
    ground.sql(&format!("UPDATE stays SET cancelled_reason = '大雪封路{WORD}'")).await;
    ground.sql("DELETE FROM meta WHERE key = 'words_sealed'").await;
    s.store.close().await.unwrap();
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    store.prepare(NOW).await.unwrap();
    assert_eq!(open_in(&ground).await, Vec::<String>::new());
    let coordinator = store.desk_of_grant(grant, NOW).await.unwrap();
    let back = coordinator.save(RestoreStays { stay }).await;
    assert_eq!(back, Ok(Restored { approved: 2, waiting: 0, left: 0 }));
    store.close().await.unwrap();
}

/// The story's volunteer and a double of hers, each with a note, and the double's home with a reason; merged, note and home
/// from the double.
async fn merged(s: &Story) -> (VolunteerId, MergeId) {
    let other = double(s).await;
    for (volunteer, note) in [(s.carer.volunteer, "话不多"), (other.volunteer, "她怕狗")] {
        let version = s.coordinator.volunteer(volunteer).await.unwrap().version;
        let mut details = volunteer::details("李样例");
        details.note = Some(said(note));
        s.coordinator.save(ChangeVolunteer { volunteer, version, details }).await.unwrap();
    }
    let raise = RaiseCapacity { household: other.household, capacity: 2, reason: said("两个房间") };
    s.leader.save(raise).await.unwrap();
    let parts = [VolunteerPart::Note, VolunteerPart::Home];
    let merge = propose(&s.coordinator, s.carer.volunteer, other.volunteer, &parts).await.unwrap();
    s.leader.save(ApproveMerge { merge }).await.unwrap();
    (other.volunteer, merge)
}

/// A volunteer's note, and why her home takes more children.
async fn noted(desk: &Desk, volunteer: VolunteerId) -> (Option<String>, Option<String>) {
    let file = desk.volunteer(volunteer).await.unwrap();
    (file.note, file.home.capacity_reason)
}

async fn words_that_come_from_another_file_are_read_where_they_stay_and_go_back(ground: Ground) {
    let s = story(&ground).await;
    let (other, merge) = merged(&s).await;
    assert_eq!(noted(&s.leader, s.carer.volunteer).await, (Some(said("她怕狗")), Some(said("两个房间"))));
    s.leader.save(UndoMerge { merge }).await.unwrap();
    assert_eq!(noted(&s.leader, s.carer.volunteer).await, (Some(said("话不多")), None));
    assert_eq!(noted(&s.leader, other).await, (Some(said("她怕狗")), Some(said("两个房间"))));
    assert_eq!(open_in(&ground).await, Vec::<String>::new());
    s.is_sound(NOW).await;
    s.store.close().await.unwrap();
}

async fn a_merge_from_before_words_were_sealed_gives_each_file_its_own_again(ground: Ground) {
    let s = story(&ground).await;
    let (other, merge) = merged(&s).await;
    let (grant, kept) = (s.leader.viewer().grant, s.carer.volunteer);
    ground.sql(&format!("UPDATE volunteers SET note = '她怕狗{WORD}' WHERE note IS NOT NULL")).await;
    ground.sql(&format!("UPDATE households SET capacity_reason = '两个房间{WORD}' WHERE capacity = 2")).await;
    ground.sql("DELETE FROM meta WHERE key = 'words_sealed'").await;
    s.store.close().await.unwrap();
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    store.prepare(NOW).await.unwrap();
    let leader = store.desk_of_grant(grant, NOW).await.unwrap();
    leader.save(UndoMerge { merge }).await.unwrap();
    assert_eq!(noted(&leader, kept).await, (Some(said("话不多")), None));
    assert_eq!(noted(&leader, other).await, (Some(said("她怕狗")), Some(said("两个房间"))));
    assert_eq!(open_in(&ground).await, Vec::<String>::new());
    store.close().await.unwrap();
}
