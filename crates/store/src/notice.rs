//! Notices: letters that acts left, on their way to people. `expand` makes notices of letters, `carry`
//! hands them to whoever sends and keeps what came of it, `overtaken` keeps back what need not be told any more, `queue` is the
//! office's view, `unsent` tells of what does not go out, and here is what each person reads.

use std::collections::BTreeSet;

use naheya_domain::notice::{Channel, Choice, Delivery, NoticeState, To, Urgency};
use naheya_domain::{AreaId, Timestamp, notice as rule};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{notice, outbox};
use crate::sealed::nation;
use crate::sealed::tx::Tx;
use crate::{Desk, Error, Store, SystemTask};

mod carry;
mod expand;
mod overtaken;
mod queue;
mod unsent;

pub use carry::{Answered, ClaimNotices, Claimed, Handed, Parcel, SettleNotice};
pub use expand::ExpandLetters;
pub use queue::{Callee, PassOn, QueueRow, SendTest, TryAgain};
pub(crate) use unsent::held_up;

/// Notices of one page.
pub const PAGE: u64 = 50;
/// The unread are counted no further.
pub const COUNTED: u64 = 100;

/// A notice as its receiver sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: Uuid,
    /// Its kind, e.g. `stay.approved`.
    pub kind: String,
    /// How urgent it is.
    pub urgency: Urgency,
    /// The short number.
    pub number: String,
    /// When it came.
    pub at: Timestamp,
    /// When it was read, if it was.
    pub read_at: Option<Timestamp>,
}

/// What a notice is about: where reading it leads.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct About {
    /// The kind of the notice.
    pub kind: String,
    /// The table of the record.
    pub noun: String,
    /// The record.
    pub id: Option<Uuid>,
}

fn own(tx: &Tx) -> Condition {
    Condition::all()
        .add(notice::Column::AccountId.eq(tx.account()))
        .add(notice::Column::Channel.eq(Channel::InApp.code()))
}

fn shown(row: notice::Model) -> Notice {
    Notice {
        id: row.id,
        urgency: Urgency::parse(&row.urgency).unwrap_or(Urgency::Ordinary),
        kind: row.kind,
        number: row.number,
        at: Timestamp(row.at),
        read_at: row.read_at.map(Timestamp),
    }
}

fn state(row: &notice::Model) -> NoticeState {
    NoticeState::parse(&row.state).unwrap_or(NoticeState::Failed)
}

fn delivery(row: &notice::Model) -> Delivery {
    Delivery {
        state: state(row),
        tries: row.tries,
        unsure: row.unsure,
        due_at: Timestamp(row.due_at),
        next_at: Timestamp(row.next_at),
    }
}

/// The row with the delivery's new standing.
fn standing(row: &notice::Model, delivery: Delivery) -> notice::Model {
    notice::Model {
        state: delivery.state.code().into(),
        tries: delivery.tries,
        unsure: delivery.unsure,
        due_at: delivery.due_at.0,
        next_at: delivery.next_at.0,
        ..row.clone()
    }
}

/// Who gets a notice, and by which lane: what goes to one receiver by one channel goes in order, and an
/// alarm never waits behind what is no alarm.
struct Lane {
    channel: Channel,
    account: Option<Uuid>,
    person: Option<(String, Uuid)>,
}

impl Lane {
    fn name(&self, urgency: Urgency) -> String {
        let receiver = self.account.or(self.person.as_ref().map(|(_, id)| *id));
        let who = receiver.map(|id| format!(":{}", id.simple())).unwrap_or_default();
        let first = if urgency == Urgency::Alarm { "!" } else { "" };
        format!("{}{who}{first}", self.channel.code())
    }
}

/// A letter's notice on this lane. One in the app has arrived as soon as it is written.
fn made(tx: &Tx, letter: &outbox::Model, lane: Lane) -> notice::Model {
    let urgency = rule::urgency(&letter.kind);
    let at = letter.at.max(letter.due_at);
    let in_app = lane.channel == Channel::InApp;
    let state = if in_app { NoticeState::Sent } else { NoticeState::Queued };
    notice::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        letter_id: letter.id,
        number: rule::number(letter.id),
        kind: letter.kind.clone(),
        urgency: urgency.code().into(),
        channel: lane.channel.code().into(),
        lane: lane.name(urgency),
        account_id: lane.account,
        person_kind: lane.person.as_ref().map(|(kind, _)| kind.clone()),
        person_id: lane.person.as_ref().map(|(_, id)| *id),
        ref_kind: letter.ref_kind.clone(),
        ref_id: letter.ref_id,
        state: state.code().into(),
        at,
        due_at: at,
        next_at: at,
        tries: 0,
        unsure: 0,
        tried_at: None,
        sent_at: in_app.then(|| tx.now().0),
        read_at: None,
        sent_by: None,
        answer_code: None,
        provider_id: None,
        version: 1,
    }
}

/// The channels that a kind takes to somebody who chose this.
fn ways(kind: &str, to: To, choice: Choice) -> Vec<Channel> {
    rule::channels(kind, to, choice)
}

impl Store {
    /// The counties with letters that are due, or messages that have not left the house: where [`ExpandLetters`] and
    /// [`ClaimNotices`] may find something to do.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties_with_letters(&self, now: Timestamp) -> Result<BTreeSet<AreaId>, Error> {
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        let mut counties = BTreeSet::from_iter(nation::counties_with::<outbox::Entity>(&tx, [expand::due(now)]).await?);
        counties.extend(nation::counties_with::<notice::Entity>(&tx, [carry::open()]).await?);
        Ok(counties)
    }
}

impl Desk {
    /// How many of one's own notices are unread, counted to [`COUNTED`]: one read by one index.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn unread_notices(&self) -> Result<u64, Error> {
        if let Some(unread) = self.known().unread {
            return Ok(unread);
        }
        let count = async {
            let tx = self.read();
            let unread = own(&tx).add(notice::Column::ReadAt.is_null());
            tx.for_rule::<notice::Entity>().and(unread).count_to(COUNTED, &tx).await
        };
        self.remembered_alone("notices.unread", String::new(), count).await
    }

    /// One's own notices: the unread, newest first, and the newest of those that were read.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn my_notices(&self) -> Result<(Vec<Notice>, Vec<Notice>), Error> {
        let tx = self.read();
        let some = |condition| {
            let rows = tx.for_rule::<notice::Entity>().and(own(&tx).add(condition));
            rows.by_desc(notice::Column::At).by_desc(notice::Column::Id)
        };
        let unread = some(Condition::all().add(notice::Column::ReadAt.is_null())).limit(COUNTED).all(&tx).await?;
        let read = some(Condition::all().add(notice::Column::ReadAt.is_not_null())).limit(PAGE).all(&tx).await?;
        let list = |rows: Vec<notice::Model>| rows.into_iter().map(shown).collect();
        Ok((list(unread), list(read)))
    }
}

/// Somebody opens a notice of the own list.
#[derive(Clone, Debug)]
pub struct ReadNotice {
    /// Which.
    pub id: Uuid,
}

impl Act for ReadNotice {
    const NAME: &'static str = "notice.read";
    type Answer = About;

    async fn run(&self, tx: &Tx) -> Result<About, Error> {
        let row = tx.for_rule::<notice::Entity>().and(own(tx)).id(self.id).one(tx).await?;
        if row.read_at.is_none() {
            let read = notice::Model { read_at: Some(tx.now().0), ..row.clone() };
            tx.change::<notice::Entity>(&row, read).await?;
        }
        Ok(About { kind: row.kind, noun: row.ref_kind, id: row.ref_id })
    }
}

/// Somebody opens a line that stands for all unread notices of a kind: what came after the page was shown stays unread.
#[derive(Clone, Debug)]
pub struct ReadAlike {
    /// The newest of them.
    pub newest: Uuid,
}

impl Act for ReadAlike {
    const NAME: &'static str = "notice.read_alike";
    type Answer = About;

    async fn run(&self, tx: &Tx) -> Result<About, Error> {
        let newest = tx.for_rule::<notice::Entity>().and(own(tx)).id(self.newest).one(tx).await?;
        let alike = own(tx)
            .add(notice::Column::ReadAt.is_null())
            .add(notice::Column::Kind.eq(newest.kind.as_str()))
            .add(notice::Column::At.lte(newest.at));
        for row in tx.for_rule::<notice::Entity>().and(alike).limit(1_000).all(tx).await? {
            let after = notice::Model { read_at: Some(tx.now().0), ..row.clone() };
            tx.change::<notice::Entity>(&row, after).await?;
        }
        Ok(About { kind: newest.kind, noun: newest.ref_kind, id: newest.ref_id })
    }
}

/// Somebody has read all of the own list.
#[derive(Clone, Debug)]
pub struct ReadAllNotices;

impl Act for ReadAllNotices {
    const NAME: &'static str = "notice.read_all";
    type Answer = u64;

    async fn run(&self, tx: &Tx) -> Result<u64, Error> {
        let unread = own(tx).add(notice::Column::ReadAt.is_null());
        let rows = tx.for_rule::<notice::Entity>().and(unread).limit(1_000).all(tx).await?;
        let mut read = 0;
        for row in rows {
            let after = notice::Model { read_at: Some(tx.now().0), ..row.clone() };
            tx.change::<notice::Entity>(&row, after).await?;
            read += 1;
        }
        Ok(read)
    }
}
