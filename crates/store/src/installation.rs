//! Making a place ready: schema, key, reference data, the county itself.

use naheya_domain::area_code::{AreaTable, County};
use naheya_domain::school_holiday::SPANS;
use naheya_domain::{AreaId, Timestamp};
use sea_orm::ColumnTrait;
use sea_orm_migration::MigratorTrait;

use crate::migration::Migrator;
use crate::sealed::act::Act;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{area, county, holiday, meta};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const KEY_CHECK: &str = "key_check";

impl Store {
    /// Brings the schema to the newest step, checks that the key belongs to these records (or makes
    /// it theirs when they are new), and writes the reference data that is missing.
    ///
    /// # Errors
    /// [`Error::WrongKey`] when the records were sealed with another key.
    pub async fn prepare(&self, now: Timestamp) -> Result<(), Error> {
        let upgrades = self.keep_before_upgrade(now).await?;
        Migrator::up(self.db().owner(), None).await?;
        let desk = self.as_system(SystemTask::SetUp, AreaId::NATION, now);
        desk.save(ClaimKey { check: self.ring().check() }).await?;
        desk.save(WriteReferenceData).await?;
        self.make_rollups(now).await?;
        // SQLite knows nothing yet of how rows spread in the new indexes, and takes such a one for a good one.
        if upgrades { self.tend().await } else { Ok(()) }
    }

    /// Before the tables of records change, the file is kept as it was, named after the first step that changes them: a
    /// second try of a broken upgrade does not replace it. Whether there is something to change.
    async fn keep_before_upgrade(&self, now: Timestamp) -> Result<bool, Error> {
        let owner = self.db().owner();
        if Migrator::get_applied_migrations(owner).await?.is_empty() {
            return Ok(false);
        }
        // Whoever has another key changes nothing, not even the tables.
        self.check_key(now).await?;
        match Migrator::get_pending_migrations(owner).await?.first() {
            Some(first) => self.db().keep_copy(&format!("naheya-before-{}.db", first.name())).await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Whether the tables are those of this program: an examination of older ones would take each new column for damage.
    ///
    /// # Errors
    /// `schema.older` when steps are still to be taken.
    pub async fn check_schema(&self) -> Result<(), Error> {
        let pending = Migrator::get_pending_migrations(self.db().owner()).await?;
        if pending.is_empty() { Ok(()) } else { Err(Error::refused("schema.older")) }
    }

    /// Checks the key without changing anything.
    ///
    /// # Errors
    /// [`Error::WrongKey`] when the records were sealed with another key.
    pub async fn check_key(&self, now: Timestamp) -> Result<(), Error> {
        let tx = self.as_system(SystemTask::Doctor, AreaId::NATION, now).read();
        let kept = tx.common::<meta::Entity>().and(meta::Column::Key.eq(KEY_CHECK)).first(&tx).await?;
        match kept {
            Some(kept) if kept.value != self.ring().check() => Err(Error::WrongKey),
            _ => Ok(()),
        }
    }

    /// The counties whose records are kept here.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counties(&self, now: Timestamp) -> Result<Vec<(AreaId, String)>, Error> {
        let tx = self.as_system(SystemTask::Public, AreaId::NATION, now).read();
        let rows = tx.common::<county::Entity>().by(county::Column::AreaId).all(&tx).await?;
        Ok(rows.into_iter().map(|c| (AreaId(c.area_id), c.name)).collect())
    }
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
    let here = table.areas().map(|a| area::Model {
        code: a.code.to_owned(),
        name: a.name.to_owned(),
        level: a.level.code().to_owned(),
        parent: Some(a.parent.to_owned()).filter(|p| !p.is_empty()),
        retired_into: None,
        own: false,
    });
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
    tx.insert::<county::Entity>(county::Model {
        area_id: tx.area_id(),
        code,
        name: known.name().to_owned(),
        opened_at: tx.now().0,
    })
    .await
}
