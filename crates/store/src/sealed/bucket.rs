//! Expressions that rows are grouped or found by: SQL as text, made of numbers computed here and of column
//! names written here; no input reaches it.
#![expect(clippy::disallowed_methods, reason = "the fence: expressions that sea-query cannot write")]

use naheya_domain::{Date, Timestamp};
use sea_orm::sea_query::{Expr, SimpleExpr};

/// Whether a hand-over left the child with a hospital, the police or a base. The words stand in the text as the index
/// over such rows has them: the database takes it only for a question in the same words.
pub(crate) fn held_elsewhere() -> SimpleExpr {
    Expr::cust("holder_kind IN ('hospital', 'police', 'base')")
}

/// The number of the week, counted from `first` (ms), in which a stay starts.
pub(crate) fn week_of_start(first: i64, week_millis: i64) -> SimpleExpr {
    Expr::cust(format!("(starts_at - {first}) / {week_millis}"))
}

/// The first four characters of the day on which a pair began: its year.
pub(crate) fn year_begun() -> SimpleExpr {
    Expr::cust("substr(begun_on, 1, 4)")
}

/// The year in which an entry of hours ended, in Asia/Shanghai; 0 for all years before `first`.
pub(crate) fn year_of_end(first: i16, last: i16) -> SimpleExpr {
    let starts = |year| Date::new(year, 1, 1).map_or(0, |day| Timestamp::from_shanghai(day.at(0, 0, 0, 0)).0);
    let cases: Vec<String> =
        (first..=last).rev().map(|year| format!("WHEN ends_at >= {} THEN {year}", starts(year))).collect();
    Expr::cust(format!("CASE {} ELSE 0 END", cases.join(" ")))
}
