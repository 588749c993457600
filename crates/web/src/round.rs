//! Rounds, as pages: the list, a new one, one round with who takes part, its steps.

use std::ops::Range;

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{ChildId, RoundId, VolunteerId};
use naheya_domain::round::{RoundState, Unwritten};
use naheya_store::choice::Card;
use naheya_store::round::{
    Eligible, Group, MOST_ELIGIBLE, OpenRound, RoundChild, RoundFile, RoundHome, RoundRow, StepRound, Strikes,
    TakePart, Withdraw,
};

use crate::answer::see_other_saying;
use crate::order::{Pager, stretch};
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as};

mod card;
mod details;
mod event;
mod export;
mod paper;

pub(crate) use export::{outcome_heads, outcome_values, people_heads, person_values};

/// Rows of a table on one page of a round.
pub(crate) const PER_PAGE: usize = 50;
/// Groups of brothers and sisters on one page: each has a form.
const GROUPS: usize = 10;
/// Homes that are offered by name; of more, the number is typed.
pub(crate) const MOST_OFFERED: usize = 300;

/// The routes of a round's pages.
#[must_use]
pub fn routes() -> Vec<Route> {
    [own_routes(), card::routes(), details::routes(), event::routes(), paper::routes()].into_iter().flatten().collect()
}

fn own_routes() -> Vec<Route> {
    let staff = Knock::May(Action::RunRound);
    vec![
        Route::get("/rounds", staff, Noun::Round, list),
        Route::get("/rounds.xlsx", Knock::May(Action::Export), Noun::Round, export::workbook),
        Route::get("/rounds/new", staff, Noun::Round, blank),
        Route::post("/rounds", staff, Noun::Round, open),
        Route::get("/rounds/{round}", staff, Noun::Round, show),
        Route::post("/rounds/{round}/state", staff, Noun::Round, step),
        Route::get("/rounds/{round}/people", staff, Noun::Round, people),
        Route::get("/rounds/{round}/people.xlsx", Knock::May(Action::Export), Noun::Round, export::people),
        Route::get("/rounds/{round}/results.xlsx", Knock::May(Action::Export), Noun::Round, export::outcomes),
        Route::post("/rounds/{round}/people", staff, Noun::Round, take_part),
        Route::get("/rounds/{round}/cards", staff, Noun::Round, cards),
        Route::post("/rounds/{round}/children/{child}/withdrawal", staff, Noun::Round, withdraw_child),
        Route::post("/rounds/{round}/volunteers/{volunteer}/withdrawal", staff, Noun::Round, withdraw_home),
    ]
}

/// One step of the bar above a round's pages.
pub struct Step {
    /// Its words.
    pub word: String,
    /// What is said below it.
    pub small: String,
    /// `done`, `short` when it was left before its end, `here` or nothing.
    pub at: &'static str,
}

/// The five steps of a round, as its pages show them.
#[must_use]
pub fn steps(w: Words, file: &RoundFile) -> Vec<Step> {
    let here = RoundState::ALL.iter().position(|s| *s == file.state).unwrap_or(0);
    let written = file.children.iter().filter(|c| c.wishes.is_some() || c.paired).count();
    let small = |state: RoundState| match state {
        RoundState::Collecting => {
            let (written, total) = (written.to_string(), file.children.len().to_string());
            match file.unwritten.homes {
                0 => w.t2("round-step-slips", "written", written, "total", total),
                homes => w.t3("round-step-slips-homes", "written", written, "total", total, "homes", homes),
            }
        }
        RoundState::Checking => w.t1("round-step-homes", "n", file.homes.len()),
        RoundState::Proposed => w.t("round-step-at-once"),
        RoundState::Meeting => file.held_on.map_or_else(|| w.t("round-step-no-day"), |on| w.day(on)),
        RoundState::Closed => w.t("round-step-week-after"),
    };
    let at = |n: usize| match n.cmp(&here) {
        std::cmp::Ordering::Less if n == 0 && !unwritten(w, file).is_empty() => "short",
        std::cmp::Ordering::Less => "done",
        std::cmp::Ordering::Equal => "here",
        std::cmp::Ordering::Greater => "",
    };
    let all = RoundState::ALL.iter().enumerate();
    all.map(|(n, state)| Step { word: w.code("round-step", state.code()), small: small(*state), at: at(n) }).collect()
}

/// A child's sex and age in words, e.g. `女 7岁`.
#[must_use]
pub fn person(w: Words, child: &RoundChild) -> String {
    let sex = child.sex.map(|s| w.code("round-sex", s.code()));
    let age = child.age.map(|age| w.t1("round-age", "n", age));
    [sex, age].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// How a slip stands, in words: how many wishes, that the person names nobody this time, or that it is not in.
#[must_use]
pub fn slip_words(w: Words, wishes: Option<usize>) -> String {
    match wishes {
        None => w.t("round-no-slip"),
        Some(0) => w.t("round-names-nobody"),
        Some(n) => w.t1("round-wishes", "n", n),
    }
}

/// An age band of a choice card in words.
#[must_use]
pub fn band(w: Words, band: &str) -> String {
    w.t1("round-band", "band", band.replace('-', "–"))
}

/// Codes of languages as words.
#[must_use]
pub fn languages(w: Words, codes: &str) -> String {
    let known = |code: &str| w.maybe(format!("round-language-{code}")).unwrap_or_else(|| code.to_owned());
    codes.split(',').filter(|c| !c.is_empty()).map(known).collect::<Vec<_>>().join(&w.t("round-and"))
}

#[derive(Template)]
#[template(path = "round/list.html")]
struct ListPage {
    f: Frame,
    rounds: Vec<RoundRow>,
    may_export: bool,
}

async fn list(me: Signed) -> Answer {
    let rounds = me.desk.rounds().await?;
    page(&ListPage { f: me.frame("round-list-title"), rounds, may_export: me.desk.may(Action::Export) })
}

#[derive(Template)]
#[template(path = "round/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
}

async fn blank(me: Signed) -> Answer {
    let sheet = me.resumed("round", Sheet::blank("round")).await?;
    form(&me, sheet)
}

fn form(me: &Signed, sheet: Sheet) -> Answer {
    page_as(sheet.status(), &NewPage { f: me.frame("round-new-title").with(&sheet), sheet })
}

async fn open(me: Signed, posted: Posted) -> Answer {
    let done = async { me.desk.save_once(OpenRound { details: details::read(&posted)? }, posted.submission()?).await };
    match done.await {
        Ok(id) => see_other_saying(format!("/rounds/{id}/people"), Toast::new("round-opened")),
        Err(error) => form(&me, Sheet::again("round", &posted, error)?),
    }
}

#[derive(Template)]
#[template(path = "round/show.html")]
struct ShowPage {
    f: Frame,
    file: RoundFile,
    strikes: Strikes,
    may_lift: bool,
    may_export: bool,
    steps: Vec<Step>,
    waiting: usize,
    /// Everybody was asked: what comes next is the run.
    all_in: bool,
    unwritten: Vec<String>,
    next: Option<RoundState>,
    back: Option<RoundState>,
    /// The children, homes and groups of this page, each with the ways to the others.
    kids: (Range<usize>, Pager),
    homes: (Range<usize>, Pager),
    groups: (Range<usize>, Pager),
    sheet: Sheet,
}

/// Where the tables of a round's page begin.
#[derive(Clone, Copy, Default)]
struct Begin {
    kids: usize,
    homes: usize,
    groups: usize,
}

impl Begin {
    fn of(wanted: &Wanted) -> Begin {
        let from = |name| wanted.text(name).parse().unwrap_or(0);
        Begin { kids: from("kids"), homes: from("homes"), groups: from("groups") }
    }

    /// The page that begins there, at one of its tables.
    fn way(self, round: RoundId, table: &str) -> String {
        format!("/rounds/{round}?kids={}&homes={}&groups={}#{table}", self.kids, self.homes, self.groups)
    }
}

/// What there is to say before anybody confirms: whose slips are still missing, and what a run means until then. Nothing
/// when all have written, or when no run comes any more.
pub fn unwritten(w: Words, file: &RoundFile) -> Vec<String> {
    if !file.state.may_run() || !file.unwritten.any() {
        return Vec::new();
    }
    let Unwritten { children, homes } = file.unwritten;
    let missing = [("round-unwritten-children", children), ("round-unwritten-homes", homes)];
    let missing = missing.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| w.t1(key, "n", n));
    let then = if file.state.takes_wishes() { "round-unwritten" } else { "round-unwritten-closed" };
    missing.chain([w.t(then)]).collect()
}

impl ShowPage {
    fn kids_here(&self) -> &[RoundChild] {
        self.file.children.get(self.kids.0.clone()).unwrap_or_default()
    }

    fn homes_here(&self) -> &[RoundHome] {
        self.file.homes.get(self.homes.0.clone()).unwrap_or_default()
    }

    fn groups_here(&self) -> &[Group] {
        self.strikes.groups.get(self.groups.0.clone()).unwrap_or_default()
    }

    fn slip(&self, wishes: &Option<usize>) -> String {
        slip_words(self.f.w, *wishes)
    }

    fn person(&self, child: &RoundChild) -> String {
        person(self.f.w, child)
    }
}

async fn show(me: Signed, Id(id): Id<RoundId>, wanted: Wanted) -> Answer {
    round_page(&me, id, Begin::of(&wanted), Sheet::blank("round")).await
}

async fn round_page(me: &Signed, id: RoundId, begin: Begin, sheet: Sheet) -> Answer {
    let file = me.desk.round(id).await?;
    let strikes = if file.state.may_run() { me.desk.strikes(id).await? } else { Strikes::default() };
    let at = RoundState::ALL.iter().position(|s| *s == file.state);
    let beside =
        |step: isize| at.and_then(|n| n.checked_add_signed(step)).and_then(|n| RoundState::ALL.get(n).copied());
    let (next, back) = (beside(1), beside(-1));
    let kids_from = |kids| Begin { kids, ..begin }.way(id, "kids");
    let homes_from = |homes| Begin { homes, ..begin }.way(id, "homes");
    let groups_from = |groups| Begin { groups, ..begin }.way(id, "struck");
    let groups = stretch(me.w(), GROUPS, strikes.groups.len(), begin.groups, groups_from);
    let shown = ShowPage {
        f: me.frame("round-title").with(&sheet),
        strikes,
        may_lift: me.desk.may(Action::LiftRule),
        may_export: me.desk.may(Action::Export),
        steps: steps(me.w(), &file),
        unwritten: unwritten(me.w(), &file),
        all_in: file.state.takes_wishes()
            && !file.unwritten.any()
            && !file.children.is_empty()
            && !file.homes.is_empty(),
        waiting: file.children.iter().filter(|c| c.wishes.is_none() && !c.paired).count(),
        kids: stretch(me.w(), PER_PAGE, file.children.len(), begin.kids, kids_from),
        homes: stretch(me.w(), PER_PAGE, file.homes.len(), begin.homes, homes_from),
        groups,
        next: next.filter(|n| file.state.step(*n).is_ok()),
        back: back.filter(|b| file.state.step(*b).is_ok()),
        file,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

async fn step(me: Signed, Id(round): Id<RoundId>, posted: Posted) -> Answer {
    let to = RoundState::parse(posted.text("to")).ok_or_else(|| Problem::of_code("bad_request"))?;
    me.desk.save_once(StepRound { round, to }, posted.submission()?).await?;
    let toast = Toast::new("round-stepped").with("step", me.w().code("round-step", to.code()));
    see_other_saying(format!("/rounds/{round}"), toast)
}

#[derive(Template)]
#[template(path = "round/people.html")]
struct PeoplePage {
    f: Frame,
    file: RoundFile,
    eligible: Eligible,
}

impl PeoplePage {
    /// How many are offered; where there are more, that it is at least so many.
    fn children(&self) -> String {
        self.f.w.counted(self.eligible.children.len() as u64, MOST_ELIGIBLE as u64)
    }

    fn homes(&self) -> String {
        self.f.w.counted(self.eligible.homes.len() as u64, MOST_ELIGIBLE as u64)
    }
}

async fn people(me: Signed, Id(id): Id<RoundId>) -> Answer {
    let file = me.desk.round(id).await?;
    let eligible = me.desk.eligible(id).await?;
    page(&PeoplePage { f: me.frame("round-people-title"), file, eligible })
}

async fn take_part(me: Signed, Id(round): Id<RoundId>, posted: Posted) -> Answer {
    let children = posted.all("child").into_iter().filter_map(ChildId::parse).collect();
    let volunteers = posted.all("volunteer").into_iter().filter_map(VolunteerId::parse).collect();
    let took = me.desk.save_once(TakePart { round, children, volunteers }, posted.submission()?).await?;
    let toast = Toast::new("round-took-part")
        .with("children", took.children)
        .with("homes", took.volunteers)
        .with("left", took.left_out.len());
    see_other_saying(format!("/rounds/{round}"), toast)
}

#[derive(Template)]
#[template(path = "round/cards.html")]
struct CardsPage {
    f: Frame,
    id: RoundId,
    name: String,
    cards: Vec<Card>,
}

impl CardsPage {
    fn about(&self, card: &Card) -> String {
        about(self.f.w, card)
    }
}

/// Sex, age band and languages of a card.
#[must_use]
pub fn about(w: Words, card: &Card) -> String {
    let sex = card.head.sex.map(|s| w.code("round-sex", s.code()));
    let languages = Some(languages(w, &card.languages)).filter(|l| !l.is_empty());
    [sex, Some(band(w, card.head.band)), languages].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

async fn cards(me: Signed, Id(id): Id<RoundId>) -> Answer {
    let name = me.desk.round(id).await?.name;
    let cards = me.desk.cards(id).await?;
    page(&CardsPage { f: me.frame("round-cards-title"), id, name, cards })
}

async fn withdraw_child(me: Signed, Id((round, child)): Id<(RoundId, ChildId)>, posted: Posted) -> Answer {
    withdraw(&me, Withdraw { round, child: Some(child), volunteer: None }, posted).await
}

async fn withdraw_home(me: Signed, Id((round, volunteer)): Id<(RoundId, VolunteerId)>, posted: Posted) -> Answer {
    withdraw(&me, Withdraw { round, child: None, volunteer: Some(volunteer) }, posted).await
}

async fn withdraw(me: &Signed, act: Withdraw, posted: Posted) -> Answer {
    let back = format!("/rounds/{}", act.round);
    let undone = me.desk.save_once(act, posted.submission()?).await?;
    let toast =
        if undone > 0 { Toast::new("round-dropped-out").with("n", undone) } else { Toast::new("round-withdrawn") };
    see_other_saying(back, toast)
}
