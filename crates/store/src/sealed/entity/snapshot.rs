//! A month's figures as a leader signed them. At most one edition of a month that no later one replaced.

use sea_orm::entity::prelude::*;

/// A row of `snapshots`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "snapshots")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub month: String,
    pub edition: i32,
    pub state: String,
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
    pub signed_by: Uuid,
    pub signed_at: i64,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub reason_sealed: Option<Vec<u8>>,
    pub asked_by: Option<Uuid>,
    pub asked_at: Option<i64>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub asked_sealed: Option<Vec<u8>>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
