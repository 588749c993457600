//! What somebody entered for the ledger of hours, until another person has confirmed it and after.

use sea_orm::entity::prelude::*;

/// A row of `hours_claims`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hours_claims")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub volunteer_id: Uuid,
    pub pair_id: Option<Uuid>,
    pub kind: String,
    #[sea_orm(column_name = "corrects_id")]
    pub corrects: Option<Uuid>,
    pub starts_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub minutes: Option<i32>,
    pub paper_number: Option<String>,
    pub words_sealed: Option<Vec<u8>>,
    pub state: String,
    pub by_account: Uuid,
    pub entered_at: i64,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<i64>,
    pub answer_sealed: Option<Vec<u8>>,
    pub entry_id: Option<Uuid>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
