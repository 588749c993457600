//! The county's holidays: the State Council's days, and over them what the county has entered. What
//! was entered together can be undone together.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::access::Action;
use naheya_domain::holiday::{HolidayDay, HolidayKind, missing_year};
use naheya_domain::id::HolidayId;
use naheya_domain::{AreaId, Date, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{county_holiday, holiday};
use crate::sealed::tx::Tx;
use crate::stay::{MovedStay, Noted, moved};
use crate::{Desk, Error, Store, SystemTask};

const TABLE: &str = "county_holidays";

/// One day as the county's calendar has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidayLine {
    /// Which day.
    pub on: Date,
    /// What it is.
    pub kind: HolidayKind,
    /// What it is called.
    pub name: String,
    /// The county's own row, where it stands over the notice.
    pub own: Option<HolidayId>,
}

/// What was entered last, while it can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastEntry {
    /// Which.
    pub batch: Uuid,
    /// When.
    pub at: Timestamp,
    /// How many days.
    pub days: usize,
}

/// A year of the county's calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolidayYear {
    /// Which year.
    pub year: i16,
    /// Its days, by date.
    pub days: Vec<HolidayLine>,
    /// The years that have days.
    pub known: Vec<i16>,
    /// The year whose notice is due and missing.
    pub missing: Option<i16>,
    /// What was entered last.
    pub last: Option<LastEntry>,
    /// Stays of the county that no longer fit.
    pub moved: Vec<MovedStay>,
}

impl Desk {
    /// The county's calendar of a year.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that keep no schools.
    pub async fn holidays(&self, year: i16) -> Result<HolidayYear, Error> {
        self.require(Action::KeepSchool)?;
        let tx = self.read();
        let known = known_years(&tx).await?;
        let own = tx.visible::<county_holiday::Entity>().by_desc(county_holiday::Column::EnteredAt);
        let own = own.by_desc(county_holiday::Column::Batch).limit(400);
        let own = own.all(&tx).await?;
        Ok(HolidayYear {
            year,
            days: lines(&tx, year, &own).await?,
            missing: missing_year(tx.now().date(), |year| known.contains(&year)),
            known: known.into_iter().collect(),
            last: own.first().filter(|newest| newest.entered_at > 0).map(|newest| LastEntry {
                batch: newest.batch,
                at: Timestamp(newest.entered_at),
                days: own.iter().filter(|row| row.batch == newest.batch).count(),
            }),
            moved: moved(&tx, None).await?,
        })
    }

    /// The days of a year for a file. Who took it out is kept in the trail first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn holidays_out(&self, year: i16) -> Result<Vec<HolidayLine>, Error> {
        self.require(Action::Export)?;
        let days = self.holidays(year).await?.days;
        self.left(TABLE).await?;
        Ok(days)
    }

    /// The year whose notice is due and missing, if there is one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn missing_holidays(&self) -> Result<Option<i16>, Error> {
        let today = self.now().date();
        let missing = async {
            let known = known_years(&self.read()).await?;
            Ok(missing_year(today, |year| known.contains(&year)))
        };
        self.remembered("holidays.missing", today.to_string(), missing).await
    }
}

impl Store {
    /// The counties whose next holidays are due and missing, each with the year.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn missing_holidays(&self, now: Timestamp) -> Result<Vec<(AreaId, i16)>, Error> {
        let mut missing = Vec::new();
        for (area, _) in self.counties(now).await? {
            let year = self.as_system(SystemTask::Doctor, area, now).missing_holidays().await?;
            missing.extend(year.map(|year| (area, year)));
        }
        Ok(missing)
    }
}

async fn lines(tx: &Tx, year: i16, own: &[county_holiday::Model]) -> Result<Vec<HolidayLine>, Error> {
    let (first, after) = (format!("{year:04}-01-01"), format!("{:04}-01-01", year.saturating_add(1)));
    let notice = tx
        .common::<holiday::Entity>()
        .and(holiday::Column::OnDate.gte(first.as_str()))
        .and(holiday::Column::OnDate.lt(after.as_str()))
        .all(tx)
        .await?;
    let mut days: BTreeMap<Date, HolidayLine> = BTreeMap::new();
    for row in notice {
        let Ok(on) = row.on_date.parse() else { continue };
        let kind = if row.off { HolidayKind::Off } else { HolidayKind::Work };
        days.insert(on, HolidayLine { on, kind, name: row.name, own: None });
    }
    for row in own.iter().filter(|row| row.on_date >= first && row.on_date < after) {
        let (Ok(on), Some(kind)) = (row.on_date.parse(), HolidayKind::parse(&row.kind)) else { continue };
        days.insert(on, HolidayLine { on, kind, name: row.name.clone(), own: Some(HolidayId(row.id)) });
    }
    Ok(days.into_values().collect())
}

/// Which of `days` are off by the county's calendar: its own word, then the notice's.
pub(crate) async fn days_off(tx: &Tx, days: &[Date]) -> Result<BTreeSet<Date>, Error> {
    let asked: Vec<String> = days.iter().map(ToString::to_string).collect();
    let notice = tx.common::<holiday::Entity>().and(holiday::Column::OnDate.is_in(asked.clone())).all(tx).await?;
    let own = tx.for_rule::<county_holiday::Entity>().and(county_holiday::Column::OnDate.is_in(asked)).all(tx).await?;
    let mut off: BTreeMap<String, bool> = notice.into_iter().map(|row| (row.on_date, row.off)).collect();
    off.extend(own.into_iter().map(|row| (row.on_date, row.kind == HolidayKind::Off.code())));
    Ok(off.into_iter().filter(|(_, is_off)| *is_off).filter_map(|(on, _)| on.parse().ok()).collect())
}

/// The years that have at least one day off.
pub(crate) async fn known_years(tx: &Tx) -> Result<BTreeSet<i16>, Error> {
    let year = |on: &str| on.get(..4).and_then(|y| y.parse().ok());
    let notice = tx.common::<holiday::Entity>().and(holiday::Column::Off.eq(true)).all(tx).await?;
    let own = tx.for_rule::<county_holiday::Entity>().and(county_holiday::Column::Kind.eq("off")).all(tx).await?;
    let notice = notice.iter().filter_map(|row| year(&row.on_date));
    Ok(notice.chain(own.iter().filter_map(|row| year(&row.on_date))).collect())
}

/// Days entered together: each stands over the notice, and over what the county had there before.
#[derive(Clone, Debug)]
pub struct EnterHolidays {
    /// The days, 1 to 400.
    pub days: Vec<HolidayDay>,
}

impl Act for EnterHolidays {
    const NAME: &'static str = "holiday.enter";
    /// How many days are new or other than before.
    type Answer = usize;

    async fn run(&self, tx: &Tx) -> Result<usize, Error> {
        tx.require(Action::KeepSchool)?;
        if self.days.is_empty() || self.days.len() > 400 {
            return Err(Error::field("lines", "required.missing"));
        }
        let noted = Noted::before(tx, None).await?;
        let batch = Uuid::now_v7();
        // The last word on a day counts.
        let days: BTreeMap<Date, &HolidayDay> = self.days.iter().map(|day| (day.on, day)).collect();
        let mut done = 0;
        for day in days.into_values() {
            done += usize::from(enter(tx, day, batch).await?);
        }
        noted.tell(tx).await?;
        Ok(done)
    }
}

async fn enter(tx: &Tx, day: &HolidayDay, batch: Uuid) -> Result<bool, Error> {
    let on_date = day.on.to_string();
    let there = tx
        .visible::<county_holiday::Entity>()
        .and(county_holiday::Column::OnDate.eq(on_date.as_str()))
        .first(tx)
        .await?;
    let kind = day.kind.code();
    match there {
        Some(before) if before.kind == kind && before.name == day.name => Ok(false),
        Some(before) => {
            let after = county_holiday::Model {
                kind: kind.into(),
                name: day.name.clone(),
                batch,
                entered_at: tx.now().0,
                was_kind: Some(before.kind.clone()),
                was_name: Some(before.name.clone()),
                ..before.clone()
            };
            tx.change::<county_holiday::Entity>(&before, after).await?;
            Ok(true)
        }
        None if is_noticed(tx, day, &on_date).await? => Ok(false),
        None => {
            tx.insert::<county_holiday::Entity>(county_holiday::Model {
                area_id: tx.area_id(),
                id: Uuid::now_v7(),
                on_date,
                kind: kind.into(),
                name: day.name.clone(),
                batch,
                entered_at: tx.now().0,
                was_kind: None,
                was_name: None,
            })
            .await?;
            Ok(true)
        }
    }
}

/// Whether the notice says the same already.
async fn is_noticed(tx: &Tx, day: &HolidayDay, on_date: &str) -> Result<bool, Error> {
    let row = tx.common::<holiday::Entity>().and(holiday::Column::OnDate.eq(on_date)).first(tx).await?;
    let same = |row: &holiday::Model| row.name == day.name && row.off == (day.kind == HolidayKind::Off);
    Ok(day.kind != HolidayKind::Plain && row.as_ref().is_some_and(same))
}

/// One of the county's days goes; the notice's word holds again.
#[derive(Clone, Debug)]
pub struct DropHoliday {
    /// Which.
    pub holiday: HolidayId,
}

impl Act for DropHoliday {
    const NAME: &'static str = "holiday.drop";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let row = tx.visible::<county_holiday::Entity>().id(self.holiday).one(tx).await?;
        let noted = Noted::before(tx, None).await?;
        tx.remove::<county_holiday::Entity>(&row).await?;
        noted.tell(tx).await
    }
}

/// What was entered together is undone together: what stood there before stands there again.
#[derive(Clone, Debug)]
pub struct UndoHolidays {
    /// Which entry.
    pub batch: Uuid,
}

impl Act for UndoHolidays {
    const NAME: &'static str = "holiday.undo";
    /// How many days were put back.
    type Answer = usize;

    async fn run(&self, tx: &Tx) -> Result<usize, Error> {
        tx.require(Action::KeepSchool)?;
        let rows =
            tx.visible::<county_holiday::Entity>().and(county_holiday::Column::Batch.eq(self.batch)).all(tx).await?;
        if rows.is_empty() {
            return Err(Error::NotFound);
        }
        let noted = Noted::before(tx, None).await?;
        for before in &rows {
            let (Some(kind), Some(name)) = (&before.was_kind, &before.was_name) else {
                tx.remove::<county_holiday::Entity>(before).await?;
                continue;
            };
            let after = county_holiday::Model {
                kind: kind.clone(),
                name: name.clone(),
                was_kind: None,
                was_name: None,
                batch: Uuid::now_v7(),
                // Put back, it is no entry of its own to be undone.
                entered_at: 0,
                ..before.clone()
            };
            tx.change::<county_holiday::Entity>(before, after).await?;
        }
        noted.tell(tx).await?;
        Ok(rows.len())
    }
}
