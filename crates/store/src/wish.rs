//! Children's own words on whether they want to go.

use naheya_domain::access::Action;
use naheya_domain::id::{ChildId, StayId, WishId};
use uuid::Uuid;

use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, stay, volunteer, wish};
use crate::sealed::tx::Tx;
use crate::stay::fact::Claim;

const TABLE: &str = "wishes";

/// What a child said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Wants to.
    Yes,
    /// Does not want to.
    No,
    /// Does not know, or did not say.
    Unsure,
}

impl Answer {
    /// The answer with this code: `yes`, `no`, `unsure`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Answer> {
        match code {
            "yes" => Some(Answer::Yes),
            "no" => Some(Answer::No),
            "unsure" => Some(Answer::Unsure),
            _ => None,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::Unsure => "unsure",
        }
    }
}

/// Somebody other than the carer has asked the child, and writes down its own words.
#[derive(Clone, Debug)]
pub struct RecordWish {
    /// The child.
    pub child: ChildId,
    /// The stay it was asked about; none for the term.
    pub stay: Option<StayId>,
    /// The answer.
    pub answer: Answer,
    /// The child's own words, up to 500 characters; sealed.
    pub words: String,
    /// Whether nobody of the home could hear.
    pub alone: bool,
}

impl Act for RecordWish {
    const NAME: &'static str = "wish.record";
    type Answer = WishId;

    async fn run(&self, tx: &Tx) -> Result<WishId, Error> {
        tx.require(Action::RecordWish)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        if let Some(id) = self.stay {
            let stay = tx.visible::<stay::Entity>().id(id).one(tx).await?;
            if stay.child_id != child.id {
                return Err(Error::NotFound);
            }
            not_by_carer(tx, &Claim::of(&stay, &[])).await?;
        }
        let words = self.words.trim();
        if words.chars().count() > 500 {
            return Err(Error::field("words", "text.too_long"));
        }
        let id = Uuid::now_v7();
        tx.insert::<wish::Entity>(wish::Model {
            area_id: tx.area_id(),
            id,
            child_id: child.id,
            occasion: if self.stay.is_some() { "stay" } else { "term" }.into(),
            stay_id: self.stay.map(|s| s.0),
            round_id: None,
            answer: self.answer.code().into(),
            words_sealed: tx.seal_some(TABLE, "words_sealed", id, Some(words))?,
            asked_by: tx.account(),
            asked_at: tx.now().0,
            alone: self.alone,
        })
        .await?;
        Ok(WishId(id))
    }
}

/// A teacher may be a volunteer too; then somebody else asks.
async fn not_by_carer(tx: &Tx, claim: &Claim) -> Result<(), Error> {
    let carer = tx.for_rule::<volunteer::Entity>().id(claim.volunteer).first(tx).await?;
    if carer.and_then(|v| v.account_id) == Some(tx.account()) {
        return Err(Error::refused("wish.asked_by_carer"));
    }
    Ok(())
}
