//! What stood in a file that is erased since: struck out of what imports keep to be taken back, and the file stays as it is.

use std::collections::HashSet;

use naheya_domain::Timestamp;
use sea_orm::ColumnTrait;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Before, COLUMN, ENDS, File, TABLE, Was, place_of};
use crate::Error;
use crate::import::left::NAMED;
use crate::sealed::entity::draft;
use crate::sealed::tx::Tx;

impl File {
    /// Whether something of these ids stands in it.
    fn tells_of(&self, ids: &HashSet<Uuid>) -> bool {
        let is_of = |was: &Was| ids.contains(&was.id);
        let names = |row: &Json| row.as_array().into_iter().flatten().any(|value| is_one_of(value, ids));
        ids.contains(&self.id) || self.changed.iter().any(is_of) || self.added.iter().any(names)
    }
}

fn is_one_of(value: &Json, ids: &HashSet<Uuid>) -> bool {
    value.as_str().and_then(|text| Uuid::try_parse(text).ok()).is_some_and(|id| ids.contains(&id))
}

/// Strikes every file in which something of these ids stands out of what the county's imports keep. An import that is taken back
/// later leaves these files as they are and lists them; the others it puts back.
pub(crate) async fn strike(tx: &Tx, ids: &HashSet<Uuid>) -> Result<(), Error> {
    let all = tx.for_rule::<draft::Entity>().and(draft::Column::Form.starts_with(NAMED));
    for row in all.and(draft::Column::Form.ends_with(ENDS)).all(tx).await? {
        let Some(batch) = batch_of(&row.form) else { continue };
        let body = tx.open_bytes(TABLE, COLUMN, place_of(row.account_id, batch), &row.body_sealed)?;
        let mut kept: Before =
            serde_json::from_slice(&body).map_err(|_| Error::Database("an import cannot be read".into()))?;
        let (struck, others): (Vec<File>, Vec<File>) = kept.files.into_iter().partition(|file| file.tells_of(ids));
        if struck.is_empty() {
            continue;
        }
        kept.files = others;
        kept.stayed.extend(struck.iter().map(|file| file.id));
        let after = kept.row(tx, row.account_id, batch, Timestamp(row.updated_at))?;
        tx.change::<draft::Entity>(&row, after).await?;
    }
    Ok(())
}

/// The import that a draft of this name belongs to.
fn batch_of(form: &str) -> Option<Uuid> {
    Uuid::try_parse(form.strip_prefix(NAMED)?.strip_suffix(ENDS)?).ok()
}
