//! Why a child is in the programme, over time: each category from a day to a day. What has ended
//! stays on file.

use naheya_domain::Date;
use naheya_domain::access::{Action, Class};
use naheya_domain::category::Category;
use naheya_domain::id::{ChildCategoryId, ChildId};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, child_category};
use crate::sealed::tx::Tx;

const TABLE: &str = "child_categories";
const BASIS: &str = "basis";

/// A category of a child, in the locked part of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryLine {
    /// Which row.
    pub id: ChildCategoryId,
    /// The category's code, as kept.
    pub code: String,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day; none while it goes on.
    pub to_on: Option<Date>,
    /// On what ground.
    pub basis: Option<String>,
}

/// A child belongs to a category from a day on.
#[derive(Clone, Debug)]
pub struct AddCategory {
    /// The child.
    pub child: ChildId,
    /// The category.
    pub category: Category,
    /// First day.
    pub from_on: Date,
    /// On what ground: a paper, a visit; up to 200 characters.
    pub basis: String,
}

impl Act for AddCategory {
    const NAME: &'static str = "category.add";
    type Answer = ChildCategoryId;

    async fn run(&self, tx: &Tx) -> Result<ChildCategoryId, Error> {
        tx.require(Action::KeepChild)?;
        // Whoever may not read the categories must not find them out by trying.
        let child = tx.visible_as::<child::Entity>(Class::Secret).id(self.child).one(tx).await?;
        crate::erasure::not_erased(tx, child.id).await?;
        if self.from_on > tx.now().date() {
            return Err(Error::field("from_on", "date.in_future"));
        }
        let basis = self.basis.trim();
        if basis.chars().count() > 200 {
            return Err(Error::field("basis", "text.too_long"));
        }
        let open = tx
            .for_rule::<child_category::Entity>()
            .and(child_category::Column::ChildId.eq(child.id))
            .and(child_category::Column::Code.eq(self.category.code()))
            .and(child_category::Column::ToOn.is_null())
            .first(tx)
            .await?;
        if open.is_some() {
            return Err(Error::field("code", "category.already_there"));
        }
        let id = Uuid::now_v7();
        tx.insert::<child_category::Entity>(child_category::Model {
            area_id: tx.area_id(),
            id,
            child_id: child.id,
            code: self.category.code().into(),
            from_on: Some(self.from_on.to_string()),
            to_on: None,
            basis: tx.seal_words(TABLE, BASIS, id, Some(basis))?,
        })
        .await?;
        Ok(ChildCategoryId(id))
    }
}

/// A category no longer holds after a day; the row stays.
#[derive(Clone, Debug)]
pub struct EndCategory {
    /// The child.
    pub child: ChildId,
    /// Which row.
    pub category: ChildCategoryId,
    /// Last day.
    pub to_on: Date,
}

impl Act for EndCategory {
    const NAME: &'static str = "category.end";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepChild)?;
        let before = tx
            .visible_as::<child_category::Entity>(Class::Secret)
            .id(self.category)
            .and(child_category::Column::ChildId.eq(self.child.0))
            .one(tx)
            .await?;
        if before.to_on.is_some() {
            return Err(Error::refused("category.ended_already"));
        }
        if self.to_on > tx.now().date() {
            return Err(Error::field("to_on", "date.in_future"));
        }
        let begun = before.from_on.as_deref().and_then(|d| d.parse::<Date>().ok());
        if begun.is_some_and(|from| self.to_on < from) {
            return Err(Error::field("to_on", "date.before_start"));
        }
        let mut after = before.clone();
        after.to_on = Some(self.to_on.to_string());
        tx.change::<child_category::Entity>(&before, after).await?;
        Ok(())
    }
}

/// The categories of a child, those that go on first.
pub(crate) async fn lines(tx: &Tx, child: Uuid) -> Result<Vec<CategoryLine>, Error> {
    let mut rows = tx
        .visible_as::<child_category::Entity>(Class::Secret)
        .and(child_category::Column::ChildId.eq(child))
        .by(child_category::Column::Code)
        .by(child_category::Column::Id)
        .all(tx)
        .await?;
    rows.sort_by_key(|row| row.to_on.is_some());
    let day = |text: Option<String>| text.and_then(|d| d.parse().ok());
    let line = |row: child_category::Model| -> Result<CategoryLine, Error> {
        Ok(CategoryLine {
            id: ChildCategoryId(row.id),
            basis: tx.read_words(TABLE, BASIS, row.id, row.basis.as_ref())?,
            code: row.code,
            from_on: day(row.from_on),
            to_on: day(row.to_on),
        })
    };
    rows.into_iter().map(line).collect()
}

impl crate::Desk {
    /// Whether the child's file has this category, for a page that ends it.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for who may not read the locked part.
    pub async fn category_in_file(&self, child: ChildId, id: ChildCategoryId) -> Result<(), Error> {
        let tx = self.read();
        let rows = tx.visible_as::<child_category::Entity>(Class::Secret).id(id);
        rows.and(child_category::Column::ChildId.eq(child.0)).one(&tx).await.map(|_| ())
    }
}
