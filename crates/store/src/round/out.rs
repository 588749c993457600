//! A round as a file shows it: who takes part with what they wished for, and what it came to. Wishes are told by the
//! numbers of the round; a refusal is told to nobody.

use naheya_domain::access::Action;
use naheya_domain::choice::Side;
use naheya_domain::id::{ChildId, RoundId};

use super::field::{Entrant, Field, Host};
use super::{Places, RoundChild, RoundHome, child_shown, home_shown};
use crate::Error;
use crate::run::{LeftChild, LeftHome, ResultRow, results_of};
use crate::sealed::tx::Tx;

/// Somebody of a round, with the wishes as they are typed (`3, 5=7`); none while the slip is not in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoundPerson {
    /// A child.
    Child(RoundChild, Option<String>),
    /// A home.
    Home(RoundHome, Option<String>),
}

impl RoundPerson {
    /// Which child, where it is one.
    #[must_use]
    pub fn child(&self) -> Option<ChildId> {
        match self {
            RoundPerson::Child(child, _) => Some(child.id),
            RoundPerson::Home(..) => None,
        }
    }
}

/// What a round came to for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoundOutcome {
    /// A child and a home.
    Pair(Box<ResultRow>),
    /// A child without a home.
    LeftChild(LeftChild),
    /// A home without a child.
    LeftHome(LeftHome),
}

impl RoundOutcome {
    /// Which child, where one stands in it.
    #[must_use]
    pub fn child(&self) -> Option<ChildId> {
        match self {
            RoundOutcome::Pair(row) => Some(row.child.id),
            RoundOutcome::LeftChild(left) => Some(left.child.id),
            RoundOutcome::LeftHome(_) => None,
        }
    }
}

/// Who takes part: children by number, then homes by number.
pub(crate) async fn people_out(tx: &Tx, id: RoundId) -> Result<Vec<RoundPerson>, Error> {
    tx.require(Action::RunRound)?;
    let field = Field::load(tx, id).await?;
    let places = Places::load(tx).await?;
    let wishes = |side: Side, who| field.has_slip(side, who).then(|| field.slip(side, who).wishes_text());
    let child = |c: &Entrant| -> Result<RoundPerson, Error> {
        Ok(RoundPerson::Child(child_shown(tx, &field, c, &places)?, wishes(Side::Child, c.child.id)))
    };
    let home = |h: &Host| RoundPerson::Home(home_shown(&field, h), wishes(Side::Volunteer, h.volunteer.id));
    let mut people = field.children.iter().map(child).collect::<Result<Vec<_>, _>>()?;
    people.extend(field.homes.iter().map(home));
    Ok(people)
}

/// What it came to: pairs as the page has them, then who is left. Nothing before the first run.
pub(crate) async fn outcomes_out(tx: &Tx, id: RoundId) -> Result<Vec<RoundOutcome>, Error> {
    let Some(found) = results_of(tx, id).await? else { return Ok(Vec::new()) };
    let pairs = found.rows.into_iter().map(|row| RoundOutcome::Pair(Box::new(row)));
    let children = found.left_children.into_iter().map(RoundOutcome::LeftChild);
    let homes = found.left_homes.into_iter().map(RoundOutcome::LeftHome);
    Ok(pairs.chain(children).chain(homes).collect())
}
