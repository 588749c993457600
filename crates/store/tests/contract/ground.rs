//! A fresh place for each test, on either engine.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use naheya_domain::{AreaId, Timestamp};
use naheya_store::{Desk, Location, Store, SystemTask};
use tokio::sync::OnceCell;

/// 2026-11-20 10:00 in Asia/Shanghai, a Friday.
pub const NOW: Timestamp = Timestamp(1_795_140_000_000);
/// The sample county.
pub const COUNTY: AreaId = AreaId(150_825);
/// The key of every test.
pub const KEY: [u8; 32] = [7; 32];

static NEXT: AtomicU32 = AtomicU32::new(0);

/// What tests begin with, made once on each engine.
struct Moulds {
    sqlite: OnceCell<Vec<u8>>,
    postgres: OnceCell<String>,
}

static COUNTY_OPEN: Moulds = Moulds { sqlite: OnceCell::const_new(), postgres: OnceCell::const_new() };
static STORY_TOLD: Moulds = Moulds { sqlite: OnceCell::const_new(), postgres: OnceCell::const_new() };

async fn fill(ground: &Ground, story: bool) {
    let store = ground.empty(&KEY).await;
    store.prepare(NOW).await.unwrap();
    if story {
        store.tell_demo("naheya", "abcd-efgh-jkmn", NOW).await.unwrap();
    } else {
        system(&store).open_county().await.unwrap();
    }
    store.close().await.unwrap();
}

async fn mould_of_sqlite(story: bool) -> Vec<u8> {
    let ground = Ground::sqlite();
    fill(&ground, story).await;
    let Location::Folder(folder) = &ground.location else { return Vec::new() };
    std::fs::read(folder.join("naheya.db")).unwrap()
}

async fn mould_of_postgres(story: bool) -> String {
    let ground = Ground::postgres("mould").unwrap();
    fill(&ground, story).await;
    let Location::Postgres(url) = &ground.location else { return String::new() };
    server_and_name(url).1
}

/// The server's own database and the name of the one that `url` leads to.
fn server_and_name(url: &str) -> (String, String) {
    let (base, name) = url.rsplit_once('/').unwrap();
    (format!("{base}/postgres"), name.to_owned())
}

/// A place that a test lays out once and that is gone when the test ends.
pub struct Ground {
    pub location: Location,
    folder: Option<PathBuf>,
}

impl Ground {
    pub fn sqlite() -> Ground {
        places_go_on_speaking();
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("naheya-contract-{}-{n}", std::process::id()));
        Ground { location: Location::Folder(folder.clone()), folder: Some(folder) }
    }

    /// The name of a database of its own on the test server; `None`, and a plain word, when there is no server.
    pub fn postgres(test: &str) -> Option<Ground> {
        let Ok(server) = std::env::var("NAHEYA_TEST_POSTGRES") else {
            println!("{test}: left out on PostgreSQL, NAHEYA_TEST_POSTGRES names no server");
            return None;
        };
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("naheya_{}_{n}", std::process::id());
        let (base, _) = server.rsplit_once('/').unwrap();
        Some(Ground { location: Location::Postgres(format!("{base}/{name}")), folder: None })
    }

    /// Takes a database away before its pages have been written to disk: four hundred at once take minutes.
    pub async fn leave(location: Location) {
        if let Location::Postgres(url) = location {
            let (server, own) = server_and_name(&url);
            execute(&server, &format!("DROP DATABASE IF EXISTS {own} WITH (FORCE)")).await;
        }
    }

    /// A store in which nothing has been prepared.
    pub async fn empty(&self, key: &[u8; 32]) -> Store {
        if let Location::Postgres(url) = &self.location {
            let (server, own) = server_and_name(url);
            execute(&server, &format!("CREATE DATABASE {own}")).await;
        }
        Store::open(&self.location, key).await.unwrap()
    }

    /// A prepared store with the sample county open.
    pub async fn store(&self) -> Store {
        self.laid(&COUNTY_OPEN, false).await
    }

    /// A prepared store in which the demo's story of [`NOW`] has been told.
    pub async fn told(&self) -> Store {
        self.laid(&STORY_TOLD, true).await
    }

    /// A copy of a place that was made once for all tests: four hundred times the same steps would take minutes.
    async fn laid(&self, moulds: &Moulds, story: bool) -> Store {
        match &self.location {
            Location::Folder(folder) => {
                let bytes = moulds.sqlite.get_or_init(|| mould_of_sqlite(story)).await;
                std::fs::create_dir_all(folder).unwrap();
                std::fs::write(folder.join("naheya.db"), bytes).unwrap();
            }
            Location::Postgres(url) => {
                let mould = moulds.postgres.get_or_init(|| mould_of_postgres(story)).await;
                let (server, own) = server_and_name(url);
                execute(&server, &format!("CREATE DATABASE {own} TEMPLATE {mould}")).await;
            }
        }
        Store::open(&self.location, &KEY).await.unwrap()
    }

    /// Changes the records behind the store's back.
    pub async fn sql(&self, sql: &str) {
        match &self.location {
            Location::Folder(folder) => {
                execute(&format!("sqlite://{}", folder.join("naheya.db").display()), sql).await;
            }
            Location::Postgres(url) => execute(url, sql).await,
        }
    }
}

impl Ground {
    /// The rows of a query with one column of text.
    #[expect(clippy::disallowed_methods, reason = "a test looks at the records from outside")]
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        use sea_orm::ConnectionTrait;
        let url = match &self.location {
            Location::Folder(folder) => format!("sqlite://{}", folder.join("naheya.db").display()),
            Location::Postgres(url) => url.clone(),
        };
        let connection = sea_orm::Database::connect(url).await.unwrap();
        let query = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
        let rows = connection.query_all_raw(query).await.unwrap();
        connection.close().await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }
}

impl Ground {
    /// How the engine would answer `sql`, a line for each step; nothing is put in for its values. On PostgreSQL a table is
    /// read from end to end only where no index leads into it: few rows would else never be read by one.
    #[expect(clippy::disallowed_methods, reason = "a test looks at the records from outside")]
    pub async fn explained(&self, sql: &str) -> Vec<String> {
        use sea_orm::ConnectionTrait;
        let url = match &self.location {
            Location::Folder(folder) => format!("sqlite://{}", folder.join("naheya.db").display()),
            Location::Postgres(url) => url.clone(),
        };
        let mut options = sea_orm::ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        let connection = sea_orm::Database::connect(options).await.unwrap();
        let (question, column) = match &self.location {
            Location::Folder(_) => (format!("EXPLAIN QUERY PLAN {sql}"), 3),
            Location::Postgres(_) => {
                connection.execute_unprepared("SET enable_seqscan = off").await.unwrap();
                connection.execute_unprepared("SET plan_cache_mode = force_generic_plan").await.unwrap();
                connection.execute_unprepared(&format!("PREPARE asked AS {sql}")).await.unwrap();
                let most = (1..500).take_while(|n| sql.contains(&format!("${n}"))).count();
                let nothing = vec!["NULL"; most].join(", ");
                let given = if most == 0 { String::new() } else { format!("({nothing})") };
                (format!("EXPLAIN (COSTS OFF) EXECUTE asked{given}"), 0)
            }
        };
        let statement = sea_orm::Statement::from_string(connection.get_database_backend(), question);
        let rows = connection.query_all_raw(statement).await.unwrap();
        connection.close().await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(column).unwrap()).collect()
    }
}

/// While nobody listens, each place in the code that would speak is told that it need not, and one told so on this thread keeps
/// quiet for a moment when another test begins to listen. So somebody is kept who listens and hears nothing.
fn places_go_on_speaking() {
    static KEPT: OnceLock<tracing::Dispatch> = OnceLock::new();
    KEPT.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::registry()));
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test tampers with the records from outside")]
async fn execute(url: &str, sql: &str) {
    use sea_orm::ConnectionTrait;
    let connection = sea_orm::Database::connect(url).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// A desk that may do everything in the sample county.
pub fn system(store: &Store) -> Desk {
    store.as_system(SystemTask::Demo, COUNTY, NOW)
}

/// Makes `name::sqlite` and `name::postgres` out of one async function that takes a [`Ground`].
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name($crate::ground::Ground::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(ground) = $crate::ground::Ground::postgres(stringify!($name)) {
                    let location = ground.location.clone();
                    super::$name(ground).await;
                    $crate::ground::Ground::leave(location).await;
                }
            }
        }
    )+};
}

/// A desk under a new account with this role at this place, begun today.
pub async fn desk_as(store: &Store, role: naheya_domain::Role, place: naheya_domain::viewer::Place) -> Desk {
    use naheya_store::account::{AddAccount, AddGrant};
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let desk = system(store);
    let login = format!("{}-{n}", role.code());
    let account =
        desk.save(AddAccount { login, display_name: "样例".into(), language: "zh-Hans".into() }).await.unwrap();
    let grant = AddGrant { account, role, place, from_on: NOW.date(), to_on: None };
    let grant = desk.save(grant).await.unwrap();
    store.desk_of_grant(grant, NOW).await.unwrap()
}
