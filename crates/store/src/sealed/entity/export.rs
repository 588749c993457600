//! A list of children that somebody asked to take out of the house, with another person's yes or no.

use sea_orm::entity::prelude::*;

/// A row of `exports`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub filter_sealed: Vec<u8>,
    pub children: i32,
    pub purpose_sealed: Vec<u8>,
    pub state: String,
    pub by_account: Uuid,
    pub asked_at: i64,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<i64>,
    pub answer_sealed: Option<Vec<u8>>,
    pub taken: i32,
    pub taken_at: Option<i64>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
