//! Two files that somebody looked at together: proposed as one person, merged, taken apart, or told apart.

use sea_orm::entity::prelude::*;

/// A row of `merges`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "merges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kept_id: Uuid,
    pub other_id: Uuid,
    pub kept_version: i32,
    pub other_version: i32,
    pub other_number: String,
    pub chosen: String,
    pub state: String,
    pub by_account: Uuid,
    pub asked_at: i64,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<i64>,
    pub answer_sealed: Option<Vec<u8>>,
    pub undone_by: Option<Uuid>,
    pub undone_at: Option<i64>,
    pub undo_sealed: Option<Vec<u8>>,
    pub version: i32,
    /// None for children: what was proposed before volunteers could be merged says nothing.
    pub kind: Option<String>,
    /// A volunteer's home is compared with her file.
    pub kept_home_version: Option<i32>,
    pub other_home_version: Option<i32>,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
