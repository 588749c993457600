//! A match that was offered to both sides, and what they answered.

use sea_orm::entity::prelude::*;

/// A row of `proposals`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proposals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub round_id: Uuid,
    pub run_id: Uuid,
    pub child_id: Uuid,
    pub volunteer_id: Uuid,
    pub child_rank: i32,
    pub volunteer_rank: i32,
    pub reasons: String,
    pub state: String,
    pub child_answer: Option<String>,
    pub volunteer_answer: Option<String>,
    pub child_answered_at: Option<i64>,
    pub volunteer_answered_at: Option<i64>,
    pub child_answered_by: Option<Uuid>,
    pub volunteer_answered_by: Option<Uuid>,
    pub expires_at: i64,
    pub pair_id: Option<Uuid>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
