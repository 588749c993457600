//! What a carer writes about a stay. A saved note is not changed; a correction names it.

use sea_orm::entity::prelude::*;

/// A row of `notes`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub stay_id: Option<Uuid>,
    pub child_id: Uuid,
    pub author: Uuid,
    pub kinds: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub words_sealed: Vec<u8>,
    pub state: String,
    pub saved_at: Option<i64>,
    pub corrects: Option<Uuid>,
    pub created_at: i64,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
