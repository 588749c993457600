//! The rows of a table in the order of its key, a page at a time, also those that no longer read as what they should be.

use futures_util::future::BoxFuture;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ConnectionTrait, DbBackend, FromQueryResult, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::Error;
use crate::sealed::question::begun;
use crate::sealed::record::{Record, nothing};
use crate::sealed::tx::Tx;

/// Rows read at a time: fewer than wait between SQLite's thread and whoever reads its rows (`db.rs`), so that a page lies there
/// whole when it is taken up and neither side wakes the other for each few rows of it.
const CHUNK: u64 = 500;
/// A server plans each page anew, so it gives longer ones.
const SERVER_CHUNK: u64 = 5_000;

/// The columns by which a row is known.
pub(super) fn keys<E: Record>() -> Vec<E::Column> {
    E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect()
}

/// A row as it was found; none when it no longer reads as one (SQLite takes any value in any
/// column), then only its name is known.
pub(super) struct Found<M> {
    pub(super) row: Option<M>,
    pub(super) name: String,
}

/// The rows of a page that was asked for.
type Ahead<'t, M> = BoxFuture<'t, Result<Vec<M>, Error>>;

/// Where a page of a table begins, in the order of its key.
struct Place<E: Record> {
    within: Option<SimpleExpr>,
    after: Option<E::Model>,
    /// Rows to pass over: those of damaged pages since `after`.
    skip: u64,
}

impl<E: Record> Place<E>
where
    E::Model: Send + Sync + Clone,
{
    #[expect(clippy::disallowed_methods, reason = "the fence: the conscience reads every row")]
    fn select(&self) -> Select<E> {
        let keys = keys::<E>();
        let mut select = E::find();
        if let Some(within) = &self.within {
            select = select.filter(within.clone());
        }
        if let Some(after) = &self.after {
            // Within a county its column is known. Were it compared too, SQLite would go through the county from its first row for
            // each page: of five million events a thousand times.
            let is_known =
                |key: &E::Column| self.within.is_some() && E::area().is_some_and(|a| a.as_str() == key.as_str());
            let rest: Vec<E::Column> = keys.iter().copied().filter(|key| !is_known(key)).collect();
            let here = Expr::tuple(rest.iter().map(|k| Expr::col((E::default(), *k))));
            let there = Expr::tuple(rest.iter().map(|k| SimpleExpr::Value(after.get(*k))));
            // A table with one row for each county has no second page.
            select = if rest.is_empty() { select.filter(nothing()) } else { select.filter(here.gt(there)) };
        }
        for key in keys {
            select = select.order_by_asc(key);
        }
        select
    }

    /// The page that begins here.
    fn page<'t>(&self, tx: &'t Tx) -> Ahead<'t, E::Model> {
        let page = self.select().offset(self.skip);
        Box::pin(async move {
            let conn = tx.conn().await?;
            let most = if conn.get_database_backend() == DbBackend::Sqlite { CHUNK } else { SERVER_CHUNK };
            Ok(page.limit(most).all(&conn).await?)
        })
    }

    /// A page with a row that cannot be read: each by itself, so that all the others still can.
    async fn one_by_one(&self, tx: &Tx) -> Result<Vec<Found<E::Model>>, Error> {
        let mut page = Vec::new();
        for n in self.skip..self.skip + CHUNK {
            match self.select().offset(n).limit(1).one(&tx.conn().await?).await {
                Ok(Some(row)) => page.push(Found { row: Some(row), name: String::new() }),
                Ok(None) => break,
                Err(_) => page.push(Found { row: None, name: self.name_at(n, tx).await? }),
            }
        }
        Ok(page)
    }

    /// The name of a row that cannot be read, from the bytes of its key.
    #[expect(clippy::disallowed_methods, reason = "the fence: a damaged row is named by the bytes of its key")]
    async fn name_at(&self, n: u64, tx: &Tx) -> Result<String, Error> {
        let Some(key) = E::id().or_else(|| keys::<E>().pop()) else { return Ok(String::new()) };
        let place = format!("\"{}\".\"{}\"", E::TABLE, key.as_str());
        // An event's number is no text, and is not read as one.
        let name = if E::id().is_some() { format!("hex({place})") } else { format!("CAST({place} AS TEXT)") };
        let name = Expr::cust(name);
        let named = self.select().select_only().column_as(name, "name").offset(n).limit(1);
        let found = named.into_model::<Name>().one(&tx.conn().await?).await?;
        let name = found.map(|f| f.name).unwrap_or_default();
        Ok(Uuid::try_parse(&name).map_or(name, |id| id.to_string()))
    }
}

/// A whole table, page by page. The next page is asked for before the one at hand is gone through, so that the engine reads
/// while rows are hashed; nothing else may be asked through the same hold meanwhile.
pub(super) struct Pages<'t, E: Record> {
    place: Place<E>,
    /// The page that is on its way.
    ahead: Option<Ahead<'t, E::Model>>,
    /// Nothing stands behind what was read.
    is_over: bool,
}

impl<'t, E: Record> Pages<'t, E>
where
    E::Model: Send + Sync + Clone,
{
    pub(super) fn of(within: SimpleExpr) -> Self {
        Pages::beginning(Some(within))
    }

    pub(super) fn everything() -> Self {
        Pages::beginning(None)
    }

    fn beginning(within: Option<SimpleExpr>) -> Self {
        Pages { place: Place { within, after: None, skip: 0 }, ahead: None, is_over: false }
    }

    pub(super) async fn next(&mut self, tx: &'t Tx) -> Result<Option<Vec<Found<E::Model>>>, Error> {
        if self.is_over {
            return Ok(None);
        }
        let asked = match self.ahead.take() {
            Some(asked) => asked,
            None => self.place.page(tx),
        };
        let Ok(rows) = asked.await else {
            let page = self.place.one_by_one(tx).await?;
            self.place.skip += CHUNK;
            return Ok(if page.is_empty() { None } else { Some(page) });
        };
        let Some(last) = rows.last() else { return Ok(None) };
        self.place.after = Some(last.clone());
        self.place.skip = 0;
        self.is_over = (rows.len() as u64) < CHUNK;
        if !self.is_over {
            self.ahead = Some(begun(self.place.page(tx)).await);
        }
        Ok(Some(rows.into_iter().map(|row| Found { row: Some(row), name: String::new() }).collect()))
    }
}

#[derive(Debug, FromQueryResult)]
struct Name {
    name: String,
}

#[cfg(test)]
mod tests {
    use sea_orm::{ColumnTrait, QueryTrait};

    use super::*;
    use crate::sealed::entity::audit_reason;

    #[test]
    fn a_page_of_a_county_begins_where_the_last_one_ended() {
        let mut pages = Pages::<audit_reason::Entity>::of(audit_reason::Column::AreaId.eq(150_825));
        pages.place.after = Some(audit_reason::Model { area_id: 150_825, n: 5, words_sealed: Vec::new() });
        let asked = pages.place.select().build(DbBackend::Sqlite).to_string();
        let (_, narrowed) = asked.split_once("WHERE").unwrap_or_default();
        let compared =
            narrowed.split("ORDER BY").next().and_then(|clause| clause.split_once("AND")).unwrap_or_default().1;
        assert!(compared.contains("\"n\"") && compared.contains('>'), "{asked}");
        assert!(!compared.contains("\"area_id\""), "an index is entered by its second column, not walked: {asked}");
    }
}
