//! A guardian thanks the volunteer for a weekend: one tap, kept, read by her.

use std::collections::BTreeMap;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::StayId;
use naheya_domain::stay::StayState;
use naheya_domain::viewer::Place;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::grant::stands_for;
use crate::sealed::act::Act;
use crate::sealed::entity::{guardian, stay, thanks};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Thanks for one weekend of the own child. Said once by each guardian; said again it stays one.
#[derive(Clone, Debug)]
pub struct SayThanks {
    /// The weekend.
    pub stay: StayId,
}

impl Act for SayThanks {
    const NAME: &'static str = "thanks.say";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::SayThanks)?;
        let Place::Person(guardian) = tx.viewer().place else { return Err(Error::NotFound) };
        let row = tx.visible::<stay::Entity>().id(self.stay).one(tx).await?;
        let guardian = tx.visible::<guardian::Entity>().id(guardian).one(tx).await?;
        let state = StayState::parse(&row.state);
        if !state.is_some_and(|s| s.is_away() || matches!(s, StayState::Returned | StayState::Closed)) {
            return Err(Error::refused("thanks.too_early"));
        }
        let said = tx
            .for_rule::<thanks::Entity>()
            .and(thanks::Column::StayId.eq(row.id))
            .and(thanks::Column::GuardianId.eq(guardian.id))
            .first(tx)
            .await?;
        if said.is_some() {
            return Ok(());
        }
        tx.insert::<thanks::Entity>(thanks::Model {
            area_id: tx.area_id(),
            id: Uuid::now_v7(),
            stay_id: row.id,
            child_id: row.child_id,
            guardian_id: guardian.id,
            said_at: tx.now().0,
        })
        .await?;
        if let Some(account) = stands_for(tx, row.volunteer_id).await? {
            let about = ("stays", Some(row.id));
            let due_at = tx.now().0;
            tx.notify(Letter {
                kind: "thanks.said",
                to_account: Some(account),
                to_role: None,
                to_person: None,
                about,
                due_at,
            });
        }
        Ok(())
    }
}

impl Desk {
    /// Which of these weekends were thanked for, and when first; as far as the reader sees thanks.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn thanked(&self, stays: &[StayId]) -> Result<BTreeMap<StayId, Timestamp>, Error> {
        let tx = self.read();
        let ids: Vec<Uuid> = stays.iter().map(|s| s.0).collect();
        of(&tx, ids).await
    }
}

pub(crate) async fn of(tx: &Tx, stays: Vec<Uuid>) -> Result<BTreeMap<StayId, Timestamp>, Error> {
    let rows = tx
        .visible::<thanks::Entity>()
        .and(thanks::Column::StayId.is_in(stays))
        .by_desc(thanks::Column::SaidAt)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|t| (StayId(t.stay_id), Timestamp(t.said_at))).collect())
}
