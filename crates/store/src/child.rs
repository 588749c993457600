//! Children's files: enrolling, changing, confirming, the list, the file.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use naheya_domain::access::Action;
use naheya_domain::child::{ChildDetails, ChildState};
use naheya_domain::id::ChildId;
use naheya_domain::sex::Sex;
use naheya_domain::{Date, FieldError, Viewer};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::pair::PLANNED;
use crate::sealed::act::Act;
use crate::sealed::commit::Ahead;
use crate::sealed::entity::{child, class, merge, school, stay, uniq};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::stay::Why;

mod contact;
pub mod edit;
pub mod file;
mod kept_away;
mod list;
pub mod moment;
mod order;
mod twin;
mod weekend;

pub use contact::SchoolContact;
pub use kept_away::KeptAway;
pub use list::{ChildFilter, ChildRow, ChildView, MOST_OUT, PAGE, RowPair};
pub(crate) use list::{first_rows, in_view, rows_of, rows_out};
pub use order::ChildColumn;
pub(crate) use order::by_name;
pub use twin::{OpenFirstFile, Twin};
pub use weekend::Weekend;

pub(crate) const TABLE: &str = "children";

/// A new file. The child is `applying` until it is taken in.
#[derive(Clone, Debug)]
pub struct OpenFile {
    /// What is known.
    pub details: ChildDetails,
}

impl Act for OpenFile {
    const NAME: &'static str = "child.open_file";
    type Answer = ChildId;

    async fn look_ahead(_: &[(&Self, &Viewer)], tx: &Tx) -> Result<Option<Ahead>, Error> {
        let next = Running { year: tx.now().date().year(), next: AtomicU32::new(next_running(tx).await?) };
        Ok(Some(Arc::new(next)))
    }

    async fn run(&self, tx: &Tx) -> Result<ChildId, Error> {
        tx.require(Action::KeepChild)?;
        let id = Uuid::now_v7();
        check_places(tx, &self.details, None).await?;
        claim_id_number(tx, id, &self.details).await?;
        let running = match tx.ahead::<OpenFile, Running>(&["children", "merges"]).and_then(|ahead| ahead.take(tx)) {
            Some(running) => running,
            None => next_running(tx).await?,
        };
        let number = number_text(tx, running);
        let row = new_row(tx, id, number, &self.details)?;
        tx.insert::<child::Entity>(row).await?;
        index(tx, id, &self.details).await?;
        Ok(ChildId(id))
    }
}

/// Somebody says that the file is right as it stands (R10).
#[derive(Clone, Debug)]
pub struct ConfirmFile {
    /// Which child.
    pub child: ChildId,
}

impl Act for ConfirmFile {
    const NAME: &'static str = "child.confirm_file";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ConfirmChild)?;
        let before = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        let mut after = before.clone();
        after.confirmed_at = Some(tx.now().0);
        after.confirmed_by = Some(tx.account());
        tx.change::<child::Entity>(&before, after).await?;
        Ok(())
    }
}

/// School and class exist in this county and belong together. What is closed takes nobody but who is there (`before`).
pub(crate) async fn check_places(tx: &Tx, details: &ChildDetails, before: Option<&child::Model>) -> Result<(), Error> {
    if let Some(id) = details.school_id {
        let school = tx.for_rule::<school::Entity>().id(id).first(tx).await?;
        let school = school.ok_or_else(|| Error::field("school_id", "school.unknown"))?;
        if school.state != "open" && before.and_then(|child| child.school_id) != Some(id) {
            return Err(Error::field("school_id", "school.closed"));
        }
    }
    if let Some(id) = details.class_id {
        let class = tx.for_rule::<class::Entity>().id(id).first(tx).await?;
        let class = class.filter(|c| Some(c.school_id) == details.school_id);
        let class = class.ok_or_else(|| Error::field("class_id", "class.unknown"))?;
        if class.state != "open" && before.and_then(|child| child.class_id) != Some(id) {
            return Err(Error::field("class_id", "class.closed"));
        }
    }
    Ok(())
}

/// One identity number is one child in the whole installation, through the table `uniq`.
pub(crate) async fn claim_id_number(tx: &Tx, child: Uuid, details: &ChildDetails) -> Result<(), Error> {
    let Some(number) = &details.id_number else { return Ok(()) };
    let blind = tx.ring().blind("id_no", number.as_str());
    let claimed = tx
        .common::<uniq::Entity>()
        .and(uniq::Column::Kind.eq("child_id_no"))
        .and(uniq::Column::BlindIndex.eq(blind.clone()))
        .first(tx)
        .await?;
    match claimed {
        Some(claim) if claim.ref_id == child => Ok(()),
        Some(_) => Err(Error::Invalid(vec![FieldError::new("id_number", "duplicate.in_register")])),
        None => {
            let claim =
                uniq::Model { kind: "child_id_no".into(), blind_index: blind, area_id: tx.area_id(), ref_id: child };
            tx.insert::<uniq::Entity>(claim).await
        }
    }
}

#[derive(Debug, sea_orm::FromQueryResult)]
struct Numbered {
    number: String,
}

/// Running numbers for the files that are opened in one commit.
struct Running {
    year: i16,
    next: AtomicU32,
}

impl Running {
    /// The next one, unless the year has turned since.
    fn take(&self, tx: &Tx) -> Option<u32> {
        (self.year == tx.now().date().year()).then(|| self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// The running number that the next file of this year gets.
pub(crate) async fn next_running(tx: &Tx) -> Result<u32, Error> {
    let year = tx.now().date().year();
    let last = tx
        .for_rule::<child::Entity>()
        .and(child::Column::Number.gte(format!("{year}-")))
        .and(child::Column::Number.lt(format!("{year}~")))
        .by_desc(child::Column::Number)
        .limit(1)
        .columns::<Numbered, 1>([child::Column::Number], tx)
        .await?;
    // A file that became part of another keeps its number: it stands on paper, and may come back.
    let merged = tx
        .for_rule::<merge::Entity>()
        .and(merge::Column::OtherNumber.gte(format!("{year}-")))
        .and(merge::Column::OtherNumber.lt(format!("{year}~")));
    let merged = merged.by_desc(merge::Column::OtherNumber).limit(1).all(tx).await?;
    let numbers = last.iter().map(|row| &row.number).chain(merged.iter().map(|row| &row.other_number));
    let running = numbers.filter_map(|number| number.split_once('-')?.1.parse::<u32>().ok()).max();
    Ok(running.unwrap_or(0) + 1)
}

/// The number of a file: year and running number, e.g. `2026-000014`.
pub(crate) fn number_text(tx: &Tx, running: u32) -> String {
    format!("{}-{running:06}", tx.now().date().year())
}

pub(crate) fn new_row(tx: &Tx, id: Uuid, number: String, details: &ChildDetails) -> Result<child::Model, Error> {
    let now = tx.now().0;
    let empty = child::Model {
        area_id: tx.area_id(),
        id,
        number,
        name: String::new(),
        name_mn: None,
        sex: "0".into(),
        ethnic: None,
        birth_on: None,
        school_id: None,
        class_id: None,
        town_code: None,
        state: ChildState::Applying.code().into(),
        languages: String::new(),
        vital_sealed: None,
        care_sealed: None,
        words: None,
        likes: None,
        id_no_sealed: None,
        id_no_bi: None,
        student_no_sealed: None,
        address_sealed: None,
        health_sealed: None,
        sibling_group_id: None,
        confirmed_at: Some(now),
        confirmed_by: Some(tx.account()),
        enrolled_on: None,
        left_on: None,
        batch_id: None,
        moved_to: None,
        created_at: now,
        updated_at: now,
        version: 1,
        boards: None,
        needs_sealed: None,
        family_sealed: None,
        note_sealed: None,
    };
    filled(tx, empty, details)
}

/// The row with the details put in; sealed fields are sealed only when their text has changed, so
/// that an unchanged one stays the same bytes and is not named in the audit.
pub(crate) fn filled(tx: &Tx, row: child::Model, d: &ChildDetails) -> Result<child::Model, Error> {
    let id = row.id;
    let sealed = |column: &str, old: &Option<Vec<u8>>, text: Option<&str>| -> Result<Option<Vec<u8>>, Error> {
        let before = tx.open_some(TABLE, column, id, old.as_ref())?;
        if before.as_deref() == text { Ok(old.clone()) } else { tx.seal_some(TABLE, column, id, text) }
    };
    let number = d.id_number.as_ref().map(|n| n.as_str());
    Ok(child::Model {
        name: d.name.as_str().to_owned(),
        name_mn: d.name_mn.clone(),
        sex: d.sex.map_or("0", Sex::standard_code).to_owned(),
        ethnic: d.ethnic.map(|e| e.code().to_owned()),
        birth_on: Some(d.birth_on.to_string()),
        school_id: d.school_id,
        class_id: d.class_id,
        town_code: d.town_code.clone(),
        languages: d.languages.record(),
        words: d.words.clone(),
        likes: d.likes.clone(),
        vital_sealed: sealed("vital_sealed", &row.vital_sealed, d.vital.as_deref())?,
        care_sealed: sealed("care_sealed", &row.care_sealed, d.care.as_deref())?,
        id_no_sealed: sealed("id_no_sealed", &row.id_no_sealed, number)?,
        id_no_bi: number.map(|n| tx.ring().blind("id_no", n)),
        student_no_sealed: sealed("student_no_sealed", &row.student_no_sealed, d.student_number.as_deref())?,
        address_sealed: sealed("address_sealed", &row.address_sealed, d.address.as_deref())?,
        health_sealed: sealed("health_sealed", &row.health_sealed, d.health.as_deref())?,
        boards: d.boards,
        needs_sealed: sealed("needs_sealed", &row.needs_sealed, d.needs.as_deref())?,
        family_sealed: sealed("family_sealed", &row.family_sealed, d.family.as_deref())?,
        note_sealed: sealed("note_sealed", &row.note_sealed, d.note.as_deref())?,
        ..row
    })
}

pub(crate) async fn index(tx: &Tx, id: Uuid, details: &ChildDetails) -> Result<(), Error> {
    let names: Vec<&str> = [Some(details.name.as_str()), details.name_mn.as_deref()].into_iter().flatten().collect();
    search::index(tx, Kind::Child, id, &names).await
}

/// Moves a child along: taken in, paused, back, left.
#[derive(Clone, Debug)]
pub struct ChangeState {
    /// Which child.
    pub child: ChildId,
    /// What it becomes.
    pub next: ChildState,
}

impl Act for ChangeState {
    const NAME: &'static str = "child.change_state";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepChild)?;
        let before = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        crate::erasure::not_erased(tx, before.id).await?;
        let state = ChildState::parse(&before.state).ok_or(Error::NotFound)?;
        if !state.may_become(self.next) {
            return Err(Error::refused("child.state_not_possible"));
        }
        if state == ChildState::Left {
            crate::school::still_open(tx, before.school_id, before.class_id).await?;
        }
        let open_pair = tx
            .for_rule::<crate::sealed::entity::pair::Entity>()
            .and(crate::sealed::entity::pair::Column::ChildId.eq(before.id))
            .and(crate::sealed::entity::pair::Column::State.ne("ended"))
            .first(tx)
            .await?;
        if self.next == ChildState::Left && open_pair.is_some() {
            return Err(Error::refused("child.pair_open"));
        }
        let today = tx.now().date().to_string();
        let mut after = before.clone();
        self.next.code().clone_into(&mut after.state);
        match self.next {
            ChildState::Enrolled if before.enrolled_on.is_none() => after.enrolled_on = Some(today),
            ChildState::Left => after.left_on = Some(today),
            ChildState::Applying => after.left_on = None,
            ChildState::Enrolled | ChildState::Paused => {}
        }
        tx.change::<child::Entity>(&before, after).await?;
        if self.next == ChildState::Paused { call_off(tx, before.id).await } else { Ok(()) }
    }
}

/// What was asked for or approved does not take place while the child rests: nobody is sent away at the gate.
async fn call_off(tx: &Tx, child: Uuid) -> Result<(), Error> {
    let planned = tx
        .for_rule::<stay::Entity>()
        .and(stay::Column::ChildId.eq(child))
        .and(stay::Column::State.is_in(PLANNED))
        .all(tx)
        .await?;
    for before in planned {
        crate::stay::call_off(tx, &before, Why::Code("child.paused")).await?;
    }
    Ok(())
}

/// Takes an applicant into the programme as of a day. Whoever is past that stays as they are.
pub(crate) async fn enrol(tx: &Tx, before: &child::Model, since: Date) -> Result<(), Error> {
    if let Some(after) = enrolled(tx, before, since) {
        tx.change::<child::Entity>(before, after).await?;
    }
    Ok(())
}

/// The file as it is once she is enrolled; none where she does not apply.
pub(crate) fn enrolled(tx: &Tx, before: &child::Model, since: Date) -> Option<child::Model> {
    if before.state != ChildState::Applying.code() {
        return None;
    }
    let mut after = before.clone();
    ChildState::Enrolled.code().clone_into(&mut after.state);
    after.enrolled_on = before.enrolled_on.clone().or_else(|| Some(since.to_string()));
    after.updated_at = tx.now().0;
    Some(after)
}
