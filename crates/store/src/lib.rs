//! The room of records: the only one with SQL and the only owner of connections.
//!
//! [`Store`] has no methods on records. A checked session (or a named [`SystemTask`]) makes a
//! [`Desk`]; reads are methods of the desk, changes are acts ([`Act`]) given to [`Desk::save`].
//! Queries begin at the viewer's scope and run only inside `sealed`.

pub mod account;
pub mod audit;
pub mod backup;
pub mod candidate;
pub mod check;
pub mod child;
pub mod choice;
pub mod concern;
pub mod consent;
mod consented;
pub mod custody;
pub mod demo;
pub mod error;
pub mod field;
pub mod figure;
pub mod follow_up;
pub mod grant;
pub mod guardian;
pub mod household;
pub mod import;
mod installation;
mod migration;
pub mod note;
pub mod pair;
pub mod password;
pub mod proposal;
pub mod round;
pub mod run;
pub mod school;
mod sealed;
mod search;
pub mod session;
pub mod set_up;
pub mod sign_in;
pub mod slip;
pub mod stay;
pub mod stay_register;
pub mod today;
pub mod volunteer;
pub mod wish;

pub use error::Error;
pub use sealed::act::Act;
pub use sealed::db::{Engine, Location};
pub use sealed::desk::{Desk, Store, Submission, SystemTask};
pub use sealed::trail::Letter;
pub use sealed::tx::Tx;

pub(crate) fn sha(bytes: &[u8]) -> Vec<u8> {
    field::sha256(bytes).to_vec()
}
