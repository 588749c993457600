//! A guardian far away decides by a link and a code that the school gives: one question a page,
//! nothing chosen beforehand. A link that was opened lives as long as the yes that was given by it, so
//! that the yes can be taken back by the same link.

use naheya_domain::access::Action;
use naheya_domain::code::{Code, TRIES};
use naheya_domain::id::{ChildId, ConsentId, GuardianId};
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Date, Role, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{Purpose, Said, guardian_of, keep, not_the_carer};
use crate::guardian::tell_guardian;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, consent, guardian, guardianship, public_link};
use crate::sealed::tx::Tx;
use crate::{Desk, Error, Store, Submission, SystemTask, personal_copy};

/// The kind of these links.
const KIND: &str = "consent";
/// A link lives this many days.
pub const CONSENT_DAYS: i64 = 7;
/// And never longer than this, whatever was agreed to.
const LONGEST_DAYS: i64 = 400;

/// A link for one guardian of one child; an older one dies. The token and the code are made by the
/// caller and shown once: what is kept opens nothing.
#[derive(Clone, Debug)]
pub struct MakeConsentLink {
    /// The child.
    pub child: ChildId,
    /// The guardian.
    pub guardian: GuardianId,
    /// 128 random bits, as text.
    pub token: String,
    /// The code that the school tells the guardian.
    pub code: Code,
}

impl Act for MakeConsentLink {
    const NAME: &'static str = "consent.link";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RecordConsent)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        not_the_carer(tx, child.id).await?;
        let tie = guardian_of(tx, child.id, self.guardian.0).await?;
        let older = tx
            .common::<public_link::Entity>()
            .and(public_link::Column::Kind.eq(KIND))
            .and(public_link::Column::RefId.eq(tie.id))
            .all(tx)
            .await?;
        for link in &older {
            tx.remove::<public_link::Entity>(link).await?;
        }
        let hash = token_hash(tx, &self.token);
        tx.insert::<public_link::Entity>(public_link::Model {
            code_hash: Some(code_hash(tx, &hash, &self.code)),
            token_hash: hash,
            area_id: tx.area_id(),
            kind: KIND.into(),
            ref_id: tie.id,
            expires_at: tx.now().plus_minutes(CONSENT_DAYS * 24 * 60).0,
            tries: 0,
            used_at: None,
        })
        .await?;
        tx.note("guardianships", Some(tie.id), "link");
        tell_guardian(tx, "consent.asked", tie.guardian_id, ("children", Some(child.id))).await
    }
}

fn token_hash(tx: &Tx, token: &str) -> Vec<u8> {
    tx.ring().code_hash("consent_link", "", token)
}

fn code_hash(tx: &Tx, token_hash: &[u8], code: &Code) -> Vec<u8> {
    let bound = data_encoding::HEXLOWER.encode(token_hash);
    tx.ring().code_hash("consent_code", &bound, code.as_str())
}

/// A code is tried with a link; the fifth wrong one is its end. Judged where it is counted: of many that are tried at once
/// all but five find a dead link, the right one too.
#[derive(Clone, Debug)]
struct TryLinkCode {
    token: String,
    code: Code,
}

impl Act for TryLinkCode {
    const NAME: &'static str = "consent.wrong_code";
    /// Whether it is the right one.
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        // Several processes would each count on from the same number.
        tx.alone_in_county().await?;
        let before = standing(tx, &self.token).await?;
        if before.code_hash == Some(code_hash(tx, &before.token_hash, &self.code)) {
            return Ok(true);
        }
        let mut after = before.clone();
        after.tries = before.tries.saturating_add(1);
        tx.change::<public_link::Entity>(&before, after).await?;
        Ok(false)
    }
}

/// Who came in by a link.
#[derive(Clone, Debug)]
pub struct LinkView {
    /// A desk that sees what this guardian sees.
    pub desk: Desk,
    /// The child that the link was made for, then its brothers and sisters of the same guardian: each
    /// with its name.
    pub children: Vec<(ChildId, String)>,
    /// The guardian.
    pub guardian: GuardianId,
}

/// One question and the answer in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What for.
    pub purpose: Purpose,
    /// The last answer given by this guardian, while it stands.
    pub answer: Option<bool>,
    /// The yes that stands and can be taken back.
    pub yes: Option<ConsentId>,
    /// When this guardian took the last yes back, and has not answered since.
    pub taken_back: Option<Timestamp>,
}

impl Store {
    /// Whether a link stands, so that its page may ask for the code.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it never was, is over or dead.
    pub async fn consent_link_stands(&self, token: &str, now: Timestamp) -> Result<(), Error> {
        let (here, link) = self.at_link(token, now).await?;
        bearer(&here.read(), link.ref_id).await.map(|_| ())
    }

    /// Opens a link with its code.
    ///
    /// # Errors
    /// [`Error::NotFound`] as above; [`Error::Refused`] with `code.wrong`, which is counted.
    pub async fn open_consent_link(&self, token: &str, code: &Code, now: Timestamp) -> Result<LinkView, Error> {
        let (here, link) = self.at_link(token, now).await?;
        if !here.save(TryLinkCode { token: token.to_owned(), code: code.clone() }).await? {
            return Err(Error::refused("code.wrong"));
        }
        let tx = here.read();
        let (tie, person) = bearer(&tx, link.ref_id).await?;
        let account = person.account_id.unwrap_or(person.id);
        Ok(LinkView {
            children: children_of(&tx, tie.child_id, person.id).await?,
            desk: here.clone().narrowed(account, Role::Guardian, Place::Person(person.id)),
            guardian: GuardianId(person.id),
        })
    }

    /// A link that stands, and the public's desk in its county.
    async fn at_link(&self, token: &str, now: Timestamp) -> Result<(Desk, public_link::Model), Error> {
        let link = standing(&self.as_system(SystemTask::Public, AreaId::NATION, now).read(), token).await?;
        Ok((self.as_system(SystemTask::Public, AreaId(link.area_id), now), link))
    }
}

/// Whose link it is, and to which child. From whom the child is kept away, or whose access a concern has suspended, comes in
/// by it no more than by an account.
async fn bearer(tx: &Tx, tie: Uuid) -> Result<(guardianship::Model, guardian::Model), Error> {
    let tie = tx.for_rule::<guardianship::Entity>().id(tie).one(tx).await?;
    let person = tx.for_rule::<guardian::Entity>().id(tie.guardian_id).one(tx).await?;
    let (_, is_suspended) = personal_copy::standing(tx, person.id).await?;
    if tie.blocked || is_suspended { Err(Error::NotFound) } else { Ok((tie, person)) }
}

/// The child of the link first, then the others for whom the same person decides and who are not out
/// of the programme.
async fn children_of(tx: &Tx, first: Uuid, guardian: Uuid) -> Result<Vec<(ChildId, String)>, Error> {
    let ties = tx
        .for_rule::<guardianship::Entity>()
        .and(guardianship::Column::GuardianId.eq(guardian))
        .and(guardianship::Column::Blocked.eq(false))
        .all(tx)
        .await?;
    let rows =
        tx.for_rule::<child::Entity>().among(ties.iter().map(|t| t.child_id)).by(child::Column::Id).all(tx).await?;
    let (own, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|c| c.id == first);
    let others = others.into_iter().filter(|c| c.state != "left");
    Ok(own.into_iter().chain(others).map(|c| (ChildId(c.id), c.name)).collect())
}

/// The link by which a yes was given lives to the end of that yes.
async fn hold(tx: &Tx, token: &str, to_on: Option<Date>) -> Result<(), Error> {
    let before = standing(tx, token).await?;
    let longest = tx.now().plus_minutes(LONGEST_DAYS * 24 * 60).0;
    let end = to_on.and_then(|day| day.tomorrow().ok()).map(|day| Timestamp::from_shanghai(day.at(0, 0, 0, 0)).0);
    let mut after = before.clone();
    after.used_at = Some(tx.now().0);
    after.expires_at = before.expires_at.max(end.unwrap_or(longest).min(longest));
    tx.change::<public_link::Entity>(&before, after).await?;
    Ok(())
}

async fn standing(tx: &Tx, token: &str) -> Result<public_link::Model, Error> {
    let hash = token_hash(tx, token);
    let link = tx.common::<public_link::Entity>().and(public_link::Column::TokenHash.eq(hash)).one(tx).await?;
    let alive = link.kind == KIND && link.expires_at > tx.now().0 && link.tries < TRIES;
    if alive { Ok(link) } else { Err(Error::NotFound) }
}

/// The guardian's own answer to one question.
#[derive(Clone, Debug)]
pub struct AnswerConsent {
    /// The child.
    pub child: ChildId,
    /// The guardian who answers.
    pub guardian: GuardianId,
    /// What for.
    pub purpose: Purpose,
    /// Yes or no.
    pub answer: bool,
    /// First day, when it is not today.
    pub from_on: Option<Date>,
    /// Last day, where it ends.
    pub to_on: Option<Date>,
    /// The link by which it is given, when it is not given signed in.
    pub link: Option<String>,
}

impl Act for AnswerConsent {
    const NAME: &'static str = "consent.answer";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::GiveConsent)?;
        tx.visible::<guardian::Entity>().id(self.guardian).one(tx).await?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        guardian_of(tx, child.id, self.guardian.0).await?;
        if self.answer && matches!(self.purpose, Purpose::Pairing | Purpose::Overnight) {
            // A guardian who takes the child home herself says no yes to it by herself.
            not_the_carer(tx, child.id).await?;
        }
        let said = Said {
            child: child.id,
            guardian: self.guardian.0,
            purpose: self.purpose,
            answer: self.answer,
            how: "link",
            evidence: None,
            days: (self.from_on.unwrap_or_else(|| tx.now().date()), self.to_on),
            stay: None,
        };
        keep(tx, &said).await?;
        match &self.link {
            Some(token) if self.answer => hold(tx, token, self.to_on).await,
            _ => Ok(()),
        }
    }
}

impl Desk {
    /// The five questions to a guardian with the answers that stand, for one child.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn consent_questions(&self, child: ChildId, guardian: GuardianId) -> Result<Vec<Question>, Error> {
        let tx = self.read();
        let rows = tx
            .visible::<consent::Entity>()
            .and(consent::Column::ChildId.eq(child.0))
            .and(consent::Column::GuardianId.eq(guardian.0))
            .by(consent::Column::GivenAt)
            .by(consent::Column::Id)
            .all(&tx)
            .await?;
        let today = tx.now().date().to_string();
        let stands = |c: &&consent::Model| c.withdrawn_at.is_none() && c.to_on.as_ref().is_none_or(|to| *to >= today);
        let asked = [Purpose::File, Purpose::Pairing, Purpose::Overnight, Purpose::Photo, Purpose::Publication];
        let question = |purpose: Purpose| {
            let newest = rows.iter().rfind(|c| c.purpose == purpose.code());
            let last = newest.filter(stands);
            Question {
                purpose,
                taken_back: newest.and_then(|c| c.withdrawn_at).map(Timestamp),
                answer: last.map(|c| c.answer),
                yes: last.filter(|c| c.answer).map(|c| ConsentId(c.id)),
            }
        };
        Ok(asked.into_iter().map(question).collect())
    }
}

/// A token for a link: 128 random bits in 26 letters and digits.
///
/// # Errors
/// [`Error::Database`] when the system has no random bytes.
fn token() -> Result<String, Error> {
    let bytes: [u8; 16] = crate::field::random()?;
    Ok(data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase())
}

impl Desk {
    /// A link whose token and code come from the submission: the same form sent again shows the same
    /// link, and nobody without the key can guess either.
    #[must_use]
    pub fn consent_link(&self, child: ChildId, guardian: GuardianId, sent: &Submission) -> MakeConsentLink {
        let tx = self.read();
        let bound = format!("{}|{}|{}", tx.account(), sent.key.as_str(), data_encoding::HEXLOWER.encode(&sent.body));
        let token = tx.ring().code_hash("consent_link_token", &bound, "");
        let digits = tx.ring().code_hash("consent_link_code", &bound, "");
        let digits = digits.first_chunk::<8>().copied().unwrap_or_default();
        let token = data_encoding::BASE32_NOPAD.encode(&token).to_lowercase();
        MakeConsentLink { child, guardian, token, code: Code::from_random(digits) }
    }
}

impl MakeConsentLink {
    /// A link with a fresh token and code.
    ///
    /// # Errors
    /// [`Error::Database`] when the system has no random bytes.
    pub fn new(child: ChildId, guardian: GuardianId) -> Result<MakeConsentLink, Error> {
        let code = Code::from_random(crate::field::random()?);
        Ok(MakeConsentLink { child, guardian, token: token()?, code })
    }
}
