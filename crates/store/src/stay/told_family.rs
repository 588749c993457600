//! A family far away hears that its child has left, and that it is back: in the app, where the county wants it so. What is late
//! is told by the ladder, whatever is set here.

use super::TABLE;
use crate::Error;
use crate::guardian::tell_guardians_signed_in;
use crate::sealed::entity::stay;
use crate::sealed::tx::Tx;
use crate::setting::settings;

/// The child has left with the carer.
pub(super) const LEFT: &str = "stay.child_left";
/// The child is back.
pub(super) const BACK: &str = "stay.child_back";

/// Tells the guardians of a hand-over; whoever made it knows.
pub(super) async fn tell_family_of(tx: &Tx, kind: &'static str, row: &stay::Model) -> Result<(), Error> {
    if !settings(tx).await?.family_told {
        return Ok(());
    }
    tell_guardians_signed_in(tx, kind, row.child_id, (TABLE, Some(row.id))).await
}
