//! What a county has set for itself. Each change is a row of its own, audited under the setting's name.

use naheya_domain::access::Action;
use naheya_domain::setting::{SettingKey, Settings};
use naheya_domain::{AreaId, Timestamp};

use crate::sealed::act::Act;
use crate::sealed::entity::setting;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "settings";

/// The county's settings as rules read them.
pub(crate) async fn settings(tx: &Tx) -> Result<Settings, Error> {
    Ok(of(&rows(tx).await?))
}

async fn rows(tx: &Tx) -> Result<Vec<setting::Model>, Error> {
    tx.for_rule::<setting::Entity>().by(setting::Column::Key).all(tx).await
}

fn of(rows: &[setting::Model]) -> Settings {
    let mut settings = Settings::default();
    for row in rows {
        settings.take(&row.key, &row.value);
    }
    settings
}

/// Counts up with each change, so that two people who set at once are told.
fn version(rows: &[setting::Model]) -> i32 {
    rows.iter().filter(|row| SettingKey::ALL.iter().any(|k| k.code() == row.key)).map(|row| row.version).sum()
}

impl Desk {
    /// What holds in the county, and the version that the form carries back.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn settings(&self) -> Result<(Settings, i32), Error> {
        let held = async {
            let tx = self.read();
            let rows = rows(&tx).await?;
            Ok((of(&rows), version(&rows)))
        };
        self.remembered("settings", String::new(), held).await
    }
}

/// Minutes after which an idle shared PC of a county is signed out.
pub(crate) async fn shared_idle(store: &crate::Store, area: AreaId, now: Timestamp) -> Result<i64, Error> {
    let tx = store.as_system(crate::SystemTask::Door, area, now).read();
    Ok(settings(&tx).await?.shared_idle)
}

/// The county sets something anew; what is as before writes nothing.
#[derive(Clone, Debug)]
pub struct ChangeSettings {
    /// The version that was read.
    pub version: i32,
    /// What holds from now on.
    pub settings: Settings,
}

impl Act for ChangeSettings {
    const NAME: &'static str = "setting.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSetting)?;
        let rows = rows(tx).await?;
        if version(&rows) != self.version {
            return Err(Error::Stale);
        }
        let held = of(&rows);
        for key in SettingKey::ALL {
            let value = self.settings.value(key);
            if value == held.value(key) {
                continue;
            }
            match rows.iter().find(|row| row.key == key.code()) {
                Some(before) => {
                    let after = setting::Model { value, ..before.clone() };
                    tx.change::<setting::Entity>(before, after).await?;
                }
                None => {
                    let row = setting::Model { area_id: tx.area_id(), key: key.code().into(), value, version: 1 };
                    tx.insert::<setting::Entity>(row).await?;
                }
            }
            tx.note(TABLE, None, key.code());
        }
        Ok(())
    }
}
