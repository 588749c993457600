//! A table in a few lines. A name that ends in `?` may be null. County tables get `area_id` in
//! front of their key, their references and their indexes by themselves, so that none forgets it.

use sea_orm_migration::SchemaManager;
use sea_orm_migration::sea_orm::{DbBackend, DbErr};
use sea_orm_migration::sea_query::{
    Alias, Check, ColumnDef, ColumnType, ConditionalStatement, Expr, ExprTrait, ForeignKey, ForeignKeyAction, Index,
    IndexCreateStatement, StringLen, Table, TableCreateStatement,
};

const AREA: &str = "area_id";

/// A table with its keys, checks and indexes, the same on both engines.
pub(super) struct Shape {
    table: &'static str,
    county: bool,
    create: TableCreateStatement,
    bytewise: Vec<&'static str>,
    indexes: Vec<IndexCreateStatement>,
}

impl Shape {
    /// A county's table with the key `(area_id, id)`.
    pub(super) fn county(table: &'static str) -> Self {
        Self::county_by(table, &["id"]).uuid(&["id"])
    }

    /// A county's table with the key `(area_id, key…)`; the columns of `key` are named afterwards.
    pub(super) fn county_by(table: &'static str, key: &[&'static str]) -> Self {
        Self::new(table, true, key).int(&[AREA])
    }

    /// A table that belongs to no county; the columns of `key` are named afterwards.
    pub(super) fn reference(table: &'static str, key: &[&'static str]) -> Self {
        Self::new(table, false, key)
    }

    fn new(table: &'static str, county: bool, key: &[&'static str]) -> Self {
        let create = Table::create().table(table).to_owned();
        let mut shape = Self { table, county, create, bytewise: Vec::new(), indexes: Vec::new() };
        let mut primary = Index::create();
        for column in shape.keyed(key) {
            primary.col(column);
        }
        shape.create.primary_key(&mut primary);
        shape
    }

    /// Text of any length: words, codes without a closed list, dates `YYYY-MM-DD`.
    pub(super) fn text(self, columns: &[&'static str]) -> Self {
        self.columns(columns, &ColumnType::String(StringLen::None))
    }

    /// Text that is ordered by its bytes, so that a prefix is a range whatever the database's language.
    pub(super) fn bytewise(mut self, column: &'static str) -> Self {
        self.bytewise.push(column);
        self
    }

    /// Ids made by the program.
    pub(super) fn uuid(self, columns: &[&'static str]) -> Self {
        self.columns(columns, &ColumnType::Uuid)
    }

    /// Bytes: sealed fields, blind indexes, hashes.
    pub(super) fn bin(self, columns: &[&'static str]) -> Self {
        self.columns(columns, &ColumnType::VarBinary(StringLen::None))
    }

    /// Counts and small numbers.
    pub(super) fn int(self, columns: &[&'static str]) -> Self {
        self.columns(columns, &ColumnType::Integer)
    }

    /// Numbers that may outgrow 32 bits.
    pub(super) fn long(self, columns: &[&'static str]) -> Self {
        self.columns(columns, &ColumnType::BigInteger)
    }

    /// Moments: milliseconds since 1970, UTC.
    pub(super) fn instant(self, columns: &[&'static str]) -> Self {
        self.long(columns)
    }

    /// Yes or no.
    pub(super) fn flag(self, columns: &[&'static str]) -> Self {
        self.columns(columns, &ColumnType::Boolean)
    }

    /// A text code out of a closed list.
    pub(super) fn one_of(self, column: &'static str, codes: &[&'static str]) -> Self {
        let name = bare(column);
        self.text(&[column]).check(name, Expr::col(name).is_in(codes.iter().copied()))
    }

    /// A number between two bounds, both included.
    pub(super) fn between(self, column: &'static str, least: i32, most: i32) -> Self {
        let name = bare(column);
        self.int(&[column]).check(name, Expr::col(name).between(least, most))
    }

    /// The id of a row of another table, which cannot be deleted while it is named here.
    pub(super) fn refers(self, column: &'static str, table: &'static str) -> Self {
        let name = bare(column);
        let mut shape = self.uuid(&[column]);
        let mut key = ForeignKey::create();
        key.name(format!("fk_{}_{name}", shape.table)).from_tbl(shape.table).to_tbl(table);
        for (from, to) in shape.keyed(&[name]).into_iter().zip(shape.keyed(&["id"])) {
            key.from_col(from).to_col(to);
        }
        shape.create.foreign_key(key.on_delete(ForeignKeyAction::Restrict));
        shape
    }

    /// These columns together occur once.
    pub(super) fn unique(mut self, columns: &[&'static str]) -> Self {
        let index = self.named_index("ux", columns).unique().to_owned();
        self.indexes.push(index);
        self
    }

    /// These columns together occur once among the rows for which `condition` holds.
    pub(super) fn unique_where(mut self, columns: &[&'static str], condition: Expr) -> Self {
        let index = self.named_index("ux", columns).unique().and_where(condition).to_owned();
        self.indexes.push(index);
        self
    }

    /// Rows are looked up, or listed in order, by these columns.
    pub(super) fn index(mut self, columns: &[&'static str]) -> Self {
        let index = self.named_index("ix", columns);
        self.indexes.push(index);
        self
    }

    /// Those rows for which `condition` holds are looked up by these columns.
    fn index_where(mut self, columns: &[&'static str], condition: Expr) -> Self {
        let index = self.named_index("ix", columns).and_where(condition).to_owned();
        self.indexes.push(index);
        self
    }

    /// Makes the table, then its indexes.
    pub(super) async fn make(mut self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        for column in std::mem::take(&mut self.bytewise) {
            let mut definition = ColumnDef::new(column).string().not_null().to_owned();
            // SQLite compares bytes unless told otherwise and knows no collation of this name.
            if manager.get_database_backend() == DbBackend::Postgres {
                definition.extra("COLLATE \"C\"");
            }
            self.create.col(definition);
        }
        manager.create_table(self.create).await?;
        for index in self.indexes {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    fn columns(mut self, columns: &[&'static str], kind: &ColumnType) -> Self {
        for column in columns {
            let mut definition = ColumnDef::new_with_type(bare(column), kind.clone());
            if !column.ends_with('?') {
                definition.not_null();
            }
            self.create.col(definition);
        }
        self
    }

    fn check(mut self, column: &str, holds: Expr) -> Self {
        let name = format!("ck_{}_{column}", self.table);
        self.create.check(Check::named(Alias::new(name), holds));
        self
    }

    fn keyed(&self, columns: &[&'static str]) -> Vec<&'static str> {
        let area = self.county.then_some(AREA);
        area.into_iter().chain(columns.iter().copied()).collect()
    }

    fn named_index(&self, prefix: &str, columns: &[&'static str]) -> IndexCreateStatement {
        let mut index = Index::create();
        index.name(index_name(prefix, self.table, columns)).table(self.table);
        for column in self.keyed(columns) {
            index.col(column);
        }
        index
    }
}

/// A column that an older table gets. It may be null: the rows that exist have nothing in it.
pub(super) struct Column {
    table: &'static str,
    column: ColumnDef,
}

impl Column {
    /// Text of any length.
    pub(super) fn text(table: &'static str, name: &'static str) -> Self {
        Self { table, column: ColumnDef::new_with_type(name, ColumnType::String(StringLen::None)) }
    }

    /// A number.
    pub(super) fn int(table: &'static str, name: &'static str) -> Self {
        Self { table, column: ColumnDef::new_with_type(name, ColumnType::Integer) }
    }

    /// A number that may outgrow 32 bits.
    pub(super) fn long(table: &'static str, name: &'static str) -> Self {
        Self { table, column: ColumnDef::new_with_type(name, ColumnType::BigInteger) }
    }

    /// An id made by the program.
    pub(super) fn uuid(table: &'static str, name: &'static str) -> Self {
        Self { table, column: ColumnDef::new_with_type(name, ColumnType::Uuid) }
    }

    /// Bytes: sealed fields.
    pub(super) fn bin(table: &'static str, name: &'static str) -> Self {
        Self { table, column: ColumnDef::new_with_type(name, ColumnType::VarBinary(StringLen::None)) }
    }

    /// Yes or no.
    pub(super) fn flag(table: &'static str, name: &'static str) -> Self {
        Self { table, column: ColumnDef::new_with_type(name, ColumnType::Boolean) }
    }

    /// Adds the column.
    pub(super) async fn make(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table(self.table).add_column(self.column).to_owned()).await
    }
}

/// An index of an older table, in the place of another one or beside it.
pub(super) struct Reindex {
    shape: Shape,
    instead_of: Option<String>,
}

impl Reindex {
    /// Rows of a county's table are looked up, or listed in order, by `columns`, and no longer by `before`.
    pub(super) fn county(table: &'static str, before: &[&'static str], columns: &[&'static str]) -> Self {
        let instead_of = Some(index_name("ix", table, before));
        Self { shape: Shape::new(table, true, &[]).index(columns), instead_of }
    }

    /// Rows of a county's table are looked up by `columns` too.
    pub(super) fn further(table: &'static str, columns: &[&'static str]) -> Self {
        Self { shape: Shape::new(table, true, &[]).index(columns), instead_of: None }
    }

    /// The few rows of a county's table for which `condition` holds are looked up by `columns`.
    pub(super) fn some(table: &'static str, columns: &[&'static str], condition: Expr) -> Self {
        Self { shape: Shape::new(table, true, &[]).index_where(columns, condition), instead_of: None }
    }

    /// Makes the new one, then drops the old one.
    pub(super) async fn make(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        for index in self.shape.indexes {
            manager.create_index(index).await?;
        }
        match self.instead_of {
            Some(old) => manager.drop_index(Index::drop().name(old).table(self.shape.table).to_owned()).await,
            None => Ok(()),
        }
    }
}

fn index_name(prefix: &str, table: &str, columns: &[&str]) -> String {
    format!("{prefix}_{table}_{}", columns.join("_"))
}

fn bare(column: &'static str) -> &'static str {
    column.strip_suffix('?').unwrap_or(column)
}
