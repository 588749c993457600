//! A one-time code on paper: the first sign-in, a forgotten password, the set-up of the house.

use sea_orm::entity::prelude::*;

/// A row of `slips`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slips")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub code_hash: Vec<u8>,
    pub account_id: Uuid,
    pub kind: String,
    pub expires_at: i64,
    pub used_at: Option<i64>,
    pub created_by: Option<Uuid>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
