//! Whose files become one, and which file is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::{ChildId, VolunteerId};

/// Whose files become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MergeKind {
    /// A child's.
    Child,
    /// A volunteer's.
    Volunteer,
}

impl MergeKind {
    /// Every kind.
    pub const ALL: [MergeKind; 2] = [Self::Child, Self::Volunteer];

    /// The word in records and addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Child => "child",
            Self::Volunteer => "volunteer",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The file of this kind with this id.
    #[must_use]
    pub fn file(self, id: Uuid) -> File {
        match self {
            Self::Child => File::Child(ChildId(id)),
            Self::Volunteer => File::Volunteer(VolunteerId(id)),
        }
    }
}

/// The file of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum File {
    /// A child's.
    Child(ChildId),
    /// A volunteer's.
    Volunteer(VolunteerId),
}

impl File {
    /// Whose.
    #[must_use]
    pub fn kind(self) -> MergeKind {
        match self {
            Self::Child(_) => MergeKind::Child,
            Self::Volunteer(_) => MergeKind::Volunteer,
        }
    }

    /// Which one.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::Child(id) => id.0,
            Self::Volunteer(id) => id.0,
        }
    }
}

impl From<ChildId> for File {
    fn from(id: ChildId) -> File {
        File::Child(id)
    }
}

impl From<VolunteerId> for File {
    fn from(id: VolunteerId) -> File {
        File::Volunteer(id)
    }
}
