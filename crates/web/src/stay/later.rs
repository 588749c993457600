//! A child comes back later than agreed, and everybody knows: call the carer and the family, agree on the hour, write it down.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::StayId;
use naheya_store::Error;
use naheya_store::stay::{AgreeLater, Later, StayLine};

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
    ]
}

#[derive(Template)]
#[template(path = "stay/later.html")]
struct LaterPage {
    f: Frame,
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

async fn show(me: Signed, Id(id): Id<StayId>) -> Answer {
    form(&me, id, None).await
}

async fn form(me: &Signed, id: StayId, again: Option<Sheet>) -> Answer {
    let later = match me.desk.later(id).await {
        Err(Error::Refused(refusal)) => {
            let must_end = refusal.code == "stay.must_end";
            let why = if must_end { "refusal-stay-must_end" } else { "later-not-now" };
            return see_other_saying("/board", Toast::new(why));
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
        None => me.resumed(&format!("later-{id}"), suggested(&later)).await?,
    };
    let shown = LaterPage {
        f: me.frame("later-title").with(&sheet),
        calls: calls(w, &line, &later),
        is_family_unreachable: later.callable.family.iter().all(|person| person.phone.is_none()),
        siblings: names.join(w.t("grid-comma").as_str()),
        against: against(w, &later),
        line,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

/// The same hour on the next day.
fn suggested(later: &Later) -> Sheet {
    let at = later.suggested.shanghai();
    Sheet::filled("later", Fields::of([("on", at.date().to_string()), ("by", at.strftime("%H:%M").to_string())]))
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
        Err(error) => form(&me, id, Some(Sheet::again("later", &posted, error)?)).await,
    }
}
