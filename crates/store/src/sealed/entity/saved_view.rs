//! What somebody has set a list to and given a name.

use sea_orm::entity::prelude::*;

/// A row of `saved_views`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_views")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub list: String,
    pub rank: i32,
    pub opens: bool,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub name_sealed: Vec<u8>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub filter_sealed: Vec<u8>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub search_sealed: Option<Vec<u8>>,
    pub removed_at: Option<i64>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
