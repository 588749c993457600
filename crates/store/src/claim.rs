//! Whose an identity number is: one that was written down wrongly is free again once it has been put right.

use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::uniq;
use crate::sealed::tx::Tx;

/// The number of a file was `old` and is `new`: whoever the old one belongs to may be registered with it.
pub(crate) async fn release(
    tx: &Tx,
    kind: &str,
    whose: Uuid,
    old: Option<&Vec<u8>>,
    new: Option<&Vec<u8>>,
) -> Result<(), Error> {
    use uniq::Column as U;
    let Some(number) = old.filter(|_| new.is_some() && old != new) else { return Ok(()) };
    let claimed = tx.common::<uniq::Entity>().and(U::Kind.eq(kind)).and(U::BlindIndex.eq(number.clone()));
    match claimed.first(tx).await? {
        Some(claim) if claim.ref_id == whose => tx.remove::<uniq::Entity>(&claim).await,
        _ => Ok(()),
    }
}
