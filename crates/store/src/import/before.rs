//! What an import changed in files on record, so that taking it back puts it back: sealed beside the importer's drafts as
//! long as that is possible, like what it left out. A file is put back whole, and only while everything the import wrote in
//! it still stands: what somebody has said since counts more.

use std::collections::HashSet;

use naheya_domain::Timestamp;
use naheya_domain::child::ChildState;
use naheya_domain::pair::free_places;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::{ColumnTrait, Condition, IdenStatic, Iterable, TryIntoModel};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::left::{NAMED, spot};
use super::undo::lonely_guardians;
use crate::Error;
use crate::concern::suspension::stops;
use crate::household::taken;
use crate::sealed::copy::{read_back, written};
use crate::sealed::entity::{
    child, child_category, class, consent, draft, guardian, guardianship, household, household_member, import_batch,
    pair, plan_record, school, uniq, volunteer,
};
use crate::sealed::record::{OfCounty, Record, changed, ref_id};
use crate::sealed::tx::Tx;

const TABLE: &str = "drafts";
const COLUMN: &str = "body_sealed";

/// A row that was changed: its columns, each before and after.
#[derive(Debug, Serialize, Deserialize)]
struct Was {
    table: String,
    id: Uuid,
    columns: Vec<(String, Json, Json)>,
}

/// A file, as the reader knows it: a child, a volunteer, a pair.
#[derive(Debug, Serialize, Deserialize)]
struct File {
    id: Uuid,
    changed: Vec<Was>,
    /// Rows that were put beside it.
    added: Vec<Json>,
}

/// The files that an import changes, in its order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Before {
    files: Vec<File>,
    /// When the import was taken back: files that stayed as the import left them.
    #[serde(default)]
    stayed: Vec<Uuid>,
}

impl Before {
    /// What is kept of this file; an import is done with one before it comes to the next.
    fn file(&mut self, id: Uuid) -> Option<&mut File> {
        if self.files.last().is_none_or(|file| file.id != id) {
            self.files.push(File { id, changed: Vec::new(), added: Vec::new() });
        }
        self.files.last_mut()
    }

    /// Changes a row of a file and keeps what it was.
    pub(super) async fn change<E: Record>(
        &mut self,
        tx: &Tx,
        file: Uuid,
        before: &E::Model,
        after: E::Model,
    ) -> Result<(), Error>
    where
        E::Model: Send + Sync,
    {
        let columns = columns::<E>(before, &after);
        if let Some(id) = ref_id::<E>(before).filter(|_| !columns.is_empty())
            && let Some(file) = self.file(file)
        {
            file.changed.push(Was { table: E::TABLE.to_owned(), id, columns });
        }
        tx.change::<E>(before, after).await?;
        Ok(())
    }

    /// A row that is written beside a file.
    pub(super) fn added<E: Record>(&mut self, file: Uuid, row: &E::Model) {
        if let Some(file) = self.file(file) {
            file.added.push(written::<E>(row));
        }
    }

    pub(super) async fn keep(self, tx: &Tx, batch: Uuid) -> Result<(), Error> {
        if self.files.is_empty() {
            return Ok(());
        }
        tx.insert::<draft::Entity>(self.row(tx, tx.account(), batch, tx.now())?).await
    }

    fn row(&self, tx: &Tx, account: Uuid, batch: Uuid, at: Timestamp) -> Result<draft::Model, Error> {
        let body = serde_json::to_vec(self).map_err(|_| Error::Database("an import cannot be kept".into()))?;
        Ok(draft::Model {
            area_id: tx.area_id(),
            account_id: account,
            form: name(batch),
            body_sealed: tx.seal_bytes(TABLE, COLUMN, place_of(account, batch), &body)?,
            updated_at: at.0,
        })
    }

    async fn of(tx: &Tx, batch: &import_batch::Model) -> Result<Option<Before>, Error> {
        let Some(row) = tx.for_rule::<draft::Entity>().and(own(batch)).first(tx).await? else { return Ok(None) };
        let body = tx.open_bytes(TABLE, COLUMN, place_of(batch.by_account, batch.id), &row.body_sealed)?;
        serde_json::from_slice(&body).map(Some).map_err(|_| Error::Database("an import cannot be read".into()))
    }
}

fn name(batch: Uuid) -> String {
    format!("{NAMED}{batch}:before")
}

/// Another place than that of what the same import left out.
fn place_of(account: Uuid, batch: Uuid) -> Uuid {
    spot(account, Uuid::from_u128(!batch.as_u128()))
}

fn own(batch: &import_batch::Model) -> Condition {
    Condition::all().add(draft::Column::AccountId.eq(batch.by_account)).add(draft::Column::Form.eq(name(batch.id)))
}

/// What differs, but for what counts and dates the change itself.
fn columns<E: Record>(before: &E::Model, after: &E::Model) -> Vec<(String, Json, Json)> {
    let (old, new) = (written::<E>(before), written::<E>(after));
    let differing = changed::<E>(before, after);
    let names = E::Column::iter().enumerate().filter(|(_, column)| {
        let name = column.as_str();
        name != "updated_at" && name != "version" && differing.iter().any(|other| other.as_str() == name)
    });
    let value = |row: &Json, at: usize| row.get(at + 1).cloned().unwrap_or_default();
    names.map(|(at, column)| (column.as_str().to_owned(), value(&old, at), value(&new, at))).collect()
}

/// How many files were put back and which stay.
#[derive(Default)]
pub(super) struct PutBack {
    pub(super) done: usize,
    pub(super) stayed: Vec<Uuid>,
}

/// Puts back what the import changed, the last change first; nothing when what stood there was not kept.
pub(super) async fn put_back(tx: &Tx, batch: &import_batch::Model) -> Result<Option<PutBack>, Error> {
    let Some(kept) = Before::of(tx, batch).await? else { return Ok(None) };
    let mut done = PutBack::default();
    for file in kept.files.iter().rev() {
        if stands(tx, file).await? {
            restore(tx, file).await?;
            done.done += 1;
        } else {
            done.stayed.push(file.id);
        }
    }
    // What stood there is told to nobody any more; which files stay, is, until its time is over.
    tx.clear::<draft::Entity>(own(batch)).await?;
    if !done.stayed.is_empty() {
        let left = Before { files: Vec::new(), stayed: done.stayed.clone() };
        let at = Timestamp(batch.committed_at);
        tx.insert::<draft::Entity>(left.row(tx, batch.by_account, batch.id, at)?).await?;
    }
    Ok(Some(done))
}

/// Files that stayed as an import left them when it was taken back, as many as a page shows.
pub(super) async fn stayed(tx: &Tx, batch: &import_batch::Model, most: usize) -> Result<Vec<Uuid>, Error> {
    let stayed = Before::of(tx, batch).await?.map(|kept| kept.stayed).unwrap_or_default();
    Ok(stayed.into_iter().take(most).collect())
}

/// Runs `$what::<table>` for the table of a row that an import changes.
macro_rules! in_table {
    ($table:expr, $what:ident($($with:expr),*)) => {
        match $table {
            "children" => $what::<child::Entity>($($with),*).await,
            "guardians" => $what::<guardian::Entity>($($with),*).await,
            "guardianships" => $what::<guardianship::Entity>($($with),*).await,
            "households" => $what::<household::Entity>($($with),*).await,
            "household_members" => $what::<household_member::Entity>($($with),*).await,
            "volunteers" => $what::<volunteer::Entity>($($with),*).await,
            "pairs" => $what::<pair::Entity>($($with),*).await,
            _ => Err(Error::Database("an import cannot be read".into())),
        }
    };
}

/// Whether everything that the import wrote of a file still stands, and nothing else builds on it.
async fn stands(tx: &Tx, file: &File) -> Result<bool, Error> {
    for was in &file.changed {
        if !in_table!(was.table.as_str(), is_as_written(tx, was))? || !places_stand(tx, was).await? {
            return Ok(false);
        }
        if was.table == pair::Entity::TABLE && !may_go_on(tx, was).await? {
            return Ok(false);
        }
    }
    for row in &file.added {
        if !added_stands(tx, row).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn is_as_written<E: OfCounty>(tx: &Tx, was: &Was) -> Result<bool, Error>
where
    E::Model: Send + Sync,
{
    let Some(now) = tx.for_rule::<E>().id(was.id).first(tx).await? else { return Ok(false) };
    let row = written::<E>(&now);
    Ok(was.columns.iter().all(|(name, _, after)| place::<E>(name).and_then(|at| row.get(at)) == Some(after)))
}

/// Where a column stands in a row that was [`written`].
fn place<E: Record>(name: &str) -> Option<usize> {
    E::Column::iter().position(|column| column.as_str() == name).map(|at| at + 1)
}

/// Whether the school and the class that somebody would go back to are still there.
async fn places_stand(tx: &Tx, was: &Was) -> Result<bool, Error> {
    let id = |column: &str| {
        let before = was.columns.iter().find(|(name, ..)| name == column).and_then(|(_, before, _)| before.as_str());
        before.and_then(|text| Uuid::try_parse(text).ok())
    };
    let school = match id("school_id") {
        Some(id) => tx.for_rule::<school::Entity>().id(id).first(tx).await?.is_some(),
        None => true,
    };
    let class = match id("class_id") {
        Some(id) => tx.for_rule::<class::Entity>().id(id).first(tx).await?.is_some(),
        None => true,
    };
    Ok(school && class)
}

/// A pair that the import closed goes on only where the child is enrolled, the volunteer approved with a place in her home, the
/// child with nobody else and no concern has stopped what is around them.
async fn may_go_on(tx: &Tx, was: &Was) -> Result<bool, Error> {
    if was.columns.iter().all(|(name, ..)| name != "state") {
        return Ok(true);
    }
    let Some(row) = tx.for_rule::<pair::Entity>().id(was.id).first(tx).await? else { return Ok(false) };
    let others = tx.for_rule::<pair::Entity>().and(pair::Column::ChildId.eq(row.child_id));
    let others = others.and(pair::Column::Id.ne(row.id)).all(tx).await?;
    let child = tx.for_rule::<child::Entity>().id(row.child_id).first(tx).await?;
    let volunteer = tx.for_rule::<volunteer::Entity>().id(row.volunteer_id).first(tx).await?;
    let is_there = child.is_some_and(|c| c.state == ChildState::Enrolled.code());
    let Some(volunteer) = volunteer.filter(|v| v.state == VolunteerState::Approved.code()) else { return Ok(false) };
    let is_alone = others.iter().all(|other| other.state == "ended");
    let has_place = has_place(tx, &volunteer).await?;
    Ok(is_there && has_place && is_alone && !stops(tx, [row.child_id, row.volunteer_id]).await?)
}

/// Whether the home may take one child more (product.md rule 1).
async fn has_place(tx: &Tx, volunteer: &volunteer::Model) -> Result<bool, Error> {
    let home = tx.for_rule::<household::Entity>().id(volunteer.household_id).one(tx).await?;
    Ok(free_places(home.capacity, taken(tx, home.id).await?) > 0)
}

/// Whether a row that was put beside a file is as it was written; an adult who has answered for the child since stays.
async fn added_stands(tx: &Tx, row: &Json) -> Result<bool, Error> {
    if row.get(0).and_then(Json::as_str) == Some(child_category::Entity::TABLE) {
        let added = read_back::<child_category::Entity>(row)?;
        let now = tx.for_rule::<child_category::Entity>().id(added.id).first(tx).await?;
        return Ok(now.is_some_and(|now| now == added));
    }
    let added = read_back::<guardianship::Entity>(row)?;
    let now = tx.for_rule::<guardianship::Entity>().id(added.id).first(tx).await?;
    let said = tx.for_rule::<consent::Entity>().and(consent::Column::GuardianId.eq(added.guardian_id));
    let answered = tx.for_rule::<plan_record::Entity>().and(plan_record::Column::GuardianId.eq(added.guardian_id));
    let spoken = said.first(tx).await?.is_some() || answered.first(tx).await?.is_some();
    Ok(now.is_some_and(|now| now == added) && !spoken)
}

async fn restore(tx: &Tx, file: &File) -> Result<(), Error> {
    for was in file.changed.iter().rev() {
        in_table!(was.table.as_str(), restore_row(tx, was))?;
        if was.columns.iter().any(|(name, before, _)| name == "id_no_bi" && before.is_null()) {
            free_number(tx, was.id).await?;
        }
    }
    let mut adults = HashSet::new();
    for row in &file.added {
        if row.get(0).and_then(Json::as_str) == Some(child_category::Entity::TABLE) {
            tx.remove::<child_category::Entity>(&read_back::<child_category::Entity>(row)?).await?;
        } else {
            let tie = read_back::<guardianship::Entity>(row)?;
            tx.remove::<guardianship::Entity>(&tie).await?;
            adults.insert(tie.guardian_id);
        }
    }
    lonely_guardians(tx, adults).await
}

async fn restore_row<E: OfCounty>(tx: &Tx, was: &Was) -> Result<(), Error>
where
    E::Model: Send + Sync,
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let now = tx.for_rule::<E>().id(was.id).one(tx).await?;
    let mut row = written::<E>(&now);
    let mut put = |name: &str, value: Json| {
        if let Some(cell) = place::<E>(name).and_then(|at| row.get_mut(at)) {
            *cell = value;
        }
    };
    put("updated_at", tx.now().0.into());
    for (name, before, _) in &was.columns {
        put(name, before.clone());
    }
    tx.change::<E>(&now, read_back::<E>(&row)?).await?;
    Ok(())
}

/// The identity number that the import gave to somebody is nobody's again.
async fn free_number(tx: &Tx, of: Uuid) -> Result<(), Error> {
    let kinds = [super::child::CLAIM, crate::volunteer::CLAIM];
    let claims = tx.common::<uniq::Entity>().and(uniq::Column::Kind.is_in(kinds)).and(uniq::Column::RefId.eq(of));
    for row in claims.all(tx).await? {
        tx.remove::<uniq::Entity>(&row).await?;
    }
    Ok(())
}
