//! Follow-ups: what is due, what was said, what comes next.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::follow_up::{FollowUpState, QUESTIONS, WAYS, With};
use naheya_domain::id::{ChildId, FollowUpId};
use naheya_domain::saved_view::List;
use naheya_domain::school::day;
use naheya_domain::{Refusal, Timestamp};
use naheya_store::Error;
use naheya_store::follow_up::{
    COUNTED, DropFollowUp, FollowUpFilter, FollowUpRow, NoAnswer, PlanFollowUp, PlanFollowUps, RecordFollowUp,
};

use crate::answer::see_other_saying;
use crate::area::{EVERYWHERE, MINE, Where};
use crate::form::several;
use crate::order::{Order, Pager, whole};
use crate::saved_view::{Views, opened};
use crate::today;
use crate::visit::back_of;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as};

mod export;

pub(crate) use export::{heads_out, values_out};

const DOES: Knock = Knock::May(Action::FollowUp);
const LIST: &str = "/follow-ups";
/// The question that may have to reach those who handle concerns.
const WORRY: &str = "worry";

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let follow_up = Noun::FollowUp;
    vec![
        Route::get("/follow-ups", DOES, follow_up, list),
        Route::get("/follow-ups.xlsx", Knock::May(Action::Export), follow_up, export::download_list),
        Route::get("/follow-ups/{id}", DOES, follow_up, show),
        Route::post("/follow-ups/{id}", DOES, follow_up, record),
        Route::post("/follow-ups/{id}/no-answer", DOES, follow_up, no_answer),
        Route::post("/follow-ups/{id}/removal", DOES, follow_up, drop_one),
        Route::get("/children/{id}/follow-ups/new", DOES, follow_up, blank),
        Route::post("/children/{id}/follow-ups", DOES, follow_up, plan),
    ]
}

#[derive(Template)]
#[template(path = "follow_up/list.html")]
struct ListPage {
    f: Frame,
    title: String,
    lines: Vec<Line>,
    /// Of which area they are, when they are filtered.
    only: Option<String>,
    /// The own area, when the list shows nothing else.
    mine: Option<String>,
    /// Where the views look, in an address: the own area or everywhere; nothing for whoever has none.
    place: String,
    is_late: bool,
    is_missed: bool,
    /// As a file, for whoever takes lists out.
    export: Option<String>,
    pager: Pager,
    views: Views,
}

impl ListPage {
    /// To one of the views, by the name of its filter; to all that is due without one.
    fn way(&self, view: &str) -> String {
        self.way_in(view, &self.place)
    }

    /// The same view in the own area, or everywhere.
    fn way_in(&self, view: &str, place: &str) -> String {
        let fields = Fields::default().with("town", place);
        self.views.way(&if view.is_empty() { fields } else { fields.with(view, "on") })
    }

    /// The list as it is, with another place.
    fn elsewhere(&self, place: &str) -> String {
        let view = match (self.is_late, self.is_missed) {
            (_, true) => "missed",
            (true, false) => "late",
            (false, false) => "",
        };
        self.way_in(view, place)
    }

    /// Whether the reader has an area of her own and sees all the others too.
    fn may_look_at_own(&self) -> bool {
        self.only.is_none() && self.place == EVERYWHERE
    }
}

/// One of the due list.
struct Line {
    id: FollowUpId,
    name: String,
    with: String,
    why: String,
    due: String,
    late: Option<String>,
    tries: i32,
}

/// The filter that an address asks for.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn filter(me: &Signed, wanted: &Wanted) -> Result<FollowUpFilter, Error> {
    Ok(filter_at(&crate::area::wanted(me, wanted).await?, wanted))
}

fn filter_at(at: &Where, wanted: &Wanted) -> FollowUpFilter {
    let (late, missed) = (wanted.is_on("late"), wanted.is_on("missed"));
    FollowUpFilter { town: at.town.clone(), areas: at.areas(), late, missed, after: None }
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let (wanted, mut views) = opened(&me, List::FollowUps, wanted).await?;
    let at = crate::area::wanted(&me, &wanted).await?;
    let filter = filter_at(&at, &wanted);
    // From here on the address says where the list looks, so that every way on keeps it.
    let wanted = wanted.with("town", &at.code());
    views.set_to(&wanted);
    let order = Order::unsorted(LIST.to_owned(), &wanted);
    let listed = me.desk.follow_ups_page(&filter, &order.turn).await?;
    let all = me.desk.count_follow_ups(&filter).await?;
    let title = title(&me, &filter, all).await?;
    let pager = order.pager(w, &listed, w.counted(all, COUNTED));
    let only = match &filter.town {
        Some(code) => {
            let text = if filter.late && !filter.missed { "follow_up-only-late" } else { "follow_up-only" };
            Some(w.t1(text, "town", crate::area::named(&me, code).await?))
        }
        None => None,
    };
    let lines = listed.rows.into_iter().map(|row| line(w, row, me.now)).collect();
    let export = me.desk.may(Action::Export).then(|| format!("/follow-ups.xlsx?{}", whole(&wanted).query()));
    let f = me.frame("follow_up-list-title");
    let (is_late, is_missed) = (filter.late && !filter.missed, filter.missed);
    let (mine, place) = (at.said(w), at.of_views().to_owned());
    page(&ListPage { f, title, lines, only, mine, place, is_late, is_missed, export, pager, views })
}

/// How many are late, or were missed, of those that the list is about.
async fn title(me: &Signed, filter: &FollowUpFilter, all: u64) -> Result<String, Error> {
    let [some, none] = if filter.missed {
        ["follow_up-list-missed", "follow_up-list-none-missed"]
    } else {
        ["follow_up-list-late", "follow_up-list-on-time"]
    };
    let late = FollowUpFilter { late: true, ..filter.clone() };
    let n = if filter.late || filter.missed { all } else { me.desk.count_follow_ups(&late).await? };
    let w = me.w();
    Ok(if n > 0 { w.t1(some, "n", w.counted(n, COUNTED)) } else { w.t(none) })
}

fn line(w: Words, row: FollowUpRow, now: Timestamp) -> Line {
    let late = now.minutes_since(row.due_at);
    Line {
        id: row.id,
        with: w.code("follow_up-with", row.with.code()),
        why: w.code("follow_up-cause", &row.cause),
        due: w.when(row.due_at),
        late: (row.due_at < now).then(|| w.t1("today-over-by", "n", today::span(w, late))),
        tries: row.tries,
        name: row.child_name,
    }
}

#[derive(Template)]
#[template(path = "follow_up/file.html")]
struct FilePage {
    f: Frame,
    sheet: Sheet,
    /// Where one came from: a child director's round, or the list.
    back: String,
    row: FollowUpRow,
    with: String,
    why: String,
    due: String,
    done: Option<String>,
    said: Vec<(String, String)>,
    /// Whether a worry was said, which no list tells anybody of.
    worried: bool,
    ways: Vec<(String, String)>,
    yes_no: Vec<(String, String)>,
    asks_child: bool,
    is_due: bool,
    may_go: bool,
}

async fn show(me: Signed, Id(id): Id<FollowUpId>) -> Answer {
    let sheet = me.resumed(&format!("follow-up-{id}"), Sheet::blank("follow_up")).await?;
    form(&me, id, sheet).await
}

async fn form(me: &Signed, id: FollowUpId, sheet: Sheet) -> Answer {
    let w = me.w();
    let (row, answers) = me.desk.follow_up(id).await?;
    let way = row.way.as_deref().map(|way| w.code("follow_up-by", way)).unwrap_or_default();
    let worried = QUESTIONS.iter().zip(&answers).any(|(question, said)| *question == WORRY && !said.is_empty());
    let page = FilePage {
        f: me.frame("follow_up-file-title").with(&sheet),
        back: back_of(me.viewer.role, LIST).to_owned(),
        with: w.code("follow_up-with", row.with.code()),
        why: w.code("follow_up-cause", &row.cause),
        due: w.when(row.due_at),
        done: row.done_at.map(|at| format!("{} · {way}", w.when(at))),
        said: QUESTIONS.iter().map(|q| w.code("follow_up", q)).zip(answers).filter(|(_, a)| !a.is_empty()).collect(),
        ways: WAYS.map(|way| (way.to_owned(), w.code("follow_up-by", way))).to_vec(),
        yes_no: ["yes", "no"].map(|a| (a.to_owned(), w.code("follow_up-was-alone", a))).to_vec(),
        worried,
        asks_child: row.with == With::Child,
        is_due: row.state != FollowUpState::Done,
        may_go: row.may_go(me.now),
        row,
        sheet,
    };
    page_as(page.sheet.status(), &page)
}

async fn record(me: Signed, Id(id): Id<FollowUpId>, posted: Posted) -> Answer {
    let done = async {
        let act = RecordFollowUp {
            follow_up: id,
            way: posted.text("way").to_owned(),
            alone: posted.text("alone").to_owned(),
            answers: QUESTIONS.map(|q| posted.text(q).to_owned()),
        };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(next) => {
            let text = if next.is_some() { "follow_up-recorded-next" } else { "follow_up-recorded" };
            // What worries the child is read once more, where a concern is one tap away.
            let to = if is_worried(&posted) { here(id) } else { back_of(me.viewer.role, LIST).to_owned() };
            see_other_saying(to, Toast::new(text))
        }
        Err(error) => form(&me, id, Sheet::again("follow_up", &posted, error)?).await,
    }
}

fn here(id: FollowUpId) -> String {
    format!("/follow-ups/{id}")
}

/// Whether something stands where the child's worries are written down.
pub(crate) fn is_worried(posted: &Posted) -> bool {
    !posted.text(WORRY).trim().is_empty()
}

async fn no_answer(me: Signed, Id(id): Id<FollowUpId>, posted: Posted) -> Answer {
    me.desk.save_once(NoAnswer { follow_up: id }, posted.submission()?).await?;
    see_other_saying(back_of(me.viewer.role, LIST), Toast::new("follow_up-tried"))
}

async fn drop_one(me: Signed, Id(id): Id<FollowUpId>, posted: Posted) -> Answer {
    match me.desk.save_once(DropFollowUp { follow_up: id }, posted.submission()?).await {
        Ok(()) => see_other_saying(back_of(me.viewer.role, LIST), Toast::new("follow_up-dropped")),
        Err(error) => form(&me, id, Sheet::again("follow_up", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "follow_up/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    child: ChildId,
    people: Vec<(String, String)>,
}

async fn blank(me: Signed, Id(child): Id<ChildId>) -> Answer {
    me.desk.child_in_list(child).await?;
    plan_form(&me, child, Sheet::blank("follow_up"))
}

fn plan_form(me: &Signed, child: ChildId, sheet: Sheet) -> Answer {
    let w = me.w();
    let people = With::ALL.map(|p| (p.code().to_owned(), w.code("follow_up-with", p.code()))).to_vec();
    page_as(sheet.status(), &NewPage { f: me.frame("follow_up-new-title").with(&sheet), sheet, child, people })
}

async fn plan(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    me.desk.child_in_list(child).await?;
    let done = async {
        let with = With::parse(posted.text("with")).ok_or_else(|| Error::field("with", "required.missing"))?;
        let on = day(posted.text("due_on")).map_err(|code| Error::field("due_on", code))?;
        // Until the evening of that day.
        let due_at = Timestamp::from_shanghai(on.at(20, 0, 0, 0));
        let all: Vec<PlanFollowUp> = of_all(&me, child, posted.text("others"))
            .await?
            .into_iter()
            .map(|child| PlanFollowUp { child, with, due_at })
            .collect();
        let planned = all.len();
        let submission = posted.submission()?;
        if let [only] = all.as_slice() {
            me.desk.save_once(only.clone(), submission).await?;
        } else {
            me.desk.save_once(PlanFollowUps(all), submission).await?;
        }
        Ok::<_, Error>(planned)
    };
    match done.await {
        Ok(1) => see_other_saying(format!("/children/{child}"), Toast::new("follow_up-planned")),
        Ok(planned) => see_other_saying(LIST, Toast::new("follow_up-planned-all").with("n", planned)),
        Err(error) => plan_form(&me, child, Sheet::again("follow_up", &posted, error)?),
    }
}

/// The child, and those named beside it by name or number: a term begins with the same question to many.
async fn of_all(me: &Signed, child: ChildId, typed: &str) -> Result<Vec<ChildId>, Error> {
    let mut all = vec![child];
    for one in several("others", typed)? {
        match me.desk.child_called(one).await {
            Ok(id) if all.contains(&id) => {}
            Ok(id) => all.push(id),
            Err(Error::NotFound) => return Err(Refusal::new("follow_up.other_unknown").with("name", one).into()),
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}
