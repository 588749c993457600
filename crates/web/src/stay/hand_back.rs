//! A child is away and a guardian's yes to its nights is missing, taken back or too short: call, agree on an earlier hour or
//! have the nights agreed to, write it down. An earlier hour is agreed on for any other reason too.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::StayId;
use naheya_domain::school::{clock, day};
use naheya_domain::stay::RunsFrom;
use naheya_domain::{FieldError, Timestamp};
use naheya_store::Error;
use naheya_store::stay::{ArrangeHandBack, Callable, HandBack, Lack, Receiver, StayChain};

use super::beside::beside;
use super::home::receiver;
use crate::answer::see_other_saying;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, page_as};

const MAY: Knock = Knock::May(Action::ApproveStay);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/stays/{id}/hand-back", MAY, Noun::Stay, show),
        Route::post("/stays/{id}/hand-back", MAY, Noun::Stay, arrange),
        Route::get("/stays/{id}/early", MAY, Noun::Stay, show_early),
        Route::post("/stays/{id}/early", MAY, Noun::Stay, arrange_early),
    ]
}

/// Why a child comes back early.
#[derive(Clone, Copy)]
enum Cause {
    /// A yes to its nights is missing.
    Lack,
    /// Any other reason, whatever is said of the nights.
    Other,
}

impl Cause {
    fn address(self, id: StayId) -> String {
        match self {
            Cause::Lack => format!("/stays/{id}/hand-back"),
            Cause::Other => format!("/stays/{id}/early"),
        }
    }

    async fn line(self, me: &Signed, id: StayId) -> Result<HandBack, Error> {
        match self {
            Cause::Lack => me.desk.hand_back(id).await,
            Cause::Other => me.desk.early(id).await,
        }
    }
}

#[derive(Template)]
#[template(path = "stay/hand_back.html")]
struct HandBackPage {
    f: Frame,
    sheet: Sheet,
    /// Where the form goes.
    action: String,
    line: HandBack,
    callable: Callable,
    places: Vec<(String, String)>,
    /// What was agreed on so far: nobody is called twice about the same.
    chain: StayChain,
}

impl HandBackPage {
    fn receiver(&self, person: &Receiver) -> String {
        receiver(self.f.w, person)
    }

    fn heading(&self) -> String {
        let id = if self.line.is_short() { "hand-back-short-heading" } else { "hand-back-heading" };
        self.f.w.t1(id, "name", &self.line.child_name)
    }

    /// What is missing, and where the child is.
    fn lead(&self) -> String {
        let (w, carer) = (self.f.w, &self.line.carer_name);
        match self.line.lack {
            Lack::TakenBack(at) => w.t2("hand-back-lead", "when", w.when(at), "carer", carer),
            Lack::Ends(day) => w.t2("hand-back-short-lead", "day", w.day(day), "carer", carer),
            Lack::MustEnd | Lack::Nothing => w.t1("hand-back-early-lead", "carer", carer),
        }
    }

    /// Where a yes to the nights that are left is written down.
    fn way_to_yes(&self) -> String {
        let days = Fields::of([("purpose", "overnight".to_owned()), ("to_on", self.line.ends_at.date().to_string())]);
        format!("/children/{}/consents/new?{}", self.line.child, days.query())
    }

    /// Whether nobody of the family can be called.
    fn is_family_unreachable(&self) -> bool {
        self.callable.family.iter().all(|person| person.phone.is_none())
    }
}

async fn show(me: Signed, Id(id): Id<StayId>) -> Answer {
    begin(&me, id, Cause::Lack).await
}

async fn show_early(me: Signed, Id(id): Id<StayId>) -> Answer {
    begin(&me, id, Cause::Other).await
}

async fn begin(me: &Signed, id: StayId, cause: Cause) -> Answer {
    let today = me.today().to_string();
    let sheet = Sheet::filled("hand-back", Fields::of([("on", today)]));
    form(me, id, cause, me.resumed(&format!("hand-back-{id}"), sheet).await?).await
}

async fn form(me: &Signed, id: StayId, cause: Cause, sheet: Sheet) -> Answer {
    let line = match cause.line(me, id).await {
        Err(Error::NotFound) if sheet.is_begun() => return beside(me, id, "hand-back-not-now", sheet).await,
        found => found?,
    };
    let callable = me.desk.callable(&line).await?;
    me.desk.looked("stays", vec![id.0], "work,personal", None).await?;
    me.desk.looked("children", vec![line.child.0], "personal", None).await?;
    me.desk.looked("guardians", callable.family.iter().map(|one| one.id.0).collect(), "personal", None).await?;
    let w = me.w();
    let places = [RunsFrom::School, RunsFrom::Guardian];
    let shown = HandBackPage {
        f: me.frame("hand-back-title").with(&sheet),
        action: cause.address(id),
        line,
        callable,
        chain: me.desk.stay_chain(id).await?,
        places: places.iter().map(|p| (p.code().to_owned(), w.code("hand-back-to", p.code()))).collect(),
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

async fn arrange(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    keep(&me, id, Cause::Lack, &posted).await
}

async fn arrange_early(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    keep(&me, id, Cause::Other, &posted).await
}

async fn keep(me: &Signed, id: StayId, cause: Cause, posted: &Posted) -> Answer {
    let done = async {
        // What was typed for a child that is back by now stands beside how it stands.
        let late = |error: Error| if error == Error::NotFound { Error::refused("stay.step_impossible") } else { error };
        cause.line(me, id).await.map_err(late)?;
        let act = read(id, posted)?;
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/board", Toast::new("hand-back-arranged")),
        Err(error) => form(me, id, cause, Sheet::again("hand-back", posted, error)?).await,
    }
}

fn read(stay: StayId, posted: &Posted) -> Result<ArrangeHandBack, Error> {
    let mut faults = Vec::new();
    let to = RunsFrom::parse(posted.text("to")).filter(|to| *to != RunsFrom::Base);
    if to.is_none() {
        faults.push(FieldError::new("to", "option.missing"));
    }
    match (to, hour(posted, &mut faults)) {
        (Some(to), Some(by)) => Ok(ArrangeHandBack { stay, to, by, words: posted.text("words").to_owned() }),
        _ => Err(Error::Invalid(faults)),
    }
}

/// The day and the hour of a form, in its fields `on` and `by`; what cannot be read is a fault at its field.
pub(super) fn hour(posted: &Posted, faults: &mut Vec<FieldError>) -> Option<Timestamp> {
    let mut fault = |field: &'static str, code: &'static str| faults.push(FieldError::new(field, code));
    let on = day(posted.text("on")).map_err(|code| fault("on", code)).ok();
    let at = clock(posted.text("by")).map_err(|code| fault("by", code)).ok();
    let (hour, minute) =
        at.as_deref().and_then(|at| at.split_once(':')).and_then(|(h, m)| Some((h.parse().ok()?, m.parse().ok()?)))?;
    Some(Timestamp::from_shanghai(on?.at(hour, minute, 0, 0)))
}
