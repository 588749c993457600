//! An alarm that was raised, once for its subject, kind and turn. Only a person closes it.

use sea_orm::entity::prelude::*;

/// A row of `alarms`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alarms")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub subject_id: Uuid,
    pub stay_id: Option<Uuid>,
    pub kind: String,
    pub turn: i64,
    pub due_at: i64,
    pub raised_at: i64,
    pub told: i32,
    pub closed_at: Option<i64>,
    pub closed_by: Option<Uuid>,
    pub closed_how: Option<String>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub closed_words_sealed: Option<Vec<u8>>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
