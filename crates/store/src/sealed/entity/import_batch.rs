//! One file that was read in, with its counts and the two names under it.

use sea_orm::entity::prelude::*;

/// A row of `import_batches`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_batches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub file_hash: Vec<u8>,
    pub rows: i32,
    pub fresh: i32,
    pub changed: i32,
    pub unchanged: i32,
    pub invalid: i32,
    pub committed_at: i64,
    pub by_account: Uuid,
    pub signed_by: Option<Uuid>,
    pub signed_at: Option<i64>,
    pub undone_at: Option<i64>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
