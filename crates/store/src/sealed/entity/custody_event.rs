//! A link of the custody chain: who holds the child from now on, and how that is known. Keeps the phone's time without its clock's error, its offset in minutes and the server's time.

use sea_orm::entity::prelude::*;

/// A row of `custody_events`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "custody_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub stay_id: Option<Uuid>,
    pub child_id: Uuid,
    pub seq: i32,
    pub kind: String,
    pub holder_kind: String,
    pub holder_id: Option<Uuid>,
    pub how: String,
    pub by_account: Uuid,
    pub phone_at: Option<i64>,
    pub phone_offset: Option<i32>,
    pub server_at: i64,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub note_sealed: Option<Vec<u8>>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
