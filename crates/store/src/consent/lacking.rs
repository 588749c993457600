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
use crate::sealed::entity::{child, pair};
use crate::{Desk, Error};

/// Children that are listed: in a county with more, school by school.
pub const MOST_LACKING: usize = 500;
/// Children whose answers are read at once.
const AT_ONCE: usize = 500;

#[derive(FromQueryResult)]
struct Paired {
    id: Uuid,
}

impl Desk {
    /// The children that have a pair, and whose consent to nights away does not reach to `day`, at most [`MOST_LACKING`]; by
    /// school, class and name. A rest of the child or of the pair needs none.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn without_consent(&self, day: Date, school: Option<SchoolId>) -> Result<Vec<ChildRow>, Error> {
        use {child::Column as C, pair::Column as P};
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let running = tx.visible::<pair::Entity>().and(P::State.is_in(["settling", "active"])).ids(P::ChildId);
        let here = [ChildState::Applying, ChildState::Enrolled].map(ChildState::code);
        let paired = tx.visible::<child::Entity>().and(C::State.is_in(here)).and(C::Id.in_subquery(running));
        let paired = paired.and_if(school.map(|id| C::SchoolId.eq(id.0)));
        let paired: Vec<Paired> = paired.by(C::SchoolId).by(C::ClassId).by(C::Id).columns([C::Id], &tx).await?;
        let mut lacking: Vec<Uuid> = Vec::new();
        for some in paired.chunks(AT_ONCE) {
            let ids: Vec<Uuid> = some.iter().map(|child| child.id).collect();
            let agreed = consented_on(&tx, &ids, Purpose::Overnight.code(), day).await?;
            lacking.extend(ids.into_iter().filter(|id| !agreed.contains(id)));
            if lacking.len() >= MOST_LACKING {
                lacking.truncate(MOST_LACKING);
                break;
            }
        }
        let mut rows = rows_of(&tx, &ChildFilter::default(), lacking).await?;
        rows.sort_by_cached_key(|row| (row.school.clone(), row.class.clone(), by_sound(&row.name)));
        Ok(rows)
    }
}
