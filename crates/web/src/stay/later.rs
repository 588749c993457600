//! A child comes back later than agreed, and everybody knows; or it comes from hospital back to its carer: call the carer and the
//! family, agree on the hour, write it down.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::StayId;
use naheya_store::Error;
use naheya_store::stay::{AgreeLater, Later, Regain, StayLine};

use super::beside::instead_of;
use super::hand_back::hour;
use super::home::receiver;
use crate::answer::see_other_saying;
use crate::words::Words;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, page_as};

const MAY: Knock = Knock::May(Action::CloseLateReturn);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/stays/{id}/later", MAY, Noun::Stay, show),
        Route::post("/stays/{id}/later", MAY, Noun::Stay, agree),
        Route::get("/stays/{id}/regain", MAY, Noun::Stay, show_regain),
        Route::post("/stays/{id}/regain", MAY, Noun::Stay, regain),
    ]
}

/// What is settled by phone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// A later hour.
    Later,
    /// The carer has the child again, from hospital or the police.
    Regain,
}

impl What {
    /// The page's name in its address, and of its sheet.
    fn noun(self) -> &'static str {
        match self {
            What::Later => "later",
            What::Regain => "regain",
        }
    }

    /// The name under which what is typed is kept.
    fn draft(self, id: StayId) -> String {
        format!("{}-{id}", self.noun())
    }
}

#[derive(Template)]
#[template(path = "stay/later.html")]
struct LaterPage {
    f: Frame,
    what: What,
    sheet: Sheet,
    line: StayLine,
    /// Whom to call, each with the number: the carer, the family in its order, the school.
    calls: Vec<(String, String)>,
    /// Nobody of the family has a number.
    is_family_unreachable: bool,
    /// The names of the others for whom it holds too.
    siblings: String,
    /// What no paper covers any more, sentence by sentence.
    against: Vec<String>,
}

impl LaterPage {
    fn heading(&self) -> String {
        let id = if self.what == What::Later { "later-heading" } else { "regain-heading" };
        self.f.w.t1(id, "name", &self.line.child_name)
    }

    fn lead(&self) -> String {
        let id = if self.what == What::Later { "later-lead" } else { "regain-lead" };
        self.f.w.t2(id, "carer", &self.line.carer_name, "when", self.f.w.when(self.line.ends_at))
    }

    /// What to ask on the phone.
    fn note(&self) -> String {
        self.f.w.t(if self.what == What::Later { "later-call-note" } else { "regain-call-note" })
    }
}

async fn show(me: Signed, Id(id): Id<StayId>) -> Answer {
    form(&me, id, What::Later, None).await
}

async fn show_regain(me: Signed, Id(id): Id<StayId>) -> Answer {
    form(&me, id, What::Regain, None).await
}

async fn form(me: &Signed, id: StayId, what: What, again: Option<Sheet>) -> Answer {
    let (known, not_now) = match what {
        What::Later => (me.desk.later(id).await, "later-not-now"),
        What::Regain => (me.desk.regain(id).await, "regain-not-now"),
    };
    let later = match known {
        Err(Error::Refused(refusal)) => {
            let must_end = refusal.code == "stay.must_end";
            let why = if must_end { "refusal-stay-must_end" } else { not_now };
            let sheet = again.unwrap_or_else(|| Sheet::blank(what.noun()));
            return instead_of(me, id, &what.draft(id), why, sheet).await;
        }
        other => other?,
    };
    let line = me.desk.stay_line(id).await?;
    me.desk.looked("stays", vec![id.0], "work,personal", None).await?;
    let children = later.siblings.iter().map(|(child, _)| child.0).chain([line.child.0]);
    me.desk.looked("children", children.collect(), "work", None).await?;
    me.desk.looked("guardians", later.callable.family.iter().map(|one| one.id.0).collect(), "personal", None).await?;
    let w = me.w();
    let names: Vec<&str> = later.siblings.iter().map(|(_, name)| name.as_str()).collect();
    let sheet = match again {
        Some(sheet) => sheet,
        None => me.resumed(&what.draft(id), suggested(what, &later)).await?,
    };
    let shown = LaterPage {
        f: me.frame(if what == What::Later { "later-title" } else { "regain-title" }).with(&sheet),
        what,
        calls: calls(w, &line, &later),
        is_family_unreachable: later.callable.family.iter().all(|person| person.phone.is_none()),
        siblings: names.join(w.t("grid-comma").as_str()),
        against: against(w, &later),
        line,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

/// The hour that is nearest at hand.
fn suggested(what: What, later: &Later) -> Sheet {
    let at = later.suggested.shanghai();
    Sheet::filled(what.noun(), Fields::of([("on", at.date().to_string()), ("by", at.strftime("%H:%M").to_string())]))
}

fn calls(w: Words, line: &StayLine, later: &Later) -> Vec<(String, String)> {
    let carer = later.carer_phone.iter().map(|phone| (line.carer_name.clone(), phone.clone()));
    let family = later.callable.family.iter().filter_map(|one| Some((receiver(w, one), one.phone.clone()?)));
    let school = later.callable.school_phone.iter().map(|phone| (w.t("child-call-school"), phone.clone()));
    carer.chain(family).chain(school).collect()
}

fn against(w: Words, later: &Later) -> Vec<String> {
    let of_day = later.against.iter().flat_map(|(day, refusals)| refusals.iter().map(move |one| (day, one)));
    of_day.map(|(day, one)| w.t2("later-against", "day", w.day(day), "why", w.refusal(one))).collect()
}

async fn agree(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let done = async {
        let mut faults = Vec::new();
        let by = hour(&posted, &mut faults).ok_or(Error::Invalid(faults))?;
        let act = AgreeLater { stay: id, by, words: posted.text("words").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/board", Toast::new("later-agreed")),
        Err(error) => form(&me, id, What::Later, Some(Sheet::again("later", &posted, error)?)).await,
    }
}

async fn regain(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let done = async {
        let mut faults = Vec::new();
        let by = hour(&posted, &mut faults).ok_or(Error::Invalid(faults))?;
        let act = Regain { stay: id, by, words: posted.text("words").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/board", Toast::new("regain-kept")),
        Err(error) => form(&me, id, What::Regain, Some(Sheet::again("regain", &posted, error)?)).await,
    }
}
