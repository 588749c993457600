//! Each question to the database is told: its words, never its values. Slow ones always, the others to whoever listens.

use std::time::Duration;

use sea_orm::DbErr;
use tokio::time::Instant;

/// A question that takes this long is told of, however it was asked.
const SLOW: Duration = Duration::from_millis(500);

/// Waits for the answer to `sql`.
pub(super) async fn told<T>(sql: String, answer: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    tracing::trace!(target: "naheya_store::question", sql);
    let asked = Instant::now();
    let answer = answer.await;
    let took = asked.elapsed();
    if took >= SLOW {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::warn!(target: "naheya_store::question", millis, sql, "a slow question");
    }
    answer
}
