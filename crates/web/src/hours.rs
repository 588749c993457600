//! The book of hours: weekend by weekend for the volunteer, with the sum that the figures count;
//! entering service and paper hours and correcting an entry for the office, each with two people.

use askama::Template;
use naheya_documents::excel::{Head, Value};
use naheya_domain::access::{Action, Class, Noun};
use naheya_domain::figure::HoursKind;
use naheya_domain::hours::{CorrectionForm, NewCorrection, NewPaper, NewService, PaperForm, ServiceForm};
use naheya_domain::id::{HoursClaimId, HoursEntryId, PairId, VolunteerId};
use naheya_domain::viewer::Place;
use naheya_domain::{Refusal, Role};
use naheya_store::Error;
use naheya_store::hours::{
    ClaimLine, Claims, ConfirmHours, CorrectHours, EnterPaper, EnterService, HoursBook, HoursEntry, HoursGroup,
    HoursLine, RefuseHours, WithdrawHours,
};

use crate::answer::see_other_saying;
use crate::form::several;
use crate::format::{Moment, Whole};
use crate::{
    Answer, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as,
};

mod export;

const READS: Knock = Knock::Sees(Noun::Hours, Class::Work);
const KEEPS: Knock = Knock::May(Action::KeepHours);
/// What waits is counted no further.
pub(crate) const COUNTED: u64 = 100;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let hours = Noun::Hours;
    vec![
        Route::get("/hours", READS, hours, own),
        Route::get("/volunteers/{id}/hours", READS, hours, show),
        Route::get("/volunteers/{id}/hours.xlsx", READS, hours, workbook),
        Route::get("/volunteers/{id}/hours/new", KEEPS, hours, blank),
        Route::post("/volunteers/{id}/hours", KEEPS, hours, enter),
        Route::post("/volunteers/{id}/hours/paper", KEEPS, hours, enter_paper),
        Route::get("/hours/{entry}/correction", KEEPS, hours, correction),
        Route::post("/hours/{entry}/correction", KEEPS, hours, correct),
        Route::get("/hours-claims", KEEPS, hours, claims),
        Route::get("/hours-claims.xlsx", Knock::May(Action::Export), hours, export::workbook),
        Route::post("/hours-claims/{claim}/confirmation", KEEPS, hours, confirm),
        Route::post("/hours-claims/{claim}/refusal", KEEPS, hours, refuse),
        Route::post("/hours-claims/{claim}/withdrawal", KEEPS, hours, withdraw),
    ]
}

#[derive(Template)]
#[template(path = "hours/book.html")]
struct BookPage {
    f: Frame,
    book: HoursBook,
    /// The year that is shown.
    year: i16,
    hers: bool,
    may_keep: bool,
}

impl BookPage {
    fn groups(&self) -> Vec<(&'static str, i64)> {
        HoursGroup::ALL.into_iter().map(|g| (g.code(), self.book.minutes_of(g))).filter(|(_, m)| *m != 0).collect()
    }

    fn lines(&self) -> impl Iterator<Item = &HoursLine> {
        self.book.lines.iter().filter(|line| line.year() == self.year)
    }

    fn year_minutes(&self) -> i64 {
        self.lines().map(|line| i64::from(line.minutes)).sum()
    }

    fn capped(&self) -> bool {
        self.lines().any(HoursLine::is_capped)
    }
}

/// The volunteer's own book; the office is led to what waits for it.
async fn own(me: Signed, wanted: Wanted) -> Answer {
    match (me.viewer.role, me.viewer.place.clone()) {
        (Role::Volunteer, Place::Person(id)) => book_page(&me, VolunteerId(id), &wanted).await,
        _ if me.desk.may(Action::KeepHours) => crate::see_other("/hours-claims"),
        _ => Err(Problem::not_found()),
    }
}

async fn show(me: Signed, Id(id): Id<VolunteerId>, wanted: Wanted) -> Answer {
    book_page(&me, id, &wanted).await
}

/// The book, with the children in it on the trail: looked at, or taken out of the house.
async fn read(me: &Signed, id: VolunteerId, how: &'static str) -> Result<HoursBook, Problem> {
    let book = me.desk.hours(id).await?;
    let children = book.lines.iter().flat_map(|line| line.children.iter().map(|(child, _)| child.0)).collect();
    me.desk.looked("children", children, how, None).await?;
    Ok(book)
}

async fn book_page(me: &Signed, id: VolunteerId, wanted: &Wanted) -> Answer {
    let book = read(me, id, "work").await?;
    let years = book.years();
    let newest = years.first().map_or(me.today().year(), |(year, _)| *year);
    let asked = wanted.text("year").parse::<i16>().ok().filter(|year| years.iter().any(|(y, _)| y == year));
    page(&BookPage {
        f: me.frame("hours-title"),
        year: asked.unwrap_or(newest),
        hers: me.viewer.role == Role::Volunteer,
        may_keep: me.desk.may(Action::KeepHours),
        book,
    })
}

/// The same lines as a workbook, oldest first, with the total that the page shows.
async fn workbook(me: Signed, Id(id): Id<VolunteerId>) -> Answer {
    let w = me.w();
    let book = read(&me, id, "export").await?;
    let name = w.t("hours-title");
    let heads = [
        ("hours-col-kind", 14.0),
        ("hours-col-from", 20.0),
        ("hours-col-to", 20.0),
        ("hours-col-what", 32.0),
        ("hours-col-hours", 12.0),
        ("hours-col-note", 40.0),
    ];
    let heads: Vec<Head> = heads.into_iter().map(|(id, width)| Head::new(w.t(id), width)).collect();
    let total = vec![
        Value::Text(w.t("hours-total")),
        Value::Blank,
        Value::Blank,
        Value::Blank,
        Value::Minutes(book.minutes()),
        Value::Blank,
    ];
    let mut rows: Vec<Vec<Value>> = book.lines.iter().rev().map(|line| row(w, line)).collect();
    rows.push(total);
    crate::export::table_out(&me, name, heads, rows.into_iter()).await
}

fn row(w: Words, line: &HoursLine) -> Vec<Value> {
    vec![
        Value::Text(w.code("hours-kind", line.kind.code())),
        Value::Text(line.span.0.shanghai().strftime("%Y-%m-%d %H:%M").to_string()),
        Value::Text(line.span.1.shanghai().strftime("%Y-%m-%d %H:%M").to_string()),
        Value::Text(what(&w, line)),
        Value::Minutes(line.minutes.into()),
        Value::Text(notes(&w, line).join(" ")),
    ]
}

/// What a line is about: the children, what was done, or the paper's number.
#[must_use]
pub fn what(w: &Words, line: &HoursLine) -> String {
    let names: Vec<&str> = line.children.iter().map(|(_, name)| name.as_str()).collect();
    let paper = line.paper_number.as_ref().map(|number| w.t1("hours-paper-number", "number", number));
    let parts = [line.words.clone(), paper, (!names.is_empty()).then(|| names.join(&w.t("hours-and")))];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    if said.is_empty() { w.code("hours-kind", line.kind.code()) } else { said.join(" · ") }
}

/// What must be said beside a line: days over the cap, corrections, who confirmed it.
#[must_use]
pub fn notes(w: &Words, line: &HoursLine) -> Vec<String> {
    let mut notes = Vec::new();
    let full: Vec<String> = line.days.iter().filter(|d| d.is_capped()).map(|d| w.day(d.day)).collect();
    if !full.is_empty() {
        notes.push(w.t1("hours-capped", "days", full.join(&w.t("hours-and"))));
    }
    for change in &line.changes {
        let before = w.worked(change.before);
        let why = change.words.clone().unwrap_or_else(|| w.t("hours-reopened"));
        notes.push(match (&change.by, &change.confirmed_by) {
            (Some(by), Some(other)) => w.args(
                "hours-changed-by",
                &[("before", before), ("why", why), ("by", by.clone()), ("other", other.clone())],
            ),
            _ => w.t2("hours-changed", "before", before, "why", why),
        });
    }
    if let (Some((by, other)), true) = (&line.by, line.changes.is_empty()) {
        notes.push(w.t2("hours-two", "by", by, "other", other));
    }
    notes
}

/// A claim in one line: what should count, or that nothing should.
#[must_use]
pub fn claimed(w: &Words, claim: &ClaimLine) -> String {
    match (claim.kind, claim.span, claim.minutes) {
        (HoursKind::Paper, Some((from, _)), Some(minutes)) => w.t3(
            "hours-claim-paper",
            "year",
            from.date().year().to_string(),
            "hours",
            w.worked(minutes),
            "number",
            claim.paper_number.clone().unwrap_or_default(),
        ),
        (_, Some((from, to)), _) => w.from_to(from, to),
        (_, None, _) => w.t("hours-claim-nothing"),
    }
}

impl Words {
    /// Hours and minutes, so that lines add up to their sum before the reader's eyes.
    #[must_use]
    pub fn worked(&self, minutes: impl Whole) -> String {
        let minutes = minutes.whole();
        let (hours, rest) = (self.count(minutes / 60), (minutes % 60).abs());
        match rest {
            0 => self.t1("hours-whole", "h", hours),
            _ => self.t2("hours-exact", "h", hours, "m", rest),
        }
    }

    /// `11月14日 周六 9:00 到 11:30`, with the second day where it is another.
    #[must_use]
    pub fn from_to(&self, from: impl Moment, to: impl Moment) -> String {
        let (from, to) = (from.moment(), to.moment());
        let end = if from.date() == to.date() { self.time(to) } else { self.when(to) };
        self.t2("hours-between", "from", self.when(from), "to", end)
    }
}

#[derive(Template)]
#[template(path = "hours/new.html")]
struct NewPage {
    f: Frame,
    volunteer: VolunteerId,
    name: String,
    sheet: Sheet,
    /// The form for hours from before, on paper.
    paper: Sheet,
    kinds: Vec<(&'static str, String)>,
    pairs: Vec<(String, String)>,
}

/// The form of the page that came back.
enum Came {
    None,
    Service(Sheet),
    Paper(Sheet),
}

async fn blank(me: Signed, Id(id): Id<VolunteerId>) -> Answer {
    form(&me, id, Came::None).await
}

async fn form(me: &Signed, id: VolunteerId, came: Came) -> Answer {
    let w = me.w();
    let mut sheet = me.resumed(&format!("hours-{id}"), Sheet::blank("hours")).await?;
    let mut paper = me.resumed(&format!("hours-paper-{id}"), Sheet::blank("hours")).await?;
    match came {
        Came::None => {}
        Came::Service(came) => sheet = came,
        Came::Paper(came) => paper = came,
    }
    let told = if paper.is_faulty() { &paper } else { &sheet };
    let (f, status) = (me.frame("hours-new-title").with(told), told.status());
    let book = me.desk.hours(id).await?;
    let pairs = me.desk.pairs_of_volunteer(id).await?;
    let pair = |p: naheya_store::pair::PairRow| {
        let since = p.begun_on.map(|on| w.long_date(on)).unwrap_or_default();
        (p.id.to_string(), format!("{} {since}", p.child_name))
    };
    let kinds = [HoursKind::Training, HoursKind::Activity].map(|k| (k.code(), w.code("hours-kind", k.code())));
    let shown = NewPage {
        f,
        volunteer: id,
        name: book.name,
        kinds: kinds.to_vec(),
        pairs: pairs.into_iter().map(pair).collect(),
        sheet,
        paper,
    };
    page_as(status, &shown)
}

async fn enter(me: Signed, Id(volunteer): Id<VolunteerId>, posted: Posted) -> Answer {
    let done = async {
        let form = ServiceForm {
            kind: posted.text("kind"),
            on: posted.text("on"),
            from: posted.text("from"),
            to: posted.text("to"),
            words: posted.text("words"),
        };
        let new = NewService::parse(&form, me.now).map_err(Error::from)?;
        let others = others(&me, posted.text("others")).await?;
        let all = others.len() + 1;
        me.desk.save_once(EnterService { volunteer, others, new }, posted.submission()?).await?;
        Ok::<_, Error>(all)
    };
    match done.await {
        Ok(1) => see_other_saying(format!("/volunteers/{volunteer}/hours"), Toast::new("hours-entered")),
        Ok(all) => see_other_saying("/hours-claims", Toast::new("hours-entered-all").with("n", all)),
        Err(error) => form(&me, volunteer, Came::Service(Sheet::again("hours", &posted, error)?)).await,
    }
}

/// Who was there besides, by name or number with a comma between; a training has many.
async fn others(me: &Signed, typed: &str) -> Result<Vec<VolunteerId>, Error> {
    let mut all = Vec::new();
    for one in several("others", typed)? {
        let Some(id) = crate::volunteer::called(me, one).await? else {
            return Err(Refusal::new("hours.other_unknown").with("name", one).into());
        };
        all.push(id);
    }
    Ok(all)
}

async fn enter_paper(me: Signed, Id(volunteer): Id<VolunteerId>, posted: Posted) -> Answer {
    let done = async {
        let form = PaperForm { year: posted.text("year"), hours: posted.text("hours"), number: posted.text("number") };
        let new = NewPaper::parse(&form, me.today()).map_err(Error::from)?;
        let pair = PairId::parse(posted.text("pair")).ok_or_else(|| Error::field("pair", "option.missing"))?;
        if me.desk.pair(pair).await?.row.volunteer != volunteer {
            return Err(Error::NotFound);
        }
        me.desk.save_once(EnterPaper { pair, new }, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(format!("/volunteers/{volunteer}/hours"), Toast::new("hours-entered")),
        Err(error) => form(&me, volunteer, Came::Paper(Sheet::again("hours", &posted, error)?)).await,
    }
}

#[derive(Template)]
#[template(path = "hours/correct.html")]
struct CorrectPage {
    f: Frame,
    /// The entry that counts now; where none does, the one that counted.
    entry: HoursEntryId,
    line: HoursEntry,
    name: String,
    hows: Vec<(&'static str, String)>,
    /// Whether the form was begun for an entry that does not count any more.
    is_past: bool,
    sheet: Sheet,
}

async fn correction(me: Signed, Id(id): Id<HoursEntryId>) -> Answer {
    let HoursEntry { span, now, .. } = me.desk.hours_entry(id).await?;
    let day = |at: naheya_domain::Timestamp| at.date().to_string();
    let time = |at: naheya_domain::Timestamp| at.shanghai().strftime("%H:%M").to_string();
    let values = [("from_on", day(span.0)), ("from", time(span.0)), ("to_on", day(span.1)), ("to", time(span.1))];
    let fields = Fields::of(values.map(|(name, value)| (name.to_owned(), value)).to_vec());
    let sheet = me.resumed(&format!("hours-correction-{id}"), Sheet::filled("hours", fields)).await?;
    if now != Some(id) && !sheet.is_begun() {
        return Err(Error::refused("hours.already_corrected").into());
    }
    correction_page(&me, id, sheet).await
}

/// The form for an entry. What was begun for one that does not count any more (brothers and sisters credited anew, a colleague's
/// correction) goes on for the one that counts in its place: nothing typed is lost.
async fn correction_page(me: &Signed, of: HoursEntryId, sheet: Sheet) -> Answer {
    let asked = me.desk.hours_entry(of).await?;
    let entry = asked.now.unwrap_or(of);
    let line = if entry == of { asked } else { me.desk.hours_entry(entry).await? };
    let w = me.w();
    let shown = CorrectPage {
        f: me.frame("hours-correct-title").with(&sheet),
        entry,
        name: me.desk.hours(line.volunteer).await?.name,
        hows: ["times", "nothing"].map(|how| (how, w.code("hours-how", how))).to_vec(),
        is_past: asked.now != Some(of),
        line,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

async fn correct(me: Signed, Id(entry): Id<HoursEntryId>, posted: Posted) -> Answer {
    // A replay comes when the entry may have been corrected already; whose it is does not change.
    let done = async {
        let form = CorrectionForm {
            how: if posted.text("how").is_empty() { posted.text("how_only") } else { posted.text("how") },
            from_on: posted.text("from_on"),
            from: posted.text("from"),
            to_on: posted.text("to_on"),
            to: posted.text("to"),
            reason: posted.text("reason"),
        };
        let new = NewCorrection::parse(&form, me.now).map_err(Error::from)?;
        me.desk.save_once(CorrectHours { entry, new }, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying("/hours-claims", Toast::new("hours-entered")),
        Err(error) => correction_page(&me, entry, Sheet::again("hours", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "hours/claims.html")]
struct ClaimsPage {
    f: Frame,
    /// How many wait for the reader, and in words.
    others: u64,
    number: String,
    claims: Claims,
    sheet: Sheet,
    /// The claim whose refusal came back.
    at: Option<HoursClaimId>,
    may_export: bool,
}

impl ClaimsPage {
    fn is_empty(&self) -> bool {
        self.claims.waiting.is_empty() && self.claims.done.is_empty()
    }

    fn is_at(&self, claim: &ClaimLine) -> bool {
        self.at == Some(claim.id)
    }

    /// What was typed about a claim that somebody else has decided meanwhile.
    fn left_over(&self) -> Option<&str> {
        let waits = self.claims.waiting.iter().any(|claim| self.is_at(claim));
        self.sheet.values().given("answer").filter(|_| self.at.is_some() && !waits)
    }
}

async fn claims(me: Signed) -> Answer {
    claims_page(&me, Sheet::blank("hours"), None).await
}

async fn claims_page(me: &Signed, sheet: Sheet, at: Option<HoursClaimId>) -> Answer {
    let claims = me.desk.hours_claims().await?;
    let others = me.desk.count_hours_claims().await?;
    let number = me.w().counted(others, COUNTED);
    let f = me.frame("hours-claims-title").with(&sheet);
    let may_export = me.desk.may(Action::Export);
    page_as(sheet.status(), &ClaimsPage { f, others, number, claims, sheet, at, may_export })
}

async fn confirm(me: Signed, Id(claim): Id<HoursClaimId>, posted: Posted) -> Answer {
    match me.desk.save_once(ConfirmHours { claim }, posted.submission()?).await {
        Ok(()) => see_other_saying("/hours-claims", Toast::new("hours-confirmed")),
        Err(error) => claims_page(&me, Sheet::again("hours", &posted, error)?, Some(claim)).await,
    }
}

async fn refuse(me: Signed, Id(claim): Id<HoursClaimId>, posted: Posted) -> Answer {
    let words = posted.text("answer").to_owned();
    match me.desk.save_once(RefuseHours { claim, words }, posted.submission()?).await {
        Ok(()) => see_other_saying("/hours-claims", Toast::new("hours-refused")),
        Err(error) => claims_page(&me, Sheet::again("hours", &posted, error)?, Some(claim)).await,
    }
}

async fn withdraw(me: Signed, Id(claim): Id<HoursClaimId>, posted: Posted) -> Answer {
    me.desk.save_once(WithdrawHours { claim }, posted.submission()?).await?;
    see_other_saying("/hours-claims", Toast::new("hours-withdrawn"))
}
