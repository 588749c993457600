//! Children with a pair whose guardians have not agreed to nights away up to a day: asked before a holiday, while there is time.

use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::child::ChildState;
use naheya_domain::id::SchoolId;
use naheya_domain::name_order::by_sound;
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::Purpose;
use crate::child::{ChildFilter, ChildRow, rows_of};
use crate::consented::consented_on;
use crate::sealed::entity::pair;
use crate::{Desk, Error};

#[derive(FromQueryResult)]
struct Paired {
    child_id: Uuid,
}

impl Desk {
    /// The children that have a pair, and whose consent to nights away does not reach to `day`; by school, class and
    /// name. A rest of the child or of the pair needs none.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn without_consent(&self, day: Date, school: Option<SchoolId>) -> Result<Vec<ChildRow>, Error> {
        use pair::Column as P;
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let paired = tx.visible::<pair::Entity>().and(P::State.is_in(["settling", "active"]));
        let paired: Vec<Paired> = paired.columns([P::ChildId], &tx).await?;
        let mut lacking: Vec<Uuid> = paired.into_iter().map(|pair| pair.child_id).collect();
        let agreed = consented_on(&tx, &lacking, Purpose::Overnight.code(), day).await?;
        lacking.retain(|child| !agreed.contains(child));
        let filter = ChildFilter { school, ..ChildFilter::default() };
        let mut rows = rows_of(&tx, &filter, lacking).await?;
        rows.retain(|row| matches!(row.state, ChildState::Applying | ChildState::Enrolled));
        rows.sort_by_cached_key(|row| (row.school.clone(), row.class.clone(), by_sound(&row.name)));
        Ok(rows)
    }
}
