//! The first start as a page: the county, its administrator and its leader.

use askama::Template;
use axum::extract::State;
use naheya_domain::error::Faults;
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::{AreaId, FieldError};
use naheya_store::Error;
use naheya_store::account::{Login, NewAccount};
use naheya_store::set_up::FirstPeople;

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
    let done = async {
        let given = first_people(&you, &posted)?;
        let leader = (given.leader.name.as_str().to_owned(), given.leader.login.as_str().to_owned());
        let (signed_in, code) = app.store.set_up(&given, you.now).await?;
        Ok::<_, Error>((leader, signed_in, code))
    };
    match done.await {
        Ok(((leader, login), signed_in, code)) => {
            let_in(&you, &signed_in, false);
            page(&DonePage { f: you.frame("set_up-done-title").public(), leader, login, code })
        }
        Err(error) => form(&you, Sheet::again("set_up", &posted, error)?),
    }
}

fn first_people(you: &Visitor, posted: &Posted) -> Result<FirstPeople, Vec<FieldError>> {
    let mut faults = Faults::default();
    let county = AreaId::parse(posted.text("county")).ok_or("county.unknown");
    let county = faults.take("county", county);
    let admin = person(&mut faults, posted, ["login", "name", "phone"]);
    let leader = person(&mut faults, posted, ["leader_login", "leader_name", "leader_phone"]);
    let password = posted.raw("password").unwrap_or_default().to_owned();
    if posted.raw("again") != Some(password.as_str()) {
        faults.push("again", "password.differs");
    }
    let all = county.zip(admin).zip(leader).map(|((county, admin), leader)| FirstPeople {
        code: posted.text("code").to_owned(),
        county,
        admin,
        password,
        leader,
        address: you.address.clone(),
        agent: you.agent.clone(),
    });
    faults.finish(all)
}

fn person(faults: &mut Faults, posted: &Posted, [login, name, phone]: [&'static str; 3]) -> Option<NewAccount> {
    let login = faults.take(login, Login::parse(posted.text(login)));
    let name = faults.take(name, PersonName::parse(posted.text(name)));
    let phone = match posted.given(phone) {
        Some(typed) => faults.take(phone, Phone::parse(typed)).map(Some),
        None => Some(None),
    };
    Some(NewAccount { login: login?, name: name?, phone: phone?, language: String::new() })
}
