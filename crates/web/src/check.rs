//! Checks of many adults, entered in one table.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::check::{CheckDetails, CheckForm, CheckKind, Standing, Subject};
use naheya_domain::id::{AccountId, HouseholdId, VolunteerId};
use naheya_domain::saved_view::List;
use naheya_domain::{Date, FieldError};
use naheya_store::Error;
use naheya_store::check::{Candidate, CheckLine, EnterChecks};
use uuid::Uuid;

use crate::account;
use crate::answer::see_other_saying;
use crate::order::Pager;
use crate::saved_view::{Views, opened};
use crate::{Answer, Fields, Frame, Knock, Posted, Route, Sheet, Signed, Toast, Wanted, Words, page_as};

mod entry;
mod fill;

/// A table of 500 adults weighs more than other forms.
const TABLE_LIMIT: usize = 512 << 10;
/// Adults on one page: more of them weigh more than a phone should fetch.
const PER_PAGE: usize = 50;
/// Days before its end in which a check is offered for renewal.
const SOON: i32 = 45;
/// Days before its end in which a check stands in the list of those that run out: time enough for a round of renewals.
const ENDING: i32 = 60;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (keep, strikes) = (Knock::May(Action::KeepVolunteer), Knock::May(Action::ApproveVolunteer));
    vec![
        Route::get("/checks/new", keep, Noun::Check, table),
        Route::post("/checks", keep, Noun::Check, enter).limit(TABLE_LIMIT),
        Route::post("/checks/rows", keep, Noun::Check, fill::fill).limit(TABLE_LIMIT),
        Route::get("/checks", strikes, Noun::Check, entry::list),
        Route::post("/checks/strikes", strikes, Noun::Check, entry::strike),
    ]
}

struct Row {
    n: usize,
    subject: String,
    candidate: Candidate,
}

impl Row {
    /// Whether something was entered, as the reader may know.
    fn has_entries(&self) -> bool {
        self.candidate.cell.standing != Standing::Missing
    }
}

#[derive(Template)]
#[template(path = "check/table.html")]
struct TablePage {
    f: Frame,
    sheet: Sheet,
    kind: &'static str,
    kinds: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    outcomes: Vec<(&'static str, String)>,
    /// Whom to choose from; nobody where they are named.
    people: Vec<(String, String)>,
    is_named: bool,
    by_two: bool,
    /// Whether a pass has to have its paper's number.
    numbered: bool,
    /// Whether the reader strikes what was entered by mistake.
    may_strike: bool,
    /// The word of the address for what is listed: `all`, `ends`, or nothing.
    listed: &'static str,
    home: String,
    /// The words where no row is shown.
    nobody: &'static str,
    /// The kind that comes behind one in which nothing is to be entered, and its name.
    next_kind: Option<(&'static str, String)>,
    /// What is listed, in words.
    which: String,
    /// Rows that one day was written into, and that are not saved yet.
    filled: Option<usize>,
    /// Where the table goes on.
    pager: Pager,
    first: usize,
    after: String,
    views: Views,
}

impl TablePage {
    /// What is wrong, and with whom: the table has a row for each of many.
    fn said(&self, fault: &FieldError) -> String {
        let words = self.f.w.fault_at(fault.code, self.sheet.label(&fault.field));
        match self.name_at(&fault.field) {
            Some(name) => self.f.w.t2("check-fault-of", "name", name, "words", words),
            None => words,
        }
    }

    /// Whether the part in which several rows get one day stands open.
    fn fills(&self) -> bool {
        self.filled.is_some() || self.sheet.faults().iter().any(|fault| fault.field.starts_with("fill_"))
    }

    /// Whose row a field stands in.
    fn name_at(&self, field: &str) -> Option<&str> {
        let n: usize = field.strip_prefix("line.")?.split('.').next()?.parse().ok()?;
        self.rows.iter().find(|row| row.n == n).map(|row| row.candidate.name.as_str())
    }
}

async fn table(me: Signed, wanted: Wanted) -> Answer {
    let (wanted, mut views) = opened(&me, List::Checks, wanted).await?;
    let kind = CheckKind::parse(wanted.text("kind")).unwrap_or(CheckKind::NoOffence);
    let home = wanted.given("home").and_then(HouseholdId::parse);
    let from = wanted.text("from").parse().unwrap_or(0);
    views.set_to(&wanted.with("kind", kind.code()));
    let after = wanted.given("after").and_then(VolunteerId::parse);
    let extent = Extent { listed: Listed::of(&wanted), home, after, from };
    let sheet = me.resumed(&extent.draft(kind), Sheet::blank("check")).await?;
    show(&me, kind, extent, sheet, views, None).await
}

/// Which lines the table has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    /// Those in which something is to be entered.
    Open,
    /// Those in force that run out before long.
    Ending,
    /// Every one.
    All,
}

impl Listed {
    fn of(fields: &Fields) -> Listed {
        let ending = if fields.is_on("ends") { Listed::Ending } else { Listed::Open };
        if fields.is_on("all") { Listed::All } else { ending }
    }

    /// Its name in an address; nothing for the usual one.
    fn name(self) -> &'static str {
        match self {
            Listed::Open => "",
            Listed::Ending => "ends",
            Listed::All => "all",
        }
    }

    fn has(self, standing: &Standing, today: Date) -> bool {
        match self {
            Listed::Open => is_open(standing, today),
            Listed::Ending => matches!(standing, Standing::Valid(Some(until)) if ends_within(*until, today, ENDING)),
            Listed::All => true,
        }
    }

    /// What is listed, in words; nothing where everybody is.
    fn which(self, w: Words) -> String {
        match self {
            Listed::Open => w.t1("check-open-which", "n", SOON),
            Listed::Ending => w.t1("check-ending-which", "n", ENDING),
            Listed::All => String::new(),
        }
    }
}

/// Which people the table shows: which lines, one home's only, those behind a volunteer, from which on.
#[derive(Clone, Copy)]
struct Extent {
    listed: Listed,
    home: Option<HouseholdId>,
    after: Option<VolunteerId>,
    from: usize,
}

impl Extent {
    /// As the form says that was sent.
    fn sent(posted: &Posted) -> Extent {
        let home = posted.given("home").and_then(HouseholdId::parse);
        let after = posted.given("after").and_then(VolunteerId::parse);
        Extent { listed: Listed::of(posted), home, after, from: posted.text("from").parse().unwrap_or(0) }
    }

    /// What a view of the list would keep of it.
    fn fields(self, kind: CheckKind) -> Fields {
        let of_kind = Fields::default().with("kind", kind.code());
        if self.listed == Listed::Open { of_kind } else { of_kind.with(self.listed.name(), "on") }
    }

    /// The address of the page of `kind` that begins at `from`.
    fn way(self, kind: CheckKind, from: usize) -> String {
        let listed = if self.listed == Listed::Open { String::new() } else { format!("&{}=on", self.listed.name()) };
        let home = self.home.map(|home| format!("&home={home}")).unwrap_or_default();
        let after = self.after.map(|after| format!("&after={after}")).unwrap_or_default();
        format!("/checks/new?kind={}{listed}{home}{after}&from={from}", kind.code())
    }

    /// Under which name what is begun on this page of the table is kept.
    fn draft(self, kind: CheckKind) -> String {
        let listed = if self.listed == Listed::Open { String::new() } else { format!("-{}", self.listed.name()) };
        let home = self.home.map(|home| format!("-{home}"));
        let of = home.or(self.after.map(|after| format!("-{after}"))).unwrap_or_default();
        format!("checks-{}{listed}{of}-{}", kind.code(), self.from)
    }

    /// What the page says when it has no row.
    fn nobody(self, next: Option<VolunteerId>, is_anybody: bool) -> &'static str {
        match (self.after, next) {
            (None, None) if !is_anybody => "check-nobody-yet",
            (_, Some(_)) => "check-none-so-far",
            (Some(_), None) => "check-none-after",
            (None, None) if self.listed == Listed::Ending => "check-none-ending",
            (None, None) => "check-none-open",
        }
    }
}

async fn show(
    me: &Signed,
    kind: CheckKind,
    extent: Extent,
    sheet: Sheet,
    views: Views,
    filled: Option<usize>,
) -> Answer {
    let Extent { listed, home, after, from } = extent;
    let (today, w) = (me.today(), me.w());
    let sent = subjects(&sheet);
    let anybody = AtomicBool::new(false);
    let wanted = |c: &Candidate| {
        anybody.store(true, Ordering::Relaxed);
        listed.has(&c.cell.standing, today) || sent.contains_key(&c.subject)
    };
    let (candidates, next) = me.desk.check_candidates(kind, home, after, wanted).await?;
    let typed = typed(&sent, &candidates);
    // What was typed for people who are there no more stands beside nobody else's name.
    let is_orphan = typed.is_empty() && !sent.is_empty();
    let sheet = if is_orphan { sheet.with_values(Fields::default()) } else { sheet };
    let open: Vec<Candidate> = candidates.into_iter().filter(|c| listed.has(&c.cell.standing, today)).collect();
    let (total, from) = (open.len(), if from < open.len() { from } else { 0 });
    let page = open.into_iter().skip(from).take(PER_PAGE).enumerate();
    let rows: Vec<Row> = if typed.is_empty() { page.map(|(n, candidate)| row(n, candidate)).collect() } else { typed };
    // A look at many checks at once is a look at each of them.
    me.desk.looked("checks", rows.iter().map(|row| id_of(row.candidate.subject)).collect(), "secret", None).await?;
    let pager = pager(w, kind, extent, (from, rows.len(), total), next);
    let by_two = kind == CheckKind::Interview;
    let nobody = extent.nobody(next, anybody.into_inner());
    let behind = CheckKind::ALL.into_iter().skip_while(|one| *one != kind).nth(1);
    let people = if by_two { me.desk.colleagues().await? } else { None };
    let page = TablePage {
        f: me.frame("check-table-title").with(&sheet),
        kind: kind.code(),
        kinds: CheckKind::ALL.into_iter().map(|k| (k.code(), w.code("check-kind", k.code()))).collect(),
        outcomes: ["passed", "failed", "due"].into_iter().map(|o| (o, w.code("check-outcome", o))).collect(),
        is_named: people.is_none(),
        people: people.into_iter().flatten().map(|(id, name)| (id.to_string(), name)).collect(),
        rows,
        by_two,
        numbered: kind.needs_number(),
        may_strike: me.desk.may(Action::ApproveVolunteer),
        listed: listed.name(),
        home: home.map(|id| id.to_string()).unwrap_or_default(),
        next_kind: behind
            .filter(|_| nobody == "check-none-open")
            .map(|kind| (kind.code(), w.code("check-kind", kind.code()))),
        nobody,
        which: listed.which(w),
        filled,
        pager,
        first: from + 1,
        after: after.map(|id| id.to_string()).unwrap_or_default(),
        views,
        sheet,
    };
    page_as(page.sheet.status(), &page)
}

/// Below the table: which rows of how many, and where it goes on; behind the last row read, when there is more.
fn pager(
    w: Words,
    kind: CheckKind,
    extent: Extent,
    (from, shown, total): (usize, usize, usize),
    next: Option<VolunteerId>,
) -> Pager {
    let at = |from: usize| extent.way(kind, from);
    let beyond = next.map(|next| Extent { after: Some(next), ..extent }.way(kind, 0));
    let all = if next.is_some() { w.t1("frame-at-least", "n", w.count(total)) } else { w.count(total) };
    Pager {
        words: w.t3("frame-rows", "first", w.count(from + shown.min(1)), "last", w.count(from + shown), "total", all),
        previous: if from > 0 { at(from.saturating_sub(PER_PAGE)) } else { String::new() },
        next: if from + PER_PAGE < total { at(from + PER_PAGE) } else { beyond.unwrap_or_default() },
    }
}

fn row(n: usize, candidate: Candidate) -> Row {
    Row { n, subject: written(candidate.subject), candidate }
}

/// The people of a form that came back, by the row in which each stood.
fn subjects(sheet: &Sheet) -> BTreeMap<Subject, usize> {
    let lines = 0..naheya_store::check::MOST_LINES;
    lines.filter_map(|n| Some((read(sheet.value(format!("line.{n}.subject")))?, n))).collect()
}

/// The rows of a form that came back, each with the person it was typed for, whoever is open by now.
fn typed(sent: &BTreeMap<Subject, usize>, candidates: &[Candidate]) -> Vec<Row> {
    let rows = candidates.iter().filter_map(|c| Some(row(*sent.get(&c.subject)?, c.clone())));
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by_key(|row| row.n);
    rows
}

/// Whether something has to be entered: nothing is in force, or not for long.
fn is_open(standing: &Standing, today: Date) -> bool {
    match standing {
        Standing::Valid(None) => false,
        Standing::Valid(Some(until)) => ends_within(*until, today, SOON),
        Standing::Missing | Standing::Due | Standing::Expired(_) | Standing::Failed => true,
    }
}

fn ends_within(until: Date, today: Date, days: i32) -> bool {
    today.until(until).map_or(true, |span| span.get_days() <= days)
}

fn id_of(subject: Subject) -> Uuid {
    match subject {
        Subject::Home(id) | Subject::Adult(id) | Subject::Volunteer(id) => id,
    }
}

fn written(subject: Subject) -> String {
    let kind = match subject {
        Subject::Home(_) => "home",
        Subject::Adult(_) => "adult",
        Subject::Volunteer(_) => "volunteer",
    };
    format!("{kind}:{}", id_of(subject))
}

fn read(text: &str) -> Option<Subject> {
    let (kind, id) = text.split_once(':')?;
    let id = Uuid::try_parse(id).ok()?;
    match kind {
        "home" => Some(Subject::Home(id)),
        "adult" => Some(Subject::Adult(id)),
        "volunteer" => Some(Subject::Volunteer(id)),
        _ => None,
    }
}

async fn enter(me: Signed, posted: Posted) -> Answer {
    let kind = CheckKind::parse(posted.text("kind")).unwrap_or(CheckKind::NoOffence);
    let extent = Extent::sent(&posted);
    let done = async {
        let second = account::meant(&me, &posted, "second").await?;
        let (lines, places) = lines(&posted, kind, second, me.today())?;
        let saved = me.desk.save_once(EnterChecks { lines }, posted.submission()?).await;
        saved.map_err(|error| at_their_rows(error, &places))
    };
    match done.await {
        Ok(ids) => saved(&me, kind, extent, ids.len()).await,
        Err(error) => {
            let sheet = Sheet::again("check", &posted, error)?;
            let (_, views) = opened(&me, List::Checks, Wanted(extent.fields(kind))).await?;
            show(&me, kind, extent, sheet, views, None).await
        }
    }
}

/// The same table again; of one home the next one in which something is missing, and her file when nothing is.
async fn saved(me: &Signed, kind: CheckKind, extent: Extent, n: usize) -> Answer {
    let said = |words: &str| Toast::new(words).with("n", n);
    let Some(home) = extent.home else {
        return see_other_saying(extent.way(kind, extent.from), said("check-entered"));
    };
    if let Some(next) = next_kind(me, kind, home).await? {
        return see_other_saying(extent.way(next, 0), said("check-entered-next"));
    }
    // Every volunteer of the home is asked for an interview.
    let (people, _) = me.desk.check_candidates(CheckKind::Interview, Some(home), None, |_| true).await?;
    match people.first().map(|one| one.subject) {
        Some(Subject::Volunteer(her)) => see_other_saying(format!("/volunteers/{her}"), said("check-entered-all")),
        _ => see_other_saying(extent.way(kind, extent.from), said("check-entered")),
    }
}

/// Of one home the kind after this one of which something has to be entered. What is asked for and has not come is none.
async fn next_kind(me: &Signed, kind: CheckKind, home: HouseholdId) -> Result<Option<CheckKind>, Error> {
    let today = me.today();
    let lacks = |one: &Candidate| one.cell.standing != Standing::Due && is_open(&one.cell.standing, today);
    let here = CheckKind::ALL.iter().position(|one| *one == kind).unwrap_or(0);
    for next in CheckKind::ALL.into_iter().cycle().skip(here + 1).take(CheckKind::ALL.len()) {
        if !me.desk.check_candidates(next, Some(home), None, lacks).await?.0.is_empty() {
            return Ok(Some(next));
        }
    }
    Ok(None)
}

/// The lines for which an outcome was chosen, and which row of the form each stands in.
fn lines(
    posted: &Posted,
    kind: CheckKind,
    second: Option<AccountId>,
    today: Date,
) -> Result<(Vec<CheckLine>, Vec<usize>), Error> {
    let (mut lines, mut places, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..naheya_store::check::MOST_LINES {
        let text = |name: &str| posted.text(&format!("line.{n}.{name}"));
        if text("outcome").is_empty() {
            continue;
        }
        let form = CheckForm {
            kind: kind.code(),
            outcome: text("outcome"),
            done_on: text("done_on"),
            number: text("number"),
            valid_until: text("valid_until"),
            note: "",
        };
        match (read(text("subject")), CheckDetails::parse(&form, today)) {
            (Some(subject), Ok(details)) => {
                lines.push(CheckLine { subject, details, second });
                places.push(n);
            }
            (None, _) => faults.push(FieldError::new(format!("line.{n}.outcome"), "check.subject_unknown")),
            (_, Err(of_line)) => {
                faults.extend(of_line.iter().map(|f| FieldError::new(format!("line.{n}.{}", f.field), f.code)));
            }
        }
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if lines.is_empty() {
        return Err(Error::field("lines", "table.size"));
    }
    Ok((lines, places))
}

/// Faults that the store names by line, put back to the rows of the form.
fn at_their_rows(error: Error, places: &[usize]) -> Error {
    let Error::Invalid(faults) = error else { return error };
    let place = |fault: FieldError| {
        let inner = fault.field.strip_prefix("lines[").and_then(|rest| rest.split_once("]."));
        let found = inner.and_then(|(n, field)| Some((*places.get(n.parse::<usize>().ok()?)?, field.to_owned())));
        match found {
            Some((_, field)) if field == "second" => FieldError::new("second", fault.code),
            Some((n, field)) => FieldError::new(format!("line.{n}.{field}"), fault.code),
            None => fault,
        }
    };
    Error::Invalid(faults.into_iter().map(place).collect())
}
