//! Readers that stay at one state of the records while others go on writing: a backup, an examination.

use sea_orm::{ConnectionTrait, DatabaseTransaction, IsolationLevel, Statement, TransactionOptions, TransactionTrait};

use super::{Db, Engine};
use crate::Error;

impl Db {
    /// A transaction of a reader that sees one state of the records. SQLite's reader does so by
    /// itself, and the log would say that it cannot be told; PostgreSQL has to be.
    pub(in crate::sealed) async fn moment(&self) -> Result<DatabaseTransaction, Error> {
        let options = TransactionOptions {
            isolation_level: (self.engine == Engine::Postgres).then_some(IsolationLevel::RepeatableRead),
            ..TransactionOptions::default()
        };
        Ok(self.moments.begin_with_options(options).await?)
    }

    /// At most so many transactions as [`Db::moment`], all of the same moment: what is read side by side is then one state of
    /// the records. One alone when the engine does not grant more at once (a writer that is long at work, no room).
    pub(in crate::sealed) async fn moments(&self, most: usize) -> Result<Vec<DatabaseTransaction>, Error> {
        let together = match self.engine {
            Engine::Sqlite => self.while_nobody_writes(most).await,
            Engine::Postgres => self.of_one_snapshot(most).await,
        };
        match together {
            Ok(all) => Ok(all),
            Err(error) => {
                tracing::info!(%error, "the records are read by one");
                Ok(vec![self.moment().await?])
            }
        }
    }

    /// SQLite's reader sees what stood at its first read; the writer's lock is held until all have read.
    #[expect(clippy::disallowed_methods, reason = "the fence: a first read, of no record")]
    async fn while_nobody_writes(&self, most: usize) -> Result<Vec<DatabaseTransaction>, Error> {
        let lock = self.begin().await?;
        let mut all = Vec::new();
        for _ in 0..most {
            let moment = self.moment().await?;
            let first = Statement::from_string(sea_orm::DbBackend::Sqlite, "SELECT COUNT(*) FROM sqlite_schema");
            moment.query_one_raw(first).await?;
            all.push(moment);
        }
        lock.rollback().await?;
        Ok(all)
    }

    /// A server gives its first reader's state to the others.
    /// <https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION>
    #[expect(clippy::disallowed_methods, reason = "the fence: the server's own name of a state, and nothing else")]
    async fn of_one_snapshot(&self, most: usize) -> Result<Vec<DatabaseTransaction>, Error> {
        let first = self.moment().await?;
        let asked = Statement::from_string(sea_orm::DbBackend::Postgres, "SELECT pg_export_snapshot()");
        let name = match first.query_one_raw(asked).await? {
            Some(row) => row.try_get_by_index::<String>(0)?,
            None => return Ok(vec![first]),
        };
        let mut all = vec![first];
        for _ in 1..most {
            let moment = self.moment().await?;
            moment.execute_unprepared(&format!("SET TRANSACTION SNAPSHOT '{name}'")).await?;
            all.push(moment);
        }
        Ok(all)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::Location;
    use super::*;

    /// What each of three readers counts after another one wrote a row that was not there when they began.
    #[expect(clippy::disallowed_methods, reason = "a table of its own, of no record")]
    async fn counted_by_three(location: &Location, table: &str) -> Vec<i64> {
        let db = Db::open(location).await.unwrap();
        let mut counts = Vec::new();
        db.owner().execute_unprepared(&format!("CREATE TABLE {table} (n INTEGER)")).await.unwrap();
        db.owner().execute_unprepared(&format!("INSERT INTO {table} VALUES (1)")).await.unwrap();
        let readers = db.moments(3).await.unwrap();
        db.owner().execute_unprepared(&format!("INSERT INTO {table} VALUES (2)")).await.unwrap();
        for reader in &readers {
            let asked = Statement::from_string(reader.get_database_backend(), format!("SELECT COUNT(*) FROM {table}"));
            counts.push(reader.query_one_raw(asked).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap());
        }
        drop(readers);
        db.owner().execute_unprepared(&format!("DROP TABLE {table}")).await.unwrap();
        db.close().await.unwrap();
        counts
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn three_readers_of_a_file_see_what_stood_when_the_first_of_them_came() {
        let folder = std::env::temp_dir().join(format!("naheya-moments-{}", std::process::id()));
        assert_eq!(counted_by_three(&Location::Folder(folder.clone()), "looked_at").await, [1, 1, 1]);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn three_readers_of_a_server_see_what_stood_when_the_first_of_them_came() {
        let Ok(url) = std::env::var("NAHEYA_TEST_POSTGRES") else { return };
        let table = format!("looked_at_{}", std::process::id());
        assert_eq!(counted_by_three(&Location::Postgres(url), &table).await, [1, 1, 1]);
    }
}
