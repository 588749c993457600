//! Rows in numbers: what is done to one row, done to thousands of them in a few statements. An import that is taken back
//! would ask the engine a hundred thousand times otherwise, and everybody's saves wait as long.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, Condition, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn, QueryFilter, Value};

use super::{Tx, value};
use crate::Error;
use crate::sealed::record::{self, OfCounty, Record};
use crate::sealed::tally;

/// Rows that one statement names. Lists are filled up to a power of two, so that a server plans few statements.
const PIECE: usize = 1_024;

/// A row as it stands and as it will be.
type Change<E> = (<E as sea_orm::EntityTrait>::Model, <E as sea_orm::EntityTrait>::Model);

impl Tx {
    /// [`Tx::remove`] for many rows.
    #[expect(clippy::disallowed_methods, reason = "the fence: rows are removed here")]
    pub async fn remove_all<E>(&self, rows: &[E::Model]) -> Result<(), Error>
    where
        E: Record,
        E::Model: Send + Sync,
    {
        for some in rows.chunks(PIECE) {
            let Some(these) = by_keys::<E>(&some.iter().collect::<Vec<_>>()) else {
                for row in some {
                    self.remove::<E>(row).await?;
                }
                continue;
            };
            some.iter().try_for_each(|row| self.own_county::<E>(row))?;
            let said: Vec<tally::Marks> = some.iter().map(tally::marks).collect();
            tally::foresee(self, &said, &[]).await?;
            let done = E::delete_many().filter(these).exec(self.transaction(E::TABLE).await?).await?;
            if done.rows_affected != some.len() as u64 {
                return Err(Error::Stale);
            }
            tally::moved(self, &said, &[]);
            if E::AUDITED {
                some.iter().for_each(|row| self.push(E::TABLE, record::ref_id::<E>(row), "-".to_owned(), None));
            }
        }
        Ok(())
    }

    /// [`Tx::change`] for many rows, none of them twice: those that become alike are written together.
    pub async fn change_all<E>(&self, rows: Vec<Change<E>>) -> Result<(), Error>
    where
        E: Record,
        E::Model: Send + Sync,
    {
        let mut alike: BTreeMap<Vec<u8>, Vec<Change<E>>> = BTreeMap::new();
        for (before, after) in rows {
            self.own_county::<E>(&before)?;
            self.own_county::<E>(&after)?;
            if let Some(news) = record::news::<E>(&before, &after) {
                alike.entry(news).or_default().push((before, after));
            }
        }
        for rows in alike.into_values() {
            for some in rows.chunks(PIECE) {
                self.change_piece::<E>(some).await?;
            }
        }
        Ok(())
    }

    /// Changes rows that differ in the same columns, to the same values, from the same version on.
    #[expect(clippy::disallowed_methods, reason = "the fence: changes are written here")]
    async fn change_piece<E>(&self, rows: &[Change<E>]) -> Result<(), Error>
    where
        E: Record,
        E::Model: Send + Sync,
    {
        let [(first, like), ..] = rows else { return Ok(()) };
        let named = by_keys::<E>(&rows.iter().map(|(before, _)| before).collect::<Vec<_>>());
        let (Some(these), Some(version)) = (named, E::version()) else {
            for (before, after) in rows {
                self.change::<E>(before, after.clone()).await?;
            }
            return Ok(());
        };
        let Value::Int(Some(seen)) = first.get(version) else { return Err(Error::Stale) };
        let next = Value::Int(Some(seen.saturating_add(1)));
        let update = E::update_many().filter(these).filter(version.eq(seen)).col_expr(version, value(next.clone()));
        let columns = record::changed::<E>(first, like);
        let other = columns.iter().filter(|column| column.as_str() != version.as_str());
        let update = other.fold(update, |update, column| update.col_expr(*column, value(like.get(*column))));
        let said: Vec<tally::Marks> = rows.iter().map(|(before, _)| tally::marks(before)).collect();
        let says: Vec<tally::Marks> = rows.iter().map(|(_, after)| tally::marks(after)).collect();
        tally::foresee(self, &said, &says).await?;
        let done = update.exec(self.transaction(E::TABLE).await?).await?;
        if done.rows_affected != rows.len() as u64 {
            return Err(Error::Stale);
        }
        tally::moved(self, &said, &says);
        if E::AUDITED {
            let names = columns.iter().map(IdenStatic::as_str).collect::<Vec<_>>().join(",");
            for (_, after) in rows {
                let mut after = after.clone();
                after.try_set(version, next.clone())?;
                self.event_of::<E>(&after, names.clone());
            }
        }
        Ok(())
    }

    /// Puts the same into every row of the county that meets `condition`, in one statement: for tables without audit, version
    /// and totals (letters of one round). Returns how many.
    #[expect(clippy::disallowed_methods, reason = "the fence: rows are changed here")]
    pub(crate) async fn change_alike<E: OfCounty>(
        &self,
        condition: Condition,
        values: Vec<(E::Column, sea_orm::sea_query::SimpleExpr)>,
    ) -> Result<u64, Error> {
        if E::AUDITED || E::version().is_some() {
            return Err(Error::Forbidden);
        }
        let only = E::update_many().filter(self.in_county::<E>().add(condition));
        let update = values.into_iter().fold(only, |update, (column, value)| update.col_expr(column, value));
        Ok(update.exec(self.transaction(E::TABLE).await?).await?.rows_affected)
    }
}

/// The condition that picks exactly these rows by their keys; none where keys differ in more than one column.
fn by_keys<E: Record>(rows: &[&E::Model]) -> Option<Condition> {
    let (mut condition, mut differing) = (Condition::all(), 0);
    for key in E::PrimaryKey::iter() {
        let column = key.into_column();
        let mut values: Vec<Value> = rows.iter().map(|row| row.get(column)).collect();
        let first = values.first().cloned()?;
        if values.iter().all(|value| *value == first) {
            condition = condition.add(column.eq(first));
        } else {
            differing += 1;
            values.resize(values.len().next_power_of_two(), first);
            condition = condition.add(column.is_in(values));
        }
    }
    (differing <= 1).then_some(condition)
}
