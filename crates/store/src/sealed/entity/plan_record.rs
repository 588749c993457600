//! A guardian's answer to proposed weekends, written down by somebody else.

use sea_orm::entity::prelude::*;

/// A row of `plan_records`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plan_records")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub plan_id: Uuid,
    pub guardian_id: Uuid,
    pub how: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub evidence_sealed: Vec<u8>,
    pub by_account: Uuid,
    pub at: i64,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
