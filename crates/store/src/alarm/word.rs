//! Whether the word of an alarm has reached its people: sent, passed on by hand, or neither.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::Timestamp;
use naheya_domain::alarm::Alarm;
use naheya_domain::notice::{Channel, NoticeState};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::AT_ONCE;
use crate::Error;
use crate::sealed::entity::{alarm, notice, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, is, is_one_of};

/// What has become of the word of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It has left, or lies in the app.
    Sent,
    /// It is about to leave.
    Sending,
    /// A text to copy: nobody has passed it on yet.
    ByHand,
    /// Somebody passed it on.
    PassedOn(Timestamp),
    /// It could not be sent.
    NotSent,
    /// There is nobody to tell.
    Nobody,
}

impl Word {
    /// Whether somebody of the office still has to see to it.
    #[must_use]
    pub fn is_owed(self) -> bool {
        matches!(self, Word::ByHand | Word::NotSent)
    }

    /// Of the notices of one alarm: whichever reached somebody counts.
    fn of<'n>(notices: impl Iterator<Item = &'n Told> + Clone) -> Word {
        let is = |n: &Told, state: NoticeState| n.state == state.code();
        let by_hand = |n: &Told| n.channel == Channel::Copy.code();
        if notices.clone().any(|n| !by_hand(n) && is(n, NoticeState::Sent)) {
            return Word::Sent;
        }
        if let Some(at) = notices.clone().filter(|n| by_hand(n)).filter_map(|n| n.sent_at).min() {
            return Word::PassedOn(Timestamp(at));
        }
        let waits = |n: &Told| is(n, NoticeState::Queued) || is(n, NoticeState::Sending);
        if notices.clone().any(|n| !by_hand(n) && waits(n)) {
            return Word::Sending;
        }
        if notices.clone().any(by_hand) { Word::ByHand } else { Word::NotSent }
    }
}

/// What is read of a notice.
#[derive(Debug, FromQueryResult)]
struct Told {
    ref_id: Option<Uuid>,
    kind: String,
    channel: String,
    state: String,
    at: i64,
    sent_at: Option<i64>,
}

/// A stay and the siblings it went with.
#[derive(Debug, FromQueryResult)]
struct Went {
    id: Uuid,
    party_id: Uuid,
}

/// The notices of alarms by the party they are about and the instant at which they were raised: siblings are one letter.
type Notices = BTreeMap<(Uuid, i64), Vec<(Alarm, Told)>>;

async fn went(tx: &Tx, column: stay::Column, ids: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, Uuid>, Error> {
    let ids: Vec<Uuid> = BTreeSet::from_iter(ids).into_iter().collect();
    let mut all = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let stays = tx.for_rule::<stay::Entity>().and(column.is_in(some.iter().copied()));
        let stays: Vec<Went> = stays.columns([stay::Column::Id, stay::Column::PartyId], tx).await?;
        all.extend(stays.into_iter().map(|s| (s.id, s.party_id)));
    }
    Ok(all)
}

/// The notices of alarms about these stays. Found by stay: of one instant there may be as many as a county has children.
async fn told(tx: &Tx, parties: &BTreeMap<Uuid, Uuid>) -> Result<Notices, Error> {
    use notice::Column as C;
    if parties.is_empty() {
        return Ok(Notices::new());
    }
    let notices = tx.for_rule::<notice::Entity>().and(is(C::Urgency, "alarm"));
    let notices =
        notices.and(C::RefId.is_in(parties.keys().copied())).and(C::Kind.is_in(Alarm::ALL.map(Alarm::letter)));
    let rows: Vec<Told> = notices.columns([C::RefId, C::Kind, C::Channel, C::State, C::At, C::SentAt], tx).await?;
    let mut all = Notices::new();
    for row in rows {
        let alarm = Alarm::ALL.into_iter().find(|a| a.letter() == row.kind);
        let party = row.ref_id.and_then(|stay| parties.get(&stay).copied());
        if let Some((alarm, party)) = alarm.zip(party) {
            all.entry((party, row.at)).or_default().push((alarm, row));
        }
    }
    Ok(all)
}

/// What has become of the word of each of these alarms.
pub(super) async fn of(tx: &Tx, rows: &[alarm::Model]) -> Result<BTreeMap<Uuid, Word>, Error> {
    let own = went(tx, stay::Column::Id, rows.iter().filter_map(|r| r.stay_id)).await?;
    let siblings = went(tx, stay::Column::PartyId, own.values().copied()).await?;
    let told = told(tx, &siblings).await?;
    let word = |row: &alarm::Model| {
        let party = row.stay_id.and_then(|stay| own.get(&stay).copied());
        let step = Alarm::parse(&row.kind)?;
        let same = party.and_then(|party| told.get(&(party, row.raised_at))).map_or(&[][..], Vec::as_slice);
        // Whoever is told of two steps at once gets one letter, of the higher.
        let step = same.iter().map(|(alarm, _)| *alarm).filter(|alarm| *alarm >= step).min();
        let notices = same.iter().filter(|(alarm, _)| Some(*alarm) == step).map(|(_, notice)| notice);
        Some(match (row.told, step) {
            (..=0, _) => Word::Nobody,
            (_, None) => Word::Sending,
            (_, Some(_)) => Word::of(notices),
        })
    };
    Ok(rows.iter().filter_map(|row| Some((row.id, word(row)?))).collect())
}

/// A text that nobody has passed on: about which stay, of when and by which letter, and for whom.
#[derive(Debug, FromQueryResult)]
struct Waiting {
    ref_id: Option<Uuid>,
    at: i64,
    kind: String,
    person_id: Option<Uuid>,
}

#[derive(Debug, FromQueryResult)]
struct Raised {
    stay_id: Option<Uuid>,
    raised_at: i64,
    kind: String,
}

/// How many people the texts of these alarms that nobody has passed on are for, as long as `open` tells of the alarm.
pub(super) async fn count_by_hand(
    tx: &Tx,
    of: &[(Alarm, &'static str)],
    open: Visible<alarm::Entity>,
) -> Result<u64, Error> {
    use {alarm::Column as A, notice::Column as N};
    let texts = tx.for_rule::<notice::Entity>().and(is(N::Urgency, "alarm")).and(is(N::Channel, "copy"));
    let texts =
        texts.and(is_one_of(N::State, &["queued", "sending"])).and(N::Kind.is_in(of.iter().map(|(_, letter)| *letter)));
    let waiting: Vec<Waiting> = texts.columns([N::RefId, N::At, N::Kind, N::PersonId], tx).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let open = open.and(A::Kind.is_in(of.iter().map(|(alarm, _)| alarm.code())));
    let raised: Vec<Raised> = open.columns([A::StayId, A::RaisedAt, A::Kind], tx).await?;
    let missed = missed(of, &raised);
    // The letter of siblings names one of them: as long as another one is missed, somebody has to be told.
    let together = together(tx, unsure(&waiting, &missed)).await?;
    let is_owed = |text: &&Waiting| {
        let Some((stay, missed)) = text.ref_id.zip(missed.get(&(text.at, text.kind.as_str()))) else { return false };
        let party = together.get(&stay).map_or(&[][..], Vec::as_slice);
        missed.contains(&stay) || party.iter().any(|one| missed.contains(one))
    };
    Ok(BTreeSet::from_iter(waiting.iter().filter(is_owed).map(|text| text.person_id)).len() as u64)
}

/// Stays of which an alarm is open, by the instant at which it was raised and its letter.
type Missed = BTreeMap<(i64, &'static str), BTreeSet<Uuid>>;

fn missed(of: &[(Alarm, &'static str)], raised: &[Raised]) -> Missed {
    let mut missed = Missed::new();
    for one in raised {
        let letter = of.iter().find(|(alarm, _)| alarm.code() == one.kind).map(|(_, letter)| *letter);
        if let Some((stay, letter)) = one.stay_id.zip(letter) {
            missed.entry((one.raised_at, letter)).or_default().insert(stay);
        }
    }
    missed
}

/// The stays of texts whose own alarm is over, where one of the same instant is open.
fn unsure(waiting: &[Waiting], missed: &Missed) -> Vec<Uuid> {
    let of = |text: &Waiting| {
        let (stay, missed) = text.ref_id.zip(missed.get(&(text.at, text.kind.as_str())))?;
        (!missed.contains(&stay)).then_some(stay)
    };
    waiting.iter().filter_map(of).collect()
}

/// The stays of the party of each of these, itself among them.
async fn together(tx: &Tx, stays: Vec<Uuid>) -> Result<BTreeMap<Uuid, Vec<Uuid>>, Error> {
    let own = went(tx, stay::Column::Id, stays.into_iter()).await?;
    let mut parties: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (stay, party) in went(tx, stay::Column::PartyId, own.values().copied()).await? {
        parties.entry(party).or_default().push(stay);
    }
    Ok(own.iter().filter_map(|(stay, party)| Some((*stay, parties.get(party)?.clone()))).collect())
}
