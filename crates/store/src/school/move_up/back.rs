//! The names of a moment ago: classes that were moved up together are put back together, as long as nobody has used them under
//! their new names. What they were called lies sealed beside the drafts of whoever named them, as what an import changed does.

use naheya_domain::Refusal;
use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::code::UNDO_MINUTES;
use naheya_domain::id::SchoolId;
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{NameClasses, Renamed, rename};
use crate::sealed::act::Act;
use crate::sealed::entity::{audit_event, child, class, draft, grant, school};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{as_it_is, at};
use crate::{Desk, Error};

const TABLE: &str = "drafts";
const COLUMN: &str = "body_sealed";
/// What the name of such a draft begins with; no form has a colon in its name.
const NAMED: &str = "classes:";
/// Minutes in which no second school year begins.
const HALF_A_YEAR: i64 = 180 * 24 * 60;

/// A class as it was called.
#[derive(Serialize, Deserialize)]
struct Was {
    id: Uuid,
    /// The version that it has under its new name.
    version: i32,
    name: String,
    grade: Option<i32>,
}

fn of(school: Uuid) -> Condition {
    Condition::all().add(draft::Column::Form.eq(format!("{NAMED}{school}")))
}

/// Each is sealed for its own school: two of them changed about do not open.
fn spot(account: Uuid, school: Uuid) -> Uuid {
    Uuid::from_u128(account.as_u128() ^ school.as_u128())
}

/// Keeps what these classes were called, in the place of what was kept before: only the last naming is taken back.
pub(super) async fn keep(tx: &Tx, school: Uuid, named: &[Renamed]) -> Result<(), Error> {
    if named.is_empty() {
        return Ok(());
    }
    let was = |(before, after): &Renamed| Was {
        id: before.id,
        version: after.version,
        name: before.name.clone(),
        grade: before.grade,
    };
    let was: Vec<Was> = named.iter().map(was).collect();
    let body = serde_json::to_vec(&was).map_err(|_| Error::Database("names cannot be kept".into()))?;
    tx.clear::<draft::Entity>(of(school)).await?;
    tx.insert::<draft::Entity>(draft::Model {
        area_id: tx.area_id(),
        account_id: tx.account(),
        form: format!("{NAMED}{school}"),
        body_sealed: tx.seal_bytes(TABLE, COLUMN, spot(tx.account(), school), &body)?,
        updated_at: tx.now().0,
    })
    .await
}

/// When the names are no longer put back.
fn until(row: &draft::Model) -> Timestamp {
    Timestamp(row.updated_at).plus_minutes(UNDO_MINUTES)
}

/// What is kept of a school's last naming, while it can be taken back.
async fn kept(tx: &Tx, school: Uuid) -> Result<Option<draft::Model>, Error> {
    let row = tx.for_rule::<draft::Entity>().and(of(school)).first(tx).await?;
    Ok(row.filter(|row| tx.now() < until(row)))
}

impl Desk {
    /// Until when the classes of a school can be given back the names that they had before they were moved up; nothing where that
    /// is over.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] for who does not keep schools.
    pub async fn named_back_until(&self, school: SchoolId) -> Result<Option<Timestamp>, Error> {
        self.require(Action::KeepSchool)?;
        let tx = self.read();
        let school = tx.visible::<school::Entity>().id(school).one(&tx).await?;
        Ok(kept(&tx, school.id).await?.as_ref().map(until))
    }

    /// When the classes of a school were last moved up, within the last half year: whoever does it twice has every child a grade too
    /// high. What was put back was not moved.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] for who does not keep schools.
    pub async fn moved_up_at(&self, school: SchoolId) -> Result<Option<Timestamp>, Error> {
        use audit_event::Column as A;
        self.require(Action::KeepSchool)?;
        let tx = self.read();
        let school = tx.visible::<school::Entity>().id(school).one(&tx).await?;
        let classes = tx.visible::<class::Entity>().and(class::Column::SchoolId.eq(school.id)).all(&tx).await?;
        let acts = A::Act.is_in([NameClasses::NAME, NameClassesBack::NAME]);
        let named = tx.for_rule::<audit_event::Entity>().and(A::Noun.eq("classes")).and(acts);
        let last = named.holding(A::RefId, classes.iter().map(|row| row.id)).by_desc(A::N).first(&tx).await?;
        let since = tx.now().plus_minutes(-HALF_A_YEAR).0;
        Ok(last.filter(|last| last.act == NameClasses::NAME && last.at >= since).map(|last| Timestamp(last.at)))
    }
}

/// Gives the classes of a school back the names and grades that they had before they were last moved up together.
#[derive(Clone, Debug)]
pub struct NameClassesBack {
    /// The school.
    pub school: SchoolId,
}

impl Act for NameClassesBack {
    const NAME: &'static str = "class.name_back";
    /// How many.
    type Answer = u64;

    async fn run(&self, tx: &Tx) -> Result<u64, Error> {
        tx.require(Action::KeepSchool)?;
        let school = tx.visible::<school::Entity>().id(self.school).one(tx).await?;
        let row = kept(tx, school.id).await?.ok_or_else(|| Error::refused("class.names_settled"))?;
        let body = tx.open_bytes(TABLE, COLUMN, spot(row.account_id, school.id), &row.body_sealed)?;
        let was: Vec<Was> = serde_json::from_slice(&body).map_err(|_| Error::refused("class.names_settled"))?;
        let rows = tx.visible::<class::Entity>().and(class::Column::SchoolId.eq(school.id)).all(tx).await?;
        unused(tx, &rows, &was).await?;
        let back = |before: &class::Model| {
            let was = was.iter().find(|was| was.id == before.id)?;
            Some((before.clone(), class::Model { name: was.name.clone(), grade: was.grade, ..before.clone() }))
        };
        let named = rename(tx, &rows, rows.iter().filter_map(back).collect()).await?;
        tx.clear::<draft::Entity>(of(school.id)).await?;
        Ok(named.len() as u64)
    }
}

/// That nobody has changed one of these classes since, nor put a child or a teacher into it: they came into it under its new name.
async fn unused(tx: &Tx, rows: &[class::Model], was: &[Was]) -> Result<(), Error> {
    let ids: Vec<Uuid> = was.iter().map(|was| was.id).collect();
    let changed = was.iter().find(|was| !rows.iter().any(|row| row.id == was.id && row.version == was.version));
    let used = match changed {
        Some(was) => Some(was.id),
        None => came_since(tx, &ids).await?,
    };
    let Some(used) = used else { return Ok(()) };
    let name = rows.iter().find(|row| row.id == used).map(|row| row.name.clone()).unwrap_or_default();
    Err(Error::Refused(Refusal::new("class.used_since").with("name", name)))
}

/// A class of these into which a child or a teacher came after they were named.
async fn came_since(tx: &Tx, classes: &[Uuid]) -> Result<Option<Uuid>, Error> {
    use audit_event::Column as A;
    use sea_orm::sea_query::ExprTrait;
    let trail = || tx.for_rule::<audit_event::Entity>();
    let named =
        trail().and(A::Noun.eq("classes")).and(A::Act.eq(NameClasses::NAME)).holding(A::RefId, classes.to_vec());
    let Some(named) = named.by_desc(A::N).first(tx).await? else { return Ok(None) };
    // A new file, a new role, or a child in another class.
    let into = Condition::any().add(A::Fields.eq("*")).add(A::Fields.contains("class_id"));
    // Not by the index over nouns: it holds every child's looks of all years.
    let since = || trail().and(A::N.gt(named.n)).and(into.clone());
    let children = since().and(as_it_is(at(A::Noun)).eq(crate::child::TABLE)).ids(A::RefId);
    let child = tx.for_rule::<child::Entity>().holding(child::Column::ClassId, classes.to_vec());
    if let Some(child) = child.and(child::Column::Id.in_subquery(children)).first(tx).await? {
        return Ok(child.class_id);
    }
    let given = since().and(as_it_is(at(A::Noun)).eq("grants")).ids(A::RefId);
    let teaches = tx.common::<grant::Entity>().and(grant::Column::AreaId.eq(tx.area_id()));
    let teaches = teaches.and(grant::Column::PlaceRef.is_in(classes.iter().map(Uuid::to_string)));
    let grant = teaches.and(grant::Column::Id.in_subquery(given)).first(tx).await?;
    Ok(grant.and_then(|grant| Uuid::try_parse(&grant.place_ref).ok()))
}
