//! What the fence knows of each table: its key, its noun, who sees which rows, whether changes are
//! audited. One [`record!`] line per table, all in one place.

use naheya_domain::access::{Noun, Scope};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Iterable, ModelTrait, Value};
use uuid::Uuid;

mod list;

pub(crate) mod seal {
    /// Nobody outside the fence can make a table readable.
    pub trait Sealed {}
}

/// A table.
pub trait Record: EntityTrait + seal::Sealed {
    /// Its name, as in the schema.
    const TABLE: &'static str;
    /// Whether each change leaves an audit event with the MAC of the new state.
    const AUDITED: bool;
    /// The column that counts changes, if rows change.
    fn version() -> Option<Self::Column>;
    /// The column that names the row in audit events.
    fn id() -> Option<Self::Column>;
    /// The county's column; none for tables of the whole installation.
    fn area() -> Option<Self::Column>;
}

/// A table of a county, whose rows are seen through a viewer's scope.
pub trait OfCounty: Record {
    /// For which noun rights are looked up.
    const NOUN: Noun;
    /// The rows of `scope` within county `area` (the county's own condition is added by the caller).
    fn narrow(scope: &Scope, area: i32) -> Condition;
}

/// A table of the whole installation: accounts, areas, holidays. Rights are decided by the act or
/// read that uses it.
pub trait Common: Record {}

pub(crate) fn nothing() -> Condition {
    Condition::all().add(sea_orm::sea_query::ExprTrait::eq(sea_orm::sea_query::Expr::val(1), 0))
}

pub(crate) fn everything() -> Condition {
    Condition::all()
}

/// The row's id. A table without one (settings, areas) gets it from its key, so that the trail
/// knows each of its rows too.
pub(crate) fn ref_id<E: Record>(model: &E::Model) -> Option<Uuid> {
    let Some(column) = E::id() else { return Some(id_of_key::<E>(model)) };
    match model.get(column) {
        Value::Uuid(id) => id,
        _ => None,
    }
}

fn id_of_key<E: Record>(model: &E::Model) -> Uuid {
    let mut key = E::TABLE.as_bytes().to_vec();
    for column in E::PrimaryKey::iter() {
        push_value(&mut key, &model.get(sea_orm::PrimaryKeyToColumn::into_column(column)));
    }
    Uuid::from_slice(crate::sha(&key).get(..16).unwrap_or_default()).unwrap_or_default()
}

/// Columns that a table got when the trail held rows of it already. Where such a one is empty the row's state is what it was
/// without it, so that those rows are what the trail says of them. They stand last in their table: a row that was copied before is
/// shorter by them.
const LATER: [(&str, &str); 1] = [("erasures", "volunteer_id")];

/// How many columns of [`LATER`] a table has.
pub(crate) fn later<E: Record>() -> usize {
    LATER.iter().filter(|(table, _)| *table == E::TABLE).count()
}

/// The row's state as bytes: each column's name and value, in the entity's order. The same row
/// gives the same bytes on both engines.
pub(crate) fn state_bytes<E: Record>(model: &E::Model) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    out.extend_from_slice(E::TABLE.as_bytes());
    for column in E::Column::iter() {
        let (name, value) = (sea_orm::IdenStatic::as_str(&column), model.get(column));
        if LATER.contains(&(E::TABLE, name)) && is_absent(&value) {
            continue;
        }
        out.push(0x1f);
        out.extend_from_slice(name.as_bytes());
        out.push(b'=');
        push_value(&mut out, &value);
    }
    out
}

fn is_absent(value: &Value) -> bool {
    matches!(
        value,
        Value::Bool(None)
            | Value::Int(None)
            | Value::BigInt(None)
            | Value::String(None)
            | Value::Bytes(None)
            | Value::Uuid(None)
    )
}

fn push_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Bool(Some(v)) => out.extend_from_slice(&[b'b', u8::from(*v)]),
        Value::Int(Some(v)) => push_tagged(out, b'i', &i64::from(*v).to_be_bytes()),
        Value::BigInt(Some(v)) => push_tagged(out, b'i', &v.to_be_bytes()),
        Value::String(Some(v)) => push_tagged(out, b's', v.as_bytes()),
        Value::Bytes(Some(v)) => push_tagged(out, b'x', v),
        Value::Uuid(Some(v)) => push_tagged(out, b'u', v.as_bytes()),
        // No table has columns of other types; an absent value is one mark whatever its type.
        _ => out.push(b'-'),
    }
}

fn push_tagged(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Columns whose values differ between two states of a row.
pub(crate) fn changed<E: Record>(before: &E::Model, after: &E::Model) -> Vec<E::Column> {
    E::Column::iter().filter(|column| before.get(*column) != after.get(*column)).collect()
}

/// What a change writes, as bytes: the version that it finds, its columns and their new values; none where nothing differs.
/// Changes with the same bytes can be written together.
pub(crate) fn news<E: Record>(before: &E::Model, after: &E::Model) -> Option<Vec<u8>> {
    let columns = changed::<E>(before, after);
    if columns.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(64);
    if let Some(version) = E::version() {
        push_value(&mut out, &before.get(version));
    }
    for column in columns {
        push_tagged(&mut out, 0x1f, sea_orm::IdenStatic::as_str(&column).as_bytes());
        push_value(&mut out, &after.get(column));
    }
    Some(out)
}

/// The condition that picks exactly this row by its primary key.
pub(crate) fn by_key<E: Record>(model: &E::Model) -> Condition {
    let mut condition = Condition::all();
    for key in E::PrimaryKey::iter() {
        let column = sea_orm::PrimaryKeyToColumn::into_column(key);
        condition = condition.add(column.eq(model.get(column)));
    }
    condition
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::entity::erasure;

    fn request(volunteer_id: Option<Uuid>) -> Vec<u8> {
        state_bytes::<erasure::Entity>(&erasure::Model {
            area_id: 150_825,
            id: Uuid::nil(),
            child_id: None,
            reason_sealed: Vec::new(),
            state: "asked".to_owned(),
            by_account: Uuid::nil(),
            asked_at: 0,
            decided_by: None,
            decided_at: None,
            answer_sealed: None,
            emptied: 0,
            version: 1,
            volunteer_id,
        })
    }

    #[test]
    fn a_row_from_before_a_later_column_is_what_the_trail_says_of_it() {
        let tells = |bytes: &[u8]| bytes.windows(12).any(|part| part == b"volunteer_id");
        assert!(!tells(&request(None)));
        assert!(tells(&request(Some(Uuid::nil()))));
    }
}
