//! The documents that go out, and their description.

use naheya_domain::time::Timestamp;
use naheya_store::child::ChildRow;
use naheya_store::pair::PairRow;
use naheya_store::stay_register::Entry;
use naheya_store::volunteer::VolunteerRow;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

/// Somebody, by id and name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    /// UUID.
    pub id: String,
    /// Name; empty when the reader does not see the person.
    pub name: String,
}

/// A child as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Child {
    /// UUID.
    pub id: String,
    /// The file's number.
    pub number: String,
    /// Name.
    pub name: String,
    /// School.
    pub school: Option<String>,
    /// Class.
    pub class: Option<String>,
    /// `applying`, `enrolled`, `paused`, `left`.
    pub state: String,
    /// When somebody last said that the file is right, RFC 3339.
    pub confirmed_at: Option<String>,
}

/// A volunteer as lists show her.
#[derive(Debug, Serialize, ToSchema)]
pub struct Volunteer {
    /// UUID.
    pub id: String,
    /// The file's number.
    pub number: String,
    /// Name.
    pub name: String,
    /// What she does.
    pub trade: Option<String>,
    /// Since when she takes part, `YYYY-MM-DD`.
    pub joined_on: Option<String>,
    /// Children the home may take.
    pub capacity: i32,
    /// Children with a pair that has not ended.
    pub taken: u64,
    /// Minutes credited in all.
    pub minutes: i64,
    /// `applied`, `screening`, `approved`, `paused`, `left`, `refused`.
    pub state: String,
}

/// A pair.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pair {
    /// UUID.
    pub id: String,
    /// The child.
    pub child: Named,
    /// The volunteer.
    pub volunteer: Named,
    /// `settling`, `active`, `paused`, `ended`.
    pub state: String,
    /// First day, `YYYY-MM-DD`.
    pub begun_on: Option<String>,
    /// Last day, `YYYY-MM-DD`.
    pub ended_on: Option<String>,
    /// `round`, `paper`, `staff`.
    pub source: String,
}

/// A stay.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stay {
    /// UUID.
    pub id: String,
    /// The pair's UUID.
    pub pair: String,
    /// The child.
    pub child: Named,
    /// The volunteer.
    pub volunteer: Named,
    /// Begins, RFC 3339.
    pub starts_at: String,
    /// Ends, RFC 3339.
    pub ends_at: String,
    /// `requested`, `consented`, `approved`, `released`, `in_care`, `returned`, `closed`, `refused`, `cancelled`.
    pub state: String,
}

/// Children, one page.
#[derive(Debug, Serialize, ToSchema)]
pub struct Children {
    /// At most 50.
    pub items: Vec<Child>,
    /// To be given as `after` for the next page.
    pub next: Option<String>,
}

/// Volunteers, one page.
#[derive(Debug, Serialize, ToSchema)]
pub struct Volunteers {
    /// At most 50.
    pub items: Vec<Volunteer>,
    /// To be given as `after` for the next page.
    pub next: Option<String>,
}

/// Pairs, one page.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pairs {
    /// At most 50.
    pub items: Vec<Pair>,
    /// To be given as `after` for the next page.
    pub next: Option<String>,
}

/// Stays, one page.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stays {
    /// At most 50.
    pub items: Vec<Stay>,
    /// To be given as `after` for the next page.
    pub next: Option<String>,
}

/// The county's public figures. Counts of people of 1 to 4 are `null`; their keys stand in
/// `suppressed_figures`.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresDocument {
    /// County code.
    pub area: String,
    /// County's name.
    pub area_name: String,
    /// The day, `YYYY-MM-DD`.
    pub as_of: String,
    /// People approved as volunteers and not left.
    pub volunteers: Option<i64>,
    /// Homes with such a volunteer.
    pub families: Option<i64>,
    /// Children with a pair, a stay or a follow-up.
    pub children_supported: Option<i64>,
    /// Pairs ever begun.
    pub pairs: Option<i64>,
    /// Pairs not ended.
    pub pairs_active: Option<i64>,
    /// Pairs in which exactly one of the two is Han.
    pub pairs_interethnic: Option<i64>,
    /// Whole hours credited.
    pub service_hours: i64,
    /// Whether any figure is kept back.
    pub suppressed: bool,
    /// Which.
    pub suppressed_figures: Vec<String>,
}

/// RFC 9457, `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// `urn:naheya:problem:<code>`.
    pub r#type: String,
    /// In the reader's language.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What to do, in the reader's language.
    pub detail: String,
    /// For programs.
    pub code: String,
    /// Leads to the log.
    pub request_id: String,
    /// Of bad input, what is wrong with each field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Its name.
    pub field: String,
    /// For programs.
    pub code: String,
    /// In the reader's language.
    pub detail: String,
}

/// The description of the API.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Naheya",
        version = "1",
        description = "Figures for everybody; lists for who is signed in, under the rights of the pages."
    ),
    paths(super::children, super::volunteers, super::pairs, super::stays, crate::figure::document),
    components(schemas(
        Children,
        Volunteers,
        Pairs,
        Stays,
        Child,
        Volunteer,
        Pair,
        Stay,
        Named,
        FiguresDocument,
        ProblemDocument,
        FieldProblem
    ))
)]
pub(super) struct Description;

fn rfc3339(at: Timestamp) -> String {
    format!("{}+08:00", at.shanghai().strftime("%Y-%m-%dT%H:%M:%S"))
}

impl From<ChildRow> for Child {
    fn from(row: ChildRow) -> Child {
        Child {
            id: row.id.to_string(),
            number: row.number,
            name: row.name,
            school: row.school,
            class: row.class,
            state: row.state.code().to_owned(),
            confirmed_at: row.confirmed_at.map(rfc3339),
        }
    }
}

impl From<VolunteerRow> for Volunteer {
    fn from(row: VolunteerRow) -> Volunteer {
        Volunteer {
            id: row.id.to_string(),
            number: row.number,
            name: row.name,
            trade: row.trade,
            joined_on: row.joined_on.map(|day| day.to_string()),
            capacity: row.capacity,
            taken: row.taken,
            minutes: row.minutes,
            state: row.state.code().to_owned(),
        }
    }
}

impl From<PairRow> for Pair {
    fn from(row: PairRow) -> Pair {
        Pair {
            id: row.id.to_string(),
            child: Named { id: row.child.to_string(), name: row.child_name },
            volunteer: Named { id: row.volunteer.to_string(), name: row.volunteer_name },
            state: row.state.code().to_owned(),
            begun_on: row.begun_on.map(|day| day.to_string()),
            ended_on: row.ended_on.map(|day| day.to_string()),
            source: row.source.code().to_owned(),
        }
    }
}

impl From<Entry> for Stay {
    fn from(row: Entry) -> Stay {
        Stay {
            id: row.id.to_string(),
            pair: row.pair.to_string(),
            child: Named { id: row.child.to_string(), name: row.child_name },
            volunteer: Named { id: row.volunteer.to_string(), name: row.volunteer_name },
            starts_at: rfc3339(row.starts_at),
            ends_at: rfc3339(row.ends_at),
            state: row.state.code().to_owned(),
        }
    }
}
