//! Which children have a guardian's consent for a purpose today, asked by rules.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::Date;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::{consent, guardianship};
use crate::sealed::tx::Tx;

/// Purposes that rest while the processing of a file is restricted. Nights, the file itself and what safety needs do not.
const RESTING: [&str; 3] = ["pairing", "photo", "publication"];

/// Those of `children` for whom consent for `purpose` is in force today: the last answer of at least
/// one guardian is a yes in force, and no guardian's last answer is a no. A blocked person's answer counts for nothing. While the
/// processing of a file is restricted, a purpose of [`RESTING`] has none.
pub(crate) async fn consented(tx: &Tx, children: &[Uuid], purpose: &str) -> Result<BTreeSet<Uuid>, Error> {
    consented_on(tx, children, purpose, tx.now().date()).await
}

/// The same on another day, by what was said until now.
pub(crate) async fn consented_on(
    tx: &Tx,
    children: &[Uuid],
    purpose: &str,
    day: Date,
) -> Result<BTreeSet<Uuid>, Error> {
    let day = day.to_string();
    let mut last: BTreeMap<(Uuid, Uuid), consent::Model> = BTreeMap::new();
    for some in children.chunks(500) {
        let rows = tx
            .for_rule::<consent::Entity>()
            .and(consent::Column::ChildId.is_in(some.iter().copied()))
            .and(consent::Column::Purpose.eq(purpose))
            .by(consent::Column::GivenAt)
            .by(consent::Column::Id)
            .all(tx)
            .await?;
        last.extend(rows.into_iter().map(|row| ((row.child_id, row.guardian_id), row)));
        let ties = tx.for_rule::<guardianship::Entity>().and(guardianship::Column::ChildId.is_in(some.iter().copied()));
        for tie in ties.and(guardianship::Column::Blocked.eq(true)).all(tx).await? {
            last.remove(&(tie.child_id, tie.guardian_id));
        }
    }
    let mut yes = BTreeSet::new();
    let mut no = BTreeSet::new();
    for row in last.values() {
        let withdrawn = row.withdrawn_at.is_some();
        if row.answer && !withdrawn && row.from_on <= day && row.to_on.as_ref().is_none_or(|to| *to >= day) {
            yes.insert(row.child_id);
        }
        if !row.answer && !withdrawn {
            no.insert(row.child_id);
        }
    }
    let agreed = &yes - &no;
    if !RESTING.contains(&purpose) || agreed.is_empty() {
        return Ok(agreed);
    }
    let asked: Vec<Uuid> = agreed.iter().copied().collect();
    Ok(&agreed - &crate::restriction::restricted(tx, &asked).await?)
}
