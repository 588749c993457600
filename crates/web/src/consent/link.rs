//! A guardian far away, by a link and a code. No account, no script, no name before the code.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use naheya_domain::access::Noun;
use naheya_domain::code::Code;
use naheya_store::consent::LinkView;
use naheya_store::{Error, Store};
use sha2::{Digest, Sha256};

use super::question::{Asking, QUESTIONS, phone};
use crate::{Answer, App, Asker, Frame, Id, Knock, Posted, Problem, Route, Sheet, page, page_as, see_other};

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

/// The first question without an answer; the end when there is none.
async fn first_open(view: &LinkView) -> Result<String, Error> {
    let questions = view.desk.consent_questions(view.child, view.guardian).await?;
    let open = questions.iter().position(|q| q.answer.is_none());
    Ok(open.map_or_else(|| "end".to_owned(), |n| (n + 1).to_string()))
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

/// The child's name is read: that stands in the trail before the page is sent.
async fn look(view: &LinkView) -> Result<(), Error> {
    view.desk.looked("children", vec![view.child.0], "work", None).await
}

fn asking<'a>(view: &'a LinkView, token: &str) -> Asking<'a> {
    Asking {
        desk: &view.desk,
        child: view.child,
        name: view.child_name.clone(),
        guardian: view.guardian,
        base: format!("/c/{token}"),
        end: format!("/c/{token}/end"),
        before: format!("/c/{token}/end"),
    }
}

/// What stands in the address as a number from 1 to the last question.
fn read(number: &str) -> Result<usize, Problem> {
    let n = number.parse().ok().filter(|n| (1..=QUESTIONS).contains(n));
    n.ok_or_else(Problem::not_found)
}

async fn ask(State(app): State<App>, asker: Asker, Id((token, number)): Id<(String, String)>) -> Answer {
    match held(&app.store, &asker, &token).await? {
        Held::Dead => dead(&asker),
        Held::Closed => see_other(format!("/c/{token}")),
        Held::Open(view) => {
            let number = read(&number)?;
            look(&view).await?;
            asking(&view, &token).show(&asker, number, Sheet::blank("consent")).await
        }
    }
}

async fn answer(
    State(app): State<App>,
    asker: Asker,
    Id((token, number)): Id<(String, String)>,
    posted: Posted,
) -> Answer {
    match held(&app.store, &asker, &token).await? {
        Held::Dead => dead(&asker),
        Held::Closed => see_other(format!("/c/{token}")),
        Held::Open(view) => asking(&view, &token).answer(&asker, read(&number)?, &posted).await,
    }
}

#[derive(Template)]
#[template(path = "consent/end.html")]
struct EndPage {
    f: Frame,
    name: String,
    token: String,
    answers: Vec<(usize, String, Option<bool>)>,
    next: Option<usize>,
}

async fn end(State(app): State<App>, asker: Asker, Id(token): Id<String>) -> Answer {
    let view = match held(&app.store, &asker, &token).await? {
        Held::Dead => return dead(&asker),
        Held::Closed => return see_other(format!("/c/{token}")),
        Held::Open(view) => view,
    };
    look(&view).await?;
    let w = asker.w();
    let questions = view.desk.consent_questions(view.child, view.guardian).await?;
    page(&EndPage {
        f: phone(asker.frame("consent-end-title")),
        name: view.child_name.clone(),
        next: questions.iter().position(|q| q.answer.is_none()).map(|n| n + 1),
        answers: (1..)
            .zip(questions)
            .map(|(n, q)| (n, w.code("consent-purpose", q.purpose.code()), q.answer))
            .collect(),
        token,
    })
}
