//! Where a few children are now, as somebody asks who has typed a name.

use std::collections::BTreeMap;

use naheya_domain::access::Action;
use naheya_domain::custody::Holder;
use naheya_domain::id::ChildId;
use sea_orm::Condition;
use uuid::Uuid;

use super::whereabouts::{Where, WhereLine, lines, parts};
use crate::sealed::entity::stay;
use crate::{Desk, Error, custody};

/// Where a child is, as far as its weekend and its last hand-over tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// In this weekend.
    Weekend(Box<WhereLine>),
    /// With whoever has had it since the last hand-over.
    Held(Holder),
}

impl Desk {
    /// Where these children are. Of one that was never handed over and has no weekend now nothing is said, and nothing at all to
    /// who does not hand children over.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn spots(&self, children: &[ChildId]) -> Result<BTreeMap<ChildId, Spot>, Error> {
        if children.is_empty() || !self.may(Action::HandOver) {
            return Ok(BTreeMap::new());
        }
        let tx = self.read();
        let ids: Vec<Uuid> = children.iter().map(|child| child.0).collect();
        let links = custody::newest(&tx, &ids).await?;
        let held = links.iter().map(|link| (ChildId(link.child_id), Spot::Held(custody::holder(link))));
        let mut spots: BTreeMap<ChildId, Spot> = held.collect();
        let now = parts(tx.now()).into_iter().fold(Condition::any(), |any, (which, _)| any.add(which));
        let stays = tx.visible::<stay::Entity>().holding(stay::Column::ChildId, ids).and(now).all(&tx).await?;
        if stays.is_empty() {
            return Ok(spots);
        }
        for line in lines(&tx, &stays).await? {
            if tells_more(&line, spots.get(&line.child)) {
                spots.insert(line.child, Spot::Weekend(Box::new(line)));
            }
        }
        Ok(spots)
    }
}

/// Whether a weekend says more than what is known already: one that has not begun, or is over, says nothing of a child that
/// somebody else than the school has, or that is away on another weekend.
fn tells_more(line: &WhereLine, known: Option<&Spot>) -> bool {
    let is_out = matches!(line.place, Where::Away | Where::Late(_) | Where::Hospital | Where::Police);
    is_out || matches!(known, None | Some(Spot::Held(Holder::School | Holder::Volunteer(_))))
}
