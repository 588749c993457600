//! Room.

mod migration;
mod sealed {
    pub(crate) mod entity;
}
