//! A station of the grid.

use sea_orm::entity::prelude::*;

/// A row of `stations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub town_code: String,
    pub kind: String,
    pub name: String,
    pub address: Option<String>,
    pub opening: Option<String>,
    pub from_on: String,
    pub to_on: Option<String>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
