//! The weekends of a term, proposed for one pair.

use sea_orm::entity::prelude::*;

/// A row of `term_plans`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "term_plans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub pair_id: Uuid,
    pub child_id: Uuid,
    pub volunteer_id: Uuid,
    pub state: String,
    pub by_side: String,
    pub proposed_by: Uuid,
    pub proposed_at: i64,
    pub adults: Option<String>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub guests_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub going_sealed: Option<Vec<u8>>,
    pub volunteer_by: Option<Uuid>,
    pub guardian_by: Option<Uuid>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
