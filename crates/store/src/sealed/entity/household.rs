//! A home that takes children in. `travel_minutes` is the way from the school.

use sea_orm::entity::prelude::*;

/// A row of `households`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "households")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub town_code: Option<String>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub address_sealed: Option<Vec<u8>>,
    pub rooms: Option<i32>,
    pub languages: String,
    pub animals: Option<String>,
    pub travel_minutes: i32,
    pub capacity: i32,
    pub capacity_reason: Option<String>,
    pub capacity_by: Option<Uuid>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
