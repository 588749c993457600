//! What is missing of the tables themselves is named, on either engine.

use naheya_store::{Location, Store};

use crate::ground::Ground;
use crate::on_both_engines;

on_both_engines![tables_as_the_steps_make_them_are_no_finding, what_is_gone_of_a_table_is_named];

/// Code, table and name of each finding.
async fn found(store: &Store) -> Vec<String> {
    let findings = store.examine_schema().await.unwrap();
    assert!(findings.iter().all(naheya_store::audit::Finding::is_of_schema));
    findings.iter().map(|f| format!("{} {} {}", f.code, f.table, f.row).trim_end().to_owned()).collect()
}

async fn tables_as_the_steps_make_them_are_no_finding(ground: Ground) {
    let store = ground.store().await;
    ground.sql("CREATE TABLE of_the_operator (id INTEGER); CREATE INDEX of_his_too ON children (name)").await;
    assert_eq!(found(&store).await, Vec::<String>::new());
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_person_or_a_pair_that_is_taken_away_is_looked_for_by_an_index_wherever_it_may_be_named() {
    let ground = Ground::sqlite();
    ground.store().await.close().await.unwrap();
    let named = "SELECT t.name || '.' || f.\"from\" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f \
                 WHERE t.type = 'table' AND f.seq = 1 AND f.\"table\" IN \
                 ('children', 'guardians', 'volunteers', 'households', 'household_members', 'pairs')";
    let found = "EXISTS (SELECT 1 FROM pragma_index_list(t.name) l JOIN pragma_index_info(l.name) i \
                 WHERE l.partial = 0 AND i.seqno = 1 AND i.name = f.\"from\")";
    let by_none = ground.texts(&format!("{named} AND NOT {found} ORDER BY 1")).await;
    assert_eq!(by_none, Vec::<String>::new(), "a whole table is read for each row of an import that is taken back");
    assert!(ground.texts(named).await.len() > 40);
}

async fn what_is_gone_of_a_table_is_named(ground: Ground) {
    let store = ground.store().await;
    ground
        .sql(
            "DROP TABLE thanks; ALTER TABLE children DROP COLUMN likes; DROP INDEX ux_pairs_child_id; \
             DROP INDEX ux_children_id_no_bi; CREATE INDEX ux_children_id_no_bi ON children (area_id, id_no_bi)",
        )
        .await;
    let mut expected = vec![
        "table.missing thanks",
        "column.missing children likes",
        "index.differs children ux_children_id_no_bi",
        "index.missing pairs ux_pairs_child_id",
    ];
    assert_eq!(found(&store).await, expected);
    if matches!(ground.location, Location::Postgres(_)) {
        ground
            .sql(
                "ALTER TABLE stays DROP CONSTRAINT ck_stays_state; \
                 ALTER TABLE classes DROP CONSTRAINT fk_classes_school_id; \
                 UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ux_accounts_login'::regclass",
            )
            .await;
        expected.insert(2, "index.invalid accounts ux_accounts_login");
        expected
            .extend(["reference.missing classes area_id,school_id to schools", "check.missing stays ck_stays_state"]);
        assert_eq!(found(&store).await, expected);
    }
    store.close().await.unwrap();
}
