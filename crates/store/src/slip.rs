//! One-time codes on paper: the first sign-in, a forgotten password, the set-up of the house. The
//! code is made from the slip's id with the key, so it stands in no table and can be printed again
//! by whoever made it until it is used.

use std::collections::HashMap;

use naheya_domain::access::Action;
use naheya_domain::id::AccountId;
use naheya_domain::name_order::by_sound;
use naheya_domain::{AreaId, Timestamp};
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::account::{self, AccountState, AccountView};
use crate::field::Ring;
use crate::sealed::act::Act;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{account as account_row, slip};
use crate::sealed::tx::Tx;
use crate::session::{self, NewSession};
use crate::sign_in::{GiveBack, SignedIn, Tried};
use crate::{Desk, Error, Letter, known, password};

/// A slip works for seven days.
const LIFE_MINUTES: i64 = 7 * 24 * 60;
const FREE_TRIES: i32 = 10;
/// Nothing that is read as something else: no 0 O 1 I L.
const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const LENGTH: usize = 12;

/// A slip, by its id; the code is asked for with [`Desk::slip_code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SlipId(pub Uuid);

/// What a slip opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSlip {
    /// The name of the person whose slip it is.
    pub name: String,
    /// With which user name to sign in from now on.
    pub login: String,
    /// Whether it sets up the house.
    pub sets_up: bool,
}

/// A guardian's slip, to be printed beside others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedSlip {
    /// The person's name.
    pub name: String,
    /// With which user name to sign in from now on.
    pub login: String,
    /// Whether a number lets in as well.
    pub by_phone: bool,
    /// The code.
    pub code: String,
}

/// `KQ7M-2XWB-9FHT`: the code of a slip as printed.
pub(crate) fn code_of(ring: &Ring, id: Uuid) -> String {
    let bytes = ring.code_hash("slip", "", &id.to_string());
    let letters = bytes.iter().take(LENGTH).filter_map(|b| LETTERS.get(usize::from(*b) % LETTERS.len()));
    let mut code = String::with_capacity(LENGTH + 2);
    for (at, letter) in letters.enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(*letter));
    }
    code
}

fn hash_of(ring: &Ring, typed: &str) -> Vec<u8> {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    ring.code_hash("slip code", "", &plain.to_ascii_uppercase())
}

/// Until when a slip works that is made now. Those of one act end at one instant.
pub(crate) fn until(now: Timestamp) -> Timestamp {
    now.plus_minutes(LIFE_MINUTES)
}

/// Writes a slip; older ones of the account stop working.
pub(crate) async fn write(tx: &Tx, account: AccountId, kind: &str) -> Result<SlipId, Error> {
    write_by(tx, account, kind, AccountId(tx.account())).await
}

/// The same in the name of somebody who is not at work yet.
pub(crate) async fn write_by(tx: &Tx, account: AccountId, kind: &str, by: AccountId) -> Result<SlipId, Error> {
    let old = tx
        .common::<slip::Entity>()
        .and(slip::Column::AccountId.eq(account.0))
        .and(slip::Column::UsedAt.is_null())
        .and(slip::Column::ExpiresAt.gt(tx.now().0))
        .all(tx)
        .await?;
    for row in old {
        let after = slip::Model { expires_at: tx.now().0, ..row.clone() };
        tx.change::<slip::Entity>(&row, after).await?;
    }
    let id = Uuid::now_v7();
    tx.insert::<slip::Entity>(slip::Model {
        id,
        code_hash: hash_of(tx.ring(), &code_of(tx.ring(), id)),
        account_id: account.0,
        kind: kind.to_owned(),
        expires_at: until(tx.now()).0,
        used_at: None,
        created_by: Some(by.0),
    })
    .await?;
    Ok(SlipId(id))
}

/// Makes a slip for an account: its first, or a new one for a forgotten password, handed over in person.
#[derive(Clone, Debug)]
pub struct MakeSlip {
    /// For whom.
    pub account: AccountId,
}

impl Act for MakeSlip {
    const NAME: &'static str = "slip.make";
    type Answer = SlipId;

    async fn run(&self, tx: &Tx) -> Result<SlipId, Error> {
        tx.require(Action::KeepAccount)?;
        make(tx, self.account).await
    }
}

/// Makes a slip, told to whoever has to know. Callers have checked who keeps accounts.
pub(crate) async fn make(tx: &Tx, account: AccountId) -> Result<SlipId, Error> {
    let row = account::in_my_county(tx, account).await?;
    crate::grant::may_handle(tx, account).await?;
    // The first slip belongs to the role, of which the leaders have heard.
    if row.password_hash.is_some() || had_one(tx, account).await? {
        crate::grant::tell_of_reset(tx, account).await?;
    }
    tx.notify(Letter {
        kind: "account.slip",
        to_account: Some(account.0),
        to_role: None,
        to_person: None,
        about: ("accounts", Some(account.0)),
        due_at: tx.now().0,
    });
    match AccountState::parse(&row.state) {
        Some(AccountState::Invited) => write(tx, account, "first").await,
        Some(AccountState::Active) => write(tx, account, "reset").await,
        Some(AccountState::Locked | AccountState::Closed) | None => Err(Error::refused("account.state")),
    }
}

async fn had_one(tx: &Tx, account: AccountId) -> Result<bool, Error> {
    let written = tx.common::<slip::Entity>().and(slip::Column::AccountId.eq(account.0));
    Ok(written.first(tx).await?.is_some())
}

impl Desk {
    /// The code of a slip that this account made and that nobody has used, and until when it works.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any other slip.
    pub async fn slip_code(&self, id: SlipId) -> Result<(String, AccountId, Timestamp), Error> {
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        let row = tx.common::<slip::Entity>().id(id.0).one(&tx).await?;
        let mine = row.created_by == Some(tx.account());
        if !mine || row.used_at.is_some() || row.expires_at <= tx.now().0 {
            return Err(Error::NotFound);
        }
        Ok((code_of(tx.ring(), row.id), AccountId(row.account_id), Timestamp(row.expires_at)))
    }

    /// The slips of guardians here that this account made in one act and that nobody has used, by name. They are known by the
    /// instant until which they work.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or none any more.
    pub async fn slips_until(&self, until: Timestamp) -> Result<Vec<PrintedSlip>, Error> {
        use slip::Column as S;
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        if until <= tx.now() {
            return Err(Error::NotFound);
        }
        let made = tx.common::<slip::Entity>().and(S::CreatedBy.eq(tx.account())).and(S::ExpiresAt.eq(until.0));
        let made = made.and(S::UsedAt.is_null()).all(&tx).await?;
        let open = [AccountState::Invited, AccountState::Active].map(AccountState::code);
        let people = tx.common::<account_row::Entity>().among(made.iter().map(|row| row.account_id));
        let people = people.and(AccountView::Guardians.condition(&tx)).and(account_row::Column::State.is_in(open));
        let mut people = people.all(&tx).await?;
        people.sort_by_cached_key(|person| by_sound(&person.display_name));
        let code: HashMap<Uuid, String> =
            made.into_iter().map(|row| (row.account_id, code_of(tx.ring(), row.id))).collect();
        let printed = |person: account_row::Model| {
            let code = code.get(&person.id)?.clone();
            let by_phone = person.phone_bi.is_some();
            Some(PrintedSlip { name: person.display_name, login: person.login, by_phone, code })
        };
        let all: Vec<PrintedSlip> = people.into_iter().filter_map(printed).collect();
        if all.is_empty() { Err(Error::NotFound) } else { Ok(all) }
    }
}

impl Store {
    /// Whose slip a code is.
    ///
    /// # Errors
    /// Refused `slip.wrong` for a code that does not work (any more), `sign_in.wait`.
    pub async fn open_slip(&self, code: &str, address: &str, now: Timestamp) -> Result<OpenSlip, Error> {
        let (slip, person) = self.tried(&self.door(now), code, address).await?;
        Ok(OpenSlip { name: person.display_name, login: person.login, sets_up: slip.kind == "setup" })
    }

    /// Uses a slip up: the password is set, every session of the account ends, a new one begins.
    ///
    /// # Errors
    /// Invalid `password` (see [`password::judge`]); refused `slip.wrong`, `sign_in.wait`.
    pub async fn use_slip(&self, given: &UseSlip, now: Timestamp) -> Result<SignedIn, Error> {
        let door = self.door(now);
        let (slip, person) = self.tried(&door, &given.code, &given.address).await?;
        if slip.kind == "setup" {
            return Err(Error::refused("slip.wrong"));
        }
        password::judge(&given.password, &person.login).map_err(|code| Error::field("password", code))?;
        let grants = session::held(&door.read(), AccountId(person.id), now).await?;
        let area = grants.first().map_or(AreaId::NATION, |g| g.area);
        let act = Redeem {
            slip: slip.id,
            hash: password::hash(&given.password).await?,
            token: session::new_token()?,
            agent: given.agent.clone(),
            shared: given.shared,
            factor: self.is_demo(now).await?,
            forget: Tried::Slip.subject(self.ring(), &given.address),
        };
        let token = act.token.clone();
        self.as_system(SystemTask::Door, area, now).save(act).await?;
        Ok(SignedIn { token, known: Some(known::fresh(self.ring(), AccountId(person.id))?) })
    }

    /// The slip of a code; wrong codes are counted by address. Slips are handed out to many at once, and behind one address a
    /// whole evening of parents may sit: a right one is given back.
    pub(crate) async fn tried(
        &self,
        door: &Desk,
        code: &str,
        address: &str,
    ) -> Result<(slip::Model, account_row::Model), Error> {
        let before = self.count_try(door, &[(Tried::Slip, address, FREE_TRIES)]).await?;
        let found = working(&door.read(), code).await?;
        let subject = Tried::Slip.subject(self.ring(), address);
        door.save(GiveBack { subject, before: before.first().copied() }).await?;
        Ok(found)
    }
}

/// A slip with the password that its owner chose.
#[derive(Clone, Debug)]
pub struct UseSlip {
    /// The code as typed.
    pub code: String,
    /// The new password.
    pub password: String,
    /// From where, for the growing delay.
    pub address: String,
    /// The browser's words about itself.
    pub agent: String,
    /// Whether others use this machine.
    pub shared: bool,
}

/// The slip of a code, with its account.
pub(crate) async fn working(tx: &Tx, code: &str) -> Result<(slip::Model, account_row::Model), Error> {
    let found = tx
        .common::<slip::Entity>()
        .and(slip::Column::CodeHash.eq(hash_of(tx.ring(), code)))
        .and(slip::Column::UsedAt.is_null())
        .and(slip::Column::ExpiresAt.gt(tx.now().0))
        .first(tx)
        .await?
        .ok_or(Error::refused("slip.wrong"))?;
    let person = tx.common::<account_row::Entity>().id(found.account_id).one(tx).await?;
    let open = matches!(AccountState::parse(&person.state), Some(AccountState::Invited | AccountState::Active));
    if open { Ok((found, person)) } else { Err(Error::refused("slip.wrong")) }
}

struct Redeem {
    slip: Uuid,
    hash: String,
    token: String,
    agent: String,
    shared: bool,
    factor: bool,
    forget: Vec<u8>,
}

impl Act for Redeem {
    const NAME: &'static str = "slip.use";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = tx.common::<slip::Entity>().id(self.slip).one(tx).await?;
        if row.used_at.is_some() || row.expires_at <= tx.now().0 {
            return Err(Error::refused("slip.wrong"));
        }
        let account = AccountId(row.account_id);
        tx.change::<slip::Entity>(&row, slip::Model { used_at: Some(tx.now().0), ..row.clone() }).await?;
        set_password(tx, account, &self.hash).await?;
        session::end_all(tx, account, None).await?;
        crate::sign_in::forget(tx, &self.forget).await?;
        let new = NewSession {
            token: &self.token,
            account,
            grant: None,
            factor: self.factor,
            agent: &self.agent,
            shared: self.shared,
        };
        session::begin(tx, new).await
    }
}

/// Gives an account its password; it is then active.
pub(crate) async fn set_password(tx: &Tx, account: AccountId, hash: &str) -> Result<(), Error> {
    let row = tx.common::<account_row::Entity>().id(account).one(tx).await?;
    let after = account_row::Model {
        password_hash: Some(hash.to_owned()),
        state: AccountState::Active.code().to_owned(),
        ..row.clone()
    };
    tx.change::<account_row::Entity>(&row, after).await?;
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_slips_own_and_forgives_how_it_is_typed() {
        let ring = Ring::new(&[7; 32]).unwrap();
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let code = code_of(&ring, one);
        assert_eq!(code.len(), 14);
        assert_ne!(code, code_of(&ring, two));
        let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
        assert_eq!(hash_of(&ring, &code), hash_of(&ring, &typed));
    }
}
