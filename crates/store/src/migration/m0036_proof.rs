//! Work beside the request may be a proof of the trail's chain too. As in m0031, both tables are made anew around the rows
//! that they hold.

use sea_orm_migration::sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use super::m0031_work::{KINDS, anew};
use super::m0034_out::{COLUMNS, OUT};

/// The step: one more kind.
pub(super) struct Proof;

impl MigrationName for Proof {
    fn name(&self) -> &'static str {
        "m0036_proof"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Proof {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let kinds: Vec<&'static str> = KINDS.into_iter().chain(OUT).chain(["proof"]).collect();
        anew(manager, &kinds, COLUMNS).await
    }
}
