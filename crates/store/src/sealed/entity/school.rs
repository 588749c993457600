//! A boarding school and the rhythm of its weekends. Hours are 'HH:MM'.

use sea_orm::entity::prelude::*;

/// A row of `schools`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "schools")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub town_code: Option<String>,
    pub rhythm: String,
    pub rhythm_anchor: Option<String>,
    pub release_at: String,
    pub return_at: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub phone_sealed: Option<Vec<u8>>,
    pub state: String,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
