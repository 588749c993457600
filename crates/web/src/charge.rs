//! Who is responsible where, as pages: somebody begins, changes, ends.

use askama::Template;
use naheya_domain::Date;
use naheya_domain::access::{Action, Noun};
use naheya_domain::charge::{ChargeDuty, ChargeForm, Days, NewCharge};
use naheya_domain::id::ChargeId;
use naheya_store::Error;
use naheya_store::charge::{BeginCharge, ChangeCharge, Charge, EndCharge, ResumeCharge};
use naheya_store::meanwhile::Record;

use crate::account;
use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, page_as};

const KEEPS: Knock = Knock::May(Action::KeepGrid);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let charge = Noun::Charge;
    vec![
        Route::get("/grid/{code}/charges/new", KEEPS, charge, blank),
        Route::post("/grid/{code}/charges", KEEPS, charge, begin),
        Route::get("/charges/{id}", KEEPS, charge, edit),
        Route::post("/charges/{id}", KEEPS, charge, change),
        Route::post("/charges/{id}/end", KEEPS, charge, end),
        Route::post("/charges/{id}/end/undo", KEEPS, charge, resume),
    ]
}

/// The name of a town or gacha of the county.
pub(crate) async fn area_name(me: &Signed, code: &str) -> Result<String, Problem> {
    let areas = me.desk.areas().await?;
    areas.into_iter().find(|area| area.code == code).map(|area| area.name).ok_or_else(Problem::not_found)
}

#[derive(Template)]
#[template(path = "charge/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    code: String,
    area: String,
    duties: Vec<(String, String)>,
    /// Whom to choose from; none where they are named.
    people: Option<Vec<(String, String)>>,
    stations: Vec<(String, String)>,
}

async fn blank(me: Signed, Id(code): Id<String>) -> Answer {
    let today = me.today().to_string();
    let sheet = Sheet::filled("charge", Fields::of([("from_on", today)]));
    let sheet = me.resumed(&format!("charge-new-{code}"), sheet).await?;
    form(&me, code, sheet).await
}

async fn form(me: &Signed, code: String, sheet: Sheet) -> Answer {
    let w = me.w();
    let area = area_name(me, &code).await?;
    let stations = me.desk.stations(&code).await?.into_iter().filter(|s| !s.details.days.is_over(me.today()));
    let people = me.desk.people_for_charges().await?;
    page_as(
        sheet.status(),
        &NewPage {
            f: me.frame("charge-new-title").with(&sheet),
            duties: ChargeDuty::ALL.map(|d| (d.code().to_owned(), w.code("charge-duty", d.code()))).to_vec(),
            people: people.map(|all| all.into_iter().map(|(id, name)| (id.to_string(), name)).collect()),
            stations: stations.map(|s| (s.id.to_string(), s.details.name)).collect(),
            area,
            code,
            sheet,
        },
    )
}

async fn begin(me: Signed, Id(code): Id<String>, posted: Posted) -> Answer {
    let done = async {
        let account = account::meant(&me, &posted, "account").await?.map(|id| id.to_string());
        let new = NewCharge::parse(&ChargeForm {
            duty: posted.text("duty"),
            account: account.as_deref().unwrap_or_default(),
            name: posted.text("name"),
            phone: posted.text("phone"),
            station: posted.text("station"),
            from_on: posted.text("from_on"),
            to_on: posted.text("to_on"),
        })?;
        me.desk.save_once(BeginCharge { town_code: code.clone(), new }, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(format!("/grid/{code}"), Toast::new("charge-begun")),
        Err(error) => form(&me, code, Sheet::again("charge", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "charge/edit.html")]
struct EditPage {
    f: Frame,
    sheet: Sheet,
    charge: Charge,
    area: String,
    duty: String,
}

async fn edit(me: Signed, Id(id): Id<ChargeId>) -> Answer {
    let charge = me.desk.charge(id).await?;
    let sheet = me.resumed_of(&format!("charge-{id}"), "charge", &charge).await?;
    edit_page(&me, charge, sheet).await
}

impl Versioned for Charge {
    fn records(&self) -> Vec<Record> {
        vec![Record::Charge(self.id.0)]
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn fields(&self) -> Fields {
        Fields::of([
            ("phone", self.phone.clone().unwrap_or_default()),
            ("from_on", self.days.from.to_string()),
            ("to_on", self.days.to.map(|day| day.to_string()).unwrap_or_default()),
        ])
    }
}

async fn edit_page(me: &Signed, charge: Charge, sheet: Sheet) -> Answer {
    let page = EditPage {
        f: me.frame("charge-edit-title").with(&sheet),
        area: area_name(me, &charge.town_code).await?,
        duty: me.w().code("charge-duty", charge.duty.code()),
        charge,
        sheet,
    };
    page_as(page.sheet.status(), &page)
}

async fn change(me: Signed, Id(id): Id<ChargeId>, posted: Posted) -> Answer {
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let days = Days::parse(posted.text("from_on"), posted.text("to_on"))?;
        let act = ChangeCharge { charge: id, version, phone: posted.text("phone").to_owned(), days };
        me.desk.save_once(act, posted.submission()?).await
    };
    let done = done.await;
    let charge = me.desk.charge(id).await?;
    match done {
        Ok(()) => see_other_saying(format!("/grid/{}", charge.town_code), Toast::new("charge-changed")),
        Err(error) => {
            let sheet = me.again("charge", &posted, error, &charge).await?;
            edit_page(&me, charge, sheet).await
        }
    }
}

async fn end(me: Signed, Id(id): Id<ChargeId>, posted: Posted) -> Answer {
    let charge = me.desk.charge(id).await?;
    let version = posted.text("version").parse().map_err(|_| Problem::from(Error::Stale))?;
    me.desk.save_once(EndCharge { charge: id, version }, posted.submission()?).await?;
    // Ended today: the same form again, whose undo is the first one's.
    let before = charge.days.to.filter(|to| *to != me.today());
    let before = before.map(|to| format!("?to={to}")).unwrap_or_default();
    let toast = Toast::new("charge-ended").undo(format!("/charges/{id}/end/undo{before}"));
    see_other_saying(format!("/grid/{}", charge.town_code), toast)
}

async fn resume(me: Signed, Id(id): Id<ChargeId>, wanted: Wanted, posted: Posted) -> Answer {
    let to: Option<Date> = wanted.given("to").and_then(|day| day.parse().ok());
    me.desk.save_once(ResumeCharge { charge: id, to }, posted.submission()?).await?;
    let charge = me.desk.charge(id).await?;
    see_other_saying(format!("/grid/{}", charge.town_code), Toast::new("charge-resumed"))
}
