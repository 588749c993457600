//! Reading through an opening made in an emergency: the one place in which a person's scope becomes another.

use std::sync::Arc;

use naheya_domain::id::SessionId;

use super::{Link, Tx};
use crate::Error;
use crate::sealed::glass::Glass;

impl Tx {
    /// The session whose browser asks, when one does.
    pub(crate) fn session(&self) -> Option<SessionId> {
        self.who.session
    }

    /// The same moment of the records seen through an opening that holds: one child's, and nothing else ([`Tx::scope`] says so).
    /// Only read through, by whoever opened it.
    pub(crate) fn through(&self, glass: Glass) -> Result<Tx, Error> {
        if glass.account() != self.account() || self.is_system() || matches!(self.link, Link::Write(_)) {
            return Err(Error::Forbidden);
        }
        let tx = Tx::new(self.link.clone(), self.who.clone(), Arc::clone(&self.ring), self.act);
        Ok(Tx { glass: Some(glass.child()), ..tx })
    }
}
