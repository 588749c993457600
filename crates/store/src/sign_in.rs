//! The door: user name or phone and password, delays that grow, the second factor. Nothing here
//! tells whether an account exists.

use naheya_domain::id::AccountId;
use naheya_domain::phone::Phone;
use naheya_domain::{AreaId, Refusal, Timestamp};
use sea_orm::ColumnTrait;

use crate::account::phone_index;
use crate::field::Ring;
use crate::sealed::act::Act;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{account as account_row, meta, sign_in_try};
use crate::sealed::tx::Tx;
use crate::session::{self, NewSession};
use crate::{Desk, Error, known, password};

mod factor;
mod renewal;

pub use factor::FactorSecret;
pub(crate) use factor::prove_again;

/// Wrong tries of one name before waiting begins; of one address, behind which a school may sit.
pub(crate) const FREE_TRIES_OF_NAME: i32 = 4;
const FREE_TRIES_OF_ADDRESS: i32 = 30;
/// The longest wait. Nobody is locked out for ever.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// The longest of an address: one who tries around there must not keep a school from its gate.
const LONGEST_WAIT_OF_ADDRESS: i64 = 30;
/// Milliseconds by which clocks of processes that work together differ at most.
pub(crate) const APART: i64 = 60_000;
/// After this long, old tries are forgotten.
const FORGET_MINUTES: i64 = 24 * 60;
/// By this the records say that they are a demo.
pub(crate) const META_DEMO: &str = "demo";

/// What tries are counted of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    /// A login, or one from a browser that is known for it.
    Login,
    /// The address from which somebody signs in.
    Address,
    /// The address from which codes on paper are tried.
    Slip,
    /// An account whose second factor is asked for.
    Factor,
    /// An account that names a child in an emergency.
    Glass,
}

impl Tried {
    /// Under what tries of `value` are kept.
    pub(crate) fn subject(self, ring: &Ring, value: &str) -> Vec<u8> {
        let kind = match self {
            Tried::Login => "try login",
            Tried::Address => "try address",
            Tried::Slip => "try slip",
            Tried::Factor => "try factor",
            Tried::Glass => "try glass",
        };
        ring.blind(kind, value)
    }

    /// The longest wait in seconds; behind an address there are many people.
    fn longest(self) -> i64 {
        match self {
            Tried::Login | Tried::Factor | Tried::Glass => LONGEST_WAIT_SECONDS,
            Tried::Address | Tried::Slip => LONGEST_WAIT_OF_ADDRESS,
        }
    }
}

/// Who knocks.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// User name or phone, as typed.
    pub login: String,
    /// Password, as typed.
    pub password: String,
    /// From where, for the growing delay.
    pub address: String,
    /// What the browser kept when somebody signed in there before ([`SignedIn::known`]).
    pub known: Option<String>,
    /// The browser's words about itself.
    pub agent: String,
    /// Whether others use this machine: ends after the idle minutes of the county's settings, 15 unless it chose others.
    pub shared: bool,
}

/// Somebody was let in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// For the cookie; kept nowhere else.
    pub token: String,
    /// For the next time, when the browser has nothing of this account yet: its tries are counted for themselves.
    pub known: Option<String>,
}

impl Store {
    /// Lets somebody in. A second factor that the role asks for comes after.
    ///
    /// # Errors
    /// Refused `sign_in.wrong` whatever was wrong, `sign_in.wait` with `seconds` after too many tries.
    pub async fn sign_in(&self, given: &SignIn, now: Timestamp) -> Result<SignedIn, Error> {
        let door = self.door(now);
        let name = given.login.trim().to_lowercase();
        let person = find(&door.read(), &name).await?;
        let known = person.as_ref().zip(given.known.as_deref());
        let known = known.and_then(|(person, word)| known::number(self.ring(), AccountId(person.id), word));
        // Whoever tries a name elsewhere keeps nobody from signing in where they always do.
        let login = known.map_or_else(|| name.clone(), |number| format!("{name} {number}"));
        let address = given.address.as_str();
        let of_name = (Tried::Login, login.as_str(), FREE_TRIES_OF_NAME);
        let subjects = [of_name, (Tried::Address, address, FREE_TRIES_OF_ADDRESS)];
        let before = self.count_try(&door, &subjects).await?;
        let kept = person.as_ref().filter(|p| p.state == "active").and_then(|p| p.password_hash.clone());
        if !is_right(&given.password, kept).await? {
            return Err(Error::refused("sign_in.wrong"));
        }
        let Some(person) = person else { return Err(Error::refused("sign_in.wrong")) };
        let account = AccountId(person.id);
        let Some(first) = session::held(&door.read(), account, now).await?.into_iter().next() else {
            return Err(Error::refused("sign_in.no_grant"));
        };
        let let_in = LetIn {
            account,
            token: session::new_token()?,
            agent: given.agent.clone(),
            shared: given.shared,
            factor: self.is_demo(now).await?,
            forget: Tried::Login.subject(self.ring(), &login),
            no_wrong_one: Tried::Address.subject(self.ring(), address),
            tried_before: before.get(1).copied(),
        };
        let token = let_in.token.clone();
        self.as_system(SystemTask::Door, first.area, now).save(let_in).await?;
        let known = if known.is_some() { None } else { Some(known::fresh(self.ring(), account)?) };
        Ok(SignedIn { token, known })
    }

    /// Marks these records as a demo: invented people, no second factor.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn mark_demo(&self, now: Timestamp) -> Result<(), Error> {
        self.as_system(SystemTask::Demo, AreaId::NATION, now).save(MarkDemo).await
    }

    /// Whether the records are a demo.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn is_demo(&self, now: Timestamp) -> Result<bool, Error> {
        let tx = self.door(now).read();
        Ok(tx.common::<meta::Entity>().and(meta::Column::Key.eq(META_DEMO)).first(&tx).await?.is_some())
    }

    /// Counts a try before it is judged, so that many at once do not slip through. Answers when each subject was tried before.
    pub(crate) async fn count_try(&self, door: &Desk, subjects: &[(Tried, &str, i32)]) -> Result<Vec<i64>, Error> {
        let counted = |(of, value, free): &(Tried, &str, i32)| Counted {
            subject: of.subject(self.ring(), value),
            free: *free,
            longest: of.longest(),
        };
        let subjects = subjects.iter().filter(|(_, value, _)| !value.is_empty()).map(counted).collect();
        match door.save(CountTry { subjects }).await? {
            (0, before) => Ok(before),
            (seconds, _) => Err(Error::Refused(Refusal::new("sign_in.wait").with("seconds", seconds.to_string()))),
        }
    }
}

/// Whether this is the password; also when it was pasted with a blank before or behind it.
async fn is_right(typed: &str, kept: Option<String>) -> Result<bool, Error> {
    let bare = typed.trim();
    Ok(password::verify(typed, kept.clone()).await? || (bare != typed && password::verify(bare, kept).await?))
}

async fn find(tx: &Tx, name: &str) -> Result<Option<account_row::Model>, Error> {
    let by_login = tx.common::<account_row::Entity>().and(account_row::Column::Login.eq(name)).first(tx).await?;
    if by_login.is_some() {
        return Ok(by_login);
    }
    let Ok(phone) = Phone::parse(name) else { return Ok(None) };
    tx.common::<account_row::Entity>().and(account_row::Column::PhoneBi.eq(phone_index(tx, &phone))).first(tx).await
}

/// Seconds still to wait after `failures` wrong tries, `free` of them without a wait and none longer than `longest`, the last
/// one at `last`.
fn wait_left(failures: i32, (free, longest): (i32, i64), last: Timestamp, now: Timestamp) -> i64 {
    let over = failures - free;
    // A try from before the clock was set back is waited for no longer: the next one counts by the new time.
    if over < 0 || last.0 > now.0 + APART {
        return 0;
    }
    let wait = 1_i64.checked_shl(over.unsigned_abs().min(20)).unwrap_or(longest).min(longest);
    let gone = (now.0 - last.0).max(0) / 1000;
    (wait - gone).max(0)
}

/// Something that tries are counted of.
struct Counted {
    subject: Vec<u8>,
    free: i32,
    longest: i64,
}

/// Counts one try of each subject; answers the seconds to wait instead when there are any, and when each was tried before.
struct CountTry {
    subjects: Vec<Counted>,
}

impl Act for CountTry {
    const NAME: &'static str = "sign_in.try";
    type Answer = (i64, Vec<i64>);

    async fn run(&self, tx: &Tx) -> Result<(i64, Vec<i64>), Error> {
        let now = tx.now();
        let (left, _) = self.kept(tx).await?;
        if left > 0 {
            return Ok((left, Vec::new()));
        }
        // Several processes would each count on from the same number: whoever comes later looks again.
        tx.alone_in_county().await?;
        let (left, rows) = self.kept(tx).await?;
        if left > 0 {
            return Ok((left, Vec::new()));
        }
        let before = rows.iter().map(|(_, row)| row.as_ref().map_or(0, |row| row.last_at)).collect();
        for (subject, row) in rows {
            match row {
                None => {
                    let first = sign_in_try::Model { subject: subject.to_vec(), failures: 1, last_at: now.0 };
                    tx.insert::<sign_in_try::Entity>(first).await?;
                }
                Some(row) => {
                    let old = now.minutes_since(Timestamp(row.last_at)) > FORGET_MINUTES;
                    let failures = if old { 1 } else { row.failures.saturating_add(1) };
                    let after = sign_in_try::Model { failures, last_at: now.0, ..row.clone() };
                    tx.change::<sign_in_try::Entity>(&row, after).await?;
                }
            }
        }
        Ok((0, before))
    }
}

/// A subject, and its tries so far.
type Kept<'a> = (&'a [u8], Option<sign_in_try::Model>);

impl CountTry {
    /// The longest wait in seconds that any subject still has, and what is kept of each.
    async fn kept(&self, tx: &Tx) -> Result<(i64, Vec<Kept<'_>>), Error> {
        let mut rows = Vec::with_capacity(self.subjects.len());
        let mut wait = 0;
        for Counted { subject, free, longest } in &self.subjects {
            let row = tried(tx, subject).await?;
            let left = row.as_ref().map(|r| wait_left(r.failures, (*free, *longest), Timestamp(r.last_at), tx.now()));
            wait = wait.max(left.unwrap_or_default());
            rows.push((subject.as_slice(), row));
        }
        Ok((wait, rows))
    }
}

async fn tried(tx: &Tx, subject: &[u8]) -> Result<Option<sign_in_try::Model>, Error> {
    tx.common::<sign_in_try::Entity>().and(sign_in_try::Column::Subject.eq(subject.to_vec())).first(tx).await
}

pub(crate) async fn forget(tx: &Tx, subject: &[u8]) -> Result<(), Error> {
    match tried(tx, subject).await? {
        Some(row) => tx.remove::<sign_in_try::Entity>(&row).await,
        None => Ok(()),
    }
}

/// Takes one try back: it was none of the wrong ones, and nobody waits for it. The others of this address still count, from
/// when they were.
async fn give_back(tx: &Tx, subject: &[u8], before: Option<i64>) -> Result<(), Error> {
    let Some(row) = tried(tx, subject).await? else { return Ok(()) };
    let last_at = before.filter(|_| row.last_at == tx.now().0).unwrap_or(row.last_at);
    let after = sign_in_try::Model { failures: row.failures.saturating_sub(1).max(0), last_at, ..row.clone() };
    tx.change::<sign_in_try::Entity>(&row, after).await.map(|_| ())
}

/// A try of this subject was none of the wrong ones.
pub(crate) struct GiveBack {
    pub(crate) subject: Vec<u8>,
    /// When it was tried before.
    pub(crate) before: Option<i64>,
}

impl Act for GiveBack {
    const NAME: &'static str = "sign_in.give_back";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        give_back(tx, &self.subject, self.before).await
    }
}

struct LetIn {
    account: AccountId,
    token: String,
    agent: String,
    shared: bool,
    factor: bool,
    forget: Vec<u8>,
    no_wrong_one: Vec<u8>,
    /// When the address was tried before.
    tried_before: Option<i64>,
}

impl Act for LetIn {
    const NAME: &'static str = "sign_in";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        forget(tx, &self.forget).await?;
        give_back(tx, &self.no_wrong_one, self.tried_before).await?;
        tx.note("accounts", Some(self.account.0), "session");
        let new = NewSession {
            token: &self.token,
            account: self.account,
            grant: None,
            factor: self.factor,
            agent: &self.agent,
            shared: self.shared,
        };
        session::begin(tx, new).await
    }
}

struct MarkDemo;

impl Act for MarkDemo {
    const NAME: &'static str = "demo.mark";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        if tx.common::<meta::Entity>().and(meta::Column::Key.eq(META_DEMO)).first(tx).await?.is_some() {
            return Ok(());
        }
        tx.insert::<meta::Entity>(meta::Model { key: META_DEMO.into(), value: "1".into() }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_begins_after_the_free_tries_doubles_and_has_an_end() {
        let (last, of) = (Timestamp(0), (4, LONGEST_WAIT_SECONDS));
        assert_eq!(wait_left(3, of, last, last), 0);
        assert_eq!(wait_left(4, of, last, last), 1);
        assert_eq!(wait_left(7, of, last, last), 8);
        assert_eq!(wait_left(7, of, last, Timestamp(5_000)), 3);
        assert_eq!(wait_left(40, of, last, last), LONGEST_WAIT_SECONDS);
        assert_eq!(wait_left(i32::MAX, of, last, Timestamp(LONGEST_WAIT_SECONDS * 1000)), 0);
        assert_eq!(wait_left(i32::MAX, (30, LONGEST_WAIT_OF_ADDRESS), last, last), LONGEST_WAIT_OF_ADDRESS);
    }

    #[test]
    fn nobody_waits_out_a_try_from_before_the_clock_was_set_back() {
        let (last, of) = (Timestamp(3_600_000), (4, LONGEST_WAIT_SECONDS));
        assert_eq!(wait_left(40, of, last, Timestamp(last.0 - APART)), LONGEST_WAIT_SECONDS, "another clock is ahead");
        assert_eq!(wait_left(40, of, last, Timestamp(last.0 - APART - 1)), 0);
    }
}
