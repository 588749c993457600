//! A guardian far away, by a link and a code. No account, no script, no name before the code.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::access::Noun;
use naheya_domain::code::Code;
use naheya_domain::id::{StayId, TermPlanId};
use naheya_store::consent::{LinkView, Question, WithdrawConsent};
use naheya_store::family::FamilyChild;
use naheya_store::term::PlanLine;
use naheya_store::{Error, Store};
use sha2::{Digest, Sha256};

use super::question::{Asking, QUESTIONS, phone};
use crate::answer::see_other_saying;
use crate::family::hand::linked;
use crate::term::{self, Reading};
use crate::{Answer, App, Asker, Frame, Id, Knock, Posted, Problem, Route, Sheet, Toast, page, page_as, see_other};

/// Binds the browser to the link it has opened; the code stands in it, HTTP only, for two hours.
const COOKIE: &str = "naheya-consent";
const TWO_HOURS: i64 = 2 * 3600;

pub(super) fn routes() -> Vec<Route> {
    let consent = Noun::Consent;
    vec![
        Route::get("/c/{token}", Knock::Public, consent, arrive),
        Route::post("/c/{token}", Knock::Public, consent, open),
        Route::get("/c/{token}/end", Knock::Public, consent, end),
        Route::get("/c/{token}/{number}", Knock::Public, consent, ask),
        Route::post("/c/{token}/{number}", Knock::Public, consent, answer),
        Route::get("/c/{token}/{number}/withdrawal", Knock::Public, consent, ask_withdrawal),
        Route::post("/c/{token}/{number}/withdrawal", Knock::Public, consent, withdraw),
        Route::get("/c/{token}/terms/{id}", Knock::Public, consent, plan),
        Route::post("/c/{token}/terms/{id}", Knock::Public, consent, answer_plan),
        Route::get("/c/{token}/stays/{id}", Knock::Public, consent, stay),
        Route::post("/c/{token}/stays/{id}", Knock::Public, consent, hand_stay),
    ]
}

/// What a browser holds of a link.
enum Held {
    /// The code was right.
    Open(Box<LinkView>),
    /// The link stands, the code is still to come.
    Closed,
    /// Over, dead, or never was: nobody can tell which.
    Dead,
}

async fn held(store: &Store, asker: &Asker, token: &str) -> Result<Held, Problem> {
    let code = asker.cookie(COOKIE).and_then(|c| c.split_once('.')).filter(|(bound, _)| *bound == mark(token));
    let Some(code) = code.and_then(|(_, digits)| Code::parse(digits).ok()) else {
        return match store.consent_link_stands(token, asker.now).await {
            Ok(()) => Ok(Held::Closed),
            Err(Error::NotFound) => Ok(Held::Dead),
            Err(error) => Err(error.into()),
        };
    };
    match store.open_consent_link(token, &code, asker.now).await {
        Ok(view) => Ok(Held::Open(Box::new(view))),
        Err(Error::NotFound) => Ok(Held::Dead),
        Err(Error::Refused(_)) => {
            asker.set_cookie(COOKIE, "", Some(0));
            Ok(Held::Closed)
        }
        Err(error) => Err(error.into()),
    }
}

/// Sixteen signs that tell one link from another and open none.
fn mark(token: &str) -> String {
    let hash = Sha256::new().chain_update(b"naheya consent link").chain_update(token.as_bytes()).finalize();
    data_encoding::HEXLOWER.encode(&hash).chars().take(16).collect()
}

#[derive(Template)]
#[template(path = "consent/dead.html")]
struct DeadPage {
    f: Frame,
}

fn dead(asker: &Asker) -> Answer {
    page_as(StatusCode::NOT_FOUND, &DeadPage { f: phone(asker.frame("consent-dead-title")) })
}

#[derive(Template)]
#[template(path = "consent/code.html")]
struct CodePage {
    f: Frame,
    sheet: Sheet,
    action: String,
}

fn code_page(asker: &Asker, token: &str, sheet: Sheet) -> Answer {
    let action = format!("/c/{token}");
    page_as(sheet.status(), &CodePage { f: phone(asker.frame("consent-open-title")).with(&sheet), sheet, action })
}

async fn arrive(State(app): State<App>, asker: Asker, Id(token): Id<String>) -> Answer {
    match held(&app.store, &asker, &token).await? {
        Held::Dead => dead(&asker),
        Held::Closed => code_page(&asker, &token, Sheet::blank("consent")),
        Held::Open(view) => see_other(format!("/c/{token}/{}", first_open(&view).await?)),
    }
}

/// The first question without an answer, over all the children; the end when there is none. A yes that was taken back is
/// not asked for again.
async fn first_open(view: &LinkView) -> Result<String, Error> {
    for (before, (child, _)) in view.children.iter().enumerate() {
        let questions = view.desk.consent_questions(*child, view.guardian).await?;
        if let Some(n) = questions.iter().position(|q| q.answer.is_none() && q.taken_back.is_none()) {
            return Ok((before * QUESTIONS + n + 1).to_string());
        }
    }
    Ok("end".to_owned())
}

async fn open(State(app): State<App>, asker: Asker, Id(token): Id<String>, posted: Posted) -> Answer {
    let code = match Code::parse(posted.text("code")) {
        Ok(code) => code,
        Err(fault) => return code_page(&asker, &token, Sheet::again("consent", &posted, Error::field("code", fault))?),
    };
    match app.store.open_consent_link(&token, &code, asker.now).await {
        Ok(view) => {
            asker.set_cookie(COOKIE, &format!("{}.{}", mark(&token), code.as_str()), Some(TWO_HOURS));
            look(&view).await?;
            see_other(format!("/c/{token}/{}", first_open(&view).await?))
        }
        Err(Error::NotFound) => dead(&asker),
        Err(Error::Refused(_)) => {
            let wrong = Error::field("code", "code.wrong");
            code_page(&asker, &token, Sheet::again("consent", &posted, wrong)?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The children's names are read: that stands in the trail before the page is sent.
async fn look(view: &LinkView) -> Result<(), Error> {
    view.desk.looked("children", view.children.iter().map(|(id, _)| id.0).collect(), "work", None).await
}

/// The questions of the child to whom `number` belongs.
fn asking<'a>(view: &'a LinkView, token: &str, number: usize) -> Result<Asking<'a>, Problem> {
    let before = number.checked_sub(1).map(|n| n / QUESTIONS).ok_or_else(Problem::not_found)?;
    let (child, name) = view.children.get(before).cloned().ok_or_else(Problem::not_found)?;
    Ok(Asking {
        desk: &view.desk,
        child,
        name,
        guardian: view.guardian,
        first: before * QUESTIONS,
        all: view.children.len() * QUESTIONS,
        base: format!("/c/{token}"),
        end: format!("/c/{token}/end"),
        before: format!("/c/{token}/end"),
        link: Some(token.to_owned()),
    })
}

/// What stands in the address as a number from 1.
fn read(number: &str) -> Result<usize, Problem> {
    number.parse().map_err(|_| Problem::not_found())
}

/// Whoever has opened the link, or the answer that everybody else gets.
async fn opened(store: &Store, asker: &Asker, token: &str) -> Result<Result<Box<LinkView>, Box<Answer>>, Problem> {
    Ok(match held(store, asker, token).await? {
        Held::Dead => Err(Box::new(dead(asker))),
        Held::Closed => Err(Box::new(see_other(format!("/c/{token}")))),
        Held::Open(view) => {
            look(&view).await?;
            Ok(view)
        }
    })
}

async fn ask(State(app): State<App>, asker: Asker, Id((token, number)): Id<(String, String)>) -> Answer {
    let view = match opened(&app.store, &asker, &token).await? {
        Ok(view) => view,
        Err(answer) => return *answer,
    };
    let number = read(&number)?;
    asking(&view, &token, number)?.show(&asker, number, Sheet::blank("consent")).await
}

async fn answer(
    State(app): State<App>,
    asker: Asker,
    Id((token, number)): Id<(String, String)>,
    posted: Posted,
) -> Answer {
    let view = match opened(&app.store, &asker, &token).await? {
        Ok(view) => view,
        Err(answer) => return *answer,
    };
    let number = read(&number)?;
    asking(&view, &token, number)?.answer(&asker, number, &posted).await
}

/// One answer on the last page.
struct Told {
    number: usize,
    what: String,
    answer: Option<bool>,
    /// When the last yes was taken back, and nothing was answered since.
    taken_back: Option<String>,
    withdrawable: bool,
}

impl Told {
    /// Not answered yet: a yes that was taken back is not asked for again.
    fn is_open(&self) -> bool {
        self.answer.is_none() && self.taken_back.is_none()
    }
}

#[derive(Template)]
#[template(path = "consent/end.html")]
struct EndPage {
    f: Frame,
    names: String,
    token: String,
    children: Vec<(String, Vec<Told>)>,
    next: Option<usize>,
    plans: Vec<PlanLine>,
    /// Stays that this guardian hands over or receives: the child, and where.
    hands: Vec<(String, StayId)>,
}

async fn end(State(app): State<App>, asker: Asker, Id(token): Id<String>) -> Answer {
    let view = match opened(&app.store, &asker, &token).await? {
        Ok(view) => view,
        Err(answer) => return *answer,
    };
    let w = asker.w();
    let mut children = Vec::new();
    let mut next = None;
    for (before, (child, name)) in view.children.iter().enumerate() {
        let questions = view.desk.consent_questions(*child, view.guardian).await?;
        let told = (before * QUESTIONS + 1..).zip(questions).map(|(number, q)| Told {
            number,
            what: w.code("consent-purpose", q.purpose.code()),
            answer: q.answer,
            taken_back: q.taken_back.map(|at| w.t1("family-taken-back", "when", w.when(at))),
            withdrawable: q.yes.is_some(),
        });
        let told: Vec<Told> = told.collect();
        next = next.or_else(|| told.iter().find(|t| t.is_open()).map(|t| t.number));
        children.push((name.clone(), told));
    }
    let names: Vec<&str> = view.children.iter().map(|(_, name)| name.as_str()).collect();
    page(&EndPage {
        f: phone(asker.frame("consent-end-title")).calling(view.desk.settings().await?.0.office_phone),
        names: names.join(&w.t("school-comma")),
        hands: hands(&view.desk.family().await?),
        plans: view.desk.plans().await?.into_iter().filter(|p| p.progress.waits_for_guardian > 0).collect(),
        next,
        children,
        token,
    })
}

fn hands(family: &[FamilyChild]) -> Vec<(String, StayId)> {
    let hand = |child: &FamilyChild| {
        let stay = child.next.as_ref().filter(|stay| stay.is_given_here() || stay.is_received_here())?;
        Some((child.name.clone(), stay.id))
    };
    family.iter().filter_map(hand).collect()
}

#[derive(Template)]
#[template(path = "consent/link_withdrawal.html")]
struct WithdrawalPage {
    f: Frame,
    sheet: Sheet,
    purpose: &'static str,
    what: String,
    name: String,
    action: String,
    back: String,
}

async fn ask_withdrawal(State(app): State<App>, asker: Asker, Id((token, number)): Id<(String, String)>) -> Answer {
    match opened(&app.store, &asker, &token).await? {
        Ok(view) => withdrawal(&asker, &view, &token, read(&number)?, Sheet::blank("consent")).await,
        Err(answer) => *answer,
    }
}

/// The yes behind a number; what is no yes cannot be taken back.
async fn standing_yes(view: &LinkView, token: &str, number: usize) -> Result<(String, Question), Problem> {
    let asking = asking(view, token, number)?;
    let (question, _) = asking.question(number).await?;
    Ok((asking.name, question))
}

async fn withdrawal(asker: &Asker, view: &LinkView, token: &str, number: usize, sheet: Sheet) -> Answer {
    let (name, question) = standing_yes(view, token, number).await?;
    if question.yes.is_none() && !sheet.is_faulty() {
        return see_other(format!("/c/{token}/end"));
    }
    let shown = WithdrawalPage {
        f: phone(asker.frame("consent-back-title")).calling(view.desk.settings().await?.0.office_phone).with(&sheet),
        purpose: question.purpose.code(),
        what: asker.w().code("consent-purpose", question.purpose.code()),
        name,
        action: format!("/c/{token}/{number}/withdrawal"),
        back: format!("/c/{token}/end"),
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

async fn withdraw(
    State(app): State<App>,
    asker: Asker,
    Id((token, number)): Id<(String, String)>,
    posted: Posted,
) -> Answer {
    let view = match opened(&app.store, &asker, &token).await? {
        Ok(view) => view,
        Err(answer) => return *answer,
    };
    let number = read(&number)?;
    let (_, question) = standing_yes(&view, &token, number).await?;
    let end = format!("/c/{token}/end");
    // A second tap finds nothing to take back: it is taken back.
    let Some(consent) = question.yes else { return see_other_saying(end, Toast::new("consent-taken-back")) };
    let act = WithdrawConsent { consent, how: "link".to_owned() };
    match async { view.desk.save_once(act, posted.submission()?).await }.await {
        Ok(0) => see_other_saying(end, Toast::new("consent-taken-back")),
        Ok(_) => see_other_saying(end, Toast::new("consent-taken-back-away")),
        Err(error) => withdrawal(&asker, &view, &token, number, Sheet::again("consent", &posted, error)?).await,
    }
}

/// The weekends of a term, read and answered by the same link.
fn reading<'a>(asker: &Asker, view: &'a LinkView, token: &str, id: TermPlanId) -> Reading<'a> {
    Reading {
        desk: &view.desk,
        role: Role::Guardian,
        action: format!("/c/{token}/terms/{id}"),
        back: (format!("/c/{token}/end"), asker.w().t("consent-end-title")),
        consent: Some(format!("/c/{token}/end")),
        frame: phone(asker.frame("term-show-title")),
        adults: Vec::new(),
    }
}

async fn plan(State(app): State<App>, asker: Asker, Id((token, id)): Id<(String, TermPlanId)>) -> Answer {
    match opened(&app.store, &asker, &token).await? {
        Ok(view) => reading(&asker, &view, &token, id).show(&asker, id, Sheet::blank("stay")).await,
        Err(answer) => *answer,
    }
}

async fn answer_plan(
    State(app): State<App>,
    asker: Asker,
    Id((token, id)): Id<(String, TermPlanId)>,
    posted: Posted,
) -> Answer {
    let view = match opened(&app.store, &asker, &token).await? {
        Ok(view) => view,
        Err(answer) => return *answer,
    };
    match term::keep(&view.desk, Role::Guardian, id, &posted, asker.now).await {
        Ok(toast) => see_other_saying(format!("/c/{token}/terms/{id}"), toast),
        Err(error) => {
            let sheet = Sheet::again("stay", &posted, error)?;
            reading(&asker, &view, &token, id).show(&asker, id, sheet).await
        }
    }
}

async fn stay(State(app): State<App>, asker: Asker, Id((token, id)): Id<(String, StayId)>) -> Answer {
    match opened(&app.store, &asker, &token).await? {
        Ok(view) => linked(&asker, &view.desk, &token, id).show(id, Sheet::blank("family")).await,
        Err(answer) => *answer,
    }
}

async fn hand_stay(
    State(app): State<App>,
    asker: Asker,
    Id((token, id)): Id<(String, StayId)>,
    posted: Posted,
) -> Answer {
    match opened(&app.store, &asker, &token).await? {
        Ok(view) => linked(&asker, &view.desk, &token, id).hand(id, &posted).await,
        Err(answer) => *answer,
    }
}
