//! The room of records: the only one with SQL and the only owner of connections.
//!
//! [`Store`] has no methods on records. A checked session (or a named [`SystemTask`]) makes a
//! [`Desk`]; reads are methods of the desk, changes are acts ([`Act`]) given to [`Desk::save`].
//! Queries begin at the viewer's scope and run only inside `sealed`.
//!
//! # What the compiler holds
//!
//! Nobody outside makes a desk for a viewer of his own making:
//!
//! ```compile_fail,E0624
//! fn escape(store: naheya_store::Store, viewer: naheya_domain::Viewer, now: naheya_domain::Timestamp) {
//!     let _ = store.desk(viewer, now);
//! }
//! ```
//!
//! Nobody outside gets a hold on the readers, or at the connections:
//!
//! ```compile_fail,E0624
//! fn escape(desk: naheya_store::Desk) {
//!     let _ = desk.read();
//! }
//! ```
//! ```compile_fail,E0624
//! fn escape(store: naheya_store::Store) {
//!     let _ = store.db();
//! }
//! ```
//!
//! The tables themselves cannot be named, so no query on them can be written down:
//!
//! ```compile_fail,E0603
//! use naheya_store::sealed::entity::child;
//! ```
//!
//! The hold that an act is given is no connection: a query of one's own cannot be run on it.
//!
//! ```compile_fail,E0277
//! async fn escape(tx: &naheya_store::Tx) {
//!     let _ = sea_orm::ConnectionTrait::execute_unprepared(tx, "DELETE FROM children").await;
//! }
//! ```
//!
//! And it runs inside the writer only; it cannot be made:
//!
//! ```compile_fail,E0624
//! fn escape() {
//!     let _ = naheya_store::Tx::new;
//! }
//! ```

pub mod account;
pub mod alarm;
pub mod area;
mod assent;
pub mod audit;
mod backfill;
pub mod backup;
pub mod beginning;
pub mod break_glass;
pub mod candidate;
mod carer;
pub mod category;
pub mod channel;
pub mod charge;
pub mod check;
pub mod child;
pub mod choice;
mod claim;
pub mod concern;
pub mod consent;
mod consented;
pub mod contact;
pub mod county;
pub mod custody;
pub mod demo;
pub mod draft;
pub mod erasure;
pub mod error;
pub mod export;
pub mod family;
pub mod field;
pub mod figure;
pub mod follow_up;
pub mod grant;
pub mod grid;
pub mod guardian;
pub mod holiday;
pub mod hours;
pub mod household;
pub mod import;
mod installation;
mod known;
pub mod level;
pub mod meanwhile;
pub mod meeting;
pub mod merge;
mod migration;
pub mod note;
pub mod notice;
pub mod operation;
pub mod order;
pub mod pair;
pub mod parting;
pub mod password;
pub mod personal_copy;
pub mod phone_act;
pub mod phone_list;
pub mod proposal;
pub mod purge;
pub mod recovery;
pub mod restriction;
mod rollup;
pub mod round;
pub mod run;
pub mod saved_view;
pub mod school;
mod sealed;
pub mod search;
pub mod second_word;
pub mod session;
pub mod set_up;
pub mod setting;
pub mod sign_in;
pub mod slip;
pub mod snapshot;
pub mod station;
pub mod stay;
pub mod stay_register;
pub mod tabulation;
pub mod term;
pub mod thanks;
pub mod today;
pub mod visit;
pub mod volunteer;
pub mod watch;
pub mod wish;
mod words;

pub use error::Error;
pub use sealed::act::Act;
pub use sealed::db::{Engine, Location};
pub use sealed::desk::{Desk, Store, Submission, SystemTask};
pub use sealed::trail::Letter;
pub use sealed::tx::Tx;

pub(crate) fn sha(bytes: &[u8]) -> Vec<u8> {
    field::sha256(bytes).to_vec()
}
