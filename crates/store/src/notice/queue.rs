//! The office's view of the queue: what waits, what failed, what was sent to whom and when; and the three things that
//! a person does there.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::{AccountId, ChildId, StayId};
use naheya_domain::notice::{Channel, NoticeState, Urgency, number};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::overtaken::{is_late_word, may_be_so};
use super::{PAGE, delivery, standing, state};
use crate::sealed::act::Act;
use crate::sealed::entity::{account, child, guardian, notice, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::stay::SETTLED;
use crate::{Desk, Error};

/// Letters that say whether a weekend takes place.
const OF_A_WEEKEND: [&str; 15] = [
    "stay.approved",
    "stay.cancelled",
    "stay.hand_back",
    "stay.held",
    "stay.held_now",
    "stay.later",
    "stay.later_now",
    "stay.may_ask_again",
    "stay.refused",
    "stay.restored",
    "stay.restored_now",
    SETTLED,
    "stay.stopped",
    "stay.stopped_now",
    "stay.unsettled",
];

/// Whom to call, and about which child: as far as the reader sees their files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callee {
    /// The person's name.
    pub name: String,
    /// The number to call.
    pub phone: Option<String>,
    /// The child that it is about.
    pub child: Option<(ChildId, String)>,
}

/// A message in the queue. Says to whom by account only: an account's name is work, an address is not shown. Who is to be told
/// by hand is a [`Callee`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRow {
    /// Its id.
    pub id: Uuid,
    /// The short number.
    pub number: String,
    /// Its kind.
    pub kind: String,
    /// How urgent it is.
    pub urgency: Urgency,
    /// By which channel.
    pub channel: Channel,
    /// The name of the account it is for.
    pub name: Option<String>,
    /// For somebody without an account: `guardians` or `volunteers`.
    pub person: Option<(String, Uuid)>,
    /// The stay that it is about.
    pub about: Option<StayId>,
    /// The same person by name, where it is to be passed on by hand.
    pub callee: Option<Callee>,
    /// Where it stands.
    pub state: NoticeState,
    /// Since when it waits.
    pub at: Timestamp,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// Begun tries.
    pub tries: i32,
    /// When it was taken.
    pub sent_at: Option<Timestamp>,
    /// The code of the last answer.
    pub code: Option<String>,
    /// What the provider calls it.
    pub provider_id: Option<String>,
}

impl Desk {
    /// The queue outside the app: to be passed on by hand, failed, waiting, sent. Notices of concerns are not in it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn notice_queue(&self) -> Result<[Vec<QueueRow>; 4], Error> {
        self.require(Action::KeepNotice)?;
        let tx = self.read();
        let open = [NoticeState::Queued.code(), NoticeState::Sending.code()];
        let ended = [NoticeState::Failed.code(), NoticeState::Capped.code()];
        let copy = notice::Column::Channel.eq(Channel::Copy.code());
        let outside = notice::Column::Channel.is_in(Channel::OUTSIDE.map(Channel::code));
        let by_hand = Condition::all().add(copy).add(notice::Column::State.is_in(open));
        let failed = Condition::all().add(outside.clone()).add(notice::Column::State.is_in(ended));
        let waiting = Condition::all().add(outside.clone()).add(notice::Column::State.is_in(open));
        let carried = notice::Column::Channel.ne(Channel::InApp.code());
        let sent = Condition::all().add(carried).add(notice::Column::State.eq(NoticeState::Sent.code()));
        let mut lists = [Vec::new(), Vec::new(), Vec::new()];
        for (list, condition) in lists.iter_mut().zip([failed, waiting, sent]) {
            *list = named(&tx, newest(&tx, condition, PAGE).await?).await?;
        }
        let [failed, waiting, sent] = lists;
        let by_hand = alarms_first(&tx, by_hand.add(may_be_so(&tx))).await?;
        let stands = |row: &&notice::Model| !by_hand.iter().any(|newer| overtakes(newer, row));
        let mut to_tell = Vec::with_capacity(by_hand.len());
        for row in by_hand.iter().filter(stands) {
            if !is_late_word(&tx, row).await? {
                to_tell.push(row.clone());
            }
        }
        let mut by_hand = named(&tx, to_tell).await?;
        callees(&tx, &mut by_hand).await?;
        Ok([by_hand, failed, waiting, sent])
    }
}

async fn newest(tx: &Tx, condition: Condition, most: u64) -> Result<Vec<notice::Model>, Error> {
    let rows = tx.visible::<notice::Entity>().and(condition);
    rows.by_desc(notice::Column::At).by_desc(notice::Column::Id).limit(most).all(tx).await
}

/// What somebody has to tell by hand now stands before all that may wait: no row of good news pushes it off the page.
async fn alarms_first(tx: &Tx, by_hand: Condition) -> Result<Vec<notice::Model>, Error> {
    let alarm = Urgency::Alarm.code();
    let urgent = by_hand.clone().add(notice::Column::Urgency.eq(alarm));
    let mut rows = newest(tx, urgent, PAGE).await?;
    let left = PAGE.saturating_sub(rows.len() as u64);
    rows.extend(newest(tx, by_hand.add(notice::Column::Urgency.ne(alarm)), left).await?);
    Ok(rows)
}

/// Whether the older of two texts to one person says of a weekend what is over by now: whoever reads out the list from above
/// would end with it. That weekends are settled is said of several by one text, and stays; an alarm stands above what is none.
fn overtakes(newer: &notice::Model, older: &notice::Model) -> bool {
    let is_one = |row: &notice::Model| OF_A_WEEKEND.contains(&row.kind.as_str());
    let is_alarm = |row: &notice::Model| row.urgency == Urgency::Alarm.code();
    let is_same = newer.ref_id.is_some() && newer.ref_id == older.ref_id;
    let is_hers = newer.person_id.is_some() && newer.person_id == older.person_id;
    let is_later = (newer.at, newer.id) > (older.at, older.id) && (is_alarm(newer) || !is_alarm(older));
    is_same && is_hers && is_later && is_one(newer) && is_one(older) && older.kind != SETTLED
}

async fn named(tx: &Tx, rows: Vec<notice::Model>) -> Result<Vec<QueueRow>, Error> {
    let ids: Vec<Uuid> = rows.iter().filter_map(|r| r.account_id).collect();
    let accounts = tx.common::<account::Entity>().among(ids).all(tx).await?;
    let name = |id: Uuid| accounts.iter().find(|a| a.id == id).map(|a| a.display_name.clone());
    let shown = |row: notice::Model| QueueRow {
        id: row.id,
        urgency: Urgency::parse(&row.urgency).unwrap_or(Urgency::Ordinary),
        channel: Channel::parse(&row.channel).unwrap_or(Channel::Copy),
        name: row.account_id.and_then(name),
        person: row.person_kind.clone().zip(row.person_id),
        about: row.ref_id.filter(|_| row.ref_kind == "stays").map(StayId),
        callee: None,
        state: state(&row),
        at: Timestamp(row.at),
        next_at: Timestamp(row.next_at),
        tries: row.tries,
        sent_at: row.sent_at.map(Timestamp),
        code: row.answer_code,
        provider_id: row.provider_id,
        number: row.number,
        kind: row.kind,
    };
    Ok(rows.into_iter().map(shown).collect())
}

fn people_of(rows: &[QueueRow], table: &str) -> Vec<Uuid> {
    let people = rows.iter().filter_map(|row| row.person.as_ref());
    people.filter(|(kind, _)| kind == table).map(|(_, id)| *id).collect()
}

/// Puts names and numbers to those who have to be called.
async fn callees(tx: &Tx, rows: &mut [QueueRow]) -> Result<(), Error> {
    let guardians = tx.visible::<guardian::Entity>().among(people_of(rows, "guardians")).all(tx).await?;
    let volunteers = tx.visible::<volunteer::Entity>().among(people_of(rows, "volunteers")).all(tx).await?;
    let stays: Vec<Uuid> = rows.iter().filter_map(|r| r.about).map(|id| id.0).collect();
    let stays = tx.visible::<stay::Entity>().among(stays).all(tx).await?;
    let children = tx.visible::<child::Entity>().among(stays.iter().map(|s| s.child_id)).all(tx).await?;
    for row in rows {
        let Some((table, id)) = row.person.clone() else { continue };
        let found = match table.as_str() {
            "guardians" => guardians.iter().find(|g| g.id == id).map(|g| (&g.name, &g.phone_sealed)),
            _ => volunteers.iter().find(|v| v.id == id).map(|v| (&v.name, &v.phone_sealed)),
        };
        let Some((name, phone)) = found else { continue };
        let stay = stays.iter().find(|s| Some(StayId(s.id)) == row.about);
        let child = stay.and_then(|s| children.iter().find(|c| c.id == s.child_id));
        let phone = tx.open_some(&table, "phone_sealed", id, phone.as_ref())?;
        let child = child.map(|c| (ChildId(c.id), c.name.clone()));
        row.callee = Some(Callee { name: name.clone(), phone, child });
    }
    Ok(())
}

/// Somebody wants a message sent after all: with the same number.
#[derive(Clone, Debug)]
pub struct TryAgain {
    /// Which.
    pub id: Uuid,
}

impl Act for TryAgain {
    const NAME: &'static str = "notice.try_again";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepNotice)?;
        let row = tx.visible::<notice::Entity>().id(self.id).one(tx).await?;
        let again = delivery(&row).again(tx.now()).ok_or_else(|| Error::refused("notice.not_failed"))?;
        tx.change::<notice::Entity>(&row, standing(&row, again)).await?;
        tx.note("notices", Some(row.id), "state");
        tx.wake();
        Ok(())
    }
}

/// Somebody has passed a message on by hand.
#[derive(Clone, Debug)]
pub struct PassOn {
    /// Which.
    pub id: Uuid,
}

impl Act for PassOn {
    const NAME: &'static str = "notice.pass_on";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepNotice)?;
        let row = tx.visible::<notice::Entity>().id(self.id).one(tx).await?;
        if row.channel != Channel::Copy.code() || state(&row) != NoticeState::Queued {
            return Err(Error::refused("notice.passed_on"));
        }
        for older in before(tx, &row).await? {
            told(tx, &older).await?;
        }
        told(tx, &row).await
    }
}

/// The texts that this one overtakes: whoever was told how it stands is not told how it stood.
async fn before(tx: &Tx, row: &notice::Model) -> Result<Vec<notice::Model>, Error> {
    use notice::Column as N;
    let (Some(about), Some(person)) = (row.ref_id, row.person_id) else { return Ok(Vec::new()) };
    let hers = Condition::all().add(N::RefId.eq(about)).add(N::PersonId.eq(person));
    let waiting = hers.add(N::Channel.eq(Channel::Copy.code())).add(N::State.eq(NoticeState::Queued.code()));
    let rows = tx.visible::<notice::Entity>().and(waiting).all(tx).await?;
    Ok(rows.into_iter().filter(|older| overtakes(row, older)).collect())
}

/// Writes down that somebody was told by whoever is at work.
async fn told(tx: &Tx, row: &notice::Model) -> Result<(), Error> {
    let after = notice::Model {
        state: NoticeState::Sent.code().into(),
        sent_at: Some(tx.now().0),
        sent_by: Some(tx.account()),
        ..row.clone()
    };
    tx.change::<notice::Entity>(row, after).await?;
    tx.note("notices", Some(row.id), "state,sent_by");
    Ok(())
}

/// Somebody who keeps the channels sends a test to the own address, or to the group.
#[derive(Clone, Debug)]
pub struct SendTest {
    /// By which channel.
    pub channel: Channel,
}

impl Act for SendTest {
    const NAME: &'static str = "notice.test";
    type Answer = String;

    async fn run(&self, tx: &Tx) -> Result<String, Error> {
        tx.require(Action::KeepNotice)?;
        let letter = Uuid::now_v7();
        let me = AccountId(tx.account());
        let personal = (!self.channel.is_group()).then_some(me.0);
        let row = notice::Model {
            area_id: tx.area_id(),
            id: Uuid::now_v7(),
            letter_id: letter,
            number: number(letter),
            kind: "test.message".into(),
            urgency: Urgency::Alarm.code().into(),
            channel: self.channel.code().into(),
            lane: format!("test:{}", letter.simple()),
            account_id: personal,
            person_kind: None,
            person_id: None,
            ref_kind: "channels".into(),
            ref_id: None,
            state: NoticeState::Queued.code().into(),
            at: tx.now().0,
            due_at: tx.now().0,
            next_at: tx.now().0,
            tries: 0,
            unsure: 0,
            tried_at: None,
            sent_at: None,
            read_at: None,
            sent_by: Some(me.0),
            answer_code: None,
            provider_id: None,
            version: 1,
        };
        let number = row.number.clone();
        tx.insert::<notice::Entity>(row).await?;
        tx.note("notices", None, self.channel.code());
        tx.wake();
        Ok(number)
    }
}
