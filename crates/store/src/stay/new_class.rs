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
/// teaches the new class as well stands, and so does a no, until the new teacher says otherwise. Returns the weekends that lost a
/// yes, as they were.
pub(crate) async fn ask_new_teachers(tx: &Tx, children: &BTreeSet<Uuid>) -> Result<Vec<stay::Model>, Error> {
    use stay::Column as C;
    let mut lost = Vec::new();
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
        for row in open.into_iter().filter(|row| !still.contains(&row.id)) {
            if ask_again(tx, &row).await? {
                lost.push(row);
            }
        }
    }
    Ok(lost)
}

/// The child was in the other class for a while by mistake only: the yes of before stands again, unless somebody has answered or
/// decided since. What had been approved on it waits for the office.
pub(crate) async fn give_yes_back(tx: &Tx, lost: &[stay::Model]) -> Result<(), Error> {
    for was in lost {
        let Some(now) = tx.for_rule::<stay::Entity>().id(was.id).first(tx).await? else { continue };
        if now.teacher_answer.is_some() || now.state != was.state {
            continue;
        }
        let mut row = now.clone();
        row.teacher_answer.clone_from(&was.teacher_answer);
        row.teacher_words_sealed.clone_from(&was.teacher_words_sealed);
        (row.endorsed_by, row.endorsed_at) = (was.endorsed_by, was.endorsed_at);
        tx.change::<stay::Entity>(&now, row).await?;
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

/// Whether it lost a yes.
async fn ask_again(tx: &Tx, before: &stay::Model) -> Result<bool, Error> {
    match before.teacher_answer.as_deref() {
        // The question went to the teacher of before.
        None if !is_off(state(before)) => tell_role(tx, TEACHER_ASKED, "class_teacher", before.id, tx.now().0),
        Some("yes") => return lose_yes(tx, before).await.map(|()| true),
        _ => {}
    }
    Ok(false)
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
