//! A file that shall be erased may be a volunteer's too. An engine takes no condition off a column in place (SQLite), so the
//! table is made anew around the rows that it holds, as in m0031.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::sea_query::{Expr, ExprTrait};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::shape::Shape;

const OLD: &str = "area_id, id, child_id, reason_sealed, state, by_account, asked_at, decided_by, decided_at, answer_sealed, \
    emptied, version";

/// As in m0045, of a child or of a volunteer. At most one waits for each of them.
fn shape() -> Shape {
    Shape::county("erasures")
        .refers("child_id?", "children")
        .bin(&["reason_sealed"])
        .one_of("state", &["asked", "done", "refused", "withdrawn"])
        .uuid(&["by_account"])
        .instant(&["asked_at"])
        .uuid(&["decided_by?"])
        .instant(&["decided_at?"])
        .bin(&["answer_sealed?"])
        .int(&["emptied", "version"])
        .refers("volunteer_id?", "volunteers")
        .unique_where(&["child_id"], Expr::col("state").eq("asked"))
        .unique_where(&["volunteer_id"], Expr::col("state").eq("asked"))
        .index(&["child_id"])
        .index(&["volunteer_id"])
        .index(&["state", "asked_at"])
}

/// The step: rows aside, the table anew, rows back.
pub(super) struct Further;

impl MigrationName for Further {
    fn name(&self) -> &'static str {
        "m0049_volunteer_erasure"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Further {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let run = async |sql: String| manager.get_connection().execute_unprepared(&sql).await.map(|_| ());
        run("CREATE TABLE erasures_aside AS SELECT * FROM erasures".to_owned()).await?;
        run("DROP TABLE erasures".to_owned()).await?;
        shape().make(manager).await?;
        run(format!("INSERT INTO erasures ({OLD}) SELECT {OLD} FROM erasures_aside")).await?;
        run("DROP TABLE erasures_aside".to_owned()).await
    }
}
