//! Work beside the request may be an import, a run, a report and every list. An engine widens no check of a column in
//! place (SQLite), so both tables are made anew around the rows that they hold.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::shape::Shape;

const OLD: &str = "area_id, id, kind, asked_sealed, language, by_account, grant_id, asked_at, awaited_until, seen_at, \
    state, turn, lease_until, begun_at, done, total, ended_at, failure, expires_at, taken, version";
const PARTS: &str = "area_id, operation_id, number, part_sealed";

/// Every kind that work had when this step was written.
pub(super) const KINDS: [&str; 10] =
    ["children", "volunteers", "audit_events", "pairs", "stays", "follow_ups", "accounts", "report", "import", "run"];

/// Operations of these kinds, and what they made where that is no file.
fn shapes(kinds: &[&'static str]) -> Vec<Shape> {
    vec![
        Shape::county("operations")
            .one_of("kind", kinds)
            .bin(&["asked_sealed"])
            .text(&["language"])
            .uuid(&["by_account", "grant_id"])
            .instant(&["asked_at", "awaited_until", "seen_at?"])
            .one_of("state", &["waiting", "running", "done", "failed", "stopped"])
            .int(&["turn"])
            .instant(&["lease_until?", "begun_at?"])
            .int(&["done", "total"])
            .instant(&["ended_at?"])
            .text(&["failure?"])
            .instant(&["expires_at?"])
            .uuid(&["result?"])
            .int(&["taken", "version"])
            .index(&["state", "asked_at", "id"])
            .index(&["by_account", "asked_at", "id"]),
        Shape::county_by("operation_parts", &["operation_id", "number"])
            .refers("operation_id", "operations")
            .int(&["number"])
            .bin(&["part_sealed"]),
    ]
}

/// The step: rows aside, tables anew, rows back.
pub(super) struct Widen;

impl MigrationName for Widen {
    fn name(&self) -> &'static str {
        "m0031_work"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Widen {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        anew(manager, &KINDS, OLD).await
    }
}

/// Makes both tables anew for operations of these kinds, around the rows that they hold in `columns`.
pub(super) async fn anew(manager: &SchemaManager<'_>, kinds: &[&'static str], columns: &str) -> Result<(), DbErr> {
    let run = async |sql: String| manager.get_connection().execute_unprepared(&sql).await.map(|_| ());
    for table in ["operations", "operation_parts"] {
        run(format!("CREATE TABLE {table}_aside AS SELECT * FROM {table}")).await?;
    }
    for table in ["operation_parts", "operations"] {
        run(format!("DROP TABLE {table}")).await?;
    }
    for shape in shapes(kinds) {
        shape.make(manager).await?;
    }
    for (table, columns) in [("operations", columns), ("operation_parts", PARTS)] {
        run(format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_aside")).await?;
        run(format!("DROP TABLE {table}_aside")).await?;
    }
    Ok(())
}
