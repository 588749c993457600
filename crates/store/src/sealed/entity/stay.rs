//! One stay of one child, from the request to the close. Siblings who go together share `party_id`.

use sea_orm::entity::prelude::*;

/// A row of `stays`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stays")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub pair_id: Uuid,
    pub child_id: Uuid,
    pub volunteer_id: Uuid,
    pub household_id: Uuid,
    pub party_id: Uuid,
    pub starts_at: i64,
    pub ends_at: i64,
    pub start_kind: String,
    pub start_school_id: Option<Uuid>,
    pub end_kind: String,
    pub end_school_id: Option<Uuid>,
    pub state: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub plan_sealed: Option<Vec<u8>>,
    pub requested_by: Uuid,
    pub requested_at: i64,
    pub teacher_answer: Option<String>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub teacher_words_sealed: Option<Vec<u8>>,
    pub endorsed_by: Option<Uuid>,
    pub endorsed_at: Option<i64>,
    pub consent_id: Option<Uuid>,
    pub approved_by: Option<Uuid>,
    pub approved_at: Option<i64>,
    pub codes_at: Option<i64>,
    pub refusal: Option<String>,
    pub cancelled_reason: Option<String>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub code_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub code_hash: Option<Vec<u8>>,
    pub code_from: Option<i64>,
    pub code_to: Option<i64>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub return_code_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub return_code_hash: Option<Vec<u8>>,
    pub released_at: Option<i64>,
    pub arrived_at: Option<i64>,
    pub left_at: Option<i64>,
    pub returned_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub late_until: Option<i64>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub late_words_sealed: Option<Vec<u8>>,
    pub late_closed_by: Option<Uuid>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub late_closed_reason_sealed: Option<Vec<u8>>,
    pub suspended_by: Option<Uuid>,
    pub day_only: bool,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
