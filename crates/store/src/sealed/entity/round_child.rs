//! A child who takes part, under the number worn on the day.

use sea_orm::entity::prelude::*;

/// A row of `round_children`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "round_children")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub round_id: Uuid,
    pub child_id: Uuid,
    pub number: i32,
    pub words: Option<String>,
    pub care: Option<String>,
    pub withdrawn: bool,
    pub apart_reason: Option<String>,
    pub apart_by: Option<Uuid>,
    pub names_nobody: Option<bool>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
