//! A return that is agreed for later: the road is closed, the child is ill and stays a night more at its carer's. Everybody
//! knows where it is, so nothing rings until the new hour, and then everything from the first step.

use naheya_domain::access::Action;
use naheya_domain::alarm::{Alarm, Ended};
use naheya_domain::custody::Holder;
use naheya_domain::id::{ChildId, StayId};
use naheya_domain::stay::gate::Gate;
use naheya_domain::{Date, Refusal, Timestamp};
use sea_orm::ColumnTrait;

use super::decide::reason;
use super::fact::{Claim, Dossier, heard};
use super::hand::not_the_carer;
use super::hand_back::{Callable, carer, to_call};
use super::{TABLE, adults, seen, state, tell_carer, tell_role};
use crate::channel::limits;
use crate::guardian::tell_guardians;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, stay};
use crate::sealed::tx::Tx;
use crate::{Desk, Error, custody};

/// The letter that tells of it, and the one that tells of it at night too.
const LETTERS: [&str; 2] = ["stay.later", "stay.later_now"];
/// Minutes of a day.
const DAY: i64 = 24 * 60;
/// So many days a return is put off at once: when the road is closed for longer, somebody calls again. They are counted from
/// the newest of the agreed hours, day by day, so that a return which is late by days is agreed on like any other.
const MOST_DAYS: i64 = 3;
/// Fewer signs name nobody who was spoken to.
const LEAST_WORDS: usize = 4;

/// The clauses of rule 2 that a night more may break, and a concern that was raised since, for whoever may know of it. They stop
/// nothing, since no child is sent into a blizzard: whoever agrees on the night reads them before.
const OF_A_NIGHT: [&str; 7] = [
    "stay.consent_missing",
    "stay.no_offence_missing",
    "stay.insurance_missing",
    "stay.home_visit_missing",
    "stay.person_blocked",
    "stay.adult_not_approved",
    "stay.concern_open",
];

/// What the office has to know before it agrees on a later return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// The carer's phone.
    pub carer_phone: Option<String>,
    /// Whom else to call.
    pub callable: Callable,
    /// The other children of the party who are with the carer: what is agreed holds for them too.
    pub siblings: Vec<(ChildId, String)>,
    /// The agreed hour on the next day on which it lies ahead.
    pub suggested: Timestamp,
    /// What no paper covers any more when the children are there until this day, each said with its first day.
    pub against: Vec<(Date, Vec<Refusal>)>,
}

impl Desk {
    /// Who is to be spoken to about a later return, and what to bear in mind.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that end no alarm of a late return; [`Error::NotFound`]; `stay.step_impossible` when the
    /// child is not with the carer, `stay.must_end` when the stay has to end at once.
    pub async fn later(&self, id: StayId) -> Result<Later, Error> {
        self.require(Action::CloseLateReturn)?;
        let tx = self.read();
        let row = seen(&tx, id).await?;
        let party = with_carer(&tx, &row).await?;
        known(&tx, &row, &party).await
    }
}

/// The same for the stay and those of its party for whom it holds.
pub(super) async fn known(tx: &Tx, row: &stay::Model, party: &[stay::Model]) -> Result<Later, Error> {
    let others = party.iter().filter(|s| s.id != row.id).map(|s| s.child_id).collect::<Vec<_>>();
    let siblings = tx.visible::<child::Entity>().among(others).all(tx).await?;
    let (_, carer_phone) = carer(tx, row).await?;
    let agreed = Timestamp(row.ends_at);
    Ok(Later {
        carer_phone,
        callable: to_call(tx, row).await?,
        siblings: siblings.into_iter().map(|c| (ChildId(c.id), c.name)).collect(),
        suggested: newest(agreed, tx.now()).plus_minutes(DAY),
        against: against(tx, agreed, party).await?,
    })
}

/// The letter about a child that comes back by this hour. Nobody is woken for it, unless the child comes before the quiet hours
/// are over, or was to come before: whoever receives it then, or waits up for it, has to know now.
pub(super) async fn letter(tx: &Tx, agreed: Timestamp, by: Timestamp) -> Result<&'static str, Error> {
    let quiet = limits(tx).await?.quiet.until(tx.now());
    let is_up = |end: Timestamp| by <= end || (agreed > tx.now() && agreed <= end);
    let [later, now] = LETTERS;
    Ok(if quiet.is_some_and(is_up) { now } else { later })
}

/// Whether an hour can be agreed on now, after one that was agreed before.
pub(super) fn is_near(by: Timestamp, agreed: Timestamp, now: Timestamp) -> Result<(), Error> {
    if by <= now {
        return Err(Error::field("by", "stay.hour_past"));
    }
    if by > newest(agreed, now).plus_minutes(MOST_DAYS * DAY) {
        return Err(Error::field("on", "stay.too_late"));
    }
    Ok(())
}

/// Who was spoken to, and how it was settled.
pub(super) fn spoken(words: &str) -> Result<&str, Error> {
    let words = reason(words, 200, "words")?;
    if words.chars().count() < LEAST_WORDS {
        return Err(Error::field("words", "stay.words_short"));
    }
    Ok(words)
}

/// The agreed hour on each of the days to which the return may be put off.
fn days(agreed: Timestamp, now: Timestamp) -> Vec<Timestamp> {
    let newest = newest(agreed, now);
    (1..=MOST_DAYS).map(|day| newest.plus_minutes(day * DAY)).collect()
}

/// The same hour on the last day on which it is past; the agreed one while it lies ahead.
fn newest(agreed: Timestamp, now: Timestamp) -> Timestamp {
    let days_late = now.minutes_since(agreed).max(0) / DAY;
    agreed.plus_minutes(days_late * DAY)
}

/// The stay and those of its party whose children are with the carer now. In hospital, with the police or with its family a
/// child comes back by other ways; and no night is added to a stay that has to end at once, which the office knows.
async fn with_carer(tx: &Tx, row: &stay::Model) -> Result<Vec<stay::Model>, Error> {
    if row.suspended_by.is_some() && state(row).is_away() {
        return Err(Error::refused("stay.must_end"));
    }
    let party = tx.visible::<stay::Entity>().and(stay::Column::PartyId.eq(row.party_id));
    let party = party.by(stay::Column::Id).all(tx).await?;
    let away: Vec<stay::Model> = party.into_iter().filter(|s| state(s).is_away() && s.suspended_by.is_none()).collect();
    let newest = custody::newest(tx, &away.iter().map(|s| s.child_id).collect::<Vec<_>>()).await?;
    let is_there = |s: &stay::Model| {
        let hers = Holder::Volunteer(s.volunteer_id);
        newest.iter().any(|link| link.child_id == s.child_id && custody::holder(link) == hers)
    };
    let there: Vec<stay::Model> = away.into_iter().filter(is_there).collect();
    if there.iter().any(|s| s.id == row.id) { Ok(there) } else { Err(Error::refused("stay.step_impossible")) }
}

/// Day by day, what speaks against children who are there for so long and was not said of a day before.
async fn against(tx: &Tx, agreed: Timestamp, party: &[stay::Model]) -> Result<Vec<(Date, Vec<Refusal>)>, Error> {
    let adults = adults(tx, party.iter().map(|s| s.id).collect::<Vec<_>>()).await?;
    let claims: Vec<Claim> = party.iter().map(|s| Claim::of(s, &adults)).collect();
    let dossier = Dossier::of(tx, &claims).await?;
    let mut all: Vec<(Date, Vec<Refusal>)> = Vec::new();
    for until in days(agreed, tx.now()) {
        let mut new: Vec<Refusal> = Vec::new();
        for claim in &claims {
            let longer = Claim { ends_at: until.0, ..claim.clone() };
            for refusal in heard(tx, &dossier, &longer, Gate::Approval).await? {
                let is_said = new.contains(&refusal) || all.iter().any(|(_, said)| said.contains(&refusal));
                if OF_A_NIGHT.contains(&refusal.code) && !is_said {
                    new.push(refusal);
                }
            }
        }
        if !new.is_empty() {
            all.push((until.date(), new));
        }
    }
    Ok(all)
}

/// What of the papers does not reach to the hour that stands for a child that is away; the guardian's yes is asked after apart
/// ([`super::HandBack`]).
pub(super) async fn lacking(tx: &Tx, row: &stay::Model) -> Result<Vec<Refusal>, Error> {
    let claim = Claim::of(row, &adults(tx, [row.id]).await?);
    let dossier = Dossier::of(tx, std::slice::from_ref(&claim)).await?;
    let mut all = heard(tx, &dossier, &claim, Gate::Approval).await?;
    all.retain(|one| OF_A_NIGHT.contains(&one.code) && one.code != "stay.consent_missing");
    Ok(all)
}

/// The office has spoken to carer and family, and the children of the party come back later than agreed. What rings now is
/// over; from the new hour on the ladder is climbed from its first step. The words stand in the trail as the act's reason.
#[derive(Clone, Debug)]
pub struct AgreeLater {
    /// The stay, or one of siblings who went together.
    pub stay: StayId,
    /// The new hour: after now and after the one agreed before; at most three days after that one, or after the same hour of
    /// the last day on which it was past.
    pub by: Timestamp,
    /// Who was spoken to, the carer and the family, and why; 4 to 200 characters.
    pub words: String,
}

impl Act for AgreeLater {
    const NAME: &'static str = "stay.agree_later";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        crate::alarm::by_a_person(tx)?;
        let row = seen(tx, self.stay).await?;
        not_the_carer(tx, &row).await?;
        let party = with_carer(tx, &row).await?;
        let words = spoken(&self.words)?;
        is_near(self.by, Timestamp(row.ends_at), tx.now())?;
        if self.by.0 <= row.ends_at {
            return Err(Error::field("by", "stay.not_later"));
        }
        tx.because(words);
        let kind = letter(tx, Timestamp(row.ends_at), self.by).await?;
        for before in &party {
            // A sister for whom a later hour stands already keeps it.
            if before.ends_at < self.by.0 {
                self.put_off(tx, before, words, kind).await?;
            }
        }
        tell_carer(tx, kind, &row, tx.now().0).await
    }
}

impl AgreeLater {
    async fn put_off(&self, tx: &Tx, before: &stay::Model, words: &str, kind: &'static str) -> Result<(), Error> {
        let mut row = before.clone();
        row.ends_at = self.by.0;
        // What was said of the hour before puts off no alarm of this one.
        (row.late_until, row.late_words_sealed) = (None, None);
        let row = tx.change::<stay::Entity>(before, row).await?;
        crate::alarm::end(tx, &row, Alarm::is_late, Ended::Words, Some(words)).await?;
        tell_guardians(tx, kind, row.child_id, (TABLE, Some(row.id))).await?;
        tell_role(tx, kind, "class_teacher", row.id, tx.now().0);
        Ok(())
    }
}
