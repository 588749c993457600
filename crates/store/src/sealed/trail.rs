//! What an act leaves behind besides its rows: audit events, letters, its answer. Collected while
//! the act runs, written once for the whole batch in a few multi-row statements just before the
//! one commit (writing it inside each act halved the saves per second).

use std::collections::BTreeMap;

use naheya_domain::AreaId;
use naheya_domain::measure::Measures;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Iterable, QueryFilter, Set};
use uuid::Uuid;

use super::entity::{audit_event, audit_head, audit_reason, idempotency, outbox};
use super::tally;
use super::tx::Tx;
use crate::audit::reason;
use crate::field::Ring;
use crate::{Error, sha};

/// The act of whoever has only looked at files.
pub(super) const LOOK: &str = "look";

/// One thing that happened to, or was seen of, a record. Ids and field names, never values
/// (product.md rule 16).
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) at: i64,
    pub(crate) account: Uuid,
    pub(crate) role: &'static str,
    pub(crate) act: &'static str,
    pub(crate) noun: &'static str,
    pub(crate) ref_id: Option<Uuid>,
    pub(crate) fields: String,
    /// The words as they were given; the chain gets what proves them.
    pub(crate) reason: Option<String>,
    pub(crate) row_mac: Option<Vec<u8>>,
}

/// A letter for the outbox. Its kind names the words; ids only.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Message kind, e.g. `stay.requested`; the web room has the words.
    pub kind: &'static str,
    /// To one account …
    pub to_account: Option<Uuid>,
    /// … or to everybody with this role in the county who may see what it is about …
    pub to_role: Option<&'static str>,
    /// … or to a person on file who has no account: (`guardians` or `volunteers`, id). Told by phone only.
    pub to_person: Option<(&'static str, Uuid)>,
    /// What it is about.
    pub about: (&'static str, Option<Uuid>),
    /// Not before this instant (ms).
    pub due_at: i64,
}

/// The stored answer to an idempotency key.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) account: Uuid,
    pub(crate) key: String,
    pub(crate) body_hash: Vec<u8>,
    pub(crate) answer: String,
    pub(crate) at: i64,
}

/// The trail of one or several acts in one county.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    pub(crate) events: Vec<Event>,
    pub(crate) letters: Vec<(i64, Letter)>,
    pub(crate) said: Vec<Said>,
    /// Whether notices wait to be carried out, besides the letters.
    pub(crate) wakes: bool,
    /// What was added to the running totals, by day.
    moved: BTreeMap<String, Measures>,
}

impl Trail {
    pub(crate) fn join(&mut self, mut other: Trail) {
        self.events.append(&mut other.events);
        self.letters.append(&mut other.letters);
        self.said.append(&mut other.said);
        self.wakes |= other.wakes;
        self.count(other.moved);
    }

    /// Events from the `first` on bear this act's name.
    pub(super) fn tell_as(&mut self, act: &'static str, first: usize) {
        for event in self.events.iter_mut().skip(first) {
            event.act = act;
        }
    }

    pub(super) fn count(&mut self, moved: BTreeMap<String, Measures>) {
        for (day, more) in moved {
            self.moved.entry(day).or_default().add_all(&more);
        }
    }
}

/// Variables of one statement. The engines take more (SQLite 32,766, PostgreSQL 65,535), but a statement is kept and used
/// again for the next rows: ten times as many cost PostgreSQL half as much again for an import, and SQLite no less.
const VARIABLES: usize = 3_000;

/// Writes the trails of a batch, one county after the other.
pub(super) async fn write(tx: &DatabaseTransaction, ring: &Ring, trails: BTreeMap<i32, Trail>) -> Result<(), Error> {
    for (area, trail) in trails {
        if !trail.events.is_empty() {
            chain(tx, ring, area, trail.events).await?;
        }
        if !trail.moved.is_empty() {
            tally::write(tx, area, trail.moved).await?;
        }
        insert_all::<outbox::Entity>(tx, trail.letters.into_iter().map(|(at, l)| letter_row(area, at, l)).collect())
            .await?;
        insert_all::<idempotency::Entity>(tx, trail.said.into_iter().map(|s| said_row(area, s)).collect()).await?;
    }
    Ok(())
}

/// Appends the events to the county's chain: `h[n] = SHA-256(h[n-1] ‖ event)`.
async fn chain(tx: &DatabaseTransaction, ring: &Ring, area: i32, events: Vec<Event>) -> Result<(), Error> {
    let head = lock_head(tx, area).await?;
    let (mut n, mut hash) = head.as_ref().map_or((0, vec![0u8; 32]), |h| (h.n, h.hash.clone()));
    let mut changed_n = head.as_ref().map_or(0, |h| h.changed_n.unwrap_or(h.n));
    let mut rows = Vec::with_capacity(events.len());
    let mut reasons = Vec::new();
    for mut event in events {
        n += 1;
        if event.act != LOOK {
            changed_n = n;
        }
        if let Some(words) = event.reason.take() {
            let (proof, kept) = reason::kept(ring, area, n, &words)?;
            event.reason = Some(proof);
            reasons.push(kept);
        }
        let mut row = event_row(area, n, event);
        row.hash = link(&hash, &row);
        hash.clone_from(&row.hash);
        rows.push(row);
    }
    insert_all::<audit_event::Entity>(tx, rows).await?;
    insert_all::<audit_reason::Entity>(tx, reasons).await?;
    let mac = ring.chain_mac(area, n, &hash);
    let changed_n = Some(changed_n);
    put_head(tx, audit_head::Model { area_id: area, n, hash, mac, changed_n }, head.is_some()).await
}

/// Bytes of most links: an examination makes one for each event of a county.
const LINK: usize = 320;

/// The next link of the chain over everything the event says.
pub(crate) fn link(before: &[u8], row: &audit_event::Model) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LINK);
    bytes.extend_from_slice(before);
    bytes.extend_from_slice(&row.area_id.to_be_bytes());
    bytes.extend_from_slice(&row.n.to_be_bytes());
    bytes.extend_from_slice(&row.at.to_be_bytes());
    bytes.extend_from_slice(row.account_id.as_bytes());
    for part in [&row.role, &row.act, &row.noun, &row.fields] {
        push_part(&mut bytes, Some(part.as_bytes()));
    }
    push_part(&mut bytes, row.ref_id.as_ref().map(|id| id.as_bytes().as_slice()));
    push_part(&mut bytes, row.reason.as_deref().map(str::as_bytes));
    push_part(&mut bytes, row.row_mac.as_deref());
    sha(&bytes)
}

/// A part with its length; one that is absent differs from an empty one.
fn push_part(bytes: &mut Vec<u8>, part: Option<&[u8]>) {
    let length = part.map_or(u64::MAX, |p| p.len() as u64);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(part.unwrap_or_default());
}

#[expect(clippy::disallowed_methods, reason = "the fence: the chain's head is read under lock")]
pub(super) async fn lock_head(tx: &DatabaseTransaction, area: i32) -> Result<Option<audit_head::Model>, Error> {
    use sea_orm::QuerySelect;
    Ok(audit_head::Entity::find_by_id(area).lock_exclusive().one(tx).await?)
}

/// Up to where something was changed in these counties, added up: it grows with each change, and not with looks.
#[expect(clippy::disallowed_methods, reason = "the fence: a few small numbers, of the nation too")]
pub(super) async fn changed<const N: usize>(tx: &Tx, areas: [AreaId; N]) -> Result<i64, Error> {
    use audit_head::Column as C;
    use sea_orm::QuerySelect;
    let of = C::AreaId.is_in(areas.map(|area| area.0));
    let heads = audit_head::Entity::find().filter(of).select_only().columns([C::N, C::ChangedN]);
    let heads = heads.into_tuple::<(i64, Option<i64>)>().all(&tx.conn().await?).await?;
    Ok(heads.into_iter().map(|(n, changed)| changed.unwrap_or(n)).sum())
}

#[expect(clippy::disallowed_methods, reason = "the fence: the chain's head moves with its events")]
async fn put_head(tx: &DatabaseTransaction, head: audit_head::Model, exists: bool) -> Result<(), Error> {
    if exists {
        let change = audit_head::ActiveModel {
            area_id: sea_orm::Unchanged(head.area_id),
            n: Set(head.n),
            hash: Set(head.hash),
            mac: Set(head.mac),
            changed_n: Set(head.changed_n),
        };
        audit_head::Entity::update(change).exec_without_returning(tx).await?;
    } else {
        let row = sea_orm::ActiveModelTrait::reset_all(head.into_active_model());
        audit_head::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Inserts many rows at a time.
#[expect(clippy::disallowed_methods, reason = "the fence: multi-row inserts")]
pub(super) async fn insert_all<E>(tx: &DatabaseTransaction, rows: Vec<E::Model>) -> Result<(), Error>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    let columns = E::Column::iter().count().max(1);
    let mut rows = rows.into_iter().map(|row| sea_orm::ActiveModelTrait::reset_all(row.into_active_model())).peekable();
    while rows.peek().is_some() {
        let chunk: Vec<E::ActiveModel> = rows.by_ref().take(VARIABLES / columns).collect();
        E::insert_many(chunk).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn event_row(area: i32, n: i64, e: Event) -> audit_event::Model {
    audit_event::Model {
        area_id: area,
        n,
        at: e.at,
        account_id: e.account,
        role: e.role.to_owned(),
        act: e.act.to_owned(),
        noun: e.noun.to_owned(),
        ref_id: e.ref_id,
        fields: e.fields,
        reason: e.reason,
        row_mac: e.row_mac,
        hash: Vec::new(),
    }
}

fn letter_row(area: i32, at: i64, letter: Letter) -> outbox::Model {
    outbox::Model {
        area_id: area,
        id: Uuid::now_v7(),
        kind: letter.kind.to_owned(),
        to_account: letter.to_account,
        to_role: letter.to_role.map(str::to_owned),
        person_kind: letter.to_person.map(|(kind, _)| kind.to_owned()),
        person_id: letter.to_person.map(|(_, id)| id),
        ref_kind: letter.about.0.to_owned(),
        ref_id: letter.about.1,
        state: "queued".to_owned(),
        at,
        due_at: letter.due_at,
        tries: 0,
        sent_at: None,
        read_at: None,
    }
}

fn said_row(area: i32, said: Said) -> idempotency::Model {
    idempotency::Model {
        area_id: area,
        account_id: said.account,
        key: said.key,
        body_hash: said.body_hash,
        answer: said.answer,
        at: said.at,
    }
}
