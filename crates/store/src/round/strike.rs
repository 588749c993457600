//! What the rules take out of a round before it is worked out, and what a leader may lift for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use naheya_domain::access::Action;
use naheya_domain::candidate::{Bar, BetweenFacts, bar};
use naheya_domain::child::short_text;
use naheya_domain::choice::Side;
use naheya_domain::id::{ChildId, RoundId, VolunteerId};
use uuid::Uuid;

use super::card;
use super::field::{Entrant, Field, Host};
use crate::account::display_names;
use crate::sealed::act::Act;
use crate::sealed::entity::round_child;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// What one rule takes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strike {
    /// The rule, as the first that applies.
    pub bar: Bar,
    /// Homes that it takes from at least one child who waits.
    pub homes: usize,
    /// Wishes of children that it takes.
    pub wishes: usize,
    /// Homes that it takes, by number; empty where the rule keeps them hidden.
    pub names: Vec<(VolunteerId, String)>,
}

/// Brothers and sisters who must stay together, as far as they wait in the round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// One of them.
    pub child: ChildId,
    /// Their names, by number.
    pub names: Vec<String>,
    /// Homes with room for all of them.
    pub roomy: usize,
    /// Why a leader lets them part in this round; none while they must stay together.
    pub apart: Option<String>,
    /// Which leader.
    pub apart_by: Option<String>,
}

/// What the rules take out of a round, and the groups that a leader may let part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strikes {
    /// By rule, in the order in which rules are asked.
    pub rules: Vec<Strike>,
    /// Groups that must stay together, or had to.
    pub groups: Vec<Group>,
}

impl Desk {
    /// What the rules take out of a round now, before it is worked out.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn strikes(&self, round: RoundId) -> Result<Strikes, Error> {
        self.require(Action::RunRound)?;
        let tx = self.read();
        let field = Field::load(&tx, round).await?;
        let leaders = display_names(&tx, field.children.iter().map(|child| child.row.apart_by)).await?;
        Ok(Strikes { rules: rules(&field), groups: groups(&tx, &field, &leaders)? })
    }
}

#[derive(Default)]
struct Count {
    homes: BTreeSet<i32>,
    wishes: usize,
}

/// Children of whom the same is known are asked for once: thousands times thousands would be millions of questions.
fn rules(field: &Field) -> Vec<Strike> {
    let mut counts: BTreeMap<Bar, Count> = BTreeMap::new();
    let waiting = || field.children.iter().filter(|c| !c.facts.paired);
    let alike: BTreeMap<_, &Entrant> =
        waiting().map(|c| ((c.facts.state.code(), c.facts.consent, c.facts.together), c)).collect();
    for (child, home) in alike.values().flat_map(|child| field.homes.iter().map(move |home| (child, home))) {
        if let Some(bar) = bar(&child.facts, &home.facts, BetweenFacts::default()) {
            counts.entry(bar).or_default().homes.insert(home.row.number);
        }
    }
    let both = |(child, home)| Some((field.child(child).filter(|c| !c.facts.paired)?, field.home(home)?));
    for (child, home) in field.apart().filter_map(both) {
        if let Some(bar) = field.bar(child, home) {
            counts.entry(bar).or_default().homes.insert(home.row.number);
        }
    }
    let by_number: HashMap<i32, &Host> = field.homes.iter().map(|home| (home.row.number, home)).collect();
    for child in waiting() {
        let slip = field.slip(Side::Child, child.child.id);
        let wished: BTreeSet<i32> = slip.wishes.into_iter().flatten().collect();
        for bar in wished.iter().filter_map(|n| field.bar(child, by_number.get(n)?)) {
            counts.entry(bar).or_default().wishes += 1;
        }
    }
    let named = |count: &Count| {
        let homes = field.homes.iter().filter(|h| count.homes.contains(&h.row.number));
        homes.map(|h| (VolunteerId(h.volunteer.id), h.volunteer.name.clone())).collect()
    };
    let shown = counts.iter().map(|(bar, count)| Strike {
        bar: *bar,
        homes: count.homes.len(),
        wishes: count.wishes,
        names: if bar.names_homes() { named(count) } else { Vec::new() },
    });
    shown.collect()
}

fn groups(tx: &Tx, field: &Field, leaders: &HashMap<Uuid, String>) -> Result<Vec<Group>, Error> {
    let mut all: BTreeMap<Uuid, Vec<&Entrant>> = BTreeMap::new();
    for child in field.children.iter().filter(|c| !c.facts.paired) {
        if let Some((group, must)) = child.group
            && (must || child.row.apart_reason.is_some())
        {
            all.entry(group).or_default().push(child);
        }
    }
    let whole = all.into_values().filter(|members| members.len() > 1);
    let mut shown = Vec::new();
    for members in whole {
        let Some(first) = members.first() else { continue };
        let room = u32::try_from(members.len()).unwrap_or(u32::MAX);
        let apart = members.iter().find(|c| c.row.apart_reason.is_some());
        shown.push(Group {
            child: ChildId(first.child.id),
            names: members.iter().map(|c| c.child.name.clone()).collect(),
            roomy: field.homes.iter().filter(|h| h.facts.free >= room).count(),
            apart: apart.map(|c| card::apart(tx, &c.row)).transpose()?.flatten(),
            apart_by: members.iter().find_map(|c| leaders.get(&c.row.apart_by?).cloned()),
        });
    }
    Ok(shown)
}

/// A leader lets brothers and sisters who must stay together come into two homes, in this round alone, or takes that
/// back.
#[derive(Clone, Debug)]
pub struct LetPart {
    /// Which round.
    pub round: RoundId,
    /// One of them.
    pub child: ChildId,
    /// Why; none takes it back.
    pub reason: Option<String>,
}

impl Act for LetPart {
    const NAME: &'static str = "round.let_part";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::LiftRule)?;
        let field = Field::load(tx, self.round).await?;
        if !field.state().may_run() {
            return Err(Error::refused("run.closed"));
        }
        let reason = match &self.reason {
            None => None,
            Some(typed) => {
                let read = short_text(typed, 200).map_err(|code| Error::field("reason", code))?;
                Some(read.ok_or_else(|| Error::field("reason", "required.missing"))?)
            }
        };
        let child = field.child(self.child.0).ok_or(Error::NotFound)?;
        // A group that is free to part needs nobody's leave.
        let bound = child.group.filter(|(_, must)| *must || child.row.apart_reason.is_some());
        let Some((group, _)) = bound else { return Err(Error::refused("round.no_group")) };
        for member in field.children.iter().filter(|c| c.group.is_some_and(|(g, _)| g == group)) {
            let after = card::parted(tx, &member.row, reason.as_deref())?;
            tx.change::<round_child::Entity>(&member.row, after).await?;
        }
        Ok(())
    }
}
