//! What an import changed in files on record, so that taking it back puts it back: sealed beside the importer's drafts as
//! long as that is possible, like what it left out. A file is put back whole, and only while everything the import wrote in
//! it still stands: what somebody has said since counts more.

use std::collections::{HashMap, HashSet};

use naheya_domain::Timestamp;
use naheya_domain::child::ChildState;
use naheya_domain::pair::free_places;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::{ColumnTrait, Condition, IdenStatic, Iterable, TryIntoModel};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::left::{NAMED, spot};
use super::rows_in;
use super::undo::{entrusted_since, lonely_guardians};
use crate::Error;
use crate::account::phone::follow_sealed;
use crate::concern::suspension::stops;
use crate::household::taken;
use crate::sealed::copy::{read_back, written};
use crate::sealed::entity::{
    child, child_category, class, consent, custody_event, draft, guardian, guardianship, household, household_member,
    import_batch, pair, plan_record, school, uniq, volunteer,
};
use crate::sealed::record::{OfCounty, Record, changed, ref_id};
use crate::sealed::tx::Tx;
use crate::stay::Moves;
use crate::words::closed;

mod strike;

pub(super) use strike::strike;

const TABLE: &str = "drafts";
const COLUMN: &str = "body_sealed";
/// What the name of such a draft ends with.
const ENDS: &str = ":before";

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
    /// Files that stay as the import left them: erased since; and when the import was taken back, those that had changed.
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
    ) -> Result<E::Model, Error>
    where
        E::Model: Send + Sync,
    {
        self.changed::<E>(file, before, &after);
        tx.change::<E>(before, after).await
    }

    /// Keeps what a row of a file was that is changed together with others.
    pub(super) fn changed<E: Record>(&mut self, file: Uuid, before: &E::Model, after: &E::Model) {
        let columns = columns::<E>(before, after);
        if let Some(id) = ref_id::<E>(before).filter(|_| !columns.is_empty())
            && let Some(file) = self.file(file)
        {
            file.changed.push(Was { table: E::TABLE.to_owned(), id, columns });
        }
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
    format!("{NAMED}{batch}{ENDS}")
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
    let mut done = PutBack { done: 0, stayed: kept.stayed };
    let mut now = Now::read(tx, &kept.files, Timestamp(batch.committed_at)).await?;
    for file in kept.files.iter().rev() {
        if now.stands(tx, file).await? {
            now.restore(tx, file).await?;
            done.done += 1;
        } else {
            done.stayed.push(file.id);
        }
    }
    now.write(tx).await?;
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

/// The tables whose rows an import changes in files on record.
const TABLES: [&str; 7] =
    ["children", "guardians", "guardianships", "households", "household_members", "volunteers", "pairs"];

/// Rows by table and id: as they stand, and as they will.
type Rows = HashMap<(String, Uuid), (Json, Json)>;

/// What stands now of all files that an import changed: asked for once and written once, there may be thousands.
#[derive(Default)]
struct Now {
    rows: Rows,
    /// Schools and classes that somebody would go back to and that are still there.
    places: HashSet<Uuid>,
    /// Adults who have answered for a child, have received one, or were given an account since.
    spoken: HashSet<Uuid>,
    categories: Vec<child_category::Model>,
    ties: Vec<guardianship::Model>,
    /// Whose identity number came with the import.
    numbered: Vec<Uuid>,
}

impl Now {
    async fn read(tx: &Tx, files: &[File], imported: Timestamp) -> Result<Now, Error> {
        let changed = || files.iter().flat_map(|file| &file.changed);
        let added = || files.iter().flat_map(|file| &file.added);
        let mut now = Now::default();
        for table in TABLES {
            let ids: HashSet<Uuid> = changed().filter(|was| was.table == table).map(|was| was.id).collect();
            let ids: Vec<Uuid> = ids.into_iter().collect();
            in_table!(table, read_rows(tx, &ids, &mut now.rows))?;
        }
        let of_table = |row: &&Json, table: &str| row.get(0).and_then(Json::as_str) == Some(table);
        let categories = added().filter(|row| of_table(row, child_category::Entity::TABLE));
        let categories: Vec<Uuid> = categories.filter_map(id_of::<child_category::Entity>).collect();
        read_rows::<child_category::Entity>(tx, &categories, &mut now.rows).await?;
        let ties: Vec<&Json> = added().filter(|row| of_table(row, guardianship::Entity::TABLE)).collect();
        let ids: Vec<Uuid> = ties.iter().copied().filter_map(id_of::<guardianship::Entity>).collect();
        read_rows::<guardianship::Entity>(tx, &ids, &mut now.rows).await?;
        let guardian = |row: &&Json| read_back::<guardianship::Entity>(row).map(|tie| tie.guardian_id);
        let adults: Vec<Uuid> = ties.iter().map(guardian).collect::<Result<_, _>>()?;
        let said = rows_in::<consent::Entity, _>(tx, consent::Column::GuardianId, &adults).await?;
        let answered = rows_in::<plan_record::Entity, _>(tx, plan_record::Column::GuardianId, &adults).await?;
        now.spoken.extend(said.iter().map(|row| row.guardian_id));
        now.spoken.extend(answered.iter().map(|row| row.guardian_id));
        let received = rows_in::<custody_event::Entity, _>(tx, custody_event::Column::HolderId, &adults).await?;
        now.spoken.extend(received.iter().filter_map(|row| row.holder_id));
        entrusted_since(tx, &adults, imported, &mut now.spoken).await?;
        let schools: Vec<Uuid> = changed().filter_map(|was| gone_from(was, "school_id")).collect();
        let classes: Vec<Uuid> = changed().filter_map(|was| gone_from(was, "class_id")).collect();
        let schools = rows_in::<school::Entity, _>(tx, school::Column::Id, &once(schools)).await?;
        let classes = rows_in::<class::Entity, _>(tx, class::Column::Id, &once(classes)).await?;
        now.places = schools.iter().map(|row| row.id).chain(classes.iter().map(|row| row.id)).collect();
        Ok(now)
    }

    /// Whether everything that the import wrote of a file still stands, and nothing else builds on it.
    async fn stands(&self, tx: &Tx, file: &File) -> Result<bool, Error> {
        for was in &file.changed {
            if !self.is_as_written(was) || !self.places_stand(was) {
                return Ok(false);
            }
            if was.table == pair::Entity::TABLE && !may_go_on(tx, was).await? {
                return Ok(false);
            }
        }
        for row in &file.added {
            if !self.added_stands(row)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_as_written(&self, was: &Was) -> bool {
        let Some((_, row)) = self.rows.get(&(was.table.clone(), was.id)) else { return false };
        let says = |name: &str| place_in(&was.table, name).and_then(|at| row.get(at));
        was.columns.iter().all(|(name, _, after)| says(name) == Some(after))
    }

    /// Whether the school and the class that somebody would go back to are still there.
    fn places_stand(&self, was: &Was) -> bool {
        let is_there = |column| gone_from(was, column).is_none_or(|id| self.places.contains(&id));
        is_there("school_id") && is_there("class_id")
    }

    /// Whether a row that was put beside a file is as it was written; an adult who has answered for the child, has received it, or
    /// was given an account since, stays.
    fn added_stands(&self, row: &Json) -> Result<bool, Error> {
        let as_written = |table: &str, id: Option<Uuid>| {
            let key = id.map(|id| (table.to_owned(), id));
            key.and_then(|key| self.rows.get(&key)).is_some_and(|(_, now)| now == row)
        };
        if row.get(0).and_then(Json::as_str) == Some(child_category::Entity::TABLE) {
            return Ok(as_written(child_category::Entity::TABLE, id_of::<child_category::Entity>(row)));
        }
        let tie = read_back::<guardianship::Entity>(row)?;
        Ok(as_written(guardianship::Entity::TABLE, Some(tie.id)) && !self.spoken.contains(&tie.guardian_id))
    }

    async fn restore(&mut self, tx: &Tx, file: &File) -> Result<(), Error> {
        for was in file.changed.iter().rev() {
            self.restore_row(tx, was);
            if was.table == pair::Entity::TABLE {
                // Whether the next one goes on depends on the pairs that run.
                self.write_one(tx, was).await?;
            }
            if was.columns.iter().any(|(name, before, _)| name == "id_no_bi" && before.is_null()) {
                self.numbered.push(was.id);
            }
        }
        for row in &file.added {
            if row.get(0).and_then(Json::as_str) == Some(child_category::Entity::TABLE) {
                self.categories.push(read_back::<child_category::Entity>(row)?);
            } else {
                self.ties.push(read_back::<guardianship::Entity>(row)?);
            }
        }
        Ok(())
    }

    fn restore_row(&mut self, tx: &Tx, was: &Was) {
        let Some((_, row)) = self.rows.get_mut(&(was.table.clone(), was.id)) else { return };
        let mut put = |name: &str, value: Json| {
            if let Some(cell) = place_in(&was.table, name).and_then(|at| row.get_mut(at)) {
                *cell = value;
            }
        };
        put("updated_at", tx.now().0.into());
        for (name, before, _) in &was.columns {
            put(name, before.clone());
        }
    }

    async fn write_one(&mut self, tx: &Tx, was: &Was) -> Result<(), Error> {
        match self.rows.remove(&(was.table.clone(), was.id)) {
            Some(row) => in_table!(was.table.as_str(), write_rows(tx, vec![row])),
            None => Ok(()),
        }
    }

    async fn write(self, tx: &Tx) -> Result<(), Error> {
        let mut tables: HashMap<String, Vec<(Json, Json)>> = HashMap::new();
        for ((table, _), row) in self.rows.into_iter().filter(|(_, (before, after))| before != after) {
            tables.entry(table).or_default().push(row);
        }
        phones_follow(tx, &tables).await?;
        let moves = moves_back(&tables)?;
        for table in TABLES {
            let rows = tables.remove(table).unwrap_or_default();
            in_table!(table, write_rows(tx, rows))?;
        }
        moves.follow(tx).await?;
        tx.remove_all::<child_category::Entity>(&self.categories).await?;
        tx.remove_all::<guardianship::Entity>(&self.ties).await?;
        lonely_guardians(tx, self.ties.iter().map(|tie| tie.guardian_id).collect()).await?;
        free_numbers(tx, &self.numbered).await
    }
}

/// The rows of these ids, as they stand.
async fn read_rows<E: OfCounty>(tx: &Tx, ids: &[Uuid], rows: &mut Rows) -> Result<(), Error>
where
    E::Model: Send + Sync,
{
    let Some(column) = E::id() else { return Ok(()) };
    for row in rows_in::<E, _>(tx, column, ids).await? {
        if let Some(id) = ref_id::<E>(&row) {
            let row = written::<E>(&row);
            rows.insert((E::TABLE.to_owned(), id), (row.clone(), row));
        }
    }
    Ok(())
}

async fn write_rows<E: OfCounty>(tx: &Tx, rows: Vec<(Json, Json)>) -> Result<(), Error>
where
    E::Model: Send + Sync,
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let both = |(before, after): &(Json, Json)| -> Result<_, Error> {
        Ok((read_back::<E>(before)?, closed::<E>(tx, &read_back::<E>(after)?)?))
    };
    tx.change_all::<E>(rows.iter().map(both).collect::<Result<_, Error>>()?).await
}

/// Whose school or class is the one again that it was before the import.
fn moves_back(tables: &HashMap<String, Vec<(Json, Json)>>) -> Result<Moves, Error> {
    let mut moves = Moves::default();
    for (before, after) in tables.get(child::Entity::TABLE).into_iter().flatten() {
        moves.note(&read_back::<child::Entity>(before)?, &read_back::<child::Entity>(after)?);
    }
    Ok(moves)
}

/// An account that followed a number which came with the import goes back with it.
async fn phones_follow(tx: &Tx, tables: &HashMap<String, Vec<(Json, Json)>>) -> Result<(), Error> {
    for (before, after) in tables.get(volunteer::Entity::TABLE).into_iter().flatten() {
        let (was, is) = (read_back::<volunteer::Entity>(before)?, read_back::<volunteer::Entity>(after)?);
        phone_follows(tx, volunteer::Entity::TABLE, was.id, [was.phone_sealed.as_ref(), is.phone_sealed.as_ref()])
            .await?;
    }
    for (before, after) in tables.get(guardian::Entity::TABLE).into_iter().flatten() {
        let (was, is) = (read_back::<guardian::Entity>(before)?, read_back::<guardian::Entity>(after)?);
        phone_follows(tx, guardian::Entity::TABLE, was.id, [was.phone_sealed.as_ref(), is.phone_sealed.as_ref()])
            .await?;
    }
    Ok(())
}

async fn phone_follows(tx: &Tx, table: &str, person: Uuid, [was, is]: [Option<&Vec<u8>>; 2]) -> Result<(), Error> {
    if was == is {
        return Ok(());
    }
    let new = tx.open_some(table, "phone_sealed", person, is)?;
    follow_sealed(tx, table, person, was, new.as_deref()).await
}

/// The id of a row that was [`written`].
fn id_of<E: Record>(row: &Json) -> Option<Uuid> {
    let column = E::id()?;
    let at = place::<E>(column.as_str())?;
    Uuid::try_parse(row.get(at)?.as_str()?).ok()
}

/// The school or class that a row named before.
fn gone_from(was: &Was, column: &str) -> Option<Uuid> {
    let before = was.columns.iter().find(|(name, ..)| name == column).and_then(|(_, before, _)| before.as_str());
    before.and_then(|text| Uuid::try_parse(text).ok())
}

fn once(ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.into_iter().collect::<HashSet<_>>().into_iter().collect()
}

/// Where a column stands in a row that was [`written`].
fn place<E: Record>(name: &str) -> Option<usize> {
    E::Column::iter().position(|column| column.as_str() == name).map(|at| at + 1)
}

/// [`place`] in a table of this name.
fn place_in(table: &str, name: &str) -> Option<usize> {
    match table {
        "children" => place::<child::Entity>(name),
        "guardians" => place::<guardian::Entity>(name),
        "guardianships" => place::<guardianship::Entity>(name),
        "households" => place::<household::Entity>(name),
        "household_members" => place::<household_member::Entity>(name),
        "volunteers" => place::<volunteer::Entity>(name),
        "pairs" => place::<pair::Entity>(name),
        _ => None,
    }
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

/// The identity numbers that the import gave to somebody are nobody's again.
async fn free_numbers(tx: &Tx, of: &[Uuid]) -> Result<(), Error> {
    let kinds = [super::child::CLAIM, crate::volunteer::CLAIM];
    for some in of.chunks(super::CHUNK) {
        let of = uniq::Column::RefId.is_in(some.iter().copied());
        let claims = tx.common::<uniq::Entity>().and(uniq::Column::Kind.is_in(kinds)).and(of).all(tx).await?;
        tx.remove_all::<uniq::Entity>(&claims).await?;
    }
    Ok(())
}
