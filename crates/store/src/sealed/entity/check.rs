//! A check of a home, a grown-up who lives in it, or a volunteer.

use sea_orm::entity::prelude::*;

/// A row of `checks`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "checks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub household_id: Uuid,
    pub member_id: Option<Uuid>,
    pub volunteer_id: Option<Uuid>,
    pub outcome: String,
    pub done_on: Option<String>,
    pub number: Option<String>,
    pub valid_until: Option<String>,
    pub by_account: Uuid,
    pub second_by: Option<Uuid>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub note_sealed: Option<Vec<u8>>,
    pub entered_at: i64,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
