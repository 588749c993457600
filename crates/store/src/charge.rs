//! Who is responsible where. A charge begins, changes and ends; it is never taken away, so that one can tell who it was.

use std::collections::HashMap;

use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::charge::{ChargeDuty, Days, InCharge, NewCharge};
use naheya_domain::id::{AccountId, ChargeId, StationId};
use naheya_domain::phone::Phone;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::account::{AccountState, in_my_county, staff};
use crate::area::{grid, heir, standing};
use crate::sealed::act::Act;
use crate::sealed::entity::{account, area, charge as row, station};
use crate::sealed::tx::Tx;
use crate::station::days;
use crate::{Desk, Error};

mod alone;

pub use alone::AreaAlone;

const TABLE: &str = "charges";

/// Who is responsible for an area or a station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Which charge.
    pub id: ChargeId,
    /// The area's code.
    pub town_code: String,
    /// In which duty.
    pub duty: ChargeDuty,
    /// The station, with its name; none for the whole area.
    pub station: Option<(StationId, String)>,
    /// The account; none for somebody without one.
    pub account: Option<AccountId>,
    /// The person's name.
    pub name: String,
    /// Whether the account was closed: its owner has left.
    pub gone: bool,
    /// Whether the station is not open today: there is nothing to look after.
    pub closed: bool,
    /// Phone; only where it was asked for.
    pub phone: Option<String>,
    /// Which days.
    pub days: Days,
    /// Counts changes; the form carries it back.
    pub version: i32,
}

impl Charge {
    /// Whether somebody is there for the area: not for a station of it alone, and not an account that was closed.
    #[must_use]
    pub fn answers(&self) -> bool {
        self.station.is_none() && !self.gone
    }
}

impl Desk {
    /// Everybody who is, was or will be responsible for exactly this area, newest first, with phones.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn charges(&self, town_code: &str) -> Result<Vec<Charge>, Error> {
        let tx = self.read();
        let of = Condition::all().add(row::Column::TownCode.eq(town_code));
        with_phones(&tx, tx.visible::<row::Entity>().and(of).by_desc(row::Column::FromOn).all(&tx).await?).await
    }

    /// Who is responsible today for anything that the reader sees, by area, with phones: whom to call. Whose
    /// account was closed has left, and a station that was closed has no keeper.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn in_charge_today(&self) -> Result<Vec<Charge>, Error> {
        let tx = self.read();
        let rows = tx.visible::<row::Entity>().and(today(&tx)).by(row::Column::TownCode).by(row::Column::Id);
        let mut all = with_phones(&tx, rows.all(&tx).await?).await?;
        all.retain(|one| !one.gone && !one.closed);
        all.sort_by(|a, b| (&a.town_code, a.duty).cmp(&(&b.town_code, b.duty)));
        Ok(all)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none for this reader.
    pub async fn charge(&self, id: ChargeId) -> Result<Charge, Error> {
        let tx = self.read();
        let found = tx.visible::<row::Entity>().id(id).one(&tx).await?;
        with_phones(&tx, vec![found]).await?.pop().ok_or(Error::NotFound)
    }

    /// The areas that the reader is responsible for today, each with its name, by code: what lists show first. Whose charge is a
    /// station is not responsible for the area around it. Beside one that was merged away stands what took its place: children
    /// whose files went over are not hidden from whoever looked after them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn own_areas(&self) -> Result<Vec<(String, String)>, Error> {
        let own = async {
            let tx = self.read();
            let rows = tx.visible::<row::Entity>().and(today(&tx)).and(row::Column::AccountId.eq(tx.account()));
            let rows = rows.and(row::Column::StationId.is_null()).all(&tx).await?;
            let mut codes: Vec<String> = rows.into_iter().map(|row| row.town_code).collect();
            codes.sort_unstable();
            codes.dedup();
            let areas = tx.common::<area::Entity>().and(area::Column::Code.is_in(codes));
            with_heirs(&tx, areas.by(area::Column::Code).all(&tx).await?).await
        };
        self.remembered("own_areas", String::new(), own).await
    }

    /// People with an account in this county who may be responsible somewhere, by name; none where they are too many for a
    /// list.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep the grid.
    pub async fn people_for_charges(&self) -> Result<Option<Vec<(AccountId, String)>>, Error> {
        self.require(Action::KeepGrid)?;
        staff(&self.read()).await
    }
}

/// Those that hold today, as a condition.
fn today(tx: &Tx) -> Condition {
    let today = tx.now().date().to_string();
    let open = Condition::any().add(row::Column::ToOn.is_null()).add(row::Column::ToOn.gte(today.as_str()));
    Condition::all().add(row::Column::FromOn.lte(today.as_str())).add(open)
}

/// Everybody who is responsible today, without phones; nobody for a station that is closed.
pub(crate) async fn in_charge(tx: &Tx) -> Result<Vec<Charge>, Error> {
    let rows = tx.visible::<row::Entity>().and(today(tx)).by(row::Column::TownCode).by(row::Column::Id).all(tx).await?;
    let mut all = shown(tx, rows).await?;
    all.retain(|charge| !charge.closed);
    all.sort_by_key(|charge| charge.duty);
    Ok(all)
}

async fn with_phones(tx: &Tx, rows: Vec<row::Model>) -> Result<Vec<Charge>, Error> {
    let may_see = tx.scope::<row::Entity>(naheya_domain::access::Class::Personal);
    let sealed: HashMap<Uuid, Option<Vec<u8>>> = rows.iter().map(|r| (r.id, r.phone_sealed.clone())).collect();
    let mut all = shown(tx, rows).await?;
    if may_see == naheya_domain::access::Scope::Nothing {
        return Ok(all);
    }
    for charge in &mut all {
        let sealed = sealed.get(&charge.id.0).and_then(Option::as_ref);
        charge.phone = tx.open_some(TABLE, "phone_sealed", charge.id, sealed)?;
    }
    Ok(all)
}

async fn shown(tx: &Tx, rows: Vec<row::Model>) -> Result<Vec<Charge>, Error> {
    let of = |ids: Vec<Option<Uuid>>| ids.into_iter().flatten().collect::<Vec<Uuid>>();
    let accounts = of(rows.iter().map(|r| r.account_id).collect());
    let people = tx.common::<account::Entity>().among(accounts).all(tx).await?;
    let people: HashMap<Uuid, account::Model> = people.into_iter().map(|a| (a.id, a)).collect();
    let places = of(rows.iter().map(|r| r.station_id).collect());
    let places = tx.visible::<station::Entity>().among(places).all(tx).await?;
    let places: HashMap<Uuid, station::Model> = places.into_iter().map(|s| (s.id, s)).collect();
    let today = tx.now().date();
    let is_open = |s: &station::Model| days(&s.from_on, s.to_on.as_deref()).is_none_or(|days| !days.is_over(today));
    let one = |r: row::Model| {
        let account = r.account_id.and_then(|id| people.get(&id));
        let place = r.station_id.and_then(|id| places.get(&id));
        Some(Charge {
            id: ChargeId(r.id),
            duty: ChargeDuty::parse(&r.duty)?,
            station: place.map(|s| (StationId(s.id), s.name.clone())),
            closed: place.is_some_and(|s| !is_open(s)),
            account: r.account_id.map(AccountId),
            name: r.name.or_else(|| account.map(|a| a.display_name.clone())).unwrap_or_default(),
            gone: account.is_some_and(|a| a.state == AccountState::Closed.code()),
            phone: None,
            days: days(&r.from_on, r.to_on.as_deref())?,
            town_code: r.town_code,
            version: r.version,
        })
    };
    Ok(rows.into_iter().filter_map(one).collect())
}

/// Somebody becomes responsible for an area.
#[derive(Clone, Debug)]
pub struct BeginCharge {
    /// The area's code.
    pub town_code: String,
    /// Who, in which duty, which days.
    pub new: NewCharge,
}

impl Act for BeginCharge {
    const NAME: &'static str = "charge.begin";
    type Answer = ChargeId;

    async fn run(&self, tx: &Tx) -> Result<ChargeId, Error> {
        tx.require(Action::KeepGrid)?;
        let area = standing(tx, &self.town_code).await?;
        if let Some(id) = self.new.station {
            let there = tx.visible::<station::Entity>().id(id).first(tx).await?;
            if there.is_none_or(|s| s.town_code != area.code) {
                return Err(Error::field("station", "town.unknown"));
            }
        }
        let (account_id, name, phone) = match &self.new.who {
            InCharge::Account(account, phone) => {
                in_my_county(tx, *account).await.map_err(|error| error.in_field("account", "town.unknown"))?;
                (Some(account.0), None, phone.as_ref())
            }
            InCharge::Person(name, phone) => (None, Some(name.as_str().to_owned()), Some(phone)),
        };
        let id = Uuid::now_v7();
        let row = row::Model {
            area_id: tx.area_id(),
            id,
            town_code: area.code,
            duty: self.new.duty.code().to_owned(),
            station_id: self.new.station.map(|s| s.0),
            account_id,
            name,
            phone_sealed: tx.seal_some(TABLE, "phone_sealed", id, phone.map(Phone::as_str))?,
            from_on: self.new.days.from.to_string(),
            to_on: self.new.days.to.map(|day| day.to_string()),
            version: 1,
        };
        is_not_there_yet(tx, &row, self.new.days).await?;
        tx.insert::<row::Entity>(row).await?;
        Ok(ChargeId(id))
    }
}

/// Nobody is responsible twice for the same, in the same duty, on the same day.
async fn is_not_there_yet(tx: &Tx, new: &row::Model, new_days: Days) -> Result<(), Error> {
    let others = tx
        .visible::<row::Entity>()
        .and(row::Column::TownCode.eq(new.town_code.as_str()))
        .and(row::Column::Duty.eq(new.duty.as_str()))
        .and(row::Column::Id.ne(new.id))
        .all(tx)
        .await?;
    let same = |other: &&row::Model| {
        (other.account_id, &other.name, other.station_id) == (new.account_id, &new.name, new.station_id)
    };
    let mut theirs = others.iter().filter(same).filter_map(|other| days(&other.from_on, other.to_on.as_deref()));
    if theirs.any(|of| of.meets(&new_days)) { Err(Error::field("from_on", "charge.already")) } else { Ok(()) }
}

/// Phone or days change. Who it is and for what stay: another person is another charge.
#[derive(Clone, Debug)]
pub struct ChangeCharge {
    /// Which.
    pub charge: ChargeId,
    /// The version that was read.
    pub version: i32,
    /// Phone as typed: one who has no account keeps one.
    pub phone: String,
    /// Which days.
    pub days: Days,
}

impl Act for ChangeCharge {
    const NAME: &'static str = "charge.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = kept(tx, self.charge).await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let phone = naheya_domain::charge::changed_phone(&self.phone, before.account_id.is_some())
            .map_err(|code| Error::field("phone", code))?;
        is_not_there_yet(tx, &before, self.days).await?;
        let known = tx.open_some(TABLE, "phone_sealed", before.id, before.phone_sealed.as_ref())?;
        let phone = phone.as_ref().map(Phone::as_str);
        // The same number sealed anew would look like a change.
        let phone_sealed = if phone == known.as_deref() {
            before.phone_sealed.clone()
        } else {
            tx.seal_some(TABLE, "phone_sealed", before.id, phone)?
        };
        let after = row::Model {
            phone_sealed,
            from_on: self.days.from.to_string(),
            to_on: self.days.to.map(|day| day.to_string()),
            ..before.clone()
        };
        tx.change::<row::Entity>(&before, after).await?;
        Ok(())
    }
}

/// These areas, and what took the place of those that were merged away: code and name.
async fn with_heirs(tx: &Tx, areas: Vec<area::Model>) -> Result<Vec<(String, String)>, Error> {
    let gone: Vec<String> = areas.iter().filter(|a| a.retired_into.is_some()).map(|a| a.code.clone()).collect();
    let mut own: Vec<(String, String)> = areas.into_iter().map(|a| (a.code, a.name)).collect();
    if gone.is_empty() {
        return Ok(own);
    }
    let all = grid(tx).await?;
    for now in gone.iter().filter_map(|code| heir(&all, code)) {
        if !own.iter().any(|(code, _)| *code == now.code) {
            own.push((now.code.clone(), now.name.clone()));
        }
    }
    Ok(own)
}

async fn kept(tx: &Tx, id: ChargeId) -> Result<row::Model, Error> {
    tx.require(Action::KeepGrid)?;
    tx.visible::<row::Entity>().id(id).one(tx).await
}

/// Today is the last day of it; what has not begun ends on its first.
#[derive(Clone, Debug)]
pub struct EndCharge {
    /// Which.
    pub charge: ChargeId,
    /// The version that was read.
    pub version: i32,
}

impl Act for EndCharge {
    const NAME: &'static str = "charge.end";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = kept(tx, self.charge).await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let of = days(&before.from_on, before.to_on.as_deref()).ok_or(Error::NotFound)?;
        let today = tx.now().date();
        if of.is_over(today) {
            return Err(Error::refused("charge.over"));
        }
        let last = of.from.max(today).to_string();
        tx.change::<row::Entity>(&before, row::Model { to_on: Some(last), ..before.clone() }).await?;
        Ok(())
    }
}

/// It goes on after all: the end is taken back.
#[derive(Clone, Debug)]
pub struct ResumeCharge {
    /// Which.
    pub charge: ChargeId,
    /// The last day that stood there before; none while none was set.
    pub to: Option<Date>,
}

impl Act for ResumeCharge {
    const NAME: &'static str = "charge.resume";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = kept(tx, self.charge).await?;
        let to_on = self.to.map(|day| day.to_string());
        let of = days(&before.from_on, to_on.as_deref()).ok_or(Error::NotFound)?;
        if self.to.is_some_and(|to| to < of.from) {
            return Err(Error::field("to_on", "date.before_start"));
        }
        is_not_there_yet(tx, &before, of).await?;
        tx.change::<row::Entity>(&before, row::Model { to_on, ..before.clone() }).await?;
        Ok(())
    }
}
