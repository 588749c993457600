//! The channels of a county: how each is set up (sealed, since a robot's address is a secret), whether
//! it is in use, what was last wrong with it; and the limits within which notices go out.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::notice::{Channel, ChannelConfig, Limits};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{channel, setting};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "channels";
const COLUMN: &str = "config_sealed";

/// A channel as whoever keeps it sees it. The settings hold secrets that no page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRow {
    /// Which.
    pub channel: Channel,
    /// Whether notices go by it.
    pub active: bool,
    /// Its settings.
    pub config: ChannelConfig,
    /// The code of what is wrong with them, since when.
    pub fault: Option<(String, Timestamp)>,
    /// Counts its changes.
    pub version: i32,
}

fn opened(tx: &Tx, row: &channel::Model) -> Result<ChannelConfig, Error> {
    let text = tx.open(TABLE, COLUMN, row.id, &row.config_sealed)?;
    serde_json::from_str(&text).map_err(|_| Error::Database("a channel's settings cannot be read".into()))
}

async fn rows(tx: &Tx) -> Result<Vec<channel::Model>, Error> {
    tx.for_rule::<channel::Entity>().by(channel::Column::Kind).all(tx).await
}

/// The settings of the channels in use; with `all`, of those out of use too (a test before the first notice).
pub(crate) async fn configs(tx: &Tx, all: bool) -> Result<Vec<ChannelConfig>, Error> {
    let rows = rows(tx).await?;
    let wanted = rows.iter().filter(|row| all || row.active);
    let read = |row: &channel::Model| {
        opened(tx, row).inspect_err(|error| tracing::error!(%error, channel = row.kind, "settings not read")).ok()
    };
    Ok(wanted.filter_map(read).collect())
}

/// The settings of the channels in use.
pub(crate) async fn active_channels(tx: &Tx) -> Result<Vec<ChannelConfig>, Error> {
    configs(tx, false).await
}

/// Says what is wrong with a channel's settings, or that nothing is. What is said already is not said again.
pub(crate) async fn mark_channel(tx: &Tx, kind: &str, fault: Option<&str>) -> Result<(), Error> {
    let row = tx.for_rule::<channel::Entity>().and(channel::Column::Kind.eq(kind)).first(tx).await?;
    let Some(row) = row.filter(|row| row.fault.as_deref() != fault) else { return Ok(()) };
    let fault_at = fault.map(|_| tx.now().0);
    let after = channel::Model { fault: fault.map(str::to_owned), fault_at, ..row.clone() };
    tx.change::<channel::Entity>(&row, after).await?;
    Ok(())
}

impl Desk {
    /// The channels that were set up.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::WrongKey`], [`Error::Database`].
    pub async fn channels(&self) -> Result<Vec<ChannelRow>, Error> {
        self.require(Action::KeepNotice)?;
        let tx = self.read();
        let rows = tx.visible::<channel::Entity>().by(channel::Column::Kind).all(&tx).await?;
        let shown = |row: channel::Model| {
            Ok(Channel::parse(&row.kind).zip(Some(opened(&tx, &row)?)).map(|(channel, config)| ChannelRow {
                channel,
                active: row.active,
                config,
                fault: row.fault.zip(row.fault_at.map(Timestamp)),
                version: row.version,
            }))
        };
        rows.into_iter().filter_map(|row| shown(row).transpose()).collect()
    }

    /// Quiet hours and caps, and the version that the form carries back.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn notice_limits(&self) -> Result<(Limits, i32), Error> {
        let tx = self.read();
        let rows = limit_rows(&tx).await?;
        Ok((limits_of(&rows), rows.iter().map(|row| row.version).sum()))
    }
}

/// Sets a channel up, changes it, opens and closes it.
#[derive(Clone, Debug)]
pub struct SetChannel {
    /// Its settings; they say which channel.
    pub config: ChannelConfig,
    /// Whether notices go by it from now on.
    pub active: bool,
    /// The version that was read; 0 for one that was not set up.
    pub version: i32,
}

impl Act for SetChannel {
    const NAME: &'static str = "channel.set";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepNotice)?;
        let kind = self.config.channel().code();
        let text =
            serde_json::to_string(&self.config).map_err(|_| Error::Database("settings cannot be kept".into()))?;
        let held = tx.visible::<channel::Entity>().and(channel::Column::Kind.eq(kind)).first(tx).await?;
        if held.as_ref().map_or(0, |row| row.version) != self.version {
            return Err(Error::Stale);
        }
        match held {
            Some(row) => {
                // Sealing is never the same twice; settings that did not change are not written anew.
                let same = opened(tx, &row)? == self.config;
                let sealed = if same { row.config_sealed.clone() } else { tx.seal(TABLE, COLUMN, row.id, &text)? };
                let fault = row.fault.clone().filter(|_| same);
                let fault_at = row.fault_at.filter(|_| same);
                let after =
                    channel::Model { active: self.active, config_sealed: sealed, fault, fault_at, ..row.clone() };
                tx.change::<channel::Entity>(&row, after).await?;
            }
            None => {
                let id = Uuid::now_v7();
                let row = channel::Model {
                    area_id: tx.area_id(),
                    id,
                    kind: kind.into(),
                    active: self.active,
                    config_sealed: tx.seal(TABLE, COLUMN, id, &text)?,
                    fault: None,
                    fault_at: None,
                    version: 1,
                };
                tx.insert::<channel::Entity>(row).await?;
            }
        }
        tx.wake();
        Ok(())
    }
}

async fn limit_rows(tx: &Tx) -> Result<Vec<setting::Model>, Error> {
    tx.for_rule::<setting::Entity>().and(setting::Column::Key.is_in(Limits::KEYS)).all(tx).await
}

fn limits_of(rows: &[setting::Model]) -> Limits {
    let mut limits = Limits::default();
    for row in rows {
        limits.take(&row.key, &row.value);
    }
    limits
}

/// Quiet hours and caps of the county.
pub(crate) async fn limits(tx: &Tx) -> Result<Limits, Error> {
    Ok(limits_of(&limit_rows(tx).await?))
}

/// The county sets quiet hours and caps anew; what is as before writes nothing.
#[derive(Clone, Debug)]
pub struct ChangeLimits {
    /// The version that was read.
    pub version: i32,
    /// What holds from now on.
    pub limits: Limits,
}

impl Act for ChangeLimits {
    const NAME: &'static str = "notice.limits";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepNotice)?;
        let rows = limit_rows(tx).await?;
        if rows.iter().map(|row| row.version).sum::<i32>() != self.version {
            return Err(Error::Stale);
        }
        let held = limits_of(&rows).values();
        for ((key, value), (_, before)) in self.limits.values().into_iter().zip(held) {
            if value == before {
                continue;
            }
            match rows.iter().find(|row| row.key == key) {
                Some(row) => {
                    tx.change::<setting::Entity>(row, setting::Model { value, ..row.clone() }).await?;
                }
                None => {
                    let row = setting::Model { area_id: tx.area_id(), key: key.into(), value, version: 1 };
                    tx.insert::<setting::Entity>(row).await?;
                }
            }
            tx.note("settings", None, key);
        }
        Ok(())
    }
}
