//! `naheya simulate`: invented counties of any size, told from a seed, to try the program at the size of a nation.
//! A county is told in parts of a few hundred families, each an act of its own, so that memory stays flat; the records have
//! a trail and row states as those of every other county. Nothing happens this weekend: what is told lies behind.

use naheya_domain::level::Level;
use naheya_domain::{AreaId, Date, Timestamp};
use serde::{Deserialize, Serialize};

use super::calendar::{at, fridays, plus, this_friday};
use super::file::FileDraft;
use super::home::{CarerDraft, Stand};
use super::month::{MONTHS, SignPast};
use super::plan::{CarerPlan, Slot};
use super::story::{Before, Carer, Couple, Kid, Room, Staff, Story};
use super::{COUNTY, DemoMark, MARK};
use crate::sealed::act::Act;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{area, county, meta};
use crate::sealed::tx::Tx;
use crate::{Error, password};
use sea_orm::ColumnTrait;

/// Children of a school, and of a class: about as boarding schools have them.
const OF_SCHOOL: u32 = 600;
const OF_CLASS: u32 = 40;
/// Of a hundred children, those with a pair that goes on.
const PAIRED: u32 = 60;
/// Stays of one pair: every other weekend of eight years of school.
const MOST_STAYS: u32 = 120;
/// How much larger the largest county is than the smallest.
const UNEVEN: u64 = 50;
/// Counties after the first have codes that no place has: in regions whose two digits GB/T 2260 gives to nobody.
const REGIONS: [i32; 27] =
    [70, 72, 73, 74, 75, 76, 77, 78, 79, 80, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99];
/// Counties of an invented league.
const OF_LEAGUE: i32 = 12;
/// Most counties: their codes have six digits.
const MOST_COUNTIES: u32 = 9_000;

/// How much is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// Counties; the first is the demo's, the others have invented codes from 990001 on.
    pub counties: u32,
    /// Children in all; the largest county has fifty times as many as the smallest.
    pub children: u32,
    /// Closed stays in all, spread over the pairs as the children are over the counties.
    pub stays: u32,
    /// Whether the weekend that runs or comes next, and the one after it, are on their way too: requests, children at the
    /// gate and at home, as the hour says. They come on top of the closed stays.
    pub running: bool,
    /// The same seed, day and part tell the same records.
    pub seed: String,
    /// Children told in one act, at most; see [`Simulation::PART`].
    pub part: u32,
}

/// What has been told so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Counties begun.
    pub counties: u32,
    /// Children on file.
    pub children: u32,
    /// Pairs that go on.
    pub pairs: u32,
    /// Closed stays.
    pub stays: u32,
}

impl Told {
    fn and(self, more: Told) -> Told {
        Told {
            counties: self.counties + more.counties,
            children: self.children + more.children,
            pairs: self.pairs + more.pairs,
            stays: self.stays + more.stays,
        }
    }
}

impl Simulation {
    /// Children told in one act: some hundred megabytes of rows; with smaller parts the same pages of the indexes are written
    /// more often.
    pub const PART: u32 = 2_000;

    /// Whether it can be told: `simulate.counties`, `simulate.children` and `simulate.stays` say what is wrong.
    ///
    /// # Errors
    /// Refused with one of these.
    pub fn judge(&self) -> Result<(), Error> {
        if !(1..=MOST_COUNTIES).contains(&self.counties) {
            return Err(Error::refused("simulate.counties"));
        }
        if self.children < self.counties {
            return Err(Error::refused("simulate.children"));
        }
        let pairs = u64::from(self.children) * u64::from(PAIRED) / 100;
        // Small counties round down to fewer pairs: half of what fits on paper always does.
        if u64::from(self.stays) > pairs * u64::from(MOST_STAYS) / 2 {
            return Err(Error::refused("simulate.stays"));
        }
        Ok(())
    }

    /// Each county's part of `all`, the largest first.
    fn parts(&self, all: u32) -> Vec<u32> {
        let n = u64::from(self.counties);
        let weights: Vec<u64> = (0..n).map(|k| 50_000 * n / (n + (UNEVEN - 1) * k)).collect();
        in_parts(all, &weights)
    }
}

/// `all` in parts that stand to each other as the weights do and add up exactly.
fn in_parts(all: u32, weights: &[u64]) -> Vec<u32> {
    let sum = weights.iter().sum::<u64>().max(1);
    let (mut before, mut weight) = (0, 0);
    let mut parts = Vec::with_capacity(weights.len());
    for one in weights {
        weight += one;
        let until = u64::from(all) * weight / sum;
        parts.push(u32::try_from(until - before).unwrap_or(0));
        before = until;
    }
    parts
}

impl Store {
    /// Tells a simulation in a prepared, empty place and `says` after each part how far it has come. Everybody of the
    /// first county whose login is a role's code signs in with `password`; `naheya demo --data` serves the place.
    ///
    /// # Errors
    /// Refused by [`Simulation::judge`], or with `demo.not_empty` when the place holds records.
    pub async fn simulate(
        &self,
        what: &Simulation,
        password: &str,
        now: Timestamp,
        mut says: impl FnMut(Told) + Send,
    ) -> Result<Told, Error> {
        what.judge()?;
        if !self.counties(now).await?.is_empty() {
            return Err(Error::refused("demo.not_empty"));
        }
        let password_hash = password::hash(password).await?;
        let mut told = Told::default();
        let sizes = what.parts(what.children).into_iter().zip(what.parts(what.stays));
        for (n, (children, stays)) in (0..).zip(sizes) {
            let area = if n == 0 { COUNTY } else { invented(n) };
            let begin = BeginCounty { seed: what.seed.clone(), password_hash: password_hash.clone(), n, children };
            let ground = self.as_system(SystemTask::Demo, area, now).save(begin).await?;
            told.counties += 1;
            for families in families(what, area, &ground, (children, stays)) {
                let part = self.as_system(SystemTask::Demo, area, now).save(families).await?;
                told = told.and(part);
                says(told);
            }
            let signed = SignPast { leader: ground.staff.leader, months: MONTHS };
            self.as_system(SystemTask::Demo, area, now).save(signed).await?;
        }
        let mark = DemoMark { password: password.to_owned(), day: now.date().to_string(), ahead: 0 };
        self.as_system(SystemTask::Demo, COUNTY, now).save(PutMark { mark }).await?;
        self.tend().await?;
        Ok(told)
    }
}

/// The code of the n-th county after the first.
fn invented(n: i32) -> AreaId {
    let regions = i32::try_from(REGIONS.len()).unwrap_or(1);
    let region = usize::try_from((n - 1) % regions).ok().and_then(|place| REGIONS.get(place)).copied().unwrap_or(99);
    let within = (n - 1) / regions;
    AreaId(region * 10_000 + (1 + within / OF_LEAGUE) * 100 + 1 + within % OF_LEAGUE)
}

/// The parts of a county.
fn families(what: &Simulation, area: AreaId, ground: &Ground, (children, stays): (u32, u32)) -> Vec<Families> {
    let count = children.div_ceil(what.part.max(1)).max(1);
    let sizes = in_parts(children, &vec![1; count as usize]);
    let mut before = 0;
    let mut all = Vec::new();
    for (part, (children, stays)) in (0..).zip(sizes.iter().zip(in_parts(stays, &vec![1; sizes.len()]))) {
        all.push(Families {
            seed: format!("{}|{area}|{part}", what.seed),
            ground: ground.clone(),
            before,
            children: *children,
            stays,
            running: what.running,
        });
        before += children;
    }
    all
}

/// Who and what the families of a county meet.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Ground {
    staff: Staff,
    rooms: Vec<Room>,
    login_end: String,
}

/// Opens a county with its office, schools, classes and teachers.
struct BeginCounty {
    seed: String,
    password_hash: String,
    n: i32,
    children: u32,
}

impl Act for BeginCounty {
    const NAME: &'static str = "simulate.begin";
    type Answer = Ground;

    async fn run(&self, tx: &Tx) -> Result<Ground, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        self.open(tx).await?;
        let (ground, rows) = {
            let seed = format!("{}|{}", self.seed, tx.area());
            let mut story = Story::begin(tx, &seed, self.password_hash.clone());
            story.before.login_end = if self.n == 0 { String::new() } else { format!("-{}", tx.area()) };
            if self.n == 0 {
                story.staff();
                story.above("region", "示例自治区妇联", Level::Region);
                story.above("nation", "示例全国妇联", Level::Nation);
            } else {
                story.office();
            }
            story.schools_for(self.children)?;
            let ground =
                Ground { staff: story.staff, rooms: story.rooms.clone(), login_end: story.before.login_end.clone() };
            (ground, story.rows)
        };
        rows.write(tx).await?;
        Ok(ground)
    }
}

impl BeginCounty {
    async fn open(&self, tx: &Tx) -> Result<(), Error> {
        let (code, name) = (tx.area().to_string(), format!("示例第{}旗", self.n));
        let name = naheya_domain::area_code::County::known(&code).map_or(name, |known| known.name().to_owned());
        if self.n > 0 {
            let mut rows = vec![area_row(code.clone(), name.clone(), "county")];
            for (level, word, digits) in [(Level::Region, "province", 2), (Level::League, "city", 4)] {
                let above: String = level.above(tx.area()).to_string().chars().take(digits).collect();
                let known = tx.common::<area::Entity>().and(area::Column::Code.eq(above.as_str())).first(tx).await?;
                if known.is_none() {
                    rows.push(area_row(above.clone(), format!("示例{above}地区"), word));
                }
            }
            tx.insert_all::<area::Entity>(rows).await?;
        }
        let opened_at = tx.now().0;
        tx.insert::<county::Entity>(county::Model { area_id: tx.area_id(), code, name, opened_at }).await
    }
}

fn area_row(code: String, name: String, level: &str) -> area::Model {
    area::Model { code, name, level: level.to_owned(), parent: None, retired_into: None, own: true }
}

/// Some hundred children with their families, the carers of some, and what lies behind each pair.
struct Families {
    seed: String,
    ground: Ground,
    before: u32,
    children: u32,
    stays: u32,
    running: bool,
}

impl Act for Families {
    const NAME: &'static str = "simulate.tell";
    type Answer = Told;

    async fn run(&self, tx: &Tx) -> Result<Told, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let (told, rows) = {
            let mut story = Story::begin(tx, &self.seed, String::new());
            story.staff = self.ground.staff;
            story.rooms.clone_from(&self.ground.rooms);
            let before = self.before as usize;
            let login_end = self.ground.login_end.clone();
            story.before = Before { files: before, carers: before, accounts: before, login_end };
            let told = story.families(self.children, self.stays, self.running)?;
            (told, story.rows)
        };
        rows.write(tx).await?;
        Ok(told)
    }
}

struct PutMark {
    mark: DemoMark,
}

impl Act for PutMark {
    const NAME: &'static str = "simulate.end";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let value = serde_json::to_string(&self.mark).map_err(|_| Error::Database("mark".into()))?;
        tx.insert::<meta::Entity>(meta::Model { key: MARK.to_owned(), value }).await
    }
}

impl Story<'_> {
    /// Schools of nine grades for so many children.
    fn schools_for(&mut self, children: u32) -> Result<(), Error> {
        let schools = children.div_ceil(OF_SCHOOL).max(1);
        let sections = (children / schools).div_ceil(9 * OF_CLASS).max(1);
        for n in 1..=schools {
            let school = self.school(&format!("示例第{n}学校"), "100")?;
            for grade in 1..=9 {
                for section in 1..=sections {
                    let demo_class = n == 1 && grade == 4 && section == 1;
                    self.class(school, grade, section as usize, demo_class && self.before.login_end.is_empty());
                }
            }
        }
        Ok(())
    }

    fn families(&mut self, children: u32, stays: u32, running: bool) -> Result<Told, Error> {
        let kids = (0..children).map(|_| self.any_child()).collect::<Result<Vec<Kid>, Error>>()?;
        let pairs = (children * PAIRED).div_ceil(100);
        let behind = in_parts(stays, &vec![1; pairs as usize]);
        let friday = plus(this_friday(self.today), -7);
        let weekends = fridays(plus(friday, -8 * 365), friday);
        for (n, (kid, count)) in kids.iter().zip(behind).enumerate() {
            let (couple, is_this) = self.pair_behind(kid, count, &weekends)?;
            if running {
                self.any_weekend(n, &couple, is_this)?;
            }
        }
        Ok(Told { counties: 0, children, pairs, stays })
    }

    fn any_child(&mut self) -> Result<Kid, Error> {
        let birth = plus(self.today, -self.lot.between(2_700, 5_300));
        let age = i64::from(naheya_domain::calendar_date::age_on(birth, self.today));
        let room = self.room_for(age).or_else(|| self.rooms.first().copied());
        let room = room.ok_or(Error::refused("simulate.children"))?;
        let (han, stale) = (self.lot.chance(45), self.lot.chance(5));
        let opened = plus(self.today, -self.lot.between(30, 1_800));
        let draft = FileDraft { birth, han, state: "enrolled", opened, gone_on: None, room, stale, is_demo: false };
        self.file(draft, None)
    }

    /// A carer for the child and `count` weekends behind them, every other one back from the last; and whether the weekend
    /// that runs or comes next is theirs.
    fn pair_behind(&mut self, kid: &Kid, count: u32, weekends: &[Date]) -> Result<(Couple, bool), Error> {
        let skipped = self.lot.below(2);
        let mut days: Vec<Date> =
            weekends.iter().rev().skip(skipped).step_by(2).take(count as usize).copied().collect();
        days.reverse();
        let begun = plus(days.first().copied().unwrap_or(self.today), -self.lot.between(25, 60));
        let carer = self.any_carer(begun)?;
        let slot = Slot { carer: 0, child: 0, begun, ended: None, state: "active" };
        let couple = self.couple(&slot, &carer, kid, None);
        for (n, friday) in days.iter().enumerate() {
            self.weekend_behind(&couple, *friday, n % 3 == 0)?;
        }
        Ok((couple, skipped == 1))
    }

    fn any_carer(&mut self, begun: Date) -> Result<Carer, Error> {
        let joined = plus(begun, -self.lot.between(25, 90));
        let plan = CarerPlan { han: self.lot.chance(52), joined, left: None, running: true, two_children: false };
        self.carer(CarerDraft { plan, stand: Stand::Approved, ends_in: None, is_demo: false })
    }

    fn weekend_behind(&mut self, couple: &Couple, friday: Date, asked: bool) -> Result<(), Error> {
        let party = self.lot.id(at(plus(friday, -4), 20, 0));
        let stay = self.closed_stay(couple, friday, party, true)?;
        if asked {
            self.talk_after(couple, stay, friday, false)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::lot::Lot;

    fn of(counties: u32, children: u32, stays: u32) -> Simulation {
        Simulation { counties, children, stays, seed: "1".into(), part: Simulation::PART, running: false }
    }

    #[test]
    fn parts_add_up_and_the_largest_county_has_about_fifty_times_the_smallest() {
        let parts = of(2_844, 1_000_000, 0).parts(1_000_000);
        assert_eq!(parts.iter().sum::<u32>(), 1_000_000);
        let (most, least) = (parts.iter().max().copied().unwrap_or(0), parts.iter().min().copied().unwrap_or(0));
        assert!((45..=55).contains(&(most / least.max(1))), "{most} to {least}");
        assert_eq!(of(1, 10, 0).parts(10), [10]);
    }

    #[test]
    fn invented_counties_have_codes_of_their_own() {
        let all: std::collections::BTreeSet<i32> = (1..9_000).map(|n| invented(n).0).collect();
        assert_eq!(all.len(), 8_999);
        assert!(all.iter().all(|code| Level::of(AreaId(*code)) == Level::County && *code > 700_000));
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        assert!(of(1, 100, 100).judge().is_ok());
        assert!(of(0, 100, 100).judge().is_err());
        assert!(of(10_000, 100_000, 0).judge().is_err());
        assert!(of(10, 9, 0).judge().is_err());
        assert!(of(1, 100, 1_000_000).judge().is_err());
    }

    #[test]
    fn the_lots_of_two_parts_differ() {
        let today = Timestamp(1_795_000_000_000).date();
        assert_ne!(Lot::new("1|150825|0", today).below(1_000_000), Lot::new("1|150825|1", today).below(1_000_000));
    }
}
