//! Two files of one child: the row that stays, what comes over, and the way back.

use naheya_domain::access::Class;
use naheya_domain::id::ChildId;
use naheya_domain::merge::{Part, may_merge};
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::carry::{self, of_child};
use super::claim::{claim, claims};
use crate::Error;
use crate::sealed::copy::written;
use crate::sealed::entity::{child, search_token, stay, uniq};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::stay::{ask_new_teachers, follow_schools};

pub(super) mod compare;
mod fact;
mod find;
pub(super) mod undo;

pub(super) use find::{alike, shown};

/// The kind of claim on a child's identity number.
const CLAIM: &str = "child_id_no";

/// The two files, as they were compared.
pub(super) struct Pair {
    pub(super) kept: child::Model,
    pub(super) other: child::Model,
}

impl Pair {
    pub(super) async fn read(tx: &Tx, kept: ChildId, other: ChildId) -> Result<Pair, Error> {
        let one = async |id: ChildId| tx.visible_as::<child::Entity>(Class::Personal).id(id).one(tx).await;
        Ok(Pair { kept: one(kept).await?, other: one(other).await? })
    }
}

pub(super) fn parts(codes: &[&str]) -> Vec<Part> {
    Part::ALL.into_iter().filter(|part| codes.contains(&part.code())).collect()
}

/// Whether they may become one; `except` is the proposal that is being judged.
pub(super) async fn judge(tx: &Tx, pair: &Pair, parts: &[Part], except: Option<Uuid>) -> Result<child::Model, Error> {
    for file in [pair.kept.id, pair.other.id] {
        crate::erasure::not_asked(tx, ChildId(file).into()).await?;
        crate::restriction::not_restricted(tx, file).await?;
    }
    let after = fact::chosen(&pair.kept, &pair.other, parts)?;
    may_merge(&fact::facts(tx, &pair.kept, &pair.other, &after, except).await?)?;
    Ok(after)
}

/// What taking a merge apart needs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Undo {
    /// The row of the file that is gone.
    pub(super) other: serde_json::Value,
    /// The row of the file that stayed, before and after.
    kept: (serde_json::Value, serde_json::Value),
    /// The rows that came over.
    moved: Vec<carry::Moved>,
    /// Weekends that lost their class teacher's yes, as they were.
    #[serde(default)]
    asked: Vec<serde_json::Value>,
}

/// Makes one file of the two.
pub(super) async fn merged(tx: &Tx, pair: &Pair, after: child::Model, parts: &[Part]) -> Result<Undo, Error> {
    let moved = of_child::carry(tx, pair.other.id, pair.kept.id).await?;
    let tokens = Condition::all()
        .add(search_token::Column::Kind.eq("child"))
        .add(search_token::Column::PersonId.eq(pair.other.id));
    tx.clear::<search_token::Entity>(tokens).await?;
    for claim in claims(tx, CLAIM, pair.other.id).await? {
        tx.remove::<uniq::Entity>(&claim).await?;
    }
    tx.remove::<child::Entity>(&pair.other).await?;
    let mut after = fact::sealed_anew(tx, after, pair.other.id, parts)?;
    // Also when no field changes: whatever was read of the file before is no longer the whole of it.
    after.updated_at = tx.now().0;
    if let Some(number) = after.id_no_bi.clone().filter(|number| Some(number) != pair.kept.id_no_bi.as_ref()) {
        claim(tx, CLAIM, number, pair.kept.id).await?;
    }
    let after = tx.change::<child::Entity>(&pair.kept, after).await?;
    named(tx, &pair.kept, &after).await?;
    // Weekends that came over begin where the child goes to school by the file that stays.
    follow_schools(tx, &after.school_id.map(|school| (after.id, school)).into_iter().collect()).await?;
    let is_elsewhere = [&pair.kept, &pair.other].into_iter().any(|file| file.class_id != after.class_id);
    let asked = ask_new_teachers(tx, &is_elsewhere.then_some(after.id).into_iter().collect()).await?;
    let asked = asked.iter().map(written::<stay::Entity>).collect();
    let rows = (written::<child::Entity>(&pair.kept), written::<child::Entity>(&after));
    Ok(Undo { other: written::<child::Entity>(&pair.other), kept: rows, moved, asked })
}

/// Found by its name from now on.
async fn named(tx: &Tx, before: &child::Model, after: &child::Model) -> Result<(), Error> {
    if (&before.name, &before.name_mn) == (&after.name, &after.name_mn) {
        return Ok(());
    }
    search::reindex(tx, Kind::Child, after.id, &names_of(after)).await
}

fn names_of(row: &child::Model) -> Vec<&str> {
    [Some(row.name.as_str()), row.name_mn.as_deref()].into_iter().flatten().collect()
}
