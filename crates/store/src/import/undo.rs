//! Taking an import back within seven days: what it added goes, and with it schools and classes that stand empty then. Who
//! was used since stays and is listed.

use std::collections::{HashMap, HashSet};

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::erasure::NAMELESS;
use naheya_domain::id::ImportBatchId;
use sea_orm::{ColumnTrait, Condition, ModelTrait, Value};
use uuid::Uuid;

use super::rows_in;
use crate::sealed::act::Act;
use crate::sealed::entity::{
    audit_event, break_glass, check, child, child_category, choice, class, concern, consent, custody_event, duty,
    erasure, follow_up, grant, guardian, guardianship, hours_claim, hours_entry, household, household_member,
    import_batch, ladder, note, pair, pair_meeting, parting, picture, proposal, restriction, round_child,
    round_volunteer, school, school_day, school_term, search_token, stay, term_plan, thanks, uniq, volunteer, wish,
};
use crate::sealed::record::OfCounty;
use crate::sealed::tx::Tx;
use crate::words::SealWords;
use crate::{Desk, Error};

/// Days in which an import can be taken back.
pub const UNDO_DAYS: i64 = 7;
/// Rows that stay of an import that was taken back, as many as are listed.
pub const MOST_KEPT: usize = 100;

/// Takes an import back: what it added goes, what it changed is put back. The answer is how many rows stay, because they were
/// used or changed since. An import of which every row would stay stays whole.
#[derive(Clone, Copy, Debug)]
pub struct UndoImport {
    /// Which one.
    pub batch: ImportBatchId,
}

impl Act for UndoImport {
    const NAME: &'static str = "import.undo";
    type Answer = u32;

    async fn run(&self, tx: &Tx) -> Result<u32, Error> {
        tx.require(Action::Import)?;
        let before = tx.visible::<import_batch::Entity>().id(self.batch).one(tx).await?;
        if before.undone_at.is_some() {
            return Err(Error::refused("import.undone_already"));
        }
        if tx.now() > Timestamp(before.committed_at).plus_minutes(UNDO_DAYS * 24 * 60) {
            return Err(Error::refused("import.too_late"));
        }
        if before.signed_at.is_some() {
            return Err(Error::refused("import.built_on"));
        }
        let Taken { gone, kept } = match before.kind.as_str() {
            "children" => children(tx, &before).await?,
            "volunteers" => volunteers(tx, before.id).await?,
            _ => pairs(tx, before.id).await?,
        };
        let back = super::before::put_back(tx, &before).await?;
        if before.changed > 0 && back.is_none() && gone + kept == 0 {
            return Err(Error::refused("import.changed_files"));
        }
        // Of what an older program imported, nothing was kept: what it changed stays.
        let unknown = (0, usize::try_from(before.changed).unwrap_or_default());
        let (done, stayed) = back.map_or(unknown, |back| (back.done, back.stayed.len()));
        let (gone, kept) = (gone + done, kept + stayed);
        if gone == 0 && kept > 0 {
            return Err(built_on());
        }
        empty_places(tx, &before).await?;
        super::left::drop_of(tx, &before).await?;
        let mut after = before.clone();
        after.undone_at = Some(tx.now().0);
        tx.change::<import_batch::Entity>(&before, after).await?;
        Ok(u32::try_from(kept).unwrap_or(u32::MAX))
    }
}

/// Somebody whom a taken-back import brought and who stays, having been used before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRow {
    /// The child's, volunteer's or pair's id.
    pub id: Uuid,
    /// The name; of a pair, the child's.
    pub name: String,
}

impl KeptRow {
    /// Whether the child's file was erased: it stays as it is.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.name == NAMELESS
    }
}

impl Desk {
    /// Who stays of an import that was taken back, at most one more than [`MOST_KEPT`]; nobody of one that was not.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn kept_of_import(&self, id: ImportBatchId) -> Result<Vec<KeptRow>, Error> {
        const MOST: usize = MOST_KEPT + 1;
        let tx = self.read();
        let batch = tx.visible::<import_batch::Entity>().id(id).one(&tx).await?;
        if batch.undone_at.is_none() {
            return Ok(Vec::new());
        }
        let stayed = super::before::stayed(&tx, &batch, MOST).await?;
        if batch.kind == "volunteers" {
            let of =
                Condition::any().add(volunteer::Column::BatchId.eq(batch.id)).add(volunteer::Column::Id.is_in(stayed));
            let rows = tx
                .visible::<volunteer::Entity>()
                .and(of)
                .by(volunteer::Column::Name)
                .limit(MOST as u64)
                .all(&tx)
                .await?;
            return Ok(rows.into_iter().map(|row| KeptRow { id: row.id, name: row.name }).collect());
        }
        if batch.kind == "children" {
            let of = Condition::any().add(child::Column::BatchId.eq(batch.id)).add(child::Column::Id.is_in(stayed));
            let rows =
                tx.visible::<child::Entity>().and(of).by(child::Column::Name).limit(MOST as u64).all(&tx).await?;
            return Ok(rows.into_iter().map(|row| KeptRow { id: row.id, name: row.name }).collect());
        }
        let of = Condition::any().add(pair::Column::BatchId.eq(batch.id)).add(pair::Column::Id.is_in(stayed));
        let pairs = tx.visible::<pair::Entity>().and(of).by(pair::Column::Id).limit(MOST as u64).all(&tx).await?;
        let ids: Vec<Uuid> = pairs.iter().map(|row| row.child_id).collect();
        let children = tx.visible::<child::Entity>().among(ids).all(&tx).await?;
        let names: HashMap<Uuid, String> = children.into_iter().map(|row| (row.id, row.name)).collect();
        let name = |of: &Uuid| names.get(of).cloned().unwrap_or_default();
        Ok(pairs.iter().map(|row| KeptRow { id: row.id, name: name(&row.child_id) }).collect())
    }
}

/// How many rows went and how many stay.
struct Taken {
    gone: usize,
    kept: usize,
}

fn built_on() -> Error {
    Error::refused("import.built_on")
}

/// Which of `ids` a row of `E` names in `column`.
async fn named<E>(tx: &Tx, column: E::Column, ids: &[Uuid], used: &mut HashSet<Uuid>) -> Result<(), Error>
where
    E: OfCounty,
    E::Model: Send + Sync,
{
    let rows = rows_in::<E, _>(tx, column, ids).await?;
    used.extend(rows.iter().filter_map(|row| match row.get(column) {
        Value::Uuid(id) => id,
        _ => None,
    }));
    Ok(())
}

/// [`named`] for several tables.
macro_rules! used_in {
    ($tx:ident, $ids:ident, $used:ident: $($table:ident::$column:ident),+ $(,)?) => {
        $(named::<$table::Entity>($tx, $table::Column::$column, &$ids, &mut $used).await?;)+
    };
}

async fn children(tx: &Tx, batch: &import_batch::Model) -> Result<Taken, Error> {
    let rows = tx.for_rule::<child::Entity>().and(child::Column::BatchId.eq(batch.id)).all(tx).await?;
    let all: Vec<Uuid> = rows.iter().map(|c| c.id).collect();
    let mut used: HashSet<Uuid> = rows.iter().filter(|c| c.version != 1).map(|c| c.id).collect();
    used_in!(
        tx, all, used: pair::ChildId, consent::ChildId, wish::ChildId, follow_up::ChildId, round_child::ChildId,
        choice::ChildId, proposal::ChildId, stay::ChildId, custody_event::ChildId, note::ChildId, picture::ChildId,
        thanks::ChildId, concern::ChildId, term_plan::ChildId, break_glass::ChildId, erasure::ChildId,
        restriction::ChildId,
    );
    let mut categories = rows_in::<child_category::Entity, _>(tx, child_category::Column::ChildId, &all).await?;
    let mut ties = rows_in::<guardianship::Entity, _>(tx, guardianship::Column::ChildId, &all).await?;
    changed_around(tx, &ties, &categories, Timestamp(batch.committed_at), &mut used).await?;
    categories.retain(|row| !used.contains(&row.child_id));
    ties.retain(|tie| !used.contains(&tie.child_id));
    let (kept, gone): (Vec<_>, Vec<_>) = rows.into_iter().partition(|c| used.contains(&c.id));
    let ids: Vec<Uuid> = gone.iter().map(|c| c.id).collect();
    tx.remove_all::<child_category::Entity>(&categories).await?;
    tx.remove_all::<guardianship::Entity>(&ties).await?;
    lonely_guardians(tx, ties.iter().map(|t| t.guardian_id).collect()).await?;
    forget(tx, "child", "child_id_no", &ids).await?;
    tx.remove_all::<child::Entity>(&gone).await?;
    Ok(Taken { gone: gone.len(), kept: kept.len() })
}

/// Children beside whom somebody has written something since the import: an adult, who may be one that must never fetch them,
/// a category, another number to call. Looks are no changes, and what a later import wrote is none once that is taken back.
async fn changed_around(
    tx: &Tx,
    ties: &[guardianship::Model],
    categories: &[child_category::Model],
    since: Timestamp,
    used: &mut HashSet<Uuid>,
) -> Result<(), Error> {
    use audit_event::Column as C;
    let of_ties = ties.iter().flat_map(|tie| [(tie.id, tie.child_id), (tie.guardian_id, tie.child_id)]);
    let beside: Vec<(Uuid, Uuid)> = of_ties.chain(categories.iter().map(|row| (row.id, row.child_id))).collect();
    let mut changes = Condition::all().add(C::Act.not_like("look%"));
    changes = changes.add(C::Act.is_not_in([SealWords::NAME, UndoImport::NAME]));
    let later = tx.for_rule::<import_batch::Entity>().and(import_batch::Column::CommittedAt.gt(since.0));
    let later = later.and(import_batch::Column::UndoneAt.is_not_null()).all(tx).await?;
    if !later.is_empty() {
        // Of an import's own moment, as in `made_by`: one that is long is written under another act's name.
        changes = changes.add(C::At.is_not_in(later.iter().map(|batch| batch.committed_at)));
    }
    let mut changed = HashSet::new();
    for chunk in once(beside.iter().map(|(row, _)| *row)).chunks(super::CHUNK) {
        let events = tx.for_rule::<audit_event::Entity>().and(C::RefId.is_in(chunk.iter().copied()));
        let events = events.and(C::Noun.is_in(["guardianships", "guardians", "child_categories"]));
        let events = events.and(C::At.gt(since.0)).and(changes.clone()).all(tx).await?;
        changed.extend(events.into_iter().filter_map(|event| event.ref_id));
    }
    used.extend(beside.into_iter().filter(|(row, _)| changed.contains(row)).map(|(_, child)| child));
    Ok(())
}

/// Adults to whom no child is tied any more, and who have no account and no consent on file.
pub(super) async fn lonely_guardians(tx: &Tx, ids: HashSet<Uuid>) -> Result<(), Error> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let tied = rows_in::<guardianship::Entity, _>(tx, guardianship::Column::GuardianId, &ids).await?;
    let said = rows_in::<consent::Entity, _>(tx, consent::Column::GuardianId, &ids).await?;
    let kept = tied.iter().map(|t| t.guardian_id).chain(said.iter().map(|c| c.guardian_id));
    let mut kept: HashSet<Uuid> = kept.collect();
    entrusted(tx, &ids, &mut kept).await?;
    let mut people = rows_in::<guardian::Entity, _>(tx, guardian::Column::Id, &ids).await?;
    people.retain(|row| !kept.contains(&row.id) && row.account_id.is_none());
    crate::guardian::forget(tx, &people.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    tx.remove_all::<guardian::Entity>(&people).await
}

/// Each of these once: a question in pieces finds what stands in two of them twice.
fn once(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    let all: HashSet<Uuid> = ids.collect();
    all.into_iter().collect()
}

fn per_home(homes: impl Iterator<Item = Uuid>) -> HashMap<Uuid, usize> {
    let mut counts = HashMap::new();
    for home in homes {
        *counts.entry(home).or_insert(0) += 1;
    }
    counts
}

async fn volunteers(tx: &Tx, batch: Uuid) -> Result<Taken, Error> {
    let rows = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::BatchId.eq(batch)).all(tx).await?;
    let all: Vec<Uuid> = rows.iter().map(|v| v.id).collect();
    let homes = once(rows.iter().map(|v| v.household_id));
    let mut used: HashSet<Uuid> = rows.iter().filter(|v| v.version != 1).map(|v| v.id).collect();
    used_in!(
        tx, all, used: pair::VolunteerId, stay::VolunteerId, hours_entry::VolunteerId, hours_claim::VolunteerId,
        round_volunteer::VolunteerId, choice::VolunteerId, proposal::VolunteerId, term_plan::VolunteerId,
        check::VolunteerId, erasure::VolunteerId,
    );
    entrusted(tx, &all, &mut used).await?;
    let mut kept_homes: HashSet<Uuid> = rows.iter().filter(|v| used.contains(&v.id)).map(|v| v.household_id).collect();
    used_in!(tx, homes, kept_homes: check::HouseholdId);
    let mut members = rows_in::<household_member::Entity, _>(tx, household_member::Column::HouseholdId, &homes).await?;
    let living = rows_in::<volunteer::Entity, _>(tx, volunteer::Column::HouseholdId, &homes).await?;
    let of_file = per_home(rows.iter().map(|v| v.household_id));
    let (adults, living) =
        (per_home(members.iter().map(|m| m.household_id)), per_home(living.iter().map(|v| v.household_id)));
    let mut at_home = rows_in::<household::Entity, _>(tx, household::Column::Id, &homes).await?;
    // What is said of the home or of somebody in it was put right since.
    kept_homes.extend(at_home.iter().filter(|home| home.version != 1).map(|home| home.id));
    kept_homes.extend(members.iter().filter(|adult| adult.version != 1).map(|adult| adult.household_id));
    // Somebody was written down in the home since, or moved in.
    kept_homes.extend(homes.iter().filter(|home| {
        let [file, adults, living] = [&of_file, &adults, &living].map(|all| all.get(*home).copied().unwrap_or(0));
        adults != file || living != file
    }));
    let (kept, gone): (Vec<_>, Vec<_>) = rows.into_iter().partition(|v| kept_homes.contains(&v.household_id));
    let ids: Vec<Uuid> = gone.iter().map(|v| v.id).collect();
    forget(tx, "volunteer", crate::volunteer::CLAIM, &ids).await?;
    tx.remove_all::<volunteer::Entity>(&gone).await?;
    members.retain(|m| !kept_homes.contains(&m.household_id));
    tx.remove_all::<household_member::Entity>(&members).await?;
    at_home.retain(|home| !kept_homes.contains(&home.id));
    tx.remove_all::<household::Entity>(&at_home).await?;
    Ok(Taken { gone: gone.len(), kept: kept.len() })
}

async fn pairs(tx: &Tx, batch: Uuid) -> Result<Taken, Error> {
    let rows = tx.for_rule::<pair::Entity>().and(pair::Column::BatchId.eq(batch)).all(tx).await?;
    let all: Vec<Uuid> = rows.iter().map(|p| p.id).collect();
    let mut used: HashSet<Uuid> = rows.iter().filter(|p| p.version != 1).map(|p| p.id).collect();
    used_in!(
        tx, all, used: stay::PairId, hours_entry::PairId, hours_claim::PairId, follow_up::PairId, term_plan::PairId,
        pair_meeting::PairId, parting::PairId,
    );
    let (kept, gone): (Vec<_>, Vec<_>) = rows.into_iter().partition(|p| used.contains(&p.id));
    tx.remove_all::<pair::Entity>(&gone).await?;
    Ok(Taken { gone: gone.len(), kept: kept.len() })
}

/// Takes away the classes and schools that this import made, where nobody and nothing is in them.
async fn empty_places(tx: &Tx, batch: &import_batch::Model) -> Result<(), Error> {
    let classes = made_by(tx, batch, "classes").await?;
    let mut used = HashSet::new();
    used_in!(tx, classes, used: child::ClassId);
    entrusted(tx, &classes, &mut used).await?;
    let mut classes = rows_in::<class::Entity, _>(tx, class::Column::Id, &classes).await?;
    classes.retain(|row| row.version == 1 && !used.contains(&row.id));
    tx.remove_all::<class::Entity>(&classes).await?;
    let schools = made_by(tx, batch, "schools").await?;
    let mut used = HashSet::new();
    used_in!(
        tx, schools, used: class::SchoolId, child::SchoolId, duty::SchoolId, school_day::SchoolId,
        school_term::SchoolId, ladder::SchoolId, stay::StartSchoolId, stay::EndSchoolId,
    );
    entrusted(tx, &schools, &mut used).await?;
    let empty = schools.into_iter().filter(|id| !used.contains(id)).collect::<Vec<_>>();
    let mut schools = rows_in::<school::Entity, _>(tx, school::Column::Id, &empty).await?;
    schools.retain(|row| row.version == 1);
    tokens(tx, "school", &schools.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
    tx.remove_all::<school::Entity>(&schools).await
}

/// Which of these places and people somebody has, or had, a role at: whoever was given an account signs in as somebody on file.
async fn entrusted(tx: &Tx, places: &[Uuid], used: &mut HashSet<Uuid>) -> Result<(), Error> {
    entrusted_since(tx, places, Timestamp(i64::MIN), used).await
}

/// The same of roles that were given since.
pub(super) async fn entrusted_since(
    tx: &Tx,
    places: &[Uuid],
    since: Timestamp,
    used: &mut HashSet<Uuid>,
) -> Result<(), Error> {
    use grant::Column as G;
    let refs: Vec<String> = places.iter().map(Uuid::to_string).collect();
    for chunk in refs.chunks(super::CHUNK) {
        let grants = tx.common::<grant::Entity>().and(G::PlaceRef.is_in(chunk)).and(G::CreatedAt.gte(since.0));
        used.extend(grants.all(tx).await?.iter().filter_map(|row| Uuid::try_parse(&row.place_ref).ok()));
    }
    Ok(())
}

/// What the import made of this table, as the trail knows: rows of its own moment, by whoever imported.
async fn made_by(tx: &Tx, batch: &import_batch::Model, table: &str) -> Result<Vec<Uuid>, Error> {
    use audit_event::Column as C;
    let rows = tx.for_rule::<audit_event::Entity>().and(C::Noun.eq(table)).and(C::At.eq(batch.committed_at));
    let rows = rows.and(C::AccountId.eq(batch.by_account)).all(tx).await?;
    Ok(rows.into_iter().filter_map(|row| row.ref_id).collect::<HashSet<_>>().into_iter().collect())
}

/// Names and identity numbers of people who are gone.
async fn forget(tx: &Tx, kind: &str, claim: &str, ids: &[Uuid]) -> Result<(), Error> {
    tokens(tx, kind, ids).await?;
    for chunk in ids.chunks(super::CHUNK) {
        let claims = tx
            .common::<uniq::Entity>()
            .and(uniq::Column::Kind.eq(claim))
            .and(uniq::Column::RefId.is_in(chunk.iter().copied()))
            .all(tx)
            .await?;
        tx.remove_all::<uniq::Entity>(&claims).await?;
    }
    Ok(())
}

/// What they were found by.
async fn tokens(tx: &Tx, kind: &str, ids: &[Uuid]) -> Result<(), Error> {
    for chunk in ids.chunks(super::CHUNK) {
        let of = Condition::all()
            .add(search_token::Column::Kind.eq(kind))
            .add(search_token::Column::PersonId.is_in(chunk.iter().copied()));
        tx.clear::<search_token::Entity>(of).await?;
    }
    Ok(())
}
