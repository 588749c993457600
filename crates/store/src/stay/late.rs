//! A return that is late: announced by the carer, closed by a person with a reason, never by itself.

use std::collections::{HashMap, HashSet};

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::alarm::{Alarm, Ended};
use naheya_domain::custody::{Deed, Outcome};
use naheya_domain::id::{ChildId, GuardianId, StayId};
use naheya_domain::stay::StayState;
use naheya_domain::stay::ladder::Ladder;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::close::close;
use super::decide::{reason, within};
use super::hand::{is_early, not_the_carer, tell_early};
use super::told_family::{BACK, tell_family_of};
use super::{LATE_ANNOUNCED, TABLE, seen, state, tell_role};
use crate::custody::{self, Witness};
use crate::sealed::act::Act;
use crate::sealed::entity::{child, stay};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// The ladder that this stay climbs: its school's, put off by what the carer announced.
pub(super) async fn ladder(tx: &Tx, row: &stay::Model) -> Result<Ladder, Error> {
    let ladders = crate::alarm::Ladders::of(tx, std::slice::from_ref(row)).await?;
    Ok(crate::alarm::watched(row, None).ladder(ladders.of_stay(row)))
}

/// The carer says that they come later than agreed, she and all children of the party who are with her. The board and
/// the school's roll show it; family and coordinator are called a little later, within the school's bound, and nobody else: a
/// carer's word alone stops no alarm.
#[derive(Clone, Debug)]
pub struct AnnounceLate {
    /// The stay.
    pub stay: StayId,
    /// Minutes after the agreed time, 5 to 720.
    pub minutes: i64,
    /// Why, up to 200 characters; sealed.
    pub words: String,
}

impl Act for AnnounceLate {
    const NAME: &'static str = "stay.announce_late";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ReportCustody)?;
        let before = seen(tx, self.stay).await?;
        if !state(&before).is_away() {
            return Err(Error::refused("stay.step_impossible"));
        }
        let words = within(&self.words, 200, "late_words")?;
        if !(5..=720).contains(&self.minutes) {
            return Err(Error::field("late_minutes", "stay.late_minutes"));
        }
        let until = Timestamp(before.ends_at).plus_minutes(self.minutes);
        if until <= tx.now() {
            return Err(Error::field("late_minutes", "stay.late_in_past"));
        }
        let all = together(tx, &before).await?;
        for one in &all {
            let mut row = one.clone();
            row.late_until = Some(until.0);
            row.late_words_sealed = tx.seal_some(TABLE, "late_words_sealed", row.id, Some(words))?;
            tx.change::<stay::Entity>(one, row).await?;
        }
        tell_role(tx, LATE_ANNOUNCED, "coordinator", before.id, tx.now().0);
        for stay in one_of_each_class(tx, &all).await? {
            tell_role(tx, LATE_ANNOUNCED, "class_teacher", stay, tx.now().0);
        }
        Ok(())
    }
}

/// One of these for each class of the children, whose teacher sees no other class and hears it once.
async fn one_of_each_class(tx: &Tx, all: &[stay::Model]) -> Result<Vec<Uuid>, Error> {
    let children = tx.for_rule::<child::Entity>().among(all.iter().map(|one| one.child_id)).all(tx).await?;
    let class: HashMap<Uuid, Option<Uuid>> = children.into_iter().map(|child| (child.id, child.class_id)).collect();
    let mut seen = HashSet::new();
    let is_first = |one: &&stay::Model| seen.insert(class.get(&one.child_id).copied().flatten());
    Ok(all.iter().filter(is_first).map(|one| one.id).collect())
}

/// The stay, and its brothers and sisters who are away and due at the same hour: they come in the same car, and she says it once.
async fn together(tx: &Tx, row: &stay::Model) -> Result<Vec<stay::Model>, Error> {
    use stay::Column as S;
    let party = tx.visible::<stay::Entity>().and(S::PartyId.eq(row.party_id)).and(S::EndsAt.eq(row.ends_at));
    let mut party = party.by(S::Id).all(tx).await?;
    party.retain(|one| state(one).is_away());
    // The one of whom she says it stands for all of its class.
    party.sort_by_key(|one| one.id != row.id);
    Ok(party)
}

/// When they come, by the carer's own word, and why.
pub(super) fn announced(tx: &Tx, row: &stay::Model) -> Result<Option<(Timestamp, String)>, Error> {
    let Some(until) = row.late_until else { return Ok(None) };
    let words = tx.open_some(TABLE, "late_words_sealed", row.id, row.late_words_sealed.as_ref())?;
    Ok(Some((Timestamp(until), words.unwrap_or_default())))
}

/// A person of the office writes down what became of a late return. Hospital and police go into the
/// chain and leave the stay open until the child is back or with its family.
#[derive(Clone, Debug)]
pub struct CloseLate {
    /// The stay.
    pub stay: StayId,
    /// Where the child is.
    pub outcome: Outcome,
    /// Who of the family has the child, where it has.
    pub guardian: Option<GuardianId>,
    /// What was found out and done, 1 to 500 characters; sealed.
    pub reason: String,
}

impl Act for CloseLate {
    const NAME: &'static str = "stay.close_late";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        self.close(tx, None).await
    }
}

impl CloseLate {
    /// Closes it, where `other` of the family has the child: somebody who is not on file.
    async fn close(&self, tx: &Tx, other: Option<&str>) -> Result<(), Error> {
        crate::alarm::by_a_person(tx)?;
        let before = seen(tx, self.stay).await?;
        not_the_carer(tx, &before).await?;
        let words = reason(&self.reason, 500, "reason")?;
        let is_early = is_early(tx, &before).await?;
        let (mut row, next) = self.settle(tx, &before, other).await?;
        if is_early && next == StayState::Closed {
            tell_early(tx, &before).await?;
        }
        let again = row.clone();
        row.late_closed_by = Some(tx.account());
        row.late_closed_reason_sealed = Some(tx.seal(TABLE, "late_closed_reason_sealed", row.id, words)?);
        let row = tx.change::<stay::Entity>(&again, row).await?;
        crate::alarm::end(tx, &row, Alarm::is_late, Ended::Words, Some(words)).await?;
        if next == StayState::Closed { close(tx, row).await } else { Ok(()) }
    }
}

/// The same by somebody who has read the child's chain up to a link: what a colleague, the carer or the school wrote since is read
/// first. Else a child that is in hospital by now would be back at school by what was found out before.
#[derive(Clone, Debug)]
pub struct CloseLateSeen {
    /// What became of the return.
    pub close: CloseLate,
    /// The chain's length on the page ([`Desk::links`]); none where the page did not tell.
    pub links: Option<i32>,
    /// Who of the family has the child, where that is nobody on file: a name, 1 to 60 characters; sealed.
    pub other: Option<String>,
}

impl Act for CloseLateSeen {
    const NAME: &'static str = CloseLate::NAME;
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::CloseLateReturn)?;
        let row = seen(tx, self.close.stay).await?;
        if let Some(known) = self.links
            && known != links(tx, row.child_id).await?
        {
            return Err(Error::Stale);
        }
        let other = self.other.as_deref().map(|name| reason(name, 60, "guardian_name")).transpose()?;
        self.close.close(tx, other).await
    }
}

impl Desk {
    /// How many links the chain of a child has.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who closes no late return, [`Error::NotFound`], [`Error::Database`].
    pub async fn links(&self, child: ChildId) -> Result<i32, Error> {
        self.require(Action::CloseLateReturn)?;
        let tx = self.read();
        let child = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        links(&tx, child.id).await
    }
}

async fn links(tx: &Tx, child: Uuid) -> Result<i32, Error> {
    Ok(custody::newest(tx, &[child]).await?.first().map_or(0, |link| link.seq))
}

impl CloseLate {
    /// Brings the chain to what is so now; the row as it stands then, and the state to go to.
    async fn settle(
        &self,
        tx: &Tx,
        before: &stay::Model,
        other: Option<&str>,
    ) -> Result<(stay::Model, StayState), Error> {
        let (note, other) = (Some(self.reason.trim().to_owned()), other.map(str::to_owned));
        let guardian = self.guardian.map(|g| g.0);
        let witness = Witness { how: "staff", note, guardian, other, ..Witness::default() };
        let made = custody::carry_out(tx, before, Deed::Settle(self.outcome), &witness).await?;
        if made.state != StayState::Closed || state(before) == StayState::Returned {
            return Ok((before.clone(), made.state));
        }
        tell_family_of(tx, BACK, before).await?;
        let mut row = before.clone();
        row.returned_at = Some(tx.now().0);
        Ok((tx.change::<stay::Entity>(before, row).await?, made.state))
    }
}
