//! A school is closed, a whole valley is snowed in: a later hour is agreed for many children, one call after the other, and written
//! down once.

use std::collections::BTreeSet;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::StayId;
use serde::{Deserialize, Serialize};

use super::later::{AgreeLater, spoken};
use super::seen;
use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::tx::Tx;

/// Stays that are put off at once.
const MOST: usize = 500;

/// The office has spoken to the carers and families of all these, and they come back at the same later hour.
#[derive(Clone, Debug)]
pub struct AgreeAllLater {
    /// The stays of those who were spoken to.
    pub stays: Vec<StayId>,
    /// The new hour, as of [`AgreeLater`] for each of them.
    pub by: Timestamp,
    /// Why, and how it was agreed; 4 to 200 characters.
    pub words: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedLater {
    /// How many come back by the new hour.
    pub done: u64,
    /// How many stay as they were: not with their carer by now, or agreed for later still.
    pub left: u64,
}

impl Act for AgreeAllLater {
    const NAME: &'static str = "stay.agree_all_later";
    type Answer = AgreedLater;

    async fn run(&self, tx: &Tx) -> Result<AgreedLater, Error> {
        tx.require(Action::CloseLateReturn)?;
        let words = spoken(&self.words)?;
        let (mut agreed, mut first) = (AgreedLater::default(), None);
        let mut parties = BTreeSet::new();
        for id in self.stays.iter().take(MOST) {
            let row = seen(tx, *id).await?;
            // Brothers and sisters who went together are put off with the first of them.
            if row.ends_at == self.by.0 && parties.contains(&row.party_id) {
                agreed.done += 1;
                continue;
            }
            let one = AgreeLater { stay: *id, by: self.by, words: words.to_owned() };
            match one.run(tx).await {
                Ok(()) => {
                    parties.insert(row.party_id);
                    agreed.done += 1;
                }
                Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                    agreed.left += 1;
                    first.get_or_insert(error);
                }
                Err(other) => return Err(other),
            }
        }
        match first {
            Some(error) if agreed.done == 0 => Err(error),
            None if agreed.done == 0 => Err(Error::field("stay", "required.missing")),
            _ => Ok(agreed),
        }
    }
}
