//! A signed-in browser. Only the hash of its token is kept.

use sea_orm::entity::prelude::*;

/// A row of `sessions`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub token_hash: Vec<u8>,
    pub account_id: Uuid,
    pub grant_id: Option<Uuid>,
    pub started_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
    pub factor_at: Option<i64>,
    pub agent: String,
    pub ended_at: Option<i64>,
    pub shared: bool,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
