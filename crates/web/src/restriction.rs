//! A child's file whose processing is restricted: a leader says why and lifts it again, the office reads both.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::ChildId;
use naheya_store::restriction::{LiftRestriction, Restrict, RestrictionLine, RestrictionView};

use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, page_as};

const READS: Knock = Knock::May(Action::AskErasure);
const RESTRICTS: Knock = Knock::May(Action::RestrictFile);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let child = Noun::Child;
    vec![
        Route::get("/children/{id}/restriction", READS, child, show),
        Route::post("/children/{id}/restriction", RESTRICTS, child, begin),
        Route::post("/children/{id}/restriction/end", RESTRICTS, child, lift),
    ]
}

#[derive(Template)]
#[template(path = "restriction/show.html")]
struct RestrictionPage {
    f: Frame,
    sheet: Sheet,
    child: ChildId,
    view: RestrictionView,
    may_restrict: bool,
}

impl RestrictionPage {
    /// Who restricted the file, and when.
    fn begun(&self, line: &RestrictionLine) -> String {
        let (who, when) = (line.by.as_deref().unwrap_or_default(), self.f.w.when(line.begun_at));
        self.f.w.t2("restriction-begun-by", "who", who, "when", when)
    }

    /// Who lifted it, and when.
    fn ended(&self, line: &RestrictionLine) -> String {
        let when = line.lifted_at.map(|at| self.f.w.when(at)).unwrap_or_default();
        self.f.w.t2("restriction-lifted-by", "who", line.lifted_by.as_deref().unwrap_or_default(), "when", when)
    }
}

async fn show(me: Signed, Id(child): Id<ChildId>) -> Answer {
    shown(&me, child, Sheet::blank("restriction")).await
}

async fn shown(me: &Signed, child: ChildId, sheet: Sheet) -> Answer {
    let view = me.desk.restrictions_of(child).await?;
    let f = me.frame("restriction-title").with(&sheet);
    let may_restrict = me.desk.may(Action::RestrictFile);
    page_as(sheet.status(), &RestrictionPage { f, sheet, child, view, may_restrict })
}

fn path(child: ChildId) -> String {
    format!("/children/{child}/restriction")
}

async fn begin(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    let done = async {
        let act = Restrict { child, ground: posted.text("ground").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(path(child), Toast::new("restriction-begun")),
        Err(error) => shown(&me, child, Sheet::again("restriction", &posted, error)?).await,
    }
}

async fn lift(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    let done = async {
        let act = LiftRestriction { child, words: posted.text("words").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(path(child), Toast::new("restriction-ended")),
        Err(error) => shown(&me, child, Sheet::again("restriction", &posted, error)?).await,
    }
}
