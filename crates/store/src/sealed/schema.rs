//! Are the tables of this place still what the steps make? The steps are taken once more on an empty database in memory, and
//! what stands there is looked for here: tables, columns, indexes, references, closed lists. What somebody added is theirs.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::AreaId;
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use sea_orm_migration::MigratorTrait;

use super::copy;
use super::db::{self, Db, Engine};
use crate::Error;
use crate::audit::Finding;
use crate::migration::Migrator;

/// Longer names are cut by PostgreSQL.
const LONGEST_NAME: usize = 63;
/// How a PostgreSQL server tells of an index that was not built to its end.
const INVALID: &str = " invalid";

/// What a table is made of; things of one kind are told in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Column,
    Index,
    Reference,
    Check,
}

/// Kind, table, name.
type Part = (Kind, String, String);
/// Each part, and what it is like.
type Parts = BTreeMap<Part, String>;

/// May it be null, and its place in the key.
const COLUMNS: [&str; 2] = [
    "SELECT m.name, c.name, (c.\"notnull\" = 0) || ' ' || c.pk FROM sqlite_schema m, pragma_table_info(m.name) c \
        WHERE m.type = 'table'",
    "SELECT t.relname::text, a.attname::text, (NOT a.attnotnull)::int::text || ' ' || coalesce((SELECT \
        array_position(p.conkey, a.attnum) FROM pg_constraint p WHERE p.conrelid = t.oid AND p.contype = 'p'), 0)::text \
        FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped \
        WHERE t.relkind IN ('r', 'p') AND t.relnamespace = current_schema()::regnamespace",
];

/// Does each value occur once, are all rows in it, and by which columns.
const INDEXES: [&str; 2] = [
    "SELECT m.name, i.name, i.\"unique\" || ' ' || i.partial || ' ' || coalesce((SELECT group_concat(c.name, ',') \
        FROM pragma_index_info(i.name) c), '') FROM sqlite_schema m, pragma_index_list(m.name) i \
        WHERE m.type = 'table' AND i.origin = 'c'",
    "SELECT t.relname::text, i.relname::text, x.indisunique::int::text || ' ' || (x.indpred IS NOT NULL)::int::text || ' ' \
        || coalesce((SELECT string_agg(a.attname::text, ',' ORDER BY k.place) \
            FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k(col, place) \
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.col), '') \
        || CASE WHEN x.indisvalid AND x.indisready THEN '' ELSE ' invalid' END \
        FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
        WHERE t.relnamespace = current_schema()::regnamespace",
];

/// From which columns to which table, and what becomes of a row that is referred to.
const REFERENCES: [&str; 2] = [
    "SELECT m.name, group_concat(f.\"from\", ',') || ' to ' || f.\"table\", f.on_delete \
        FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' GROUP BY m.name, f.id",
    "SELECT t.relname::text, (SELECT string_agg(a.attname::text, ',' ORDER BY k.place) \
            FROM unnest(c.conkey) WITH ORDINALITY AS k(col, place) \
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.col) || ' to ' || r.relname::text, \
        CASE c.confdeltype WHEN 'r' THEN 'RESTRICT' ELSE c.confdeltype::text END \
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid \
        WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace",
];

/// The text that a table was made with, or the names alone.
const CHECKS: [&str; 2] = [
    "SELECT m.name, '', m.sql FROM sqlite_schema m WHERE m.type = 'table'",
    "SELECT t.relname::text, c.conname::text, '' FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid \
        WHERE c.contype = 'c' AND t.relnamespace = current_schema()::regnamespace",
];

/// What the steps make and this place lacks, or has otherwise; a table that is gone is told of by itself.
pub(crate) async fn examine(here: &Db) -> Result<Vec<Finding>, Error> {
    let model = db::in_memory().await?;
    Migrator::up(&model, None).await?;
    let expected = parts(&model, Engine::Sqlite).await?;
    model.close().await?;
    let found = parts(here.owner(), here.engine).await?;
    Ok(compared(&expected, &found, here.engine))
}

fn compared(expected: &Parts, found: &Parts, engine: Engine) -> Vec<Finding> {
    let there: BTreeSet<&str> = found.keys().map(|(_, table, _)| table.as_str()).collect();
    let tables: BTreeSet<&str> = expected.keys().map(|(_, table, _)| table.as_str()).collect();
    let gone = tables.iter().filter(|table| !there.contains(*table));
    let mut findings: Vec<Finding> = gone.map(|table| finding("table.missing", table, "")).collect();
    for ((kind, table, name), like) in expected {
        if !there.contains(table.as_str()) {
            continue;
        }
        let name = if engine == Engine::Postgres { cut(name) } else { name.clone() };
        let other = found.get(&(*kind, table.clone(), name.clone()));
        if let Some(code) = fault(*kind, like, other.map(String::as_str)) {
            findings.push(finding(code, table, &name));
        }
    }
    findings
}

fn fault(kind: Kind, expected: &str, found: Option<&str>) -> Option<&'static str> {
    match (kind, found) {
        (_, Some(found)) if found == expected => None,
        (Kind::Column, None) => Some("column.missing"),
        (Kind::Column, Some(_)) => Some("column.differs"),
        (Kind::Index, None) => Some("index.missing"),
        (Kind::Index, Some(found)) if found.ends_with(INVALID) => Some("index.invalid"),
        (Kind::Index, Some(_)) => Some("index.differs"),
        (Kind::Reference, None) => Some("reference.missing"),
        (Kind::Reference, Some(_)) => Some("reference.differs"),
        (Kind::Check, _) => Some("check.missing"),
    }
}

fn finding(code: &'static str, table: &str, name: &str) -> Finding {
    Finding { code, area: AreaId::NATION, table: copy::named(table).unwrap_or("-"), row: name.to_owned() }
}

fn cut(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

async fn parts(db: &DatabaseConnection, engine: Engine) -> Result<Parts, Error> {
    let mut parts = Parts::new();
    for (kind, asked) in
        [(Kind::Column, COLUMNS), (Kind::Index, INDEXES), (Kind::Reference, REFERENCES), (Kind::Check, CHECKS)]
    {
        for row in rows(db, asked, engine).await? {
            let (table, name, like): (String, String, String) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            if copy::named(&table).is_none() {
                continue;
            }
            match (kind, engine) {
                (Kind::Check, Engine::Sqlite) => {
                    parts.extend(checks(&like).map(|name| ((kind, table.clone(), name), String::new())));
                }
                _ => {
                    parts.insert((kind, table, name), like);
                }
            }
        }
    }
    Ok(parts)
}

#[expect(clippy::disallowed_methods, reason = "the fence: the catalogue lies outside every viewer's scope")]
async fn rows(
    db: &DatabaseConnection,
    [sqlite, postgres]: [&str; 2],
    engine: Engine,
) -> Result<Vec<QueryResult>, Error> {
    let sql = if engine == Engine::Sqlite { sqlite } else { postgres };
    Ok(db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?)
}

/// The names of the closed lists and bounds in the text that made a table.
fn checks(made_with: &str) -> impl Iterator<Item = String> {
    let named = made_with.split("CONSTRAINT \"").skip(1).filter_map(|rest| rest.split_once('"'));
    named.filter(|(_, then)| then.trim_start().starts_with("CHECK")).map(|(name, _)| name.to_owned())
}
