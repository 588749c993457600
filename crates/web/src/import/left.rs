//! The rows that an import leaves out, as a file to be put right.

use std::collections::BTreeSet;

use naheya_documents::left_out::{self, LeftRow};
use naheya_documents::marked::Marking;
use naheya_domain::id::ImportBatchId;
use naheya_store::Error;
use naheya_store::import::{Judgement, LeftOut};

use super::{Opened, XLSX, advice};
use crate::answer::download;
use crate::{Answer, Id, Signed, Words};

/// The rows at fault as a file: put right, it is imported like any other. None when no row is left out.
pub(crate) fn left_out(w: Words, opened: &Opened, judgement: &Judgement) -> Result<Option<LeftOut>, Error> {
    let reading = &opened.reading;
    let errors = reading.all_errors(judgement);
    let faulty: BTreeSet<u32> = errors.iter().map(|error| error.row).collect();
    if faulty.is_empty() {
        return Ok(None);
    }
    let head = w.t("import-left-head");
    let marking =
        Marking { sheet: &reading.sheet, header_row: reading.header_row, advice_head: &head, errors: &errors };
    let rows = reading.shown.iter().filter(|shown| faulty.contains(&shown.row));
    let rows: Vec<LeftRow<'_>> = rows.map(|shown| LeftRow { number: shown.row, texts: &shown.texts }).collect();
    let file = left_out::left_out(&opened.book, &marking, &reading.columns, &rows, |code| advice(w, code));
    let file = file.map_err(|_| Error::Database("a workbook could not be written".into()))?;
    Ok(Some(LeftOut { file: file.into(), refused: judgement.refused() }))
}

/// The file, for whoever imports in the county, while the import can be taken back.
pub(super) async fn file(me: Signed, Id(id): Id<ImportBatchId>) -> Answer {
    let bytes = me.desk.left_out(id).await?;
    download(&me.w().t("import-left-name"), XLSX, bytes)
}
