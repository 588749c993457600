//! Whether the word of an alarm has reached its people: sent, passed on by hand, or neither.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::Timestamp;
use naheya_domain::alarm::Alarm;
use naheya_domain::notice::{Channel, NoticeState};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::{alarm, notice, stay};
use crate::sealed::tx::Tx;

/// Instants that one question asks for.
const AT_ONCE: usize = 200;

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
    fn of<'n>(notices: impl Iterator<Item = &'n notice::Model> + Clone) -> Word {
        let is = |n: &notice::Model, state: NoticeState| n.state == state.code();
        let by_hand = |n: &notice::Model| n.channel == Channel::Copy.code();
        if notices.clone().any(|n| !by_hand(n) && is(n, NoticeState::Sent)) {
            return Word::Sent;
        }
        if let Some(at) = notices.clone().filter(|n| by_hand(n)).filter_map(|n| n.sent_at).min() {
            return Word::PassedOn(Timestamp(at));
        }
        let waits = |n: &notice::Model| is(n, NoticeState::Queued) || is(n, NoticeState::Sending);
        if notices.clone().any(|n| !by_hand(n) && waits(n)) {
            return Word::Sending;
        }
        if notices.clone().any(by_hand) { Word::ByHand } else { Word::NotSent }
    }
}

/// A notice of an alarm with the step it tells of and the party it is about.
struct Told {
    notice: notice::Model,
    alarm: Alarm,
    party: Uuid,
}

/// The notices that alarms raised in the instants of `rows` became: found by their instant, since nothing else of them is
/// in an index. Siblings are one letter, so that they are kept by party.
async fn told(tx: &Tx, rows: &[alarm::Model]) -> Result<Vec<Told>, Error> {
    let instants: Vec<i64> = BTreeSet::from_iter(rows.iter().map(|r| r.raised_at)).into_iter().collect();
    let kinds = Alarm::ALL.map(Alarm::letter);
    let mut found = Vec::new();
    for some in instants.chunks(AT_ONCE) {
        let notices = tx.for_rule::<notice::Entity>().and(notice::Column::At.is_in(some.iter().copied()));
        found.extend(notices.and(notice::Column::Kind.is_in(kinds)).all(tx).await?);
    }
    let parties = parties(tx, found.iter().filter_map(|n| n.ref_id)).await?;
    let told = |notice: notice::Model| {
        let alarm = Alarm::ALL.into_iter().find(|a| a.letter() == notice.kind)?;
        let party = parties.get(&notice.ref_id?).copied()?;
        Some(Told { notice, alarm, party })
    };
    Ok(found.into_iter().filter_map(told).collect())
}

async fn parties(tx: &Tx, stays: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, Uuid>, Error> {
    let stays = tx.for_rule::<stay::Entity>().among(BTreeSet::from_iter(stays)).all(tx).await?;
    Ok(stays.into_iter().map(|s| (s.id, s.party_id)).collect())
}

/// What has become of the word of each of these alarms.
pub(super) async fn of(tx: &Tx, rows: &[alarm::Model]) -> Result<BTreeMap<Uuid, Word>, Error> {
    let told = told(tx, rows).await?;
    let parties = parties(tx, rows.iter().filter_map(|r| r.stay_id)).await?;
    let word = |row: &alarm::Model| {
        let party = row.stay_id.and_then(|stay| parties.get(&stay).copied());
        let own = Alarm::parse(&row.kind)?;
        let same = |t: &&Told| Some(t.party) == party && t.notice.at == row.raised_at && t.alarm >= own;
        // Whoever is told of two steps at once gets one letter, of the higher.
        let step = told.iter().filter(same).map(|t| t.alarm).min();
        let notices = told.iter().filter(same).filter(|t| Some(t.alarm) == step).map(|t| &t.notice);
        Some(match (row.told, step) {
            (..=0, _) => Word::Nobody,
            (_, None) => Word::Sending,
            (_, Some(_)) => Word::of(notices),
        })
    };
    Ok(rows.iter().filter_map(|row| Some((row.id, word(row)?))).collect())
}

/// How many people the texts of these alarms that nobody has passed on are for.
pub(super) async fn count_by_hand(tx: &Tx, rows: &[alarm::Model]) -> Result<u64, Error> {
    let told = told(tx, rows).await?;
    let parties = parties(tx, rows.iter().filter_map(|r| r.stay_id)).await?;
    let raised: BTreeSet<(Option<Uuid>, i64, &str)> = rows
        .iter()
        .map(|r| (r.stay_id.and_then(|stay| parties.get(&stay).copied()), r.raised_at, r.kind.as_str()))
        .collect();
    let waits = told.iter().filter(|t| t.notice.channel == Channel::Copy.code() && t.notice.sent_at.is_none());
    let waits = waits.filter(|t| raised.contains(&(Some(t.party), t.notice.at, t.alarm.code())));
    Ok(BTreeSet::from_iter(waits.map(|t| t.notice.person_id)).len() as u64)
}
