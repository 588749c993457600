//! The county by town and gacha: its children by how far they are, its volunteers, who is responsible, its stations,
//! follow-ups that are late. Counted live, each in one question; every number is that of the list it leads to.

use std::collections::{HashMap, HashSet};

use futures_util::future::{try_join_all, try_join3};
use naheya_domain::access::Action;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use crate::area::AreaRow;
use crate::charge::{Charge, in_charge};
use crate::child::{ChildView, in_view};
use crate::sealed::entity::{child, follow_up, household, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::station::{Station, open_stations};
use crate::{Desk, Error};

/// The word that lists take for "in no town of the county".
pub const NOWHERE: &str = "none";

/// What is counted for an area and everything in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Children with a pair that is settling or active.
    pub paired: i64,
    /// Enrolled children without a pair.
    pub waiting: i64,
    /// Children who are not taken in yet.
    pub applying: i64,
    /// Children who rest, or whose pair does.
    pub paused: i64,
    /// Volunteers who are approved, by their home.
    pub volunteers: i64,
    /// Follow-ups past their due time, by the child's home.
    pub late: i64,
}

impl Counts {
    /// Everybody who has not left.
    #[must_use]
    pub fn children(&self) -> i64 {
        self.paired + self.waiting + self.applying + self.paused
    }

    fn add(&mut self, other: &Counts) {
        self.paired += other.paired;
        self.waiting += other.waiting;
        self.applying += other.applying;
        self.paused += other.paused;
        self.volunteers += other.volunteers;
        self.late += other.late;
    }

    fn is_nothing(&self) -> bool {
        *self == Counts::default()
    }
}

/// A town or gacha on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridLine {
    /// Which.
    pub area: AreaRow,
    /// Its numbers, with those of the gachas in it.
    pub counts: Counts,
    /// Who is responsible for it today, station keepers included.
    pub people: Vec<Charge>,
    /// Its stations that are open today.
    pub stations: Vec<Station>,
}

impl GridLine {
    /// Nobody is responsible for it: a gap. Whose charge is one station of it, in whatever duty, is not responsible for the area,
    /// and neither is whose account was closed.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        self.area.retired_into.is_none() && !self.people.iter().any(Charge::answers)
    }

    /// It was merged away, and files of children or homes still name it or what lies in it: whoever is responsible for what took
    /// its place does not see them.
    #[must_use]
    pub fn is_left_behind(&self) -> bool {
        self.area.retired_into.is_some() && !self.counts.is_nothing()
    }

    /// Whether it stands, or records still name it: children, volunteers, people or open stations.
    fn is_named(&self) -> bool {
        let empty = self.counts.is_nothing() && self.people.is_empty() && self.stations.is_empty();
        self.area.retired_into.is_none() || !empty
    }
}

/// The county by town.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Every town, each followed by its gachas. What was merged away stands only while records name it.
    pub lines: Vec<GridLine>,
    /// What lies in no town of the county, or where nobody wrote the town down.
    pub nowhere: Counts,
    /// The whole county.
    pub all: Counts,
}

#[derive(FromQueryResult)]
struct ByTown {
    bucket: Option<String>,
    n: i64,
}

impl Desk {
    /// The county by town and gacha. In a very large county, where counting takes long, its numbers are at most a minute old;
    /// who has the charge of what is never old.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep the grid.
    pub async fn grid(&self) -> Result<Grid, Error> {
        self.require(Action::KeepGrid)?;
        let count = |desk: Desk| async move { counted(&desk.read()).await };
        let counted = self.remembered_behind("grid", String::new(), count).await?;
        grid(&self.read(), &counted).await
    }

    /// The county by town for a file. Who took it out, and whose name stands in it, is kept in the trail first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn grid_out(&self) -> Result<Grid, Error> {
        self.require(Action::Export)?;
        self.require(Action::KeepGrid)?;
        let tx = self.read();
        let grid = grid(&tx, &counted(&tx).await?).await?;
        let ids: Vec<Uuid> = grid.lines.iter().flat_map(|line| line.people.iter().map(|one| one.id.0)).collect();
        self.looked("charges", ids, "export", None).await?;
        Ok(grid)
    }
}

async fn grid(tx: &Tx, counted: &ByCode) -> Result<Grid, Error> {
    let areas = crate::area::grid(tx).await?;
    let mut people = by(in_charge(tx).await?, |one| one.town_code.clone());
    let mut stations = by(open_stations(tx).await?, |one| one.town_code.clone());
    let mut nowhere = Counts::default();
    let mut all = Counts::default();
    for (code, counts) in counted {
        all.add(counts);
        if !code.as_ref().is_some_and(|code| areas.iter().any(|a| code.starts_with(&a.code))) {
            nowhere.add(counts);
        }
    }
    let line = |area: AreaRow| GridLine {
        counts: within(counted, &area.code),
        people: people.remove(&area.code).unwrap_or_default(),
        stations: stations.remove(&area.code).unwrap_or_default(),
        area,
    };
    let mut lines: Vec<GridLine> = areas.into_iter().map(line).collect();
    // A gacha is shown in its town: of a town that was merged away, too.
    let around: HashSet<String> = lines.iter().filter(|l| l.is_named()).map(|l| l.area.parent.clone()).collect();
    lines.retain(|l| l.is_named() || around.contains(&l.area.code));
    Ok(Grid { lines, nowhere, all })
}

fn by<T>(all: Vec<T>, key: impl Fn(&T) -> String) -> HashMap<String, Vec<T>> {
    let mut found: HashMap<String, Vec<T>> = HashMap::new();
    for one in all {
        found.entry(key(&one)).or_default().push(one);
    }
    found
}

type ByCode = HashMap<Option<String>, Counts>;

fn within(counted: &ByCode, area: &str) -> Counts {
    let mut sum = Counts::default();
    for (code, counts) in counted {
        if code.as_ref().is_some_and(|code| code.starts_with(area)) {
            sum.add(counts);
        }
    }
    sum
}

/// Where a number of children goes.
type Slot = fn(&mut Counts) -> &mut i64;

/// Every number by the code that stands in the record. Side by side: most look through a table of the county from end to end.
async fn counted(tx: &Tx) -> Result<ByCode, Error> {
    let put: [(ChildView, Slot); 4] = [
        (ChildView::Paired, |c| &mut c.paired),
        (ChildView::Waiting, |c| &mut c.waiting),
        (ChildView::Applying, |c| &mut c.applying),
        (ChildView::Paused, |c| &mut c.paused),
    ];
    let views = try_join_all(put.map(|(view, _)| children(tx, view)));
    let (views, volunteers, late) = try_join3(views, volunteers(tx), late(tx)).await?;
    let mut counted = ByCode::new();
    for ((_, slot), rows) in put.into_iter().zip(views) {
        for row in rows {
            *slot(counted.entry(row.bucket).or_default()) = row.n;
        }
    }
    for row in volunteers {
        counted.entry(row.bucket).or_default().volunteers = row.n;
    }
    for row in late {
        counted.entry(row.bucket).or_default().late = row.n;
    }
    Ok(counted)
}

async fn children(tx: &Tx, view: ChildView) -> Result<Vec<ByTown>, Error> {
    use child::Column as C;
    let rows = tx.visible::<child::Entity>().and(in_view(tx, view));
    rows.bucketed(at(C::TownCode), &[], vec![(C::Id.count().cast_as("bigint"), "n")], tx).await
}

async fn volunteers(tx: &Tx) -> Result<Vec<ByTown>, Error> {
    use volunteer::Column as V;
    let homes = tx.for_rule::<household::Entity>();
    let columns = [household::Column::Id, household::Column::TownCode];
    tx.visible::<volunteer::Entity>()
        .and(V::State.eq(VolunteerState::Approved.code()))
        .beside(homes, columns, same(household::Column::Id, V::HouseholdId))
        .bucketed(at(household::Column::TownCode), &[], vec![(V::Id.count().cast_as("bigint"), "n")], tx)
        .await
}

async fn late(tx: &Tx) -> Result<Vec<ByTown>, Error> {
    use follow_up::Column as F;
    let children = tx.visible::<child::Entity>();
    let columns = [child::Column::Id, child::Column::TownCode];
    tx.visible::<follow_up::Entity>()
        .and(F::State.eq("due"))
        .and(F::DueAt.lt(tx.now().0))
        .beside(children, columns, same(child::Column::Id, F::ChildId))
        .bucketed(at(child::Column::TownCode), &[], vec![(F::Id.count().cast_as("bigint"), "n")], tx)
        .await
}
