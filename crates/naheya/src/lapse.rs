//! What the clock does beside the site: proposals that nobody answered in seven days lapse. Pages
//! judge by the clock themselves; this writes it down and tells the coordinators.

use std::time::Duration;

use naheya_store::proposal::LapseProposals;
use naheya_store::{Error, Store, SystemTask};

use crate::clock::now;

/// Every hour, in every county.
pub async fn hourly(store: Store) {
    loop {
        if let Err(error) = once(&store).await {
            tracing::error!(%error, "proposals could not lapse");
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

async fn once(store: &Store) -> Result<(), Error> {
    for (area, _) in store.counties(now()).await? {
        let lapsed = store.as_system(SystemTask::Job, area, now()).save(LapseProposals).await?;
        if lapsed > 0 {
            tracing::info!(lapsed, "proposals lapsed");
        }
    }
    Ok(())
}
