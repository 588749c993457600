//! Notices are handed to whoever sends, one a lane, each to one process only; and what came of it is kept.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::ToSpan;
use naheya_domain::Timestamp;
use naheya_domain::notice::{Channel, ChannelConfig, Fate, Limits, NoticeState, QuietEnd, Urgency, Verdict};
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::overtaken::is_message_overtaken;
use super::{delivery, standing, state};
use crate::channel::{active_channels, limits, mark_channel};
use crate::contact::{reach_of_account, reach_of_person};
use crate::sealed::act::Act;
use crate::sealed::entity::{account, notice};
use crate::sealed::tx::Tx;
use crate::sealed::visible;
use crate::sign_in::APART;
use crate::{Desk, Error};

const MINUTE: i64 = 60_000;

/// Clock-driven: takes the first message of each lane whose turn has come, for this process alone.
#[derive(Clone, Debug)]
pub struct ClaimNotices {
    /// At most so many.
    pub most: usize,
}

/// What [`ClaimNotices`] took, and whether anything moved at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// To be sent now.
    pub handed: Vec<Handed>,
    /// Messages that were capped or given up: what stands behind them may go now.
    pub moved: u64,
}

/// A message in hand, with the version that its outcome names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// Which.
    pub id: Uuid,
    /// As claimed.
    pub version: i32,
}

#[derive(Debug, sea_orm::FromQueryResult)]
struct Head {
    lane: String,
    at: i64,
}

impl Act for ClaimNotices {
    const NAME: &'static str = "notice.claim";
    type Answer = Claimed;

    async fn run(&self, tx: &Tx) -> Result<Claimed, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let heads = heads(tx).await?;
        if heads.is_empty() {
            return Ok(Claimed::default());
        }
        let limits = limits(tx).await?;
        let quiet = limits.quiet.until(tx.now());
        let active: Vec<Channel> = active_channels(tx).await?.iter().map(ChannelConfig::channel).collect();
        let mut claimed = Claimed::default();
        let mut minute = BTreeMap::<Channel, u64>::new();
        for row in heads {
            if claimed.handed.len() >= self.most {
                break;
            }
            let Some(channel) = Channel::parse(&row.channel) else { continue };
            match judge(tx, &row, channel, &active, quiet, &limits).await? {
                Judged::Waits => {}
                Judged::Overtaken => claimed.moved += forget(tx, &row).await?,
                Judged::Ends(after) => {
                    claimed.moved += u64::from(put(tx, &row, after).await?.is_some());
                }
                Judged::Goes(after) => {
                    if let Some(most) = channel.a_minute() {
                        let tried = match minute.entry(channel) {
                            Entry::Occupied(known) => known.into_mut(),
                            Entry::Vacant(free) => free.insert(tried_in_a_minute(tx, channel).await?),
                        };
                        if *tried >= most {
                            continue;
                        }
                        *tried += 1;
                    }
                    if let Some(row) = put(tx, &row, after).await? {
                        claimed.handed.push(Handed { id: row.id, version: row.version });
                    }
                }
            }
        }
        Ok(claimed)
    }
}

/// Messages that leave the house and have not been sent, or are on their way.
pub(super) fn open() -> Condition {
    let states = [NoticeState::Queued.code(), NoticeState::Sending.code()];
    let outside = visible::is_one_of(notice::Column::Channel, &Channel::OUTSIDE.map(Channel::code));
    Condition::all().add(visible::is_one_of(notice::Column::State, &states)).add(outside)
}

/// The first open message of each lane, alarms before the rest.
async fn heads(tx: &Tx) -> Result<Vec<notice::Model>, Error> {
    let open = || tx.for_rule::<notice::Entity>().and(open());
    let first = vec![(notice::Column::At.min(), "at")];
    let firsts: Vec<Head> = open().grouped(&[notice::Column::Lane], first, tx).await?;
    let mut rows = Vec::new();
    // Few enough for one statement each time, however many people are to be told.
    for some in firsts.chunks(200) {
        let mut any = Condition::any();
        for head in some {
            let one = Condition::all().add(notice::Column::Lane.eq(head.lane.as_str()));
            any = any.add(one.add(notice::Column::At.eq(head.at)));
        }
        rows.extend(open().and(any).by(notice::Column::Id).all(tx).await?);
    }
    let mut heads = BTreeMap::<String, notice::Model>::new();
    for row in rows {
        heads.entry(row.lane.clone()).or_insert(row);
    }
    let mut heads: Vec<notice::Model> = heads.into_values().collect();
    heads.sort_by_key(|row| (row.urgency != Urgency::Alarm.code(), row.at, row.id));
    Ok(heads)
}

enum Judged {
    Waits,
    /// What it says is not so any more, and nobody has heard it outside the app.
    Overtaken,
    Goes(notice::Model),
    Ends(notice::Model),
}

async fn judge(
    tx: &Tx,
    row: &notice::Model,
    channel: Channel,
    active: &[Channel],
    quiet: QuietEnd,
    limits: &Limits,
) -> Result<Judged, Error> {
    let now = tx.now();
    let goes = match delivery(row).claim(now) {
        Fate::Waits => return Ok(Judged::Waits),
        Fate::Lost(lost) => {
            let code = Some("answer.lost".to_owned());
            return Ok(Judged::Ends(notice::Model { answer_code: code, ..standing(row, lost) }));
        }
        Fate::Goes(goes) => goes,
    };
    let ends = |state: NoticeState, code: &str| {
        let code = Some(code.to_owned());
        Judged::Ends(notice::Model { state: state.code().into(), answer_code: code, ..row.clone() })
    };
    if !active.contains(&channel) && row.kind != "test.message" {
        return Ok(ends(NoticeState::Failed, "channel.off"));
    }
    let is_alarm = row.urgency == Urgency::Alarm.code();
    if !is_alarm && quiet.is_some() {
        return Ok(Judged::Waits);
    }
    if row.tried_at.is_none() && is_message_overtaken(tx, row).await? {
        return Ok(Judged::Overtaken);
    }
    if !is_alarm && capped(tx, row, channel, limits).await? {
        return Ok(ends(NoticeState::Capped, "cap.reached"));
    }
    Ok(Judged::Goes(notice::Model { tried_at: Some(now.0), ..standing(row, goes) }))
}

/// Whether enough went to this receiver by this channel: today, or in seven days. A message that went
/// out already and is tried again is not weighed anew, nor is what went before the clock was set back.
async fn capped(tx: &Tx, row: &notice::Model, channel: Channel, limits: &Limits) -> Result<bool, Error> {
    let (Some(cap), 0) = (limits.caps.of(channel), row.unsure) else { return Ok(false) };
    let today = tx.now().date();
    let since = |days: i32| {
        let day = today.saturating_sub(days.days());
        Timestamp::from_shanghai(day.at(0, 0, 0, 0)).0
    };
    let sent = |from: i64| {
        tx.for_rule::<notice::Entity>()
            .and(notice::Column::Lane.eq(row.lane.as_str()))
            .and(notice::Column::State.eq(NoticeState::Sent.code()))
            .and(notice::Column::SentAt.gte(from))
            .and(notice::Column::SentAt.lte(tx.now().0 + APART))
    };
    Ok(sent(since(0)).count_to(cap.day + 1, tx).await? >= cap.day
        || sent(since(6)).count_to(cap.week + 1, tx).await? >= cap.week)
}

/// What this robot was given in the last minute; what it was given before the clock was set back holds up no alarm.
async fn tried_in_a_minute(tx: &Tx, channel: Channel) -> Result<u64, Error> {
    tx.for_rule::<notice::Entity>()
        .and(notice::Column::Channel.eq(channel.code()))
        .and(notice::Column::At.gt(tx.now().0 - 3 * 24 * 60 * MINUTE))
        .and(notice::Column::TriedAt.gt(tx.now().0 - MINUTE))
        .and(notice::Column::TriedAt.lte(tx.now().0 + APART))
        .count_to(100, tx)
        .await
}

/// Takes away a message that was overtaken before its turn came, unless another process was faster; says of how many.
async fn forget(tx: &Tx, row: &notice::Model) -> Result<u64, Error> {
    let same = Condition::all().add(notice::Column::Id.eq(row.id)).add(notice::Column::Version.eq(row.version));
    tx.clear::<notice::Entity>(same).await
}

/// Writes it, unless another process was faster.
async fn put(tx: &Tx, before: &notice::Model, after: notice::Model) -> Result<Option<notice::Model>, Error> {
    match tx.change::<notice::Entity>(before, after).await {
        Ok(row) => Ok(Some(row)),
        Err(Error::Stale) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What whoever sends needs to know of a message in hand. `Debug` hides it.
#[derive(Clone)]
pub struct Parcel {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub kind: String,
    /// The short number.
    pub number: String,
    /// How urgent it is.
    pub urgency: Urgency,
    /// By which channel.
    pub channel: Channel,
    /// Whether it goes to a person on file who cannot sign in.
    pub without_account: bool,
    /// The reader's language, e.g. `zh-Hans`; empty when nobody chose.
    pub language: String,
    /// Mail address or phone; none for a group, or when it is gone meanwhile.
    pub address: Option<String>,
    /// The channel's settings, unless it was closed meanwhile.
    pub config: Option<ChannelConfig>,
}

impl std::fmt::Debug for Parcel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Parcel({}, {})", self.number, self.channel.code())
    }
}

impl Desk {
    /// What is needed to send a message in hand. Only for the job that sends.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`], [`Error::WrongKey`], [`Error::Database`].
    pub async fn parcel(&self, handed: &Handed) -> Result<Parcel, Error> {
        if !self.is_system() {
            return Err(Error::Forbidden);
        }
        let tx = self.read();
        let row = tx.for_rule::<notice::Entity>().id(handed.id).one(&tx).await?;
        let channel = Channel::parse(&row.channel).ok_or(Error::NotFound)?;
        let test = row.kind == "test.message";
        let configs = crate::channel::configs(&tx, test).await?;
        let reach = match (row.account_id, row.person_kind.as_deref().zip(row.person_id)) {
            (Some(account), _) => Some(reach_of_account(&tx, account).await?),
            (None, Some((kind, id))) => Some(reach_of_person(&tx, kind, id).await?),
            (None, None) => None,
        };
        let language = match row.account_id {
            Some(id) => tx.common::<account::Entity>().id(id).first(&tx).await?.map(|a| a.language),
            None => None,
        };
        Ok(Parcel {
            id: row.id,
            kind: row.kind,
            number: row.number,
            urgency: Urgency::parse(&row.urgency).unwrap_or(Urgency::Ordinary),
            channel,
            without_account: row.account_id.is_none() && row.person_id.is_some(),
            language: language.unwrap_or_default(),
            address: reach.and_then(|r| if channel == Channel::Mail { r.mail } else { r.phone }),
            config: configs.into_iter().find(|c| c.channel() == channel),
        })
    }
}

/// What the other side said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What became of the message.
    pub verdict: Verdict,
    /// The code of the answer, e.g. `errcode 0`; no words of the message.
    pub code: String,
    /// What the provider calls the message, where it says so.
    pub provider_id: Option<String>,
    /// Whether the settings are what is wrong.
    pub settings: bool,
}

/// Keeps what came of a message in hand. When its lease ended and another process took it up, nothing is
/// kept: that process has it now.
#[derive(Clone, Debug)]
pub struct SettleNotice {
    /// As it was claimed.
    pub handed: Handed,
    /// What the other side said.
    pub answered: Answered,
}

impl Act for SettleNotice {
    const NAME: &'static str = "notice.settle";
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let row = tx.for_rule::<notice::Entity>().id(self.handed.id).one(tx).await?;
        if row.version != self.handed.version || state(&row) != NoticeState::Sending {
            return Ok(false);
        }
        let urgency = Urgency::parse(&row.urgency).unwrap_or(Urgency::Ordinary);
        let answered = &self.answered;
        let after = delivery(&row).after(answered.verdict, urgency, row.letter_id, tx.now());
        let sent = after.state == NoticeState::Sent;
        let settled = notice::Model {
            sent_at: sent.then(|| tx.now().0),
            answer_code: Some(answered.code.clone()),
            provider_id: answered.provider_id.clone().filter(|_| sent),
            ..standing(&row, after)
        };
        let kept = put(tx, &row, settled).await?.is_some();
        if answered.settings {
            mark_channel(tx, &row.channel, Some(&answered.code)).await?;
        } else if sent {
            mark_channel(tx, &row.channel, None).await?;
        }
        Ok(kept)
    }
}
