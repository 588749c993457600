//! A worry about a child's safety. `take_up_by` is the deadline.

use sea_orm::entity::prelude::*;

/// A row of `concerns`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "concerns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    pub raised_at: i64,
    pub raised_by: Option<Uuid>,
    pub raised_as: String,
    pub situation: Option<String>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub words_sealed: Vec<u8>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub contact_sealed: Option<Vec<u8>>,
    pub child_id: Option<Uuid>,
    pub state: String,
    pub take_up_by: i64,
    pub taken_up_at: Option<i64>,
    pub taken_up_by: Option<Uuid>,
    pub reported_at: Option<i64>,
    pub reported_to: Option<String>,
    pub closed_at: Option<i64>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub result_sealed: Option<Vec<u8>>,
    pub suspended_at: Option<i64>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
