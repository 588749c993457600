//! Long work that somebody asked for.

use sea_orm::entity::prelude::*;

/// A row of `operations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub asked_sealed: Vec<u8>,
    pub language: String,
    pub by_account: Uuid,
    pub grant_id: Uuid,
    pub asked_at: i64,
    pub awaited_until: i64,
    pub seen_at: Option<i64>,
    pub state: String,
    pub turn: i32,
    pub lease_until: Option<i64>,
    pub begun_at: Option<i64>,
    pub done: i32,
    pub total: i32,
    pub ended_at: Option<i64>,
    pub failure: Option<String>,
    pub expires_at: Option<i64>,
    pub result: Option<Uuid>,
    pub taken: i32,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
