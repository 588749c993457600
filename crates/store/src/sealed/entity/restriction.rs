//! A child's file whose processing is restricted, or was.

use sea_orm::entity::prelude::*;

/// A row of `restrictions`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "restrictions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub child_id: Uuid,
    pub ground_sealed: Vec<u8>,
    pub by_account: Uuid,
    pub begun_at: i64,
    pub lifted_by: Option<Uuid>,
    pub lifted_at: Option<i64>,
    pub lifted_sealed: Option<Vec<u8>>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
