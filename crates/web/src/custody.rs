//! A child passes between school, family and base when holidays begin or end: written down by those
//! who hand over.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::custody::Holder;
use naheya_domain::id::{ChildId, GuardianId};
use naheya_domain::stay::RunsFrom;
use naheya_store::Error;
use naheya_store::custody::Came;
use naheya_store::stay::{ChainLine, PassChild, PassChildTo};

use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, page_as};

const HANDS: Knock = Knock::May(Action::HandOver);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/children/{id}/hand-over", HANDS, Noun::Custody, blank),
        Route::post("/children/{id}/hand-over", HANDS, Noun::Custody, pass),
    ]
}

#[derive(Template)]
#[template(path = "custody/pass.html")]
struct PassPage {
    f: Frame,
    sheet: Sheet,
    child: ChildId,
    name: String,
    holder: &'static str,
    places: Vec<(String, String)>,
    /// Who of the family may come for the child, and that it was somebody else; nobody where it is not given to a family here.
    family: Vec<(String, String)>,
    /// Who must not take the child, in words.
    kept_away: Option<String>,
    /// The hand-overs before, the newest first.
    lines: Vec<ChainLine>,
}

async fn blank(me: Signed, Id(child): Id<ChildId>) -> Answer {
    let sheet = me.resumed(&format!("hand-over-{child}"), Sheet::blank("custody")).await?;
    form(&me, child, sheet).await
}

async fn form(me: &Signed, child: ChildId, sheet: Sheet) -> Answer {
    let w = me.w();
    let (name, holder) = me.desk.holder_of(child).await?;
    me.desk.looked("children", vec![child.0], "work", None).await?;
    let onward: &[RunsFrom] = match holder {
        Holder::School | Holder::Base => &[RunsFrom::Guardian],
        Holder::Guardian => &[RunsFrom::School, RunsFrom::Base],
        Holder::Volunteer(_) | Holder::Hospital | Holder::Police => &[],
    };
    let kept_away = me.desk.kept_away(&[child]).await?.remove(&child);
    let family = if onward.contains(&RunsFrom::Guardian) { family(me, child).await? } else { Vec::new() };
    let shown = PassPage {
        lines: me.desk.passes(child).await?,
        kept_away: kept_away.map(|all| crate::child::kept_away(w, &all)),
        f: me.frame("custody-pass-title").with(&sheet),
        child,
        name,
        holder: holder.code(),
        places: onward.iter().map(|at| (at.code().to_owned(), w.code("stay-place-of", at.code()))).collect(),
        family,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

/// Word of a choice of who came: none of those on file.
const OTHER: &str = "other";

/// Who of a child's family may have it, by name, and that it is somebody else.
pub(crate) async fn family(me: &Signed, child: ChildId) -> Result<Vec<(String, String)>, Error> {
    let known = me.desk.family_of(child).await?.into_iter().map(|(id, name)| (id.to_string(), name));
    Ok(known.chain([(OTHER.to_owned(), me.w().t("custody-somebody_else"))]).collect())
}

/// Who came, as a form says it.
pub(crate) fn came(posted: &Posted) -> Came {
    let name = posted.text("guardian_name");
    match posted.text("guardian") {
        OTHER => Came::Other(name.to_owned()),
        known => match GuardianId::parse(known) {
            Some(id) => Came::Known(id),
            None if !name.trim().is_empty() => Came::Other(name.to_owned()),
            None => Came::InWords,
        },
    }
}

async fn pass(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    let done = async {
        let to = RunsFrom::parse(posted.text("to")).ok_or_else(|| Error::field("to", "required.missing"))?;
        let pass = PassChild { child, to, words: posted.text("words").to_owned() };
        me.desk.save_once(PassChildTo { pass, came: came(&posted) }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/children/{child}/hand-over"), Toast::new("custody-passed")),
        Err(error) => form(&me, child, Sheet::again("custody", &posted, error)?).await,
    }
}
