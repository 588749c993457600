//! Two files side by side, part by part, and what comes over.

use naheya_domain::access::Action;
use naheya_domain::merge::{File, MergeState};
use naheya_domain::{Date, Refusal, Timestamp};
use uuid::Uuid;

use super::carry::Rows;
use super::{between, child, table_of, volunteer};
use crate::account::display_names;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Which state of a file was compared: the version of its row, and of a volunteer's home, which is compared with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The file's version.
    pub file: i32,
    /// The home's version; none for a child.
    pub home: Option<i32>,
}

impl Compared {
    /// Reads what [`Compared`] shows in a form; other words were never compared.
    #[must_use]
    pub fn parse(text: &str) -> Compared {
        let (file, home) = match text.split_once('.') {
            Some((file, home)) => (file, home.parse().ok()),
            None => (text, None),
        };
        Compared { file: file.parse().unwrap_or_default(), home }
    }
}

impl std::fmt::Display for Compared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.home {
            Some(home) => write!(f, "{}.{home}", self.file),
            None => write!(f, "{}", self.file),
        }
    }
}

/// One of two files, as far as one tells them apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Which file.
    pub id: File,
    /// What was read.
    pub version: Compared,
    /// Number of the file.
    pub number: String,
    /// Name.
    pub name: String,
    /// Birth date.
    pub birth_on: Option<Date>,
    /// A child's school and class, a volunteer's place of work.
    pub place: Option<String>,
    /// How far: the code of a child's or a volunteer's state.
    pub state: &'static str,
    /// When the file was opened.
    pub opened_at: Timestamp,
}

/// A part that is not the same in both. Codes and names; of what is locked only whether something is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The code of the part.
    pub part: &'static str,
    /// Whether it is compared and never shown.
    pub is_locked: bool,
    /// In the file that stays.
    pub kept: Option<String>,
    /// In the other.
    pub other: Option<String>,
}

/// Two files, compared.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The file that stays.
    pub kept: Side,
    /// The one that becomes part of it.
    pub other: Side,
    /// What differs.
    pub differs: Vec<Difference>,
    /// Codes of what is the same, or absent in both.
    pub same: Vec<&'static str>,
    /// Lists around the person, of which the viewer sees a row.
    pub rows: Vec<Rows>,
    /// What stands in the way, whatever is chosen.
    pub obstacles: Vec<Refusal>,
    /// Which word that was, who said that they are two people, and when.
    pub told_apart: Option<ToldApart>,
}

/// That two files are of two people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldApart {
    /// Which word.
    pub id: naheya_domain::id::MergeId,
    /// Whose.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Desk {
    /// Two files of one kind side by side; the look at both is on the trail before this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn compare_files(&self, kept: File, other: File) -> Result<Comparison, Error> {
        self.require(Action::MergeFiles)?;
        let tx = self.read();
        let found = compare(&tx, kept, other, None, &[]).await?;
        self.looked(table_of(kept.kind()), vec![kept.id(), other.id()], "work,personal", None).await?;
        Ok(found)
    }
}

/// Compares; `except` is the proposal that is being judged, `parts` what it takes from the other file.
pub(super) async fn compare(
    tx: &Tx,
    kept: File,
    other: File,
    except: Option<Uuid>,
    parts: &[&str],
) -> Result<Comparison, Error> {
    match (kept, other) {
        (File::Child(kept), File::Child(other)) => child::compare::compare(tx, (kept, other), except, parts).await,
        (File::Volunteer(kept), File::Volunteer(other)) => {
            volunteer::compare::compare(tx, (kept, other), except, parts).await
        }
        _ => Err(Error::NotFound),
    }
}

pub(super) async fn told_apart(tx: &Tx, kept: Uuid, other: Uuid) -> Result<Option<ToldApart>, Error> {
    let Some(row) = between(tx, kept, other, &[MergeState::Distinct]).first(tx).await? else { return Ok(None) };
    let by = display_names(tx, [Some(row.by_account)]).await?.remove(&row.by_account);
    Ok(Some(ToldApart { id: naheya_domain::id::MergeId(row.id), by, at: Timestamp(row.asked_at) }))
}
