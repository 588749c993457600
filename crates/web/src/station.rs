//! Stations of the grid, as pages: opened, changed, closed by their last day.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::StationId;
use naheya_domain::station::{StationDetails, StationForm, StationKind};
use naheya_store::Error;
use naheya_store::meanwhile::Record;
use naheya_store::station::{ChangeStation, OpenStation, Station};

use crate::answer::see_other_saying;
use crate::charge::area_name;
use crate::clash::Versioned;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, Words, page_as};

mod export;

const KEEPS: Knock = Knock::May(Action::KeepGrid);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let station = Noun::Station;
    vec![
        Route::get("/stations.xlsx", Knock::May(Action::Export), station, export::workbook),
        Route::get("/grid/{code}/stations/new", KEEPS, station, blank),
        Route::post("/grid/{code}/stations", KEEPS, station, open),
        Route::get("/stations/{id}", KEEPS, station, edit),
        Route::post("/stations/{id}", KEEPS, station, change),
    ]
}

#[derive(Template)]
#[template(path = "station/form.html")]
struct FormPage {
    f: Frame,
    sheet: Sheet,
    code: String,
    area: String,
    kinds: Vec<(String, String)>,
    /// Where the form goes.
    action: String,
    is_new: bool,
}

fn kinds(w: Words) -> Vec<(String, String)> {
    StationKind::ALL.map(|kind| (kind.code().to_owned(), w.code("station-kind", kind.code()))).to_vec()
}

async fn blank(me: Signed, Id(code): Id<String>) -> Answer {
    let today = me.today().to_string();
    let sheet = Sheet::filled("station", Fields::of([("from_on", today)]));
    let sheet = me.resumed(&format!("station-new-{code}"), sheet).await?;
    new_page(&me, code, sheet).await
}

async fn new_page(me: &Signed, code: String, sheet: Sheet) -> Answer {
    let page = FormPage {
        f: me.frame("station-new-title").with(&sheet),
        area: area_name(me, &code).await?,
        kinds: kinds(me.w()),
        action: format!("/grid/{code}/stations"),
        is_new: true,
        code,
        sheet,
    };
    page_as(page.sheet.status(), &page)
}

fn details(posted: &Posted) -> Result<StationDetails, Error> {
    Ok(StationDetails::parse(&StationForm {
        kind: posted.text("kind"),
        name: posted.text("name"),
        address: posted.text("address"),
        opening: posted.text("opening"),
        from_on: posted.text("from_on"),
        to_on: posted.text("to_on"),
    })?)
}

async fn open(me: Signed, Id(code): Id<String>, posted: Posted) -> Answer {
    let done = async {
        let act = OpenStation { town_code: code.clone(), details: details(&posted)? };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(format!("/grid/{code}"), Toast::new("station-opened")),
        Err(error) => new_page(&me, code, Sheet::again("station", &posted, error)?).await,
    }
}

async fn edit(me: Signed, Id(id): Id<StationId>) -> Answer {
    let station = me.desk.station(id).await?;
    let sheet = me.resumed_of(&format!("station-{id}"), "station", &station).await?;
    edit_page(&me, &station, sheet).await
}

impl Versioned for Station {
    fn records(&self) -> Vec<Record> {
        vec![Record::Station(self.id.0)]
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn fields(&self) -> Fields {
        let of = self.details.clone();
        Fields::of([
            ("kind", of.kind.code().to_owned()),
            ("name", of.name),
            ("address", of.address.unwrap_or_default()),
            ("opening", of.opening.unwrap_or_default()),
            ("from_on", of.days.from.to_string()),
            ("to_on", of.days.to.map(|day| day.to_string()).unwrap_or_default()),
        ])
    }

    fn words(&self) -> &'static [&'static str] {
        &["opening"]
    }

    fn said(&self, w: Words, name: &str, value: &str) -> String {
        if name == "kind" { w.sent_code("station-kind", value) } else { value.to_owned() }
    }
}

async fn edit_page(me: &Signed, station: &Station, sheet: Sheet) -> Answer {
    let page = FormPage {
        f: me.frame("station-edit-title").with(&sheet),
        area: area_name(me, &station.town_code).await?,
        code: station.town_code.clone(),
        kinds: kinds(me.w()),
        action: format!("/stations/{}", station.id),
        is_new: false,
        sheet,
    };
    page_as(page.sheet.status(), &page)
}

async fn change(me: Signed, Id(id): Id<StationId>, posted: Posted) -> Answer {
    let station = me.desk.station(id).await?;
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let act = ChangeStation { station: id, version, details: details(&posted)? };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/grid/{}", station.town_code), Toast::new("station-changed")),
        Err(error) => {
            let station = me.desk.station(id).await?;
            let sheet = me.again("station", &posted, error, &station).await?;
            edit_page(&me, &station, sheet).await
        }
    }
}
