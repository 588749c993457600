//! Drivers, pools, transactions and errors without row values.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions as _, PgConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};

use super::reader::Readers;
use super::tx::Link;
use crate::Error;

mod alone;
mod moment;

/// Which engine holds the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// One file, embedded.
    Sqlite,
    /// A server, 15 or newer.
    Postgres,
}

/// Where the records are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A folder with the SQLite file `naheya.db`.
    Folder(PathBuf),
    /// A PostgreSQL URL.
    Postgres(String),
}

/// SQLite readers; more of them only queue at the two cores of a county's machine.
const READERS: u32 = 4;
/// Beside them, so many may hold one moment of the records for long: an examination's readers, a backup, one more.
const MOMENTS: u32 = 6;
const POSTGRES_WRITERS: u32 = 4;
/// A connection to a server that nobody used for so long is asked whether it lives. At work none is.
const IDLE: Duration = Duration::from_secs(1);

const MOST_SERVER_READERS: usize = 24;

/// The file of the records in their folder.
const FILE: &str = "naheya.db";

/// Stands beside a file while its tables change, and names the copy that was kept.
const UPGRADING: &str = "naheya-upgrading";

/// A server's readers. Beyond two for each core, questions only take turns on the cores: the slowest of sixteen pages waited
/// twice as long as half of them with twelve readers, and half as long again with four (docs/performance.md).
fn server_readers() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    u32::try_from((cores * 2).clamp(4, MOST_SERVER_READERS)).unwrap_or(4)
}

/// Who reads for a page.
#[derive(Clone, Debug)]
enum Lent {
    /// SQLite's own readers.
    Readers(Arc<Readers>),
    /// A server's connections.
    Pool(DatabaseConnection),
}

/// A folder that is made here is its owner's alone: names stand in the file as they are.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[derive(Clone, Debug)]
pub(crate) struct Db {
    pub(crate) engine: Engine,
    readers: Lent,
    /// Whose reader stays at one state of the records, apart from those who wait for a page.
    moments: DatabaseConnection,
    write: DatabaseConnection,
}

impl Db {
    /// Opens the writer first (it makes the file and switches it to WAL), then the readers.
    pub(crate) async fn open(location: &Location) -> Result<Db, Error> {
        match location {
            Location::Folder(folder) => {
                make_private(folder).map_err(|_| Error::Database("folder cannot be made".into()))?;
                let file = folder.join(FILE);
                let write = connect(sqlite(&file, false)).await?;
                let readers = Readers::open(file_options(&file, true).disable_statement_logging(), READERS).await?;
                let moments = connect(sqlite(&file, true)).await?;
                Ok(Db { engine: Engine::Sqlite, readers: Lent::Readers(Arc::new(readers)), moments, write })
            }
            Location::Postgres(url) => {
                let write = connect(postgres(url, POSTGRES_WRITERS)).await?;
                let readers = Lent::Pool(connect(postgres(url, server_readers())).await?);
                let moments = connect(postgres(url, MOMENTS)).await?;
                Ok(Db { engine: Engine::Postgres, readers, moments, write })
            }
        }
    }

    /// Where a desk reads.
    pub(super) fn reader(&self) -> Link {
        match &self.readers {
            Lent::Readers(readers) => Link::Reader(Arc::clone(readers)),
            Lent::Pool(pool) => Link::Pool(pool.clone()),
        }
    }

    /// For migrations, `VACUUM INTO` and pragmas; acts go through [`Db::begin`].
    pub(crate) fn owner(&self) -> &DatabaseConnection {
        &self.write
    }

    /// For questions about the tables themselves, beside the readers of pages.
    pub(crate) fn looker(&self) -> &DatabaseConnection {
        &self.moments
    }

    /// `BEGIN IMMEDIATE` on SQLite: a transaction that may write takes the lock before its first
    /// read, otherwise two of them run into each other at once (17,137 of 21,400 requests failed).
    ///
    /// A server that was away meanwhile left connections that only look alive: each is tried once.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, Error> {
        let mut left = if self.engine == Engine::Postgres { POSTGRES_WRITERS } else { 0 };
        loop {
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            };
            match self.write.begin_with_options(options).await.map_err(Error::from) {
                Err(error) if left > 0 && is_lost(&error) => left -= 1,
                begun => return begun,
            }
        }
    }

    /// After a transaction of SQLite's writer failed: the next one gets a connection of its own. SQLite takes a transaction
    /// back by itself when there is no room, sqlx goes on counting it as open, and what it then begins is a savepoint whose
    /// release commits nothing: whoever saved next would be told "saved" of what is not on the disk.
    pub(super) async fn renew(&self) {
        if self.engine != Engine::Sqlite {
            return;
        }
        match self.write.get_sqlite_connection_pool().acquire().await {
            Ok(connection) => {
                if let Err(error) = connection.close().await {
                    tracing::warn!(%error, "the writer's old connection did not close well");
                }
            }
            Err(error) => tracing::error!(%error, "the writer has no connection"),
        }
    }

    /// A copy of the file beside it, as it stands at this moment; the one of an upgrade that was broken off stays as it is. One
    /// of the same name is older and of the same tables: the records went back to it, and what was saved since is not in it.
    /// A server has its own ways to keep one.
    pub(crate) async fn keep_copy(&self, name: &str) -> Result<(), Error> {
        let Some(copy) = self.beside(name).await? else { return Ok(()) };
        if is_between(&copy, name) {
            return Ok(());
        }
        if !is_of_now(&copy) {
            self.copy_to(&copy).await?;
        }
        // Without room for this line a second try keeps a second copy, which is no worse.
        let _ = std::fs::write(copy.with_file_name(UPGRADING), name);
        Ok(())
    }

    /// Beside its name first: a copy of that name is always whole.
    async fn copy_to(&self, copy: &Path) -> Result<(), Error> {
        let part = copy.with_extension("part");
        let in_words = |_: std::io::Error| Error::Database("the copy before the upgrade cannot be kept".into());
        if part.exists() {
            std::fs::remove_file(&part).map_err(in_words)?;
        }
        let quoted = part.display().to_string().replace('\'', "''");
        if let Err(error) = self.write.execute_unprepared(&format!("VACUUM INTO '{quoted}'")).await {
            // Half a copy helps nobody and takes the room that is missing.
            let _ = std::fs::remove_file(&part);
            let _ = std::fs::remove_file(part.with_extension("part-journal"));
            return Err(error.into());
        }
        // The copy is on the disk before what it is a copy of changes.
        std::fs::File::options().write(true).open(&part).and_then(|file| file.sync_all()).map_err(in_words)?;
        std::fs::rename(&part, copy).map_err(in_words)?;
        // And so is its name, where a folder can be opened.
        if let Some(Ok(folder)) = copy.parent().map(std::fs::File::open) {
            let _ = folder.sync_all();
        }
        Ok(())
    }

    /// The upgrade is done: the next one keeps a copy of its own.
    pub(crate) async fn upgraded(&self) -> Result<(), Error> {
        if let Some(mark) = self.beside(UPGRADING).await? {
            let _ = std::fs::remove_file(mark);
        }
        Ok(())
    }

    /// A file of this name beside the records; none beside a server's.
    #[expect(clippy::disallowed_methods, reason = "the fence: the engine knows its file")]
    async fn beside(&self, name: &str) -> Result<Option<PathBuf>, Error> {
        if self.engine != Engine::Sqlite {
            return Ok(None);
        }
        let asked = Statement::from_string(sea_orm::DbBackend::Sqlite, "SELECT file FROM pragma_database_list");
        let Some(row) = self.write.query_one_raw(asked).await? else { return Ok(None) };
        Ok(Some(PathBuf::from(row.try_get_by_index::<String>(0)?).with_file_name(name)))
    }

    /// See [`crate::Store::tend`]. A thousand rows of each index are enough to know how it spreads.
    pub(super) async fn analyse(&self) -> Result<(), Error> {
        if self.engine != Engine::Sqlite {
            return Ok(());
        }
        let analysed = self.analyse_anew().await;
        if analysed.is_err() {
            self.renew().await;
        }
        analysed
    }

    #[expect(clippy::disallowed_methods, reason = "the fence: the engine's own statistics")]
    async fn analyse_anew(&self) -> Result<(), Error> {
        self.write.execute_unprepared("PRAGMA analysis_limit = 1000").await?;
        let transaction = self.begin().await?;
        let kept = "SELECT name FROM sqlite_schema WHERE name IN ('sqlite_stat1', 'sqlite_stat4')";
        for row in transaction.query_all_raw(Statement::from_string(sea_orm::DbBackend::Sqlite, kept)).await? {
            let name: String = row.try_get_by_index(0)?;
            transaction.execute_unprepared(&format!("DROP TABLE {name}")).await?;
        }
        transaction.execute_unprepared("ANALYZE").await?;
        Ok(transaction.commit().await?)
    }

    pub(crate) async fn close(&self) -> Result<(), Error> {
        match &self.readers {
            Lent::Readers(readers) => readers.close().await?,
            Lent::Pool(pool) => pool.clone().close().await?,
        }
        self.moments.clone().close().await?;
        self.write.clone().close().await?;
        Ok(())
    }
}

/// Whether an upgrade was broken off after it had kept its copy and taken a step: what stands now is between two versions and
/// worth none.
fn is_between(copy: &Path, name: &str) -> bool {
    let kept = std::fs::read_to_string(copy.with_file_name(UPGRADING)).unwrap_or_default();
    let kept = kept.trim();
    !kept.is_empty() && kept != name && copy.with_file_name(kept).exists()
}

/// Whether nothing was saved since this copy was made: an upgrade that fails again and again makes no copy each time.
fn is_of_now(copy: &Path) -> bool {
    let Ok(made) = copy.metadata().and_then(|file| file.modified()) else { return false };
    // A log that was opened and not written to is empty.
    let records = [FILE.to_owned(), format!("{FILE}-wal")].map(|name| copy.with_file_name(name).metadata());
    let mut written = records.into_iter().flatten().filter(|file| file.len() > 0);
    written.all(|file| file.modified().is_ok_and(|changed| changed <= made))
}

#[expect(clippy::disallowed_methods, reason = "the one place that opens connections")]
async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, Error> {
    sea_orm::Database::connect(options).await.map_err(|error| match error {
        // Before any server or file was asked.
        DbErr::Conn(RuntimeErr::Internal(_)) => Error::Database("address".into()),
        other => other.into(),
    })
}

/// An empty database of SQLite's, gone when it is closed.
pub(super) async fn in_memory() -> Result<DatabaseConnection, Error> {
    connect(pool(ConnectOptions::new("sqlite::memory:"), 1)).await
}

fn pool(mut options: ConnectOptions, size: u32) -> ConnectOptions {
    options
        .min_connections(1)
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(10))
        .connect_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

fn sqlite(file: &Path, read_only: bool) -> ConnectOptions {
    let mode = if read_only { "ro" } else { "rwc" };
    let url = format!("sqlite://{}?mode={mode}", file.display());
    let mut options = pool(ConnectOptions::new(url), if read_only { MOMENTS } else { 1 });
    let file = file.to_owned();
    options.map_sqlx_sqlite_opts(move |_| file_options(&file, read_only).disable_statement_logging());
    options
}

/// The writer's page cache, KiB.
const WRITER_CACHE: u64 = 8_192;

/// A reader's page cache, KiB: for each 256 pages of the file one, so that a county's pages of a list stay at hand (a list of a
/// large county's volunteers read most of its pages anew each time), and a small file takes little memory.
fn reader_cache(file: &Path) -> u64 {
    let size = std::fs::metadata(file).map_or(0, |file| file.len());
    (size / 256 / 1_024).clamp(2_048, 16_384)
}

fn file_options(file: &Path, read_only: bool) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        // The worker never waits for the reader of a page's rows in between.
        .row_buffer_size(512)
        .pragma("cache_size", format!("-{}", if read_only { reader_cache(file) } else { WRITER_CACHE }))
        .pragma("trusted_schema", "OFF");
    if read_only {
        options.read_only(true)
    } else {
        // What was erased or sealed anew is gone from its page too, not only from the row; no page more is written for it.
        let options = options.pragma("secure_delete", "FAST");
        options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).create_if_missing(true)
    }
}

/// A server may have been started anew, or another have taken its place, since a connection was last used.
fn postgres(url: &str, size: u32) -> ConnectOptions {
    let mut options = pool(ConnectOptions::new(url.to_owned()), size);
    options.test_before_acquire_if_idle_for(IDLE);
    options.map_sqlx_postgres_pool_opts(|pool| pool.after_connect(|new, _| Box::pin(begun(new))));
    options
}

/// Said on the connection itself, since a pooler between lets no options through. A server compiles the plan of what looks like a
/// long question: two fifths of the time of a report over 100,000 children went there. And one that was told to answer before
/// a commit is on its disk would have people told "saved" of what a power cut takes back.
async fn begun(new: &mut PgConnection) -> Result<(), sqlx::Error> {
    const KEPT: &str =
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";
    sqlx::query("SET jit = off").execute(&mut *new).await?;
    sqlx::query(KEPT).execute(new).await.map(drop)
}

/// The database's own code of an error, when it has one.
pub(crate) fn code(error: &DbErr) -> Option<String> {
    let (DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime)) = error else { return None };
    let RuntimeErr::SqlxError(inner) = runtime else { return None };
    inner.as_database_error().and_then(|e| e.code().map(|c| c.into_owned()))
}

/// Whether there was no room on the disk: SQLite's codes (the second for its index of the log), and PostgreSQL's.
pub(crate) fn is_full(error: &DbErr) -> bool {
    matches!(code(error).as_deref(), Some("13" | "4874" | "53100"))
}

/// What may be logged: code and constraint, never the detail, which holds the row's values.
pub(crate) fn safe_text(error: &DbErr) -> String {
    let constraint = match error {
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => match e.as_database_error() {
            Some(db) => db.constraint().map(str::to_owned).or_else(|| sqlite_constraint(db.message())),
            None => Some(kind_of(e)),
        },
        DbErr::Type(text) | DbErr::Custom(text) | DbErr::Migration(text) => Some(text.clone()),
        DbErr::ConnectionAcquire(_) => Some("no connection in time".into()),
        _ => None,
    };
    let code = code(error).unwrap_or_else(|| "-".into());
    format!("{code} {}", constraint.unwrap_or_default()).trim().to_owned()
}

/// SQLite names the columns of a broken constraint in its message and no values.
fn sqlite_constraint(message: &str) -> Option<String> {
    let (kind, columns) = message.split_once(" constraint failed")?;
    Some(format!("{kind}{columns}"))
}

fn kind_of(error: &sea_orm::sqlx::Error) -> String {
    use sea_orm::sqlx::Error as E;
    match error {
        E::Io(io) => format!("io {:?}", io.kind()),
        // Also a proxy without a server behind it, which takes the connection and closes it without a word.
        E::Protocol(_) => "protocol".into(),
        E::Tls(_) => "tls".into(),
        E::PoolTimedOut => "pool timed out".into(),
        E::PoolClosed => "pool closed".into(),
        E::ColumnDecode { index, .. } => format!("column {index} cannot be read"),
        E::ColumnNotFound(name) => format!("no column {name}"),
        E::RowNotFound => "no row".into(),
        _ => "driver".into(),
    }
}

/// Whether another process may have written the same in the same moment: run again, the act sees what that one wrote. On
/// SQLite nobody else writes meanwhile.
pub(super) fn may_have_collided(error: &Error) -> bool {
    let Error::Database(text) = error else { return false };
    matches!(text.split(' ').next().unwrap_or_default(), "23505" | "40001" | "40P01")
}

/// Whether the connection to a server broke, or the server is going down or coming up, has no connection left, or follows
/// another one since a moment ago and takes nothing in: for a few seconds a proxy may still lead to it.
pub(crate) fn is_lost(error: &Error) -> bool {
    const CODES: [&str; 7] = ["57P01", "57P02", "57P03", "08003", "08006", "25006", "53300"];
    let Error::Database(text) = error else { return false };
    let is_broken = text.starts_with("- io ") || text == "- protocol" || text == "- tls";
    is_broken || text.split(' ').next().is_some_and(|code| CODES.contains(&code))
}

/// Errors after which the same batch may simply be run again: serialization failure, deadlock,
/// a busy or locked file.
pub(super) fn may_be_rerun(error: &Error) -> bool {
    let Error::Database(text) = error else { return false };
    let code = text.split(' ').next().unwrap_or_default();
    matches!(code, "40001" | "40P01" | "5" | "6" | "261" | "262" | "517")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test of connections themselves")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_answers_a_commit_when_it_is_on_its_disk_whatever_it_was_told() {
        let Ok(url) = std::env::var("NAHEYA_TEST_POSTGRES") else {
            println!("left out: NAHEYA_TEST_POSTGRES names no PostgreSQL");
            return;
        };
        let joint = if url.contains('?') { '&' } else { '?' };
        for (told, kept) in [("off", "on"), ("local", "local"), ("on", "on")] {
            let url = format!("{url}{joint}options=-c%20synchronous_commit%3D{told}");
            let server = connect(postgres(&url, 1)).await.unwrap();
            let asked = Statement::from_string(sea_orm::DbBackend::Postgres, "SHOW synchronous_commit");
            let said: String = server.query_one_raw(asked).await.unwrap().unwrap().try_get_by_index(0).unwrap();
            assert_eq!(said, kept);
            server.close().await.unwrap();
        }
    }

    #[test]
    fn a_proxy_that_takes_connections_and_has_no_server_is_a_server_that_is_away() {
        for broken in [sqlx::Error::Protocol("0x00".into()), sqlx::Error::Tls("closed".into())] {
            let error = Error::from(DbErr::Conn(RuntimeErr::SqlxError(broken.into())));
            assert!(is_lost(&error), "{error}");
        }
        let error = Error::from(DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::RowNotFound.into())));
        assert!(!is_lost(&error), "{error}");
    }
}
