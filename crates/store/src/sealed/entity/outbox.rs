//! A letter to a person or a role, sent by a job after the commit.

use sea_orm::entity::prelude::*;

/// A row of `outbox`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub to_account: Option<Uuid>,
    pub to_role: Option<String>,
    pub person_kind: Option<String>,
    pub person_id: Option<Uuid>,
    pub ref_kind: String,
    pub ref_id: Option<Uuid>,
    pub state: String,
    pub at: i64,
    pub due_at: i64,
    pub tries: i32,
    pub sent_at: Option<i64>,
    pub read_at: Option<i64>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
