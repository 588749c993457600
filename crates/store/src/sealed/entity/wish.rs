//! A child's own answer, asked in person. `alone`: no carer could hear.

use sea_orm::entity::prelude::*;

/// A row of `wishes`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wishes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub child_id: Uuid,
    pub occasion: String,
    pub stay_id: Option<Uuid>,
    pub round_id: Option<Uuid>,
    pub answer: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub words_sealed: Option<Vec<u8>>,
    pub asked_by: Uuid,
    pub asked_at: i64,
    pub alone: bool,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
