//! A role that an account holds in a place, from a day to a day.

use sea_orm::entity::prelude::*;

/// A row of `grants`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub area_id: i32,
    pub role: String,
    pub place_kind: String,
    pub place_ref: String,
    pub from_on: String,
    pub to_on: Option<String>,
    pub ended_at: Option<i64>,
    pub suspended_by: Option<Uuid>,
    pub created_by: Uuid,
    pub created_at: i64,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
