//! Whom one calls about a child at school: its class teachers by name, and the school's number.

use naheya_domain::Role;
use naheya_domain::id::ChildId;
use naheya_domain::name_order::by_sound;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::sealed::desk::viewer_of;
use crate::sealed::entity::{account, child, grant, school};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// The school's side of a child.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchoolContact {
    /// The class teachers of today.
    pub teachers: Vec<String>,
    /// The school's number.
    pub phone: Option<String>,
}

impl Desk {
    /// Whom to call at the school of a child that the reader sees.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn school_contact(&self, id: ChildId) -> Result<SchoolContact, Error> {
        let tx = self.read();
        let child = tx.visible::<child::Entity>().id(id).one(&tx).await?;
        SchoolContact::of(&tx, &child).await
    }
}

impl SchoolContact {
    /// Of a child that was read.
    pub(crate) async fn of(tx: &Tx, child: &child::Model) -> Result<SchoolContact, Error> {
        Ok(SchoolContact { teachers: teachers(tx, child.class_id).await?, phone: phone(tx, child.school_id).await? })
    }
}

async fn teachers(tx: &Tx, class: Option<Uuid>) -> Result<Vec<String>, Error> {
    let Some(class) = class else { return Ok(Vec::new()) };
    let held = Condition::all()
        .add(grant::Column::AreaId.eq(tx.area_id()))
        .add(grant::Column::Role.eq(Role::ClassTeacher.code()))
        .add(grant::Column::PlaceKind.eq("class"))
        .add(grant::Column::PlaceRef.eq(class.to_string()));
    let held = tx.common::<grant::Entity>().and(held).all(tx).await?;
    let ids: Vec<Uuid> = held.iter().filter(|g| viewer_of(g, tx.now()).is_some()).map(|g| g.account_id).collect();
    let people = tx.common::<account::Entity>().among(ids).all(tx).await?;
    let mut names: Vec<String> = people.into_iter().map(|a| a.display_name).collect();
    names.sort_by_cached_key(|name| by_sound(name));
    names.dedup();
    Ok(names)
}

async fn phone(tx: &Tx, school: Option<Uuid>) -> Result<Option<String>, Error> {
    let Some(school) = school else { return Ok(None) };
    let row = tx.for_rule::<school::Entity>().id(school).first(tx).await?;
    match row {
        Some(row) => tx.open_some("schools", "phone_sealed", row.id, row.phone_sealed.as_ref()),
        None => Ok(None),
    }
}
