//! A child and the volunteer who cares for it. At most one that has not ended per child.

use sea_orm::entity::prelude::*;

/// A row of `pairs`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pairs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub child_id: Uuid,
    pub volunteer_id: Uuid,
    pub state: String,
    pub begun_on: String,
    pub ended_on: Option<String>,
    pub end_reason: Option<String>,
    pub source: String,
    pub paper_number: Option<String>,
    pub proposal_id: Option<Uuid>,
    pub suspended_by: Option<Uuid>,
    pub suspended_from: Option<String>,
    pub batch_id: Option<Uuid>,
    pub created_at: i64,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
