//! A request to erase a child's or a volunteer's file, and what came of it.

use sea_orm::entity::prelude::*;

/// A row of `erasures`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub child_id: Option<Uuid>,
    pub reason_sealed: Vec<u8>,
    pub state: String,
    pub by_account: Uuid,
    pub asked_at: i64,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<i64>,
    pub answer_sealed: Option<Vec<u8>>,
    pub emptied: i32,
    pub version: i32,
    pub volunteer_id: Option<Uuid>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
