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

async fn a_file_is_kept_as_it_was_before_its_tables_change(ground: Ground) {
    let (store, _) = one_child(&ground).await;
    store.close().await.unwrap();
    // As an older program left it.
    for (table, before, now) in [
        ("children", "school_id", "school_id, name, id"),
        ("children", "class_id", "class_id, name, id"),
        ("stays", "child_id, state, starts_at", "child_id, starts_at, state"),
        ("alarms", "closed_at, raised_at", "closed_at, kind, raised_at"),
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
    ] {
        ground.sql(&format!("DROP INDEX ix_{index}")).await;
    }
    for table in
        ["charges", "stations", "rollups", "snapshots", "merges", "saved_views", "operation_parts", "operations"]
    {
        ground.sql(&format!("DROP TABLE {table}")).await;
    }
    for table in ["round_children", "round_volunteers"] {
        ground.sql(&format!("ALTER TABLE {table} DROP COLUMN names_nobody")).await;
    }
    ground.sql("ALTER TABLE audit_heads DROP COLUMN changed_n").await;
    ground.sql("DELETE FROM meta WHERE key = 'rollups'").await;
    ground.sql("DELETE FROM seaql_migrations WHERE version >= 'm0024_list'").await;
    for _ in 0..2 {
        let store = Store::open(&ground.location, &KEY).await.unwrap();
        store.prepare(NOW).await.unwrap();
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
