//! How a pair comes to its end, step by step, and the leader's closing of it.

use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::child::short_text;
use naheya_domain::id::PairId;
use naheya_domain::pair::{EndReason, PairState};
use naheya_domain::parting::{Contact, NoticeBy, NoticeDetails, Parting};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{pair, parting};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "partings";
/// Characters of what was talked about, and of why it could not wait.
const WORDS: usize = 500;

/// How far it is, as the pair's page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartingFile {
    /// The day notice was given.
    pub notice_on: Option<Date>,
    /// By whom.
    pub notice_by: Option<NoticeBy>,
    /// Why.
    pub reason: Option<EndReason>,
    /// What has been done since.
    pub steps: Parting,
    /// What was talked about with the child.
    pub talk: Option<String>,
    /// Why it could not wait, when it was closed at once.
    pub at_once: Option<String>,
    /// Counts its changes.
    pub version: i32,
}

/// Somebody says that the pair is to end.
#[derive(Clone, Debug)]
pub struct GiveNotice {
    /// Which pair.
    pub pair: PairId,
    /// When, by whom, why.
    pub details: NoticeDetails,
}

impl Act for GiveNotice {
    const NAME: &'static str = "parting.notice";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepPair)?;
        let pair = running(tx, self.pair).await?;
        let row = parting::Model {
            notice_on: self.details.on.to_string(),
            notice_by: self.details.by.code().into(),
            reason: self.details.reason.code().into(),
            ..blank(tx, pair.id)
        };
        match kept(tx, pair.id).await? {
            Some(before) if !before.withdrawn => Err(Error::refused("parting.given")),
            Some(before) => {
                let after = parting::Model { id: before.id, version: before.version, ..row };
                tx.change::<parting::Entity>(&before, after).await?;
                Ok(())
            }
            None => {
                tx.insert::<parting::Entity>(row).await?;
                Ok(())
            }
        }
    }
}

/// It goes on after all.
#[derive(Clone, Debug)]
pub struct WithdrawNotice {
    /// Which pair.
    pub pair: PairId,
}

impl Act for WithdrawNotice {
    const NAME: &'static str = "parting.withdraw";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepPair)?;
        let pair = running(tx, self.pair).await?;
        let before = given(tx, pair.id).await?;
        let after = parting::Model { withdrawn: true, ..before.clone() };
        tx.change::<parting::Entity>(&before, after).await?;
        Ok(())
    }
}

/// What has been done: the talk with the child, the good-bye, what contact remains.
#[derive(Clone, Debug)]
pub struct KeepParting {
    /// Which pair.
    pub pair: PairId,
    /// The version that was read.
    pub version: i32,
    /// What has been done.
    pub steps: Parting,
    /// What was talked about.
    pub talk: String,
}

impl Act for KeepParting {
    const NAME: &'static str = "parting.keep";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepPair)?;
        let pair = running(tx, self.pair).await?;
        let before = given(tx, pair.id).await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let talk = short_text(&self.talk, WORDS).map_err(|code| Error::field("talk", code))?;
        let after = parting::Model {
            talk_on: self.steps.talk_on.map(|d| d.to_string()),
            talk_sealed: talk.map(|words| tx.seal(TABLE, "talk_sealed", before.id, &words)).transpose()?,
            farewell_on: self.steps.farewell_on.map(|d| d.to_string()),
            contact: self.steps.contact.map(|c| c.code().into()),
            ..before.clone()
        };
        tx.change::<parting::Entity>(&before, after).await?;
        Ok(())
    }
}

/// Why a pair could not wait for its parting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtOnce {
    /// The reason of the end.
    pub reason: EndReason,
    /// Why it could not wait.
    pub words: String,
}

/// What the leader's closing leaves behind: the reason of the end. Refused while a step is still to be done, unless
/// it could not wait, with the words why.
pub(crate) async fn close(tx: &Tx, pair: Uuid, at_once: Option<&AtOnce>) -> Result<EndReason, Error> {
    let before = kept(tx, pair).await?;
    let Some(urgent) = at_once else {
        let before = before.filter(|row| !row.withdrawn).ok_or(Error::refused("parting.no_notice"))?;
        steps(&before).may_end()?;
        return Ok(EndReason::parse(&before.reason).unwrap_or(EndReason::Other));
    };
    let words = short_text(&urgent.words, WORDS).map_err(|code| Error::field("words", code))?;
    let words = words.ok_or_else(|| Error::field("words", "required.missing"))?;
    let today = tx.now().date().to_string();
    let row = before.clone().filter(|row| !row.withdrawn).unwrap_or_else(|| parting::Model {
        notice_on: today,
        notice_by: NoticeBy::Office.code().into(),
        ..blank(tx, pair)
    });
    let id = before.as_ref().map_or(row.id, |before| before.id);
    let after = parting::Model {
        id,
        reason: urgent.reason.code().into(),
        at_once_sealed: Some(tx.seal(TABLE, "at_once_sealed", id, &words)?),
        version: before.as_ref().map_or(1, |before| before.version),
        ..row
    };
    match before {
        Some(before) => {
            tx.change::<parting::Entity>(&before, after).await?;
        }
        None => {
            tx.insert::<parting::Entity>(after).await?;
        }
    }
    Ok(urgent.reason)
}

async fn running(tx: &Tx, pair: PairId) -> Result<pair::Model, Error> {
    let pair = tx.visible::<pair::Entity>().id(pair).one(tx).await?;
    match PairState::parse(&pair.state) {
        Some(state) if state.binds() => Ok(pair),
        _ => Err(Error::refused("pair.step_impossible")),
    }
}

async fn kept(tx: &Tx, pair: Uuid) -> Result<Option<parting::Model>, Error> {
    tx.for_rule::<parting::Entity>().and(parting::Column::PairId.eq(pair)).first(tx).await
}

async fn given(tx: &Tx, pair: Uuid) -> Result<parting::Model, Error> {
    kept(tx, pair).await?.filter(|row| !row.withdrawn).ok_or(Error::refused("parting.no_notice"))
}

fn blank(tx: &Tx, pair: Uuid) -> parting::Model {
    parting::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        pair_id: pair,
        notice_on: String::new(),
        reason: String::new(),
        notice_by: String::new(),
        talk_on: None,
        talk_sealed: None,
        farewell_on: None,
        contact: None,
        at_once_sealed: None,
        withdrawn: false,
        by_account: tx.account(),
        version: 1,
    }
}

fn steps(row: &parting::Model) -> Parting {
    let day = |text: &Option<String>| text.as_deref().and_then(|d| d.parse().ok());
    Parting {
        talk_on: day(&row.talk_on),
        farewell_on: day(&row.farewell_on),
        contact: row.contact.as_deref().and_then(Contact::parse),
    }
}

impl Desk {
    /// How far a pair's parting is; none while nobody has given notice. For the office.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the pair is not visible to the viewer.
    pub async fn parting(&self, pair: PairId) -> Result<Option<PartingFile>, Error> {
        let tx = self.read();
        let pair = tx.visible::<pair::Entity>().id(pair).one(&tx).await?;
        if !self.may(Action::KeepPair) {
            return Ok(None);
        }
        let Some(row) = kept(&tx, pair.id).await?.filter(|row| !row.withdrawn) else { return Ok(None) };
        Ok(Some(PartingFile {
            notice_on: row.notice_on.parse().ok(),
            notice_by: NoticeBy::parse(&row.notice_by),
            reason: EndReason::parse(&row.reason),
            steps: steps(&row),
            talk: tx.open_some(TABLE, "talk_sealed", row.id, row.talk_sealed.as_ref())?,
            at_once: tx.open_some(TABLE, "at_once_sealed", row.id, row.at_once_sealed.as_ref())?,
            version: row.version,
        }))
    }
}
