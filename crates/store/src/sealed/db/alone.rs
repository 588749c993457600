//! Who changes the tables does it alone: of two processes that start at once, the second waits.

use std::fs::File;

use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};

use super::{Db, Engine};
use crate::Error;

/// The number that processes agree on: whoever holds it changes the tables.
const STEPS_LOCK: i64 = 6_874_617_968_001;

/// Locked beside a file by whoever changes its tables.
const STEPS_FILE: &str = "naheya.db-steps";

/// Held by whoever changes the tables, let go with the process however it ends.
pub(crate) struct Alone {
    server: Option<DatabaseTransaction>,
    file: Option<File>,
}

impl Alone {
    /// Lets the next one in.
    pub(crate) async fn end(self) -> Result<(), Error> {
        if let Some(transaction) = self.server {
            transaction.commit().await?;
        }
        drop(self.file);
        Ok(())
    }
}

impl Db {
    /// Until its end nobody else changes the tables.
    pub(crate) async fn alone(&self) -> Result<Alone, Error> {
        match self.engine {
            Engine::Sqlite => Ok(Alone { server: None, file: self.locked_beside().await? }),
            Engine::Postgres => Ok(Alone { server: Some(self.locked_server().await?), file: None }),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the fence: the server's own lock")]
    async fn locked_server(&self) -> Result<DatabaseTransaction, Error> {
        let transaction = self.begin().await?;
        let lock = format!("SELECT pg_advisory_xact_lock({STEPS_LOCK})");
        transaction.query_one_raw(Statement::from_string(sea_orm::DbBackend::Postgres, lock)).await?;
        Ok(transaction)
    }

    /// SQLite's own lock is let go after each step, and whoever comes in between finds tables of no version. A disk that knows
    /// no locks, or that may not be written, keeps nobody away.
    async fn locked_beside(&self) -> Result<Option<File>, Error> {
        let Some(path) = self.beside(STEPS_FILE).await? else { return Ok(None) };
        let waited = tokio::task::spawn_blocking(move || {
            let file = File::create(path).ok()?;
            file.lock().ok()?;
            Some(file)
        });
        Ok(waited.await.ok().flatten())
    }
}
