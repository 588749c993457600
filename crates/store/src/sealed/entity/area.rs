//! A node of the State's grid of areas, from the province to the gacha. `own`: made here, not in the State's list. `retired_into`: the code that took its place.

use sea_orm::entity::prelude::*;

/// A row of `areas`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "areas")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub level: String,
    pub parent: Option<String>,
    pub retired_into: Option<String>,
    pub own: bool,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
