//! A talk that is due with one side, and what was said.

use sea_orm::entity::prelude::*;

/// A row of `follow_ups`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "follow_ups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub child_id: Uuid,
    pub with_whom: String,
    pub stay_id: Option<Uuid>,
    pub pair_id: Option<Uuid>,
    pub due_at: i64,
    pub state: String,
    pub cause: String,
    pub planned_by: Option<Uuid>,
    pub done_at: Option<i64>,
    pub done_by: Option<Uuid>,
    pub way: Option<String>,
    pub alone: Option<bool>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub answers_sealed: Option<Vec<u8>>,
    pub tries: i32,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
