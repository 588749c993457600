//! A county as the unit of registration, of rights and of sharding.

use serde::{Deserialize, Serialize};

/// The number that every county row begins with: the county's six-digit GB/T 2260 code on the day
/// it registered. It never changes afterwards, even when the code is retired, and is then nothing
/// but an opaque number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AreaId(pub i32);

impl AreaId {
    /// The chain of what belongs to no county: accounts of the system itself, its settings, backups.
    pub const NATION: AreaId = AreaId(0);

    /// Reads a six-digit county code. `None` when it is not six digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<AreaId> {
        let text = text.trim();
        let six = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        if six { text.parse().ok().map(AreaId) } else { None }
    }
}

impl std::fmt::Display for AreaId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:06}", self.0)
    }
}
