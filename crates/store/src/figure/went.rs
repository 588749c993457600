//! The children who were with a family in a month, each with its town: what a leader asks about a month, while the figures of
//! the report count from the beginning on.

use std::collections::HashMap;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::figure::Audience;
use naheya_domain::id::ChildId;
use naheya_domain::name_order::by_sound;
use naheya_domain::snapshot::Month;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::{OUT, TOOK_PLACE, after};
use crate::area::{AreaRow, town_of};
use crate::sealed::entity::{child, stay};
use crate::{Desk, Error};

/// A child that was with a family in the month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Went {
    /// Which one.
    pub child: ChildId,
    /// Name.
    pub name: String,
    /// The code of the town in which its home is; none where it lies in no town of the county, or nobody wrote one down.
    pub town: Option<String>,
    /// Its weekends that began in the month and took place.
    pub stays: i64,
}

/// A month, child by child.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthOfStays {
    /// Every town of the county by code.
    pub towns: Vec<AreaRow>,
    /// The children by name.
    pub children: Vec<Went>,
}

#[derive(FromQueryResult)]
struct Counted {
    child_id: Uuid,
    n: i64,
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
    town_code: Option<String>,
}

impl Desk {
    /// The children with a stay that began in the month and took place. Each is one child, however often it went.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody but the county's own office.
    pub async fn went_in(&self, month: Month) -> Result<MonthOfStays, Error> {
        use {child::Column as C, stay::Column as S};
        self.require(Action::SeeReport)?;
        if self.audience() != Audience::County {
            return Err(Error::Forbidden);
        }
        let towns = self.towns().await?;
        let tx = self.read();
        let first = Timestamp::from_shanghai(month.last_day().first_of_month().at(0, 0, 0, 0));
        let took_place = || {
            let days = Condition::all().add(S::StartsAt.gte(first.0)).add(S::StartsAt.lt(after(month.last_day()).0));
            tx.visible::<stay::Entity>().and(days).and(S::State.is_in(TOOK_PLACE))
        };
        let n = (Expr::col(S::Id).count(), "n");
        let stays: Vec<Counted> = took_place().grouped(&[S::ChildId], vec![n], &tx).await?;
        let stays: HashMap<Uuid, i64> = stays.into_iter().map(|row| (row.child_id, row.n)).collect();
        // By the weekends and not by a list of ids: an engine takes so many values in a question.
        let named = tx.visible::<child::Entity>().and(C::Id.in_subquery(took_place().ids(S::ChildId)));
        let named: Vec<Named> = named.columns([C::Id, C::Name, C::TownCode], &tx).await?;
        let went = |row: Named| Went {
            child: ChildId(row.id),
            town: town_of(&towns, row.town_code.as_deref()).map(str::to_owned),
            stays: stays.get(&row.id).copied().unwrap_or_default(),
            name: row.name,
        };
        let mut children: Vec<Went> = named.into_iter().map(went).collect();
        children.sort_by_cached_key(|child| by_sound(&child.name));
        Ok(MonthOfStays { towns, children })
    }

    /// The same for a file. That it leaves stands in the trail first.
    ///
    /// # Errors
    /// As [`Desk::went_in`].
    pub async fn went_out(&self, month: Month) -> Result<MonthOfStays, Error> {
        let found = self.went_in(month).await?;
        self.left(OUT).await?;
        Ok(found)
    }
}
