//! Making a place ready: schema, key, reference data, the county itself.

use std::collections::HashSet;

use naheya_domain::area_code::{Area, AreaTable, County};
use naheya_domain::school_holiday::SPANS;
use naheya_domain::{AreaId, Role, Timestamp};
use sea_orm::{ColumnTrait, DbErr};
use sea_orm_migration::MigratorTrait;

use crate::migration::Migrator;
use crate::sealed::act::Act;
use crate::sealed::db::Engine;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{area, county, holiday, meta};
use crate::sealed::nation;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const KEY_CHECK: &str = "key_check";

impl Store {
    /// Brings the schema to the newest step, checks that the key belongs to these records (or makes
    /// it theirs when they are new), and writes the reference data that is missing. The tables of records on a server stay
    /// as they are until somebody asks for it ([`Store::upgrade`]): no copy of them is kept by itself, and other processes
    /// may be at work on them.
    ///
    /// # Errors
    /// [`Error::WrongKey`] when the records were sealed with another key; `schema.newer`; on a server `schema.older`; with a
    /// file `schema.no_room`.
    pub async fn prepare(&self, now: Timestamp) -> Result<(), Error> {
        self.made_ready(now, self.engine() == Engine::Sqlite).await
    }

    /// As [`Store::prepare`], and brings the tables of records on a server to the newest step too.
    ///
    /// # Errors
    /// [`Error::WrongKey`], `schema.newer`, `schema.no_room`.
    pub async fn upgrade(&self, now: Timestamp) -> Result<(), Error> {
        self.made_ready(now, true).await
    }

    async fn made_ready(&self, now: Timestamp, upgrade: bool) -> Result<(), Error> {
        let alone = self.db().alone().await?;
        let upgrades = self.keep_before_upgrade(now, upgrade).await?;
        Migrator::up(self.db().owner(), None).await?;
        alone.end().await?;
        self.db().upgraded().await?;
        let desk = self.as_system(SystemTask::SetUp, AreaId::NATION, now);
        desk.save(ClaimKey { check: self.ring().check() }).await?;
        desk.save(WriteReferenceData).await?;
        self.make_rollups(now).await?;
        self.make_guardian_tokens(now).await?;
        self.free_numbers_of_gone(now).await?;
        self.seal_words_from_before(now).await?;
        self.begin_keeping(now).await?;
        // SQLite knows nothing yet of how rows spread in the new indexes, and takes such a one for a good one.
        if upgrades { self.tend().await } else { Ok(()) }
    }

    /// Makes the tables of an empty place. Where records are kept, their tables stay as they are: whoever names the wrong place
    /// for a restore has not asked that they be changed.
    pub(crate) async fn make_empty(&self, now: Timestamp) -> Result<(), Error> {
        let alone = self.db().alone().await?;
        if self.keeps_records(now).await? {
            return Err(Error::refused("restore.not_empty"));
        }
        Migrator::up(self.db().owner(), None).await?;
        alone.end().await
    }

    /// Whether a place is somebody's already: its tables are made, and a key is claimed for what they keep.
    pub(crate) async fn keeps_records(&self, now: Timestamp) -> Result<bool, Error> {
        Ok(self.is_made().await? && self.key_kept(now).await?.is_some())
    }

    /// Whether tables of this program, of any version, were made here. Behind a mistyped address lies an empty database, or
    /// another program's: whoever only reads gets no answer there, and makes nothing.
    ///
    /// # Errors
    /// `schema.newer`, [`Error::Database`].
    pub async fn is_made(&self) -> Result<bool, Error> {
        Ok(self.steps_left().await?.len() < Migrator::migrations().len())
    }

    /// Before the tables of records change, the file is kept as it was, named after the first step that changes them: a
    /// second try of a broken upgrade does not replace it. Whether there is something to change.
    async fn keep_before_upgrade(&self, now: Timestamp, upgrade: bool) -> Result<bool, Error> {
        let left = self.steps_left().await?;
        if left.len() == Migrator::migrations().len() {
            return Ok(false);
        }
        match self.key_kept(now).await? {
            // A first start that was ended half way: the key is claimed when the tables stand.
            None => return Ok(false),
            // Whoever has another key changes nothing, not even the tables.
            Some(kept) if kept != self.ring().check() => return Err(Error::WrongKey),
            Some(_) => {}
        }
        let Some(first) = left.first() else { return Ok(false) };
        if !upgrade {
            return Err(Error::refused("schema.older"));
        }
        match self.db().keep_copy(&format!("naheya-before-{first}.db")).await {
            Err(Error::Full) => Err(Error::refused("schema.no_room")),
            kept => kept.map(|()| true),
        }
    }

    /// Whether the tables are those of this program: an examination of older ones would take each new column for damage, and
    /// what a newer one keeps is not understood.
    ///
    /// # Errors
    /// `schema.older` when steps are still to be taken, `schema.newer` when more were taken than this program knows.
    pub async fn check_schema(&self) -> Result<(), Error> {
        if self.steps_left().await?.is_empty() { Ok(()) } else { Err(Error::refused("schema.older")) }
    }

    /// Names of the steps that are still to be taken, the next one first.
    async fn steps_left(&self) -> Result<Vec<String>, Error> {
        match Migrator::get_pending_migrations_read_only(self.db().looker()).await {
            Ok(left) => Ok(left.iter().map(|step| step.name().to_owned()).collect()),
            // Its only error of this kind: a step was taken that this program does not know.
            Err(DbErr::Custom(_)) => Err(Error::refused("schema.newer")),
            Err(error) => Err(error.into()),
        }
    }

    /// Checks the key without changing anything.
    ///
    /// # Errors
    /// [`Error::WrongKey`] when the records were sealed with another key.
    pub async fn check_key(&self, now: Timestamp) -> Result<(), Error> {
        let kept = self.key_kept(now).await?;
        if kept.is_none_or(|kept| kept == self.ring().check()) { Ok(()) } else { Err(Error::WrongKey) }
    }

    /// What is kept of the key that these records were made with; none before it was claimed.
    async fn key_kept(&self, now: Timestamp) -> Result<Option<String>, Error> {
        let tx = self.as_system(SystemTask::Doctor, AreaId::NATION, now).read();
        let kept = tx.common::<meta::Entity>().and(meta::Column::Key.eq(KEY_CHECK)).first(&tx).await?;
        Ok(kept.map(|kept| kept.value))
    }

    /// The counties whose records are kept here.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties(&self, now: Timestamp) -> Result<Vec<(AreaId, String)>, Error> {
        let tx = self.as_system(SystemTask::Public, AreaId::NATION, now).read();
        let rows = tx.common::<county::Entity>().by(county::Column::AreaId).all(&tx).await?;
        Ok(rows.into_iter().map(named).collect())
    }

    /// The county that the public page tells of: the one that was opened first. One that joins later takes nothing from it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn public_county(&self, now: Timestamp) -> Result<Option<(AreaId, String)>, Error> {
        let tx = self.as_system(SystemTask::Public, AreaId::NATION, now).read();
        let by_age = tx.common::<county::Entity>().by(county::Column::OpenedAt).by(county::Column::AreaId);
        Ok(by_age.first(&tx).await?.map(named))
    }

    /// The counties to which somebody can say something who is not signed in: those with an office, the one of the public page
    /// before the others. While none has one, it is the one of the public page alone.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties_that_hear(&self, now: Timestamp) -> Result<Vec<(AreaId, String)>, Error> {
        let first = self.public_county(now).await?;
        let tx = self.as_system(SystemTask::Public, AreaId::NATION, now).read();
        let office = nation::with_roles(&tx, &[Role::Coordinator, Role::Leader]).await?;
        let mut all: Vec<(AreaId, String)> = office.into_iter().map(named).collect();
        if all.is_empty() {
            return Ok(first.into_iter().collect());
        }
        all.sort_by_key(|one| Some(one.0) != first.as_ref().map(|first| first.0));
        Ok(all)
    }
}

fn named(county: county::Model) -> (AreaId, String) {
    (AreaId(county.area_id), county.name)
}

impl Desk {
    /// Opens the county of this desk when it is not open yet; its name comes from the code list.
    ///
    /// # Errors
    /// `county.unknown` when the code list has no such county.
    pub async fn open_county(&self) -> Result<(), Error> {
        self.save(OpenCounty).await
    }
}

struct ClaimKey {
    check: String,
}

impl Act for ClaimKey {
    const NAME: &'static str = "key.claim";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let kept = tx.common::<meta::Entity>().and(meta::Column::Key.eq(KEY_CHECK)).first(tx).await?;
        match kept {
            Some(kept) if kept.value == self.check => Ok(()),
            Some(_) => Err(Error::WrongKey),
            None => tx.insert::<meta::Entity>(meta::Model { key: KEY_CHECK.into(), value: self.check.clone() }).await,
        }
    }
}

struct WriteReferenceData;

impl Act for WriteReferenceData {
    const NAME: &'static str = "area.load";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        if tx.common::<area::Entity>().first(tx).await?.is_none() {
            tx.insert_all::<area::Entity>(embedded_areas()).await?;
        }
        if tx.common::<holiday::Entity>().first(tx).await?.is_none() {
            tx.insert_all::<holiday::Entity>(embedded_holidays()).await?;
        }
        Ok(())
    }
}

fn embedded_areas() -> Vec<area::Model> {
    let table = AreaTable::EMBEDDED;
    let here = table.areas().map(listed);
    let gone = table.retired().map(|r| area::Model {
        code: r.code.to_owned(),
        name: r.name.to_owned(),
        level: "county".to_owned(),
        parent: None,
        retired_into: Some(r.now.to_owned()),
        own: false,
    });
    here.chain(gone).collect()
}

/// An area as the code list has it.
fn listed(area: &Area) -> area::Model {
    area::Model {
        code: area.code.to_owned(),
        name: area.name.to_owned(),
        level: area.level.code().to_owned(),
        parent: Some(area.parent.to_owned()).filter(|parent| !parent.is_empty()),
        retired_into: None,
        own: false,
    }
}

fn embedded_holidays() -> Vec<holiday::Model> {
    let mut days = Vec::new();
    for span in SPANS {
        let mut day = span.from;
        while day <= span.to {
            days.push(holiday::Model { on_date: day.to_string(), name: span.name.to_owned(), off: span.rest });
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
    }
    days
}

struct OpenCounty;

impl Act for OpenCounty {
    const NAME: &'static str = "county.open";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        open_county(tx).await
    }
}

/// Opens the county of this act when it is not open yet.
pub(crate) async fn open_county(tx: &Tx) -> Result<(), Error> {
    let code = tx.area().to_string();
    let open = tx.common::<county::Entity>().and(county::Column::AreaId.eq(tx.area_id())).first(tx).await?;
    if open.is_some() {
        return Ok(());
    }
    let known = County::known(&code).ok_or(Error::refused("county.unknown"))?;
    write_grid(tx, known).await?;
    tx.insert::<county::Entity>(county::Model {
        area_id: tx.area_id(),
        code,
        name: known.name().to_owned(),
        opened_at: tx.now().0,
    })
    .await
}

/// What the code list knows around the county and in it, as far as it is not there: levels above are called by their names, and
/// the county begins with its towns.
async fn write_grid(tx: &Tx, county: County) -> Result<(), Error> {
    let codes = county.grid().map(|area| area.code);
    let kept = tx.common::<area::Entity>().and(area::Column::Code.is_in(codes)).all(tx).await?;
    let kept: HashSet<&str> = kept.iter().map(|row| row.code.as_str()).collect();
    let missing = county.grid().filter(|area| !kept.contains(area.code)).map(listed);
    tx.insert_all::<area::Entity>(missing.collect()).await
}
