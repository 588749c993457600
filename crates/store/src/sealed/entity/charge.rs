//! Who is responsible where.

use sea_orm::entity::prelude::*;

/// A row of `charges`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub town_code: String,
    pub duty: String,
    pub station_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub name: Option<String>,
    pub phone_sealed: Option<Vec<u8>>,
    pub from_on: String,
    pub to_on: Option<String>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
