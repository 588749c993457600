//! The ledger of hours: what stands in it, and one volunteer's book of it with the sum that the
//! figures count. Entries are only added; a chain of an entry and its corrections is one line.

mod book;
mod claim;
mod out;

pub use book::{HoursBook, HoursChange, HoursEntry, HoursGroup, HoursLine};
pub use claim::{
    ClaimLine, Claims, ConfirmHours, CorrectHours, EnterPaper, EnterService, RefuseHours, SHOWN, WithdrawHours,
};

use naheya_domain::Timestamp;
use naheya_domain::figure::HoursKind;
use naheya_domain::hours::Span;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::hours_entry;
use crate::sealed::tx::Tx;

/// Why an entry takes another one back.
pub(crate) const REOPENED: &str = "stay.reopened";
/// The same, after two people said so.
const REVERSED: &str = "hours.reversed";
const DAY: i64 = 24 * 3_600_000;

/// Entries that count: those of some kinds only when another person has confirmed them. Every sum of
/// hours, on pages and in figures, is made with this.
pub(crate) fn counted() -> Condition {
    use hours_entry::Column as H;
    let unconfirmed = HoursKind::ALL.into_iter().filter(|k| k.needs_confirming()).map(HoursKind::code);
    Condition::any().add(H::Kind.is_not_in(unconfirmed)).add(H::ConfirmedBy.is_not_null())
}

/// Whether the entry only takes another one back.
fn is_reversal(entry: &hours_entry::Model) -> bool {
    matches!(entry.reason.as_deref(), Some(REOPENED | REVERSED)) && entry.corrects.is_some()
}

/// Entries without those taken back and without those that take back.
pub(crate) fn in_force(entries: Vec<hours_entry::Model>) -> Vec<hours_entry::Model> {
    let gone: Vec<Uuid> = entries.iter().filter(|e| is_reversal(e)).filter_map(|e| e.corrects).collect();
    entries.into_iter().filter(|e| !is_reversal(e) && !gone.contains(&e.id)).collect()
}

/// Entries in force of the volunteer that touch the days of `span`. Paper entries cover whole years
/// and are counted apart.
pub(crate) async fn standing(tx: &Tx, volunteer: Uuid, span: Span) -> Result<Vec<hours_entry::Model>, Error> {
    use hours_entry::Column as H;
    let rows = tx
        .for_rule::<hours_entry::Entity>()
        .and(H::VolunteerId.eq(volunteer))
        .and(H::Kind.ne(HoursKind::Paper.code()))
        .and(H::StartsAt.lt(span.1.0.saturating_add(DAY)))
        .and(H::EndsAt.gt(span.0.0.saturating_sub(DAY)))
        .and(counted())
        .by(H::Id)
        .all(tx)
        .await?;
    Ok(in_force(rows))
}

/// From when to when an entry is.
pub(crate) fn span_of(entry: &hours_entry::Model) -> Span {
    (Timestamp(entry.starts_at), Timestamp(entry.ends_at))
}
