//! What an operation makes, as it is kept: sealed, because what was searched for is a name.

use naheya_domain::Date;
use naheya_domain::id::{AccountId, ExportId, RoundId, VolunteerId};
use naheya_domain::operation::OperationKind;
use naheya_domain::volunteer::VolunteerState;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;
use crate::account::AccountView;
use crate::audit::AuditFilter;
use crate::volunteer::VolunteerFilter;

/// What is asked for.
#[derive(Clone, Debug)]
pub enum Asked {
    /// A list with children's names that another person let out; of which kind.
    LetOut(OperationKind, ExportId),
    /// The volunteers that a filter finds.
    Volunteers(VolunteerFilter),
    /// The events that a filter finds.
    AuditEvents(AuditFilter),
    /// The accounts of a view.
    Accounts(AccountView),
    /// The report's workbook as of a day.
    Report(Date),
    /// The uploaded roster, checked and taken in.
    Import(Roster),
    /// A round, worked out.
    Run(RoundId, String),
    /// The trail's chain, followed from its first event to its head.
    Proof,
}

/// Which uploaded roster: the file as it was looked at, and what may be left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// SHA-256 of the file with what was put right in it.
    pub hash: [u8; 32],
    /// Whether good rows are written although others are at fault.
    pub good_rows_only: bool,
}

#[derive(Serialize, Deserialize)]
enum Kept {
    Children {
        export: Uuid,
    },
    LetOut {
        kind: String,
        export: Uuid,
    },
    Accounts {
        view: String,
    },
    Report {
        as_of: String,
    },
    Import(Roster),
    Proof,
    Run {
        round: Uuid,
        seed: String,
    },
    Volunteers {
        state: Option<String>,
        expiring_by: Option<String>,
        #[serde(default)]
        expiring_from: Option<String>,
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
            Asked::LetOut(kind, _) => *kind,
            Asked::Accounts(_) => OperationKind::Accounts,
            Asked::Report(_) => OperationKind::Report,
            Asked::Import(_) => OperationKind::Import,
            Asked::Run(..) => OperationKind::Run,
            Asked::Proof => OperationKind::Proof,
            Asked::Volunteers(_) => OperationKind::Volunteers,
            Asked::AuditEvents(_) => OperationKind::AuditEvents,
        }
    }

    pub(super) fn text(&self) -> Result<String, Error> {
        let kept = match self {
            Asked::LetOut(kind, id) => Kept::LetOut { kind: kind.code().to_owned(), export: id.0 },
            Asked::Accounts(view) => Kept::Accounts { view: view.code().to_owned() },
            Asked::Report(as_of) => Kept::Report { as_of: as_of.to_string() },
            Asked::Import(roster) => Kept::Import(roster.clone()),
            Asked::Run(round, seed) => Kept::Run { round: round.0, seed: seed.clone() },
            Asked::Proof => Kept::Proof,
            Asked::Volunteers(filter) => Kept::Volunteers {
                state: filter.state.map(|state| state.code().to_owned()),
                expiring_by: filter.expiring_by.map(|day| day.to_string()),
                expiring_from: filter.expiring_from.map(|day| day.to_string()),
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
            // What was asked for before other lists left the house this way.
            Kept::Children { export } => Asked::LetOut(OperationKind::Children, ExportId(export)),
            Kept::LetOut { kind, export } => {
                Asked::LetOut(OperationKind::parse(&kind).ok_or_else(unreadable)?, ExportId(export))
            }
            Kept::Accounts { view } => Asked::Accounts(AccountView::parse(&view).ok_or_else(unreadable)?),
            Kept::Report { as_of } => Asked::Report(as_of.parse().map_err(|_| unreadable())?),
            Kept::Import(roster) => Asked::Import(roster),
            Kept::Proof => Asked::Proof,
            Kept::Run { round, seed } => Asked::Run(RoundId(round), seed),
            Kept::Volunteers { state, expiring_by, expiring_from, places_free, town, areas, search } => {
                let state = state.map(|code| VolunteerState::parse(&code).ok_or_else(unreadable)).transpose()?;
                let (expiring_by, expiring_from) = (day(expiring_by)?, day(expiring_from)?);
                let after: Option<VolunteerId> = None;
                Asked::Volunteers(VolunteerFilter {
                    state,
                    expiring_by,
                    expiring_from,
                    places_free,
                    town,
                    areas,
                    search,
                    after,
                })
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
