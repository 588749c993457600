//! A person who signs in.

use sea_orm::entity::prelude::*;

/// A row of `accounts`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub login: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub phone_bi: Option<Vec<u8>>,
    pub display_name: String,
    pub password_hash: Option<String>,
    pub state: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub totp_sealed: Option<Vec<u8>>,
    pub totp_confirmed_at: Option<i64>,
    pub totp_last_step: Option<i64>,
    pub language: String,
    pub created_at: i64,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
