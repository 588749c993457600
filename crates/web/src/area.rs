//! The county's own grid: towns and sumus, the gachas in them; added, renamed, merged.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::viewer::Place;
use naheya_store::area::{AddArea, AreaRow, CarryArea, LeftBehind, RenameArea, RestoreArea, RetireArea, heir};
use naheya_store::grid::NOWHERE;

use crate::answer::see_other_saying;
use crate::saved_view::OPENED;
use crate::search::FOUND;
use crate::{Answer, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, Wanted, page_as};

mod export;

/// In an address: only what the reader is responsible for.
pub(crate) const MINE: &str = "mine";
/// In an address: the whole county, although the reader has an area.
pub(crate) const EVERYWHERE: &str = "all";

const KEEPS: Knock = Knock::May(Action::KeepSchool);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let area = Noun::Area;
    vec![
        Route::get("/areas", KEEPS, area, list),
        Route::get("/areas.xlsx", Knock::May(Action::Export), area, export::workbook),
        Route::post("/areas", KEEPS, area, add),
        Route::get("/areas/{code}", KEEPS, area, show),
        Route::post("/areas/{code}/name", KEEPS, area, rename),
        Route::post("/areas/{code}/retirement", KEEPS, area, retire),
        Route::post("/areas/{code}/retirement/undo", KEEPS, area, restore),
        Route::post("/areas/{code}/carrying", KEEPS, area, carry),
    ]
}

/// A town with what lies in it.
struct Town {
    row: AreaRow,
    parts: Vec<AreaRow>,
}

#[derive(Template)]
#[template(path = "area/list.html")]
struct ListPage {
    f: Frame,
    sheet: Sheet,
    towns: Vec<Town>,
    parents: Vec<(String, String)>,
    may_export: bool,
}

impl ListPage {
    /// What an area of old was merged into, by name.
    fn into(&self, row: &AreaRow) -> String {
        let all = self.towns.iter().flat_map(|t| std::iter::once(&t.row).chain(&t.parts));
        let into = row.retired_into.as_deref().unwrap_or_default();
        all.clone().find(|a| a.code == into).map(|a| a.name.clone()).unwrap_or_default()
    }
}

async fn list(me: Signed) -> Answer {
    let sheet = me.resumed("area", Sheet::blank("area")).await?;
    list_page(&me, sheet).await
}

async fn list_page(me: &Signed, sheet: Sheet) -> Answer {
    let rows = me.desk.areas().await?;
    let is_town = |row: &&AreaRow| row.code.len() == 9;
    let town = |row: &AreaRow| Town {
        parts: rows.iter().filter(|part| part.parent == row.code).cloned().collect(),
        row: row.clone(),
    };
    let standing = rows.iter().filter(is_town).filter(|row| row.retired_into.is_none());
    page_as(
        sheet.status(),
        &ListPage {
            f: me.frame("area-list-title").with(&sheet),
            parents: standing.map(|row| (row.code.clone(), row.name.clone())).collect(),
            towns: rows.iter().filter(is_town).map(town).collect(),
            may_export: me.desk.may(Action::Export),
            sheet,
        },
    )
}

async fn add(me: Signed, posted: Posted) -> Answer {
    let done = async {
        let text = |name| posted.text(name).to_owned();
        let act = AddArea { parent: text("parent"), name: text("name"), code: text("code") };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying("/areas", Toast::new("area-added").with("name", posted.text("name"))),
        Err(error) => list_page(&me, Sheet::again("area", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "area/show.html")]
struct ShowPage {
    f: Frame,
    sheet: Sheet,
    row: AreaRow,
    others: Vec<(String, String)>,
    /// The name of what took its place, and how much still names the old one.
    left: Option<(String, LeftBehind)>,
    /// Roles that hold in a place that is not there any more.
    roles: u64,
}

async fn show(me: Signed, Id(code): Id<String>) -> Answer {
    show_page(&me, &code, None).await
}

async fn show_page(me: &Signed, code: &str, came: Option<Sheet>) -> Answer {
    let rows = me.desk.areas().await?;
    let row = rows.iter().find(|row| row.code == code).cloned().ok_or_else(crate::Problem::not_found)?;
    let left = me.desk.left_behind(code).await?;
    let now = heir(&rows, code).filter(|now| now.code != code && !left.is_nothing());
    let filled = || Sheet::filled("area", crate::Fields::of([("name", row.name.clone())]));
    let sheet = came.unwrap_or_else(filled);
    let others = rows.iter().filter(|o| o.code.len() == row.code.len() && o.code != row.code);
    page_as(
        sheet.status(),
        &ShowPage {
            f: me.frame("area-show-title").with(&sheet),
            others: others.filter(|o| o.retired_into.is_none()).map(|o| (o.code.clone(), o.name.clone())).collect(),
            left: now.map(|now| (now.name.clone(), left)),
            roles: if row.retired_into.is_some() { left.roles } else { 0 },
            sheet,
            row,
        },
    )
}

async fn rename(me: Signed, Id(code): Id<String>, posted: Posted) -> Answer {
    let act = async {
        let act = RenameArea { code: code.clone(), name: posted.text("name").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match act.await {
        Ok(()) => see_other_saying("/areas", Toast::new("area-renamed")),
        Err(error) => show_page(&me, &code, Some(Sheet::again("area", &posted, error)?)).await,
    }
}

async fn retire(me: Signed, Id(code): Id<String>, posted: Posted) -> Answer {
    let act = async {
        let act = RetireArea { code: code.clone(), into: posted.text("into").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match act.await {
        Ok(()) => {
            let toast = Toast::new("area-retired").undo(format!("/areas/{code}/retirement/undo"));
            // Where what still names it goes over.
            let is_named = !me.desk.left_behind(&code).await?.is_nothing();
            see_other_saying(if is_named { format!("/areas/{code}") } else { "/areas".to_owned() }, toast)
        }
        Err(error) => show_page(&me, &code, Some(Sheet::again("area", &posted, error)?)).await,
    }
}

async fn restore(me: Signed, Id(code): Id<String>, posted: Posted) -> Answer {
    match me.desk.save_once(RestoreArea { code: code.clone() }, posted.submission()?).await {
        Ok(()) => see_other_saying("/areas", Toast::new("area-restored")),
        Err(error) => show_page(&me, &code, Some(Sheet::again("area", &posted, error)?)).await,
    }
}

async fn carry(me: Signed, Id(code): Id<String>, posted: Posted) -> Answer {
    match me.desk.save_once(CarryArea { code: code.clone() }, posted.submission()?).await {
        Ok(carried) => see_other_saying("/areas", Toast::new("area-carried").with("n", carried.children)),
        Err(error) => show_page(&me, &code, Some(Sheet::again("area", &posted, error)?)).await,
    }
}

/// Code and name of the county's towns and gachas, for a form's list: what stands first, then what
/// was merged away, because old files still name it.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn choices(me: &Signed) -> Result<Vec<(String, String)>, naheya_store::Error> {
    Ok(offered(me, me.desk.areas().await?))
}

/// The same without gachas and villages: a filter by any of a hundred and sixty is no filter.
pub(crate) async fn towns(me: &Signed) -> Result<Vec<(String, String)>, naheya_store::Error> {
    Ok(offered(me, me.desk.towns().await?))
}

/// The name of a town or gacha in a table: one that was merged away says so.
pub(crate) fn in_table(w: crate::Words, area: &AreaRow) -> String {
    if area.retired_into.is_some() { w.t1("area-old", "name", &area.name) } else { area.name.clone() }
}

/// The name of a town or gacha of the county; of what lies in none, the words for that.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn named(me: &Signed, code: &str) -> Result<String, naheya_store::Error> {
    if code == NOWHERE {
        return Ok(me.w().t("grid-nowhere"));
    }
    let areas = me.desk.areas().await?;
    Ok(areas.into_iter().find(|area| area.code == code).map_or_else(|| code.to_owned(), |area| area.name))
}

/// What an address says of the area: nothing, the own (`mine`), everywhere (`all`), or one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Where {
    /// The areas that the reader is responsible for, each with its name; empty for most people.
    pub own: Vec<(String, String)>,
    /// One town or gacha.
    pub town: Option<String>,
    /// Whether only the own areas are shown.
    pub mine: bool,
}

/// Where a list looks. It begins with the own area when its address names nothing at all, and says so on the page;
/// an address that names a view, a school or a town is somebody's link and means what it says.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn wanted(me: &Signed, wanted: &Wanted) -> Result<Where, naheya_store::Error> {
    let mut own = me.desk.own_areas().await?;
    // Whose role ends at a town sees no other: nothing is hidden that one could be led to.
    if own.iter().any(|(code, _)| me.viewer.place == Place::Town(code.clone())) {
        own.clear();
    }
    let named = wanted.given("town").filter(|code| code.len() <= 12);
    let names = ["town", "view", "school", "free", "late", "missed", FOUND, OPENED];
    let bare = names.iter().all(|name| wanted.given(name).is_none());
    let mine = !own.is_empty() && (named == Some(MINE) || bare);
    let town = named.filter(|code| ![MINE, EVERYWHERE].contains(code)).map(str::to_owned);
    Ok(Where { own, town, mine })
}

impl Where {
    /// The codes of the areas that a list is narrowed to.
    pub(crate) fn areas(&self) -> Vec<String> {
        if self.mine { self.own.iter().map(|(code, _)| code.clone()).collect() } else { Vec::new() }
    }

    /// What stands in the address and the form for it.
    pub(crate) fn code(&self) -> String {
        match (&self.town, self.mine, self.own.is_empty()) {
            (Some(town), ..) => town.clone(),
            (None, true, _) => MINE.to_owned(),
            (None, false, false) => EVERYWHERE.to_owned(),
            (None, false, true) => String::new(),
        }
    }

    /// What stands in the address of a view, which has no town of its own: the own area, or everywhere; nothing for whoever has
    /// no own area.
    pub(crate) fn of_views(&self) -> &'static str {
        match (self.own.is_empty(), self.mine) {
            (true, _) => "",
            (false, true) => MINE,
            (false, false) => EVERYWHERE,
        }
    }

    /// What the form offers before the towns: everything, and the own area of who has one.
    pub(crate) fn offered(&self, w: crate::Words, all: &str) -> Vec<(String, String)> {
        if self.own.is_empty() {
            return vec![(String::new(), w.t(all))];
        }
        vec![(EVERYWHERE.to_owned(), w.t(all)), (MINE.to_owned(), w.t("grid-mine-option"))]
    }

    /// The own area in words, when the list shows nothing else.
    pub(crate) fn said(&self, w: crate::Words) -> Option<String> {
        let names: Vec<&str> = self.own.iter().map(|(_, name)| name.as_str()).collect();
        self.mine.then(|| w.t1("grid-mine", "places", names.join(w.t("grid-comma").as_str())))
    }
}

fn offered(me: &Signed, rows: Vec<AreaRow>) -> Vec<(String, String)> {
    let town = |code: &str| rows.iter().find(|t| t.code == code).map(|t| t.name.clone());
    let word = |row: &AreaRow| {
        let name = match town(&row.parent) {
            Some(town) => format!("{town} {}", row.name),
            None => row.name.clone(),
        };
        if row.retired_into.is_some() { me.w().t1("area-old", "name", name) } else { name }
    };
    let (gone, here): (Vec<&AreaRow>, Vec<&AreaRow>) = rows.iter().partition(|row| row.retired_into.is_some());
    here.into_iter().chain(gone).map(|row| (row.code.clone(), word(row))).collect()
}
