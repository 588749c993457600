use naheya_domain::child::ChildState;
use naheya_store::child::{ChildFilter, OpenFile};
use naheya_store::{Error, Location, Store, backup};

use crate::child::details;
use crate::ground::{COUNTY, Ground, KEY, NOW, system};
use crate::on_both_engines;

on_both_engines![
    a_backup_taken_while_others_write_restores_into_either_engine,
    a_backup_with_another_key_is_refused,
    a_cut_or_changed_backup_is_refused_and_leaves_nothing,
    a_backup_is_not_put_over_records,
    a_file_is_kept_as_it_was_before_its_tables_change,
    a_server_changes_the_tables_of_records_only_when_asked,
    a_restore_into_a_wrong_place_leaves_its_tables_as_they_are,
    a_demo_leaves_the_tables_of_other_records_as_they_are,
    an_upgrade_that_was_broken_off_goes_on_and_its_copy_is_the_one_from_before,
    an_upgrade_after_a_way_back_keeps_what_was_saved_meanwhile,
    a_first_start_that_ended_half_way_goes_on,
    tables_of_a_newer_program_are_left_alone,
    two_first_starts_at_once_make_one_place,
];

async fn backup_of(store: &Store) -> Vec<u8> {
    let mut file = Vec::new();
    store.backup(&mut file, NOW).await.unwrap();
    file
}

async fn one_child(ground: &Ground) -> (Store, Vec<u8>) {
    let store = ground.store().await;
    system(&store).save(OpenFile { details: details("安小草") }).await.unwrap();
    let file = backup_of(&store).await;
    (store, file)
}

async fn a_backup_taken_while_others_write_restores_into_either_engine(ground: Ground) {
    let store = ground.store().await;
    let desk = system(&store);
    for _ in 0..50 {
        desk.save(OpenFile { details: details("安小草") }).await.unwrap();
    }
    let busy = tokio::spawn({
        let desk = desk.clone();
        async move {
            for _ in 0..50 {
                desk.save(OpenFile { details: details("白云朵") }).await.unwrap();
            }
        }
    });
    let file = backup_of(&store).await;
    busy.await.unwrap();
    let mut others = vec![Ground::sqlite()];
    others.extend(Ground::postgres("restore"));
    for other in others {
        let restored = other.empty(&KEY).await;
        let contents = restored.restore(&mut file.as_slice()).await.unwrap();
        assert_eq!(contents, backup::verify(&mut file.as_slice(), &KEY).unwrap());
        restored.prepare(NOW).await.unwrap();
        assert_eq!(restored.verify(COUNTY, true, NOW).await.unwrap(), []);
        let all = ChildFilter { state: Some(ChildState::Applying), ..ChildFilter::default() };
        assert!((50..=100).contains(&system(&restored).count_children(&all).await.unwrap()));
        restored.close().await.unwrap();
    }
    store.close().await.unwrap();
}

async fn a_backup_with_another_key_is_refused(ground: Ground) {
    let (store, file) = one_child(&ground).await;
    let mut key = KEY;
    key[31] ^= 1;
    let place = Ground::sqlite();
    let other = place.empty(&key).await;
    assert_eq!(other.restore(&mut file.as_slice()).await, Err(Error::WrongKey));
    other.close().await.unwrap();
    store.close().await.unwrap();
}

async fn a_cut_or_changed_backup_is_refused_and_leaves_nothing(ground: Ground) {
    let (store, file) = one_child(&ground).await;
    let place = Ground::sqlite();
    let other = place.empty(&KEY).await;
    for cut in [0, 10, 16, 100, file.len() / 2, file.len() - 1] {
        assert!(other.restore(&mut &file[..cut]).await.is_err(), "cut at {cut}");
    }
    let mut changed = file.clone();
    let end = changed.len() - 5;
    changed[end] ^= 1;
    assert_eq!(other.restore(&mut changed.as_slice()).await, Err(Error::refused("backup.unreadable")));
    other.restore(&mut file.as_slice()).await.unwrap();
    other.close().await.unwrap();
    store.close().await.unwrap();
}

async fn a_backup_is_not_put_over_records(ground: Ground) {
    let (store, file) = one_child(&ground).await;
    assert_eq!(store.restore(&mut file.as_slice()).await, Err(Error::refused("restore.not_empty")));
    store.close().await.unwrap();
}

/// The tables as an older program left them.
async fn make_older(ground: &Ground) {
    for (table, before, now) in [
        ("children", "school_id", "school_id, name, id"),
        ("children", "class_id", "class_id, name, id"),
        ("stays", "child_id, state, starts_at", "child_id, starts_at, state"),
        ("alarms", "closed_at, raised_at", "closed_at, kind, raised_at"),
        ("children", "town_code, name, id", "town_code, name, id, state, confirmed_at"),
        ("search_tokens", "kind, person_id", "kind, person_id, token"),
        ("pairs", "begun_on", "begun_on, id"),
    ] {
        let named = |columns: &str| format!("ix_{table}_{}", columns.replace(", ", "_"));
        ground.sql(&format!("DROP INDEX {}", named(now))).await;
        ground.sql(&format!("CREATE INDEX {} ON {table} (area_id, {before})", named(before))).await;
    }
    for index in [
        "children_birth_on_name",
        "hours_entries_ends_at_kind_confirmed_by_minutes",
        "custody_events_holder_kind_child_id_seq",
        "volunteers_birth_on_name",
        "volunteers_name_id",
        "stays_household_id",
        "stay_adults_member_id",
        "custody_events_holder_id",
        "notices_person_id",
        "outbox_person_id",
        "stays_party_id_id",
        "grants_place_kind_place_ref",
        "children_town_code_name_id",
        "notices_ref_id",
        "consents_guardian_id",
        "stays_pair_id",
        "hours_entries_pair_id",
        "follow_ups_pair_id",
        "checks_volunteer_id",
        "volunteers_member_id",
        "choices_child_id",
        "choices_volunteer_id",
        "proposals_child_id",
        "proposals_volunteer_id",
        "round_children_child_id",
        "round_volunteers_volunteer_id",
        "outbox_ref_id",
        "thanks_child_id",
        "thanks_guardian_id",
        "plan_records_guardian_id",
        "pictures_child_id",
        "hours_claims_pair_id",
        "term_plans_pair_id",
    ] {
        ground.sql(&format!("DROP INDEX ix_{index}")).await;
    }
    for table in [
        "audit_reasons",
        "guardian_tokens",
        "break_glasses",
        "erasures",
        "restrictions",
        "charges",
        "stations",
        "rollups",
        "snapshots",
        "merges",
        "saved_views",
        "operation_parts",
        "operations",
    ] {
        ground.sql(&format!("DROP TABLE {table}")).await;
    }
    for table in ["round_children", "round_volunteers"] {
        ground.sql(&format!("ALTER TABLE {table} DROP COLUMN names_nobody")).await;
    }
    ground.sql("ALTER TABLE audit_heads DROP COLUMN changed_n").await;
    ground.sql("DELETE FROM meta WHERE key IN ('rollups', 'guardian_tokens', 'words_sealed')").await;
    ground.sql("DELETE FROM seaql_migrations WHERE version >= 'm0024_list'").await;
}

async fn a_server_changes_the_tables_of_records_only_when_asked(ground: Ground) {
    let (store, _) = one_child(&ground).await;
    store.close().await.unwrap();
    make_older(&ground).await;
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    let of_a_server = matches!(ground.location, Location::Postgres(_));
    let unasked = store.prepare(NOW).await;
    assert_eq!(unasked, if of_a_server { Err(Error::refused("schema.older")) } else { Ok(()) });
    assert_eq!(store.check_schema().await.is_err(), of_a_server);
    store.upgrade(NOW).await.unwrap();
    assert_eq!(store.check_schema().await, Ok(()));
    store.prepare(NOW).await.unwrap();
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
}

async fn a_restore_into_a_wrong_place_leaves_its_tables_as_they_are(ground: Ground) {
    let (store, file) = one_child(&ground).await;
    store.close().await.unwrap();
    make_older(&ground).await;
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    assert_eq!(store.restore(&mut file.as_slice()).await, Err(Error::refused("restore.not_empty")));
    assert_eq!(store.check_schema().await, Err(Error::refused("schema.older")));
    store.close().await.unwrap();
}

async fn a_demo_leaves_the_tables_of_other_records_as_they_are(ground: Ground) {
    let (store, _) = one_child(&ground).await;
    store.close().await.unwrap();
    make_older(&ground).await;
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    assert_eq!(store.prepare_demo(NOW).await, Err(Error::refused("demo.not_empty")));
    assert_eq!(store.check_schema().await, Err(Error::refused("schema.older")));
    store.close().await.unwrap();
    let empty = Ground::sqlite();
    let store = empty.empty(&KEY).await;
    assert_eq!(store.prepare_demo(NOW).await, Ok(()));
    assert_eq!(store.prepare_demo(NOW).await, Ok(()), "nobody has put anything into it yet");
    store.close().await.unwrap();
}

async fn an_upgrade_that_was_broken_off_goes_on_and_its_copy_is_the_one_from_before(ground: Ground) {
    let (store, _) = one_child(&ground).await;
    store.close().await.unwrap();
    make_older(&ground).await;
    ground.sql("CREATE TABLE rollups (in_the_way INTEGER)").await;
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    assert!(store.upgrade(NOW).await.is_err());
    assert_eq!(store.check_schema().await, Err(Error::refused("schema.older")));
    ground.sql("DROP TABLE rollups").await;
    store.upgrade(NOW).await.unwrap();
    assert_eq!(store.check_schema().await, Ok(()));
    assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
    store.close().await.unwrap();
    let Location::Folder(folder) = &ground.location else { return };
    let files = std::fs::read_dir(folder).unwrap().flatten().map(|file| file.file_name());
    let kept: Vec<_> = files.filter(|name| !name.to_string_lossy().starts_with("naheya.db")).collect();
    assert_eq!(kept, ["naheya-before-m0024_list.db"]);
}

async fn an_upgrade_after_a_way_back_keeps_what_was_saved_meanwhile(ground: Ground) {
    let (store, _) = one_child(&ground).await;
    store.close().await.unwrap();
    let Location::Folder(folder) = &ground.location else { return };
    make_older(&ground).await;
    let upgraded = async || {
        let store = Store::open(&ground.location, &KEY).await.unwrap();
        store.upgrade(NOW).await.unwrap();
        store.close().await.unwrap();
    };
    upgraded().await;
    let (copy, file) = (folder.join("naheya-before-m0024_list.db"), folder.join("naheya.db"));
    std::fs::copy(&copy, &file).unwrap();
    ground.sql("UPDATE children SET name = '白云朵'").await;
    upgraded().await;
    std::fs::copy(&copy, &file).unwrap();
    assert_eq!(ground.texts("SELECT name FROM children").await, ["白云朵"]);
}

async fn a_first_start_that_ended_half_way_goes_on(ground: Ground) {
    let (store, _) = one_child(&ground).await;
    store.close().await.unwrap();
    make_older(&ground).await;
    ground.sql("DELETE FROM meta WHERE key = 'key_check'").await;
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    store.prepare(NOW).await.unwrap();
    assert_eq!(store.check_schema().await, Ok(()));
    store.close().await.unwrap();
    let Location::Folder(folder) = &ground.location else { return };
    let mut files = std::fs::read_dir(folder).unwrap().flatten();
    assert!(!files.any(|file| file.file_name().to_string_lossy().contains("before")), "there is nothing to keep");
}

async fn tables_of_a_newer_program_are_left_alone(ground: Ground) {
    let (store, _) = one_child(&ground).await;
    assert_eq!(store.check_schema().await, Ok(()));
    ground.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)").await;
    let newer = Err(Error::refused("schema.newer"));
    assert_eq!(store.check_schema().await, newer, "while it serves");
    store.close().await.unwrap();
    let store = Store::open(&ground.location, &KEY).await.unwrap();
    assert_eq!((store.prepare(NOW).await, store.upgrade(NOW).await), (newer.clone(), newer));
    store.close().await.unwrap();
}

async fn two_first_starts_at_once_make_one_place(ground: Ground) {
    let first = ground.empty(&KEY).await;
    // A file is one process's alone.
    if matches!(ground.location, Location::Folder(_)) {
        return first.close().await.unwrap();
    }
    let second = Store::open(&ground.location, &KEY).await.unwrap();
    let (one, other) = tokio::join!(first.prepare(NOW), second.prepare(NOW));
    assert_eq!((one, other), (Ok(()), Ok(())));
    assert_eq!(first.check_schema().await, Ok(()));
    first.close().await.unwrap();
    second.close().await.unwrap();
}

async fn a_file_is_kept_as_it_was_before_its_tables_change(ground: Ground) {
    let (store, _) = one_child(&ground).await;
    store.close().await.unwrap();
    make_older(&ground).await;
    for _ in 0..2 {
        let store = Store::open(&ground.location, &KEY).await.unwrap();
        store.upgrade(NOW).await.unwrap();
        assert_eq!(store.verify(COUNTY, true, NOW).await.unwrap(), []);
        store.close().await.unwrap();
    }
    let Location::Folder(folder) = &ground.location else { return };
    // How rows spread in a new index is known from the first question on: without it a list was read in its order.
    let known = ground.texts("SELECT idx FROM sqlite_stat1 WHERE idx = 'ix_children_birth_on_name'").await;
    assert_eq!(known, ["ix_children_birth_on_name"]);
    let older = Ground::sqlite();
    let Location::Folder(beside) = &older.location else { return };
    std::fs::create_dir_all(beside).unwrap();
    std::fs::copy(folder.join("naheya-before-m0024_list.db"), beside.join("naheya.db")).unwrap();
    assert_eq!(older.texts("SELECT name FROM children").await, ["安小草"]);
    let old = older.texts("SELECT name FROM sqlite_schema WHERE name = 'ix_children_school_id'").await;
    assert_eq!(old, ["ix_children_school_id"]);
    // Where nothing changes, nothing is kept.
    let copies = std::fs::read_dir(folder).unwrap().flatten();
    assert_eq!(copies.filter(|file| file.file_name().to_string_lossy().starts_with("naheya-before")).count(), 1);
}
