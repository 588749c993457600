//! The job that carries notices out: makes notices of letters, takes what is due, sends it, keeps what
//! came of it. Rung by the writer when an act left letters, and looking by itself now and then.

use std::time::Duration;

use naheya_domain::AreaId;
use naheya_domain::notice::Verdict;
use naheya_store::notice::{Answered, ClaimNotices, ExpandLetters, Handed, Parcel, SettleNotice};
use naheya_store::{Error, Store, SystemTask};
use naheya_web::{Clock, notice};
use tokio::sync::watch;

use crate::channel::http::Http;
use crate::channel::{Message, answered, send};
use crate::jobs::turn;

/// How often it looks when nobody rings: for what another process left, and for what is tried again.
const EVERY: Duration = Duration::from_secs(5);
/// Messages in hand at a time.
const MOST: usize = 16;
/// Rounds without a look at the bell; more than any backlog of a minute.
const ROUNDS: usize = 200;

#[cfg(test)]
mod stand_in;
#[cfg(test)]
mod tests;

/// What carries notices out.
pub struct Dispatcher {
    store: Store,
    clock: Clock,
    /// Scheme and host of the link in a message.
    origin: Option<String>,
    /// None: nothing leaves the house.
    http: Option<Http>,
}

/// A dispatcher at work.
pub struct Running {
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Ends it when what is in hand has been sent and kept.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the dispatcher fell");
        }
    }
}

/// Works in the background until told to stop.
pub fn start(dispatcher: Dispatcher) -> Running {
    let (stop, stopped) = watch::channel(false);
    Running { stop, task: tokio::spawn(dispatcher.run(stopped)) }
}

impl Dispatcher {
    /// One that sends.
    pub fn new(store: Store, clock: Clock, origin: Option<String>) -> Dispatcher {
        Dispatcher { store, clock, origin, http: Some(Http::new()) }
    }

    /// One that only fills the lists in the app.
    pub fn in_house(store: Store, clock: Clock) -> Dispatcher {
        Dispatcher { store, clock, origin: None, http: None }
    }

    async fn run(self, mut stopped: watch::Receiver<bool>) {
        loop {
            self.all(&stopped).await;
            if *stopped.borrow() {
                return;
            }
            tokio::select! {
                _ = tokio::time::timeout(EVERY, self.store.letters()) => {}
                _ = stopped.changed() => return,
            }
        }
    }

    /// Every county with letters or messages, until nothing moves.
    async fn all(&self, stopped: &watch::Receiver<bool>) {
        let counties = match self.store.counties_with_letters((self.clock)()).await {
            Ok(counties) => counties,
            Err(error) => return tracing::error!(%error, "the counties could not be read"),
        };
        for area in counties {
            turn("notices of a county", self.county(area, stopped)).await;
        }
    }

    async fn county(&self, area: AreaId, stopped: &watch::Receiver<bool>) {
        for _ in 0..ROUNDS {
            match self.step(area).await {
                Ok(moved) if moved > 0 && !*stopped.borrow() => {}
                Ok(_) => return,
                Err(error) => return tracing::error!(%error, %area, "notices were not carried out"),
            }
        }
    }

    /// One round in one county. Says how many letters and messages moved.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn step(&self, area: AreaId) -> Result<u64, Error> {
        let desk = self.store.as_system(SystemTask::Job, area, (self.clock)());
        let expanded = match desk.save(ExpandLetters).await {
            // Another process made notices of the same letters in the same moment: once is what is wanted.
            Err(Error::Database(text)) if text.contains("ux_notices_letter_id") => 1,
            other => other?,
        };
        let Some(http) = &self.http else { return Ok(expanded) };
        let claimed = desk.save(ClaimNotices { most: MOST }).await?;
        let carried = claimed.handed.iter().map(|handed| self.carry(http, area, handed));
        for outcome in futures_util::future::join_all(carried).await {
            outcome?;
        }
        Ok(expanded + claimed.moved + u64::try_from(claimed.handed.len()).unwrap_or_default())
    }

    /// Sends one message and keeps what came of it. One that was thrown away meanwhile is let go.
    async fn carry(&self, http: &Http, area: AreaId, handed: &Handed) -> Result<(), Error> {
        let desk = |clock: &Clock| self.store.as_system(SystemTask::Job, area, clock());
        let parcel = match desk(&self.clock).parcel(handed).await {
            Err(Error::NotFound) => return Ok(()),
            other => other?,
        };
        let number = parcel.number.clone();
        let answered = self.sent(http, parcel).await;
        tracing::debug!(number, code = answered.code, "a notice was answered");
        let kept = desk(&self.clock).save(SettleNotice { handed: handed.clone(), answered }).await?;
        if !kept {
            tracing::warn!(number, "another process took the notice up");
        }
        Ok(())
    }

    async fn sent(&self, http: &Http, parcel: Parcel) -> Answered {
        let Some(config) = parcel.config else { return answered(Verdict::Rejected, "channel.off") };
        let address = match parcel.address {
            Some(address) => address,
            None if parcel.channel.is_group() => String::new(),
            None => return answered(Verdict::Rejected, "address.missing"),
        };
        let said = notice::said(&notice::Told {
            kind: &parcel.kind,
            number: &parcel.number,
            language: &parcel.language,
            origin: self.origin.as_deref(),
            without_account: parcel.without_account,
        });
        let message = Message {
            id: parcel.id.to_string(),
            number: parcel.number,
            subject: said.subject,
            body: said.body,
            address,
        };
        let (http, now) = (http.clone(), (self.clock)());
        let sending = tokio::task::spawn_blocking(move || send(&http, &config, &message, now));
        sending.await.unwrap_or_else(|_| answered(Verdict::Lost, "answer.lost"))
    }
}
