//! Words and rules of the programme: value types that are right once parsed, state machines, the
//! table of rights and the definition of every figure. No I/O, no clock, no database: whoever
//! calls brings the time and the facts.

pub mod access;
pub mod area;
pub mod error;
pub mod id;
pub mod key;
pub mod role;
pub mod time;
pub mod viewer;

pub use area::AreaId;
pub use error::{FieldError, Refusal};
pub use key::Key;
pub use role::Role;
pub use time::{Date, Timestamp};
pub use viewer::Viewer;
