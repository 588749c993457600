//! The six digits of a stay: made at approval, looked for at the gate, wrong tries counted.

use naheya_domain::Refusal;
use naheya_domain::access::Action;
use naheya_domain::code::{Code, Moment, PAUSE_MINUTES, TRIES, Window};
use naheya_domain::id::StayId;
use naheya_domain::{Timestamp, stay::StayState};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::{TABLE, state};
use crate::field::random;
use crate::sealed::act::Act;
use crate::sealed::entity::{sign_in_try, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error};

const KIND: &str = "stay";
/// Codes of stays that begin this far away are compared, so that yesterday's is told from a wrong one.
const NEAR: i64 = 4 * 24 * 3_600_000;

/// What is read of a stay to compare codes: a large county has tens of thousands around one weekend.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Coded {
    /// The stay.
    pub(crate) id: Uuid,
    party_id: Uuid,
    code_hash: Option<Vec<u8>>,
    code_sealed: Option<Vec<u8>>,
}

impl Coded {
    /// Its digits.
    pub(crate) fn open(&self, tx: &Tx) -> Result<Option<Code>, Error> {
        open_sealed(tx, self.id, self.code_sealed.as_ref())
    }

    fn is(&self, tx: &Tx, code: &Code) -> bool {
        self.code_hash.as_ref() == Some(&hash(tx, self.id, code))
    }
}

fn hash(tx: &Tx, stay: Uuid, code: &Code) -> Vec<u8> {
    tx.ring().code_hash(KIND, &stay.to_string(), code.as_str())
}

pub(crate) fn window(row: &stay::Model) -> Window {
    let around = Window::around(Timestamp(row.starts_at));
    Window { from: row.code_from.map_or(around.from, Timestamp), to: row.code_to.map_or(around.to, Timestamp) }
}

/// Puts a code into an approved row. Siblings of one party show the same digits; no other stay around
/// these days has them.
pub(super) async fn give(tx: &Tx, row: &mut stay::Model) -> Result<(), Error> {
    let near = near(tx, row.starts_at).await?;
    let sibling = near.iter().find(|s| s.party_id == row.party_id && s.id != row.id && s.code_sealed.is_some());
    let code = match sibling {
        Some(other) => other.open(tx)?.ok_or_else(|| Error::refused("code.unreadable"))?,
        None => fresh(tx, &near)?,
    };
    let window = Window::around(Timestamp(row.starts_at));
    row.code_sealed = Some(tx.seal(TABLE, "code_sealed", row.id, code.as_str())?);
    row.code_hash = Some(hash(tx, row.id, &code));
    row.code_from = Some(window.from.0);
    row.code_to = Some(window.to.0);
    Ok(())
}

fn fresh(tx: &Tx, near: &[Coded]) -> Result<Code, Error> {
    for _ in 0..20 {
        let code = Code::from_random(random()?);
        if !near.iter().any(|s| s.is(tx, &code)) {
            return Ok(code);
        }
    }
    Err(Error::refused("code.none_left"))
}

pub(crate) fn open(tx: &Tx, row: &stay::Model) -> Result<Option<Code>, Error> {
    open_sealed(tx, row.id, row.code_sealed.as_ref())
}

fn open_sealed(tx: &Tx, stay: Uuid, sealed: Option<&Vec<u8>>) -> Result<Option<Code>, Error> {
    let digits = tx.open_some(TABLE, "code_sealed", stay, sealed)?;
    Ok(digits.and_then(|d| Code::parse(&d).ok()))
}

/// The digits with which the child is brought back, and from when until when they hold: made from party,
/// adult and window by a key, so that nothing is kept of them.
pub(crate) fn back(tx: &Tx, row: &stay::Model) -> (Code, Window) {
    let window = Window::back(Timestamp(row.ends_at));
    let bound = format!("{}|{}|{}", row.party_id, row.volunteer_id, row.ends_at);
    let hash = tx.ring().code_hash("return", &bound, "");
    let bytes = hash.first_chunk::<8>().copied().unwrap_or_default();
    (Code::from_random(bytes), window)
}

pub(super) fn take_back(row: &mut stay::Model) {
    row.code_sealed = None;
    row.code_hash = None;
    row.code_from = None;
    row.code_to = None;
    row.codes_at = None;
}

/// Every stay of the county with a code that begins around `at`.
pub(crate) async fn near(tx: &Tx, at: i64) -> Result<Vec<Coded>, Error> {
    coded(tx, tx.for_rule::<stay::Entity>(), at).await
}

async fn coded(tx: &Tx, of: Visible<stay::Entity>, at: i64) -> Result<Vec<Coded>, Error> {
    use stay::Column as C;
    let around = of.and(C::StartsAt.gte(at - NEAR)).and(C::StartsAt.lte(at + NEAR));
    around.and(C::CodeHash.is_not_null()).columns([C::Id, C::PartyId, C::CodeHash, C::CodeSealed], tx).await
}

/// The stays with this code that begin around now, of those that the reader sees; when there is none, whether another
/// school has it.
async fn with_code(tx: &Tx, code: &Code) -> Result<Vec<stay::Model>, Error> {
    let now = tx.now().0;
    let own = coded(tx, tx.visible::<stay::Entity>(), now).await?;
    let own: Vec<Uuid> = own.iter().filter(|s| s.is(tx, code)).map(|s| s.id).collect();
    if !own.is_empty() {
        return tx.visible::<stay::Entity>().among(own).all(tx).await;
    }
    let elsewhere = near(tx, now).await?.iter().any(|s| s.is(tx, code));
    Err(Error::refused(if elsewhere { "code.other_school" } else { "code.wrong" }))
}

/// Whether the code lets this stay's child go now.
pub(super) fn judge(tx: &Tx, row: &stay::Model, code: &Code) -> Result<(), Error> {
    judge_at(tx, row, code, tx.now())
}

/// The same at another hour: when a phone without network let the child go.
pub(super) fn judge_at(tx: &Tx, row: &stay::Model, code: &Code, at: Timestamp) -> Result<(), Error> {
    if row.code_hash.as_ref() != Some(&hash(tx, row.id, code)) {
        return Err(Error::refused("code.wrong"));
    }
    moment_at(row, at)
}

/// Used already, too early, too late?
pub(super) fn moment(tx: &Tx, row: &stay::Model) -> Result<(), Error> {
    moment_at(row, tx.now())
}

/// The same at another hour.
pub(super) fn moment_at(row: &stay::Model, now: Timestamp) -> Result<(), Error> {
    if row.released_at.is_some() {
        return Err(Error::refused("code.used"));
    }
    if state(row) != StayState::Approved {
        return Err(Error::refused("stay.not_approved"));
    }
    let window = window(row);
    let out = row.codes_at.is_none_or(|at| now.0 < at);
    match window.at(now) {
        Moment::Late => Err(Error::refused("code.expired")),
        _ if out => Err(early(window)),
        Moment::Early => Err(early(window)),
        Moment::Within => Ok(()),
    }
}

fn early(window: Window) -> Error {
    Error::Refused(Refusal::new("code.not_yet").with("from", window.from.shanghai().strftime("%H:%M").to_string()))
}

fn subject(tx: &Tx) -> Vec<u8> {
    tx.ring().blind("stay_code_tries", &tx.account().to_string())
}

/// Refuses while the reader waits after five wrong tries.
pub(super) async fn not_paused(tx: &Tx) -> Result<(), Error> {
    let tries = tx.common::<sign_in_try::Entity>().and(sign_in_try::Column::Subject.eq(subject(tx))).first(tx).await?;
    let Some(tries) = tries else { return Ok(()) };
    let until = Timestamp(tries.last_at).plus_minutes(PAUSE_MINUTES);
    if tries.failures >= TRIES && tx.now() < until {
        return Err(Error::Refused(
            Refusal::new("code.paused").with("until", until.shanghai().strftime("%H:%M").to_string()),
        ));
    }
    Ok(())
}

/// A wrong code was typed. Five in a row stop codes for this reader for five minutes and tell the
/// coordinator; the printed list stays valid.
#[derive(Clone, Copy, Debug)]
pub struct CountWrongCode;

impl Act for CountWrongCode {
    const NAME: &'static str = "code.wrong";
    type Answer = i32;

    async fn run(&self, tx: &Tx) -> Result<i32, Error> {
        // At holidays it is the guardian who reads the carer's code.
        tx.require(Action::HandOver).or_else(|_| tx.require(Action::GiveConsent))?;
        // Several processes would each count on from the same number, and none of them come to five.
        tx.alone_in_county().await?;
        not_paused(tx).await?;
        let subject = subject(tx);
        let found =
            tx.common::<sign_in_try::Entity>().and(sign_in_try::Column::Subject.eq(subject.clone())).first(tx).await?;
        let Some(before) = found else {
            let row = sign_in_try::Model { subject, failures: 1, last_at: tx.now().0 };
            tx.insert::<sign_in_try::Entity>(row).await?;
            return Ok(1);
        };
        let rested = tx.now() >= Timestamp(before.last_at).plus_minutes(PAUSE_MINUTES);
        let mut after = before.clone();
        after.failures = if rested { 1 } else { before.failures.saturating_add(1) };
        after.last_at = tx.now().0;
        let failures = after.failures;
        tx.change::<sign_in_try::Entity>(&before, after).await?;
        if failures == TRIES {
            crate::alarm::code_paused(tx).await?;
        }
        Ok(failures)
    }
}

/// What a code that is not wrong says is told in its turn: of many that are typed at once all but five hear of the pause, the
/// right one too.
struct NotPaused;

impl Act for NotPaused {
    const NAME: &'static str = CountWrongCode::NAME;
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.alone_in_county().await?;
        not_paused(tx).await
    }
}

impl Desk {
    /// The stays that a typed code lets go now: one, or those of siblings who go together.
    ///
    /// # Errors
    /// [`Error::Refused`] with `code.wrong`, `code.other_school`, `code.not_yet`, `code.expired`,
    /// `code.used`, `code.paused`; a wrong one is counted.
    pub async fn try_code(&self, code: &Code) -> Result<Vec<StayId>, Error> {
        self.require(Action::HandOver)?;
        match self.find_code(code).await {
            Err(Error::Refused(refusal)) if refusal.code == "code.wrong" => {
                self.save(CountWrongCode).await?;
                Err(Error::Refused(refusal))
            }
            other => self.save(NotPaused).await.and(other),
        }
    }

    async fn find_code(&self, code: &Code) -> Result<Vec<StayId>, Error> {
        let tx = self.read();
        not_paused(&tx).await?;
        let mine = with_code(&tx, code).await?;
        let Some(first) = mine.first() else { return Err(Error::refused("code.wrong")) };
        let open: Vec<&stay::Model> = mine.iter().filter(|s| moment(&tx, s).is_ok()).collect();
        if open.is_empty() {
            moment(&tx, first)?;
        }
        Ok(open.into_iter().map(|s| StayId(s.id)).collect())
    }

    /// The stays whose child these digits bring back now: one, or those of siblings.
    ///
    /// # Errors
    /// [`Error::Refused`] with `code.wrong`, `code.not_yet`, `code.expired`, `code.used`,
    /// `code.paused`; a wrong one is counted.
    pub async fn try_return_code(&self, typed: &Code) -> Result<Vec<StayId>, Error> {
        self.require(Action::HandOver)?;
        let tx = self.read();
        not_paused(&tx).await?;
        let near = Condition::all()
            .add(stay::Column::EndsAt.gte(tx.now().0 - NEAR))
            .add(stay::Column::EndsAt.lte(tx.now().0 + NEAR))
            .add(stay::Column::State.is_in(["released", "in_care", "returned", "closed"]));
        let rows = tx.visible::<stay::Entity>().and(near).all(&tx).await?;
        let matching: Vec<&stay::Model> = rows.iter().filter(|s| back(&tx, s).0 == *typed).collect();
        let Some(first) = matching.first() else {
            self.save(CountWrongCode).await?;
            return Err(Error::refused("code.wrong"));
        };
        self.save(NotPaused).await?;
        let window = back(&tx, first).1;
        match window.at(tx.now()) {
            Moment::Early => return Err(early(window)),
            Moment::Late => return Err(Error::refused("code.expired")),
            Moment::Within => {}
        }
        let open: Vec<StayId> = matching.iter().filter(|s| state(s).is_away()).map(|s| StayId(s.id)).collect();
        if open.is_empty() { Err(Error::refused("code.used")) } else { Ok(open) }
    }
}
