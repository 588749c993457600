//! A browser's session: the only way from a cookie to a [`Viewer`] and its [`Desk`]. Only the
//! SHA-256 of the token is kept.

use std::sync::{Arc, Mutex};

use data_encoding::BASE64URL_NOPAD;
use naheya_domain::access::Action;
use naheya_domain::id::{AccountId, GrantId, SessionId};
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role, Timestamp, Viewer};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::field::random;
use crate::sealed::act::Act;
use crate::sealed::desk::{Known, Store, SystemTask, viewer_of};
use crate::sealed::entity::{grant, session};
use crate::sealed::tx::Tx;
use crate::setting::shared_idle;
use crate::sign_in::APART;
use crate::{Desk, Error, sha};

mod live;

use live::{Live, live};

/// A session ends by itself after this many minutes: a month.
const LIFE_MINUTES: i64 = 30 * 24 * 60;
/// Roles with a second factor: after this many minutes without a request.
const OFFICE_IDLE_MINUTES: i64 = 12 * 60;
/// How stale `seen_at` may grow before a request writes it anew.
const SEEN_MINUTES: i64 = 5;

/// Whether the second factor stands between the session and the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The records are open.
    Full,
    /// The role asks for the six digits first.
    FactorDue,
    /// The role asks for a second factor and the account has none yet.
    FactorMissing,
}

/// A role that an account holds today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which grant.
    pub id: GrantId,
    /// As what.
    pub role: Role,
    /// In which county.
    pub area: AreaId,
    /// Where in it.
    pub place: Place,
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Which session.
    pub id: SessionId,
    /// The person's name.
    pub name: String,
    /// The language that the account chose, a BCP 47 tag; empty when none.
    pub language: String,
    /// The county's name.
    pub county: String,
    /// Who, under which grant.
    pub viewer: Viewer,
    /// Every grant that holds today.
    pub grants: Vec<Held>,
    /// Whether the records are open.
    pub standing: Standing,
    store: Store,
    now: Timestamp,
    /// One for all desks of the request.
    known: Arc<Mutex<Known>>,
}

impl Session {
    /// The desk of this person.
    ///
    /// # Errors
    /// [`Error::Forbidden`] while the second factor is due.
    pub fn desk(&self) -> Result<Desk, Error> {
        match self.standing {
            Standing::Full => Ok(self.store.desk_in(self.id, self.viewer.clone(), self.now, Arc::clone(&self.known))),
            Standing::FactorDue | Standing::FactorMissing => Err(Error::Forbidden),
        }
    }

    /// The whole installation's desk, for what comes before the records: the second factor.
    pub(crate) fn at_the_door(&self) -> Desk {
        self.store.as_system(SystemTask::Door, self.viewer.area, self.now)
    }

    pub(crate) fn store_of(&self) -> &Store {
        &self.store
    }
}

/// A session as its owner's list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Which one.
    pub id: SessionId,
    /// The browser's own words about itself, cut.
    pub agent: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last used, to five minutes.
    pub seen_at: Timestamp,
    /// Whether it was begun on a shared machine.
    pub shared: bool,
}

impl Store {
    /// The session of a cookie, when it still holds: not ended, not idle too long, the account open,
    /// and at least one grant that holds today (product.md rule 6).
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn session(&self, token: &str, now: Timestamp) -> Result<Option<Session>, Error> {
        let door = self.door(now);
        let tx = door.read();
        let hash = sha(token.as_bytes());
        let read = async { live(&tx, self.engine(), token, now).await.map(Arc::new) };
        let rows = self.remembered_at_the_door("session", BASE64URL_NOPAD.encode(&hash), now, read).await?;
        let grants: Vec<Held> = rows.iter().filter_map(|row| row.viewer(now)).map(held_of).collect();
        let known_of = |grant: GrantId| rows.iter().find(|row| row.grant_id == Some(grant.0)).map(Live::known);
        let Some(row) = rows.first().filter(|row| row.account_state == "active") else { return Ok(None) };
        let chosen = grants.iter().find(|g| Some(g.id.0) == row.chosen).or_else(|| unasked(&grants));
        let Some(chosen) = chosen.cloned() else { return Ok(None) };
        let idle = if row.shared { shared_idle(self, chosen.area, now).await? } else { 0 };
        if idle_too_long(row, chosen.role, idle, now) {
            return Ok(None);
        }
        let county = self.county(&tx, chosen.area).await?;
        if now.minutes_since(Timestamp(row.seen_at)) >= seen_every(row) || was_set_back(row.seen_at, now) {
            match door.save(Touch { id: row.id }).await {
                // Who only reads goes on reading; when she was last seen is no reason to turn her away.
                Err(Error::Full) => {}
                touched => touched?,
            }
        }
        Ok(Some(Session {
            id: SessionId(row.id),
            county: county.map(|c| c.name.clone()).unwrap_or_default(),
            standing: standing(row, chosen.role),
            viewer: Viewer {
                account: AccountId(row.account_id),
                grant: chosen.id,
                role: chosen.role,
                area: chosen.area,
                place: chosen.place,
            },
            name: row.display_name.clone(),
            language: row.language.clone(),
            grants,
            store: self.clone(),
            now,
            known: Arc::new(Mutex::new(known_of(chosen.id).unwrap_or_default())),
        }))
    }

    /// Ends the session of this cookie.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sign_out(&self, token: &str, now: Timestamp) -> Result<(), Error> {
        self.door(now).save(EndToken { hash: sha(token.as_bytes()) }).await
    }

    pub(crate) fn door(&self, now: Timestamp) -> Desk {
        self.as_system(SystemTask::Door, AreaId::NATION, now)
    }
}

fn standing(row: &Live, role: Role) -> Standing {
    match (role.needs_second_factor() && row.factor_at.is_none(), row.totp_confirmed_at) {
        (false, _) => Standing::Full,
        (true, Some(_)) => Standing::FactorDue,
        (true, None) => Standing::FactorMissing,
    }
}

fn seen_every(row: &Live) -> i64 {
    if row.shared { 1 } else { SEEN_MINUTES }
}

fn idle_too_long(row: &Live, role: Role, shared_idle: i64, now: Timestamp) -> bool {
    let idle = now.minutes_since(Timestamp(row.seen_at));
    // Rounded up by how rarely `seen_at` is written, so that nobody at work is thrown out.
    (row.shared && (idle >= shared_idle || was_set_back(row.seen_at, now)))
        || (role.needs_second_factor() && idle >= OFFICE_IDLE_MINUTES + SEEN_MINUTES)
}

/// Whether a moment in the records is from before the clock was set back: how long ago it was nobody knows.
fn was_set_back(at: i64, now: Timestamp) -> bool {
    at > now.0 + APART
}

/// The grants of an account that hold on the day of `now`, oldest first.
pub(crate) async fn held(tx: &Tx, account: AccountId, now: Timestamp) -> Result<Vec<Held>, Error> {
    let rows = tx
        .common::<grant::Entity>()
        .and(grant::Column::AccountId.eq(account.0))
        .and(grant::Column::EndedAt.is_null())
        .by(grant::Column::CreatedAt)
        .by(grant::Column::Id)
        .all(tx)
        .await?;
    Ok(rows.iter().filter_map(|row| viewer_of(row, now)).map(held_of).collect())
}

/// As what somebody works who has chosen nothing: in the oldest role; a teacher on duty at the gate of the whole school.
fn unasked(grants: &[Held]) -> Option<&Held> {
    let first = grants.first()?;
    let at_the_gate = |g: &&Held| g.role == Role::ClassTeacher && matches!(g.place, Place::School(_));
    grants.iter().find(at_the_gate).filter(|_| first.role == Role::ClassTeacher).or(Some(first))
}

fn held_of(viewer: Viewer) -> Held {
    Held { id: viewer.grant, role: viewer.role, area: viewer.area, place: viewer.place }
}

/// A new session within the act that let somebody in. `token` is what the browser will hold.
pub(crate) async fn begin(tx: &Tx, new: NewSession<'_>) -> Result<(), Error> {
    let now = tx.now();
    tx.insert::<session::Entity>(session::Model {
        id: SessionId::new().0,
        token_hash: sha(new.token.as_bytes()),
        account_id: new.account.0,
        grant_id: new.grant.map(|g| g.0),
        started_at: now.0,
        seen_at: now.0,
        expires_at: now.plus_minutes(LIFE_MINUTES).0,
        factor_at: new.factor.then_some(now.0),
        agent: new.agent.chars().filter(|c| !c.is_control()).take(120).collect(),
        ended_at: None,
        shared: new.shared,
    })
    .await
}

/// What [`begin`] needs.
pub(crate) struct NewSession<'a> {
    pub(crate) token: &'a str,
    pub(crate) account: AccountId,
    pub(crate) grant: Option<GrantId>,
    /// Whether the second factor counts as given (demo).
    pub(crate) factor: bool,
    pub(crate) agent: &'a str,
    pub(crate) shared: bool,
}

/// 256 random bits for a cookie.
pub(crate) fn new_token() -> Result<String, Error> {
    Ok(BASE64URL_NOPAD.encode(&random::<32>()?))
}

/// Ends every session of `account` but `keep`.
pub(crate) async fn end_all(tx: &Tx, account: AccountId, keep: Option<SessionId>) -> Result<u64, Error> {
    let rows = open_sessions(tx, account).await?;
    let mut ended = 0;
    for row in rows.into_iter().filter(|row| keep.is_none_or(|k| k.0 != row.id)) {
        end(tx, row).await?;
        ended += 1;
    }
    Ok(ended)
}

/// Whether a session of `account` is open: it may have ended since its request began.
pub(crate) async fn is_open(tx: &Tx, account: AccountId, session: SessionId) -> Result<bool, Error> {
    Ok(open_sessions(tx, account).await?.iter().any(|row| row.id == session.0))
}

async fn open_sessions(tx: &Tx, account: AccountId) -> Result<Vec<session::Model>, Error> {
    tx.common::<session::Entity>()
        .and(session::Column::AccountId.eq(account.0))
        .and(session::Column::EndedAt.is_null())
        .and(session::Column::ExpiresAt.gt(tx.now().0))
        .by_desc(session::Column::SeenAt)
        .all(tx)
        .await
}

async fn end(tx: &Tx, row: session::Model) -> Result<(), Error> {
    let after = session::Model { ended_at: Some(tx.now().0), ..row.clone() };
    tx.change::<session::Entity>(&row, after).await?;
    Ok(())
}

struct Touch {
    id: Uuid,
}

impl Act for Touch {
    const NAME: &'static str = "session.touch";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = tx.common::<session::Entity>().id(self.id).one(tx).await?;
        let seen_at = if was_set_back(row.seen_at, tx.now()) { tx.now().0 } else { tx.now().0.max(row.seen_at) };
        let after = session::Model { seen_at, ..row.clone() };
        tx.change::<session::Entity>(&row, after).await?;
        Ok(())
    }
}

struct EndToken {
    hash: Vec<u8>,
}

impl Act for EndToken {
    const NAME: &'static str = "session.end";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let found = tx.common::<session::Entity>().and(session::Column::TokenHash.eq(self.hash.clone())).first(tx);
        match found.await? {
            Some(row) if row.ended_at.is_none() => end(tx, row).await,
            _ => Ok(()),
        }
    }
}

impl Desk {
    /// The viewer's own open sessions, the one used last first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn my_sessions(&self) -> Result<Vec<SessionRow>, Error> {
        let tx = self.read();
        let rows = open_sessions(&tx, self.viewer().account).await?;
        Ok(rows.into_iter().take(50).map(shown).collect())
    }
}

impl Desk {
    /// The open sessions of another account, for whoever keeps accounts.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an account of another county.
    pub async fn sessions_of(&self, account: AccountId) -> Result<Vec<SessionRow>, Error> {
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        crate::account::in_my_county(&tx, account).await?;
        Ok(open_sessions(&tx, account).await?.into_iter().take(50).map(shown).collect())
    }
}

fn shown(row: session::Model) -> SessionRow {
    SessionRow {
        id: SessionId(row.id),
        agent: row.agent,
        started_at: Timestamp(row.started_at),
        seen_at: Timestamp(row.seen_at),
        shared: row.shared,
    }
}

/// Ends sessions of one's own, or, by whoever keeps accounts, of another account.
#[derive(Clone, Debug)]
pub struct EndSessions {
    /// Whose; the viewer's own when `None`.
    pub account: Option<AccountId>,
    /// Only this one; all when `None`.
    pub only: Option<SessionId>,
    /// Not this one: the session that asks.
    pub keep: Option<SessionId>,
}

impl Act for EndSessions {
    const NAME: &'static str = "session.end_all";
    type Answer = u64;

    async fn run(&self, tx: &Tx) -> Result<u64, Error> {
        let own = tx.viewer().account;
        let whose = self.account.unwrap_or(own);
        if whose != own {
            tx.require(Action::KeepAccount)?;
            crate::account::in_my_county(tx, whose).await?;
            crate::grant::may_handle(tx, whose).await?;
        }
        tx.note("sessions", Some(whose.0), "ended_at");
        let Some(only) = self.only else { return end_all(tx, whose, self.keep).await };
        let row = open_sessions(tx, whose).await?.into_iter().find(|row| row.id == only.0).ok_or(Error::NotFound)?;
        end(tx, row).await?;
        Ok(1)
    }
}

/// Goes on under another of one's own grants.
#[derive(Clone, Debug)]
pub struct SwitchGrant {
    /// In which session.
    pub session: SessionId,
    /// To which grant.
    pub grant: GrantId,
}

impl Act for SwitchGrant {
    const NAME: &'static str = "session.switch";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let own = tx.viewer().account;
        if !held(tx, own, tx.now()).await?.iter().any(|g| g.id == self.grant) {
            return Err(Error::NotFound);
        }
        let row = open_sessions(tx, own).await?.into_iter().find(|s| s.id == self.session.0).ok_or(Error::NotFound)?;
        let after = session::Model { grant_id: Some(self.grant.0), ..row.clone() };
        tx.change::<session::Entity>(&row, after).await?;
        tx.note("sessions", Some(row.id), "grant_id");
        Ok(())
    }
}
