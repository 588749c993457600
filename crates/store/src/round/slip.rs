//! What a slip is judged by while it is written: whose it is and the numbers of the round, not everything that a round is
//! judged by. On an evening hundreds write one after the other, and each waits for the one before.

use naheya_domain::choice::{Side, Slip};
use naheya_domain::id::RoundId;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::field::{paired, standing_proposals};
use crate::Error;
use crate::sealed::entity::{child, choice, round, round_child, round_volunteer, sibling_group};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;

/// Children who take part in a round.
pub(crate) fn children(tx: &Tx, round: Uuid) -> Visible<round_child::Entity> {
    use round_child::Column as C;
    tx.for_rule::<round_child::Entity>().and(C::RoundId.eq(round)).and(C::Withdrawn.eq(false))
}

/// Volunteers who take part in a round.
pub(crate) fn homes(tx: &Tx, round: Uuid) -> Visible<round_volunteer::Entity> {
    use round_volunteer::Column as C;
    tx.for_rule::<round_volunteer::Entity>().and(C::RoundId.eq(round)).and(C::Withdrawn.eq(false))
}

/// The children for whom one slip is written: this one, or all who must stay together with this one and wait for a home.
pub(crate) async fn whose(tx: &Tx, round: Uuid, id: Uuid) -> Result<Vec<round_child::Model>, Error> {
    use round_child::Column as C;
    let own = children(tx, round).and(C::ChildId.eq(id)).one(tx).await?;
    let file = tx.for_rule::<child::Entity>().id(id).one(tx).await?;
    let Some(group) = file.sibling_group_id.filter(|_| own.apart_reason.is_none()) else { return Ok(vec![own]) };
    let mode = tx.for_rule::<sibling_group::Entity>().id(group).first(tx).await?;
    if mode.is_none_or(|group| group.mode != "must") {
        return Ok(vec![own]);
    }
    let siblings = tx.for_rule::<child::Entity>().and(child::Column::SiblingGroupId.eq(group)).ids(child::Column::Id);
    let bound = children(tx, round).and(C::ApartReason.is_null()).and(C::ChildId.in_subquery(siblings));
    let mut all = bound.by(C::Number).all(tx).await?;
    let ids: Vec<Uuid> = all.iter().map(|row| row.child_id).collect();
    let paired = paired(tx, &ids, &standing_proposals(tx).await?).await?;
    all.retain(|row| !paired.contains(&row.child_id));
    Ok(if all.is_empty() { vec![own] } else { all })
}

/// What these people have written in a round.
pub(crate) async fn written(tx: &Tx, round: Uuid, side: Side, who: &[Uuid]) -> Result<Vec<choice::Model>, Error> {
    use choice::Column as C;
    let column = if side == Side::Child { C::ChildId } else { C::VolunteerId };
    let of_side = tx.for_rule::<choice::Entity>().and(C::RoundId.eq(round)).and(C::Side.eq(side.code()));
    of_side.and(column.is_in(who.iter().copied())).all(tx).await
}

/// Whether every child who waits for a home has a slip.
pub(crate) async fn children_are_in(tx: &Tx, round: Uuid) -> Result<bool, Error> {
    use round_child::Column as C;
    let slips = tx.for_rule::<choice::Entity>().and(choice::Column::RoundId.eq(round));
    let slips = slips.and(choice::Column::Side.eq(Side::Child.code())).ids(choice::Column::ChildId);
    let named = Condition::any().add(C::NamesNobody.is_null()).add(C::NamesNobody.eq(false));
    let missing = children(tx, round).and(named).and(C::ChildId.not_in_subquery(slips)).all(tx).await?;
    if missing.is_empty() {
        return Ok(true);
    }
    let ids: Vec<Uuid> = missing.iter().map(|row| row.child_id).collect();
    let paired = paired(tx, &ids, &standing_proposals(tx).await?).await?;
    Ok(ids.iter().all(|id| paired.contains(id)))
}

/// Somebody's slip by numbers of the round.
pub(crate) async fn slip(tx: &Tx, round: RoundId, side: Side, who: Uuid) -> Result<Slip, Error> {
    let round = tx.visible::<round::Entity>().id(round).one(tx).await?.id;
    let mine = written(tx, round, side, &[who]).await?;
    let numbers: Vec<(Uuid, i32)> = match side {
        Side::Child => {
            let of = round_volunteer::Column::VolunteerId.is_in(mine.iter().map(|c| c.volunteer_id));
            let named = homes(tx, round).and(of).all(tx).await?;
            named.into_iter().map(|row| (row.volunteer_id, row.number)).collect()
        }
        Side::Volunteer => {
            let of = round_child::Column::ChildId.is_in(mine.iter().map(|c| c.child_id));
            let named = children(tx, round).and(of).all(tx).await?;
            named.into_iter().map(|row| (row.child_id, row.number)).collect()
        }
    };
    let number = |id: Uuid| numbers.iter().find(|(of, _)| *of == id).map(|(_, number)| *number);
    let other = |c: &choice::Model| if side == Side::Child { c.volunteer_id } else { c.child_id };
    Ok(Slip::from_ranks(mine.iter().filter_map(|c| Some((number(other(c))?, c.rank)))))
}
