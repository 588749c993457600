//! One weekend of a proposal, and what each side said to it.

use sea_orm::entity::prelude::*;

/// A row of `term_weekends`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "term_weekends")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub plan_id: Uuid,
    pub starts_at: i64,
    pub ends_at: i64,
    pub volunteer_yes: Option<bool>,
    pub guardian_yes: Option<bool>,
    pub stay_id: Option<Uuid>,
    pub refusal: Option<String>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
