//! Forms that were begun: kept as they are typed, shown again filled, let go when they are sent or
//! thrown away. One that is sent and comes back keeps what was sent. Which account's they are is told by
//! the session, never by the address.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use naheya_store::draft::{DropDraft, KeepDraft, Typed, is_name};

use crate::answer::{local_path, see_other_saying};
use crate::{Answer, Fields, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast};

/// What a note says of a worry: such words are kept nowhere but with those who handle it, so the question is asked anew.
const WORRY: [&str; 2] = ["worried", "worry"];

/// What of a form may be kept as its draft.
pub(crate) fn keepable(form: &str, typed: &Fields) -> String {
    let is_note = form.starts_with("note-");
    Fields::of(typed.pairs().filter(|(name, _)| !is_note || !WORRY.contains(name))).query()
}

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/drafts/{form}", Knock::SignedIn, "draft", keep),
        Route::post("/drafts/{form}/removal", Knock::SignedIn, "draft", drop),
    ]
}

/// The script's: nothing comes back but that it is kept.
async fn keep(me: Signed, Id(form): Id<String>, posted: Posted) -> Answer {
    if !is_name(&form) {
        return Err(Problem::not_found());
    }
    let page = posted.key.clone().map(|key| Typed { key, turn: posted.turn, sent: false });
    me.desk.save(KeepDraft { body: keepable(&form, &posted.typed), form, page }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn drop(me: Signed, Id(form): Id<String>, posted: Posted) -> Answer {
    if !is_name(&form) {
        return Err(Problem::not_found());
    }
    me.desk.save_once(DropDraft { form }, posted.submission()?).await?;
    see_other_saying(local_path(posted.text("back")), Toast::new("form-draft-dropped"))
}

impl Signed {
    /// The sheet with what its writer had begun under `name` in its fields, if she had.
    ///
    /// # Errors
    /// When the records cannot be reached.
    pub async fn resumed(&self, name: &str, sheet: Sheet) -> Result<Sheet, Problem> {
        let kept = self.desk.draft(name).await?;
        Ok(sheet.with_draft(name, kept.map(|draft| (Fields::parse(draft.body.as_bytes()), draft.at))))
    }
}
