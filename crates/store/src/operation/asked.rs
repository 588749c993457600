//! What an operation makes, as it is kept: sealed, because what was searched for is a name.

use naheya_domain::id::{AccountId, ExportId, VolunteerId};
use naheya_domain::operation::OperationKind;
use naheya_domain::volunteer::VolunteerState;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;
use crate::audit::AuditFilter;
use crate::volunteer::VolunteerFilter;

/// Which file is asked for.
#[derive(Clone, Debug)]
pub enum Asked {
    /// A list of children that another person let out.
    Children(ExportId),
    /// The volunteers that a filter finds.
    Volunteers(VolunteerFilter),
    /// The events that a filter finds.
    AuditEvents(AuditFilter),
}

#[derive(Serialize, Deserialize)]
enum Kept {
    Children {
        export: Uuid,
    },
    Volunteers {
        state: Option<String>,
        expiring_by: Option<String>,
        places_free: bool,
        town: Option<String>,
        areas: Vec<String>,
        search: Option<String>,
    },
    AuditEvents {
        noun: Option<String>,
        account: Option<Uuid>,
        about: Option<Uuid>,
        from: Option<String>,
        to: Option<String>,
    },
}

impl Asked {
    /// Of which kind.
    #[must_use]
    pub fn kind(&self) -> OperationKind {
        match self {
            Asked::Children(_) => OperationKind::Children,
            Asked::Volunteers(_) => OperationKind::Volunteers,
            Asked::AuditEvents(_) => OperationKind::AuditEvents,
        }
    }

    pub(super) fn text(&self) -> Result<String, Error> {
        let kept = match self {
            Asked::Children(id) => Kept::Children { export: id.0 },
            Asked::Volunteers(filter) => Kept::Volunteers {
                state: filter.state.map(|state| state.code().to_owned()),
                expiring_by: filter.expiring_by.map(|day| day.to_string()),
                places_free: filter.places_free,
                town: filter.town.clone(),
                areas: filter.areas.clone(),
                search: filter.search.clone(),
            },
            Asked::AuditEvents(filter) => Kept::AuditEvents {
                noun: filter.noun.clone(),
                account: filter.account.map(|id| id.0),
                about: filter.about,
                from: filter.from.map(|day| day.to_string()),
                to: filter.to.map(|day| day.to_string()),
            },
        };
        serde_json::to_string(&kept).map_err(|_| Error::Database("an operation cannot be kept".into()))
    }

    /// A word that is no longer known must not let more out than was asked for.
    pub(super) fn read(text: &str) -> Result<Asked, Error> {
        let kept: Kept = serde_json::from_str(text).map_err(|_| unreadable())?;
        Ok(match kept {
            Kept::Children { export } => Asked::Children(ExportId(export)),
            Kept::Volunteers { state, expiring_by, places_free, town, areas, search } => {
                let state = state.map(|code| VolunteerState::parse(&code).ok_or_else(unreadable)).transpose()?;
                let expiring_by = day(expiring_by)?;
                let after: Option<VolunteerId> = None;
                Asked::Volunteers(VolunteerFilter { state, expiring_by, places_free, town, areas, search, after })
            }
            Kept::AuditEvents { noun, account, about, from, to } => {
                let (account, from, to) = (account.map(AccountId), day(from)?, day(to)?);
                Asked::AuditEvents(AuditFilter { noun, account, about, from, to, before: None })
            }
        })
    }
}

fn unreadable() -> Error {
    Error::Database("a kept operation cannot be read".into())
}

fn day(text: Option<String>) -> Result<Option<naheya_domain::Date>, Error> {
    text.map(|text| text.parse().map_err(|_| unreadable())).transpose()
}
