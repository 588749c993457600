//! What a guardian is to a child: relation, order of calling, and whether the person is kept away.

use sea_orm::entity::prelude::*;

/// A row of `guardianships`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guardianships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub child_id: Uuid,
    pub guardian_id: Uuid,
    pub relation: String,
    pub contact_order: i32,
    pub away: bool,
    pub blocked: bool,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub blocked_reason_sealed: Option<Vec<u8>>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
