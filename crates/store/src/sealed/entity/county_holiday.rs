//! A day that a county entered over the State Council's.

use sea_orm::entity::prelude::*;

/// A row of `county_holidays`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "county_holidays")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub on_date: String,
    pub kind: String,
    pub name: String,
    pub batch: Uuid,
    pub entered_at: i64,
    pub was_kind: Option<String>,
    pub was_name: Option<String>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
