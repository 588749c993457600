//! What the steps promise, read back from the catalogues of both engines and tried by breaking it.
//!
//! Long because: the closed lists of every table stand in one place, and each promise is tried on all of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot reach its database has failed")]
#![expect(clippy::disallowed_methods, reason = "the catalogue lies outside every viewer's scope")]

use std::collections::{BTreeMap, BTreeSet};

use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::schema::SchemaBuilder;
use sea_orm_migration::sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Schema, Statement,
};
use uuid::Uuid;

use super::entity;
use crate::migration::Migrator;

/// Tables that belong to no county.
const REFERENCE: [&str; 12] = [
    "meta",
    "areas",
    "counties",
    "holidays",
    "accounts",
    "grants",
    "sessions",
    "slips",
    "recovery_codes",
    "sign_in_tries",
    "uniq",
    "public_links",
];

/// Every column with a closed list, and one word of its list.
const CLOSED: &[(&str, &str, &str)] = &[
    ("areas", "level", "province"),
    ("accounts", "state", "invited"),
    ("slips", "kind", "first"),
    ("schools", "rhythm", "weekly"),
    ("schools", "state", "open"),
    ("classes", "state", "open"),
    ("school_days", "kind", "closed"),
    ("county_holidays", "kind", "off"),
    ("import_batches", "kind", "children"),
    ("sibling_groups", "mode", "must"),
    ("children", "sex", "0"),
    ("children", "state", "applying"),
    ("search_tokens", "kind", "child"),
    ("outbox", "state", "queued"),
    ("household_members", "sex", "0"),
    ("volunteers", "sex", "0"),
    ("volunteers", "state", "applied"),
    ("checks", "kind", "identity"),
    ("checks", "outcome", "due"),
    ("consents", "purpose", "file"),
    ("consents", "how", "link"),
    ("wishes", "occasion", "pairing"),
    ("wishes", "answer", "yes"),
    ("rounds", "state", "collecting"),
    ("choices", "side", "child"),
    ("proposals", "state", "offered"),
    ("proposals", "child_answer", "yes"),
    ("proposals", "volunteer_answer", "yes"),
    ("pairs", "state", "settling"),
    ("pairs", "source", "round"),
    ("pair_meetings", "met_at", "base"),
    ("partings", "notice_by", "child"),
    ("partings", "contact", "none"),
    ("stays", "start_kind", "school"),
    ("stays", "end_kind", "school"),
    ("stays", "state", "requested"),
    ("custody_events", "kind", "release"),
    ("custody_events", "holder_kind", "school"),
    ("custody_events", "how", "code"),
    ("alarms", "kind", "volunteer"),
    ("alarms", "closed_how", "words"),
    ("notes", "state", "draft"),
    ("follow_ups", "with_whom", "child"),
    ("follow_ups", "state", "due"),
    ("follow_ups", "cause", "rule_15"),
    ("follow_ups", "way", "visit"),
    ("concerns", "state", "raised"),
    ("concern_people", "kind", "volunteer"),
    ("hours_entries", "kind", "stay"),
    ("hours_claims", "kind", "training"),
    ("hours_claims", "state", "open"),
    ("exports", "state", "asked"),
    ("break_glasses", "verdict", "justified"),
    ("erasures", "state", "asked"),
    ("merges", "state", "asked"),
    ("operations", "kind", "children"),
    ("operations", "state", "waiting"),
    ("snapshots", "state", "signed"),
    ("stations", "kind", "gacha_room"),
    ("charges", "duty", "child_director"),
    ("term_plans", "state", "open"),
    ("term_plans", "by_side", "office"),
    ("plan_records", "how", "paper"),
    ("phone_acts", "kind", "release"),
    ("phone_acts", "state", "done"),
    ("notices", "urgency", "alarm"),
    ("notices", "channel", "in_app"),
    ("notices", "state", "queued"),
    ("contacts", "choice", "app"),
    ("channels", "kind", "mail"),
];

/// One empty database. The PostgreSQL one is a schema of its own, dropped again by [`Fresh::drop_it`].
struct Fresh {
    db: DatabaseConnection,
    schema: Option<String>,
}

impl Fresh {
    async fn sqlite() -> Self {
        let options = ConnectOptions::new("sqlite::memory:").max_connections(1).min_connections(1).to_owned();
        let db = Database::connect(options).await.unwrap();
        run(&db, "PRAGMA foreign_keys = ON").await.unwrap();
        Self { db, schema: None }
    }

    async fn postgres(url: &str) -> Self {
        let schema = format!("catalogue_{}", Uuid::now_v7().simple());
        let options = ConnectOptions::new(url).max_connections(1).set_schema_search_path(schema.as_str()).to_owned();
        let db = Database::connect(options).await.unwrap();
        run(&db, &format!("CREATE SCHEMA {schema}")).await.unwrap();
        Self { db, schema: Some(schema) }
    }

    async fn drop_it(self) {
        if let Some(schema) = self.schema {
            run(&self.db, &format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
        }
    }

    async fn another(&self) -> Self {
        match &self.schema {
            None => Self::sqlite().await,
            Some(_) => Self::postgres(&postgres_url().unwrap()).await,
        }
    }

    fn is_postgres(&self) -> bool {
        self.db.get_database_backend() == DbBackend::Postgres
    }
}

fn postgres_url() -> Option<String> {
    std::env::var("NAHEYA_TEST_POSTGRES").ok()
}

/// An empty database on each engine that is at hand.
async fn engines() -> Vec<Fresh> {
    let mut engines = vec![Fresh::sqlite().await];
    match postgres_url() {
        Some(url) => engines.push(Fresh::postgres(&url).await),
        None => eprintln!("left out: PostgreSQL (NAHEYA_TEST_POSTGRES names no server)"),
    }
    engines
}

/// The newest schema on each engine that is at hand.
async fn migrated() -> Vec<Fresh> {
    let engines = engines().await;
    for fresh in &engines {
        Migrator::up(&fresh.db, None).await.unwrap();
    }
    engines
}

async fn run(db: &DatabaseConnection, sql: &str) -> Result<(), DbErr> {
    db.execute_unprepared(sql).await.map(|_| ())
}

/// The rows of a query with one text column.
async fn lines(fresh: &Fresh, sqlite: &str, postgres: &str) -> Vec<String> {
    let sql = if fresh.is_postgres() { postgres } else { sqlite };
    let query = Statement::from_string(fresh.db.get_database_backend(), sql);
    let rows = fresh.db.query_all_raw(query).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// `table.column type null place-in-the-key` of every column but those of the list of steps.
async fn columns(fresh: &Fresh) -> BTreeSet<String> {
    let sqlite = "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || (c.\"notnull\" = 0) || ' ' || c.pk \
        FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name <> 'seaql_migrations'";
    let postgres = "SELECT c.table_name || '.' || c.column_name || ' ' || c.data_type || ' ' || c.is_nullable || ' ' || \
        coalesce((SELECT k.ordinal_position::int FROM information_schema.table_constraints t \
            JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name) \
            WHERE t.table_schema = c.table_schema AND t.table_name = c.table_name \
            AND t.constraint_type = 'PRIMARY KEY' AND k.column_name = c.column_name), 0) \
        FROM information_schema.columns c \
        WHERE c.table_schema = current_schema() AND c.table_name <> 'seaql_migrations'";
    lines(fresh, sqlite, postgres).await.into_iter().collect()
}

fn from_entities(builder: SchemaBuilder) -> SchemaBuilder {
    builder
        .register(entity::meta::Entity)
        .register(entity::area::Entity)
        .register(entity::county::Entity)
        .register(entity::holiday::Entity)
        .register(entity::account::Entity)
        .register(entity::grant::Entity)
        .register(entity::session::Entity)
        .register(entity::slip::Entity)
        .register(entity::recovery_code::Entity)
        .register(entity::sign_in_try::Entity)
        .register(entity::uniq::Entity)
        .register(entity::public_link::Entity)
        .register(entity::setting::Entity)
        .register(entity::school::Entity)
        .register(entity::class::Entity)
        .register(entity::duty::Entity)
        .register(entity::school_day::Entity)
        .register(entity::school_term::Entity)
        .register(entity::county_holiday::Entity)
        .register(entity::term_plan::Entity)
        .register(entity::term_weekend::Entity)
        .register(entity::plan_record::Entity)
        .register(entity::import_batch::Entity)
        .register(entity::sibling_group::Entity)
        .register(entity::child::Entity)
        .register(entity::child_category::Entity)
        .register(entity::guardian::Entity)
        .register(entity::guardian_token::Entity)
        .register(entity::guardianship::Entity)
        .register(entity::audit_event::Entity)
        .register(entity::audit_head::Entity)
        .register(entity::audit_reason::Entity)
        .register(entity::idempotency::Entity)
        .register(entity::search_token::Entity)
        .register(entity::outbox::Entity)
        .register(entity::notice::Entity)
        .register(entity::contact::Entity)
        .register(entity::channel::Entity)
        .register(entity::household::Entity)
        .register(entity::household_member::Entity)
        .register(entity::volunteer::Entity)
        .register(entity::check::Entity)
        .register(entity::consent::Entity)
        .register(entity::wish::Entity)
        .register(entity::round::Entity)
        .register(entity::round_child::Entity)
        .register(entity::round_volunteer::Entity)
        .register(entity::choice::Entity)
        .register(entity::run::Entity)
        .register(entity::proposal::Entity)
        .register(entity::pair::Entity)
        .register(entity::pair_meeting::Entity)
        .register(entity::parting::Entity)
        .register(entity::stay::Entity)
        .register(entity::stay_adult::Entity)
        .register(entity::custody_event::Entity)
        .register(entity::alarm::Entity)
        .register(entity::ladder::Entity)
        .register(entity::note::Entity)
        .register(entity::picture::Entity)
        .register(entity::thanks::Entity)
        .register(entity::phone_act::Entity)
        .register(entity::draft::Entity)
        .register(entity::saved_view::Entity)
        .register(entity::follow_up::Entity)
        .register(entity::concern::Entity)
        .register(entity::concern_person::Entity)
        .register(entity::concern_circle::Entity)
        .register(entity::concern_entry::Entity)
        .register(entity::hours_entry::Entity)
        .register(entity::hours_claim::Entity)
        .register(entity::rollup::Entity)
        .register(entity::snapshot::Entity)
        .register(entity::station::Entity)
        .register(entity::charge::Entity)
        .register(entity::export::Entity)
        .register(entity::break_glass::Entity)
        .register(entity::erasure::Entity)
        .register(entity::restriction::Entity)
        .register(entity::merge::Entity)
        .register(entity::operation::Entity)
        .register(entity::operation_part::Entity)
}

#[tokio::test]
async fn a_database_made_by_the_steps_has_the_columns_and_keys_of_the_entities() {
    for stepped in migrated().await {
        let made = stepped.another().await;
        let builder = Schema::new(made.db.get_database_backend()).builder();
        from_entities(builder).apply(&made.db).await.unwrap();
        let (steps, entities) = (columns(&stepped).await, columns(&made).await);
        assert!(steps.len() > 400, "the catalogue was not read: {} columns", steps.len());
        assert_eq!(steps.difference(&entities).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the entities");
        assert_eq!(entities.difference(&steps).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the steps");
        made.drop_it().await;
        stepped.drop_it().await;
    }
}

#[tokio::test]
async fn the_page_on_the_schema_names_every_table_and_every_sealed_column() {
    let page = include_str!("../../../../docs/schema.md");
    let fresh = Fresh::sqlite().await;
    Migrator::up(&fresh.db, None).await.unwrap();
    for line in columns(&fresh).await {
        let (table, column) = line.split(' ').next().unwrap().split_once('.').unwrap();
        let entry = page.lines().find(|line| line.starts_with(&format!("| `{table}` |"))).unwrap_or(table);
        assert_ne!(entry, table, "the table is missing");
        let sealed = column.ends_with("_sealed") || column.ends_with("_bi");
        let named = entry.split([' ', ',']).any(|word| word == column);
        assert!(!sealed || named, "{table}.{column} has no class of data");
    }
}

/// The quoted words of the page's lists in square brackets.
fn listed(page: &str) -> Vec<Vec<&str>> {
    let lists = page.split("ARRAY[").skip(1).map(|rest| rest.split(']').next().unwrap());
    lists.map(|list| list.split('\'').skip(1).step_by(2).collect()).collect()
}

#[tokio::test]
async fn the_page_on_servers_spreads_every_table_after_those_that_it_refers_to() {
    let page = include_str!("../../../../docs/guide/it-admin-postgresql.md");
    let lists = listed(page);
    let [everywhere, by_county] = lists.as_slice() else { panic!("two lists") };
    // A county's work is looked for together with its line in the list of counties.
    let kept_everywhere: BTreeSet<&str> = REFERENCE.into_iter().filter(|table| *table != "counties").collect();
    assert_eq!(everywhere.iter().copied().collect::<BTreeSet<_>>(), kept_everywhere);
    let fresh = Fresh::sqlite().await;
    Migrator::up(&fresh.db, None).await.unwrap();
    let of_columns = columns(&fresh).await;
    let tables: BTreeSet<&str> = of_columns.iter().map(|line| line.split('.').next().unwrap()).collect();
    let spread: BTreeSet<&str> = by_county.iter().copied().collect();
    assert_eq!(tables, spread.union(&kept_everywhere).copied().collect());
    // Tables that are spread are referred to by none that comes later: a step that makes such a one ends half way there.
    assert!(page.contains("以后升级，不在原地改"));
    for table in by_county {
        assert!(of_columns.iter().any(|line| line.starts_with(&format!("{table}.area_id ")) && line.ends_with(" 1")));
    }
    let sql = "SELECT m.name || ' ' || f.\"table\" FROM sqlite_master m, pragma_foreign_key_list(m.name) f";
    for line in lines(&fresh, sql, sql).await {
        let (from, to) = line.split_once(' ').unwrap();
        // A table that is kept everywhere refers to none that is spread: the one list stands before the other.
        let place = |table: &str| {
            let mut places = lists.iter().enumerate();
            places.find_map(|(at, list)| Some((at, list.iter().position(|listed| *listed == table)?))).unwrap()
        };
        assert!(place(to) <= place(from), "{from} stands before {to}");
    }
}

#[tokio::test]
async fn running_the_steps_again_changes_nothing() {
    for fresh in migrated().await {
        let before = columns(&fresh).await;
        Migrator::up(&fresh.db, None).await.unwrap();
        assert_eq!(before, columns(&fresh).await);
        fresh.drop_it().await;
    }
}

/// Columns that may name a volunteer, a home or one who lives there, and do not: a row of the file itself.
const OF_THE_FILE: [(&str, &str); 1] = [("volunteers", "member_id")];

/// Names of columns that say whose a row is, and the tables with one of them that are carried over.
type Carried = (&'static [&'static str], &'static [(&'static str, &'static str)]);

#[tokio::test]
async fn every_table_with_a_person_is_carried_over_when_files_become_one() {
    use crate::merge::carry::{of_child, of_home, of_member, of_volunteer};
    let lists: [Carried; 4] = [
        (&["child_id"], of_child::TABLES),
        (&["volunteer_id", "holder_id", "person_id", "ref_id"], of_volunteer::TABLES),
        (&["household_id"], of_home::TABLES),
        (&["member_id"], of_member::TABLES),
    ];
    for fresh in migrated().await {
        let columns = columns(&fresh).await;
        for (names, carried) in lists {
            let tables = columns.iter().filter_map(|line| {
                let (table, rest) = line.split_once('.')?;
                let column = rest.split(' ').next()?;
                let asked = names.contains(&column) && !OF_THE_FILE.contains(&(table, column));
                asked.then_some(table).filter(|table| !BY_WORD.contains(table))
            });
            let named: BTreeSet<&str> = tables.chain((names == ["household_id"]).then_some("concern_people")).collect();
            assert_eq!(named, carried.iter().map(|(table, _)| *table).collect(), "{names:?}");
        }
        fresh.drop_it().await;
    }
}

/// Tables whose `ref_id` or `person_id` tells of anything: the index of names and the claims of numbers are written anew
/// with the file, a link is a consent's, and the trail stays as it was written.
const BY_WORD: [&str; 4] = ["audit_events", "search_tokens", "uniq", "public_links"];

#[tokio::test]
async fn every_key_of_a_county_table_begins_with_the_county() {
    for fresh in migrated().await {
        let keys: Vec<String> = columns(&fresh).await.into_iter().filter(|line| line.ends_with(" 1")).collect();
        assert!(keys.len() > 40);
        for key in keys {
            let (table, column) = key.split_once('.').unwrap();
            let first = column.split(' ').next().unwrap();
            assert!(REFERENCE.contains(&table) || first == "area_id", "{key}");
        }
        fresh.drop_it().await;
    }
}

#[tokio::test]
async fn every_index_of_a_county_table_begins_with_the_county() {
    for fresh in migrated().await {
        let sqlite = "SELECT m.name || ' ' || i.name || ' ' || c.name FROM sqlite_master m, pragma_index_list(m.name) i, \
            pragma_index_info(i.name) c WHERE m.type = 'table' AND m.name <> 'seaql_migrations' AND c.seqno = 0";
        let postgres = "SELECT t.relname || ' ' || i.relname || ' ' || a.attname FROM pg_index x \
            JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] \
            WHERE t.relnamespace = current_schema()::regnamespace AND t.relname <> 'seaql_migrations'";
        let indexes = lines(&fresh, sqlite, postgres).await;
        assert!(indexes.len() > 80);
        for index in indexes {
            let mut words = index.split(' ');
            let (table, first) = (words.next().unwrap(), words.next_back().unwrap());
            assert!(REFERENCE.contains(&table) || first == "area_id", "{index}");
        }
        fresh.drop_it().await;
    }
}

#[tokio::test]
async fn every_reference_stays_in_its_county_and_keeps_what_it_names() {
    for fresh in migrated().await {
        let sqlite = "SELECT m.name || '|' || f.\"table\" || '|' || group_concat(f.\"from\" || '>' || f.\"to\", ',') \
            || '|' || f.on_delete FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
            WHERE m.type = 'table' GROUP BY m.name, f.id, f.\"table\", f.on_delete";
        let postgres = "SELECT t.relname || '|' || r.relname || '|' || (SELECT string_agg(a.attname || '>' || b.attname, ',' \
                ORDER BY k.place) FROM unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(here, there, place) \
                JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.here \
                JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = k.there) \
            || '|' || CASE c.confdeltype WHEN 'r' THEN 'RESTRICT' ELSE c.confdeltype::text END \
            FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid \
            WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace";
        let references = lines(&fresh, sqlite, postgres).await;
        assert!(references.len() > 40);
        for reference in references {
            let [table, target, on, deleted] = *reference.split('|').collect::<Vec<_>>() else { panic!("{reference}") };
            let within = on.starts_with("area_id>area_id,") && on.ends_with("_id>id");
            let both = REFERENCE.contains(&table) && REFERENCE.contains(&target);
            assert!(both || (within && !REFERENCE.contains(&target)), "{reference}");
            assert_eq!(deleted, "RESTRICT", "{reference}");
        }
        fresh.drop_it().await;
    }
}

#[tokio::test]
async fn tokens_are_ordered_by_their_bytes_whatever_the_language_of_the_database() {
    for fresh in migrated().await {
        let sqlite = "SELECT coll FROM pragma_index_xinfo('sqlite_autoindex_search_tokens_1') WHERE name = 'token'";
        let postgres = "SELECT collation_name::text FROM information_schema.columns \
            WHERE table_schema = current_schema() AND table_name = 'search_tokens' AND column_name = 'token'";
        let expected = if fresh.is_postgres() { "C" } else { "BINARY" };
        assert_eq!(lines(&fresh, sqlite, postgres).await, [expected]);
        fresh.drop_it().await;
    }
}

/// Makes rows that are right but empty, except for what a test says.
struct Filler<'a> {
    fresh: &'a Fresh,
    needed: BTreeMap<String, Vec<(String, String)>>,
}

impl<'a> Filler<'a> {
    async fn new(fresh: &'a Fresh) -> Self {
        let mut needed = BTreeMap::<String, Vec<(String, String)>>::new();
        for line in columns(fresh).await {
            let mut words = line.split(' ');
            let (table, column) = words.next().unwrap().split_once('.').unwrap();
            let words: Vec<&str> = words.collect();
            let [kind @ .., nullable, _key] = words.as_slice() else { panic!("{line}") };
            if !["1", "YES"].contains(nullable) {
                needed.entry(table.to_owned()).or_default().push((column.to_owned(), kind.join(" ").to_lowercase()));
            }
        }
        Self { fresh, needed }
    }

    /// An id, written as this engine wants it.
    fn id(&self, number: u8) -> String {
        if self.fresh.is_postgres() {
            format!("'00000000-0000-7000-8000-0000000000{number:02x}'")
        } else {
            format!("x'000000000000700080000000000000{number:02x}'")
        }
    }

    /// Inserts a row with these values (SQL literals) and anything fitting in the other needed columns.
    async fn insert(&self, table: &str, given: &[(&str, String)]) -> Result<(), DbErr> {
        let mut row: BTreeMap<&str, String> = given.iter().map(|(column, value)| (*column, value.clone())).collect();
        for (column, kind) in self.needed.get(table).unwrap() {
            row.entry(column).or_insert_with(|| self.any(table, column, kind));
        }
        let columns: Vec<String> = row.keys().map(|column| format!("\"{column}\"")).collect();
        let values: Vec<&str> = row.values().map(String::as_str).collect();
        run(&self.fresh.db, &format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), values.join(", ")))
            .await
    }

    fn any(&self, table: &str, column: &str, kind: &str) -> String {
        let closed = CLOSED.iter().find(|(at, name, _)| *at == table && *name == column);
        match (closed, kind) {
            (Some((_, _, word)), _) => format!("'{word}'"),
            (None, "integer" | "bigint") => "1".to_owned(),
            (None, "boolean") => "FALSE".to_owned(),
            (None, "uuid" | "uuid_text") => self.id(1),
            (None, "bytea") => "'\\x00'".to_owned(),
            (None, "varbinary_blob") => "x'00'".to_owned(),
            (None, _) => "'x'".to_owned(),
        }
    }
}

fn text(word: &str) -> String {
    format!("'{word}'")
}

/// References are not what these tests are about.
async fn ignore_references(fresh: &Fresh) {
    let sql = if fresh.is_postgres() { "SET session_replication_role = replica" } else { "PRAGMA foreign_keys = OFF" };
    run(&fresh.db, sql).await.unwrap();
}

#[tokio::test]
async fn a_word_outside_its_closed_list_is_refused() {
    for fresh in migrated().await {
        ignore_references(&fresh).await;
        let filler = Filler::new(&fresh).await;
        for (table, column, word) in CLOSED {
            let refused = filler.insert(table, &[(column, text("nonsense"))]).await.unwrap_err().to_string();
            assert!(refused.contains(&format!("ck_{table}_{column}")), "{table}.{column}: {refused}");
            filler.insert(table, &[(column, text(word))]).await.unwrap();
            run(&fresh.db, &format!("DELETE FROM {table}")).await.unwrap();
        }
        fresh.drop_it().await;
    }
}

#[tokio::test]
async fn a_household_takes_at_least_one_and_at_most_three_children() {
    for fresh in migrated().await {
        let filler = Filler::new(&fresh).await;
        for (number, capacity, fits) in [(1, 0, false), (2, 1, true), (3, 3, true), (4, 4, false)] {
            let row = [("id", filler.id(number)), ("capacity", capacity.to_string())];
            assert_eq!(filler.insert("households", &row).await.is_ok(), fits, "{capacity}");
        }
        fresh.drop_it().await;
    }
}

#[tokio::test]
async fn a_child_has_one_pair_that_has_not_ended_and_any_number_that_have() {
    for fresh in migrated().await {
        ignore_references(&fresh).await;
        let filler = Filler::new(&fresh).await;
        let states = [("ended", true), ("ended", true), ("active", true), ("settling", false), ("paused", false)];
        for (number, (state, accepted)) in (1..).zip(states) {
            let row = [("id", filler.id(number)), ("child_id", filler.id(99)), ("state", text(state))];
            assert_eq!(filler.insert("pairs", &row).await.is_ok(), accepted, "{number} {state}");
        }
        let elsewhere = [("area_id", "2".to_owned()), ("child_id", filler.id(99)), ("state", text("active"))];
        filler.insert("pairs", &elsewhere).await.unwrap();
        fresh.drop_it().await;
    }
}

#[tokio::test]
async fn an_identity_number_occurs_once_among_children_and_many_may_have_none() {
    for fresh in migrated().await {
        let filler = Filler::new(&fresh).await;
        let bytes = filler.any("children", "id_no_bi", if fresh.is_postgres() { "bytea" } else { "varbinary_blob" });
        let numbers = [("NULL", true), ("NULL", true), (bytes.as_str(), true), (bytes.as_str(), false)];
        for (number, (bytes, accepted)) in (1..).zip(numbers) {
            let row =
                [("id", filler.id(number)), ("number", text(&number.to_string())), ("id_no_bi", bytes.to_owned())];
            assert_eq!(filler.insert("children", &row).await.is_ok(), accepted, "{number}");
        }
        fresh.drop_it().await;
    }
}

#[tokio::test]
async fn a_stay_counts_once_in_the_ledger_and_may_be_corrected() {
    for fresh in migrated().await {
        ignore_references(&fresh).await;
        let filler = Filler::new(&fresh).await;
        let kinds = [("stay", true), ("stay", false), ("correction", true), ("correction", true)];
        for (number, (kind, accepted)) in (1..).zip(kinds) {
            let row = [("id", filler.id(number)), ("stay_id", filler.id(99)), ("kind", text(kind))];
            assert_eq!(filler.insert("hours_entries", &row).await.is_ok(), accepted, "{number} {kind}");
        }
        fresh.drop_it().await;
    }
}

#[tokio::test]
async fn a_row_cannot_name_a_row_of_another_county_and_a_named_row_cannot_be_deleted() {
    for fresh in migrated().await {
        let filler = Filler::new(&fresh).await;
        filler.insert("schools", &[("id", filler.id(7))]).await.unwrap();
        let class = |area: &str| [("area_id", area.to_owned()), ("school_id", filler.id(7))];
        assert!(filler.insert("classes", &class("2")).await.is_err());
        filler.insert("classes", &class("1")).await.unwrap();
        assert!(run(&fresh.db, "DELETE FROM schools").await.is_err());
        fresh.drop_it().await;
    }
}
