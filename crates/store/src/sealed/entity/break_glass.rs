//! A child's file that somebody opened in an emergency, with what somebody else said of it.

use sea_orm::entity::prelude::*;

/// A row of `break_glasses`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "break_glasses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub child_id: Uuid,
    pub account_id: Uuid,
    pub role: String,
    pub session_id: Uuid,
    pub reason_sealed: Vec<u8>,
    pub opened_at: i64,
    pub until_at: i64,
    pub ended_at: Option<i64>,
    pub told_first: Uuid,
    pub told_second: Uuid,
    pub review_by: i64,
    pub verdict: Option<String>,
    pub reviewed_by: Option<Uuid>,
    pub reviewed_at: Option<i64>,
    pub words_sealed: Option<Vec<u8>>,
    pub late_at: Option<i64>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
