//! The county's table for print, counted town by town from the records behind the figures of the report.

use std::collections::{HashMap, HashSet};

use futures_util::future::try_join3;
use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::figure::{Audience, Figures, Shown};
use naheya_domain::sex::Sex;
use naheya_domain::tabulation::{Counts, Equation, Item, of_child, of_pair, of_volunteer};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::area::{AreaRow, town_of};
use crate::figure::{approved, is_mixed, not_ended, one_if, supported, with_both_sides};
use crate::sealed::entity::{child, household, pair, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::{Desk, Error, figure};

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLine {
    /// The town; none for what lies in no town of the county, or where nobody wrote the town down.
    pub town: Option<AreaRow>,
    /// Its numbers.
    pub counts: Counts,
}

/// The table of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tabulation {
    /// Every town by code; what lies in none comes last, when there is something.
    pub lines: Vec<TableLine>,
    /// The whole county.
    pub total: Counts,
    /// The figures of the report, counted beside.
    pub figures: Figures,
}

impl Tabulation {
    /// The equations, each with whether it holds in every line and in the total.
    #[must_use]
    pub fn equations(&self) -> Vec<(Equation, bool)> {
        let lines = || self.lines.iter().map(|line| &line.counts).chain([&self.total]);
        Equation::ALL.into_iter().map(|equation| (equation, lines().all(|line| equation.holds(line)))).collect()
    }

    /// The columns that are a figure of the report, each with whether its total is that figure.
    #[must_use]
    pub fn agreements(&self) -> Vec<(Item, bool)> {
        let told = |item: Item| {
            let figure = item.figure()?;
            Some((item, self.figures.get(figure) == Some(Shown::Exact(self.total.get(item)))))
        };
        Item::ALL.into_iter().filter_map(told).collect()
    }

    /// Whether everything agrees.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.equations().iter().all(|(_, holds)| *holds) && self.agreements().iter().all(|(_, holds)| *holds)
    }
}

#[derive(FromQueryResult)]
struct ChildFact {
    id: Uuid,
    town_code: Option<String>,
    sex: String,
    ethnic: Option<String>,
    birth_on: Option<String>,
}

#[derive(FromQueryResult)]
struct PairFact {
    child_id: Uuid,
    /// One when it goes on.
    runs: i32,
    /// One when exactly one side is Han.
    mixed: i32,
}

#[derive(FromQueryResult)]
struct Carer {
    ethnic: Option<String>,
    town_code: Option<String>,
}

impl Desk {
    /// The table as of a day, exact: it is the county's own paper.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody but the county's own office.
    pub async fn tabulation(&self, as_of: Date) -> Result<Tabulation, Error> {
        self.require(Action::SeeReport)?;
        if self.audience() != Audience::County {
            return Err(Error::Forbidden);
        }
        let tx = self.read();
        // Side by side: each looks through another table of the county from end to end.
        let facts = try_join3(children(&tx, as_of), pairs(&tx, as_of), carers(&tx, as_of));
        let (towns, figures, facts) = try_join3(self.towns(), self.figures(as_of), facts).await?;
        let counted = counted(as_of, &towns, facts);
        let mut total = Counts::default();
        counted.values().for_each(|counts| total.add(counts));
        let of = |town: Option<AreaRow>| TableLine {
            counts: counted.get(&town.as_ref().map(|town| town.code.as_str())).copied().unwrap_or_default(),
            town,
        };
        let nowhere = Some(of(None)).filter(|line| !line.counts.is_nothing());
        // A town that was merged into another stands only while records name it.
        let stands = |line: &TableLine| {
            line.town.as_ref().is_some_and(|town| town.retired_into.is_none()) || !line.counts.is_nothing()
        };
        let lines = towns.iter().cloned().map(|town| of(Some(town))).filter(stands).chain(nowhere).collect();
        Ok(Tabulation { lines, total, figures })
    }
}

impl Desk {
    /// The same for a file. That it leaves stands in the trail first.
    ///
    /// # Errors
    /// As [`Desk::tabulation`].
    pub async fn tabulation_out(&self, as_of: Date) -> Result<Tabulation, Error> {
        let table = self.tabulation(as_of).await?;
        self.left(figure::OUT).await?;
        Ok(table)
    }
}

type ByTown<'a> = HashMap<Option<&'a str>, Counts>;
type Facts = (Vec<ChildFact>, Vec<PairFact>, Vec<Carer>);

fn counted(as_of: Date, towns: &[AreaRow], (children, pairs, carers): Facts) -> ByTown<'_> {
    let town_of = |code: Option<&str>| town_of(towns, code);
    let home: HashMap<Uuid, Option<&str>> =
        children.iter().map(|child| (child.id, town_of(child.town_code.as_deref()))).collect();
    let mut counted = ByTown::new();
    let mut paired = HashSet::new();
    for pair in &pairs {
        let runs = pair.runs == 1;
        if runs {
            paired.insert(pair.child_id);
        }
        let town = home.get(&pair.child_id).copied().flatten();
        counted.entry(town).or_default().count(of_pair(runs, pair.mixed == 1));
    }
    for child in &children {
        let birth = child.birth_on.as_ref().and_then(|day| day.parse().ok());
        let (sex, in_pair) = (Sex::from_standard_code(&child.sex), paired.contains(&child.id));
        let items = of_child(sex, child.ethnic.as_deref(), birth, in_pair, as_of);
        counted.entry(home.get(&child.id).copied().flatten()).or_default().count(items);
    }
    for carer in carers {
        let town = town_of(carer.town_code.as_deref());
        counted.entry(town).or_default().count(of_volunteer(carer.ethnic.as_deref()));
    }
    counted
}

async fn children(tx: &Tx, as_of: Date) -> Result<Vec<ChildFact>, Error> {
    use child::Column as C;
    let columns = [C::Id, C::TownCode, C::Sex, C::Ethnic, C::BirthOn];
    tx.for_rule::<child::Entity>().and(supported(tx, as_of)).columns(columns, tx).await
}

/// The pairs ever begun, each read once with both sides.
async fn pairs(tx: &Tx, as_of: Date) -> Result<Vec<PairFact>, Error> {
    let picked = vec![
        (at(pair::Column::ChildId), "child_id"),
        (one_if(not_ended(as_of)), "runs"),
        (one_if(is_mixed()), "mixed"),
    ];
    with_both_sides(tx, as_of).pick(picked, tx).await
}

/// The volunteers of the day, each with the town of her home.
async fn carers(tx: &Tx, as_of: Date) -> Result<Vec<Carer>, Error> {
    use {household::Column as H, volunteer::Column as V};
    tx.for_rule::<volunteer::Entity>()
        .and(approved(as_of))
        .beside(tx.for_rule::<household::Entity>(), [H::Id, H::TownCode], same(H::Id, V::HouseholdId))
        .pick(vec![(at(V::Ethnic), "ethnic"), (at(H::TownCode), "town_code")], tx)
        .await
}
