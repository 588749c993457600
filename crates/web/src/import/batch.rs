//! Imports that were taken in: all of them, and one with what came of it, its signature and the way back.

use askama::Template;
use naheya_documents::roster::Kind;
use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::ImportBatchId;
use naheya_store::import::{Batch, COUNTED, EnrolImported, KeptRow, MOST_KEPT, UNDO_DAYS, UndoImport};
use naheya_store::volunteer::{SignVolunteers, Signature};

use crate::answer::see_other_saying;
use crate::order::{Order, Pager};
use crate::{Answer, Frame, Id, Posted, Signed, Toast, Wanted, page};

#[derive(Template)]
#[template(path = "import/list.html")]
struct ListPage {
    f: Frame,
    batches: Vec<Batch>,
    pager: Pager,
    may_sign: bool,
    may_export: bool,
}

pub(super) async fn list(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let order = Order::unsorted("/imports".to_owned(), &wanted);
    let listed = me.desk.imports(&order.turn).await?;
    let pager = order.pager(w, &listed, w.counted(me.desk.count_imports().await?, COUNTED));
    let [may_sign, may_export] = [Action::ApproveVolunteer, Action::Export].map(|action| me.desk.may(action));
    page(&ListPage { f: me.frame("import-list-title"), batches: listed.rows, pager, may_sign, may_export })
}

/// How an import stands: the look of its tag, and the word.
pub(super) fn state(batch: &Batch) -> (&'static str, &'static str) {
    match batch {
        Batch { undone_at: Some(_), .. } => ("off", "import-state-undone"),
        Batch { to_sign: true, .. } => ("wait", "import-state-to_sign"),
        Batch { .. } => ("ok", "import-state-done"),
    }
}

#[derive(Template)]
#[template(path = "import/done.html")]
struct DonePage {
    f: Frame,
    batch: Batch,
    may_sign: bool,
    /// Whether the reader signs what others import.
    is_signer: bool,
    may_undo: bool,
    /// Children of the import who are still applicants.
    applicants: u64,
    until: Timestamp,
    /// Until when the rows that were left out can be fetched.
    left_until: Option<Timestamp>,
    /// Who stays of an import that was taken back, and whether there are more than are listed.
    kept: Vec<KeptRow>,
    kept_more: bool,
}

pub(super) async fn show(me: Signed, Id(id): Id<ImportBatchId>) -> Answer {
    let batch = me.desk.import(id).await?;
    let may_import = me.desk.may(Action::Import);
    let applicants = if may_import { me.desk.applicants_of_import(id).await? } else { 0 };
    // Whoever was taken in stays: nothing of such an import can be taken back.
    let is_built_on = batch.kind == Kind::Children.code() && batch.changed == 0 && applicants == 0;
    let mut kept = me.desk.kept_of_import(id).await?;
    let kept_more = kept.len() > MOST_KEPT;
    kept.truncate(MOST_KEPT);
    page(&DonePage {
        kept,
        kept_more,
        left_until: me.desk.left_out_until(id).await?,
        applicants,
        f: me.frame("import-done-title"),
        may_sign: batch.to_sign && me.desk.may(Action::ApproveVolunteer) && !batch.by_reader,
        is_signer: me.desk.may(Action::ApproveVolunteer),
        may_undo: batch.undoable && may_import && !is_built_on,
        until: batch.committed_at.plus_minutes(UNDO_DAYS * 24 * 60),
        batch,
    })
}

pub(super) async fn undo(me: Signed, Id(id): Id<ImportBatchId>, posted: Posted) -> Answer {
    match me.desk.save_once(UndoImport { batch: id }, posted.submission()?).await? {
        0 => see_other_saying("/imports", Toast::new("import-undone")),
        kept => see_other_saying(format!("/imports/{id}"), Toast::new("import-undone-but").with("n", kept)),
    }
}

pub(super) async fn signature(me: Signed, Id(id): Id<ImportBatchId>, posted: Posted) -> Answer {
    let act = SignVolunteers { what: Signature::Batch(id) };
    let signed = me.desk.save_once(act, posted.submission()?).await?;
    see_other_saying(format!("/imports/{id}"), Toast::new("import-signed").with("n", signed.approved))
}

pub(super) async fn enrolment(me: Signed, Id(id): Id<ImportBatchId>, posted: Posted) -> Answer {
    let enrolled = me.desk.save_once(EnrolImported { batch: id }, posted.submission()?).await?;
    see_other_saying(format!("/imports/{id}"), Toast::new("import-enrolled").with("n", enrolled))
}
