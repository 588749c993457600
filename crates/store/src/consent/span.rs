//! The days that a yes for nights away can be for: those until a child that is away comes back, the next weekend and the term of
//! the child's school.

use naheya_domain::id::ChildId;
use naheya_domain::term::TermDetails;
use naheya_domain::weekend::Weekend;
use naheya_domain::{Date, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::word::ends_short;
use crate::sealed::entity::{child, school, stay};
use crate::sealed::tx::Tx;
use crate::{Desk, Error, school as calendar};

/// Exact days to agree to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OvernightSpans {
    /// The day on which a child that is away comes back, where a yes to its nights ends before.
    pub away_until: Option<Date>,
    /// The next weekend by the school's calendar.
    pub weekend: Option<Weekend>,
    /// The term that runs or comes next.
    pub term: Option<TermDetails>,
    /// The weekends of that term from today on.
    pub weekends: Vec<Weekend>,
}

impl Desk {
    /// The days that a guardian of `child` can agree to; nothing when the child is at no school.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such child for this reader.
    pub async fn overnight_spans(&self, child: ChildId) -> Result<OvernightSpans, Error> {
        let tx = self.read();
        let child = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        let away_until = away_until(&tx, child.id).await?;
        let Some(school) = child.school_id else {
            return Ok(OvernightSpans { away_until, ..OvernightSpans::default() });
        };
        let school = tx.for_rule::<school::Entity>().id(school).one(&tx).await?;
        let today = tx.now().date();
        let term = calendar::terms(&tx, school.id, today).await?.into_iter().next();
        let mut next = calendar::calendar(&tx, Some(&school), today).await?.weekends(today, 1);
        let weekends = match &term {
            Some(_) => calendar::weekends(&tx, &school, term.as_ref()).await?,
            None => Vec::new(),
        };
        Ok(OvernightSpans {
            away_until,
            weekend: next.pop().filter(|w| !w.is_vacation()),
            weekends: weekends.into_iter().filter(|w| !w.is_vacation()).collect(),
            term: term.map(|t| t.details),
        })
    }
}

/// When this child comes back, if it is away and a yes to its nights ends before.
async fn away_until(tx: &Tx, child: Uuid) -> Result<Option<Date>, Error> {
    let away = tx.for_rule::<stay::Entity>().and(stay::Column::ChildId.eq(child));
    let away = away.and(stay::Column::State.is_in(["released", "in_care"])).first(tx).await?;
    let Some(row) = away else { return Ok(None) };
    let is_short = ends_short(tx, &[&row]).await?.contains_key(&row.id);
    let back = Timestamp(row.ends_at).date();
    Ok((is_short && back >= tx.now().date()).then_some(back))
}
