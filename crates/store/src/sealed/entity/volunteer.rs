//! A volunteer, from the application on.

use sea_orm::entity::prelude::*;

/// A row of `volunteers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volunteers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    pub household_id: Uuid,
    pub member_id: Uuid,
    pub name: String,
    pub sex: String,
    pub ethnic: Option<String>,
    pub birth_on: Option<String>,
    pub political: Option<String>,
    pub work_unit: Option<String>,
    pub trade: Option<String>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub phone_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub phone_bi: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub id_no_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub id_no_bi: Option<Vec<u8>>,
    pub languages: String,
    pub state: String,
    pub joined_on: Option<String>,
    pub left_on: Option<String>,
    pub registered_by: Uuid,
    pub approved_by: Option<Uuid>,
    pub approved_at: Option<i64>,
    pub account_id: Option<Uuid>,
    pub batch_id: Option<Uuid>,
    pub note: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i32,
    pub education: Option<String>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
