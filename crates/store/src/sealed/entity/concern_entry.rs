//! A line in the record of how a concern was handled. Only added to.

use sea_orm::entity::prelude::*;

/// A row of `concern_entries`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "concern_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub concern_id: Uuid,
    pub at: i64,
    pub by_account: Option<Uuid>,
    pub kind: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub words_sealed: Vec<u8>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
