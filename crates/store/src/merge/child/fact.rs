//! What is known of two files before they become one, and the row that would stay.

use naheya_domain::merge::{Facts, Part};
use naheya_domain::person_name::is_same;
use sea_orm::{ColumnTrait, FromQueryResult, IdenStatic, Iterable, ModelTrait, Value};
use uuid::Uuid;

use crate::Error;
use crate::child::TABLE;
use crate::merge::claim::tells;
use crate::sealed::entity::{child, guardian, guardianship, pair, proposal, round, round_child, stay};
use crate::sealed::tx::Tx;

/// Stays that take nobody's place any more.
const CALLED_OFF: [&str; 2] = ["refused", "cancelled"];
/// Stays that have not come to their end.
const OPEN: [&str; 6] = ["requested", "consented", "approved", "released", "in_care", "returned"];
/// Stays in which somebody else than the school or the family has the child.
const AWAY: [&str; 3] = ["released", "in_care", "returned"];

#[derive(Debug, FromQueryResult)]
struct Weekend {
    child_id: Uuid,
    starts_at: i64,
    ends_at: i64,
    state: String,
}

/// What is known of the two, and of the row that would stay. `except`: the proposal that is being judged.
pub(super) async fn facts(
    tx: &Tx,
    kept: &child::Model,
    other: &child::Model,
    after: &child::Model,
    except: Option<Uuid>,
) -> Result<Facts, Error> {
    let both = [kept.id, other.id];
    let (stays, paired) = (stays(tx, both).await?, paired(tx, both).await?);
    let of = |child: Uuid| stays.iter().filter(move |stay| stay.child_id == child);
    let open = |child: Uuid| of(child).any(|stay| OPEN.contains(&stay.state.as_str()));
    let meets = |a: &Weekend, b: &Weekend| a.starts_at < b.ends_at && b.starts_at < a.ends_at;
    let taking = |child: Uuid| of(child).filter(|stay| !CALLED_OFF.contains(&stay.state.as_str()));
    Ok(Facts {
        same: kept.id == other.id,
        waiting: crate::merge::waiting(tx, both, except).await?,
        away: stays.iter().any(|stay| AWAY.contains(&stay.state.as_str())),
        both_paired: both.iter().all(|id| paired.contains(id)),
        both_stay: open(kept.id) && open(other.id),
        overlap: taking(kept.id).any(|a| taking(other.id).any(|b| meets(a, b))),
        both_in_round: both_in_round(tx, both).await?,
        offered: offered(tx, both).await?,
        kept_away: kept_away(tx, both).await?,
        number_and_birth: !fits(tx, after, kept, other)?,
        left_with_pair: after.state == "left" && !paired.is_empty(),
    })
}

async fn stays(tx: &Tx, both: [Uuid; 2]) -> Result<Vec<Weekend>, Error> {
    use stay::Column as C;
    let rows = tx.for_rule::<stay::Entity>().and(C::ChildId.is_in(both));
    rows.columns([C::ChildId, C::StartsAt, C::EndsAt, C::State], tx).await
}

/// Which of the two have a pair that has not ended.
async fn paired(tx: &Tx, both: [Uuid; 2]) -> Result<Vec<Uuid>, Error> {
    let open =
        tx.for_rule::<pair::Entity>().and(pair::Column::ChildId.is_in(both)).and(pair::Column::State.ne("ended"));
    Ok(open.all(tx).await?.into_iter().map(|row| row.child_id).collect())
}

async fn both_in_round(tx: &Tx, both: [Uuid; 2]) -> Result<bool, Error> {
    use round_child::Column as C;
    let going = tx.for_rule::<round::Entity>().and(round::Column::State.ne("closed")).ids(round::Column::Id);
    let rows = tx.for_rule::<round_child::Entity>().and(C::ChildId.is_in(both)).and(C::RoundId.in_subquery(going));
    let rows = rows.all(tx).await?;
    Ok(rows.iter().any(|a| rows.iter().any(|b| a.round_id == b.round_id && a.child_id != b.child_id)))
}

async fn offered(tx: &Tx, both: [Uuid; 2]) -> Result<bool, Error> {
    use proposal::Column as C;
    let rows = tx.for_rule::<proposal::Entity>().and(C::ChildId.is_in(both)).and(C::State.eq("offered"));
    Ok(rows.first(tx).await?.is_some())
}

/// Whether somebody who is kept away in one file stands in the other without it: the one row, the same phone or number,
/// or the same name. Nobody comes near a child because two files became one.
async fn kept_away(tx: &Tx, both: [Uuid; 2]) -> Result<bool, Error> {
    let ties = tx.for_rule::<guardianship::Entity>().and(guardianship::Column::ChildId.is_in(both)).all(tx).await?;
    let ids = ties.iter().map(|tie| tie.guardian_id);
    let people = tx.for_rule::<guardian::Entity>().among(ids).all(tx).await?;
    let person = |tie: &guardianship::Model| people.iter().find(|p| p.id == tie.guardian_id);
    let one = |a: &guardianship::Model, b: &guardianship::Model| {
        let (Some(a), Some(b)) = (person(a), person(b)) else { return false };
        let phone = a.phone_bi.is_some() && a.phone_bi == b.phone_bi;
        let number = a.id_no_bi.is_some() && a.id_no_bi == b.id_no_bi;
        a.id == b.id || phone || number || is_same(&a.name, &b.name)
    };
    let split = |a: &guardianship::Model, b: &guardianship::Model| a.child_id != b.child_id && a.blocked != b.blocked;
    Ok(ties.iter().any(|a| ties.iter().any(|b| split(a, b) && one(a, b))))
}

/// Whether the identity number that would stay tells the birth date that would stay.
fn fits(tx: &Tx, after: &child::Model, kept: &child::Model, other: &child::Model) -> Result<bool, Error> {
    let from = if after.id_no_sealed == kept.id_no_sealed { kept } else { other };
    // As one of the files has it already.
    if after.birth_on == from.birth_on {
        return Ok(true);
    }
    let number = tx.open_some(TABLE, "id_no_sealed", from.id, from.id_no_sealed.as_ref())?;
    Ok(tells(number.as_deref(), after.birth_on.as_deref()))
}

/// The row that would stay, its sealed fields still those of the file they came from; [`sealed_anew`] makes them its own.
pub(super) fn chosen(kept: &child::Model, other: &child::Model, parts: &[Part]) -> Result<child::Model, Error> {
    let mut after = kept.clone();
    for column in columns_of(parts) {
        after.try_set(column, other.get(column))?;
    }
    Ok(after)
}

/// The columns of some parts.
pub(super) fn columns_of(parts: &[Part]) -> Vec<child::Column> {
    let names: Vec<&str> = parts.iter().flat_map(|part| part.columns()).copied().collect();
    child::Column::iter().filter(|column| names.contains(&column.as_str())).collect()
}

/// The fields that came from `other`, sealed for the file in which they stand from now on.
pub(super) fn sealed_anew(
    tx: &Tx,
    mut after: child::Model,
    other: Uuid,
    parts: &[Part],
) -> Result<child::Model, Error> {
    for column in columns_of(parts) {
        let name = column.as_str();
        if !name.ends_with("_sealed") {
            continue;
        }
        let Value::Bytes(Some(sealed)) = after.get(column) else { continue };
        let text = tx.open(TABLE, name, other, &sealed)?;
        after.try_set(column, Value::Bytes(Some(tx.seal(TABLE, name, after.id, &text)?)))?;
    }
    Ok(after)
}
