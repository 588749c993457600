//! Whose an identity number is, when two files become one.

use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::uniq;
use crate::sealed::tx::Tx;

/// The claims of this kind that somebody has.
pub(super) async fn claims(tx: &Tx, kind: &str, whose: Uuid) -> Result<Vec<uniq::Model>, Error> {
    tx.common::<uniq::Entity>().and(uniq::Column::Kind.eq(kind)).and(uniq::Column::RefId.eq(whose)).all(tx).await
}

/// The identity number belongs to this person; `merge.number_taken` when another one has it by now.
pub(super) async fn claim(tx: &Tx, kind: &str, number: Vec<u8>, whose: Uuid) -> Result<(), Error> {
    let same = uniq::Column::BlindIndex.eq(number.clone());
    let known = tx.common::<uniq::Entity>().and(uniq::Column::Kind.eq(kind)).and(same).first(tx).await?;
    match known {
        Some(claim) if claim.ref_id == whose => Ok(()),
        Some(_) => Err(Error::refused("merge.number_taken")),
        None => {
            let row = uniq::Model { kind: kind.into(), blind_index: number, area_id: tx.area_id(), ref_id: whose };
            tx.insert::<uniq::Entity>(row).await
        }
    }
}
