//! Hand-overs away from the school's gate: holidays begin and end at the family's, or at a base.

use naheya_domain::access::Action;
use naheya_domain::alarm::{Alarm, Ended, FAMILY_FIRST};
use naheya_domain::code::Code;
use naheya_domain::custody::{Event, Holder};
use naheya_domain::id::{ChildId, StayId};
use naheya_domain::stay::{RunsFrom, StayState};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::decide::reason;
use super::fact::start_of;
use super::hand::{ReleaseProof, ReleaseStay, confirm, not_the_carer};
use super::{code, seen, tell_carer, tell_role};
use crate::carer::has_stay;
use crate::custody::{self, Came, Witness};
use crate::sealed::act::Act;
use crate::sealed::entity::{child, stay};
use crate::sealed::tx::Tx;
use crate::wish::is_carer;
use crate::{Desk, Error, Submission};

/// The letter that says that the family has fetched a child whose weekend is about to begin.
const WITH_FAMILY: &str = "stay.with_family";

/// A child passes between school, family and base outside a stay: home for the holidays, and back. Who takes it home otherwise,
/// or lives there, says neither: it would be away, or go with her, by her word alone.
#[derive(Clone, Debug)]
pub struct PassChild {
    /// The child.
    pub child: ChildId,
    /// Who has it from now on.
    pub to: RunsFrom,
    /// Who brought and who received it, 2 to 200 characters; sealed.
    pub words: String,
}

impl Act for PassChild {
    const NAME: &'static str = "custody.pass";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        self.pass(tx, Witness::by("staff")).await
    }
}

impl PassChild {
    async fn pass(&self, tx: &Tx, witness: Witness) -> Result<(), Error> {
        tx.require(Action::HandOver)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        if is_carer(tx, child.id, None).await? {
            let code = if self.to == RunsFrom::Guardian { "stay.own_pass" } else { "stay.own_return" };
            return Err(Error::refused(code));
        }
        let words = reason(&self.words, 200, "words")?;
        let chain = custody::chain(tx, child.id).await?;
        let (from, to) = (chain.holder(), start_of(self.to));
        let event = match (from, to) {
            (Holder::School | Holder::Base, Holder::Guardian) => Event::GuardianPickUp,
            (Holder::Guardian, Holder::School | Holder::Base) => Event::HandBack,
            // With a volunteer, in hospital or with the police, other pages lead back.
            _ => return Err(Error::refused("custody.not_with_them")),
        };
        if chain.stay().is_some() {
            return Err(Error::refused("custody.not_with_them"));
        }
        let witness = Witness { note: Some(words.to_owned()), ..witness };
        custody::pass(tx, child.id, (event, to), &witness).await?;
        if to == Holder::Guardian { told_of_family(tx, child.id, words).await } else { Ok(()) }
    }
}

/// The same by somebody who says who of the family came: an adult on file, or somebody else by name.
#[derive(Clone, Debug)]
pub struct PassChildTo {
    /// The hand-over.
    pub pass: PassChild,
    /// Who came, where the child goes to its family.
    pub came: Came,
}

impl Act for PassChildTo {
    const NAME: &'static str = PassChild::NAME;
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::HandOver)?;
        let witness = Witness::by("staff");
        let witness = if self.pass.to == RunsFrom::Guardian { self.came.witness(witness)? } else { witness };
        self.pass.pass(tx, witness).await
    }
}

/// The family was there first: whoever is about to fetch the child hears of it before she stands at the gate, and the office,
/// which asks what becomes of the weekend. From then on nobody is called because nobody fetched it, and what rings already is
/// over; where the child goes to the teller's own home, somebody else ends it.
async fn told_of_family(tx: &Tx, child: Uuid, words: &str) -> Result<(), Error> {
    use stay::Column as C;
    let soon = Condition::all()
        .add(C::ChildId.eq(child))
        .add(C::State.eq(StayState::Approved.code()))
        .add(C::StartKind.ne(RunsFrom::Guardian.code()))
        .add(C::StartsAt.lt(tx.now().0 + FAMILY_FIRST))
        .add(C::EndsAt.gt(tx.now().0));
    for row in tx.for_rule::<stay::Entity>().and(soon).all(tx).await? {
        tell_role(tx, WITH_FAMILY, "coordinator", row.id, tx.now().0);
        tell_carer(tx, WITH_FAMILY, &row, tx.now().0).await?;
        if !has_stay(tx, &row).await? {
            crate::alarm::end(tx, &row, |a| a == Alarm::NotFetched, Ended::Words, Some(words)).await?;
        }
    }
    Ok(())
}

impl Desk {
    /// Who has a child now, for those who hand over.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn holder_of(&self, child: ChildId) -> Result<(String, Holder), Error> {
        self.require(Action::HandOver)?;
        let tx = self.read();
        let child = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        let holder = custody::chain(&tx, child.id).await?.holder();
        Ok((child.name, holder))
    }

    /// [`GiveToCarer`] once for its key; a wrong code is counted.
    ///
    /// # Errors
    /// As the act.
    pub async fn give(&self, act: GiveToCarer, submission: Submission) -> Result<(), Error> {
        match self.save_once(act, submission).await {
            Err(Error::Refused(refusal)) if refusal.code == "code.wrong" => {
                self.save(code::CountWrongCode).await?;
                Err(Error::Refused(refusal))
            }
            other => other,
        }
    }
}

/// A guardian hands the own child to the volunteer of a stay that begins at the family's, by the code
/// that she shows.
#[derive(Clone, Debug)]
pub struct GiveToCarer {
    /// The stay.
    pub stay: StayId,
    /// What she shows.
    pub code: Code,
}

impl Act for GiveToCarer {
    const NAME: &'static str = "stay.give";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::GiveConsent)?;
        let before = seen(tx, self.stay).await?;
        if before.start_kind != RunsFrom::Guardian.code() {
            return Err(Error::refused("stay.not_from_family"));
        }
        let proof = ReleaseProof::Code(self.code.clone());
        let act = ReleaseStay { stays: vec![self.stay], proof, witness: Witness::default() };
        act.release(tx, before).await
    }
}

/// A guardian has the own child back from a stay that ends at the family's.
#[derive(Clone, Debug)]
pub struct ReceiveFromCarer {
    /// The stay.
    pub stay: StayId,
}

impl Act for ReceiveFromCarer {
    const NAME: &'static str = "stay.receive";
    /// Whether the stay is closed; if not, it waits for the office's reason.
    type Answer = bool;

    async fn run(&self, tx: &Tx) -> Result<bool, Error> {
        tx.require(Action::GiveConsent)?;
        let before = seen(tx, self.stay).await?;
        if custody::port(&before.end_kind) != Holder::Guardian {
            return Err(Error::refused("stay.not_to_family"));
        }
        not_the_carer(tx, &before).await?;
        confirm(tx, &before, &Witness::by("sight")).await
    }
}
