//! How a school's weeks run: its rhythm, its terms, and the weekends of a term at a glance.

use naheya_domain::access::Action;
use naheya_domain::id::{SchoolId, SchoolTermId};
use naheya_domain::school::Rhythm;
use naheya_domain::term::TermDetails;
use naheya_domain::weekend::Weekend;
use naheya_domain::{Date, holiday};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::day::calendar;
use crate::holiday::known_years;
use crate::sealed::act::Act;
use crate::sealed::entity::{school, school_term};
use crate::sealed::tx::Tx;
use crate::stay::{MovedStay, Noted, moved};
use crate::{Desk, Error};

/// Weekends shown where no term is on file.
const AHEAD: usize = 16;

/// A term on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolTerm {
    /// Which row.
    pub id: SchoolTermId,
    /// What it is called and from when to when it runs.
    pub details: TermDetails,
}

/// A school's weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolCalendar {
    /// The school's name.
    pub name: String,
    /// Counts changes of the school; the form carries it back.
    pub version: i32,
    /// How its weekends follow each other.
    pub rhythm: Rhythm,
    /// When school lets the children go, `HH:MM`.
    pub release_at: String,
    /// Until when they are back, `HH:MM`.
    pub return_at: String,
    /// Its terms that are not over, the next one first.
    pub terms: Vec<SchoolTerm>,
    /// The term that runs or comes next; none when none is on file.
    pub term: Option<SchoolTerm>,
    /// The weekends of that term, or the next ones.
    pub weekends: Vec<Weekend>,
    /// Stays that no longer fit this calendar.
    pub moved: Vec<MovedStay>,
    /// The year whose holidays are due and missing.
    pub missing: Option<i16>,
}

impl Desk {
    /// The weeks of a school from today on.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn school_calendar(&self, id: SchoolId) -> Result<SchoolCalendar, Error> {
        let tx = self.read();
        let row = tx.visible::<school::Entity>().id(id).one(&tx).await?;
        let today = tx.now().date();
        let terms = terms(&tx, row.id, today).await?;
        let term = terms.first().cloned();
        let known = known_years(&tx).await?;
        Ok(SchoolCalendar {
            weekends: weekends(&tx, &row, term.as_ref()).await?,
            rhythm: rhythm(&row),
            version: row.version,
            moved: moved(&tx, Some(row.id)).await?,
            missing: holiday::missing_year(today, |year| known.contains(&year)),
            name: row.name,
            release_at: row.release_at,
            return_at: row.return_at,
            terms,
            term,
        })
    }
}

fn rhythm(row: &school::Model) -> Rhythm {
    let anchor = row.rhythm_anchor.as_deref().and_then(|day| day.parse().ok());
    match anchor {
        Some(day) if row.rhythm == "big_small" => Rhythm::BigSmall(day),
        _ => Rhythm::Weekly,
    }
}

/// The terms of a school that end on `since` or later, the next one first.
pub(crate) async fn terms(tx: &Tx, school: Uuid, since: Date) -> Result<Vec<SchoolTerm>, Error> {
    let rows = tx
        .for_rule::<school_term::Entity>()
        .and(school_term::Column::SchoolId.eq(school))
        .and(school_term::Column::ToOn.gte(since.to_string()))
        .by(school_term::Column::FromOn)
        .limit(12)
        .all(tx)
        .await?;
    let term = |row: school_term::Model| {
        let details =
            TermDetails { from_on: row.from_on.parse().ok()?, to_on: row.to_on.parse().ok()?, name: row.name };
        Some(SchoolTerm { id: SchoolTermId(row.id), details })
    };
    Ok(rows.into_iter().filter_map(term).collect())
}

/// The weekends of `term` from today on, or the next ones where there is no term.
pub(crate) async fn weekends(
    tx: &Tx,
    school: &school::Model,
    term: Option<&SchoolTerm>,
) -> Result<Vec<Weekend>, Error> {
    let today = tx.now().date();
    let calendar = calendar(tx, Some(school), today).await?;
    let Some(term) = term else { return Ok(calendar.weekends(today, AHEAD)) };
    let begin = term.details.from_on.max(today);
    Ok(calendar.weekends_within(begin, term.details.to_on))
}

/// Another rhythm of a school; `version` is the one that the form was filled from.
#[derive(Clone, Debug)]
pub struct ChangeRhythm {
    /// Which school.
    pub school: SchoolId,
    /// The version that was read.
    pub version: i32,
    /// What holds now.
    pub rhythm: Rhythm,
}

impl Act for ChangeRhythm {
    const NAME: &'static str = "school.rhythm";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let before = tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let noted = Noted::before(tx, Some(before.id)).await?;
        let mut after = before.clone();
        self.rhythm.code().clone_into(&mut after.rhythm);
        after.rhythm_anchor = match self.rhythm {
            Rhythm::Weekly => None,
            Rhythm::BigSmall(day) => Some(day.to_string()),
        };
        tx.change::<school::Entity>(&before, after).await?;
        noted.tell(tx).await
    }
}

/// A term of a school, or the same of every open school of the county.
#[derive(Clone, Debug)]
pub struct AddTerm {
    /// Which school.
    pub school: SchoolId,
    /// The term.
    pub term: TermDetails,
    /// Whether every school that has no term in these days gets it too.
    pub everywhere: bool,
}

impl Act for AddTerm {
    const NAME: &'static str = "school_term.add";
    /// How many schools have it now.
    type Answer = usize;

    async fn run(&self, tx: &Tx) -> Result<usize, Error> {
        tx.require(Action::KeepSchool)?;
        let school = tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        if !self.is_free(tx, school.id).await? {
            return Err(Error::field("from_on", "term.overlap"));
        }
        let mut schools = vec![school.id];
        if self.everywhere {
            let others = tx.visible::<school::Entity>().and(school::Column::State.eq("open"));
            for other in others.and(school::Column::Id.ne(school.id)).all(tx).await? {
                if self.is_free(tx, other.id).await? {
                    schools.push(other.id);
                }
            }
        }
        // Between two terms are holidays: a stay may no longer fit, or fit at last.
        let noted = Noted::before(tx, Some(school.id).filter(|_| !self.everywhere)).await?;
        let rows = schools.iter().map(|school| school_term::Model {
            area_id: tx.area_id(),
            id: Uuid::now_v7(),
            school_id: *school,
            name: self.term.name.clone(),
            from_on: self.term.from_on.to_string(),
            to_on: self.term.to_on.to_string(),
        });
        tx.insert_all::<school_term::Entity>(rows.collect()).await?;
        noted.tell(tx).await?;
        Ok(schools.len())
    }
}

impl AddTerm {
    async fn is_free(&self, tx: &Tx, school: Uuid) -> Result<bool, Error> {
        let there = terms(tx, school, self.term.from_on).await?;
        Ok(!there.iter().any(|other| other.details.meets(&self.term)))
    }
}

/// A term was entered by mistake.
#[derive(Clone, Debug)]
pub struct DropTerm {
    /// Which school.
    pub school: SchoolId,
    /// Which term.
    pub term: SchoolTermId,
}

impl Act for DropTerm {
    const NAME: &'static str = "school_term.drop";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepSchool)?;
        let row = tx
            .visible::<school_term::Entity>()
            .id(self.term)
            .and(school_term::Column::SchoolId.eq(self.school.0))
            .one(tx)
            .await?;
        let noted = Noted::before(tx, Some(row.school_id)).await?;
        tx.remove::<school_term::Entity>(&row).await?;
        noted.tell(tx).await
    }
}
