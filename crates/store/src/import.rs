//! Rosters into the register: each row is compared with what is on file, told apart as new, changed,
//! unchanged or at fault, and the good ones are written in one act. The same file twice changes
//! nothing the second time.

use std::collections::HashSet;

use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::calendar_date::CalendarDate;
use naheya_domain::category::Category;
use naheya_domain::child::ChildDetails;
use naheya_domain::id::ImportBatchId;
use naheya_domain::id_number::IdNumber;
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::relation::Relation;
use naheya_domain::volunteer::VolunteerDetails;
use sea_orm::{ColumnTrait, IdenStatic, ModelTrait, Value};
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::import_batch;
use crate::sealed::record::Record;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

mod batch;
mod before;
mod child;
mod enrol;
mod erased;
mod kept_away;
mod left;
mod namesake;
mod pair;
mod place;
mod undo;
mod upload;
mod volunteer;

pub use batch::{Batch, COUNTED};
pub use enrol::EnrolImported;
pub use erased::{LeftBehind, PutAside, Waiting};
pub(crate) use erased::{erase, is_waiting, put_aside, throw_away};
pub use left::LeftOut;
pub(crate) use left::{NAMED, purge};
pub use undo::{KeptRow, MOST_KEPT, UNDO_DAYS, UndoImport};
pub use upload::{ChooseSchools, DropUpload, Fix, FixUpload, KeepUpload, SchoolChoice, UnfixUpload, Uploaded};
pub(crate) use upload::{drop_uploaded, tell_lapsed};

/// Values in one `IN (…)`: below SQLite's limit on variables.
const CHUNK: usize = 5_000;

/// A child as a roster tells of her; what the roster does not say stays as it is on file.
#[derive(Clone, Debug)]
pub struct ChildLine {
    /// The row that Excel shows.
    pub row: u32,
    /// What the row says of the child. School and class are named, not found, and stand below.
    pub details: ChildDetails,
    /// School's name.
    pub school: String,
    /// Class's name.
    pub class: Option<String>,
    /// Categories.
    pub categories: Vec<Category>,
    /// Adults, the first to be called first.
    pub guardians: Vec<GuardianLine>,
}

/// An adult of a child's, as far as a roster names one.
#[derive(Clone, Debug)]
pub struct GuardianLine {
    /// Name; missing where the roster has only a phone.
    pub name: Option<PersonName>,
    /// What the adult is to the child.
    pub relation: Option<Relation>,
    /// Phone.
    pub phone: Option<Phone>,
}

/// A volunteer as a roster tells of her.
#[derive(Clone, Debug)]
pub struct VolunteerLine {
    /// The row that Excel shows.
    pub row: u32,
    /// What the row says of her.
    pub details: VolunteerDetails,
    /// Her birth date, as exact as the roster has it.
    pub birth: CalendarDate,
    /// Town code of the home.
    pub town_code: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// The day she joined (加入时间).
    pub joined_on: Option<Date>,
}

/// A pair as a paper ledger tells of it. People are named; the register finds them.
#[derive(Clone, Debug)]
pub struct PairLine {
    /// The row that Excel shows.
    pub row: u32,
    /// The volunteer's name.
    pub volunteer_name: PersonName,
    /// Her phone.
    pub volunteer_phone: Option<Phone>,
    /// Her identity number.
    pub volunteer_id_number: Option<IdNumber>,
    /// The child's name.
    pub child_name: PersonName,
    /// The child's identity number.
    pub child_id_number: Option<IdNumber>,
    /// The child's birth date, or only year and month.
    pub child_birth: Option<CalendarDate>,
    /// The child's school.
    pub school: Option<String>,
    /// The guardian's phone.
    pub guardian_phone: Option<Phone>,
    /// First day.
    pub begun_on: Date,
    /// Last day; none when the pair goes on.
    pub ended_on: Option<Date>,
    /// The agreement's number.
    pub paper_number: Option<String>,
}

/// The good rows of one file.
#[derive(Clone, Debug)]
pub enum Lines {
    /// 儿童花名册.
    Children(Vec<ChildLine>),
    /// 志愿者花名册.
    Volunteers(Vec<VolunteerLine>),
    /// 结对台账.
    Pairs(Vec<PairLine>),
}

impl Lines {
    /// The word kept with the batch.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Lines::Children(_) => "children",
            Lines::Volunteers(_) => "volunteers",
            Lines::Pairs(_) => "pairs",
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Lines::Children(lines) => lines.len(),
            Lines::Volunteers(lines) => lines.len(),
            Lines::Pairs(lines) => lines.len(),
        }
    }

    /// At most `most` of them from this one on.
    #[must_use]
    pub fn piece(&self, begin: usize, most: usize) -> Lines {
        fn some<T: Clone>(lines: &[T], begin: usize, most: usize) -> Vec<T> {
            lines.iter().skip(begin).take(most).cloned().collect()
        }
        match self {
            Lines::Children(lines) => Lines::Children(some(lines, begin, most)),
            Lines::Volunteers(lines) => Lines::Volunteers(some(lines, begin, most)),
            Lines::Pairs(lines) => Lines::Pairs(some(lines, begin, most)),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What the register makes of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not on file yet.
    New,
    /// On file, and the row says something else or more.
    Changed,
    /// On file as the row says.
    Unchanged,
    /// Cannot be taken.
    Fault {
        /// Which part of the row: `id_number`, `name`, `child_name`, `volunteer_name`, `begun_on`.
        field: &'static str,
        /// A code of the import result.
        code: &'static str,
    },
}

/// What a row changes in a file on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowChange {
    /// The column; `categories` and `guardians` for what stands beside the file.
    pub field: &'static str,
    /// What stands there and what will, where a list may show both.
    pub values: Option<(String, String)>,
}

/// What the register makes of the rows of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Row and verdict, in the order of the file.
    pub rows: Vec<(u32, Verdict)>,
    /// What each changed row changes, in the order of the file.
    pub changes: Vec<(u32, Vec<RowChange>)>,
    /// Schools that the good rows name and the register lacks; they are made with the import.
    pub new_schools: Vec<String>,
    /// Classes, as school and class.
    pub new_classes: Vec<(String, String)>,
}

impl Judgement {
    /// How many rows got this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|(_, v)| *v == verdict).count()
    }

    /// How many rows the register cannot take.
    #[must_use]
    pub fn faults(&self) -> usize {
        self.rows.iter().filter(|(_, v)| matches!(v, Verdict::Fault { .. })).count()
    }

    /// Which rows these are.
    #[must_use]
    pub fn refused(&self) -> Vec<u32> {
        let at_fault = |(row, verdict): &(u32, Verdict)| matches!(verdict, Verdict::Fault { .. }).then_some(*row);
        self.rows.iter().filter_map(at_fault).collect()
    }
}

impl Desk {
    /// Compares the rows with the register and writes nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn judge_import(&self, lines: &Lines) -> Result<Judgement, Error> {
        self.require(Action::Import)?;
        judge(&self.read(), lines).await
    }
}

async fn judge(tx: &Tx, lines: &Lines) -> Result<Judgement, Error> {
    Ok(match lines {
        Lines::Children(lines) => child::Plan::make(tx, lines).await?.judgement(),
        Lines::Volunteers(lines) => volunteer::Plan::make(tx, lines).await?.judgement(),
        Lines::Pairs(lines) => pair::Plan::make(tx, lines).await?.judgement(),
    })
}

/// Writes the good rows of a file: one act, one batch that a leader signs (volunteers) and that can
/// be taken back for some days.
#[derive(Clone, Debug)]
pub struct ImportRoster {
    /// The rows that the file alone found nothing wrong with.
    pub lines: Lines,
    /// SHA-256 of the file.
    pub file_hash: [u8; 32],
    /// Rows that the file itself showed to be at fault.
    pub invalid: u32,
    /// Whether good rows are written although others are at fault.
    pub good_rows_only: bool,
    /// The rows at fault as a file, kept for whoever imports.
    pub left_out: Option<LeftOut>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Imported {
    /// The batch; none when nothing had to be written.
    pub batch: Option<ImportBatchId>,
    /// Rows that were not on file.
    pub fresh: u32,
    /// Rows that changed a file.
    pub changed: u32,
    /// Rows that say what is on file.
    pub unchanged: u32,
    /// Rows that the register could not take.
    pub refused: u32,
}

impl Act for ImportRoster {
    const NAME: &'static str = "import.commit";
    type Answer = Imported;

    async fn run(&self, tx: &Tx) -> Result<Imported, Error> {
        tx.require(Action::Import)?;
        let batch = Uuid::now_v7();
        let judgement = match &self.lines {
            Lines::Children(lines) => {
                let plan = child::Plan::make(tx, lines).await?;
                let judgement = self.accept(plan.judgement())?;
                self.open_batch(tx, batch, &judgement).await?;
                plan.write(tx, batch).await?;
                judgement
            }
            Lines::Volunteers(lines) => {
                let plan = volunteer::Plan::make(tx, lines).await?;
                let judgement = self.accept(plan.judgement())?;
                self.open_batch(tx, batch, &judgement).await?;
                plan.write(tx, batch).await?;
                judgement
            }
            Lines::Pairs(lines) => {
                let plan = pair::Plan::make(tx, lines).await?;
                let judgement = self.accept(plan.judgement())?;
                self.open_batch(tx, batch, &judgement).await?;
                plan.write(tx, batch).await?;
                judgement
            }
        };
        let (fresh, changed) = (judgement.count(Verdict::New), judgement.count(Verdict::Changed));
        if let Some(left) = self.left_out.as_ref().filter(|_| fresh + changed > 0) {
            left::keep(tx, batch, left).await?;
        }
        Ok(Imported {
            batch: (fresh + changed > 0).then_some(ImportBatchId(batch)),
            fresh: small(fresh),
            changed: small(changed),
            unchanged: small(judgement.count(Verdict::Unchanged)),
            refused: small(judgement.faults()),
        })
    }
}

impl ImportRoster {
    /// The register may have changed since the preview: a row that became a fault stops the whole
    /// import unless good rows alone were asked for.
    fn accept(&self, judgement: Judgement) -> Result<Judgement, Error> {
        let faults = judgement.faults() + usize::try_from(self.invalid).unwrap_or(usize::MAX);
        if faults > 0 && !self.good_rows_only {
            return Err(Error::refused("import.has_faults"));
        }
        // What is left out is what whoever imports was shown, or nothing is written.
        let same = self.left_out.as_ref().is_none_or(|left| left.refused == judgement.refused());
        if same { Ok(judgement) } else { Err(Error::Stale) }
    }

    async fn open_batch(&self, tx: &Tx, id: Uuid, judgement: &Judgement) -> Result<(), Error> {
        let (fresh, changed) = (judgement.count(Verdict::New), judgement.count(Verdict::Changed));
        if fresh + changed == 0 {
            return Ok(());
        }
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let invalid = judgement.faults() + usize::try_from(self.invalid).unwrap_or(0);
        tx.insert::<import_batch::Entity>(import_batch::Model {
            area_id: tx.area_id(),
            id,
            kind: self.lines.kind().into(),
            file_hash: self.file_hash.to_vec(),
            rows: count(self.lines.len() + usize::try_from(self.invalid).unwrap_or(0)),
            fresh: count(fresh),
            changed: count(changed),
            unchanged: count(judgement.count(Verdict::Unchanged)),
            invalid: count(invalid),
            committed_at: tx.now().0,
            by_account: tx.account(),
            signed_by: None,
            signed_at: None,
            undone_at: None,
            version: 1,
        })
        .await
    }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// All rows of the county in which `column` has one of these values, read in statements that stay
/// below the engines' limits.
async fn rows_in<E, V>(tx: &Tx, column: E::Column, values: &[V]) -> Result<Vec<E::Model>, Error>
where
    E: crate::sealed::record::OfCounty,
    E::Model: Send + Sync,
    V: Clone + Into<Value>,
{
    let mut all = Vec::new();
    for chunk in values.chunks(CHUNK) {
        all.extend(tx.for_rule::<E>().and(column.is_in(chunk.iter().cloned())).all(tx).await?);
    }
    Ok(all)
}

/// Which of these identity numbers are claimed in the whole installation.
async fn claims(tx: &Tx, kind: &str, numbers: &[Vec<u8>]) -> Result<HashSet<Vec<u8>>, Error> {
    use crate::sealed::entity::uniq;
    let mut all = HashSet::new();
    for chunk in numbers.chunks(CHUNK) {
        let rows = tx
            .common::<uniq::Entity>()
            .and(uniq::Column::Kind.eq(kind))
            .and(uniq::Column::BlindIndex.is_in(chunk.iter().cloned()))
            .all(tx)
            .await?;
        all.extend(rows.into_iter().map(|row| row.blind_index));
    }
    Ok(all)
}

/// What differs between two states of a row. Values are told of these columns only: the others are sealed, are codes, or are
/// told by their name alone because a list shows no more of a person than it must.
fn row_changes<E: Record>(before: &E::Model, after: &E::Model, told: &[&str]) -> Vec<RowChange> {
    let text = |row: &E::Model, column: E::Column| match row.get(column) {
        Value::String(Some(text)) => text,
        _ => String::new(),
    };
    let changed = crate::sealed::record::changed::<E>(before, after);
    let fields = changed.into_iter().map(|column| {
        let field = column.as_str();
        let values = told.contains(&field).then(|| (text(before, column), text(after, column)));
        RowChange { field, values }
    });
    // A blind index changes with what it is the index of.
    fields.filter(|change| !change.field.ends_with("_bi")).collect()
}

/// Whether two states of a row differ in anything but their version and time of change.
fn differs<E: Record>(before: &E::Model, after: &E::Model) -> bool {
    !crate::sealed::record::changed::<E>(before, after).is_empty()
}
