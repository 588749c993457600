//! Each question to the database is told: its words, never its values. Slow ones always, the others to whoever listens.

use std::task::Poll;
use std::time::Duration;

use futures_util::future::BoxFuture;
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

/// Asks without waiting for the answer: the engine works on it while whoever asked goes through what came before.
pub(super) async fn begun<'a, T: Send + 'a>(mut asked: BoxFuture<'a, T>) -> BoxFuture<'a, T> {
    let answer = std::future::poll_fn(|context| Poll::Ready(asked.as_mut().poll(context))).await;
    match answer {
        Poll::Ready(answer) => Box::pin(std::future::ready(answer)),
        Poll::Pending => asked,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test]
    async fn what_is_begun_is_asked_before_anybody_waits_for_it() {
        let was_asked = Arc::new(AtomicBool::new(false));
        let asks = Arc::clone(&was_asked);
        let asked = begun(Box::pin(async move {
            asks.store(true, Ordering::SeqCst);
            tokio::task::yield_now().await;
            7
        }));
        let asked = asked.await;
        assert!(was_asked.load(Ordering::SeqCst));
        assert_eq!(asked.await, 7);
        assert_eq!(begun(Box::pin(std::future::ready(3))).await.await, 3, "what is known at once stays known");
    }
}
