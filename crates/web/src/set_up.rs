//! The first start as a page: the county, its administrator and its leader.

use askama::Template;
use axum::extract::State;
use naheya_store::set_up::{FirstForm, TypedPerson};

use crate::answer::{page, page_as, see_other};
use crate::sign_in::let_in;
use crate::{Answer, App, Fields, Frame, Knock, Posted, Route, Sheet, Visitor, Wanted};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::get("/set-up", Knock::Public, "set_up", show), Route::post("/set-up", Knock::Public, "set_up", set_up)]
}

#[derive(Template)]
#[template(path = "sign_in/set_up.html")]
struct SetUpPage {
    f: Frame,
    sheet: Sheet,
}

#[derive(Template)]
#[template(path = "sign_in/set_up_done.html")]
struct DonePage {
    f: Frame,
    leader: String,
    login: String,
    code: String,
    /// Where the code is typed: who is handed the slip was never here.
    address: String,
}

async fn show(State(app): State<App>, you: Visitor, wanted: Wanted) -> Answer {
    // Without a code nobody is on the way in, and a house that stands has its door.
    if wanted.given("code").is_none() && !app.store.counties(you.now).await?.is_empty() {
        return see_other("/sign-in");
    }
    form(&you, Sheet::filled("set_up", Fields::of([("code", wanted.text("code"))])))
}

fn form(you: &Visitor, sheet: Sheet) -> Answer {
    page_as(sheet.status(), &SetUpPage { f: you.frame("set_up-title").with(&sheet).public(), sheet })
}

async fn set_up(State(app): State<App>, you: Visitor, posted: Posted) -> Answer {
    match app.store.set_up(&typed(&you, &posted), you.now).await {
        Ok((signed_in, leader, code)) => {
            let_in(&you, &signed_in, false);
            let (name, login) = (leader.name.as_str().to_owned(), leader.login.as_str().to_owned());
            let address = format!("{}/slip", you.origin());
            page(&DonePage { f: you.frame("set_up-done-title").public(), leader: name, login, code, address })
        }
        Err(error) => form(&you, Sheet::again("set_up", &posted, error)?),
    }
}

fn typed<'a>(you: &'a Visitor, posted: &'a Posted) -> FirstForm<'a> {
    FirstForm {
        code: posted.text("code"),
        county: posted.text("county"),
        admin: person(posted, ["login", "name", "phone"]),
        password: ["password", "again"].map(|field| posted.raw(field).unwrap_or_default()),
        leader: person(posted, ["leader_login", "leader_name", "leader_phone"]),
        address: &you.address,
        agent: &you.agent,
    }
}

fn person<'a>(posted: &'a Posted, [login, name, phone]: [&str; 3]) -> TypedPerson<'a> {
    TypedPerson { login: posted.text(login), name: posted.text(name), phone: posted.given(phone) }
}
