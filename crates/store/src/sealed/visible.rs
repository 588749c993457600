//! A query that began at a viewer's scope. It can be narrowed, ordered and run; it cannot be
//! widened, and the select inside cannot be taken out.

use sea_orm::sea_query::IntoCondition;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::record::Record;
use super::tx::Tx;
use crate::Error;

/// Rows of one table that may be seen.
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until it is run"]
pub struct Visible<E: EntityTrait>(Select<E>, Hope);

/// Lists of ids from this length on stay as they are: an engine takes only so many in one question.
const FILLED_UP: usize = 1_024;

/// Whether a query can find anything at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hope {
    /// Only the database knows.
    Some,
    /// It was narrowed to none of all ids: nothing is asked.
    None,
}

#[expect(clippy::disallowed_methods, reason = "the fence: the one place where queries begin")]
pub(super) fn start<E: Record>(condition: Condition) -> Visible<E> {
    Visible(E::find().filter(condition), Hope::Some)
}

impl<E: Record> Visible<E>
where
    E::Model: Send + Sync,
{
    /// Only rows that also meet `condition`.
    pub fn and(self, condition: impl IntoCondition) -> Self {
        Visible(self.0.filter(Condition::all().add(condition.into_condition())), self.1)
    }

    /// Only rows that also meet `condition`, when there is one.
    pub fn and_if<C: IntoCondition>(self, condition: Option<C>) -> Self {
        match condition {
            Some(condition) => self.and(condition),
            None => self,
        }
    }

    /// Only the row with this id.
    pub fn id(self, id: impl Into<uuid::Uuid>) -> Self {
        match E::id() {
            Some(column) => self.and(column.eq(id.into())),
            None => self.and(super::record::nothing()),
        }
    }

    /// Only the rows with one of these ids: see [`Visible::holding`].
    pub fn among<I: Into<uuid::Uuid>>(self, ids: impl IntoIterator<Item = I>) -> Self {
        match E::id() {
            Some(column) => self.holding(column, ids),
            None => Visible(self.and(super::record::nothing()).0, Hope::None),
        }
    }

    /// Only the rows that hold one of these ids in `column`; without any, the database is not asked. The list is filled up with
    /// its last id to a power of two, so that a server plans a handful of statements and not one for each length.
    pub fn holding<I: Into<uuid::Uuid>>(self, column: E::Column, ids: impl IntoIterator<Item = I>) -> Self {
        let mut ids: Vec<uuid::Uuid> = ids.into_iter().map(Into::into).collect();
        ids.sort_unstable();
        ids.dedup();
        let Some(last) = ids.last().copied() else {
            return Visible(self.and(super::record::nothing()).0, Hope::None);
        };
        if ids.len() < FILLED_UP {
            ids.resize(ids.len().next_power_of_two(), last);
        }
        self.and(column.is_in(ids))
    }

    /// Only rows beside which the same county has no other row for which this holds, such as a later one of the same kind:
    /// `other` gives the other row's columns, [`at`] those of the row itself.
    pub fn unless(self, holds: impl FnOnce(&dyn Fn(E::Column) -> sea_orm::sea_query::SimpleExpr) -> Condition) -> Self {
        use sea_orm::sea_query::{Expr, ExprTrait, Query};
        let other = |column: E::Column| sea_orm::sea_query::SimpleExpr::from(Expr::col(("other", column)));
        let here = E::area().map(|area| other(area).eq(at(area)));
        let mut found = Query::select();
        found.expr(Expr::val(1)).from_as(E::default().table_ref(), "other");
        found.cond_where(Condition::all().add_option(here).add(holds(&other)));
        self.and(Expr::exists(found).not())
    }

    /// Sorted by `column`, smallest first.
    pub fn by(self, column: E::Column) -> Self {
        Visible(self.0.order_by(column, Order::Asc), self.1)
    }

    /// Sorted by a column of what stands beside the rows, smallest first.
    pub fn by_other<C: ColumnTrait>(self, column: C) -> Self {
        Visible(self.0.order_by(column, Order::Asc), self.1)
    }

    /// Sorted by `column`, largest first.
    pub fn by_desc(self, column: E::Column) -> Self {
        Visible(self.0.order_by(column, Order::Desc), self.1)
    }

    /// At most `count` rows.
    pub fn limit(self, count: u64) -> Self {
        Visible(self.0.limit(count), self.1)
    }

    /// Skips `count` rows; only for short lists, pages use a key.
    pub fn skip(self, count: u64) -> Self {
        Visible(self.0.offset(count), self.1)
    }

    /// The rows.
    pub async fn all(self, tx: &Tx) -> Result<Vec<E::Model>, Error> {
        if self.1 == Hope::None {
            return Ok(Vec::new());
        }
        Ok(self.0.all(&tx.conn().await?).await?)
    }

    /// The first row, if there is one.
    pub async fn first(self, tx: &Tx) -> Result<Option<E::Model>, Error> {
        Ok(self.0.limit(1).one(&tx.conn().await?).await?)
    }

    /// The row, or [`Error::NotFound`].
    pub async fn one(self, tx: &Tx) -> Result<E::Model, Error> {
        self.first(tx).await?.ok_or(Error::NotFound)
    }

    /// How many rows.
    pub async fn count(self, tx: &Tx) -> Result<u64, Error> {
        Ok(self.0.count(&tx.conn().await?).await?)
    }

    /// How many rows, counted no further than `cap` (an unbounded count reads the whole index).
    pub async fn count_to(self, cap: u64, tx: &Tx) -> Result<u64, Error> {
        Ok(self.0.select_only().column(first_key::<E>()).limit(cap).count(&tx.conn().await?).await?)
    }

    /// How many different values a column has in these rows. A server sorts them all for `COUNT(DISTINCT …)`.
    pub async fn count_different(self, column: E::Column, tx: &Tx) -> Result<u64, Error> {
        Ok(self.0.select_only().column(column).distinct().count(&tx.conn().await?).await?)
    }

    /// How many rows each of these finds, counted no further than `cap`: one question for all of them.
    #[expect(
        clippy::disallowed_methods,
        reason = "the fence: queries that began at a viewer's scope are counted side by side"
    )]
    pub async fn counts_to(all: Vec<Self>, cap: u64, tx: &Tx) -> Result<Vec<u64>, Error> {
        use sea_orm::ConnectionTrait;
        use sea_orm::sea_query::{Expr, Query};
        let mut question = Query::select();
        let asked = all.len();
        for (n, one) in all.into_iter().enumerate() {
            let rows = sea_orm::QueryTrait::into_query(one.0.select_only().column(first_key::<E>()).limit(cap));
            let count = Query::select().expr(Expr::cust("COUNT(*)")).from_subquery(rows, "counted").take();
            question.expr_as(Expr::from(count), format!("n{n}"));
        }
        let Some(row) = tx.conn().await?.query_one(&question).await? else { return Ok(Vec::new()) };
        let number = |n: usize| row.try_get::<i64>("", &format!("n{n}")).map(|n| u64::try_from(n).unwrap_or(0));
        Ok((0..asked).map(number).collect::<Result<_, _>>()?)
    }

    /// Only some columns, read into `R` (its fields name the columns).
    pub async fn columns<R, const N: usize>(self, columns: [E::Column; N], tx: &Tx) -> Result<Vec<R>, Error>
    where
        R: FromQueryResult + Send + Sync,
    {
        if self.1 == Hope::None {
            return Ok(Vec::new());
        }
        Ok(self.0.select_only().columns(columns).into_model::<R>().all(&tx.conn().await?).await?)
    }

    /// Beside each row the rows of `other` that `on` leads to, or nothing: one question instead of two. Of `other`, only
    /// what its own viewer may see comes along, and only these columns.
    pub fn beside<F: Record, const N: usize>(
        mut self,
        other: Visible<F>,
        columns: [F::Column; N],
        on: impl IntoCondition,
    ) -> Self {
        let rows = sea_orm::QueryTrait::into_query(other.0.select_only().columns(columns));
        sea_orm::QueryTrait::query(&mut self.0).join_subquery(sea_orm::JoinType::LeftJoin, rows, F::TABLE, on);
        self
    }

    /// The expressions given, each read under its name: of the rows and of what stands beside them.
    pub async fn pick<R>(
        self,
        picked: Vec<(sea_orm::sea_query::SimpleExpr, &'static str)>,
        tx: &Tx,
    ) -> Result<Vec<R>, Error>
    where
        R: FromQueryResult + Send + Sync,
    {
        if self.1 == Hope::None {
            return Ok(Vec::new());
        }
        let select = picked.into_iter().fold(self.0.select_only(), |select, (it, name)| select.column_as(it, name));
        Ok(select.into_model::<R>().all(&tx.conn().await?).await?)
    }

    /// The largest value of a column, as an expression of another query: the first of an index that is read backwards.
    pub fn largest(self, column: E::Column) -> sea_orm::sea_query::SimpleExpr {
        let first = self.0.select_only().column(column).order_by(column, Order::Desc).limit(1);
        sea_orm::QueryTrait::into_query(first).into()
    }

    /// An expression over the row, or the first of the rows, as an expression of another query.
    pub fn value(self, of: sea_orm::sea_query::SimpleExpr) -> sea_orm::sea_query::SimpleExpr {
        sea_orm::QueryTrait::into_query(self.0.select_only().expr(of).limit(1)).into()
    }

    /// Whether there is a row, as an expression of another query.
    pub fn some(self) -> sea_orm::sea_query::SimpleExpr {
        sea_orm::sea_query::Expr::exists(self.ids(first_key::<E>()))
    }

    /// Grouped counts or sums: the columns and expressions given, grouped by the first ones.
    pub async fn grouped<R>(
        self,
        group: &[E::Column],
        sums: Vec<(sea_orm::sea_query::SimpleExpr, &'static str)>,
        tx: &Tx,
    ) -> Result<Vec<R>, Error>
    where
        R: FromQueryResult + Send + Sync,
    {
        let mut select = self.0.select_only();
        for column in group {
            select = select.column(*column).group_by(*column);
        }
        for (expression, name) in sums {
            select = select.column_as(expression, name);
        }
        Ok(select.into_model::<R>().all(&tx.conn().await?).await?)
    }

    /// Counts or sums by an expression, read as the column `bucket`, and by these columns. Its name stands in the grouping
    /// instead of the expression, because PostgreSQL takes two expressions with parameters for different.
    pub async fn bucketed<R>(
        self,
        bucket: sea_orm::sea_query::SimpleExpr,
        and_by: &[E::Column],
        sums: Vec<(sea_orm::sea_query::SimpleExpr, &'static str)>,
        tx: &Tx,
    ) -> Result<Vec<R>, Error>
    where
        R: FromQueryResult + Send + Sync,
    {
        let mut select = self.0.select_only().column_as(bucket, "bucket");
        for (expression, name) in sums {
            select = select.column_as(expression, name);
        }
        for column in and_by {
            select = select.column(*column).group_by(*column);
        }
        let group = sea_orm::sea_query::Expr::col("bucket");
        Ok(select.group_by(group).into_model::<R>().all(&tx.conn().await?).await?)
    }

    /// Only rows that share what these columns hold with another of `others`: of what stands there more than once, the first
    /// `most`. Both are read along an index that begins with the columns.
    pub fn repeated<const N: usize>(self, columns: [E::Column; N], others: Self, most: u64) -> Self {
        use sea_orm::sea_query::{Expr, ExprTrait};
        let select = others.0.select_only().columns(columns);
        let select =
            columns.into_iter().fold(select, |select, column| select.group_by(column).order_by(column, Order::Asc));
        let several = sea_orm::QueryTrait::into_query(select.having(several()).limit(most));
        self.and(Expr::tuple(columns.map(at)).in_subquery(several))
    }

    /// A sub-select of what one column holds in more than one row, for `IN (…)` of another query.
    pub fn repeated_ids(self, column: E::Column) -> sea_orm::sea_query::SelectStatement {
        sea_orm::QueryTrait::into_query(self.0.select_only().column(column).group_by(column).having(several()))
    }

    /// A sub-select of what a column, of the rows or of what stands beside them, holds in groups for which this is so.
    pub fn groups<C: ColumnTrait>(
        self,
        by: C,
        having: sea_orm::sea_query::SimpleExpr,
    ) -> sea_orm::sea_query::SelectStatement {
        let picked = self.0.select_only().expr(at(by));
        sea_orm::QueryTrait::into_query(sea_orm::QuerySelect::having(picked.group_by(at(by)), having))
    }

    /// A sub-select of one column, for `IN (…)` of another query.
    pub fn ids(self, column: E::Column) -> sea_orm::sea_query::SelectStatement {
        sea_orm::QueryTrait::into_query(self.0.select_only().column(column))
    }
}

/// A column as an expression: of the rows, or of what stands beside them.
pub(crate) fn at<C: ColumnTrait>(column: C) -> sea_orm::sea_query::SimpleExpr {
    sea_orm::sea_query::Expr::col(column.as_column_ref())
}

/// Whether two columns hold the same: how rows find what stands beside them.
pub(crate) fn same<A: ColumnTrait, B: ColumnTrait>(one: A, other: B) -> sea_orm::sea_query::SimpleExpr {
    sea_orm::sea_query::ExprTrait::eq(at(one), at(other))
}

/// Whether a column holds one of what `ids` finds. On a server they are asked for once and first: it cannot know how many people
/// a few letters find, and to show fifty it looked up the letters of every child of the county one after the other.
pub(crate) async fn is_found<C: ColumnTrait>(
    tx: &Tx,
    column: C,
    ids: sea_orm::sea_query::SelectStatement,
) -> Result<sea_orm::sea_query::SimpleExpr, Error> {
    use sea_orm::ConnectionTrait;
    use sea_orm::sea_query::extension::postgres::PgFunc;
    use sea_orm::sea_query::{Expr, ExprTrait, Func};
    if tx.conn().await?.get_database_backend() != sea_orm::DbBackend::Postgres {
        return Ok(column.in_subquery(ids));
    }
    Ok(at(column).eq(PgFunc::any(Func::cust("ARRAY").arg(Expr::from(ids)))))
}

/// One of our own words, written into the question instead of standing beside it: a server then knows how many rows have it,
/// and keeps one plan for all values of the others instead of planning anew each time it is asked.
pub(crate) fn written(word: &'static str) -> sea_orm::sea_query::SimpleExpr {
    sea_orm::sea_query::Expr::Constant(word.into())
}

/// Whether a column holds this word of ours.
pub(crate) fn is<C: ColumnTrait>(column: C, word: &'static str) -> sea_orm::sea_query::SimpleExpr {
    sea_orm::sea_query::ExprTrait::eq(at(column), written(word))
}

/// Whether a column holds another word than this one.
pub(crate) fn is_not<C: ColumnTrait>(column: C, word: &'static str) -> sea_orm::sea_query::SimpleExpr {
    sea_orm::sea_query::ExprTrait::ne(at(column), written(word))
}

/// Whether a column holds one of these words of ours.
pub(crate) fn is_one_of<C: ColumnTrait>(column: C, words: &[&'static str]) -> sea_orm::sea_query::SimpleExpr {
    sea_orm::sea_query::ExprTrait::is_in(at(column), words.iter().copied().map(written))
}

/// A text by which no index is entered: SQLite would take the one that has it over the one that finds the row at once.
pub(crate) fn as_it_is(text: sea_orm::sea_query::SimpleExpr) -> sea_orm::sea_query::SimpleExpr {
    use sea_orm::sea_query::{BinOper, Expr, ExprTrait};
    text.binary(BinOper::Custom("||"), Expr::Constant("".into()))
}

/// Texts as one, a space between: nothing when one of them is nothing.
pub(crate) fn spaced(parts: [sea_orm::sea_query::SimpleExpr; 3]) -> sea_orm::sea_query::SimpleExpr {
    use sea_orm::sea_query::{BinOper, Expr, ExprTrait};
    let [first, second, third] = parts;
    let and = |text: sea_orm::sea_query::SimpleExpr, more| {
        text.binary(BinOper::Custom("||"), Expr::val(" ")).binary(BinOper::Custom("||"), more)
    };
    and(and(first, second), third)
}

/// More than one row in a group.
fn several() -> sea_orm::sea_query::SimpleExpr {
    use sea_orm::sea_query::{Asterisk, Expr, ExprTrait};
    Expr::col(Asterisk).count().gt(1)
}

fn first_key<E: Record>() -> E::Column {
    use sea_orm::{Iterable, PrimaryKeyToColumn};
    #[expect(clippy::expect_used, reason = "every table has a primary key: the migration cannot make one without")]
    let key = E::PrimaryKey::iter().next().expect("a primary key");
    key.into_column()
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryTrait};
    use uuid::Uuid;

    use super::super::entity::{area, child};
    use super::super::record::everything;
    use super::{FILLED_UP, Hope, start};

    fn marks(count: usize) -> usize {
        let ids = (0..count).map(|n| Uuid::from_u128(n as u128));
        let sql = start::<child::Entity>(everything()).among(ids).0.build(DbBackend::Sqlite).sql;
        sql.split_once(" IN (").map_or(0, |(_, list)| list.matches('?').count())
    }

    #[test]
    fn lists_of_ids_are_filled_up_so_that_a_server_knows_few_statements() {
        assert_eq!([1, 2, 3, 5, 50, 64].map(marks), [1, 2, 4, 8, 64, 64]);
        assert_eq!(marks(FILLED_UP + 1), FILLED_UP + 1, "an engine takes only so many");
    }

    #[test]
    fn the_same_id_twice_is_asked_for_once() {
        let query = start::<child::Entity>(everything()).among([Uuid::nil(), Uuid::nil()]);
        assert_eq!(query.0.build(DbBackend::Sqlite).sql.matches("IN (?)").count(), 1);
    }

    #[test]
    fn the_range_of_a_code_ends_in_digits_because_a_servers_language_may_put_other_signs_before_them() {
        let query = start::<area::Entity>(crate::area::within(area::Column::Code, "150825"));
        let sql = query.0.build(DbBackend::Postgres).to_string();
        let ends: Vec<&str> = sql.split('\'').skip(1).step_by(2).collect();
        assert_eq!(ends.len(), 2, "{sql}");
        assert!(ends.iter().all(|end| end.bytes().all(|byte| byte.is_ascii_digit())), "{ends:?}");
    }

    #[test]
    fn none_of_all_ids_is_no_question() {
        assert_eq!(start::<child::Entity>(everything()).among::<Uuid>([]).1, Hope::None);
        assert_eq!(start::<child::Entity>(everything()).among([Uuid::nil()]).1, Hope::Some);
    }
}
