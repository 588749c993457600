//! The list of what waits for another person's word on hours taken out of the house: kept in the trail, with whoever is
//! named in it, before the file is made.

use std::collections::BTreeSet;

use naheya_domain::access::Action;
use naheya_domain::hours::ClaimState;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::claim::{ClaimLine, TABLE, claim_lines};
use crate::order::at_most;
use crate::sealed::entity::hours_claim;
use crate::volunteer::{self, MOST_ALONE};
use crate::{Desk, Error};

/// Rows of one file that were decided.
const MOST_OUT: u64 = 5_000;

impl Desk {
    /// What waits, oldest first, and what was decided, newest first; and whether more was decided than goes into one file.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; `volunteer.export_needs_leader` where more than 50 volunteers are named, for anybody but the
    /// leader.
    pub async fn hours_claims_out(&self) -> Result<(Vec<ClaimLine>, bool), Error> {
        use hours_claim::Column as C;
        self.require(Action::KeepHours)?;
        self.require(Action::Export)?;
        let tx = self.read();
        let all = || tx.visible::<hours_claim::Entity>();
        let mut rows = all().and(C::State.eq(ClaimState::Open.code())).by(C::EnteredAt).by(C::Id).all(&tx).await?;
        let decided = all().and(C::State.ne(ClaimState::Open.code())).by_desc(C::EnteredAt).by_desc(C::Id);
        let (decided, more) = at_most(MOST_OUT, decided.limit(MOST_OUT + 1).all(&tx).await?);
        rows.extend(decided);
        let named: BTreeSet<Uuid> = rows.iter().map(|row| row.volunteer_id).collect();
        if named.len() > MOST_ALONE && !self.may(Action::ApproveVolunteer) {
            return Err(Error::refused("volunteer.export_needs_leader"));
        }
        let ids = rows.iter().map(|row| row.id).collect();
        let lines = claim_lines(&tx, rows).await?;
        self.looked(TABLE, ids, "export", None).await?;
        self.looked(volunteer::TABLE, named.into_iter().collect(), "export", None).await?;
        Ok((lines, more))
    }
}
