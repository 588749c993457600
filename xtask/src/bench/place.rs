//! The program on real records: importing, serving lists and files, saving, starting again.

use std::path::Path;

use super::client::{Folder, Request, Server, ask, load, millis, percentile, sign_in};
use super::{Figure, above, below};
use crate::clock::Stopwatch;
use crate::cluster::Cluster;
use crate::process::run;
use crate::{Failure, tool};

const CHILDREN: u32 = 5_000;
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// An invented identity number with its check digit.
fn identity(n: u32) -> String {
    let body = format!("150825{}{:02}{:02}{:03}", 2009 + n % 8, 1 + n % 12, 1 + n % 28, n % 1000);
    let sum: u32 = body.chars().filter_map(|c| c.to_digit(10)).zip(WEIGHTS).map(|(d, w)| d * w).sum();
    let check = "10X98765432".chars().nth((sum % 11) as usize).unwrap_or('0');
    format!("{body}{check}")
}

/// A roster as schools send it: identity number, school, class, guardian with phone, address, category.
fn roster() -> String {
    let mut text =
        String::from("姓名,性别,民族,身份证号,学校,班级,监护人姓名,监护人电话,与儿童关系,家庭住址,儿童类别\n");
    let mut seen = std::collections::BTreeSet::new();
    let mut n = 0;
    while seen.len() < CHILDREN as usize {
        n += 1;
        let number = identity(n);
        if !seen.insert(number.clone()) {
            continue;
        }
        let letter = |k: u32| char::from_u32(0x4E00 + k % 5_000).unwrap_or('一');
        text.push_str(&format!(
            "白{}{},{},蒙古族,{number},示例第{}学校,三年级{}班,安{},139{:08},母亲,示例苏木{}号,留守儿童\n",
            letter(n),
            letter(n / 7),
            if number.get(16..17).is_some_and(|d| d.parse::<u32>().is_ok_and(|d| d % 2 == 1)) { "男" } else { "女" },
            n % 12,
            1 + n % 6,
            letter(n / 3),
            n,
            n % 400,
        ));
    }
    text
}

/// Seconds of a command.
fn seconds(folder: &Folder, binary: &Path, arguments: &[&str]) -> Result<f64, Failure> {
    let watch = Stopwatch::start();
    run(folder.command(binary, arguments).stdout(std::process::Stdio::null()))?;
    Ok(millis(&watch) / 1000.0)
}

/// Where the records lie on each engine at hand, as the command line says it.
fn places(cluster: Option<&Cluster>) -> Vec<(&'static str, Vec<&str>)> {
    let server = cluster.map(|cluster| ("PostgreSQL", vec!["--database-url", cluster.url.as_str()]));
    std::iter::once(("SQLite", vec!["--data", "data"])).chain(server).collect()
}

const IMPORT: [&str; 5] = ["import", "children", "roster.csv", "--county", "150825"];

/// The whole command, on an empty place that has its schema already; then a rehearsal, which reads and checks only.
pub fn import(binary: &Path) -> Result<Vec<Figure>, Failure> {
    let folder = Folder::new("import")?;
    folder.write("roster.csv", &roster())?;
    let mut figures = Vec::new();
    let cluster = tool::postgres().map(|programs| Cluster::start(&programs)).transpose()?;
    let count = f64::from(CHILDREN);
    for (engine, place) in places(cluster.as_ref()) {
        seconds(&folder, binary, &[&["migrate"], place.as_slice()].concat())?;
        let checked = seconds(&folder, binary, &[&IMPORT, place.as_slice(), &["--dry-run"]].concat())?;
        let written = seconds(&folder, binary, &[&IMPORT, place.as_slice()].concat())?;
        let again = seconds(&folder, binary, &[&IMPORT, place.as_slice()].concat())?;
        figures.push(below(format!("{engine}: 5,000 children committed"), written, "s", 2.0));
        figures.push(above(format!("{engine}: committed"), count / written, "rows/s", 5_000.0));
        figures.push(above(format!("{engine}: read and checked"), count / checked, "rows/s", 20_000.0));
        figures.push(below(format!("{engine}: the same file again"), again, "s", 2.0));
    }
    Ok(figures)
}

/// The demo from nothing, and what it takes to serve it.
pub fn demo(binary: &Path) -> Result<Vec<Figure>, Failure> {
    let folder = Folder::new("demo")?;
    let server = Server::start(&mut folder.command(binary, &["demo", "--port", "0", "--data", "data"]))?;
    let (cookie, ready) = (coordinator(&server)?, server.ready);
    for path in ["/", "/today", "/children", "/volunteers", "/stays", "/report", "/follow-ups"] {
        load(&server.address, &cookie, (4, 25), 200, &|_| Request { path: path.to_owned(), form: None })?;
    }
    let resident = server.resident();
    Ok(vec![
        below("demo ready, from nothing", ready / 1000.0, "s", 3.0),
        below("resident memory serving the demo", resident, "MB", 60.0),
    ])
}

pub fn coordinator(server: &Server) -> Result<String, Failure> {
    signed_in(server, "coordinator")
}

/// Everybody of the demo has one password.
pub fn signed_in(server: &Server, login: &str) -> Result<String, Failure> {
    let line = server.said.iter().find_map(|l| l.strip_prefix("coordinator\tcoordinator\t"));
    let password = line.and_then(|l| l.split('\t').next()).unwrap_or_default();
    sign_in(&server.address, login, password)
}

/// The address that the nth request asks for.
type Address = Box<dyn Fn(usize) -> String + Sync>;

/// The demo's county with 5,000 more children, asked by 16 at once.
pub fn pages(binary: &Path) -> Result<Vec<Figure>, Failure> {
    let folder = Folder::new("pages")?;
    folder.write("roster.csv", &roster())?;
    let demo = ["demo", "--port", "0", "--data", "data"];
    drop(Server::start(&mut folder.command(binary, &demo))?);
    seconds(&folder, binary, &[&IMPORT[..], &["--data", "data"]].concat())?;
    let server = Server::start(&mut folder.command(binary, &demo))?;
    let cookie = coordinator(&server)?;
    let children = ids(&ask_page(&server, &cookie, "/children?view=waiting")?);
    look_for(&server, &cookie, "b")?;
    let school = school(&ask_page(&server, &cookie, "/children")?);
    asked(
        &server,
        &cookie,
        vec![
            ("list of 50 who wait, of 5,000 children".into(), 20.0, Box::new(|_| "/children?view=waiting".into())),
            ("list of 50 who are here, with their pairs".into(), 20.0, Box::new(|_| "/children?view=here".into())),
            ("list of 50 of one school".into(), 20.0, Box::new(move |_| of_school(&school))),
            ("child's file".into(), 30.0, Box::new(move |n| format!("/children/{}", nth(&children, n)))),
            ("search by name, pinyin, initials".into(), 50.0, Box::new(|_| FOUND.into())),
            ("dashboard, live".into(), 30.0, Box::new(|_| "/today".into())),
        ],
    )
}

/// What was typed into the list's search before.
const FOUND: &str = "/children?view=here&found=1";

fn of_school(school: &str) -> String {
    format!("/children?view=here&school={school}")
}

/// Asks for each of the pages with 16 clients at once.
fn asked(server: &Server, cookie: &str, pages: Vec<(String, f64, Address)>) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    for (what, goal, path) in pages {
        let request = |n| Request { path: path(n), form: None };
        load(&server.address, cookie, (4, 10), 200, &request)?;
        let before = server.cpu();
        let times = load(&server.address, cookie, (16, 100), 200, &request)?;
        #[expect(clippy::cast_precision_loss, reason = "a few thousand requests")]
        let cpu = (server.cpu() - before) * 1000.0 / times.len() as f64;
        figures.push(below(format!("{what}: p50 of 16 clients"), percentile(&times, 50), "ms", goal));
        figures.push(below(format!("{what}: p99 of 16 clients"), percentile(&times, 99), "ms", goal));
        figures.push(below(format!("{what}: processor time each"), cpu, "ms", 2.5));
    }
    Ok(figures)
}

/// One county of 100,000 children and 300,000 stays, on each engine, asked by 16 at once. On PostgreSQL the processor time
/// is the program's alone.
pub fn county(binary: &Path) -> Result<Vec<Figure>, Failure> {
    let folder = Folder::new("county")?;
    let cluster = tool::postgres().map(|programs| Cluster::start(&programs)).transpose()?;
    let mut figures = Vec::new();
    for (engine, place) in places(cluster.as_ref()) {
        let told = seconds(&folder, binary, &[&SIMULATE, place.as_slice()].concat())?;
        figures.push(below(format!("{engine}: 100,000 children and 300,000 stays told"), told, "s", 600.0));
        let server =
            Server::start(&mut folder.command(binary, &[&["demo", "--port", "0"], place.as_slice()].concat()))?;
        let cookie = coordinator(&server)?;
        let children = ids(&ask_page(&server, &cookie, "/children?view=here")?);
        let school = school(&ask_page(&server, &cookie, "/children")?);
        look_for(&server, &cookie, "b")?;
        let named = |what: &str| format!("{engine}: {what}");
        let pages: Vec<(String, f64, Address)> = vec![
            (named("list of 50 who are here"), 20.0, Box::new(|_| "/children?view=here".into())),
            (named("list of 50 who wait"), 20.0, Box::new(|_| "/children?view=waiting".into())),
            (named("list of 50 of one school"), 20.0, Box::new(move |_| of_school(&school))),
            (named("search"), 50.0, Box::new(|_| FOUND.into())),
            (named("child's file"), 30.0, Box::new(move |n| format!("/children/{}", nth(&children, n)))),
            (named("dashboard, live"), 30.0, Box::new(|_| "/today".into())),
        ];
        figures.extend(asked(&server, &cookie, pages)?);
        figures.push(below(named("resident memory"), server.resident(), "MB", 400.0));
    }
    Ok(figures)
}

/// All counties of the nation with few children each, on each engine: what the levels above read are the months that
/// counties signed, however many children there are.
pub fn nation(binary: &Path) -> Result<Vec<Figure>, Failure> {
    let folder = Folder::new("nation")?;
    let cluster = tool::postgres().map(|programs| Cluster::start(&programs)).transpose()?;
    let mut figures = Vec::new();
    for (engine, place) in places(cluster.as_ref()) {
        let named = |what: &str| format!("{engine}: {what}");
        let told = seconds(&folder, binary, &[&NATION, place.as_slice()].concat())?;
        figures.push(below(named("2,844 counties with 24 signed months told"), told, "s", 600.0));
        let checked = seconds(&folder, binary, &[&["doctor", "--deep"], place.as_slice()].concat())?;
        figures.push(below(named("doctor --deep"), checked, "s", 120.0));
        let server =
            Server::start(&mut folder.command(binary, &[&["demo", "--port", "0"], place.as_slice()].concat()))?;
        let cookie = signed_in(&server, "nation")?;
        // Its months are told once, beside the request: the page that says so is none of those that are measured.
        while ask_page(&server, &cookie, "/levels")?.contains("data-poll") {}
        let pages: Vec<(String, f64, Address)> = vec![
            (named("page of the nation"), 50.0, Box::new(|_| "/levels".into())),
            (named("page of a region"), 30.0, Box::new(|_| "/levels/700000".into())),
            (named("page of a league"), 30.0, Box::new(|_| "/levels/700100".into())),
        ];
        figures.extend(asked(&server, &cookie, pages)?);
    }
    Ok(figures)
}

const NATION: [&str; 7] = ["simulate", "--counties", "2844", "--children", "28440", "--stays", "56880"];

const SIMULATE: [&str; 7] = ["simulate", "--counties", "1", "--children", "100000", "--stays", "300000"];

/// Types into the list's search, as its form does: every later `found=1` of this account means it. One letter of pinyin
/// finds the most.
fn look_for(server: &Server, cookie: &str, typed: &str) -> Result<(), Failure> {
    let failed = |error| Failure::new(format!("the search was not taken: {error}"), "search by hand in the demo");
    let page =
        ask(&server.address, cookie, &Request { path: "/children".into(), form: None }, false).map_err(failed)?;
    let form = format!("form_token={}&q={typed}", page.field("form_token"));
    let request = Request { path: "/children/search".into(), form: Some(form) };
    let reply = ask(&server.address, cookie, &request, false).map_err(failed)?;
    if reply.status == 303 { Ok(()) } else { Err(Failure::new(format!("the search answered {}", reply.status), "")) }
}

fn ask_page(server: &Server, cookie: &str, path: &str) -> Result<String, Failure> {
    let reply = ask(&server.address, cookie, &Request { path: path.to_owned(), form: None }, false);
    let reply = reply.map_err(|error| Failure::new(format!("{path}: {error}"), ""))?;
    Ok(String::from_utf8_lossy(&reply.body).into_owned())
}

/// The children that a page links to.
pub fn ids(page: &str) -> Vec<String> {
    let links = page.split("href=\"/children/").skip(1).filter_map(|rest| rest.get(..36));
    links.filter(|id| id.matches('-').count() == 4).map(str::to_owned).collect()
}

/// What the filter sends for one of the schools that a roster or a simulated county has, the fifth that the page offers: none
/// of them is special, and a name that one of the two does not have would ask for the whole county.
fn school(page: &str) -> String {
    let mut offered = page.match_indices("\">示例第").filter_map(|(at, _)| page.get(..at)?.rsplit("value=\"").next());
    offered.nth(4).unwrap_or_default().to_owned()
}

fn nth<T: ToString>(all: &[T], n: usize) -> String {
    all.get(n % all.len().max(1)).map(ToString::to_string).unwrap_or_default()
}
