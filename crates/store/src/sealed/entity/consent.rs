//! A guardian's yes or no for one purpose, with its proof and its withdrawal.

use sea_orm::entity::prelude::*;

/// A row of `consents`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub child_id: Uuid,
    pub guardian_id: Uuid,
    pub purpose: String,
    pub text_version: String,
    pub from_on: String,
    pub to_on: Option<String>,
    pub how: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub evidence_sealed: Option<Vec<u8>>,
    pub answer: bool,
    pub given_at: i64,
    pub recorded_by: Option<Uuid>,
    pub stay_id: Option<Uuid>,
    pub withdrawn_at: Option<i64>,
    pub withdrawn_how: Option<String>,
    pub undo_until: Option<i64>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
