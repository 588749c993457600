//! A file erased on a written request, a child's or a volunteer's: what goes and what stays is said before, one person asks, a
//! leader who is another says yes.

use askama::Template;
use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Noun};
use naheya_domain::erasure::{ErasureState, NAMELESS, Whose};
use naheya_domain::id::{AccountId, ChildId, ErasureId, VolunteerId};
use naheya_store::erasure::{
    ApproveErasure, AskErasure, ErasureLine, ErasureView, RefuseErasure, ThrowUploadAway, WithdrawErasure,
};
use naheya_store::import::{LeftBehind, Waiting};

use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Words, page_as};

const ASKS: Knock = Knock::May(Action::AskErasure);
const ERASES: Knock = Knock::May(Action::EraseFile);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let child = Noun::Child;
    vec![
        Route::get("/children/{id}/erasure", ASKS, child, of_child),
        Route::post("/children/{id}/erasure", ASKS, child, ask_of_child),
        Route::get("/volunteers/{id}/erasure", ASKS, Noun::Volunteer, of_volunteer),
        Route::post("/volunteers/{id}/erasure", ASKS, Noun::Volunteer, ask_of_volunteer),
        Route::post("/children/{id}/erasure/uploads/removal", ASKS, child, throw_away_for_child),
        Route::post("/volunteers/{id}/erasure/uploads/removal", ASKS, Noun::Volunteer, throw_away_for_volunteer),
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
    whose: Whose,
    view: ErasureView,
    may_erase: bool,
}

impl ErasurePage {
    /// The file's own page.
    fn file(&self) -> String {
        file(self.whose)
    }

    /// What goes.
    fn goes(&self) -> String {
        match self.whose {
            Whose::Child(_) => self.f.w.t("erasure-goes-text"),
            Whose::Volunteer(_) => self.f.w.t("erasure-goes-hers"),
        }
    }

    /// Whose data go with it; nothing where it is nobody's.
    fn goes_with(&self) -> Option<String> {
        let text = match self.whose {
            Whose::Child(_) => "erasure-goes-guardians",
            Whose::Volunteer(_) => "erasure-goes-home",
        };
        let names = self.view.people.join(&self.f.w.t("child-and"));
        (!names.is_empty()).then(|| self.f.w.t1(text, "names", names))
    }

    /// What stays.
    fn stays(&self) -> String {
        match self.whose {
            Whose::Child(_) => self.f.w.t("erasure-stays-text"),
            Whose::Volunteer(_) => self.f.w.t("erasure-stays-hers"),
        }
    }

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

    /// Whether it may be asked for: of somebody in the programme nothing is erased.
    fn has_left(&self) -> bool {
        !self.view.in_the_way.iter().any(|refusal| matches!(refusal.code, "erasure.not_left" | "erasure.not_gone"))
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
}

async fn of_child(me: Signed, Id(child): Id<ChildId>) -> Answer {
    shown(&me, child.into(), Sheet::blank("erasure")).await
}

async fn of_volunteer(me: Signed, Id(volunteer): Id<VolunteerId>) -> Answer {
    shown(&me, volunteer.into(), Sheet::blank("erasure")).await
}

async fn shown(me: &Signed, whose: Whose, sheet: Sheet) -> Answer {
    let view = me.desk.erasure_of(whose).await?;
    let f = me.frame("erasure-title").with(&sheet);
    let may_erase = me.desk.may(Action::EraseFile);
    page_as(sheet.status(), &ErasurePage { f, sheet, whose, view, may_erase })
}

fn file(whose: Whose) -> String {
    match whose {
        Whose::Child(id) => format!("/children/{id}"),
        Whose::Volunteer(id) => format!("/volunteers/{id}"),
    }
}

/// Who cared for a child, as the child's file goes on saying when the carer's own file is erased.
pub(crate) fn carer(w: Words, name: String) -> String {
    if name == NAMELESS { w.t("erasure-carer") } else { name }
}

/// Where a file's request stands.
pub(crate) fn path(whose: Whose) -> String {
    format!("{}/erasure", file(whose))
}

async fn ask_of_child(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    ask(me, child.into(), posted).await
}

async fn ask_of_volunteer(me: Signed, Id(volunteer): Id<VolunteerId>, posted: Posted) -> Answer {
    ask(me, volunteer.into(), posted).await
}

async fn ask(me: Signed, whose: Whose, posted: Posted) -> Answer {
    let done = async {
        let act = AskErasure { whose, reason: posted.text("reason").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(path(whose), Toast::new("erasure-asked")),
        Err(error) => shown(&me, whose, Sheet::again("erasure", &posted, error)?).await,
    }
}

async fn throw_away_for_child(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    throw_away(me, child.into(), posted).await
}

async fn throw_away_for_volunteer(me: Signed, Id(volunteer): Id<VolunteerId>, posted: Posted) -> Answer {
    throw_away(me, volunteer.into(), posted).await
}

async fn throw_away(me: Signed, whose: Whose, posted: Posted) -> Answer {
    let account = posted.given("account").and_then(AccountId::parse).ok_or_else(Problem::not_found)?;
    let by = Timestamp(posted.text("by").parse().map_err(|_| Problem::not_found())?);
    let done = async { me.desk.save_once(ThrowUploadAway { whose, account, by }, posted.submission()?).await };
    match done.await {
        Ok(()) => see_other_saying(path(whose), Toast::new("erasure-upload-thrown")),
        Err(error) => shown(&me, whose, Sheet::again("erasure", &posted, error)?).await,
    }
}

async fn approve(me: Signed, Id(erasure): Id<ErasureId>, posted: Posted) -> Answer {
    let whose = me.desk.whose_erasure(erasure).await?;
    let done = async { me.desk.save_once(ApproveErasure { erasure }, posted.submission()?).await };
    match done.await {
        Ok(()) => see_other_saying(path(whose), Toast::new("erasure-done")),
        Err(error) => shown(&me, whose, Sheet::again("erasure", &posted, error)?).await,
    }
}

async fn refuse(me: Signed, Id(erasure): Id<ErasureId>, posted: Posted) -> Answer {
    let whose = me.desk.whose_erasure(erasure).await?;
    let done = async {
        let act = RefuseErasure { erasure, words: posted.text("answer").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(path(whose), Toast::new("erasure-refused")),
        Err(error) => shown(&me, whose, Sheet::again("erasure", &posted, error)?).await,
    }
}

async fn withdraw(me: Signed, Id(erasure): Id<ErasureId>, posted: Posted) -> Answer {
    let whose = me.desk.whose_erasure(erasure).await?;
    let done = async { me.desk.save_once(WithdrawErasure { erasure }, posted.submission()?).await };
    match done.await {
        Ok(()) => see_other_saying(path(whose), Toast::new("erasure-withdrawn")),
        Err(error) => shown(&me, whose, Sheet::again("erasure", &posted, error)?).await,
    }
}
