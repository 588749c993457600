//! A change as a type: named, run inside the writer's transaction, run again when the engine asks
//! for it, and therefore without any effect outside the transaction.

use std::future::Future;

use naheya_domain::Viewer;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::commit::Ahead;
use super::tx::Tx;
use crate::Error;

/// One change. What it needs to know it carries; what it needs to read it reads through the [`Tx`].
pub trait Act: Send + Sync + 'static {
    /// The name in the audit trail, `noun.verb`.
    const NAME: &'static str;
    /// What the caller gets; kept with the idempotency key, so ids and small facts only.
    type Answer: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Judges, writes, leaves letters. May be run more than once.
    fn run(&self, tx: &Tx) -> impl Future<Output = Result<Self::Answer, Error>> + Send;

    /// Reads once what several acts of this kind, in one commit, would each ask for; they take it from [`Tx::ahead`].
    /// Each comes with who asks. Nothing, for most kinds: then each reads for itself.
    fn look_ahead(_asked: &[(&Self, &Viewer)], _tx: &Tx) -> impl Future<Output = Result<Option<Ahead>, Error>> + Send
    where
        Self: Sized,
    {
        std::future::ready(Ok(None))
    }
}
