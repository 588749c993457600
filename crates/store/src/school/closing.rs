//! A class or a school that is over: its year has left, or two became one. It takes no children and has no teacher any more, and
//! whoever was in it is still read to have been in it.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::access::Action;
use naheya_domain::id::{AccountId, ClassId};
use naheya_domain::viewer::Place;
use naheya_domain::{Refusal, Role};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::{Class, class_of, in_order};
use crate::Error;
use crate::grant::grants_at;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, child, class, grant, school};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;

/// The state of a class that is over.
pub(super) const CLOSED: &str = "closed";

/// A class that is open and has no grade any more, as those have who left a school's last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ungraded {
    /// Which.
    pub class: Class,
    /// How many children of the programme are still in it.
    pub children: u64,
}

/// The children of the programme in a class: all but those who have left.
pub(super) fn inside(tx: &Tx, class: Uuid) -> Visible<child::Entity> {
    use child::Column as C;
    tx.for_rule::<child::Entity>().and(C::ClassId.eq(class)).and(C::State.is_in(["applying", "enrolled", "paused"]))
}

#[derive(Debug, FromQueryResult)]
struct InClass {
    class_id: Option<Uuid>,
    n: i64,
}

/// Of these classes the open ones without a grade, with how many children are in each.
pub(super) async fn ungraded(tx: &Tx, classes: &[class::Model]) -> Result<Vec<Ungraded>, Error> {
    use child::Column as C;
    let mut without: Vec<&class::Model> =
        classes.iter().filter(|row| row.grade.is_none() && row.state != CLOSED).collect();
    without.sort_by_cached_key(|row| in_order(row));
    let counts: Vec<InClass> = tx
        .for_rule::<child::Entity>()
        .holding(C::ClassId, without.iter().map(|row| row.id))
        .and(C::State.is_in(["applying", "enrolled", "paused"]))
        .grouped(&[C::ClassId], vec![(C::Id.count(), "n")], tx)
        .await?;
    let counts: BTreeMap<Uuid, u64> =
        counts.into_iter().filter_map(|one| Some((one.class_id?, u64::try_from(one.n).unwrap_or(0)))).collect();
    let one =
        |row: &class::Model| Ungraded { class: class_of(row), children: counts.get(&row.id).copied().unwrap_or(0) };
    Ok(without.into_iter().map(one).collect())
}

/// Closes a class that nobody is in; `version` is the one that the page was made from.
#[derive(Clone, Debug)]
pub struct CloseClass {
    /// Which.
    pub class: ClassId,
    /// The version that was read.
    pub version: i32,
}

impl Act for CloseClass {
    const NAME: &'static str = "class.close";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = tx.visible::<class::Entity>().id(self.class).one(tx).await?;
        if before.state == CLOSED {
            return Ok(());
        }
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let children = inside(tx, before.id).count(tx).await?;
        if children > 0 {
            return Err(Error::Refused(Refusal::new("class.has_children").with("n", children.to_string())));
        }
        without_teacher(tx, before.id).await?;
        tx.change::<class::Entity>(&before, class::Model { state: CLOSED.into(), ..before.clone() }).await?;
        Ok(())
    }
}

/// That nobody teaches it, or is going to. Whom a concern has suspended is not told of: that role sees an empty class, also once
/// it is free again.
async fn without_teacher(tx: &Tx, class: Uuid) -> Result<(), Error> {
    use grant::Column as G;
    let held = grants_at(tx, &Place::Class(class)).and(G::Role.eq(Role::ClassTeacher.code()));
    let held = held.and(G::EndedAt.is_null()).and(G::SuspendedBy.is_null()).all(tx).await?;
    let today = tx.now().date().to_string();
    let goes_on = |row: &&grant::Model| row.to_on.as_deref().is_none_or(|to| to >= today.as_str());
    let teachers: Vec<AccountId> = held.iter().filter(goes_on).map(|row| AccountId(row.account_id)).collect();
    let Some(first) = teachers.first() else { return Ok(()) };
    let account = tx.common::<account::Entity>().id(first.0).one(tx).await?;
    Err(Error::Refused(Refusal::new("class.has_teacher").with("name", account.display_name)))
}

/// Opens a class that was closed: it takes children and teachers again.
#[derive(Clone, Debug)]
pub struct ReopenClass {
    /// Which.
    pub class: ClassId,
}

impl Act for ReopenClass {
    const NAME: &'static str = "class.reopen";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = tx.visible::<class::Entity>().id(self.class).one(tx).await?;
        let school = tx.visible::<school::Entity>().id(before.school_id).one(tx).await?;
        if school.state == CLOSED {
            return Err(Error::refused("school.closed"));
        }
        tx.change::<class::Entity>(&before, class::Model { state: "open".into(), ..before.clone() }).await?;
        Ok(())
    }
}

/// Whether a class is over, and takes neither children nor teachers.
pub(crate) async fn is_closed(tx: &Tx, class: Option<Uuid>) -> Result<bool, Error> {
    let Some(class) = class else { return Ok(false) };
    let closed = tx.for_rule::<class::Entity>().id(class).and(class::Column::State.eq(CLOSED));
    Ok(closed.first(tx).await?.is_some())
}

/// That none of these classes is over.
///
/// # Errors
/// Refused `class.closed_since`, with its name.
pub(crate) async fn all_open(tx: &Tx, classes: &BTreeSet<Uuid>) -> Result<(), Error> {
    let closed = tx.for_rule::<class::Entity>().among(classes.iter().copied()).and(class::Column::State.eq(CLOSED));
    match closed.all(tx).await?.first() {
        Some(class) => Err(Error::Refused(Refusal::new("class.closed_since").with("name", class.name.clone()))),
        None => Ok(()),
    }
}

/// That school and class of a child that has left still take it back.
///
/// # Errors
/// Refused `child.class_closed`, `child.school_closed`.
pub(crate) async fn still_open(tx: &Tx, school: Option<Uuid>, class: Option<Uuid>) -> Result<(), Error> {
    if is_closed(tx, class).await? {
        return Err(Error::refused("child.class_closed"));
    }
    let Some(school) = school else { return Ok(()) };
    match tx.for_rule::<school::Entity>().id(school).and(school::Column::State.eq(CLOSED)).first(tx).await? {
        Some(_) => Err(Error::refused("child.school_closed")),
        None => Ok(()),
    }
}
