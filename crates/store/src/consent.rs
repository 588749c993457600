//! Guardians' consents: recorded with evidence, given by a link, withdrawn at any moment.

use std::collections::BTreeSet;

use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::id::{ChildId, ConsentId, GuardianId, StayId};
use naheya_domain::viewer::Place;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::grant::stands_for;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, consent, guardianship, picture};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::stay;
use crate::wish::is_carer;

mod lacking;
mod link;
mod list;
mod span;
mod word;

pub use lacking::MOST_LACKING;
pub use link::{AnswerConsent, CONSENT_DAYS, LinkView, MakeConsentLink, Question};
pub use list::{Asked, ConsentLine, ConsentState};
pub use span::OvernightSpans;
pub use word::GuardianWord;
pub(crate) use word::{Days, ends_short, holding, words};

const TABLE: &str = "consents";
const WITHDRAWN_HOW: &str = "withdrawn_how";
/// The wording that is agreed to: another one as soon as a question says something else.
const TEXT_VERSION: &str = "2026-11-30";

/// What is agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Keeping a file.
    File,
    /// Being offered to a volunteer.
    Pairing,
    /// Staying overnight with her.
    Overnight,
    /// Pictures in notes.
    Photo,
    /// Stories and pictures in public.
    Publication,
    /// The file's hand-over to somebody else.
    Handover,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Purpose; 6] =
        [Self::File, Self::Pairing, Self::Overnight, Self::Photo, Self::Publication, Self::Handover];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Pairing => "pairing",
            Self::Overnight => "overnight",
            Self::Photo => "photo",
            Self::Publication => "publication",
            Self::Handover => "handover",
        }
    }

    /// The purpose with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Purpose> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
}

/// A consent given on paper, by voice or on the phone, written down by staff or the class teacher,
/// never by the volunteer (product.md rule 14).
#[derive(Clone, Debug)]
pub struct RecordConsent {
    /// The child.
    pub child: ChildId,
    /// Who gave it.
    pub guardian: GuardianId,
    /// What for.
    pub purpose: Purpose,
    /// Yes or no.
    pub answer: bool,
    /// `paper`, `voice` or `phone`.
    pub how: String,
    /// What proves it: where the paper lies, who heard it; sealed, 1 to 300 characters.
    pub evidence: String,
    /// First day.
    pub from_on: Date,
    /// Last day, where it ends.
    pub to_on: Option<Date>,
    /// Only for this stay.
    pub stay: Option<StayId>,
}

impl Act for RecordConsent {
    const NAME: &'static str = "consent.record";
    type Answer = ConsentId;

    async fn run(&self, tx: &Tx) -> Result<ConsentId, Error> {
        let id = self.write(tx).await?;
        tell_guardian(tx, self.guardian.0, id).await?;
        Ok(id)
    }
}

impl RecordConsent {
    async fn write(&self, tx: &Tx) -> Result<ConsentId, Error> {
        tx.require(Action::RecordConsent)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        not_the_carer(tx, child.id).await?;
        guardian_of(tx, child.id, self.guardian.0).await?;
        let proof = Proof::parse(&self.how, &self.evidence)?;
        let said = Said {
            child: child.id,
            guardian: self.guardian.0,
            purpose: self.purpose,
            answer: self.answer,
            how: proof.how,
            evidence: Some(proof.evidence),
            days: (self.from_on, self.to_on),
            stay: self.stay.map(|s| s.0),
        };
        keep(tx, &said).await
    }
}

/// The same answer to several questions: one paper, one call, and one letter to whoever gave it.
#[derive(Clone, Debug)]
pub struct RecordConsents(pub Vec<RecordConsent>);

impl Act for RecordConsents {
    const NAME: &'static str = "consent.record_all";
    type Answer = Vec<ConsentId>;

    async fn run(&self, tx: &Tx) -> Result<Vec<ConsentId>, Error> {
        let mut kept = Vec::with_capacity(self.0.len());
        let mut told = BTreeSet::new();
        for one in &self.0 {
            let id = one.write(tx).await?;
            if told.insert(one.guardian) {
                tell_guardian(tx, one.guardian.0, id).await?;
            }
            kept.push(id);
        }
        Ok(kept)
    }
}

/// How an answer reached whoever writes it down, and what proves it.
pub(crate) struct Proof<'a> {
    /// `paper`, `voice` or `phone`.
    pub(crate) how: &'static str,
    /// Where the paper lies, who heard it.
    pub(crate) evidence: &'a str,
}

impl<'a> Proof<'a> {
    /// Reads what was typed.
    pub(crate) fn parse(how: &str, evidence: &'a str) -> Result<Proof<'a>, Error> {
        let how = ["paper", "voice", "phone"].into_iter().find(|h| *h == how);
        let how = how.ok_or_else(|| Error::field("how", "choice.unknown"))?;
        match evidence.trim() {
            "" => Err(Error::field("evidence", "required.missing")),
            text if text.chars().count() > 300 => Err(Error::field("evidence", "text.too_long")),
            evidence => Ok(Proof { how, evidence }),
        }
    }
}

/// Who takes the child home, or lives there, writes down no yes to it, and makes no link to give one, whatever other role the
/// same account has (product.md rule 14).
pub(crate) async fn not_the_carer(tx: &Tx, child: Uuid) -> Result<(), Error> {
    if is_carer(tx, child, None).await? { Err(Error::refused("consent.by_the_carer")) } else { Ok(()) }
}

/// What others wrote down, the guardian reads and can undo (product.md rule 14).
async fn tell_guardian(tx: &Tx, guardian: Uuid, consent: ConsentId) -> Result<(), Error> {
    let to_account = stands_for(tx, guardian).await?;
    if to_account.is_some() {
        let about = ("consents", Some(consent.0));
        let due_at = tx.now().0;
        tx.notify(Letter { kind: "consent.recorded", to_account, to_role: None, to_person: None, about, due_at });
    }
    Ok(())
}

/// One answer of one guardian.
struct Said<'a> {
    child: Uuid,
    guardian: Uuid,
    purpose: Purpose,
    answer: bool,
    how: &'static str,
    evidence: Option<&'a str>,
    days: (Date, Option<Date>),
    stay: Option<Uuid>,
}

async fn keep(tx: &Tx, said: &Said<'_>) -> Result<ConsentId, Error> {
    let (from_on, to_on) = said.days;
    if to_on.is_some_and(|to| to < from_on) {
        return Err(Error::field("to_on", "date.before_start"));
    }
    let id = Uuid::now_v7();
    let by_link = said.how == "link";
    let is_night = said.purpose == Purpose::Overnight;
    let uncovered = if is_night && said.answer { Some(stay::uncovered(tx, said.child).await?) } else { None };
    tx.insert::<consent::Entity>(consent::Model {
        area_id: tx.area_id(),
        id,
        child_id: said.child,
        guardian_id: said.guardian,
        purpose: said.purpose.code().into(),
        text_version: TEXT_VERSION.into(),
        from_on: from_on.to_string(),
        to_on: to_on.map(|d| d.to_string()),
        how: said.how.into(),
        evidence_sealed: tx.seal_some(TABLE, "evidence_sealed", id, said.evidence)?,
        answer: said.answer,
        given_at: tx.now().0,
        recorded_by: (!by_link).then(|| tx.account()),
        stay_id: said.stay,
        withdrawn_at: None,
        withdrawn_how: None,
        undo_until: None,
        version: 1,
    })
    .await?;
    match uncovered {
        // The last answer is the one that counts: a yes to fewer days takes back the others.
        Some(before) => stay::consent_moved(tx, said.child, &before, true).await?,
        None if said.answer => {}
        None => {
            gone(tx, said.child, said.purpose).await?;
        }
    }
    Ok(ConsentId(id))
}

/// What follows when a yes is no longer there.
async fn gone(tx: &Tx, child: Uuid, purpose: Purpose) -> Result<u64, Error> {
    match purpose {
        Purpose::Overnight => stay::consent_lost(tx, child).await,
        Purpose::Photo => hide_pictures(tx, child).await.map(|()| 0),
        Purpose::File | Purpose::Pairing | Purpose::Publication | Purpose::Handover => {
            let about = ("children", Some(child));
            let due_at = tx.now().0;
            let was_there = was_there(tx, child, purpose).await?;
            tx.notify(Letter {
                kind: if was_there { "consent.withdrawn" } else { "consent.refused" },
                to_account: None,
                to_role: Some("coordinator"),
                to_person: None,
                about,
                due_at,
            });
            Ok(0)
        }
    }
}

/// Whether a yes stood until now: a no where none was takes nothing back.
async fn was_there(tx: &Tx, child: Uuid, purpose: Purpose) -> Result<bool, Error> {
    use consent::Column as C;
    use sea_orm::Condition;
    let until_now = Condition::any().add(C::WithdrawnAt.is_null()).add(C::WithdrawnAt.eq(tx.now().0));
    let yes = tx
        .for_rule::<consent::Entity>()
        .and(C::ChildId.eq(child))
        .and(C::Purpose.eq(purpose.code()))
        .and(C::Answer.eq(true))
        .and(until_now)
        .first(tx)
        .await?;
    Ok(yes.is_some())
}

async fn hide_pictures(tx: &Tx, child: Uuid) -> Result<(), Error> {
    let shown = tx
        .for_rule::<picture::Entity>()
        .and(picture::Column::ChildId.eq(child))
        .and(picture::Column::Hidden.eq(false))
        .all(tx)
        .await?;
    for before in shown {
        let mut after = before.clone();
        after.hidden = true;
        tx.change::<picture::Entity>(&before, after).await?;
    }
    Ok(())
}

/// The guardian's tie to the child; a person who must not decide for it is refused.
pub(crate) async fn guardian_of(tx: &Tx, child: Uuid, guardian: Uuid) -> Result<guardianship::Model, Error> {
    let tie = tx
        .for_rule::<guardianship::Entity>()
        .and(guardianship::Column::ChildId.eq(child))
        .and(guardianship::Column::GuardianId.eq(guardian))
        .first(tx)
        .await?;
    match tie {
        Some(tie) if !tie.blocked => Ok(tie),
        _ => Err(Error::field("guardian", "guardian.unknown")),
    }
}

/// A yes is taken back: by the guardian who gave it, or written down for that guardian. Another guardian who is against it says
/// no: then it stands under the right name, and until that one says yes.
#[derive(Clone, Debug)]
pub struct WithdrawConsent {
    /// Which one.
    pub consent: ConsentId,
    /// How the guardian said so, up to 100 characters.
    pub how: String,
}

impl Act for WithdrawConsent {
    const NAME: &'static str = "consent.withdraw";
    /// How many children of it are away now: then it is an urgent act.
    type Answer = u64;

    async fn run(&self, tx: &Tx) -> Result<u64, Error> {
        tx.require(Action::RecordConsent).or_else(|_| tx.require(Action::GiveConsent))?;
        let before = tx.visible::<consent::Entity>().id(self.consent).one(tx).await?;
        if let Place::Person(own) = tx.viewer().place
            && own != before.guardian_id
        {
            return Err(Error::NotFound);
        }
        if before.withdrawn_at.is_some() {
            return Err(Error::refused("consent.withdrawn_already"));
        }
        if !before.answer {
            // A no stays until the guardian says yes.
            return Err(Error::refused("consent.was_a_no"));
        }
        if self.how.chars().count() > 100 {
            return Err(Error::field("how", "text.too_long"));
        }
        let mut after = before.clone();
        after.withdrawn_at = Some(tx.now().0);
        after.withdrawn_how = match self.how.trim() {
            // A tap of the guardian's own; anything else is what somebody heard, in words.
            code @ ("link" | "phone") => Some(code.to_owned()),
            words => tx.seal_words(TABLE, WITHDRAWN_HOW, before.id, Some(words))?,
        };
        tx.change::<consent::Entity>(&before, after).await?;
        match Purpose::parse(&before.purpose) {
            Some(purpose) => gone(tx, before.child_id, purpose).await,
            None => Ok(0),
        }
    }
}
