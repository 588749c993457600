//! A volunteer who takes part, and for how many children there is room.

use sea_orm::entity::prelude::*;

/// A row of `round_volunteers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "round_volunteers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub round_id: Uuid,
    pub volunteer_id: Uuid,
    pub number: i32,
    pub places: i32,
    pub withdrawn: bool,
    pub names_nobody: Option<bool>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
