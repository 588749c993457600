//! Two files of one child: those that look like it, two side by side, a proposal, another person's yes, and taken apart.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{ChildId, MergeId};
use naheya_domain::merge::MergeState;
use naheya_store::merge::{ApproveMerge, MergeLine, RefuseMerge, Side, Suspect, TellApart, UndoMerge, WithdrawMerge};

use crate::answer::{see_other, see_other_saying};
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Words, page};

mod compare;

const MAY: Knock = Knock::May(Action::MergeChild);
const LIST: &str = "/merges";

/// The routes of this file and of the one below it.
#[must_use]
pub fn routes() -> Vec<Route> {
    let child = Noun::Child;
    vec![
        Route::get(LIST, MAY, child, list),
        Route::post(LIST, MAY, child, compare::propose),
        Route::get("/merges/new", MAY, child, compare::new),
        Route::post("/merges/search", MAY, child, compare::find),
        Route::post("/merges/distinctions", MAY, child, tell_apart),
        Route::get("/merges/{id}", MAY, child, compare::show),
        Route::post("/merges/{id}/approval", MAY, child, approve),
        Route::post("/merges/{id}/refusal", MAY, child, refuse),
        Route::post("/merges/{id}/withdrawal", MAY, child, withdraw),
        Route::post("/merges/{id}/undo", MAY, child, undo),
    ]
}

/// A file in one line: number, birth date, school, when it was opened.
fn about(w: Words, side: &Side) -> String {
    let born = side.birth_on.map(|day| w.t1("merge-born", "day", w.long_date(day)));
    let opened = w.t1("merge-opened", "day", w.long_date(side.opened_at));
    let parts = [Some(side.number.clone()), born, side.place.clone(), Some(w.code("child-state", side.state.code()))];
    parts.into_iter().flatten().chain([opened]).collect::<Vec<_>>().join(" · ")
}

/// Two files that look like one child's, in words.
struct Double {
    one: Side,
    about_one: String,
    other: Side,
    about_other: String,
    why: Vec<String>,
}

#[derive(Template)]
#[template(path = "merge/list.html")]
struct ListPage {
    f: Frame,
    suspects: Vec<Double>,
    more: bool,
    waiting: Vec<MergeLine>,
    decided: Vec<MergeLine>,
}

impl ListPage {
    fn others(&self) -> usize {
        self.waiting.iter().filter(|line| !line.own).count()
    }

    fn name(line: &MergeLine) -> &str {
        line.kept.1.as_deref().or(line.other_name.as_deref()).unwrap_or("—")
    }

    fn result(&self, line: &MergeLine) -> String {
        let w = self.f.w;
        let state = w.code("merge-state", line.state.code());
        let by = match &line.undone {
            Some((by, _)) => by.as_deref(),
            None => line.decided_by.as_deref().filter(|_| line.state != MergeState::Withdrawn),
        };
        [Some(state.as_str()), by].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

async fn list(me: Signed) -> Answer {
    let w = me.w();
    let (suspects, more) = me.desk.suspects().await?;
    let (waiting, decided) = me.desk.merges().await?;
    let suspects = suspects.into_iter().map(|suspect| double(w, suspect)).collect();
    page(&ListPage { f: me.frame("merge-title"), suspects, more, waiting, decided })
}

fn double(w: Words, suspect: Suspect) -> Double {
    let with = |side: &Side, adults: &[String]| {
        let adults = (!adults.is_empty()).then(|| w.t1("merge-adults", "names", adults.join(&w.t("today-comma"))));
        [Some(about(w, side)), adults].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    Double {
        about_one: with(&suspect.one, &suspect.adults_of_one),
        about_other: with(&suspect.other, &suspect.adults_of_other),
        why: suspect.why.into_iter().map(|why| w.code("merge-why", why.code())).collect(),
        one: suspect.one,
        other: suspect.other,
    }
}

fn child_in(posted: &Posted, field: &str) -> Result<ChildId, Problem> {
    ChildId::parse(posted.text(field)).ok_or_else(|| Problem::of_code("bad_request"))
}

async fn tell_apart(me: Signed, posted: Posted) -> Answer {
    let act = TellApart { one: child_in(&posted, "kept")?, other: child_in(&posted, "other")? };
    me.desk.save_once(act, posted.submission()?).await?;
    see_other_saying(LIST, Toast::new("merge-told-apart"))
}

async fn approve(me: Signed, Id(merge): Id<MergeId>, posted: Posted) -> Answer {
    match me.desk.save_once(ApproveMerge { merge }, posted.submission()?).await {
        Ok(child) => see_other_saying(format!("/children/{child}"), Toast::new("merge-done")),
        Err(error) => compare::shown(&me, merge, Sheet::again("merge", &posted, error)?).await,
    }
}

async fn refuse(me: Signed, Id(merge): Id<MergeId>, posted: Posted) -> Answer {
    let words = posted.text("answer").to_owned();
    match me.desk.save_once(RefuseMerge { merge, words }, posted.submission()?).await {
        Ok(()) => see_other_saying(LIST, Toast::new("merge-refused")),
        Err(error) => compare::shown(&me, merge, Sheet::again("merge", &posted, error)?).await,
    }
}

async fn withdraw(me: Signed, Id(merge): Id<MergeId>, posted: Posted) -> Answer {
    match me.desk.save_once(WithdrawMerge { merge }, posted.submission()?).await {
        Ok(()) => see_other_saying(LIST, Toast::new("merge-withdrawn")),
        Err(error) => compare::shown(&me, merge, Sheet::again("merge", &posted, error)?).await,
    }
}

async fn undo(me: Signed, Id(merge): Id<MergeId>, posted: Posted) -> Answer {
    match me.desk.save_once(UndoMerge { merge }, posted.submission()?).await {
        Ok(()) => see_other_saying(format!("/merges/{merge}"), Toast::new("merge-undone")),
        Err(error) => compare::shown(&me, merge, Sheet::again("merge", &posted, error)?).await,
    }
}

/// The file that a file which is gone has become part of: its old address leads there.
///
/// # Errors
/// Not found, as for any file that is not there or not seen.
pub(crate) async fn moved(me: &Signed, child: ChildId) -> Answer {
    see_other(format!("/children/{}", me.desk.merged_into(child).await?))
}
