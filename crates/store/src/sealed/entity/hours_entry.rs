//! A line of the ledger; only added to. `minutes` may be negative in a correction.

use sea_orm::entity::prelude::*;

/// A row of `hours_entries`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hours_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub volunteer_id: Uuid,
    pub pair_id: Option<Uuid>,
    pub stay_id: Option<Uuid>,
    pub kind: String,
    pub starts_at: i64,
    pub ends_at: i64,
    pub minutes: i32,
    pub reason: Option<String>,
    pub paper_number: Option<String>,
    pub by_account: Uuid,
    pub confirmed_by: Option<Uuid>,
    pub entered_at: i64,
    pub corrects: Option<Uuid>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
