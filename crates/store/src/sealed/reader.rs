//! SQLite's readers: a few connections, lent for one question each, in the order of asking.
//!
//! The driver's own pool asks each connection whether it still lives after every question, in a task of its own: twice
//! the turns of the engine's thread, for a file that does not go away. These are laid back as they are.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions as _, Connection as _};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement, Value,
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::question::told;
use crate::Error;

/// The readers of one file.
#[derive(Debug)]
pub(super) struct Readers {
    options: SqliteConnectOptions,
    free: Mutex<Vec<SqliteConnection>>,
    turns: Semaphore,
    most: u32,
}

impl Readers {
    /// Opens the first of at most `most` connections; the others open when they are needed.
    pub(super) async fn open(options: SqliteConnectOptions, most: u32) -> Result<Readers, Error> {
        let first = options.connect().await.map_err(|error| Error::from(query_error(error)))?;
        let turns = Semaphore::new(usize::try_from(most).unwrap_or(1));
        Ok(Readers { options, free: Mutex::new(vec![first]), turns, most })
    }

    async fn lend(&self) -> Result<Lent<'_>, sqlx::Error> {
        let turn = self.turns.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match free {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        Ok(Lent { readers: self, connection: Some(connection), _turn: turn })
    }

    /// Waits for every question and closes.
    pub(super) async fn close(&self) -> Result<(), Error> {
        let _all = self.turns.acquire_many(self.most).await;
        self.turns.close();
        let free = std::mem::take(&mut *self.free.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in free {
            connection.close().await.map_err(|error| Error::from(query_error(error)))?;
        }
        Ok(())
    }

    async fn one(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut lent = self.lend().await.map_err(query_error)?;
        let asked = sqlx::query_with(AssertSqlSafe(statement.sql), values(statement.values));
        let row = asked.fetch_optional(lent.connection()?).await.map_err(|error| lent.failed(error))?;
        Ok(row.map(QueryResult::from))
    }

    async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut lent = self.lend().await.map_err(query_error)?;
        let asked = sqlx::query_with(AssertSqlSafe(statement.sql), values(statement.values));
        let rows = asked.fetch_all(lent.connection()?).await.map_err(|error| lent.failed(error))?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }
}

fn values(values: Option<sea_orm::Values>) -> SqlxValues {
    SqlxValues(values.unwrap_or(sea_orm::Values(Vec::new())))
}

/// The question with its limits written into it, the other values numbered anew. A plan for any limit at all counts on a
/// tenth of the table, so that a server would plan a page of a list anew each time it is asked, longer than it reads it; our
/// limits are few numbers.
fn with_limits(statement: Statement) -> Statement {
    const LIMIT: &str = "LIMIT ";
    let Some(sea_orm::Values(values)) = &statement.values else { return statement };
    if !statement.sql.contains("LIMIT $") {
        return statement;
    }
    let mut parts = statement.sql.split('$');
    let mut sql = parts.next().unwrap_or_default().to_owned();
    let mut kept = Vec::with_capacity(values.len());
    for part in parts {
        let (place, rest) = part.split_at(part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len()));
        let value = place.parse::<usize>().ok().and_then(|place| values.get(place.checked_sub(1)?));
        match value {
            Some(Value::BigUnsigned(Some(limit))) if sql.ends_with(LIMIT) => sql.push_str(&limit.to_string()),
            Some(value) => {
                kept.push(value.clone());
                sql.push('$');
                sql.push_str(&kept.len().to_string());
            }
            // No question of ours has a sign without its value: such a one is the engine's to refuse.
            None => return statement,
        }
        sql.push_str(rest);
    }
    Statement { sql, values: Some(sea_orm::Values(kept)), ..statement }
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

/// A connection for one question. Laid back when dropped, also when the asker went away: what it asked is dropped by the
/// engine's thread before the next question.
struct Lent<'a> {
    readers: &'a Readers,
    connection: Option<SqliteConnection>,
    _turn: SemaphorePermit<'a>,
}

impl Lent<'_> {
    fn connection(&mut self) -> Result<&mut SqliteConnection, DbErr> {
        self.connection.as_mut().ok_or_else(|| query_error(sqlx::Error::PoolClosed))
    }

    /// Whatever the engine did not say itself, a connection says that is no longer good: the next one opens anew.
    fn failed(&mut self, error: sqlx::Error) -> DbErr {
        if !matches!(error, sqlx::Error::Database(_)) {
            self.connection = None;
        }
        query_error(error)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.free.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

/// Where a question is asked.
pub(super) enum Conn<'a> {
    /// Of a reader of the file.
    Reader(&'a Readers),
    /// Of a server's pool.
    Pool(&'a DatabaseConnection),
    /// Inside a transaction.
    Within(&'a DatabaseTransaction),
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbErr>> + Send + 'a>>;

fn readers_only_read<T>() -> Result<T, DbErr> {
    Err(DbErr::Custom("a reader cannot write".into()))
}

// Written out as the trait's macro would: the engine's futures are already boxed.
impl ConnectionTrait for Conn<'_> {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Conn::Reader(_) => DbBackend::Sqlite,
            Conn::Pool(pool) => pool.get_database_backend(),
            Conn::Within(transaction) => transaction.get_database_backend(),
        }
    }

    fn execute_raw<'a, 'b>(&'a self, statement: Statement) -> Answer<'b, ExecResult>
    where
        'a: 'b,
        Self: 'b,
    {
        match self {
            Conn::Reader(_) => Box::pin(async { readers_only_read() }),
            Conn::Pool(pool) => pool.execute_raw(statement),
            Conn::Within(transaction) => transaction.execute_raw(statement),
        }
    }

    fn execute_unprepared<'a, 's, 'b>(&'a self, sql: &'s str) -> Answer<'b, ExecResult>
    where
        'a: 'b,
        's: 'b,
        Self: 'b,
    {
        match self {
            Conn::Reader(_) => Box::pin(async { readers_only_read() }),
            Conn::Pool(pool) => pool.execute_unprepared(sql),
            Conn::Within(transaction) => transaction.execute_unprepared(sql),
        }
    }

    fn query_one_raw<'a, 'b>(&'a self, statement: Statement) -> Answer<'b, Option<QueryResult>>
    where
        'a: 'b,
        Self: 'b,
    {
        match self {
            Conn::Reader(readers) => Box::pin(told(statement.sql.clone(), readers.one(statement))),
            Conn::Pool(pool) => {
                let statement = with_limits(statement);
                Box::pin(told(statement.sql.clone(), pool.query_one_raw(statement)))
            }
            Conn::Within(transaction) => Box::pin(told(statement.sql.clone(), transaction.query_one_raw(statement))),
        }
    }

    fn query_all_raw<'a, 'b>(&'a self, statement: Statement) -> Answer<'b, Vec<QueryResult>>
    where
        'a: 'b,
        Self: 'b,
    {
        match self {
            Conn::Reader(readers) => Box::pin(told(statement.sql.clone(), readers.all(statement))),
            Conn::Pool(pool) => {
                let statement = with_limits(statement);
                Box::pin(told(statement.sql.clone(), pool.query_all_raw(statement)))
            }
            Conn::Within(transaction) => Box::pin(told(statement.sql.clone(), transaction.query_all_raw(statement))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(sql: &str, values: Vec<Value>) -> Statement {
        Statement { sql: sql.to_owned(), values: Some(sea_orm::Values(values)), db_backend: DbBackend::Postgres }
    }

    #[test]
    fn a_limit_is_written_into_the_question_and_the_others_are_numbered_anew() {
        let values = vec![Value::from("x"), Value::from(1_u64), Value::from(7_i64), Value::from(51_u64)];
        let sql = "SELECT a FROM (SELECT b WHERE c = $1 LIMIT $2) WHERE d > $3 LIMIT $4";
        let told = with_limits(asked(sql, values));
        assert_eq!(told.sql, "SELECT a FROM (SELECT b WHERE c = $1 LIMIT 1) WHERE d > $2 LIMIT 51");
        assert_eq!(told.values, Some(sea_orm::Values(vec![Value::from("x"), Value::from(7_i64)])));
    }

    #[test]
    fn what_is_no_number_of_ours_stays_a_value() {
        for (sql, value) in
            [("SELECT 1 LIMIT $1", "x"), ("SELECT 1 WHERE a = $1 LIMIT 5", "x"), ("SELECT 1 LIMIT $2", "x")]
        {
            let told = with_limits(asked(sql, vec![Value::from(value)]));
            assert_eq!((told.sql.as_str(), told.values), (sql, Some(sea_orm::Values(vec![Value::from(value)]))));
        }
        let told = with_limits(asked("SELECT 1 WHERE a = $1", vec![Value::from(5_u64)]));
        assert_eq!(told.sql, "SELECT 1 WHERE a = $1");
    }
}
