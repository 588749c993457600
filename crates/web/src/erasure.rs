//! A child's file erased on a written request: what goes and what stays is said before, one person asks, a leader who is another
//! says yes.

use askama::Template;
use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Noun};
use naheya_domain::erasure::ErasureState;
use naheya_domain::id::{AccountId, ChildId, ErasureId};
use naheya_store::erasure::{
    ApproveErasure, AskErasure, ErasureLine, ErasureView, RefuseErasure, ThrowUploadAway, WithdrawErasure,
};
use naheya_store::import::{LeftBehind, Waiting};

use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, page_as};

const ASKS: Knock = Knock::May(Action::AskErasure);
const ERASES: Knock = Knock::May(Action::EraseFile);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let child = Noun::Child;
    vec![
        Route::get("/children/{id}/erasure", ASKS, child, show),
        Route::post("/children/{id}/erasure", ASKS, child, ask),
        Route::post("/children/{id}/erasure/uploads/removal", ASKS, child, throw_away),
        Route::post("/erasures/{id}/approval", ERASES, child, approve),
        Route::post("/erasures/{id}/refusal", ERASES, child, refuse),
        Route::post("/erasures/{id}/withdrawal", ASKS, child, withdraw),
    ]
}

#[derive(Template)]
#[template(path = "erasure/show.html")]
struct ErasurePage {
    f: Frame,
    sheet: Sheet,
    child: ChildId,
    view: ErasureView,
    may_erase: bool,
}

impl ErasurePage {
    /// The request that waits.
    fn waiting(&self) -> Option<&ErasureLine> {
        self.view.newest.as_ref().filter(|line| line.state == ErasureState::Asked)
    }

    /// The request by which the file was erased.
    fn done(&self) -> Option<&ErasureLine> {
        self.view.newest.as_ref().filter(|line| line.state == ErasureState::Done)
    }

    /// The request that was not followed.
    fn refused(&self) -> Option<&ErasureLine> {
        self.view.newest.as_ref().filter(|line| line.state == ErasureState::Refused)
    }

    /// The moment of the decision.
    fn decided(&self, line: &ErasureLine) -> String {
        line.decided_at.map(|at| self.f.w.when(at)).unwrap_or_default()
    }

    /// Whether it may be asked for: of a child in the programme nothing is erased.
    fn has_left(&self) -> bool {
        !self.view.in_the_way.iter().any(|refusal| refusal.code == "erasure.not_left")
    }

    /// What stands in the way, in words.
    fn in_the_way(&self) -> Vec<String> {
        self.view.in_the_way.iter().map(|refusal| self.f.w.refusal(refusal)).collect()
    }

    /// Whose upload, and since when.
    fn upload(&self, one: &Waiting) -> String {
        self.told(one.by.as_deref(), one.at)
    }

    /// Whose import, and when.
    fn import(&self, one: &LeftBehind) -> String {
        self.told(one.by.as_deref(), one.at)
    }

    fn told(&self, by: Option<&str>, at: Timestamp) -> String {
        let when = self.f.w.when(at);
        match by {
            Some(name) => format!("{name} · {when}"),
            None => when,
        }
    }

    fn guardians(&self) -> String {
        self.view.guardians.join(&self.f.w.t("child-and"))
    }
}

async fn show(me: Signed, Id(child): Id<ChildId>) -> Answer {
    shown(&me, child, Sheet::blank("erasure")).await
}

async fn shown(me: &Signed, child: ChildId, sheet: Sheet) -> Answer {
    let view = me.desk.erasure_of(child).await?;
    let f = me.frame("erasure-title").with(&sheet);
    let may_erase = me.desk.may(Action::EraseFile);
    page_as(sheet.status(), &ErasurePage { f, sheet, child, view, may_erase })
}

fn path(child: ChildId) -> String {
    format!("/children/{child}/erasure")
}

async fn ask(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    let done = async {
        let act = AskErasure { child, reason: posted.text("reason").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(path(child), Toast::new("erasure-asked")),
        Err(error) => shown(&me, child, Sheet::again("erasure", &posted, error)?).await,
    }
}

async fn throw_away(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    let account = posted.given("account").and_then(AccountId::parse).ok_or_else(Problem::not_found)?;
    let by = Timestamp(posted.text("by").parse().map_err(|_| Problem::not_found())?);
    let done = async { me.desk.save_once(ThrowUploadAway { child, account, by }, posted.submission()?).await };
    match done.await {
        Ok(()) => see_other_saying(path(child), Toast::new("erasure-upload-thrown")),
        Err(error) => shown(&me, child, Sheet::again("erasure", &posted, error)?).await,
    }
}

async fn approve(me: Signed, Id(erasure): Id<ErasureId>, posted: Posted) -> Answer {
    let child = me.desk.child_of_erasure(erasure).await?;
    let done = async { me.desk.save_once(ApproveErasure { erasure }, posted.submission()?).await };
    match done.await {
        Ok(()) => see_other_saying(path(child), Toast::new("erasure-done")),
        Err(error) => shown(&me, child, Sheet::again("erasure", &posted, error)?).await,
    }
}

async fn refuse(me: Signed, Id(erasure): Id<ErasureId>, posted: Posted) -> Answer {
    let child = me.desk.child_of_erasure(erasure).await?;
    let done = async {
        let act = RefuseErasure { erasure, words: posted.text("answer").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(child) => see_other_saying(path(child), Toast::new("erasure-refused")),
        Err(error) => shown(&me, child, Sheet::again("erasure", &posted, error)?).await,
    }
}

async fn withdraw(me: Signed, Id(erasure): Id<ErasureId>, posted: Posted) -> Answer {
    let child = me.desk.child_of_erasure(erasure).await?;
    let done = async { me.desk.save_once(WithdrawErasure { erasure }, posted.submission()?).await };
    match done.await {
        Ok(child) => see_other_saying(path(child), Toast::new("erasure-withdrawn")),
        Err(error) => shown(&me, child, Sheet::again("erasure", &posted, error)?).await,
    }
}
