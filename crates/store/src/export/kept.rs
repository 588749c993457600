//! A filter as it is kept, sealed: what was searched for is a name.

use naheya_domain::Timestamp;
use naheya_domain::child::ChildState;
use naheya_domain::id::{ClassId, RoundId, SchoolId};
use naheya_domain::pair::PairState;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Out;
use crate::Error;
use crate::child::{ChildFilter, ChildView};
use crate::follow_up::FollowUpFilter;
use crate::pair::PairFilter;
use crate::stay::{StayFilter, StayView};

/// One of the lists. The children's stands bare, as it did when there was no other.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Kept {
    Pairs { pairs: Pairs },
    Stays { stays: Stays },
    FollowUps { follow_ups: FollowUps },
    RoundPeople { round_people: Uuid },
    RoundResults { round_results: Uuid },
    PhoneActs { phone_acts: bool },
    Children(Children),
}

#[derive(Serialize, Deserialize)]
pub(super) struct Pairs {
    state: Option<String>,
    search: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Stays {
    view: String,
    from: i64,
    to: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct FollowUps {
    town: Option<String>,
    #[serde(default)]
    areas: Vec<String>,
    late: bool,
    #[serde(default)]
    missed: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Children {
    view: String,
    state: Option<String>,
    school: Option<Uuid>,
    class: Option<Uuid>,
    town: Option<String>,
    #[serde(default)]
    areas: Vec<String>,
    stale_since: Option<i64>,
    search: Option<String>,
}

impl Kept {
    pub(super) fn of(out: &Out) -> Kept {
        match out {
            Out::Children(filter) => Kept::Children(Children {
                view: filter.view.code().to_owned(),
                state: filter.state.map(|state| state.code().to_owned()),
                school: filter.school.map(|id| id.0),
                class: filter.class.map(|id| id.0),
                town: filter.town.clone(),
                areas: filter.areas.clone(),
                stale_since: filter.stale_since.map(|at| at.0),
                search: filter.search.clone(),
            }),
            Out::Pairs(filter) => Kept::Pairs {
                pairs: Pairs {
                    state: filter.state.map(|state| state.code().to_owned()),
                    search: filter.search.clone(),
                },
            },
            Out::Stays(filter) => Kept::Stays {
                stays: Stays { view: filter.view.code().to_owned(), from: filter.from.0, to: filter.to.0 },
            },
            Out::FollowUps(filter) => {
                let (town, areas) = (filter.town.clone(), filter.areas.clone());
                Kept::FollowUps { follow_ups: FollowUps { town, areas, late: filter.late, missed: filter.missed } }
            }
            Out::RoundPeople(round) => Kept::RoundPeople { round_people: round.0 },
            Out::RoundResults(round) => Kept::RoundResults { round_results: round.0 },
            Out::PhoneActs => Kept::PhoneActs { phone_acts: true },
        }
    }

    pub(super) fn text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|_| Error::Database("a filter cannot be kept".into()))
    }

    /// A word that is no longer known must not let more out than was asked for.
    pub(super) fn read(text: &str) -> Result<Out, Error> {
        Ok(match serde_json::from_str(text).map_err(|_| unreadable())? {
            Kept::Children(kept) => Out::Children(kept.read()?),
            Kept::Pairs { pairs } => Out::Pairs(PairFilter {
                state: pairs.state.map(|code| PairState::parse(&code).ok_or_else(unreadable)).transpose()?,
                search: pairs.search,
                ..PairFilter::default()
            }),
            Kept::Stays { stays } => Out::Stays(StayFilter {
                view: StayView::parse(&stays.view).ok_or_else(unreadable)?,
                from: Timestamp(stays.from),
                to: Timestamp(stays.to),
                after: None,
            }),
            Kept::FollowUps { follow_ups } => {
                let FollowUps { town, areas, late, missed } = follow_ups;
                Out::FollowUps(FollowUpFilter { town, areas, late, missed, after: None })
            }
            Kept::RoundPeople { round_people } => Out::RoundPeople(RoundId(round_people)),
            Kept::RoundResults { round_results } => Out::RoundResults(RoundId(round_results)),
            Kept::PhoneActs { .. } => Out::PhoneActs,
        })
    }
}

impl Children {
    fn read(self) -> Result<ChildFilter, Error> {
        let state = self.state.map(|code| ChildState::parse(&code).ok_or_else(unreadable)).transpose()?;
        Ok(ChildFilter {
            view: ChildView::parse(&self.view).ok_or_else(unreadable)?,
            state,
            school: self.school.map(SchoolId),
            class: self.class.map(ClassId),
            town: self.town,
            areas: self.areas,
            stale_since: self.stale_since.map(Timestamp),
            search: self.search,
            after: None,
        })
    }
}

fn unreadable() -> Error {
    Error::Database("a kept filter cannot be read".into())
}
