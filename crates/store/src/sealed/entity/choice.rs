//! One side's rank for the other: 1 is best, equal is a tie, 0 is a refusal.

use sea_orm::entity::prelude::*;

/// A row of `choices`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "choices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub round_id: Uuid,
    pub side: String,
    pub child_id: Uuid,
    pub volunteer_id: Uuid,
    pub rank: i32,
    pub by_account: Uuid,
    pub at: i64,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
