//! An act of a phone under its own id: carried out, waiting for what comes before it, or for a person to look at. Keeps the phone's time as the phone said it.

use sea_orm::entity::prelude::*;

/// A row of `phone_acts`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "phone_acts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub grant_id: Uuid,
    pub device: Uuid,
    pub sequence: i64,
    pub kind: String,
    pub stay_id: Option<Uuid>,
    pub phone_at: i64,
    pub phone_offset: i32,
    pub sent_at: i64,
    pub happened_at: i64,
    pub doubtful: bool,
    pub server_at: i64,
    pub state: String,
    pub code: Option<String>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub body_hash: Vec<u8>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub body_sealed: Option<Vec<u8>>,
    pub seen_by: Option<Uuid>,
    pub seen_at: Option<i64>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
