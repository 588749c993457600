//! Why something was done or looked at, in the words that were given, beside the event with this number.

use sea_orm::entity::prelude::*;

/// A row of `audit_reasons`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_reasons")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: i64,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub words_sealed: Vec<u8>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
