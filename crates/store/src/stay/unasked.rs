//! A request that came to nothing because nobody had asked the child: the office hears of it, so that somebody asks.

use naheya_domain::access::Action;
use naheya_domain::stay::NewStay;
use naheya_domain::stay::gate::{ChildWord, Gate};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::request::claims;
use crate::Error;
use crate::sealed::act::Act;
use crate::sealed::entity::outbox;
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::sealed::visible::{is, is_one_of};
use crate::sign_in::APART;

/// The letter about a child who was not asked.
const KIND: &str = "stay.child_not_asked";
/// Who asks again and again within these days is heard once.
const ONCE_IN: i64 = 3 * 24 * 3_600_000;

/// Tells the coordinators which of the children of a refused request nobody has asked. It says nothing of what else stands
/// against the request: whether a concern is open makes no difference here (product.md rule 2). Returns of how many children
/// somebody had to be told.
#[derive(Clone, Debug)]
pub struct TellNotAsked {
    /// What was asked for.
    pub new: NewStay,
}

impl Act for TellNotAsked {
    const NAME: &'static str = "stay.tell_not_asked";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        tx.require(Action::RequestStay)?;
        let (claims, dossier) = claims(tx, &self.new).await?;
        let unasked = claims.iter().filter(|c| dossier.facts(c, Gate::Booking).child == ChildWord::NotAsked);
        let mut told = 0;
        for claim in unasked {
            if !was_told(tx, claim.child).await? {
                tell(tx, claim.child);
                told += 1;
            }
        }
        Ok(told)
    }
}

/// What was told before the clock was set back lies ahead, and is not taken for news of these days.
async fn was_told(tx: &Tx, child: Uuid) -> Result<bool, Error> {
    use outbox::Column as C;
    let lately = tx.for_rule::<outbox::Entity>().and(is_one_of(C::State, &["queued", "sent", "failed"]));
    let lately = lately.and(C::DueAt.gt(tx.now().0 - ONCE_IN)).and(C::DueAt.lte(tx.now().0 + APART));
    let of_child = lately.and(is(C::Kind, KIND)).and(C::RefId.eq(child));
    Ok(of_child.first(tx).await?.is_some())
}

fn tell(tx: &Tx, child: Uuid) {
    tx.notify(Letter {
        kind: KIND,
        to_account: None,
        to_role: Some("coordinator"),
        to_person: None,
        about: ("children", Some(child)),
        due_at: tx.now().0,
    });
}
