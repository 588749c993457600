//! What every page needs beside its session, read in the session's own question on a server, where each question goes to
//! another process and back: up to where the trail tells of changes, the reader's unread notices, and whether the reader
//! keeps views of lists.

use naheya_domain::AreaId;
use naheya_domain::notice::Channel;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, IntoTableRef, Query, SelectStatement, SimpleExpr};

use super::db::Engine;
use super::entity::{audit_head, notice, saved_view};
use super::visible::at;
use crate::notice::COUNTED;

/// Three expressions of the question that finds the session: up to where the trails of the county of the grant beside
/// it and of the nation tell of changes (see [`crate::Desk::mark`]), the unread notices of the account there, counted to
/// [`COUNTED`], and whether it keeps a view there. All are nothing on SQLite, where the memo knows what was changed and a
/// session is rarely read.
pub(crate) fn beside_session(engine: Engine, area: SimpleExpr, account: SimpleExpr) -> [SimpleExpr; 3] {
    match engine {
        Engine::Sqlite => [Expr::val(None::<i64>), Expr::val(None::<i64>), Expr::val(None::<bool>)],
        Engine::Postgres => {
            let views = Expr::exists(views(area.clone(), account.clone()));
            [changed(area.clone()).into(), unread(area, account).into(), views]
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the fence: PostgreSQL adds whole numbers up to a decimal")]
fn changed(area: SimpleExpr) -> SelectStatement {
    use audit_head::Column as C;
    Query::select()
        .expr(Expr::cust("CAST(SUM(COALESCE(changed_n, n)) AS BIGINT)"))
        .from(audit_head::Entity.into_table_ref())
        .and_where(at(C::AreaId).eq(area).or(at(C::AreaId).eq(AreaId::NATION.0)))
        .take()
}

#[expect(clippy::disallowed_methods, reason = "the fence: a count of rows that were counted to an end")]
fn unread(area: SimpleExpr, account: SimpleExpr) -> SelectStatement {
    use notice::Column as C;
    let rows = Query::select()
        .column(C::Id)
        .from(notice::Entity.into_table_ref())
        .and_where(at(C::AreaId).eq(area))
        .and_where(at(C::AccountId).eq(account))
        .and_where(C::Channel.eq(Channel::InApp.code()))
        .and_where(at(C::ReadAt).is_null())
        .limit(COUNTED)
        .take();
    Query::select().expr(Expr::cust("COUNT(*)")).from_subquery(rows, "counted").take()
}

fn views(area: SimpleExpr, account: SimpleExpr) -> SelectStatement {
    use saved_view::Column as C;
    Query::select()
        .column(C::Id)
        .from(saved_view::Entity.into_table_ref())
        .and_where(at(C::AreaId).eq(area))
        .and_where(at(C::AccountId).eq(account))
        .and_where(at(C::RemovedAt).is_null())
        .take()
}
