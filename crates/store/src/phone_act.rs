//! Acts of phones that had no network: each is taken once under its own id, carried out like the same
//! act of a page, kept until what comes before it has come, or laid before a person. How they are
//! merged stands in `naheya_domain::phone_act` and `stay::phone_act`.

use data_encoding::BASE64;
use naheya_domain::access::{Action, may};
use naheya_domain::id::{ChildId, GrantId, StayId};
use naheya_domain::phone_act::{ActKind, PhoneClock, Standing};
use naheya_domain::{Timestamp, Viewer};
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::note::NewPicture;
use crate::sealed::act::Act;
use crate::sealed::desk::viewer_of;
use crate::sealed::entity::{account, child, grant, phone_act, stay};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::stay::has_left;
use crate::stay::phone_act::{BEFORE_RELEASE, Deed, HERE_TOO_EARLY, Outcome, carry_out, follow};
use crate::{Desk, Error};

const TABLE: &str = "phone_acts";
const COLUMN: &str = "body_sealed";
/// The stay is there, but no longer this person's to act on; she hears "not found".
const OUT_OF_SIGHT: &str = "phone.out_of_sight";
/// An act that waits this long is laid before a person.
const WAIT_MINUTES: i64 = 120;
/// Acts on the page.
const MOST: u64 = 100;

/// A picture of a note, as it is kept: base64 of the JPEG.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentPicture {
    /// The bytes, base64.
    pub jpeg: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl SentPicture {
    /// Of the bytes as they are kept.
    #[must_use]
    pub fn of(jpeg: &[u8], width: u32, height: u32) -> SentPicture {
        SentPicture { jpeg: BASE64.encode(jpeg), width, height }
    }

    pub(crate) fn open(&self) -> Result<NewPicture, Error> {
        let jpeg = BASE64.decode(self.jpeg.as_bytes()).map_err(|_| Error::field("pictures", "picture.damaged"))?;
        Ok(NewPicture { jpeg, width: self.width, height: self.height })
    }
}

/// What an act says besides its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The digits with which the child was let go or received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Who was called, where the list was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<String>,
    /// Kinds of a note.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Words of a note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// What worries her.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worry: Option<String>,
    /// Pictures of a note.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<SentPicture>,
}

/// One act of a phone.
#[derive(Clone, Debug)]
pub struct TakePhoneAct {
    /// Made by the phone; the same id is the same act.
    pub id: Uuid,
    /// The phone's number for itself.
    pub device: Uuid,
    /// 1, 2, 3 … on this phone.
    pub sequence: i64,
    /// What.
    pub kind: ActKind,
    /// Of which stay; none for what is about none ([`ActKind::is_call`]).
    pub stay: Option<StayId>,
    /// The phone's clock.
    pub clock: PhoneClock,
    /// The rest.
    pub said: Said,
    /// SHA-256 of the act as it came.
    pub hash: [u8; 32],
}

/// What the phone is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// `done`, `kept` or `look`, or `refused` when nothing of it stands.
    pub standing: String,
    /// Whether it had come before.
    pub again: bool,
    /// Why a person has to look, or why it was refused.
    pub code: Option<String>,
}

impl Taken {
    fn refused(code: &str) -> Taken {
        Taken { standing: "refused".into(), again: false, code: Some(code.into()) }
    }

    fn of(row: &phone_act::Model, again: bool) -> Taken {
        if row.code.as_deref() == Some(OUT_OF_SIGHT) {
            return Taken { again, ..Taken::refused("not_found") };
        }
        // That somebody has looked is nothing new to the phone.
        let standing = if row.state == Standing::Seen.code() { Standing::Done.code() } else { &row.state };
        Taken { standing: standing.to_owned(), again, code: row.code.clone() }
    }
}

/// Which right an act needs: the same as on its page.
fn needed(kind: ActKind) -> Action {
    match kind {
        ActKind::Release | ActKind::Confirmation | ActKind::Pause | ActKind::Stranger => Action::HandOver,
        ActKind::PickUp | ActKind::Arrival | ActKind::Leaving | ActKind::Return => Action::ReportCustody,
        ActKind::Note => Action::WriteNote,
    }
}

impl Act for TakePhoneAct {
    const NAME: &'static str = "phone.act";
    type Answer = Taken;

    async fn run(&self, tx: &Tx) -> Result<Taken, Error> {
        let known = tx.for_rule::<phone_act::Entity>().id(self.id).first(tx).await?;
        if let Some(known) = known {
            let same = known.account_id == tx.account() && known.body_hash == self.hash;
            return if same { Ok(Taken::of(&known, true)) } else { Err(Error::KeyReused) };
        }
        let (outcome, grant) = match (self.stay, self.kind) {
            (Some(stay), kind) if !kind.is_call() => self.of_stay(tx, stay).await?,
            (stay, kind) => {
                tx.require(needed(kind))?;
                if stay.is_some() || !kind.is_call() {
                    return Err(Error::field("stay", "required.missing"));
                }
                (call(tx, kind), tx.viewer().grant)
            }
        };
        let row = self.row(tx, &outcome, grant)?;
        tx.insert::<phone_act::Entity>(row.clone()).await?;
        Ok(Taken::of(&row, false))
    }
}

impl TakePhoneAct {
    /// What becomes of it, and under which of the person's roles: as she works now, else as she worked when it happened. Who
    /// stood at the gate for a day may have network only the day after, and who goes on as a volunteer has been a teacher.
    async fn of_stay(&self, tx: &Tx, stay: StayId) -> Result<(Outcome, GrantId), Error> {
        let may_now = may(tx.viewer().role, needed(self.kind));
        if may_now && let Some(outcome) = self.carry_out(tx, stay).await? {
            return Ok((outcome, tx.viewer().grant));
        }
        let then = self.roles_then(tx).await?;
        if !may_now && then.is_empty() {
            return Err(Error::Forbidden);
        }
        // Absent is an answer of its own: nothing is kept of it.
        let row = tx.for_rule::<stay::Entity>().id(stay).one(tx).await?;
        for viewer in then {
            let grant = viewer.grant;
            let hers = tx.on_behalf(viewer);
            let outcome = self.carry_out(&hers, stay).await;
            tx.join(hers);
            if let Some(outcome) = outcome? {
                return Ok((outcome, grant));
            }
        }
        if self.kind == ActKind::Release && !has_left(&row) {
            // The child may be gone, and nobody would miss it.
            crate::alarm::release_refused(tx, &row).await?;
        }
        Ok((Outcome::look(OUT_OF_SIGHT), tx.viewer().grant))
    }

    /// The other roles without a second factor, and with this right, that the person has here or had on that day; none that
    /// was ended or suspended.
    async fn roles_then(&self, tx: &Tx) -> Result<Vec<Viewer>, Error> {
        use grant::Column as G;
        let happened = self.clock.moment(tx.now()).at;
        let here = tx.common::<grant::Entity>().and(G::AccountId.eq(tx.account())).and(G::AreaId.eq(tx.area_id()));
        let held = here.by(G::CreatedAt).by(G::Id).all(tx).await?;
        let others = held.iter().filter(|row| row.id != tx.viewer().grant.0);
        let then = others.filter_map(|row| held_then(row, happened, tx.now()));
        Ok(then.filter(|v| !v.role.needs_second_factor() && may(v.role, needed(self.kind))).collect())
    }

    /// Nothing when the stay is out of sight.
    async fn carry_out(&self, tx: &Tx, stay: StayId) -> Result<Option<Outcome>, Error> {
        let Some(row) = tx.visible::<stay::Entity>().id(stay).first(tx).await? else { return Ok(None) };
        let outcome = carry_out(tx, &row, &self.deed(tx.now())).await?;
        let moved = self.kind.event().is_some() && self.clock.moment(tx.now()).moved;
        Ok(Some(if moved { outcome.by_moved_clock() } else { outcome }))
    }

    fn deed(&self, now: Timestamp) -> Deed {
        let happened = self.clock.moment(now).at;
        let (at, offset) = (self.clock.at, self.clock.offset);
        Deed { kind: self.kind, happened, phone_at: at, phone_offset: offset, said: self.said.clone() }
    }

    /// The words stay only as long as somebody needs them: those of an act that was carried out stand
    /// in the note or in the chain.
    fn row(&self, tx: &Tx, outcome: &Outcome, grant: GrantId) -> Result<phone_act::Model, Error> {
        let moment = self.clock.moment(tx.now());
        let body = if outcome.keeps_body { Some(self.sealed(tx)?) } else { None };
        Ok(phone_act::Model {
            area_id: tx.area_id(),
            id: self.id,
            account_id: tx.account(),
            grant_id: grant.0,
            device: self.device,
            sequence: self.sequence,
            kind: self.kind.code().into(),
            stay_id: self.stay.map(|s| s.0),
            phone_at: self.clock.at.0,
            phone_offset: self.clock.offset,
            sent_at: self.clock.sent.0,
            happened_at: moment.at.0,
            doubtful: moment.doubtful,
            server_at: tx.now().0,
            state: outcome.standing.code().into(),
            code: outcome.code.clone(),
            body_hash: self.hash.to_vec(),
            body_sealed: body,
            seen_by: None,
            seen_at: None,
            version: 1,
        })
    }

    fn sealed(&self, tx: &Tx) -> Result<Vec<u8>, Error> {
        let json = serde_json::to_string(&self.said).map_err(|_| Error::field("said", "phone.unreadable"))?;
        tx.seal(TABLE, COLUMN, self.id, &json)
    }
}

/// Five wrong codes, or somebody at the gate who is not on the list: the coordinator hears of it.
fn call(tx: &Tx, kind: ActKind) -> Outcome {
    let about = ("accounts", Some(tx.account()));
    let due_at = tx.now().0;
    let kind = if kind == ActKind::Stranger { "gate.stranger" } else { "code.paused" };
    tx.notify(Letter { kind, to_account: None, to_person: None, to_role: Some("coordinator"), about, due_at });
    Outcome::done()
}

/// Carries out what has waited for the release of `stay`, or was said to lie before it, in the order of a weekend, each
/// act in the hands of whoever did it and with the rights that this person had then and has not lost.
pub(crate) async fn settle(tx: &Tx, stay: Uuid) -> Result<(), Error> {
    use phone_act::Column as C;
    let aside = C::Code.is_in([BEFORE_RELEASE, HERE_TOO_EARLY]);
    let early = Condition::all().add(C::State.eq(Standing::Look.code())).add(aside);
    let waiting = Condition::any().add(C::State.eq(Standing::Kept.code())).add(early);
    let of = Condition::all().add(C::StayId.eq(stay)).add(waiting);
    let mut rows = tx.for_rule::<phone_act::Entity>().and(of).all(tx).await?;
    rows.sort_by_key(|r| (ActKind::ALL.iter().position(|k| k.code() == r.kind), r.device, r.sequence, r.id));
    for row in rows {
        let outcome = match whose(tx, &row).await? {
            None => Outcome::look("phone.account_closed"),
            Some(viewer) => {
                let hers = tx.on_behalf(viewer);
                let outcome = again(&hers, stay, &row).await;
                tx.join(hers);
                match outcome {
                    Ok(outcome) => outcome,
                    Err(error) => Outcome::look(refusal_of(error)?),
                }
            }
        };
        let mut after = row.clone();
        after.state = outcome.standing.code().into();
        after.code = outcome.code;
        if !outcome.keeps_body {
            after.body_sealed = None;
        }
        if after != row {
            tx.change::<phone_act::Entity>(&row, after).await?;
        }
    }
    Ok(())
}

async fn again(tx: &Tx, stay: Uuid, row: &phone_act::Model) -> Result<Outcome, Error> {
    let Some(before) = tx.visible::<stay::Entity>().id(stay).first(tx).await? else {
        return Ok(Outcome::look(OUT_OF_SIGHT));
    };
    let body = tx.open_some(TABLE, COLUMN, row.id, row.body_sealed.as_ref())?.unwrap_or_default();
    let Some(kind) = ActKind::parse(&row.kind) else { return Ok(Outcome::look("choice.unknown")) };
    let deed = Deed {
        kind,
        happened: Timestamp(row.happened_at),
        phone_at: Timestamp(row.phone_at),
        phone_offset: row.phone_offset,
        said: serde_json::from_str(&body).unwrap_or_default(),
    };
    follow(tx, &before, &deed).await
}

/// The person behind an act, with the grant under which it was done, while both still hold.
async fn whose(tx: &Tx, row: &phone_act::Model) -> Result<Option<Viewer>, Error> {
    let person = tx.common::<account::Entity>().and(account::Column::Id.eq(row.account_id)).first(tx).await?;
    if person.is_none_or(|p| ["locked", "closed"].contains(&p.state.as_str())) {
        return Ok(None);
    }
    let held = tx.common::<grant::Entity>().and(grant::Column::Id.eq(row.grant_id)).first(tx).await?;
    Ok(held.and_then(|g| held_then(&g, Timestamp(row.happened_at), tx.now())))
}

/// Whom a role makes of somebody who has it now, or had it when something happened and has not lost it: who is at the gate
/// for a day was there then.
fn held_then(row: &grant::Model, happened: Timestamp, now: Timestamp) -> Option<Viewer> {
    viewer_of(row, now).or_else(|| viewer_of(row, happened))
}

/// The code of an answer that is no fault of ours.
fn refusal_of(error: Error) -> Result<&'static str, Error> {
    match error {
        Error::Refused(refusal) => Ok(refusal.code),
        Error::Invalid(faults) => Ok(faults.first().map_or("required.missing", |f| f.code)),
        Error::NotFound => Ok(OUT_OF_SIGHT),
        Error::Forbidden => Ok("forbidden"),
        other => Err(other),
    }
}

/// An act of a phone that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneActLine {
    /// Which act.
    pub id: Uuid,
    /// What.
    pub kind: ActKind,
    /// Whether it waits for the release, and is not carried out yet.
    pub waits: bool,
    /// The stay.
    pub stay: Option<StayId>,
    /// Which child.
    pub child_id: Option<ChildId>,
    /// The child's name.
    pub child: Option<String>,
    /// Who did it.
    pub by: String,
    /// The phone's time as it said it.
    pub phone_at: Timestamp,
    /// When it was, as far as can be told.
    pub happened_at: Timestamp,
    /// Whether the phone's clock was wrong.
    pub doubtful: bool,
    /// When it came.
    pub server_at: Timestamp,
    /// Why.
    pub code: Option<String>,
    /// The words of a note that could not be saved.
    pub words: Option<String>,
}

impl Desk {
    /// The acts of phones that a person should look at, oldest first: those with something amiss, and
    /// those that have waited for two hours.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that approve no stays.
    pub async fn phone_acts(&self) -> Result<Vec<PhoneActLine>, Error> {
        first_rows(&self.read(), MOST).await
    }
}

/// The oldest of them.
pub(crate) async fn first_rows(tx: &Tx, most: u64) -> Result<Vec<PhoneActLine>, Error> {
    tx.require(Action::ApproveStay)?;
    let amiss = phone_act::Column::State.eq(Standing::Look.code());
    let waiting = Condition::all()
        .add(phone_act::Column::State.eq(Standing::Kept.code()))
        .add(phone_act::Column::ServerAt.lte(tx.now().plus_minutes(-WAIT_MINUTES).0));
    let rows = tx
        .visible::<phone_act::Entity>()
        .and(Condition::any().add(amiss).add(waiting))
        .by(phone_act::Column::ServerAt)
        .by(phone_act::Column::Id)
        .limit(most)
        .all(tx)
        .await?;
    lines(tx, rows).await
}

async fn lines(tx: &Tx, rows: Vec<phone_act::Model>) -> Result<Vec<PhoneActLine>, Error> {
    let stays = tx.visible::<stay::Entity>().among(rows.iter().filter_map(|r| r.stay_id));
    let stays = stays.all(tx).await?;
    let children = tx.visible::<child::Entity>().among(stays.iter().map(|s| s.child_id));
    let children = children.all(tx).await?;
    let people = tx.common::<account::Entity>().among(rows.iter().map(|r| r.account_id));
    let people = people.all(tx).await?;
    let child_of = |id: Option<Uuid>| {
        let stay = stays.iter().find(|s| Some(s.id) == id)?;
        children.iter().find(|c| c.id == stay.child_id)
    };
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(kind) = ActKind::parse(&row.kind) else { continue };
        let body = tx.open_some(TABLE, COLUMN, row.id, row.body_sealed.as_ref())?;
        let said: Said = body.and_then(|b| serde_json::from_str(&b).ok()).unwrap_or_default();
        lines.push(PhoneActLine {
            id: row.id,
            kind,
            waits: row.state == Standing::Kept.code(),
            stay: row.stay_id.map(StayId),
            child_id: child_of(row.stay_id).map(|child| ChildId(child.id)),
            child: child_of(row.stay_id).map(|child| child.name.clone()),
            by: people.iter().find(|p| p.id == row.account_id).map(|p| p.display_name.clone()).unwrap_or_default(),
            phone_at: Timestamp(row.phone_at),
            happened_at: Timestamp(row.happened_at),
            doubtful: row.doubtful,
            server_at: Timestamp(row.server_at),
            code: row.code,
            words: Some(said.words).filter(|w| !w.is_empty()),
        });
    }
    Ok(lines)
}

/// A person has looked at an act of a phone and done what it asked for.
#[derive(Clone, Debug)]
pub struct SeePhoneAct {
    /// Which act.
    pub id: Uuid,
    /// What was found out and done, 1 to 300 characters; stands in the trail.
    pub words: String,
}

impl Act for SeePhoneAct {
    const NAME: &'static str = "phone.seen";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ApproveStay)?;
        let row = tx.visible::<phone_act::Entity>().id(self.id).one(tx).await?;
        let words = self.words.trim();
        match words.chars().count() {
            0 => return Err(Error::field("words", "required.missing")),
            n if n > 300 => return Err(Error::field("words", "text.too_long")),
            _ => {}
        }
        if ![Standing::Look.code(), Standing::Kept.code()].contains(&row.state.as_str()) {
            return Err(Error::refused("phone.seen_already"));
        }
        tx.because(words);
        let mut after = row.clone();
        after.state = Standing::Seen.code().into();
        after.seen_by = Some(tx.account());
        after.seen_at = Some(tx.now().0);
        tx.change::<phone_act::Entity>(&row, after).await?;
        Ok(())
    }
}
