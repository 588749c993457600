//! Work beside the request may be a round's list or its result too. As in m0031, both tables are made anew around the
//! rows that they hold.

use sea_orm_migration::sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::m0031_work::{KINDS, anew};

pub(super) const COLUMNS: &str = "area_id, id, kind, asked_sealed, language, by_account, grant_id, asked_at, awaited_until, \
    seen_at, state, turn, lease_until, begun_at, done, total, ended_at, failure, expires_at, result, taken, version";

/// Two more kinds, and the acts of phones.
pub(super) const OUT: [&str; 3] = ["round_people", "round_results", "phone_acts"];

/// The step.
pub(super) struct Further;

impl MigrationName for Further {
    fn name(&self) -> &'static str {
        "m0034_out"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Further {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let kinds: Vec<&'static str> = KINDS.into_iter().chain(OUT).collect();
        anew(manager, &kinds, COLUMNS).await
    }
}
