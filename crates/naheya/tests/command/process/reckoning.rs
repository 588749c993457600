//! What the records say at the end, beside what was answered and what arrived outside.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use naheya_domain::Timestamp;
use naheya_domain::id::StayId;
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, SqlStr};
use tokio::runtime::Handle;

use super::county::{County, Family};
use super::crew::{Work, days};
use super::duo::Duo;

/// Steps of the ladder.
const RUNGS: usize = 6;
/// Letters whose time has come and that are no notices yet: that of an approval waits until the codes are out.
const DUE: &str = "SELECT count(*) FROM outbox WHERE state = 'queued' AND due_at <= extract(epoch FROM now()) * 1000";
/// Looks at the records until everything is said: five minutes.
const LOOKS: usize = 600;

/// The records, seen from outside.
pub struct Books {
    pool: PgPool,
    runtime: Handle,
}

impl Books {
    pub async fn open(url: &str) -> Books {
        let pool = PgPoolOptions::new().max_connections(8).connect(url).await.unwrap();
        Books { pool, runtime: Handle::current() }
    }

    /// The stay of the nth weekend from now that was asked for.
    pub fn stay(&self, county: &County, family: &Family, n: usize) -> StayId {
        let (first, _) = days(county, n);
        let first: naheya_domain::Date = first.parse().unwrap();
        let starts = Timestamp::from_shanghai(first.at(17, 30, 0, 0)).0;
        let sql = "SELECT id::text FROM stays WHERE pair_id = $1::uuid AND starts_at = $2";
        let found = sqlx::query_scalar(sql).bind(&family.pair).bind(starts).fetch_all(&self.pool);
        let found: Vec<String> = self.runtime.block_on(found).unwrap();
        assert_eq!(found.len(), 1, "weekend {n} was answered");
        StayId::parse(&found[0]).unwrap()
    }

    async fn count(&self, sql: &'static str) -> usize {
        let n: i64 = sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap();
        usize::try_from(n).unwrap()
    }

    async fn lines(&self, sql: &'static str) -> Vec<String> {
        sqlx::query_scalar(sql).fetch_all(&self.pool).await.unwrap()
    }

    /// Waits until every alarm is raised and every letter has gone its way: a message in the hand of a killed process is
    /// taken up after a minute. Returns the moment up to which that holds.
    pub async fn settled(&self, work: &Work, duo: &Duo) -> i64 {
        let alarms = RUNGS * work.releases.load(Ordering::SeqCst);
        let mut looks = tokio::time::interval(Duration::from_millis(500));
        for _ in 0..LOOKS {
            looks.tick().await;
            let now = sqlx::query_scalar("SELECT (extract(epoch FROM now()) * 1000)::bigint");
            let now: i64 = now.fetch_one(&self.pool).await.unwrap();
            let open = self.count(DUE).await
                + self.count("SELECT count(*) FROM notices WHERE state IN ('queued', 'sending')").await;
            let raised = self.count("SELECT count(*) FROM alarms WHERE kind <> 'release_refused'").await;
            if open == 0 && raised == alarms {
                return now;
            }
        }
        panic!("something is still to be said:\n{}", duo.told("ERROR").join("\n"));
    }

    /// Everything is there once. Returns what can be told of it.
    pub async fn judged(&self, work: &Work, arrived: &BTreeMap<String, usize>, settled: i64) -> Vec<String> {
        self.rows(work).await;
        let alarms = self.alarms(work).await;
        let letters = self.letters(work).await;
        let sent = self.messages(arrived, settled).await;
        vec![alarms, letters, sent]
    }

    async fn rows(&self, work: &Work) {
        let count = |n: &std::sync::atomic::AtomicUsize| n.load(Ordering::SeqCst);
        let later = "SELECT count(*) FROM stays WHERE starts_at > extract(epoch FROM now()) * 1000";
        assert_eq!(self.count(later).await, count(&work.requests), "stays that were asked for");
        let approved = "SELECT count(*) FROM stays WHERE state = 'approved' AND approved_at > (SELECT max(released_at) FROM stays)";
        assert_eq!(self.count(approved).await, count(&work.approvals), "stays that were approved");
        let released = "SELECT count(*) FROM custody_events WHERE kind = 'release'";
        assert_eq!(self.count(released).await, count(&work.releases), "children who were let go");
        let doubled = "SELECT DISTINCT pair_id::text FROM stays GROUP BY pair_id, starts_at HAVING count(*) > 1";
        assert_eq!(self.lines(doubled).await, Vec::<String>::new());
    }

    /// Each child that left is missed once by each step of the ladder.
    async fn alarms(&self, work: &Work) -> String {
        let twice = "SELECT DISTINCT kind FROM alarms GROUP BY subject_id, kind HAVING count(*) > 1";
        assert_eq!(self.lines(twice).await, Vec::<String>::new(), "alarms raised twice");
        let wrong = "SELECT stays.id::text FROM stays LEFT JOIN alarms ON alarms.stay_id = stays.id \
             AND alarms.kind <> 'release_refused' \
             WHERE stays.released_at IS NOT NULL GROUP BY stays.id HAVING count(alarms.id) <> 6";
        assert_eq!(self.lines(wrong).await, Vec::<String>::new(), "children who are not missed by every step");
        let all = self.count("SELECT count(*) FROM alarms").await;
        let away = work.releases.load(Ordering::SeqCst);
        format!("{all} alarms of {away} children who are not back, none twice")
    }

    /// One letter about one thing to one person.
    async fn letters(&self, work: &Work) -> String {
        let twice = "SELECT kind FROM outbox WHERE kind LIKE 'stay.%' OR kind LIKE 'alarm.%' \
             GROUP BY kind, ref_id, to_account, to_role, person_id HAVING count(*) > 1";
        assert_eq!(self.lines(twice).await, Vec::<String>::new(), "letters written twice");
        // Of the weekends that lie behind one was asked for and approved for each child, before the processes began.
        let behind = self.count("SELECT count(*) FROM stays WHERE starts_at < extract(epoch FROM now()) * 1000").await;
        for (kind, acts) in [("stay.requested", &work.requests), ("stay.approved", &work.approvals)] {
            let sql = "SELECT count(*) FROM outbox WHERE kind = $1";
            let n: i64 = sqlx::query_scalar(sql).bind(kind).fetch_one(&self.pool).await.unwrap();
            assert_eq!(usize::try_from(n).unwrap(), behind + acts.load(Ordering::SeqCst), "letters {kind}");
        }
        let all = self.count("SELECT count(*) FROM outbox").await;
        let unsaid = "SELECT DISTINCT kind FROM outbox WHERE state NOT IN ('queued', 'sent')";
        assert_eq!(self.lines(unsaid).await, Vec::<String>::new(), "letters that reached nobody");
        let waiting = self.count("SELECT count(*) FROM outbox WHERE state = 'queued'").await;
        format!("{all} letters, none twice, each that is due made into its notices; {waiting} wait for their time")
    }

    /// Each message that the records call sent has arrived, and none more often than tries of it ended in nothing.
    async fn messages(&self, arrived: &BTreeMap<String, usize>, settled: i64) -> String {
        type Row = (String, i64, i64, i64, i64);
        let sql: SqlStr = sqlx::SqlSafeStr::into_sql_str(
            "SELECT number, count(*), count(*) FILTER (WHERE state = 'sent'), sum(unsure)::bigint, \
             count(*) FILTER (WHERE state NOT IN ('sent', 'failed') OR state = 'failed' AND unsure < 2) \
             FROM notices WHERE channel = 'sms' AND due_at <= $1 GROUP BY number",
        );
        let rows: Vec<Row> = sqlx::query_as(sql).bind(settled).fetch_all(&self.pool).await.unwrap();
        let (mut messages, mut again, mut unsure_sum, mut given_up) = (0, 0, 0, 0);
        for (number, all, sent, unsure, open) in &rows {
            let heard = i64::try_from(arrived.get(number).copied().unwrap_or(0)).unwrap();
            assert_eq!(*open, 0, "{number} was neither sent nor given up after two tries without an answer");
            assert!(
                (*sent..=all + unsure).contains(&heard),
                "{number}: {sent} of {all} sent, {unsure} unsure, {heard} came"
            );
            messages += sent;
            again += (heard - all).max(0);
            unsure_sum += unsure;
            given_up += all - sent;
        }
        let came = rows.iter().filter_map(|(number, ..)| arrived.get(number)).sum::<usize>();
        let known = self.lines("SELECT number FROM notices WHERE channel = 'sms'").await;
        assert_eq!(arrived.keys().find(|number| !known.contains(number)), None, "a message that is nobody's");
        format!(
            "{messages} short messages sent, each once by its number; {came} arrivals: {unsure_sum} tries ended with their \
             process, and {again} of these had arrived already; {given_up} given up"
        )
    }
}
