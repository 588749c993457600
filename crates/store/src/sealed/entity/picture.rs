//! A picture of a note, sealed; width and height in pixels.

use sea_orm::entity::prelude::*;

/// A row of `pictures`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pictures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub note_id: Uuid,
    pub child_id: Uuid,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub sha256: Vec<u8>,
    pub width: i32,
    pub height: i32,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub bytes_sealed: Vec<u8>,
    pub hidden: bool,
    pub created_at: i64,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
