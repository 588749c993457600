//! One result and one day for several rows of the table. They are written into the form and seen there; saving is another press.

use std::collections::BTreeMap;

use naheya_domain::check::CheckKind;
use naheya_domain::saved_view::List;
use naheya_store::Error;
use naheya_store::check::MOST_LINES;

use super::{Extent, show};
use crate::saved_view::opened;
use crate::{Answer, Fields, Posted, Sheet, Signed, Wanted};

/// What is written into the rows, by the field of the form in which it is typed once.
const FILLED: [(&str, &str); 3] =
    [("fill_outcome", "outcome"), ("fill_done_on", "done_on"), ("fill_valid_until", "valid_until")];

/// The table again, with what was typed once in every row that is ticked. Nothing is saved by that.
pub(super) async fn fill(me: Signed, posted: Posted) -> Answer {
    let kind = CheckKind::parse(posted.text("kind")).unwrap_or(CheckKind::NoOffence);
    let extent = Extent::sent(&posted);
    let (sheet, filled) = match filled(&posted) {
        Ok((values, n)) => {
            let draft = posted.draft.as_deref().unwrap_or_default();
            (Sheet::filled("check", values).with_draft(draft, None), Some(n))
        }
        Err(error) => (Sheet::again("check", &posted, error)?, None),
    };
    let (_, views) = opened(&me, List::Checks, Wanted(extent.fields(kind))).await?;
    show(&me, kind, extent, sheet, views, filled).await
}

/// The form's values with those rows filled, and how many rows that are. What is left empty above leaves the rows as they are.
///
/// # Errors
/// Without a result, since a row without one is not saved; when no row is ticked.
fn filled(typed: &Fields) -> Result<(Fields, usize), Error> {
    if typed.given("fill_outcome").is_none() {
        return Err(Error::field("fill_outcome", "required.missing"));
    }
    let every = typed.is_on("fill_every");
    let is_there = |n: &usize| typed.given(&format!("line.{n}.subject")).is_some();
    let is_meant = |n: &usize| every || typed.is_on(&format!("line.{n}.pick"));
    let rows: Vec<usize> = (0..MOST_LINES).filter(|n| is_there(n) && is_meant(n)).collect();
    if rows.is_empty() {
        return Err(Error::field("fill_every", "check.no_row"));
    }
    let mut written = BTreeMap::new();
    for (from, to) in FILLED {
        let Some(value) = typed.given(from) else { continue };
        written.extend(rows.iter().map(|n| (format!("line.{n}.{to}"), value.to_owned())));
    }
    let others = typed.pairs().filter(|(name, _)| !written.contains_key(*name));
    let others: Vec<(String, String)> = others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Ok((Fields::of(others.into_iter().chain(written)), rows.len()))
}
