//! The schema, one step per noun, the same on SQLite and PostgreSQL. A step that has been released
//! is never changed, nor its name: what comes later is a step of its own, and every step goes forward
//! only (expand, backfill, contract). There is no step m0046.

mod shape;

mod m0001_area;
mod m0002_account;
mod m0003_school;
mod m0004_child;
mod m0005_trail;
mod m0006_household;
mod m0007_consent;
mod m0008_round;
mod m0009_pair;
mod m0010_stay;
mod m0011_note;
mod m0012_follow_up;
mod m0013_concern;
mod m0014_hours;
mod m0015_notice;
mod m0016_alarm;
mod m0017_phone;
mod m0018_term;
mod m0019_hours;
mod m0020_file;
mod m0021_event;
mod m0022_spoken;
mod m0023_export;
mod m0024_list;
mod m0025_grid;
mod m0026_rollup;
mod m0027_merge;
mod m0028_view;
mod m0029_operation;
mod m0030_count;
mod m0031_work;
mod m0032_merge;
mod m0033_name;
mod m0034_out;
mod m0035_slip;
mod m0036_proof;
mod m0037_party;
mod m0038_word;
mod m0039_break_glass;
mod m0040_reference;
mod m0041_thanks;
mod m0042_find;
mod m0043_spelling;
mod m0044_reason;
mod m0045_erasure;
mod m0047_restriction;
mod m0048_words;
mod m0049_volunteer_erasure;

use sea_orm_migration::sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait};

use shape::{Column, Reindex, Shape};

/// Brings a database to the newest schema: `Migrator::up(&connection, None)`.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            tables("m0001_area", m0001_area::shapes),
            tables("m0002_account", m0002_account::shapes),
            tables("m0003_school", m0003_school::shapes),
            tables("m0004_child", m0004_child::shapes),
            tables("m0005_trail", m0005_trail::shapes),
            tables("m0006_household", m0006_household::shapes),
            tables("m0007_consent", m0007_consent::shapes),
            tables("m0008_round", m0008_round::shapes),
            tables("m0009_pair", m0009_pair::shapes),
            tables("m0010_stay", m0010_stay::shapes),
            tables("m0011_note", m0011_note::shapes),
            tables("m0012_follow_up", m0012_follow_up::shapes),
            tables("m0013_concern", m0013_concern::shapes),
            tables("m0014_hours", m0014_hours::shapes),
            grown("m0015_notice", m0015_notice::shapes, m0015_notice::columns),
            tables("m0016_alarm", m0016_alarm::shapes),
            tables("m0017_phone", m0017_phone::shapes),
            tables("m0018_term", m0018_term::shapes),
            tables("m0019_hours", m0019_hours::shapes),
            grown("m0020_file", m0020_file::shapes, m0020_file::columns),
            grown("m0021_event", m0021_event::shapes, m0021_event::columns),
            tables("m0022_spoken", m0022_spoken::shapes),
            tables("m0023_export", m0023_export::shapes),
            Box::new(NewIndexes { name: "m0024_list", indexes: m0024_list::indexes }),
            tables("m0025_grid", m0025_grid::shapes),
            tables("m0026_rollup", m0026_rollup::shapes),
            indexed("m0027_merge", m0027_merge::shapes, m0027_merge::indexes),
            tables("m0028_view", m0028_view::shapes),
            tables("m0029_operation", m0029_operation::shapes),
            Box::new(NewIndexes { name: "m0030_count", indexes: m0030_count::indexes }),
            Box::new(m0031_work::Widen),
            Box::new(NewTables {
                name: "m0032_merge",
                shapes: Vec::new,
                columns: m0032_merge::columns,
                indexes: m0032_merge::indexes,
            }),
            Box::new(NewIndexes { name: "m0033_name", indexes: m0033_name::indexes }),
            Box::new(m0034_out::Further),
            grown("m0035_slip", Vec::new, m0035_slip::columns),
            Box::new(m0036_proof::Proof),
            Box::new(NewTables {
                name: "m0037_party",
                shapes: Vec::new,
                columns: m0037_party::columns,
                indexes: m0037_party::indexes,
            }),
            Box::new(NewIndexes { name: "m0038_word", indexes: m0038_word::indexes }),
            tables("m0039_break_glass", m0039_break_glass::shapes),
            Box::new(NewIndexes { name: "m0040_reference", indexes: m0040_reference::indexes }),
            Box::new(NewIndexes { name: "m0041_thanks", indexes: m0041_thanks::indexes }),
            indexed("m0042_find", m0042_find::shapes, m0042_find::indexes),
            Box::new(NewIndexes { name: "m0043_spelling", indexes: m0043_spelling::indexes }),
            tables("m0044_reason", m0044_reason::shapes),
            tables("m0045_erasure", m0045_erasure::shapes),
            tables("m0047_restriction", m0047_restriction::shapes),
            Box::new(NewIndexes { name: "m0048_words", indexes: m0048_words::indexes }),
            Box::new(m0049_volunteer_erasure::Further),
        ]
    }
}

fn tables(name: &'static str, shapes: fn() -> Vec<Shape>) -> Box<dyn MigrationTrait> {
    Box::new(NewTables { name, shapes, columns: Vec::new, indexes: Vec::new })
}

/// A step that makes tables, and adds columns to older ones.
fn grown(name: &'static str, shapes: fn() -> Vec<Shape>, columns: fn() -> Vec<Column>) -> Box<dyn MigrationTrait> {
    Box::new(NewTables { name, shapes, columns, indexes: Vec::new })
}

/// A step that makes tables, and finds rows of older ones by further indexes.
fn indexed(name: &'static str, shapes: fn() -> Vec<Shape>, indexes: fn() -> Vec<Reindex>) -> Box<dyn MigrationTrait> {
    Box::new(NewTables { name, shapes, columns: Vec::new, indexes })
}

/// A step that makes tables, columns and indexes.
struct NewTables {
    name: &'static str,
    shapes: fn() -> Vec<Shape>,
    columns: fn() -> Vec<Column>,
    indexes: fn() -> Vec<Reindex>,
}

impl MigrationName for NewTables {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for NewTables {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for shape in (self.shapes)() {
            shape.make(manager).await?;
        }
        for column in (self.columns)() {
            column.make(manager).await?;
        }
        for index in (self.indexes)() {
            index.make(manager).await?;
        }
        Ok(())
    }
}

/// A step that lays older tables in another order.
struct NewIndexes {
    name: &'static str,
    indexes: fn() -> Vec<Reindex>,
}

impl MigrationName for NewIndexes {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for NewIndexes {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in (self.indexes)() {
            index.make(manager).await?;
        }
        Ok(())
    }
}
