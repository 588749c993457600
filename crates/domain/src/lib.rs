//! Words and rules of the programme: value types that are right once parsed, state machines, the
//! table of rights and the definition of every figure. No I/O, no clock, no database: whoever
//! calls brings the time and the facts.

pub mod access;
pub mod area;
pub mod area_code;
mod birth;
pub mod calendar_date;
pub mod candidate;
pub mod category;
pub mod check;
pub mod child;
pub mod choice;
pub mod code;
mod code_list;
pub mod concern;
pub mod custody;
pub mod education;
pub mod error;
pub mod ethnic_group;
pub mod figure;
pub mod follow_up;
pub mod guardian;
pub mod holiday;
pub mod hours;
pub mod household;
pub mod id;
pub mod id_number;
pub mod key;
pub mod language;
pub mod note;
pub mod pair;
pub mod person_name;
pub mod phone;
pub mod phone_act;
pub mod political_status;
pub mod proposal;
pub mod relation;
pub mod role;
pub mod round;
pub mod school;
pub mod school_holiday;
pub mod setting;
pub mod sex;
pub mod stay;
pub mod term;
pub mod time;
pub mod typing;
pub mod viewer;
pub mod volunteer;
pub mod weekend;

pub use area::AreaId;
pub use error::{FieldError, Refusal};
pub use key::Key;
pub use role::Role;
pub use time::{Date, Timestamp};
pub use viewer::Viewer;
