//! A spelling by which a guardian is found: the whole name in characters, pinyin or initials.

use sea_orm::entity::prelude::*;

/// A row of `guardian_tokens`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guardian_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub token: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub guardian_id: Uuid,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
