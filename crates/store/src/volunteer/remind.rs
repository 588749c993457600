//! A reminder to each volunteer in whose home a check ends soon: a lapsed one keeps children from her. Nobody hears it twice in a
//! week, whoever of the office sends it.

use std::collections::BTreeSet;

use naheya_domain::access::Action;
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::TABLE;
use super::list::{VolunteerFilter, expiring};
use crate::Error;
use crate::account::reads_for;
use crate::sealed::act::Act;
use crate::sealed::entity::audit_event;
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;

/// Minutes in which one reminder is enough.
const A_WEEK: i64 = 7 * 24 * 60;
/// What the trail keeps of it.
const REMINDED: &str = "reminder";
/// Volunteers whose checks are looked through.
const MOST_DUE: usize = 5_000;
/// Volunteers reminded in one act.
const MOST: usize = 500;

/// Reminds the volunteers on a list of those whose checks end.
#[derive(Clone, Debug)]
pub struct RemindOfChecks {
    /// What the list shows, [`VolunteerFilter::expiring_by`] among it: nobody else is reminded.
    pub filter: VolunteerFilter,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminded {
    /// Volunteers who read it in the app.
    pub told: u64,
    /// Volunteers without an account: they are called.
    pub by_hand: u64,
    /// Volunteers who heard it within the last week.
    pub before: u64,
    /// Volunteers whose turn comes when it is done once more.
    pub left: u64,
}

impl Act for RemindOfChecks {
    const NAME: &'static str = "volunteer.remind_of_checks";
    type Answer = Reminded;

    async fn run(&self, tx: &Tx) -> Result<Reminded, Error> {
        tx.require(Action::KeepVolunteer)?;
        let Some(by) = self.filter.expiring_by else { return Ok(Reminded::default()) };
        let due = expiring(tx, &self.filter, by, MOST_DUE).await?;
        let lately = lately(tx, &due).await?;
        let (before, open): (Vec<Uuid>, Vec<Uuid>) = due.into_iter().partition(|id| lately.contains(id));
        let left = open.len().saturating_sub(MOST);
        let mut done = Reminded { before: before.len() as u64, left: left as u64, ..Reminded::default() };
        for id in open.into_iter().take(MOST) {
            let to_account = reads_for(tx, id).await?;
            let to_person = to_account.is_none().then_some((TABLE, id));
            let count = if to_account.is_some() { &mut done.told } else { &mut done.by_hand };
            *count += 1;
            tx.note(TABLE, Some(id), REMINDED);
            tx.notify(Letter {
                kind: "volunteer.checks_ending",
                to_account,
                to_role: None,
                to_person,
                about: (TABLE, Some(id)),
                due_at: tx.now().0,
            });
        }
        Ok(done)
    }
}

/// Those of them who were reminded within a week.
async fn lately(tx: &Tx, due: &[Uuid]) -> Result<BTreeSet<Uuid>, Error> {
    use audit_event::Column as A;
    let reminders = tx.for_rule::<audit_event::Entity>().and(A::Noun.eq(TABLE)).and(A::Act.eq(RemindOfChecks::NAME));
    let recent = reminders.and(A::At.gt(tx.now().plus_minutes(-A_WEEK).0)).holding(A::RefId, due.iter().copied());
    Ok(recent.all(tx).await?.into_iter().filter_map(|event| event.ref_id).collect())
}
