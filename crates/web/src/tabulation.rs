//! The county's table for print and Excel: numbered columns town by town, the equations between them with whether they
//! hold, lines for signatures and the seal.

use askama::Template;
use naheya_documents::excel::{Excel, Form, Head};
use naheya_domain::Role;
use naheya_domain::tabulation::{Counts, Item};
use naheya_domain::time::Date;
use naheya_store::tabulation::{TableLine, Tabulation};

use crate::answer::download;
use crate::export::{KIND, stamp_of_numbers};
use crate::report::day_of;
use crate::words::Words;
use crate::{Answer, Frame, Knock, Problem, Route, Signed, Wanted, page};

/// The county's own office: small numbers stand in it as they are.
pub(crate) const OFFICE: Knock = Knock::Roles(&[Role::Coordinator, Role::Leader]);

/// Columns under one head.
type Group = (&'static str, &'static [Item]);

/// The tables, each with its groups of columns, in the order of the numbers.
const PARTS: [(&str, &[Group]); 2] = [
    (
        "children",
        &[
            ("all", &[Item::Children]),
            ("sex", &[Item::Boys, Item::Girls, Item::SexUnknown]),
            ("group", &[Item::Han, Item::Mongol, Item::OtherGroup, Item::GroupUnknown]),
            ("age", &[Item::UnderSix, Item::SixToEleven, Item::TwelveToFifteen, Item::FromSixteen, Item::AgeUnknown]),
            ("standing", &[Item::InPair, Item::NotInPair]),
        ],
    ),
    (
        "pairs",
        &[
            ("pairs", &[Item::Pairs]),
            ("course", &[Item::PairsActive, Item::PairsEnded]),
            ("mixed", &[Item::PairsInterethnic, Item::PairsOther]),
            ("volunteers", &[Item::Volunteers]),
            (
                "volunteers_group",
                &[Item::VolunteersHan, Item::VolunteersMongol, Item::VolunteersOther, Item::VolunteersUnknown],
            ),
        ],
    ),
];

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/report/table", OFFICE, "figure", show),
        Route::get("/report/table.xlsx", OFFICE, "figure", workbook),
    ]
}

#[derive(Template)]
#[template(path = "tabulation/show.html")]
struct ShowPage {
    f: Frame,
    typed: String,
    fault: Option<&'static str>,
    heading: String,
    lead: String,
    agrees: bool,
    parts: Vec<Part>,
    checks: Vec<Check>,
    filled_on: String,
}

/// One of the tables.
struct Part {
    name: String,
    groups: Vec<(String, usize)>,
    columns: Vec<(String, usize)>,
    lines: Vec<(String, Vec<String>)>,
    total: Vec<String>,
}

/// Something that must agree.
struct Check {
    words: String,
    holds: bool,
    /// The records behind the figure of the report.
    records: Option<String>,
}

async fn show(me: Signed, wanted: Wanted) -> Answer {
    let (as_of, fault) = day_of(&wanted, me.today());
    let table = me.desk.tabulation(as_of).await?;
    let w = me.w();
    let shown = ShowPage {
        f: me.frame("tabulation-title"),
        typed: as_of.to_string(),
        fault,
        heading: w.t1("tabulation-heading", "area", &table.figures.name),
        lead: w.t1("tabulation-lead", "day", w.long_date(as_of)),
        agrees: table.agrees(),
        parts: PARTS.iter().map(|(name, groups)| part(w, &table, name, groups)).collect(),
        checks: checks(w, &table, as_of),
        filled_on: w.long_date(me.today()),
    };
    page(&shown)
}

fn part(w: Words, table: &Tabulation, name: &str, groups: &[Group]) -> Part {
    let items: Vec<Item> = groups.iter().flat_map(|(_, items)| items.iter().copied()).collect();
    let cells = |counts: &Counts| items.iter().map(|item| w.count(counts.get(*item))).collect();
    Part {
        name: w.code("tabulation-part", name),
        groups: groups.iter().map(|(group, items)| (w.code("tabulation-group", group), items.len())).collect(),
        columns: items.iter().map(|item| (w.code("tabulation-item", item.key()), item.number())).collect(),
        lines: table.lines.iter().map(|line| (town(w, line), cells(&line.counts))).collect(),
        total: cells(&table.total),
    }
}

fn town(w: Words, line: &TableLine) -> String {
    line.town.as_ref().map_or_else(|| w.t("tabulation-nowhere"), |town| crate::area::in_table(w, town))
}

/// The equations, then the columns that are figures of the report.
fn checks(w: Words, table: &Tabulation, as_of: Date) -> Vec<Check> {
    let equations = table.equations().into_iter();
    let equations = equations.map(|(one, holds)| Check { words: one.to_string(), holds, records: None });
    let agreements = table.agreements().into_iter().filter_map(|(item, holds)| {
        let key = item.figure()?.key();
        let words = w.t2("tabulation-agrees", "n", item.number(), "figure", w.code("figure-name", key));
        Some(Check { words, holds, records: Some(format!("/report/{key}?as_of={as_of}")) })
    });
    equations.chain(agreements).collect()
}

async fn workbook(me: Signed, wanted: Wanted) -> Answer {
    let (as_of, fault) = day_of(&wanted, me.today());
    if fault.is_some() {
        return Err(Problem::of_code("bad_request"));
    }
    let table = me.desk.tabulation_out(as_of).await?;
    let w = me.w();
    let who = me.session().map(|session| session.name.clone()).unwrap_or_default();
    let mut excel = Excel::stamped(stamp_of_numbers(w, &who, me.now));
    let name = w.t("tabulation-title");
    excel.form(&name, &form(w, &table, as_of, me.today())).map_err(|_| Problem::internal())?;
    let bytes = excel.finish().map_err(|_| Problem::internal())?;
    download(&format!("{name} {as_of}-{}.xlsx", me.today()), KIND, bytes)
}

/// The same on one sheet: both tables side by side, then what must agree, and the places to sign.
fn form(w: Words, table: &Tabulation, as_of: Date, today: Date) -> Form {
    let groups = PARTS.iter().flat_map(|(_, groups)| groups.iter());
    let head = |item: &Item| Head::new(w.code("tabulation-item", item.key()), 8.0);
    let line = |name: String, counts: &Counts| (name, Item::ALL.map(|item| counts.get(item)).to_vec());
    let numbers = Item::ALL.map(|item| i64::try_from(item.number()).unwrap_or_default()).to_vec();
    let towns = table.lines.iter().map(|one| line(town(w, one), &one.counts));
    let holds = |check: Check| {
        let holds = w.t(if check.holds { "tabulation-holds" } else { "tabulation-broken" });
        format!("{}  {holds}", check.words)
    };
    let own = w.t("tabulation-own");
    Form {
        title: w.t1("tabulation-heading", "area", &table.figures.name),
        lead: w.t1("tabulation-lead", "day", w.long_date(as_of)),
        corner: Head::new(w.t("tabulation-town"), 16.0),
        groups: groups
            .map(|(name, items)| (w.code("tabulation-group", name), items.iter().map(head).collect()))
            .collect(),
        rows: std::iter::once((w.t("tabulation-number"), numbers))
            .chain(towns)
            .chain([line(w.t("tabulation-sum"), &table.total)])
            .collect(),
        below: checks(w, table, as_of).into_iter().map(holds).chain([own]).collect(),
        signs: signs(w, today),
    }
}

/// Who signs a table that is filed, on which day it was filled in, and where the seal goes.
pub(crate) fn signs(w: Words, today: Date) -> Vec<String> {
    let people = ["tabulation-head", "tabulation-reviewer", "tabulation-filler"].map(|id| w.t(id));
    let filled = format!("{} {}", w.t("tabulation-filled"), w.long_date(today));
    people.into_iter().chain([filled, w.t("tabulation-seal")]).collect()
}
