//! What a day added to each measure of a county; the sum of all days up to one is the figure as of that day.

use sea_orm::entity::prelude::*;

/// A row of `rollups`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rollups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    pub volunteers: i64,
    pub families: i64,
    pub children_supported: i64,
    pub pairs: i64,
    pub pairs_active: i64,
    pub pairs_interethnic: i64,
    pub stay_minutes: i64,
    pub paper_minutes: i64,
    pub training_minutes: i64,
    pub activity_minutes: i64,
    pub correction_minutes: i64,
    pub talks_due: i64,
    pub talks_on_time: i64,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
