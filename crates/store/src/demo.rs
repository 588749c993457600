//! The demo's story: an invented banner, told from a seed and a day, whose records add up to the
//! programme's figures. Written into an empty county in one act, an emergency that lies behind in a second
//! one and the signed months in a third, so that trail and row states are what they are for every other county.

use naheya_domain::setting::SettingKey;
use naheya_domain::{AreaId, Refusal, Timestamp};
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::installation::open_county;
use crate::sealed::act::Act;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{account, child, meta, pair, setting};
use crate::sealed::tx::Tx;
use crate::sign_in::META_DEMO as MARK;
use crate::{Error, password};

mod calendar;
mod clock;
mod file;
mod glass;
mod grid;
mod home;
mod lot;
mod month;
mod name;
mod notice;
mod past;
mod place;
mod plan;
mod round;
mod sign_in;
mod simulate;
mod stay;
mod story;
mod term;
mod weekend;
mod worry;

use calendar::{at, plus};
use file::FileDraft;
use home::{CarerDraft, Stand};
use plan::{CarerPlan, LONG_AWAY, Plan, Slot, WEEKEND, WORRY};
pub use simulate::{Simulation, Told};
use story::{Carer, Couple, Kid, Story};

/// The county in which the story plays: 乌拉特后旗.
pub const COUNTY: AreaId = AreaId(150_825);
/// The coordinator's number: no office has it.
const OFFICE_PHONE: &str = "0478-5550001";
/// New families of the running round, and the children who take part in it.
const FAMILIES: usize = 20;
const ROUND_CHILDREN: usize = 24;
/// Children met by talks alone, and files just opened.
const TALKED_TO: usize = 46;
const APPLYING: usize = 10;

/// What the records of a demo say of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoMark {
    /// The password of every account whose login is a role's code.
    pub password: String,
    /// The day the story was told for, `YYYY-MM-DD`.
    pub day: String,
    /// How far its clock is ahead of the wall's, in milliseconds; see [`Store::put_demo_clock`].
    #[serde(default)]
    pub ahead: i64,
}

impl Store {
    /// Whether these records are a demo; its mark, if so.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn demo_mark(&self, now: Timestamp) -> Result<Option<DemoMark>, Error> {
        let tx = self.as_system(SystemTask::Demo, COUNTY, now).read();
        let kept = tx.common::<meta::Entity>().and(meta::Column::Key.eq(MARK)).first(&tx).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept.value).ok()))
    }

    /// Makes an empty place ready for a demo, or an older demo for this program. The tables of other records are not a demo's
    /// to change.
    ///
    /// # Errors
    /// `demo.not_empty` when the place holds other records; else those of [`Store::upgrade`].
    pub async fn prepare_demo(&self, now: Timestamp) -> Result<(), Error> {
        let is_other = self.keeps_records(now).await? && self.demo_mark(now).await?.is_none();
        if is_other && !self.counties(now).await?.is_empty() {
            return Err(Error::refused("demo.not_empty"));
        }
        self.upgrade(now).await
    }

    /// Tells the story of `seed` for the day of `now` in a prepared, empty place. Everybody whose
    /// login is a role's code signs in with `password`.
    ///
    /// # Errors
    /// Refused with `demo.not_empty` when the place holds records.
    pub async fn tell_demo(&self, seed: &str, password: &str, now: Timestamp) -> Result<(), Error> {
        let desk = self.as_system(SystemTask::Demo, COUNTY, now);
        let password_hash = password::hash(password).await?;
        let mark = DemoMark { password: password.to_owned(), day: now.date().to_string(), ahead: 0 };
        let leader = desk.save(TellDemo { seed: seed.to_owned(), password_hash, mark }).await?;
        let evening = self.as_system(SystemTask::Demo, COUNTY, glass::evening(now));
        evening.save(glass::PastGlass).await?;
        desk.save(month::SignPast { leader, months: month::MONTHS }).await
    }
}

struct TellDemo {
    seed: String,
    password_hash: String,
    mark: DemoMark,
}

impl Act for TellDemo {
    const NAME: &'static str = "demo.tell";
    type Answer = Uuid;

    async fn run(&self, tx: &Tx) -> Result<Uuid, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let somebody = tx.common::<account::Entity>().first(tx).await?.is_some();
        if somebody || tx.for_rule::<child::Entity>().first(tx).await?.is_some() {
            return Err(Refusal::new("demo.not_empty").into());
        }
        // In the same act: a county without its story, left by a start that was ended half way, would be somebody else's.
        open_county(tx).await?;
        let (leader, rows) = {
            let mut story = Story::begin(tx, &self.seed, self.password_hash.clone());
            story.tell()?;
            (story.staff.leader, story.rows)
        };
        notice::letters(tx, &rows);
        rows.write(tx).await?;
        let (key, value) = (SettingKey::OfficePhone.code().to_owned(), OFFICE_PHONE.to_owned());
        tx.insert::<setting::Entity>(setting::Model { area_id: tx.area_id(), key, value, version: 1 }).await?;
        let value = serde_json::to_string(&self.mark).map_err(|_| Error::Database("mark".into()))?;
        tx.insert::<meta::Entity>(meta::Model { key: MARK.to_owned(), value }).await?;
        Ok(leader)
    }
}

impl Story<'_> {
    fn tell(&mut self) -> Result<(), Error> {
        self.staff();
        self.places()?;
        let plan = Plan::draw(&mut self.lot, self.today);
        let carers = self.carers(&plan)?;
        let kids = self.kids(&plan)?;
        let couples = self.couples(&plan, &carers, &kids);
        let families = self.newcomers()?;
        let talked_to = self.talked_to()?;
        self.applying()?;
        self.past(&couples)?;
        self.weekend(&couples)?;
        self.terms_asked(&couples);
        self.round(talked_to.get(..ROUND_CHILDREN).unwrap_or_default(), &families)?;
        self.talks(&talked_to)?;
        if let Some(kid) = kids.get(3) {
            self.blocked(kid)?;
        }
        if let (Some(open), Some(past)) = (couples.get(WORRY), couples.get(WORRY + 4)) {
            self.worries(open, past)?;
        }
        self.next_weekend(&couples)?;
        self.grid()?;
        self.colleagues();
        Ok(())
    }

    fn carers(&mut self, plan: &Plan) -> Result<Vec<Carer>, Error> {
        let mut carers = Vec::new();
        for (n, one) in plan.carers.iter().enumerate() {
            let stand = match (one.left, one.running) {
                (Some(_), _) => Stand::Left,
                (None, true) => Stand::Approved,
                (None, false) => Stand::Resting,
            };
            // Two homes must ask for a new query within the month.
            let ends_in = [(16, 12), (30, 24)].into_iter().find(|(which, _)| *which == n).map(|(_, days)| days);
            carers.push(self.carer(CarerDraft { plan: *one, stand, ends_in, is_demo: n == 0 })?);
        }
        Ok(carers)
    }

    fn kids(&mut self, plan: &Plan) -> Result<Vec<Kid>, Error> {
        let mut kids: Vec<Kid> = Vec::new();
        for (n, child) in plan.children.iter().enumerate() {
            let first_pair = plan.slots.iter().filter(|s| s.child == n).map(|s| s.begun).min().unwrap_or(self.today);
            let age = i64::from(naheya_domain::calendar_date::age_on(child.birth, self.today));
            let room = if child.in_first_class { self.first_room() } else { self.room_for(age) };
            let Some(room) = room else { continue };
            let draft = FileDraft {
                birth: child.birth,
                han: child.han,
                state: if child.gone_on.is_some() { "left" } else { "enrolled" },
                opened: plus(first_pair, -60),
                gone_on: child.gone_on,
                room,
                stale: (LONG_AWAY..LONG_AWAY + 5).contains(&n),
                is_demo: n == 0,
            };
            let first = child.sibling_of.and_then(|s| kids.get(s)).cloned();
            let kid = match first {
                Some(first) => {
                    let group = self.siblings();
                    self.join_siblings(first.id, group);
                    self.file(draft, Some((&first.name, group)))?
                }
                None => self.file(draft, None)?,
            };
            kids.push(kid);
        }
        Ok(kids)
    }

    fn couples(&mut self, plan: &Plan, carers: &[Carer], kids: &[Kid]) -> Vec<Couple> {
        let mut couples = Vec::new();
        for (n, slot) in plan.slots.iter().enumerate() {
            let (Some(carer), Some(kid)) = (carers.get(slot.carer), kids.get(slot.child)) else { continue };
            let paper = slot.ended.map(|_| format!("结对{}-{:03}", slot.begun.year(), n + 1));
            let couple = self.couple(slot, carer, kid, paper);
            if n < WEEKEND && n % 3 != 2 {
                let until = plus(self.today, 160);
                self.consent(
                    kid.id,
                    kid.guardian,
                    "photo",
                    slot.begun,
                    Some(slot.ended.unwrap_or(until)),
                    kid.room.teacher,
                );
            }
            couples.push(couple);
        }
        couples
    }

    /// A pair with the guardian's consents.
    fn couple(&mut self, slot: &Slot, carer: &Carer, kid: &Kid, paper: Option<String>) -> Couple {
        let id = self.lot.id(at(slot.begun, 11, 0));
        let until = slot.ended.unwrap_or_else(|| plus(self.today, 160));
        let teacher = kid.room.teacher;
        self.consent(kid.id, kid.guardian, "pairing", plus(slot.begun, -5), Some(until), teacher);
        let overnight = self.consent(kid.id, kid.guardian, "overnight", slot.begun, Some(until), teacher);
        self.rows.pairs.push(pair::Model {
            area_id: self.area_id,
            id,
            child_id: kid.id,
            volunteer_id: carer.id,
            state: slot.state.to_owned(),
            begun_on: slot.begun.to_string(),
            ended_on: slot.ended.map(|day| day.to_string()),
            end_reason: slot.ended.map(|_| "孩子升学，约定期满".to_owned()),
            source: if slot.ended.is_some() { "paper" } else { "staff" }.to_owned(),
            paper_number: paper,
            proposal_id: None,
            suspended_by: None,
            suspended_from: None,
            batch_id: None,
            created_at: at(slot.begun, 11, 0).0,
            version: 1,
        });
        Couple { id, kid: kid.clone(), carer: carer.clone(), begun: slot.begun, ended: slot.ended, overnight }
    }

    /// Twenty new families, approved in the last weeks; some who are being checked, have just asked,
    /// or were not approved.
    fn newcomers(&mut self) -> Result<Vec<Carer>, Error> {
        let mut families = Vec::new();
        let others =
            [Stand::Applied, Stand::Applied, Stand::Screening, Stand::Screening, Stand::Screening, Stand::Refused];
        let stands = std::iter::repeat_n(Stand::Approved, FAMILIES).chain(others);
        for (n, stand) in stands.enumerate() {
            let joined =
                plus(self.today, -if n < FAMILIES { self.lot.between(12, 60) } else { self.lot.between(2, 20) });
            let han = self.lot.chance(50);
            let plan = CarerPlan { han, joined, left: None, running: false, two_children: false };
            let carer = self.carer(CarerDraft { plan, stand, ends_in: None, is_demo: n == FAMILIES })?;
            if n < FAMILIES {
                families.push(carer);
            }
        }
        Ok(families)
    }

    fn talked_to(&mut self) -> Result<Vec<Kid>, Error> {
        let mut kids = Vec::new();
        for n in 0..TALKED_TO {
            kids.extend(self.young(n >= TALKED_TO - 6, "enrolled", 300)?);
        }
        Ok(kids)
    }

    fn applying(&mut self) -> Result<(), Error> {
        for _ in 0..APPLYING {
            self.young(false, "applying", 5)?;
        }
        Ok(())
    }

    fn young(&mut self, stale: bool, state: &'static str, days_on_file: i64) -> Result<Option<Kid>, Error> {
        let birth = plus(self.today, -self.lot.between(2_700, 5_000));
        let age = i64::from(naheya_domain::calendar_date::age_on(birth, self.today));
        let Some(room) = self.room_for(age) else { return Ok(None) };
        let han = self.lot.chance(45);
        let opened = plus(self.today, -days_on_file - self.lot.between(0, days_on_file));
        let draft = FileDraft { birth, han, state, opened, gone_on: None, room, stale, is_demo: false };
        Ok(Some(self.file(draft, None)?))
    }
}

/// The accounts of the demo, one per role: the login is the role's code.
#[must_use]
pub fn logins() -> Vec<(naheya_domain::Role, String)> {
    naheya_domain::Role::ALL.into_iter().map(|role| (role, role.code().to_owned())).collect()
}

/// A password for a demo: four groups of letters that cannot be mistaken for each other.
///
/// # Errors
/// [`Error::Database`] when the system gives no random bytes.
pub fn password() -> Result<String, Error> {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let bytes: [u8; 12] = crate::field::random()?;
    let letter = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len()).copied().map_or('x', char::from);
    Ok(bytes.chunks(4).map(|four| four.iter().map(letter).collect::<String>()).collect::<Vec<_>>().join("-"))
}
