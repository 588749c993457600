//! Homes for one child of a round: in order with reasons, and those struck out under the first rule.
//! Who said no stays hidden; ethnic group takes no part.

use std::collections::{BTreeMap, HashMap};

use naheya_domain::access::Action;
use naheya_domain::candidate::{Bar, Reason, Weights, fit, reasons};
use naheya_domain::choice::{Side, Slip};
use naheya_domain::id::{ChildId, RoundId};
use uuid::Uuid;

use crate::round::field::{Entrant, Field, Host};
use crate::round::{Places, RoundChild, RoundHome, child_shown, home_shown};
use crate::{Desk, Error};

/// A home that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The home.
    pub home: RoundHome,
    /// What speaks for it ([`Reason::record`]) …
    pub reasons: Vec<String>,
    /// … and what has to be asked first.
    pub questions: Vec<String>,
    /// Whether it stands on the child's slip.
    pub wished: bool,
}

/// Homes that one rule strikes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Struck {
    /// The rule.
    pub bar: Bar,
    /// How many homes stand under it as the first that applies.
    pub count: usize,
    /// Their names; empty where the rule keeps them hidden.
    pub names: Vec<String>,
}

/// What the weight of language does to the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// The home's name.
    pub name: String,
    /// Its place with the weight, from 1.
    pub with: usize,
    /// Its place without.
    pub without: usize,
}

/// The candidates of a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidates {
    /// The child.
    pub child: RoundChild,
    /// The child's slip.
    pub slip: Slip,
    /// Homes that may be chosen, in order.
    pub homes: Vec<Candidate>,
    /// Homes struck out, by rule; a home is counted once.
    pub struck: Vec<Struck>,
    /// Homes in the round.
    pub total: usize,
    /// The home that the weight of language moves most; none when it moves nobody.
    pub language: Option<Shift>,
}

impl Desk {
    /// Homes for one child of a round. The child's file itself is not opened.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn candidates(&self, round: RoundId, child: ChildId, weights: Weights) -> Result<Candidates, Error> {
        self.require(Action::RunRound)?;
        let tx = self.read();
        let field = Field::load(&tx, round).await?;
        let entrant = field.child(child.0).ok_or(Error::NotFound)?;
        let places = Places::load(&tx).await?;
        let open = ordered(&field, entrant, weights);
        let slip = field.slip(Side::Child, child.0);
        let wished = |h: &Host| slip.wishes.iter().flatten().any(|n| *n == h.row.number);
        Ok(Candidates {
            child: child_shown(&tx, &field, entrant, &places)?,
            homes: open.iter().map(|h| shown(&field, entrant, h, wished(h))).collect(),
            struck: struck(&field, entrant),
            total: field.homes.len(),
            language: shift(&field, entrant, weights),
            slip,
        })
    }
}

/// Homes that no rule strikes out, best first, equal ones by number.
fn ordered<'a>(field: &'a Field, child: &Entrant, weights: Weights) -> Vec<&'a Host> {
    let mut open: Vec<&Host> = field.homes.iter().filter(|h| field.bar(child, h).is_none()).collect();
    open.sort_by_key(|h| (-fit(&child.facts, &h.facts, weights), h.row.number));
    open
}

fn shown(field: &Field, child: &Entrant, home: &Host, wished: bool) -> Candidate {
    let (questions, reasons): (Vec<Reason>, Vec<Reason>) =
        reasons(&child.facts, &home.facts).into_iter().partition(Reason::asks);
    Candidate {
        home: home_shown(field, home),
        reasons: reasons.iter().map(Reason::record).collect(),
        questions: questions.iter().map(Reason::record).collect(),
        wished,
    }
}

fn struck(field: &Field, child: &Entrant) -> Vec<Struck> {
    let mut by_bar: BTreeMap<Bar, Vec<&Host>> = BTreeMap::new();
    for home in &field.homes {
        if let Some(bar) = field.bar(child, home) {
            by_bar.entry(bar).or_default().push(home);
        }
    }
    let names = |bar: Bar, homes: &[&Host]| {
        if bar.names_homes() { homes.iter().map(|h| h.volunteer.name.clone()).collect() } else { Vec::new() }
    };
    by_bar.into_iter().map(|(bar, homes)| Struck { bar, count: homes.len(), names: names(bar, &homes) }).collect()
}

/// The home whose place differs most without the weight of language.
fn shift(field: &Field, child: &Entrant, weights: Weights) -> Option<Shift> {
    let with = ordered(field, child, weights);
    let without = ordered(field, child, Weights { language: 0, ..weights });
    let places: HashMap<Uuid, usize> = without.iter().map(|h| h.volunteer.id).zip(1..).collect();
    let moved = (1..).zip(&with).filter_map(|(a, h)| {
        let b = *places.get(&h.volunteer.id)?;
        (b > a).then(|| Shift { name: h.volunteer.name.clone(), with: a, without: b })
    });
    moved.max_by_key(|s| s.without - s.with)
}
