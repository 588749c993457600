//! The weekends of a term at once: what each side says, and what has come of it. One plan is seen by four roles, in the same words
//! and lines.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{TermPlanId, TermWeekendId};
use naheya_domain::stay::{NewStay, StayForm};
use naheya_domain::term::{PlanState, Side, Standing};
use naheya_domain::{Role, Timestamp};
use naheya_store::term::{
    AnswerPlan, AskAgain, AtHome, COUNTED, PlanFile, PlanLine, PlanWeekend, RestorePlan, Settled, SiblingPlan,
    WithdrawPlan,
};
use naheya_store::{Desk, Error};

mod again;
mod export;
mod hers;
mod paper;
mod propose;
mod spoken;

pub(crate) use again::keep;

use crate::answer::see_other_saying;
use crate::order::{Order, Pager};
use crate::words::Words;
use crate::{
    Answer, Asker, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, page, page_as,
};

const PLANS: Knock = Knock::Roles(&[Role::Coordinator, Role::Leader, Role::Volunteer]);
const READS: Knock = Knock::Roles(&[Role::Coordinator, Role::Leader, Role::Volunteer, Role::Guardian]);
const ANSWERS: Knock = Knock::Roles(&[Role::Volunteer, Role::Guardian]);
const ASKS: Knock = Knock::Roles(&[Role::Coordinator, Role::Volunteer]);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let stay = Noun::Stay;
    vec![
        Route::get("/terms", READS, stay, list),
        Route::get("/terms.xlsx", Knock::May(Action::Export), stay, export::workbook),
        Route::get("/terms/new", PLANS, stay, propose::blank),
        Route::post("/terms", PLANS, stay, propose::propose),
        Route::get("/terms/{id}", READS, stay, show),
        Route::post("/terms/{id}/answer", ANSWERS, stay, answer),
        Route::get("/terms/{id}/record", spoken::RECORDS, stay, spoken::blank),
        Route::post("/terms/{id}/record", spoken::RECORDS, stay, spoken::record),
        Route::get("/terms/{id}/paper", spoken::RECORDS, stay, paper::paper),
        Route::get("/terms/{id}/hers", hers::RECORDS, stay, hers::blank),
        Route::post("/terms/{id}/hers", hers::RECORDS, stay, hers::record),
        Route::post("/terms/{id}/withdrawal", PLANS, stay, withdraw),
        Route::post("/terms/{id}/withdrawal/undo", PLANS, stay, restore),
        Route::post("/terms/{id}/requests", ASKS, stay, ask_again),
    ]
}

#[derive(Template)]
#[template(path = "term/list.html")]
struct ListPage {
    f: Frame,
    heading: String,
    plans: Vec<(PlanLine, String, &'static str)>,
    office: bool,
    may_export: bool,
    /// Below the office's list, which has pages.
    pager: Option<Pager>,
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    if side(me.viewer.role).is_none() {
        return office_list(me, wanted).await;
    }
    let w = me.w();
    let plans = me.desk.plans().await?;
    me.desk.looked("children", plans.iter().map(|p| p.child.0).collect(), "work", None).await?;
    let side = side(me.viewer.role);
    let waiting = plans.iter().filter(|p| waits(p, side) > 0).count();
    page(&ListPage {
        f: me.frame("term-list-title"),
        heading: w.t1("term-list-mine", "n", waiting),
        plans: plans.into_iter().map(|p| stands(w, side, p)).collect(),
        office: false,
        may_export: me.desk.may(Action::Export),
        pager: None,
    })
}

async fn office_list(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let order = Order::unsorted("/terms".to_owned(), &wanted);
    let listed = me.desk.plans_page(&order.turn).await?;
    me.desk.looked("children", listed.rows.iter().map(|p| p.child.0).collect(), "work", None).await?;
    let (all, waiting) = me.desk.count_plans().await?;
    let pager = order.pager(w, &listed, w.counted(all, COUNTED));
    page(&ListPage {
        f: me.frame("term-list-title"),
        heading: w.t1("term-list-finding", "n", w.counted(waiting, COUNTED)),
        plans: listed.rows.into_iter().map(|p| stands(w, None, p)).collect(),
        office: true,
        may_export: me.desk.may(Action::Export),
        pager: Some(pager),
    })
}

fn side(role: Role) -> Option<Side> {
    match role {
        Role::Volunteer => Some(Side::Volunteer),
        Role::Guardian => Some(Side::Guardian),
        _ => None,
    }
}

fn waits(plan: &PlanLine, side: Option<Side>) -> usize {
    match side {
        Some(Side::Volunteer) => plan.progress.waits_for_volunteer,
        Some(Side::Guardian) => plan.progress.waits_for_guardian,
        None => plan.progress.waits_for_volunteer.max(plan.progress.waits_for_guardian),
    }
}

/// A plan with the word and the look of how it stands for the reader.
fn stands(w: Words, side: Option<Side>, plan: PlanLine) -> (PlanLine, String, &'static str) {
    let n = waits(&plan, side);
    let (word, kind) = match (side, n) {
        (_, 0) if plan.progress.refused > 0 => (w.t1("term-some-refused", "n", plan.progress.refused), "due"),
        (_, 0) => (w.t1("term-agreed-n", "n", plan.progress.agreed), "ok"),
        (Some(_), n) => (w.t1("term-waits-for-you", "n", n), "wait"),
        (None, _) => {
            let (hers, theirs) = (plan.progress.waits_for_volunteer, plan.progress.waits_for_guardian);
            (w.t2("term-waits-for", "hers", hers, "theirs", theirs), "wait")
        }
    };
    (plan, word, kind)
}

/// A weekend of a plan as its reader sees it.
struct Line {
    id: TermWeekendId,
    days: String,
    hours: String,
    kind: &'static str,
    word: String,
    why: Option<String>,
    stay: Option<String>,
}

/// The plan for one reader: what can be agreed to now, what lacks the consent, what is decided.
#[derive(Template)]
#[template(path = "term/show.html")]
struct PlanPage {
    f: Frame,
    sheet: Sheet,
    id: TermPlanId,
    heading: String,
    lead: String,
    side: Option<&'static str>,
    up: String,
    up_word: String,
    action: String,
    now: Vec<Line>,
    later: Vec<Line>,
    rest: Vec<Line>,
    also: Vec<(String, String)>,
    adults: Vec<(String, String)>,
    going: Vec<(&'static str, String)>,
    /// Where the consent that is missing can be given or asked for.
    consent: Option<String>,
    may_withdraw: bool,
    /// Whether it was taken back, and the reader may ask about it again.
    may_restore: bool,
    may_ask_again: bool,
    may_record: bool,
    may_record_hers: bool,
    /// Where an answer is taken back, and its word.
    again: Vec<(String, String)>,
    /// Who wrote the volunteer's answer down, when and how she gave it; for the office and for her.
    written: Option<String>,
    /// What was written down for a guardian: who said it, how and who wrote it.
    records: Vec<(String, String)>,
    /// The year whose holidays are not known, when it is among the days still to come.
    unknown: Option<i16>,
}

/// Who reads a plan, and where its pages stand: signed in, or by the guardian's link.
pub(crate) struct Reading<'a> {
    /// The desk that sees what the reader sees.
    pub(crate) desk: &'a Desk,
    /// On whose side the reader answers.
    pub(crate) role: Role,
    /// Where the answer is posted.
    pub(crate) action: String,
    /// Where one goes back to, and its name.
    pub(crate) back: (String, String),
    /// Where a guardian gives the consent that is missing.
    pub(crate) consent: Option<String>,
    /// The page's frame.
    pub(crate) frame: Frame,
    /// The household of a volunteer.
    pub(crate) adults: Vec<(String, String)>,
}

impl Reading<'_> {
    /// The page; the look at the child stands in the trail before it is sent.
    pub(crate) async fn show(self, asker: &Asker, id: TermPlanId, sheet: Sheet) -> Answer {
        let w = asker.w();
        let plan = self.desk.plan(id).await?;
        self.desk.looked("children", vec![plan.child.0], "work", None).await?;
        let side = side(self.role);
        let (now, others): (Vec<&PlanWeekend>, Vec<&PlanWeekend>) =
            plan.weekends.iter().partition(|x| side.is_some_and(|s| x.covered && is_asked(&plan, x, s)));
        let lacks = |x: &&PlanWeekend| match side {
            Some(side) => !x.covered && x.waits_for(side),
            None => !x.covered && !x.begun && x.answers.standing() == Standing::Open,
        };
        let (later, rest): (Vec<&PlanWeekend>, Vec<&PlanWeekend>) = others.into_iter().partition(lacks);
        let lines = |all: &[&PlanWeekend]| all.iter().map(|x| line(w, side, self.role, x)).collect::<Vec<_>>();
        let open = plan.state == PlanState::Open;
        let is_office = side.is_none();
        let last = plan.weekends.iter().map(|x| x.ends_at.date()).max();
        let written = match side {
            Some(Side::Guardian) => None,
            _ => self.desk.her_plan_record(id).await?.map(|record| hers::told(w, record)),
        };
        let records = spoken::told(w, self.desk.plan_records(id).await?);
        let hers = written.is_some() && self.role == Role::Coordinator;
        let for_others = again::Written { hers, theirs: !records.is_empty() };
        let shown = PlanPage {
            unknown: crate::stay::unknown_year(self.desk, last).await?,
            id,
            heading: heading(w, side, &plan, &now),
            lead: w.t2("term-lead", "child", &plan.child_name, "carer", &plan.volunteer_name),
            side: side.map(|s| if s == Side::Volunteer { "volunteer" } else { "guardian" }),
            also: side.map(|side| alike(w, &plan, &now, side)).unwrap_or_default(),
            now: lines(&now),
            later: lines(&later),
            rest: lines(&rest),
            going: vec![("no", w.t("stay-going-no")), ("yes", w.t("stay-going-yes"))],
            consent: if is_office { Some(format!("/children/{}/consents", plan.child)) } else { self.consent },
            may_withdraw: open && (is_office || (side == Some(Side::Volunteer) && plan.by_volunteer)),
            may_restore: plan.state == PlanState::Withdrawn && is_office,
            may_ask_again: plan.state != PlanState::Withdrawn
                && matches!(self.role, Role::Coordinator | Role::Volunteer)
                && plan.weekends.iter().any(|x| x.refusal.is_some() && x.stay.is_none() && !x.begun),
            may_record: is_office && spoken::waiting(&plan, Side::Guardian).next().is_some(),
            may_record_hers: self.role == Role::Coordinator && spoken::waiting(&plan, Side::Volunteer).next().is_some(),
            again: again::buttons(w, &plan, side, &self.action, &for_others),
            written,
            records,
            up: self.back.0,
            up_word: self.back.1,
            action: self.action,
            adults: self.adults,
            f: self.frame.with(&sheet),
            sheet,
        };
        page_as(shown.sheet.status(), &shown)
    }
}

/// Whether the reader, on `side`, is asked about a weekend of the plan, or may put right what was written down for her.
fn is_asked(plan: &PlanFile, weekend: &PlanWeekend, side: Side) -> bool {
    let waits = plan.state != PlanState::Withdrawn && weekend.waits_for(side);
    waits || (side == Side::Volunteer && weekend.to_put_right)
}

fn heading(w: Words, side: Option<Side>, plan: &PlanFile, now: &[&PlanWeekend]) -> String {
    match (plan.state, side) {
        (PlanState::Withdrawn, _) => w.t("term-withdrawn"),
        (_, Some(_)) if !now.is_empty() && now.iter().all(|x| x.to_put_right) => w.t("term-put-right"),
        (_, Some(_)) if !now.is_empty() => w.t1("term-ask", "n", now.len()),
        (_, Some(_)) => w.t("term-nothing-now"),
        (_, None) => w.t1("term-office", "n", plan.weekends.len()),
    }
}

fn line(w: Words, side: Option<Side>, role: Role, weekend: &PlanWeekend) -> Line {
    let (kind, word) = word(w, side, weekend);
    let why = match &weekend.refusal {
        Some(code) if weekend.stay.is_none() => {
            // A sentence with a name in it is the office's to read, on the page of the check.
            let text = w.maybe(format!("refusal-{}", code.replace('.', "-"))).filter(|text| !text.contains('{'));
            Some(text.unwrap_or_else(|| w.t("term-why-check")))
        }
        _ => None,
    };
    let may_open = matches!(role, Role::Coordinator | Role::Leader);
    Line {
        id: weekend.id,
        days: w.span(weekend.starts_at, weekend.ends_at),
        hours: hours(w, weekend.starts_at, weekend.ends_at),
        kind,
        word,
        why,
        stay: weekend.stay.filter(|_| may_open).map(|(id, _)| format!("/stays/{id}")),
    }
}

fn hours(w: Words, from: Timestamp, to: Timestamp) -> String {
    let at = |moment: Timestamp| format!("{} {}", w.weekday(moment), w.time(moment));
    w.t2("term-hours", "from", at(from), "to", at(to))
}

fn word(w: Words, side: Option<Side>, weekend: &PlanWeekend) -> (&'static str, String) {
    if let Some((_, state)) = weekend.stay {
        return ("ok", w.code("stay-state", state.code()));
    }
    match weekend.answers.standing() {
        Standing::Agreed => ("due", w.t("term-both-but")),
        Standing::Out => ("off", w.t("term-out")),
        Standing::Open if weekend.begun => ("off", w.t("term-silent")),
        Standing::Open => match (side, weekend.answers.volunteer, weekend.answers.guardian) {
            (None, None, None) => ("wait", w.t("term-waits-both")),
            (Some(Side::Guardian), _, Some(_)) | (None, None, _) => ("wait", w.t("term-waits-volunteer")),
            (Some(Side::Volunteer), Some(_), _) | (None, _, None) => ("wait", w.t("term-waits-guardian")),
            _ if !weekend.covered => ("due", w.t("term-no-consent")),
            _ => ("wait", w.t("term-your-turn")),
        },
    }
}

async fn reading<'a>(me: &'a Signed, id: TermPlanId) -> Result<Reading<'a>, Problem> {
    let w = me.w();
    let role = me.viewer.role;
    let adults = match role {
        Role::Volunteer => crate::stay::own_adults(me).await?,
        _ => Vec::new(),
    };
    let back = match role {
        Role::Guardian => ("/family".to_owned(), w.t("nav-family")),
        Role::Volunteer => ("/home".to_owned(), w.t("stay-back-home")),
        _ => ("/terms".to_owned(), w.t("term-list-title")),
    };
    Ok(Reading {
        desk: &me.desk,
        role,
        action: format!("/terms/{id}/answer"),
        back,
        consent: (role == Role::Guardian).then(|| "/family/consents".to_owned()),
        frame: me.frame("term-show-title"),
        adults,
    })
}

async fn show(me: Signed, Id(id): Id<TermPlanId>) -> Answer {
    let fresh = match me.viewer.role {
        Role::Volunteer => Sheet::filled("stay", answered_for_her(&me, id).await?),
        _ => Sheet::blank("stay"),
    };
    let sheet = match me.viewer.role {
        Role::Volunteer => me.resumed(&format!("plan-{id}"), fresh).await?,
        _ => fresh,
    };
    reading(&me, id).await?.show(&me, id, sheet).await
}

/// Everybody at home, and what was taken out by the answer that somebody wrote down for her.
async fn answered_for_her(me: &Signed, id: TermPlanId) -> Result<Fields, Problem> {
    let home = crate::stay::all_at_home(me).await?;
    let plan = me.desk.plan(id).await?;
    let taken_out = |x: &&PlanWeekend| x.to_put_right && x.answers.volunteer == Some(false);
    let out: Vec<String> = plan.weekends.iter().filter(taken_out).map(|x| x.id.to_string()).collect();
    let home = home.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(Fields::of(home.chain(out.into_iter().map(|id| ("out".to_owned(), id)))))
}

/// The answer as it was posted: yes with what is taken out, or none of them.
fn read(id: TermPlanId, role: Role, posted: &Posted, now: Timestamp) -> Result<AnswerPlan, Error> {
    let yes = match posted.text("answer") {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::refused("plan.unanswered")),
    };
    let out = posted.all("out").into_iter().filter_map(TermWeekendId::parse).collect();
    let home = if role == Role::Volunteer && yes { Some(home(posted, now)?) } else { None };
    Ok(AnswerPlan { plan: id, yes, out, home, also: also(posted) })
}

/// The plans of brothers and sisters that are to be answered in the same way.
fn also(posted: &Posted) -> Vec<TermPlanId> {
    posted.all("also").into_iter().filter_map(TermPlanId::parse).collect()
}

/// Brothers and sisters with as many of the same weekends still to be answered on `side`, none chosen beforehand.
fn alike(w: Words, plan: &PlanFile, these: &[&PlanWeekend], side: Side) -> Vec<(String, String)> {
    let told = |sibling: &SiblingPlan| {
        let shared = sibling.shared(these, side);
        let word = w.t2("term-also-one", "name", &sibling.child_name, "n", shared);
        (shared > 0).then(|| (sibling.id.to_string(), word))
    };
    plan.siblings.iter().filter_map(told).collect()
}

/// Who sleeps there and whether they go away, by the same rules as for a single request.
fn home(posted: &Posted, now: Timestamp) -> Result<AtHome, Error> {
    let (from, to) = (now.plus_minutes(24 * 60), now.plus_minutes(48 * 60));
    let (from, to) = (from.date().to_string(), to.date().to_string());
    // Days and pairs are the plan's; only the rest of the form is read.
    let form = StayForm {
        pairs: vec!["00000000-0000-0000-0000-000000000001"],
        starts_on: &from,
        starts_at: "12:00",
        ends_on: &to,
        ends_at: "12:00",
        adults: posted.all("adults"),
        guests: posted.text("guests"),
        going: posted.text("going"),
        plan: posted.text("plan"),
        ..StayForm::default()
    };
    let new = NewStay::parse(&form, now).map_err(Error::Invalid)?;
    Ok(AtHome { adults: new.adults, guests: new.guests, going: new.going })
}

async fn answer(me: Signed, Id(id): Id<TermPlanId>, posted: Posted) -> Answer {
    match keep(&me.desk, me.viewer.role, id, &posted, me.now).await {
        Ok(toast) => see_other_saying(format!("/terms/{id}"), toast),
        Err(error) => reading(&me, id).await?.show(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}

/// What came of an answer, said once.
fn said(done: &Settled) -> Toast {
    match (done.yes, done.asked.len()) {
        (0, _) => Toast::new("term-said-no"),
        (n, 0) => Toast::new("term-said-yes").with("n", n),
        (n, asked) => Toast::new("term-said-both").with("n", n).with("asked", asked),
    }
}

async fn withdraw(me: Signed, Id(id): Id<TermPlanId>, posted: Posted) -> Answer {
    match me.desk.save_once(WithdrawPlan { plan: id }, posted.submission()?).await {
        Ok(()) => {
            let toast = Toast::new("term-taken-back").undo(format!("/terms/{id}/withdrawal/undo"));
            see_other_saying("/terms", toast)
        }
        Err(error) => reading(&me, id).await?.show(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn restore(me: Signed, Id(id): Id<TermPlanId>, posted: Posted) -> Answer {
    match me.desk.save_once(RestorePlan { plan: id }, posted.submission()?).await {
        Ok(()) => see_other_saying(format!("/terms/{id}"), Toast::new("term-restored")),
        Err(error) => reading(&me, id).await?.show(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn ask_again(me: Signed, Id(id): Id<TermPlanId>, posted: Posted) -> Answer {
    match me.desk.save_once(AskAgain { plan: id }, posted.submission()?).await {
        Ok(done) => {
            let toast = Toast::new("term-asked-again").with("n", done.asked.len()).with("left", done.refused);
            see_other_saying(format!("/terms/{id}"), toast)
        }
        Err(error) => reading(&me, id).await?.show(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}
