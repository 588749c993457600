//! The class teacher's yes, once a child is in another class: it was the word of a class in which the child is no longer, and
//! whoever teaches it now is asked (product.md rule 2).

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::Role;
use naheya_domain::stay::{StayState, Step};
use naheya_domain::viewer::Place;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::decide::told_to_stop;
use super::{TEACHER_ASKED, after, code, is_off, state, tell_role};
use crate::Error;
use crate::sealed::desk::viewer_of;
use crate::sealed::entity::{child, grant, stay};
use crate::sealed::tx::Tx;

/// Children asked about at once.
const AT_ONCE: usize = 500;

/// Weekends to which the teacher of the class before has said yes, of these children, wait for the teacher of now, as long as the
/// child has not left: what was approved waits for the office again too, and whoever counted on it is told. A yes of somebody who
/// teaches the new class as well stands, and so does a no, until the new teacher says otherwise.
pub(crate) async fn ask_new_teachers(tx: &Tx, children: &BTreeSet<Uuid>) -> Result<(), Error> {
    use stay::Column as C;
    let children: Vec<Uuid> = children.iter().copied().collect();
    for some in children.chunks(AT_ONCE) {
        let planned =
            C::State.is_in([StayState::Requested, StayState::Consented, StayState::Approved].map(StayState::code));
        // What is off may be taken up again.
        let off = Condition::all().add(C::State.eq(StayState::Cancelled.code())).add(C::StartsAt.gt(tx.now().0));
        let open = tx.for_rule::<stay::Entity>().holding(C::ChildId, some.iter().copied());
        let open = open.and(Condition::any().add(planned).add(off)).by(C::StartsAt).by(C::Id).all(tx).await?;
        if open.is_empty() {
            continue;
        }
        let still = still_theirs(tx, &open).await?;
        for row in open.iter().filter(|row| !still.contains(&row.id)) {
            ask_again(tx, row).await?;
        }
    }
    Ok(())
}

/// Of these weekends those whose teacher of before teaches the child's class of now too.
async fn still_theirs(tx: &Tx, rows: &[stay::Model]) -> Result<BTreeSet<Uuid>, Error> {
    let children = tx.for_rule::<child::Entity>().among(rows.iter().map(|row| row.child_id)).all(tx).await?;
    let classes: BTreeMap<Uuid, Uuid> = children.iter().filter_map(|child| Some((child.id, child.class_id?))).collect();
    let places: BTreeSet<String> = classes.values().map(|class| Place::Class(*class).reference()).collect();
    let teach = tx
        .common::<grant::Entity>()
        .and(grant::Column::AreaId.eq(tx.area_id()))
        .and(grant::Column::Role.eq(Role::ClassTeacher.code()))
        .and(grant::Column::PlaceRef.is_in(places))
        .all(tx)
        .await?;
    let teach: Vec<_> = teach.iter().filter_map(|row| viewer_of(row, tx.now())).collect();
    let is_still = |row: &&stay::Model| {
        let place = classes.get(&row.child_id).map(|class| Place::Class(*class));
        teach.iter().any(|one| Some(one.account.0) == row.endorsed_by && Some(&one.place) == place.as_ref())
    };
    Ok(rows.iter().filter(is_still).map(|row| row.id).collect())
}

async fn ask_again(tx: &Tx, before: &stay::Model) -> Result<(), Error> {
    match before.teacher_answer.as_deref() {
        // The question went to the teacher of before.
        None if !is_off(state(before)) => tell_role(tx, TEACHER_ASKED, "class_teacher", before.id, tx.now().0),
        Some("yes") => return lose_yes(tx, before).await,
        _ => {}
    }
    Ok(())
}

async fn lose_yes(tx: &Tx, before: &stay::Model) -> Result<(), Error> {
    let stops = state(before) == StayState::Approved;
    let mut row = before.clone();
    (row.teacher_answer, row.teacher_words_sealed) = (None, None);
    (row.endorsed_by, row.endorsed_at) = (None, None);
    if stops {
        row.state = after(before, Step::Undo)?;
        code::take_back(&mut row);
    }
    tx.change::<stay::Entity>(before, row).await?;
    if is_off(state(before)) {
        return Ok(());
    }
    tell_role(tx, TEACHER_ASKED, "class_teacher", before.id, tx.now().0);
    if stops { told_to_stop(tx, before).await } else { Ok(()) }
}
