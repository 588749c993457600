//! A letter on its way to one person, or to one group, by one channel.

use sea_orm::entity::prelude::*;

/// A row of `notices`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub area_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub letter_id: Uuid,
    pub number: String,
    pub kind: String,
    pub urgency: String,
    pub channel: String,
    pub lane: String,
    pub account_id: Option<Uuid>,
    pub person_kind: Option<String>,
    pub person_id: Option<Uuid>,
    pub ref_kind: String,
    pub ref_id: Option<Uuid>,
    pub state: String,
    pub at: i64,
    pub due_at: i64,
    pub next_at: i64,
    pub tries: i32,
    pub unsure: i32,
    pub tried_at: Option<i64>,
    pub sent_at: Option<i64>,
    pub read_at: Option<i64>,
    pub sent_by: Option<Uuid>,
    pub answer_code: Option<String>,
    pub provider_id: Option<String>,
    pub version: i32,
}

/// Rows are joined by their ids.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
