//! A child on the county's list.

use sea_orm::entity::prelude::*;

/// A row of `children`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "children")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    pub name: String,
    pub name_mn: Option<String>,
    pub sex: String,
    pub ethnic: Option<String>,
    pub birth_on: Option<String>,
    pub school_id: Option<Uuid>,
    pub class_id: Option<Uuid>,
    pub town_code: Option<String>,
    pub state: String,
    pub languages: String,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub vital_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub care_sealed: Option<Vec<u8>>,
    pub words: Option<String>,
    pub likes: Option<String>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub id_no_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub id_no_bi: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub student_no_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub address_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub health_sealed: Option<Vec<u8>>,
    pub sibling_group_id: Option<Uuid>,
    pub confirmed_at: Option<i64>,
    pub confirmed_by: Option<Uuid>,
    pub enrolled_on: Option<String>,
    pub left_on: Option<String>,
    pub batch_id: Option<Uuid>,
    pub moved_to: Option<Uuid>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i32,
    pub boards: Option<bool>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub needs_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub family_sealed: Option<Vec<u8>>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub note_sealed: Option<Vec<u8>>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
