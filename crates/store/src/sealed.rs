//! The fence. Every connection lives in here and every query runs in here; what leaves this tree
//! can be narrowed further, but not widened, and rows can be written only into the own county.
//! Files outside may build a condition; they cannot start or run a query (clippy's
//! `disallowed_methods` and private fields hold that).

pub(crate) mod act;
pub(crate) mod bucket;
#[cfg(test)]
mod catalogue;
pub(crate) mod commit;
pub(crate) mod copy;
pub(crate) mod db;
pub(crate) mod desk;
pub(crate) mod door;
pub(crate) mod entity;
pub(crate) mod glass;
mod memo;
pub(crate) mod nation;
mod question;
mod reader;
pub(crate) mod record;
pub(crate) mod schema;
pub(crate) mod tally;
pub(crate) mod trail;
pub(crate) mod tx;
pub(crate) mod verify;
pub(crate) mod visible;
pub(crate) mod writer;
