//! A channel as it is set up, and what was last wrong with it.

use sea_orm::entity::prelude::*;

/// A row of `channels`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub active: bool,
    pub config_sealed: Vec<u8>,
    pub fault: Option<String>,
    pub fault_at: Option<i64>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
