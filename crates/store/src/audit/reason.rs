//! Why somebody did or looked at something, in the person's own words. Words may name a child, so an event holds only what proves
//! them (product.md rule 16). They lie sealed beside it, and can be erased without a gap in the chain: in their place then
//! stands the sealed empty text, which nobody makes without the key.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::Error;
use crate::field::{Ring, Spot, random};
use crate::sealed::entity::{audit_event, audit_reason};
use crate::sealed::tx::Tx;

const TABLE: &str = "audit_reasons";
const WORDS: &str = "words_sealed";
/// What an event holds begins with this. Events from before m0044 hold the words themselves.
const MARK: &str = "mac:";
/// Bytes of the code behind it.
const CODE: usize = 16;
/// Random bytes before the words: of erased ones nobody can try out what they were, not even with the key.
const SALT: usize = 16;
/// Events asked about at a time.
const CHUNK: usize = 500;
/// The events of one act stand side by side in the trail, and no act about one person leaves more of them.
const WIDE: i64 = 1_000;

/// Words on their way into the trail: what the event holds of them, and the row beside it.
pub(crate) fn kept(ring: &Ring, area_id: i32, n: i64, words: &str) -> Result<(String, audit_reason::Model), Error> {
    let salt: [u8; SALT] = random()?;
    let plain = [salt.as_slice(), words.as_bytes()].concat();
    let words_sealed = ring.seal(spot(area_id, n), &plain)?;
    Ok((proof_of(ring, &plain), audit_reason::Model { area_id, n, words_sealed }))
}

/// Whether an event holds a proof, and not the words themselves.
pub(crate) fn is_proof(held: &str) -> bool {
    let code = held.strip_prefix(MARK).and_then(|code| BASE64URL_NOPAD.decode(code.as_bytes()).ok());
    code.is_some_and(|code| code.len() == CODE)
}

/// Whether a row holds the words that the event proves, or that they were erased.
pub(crate) fn is_whole(ring: &Ring, row: &audit_reason::Model, proof: &str) -> bool {
    opened(ring, row, proof).is_some()
}

/// The words behind these events, by number.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn words_of(tx: &Tx, events: &[audit_event::Model]) -> Result<BTreeMap<i64, String>, Error> {
    words(tx, events.iter().filter_map(|event| Some((event.n, event.reason.clone()?))).collect()).await
}

/// The same of numbers and what the events hold. Words that were erased are absent, and so are those that their event does not
/// prove, which `naheya doctor --deep` names.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn words(tx: &Tx, held: Vec<(i64, String)>) -> Result<BTreeMap<i64, String>, Error> {
    let (proofs, mut words): (BTreeMap<i64, String>, BTreeMap<i64, String>) =
        held.into_iter().partition(|(_, held)| is_proof(held));
    let numbers: Vec<i64> = proofs.keys().copied().collect();
    for some in numbers.chunks(CHUNK) {
        let these = audit_reason::Column::N.is_in(some.iter().copied());
        for row in tx.for_rule::<audit_reason::Entity>().and(these).all(tx).await? {
            let said = proofs.get(&row.n).and_then(|proof| opened(tx.ring(), &row, proof));
            words.extend(said.filter(|said| !said.is_empty()).map(|said| (row.n, said)));
        }
    }
    Ok(words)
}

/// Takes the words away behind the events about these rows of a table, and says of how many. That there was a reason stays.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn erase(tx: &Tx, table: &str, ids: impl IntoIterator<Item = Uuid>) -> Result<usize, Error> {
    erase_of_acts(tx, "%", table, ids).await
}

/// The same of acts whose name is like `acts` alone.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn erase_of_acts(
    tx: &Tx,
    acts: &str,
    table: &str,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<usize, Error> {
    forget(tx, &with_reason(tx, acts, table, ids).await?).await
}

/// The same of all events of those acts, whatever rows they tell of: a volunteer's move ends the visit of a home that others keep,
/// and its words stand there too.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn erase_whole_acts(
    tx: &Tx,
    acts: &str,
    table: &str,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<usize, Error> {
    use audit_event::Column as A;
    let mut erased = 0;
    for event in with_reason(tx, acts, table, ids).await? {
        let (from, to) = (event.n.saturating_sub(WIDE), event.n.saturating_add(WIDE));
        let near = tx.for_rule::<audit_event::Entity>().and(A::N.gte(from)).and(A::N.lte(to));
        let by_same = near.and(A::AccountId.eq(event.account_id)).and(A::At.eq(event.at));
        let same = by_same.and(A::Act.eq(event.act)).and(A::Reason.is_not_null());
        erased += forget(tx, &same.all(tx).await?).await?;
    }
    Ok(erased)
}

/// The same of an act by which rows of a table went, as far as one of these names stands in the words: nothing else tells by now
/// of whom they were.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn erase_naming(tx: &Tx, act: &str, table: &str, names: &[&str]) -> Result<usize, Error> {
    use audit_event::Column as A;
    let events = tx.for_rule::<audit_event::Entity>().and(A::Noun.eq(table)).and(A::Act.eq(act));
    let mut events = events.and(A::Reason.is_not_null()).all(tx).await?;
    let words = words_of(tx, &events).await?;
    let is_named = |said: &String| names.iter().any(|name| said.contains(name));
    events.retain(|event| words.get(&event.n).is_some_and(is_named));
    forget(tx, &events).await
}

/// The events with a reason about these rows of a table, of acts whose name is like `acts`.
async fn with_reason(
    tx: &Tx,
    acts: &str,
    table: &str,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<audit_event::Model>, Error> {
    use audit_event::Column as A;
    let about = tx.for_rule::<audit_event::Entity>().and(A::Noun.eq(table)).holding(A::RefId, ids);
    about.and(A::Act.like(acts)).and(A::Reason.is_not_null()).all(tx).await
}

/// Takes the words away behind these events.
async fn forget(tx: &Tx, events: &[audit_event::Model]) -> Result<usize, Error> {
    let proven = events.iter().filter(|event| event.reason.as_deref().is_some_and(is_proof));
    let numbers: Vec<i64> = proven.map(|event| event.n).collect();
    for some in numbers.chunks(CHUNK) {
        let these = audit_reason::Column::N.is_in(some.iter().copied());
        tx.clear::<audit_reason::Entity>(Condition::all().add(these)).await?;
        let empty = |n: &i64| erased(tx.ring(), tx.area_id(), *n);
        tx.insert_all::<audit_reason::Entity>(some.iter().map(empty).collect::<Result<_, _>>()?).await?;
    }
    Ok(numbers.len())
}

/// What stands beside an event whose words were erased.
fn erased(ring: &Ring, area_id: i32, n: i64) -> Result<audit_reason::Model, Error> {
    Ok(audit_reason::Model { area_id, n, words_sealed: ring.seal(spot(area_id, n), &[])? })
}

/// The words of a row as far as the event proves them; none of them when they were erased.
fn opened(ring: &Ring, row: &audit_reason::Model, proof: &str) -> Option<String> {
    let plain = ring.open(spot(row.area_id, row.n), &row.words_sealed).ok()?;
    if plain.is_empty() {
        return Some(String::new());
    }
    if proof_of(ring, &plain) != proof {
        return None;
    }
    String::from_utf8(plain.get(SALT..)?.to_vec()).ok()
}

fn proof_of(ring: &Ring, plain: &[u8]) -> String {
    format!("{MARK}{}", BASE64URL_NOPAD.encode(&ring.reason_mac(plain)))
}

fn spot(area: i32, n: i64) -> Spot<'static> {
    Spot { table: TABLE, column: WORDS, area, id: Uuid::from_u128(u128::try_from(n).unwrap_or_default()) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const AREA: i32 = 150_825;

    #[test]
    fn words_are_proven_at_their_own_event_only_and_the_same_words_look_alike_nowhere() {
        let ring = Ring::new(&[7; 32]).unwrap();
        let (proof, row) = kept(&ring, AREA, 5, "核对过敏药").unwrap();
        let (other_proof, other) = kept(&ring, AREA, 6, "核对过敏药").unwrap();
        assert_eq!(opened(&ring, &row, &proof).as_deref(), Some("核对过敏药"));
        assert_ne!(proof, other_proof);
        assert!(!is_whole(&ring, &row, &other_proof));
        let moved = audit_reason::Model { n: 5, ..other };
        assert!(!is_whole(&ring, &moved, &proof) && !is_whole(&ring, &moved, &other_proof));
    }

    #[test]
    fn what_a_person_types_is_no_proof() {
        let (proof, _) = kept(&Ring::new(&[7; 32]).unwrap(), AREA, 5, "核对过敏药").unwrap();
        assert!(is_proof(&proof));
        for typed in ["", "核对过敏药", "mac:", "mac:核对过敏药", "mac:abcd", proof.trim_start_matches(MARK)]
        {
            assert!(!is_proof(typed), "{typed}");
        }
    }
}
