//! Words that somebody typed, in columns of text: which columns they are. What lay open before words were sealed is sealed once, at
//! the next start, also after an older backup was put back. Codes of ours in the same columns stay as they are.

use naheya_domain::{AreaId, Timestamp};
use sea_orm::{ColumnTrait, Condition, IdenStatic, Iterable, ModelTrait, Value};
use uuid::Uuid;

use crate::backfill::{Mark, is_made};
use crate::sealed::act::Act;
use crate::sealed::entity::{child_category, consent, household, round_child, stay, volunteer};
use crate::sealed::record::{OfCounty, Record, ref_id};
use crate::sealed::tx::Tx;
use crate::{Error, Store, SystemTask};

/// Set when nobody's words lie open any more.
const MADE: &str = "words_sealed";
/// Rows that one act seals at most.
const PIECE: u64 = 500;
/// Columns of text in which words lie sealed, by table.
static COLUMNS: [(&str, &[&str]); 6] = [
    ("stays", &["refusal", "cancelled_reason"]),
    ("round_children", &["words", "care", "apart_reason"]),
    ("child_categories", &["basis"]),
    ("consents", &["withdrawn_how"]),
    ("households", &["capacity_reason"]),
    ("volunteers", &["note"]),
];
/// What these columns say besides words.
const CODES: [&str; 11] = [
    "child.paused",
    "link",
    "pair.ended",
    "pair.paused",
    "phone",
    "stay.family_fetched",
    "stay.nobody_decided",
    "stay.nobody_fetched",
    "stay.nobody_gave",
    "stay.not_this_weekend",
    "volunteer.moved_home",
];

/// The columns of a table in which words lie sealed.
fn columns<E: Record>() -> Vec<E::Column> {
    let of = COLUMNS.iter().filter(|(table, _)| *table == E::TABLE).flat_map(|(_, columns)| columns.iter());
    let names: Vec<&str> = of.copied().collect();
    E::Column::iter().filter(|column| names.contains(&column.as_str())).collect()
}

/// The row with its words sealed, as far as they lie open: a row from before comes back out of a merge or an import.
pub(crate) fn closed<E: Record>(tx: &Tx, row: &E::Model) -> Result<E::Model, Error> {
    let mut after = row.clone();
    let Some(id) = ref_id::<E>(row) else { return Ok(after) };
    for column in columns::<E>() {
        let Value::String(Some(text)) = row.get(column) else { continue };
        if CODES.contains(&text.as_str()) || Tx::are_sealed(&text) {
            continue;
        }
        let kept = tx.seal_words(E::TABLE, column.as_str(), id, Some(&text))?;
        after.try_set(column, Value::String(kept))?;
    }
    Ok(after)
}

/// A column's value as it is read: words opened, anything else as it lies.
pub(crate) fn said<E: Record>(tx: &Tx, row: &E::Model, column: E::Column) -> Result<Value, Error> {
    match (row.get(column), ref_id::<E>(row)) {
        (Value::String(kept), Some(id)) => {
            Ok(Value::String(tx.read_words(E::TABLE, column.as_str(), id, kept.as_ref())?))
        }
        (value, _) => Ok(value),
    }
}

/// Tables with such columns.
#[derive(Clone, Copy, Debug)]
enum Place {
    Stays,
    Cards,
    Categories,
    Consents,
    Homes,
    Volunteers,
}

impl Place {
    const ALL: [Place; 6] =
        [Place::Stays, Place::Cards, Place::Categories, Place::Consents, Place::Homes, Place::Volunteers];
}

impl Store {
    /// Seals the words that were written down before they were sealed, so many at a time. Once an installation.
    pub(crate) async fn seal_words_from_before(&self, now: Timestamp) -> Result<(), Error> {
        let nation = self.as_system(SystemTask::SetUp, AreaId::NATION, now);
        if is_made(&nation.read(), MADE).await? {
            return Ok(());
        }
        for (area, _) in self.counties(now).await? {
            let desk = self.as_system(SystemTask::SetUp, area, now);
            for place in Place::ALL {
                let mut next = Some(Uuid::nil());
                while let Some(after) = next {
                    next = desk.save(SealWords { place, after }).await?;
                }
            }
        }
        nation.save(Mark(MADE)).await
    }
}

/// Seals the words of the next rows by id. The last of them; none when no words lie open behind it.
pub(crate) struct SealWords {
    place: Place,
    after: Uuid,
}

impl Act for SealWords {
    const NAME: &'static str = "words.seal";
    type Answer = Option<Uuid>;

    async fn run(&self, tx: &Tx) -> Result<Option<Uuid>, Error> {
        tx.alone_in_county().await?;
        match self.place {
            Place::Stays => seal::<stay::Entity>(tx, self.after).await,
            Place::Cards => seal::<round_child::Entity>(tx, self.after).await,
            Place::Categories => seal::<child_category::Entity>(tx, self.after).await,
            Place::Consents => seal::<consent::Entity>(tx, self.after).await,
            Place::Homes => seal::<household::Entity>(tx, self.after).await,
            Place::Volunteers => seal::<volunteer::Entity>(tx, self.after).await,
        }
    }
}

async fn seal<E>(tx: &Tx, after: Uuid) -> Result<Option<Uuid>, Error>
where
    E: OfCounty,
    E::Model: Send + Sync,
{
    let Some(id) = E::id() else { return Ok(None) };
    let says = columns::<E>().into_iter().fold(Condition::any(), |any, column| any.add(column.is_not_in(CODES)));
    let rows = tx.for_rule::<E>().and(id.gt(after)).and(says).by(id).limit(PIECE).all(tx).await?;
    for before in &rows {
        tx.change::<E>(before, closed::<E>(tx, before)?).await?;
    }
    Ok(rows.last().and_then(ref_id::<E>))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<E: Record>() -> (&'static str, usize) {
        (E::TABLE, columns::<E>().len())
    }

    #[test]
    fn every_column_of_words_is_one_of_its_table() {
        let found = [
            found::<stay::Entity>(),
            found::<round_child::Entity>(),
            found::<child_category::Entity>(),
            found::<consent::Entity>(),
            found::<household::Entity>(),
            found::<volunteer::Entity>(),
        ];
        let named: Vec<(&str, usize)> = COLUMNS.iter().map(|(table, columns)| (*table, columns.len())).collect();
        assert_eq!(named, found);
        assert_eq!(Place::ALL.len(), found.len());
    }
}
