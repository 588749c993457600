//! The guardian far away, on a phone: where the child is this weekend, what it was like, a thanks,
//! what was agreed to, who looked.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{ChildId, GuardianId, StayId, TermPlanId};
use naheya_domain::stay::{RunsFrom, StayState};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::family::{FamilyChild, FamilyStay, LookLine};
use naheya_store::thanks::SayThanks;

use crate::answer::see_other_saying;
use crate::consent::question::{Asking, QUESTIONS};
use crate::consent::{Line, line};
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Words, page};

pub(crate) mod hand;

const GUARDIAN: Knock = Knock::Roles(&[Role::Guardian]);
/// Minutes.
const DAY: i64 = 24 * 60;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = hand::routes();
    routes.extend([
        Route::get("/family", GUARDIAN, Noun::Child, home),
        Route::get("/family/consents", GUARDIAN, Noun::Consent, consents),
        Route::get("/family/looks", GUARDIAN, Noun::Child, looks),
        Route::get("/family/{id}/questions/{number}", Knock::May(Action::GiveConsent), Noun::Consent, ask),
        Route::post("/family/{id}/questions/{number}", Knock::May(Action::GiveConsent), Noun::Consent, answer),
        Route::post("/stays/{id}/thanks", Knock::May(Action::SayThanks), Noun::Stay, thank),
    ]);
    routes
}

#[derive(Template)]
#[template(path = "family/home.html")]
struct HomePage {
    f: Frame,
    heading: String,
    children: Vec<Kid>,
    /// Weekends of a term that wait for an answer: whose, and how many.
    plans: Vec<(TermPlanId, String, usize)>,
}

/// One own child.
struct Kid {
    name: String,
    school: String,
    now: String,
    /// When it came back, on the day after.
    back: Option<String>,
    note: String,
    next: Option<Weekend>,
    past: Vec<Weekend>,
}

/// One weekend.
struct Weekend {
    id: StayId,
    days: String,
    with: String,
    state: StayState,
    notes: Vec<Story>,
    /// When the child was received, and where.
    back: Option<String>,
    thanked: Option<String>,
    may_thank: bool,
    waits_for_consent: bool,
    /// Whether the guardian hands the child over, or receives it.
    hands_over: bool,
}

/// What was written, and the pictures.
struct Story {
    words: String,
    kinds: Vec<String>,
    pictures: Vec<String>,
    when: String,
}

async fn home(me: Signed) -> Answer {
    let w = me.w();
    let family = me.desk.family().await?;
    let heading = match family.as_slice() {
        [] => w.t("family-nobody"),
        [one] => finding(w, one, me.now),
        _ => w.t1("family-children", "n", family.len()),
    };
    page(&HomePage {
        f: me.frame_calling("family-home-title").await?,
        heading,
        children: family.into_iter().map(|c| kid(w, c, me.now)).collect(),
        plans: me
            .desk
            .plans()
            .await?
            .into_iter()
            .filter(|p| p.progress.waits_for_guardian > 0)
            .map(|p| (p.id, p.child_name, p.progress.waits_for_guardian))
            .collect(),
    })
}

/// The sentence that matters: where the child is.
fn finding(w: Words, child: &FamilyChild, now: Timestamp) -> String {
    let name = &child.name;
    let Some(stay) = &child.next else { return w.t1("family-at-school", "name", name) };
    let with = &stay.volunteer;
    match stay.state {
        StayState::InCare => w.t2("family-is-there", "name", name, "with", with),
        StayState::Released => w.t2("family-on-the-way", "name", name, "with", with),
        StayState::Approved if stay.starts_at.date() == now.date() => {
            w.t2("family-goes-today", "name", name, "with", with)
        }
        StayState::Approved => w.t3("family-goes", "name", name, "with", with, "on", w.date(stay.starts_at)),
        _ => w.t3("family-might-go", "name", name, "with", with, "on", w.date(stay.starts_at)),
    }
}

fn kid(w: Words, child: FamilyChild, now: Timestamp) -> Kid {
    let now_text = finding(w, &child, now);
    let note = match &child.next {
        Some(s) if s.arrived_at.is_some() => {
            s.arrived_at.map(|at| w.t1("family-arrived", "when", w.when(at))).unwrap_or_default()
        }
        Some(s) => w.t1("family-until", "when", w.when(s.ends_at)),
        None => match &child.volunteer {
            Some(with) => w.t1("family-paired-with", "with", with),
            None => w.t("family-no-pair"),
        },
    };
    Kid {
        name: child.name,
        school: child.school.unwrap_or_default(),
        now: now_text,
        back: child.past.first().filter(|s| is_just_back(s, now)).and_then(|s| back(w, s, now)),
        note,
        next: child.next.map(|s| weekend(w, s, now)),
        past: child.past.into_iter().map(|s| weekend(w, s, now)).collect(),
    }
}

/// Whether it came back within a day.
fn is_just_back(stay: &FamilyStay, now: Timestamp) -> bool {
    stay.returned_at.is_some_and(|at| now.minutes_since(at) < DAY)
}

/// When the child was received, and where: what somebody far away wants to read first.
fn back(w: Words, stay: &FamilyStay, now: Timestamp) -> Option<String> {
    let id = match stay.end {
        RunsFrom::School => "family-back-school",
        RunsFrom::Guardian => "family-back-guardian",
        RunsFrom::Base => "family-back-base",
    };
    Some(w.t1(id, "when", w.when_of(stay.returned_at?, now.date())))
}

/// With whom, as far as the weekend has come: a child is "at her home" only once it has arrived.
fn with(w: Words, stay: &FamilyStay) -> String {
    let id = match stay.state {
        StayState::Released => "family-with-way",
        StayState::InCare => "family-with",
        StayState::Returned | StayState::Closed => "family-with-back",
        _ => "family-with-to",
    };
    w.t1(id, "with", &stay.volunteer)
}

fn weekend(w: Words, stay: FamilyStay, now: Timestamp) -> Weekend {
    let arrived = matches!(stay.state, StayState::InCare | StayState::Returned | StayState::Closed);
    Weekend {
        id: stay.id,
        days: w.span_of(stay.starts_at, stay.ends_at, now.date()),
        with: with(w, &stay),
        back: back(w, &stay, now),
        hands_over: stay.is_given_here() || stay.is_received_here(),
        may_thank: arrived && stay.thanked_at.is_none(),
        waits_for_consent: stay.state == StayState::Requested,
        thanked: stay.thanked_at.map(|at| w.t1("family-thanked", "when", w.day(at))),
        notes: stay
            .notes
            .into_iter()
            .map(|n| Story {
                words: n.words,
                kinds: n.kinds.iter().map(|k| w.code("family-kind", k.code())).collect(),
                pictures: n.pictures.iter().map(ToString::to_string).collect(),
                when: n.saved_at.map(|at| w.when(at)).unwrap_or_default(),
            })
            .collect(),
        state: stay.state,
    }
}

async fn thank(me: Signed, Id(stay): Id<StayId>, posted: Posted) -> Answer {
    me.desk.save_once(SayThanks { stay }, posted.submission()?).await?;
    see_other_saying("/family", Toast::new("family-thanks-kept"))
}

#[derive(Template)]
#[template(path = "family/consents.html")]
struct ConsentsPage {
    f: Frame,
    children: Vec<(ChildId, String, Vec<Answered>, Vec<Line>)>,
}

/// One question with what this guardian last said, and the yeses in force.
struct Answered {
    number: usize,
    what: String,
    answer: Option<bool>,
    lines: Vec<Line>,
}

fn guardian(me: &Signed) -> Result<GuardianId, Problem> {
    match me.viewer.place {
        Place::Person(id) => Ok(GuardianId(id)),
        _ => Err(Problem::not_found()),
    }
}

async fn consents(me: Signed) -> Answer {
    let w = me.w();
    let guardian = guardian(&me)?;
    let mut children = Vec::new();
    for child in me.desk.family().await? {
        let questions = me.desk.consent_questions(child.id, guardian).await?;
        let (now, past): (Vec<_>, Vec<_>) =
            me.desk.consents(child.id).await?.into_iter().partition(|c| c.state.is_withdrawable());
        let answered = (1..).zip(questions).map(|(number, q)| Answered {
            number,
            what: w.code("consent-purpose", q.purpose.code()),
            answer: q.answer,
            lines: now.iter().filter(|c| c.purpose == q.purpose).cloned().map(|c| line(w, c)).collect(),
        });
        children.push((child.id, child.name, answered.collect(), past.into_iter().map(|c| line(w, c)).collect()));
    }
    page(&ConsentsPage { f: me.frame("family-consents-title"), children })
}

async fn asking<'a>(me: &'a Signed, child: ChildId) -> Result<Asking<'a>, Problem> {
    let found = me.desk.family().await?.into_iter().find(|c| c.id == child).ok_or_else(Problem::not_found)?;
    Ok(Asking {
        desk: &me.desk,
        child,
        name: found.name,
        guardian: guardian(me)?,
        first: 0,
        all: QUESTIONS,
        link: None,
        base: format!("/family/{child}/questions"),
        end: "/family/consents".to_owned(),
        before: "/family/consents".to_owned(),
    })
}

fn numbered(number: &str) -> Result<usize, Problem> {
    number.parse().ok().filter(|n| (1..=QUESTIONS).contains(n)).ok_or_else(Problem::not_found)
}

async fn ask(me: Signed, Id((child, number)): Id<(ChildId, String)>) -> Answer {
    asking(&me, child).await?.show(&me, numbered(&number)?, Sheet::blank("consent")).await
}

async fn answer(me: Signed, Id((child, number)): Id<(ChildId, String)>, posted: Posted) -> Answer {
    asking(&me, child).await?.answer(&me, numbered(&number)?, &posted).await
}

#[derive(Template)]
#[template(path = "family/looks.html")]
struct LooksPage {
    f: Frame,
    children: Vec<(String, Vec<Look>)>,
}

/// One person on one day.
struct Look {
    who: String,
    role: String,
    what: String,
    when: String,
    locked: bool,
}

async fn looks(me: Signed) -> Answer {
    let w = me.w();
    let mut children = Vec::new();
    for child in me.desk.family().await? {
        let looks = me.desk.looks(child.id).await?;
        children.push((child.name, looks.into_iter().map(|l| look(w, l)).collect()));
    }
    page(&LooksPage { f: me.frame("family-looks-title"), children })
}

fn look(w: Words, l: LookLine) -> Look {
    let what = match (l.locked, l.reason) {
        (true, Some(reason)) => w.t1("family-look-locked-for", "reason", reason),
        (true, None) => w.t("family-look-locked"),
        (false, _) if l.times > 1 => w.t1("family-look-times", "n", l.times),
        (false, _) => w.t("family-look-once"),
    };
    Look {
        who: l.who.unwrap_or_else(|| w.t("family-look-system")),
        role: l.role.map(|r| w.code("role", r.code())).unwrap_or_default(),
        what,
        when: w.when(l.at),
        locked: l.locked,
    }
}
