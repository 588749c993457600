//! A chain is followed by one at a time. It takes seconds and a reader of its own: twenty who ask at once would take every
//! reader that a backup needs, and each would wait for all the others.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use naheya_domain::AreaId;
use tokio::sync::Mutex;

use super::Finding;
use crate::Error;

/// The newest proof of each county: its number, and what it found.
type Newest = BTreeMap<AreaId, (u64, Vec<Finding>)>;

/// Whose turn it is, and what was found last.
#[derive(Debug, Default)]
pub(crate) struct Proofs {
    begun: AtomicU64,
    turn: Mutex<Newest>,
}

impl Proofs {
    /// What `follow` finds in the chain of `area`; or what another one found who began after this was asked for.
    pub(super) async fn one(
        &self,
        area: AreaId,
        follow: impl Future<Output = Result<Vec<Finding>, Error>>,
    ) -> Result<Vec<Finding>, Error> {
        let asked = self.begun.load(Ordering::SeqCst);
        let mut newest = self.turn.lock().await;
        if let Some((_, found)) = newest.get(&area).filter(|(number, _)| *number > asked) {
            return Ok(found.clone());
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let found = follow.await?;
        newest.insert(area, (number, found.clone()));
        Ok(found)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use futures_util::future::join_all;

    use super::*;

    const AREA: AreaId = AreaId(150_825);

    async fn asked(proofs: &Proofs, followed: &AtomicU64, fails: bool) -> Result<Vec<Finding>, Error> {
        let follow = async {
            followed.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            if fails { Err(Error::Full) } else { Ok(Vec::new()) }
        };
        proofs.one(AREA, follow).await
    }

    #[tokio::test]
    async fn twenty_who_ask_at_once_are_answered_by_two_proofs_and_the_next_by_its_own() {
        let (proofs, followed) = (Proofs::default(), AtomicU64::new(0));
        let all = join_all((0..20).map(|_| asked(&proofs, &followed, false))).await;
        assert!(all.into_iter().all(|found| found == Ok(Vec::new())));
        assert!(followed.load(Ordering::SeqCst) <= 2, "whoever waits shares what began after it asked");
        let before = followed.load(Ordering::SeqCst);
        asked(&proofs, &followed, false).await.unwrap();
        assert_eq!(followed.load(Ordering::SeqCst), before + 1);
    }

    #[tokio::test]
    async fn a_proof_that_failed_answers_nobody_else() {
        let (proofs, followed) = (Proofs::default(), AtomicU64::new(0));
        let all = join_all((0..4).map(|n| asked(&proofs, &followed, n == 0))).await;
        assert_eq!(all.iter().filter(|found| found.is_ok()).count(), 3);
    }
}
