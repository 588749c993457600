//! The requests of a weekend, with every clause's tick; yes, no, and taking a yes back.

use askama::Template;
use jiff::civil::Weekday;
use naheya_domain::access::{Action, Noun};
use naheya_domain::custody::Event;
use naheya_domain::id::StayId;
use naheya_domain::name_order::by_sound;
use naheya_domain::saved_view::List;
use naheya_domain::stay::proof::Proof;
use naheya_domain::stay::{RunsFrom, StayState};
use naheya_domain::{Date, Timestamp};
use naheya_store::child::SchoolContact;
use naheya_store::stay::{
    ApproveStay, ApproveStays, Basis, CancelStay, EndorseForSchool, EndorseStay, HandBack, RefuseStay, RestoreStay,
    RestoreStays, StayChain, StayFilter, StayLine, StayView, Tick, UndoApproval, UndoApprovals, WEEKEND_PAGE,
};
use naheya_store::wish::{Answer as Word, RecordWish, WishLine};

use super::export;
use super::gate::friday_with;
use super::home::home_with;
use crate::answer::see_other_saying;
use crate::order::{Head, Order, Pager, sorts};
use crate::saved_view::{Views, opened};
use crate::words::Words;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, page, page_as};

const MAY: Knock = Knock::May(Action::ApproveStay);
const DAY: i64 = 24 * 60;
/// Weeks back and ahead that can be looked at.
const WEEKS: std::ops::RangeInclusive<i64> = -104..=26;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/stays", MAY, Noun::Stay, list),
        Route::get("/stays.xlsx", Knock::May(Action::Export), Noun::Stay, export::download_list),
        Route::post("/stays/approvals", MAY, Noun::Stay, approve_all),
        Route::get("/stays/{id}", MAY, Noun::Stay, show),
        Route::post("/stays/{id}/approval", MAY, Noun::Stay, approve),
        Route::post("/stays/{id}/approval/undo", MAY, Noun::Stay, undo),
        Route::post("/stays/{id}/approvals/undo", MAY, Noun::Stay, undo_all),
        Route::post("/stays/{id}/refusal", MAY, Noun::Stay, refuse),
        Route::post(
            "/stays/{id}/cancellation",
            Knock::MayAny(&[Action::RequestStay, Action::ApproveStay]),
            Noun::Stay,
            cancel,
        ),
        Route::post("/stays/{id}/restoration", MAY, Noun::Stay, restore),
        Route::post("/stays/{id}/restorations", MAY, Noun::Stay, restore_all),
        Route::post("/stays/{id}/endorsement", Knock::May(Action::EndorseStay), Noun::Stay, endorse),
        Route::post("/stays/{id}/school-word", Knock::May(Action::ApproveStay), Noun::Stay, for_school),
        Route::post("/stays/{id}/wish", Knock::May(Action::RecordWish), Noun::Stay, ask),
    ]
}

#[derive(Template)]
#[template(path = "stay/list.html")]
struct ListPage {
    f: Frame,
    view: StayView,
    clean: Vec<StayLine>,
    look: Vec<StayLine>,
    hopeless: Vec<StayLine>,
    /// Those of a view that nothing is to be decided about.
    others: Vec<StayLine>,
    /// How many stand in each of the views.
    waiting: u64,
    approved: u64,
    off: u64,
    /// Below a list that is longer than a page.
    pager: Option<Pager>,
    /// The week, as an address has it.
    week: String,
    /// The weekend of these days, and the lists before and after it: address and days.
    days: String,
    around: [(String, String); 2],
    order: Order,
    views: Views,
}

impl ListPage {
    fn is_view(&self, view: &str) -> bool {
        self.view.code() == view
    }

    /// The address of a view of the same week.
    fn at(&self, view: &str) -> String {
        self.views.way(&Fields::default().with("view", view).with("week", &self.week))
    }

    /// The same as a file.
    fn export(&self) -> String {
        format!("/stays.xlsx?{}", Fields::default().with("view", self.view.code()).with("week", &self.week).query())
    }

    /// The head of a column of the table, and of what stands below it in the same order.
    fn head(&self, column: &str, text: &str) -> Head {
        self.order.head(column, self.f.w.t(text))
    }

    fn sorts(&self) -> Vec<Head> {
        let lines = self.clean.len() + self.look.len() + self.hopeless.len() + self.others.len();
        let heads = [("starts", "stay-hour"), ("child", "stay-child"), ("carer", "stay-carer")];
        if lines > 1 { sorts(heads.map(|(column, text)| self.head(column, text))) } else { Vec::new() }
    }

    /// Whether nobody has asked for these days.
    fn is_bare(&self) -> bool {
        self.waiting + self.approved + self.off == 0
    }

    /// What there is to decide.
    fn finding(&self) -> String {
        let w = self.f.w;
        let is_judged = self.view == StayView::Waiting && self.pager.is_none();
        match (self.clean.len(), self.look.len() + self.hopeless.len()) {
            _ if self.is_bare() => w.t("stay-list-none"),
            _ if self.waiting == 0 => w.t("stay-list-decided"),
            _ if !is_judged => w.t1("stay-list-open", "n", self.waiting),
            (clean, 0) => w.t1("stay-list-clean", "n", clean),
            (0, look) => w.t1("stay-list-look", "n", look),
            (clean, look) => w.t2("stay-list-finding", "clean", clean, "look", look),
        }
    }
}

fn address(view: &str, week: &str) -> String {
    match Fields::default().with("view", view).with("week", week).query() {
        query if query.is_empty() => "/stays".to_owned(),
        query => format!("/stays?{query}"),
    }
}

/// The seven days of an address or a form, counted from those that begin today; what is none means these.
fn week(of: &str) -> i64 {
    match of {
        "next" => 1,
        other => other.parse().ok().filter(|n| WEEKS.contains(n)).unwrap_or(0),
    }
}

/// The word for it.
fn week_word(week: i64) -> String {
    match week {
        0 => String::new(),
        1 => "next".to_owned(),
        other => other.to_string(),
    }
}

/// The address of a view of the week in which a day lies.
pub(super) fn of_day(view: &str, today: Date, day: Date) -> String {
    let days = today.until(day).map_or(0, |span| span.get_days());
    address(view, &week_word(week(&days.div_euclid(7).to_string())))
}

/// The week of the list from which a form came.
fn week_of(posted: &Posted) -> String {
    week_word(week(posted.text("week")))
}

/// The part of the list, and the days, that an address asks for.
pub(crate) fn filter(me: &Signed, wanted: &Wanted) -> StayFilter {
    let view = StayView::TABS.into_iter().find(|v| wanted.0.text("view") == v.code()).unwrap_or(StayView::Waiting);
    let midnight = Timestamp::from_shanghai(me.today().at(0, 0, 0, 0));
    let from = midnight.plus_minutes(week(wanted.0.text("week")) * 7 * DAY);
    StayFilter { view, from, to: from.plus_minutes(7 * DAY), after: None }
}

/// The weekend, Friday to Sunday, whose Friday is among the seven days from `from`.
pub(crate) fn weekend_words(w: Words, from: Timestamp) -> String {
    let days = |n: i64| from.plus_minutes(n * DAY);
    let to_friday = (0..7).find(|n| days(*n).date().weekday() == Weekday::Friday).unwrap_or(0);
    w.span(days(to_friday), days(to_friday + 2))
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let (wanted, views) = opened(&me, List::Stays, wanted).await?;
    let week = week(wanted.0.text("week"));
    let filter = filter(&me, &wanted);
    let StayFilter { view, from, to, .. } = filter;
    let [waiting, approved, off] = me.desk.weekend_counts(from, to).await?;
    let total = match view {
        StayView::Approved => approved,
        StayView::Off => off,
        StayView::Waiting | StayView::All => waiting,
    };
    let order = Order::of(List::Stays, &wanted.0, total <= WEEKEND_PAGE);
    let found = me.desk.weekend(&filter, &order.turn).await?;
    let pager = (total > WEEKEND_PAGE).then(|| order.pager_by(WEEKEND_PAGE, me.w(), &found, total.to_string()));
    let mut lines = found.rows;
    sort(&mut lines, &order);
    let pick = |wants: &dyn Fn(&StayLine) -> bool| lines.iter().filter(|l| wants(l)).cloned().collect::<Vec<_>>();
    let shown = ListPage {
        f: me.frame("stay-list-title"),
        view,
        clean: pick(&StayLine::is_clean),
        look: pick(&|l| l.is_waiting() && !l.is_clean() && !l.is_hopeless()),
        hopeless: pick(&|l| l.is_waiting() && l.is_hopeless()),
        others: pick(&|l| !l.is_waiting()),
        waiting,
        approved,
        off,
        pager,
        days: weekend_words(me.w(), from),
        around: [-1, 1].map(|step| {
            let days = weekend_words(me.w(), from.plus_minutes(step * 7 * DAY));
            let there = Some(week + step).filter(|there| WEEKS.contains(there));
            (there.map(|there| address("", &week_word(there))).unwrap_or_default(), days)
        }),
        week: week_word(week),
        order,
        views,
    };
    page(&shown)
}

/// Puts a weekend that is one page in the order asked for; those alike stand by their hour.
fn sort(lines: &mut [StayLine], order: &Order) {
    let (by, down) = order.column();
    let name = |line: &StayLine| by_sound(if by == "child" { &line.child_name } else { &line.carer_name });
    match (by, down) {
        ("child" | "carer", false) => lines.sort_by_cached_key(name),
        ("child" | "carer", true) => lines.sort_by_cached_key(|line| std::cmp::Reverse(name(line))),
        _ => {}
    }
}

async fn approve_all(me: Signed, posted: Posted) -> Answer {
    let stays: Vec<StayId> = posted.all("stay").into_iter().filter_map(StayId::parse).collect();
    let done = me.desk.save_once(ApproveStays { stays }, posted.submission()?).await?;
    let toast = match done.left.len() {
        0 => Toast::new("stay-approved-clean"),
        left => Toast::new("stay-approved-all").with("left", left),
    };
    let toast = toast.with("n", done.approved.len());
    let toast = match done.approved.first() {
        Some(one) => toast.undo(format!("/stays/{one}/approvals/undo")),
        None => toast,
    };
    see_other_saying(address("approved", &week_of(&posted)), toast)
}

#[derive(Template)]
#[template(path = "stay/show.html")]
struct ShowPage {
    f: Frame,
    line: StayLine,
    basis: Basis,
    said: Option<WishLine>,
    /// What happened, hand-over by hand-over.
    chain: StayChain,
    /// Whom to remind, while the teacher has not answered.
    contact: Option<SchoolContact>,
    /// Whether the reader lets in a teacher where there is none to remind.
    may_open_account: bool,
    /// Called off, and there is still time to go.
    may_restore: bool,
    /// What is missing of a guardian's yes, while the child is away.
    hand_back: Option<HandBack>,
    /// Whether the office writes down the school's yes: every teacher who could say it is of the home.
    for_school: bool,
    /// Whether that yes comes after a no: the weekend is off, and the no stands in the way of another request.
    puts_right: bool,
    sheet: Sheet,
}

impl ShowPage {
    /// Until when a check holds, in words.
    fn until(&self, proof: &Proof) -> String {
        until(self.f.w, *proof)
    }

    /// Whether the child is in hospital or with the police by the last that was written of this stay.
    fn is_elsewhere(&self) -> bool {
        let last = self.chain.lines.last().map(|link| link.event);
        self.line.state.is_away() && matches!(last, Some(Event::Hospital | Event::Police))
    }

    /// What was typed into a form that the page has no more, because a colleague was quicker.
    fn left_over(&self) -> Option<&str> {
        let words = self.sheet.values().given("words").filter(|_| !self.line.is_waiting());
        let is_approved = self.line.state == StayState::Approved;
        words.or_else(|| self.sheet.values().given("reason").filter(|_| !is_approved))
    }

    /// From where the child is fetched, and where it is brought.
    fn way(&self) -> String {
        let place = |at: RunsFrom| self.f.w.code("stay-place-of", at.code());
        self.f.w.t2("stay-way", "from", place(self.basis.from), "to", place(self.basis.to))
    }
}

fn until(w: Words, proof: Proof) -> String {
    match proof {
        Proof::Until(day) => w.t1("stay-until", "day", w.long_date(day)),
        Proof::Open => w.t("stay-open-end"),
        Proof::Missing => w.t("stay-none-yet"),
    }
}

async fn show(me: Signed, Id(id): Id<StayId>) -> Answer {
    one(&me, id, Sheet::blank("stay")).await
}

pub(super) async fn one(me: &Signed, id: StayId, sheet: Sheet) -> Answer {
    let mut line = me.desk.stay_line(id).await?;
    line.carer_name = crate::erasure::carer(me.w(), line.carer_name);
    me.desk.looked("stays", vec![id.0], "work", None).await?;
    me.desk.looked("children", vec![line.child.0], "work", None).await?;
    let hand_backs = if line.state.is_away() { me.desk.hand_backs().await? } else { Vec::new() };
    let basis = me.desk.stay_basis(id).await?;
    let for_school = line.ticks.teacher == Tick::No && !line.own_home && me.desk.speaks_for_school(id).await?;
    let is_off = matches!(line.state, StayState::Refused | StayState::Cancelled) && line.starts_at > me.now;
    let shown = ShowPage {
        f: me.frame("stay-show-title").with(&sheet),
        puts_right: for_school && is_off && basis.teacher.is_some(),
        basis,
        said: me.desk.wishes_about(&[id]).await?.remove(&id),
        chain: me.desk.stay_chain(id).await?,
        contact: match line.ticks.teacher {
            Tick::No => Some(me.desk.school_contact(line.child).await?),
            Tick::Yes => None,
        },
        may_open_account: me.desk.may(Action::KeepAccount),
        hand_back: hand_backs.into_iter().find(|one| one.stay == id),
        may_restore: line.state == StayState::Cancelled && line.starts_at > me.now,
        for_school,
        line,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

async fn approve(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    match me.desk.save_once(ApproveStay { stay: id }, posted.submission()?).await {
        Ok(()) => {
            let toast = Toast::new("stay-approved").undo(format!("/stays/{id}/approval/undo"));
            see_other_saying("/stays", toast)
        }
        Err(error) => one(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn undo(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    match me.desk.save_once(UndoApproval { stay: id }, posted.submission()?).await {
        Ok(()) => see_other_saying(address("", &week_of(&posted)), Toast::new("stay-undone")),
        Err(error) => one(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn undo_all(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    match me.desk.save_once(UndoApprovals { stay: id }, posted.submission()?).await {
        Ok(n) => see_other_saying("/stays", Toast::new("stay-undone-all").with("n", n)),
        Err(error) => one(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn refuse(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let act = RefuseStay { stay: id, words: posted.text("words").to_owned() };
    match me.desk.save_once(act, posted.submission()?).await {
        Ok(()) => see_other_saying("/stays", Toast::new("stay-refused")),
        Err(error) => one(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn cancel(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let act = CancelStay { stay: id, reason: posted.text("reason").to_owned() };
    let office = me.desk.may(Action::ApproveStay);
    match me.desk.save_once(act, posted.submission()?).await {
        Ok(()) if office => {
            see_other_saying("/stays", Toast::new("stay-cancelled").undo(format!("/stays/{id}/restoration")))
        }
        Ok(()) => see_other_saying("/home", Toast::new("stay-cancelled")),
        Err(error) if office => one(&me, id, Sheet::again("stay", &posted, error)?).await,
        Err(error) => home_with(&me, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn restore(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    match me.desk.save_once(RestoreStay { stay: id }, posted.submission()?).await {
        Ok(is_approved) => {
            let said = if is_approved { "stay-restored" } else { "stay-restored-waits" };
            see_other_saying(format!("/stays/{id}"), Toast::new(said))
        }
        Err(error) => one(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}

/// Those that were called off together; what stays off is what the list shows then.
async fn restore_all(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let done = match me.desk.save_once(RestoreStays { stay: id }, posted.submission()?).await {
        Ok(done) => done,
        Err(error) => return one(&me, id, Sheet::again("stay", &posted, error)?).await,
    };
    let day = me.desk.stay_line(id).await?.starts_at.date();
    let (view, said) = match (done.left, done.waiting) {
        (0, 0) => ("approved", "stay-restored-all"),
        (0, _) => ("", "stay-restored-some"),
        _ => ("off", "stay-restored-some"),
    };
    let toast = Toast::new(said).with("n", done.approved).with("waiting", done.waiting).with("left", done.left);
    see_other_saying(of_day(view, me.today(), day), toast)
}

async fn endorse(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let yes = match posted.text("answer") {
        "yes" => true,
        "no" => false,
        _ => return Err(Problem::of_code("bad_request")),
    };
    let act = EndorseStay { stay: id, yes, words: posted.text("words").to_owned() };
    match me.desk.save_once(act, posted.submission()?).await {
        Ok(()) => see_other_saying("/friday", Toast::new("stay-endorsed")),
        Err(error) => friday_with(&me, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn for_school(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let act = EndorseForSchool { stay: id, words: posted.text("school_words").to_owned() };
    match me.desk.save_once(act, posted.submission()?).await {
        Ok(()) => see_other_saying(format!("/stays/{id}"), Toast::new("stay-endorsed")),
        Err(error) => one(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn ask(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let office = me.desk.may(Action::ApproveStay);
    let back = if office { format!("/stays/{id}") } else { "/friday".to_owned() };
    let child = naheya_domain::id::ChildId::parse(posted.text("child")).ok_or_else(Problem::not_found)?;
    let Some(answer) = Word::parse(posted.text("wish")) else { return Err(Problem::of_code("bad_request")) };
    let alone = posted.text("alone") == "on";
    let act = RecordWish { child, stay: Some(id), answer, words: posted.text("wish_words").to_owned(), alone };
    match me.desk.save_once(act, posted.submission()?).await {
        Ok(_) if answer == Word::No => see_other_saying(back, Toast::new("stay-asked-no")),
        Ok(_) if alone => see_other_saying(back, Toast::new("stay-asked")),
        Ok(_) => see_other_saying(back, Toast::new("stay-asked-overheard")),
        Err(error) if office => one(&me, id, Sheet::again("stay", &posted, error)?).await,
        Err(error) => friday_with(&me, Sheet::again("stay", &posted, error)?).await,
    }
}
