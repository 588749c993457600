//! The months behind: signed by the leader on the third of the next, as the records stand.

use naheya_domain::Timestamp;
use naheya_domain::snapshot::Month;
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::snapshot as entity;
use crate::sealed::tx::Tx;
use crate::{Error, rollup, snapshot};

/// Months that are told: two years, so that each has a year before it.
pub(super) const MONTHS: i32 = 24;

/// Signs the last months that are over.
pub(super) struct SignPast {
    pub(super) leader: Uuid,
    pub(super) months: i32,
}

impl Act for SignPast {
    const NAME: &'static str = "demo.sign";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let last = Month::over_by(tx.now().date());
        let mut rows = Vec::new();
        for ago in (0..self.months).rev() {
            let month = last.earlier(ago);
            let counted = rollup::totals(tx, month.last_day()).await?;
            let third = month.later(1).last_day().first_of_month().at(10, 0, 0, 0);
            let signed_at = (Timestamp::from_shanghai(third).0 + 2 * 86_400_000).min(tx.now().0);
            let told = crate::sha(format!("{}|{month}", tx.area()).as_bytes());
            let id = Uuid::from_slice(told.get(..16).unwrap_or_default()).unwrap_or_default();
            let row = snapshot::row(tx, id, month, 1, &counted, None);
            rows.push(entity::Model { signed_by: self.leader, signed_at, ..row });
        }
        tx.insert_all::<entity::Entity>(rows).await
    }
}
