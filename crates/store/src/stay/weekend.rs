//! The weekends that a volunteer may ask for: the school's free days, and what already stands on them.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::PairId;
use naheya_domain::school::clock;
use naheya_domain::stay::StayState;
use naheya_domain::weekend::Weekend;
use sea_orm::ColumnTrait;

use super::state;
use crate::school;
use crate::sealed::entity::{child, pair, school as school_row, stay};
use crate::{Desk, Error};

/// Weekends shown: a term's.
const MOST: usize = 12;

/// The weekends of one pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// The pair.
    pub pair: PairId,
    /// The child's name.
    pub child_name: String,
    /// Whether they still settle: by day only.
    pub settling: bool,
    /// When school lets the child go, `HH:MM`.
    pub release_at: String,
    /// Until when it is back, `HH:MM`.
    pub return_at: String,
    /// The weekends, the next one first.
    pub weekends: Vec<Free>,
}

/// One weekend, and what stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Free {
    /// Its days.
    pub weekend: Weekend,
    /// How far a stay of this child on these days is; none when there is none.
    pub taken: Option<StayState>,
}

impl Desk {
    /// The next weekends of `pair`, by its child's school.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Database`].
    pub async fn weekends_ahead(&self, pair: PairId) -> Result<Ahead, Error> {
        self.require(Action::RequestStay)?;
        let tx = self.read();
        let of = tx.visible::<pair::Entity>().id(pair).one(&tx).await?;
        let child = tx.visible::<child::Entity>().id(of.child_id).one(&tx).await?;
        let school = match child.school_id {
            Some(id) => tx.for_rule::<school_row::Entity>().id(id).first(&tx).await?,
            None => None,
        };
        let calendar = school::calendar(&tx, school.as_ref(), tx.now().date()).await?;
        let release_at = hour(school.as_ref().map(|s| s.release_at.clone()), "17:30");
        let mut weekends = calendar.weekends(tx.now().date(), MOST + 1);
        weekends.retain(|w| !is_begun(w, &release_at, tx.now()) && crate::pair::lasts(&of, w.last));
        weekends.truncate(MOST);
        let stays = tx
            .visible::<stay::Entity>()
            .and(stay::Column::ChildId.eq(child.id))
            .and(stay::Column::EndsAt.gt(tx.now().0))
            .and(stay::Column::State.is_in(StayState::OPEN))
            .all(&tx)
            .await?;
        Ok(Ahead {
            pair,
            child_name: child.name,
            settling: of.state == "settling",
            release_at,
            return_at: hour(school.map(|s| s.return_at), "18:30"),
            weekends: weekends.into_iter().map(|weekend| Free { taken: taken(&stays, &weekend), weekend }).collect(),
        })
    }
}

/// The school's hour; the usual one where it has none.
pub(crate) fn hour(of: Option<String>, usual: &str) -> String {
    of.and_then(|t| clock(&t).ok()).unwrap_or_else(|| usual.to_owned())
}

/// Whether school has let the children go already.
pub(crate) fn is_begun(weekend: &Weekend, release_at: &str, now: Timestamp) -> bool {
    let wall = now.shanghai();
    weekend.leaves_on == wall.date() && release_at <= format!("{:02}:{:02}", wall.hour(), wall.minute()).as_str()
}

pub(crate) fn taken(stays: &[stay::Model], weekend: &Weekend) -> Option<StayState> {
    let meets = |s: &&stay::Model| {
        Timestamp(s.starts_at).date() <= weekend.last && Timestamp(s.ends_at).date() >= weekend.leaves_on
    };
    stays.iter().find(meets).map(state)
}
