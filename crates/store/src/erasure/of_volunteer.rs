//! A volunteer's file, with the home that is only hers. What the children's files say of her weekends stays with them: days, hours
//! and the chain of hands name her by an id, and behind the id there is no name any more.

mod around;
mod empty;
mod fact;

pub(super) use self::around::Around;
pub(super) use self::empty::all as empty_all;
pub(super) use self::fact::facts;
