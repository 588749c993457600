//! A day the State Council moved: a holiday (`off`), or a working day in its place.

use sea_orm::entity::prelude::*;

/// A row of `holidays`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "holidays")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub on_date: String,
    pub name: String,
    pub off: bool,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
