//! Consents, as pages: what a guardian has agreed to, the link that asks, what was said on paper or
//! by voice, and taking a yes back.

use askama::Template;
use naheya_domain::access::{Action, Noun, may};
use naheya_domain::id::{ChildId, ConsentId, GuardianId};
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role};
use naheya_store::Error;
use naheya_store::consent::{
    Asked, CONSENT_DAYS, ConsentLine, ConsentState, Purpose, RecordConsent, RecordConsents, WithdrawConsent,
};

use crate::answer::see_other_saying;
use crate::child::Top;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as};

mod lacking;
pub(crate) mod link;
pub(crate) mod question;

const RECORDS: Knock = Knock::May(Action::RecordConsent);
const EITHER: Knock = Knock::MayAny(&[Action::RecordConsent, Action::GiveConsent]);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let consent = Noun::Consent;
    let mut routes = link::routes();
    routes.extend(lacking::routes());
    routes.extend([
        Route::get("/children/{id}/consents", RECORDS, consent, list),
        Route::get("/children/{id}/consents/new", RECORDS, consent, blank),
        Route::post("/children/{id}/consents", RECORDS, consent, record),
        Route::post("/children/{id}/consent-links", RECORDS, consent, make_link),
        Route::get("/consents/{id}/withdrawal", EITHER, consent, ask_withdrawal),
        Route::post("/consents/{id}/withdrawal", EITHER, consent, withdraw),
    ]);
    routes
}

/// One answer as a line.
pub(crate) struct Line {
    pub(crate) id: ConsentId,
    pub(crate) what: String,
    pub(crate) who: String,
    pub(crate) how: String,
    pub(crate) days: String,
    pub(crate) kind: &'static str,
    pub(crate) state: String,
    pub(crate) evidence: Option<String>,
    pub(crate) back: Option<String>,
    pub(crate) withdrawable: bool,
}

pub(crate) fn line(w: Words, c: ConsentLine) -> Line {
    let kind = match c.state {
        ConsentState::Holds => "ok",
        ConsentState::NotYet => "wait",
        ConsentState::Over => "due",
        ConsentState::No | ConsentState::Withdrawn => "stop",
        ConsentState::Replaced | ConsentState::Blocked => "off",
    };
    let by = c.recorded_by.map(|who| w.t1("consent-written-by", "who", who)).unwrap_or_default();
    Line {
        id: c.id,
        what: w.code("consent-purpose", c.purpose.code()),
        who: c.guardian_name.unwrap_or_else(|| w.t("consent-other-guardian")),
        how: format!("{}{by}", w.code("consent-how", &c.how)),
        days: days(w, c.from_on, c.to_on),
        kind,
        state: match c.withdrawn_at {
            Some(at) => w.t1("consent-withdrawn-at", "when", w.day(at)),
            None => w.code("consent-state", c.state.code()),
        },
        evidence: c.evidence,
        back: c.withdrawn_how.map(|how| w.t1("consent-withdrawn-how", "how", taken_back(w, how))),
        withdrawable: c.state.is_withdrawable(),
    }
}

/// How it was taken back: by a tap, or as somebody wrote it down.
fn taken_back(w: Words, how: String) -> String {
    match how.as_str() {
        "link" | "phone" => w.code("consent-how", &how),
        _ => how,
    }
}

fn days(w: Words, from: Option<Date>, to: Option<Date>) -> String {
    let from = from.map(|d| w.long_date(d)).unwrap_or_default();
    match to {
        Some(to) => w.t2("consent-from-to", "from", from, "to", w.long_date(to)),
        None => w.t1("consent-from", "from", from),
    }
}

#[derive(Template)]
#[template(path = "consent/list.html")]
struct ListPage {
    f: Frame,
    child: ChildId,
    top: Top,
    holds: usize,
    asked: Vec<(GuardianId, String, String, bool)>,
    lines: Vec<Line>,
    past: Vec<Line>,
}

async fn list(me: Signed, Id(child): Id<ChildId>) -> Answer {
    let w = me.w();
    let all = me.desk.consents(child).await?;
    let asked = me.desk.who_may_consent(child).await?;
    me.desk.looked("consents", vec![child.0], "work", None).await?;
    let (past, now): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|c| matches!(c.state, ConsentState::Replaced | ConsentState::Withdrawn));
    page(&ListPage {
        f: me.frame("consent-list-title"),
        child,
        top: Top::of(&me, child, "/consents").await?,
        holds: now.iter().filter(|c| c.state == ConsentState::Holds).count(),
        asked: asked.into_iter().map(|a| (a.id, a.name, w.code("child-relation", &a.relation), a.away)).collect(),
        lines: now.into_iter().map(|c| line(w, c)).collect(),
        past: past.into_iter().map(|c| line(w, c)).collect(),
    })
}

#[derive(Template)]
#[template(path = "consent/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    child: ChildId,
    guardians: Vec<(String, String)>,
    purposes: Vec<(String, String)>,
    answers: Vec<(String, String)>,
    ways: Vec<(String, String)>,
}

/// From today on; an address may say what for and until when. Whether it is a yes is chosen by nobody beforehand.
async fn blank(me: Signed, Id(child): Id<ChildId>, wanted: Wanted) -> Answer {
    let purpose = Purpose::parse(wanted.0.text("purpose")).map(Purpose::code).unwrap_or_default();
    let last = wanted.0.text("to_on").parse::<Date>().map(|day| day.to_string()).unwrap_or_default();
    let days = Fields::of([("from_on", me.today().to_string())]).with("purpose", purpose).with("to_on", &last);
    // Where only one can have answered nobody has to choose.
    let values = match me.desk.who_may_consent(child).await?.as_slice() {
        [only] => days.with("guardian", &only.id.to_string()),
        _ => days,
    };
    let sheet = Sheet::filled("consent", values);
    // Who comes to ask for something named is not given back what was begun for something else.
    let sheet = if purpose.is_empty() { me.resumed(&format!("consent-{child}"), sheet).await? } else { sheet };
    form(&me, child, sheet).await
}

async fn form(me: &Signed, child: ChildId, sheet: Sheet) -> Answer {
    let w = me.w();
    let named = |a: Asked| (a.id.to_string(), format!("{} · {}", a.name, w.code("child-relation", &a.relation)));
    let coded = |prefix: &str, codes: &[&str]| codes.iter().map(|c| ((*c).to_owned(), w.code(prefix, c))).collect();
    let purposes: Vec<&str> = Purpose::ALL.iter().map(|p| p.code()).collect();
    let shown = NewPage {
        f: me.frame("consent-new-title").with(&sheet),
        child,
        guardians: me.desk.who_may_consent(child).await?.into_iter().map(named).collect(),
        purposes: coded("consent-purpose", &purposes),
        answers: coded("consent-said", &["yes", "no"]),
        ways: coded("consent-how", &["paper", "voice", "phone"]),
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

async fn record(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    // Not visible is absent, also for a form with faults.
    me.desk.who_may_consent(child).await?;
    let done = async {
        let act = recorded(child, &posted)?;
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(format!("/children/{child}/consents"), Toast::new("consent-recorded")),
        Err(error) => form(&me, child, Sheet::again("consent", &posted, error)?).await,
    }
}

/// One answer to each question that was ticked.
fn recorded(child: ChildId, posted: &Posted) -> Result<RecordConsents, Error> {
    let mut faults = Vec::new();
    let mut missing = |field: &'static str| faults.push(naheya_domain::FieldError::new(field, "required.missing"));
    let guardian = GuardianId::parse(posted.text("guardian"));
    let purposes: Option<Vec<Purpose>> = posted.all("purpose").into_iter().map(Purpose::parse).collect();
    let purposes = purposes.filter(|purposes| !purposes.is_empty());
    let answer = match posted.text("answer") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if guardian.is_none() {
        missing("guardian");
    }
    if purposes.is_none() {
        missing("purpose");
    }
    if answer.is_none() {
        missing("answer");
    }
    if posted.given("how").is_none() {
        missing("how");
    }
    if posted.given("evidence").is_none() {
        missing("evidence");
    }
    let from_on = day(posted, "from_on", &mut faults);
    if posted.given("from_on").is_none() {
        faults.push(naheya_domain::FieldError::new("from_on", "required.missing"));
    }
    let to_on = day(posted, "to_on", &mut faults);
    match (guardian, purposes, answer, from_on) {
        (Some(guardian), Some(purposes), Some(answer), Some(from_on)) if faults.is_empty() => {
            let one = |purpose| RecordConsent {
                child,
                guardian,
                purpose,
                answer,
                how: posted.text("how").to_owned(),
                evidence: posted.text("evidence").to_owned(),
                from_on,
                to_on,
                stay: None,
            };
            Ok(RecordConsents(purposes.into_iter().map(one).collect()))
        }
        _ => Err(Error::Invalid(faults)),
    }
}

/// The day typed under `field`; none when nothing was typed, and a fault when it cannot be read.
pub(crate) fn day(posted: &Posted, field: &'static str, faults: &mut Vec<naheya_domain::FieldError>) -> Option<Date> {
    let read = naheya_domain::school::day(posted.given(field)?);
    read.map_err(|code| faults.push(naheya_domain::FieldError::new(field, code))).ok()
}

#[derive(Template)]
#[template(path = "consent/link.html")]
struct LinkPage {
    f: Frame,
    child: ChildId,
    link: String,
    code: String,
    message: String,
}

async fn make_link(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    let guardian = GuardianId::parse(posted.text("guardian"));
    let guardian = guardian.ok_or_else(|| Error::field("guardian", "guardian.unknown"))?;
    let submission = posted.submission()?;
    let act = me.desk.consent_link(child, guardian, &submission);
    let (token, code) = (act.token.clone(), act.code.as_str().to_owned());
    me.desk.save_once(act, submission).await?;
    let w = me.w();
    let link = format!("{}/c/{token}", me.origin());
    page(&LinkPage {
        f: me.frame("consent-link-title"),
        child,
        message: w.t2("consent-link-message", "link", &link, "days", CONSENT_DAYS),
        link,
        code,
    })
}

#[derive(Template)]
#[template(path = "consent/withdrawal.html")]
struct WithdrawalPage {
    f: Frame,
    sheet: Sheet,
    line: Line,
    purpose: Purpose,
    back: String,
    is_guardian: bool,
    /// Whose consent it is, for a guardian, who may have several children; staff come from the child's own file.
    name: Option<String>,
}

async fn ask_withdrawal(me: Signed, Id(id): Id<ConsentId>) -> Answer {
    withdrawal(&me, id, Sheet::blank("consent-back")).await
}

async fn withdrawal(me: &Signed, id: ConsentId, sheet: Sheet) -> Answer {
    let child = me.desk.child_of_consent(id).await?;
    let found = me.desk.consents(child).await?.into_iter().find(|c| c.id == id).ok_or(Error::NotFound)?;
    if matches!(me.viewer.place, Place::Person(own) if own != found.guardian.0) {
        return Err(Error::NotFound.into());
    }
    let is_guardian = me.viewer.role == Role::Guardian;
    let family = if is_guardian { me.desk.family().await? } else { Vec::new() };
    let shown = WithdrawalPage {
        f: me.frame("consent-back-title").with(&sheet),
        purpose: found.purpose,
        line: line(me.w(), found),
        back: home(me.viewer.role, child),
        is_guardian,
        name: family.into_iter().find(|c| c.id == child).map(|c| c.name),
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

fn home(role: Role, child: ChildId) -> String {
    if may(role, Action::RecordConsent) { format!("/children/{child}/consents") } else { "/family/consents".to_owned() }
}

async fn withdraw(me: Signed, Id(id): Id<ConsentId>, posted: Posted) -> Answer {
    let child = me.desk.child_of_consent(id).await?;
    let role = me.viewer.role;
    let done = async {
        // The guardian's own tap says how; what staff heard has to be written down.
        if role != Role::Guardian && posted.given("how").is_none() {
            return Err(Error::field("how", "required.missing"));
        }
        let how = posted.given("how").unwrap_or("phone").to_owned();
        me.desk.save_once(WithdrawConsent { consent: id, how }, posted.submission()?).await
    };
    match done.await {
        Ok(0) => see_other_saying(home(role, child), Toast::new("consent-taken-back")),
        Ok(_) if role == Role::Guardian => see_other_saying(home(role, child), Toast::new("consent-taken-back-away")),
        Ok(_) => see_other_saying(home(role, child), Toast::new("consent-taken-back-call")),
        Err(error) => withdrawal(&me, id, Sheet::again("consent-back", &posted, error)?).await,
    }
}
