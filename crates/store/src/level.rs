//! Figures of the areas below (product.md rule 9): what counties signed, summed up to league, region and nation, and
//! suppressed together. A picture of a month is made once and shown until an edition is signed.
//!
//! A month is shown from its tenth day after on ([`Month::totals_at`]): its totals are made of what was signed before,
//! and never move; a few minutes pass before anybody sees them, so that no signature is still on its way. Whoever saw a
//! number before it had to be withheld, or a total without a county and then with it, could subtract. What is signed later
//! is shown in its county's own row. What was told of a month is kept (`telling`), and the months after it are told so that
//! all of them together give nothing back.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use naheya_domain::access::Action;
use naheya_domain::figure::{Figure, Shown};
use naheya_domain::level::{Level, lies_in, parent};
use naheya_domain::measure::{Measure, Measures};
use naheya_domain::person_name::PersonName;
use naheya_domain::snapshot::{Month, SnapshotState};
use naheya_domain::suppression::{Area, Published, lasts, waits};
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role, Timestamp};
use sea_orm::ColumnTrait;

use crate::account::{self, Login, NewAccount};
use crate::grant::{self, NewGrant};
use crate::sealed::act::Act;
use crate::sealed::entity::{area, county, snapshot};
use crate::sealed::nation;
use crate::sealed::tx::Tx;
use crate::slip::{self, SlipId};
use crate::snapshot::{numbers, stamp};
use crate::{Desk, Error};

mod telling;
mod vacant;

/// The name of what lies above all regions; the code list begins below it.
const NATION: &str = "全国";
/// Months of which hours and talks are told.
const QUARTER: i32 = 3;
/// Fewer talks than this have no share: one held in time would be told by it.
const FEW_TALKS: i64 = 5;

/// How a county stands with a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    /// Signed.
    Signed,
    /// Signed after its totals were made: in its own row only.
    Late,
    /// Signed again with other numbers after its totals were made: these hold what was signed before.
    Corrected,
    /// Somebody above has asked to check it.
    Asked,
    /// Not signed, and not due yet.
    Open,
    /// Not signed, though due.
    Missing,
    /// Not signed, though due, and there is no leader who could.
    Vacant,
    /// Not signed, and over before the county was opened: nobody could.
    Before,
}

impl Reported {
    /// The word in texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Reported::Signed => "signed",
            Reported::Late => "late",
            Reported::Corrected => "corrected",
            Reported::Asked => "asked",
            Reported::Open => "open",
            Reported::Missing => "missing",
            Reported::Vacant => "vacant",
            Reported::Before => "before",
        }
    }
}

/// One area as the levels above see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelRow {
    /// Its number; see [`Level`].
    pub area: AreaId,
    /// Its name, or its digits where no list has a name.
    pub name: String,
    /// What may be told of people; empty before the totals, and where nothing was signed in time for them.
    pub told: Vec<(Figure, Shown)>,
    /// Credited hours of the last three months.
    pub hours: Option<i64>,
    /// Talks held in time of those due in the last three months, in percent; none when there were fewer than five.
    pub on_time: Option<i64>,
    /// Counties that are kept here.
    pub counties: usize,
    /// Those of them that have signed.
    pub reported: usize,
    /// Those of them of which the totals are made.
    pub summed: usize,
    /// How a county stands; none for what lies above.
    pub state: Option<Reported>,
}

impl LevelRow {
    /// One figure, when it is told at all.
    #[must_use]
    pub fn get(&self, figure: Figure) -> Option<Shown> {
        self.told.iter().find(|(one, _)| *one == figure).map(|(_, shown)| *shown)
    }
}

/// An area and what lies directly in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelPage {
    /// The month.
    pub month: Month,
    /// From when figures are shown, while that lies ahead.
    pub from: Option<Timestamp>,
    /// The area itself.
    pub own: LevelRow,
    /// The areas above it that the viewer may open, highest first.
    pub above: Vec<(AreaId, String)>,
    /// What lies in it, by code; nothing in a county.
    pub rows: Vec<LevelRow>,
}

/// A month of the whole nation, ready to be shown.
#[derive(Debug)]
pub(crate) struct Picture {
    rows: BTreeMap<AreaId, LevelRow>,
    /// From the tenth day on.
    totals: Option<Totals>,
}

/// What was summed up, and what of it may be told. What is signed later does not move it, so the long work of
/// suppression is done once a month.
#[derive(Clone, Debug)]
struct Totals {
    summed: Arc<Vec<Summed>>,
    published: Arc<Published>,
}

/// An area with its place in the tree and its counts of people.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Summed {
    area: AreaId,
    parent: Option<usize>,
    counts: Vec<(Figure, i64)>,
    /// Whether everybody reads its figures on the public page.
    public: bool,
}

/// Pictures that have been made, by month, with what they were made from.
pub(crate) type Pictures = HashMap<(Month, bool, bool), (String, Arc<Picture>)>;

impl Desk {
    /// The figures of an area at or below the viewer's own, for a month that is over.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever is not of a level above; [`Error::NotFound`] for areas elsewhere, and for those in
    /// which no county is kept.
    pub async fn level(&self, area: AreaId, month: Month) -> Result<LevelPage, Error> {
        self.require(Action::SeeLevels)?;
        let own = self.viewer().area;
        if !lies_in(area, own) || !month.is_over(self.now().date()) {
            return Err(Error::NotFound);
        }
        let picture = self.drawn(month).await?;
        let Some(mut here) = picture.rows.get(&area).cloned() else { return Err(Error::NotFound) };
        let within = picture.rows.values().filter(|row| parent(row.area) == Some(area));
        let mut rows: Vec<LevelRow> = within.cloned().collect();
        vacant::tell(&self.read(), rows.iter_mut().chain([&mut here])).await?;
        let mut above: Vec<(AreaId, String)> = std::iter::successors(parent(area), |a| parent(*a))
            .take_while(|a| lies_in(*a, own))
            .filter_map(|a| Some((a, picture.rows.get(&a)?.name.clone())))
            .collect();
        above.reverse();
        let from = Some(month.shown_at()).filter(|at| *at > self.now());
        Ok(LevelPage { month, from, own: here, above, rows })
    }

    /// The same for a file. That it leaves the house stands in the trail first.
    ///
    /// # Errors
    /// As [`Desk::level`].
    pub async fn level_out(&self, area: AreaId, month: Month) -> Result<LevelPage, Error> {
        let page = self.level(area, month).await?;
        self.left("snapshots").await?;
        Ok(page)
    }

    /// The same person at a county below, to ask it something.
    ///
    /// # Errors
    /// [`Error::Forbidden`], or [`Error::NotFound`] for a county elsewhere or not kept here.
    pub async fn below(&self, area: AreaId) -> Result<Desk, Error> {
        self.require(Action::SeeLevels)?;
        let known = self.store().county(&self.read(), area).await?.is_some();
        if !known || !lies_in(area, self.viewer().area) {
            return Err(Error::NotFound);
        }
        let mut viewer = self.viewer().clone();
        viewer.area = area;
        Ok(self.store().desk(viewer, self.now()))
    }

    async fn drawn(&self, month: Month) -> Result<Arc<Picture>, Error> {
        let tx = self.read();
        let stamp = stamp(&tx).await?;
        let (drawn, late) = (self.now() >= month.shown_at(), month.is_late(self.now().date()));
        let key = (month, drawn, late);
        let before = self.store().picture(&key);
        if let Some((made_from, picture)) = &before
            && *made_from == stamp
        {
            return Ok(Arc::clone(picture));
        }
        let totals = before.and_then(|(_, picture)| picture.totals.clone());
        let picture = Arc::new(draw(self, &tx, month, totals).await?);
        self.store().keep_picture(key, (stamp, Arc::clone(&picture)));
        Ok(picture)
    }
}

/// What a county said of a month.
#[derive(Default)]
struct Said {
    /// The edition that the totals are made of.
    in_totals: Option<Measures>,
    newest: Option<(Measures, SnapshotState)>,
}

impl Said {
    fn of(editions: &[&snapshot::Model], totals_at: Timestamp) -> Said {
        let before = editions.iter().filter(|row| row.signed_at < totals_at.0).max_by_key(|row| row.edition);
        let newest = editions.iter().max_by_key(|row| row.edition);
        Said {
            in_totals: before.map(|row| numbers(row)),
            newest: newest.map(|row| (numbers(row), SnapshotState::parse(&row.state).unwrap_or(SnapshotState::Signed))),
        }
    }

    /// What the county says since its totals were made, where that is something else.
    fn after_totals(&self) -> Option<Measures> {
        let (newest, _) = self.newest.as_ref()?;
        (self.in_totals.as_ref() != Some(newest)).then_some(*newest)
    }

    fn reported(&self, month: Month, opened_at: Timestamp, now: Timestamp) -> Reported {
        match (&self.newest, &self.in_totals) {
            (Some((_, SnapshotState::Asked)), _) => Reported::Asked,
            (Some(_), Some(_)) if self.after_totals().is_some() => Reported::Corrected,
            (Some(_), Some(_)) => Reported::Signed,
            (Some(_), None) => Reported::Late,
            (None, _) if month.is_over(opened_at.date()) => Reported::Before,
            (None, _) if month.is_late(now.date()) => Reported::Missing,
            (None, _) => Reported::Open,
        }
    }
}

/// An area on its way into the picture.
struct Node {
    area: AreaId,
    parent: Option<usize>,
    /// What the totals are made of.
    total: Measures,
    /// What has come in the last three months, of counties that signed before and after them; none while no county did.
    quarter: Option<Measures>,
    counties: usize,
    reported: usize,
    /// Counties of which the totals are made.
    summed: usize,
}

/// Draws a month; with the totals of the picture before, when there was one.
async fn draw(desk: &Desk, tx: &Tx, month: Month, known: Option<Totals>) -> Result<Picture, Error> {
    let now = desk.now();
    let counties = tx.common::<county::Entity>().by(county::Column::AreaId).all(tx).await?;
    let earlier = month.earlier(QUARTER);
    let rows = nation::editions(tx, [month.to_string(), earlier.to_string()]).await?;
    let mut editions: HashMap<(i32, &str), Vec<&snapshot::Model>> = HashMap::new();
    for row in &rows {
        editions.entry((row.area_id, row.month.as_str())).or_default().push(row);
    }
    let (this, before) = (month.to_string(), earlier.to_string());
    let said = |area: i32, of: &str, at| editions.get(&(area, of)).map(|all| Said::of(all, at)).unwrap_or_default();
    let told: Vec<(&county::Model, Said, Said)> = counties
        .iter()
        .map(|c| (c, said(c.area_id, &this, month.totals_at()), said(c.area_id, &before, earlier.totals_at())))
        .collect();
    let nodes = tree(&told);
    let drawn = now >= month.shown_at();
    let totals = if drawn { Some(protected(desk, month, &nodes, &public(&counties), known).await?) } else { None };
    let is_late = drawn && told.iter().any(|(_, this, _)| this.after_totals().is_some());
    let hidden = if is_late { telling::hidden(tx).await? } else { HashSet::new() };
    let published = totals.as_ref().map(|totals| totals.published.as_ref());
    let names = names(tx, &counties).await?;
    let said: HashMap<AreaId, &(&county::Model, Said, Said)> = told.iter().map(|t| (AreaId(t.0.area_id), t)).collect();
    let row = |(place, node): (usize, &Node)| {
        let mut row = above(node, place, published, &names);
        if let Some((county, this, before)) = said.get(&node.area) {
            let hides = u32::try_from(node.area.0).is_ok_and(|code| hidden.contains(&code));
            own_words(&mut row, this, before, drawn, hides);
            row.state = Some(this.reported(month, Timestamp(county.opened_at), now));
        }
        (row.area, row)
    };
    let rows = nodes.iter().enumerate().map(row).collect();
    Ok(Picture { rows, totals })
}

/// The areas that have a county in them, each after the one it lies in, with their sums.
fn tree(told: &[(&county::Model, Said, Said)]) -> Vec<Node> {
    let mut sums: BTreeMap<(Level, AreaId), Node> = BTreeMap::new();
    for (county, this, before) in told {
        let total = this.in_totals.unwrap_or_default();
        let quarter = this.in_totals.zip(before.in_totals).map(|(now, then)| now.since(&then));
        for level in [Level::Nation, Level::Region, Level::League, Level::County] {
            let area = level.above(AreaId(county.area_id));
            let blank = || Node {
                area,
                parent: None,
                total: Measures::default(),
                quarter: None,
                counties: 0,
                reported: 0,
                summed: 0,
            };
            let node = sums.entry((level, area)).or_insert_with(blank);
            node.total.add_all(&total);
            if let Some(more) = &quarter {
                node.quarter.get_or_insert_default().add_all(more);
            }
            node.counties += 1;
            node.reported += usize::from(this.newest.is_some());
            node.summed += usize::from(this.in_totals.is_some());
        }
    }
    let places: HashMap<AreaId, usize> = sums.keys().enumerate().map(|(place, (_, area))| (*area, place)).collect();
    let mut nodes: Vec<Node> = sums.into_values().collect();
    for node in &mut nodes {
        node.parent = parent(node.area).and_then(|above| places.get(&above).copied());
    }
    nodes
}

/// The figures of people.
fn people(total: &Measures) -> Vec<(Figure, i64)> {
    Figure::ALL.into_iter().filter_map(|figure| Some((figure, total.get(Measure::of_figure(figure)?)))).collect()
}

/// The counties whose figures stand or may have stood on the public page. It shows the one that was opened first; in earlier
/// builds it showed the one with the smallest number, of those that were open. A county that is opened later so changes no month
/// that was told.
fn public(counties: &[county::Model]) -> Vec<AreaId> {
    let mut by_age: Vec<&county::Model> = counties.iter().collect();
    by_age.sort_by_key(|county| (county.opened_at, county.area_id));
    let mut least = i32::MAX;
    by_age.retain(|county| {
        let is_first = county.area_id < least;
        least = least.min(county.area_id);
        is_first
    });
    by_age.into_iter().map(|county| AreaId(county.area_id)).collect()
}

/// What is told of the totals: as it was before, or as it is kept.
async fn protected(
    desk: &Desk,
    month: Month,
    nodes: &[Node],
    public: &[AreaId],
    before: Option<Totals>,
) -> Result<Totals, Error> {
    let summed = summed(nodes, public);
    if let Some(totals) = before.filter(|totals| *totals.summed == summed) {
        return Ok(totals);
    }
    let published = telling::published(desk, month, &summed).await?;
    Ok(Totals { summed: Arc::new(summed), published: Arc::new(published) })
}

/// The areas with what was counted in them; of whoever has not signed there is no count.
fn summed(nodes: &[Node], public: &[AreaId]) -> Vec<Summed> {
    let summed = |node: &Node| Summed {
        area: node.area,
        parent: node.parent,
        counts: if node.summed > 0 { people(&node.total) } else { Vec::new() },
        public: public.contains(&node.area),
    };
    nodes.iter().map(summed).collect()
}

fn areas(summed: &[Summed]) -> Vec<Area<'_>> {
    let areas = summed.iter().map(|one| Area {
        code: u32::try_from(one.area.0).unwrap_or_default(),
        parent: one.parent,
        counts: &one.counts,
        public: one.public,
    });
    areas.collect()
}

fn above(node: &Node, place: usize, published: Option<&Published>, names: &HashMap<AreaId, String>) -> LevelRow {
    let shown = published.filter(|_| node.summed > 0);
    LevelRow {
        area: node.area,
        name: names.get(&node.area).cloned().unwrap_or_else(|| node.area.to_string()),
        told: shown.map(|all| all.area(place).collect()).unwrap_or_default(),
        hours: shown.and(node.quarter).map(|quarter| quarter.minutes().div_euclid(60)),
        on_time: shown.and(node.quarter).and_then(|quarter| share(&quarter)),
        counties: node.counties,
        reported: node.reported,
        summed: node.summed,
        state: None,
    }
}

/// What a county's own row says. An edition that came after the totals is told by itself; but what had to be withheld
/// stays so, because the new number is nearly the old one. Where any month hides something of the county, or this edition
/// does, a new number of a figure that lasts waits for the next month, which is told together with all others.
fn own_words(row: &mut LevelRow, this: &Said, before: &Said, drawn: bool, hides: bool) {
    let Some((newest, _)) = this.newest.filter(|_| drawn) else {
        (row.told, row.hours, row.on_time) = (Vec::new(), None, None);
        return;
    };
    if this.after_totals().is_some() {
        let old = std::mem::take(&mut row.told);
        let new = people(&newest);
        let hides = hides || waits(&new);
        let tell = |(figure, count)| {
            let before = old.iter().find(|(one, _)| *one == figure).map(|(_, shown)| *shown);
            let shown = match before {
                Some(Shown::Withheld) => Shown::Withheld,
                Some(told) if told == Shown::of_people(count) => told,
                _ if hides && lasts(figure) => Shown::Withheld,
                _ => Shown::of_people(count),
            };
            (figure, shown)
        };
        row.told = new.into_iter().map(tell).collect();
    }
    let then = before.newest.map(|(then, _)| then);
    row.hours = then.map(|then| newest.since(&then).minutes().div_euclid(60));
    row.on_time = then.and_then(|then| share(&newest.since(&then)));
}

fn share(quarter: &Measures) -> Option<i64> {
    let due = quarter.get(Measure::TalksDue);
    (due >= FEW_TALKS).then(|| (quarter.get(Measure::TalksOnTime) * 100 + due / 2).div_euclid(due))
}

/// Names of the counties, and of what they lie in.
async fn names(tx: &Tx, counties: &[county::Model]) -> Result<HashMap<AreaId, String>, Error> {
    let mut names: HashMap<AreaId, String> =
        counties.iter().map(|county| (AreaId(county.area_id), county.name.clone())).collect();
    names.insert(AreaId::NATION, NATION.to_owned());
    let levels = area::Column::Level.is_in(["province", "city"]);
    for row in tx.common::<area::Entity>().and(levels).all(tx).await? {
        if let Ok(area) = format!("{:0<6}", row.code).parse() {
            names.insert(AreaId(area), row.name);
        }
    }
    Ok(names)
}

/// The machine's keeper lets somebody of a level above the counties in; the desk stands in that level's area.
#[derive(Clone, Debug)]
pub struct InviteAbove {
    /// User name.
    pub login: String,
    /// The person's name.
    pub name: String,
}

impl Act for InviteAbove {
    const NAME: &'static str = "level.invite";
    type Answer = SlipId;

    async fn run(&self, tx: &Tx) -> Result<SlipId, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        if Level::of(tx.area()) == Level::County {
            return Err(Error::refused("level.county"));
        }
        let new = NewAccount {
            login: Login::parse(&self.login).map_err(|code| Error::field("login", code))?,
            phone: None,
            name: PersonName::parse(&self.name).map_err(|code| Error::field("name", code))?,
            language: "zh-Hans".to_owned(),
        };
        let id = account::open(tx, &new).await?;
        let (role, place, from_on) = (Role::HigherLevel, Place::County, tx.now().date());
        grant::give(tx, id, &NewGrant { role, place, from_on, to_on: None }).await?;
        slip::write(tx, id, "first").await
    }
}
