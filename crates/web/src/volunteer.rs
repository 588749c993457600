//! Volunteers, as pages: the list, the file, registering, the leader's signature, rests, places.
//!
//! Long because: list, file and forms share the same words, tags and dates.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::check::{CheckKind, Standing};
use naheya_domain::education::Education;
use naheya_domain::erasure::NAMELESS;
use naheya_domain::ethnic_group::EthnicGroup;
use naheya_domain::household::{MemberDetails, MemberForm};
use naheya_domain::id::{HouseholdId, MemberId, VolunteerId};
use naheya_domain::language::Languages;
use naheya_domain::political_status::PoliticalStatus;
use naheya_domain::relation::Relation;
use naheya_domain::saved_view::List;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm, VolunteerState};
use naheya_domain::{Date, FieldError};
use naheya_store::Error;
use naheya_store::check::Cell;
use naheya_store::household::{AddMember, RaiseCapacity};
use naheya_store::order::Page;
use naheya_store::volunteer::{
    COUNTED, HomeChoice, MOST_EXPIRING, MOST_SORTED, RegisterVolunteer, RemindOfChecks, SignVolunteers, Signature,
    Step, StepVolunteer, VolunteerColumn, VolunteerFile, VolunteerFilter, VolunteerRow,
};

use crate::answer::see_other_saying;
use crate::area::{choices, towns};
use crate::order::{Head, Order, Pager, sorts, whole};
use crate::saved_view::{Views, opened};
use crate::{
    Answer, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as,
    search,
};

mod edit;
mod export;
mod removal;
mod version;

pub(crate) use export::{heads_out, values_out};

const LIST: &str = "/volunteers";
/// A check that ends within this many days is shown in dawn, with the days left.
const SOON: i32 = 30;
/// What rule 2 asks of her and her home before a weekend, besides the query of every adult.
pub(crate) const BEFORE_A_WEEKEND: [CheckKind; 4] =
    [CheckKind::HomeVisit, CheckKind::Training, CheckKind::Agreement, CheckKind::Insurance];
/// Lines for other people in the home on the form of a new volunteer.
const MEMBER_LINES: usize = 4;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let keep = Knock::May(Action::KeepVolunteer);
    vec![
        Route::get("/volunteers", keep, Noun::Volunteer, list),
        Route::post("/volunteers/search", keep, Noun::Volunteer, find),
        Route::post("/volunteers/reminders", keep, Noun::Volunteer, remind),
        Route::get("/volunteers.xlsx", Knock::May(Action::Export), Noun::Volunteer, export::workbook),
        Route::get("/volunteers/new", keep, Noun::Volunteer, blank),
        Route::post("/volunteers", keep, Noun::Volunteer, register),
        Route::get("/volunteers/{id}", keep, Noun::Volunteer, file),
        Route::get("/volunteers/{id}/edit", keep, Noun::Volunteer, edit::show),
        Route::post("/volunteers/{id}", keep, Noun::Volunteer, edit::change),
        Route::get("/volunteers/{id}/home", keep, Noun::Household, edit::show_home),
        Route::post("/volunteers/{id}/home", keep, Noun::Household, edit::change_home),
        Route::get("/volunteers/{id}/removal", keep, Noun::Household, removal::show),
        Route::post("/volunteers/{id}/removal", keep, Noun::Household, removal::keep),
        Route::get("/volunteers/{id}/members/{member}", keep, Noun::Household, edit::show_member),
        Route::post("/volunteers/{id}/members/{member}", keep, Noun::Household, edit::change_member),
        Route::post("/volunteers/{id}/signature", Knock::May(Action::ApproveVolunteer), Noun::Volunteer, sign),
        Route::post("/volunteers/{id}/steps", keep, Noun::Volunteer, step),
        Route::post("/volunteers/{id}/members", keep, Noun::Household, add_member),
        Route::post("/volunteers/{id}/capacity", Knock::May(Action::RaiseCapacity), Noun::Household, capacity),
    ]
}

#[derive(Template)]
#[template(path = "volunteer/list.html")]
struct ListPage {
    f: Frame,
    rows: Vec<VolunteerRow>,
    towns: Vec<(String, String)>,
    /// Before the towns: everything, and the own area.
    offered: Vec<(String, String)>,
    /// The own area, when the list shows nothing else, and the way to everything.
    mine: Option<String>,
    everywhere: String,
    wanted: Fields,
    typed: String,
    view: String,
    views: Views,
    tabs: Vec<(&'static str, u64)>,
    /// How many the filter has found.
    total: u64,
    free: u64,
    /// Homes with a check that is over, and homes with one that ends soon.
    expired: u64,
    expiring: u64,
    /// Hours that wait for the reader's yes.
    claims: u64,
    order: Order,
    pager: Pager,
}

impl ListPage {
    /// Whether a name, a town or a free place was asked for.
    fn is_narrowed(&self) -> bool {
        let is_of_town = self.wanted.given("town").is_some_and(|town| town != "all");
        !self.typed.is_empty() || is_of_town || self.wanted.is_on("free")
    }

    /// What the list begins with: what a filter has found, else who can take a child now.
    fn finding(&self) -> String {
        let (w, view) = (self.f.w, self.view.as_str());
        if self.is_narrowed_to_some() {
            let all = self.tabs.iter().find(|(code, _)| *code == view).map_or(self.total, |(_, n)| *n);
            let (n, all) = (self.homes(&self.total, view), self.homes(&all, view));
            return w.t3("volunteer-list-found", "what", self.narrowed_to(), "n", n, "all", all);
        }
        let free = self.homes(&self.free, "");
        match self.expired {
            0 => w.t1("volunteer-list-finding-well", "free", free),
            n => w.t2("volunteer-list-finding", "free", free, "expired", self.homes(&n, "expired")),
        }
    }

    /// Whether a name, one town or a free place was asked for; the own area alone is no filter.
    fn is_narrowed_to_some(&self) -> bool {
        !self.typed.is_empty() || self.one_town().is_some() || self.wanted.is_on("free")
    }

    fn one_town(&self) -> Option<String> {
        let code = self.wanted.given("town")?;
        self.towns.iter().find(|(one, _)| one == code).map(|(_, name)| name.clone())
    }

    /// To what a filter narrows the list, in words.
    fn narrowed_to(&self) -> String {
        let w = self.f.w;
        let view = self.tabs.iter().find(|(code, _)| !code.is_empty() && *code == self.view);
        let view = view.map(|(code, _)| w.code("volunteer-view", code));
        let free = self.wanted.is_on("free").then(|| w.t("volunteer-free"));
        let typed = (!self.typed.is_empty()).then(|| w.t("child-list-searched"));
        [view, self.one_town(), free, typed].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Whether another view has somebody.
    fn has_others(&self) -> bool {
        self.tabs.iter().any(|(_, n)| *n > 0)
    }

    /// How many wait for the leader's signature.
    fn screening(&self) -> u64 {
        self.tabs.iter().find(|(code, _)| *code == VolunteerState::Screening.code()).map_or(0, |(_, n)| *n)
    }

    fn town(&self, code: Option<&String>) -> String {
        let known = code.and_then(|code| self.towns.iter().find(|(c, _)| code.starts_with(c.as_str())));
        known.map(|(_, name)| name.clone()).unwrap_or_default()
    }

    fn left(&self, until: &Date) -> i32 {
        days_until(self.f.today, *until)
    }

    fn tag(&self, row: &VolunteerRow) -> (&'static str, String) {
        tag(self.f.w, row.state, row.over)
    }

    /// How many homes; where they were counted to an end, that there are at least so many.
    fn homes(&self, number: &u64, view: &str) -> String {
        self.f.w.counted(*number, most_of(view))
    }

    fn claims(&self) -> String {
        self.f.w.counted(self.claims, crate::hours::COUNTED)
    }

    /// How many a view has; where they were counted to an end, that there are more.
    fn number(&self, view: &str, number: &u64) -> String {
        let said = self.f.w.count(*number);
        if *number < most_of(view) { said } else { format!("{said}+") }
    }

    fn tab(&self, view: &str) -> String {
        self.views.way(&self.wanted.with("view", view))
    }

    /// The head of a column; homes with a check that ends stand in the order in which it does.
    fn head(&self, column: &str, text: &str) -> Head {
        match self.view.as_str() {
            "expired" | "expiring" => {
                let sorted = if column == "check" { "ascending" } else { "" };
                Head { word: self.f.w.t(text), href: None, sorted }
            }
            _ => self.order.head(column, self.f.w.t(text)),
        }
    }

    fn sorts(&self) -> Vec<Head> {
        let heads = [("name", "volunteer-col-who"), ("check", "volunteer-col-check"), ("hours", "volunteer-col-hours")];
        sorts(heads.map(|(column, text)| self.head(column, text)))
    }
}

/// How far a view is counted.
fn most_of(view: &str) -> u64 {
    if matches!(view, "expired" | "expiring") { MOST_EXPIRING } else { COUNTED }
}

/// Colour and word of the tag that says where a volunteer stands: in service only while every check holds.
pub(crate) fn tag(w: Words, state: VolunteerState, over: bool) -> (&'static str, String) {
    if state == VolunteerState::Approved && over {
        return ("stop", w.t("volunteer-checks-over"));
    }
    (tone(&state), w.code("volunteer-state", state.code()))
}

/// The colour of a state's tag; the word stands beside it.
fn tone(state: &VolunteerState) -> &'static str {
    match state {
        VolunteerState::Approved => "ok",
        VolunteerState::Applied | VolunteerState::Screening => "wait",
        VolunteerState::Paused | VolunteerState::Left => "off",
        VolunteerState::Refused => "stop",
    }
}

fn days_until(today: Date, day: Date) -> i32 {
    today.until(day).map_or(0, |span| span.get_days())
}

/// The volunteer whose file has this number, or whose name is exactly this and nobody else's.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn called(me: &Signed, typed: &str) -> Result<Option<VolunteerId>, Error> {
    let filter = VolunteerFilter { search: Some(typed.to_owned()), ..VolunteerFilter::default() };
    let (rows, _) = me.desk.volunteers(&filter).await?;
    let mut same = rows.iter().filter(|v| v.name == typed || v.number == typed);
    Ok(match (same.next(), same.next()) {
        (Some(one), None) => Some(one.id),
        _ => None,
    })
}

async fn filter(me: &Signed, wanted: &Wanted) -> Result<VolunteerFilter, Problem> {
    let view = wanted.text("view");
    let at = crate::area::wanted(me, wanted).await?;
    Ok(VolunteerFilter {
        state: match view {
            "" => Some(VolunteerState::Approved),
            other => VolunteerState::parse(other),
        },
        expiring_by: match view {
            "expired" => Some(yesterday(me.today())),
            "expiring" => Some(soon(me.today())),
            _ => None,
        },
        expiring_from: (view == "expiring").then(|| me.today()),
        places_free: wanted.is_on("free"),
        areas: at.areas(),
        town: at.town,
        search: search::typed(me, LIST, wanted).await?,
        after: None,
    })
}

/// The last day that is soon.
pub(crate) fn soon(today: Date) -> Date {
    use jiff::ToSpan;
    today.checked_add(SOON.days()).unwrap_or(today)
}

/// The last day that is over.
fn yesterday(today: Date) -> Date {
    today.yesterday().unwrap_or(today)
}

async fn find(me: Signed, posted: Posted) -> Answer {
    search::lead(&me, LIST, &posted).await
}

/// Reminds those whom the list of checks that end soon shows.
async fn remind(me: Signed, posted: Posted) -> Answer {
    let listed = ["town", "free"]
        .into_iter()
        .fold(Fields::default().with("view", "expiring"), |listed, name| listed.with(name, posted.text(name)));
    let act = RemindOfChecks { filter: filter(&me, &Wanted(listed.clone())).await? };
    let done = me.desk.save_once(act, posted.submission()?).await?;
    let text = if done.left == 0 { "volunteer-reminded" } else { "volunteer-reminded-some" };
    let toast = Toast::new(text).with("told", done.told).with("hand", done.by_hand).with("before", done.before);
    see_other_saying(format!("/volunteers?{}", listed.query()), toast.with("left", done.left))
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let (wanted, mut views) = opened(&me, List::Volunteers, wanted).await?;
    let filter = filter(&me, &wanted).await?;
    let at = crate::area::wanted(&me, &wanted).await?;
    // From here on the address says where the list looks, so that every way on keeps it.
    let wanted = wanted.with("town", &at.code());
    views.set_to(&wanted);
    let areas = || at.areas();
    let count = async |filter: VolunteerFilter| me.desk.count_volunteers(&filter).await;
    let state = |state| VolunteerFilter { state: Some(state), areas: areas(), ..VolunteerFilter::default() };
    let mut tabs = vec![("", count(state(VolunteerState::Approved)).await?)];
    let ending = |from, by| VolunteerFilter {
        expiring_from: from,
        expiring_by: Some(by),
        areas: areas(),
        ..VolunteerFilter::default()
    };
    let expired = count(ending(None, yesterday(me.today()))).await?;
    let expiring = count(ending(Some(me.today()), soon(me.today()))).await?;
    tabs.extend([("expired", expired), ("expiring", expiring)]);
    for one in [VolunteerState::Applied, VolunteerState::Screening, VolunteerState::Paused, VolunteerState::Left] {
        tabs.push((one.code(), count(state(one)).await?));
    }
    let free = count(VolunteerFilter { places_free: true, ..state(VolunteerState::Approved) }).await?;
    let total = count(filter.clone()).await?;
    let order = Order::of(List::Volunteers, &wanted, total < MOST_SORTED);
    let listed = listed(&me, &filter, &order).await?;
    page(&ListPage {
        f: me.frame("volunteer-list-title"),
        claims: me.desk.count_hours_claims().await?,
        towns: towns(&me).await?,
        view: wanted.text("view").to_owned(),
        views,
        typed: filter.search.clone().unwrap_or_default(),
        offered: at.offered(w, "volunteer-all-towns"),
        mine: at.said(w),
        everywhere: format!("/volunteers?{}", whole(&wanted).with("town", "all").query()),
        wanted: whole(&wanted),
        pager: order.pager(w, &listed, w.counted(total, most_of(wanted.text("view")))),
        order,
        rows: listed.rows,
        tabs,
        total,
        free,
        expired,
        expiring,
    })
}

/// A page of the list, in the order asked for.
async fn listed(me: &Signed, filter: &VolunteerFilter, order: &Order) -> Result<Page<VolunteerRow>, Error> {
    if filter.expiring_by.is_some() {
        let (rows, _) = me.desk.volunteers(filter).await?;
        return Ok(Page { rows, previous: None, next: None });
    }
    let (by, down) = order.column();
    let by = match by {
        "check" => VolunteerColumn::NextCheck,
        "hours" => VolunteerColumn::Hours,
        _ => VolunteerColumn::Name,
    };
    me.desk.volunteers_sorted(filter, by, down, &order.turn).await
}

#[derive(Template)]
#[template(path = "volunteer/file.html")]
struct FilePage {
    f: Frame,
    v: VolunteerFile,
    sheet: Sheet,
    /// The form of one more adult of the home.
    joining: Sheet,
    relations: Vec<(&'static str, String)>,
    may_sign: bool,
    /// As what an account is opened for her from here; nothing where it is not.
    account: Option<(String, &'static str)>,
    may_raise: bool,
    /// Where what she was going to have is called off at once, for who may; none when nothing of it lies ahead.
    call_off: Option<String>,
    /// Whether the reader may say that she has another file.
    may_merge: bool,
    /// Whether the reader may ask that the file of who has left, or was not taken, be erased.
    may_erase: bool,
    /// Whether it is erased.
    erased: bool,
    minutes: i64,
    most: i64,
}

impl FilePage {
    fn days_left(&self, cell: &Cell) -> Option<i32> {
        match cell.standing {
            Standing::Valid(Some(until)) => Some(days_until(self.f.today, until)).filter(|left| *left <= SOON),
            _ => None,
        }
    }

    /// Her tag; what rule 2 asks for is what counts.
    fn tag(&self) -> (&'static str, String) {
        let of_adults = self.v.adults.iter().flat_map(|adult| &adult.cells);
        let asked = of_adults.filter(|cell| cell.kind == CheckKind::NoOffence);
        let own = self.v.checks.iter().filter(|cell| BEFORE_A_WEEKEND.contains(&cell.kind));
        let over = asked.chain(own).any(|cell| matches!(cell.standing, Standing::Expired(_)));
        tag(self.f.w, self.v.state, over)
    }

    /// The check that ends first, or has ended: kind, whose, when.
    fn first_ending(&self) -> Option<(&'static str, String, Date)> {
        let of_adults = self.v.adults.iter().flat_map(|adult| {
            let whose = adult.member.name.clone();
            adult.cells.iter().map(move |cell| (cell, whose.clone()))
        });
        let own = self.v.checks.iter().map(|cell| (cell, self.v.name.clone()));
        of_adults
            .chain(own)
            .filter_map(|(cell, whose)| match cell.standing {
                Standing::Expired(until) => Some((cell.kind.code(), whose, until)),
                Standing::Valid(Some(until)) if self.days_left(cell).is_some() => {
                    Some((cell.kind.code(), whose, until))
                }
                _ => None,
            })
            .min_by_key(|(_, _, until)| *until)
    }

    fn relation(&self, code: &str) -> String {
        Relation::parse(code).map(|r| self.f.w.code("relation", r.code())).unwrap_or_default()
    }

    fn languages(&self, record: &str) -> String {
        let read = Languages::from_record(record);
        let known = read.known.iter().map(|l| self.f.w.code("child-language", l.code()));
        known.chain(read.unknown).collect::<Vec<_>>().join(&self.f.w.t("child-and"))
    }

    /// Who lives in the home without checks of their own: children, and whoever has moved out.
    fn others(&self) -> Vec<&naheya_store::household::Member> {
        let checked = |m: &&naheya_store::household::Member| !self.v.adults.iter().any(|a| a.member.id == m.id);
        self.v.members.iter().filter(checked).collect()
    }

    fn is_gone(&self, member: &naheya_store::household::Member) -> bool {
        member.to_on.is_some_and(|day| day < self.f.today)
    }

    fn percent(&self, minutes: &i64) -> i64 {
        if self.most > 0 { minutes * 100 / self.most } else { 0 }
    }

    fn past(&self, until: &Date) -> bool {
        *until < self.f.today
    }
}

async fn file(me: Signed, Id(id): Id<VolunteerId>) -> Answer {
    shown(&me, id, Sheet::blank("volunteer")).await
}

async fn shown(me: &Signed, id: VolunteerId, sheet: Sheet) -> Answer {
    let v = match me.desk.volunteer(id).await {
        // A file that has become part of another: its old address leads there.
        Err(naheya_store::Error::NotFound) => return crate::merge::moved(me, id).await,
        v => v?,
    };
    me.desk.looked("volunteers", vec![id.0], "personal", None).await?;
    let relations = relations(me.w());
    let of_member = sheet.values().pairs().any(|(name, _)| name.starts_with("member."));
    let joining = if of_member {
        sheet.clone()
    } else {
        me.resumed(&format!("member-new-{id}"), Sheet::blank("volunteer")).await?
    };
    let screening = v.state == VolunteerState::Screening;
    // No name that was typed is a dash.
    let erased = v.name == NAMELESS;
    let page = FilePage {
        f: me.frame("volunteer-file-title").with(&sheet),
        account: crate::account::way(me, account_as(v.state), id.0).await?,
        may_sign: screening && me.desk.may(Action::ApproveVolunteer) && !v.another_signs,
        may_raise: me.desk.may(Action::RaiseCapacity) && !erased,
        call_off: crate::stay::call_off_of(me, &v),
        may_merge: me.desk.may(Action::MergeFiles),
        may_erase: me.desk.may(Action::AskErasure) && v.state.is_gone(),
        erased,
        minutes: v.years.iter().map(|y| y.minutes).sum(),
        most: v.years.iter().map(|y| y.minutes).max().unwrap_or(0),
        relations,
        joining,
        sheet,
        v,
    };
    page_as(page.sheet.status(), &page)
}

/// The role that fits where she stands: whoever is still being looked at signs in as one who asks.
fn account_as(state: VolunteerState) -> Option<&'static str> {
    match state {
        VolunteerState::Applied | VolunteerState::Screening => Some("applicant"),
        VolunteerState::Approved | VolunteerState::Paused => Some("volunteer"),
        VolunteerState::Left | VolunteerState::Refused => None,
    }
}

#[derive(Template)]
#[template(path = "volunteer/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    ethnic: Vec<(&'static str, String)>,
    political: Vec<(&'static str, String)>,
    education: Vec<(&'static str, String)>,
    relations: Vec<(&'static str, String)>,
    towns: Vec<(String, String)>,
    sexes: Vec<(&'static str, String)>,
    lines: Vec<usize>,
}

async fn blank(me: Signed, wanted: Wanted) -> Answer {
    let sheet = match (VolunteerId::parse(wanted.text("of")), MemberId::parse(wanted.text("member"))) {
        (Some(of), Some(member)) => {
            let known = Sheet::filled("volunteer", edit::at_home(&me, of, member).await?);
            me.resumed(&format!("volunteer-of-{member}"), known).await?
        }
        _ => me.resumed("volunteer", Sheet::blank("volunteer")).await?,
    };
    form(&me, sheet).await
}

fn relations(w: Words) -> Vec<(&'static str, String)> {
    Relation::all().map(|r| (r.code(), w.code("relation", r.code()))).collect()
}

async fn form(me: &Signed, sheet: Sheet) -> Answer {
    let w = me.w();
    let page = NewPage {
        f: me.frame("volunteer-new-title").with(&sheet),
        sheet,
        ethnic: EthnicGroup::all().map(|e| (e.code(), w.code("ethnic_group", e.code()))).collect(),
        political: PoliticalStatus::all().map(|p| (p.code(), w.code("political_status", p.code()))).collect(),
        education: Education::levels().map(|e| (e.code(), w.code("education", e.code()))).collect(),
        relations: relations(w),
        towns: choices(me).await?,
        sexes: ["female", "male"].into_iter().map(|s| (s, w.code("volunteer-sex", s))).collect(),
        lines: (0..MEMBER_LINES).collect(),
    };
    page_as(page.sheet.status(), &page)
}

async fn register(me: Signed, posted: Posted) -> Answer {
    let done = async {
        let act = registration(&posted, me.today())?;
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(registered) => {
            see_other_saying(format!("/volunteers/{}", registered.volunteer), Toast::new("volunteer-registered"))
        }
        Err(error) => form(&me, Sheet::again("volunteer", &posted, error)?).await,
    }
}

/// Person, home and family of the form; every fault of all three at once.
fn registration(p: &Posted, today: Date) -> Result<RegisterVolunteer, Error> {
    let person = person(p, today);
    if let Some(member) = p.given("member") {
        let member = MemberId::parse(member).ok_or(Error::NotFound)?;
        return Ok(RegisterVolunteer { details: person?, home: HomeChoice::Member(member) });
    }
    let home = edit::home(p);
    let mut faults: Vec<FieldError> = Vec::new();
    let mut family = Vec::new();
    for n in 0..MEMBER_LINES {
        match member(p, &format!("member.{n}."), today) {
            Ok(Some(details)) => family.push(details),
            Ok(None) => {}
            Err(of_line) => faults.extend(of_line),
        }
    }
    match (person, home) {
        (Ok(details), Ok(home)) if faults.is_empty() => {
            Ok(RegisterVolunteer { details, home: HomeChoice::New(home, family) })
        }
        (person, home) => {
            let mut all = person.err().unwrap_or_default();
            all.extend(home.err().unwrap_or_default());
            all.extend(faults);
            Err(Error::Invalid(all))
        }
    }
}

/// The person as typed, for a new volunteer and for a changed file.
fn person(p: &Posted, today: Date) -> Result<VolunteerDetails, Vec<FieldError>> {
    let form = VolunteerForm {
        name: p.text("name"),
        sex: p.text("sex"),
        ethnic: p.text("ethnic"),
        id_number: p.text("id_number"),
        birth_on: p.text("birth_on"),
        phone: p.text("phone"),
        political: p.text("political"),
        education: p.text("education"),
        work_unit: p.text("work_unit"),
        trade: p.text("trade"),
        languages: p.text("languages"),
        note: p.text("note"),
    };
    VolunteerDetails::parse(&form, today)
}

/// One person of the home, from fields that begin with `prefix`; nothing when the line is empty.
fn member(p: &Posted, prefix: &str, today: Date) -> Result<Option<MemberDetails>, Vec<FieldError>> {
    let text = |name: &str| p.text(&format!("{prefix}{name}")).to_owned();
    let names = ["name", "relation", "birth_on", "id_number", "phone", "from_on", "to_on"];
    let [name, relation, birth_on, id_number, phone, from_on, to_on] = names.map(text);
    if [&name, &birth_on, &id_number].iter().all(|t| t.is_empty()) {
        return Ok(None);
    }
    let form = MemberForm {
        name: &name,
        relation: &relation,
        birth_on: &birth_on,
        sex: "",
        id_number: &id_number,
        phone: &phone,
        guest: p.is_on(&format!("{prefix}guest")),
        from_on: &from_on,
        to_on: &to_on,
    };
    let own = |fault: FieldError| FieldError::new(format!("{prefix}{}", fault.field), fault.code);
    MemberDetails::parse(&form, today).map(Some).map_err(|all| all.into_iter().map(own).collect())
}

async fn sign(me: Signed, Id(id): Id<VolunteerId>, posted: Posted) -> Answer {
    let done = async { me.desk.save_once(SignVolunteers { what: Signature::One(id) }, posted.submission()?).await };
    answer(&me, id, &posted, done.await, "volunteer-signed").await
}

/// Back to the file with a line said once, or the file again with what is wrong.
async fn answer<T>(me: &Signed, id: VolunteerId, posted: &Posted, done: Result<T, Error>, said: &str) -> Answer {
    match done {
        Ok(_) => see_other_saying(format!("/volunteers/{id}"), Toast::new(said)),
        Err(error) => shown(me, id, Sheet::again("volunteer", posted, error)?).await,
    }
}

async fn step(me: Signed, Id(id): Id<VolunteerId>, posted: Posted) -> Answer {
    let done = async {
        let step = match posted.text("step") {
            "pause" => Step::Pause,
            "resume" => Step::Resume,
            "leave" => Step::Leave,
            "refuse" => Step::Refuse,
            "screen" => Step::ScreenAgain,
            _ => return Err(Error::field("step", "required.missing")),
        };
        // Leaving has a box of its own on the page, beside the one for a break.
        let reason = posted.given("leave_reason").or_else(|| posted.given("reason")).unwrap_or_default().to_owned();
        me.desk.save_once(StepVolunteer { volunteer: id, step, reason }, posted.submission()?).await
    };
    let said = match posted.text("step") {
        "pause" => "volunteer-stepped-pause",
        "resume" => "volunteer-stepped-resume",
        "leave" => "volunteer-stepped-leave",
        "refuse" => "volunteer-stepped-refuse",
        _ => "volunteer-stepped-screen",
    };
    answer(&me, id, &posted, done.await, said).await
}

async fn add_member(me: Signed, Id(id): Id<VolunteerId>, posted: Posted) -> Answer {
    let done = async {
        let details = member(&posted, "member.", me.today()).map_err(Error::Invalid)?;
        let details = details.ok_or_else(|| Error::field("member.name", "required.missing"))?;
        let household = household(&me, id).await?;
        me.desk.save_once(AddMember { household, details }, posted.submission()?).await
    };
    answer(&me, id, &posted, done.await, "volunteer-member-added").await
}

async fn household(me: &Signed, id: VolunteerId) -> Result<HouseholdId, Error> {
    Ok(me.desk.volunteer(id).await?.home.id)
}

async fn capacity(me: Signed, Id(id): Id<VolunteerId>, posted: Posted) -> Answer {
    let done = async {
        let typed = posted.text("capacity").parse::<i32>();
        let capacity = typed.map_err(|_| Error::field("capacity", "number.out_of_range"))?;
        let household = household(&me, id).await?;
        let reason = posted.text("capacity_reason").to_owned();
        me.desk.save_once(RaiseCapacity { household, capacity, reason }, posted.submission()?).await
    };
    answer(&me, id, &posted, done.await, "volunteer-capacity-set").await
}
