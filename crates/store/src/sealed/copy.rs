//! Rows out and back, whatever the engine: the ground of backup, restore and the move from the
//! embedded database to a server. Tables go in the order in which their references allow.

use std::collections::HashMap;
use std::sync::LazyLock;

use futures_util::future::BoxFuture;
use sea_orm::sea_query::{ArrayType, Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, Iterable, ModelTrait,
    PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect, TryIntoModel, Value,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::db::Db;
use super::entity;
use super::question::begun;
use super::record::{Record, later};
use crate::Error;

/// Rows read at a time: as many as lie whole between SQLite's thread and its reader (`db.rs`); a server plans each page anew.
const CHUNK: u64 = 500;
const SERVER_CHUNK: u64 = 1_000;
/// The most values that are written in one statement.
const VARIABLES: usize = 30_000;

/// Calls a macro with every table, in the order of references.
macro_rules! every_table {
    ($call:ident) => {
        $call!(
            meta,
            area,
            county,
            holiday,
            account,
            grant,
            session,
            slip,
            recovery_code,
            sign_in_try,
            uniq,
            public_link,
            setting,
            school,
            class,
            duty,
            school_day,
            school_term,
            county_holiday,
            import_batch,
            sibling_group,
            child,
            child_category,
            guardian,
            guardian_token,
            guardianship,
            household,
            household_member,
            volunteer,
            check,
            consent,
            wish,
            round,
            round_child,
            round_volunteer,
            choice,
            run,
            pair,
            proposal,
            pair_meeting,
            parting,
            stay,
            stay_adult,
            term_plan,
            term_weekend,
            plan_record,
            custody_event,
            alarm,
            ladder,
            note,
            picture,
            thanks,
            phone_act,
            draft,
            saved_view,
            follow_up,
            concern,
            concern_person,
            concern_circle,
            concern_entry,
            hours_entry,
            hours_claim,
            export,
            break_glass,
            erasure,
            restriction,
            operation,
            operation_part,
            rollup,
            snapshot,
            station,
            charge,
            merge,
            outbox,
            notice,
            contact,
            channel,
            audit_event,
            audit_head,
            audit_reason,
            idempotency,
            search_token
        )
    };
}

static PLACES: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    macro_rules! names {
        ($($table:ident),+) => { [$(entity::$table::Entity::TABLE),+] };
    }
    let names = every_table!(names);
    names.into_iter().enumerate().map(|(place, name)| (name, place)).collect()
});

/// A table's place in the order of references.
pub(super) fn place(table: &str) -> Option<usize> {
    PLACES.get(table).copied()
}

/// The name of a table as the program knows it; none of one that is not its own.
pub(super) fn named(table: &str) -> Option<&'static str> {
    PLACES.get_key_value(table).map(|(name, _)| *name)
}

/// A view of the records at one moment, while others go on writing.
pub(crate) struct Snapshot(DatabaseTransaction);

impl Snapshot {
    pub(crate) async fn take(db: &Db) -> Result<Snapshot, Error> {
        Ok(Snapshot(db.moment().await?))
    }

    /// Gives every row of every table to `sink`, as `[table, value, …]` in the entity's column order.
    pub(crate) async fn rows(&self, sink: &mut (dyn FnMut(Json) -> Result<(), Error> + Send)) -> Result<(), Error> {
        macro_rules! all {
            ($($table:ident),+) => {{ $(self.table::<entity::$table::Entity>(sink).await?;)+ }};
        }
        every_table!(all);
        Ok(())
    }

    /// The engine reads the next page while one goes to `sink`.
    async fn table<E: Record>(&self, sink: &mut (dyn FnMut(Json) -> Result<(), Error> + Send)) -> Result<(), Error>
    where
        E::Model: Send + Sync,
    {
        let mut page = self.page::<E>(None);
        loop {
            let rows = page.await?;
            // A short page is the last.
            let next = match rows.last() {
                Some(end) if rows.len() as u64 >= CHUNK => Some(begun(self.page::<E>(Some(end))).await),
                _ => None,
            };
            for row in &rows {
                sink(written::<E>(row))?;
            }
            page = match next {
                Some(next) => next,
                None => return Ok(()),
            };
        }
    }

    /// The rows that follow this one, in the order of their key.
    #[expect(clippy::disallowed_methods, reason = "the fence: a copy reads every row")]
    fn page<E: Record>(&self, last: Option<&E::Model>) -> BoxFuture<'_, Result<Vec<E::Model>, Error>>
    where
        E::Model: Send + Sync,
    {
        let keys: Vec<E::Column> = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
        let is_file = self.0.get_database_backend() == DbBackend::Sqlite;
        let mut select = E::find().limit(if is_file { CHUNK } else { SERVER_CHUNK });
        if let Some(last) = last {
            let here = Expr::tuple(keys.iter().map(|k| Expr::col((E::default(), *k))));
            let there = Expr::tuple(keys.iter().map(|k| SimpleExpr::Value(last.get(*k))));
            select = select.filter(here.gt(there));
        }
        for key in &keys {
            select = select.order_by_asc(*key);
        }
        Box::pin(async move { Ok(select.all(&self.0).await?) })
    }
}

/// Whether nothing has been kept here yet: a fresh schema.
#[expect(clippy::disallowed_methods, reason = "the fence: asks every table for a first row")]
pub(crate) async fn is_empty(db: &Db) -> Result<bool, Error> {
    macro_rules! any {
        ($($table:ident),+) => {{
            $(if entity::$table::Entity::find().one(db.owner()).await?.is_some() { return Ok(false); })+
        }};
    }
    every_table!(any);
    Ok(true)
}

/// Takes rows back in, all or none.
pub(crate) struct Intake {
    transaction: DatabaseTransaction,
    waiting: Vec<Json>,
    table: String,
    columns: usize,
}

impl Intake {
    pub(crate) async fn begin(db: &Db) -> Result<Intake, Error> {
        Ok(Intake { transaction: db.begin().await?, waiting: Vec::new(), table: String::new(), columns: 1 })
    }

    /// One row as [`Snapshot::rows`] gave it.
    pub(crate) async fn row(&mut self, row: Json) -> Result<(), Error> {
        let parts = row.as_array().ok_or_else(strange)?;
        let table = parts.first().and_then(Json::as_str).ok_or_else(strange)?;
        if table != self.table || self.waiting.len() >= VARIABLES / self.columns.max(1) {
            self.flush().await?;
            table.clone_into(&mut self.table);
            self.columns = parts.len();
        }
        self.waiting.push(row);
        Ok(())
    }

    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        self.flush().await?;
        Ok(self.transaction.commit().await?)
    }

    async fn flush(&mut self) -> Result<(), Error> {
        let rows = std::mem::take(&mut self.waiting);
        if rows.is_empty() {
            return Ok(());
        }
        macro_rules! find {
            ($($table:ident),+) => {{
                $(if self.table == entity::$table::Entity::TABLE {
                    return insert::<entity::$table::Entity>(&self.transaction, rows).await;
                })+
            }};
        }
        every_table!(find);
        Err(strange())
    }
}

#[expect(clippy::disallowed_methods, reason = "the fence: rows of a backup are put back")]
async fn insert<E>(transaction: &DatabaseTransaction, rows: Vec<Json>) -> Result<(), Error>
where
    E: Record,
    E::ActiveModel: Send,
{
    let rows = rows.iter().map(read::<E>).collect::<Result<Vec<_>, _>>()?;
    E::insert_many(rows).exec_without_returning(transaction).await?;
    Ok(())
}

fn strange() -> Error {
    Error::refused("backup.unreadable")
}

/// A row as `[table, value, …]` in the entity's column order.
pub(crate) fn written<E: Record>(row: &E::Model) -> Json {
    let mut parts = vec![Json::from(E::TABLE)];
    parts.extend(E::Column::iter().map(|column| match row.get(column) {
        Value::Bool(Some(v)) => Json::from(v),
        Value::Int(Some(v)) => Json::from(v),
        Value::BigInt(Some(v)) => Json::from(v),
        Value::String(Some(v)) => Json::from(v),
        Value::Bytes(Some(v)) => Json::from(data_encoding::BASE64.encode(&v)),
        Value::Uuid(Some(v)) => Json::from(v.to_string()),
        _ => Json::Null,
    }));
    Json::Array(parts)
}

/// A row that was [`written`].
pub(crate) fn read_back<E: Record>(row: &Json) -> Result<E::Model, Error>
where
    E::ActiveModel: TryIntoModel<E::Model>,
{
    read::<E>(row)?.try_into_model().map_err(|_| strange())
}

fn read<E: Record>(row: &Json) -> Result<E::ActiveModel, Error> {
    let parts = row.as_array().ok_or_else(strange)?;
    let columns: Vec<E::Column> = E::Column::iter().collect();
    let whole = columns.len() + 1;
    if parts.len() > whole || parts.len() + later::<E>() < whole {
        return Err(strange());
    }
    let mut model = <E::ActiveModel as ActiveModelTrait>::default();
    let absent = Json::Null;
    let values = parts.iter().skip(1).chain(std::iter::repeat(&absent));
    for (column, part) in columns.into_iter().zip(values) {
        let value = typed(&E::Model::get_value_type(column), part).ok_or_else(strange)?;
        model.try_set(column, value).map_err(|_| strange())?;
    }
    Ok(model)
}

fn typed(kind: &ArrayType, part: &Json) -> Option<Value> {
    let null = part.is_null();
    Some(match kind {
        ArrayType::Bool => Value::Bool(if null { None } else { Some(part.as_bool()?) }),
        ArrayType::Int => Value::Int(if null { None } else { Some(i32::try_from(part.as_i64()?).ok()?) }),
        ArrayType::BigInt => Value::BigInt(if null { None } else { Some(part.as_i64()?) }),
        ArrayType::String => Value::String(if null { None } else { Some(part.as_str()?.to_owned()) }),
        ArrayType::Bytes => {
            Value::Bytes(if null { None } else { Some(data_encoding::BASE64.decode(part.as_str()?.as_bytes()).ok()?) })
        }
        ArrayType::Uuid => Value::Uuid(if null { None } else { Some(Uuid::try_parse(part.as_str()?).ok()?) }),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_from_before_a_column_came_is_read_and_one_that_was_cut_is_not() {
        let (area, id) = (150_825, Uuid::from_u128(1));
        let request = entity::erasure::Model {
            area_id: area,
            id,
            child_id: Some(Uuid::from_u128(2)),
            reason_sealed: vec![1],
            state: "asked".into(),
            by_account: id,
            asked_at: 1,
            decided_by: None,
            decided_at: None,
            answer_sealed: None,
            emptied: 0,
            version: 1,
            volunteer_id: None,
        };
        let whole = written::<entity::erasure::Entity>(&request);
        let parts = whole.as_array().map(Vec::as_slice).unwrap_or_default();
        let without = |n: usize| Json::Array(parts.iter().take(parts.len() - n).cloned().collect());
        assert_eq!(read_back::<entity::erasure::Entity>(&without(1)), Ok(request));
        assert_eq!(read_back::<entity::erasure::Entity>(&without(2)), Err(strange()));
        let setting = entity::meta::Model { key: "words_sealed".into(), value: "1".into() };
        let cut = written::<entity::meta::Entity>(&setting);
        let cut = Json::Array(cut.as_array().map(|parts| parts.iter().take(2).cloned().collect()).unwrap_or_default());
        assert_eq!(read_back::<entity::meta::Entity>(&cut), Err(strange()));
    }
}
