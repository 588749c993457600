//! How a pair comes to its end: notice, talk, good-bye, what contact remains. One for each pair.

use sea_orm::entity::prelude::*;

/// A row of `partings`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub pair_id: Uuid,
    pub notice_on: String,
    pub reason: String,
    pub notice_by: String,
    pub talk_on: Option<String>,
    pub talk_sealed: Option<Vec<u8>>,
    pub farewell_on: Option<String>,
    pub contact: Option<String>,
    pub at_once_sealed: Option<Vec<u8>>,
    pub withdrawn: bool,
    pub by_account: Uuid,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
