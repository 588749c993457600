//! First meetings by day, written down by the office while a pair settles.

use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::id::PairId;
use naheya_domain::meeting::{MeetingDetails, MeetingPlace};
use naheya_domain::pair::PairState;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{pair, pair_meeting, stay};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// A meeting as the pair's page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// The day.
    pub on: Date,
    /// Where.
    pub place: MeetingPlace,
}

/// The two met by day. The same day twice is one meeting.
#[derive(Clone, Debug)]
pub struct KeepMeeting {
    /// Which pair; it is settling.
    pub pair: PairId,
    /// The day as typed.
    pub on: String,
    /// Where, as chosen.
    pub place: String,
}

impl Act for KeepMeeting {
    const NAME: &'static str = "meeting.keep";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepPair)?;
        let pair = settling(tx, self.pair).await?;
        crate::pair::not_her_own(tx, &pair).await?;
        let today = tx.now().date();
        let begun_on = pair.begun_on.parse().unwrap_or(today);
        let details = MeetingDetails::parse(&self.on, &self.place, begun_on, today)?;
        let there = meetings(tx, pair.id).await?;
        if there.iter().any(|row| row.met_on == details.on.to_string()) {
            return Err(Error::field("met_on", "meeting.twice"));
        }
        tx.insert::<pair_meeting::Entity>(pair_meeting::Model {
            area_id: tx.area_id(),
            id: Uuid::now_v7(),
            pair_id: pair.id,
            met_on: details.on.to_string(),
            met_at: details.place.code().into(),
            by_account: tx.account(),
            at: tx.now().0,
        })
        .await?;
        Ok(())
    }
}

/// A meeting that was written down by mistake goes, while the pair is still settling.
#[derive(Clone, Debug)]
pub struct DropMeeting {
    /// Which pair.
    pub pair: PairId,
    /// The day of the meeting.
    pub on: Date,
}

impl Act for DropMeeting {
    const NAME: &'static str = "meeting.drop";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepPair)?;
        let pair = settling(tx, self.pair).await?;
        let day = self.on.to_string();
        let kept = meetings(tx, pair.id).await?.into_iter().find(|row| row.met_on == day).ok_or(Error::NotFound)?;
        tx.remove::<pair_meeting::Entity>(&kept).await
    }
}

/// The pair, while meetings are written down.
async fn settling(tx: &Tx, pair: PairId) -> Result<pair::Model, Error> {
    let pair = tx.visible::<pair::Entity>().id(pair).one(tx).await?;
    if pair.state == PairState::Settling.code() { Ok(pair) } else { Err(Error::refused("meeting.settled")) }
}

async fn meetings(tx: &Tx, pair: Uuid) -> Result<Vec<pair_meeting::Model>, Error> {
    tx.for_rule::<pair_meeting::Entity>()
        .and(pair_meeting::Column::PairId.eq(pair))
        .by(pair_meeting::Column::MetOn)
        .all(tx)
        .await
}

/// How often the two have met: what was written down, and stays by day that are over.
pub(crate) async fn met(tx: &Tx, pair: &pair::Model) -> Result<u64, Error> {
    let stays = tx
        .for_rule::<stay::Entity>()
        .and(crate::pair::of_pair(pair))
        .and(stay::Column::State.is_in(["returned", "closed"]))
        .count(tx)
        .await?;
    Ok(stays + meetings(tx, pair.id).await?.len() as u64)
}

impl Desk {
    /// The meetings of a pair that were written down, the first first, and how many count in all: with the stays by
    /// day that are over.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the pair is not visible to the viewer.
    pub async fn meetings(&self, pair: PairId) -> Result<(Vec<Meeting>, u64), Error> {
        let tx = self.read();
        let row = tx.visible::<pair::Entity>().id(pair).one(&tx).await?;
        let kept = meetings(&tx, row.id).await?;
        let shown = kept
            .iter()
            .filter_map(|m| Some(Meeting { on: m.met_on.parse().ok()?, place: MeetingPlace::parse(&m.met_at)? }));
        Ok((shown.collect(), met(&tx, &row).await?))
    }
}
