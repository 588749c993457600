//! The guardian far away, on a phone: where the child is this weekend, what it was like, a thanks,
//! what was agreed to, who looked.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::custody::Holder;
use naheya_domain::id::{ChildId, GuardianId, StayId, TermPlanId};
use naheya_domain::stay::{Leg, RunsFrom, StayState};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::consent::{ConsentLine, GuardianWord};
use naheya_store::family::{FamilyAhead, FamilyChild, FamilyStay, LookLine, MOST_LOOKS};
use naheya_store::thanks::SayThanks;

use crate::answer::see_other_saying;
use crate::consent::question::{Asking, QUESTIONS};
use crate::consent::{Line, line};
use crate::words::unbroken;
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Words, page};

pub(crate) mod hand;
mod place;

use place::{back, finding};

const GUARDIAN: Knock = Knock::Roles(&[Role::Guardian]);
/// Minutes.
const DAY: i64 = 24 * 60;
/// The number of the question about nights away.
const OVERNIGHT: usize = 3;

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
    /// Whether the office's number stands first.
    urgent: bool,
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
    /// Whether it is late, in hospital or with the police.
    urgent: bool,
    /// Whether the processing of its file is restricted.
    restricted: bool,
    /// Where the question about nights away is answered.
    nights: String,
    next: Option<Weekend>,
    /// Days and words of those after it.
    ahead: Vec<(String, String)>,
    past: Vec<Weekend>,
}

/// One weekend.
struct Weekend {
    id: StayId,
    days: String,
    with: String,
    /// How far it is, in a word.
    tag: String,
    /// What follows, or how it came to this.
    explain: String,
    notes: Vec<Story>,
    /// When the child was received, and where.
    back: Option<String>,
    thanked: Option<String>,
    may_thank: bool,
    waits_for_consent: bool,
    /// Who said when that it does not take place, and where one says otherwise.
    held: Option<(String, String)>,
    /// That the child is away longer than was agreed to, and where one answers.
    longer: Option<(String, String)>,
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
    let reader = guardian(&me).ok();
    let resting: Vec<ChildId> = family.iter().filter(|child| child.rests).map(|child| child.id).collect();
    let urgent = family.iter().find(|child| place::is_urgent(child, me.now));
    let heading = match (family.as_slice(), urgent) {
        ([], _) => w.t("family-nobody"),
        ([one], _) | (_, Some(one)) => finding(w, one, me.now),
        _ => w.t1("family-children", "n", family.len()),
    };
    let urgent = urgent.is_some();
    let mut children = Vec::new();
    for child in family {
        let restricted = me.desk.says_restricted(child.id).await?;
        children.push(Kid { restricted, ..kid(w, child, reader, me.now) });
    }
    page(&HomePage {
        f: me.frame_calling("family-home-title").await?,
        heading: unbroken(&heading),
        urgent,
        children,
        plans: me
            .desk
            .plans()
            .await?
            .into_iter()
            .filter(|p| p.progress.waits_for_guardian > 0 && !resting.contains(&p.child))
            .map(|p| (p.id, p.child_name, p.progress.waits_for_guardian))
            .collect(),
    })
}

fn kid(w: Words, child: FamilyChild, reader: Option<GuardianId>, now: Timestamp) -> Kid {
    let back = child.past.first().filter(|s| is_just_back(s, now)).and_then(|s| back(w, s, now));
    let (id, holder) = (child.id, child.holder);
    let shown = |s: FamilyStay| {
        let volunteer = crate::erasure::carer(w, s.volunteer);
        weekend(w, FamilyStay { volunteer, ..s }, holder, now)
    };
    let held = child.next.as_ref().filter(|s| !s.state.is_away()).and_then(|s| place::held(w, s, reader));
    let nights = format!("/family/{id}/questions/{OVERNIGHT}");
    let held = held.map(|said| (said, nights.clone()));
    let longer = child.next.as_ref().and_then(|s| Some((s.ends_short?, s.ends_at)));
    let longer =
        longer.map(|(day, back)| (w.t2("family-longer", "day", w.day(day), "when", w.when(back)), nights.clone()));
    Kid {
        now: finding(w, &child, now),
        note: place::note(w, &child, back.is_some(), now),
        urgent: place::is_urgent(&child, now),
        restricted: false,
        nights,
        back,
        name: child.name,
        school: child.school.unwrap_or_default(),
        next: child.next.map(|s| Weekend { held, longer, ..shown(s) }),
        ahead: child.ahead.iter().map(|line| ahead(w, line, now)).collect(),
        past: child.past.into_iter().map(shown).collect(),
    }
}

/// The days of a weekend to come, and whether it is settled or off.
fn ahead(w: Words, line: &FamilyAhead, now: Timestamp) -> (String, String) {
    let text = if line.is_off { "family-ahead-off" } else { "family-ahead-settled" };
    (w.span_of(line.starts_at, line.ends_at, now.date()), w.t1(text, "with", &line.volunteer))
}

/// Whether it came back within a day.
fn is_just_back(stay: &FamilyStay, now: Timestamp) -> bool {
    stay.returned_at.is_some_and(|at| now.minutes_since(at) < DAY)
}

fn weekend(w: Words, stay: FamilyStay, holder: Holder, now: Timestamp) -> Weekend {
    let arrived = matches!(stay.state, StayState::Returned | StayState::Closed)
        || (stay.state.is_away() && stay.leg != Leg::Going);
    Weekend {
        id: stay.id,
        days: w.span_of(stay.starts_at, stay.ends_at, now.date()),
        with: place::with(w, &stay, holder, now),
        tag: place::tag(w, &stay, holder, now),
        explain: explain(w, &stay, now),
        back: back(w, &stay, now),
        hands_over: stay.is_given_here() || stay.is_received_here(),
        may_thank: arrived && stay.thanked_at.is_none(),
        waits_for_consent: stay.state == StayState::Requested
            && stay.word == GuardianWord::Open
            && stay.stopped.is_none(),
        held: None,
        longer: None,
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
    }
}

/// What follows, or how it came to this; nothing of the way there where nobody has let the child go.
fn explain(w: Words, stay: &FamilyStay, now: Timestamp) -> String {
    if let Some(since) = stay.stopped {
        return w.t1("family-stopped", "time", crate::alarm::hour(&w, &since, &now));
    }
    if stay.unfetched.is_some() {
        let at = crate::alarm::hour(&w, &stay.starts_at, &now);
        return w.t2("family-agreed-fetch", "with", &stay.volunteer, "time", at);
    }
    w.code("family-explain", explained(stay).code())
}

/// The state whose explanation fits: a yes given since is a consent, and only what a school let go was handed over by a teacher.
fn explained(stay: &FamilyStay) -> StayState {
    match stay.state {
        StayState::Requested => StayState::Consented,
        StayState::Released | StayState::InCare if stay.leg == Leg::Going && stay.start == RunsFrom::School => {
            StayState::Released
        }
        StayState::Released => StayState::InCare,
        state => state,
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
    /// When the last yes was taken back, and nothing was answered since.
    taken_back: Option<String>,
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
            taken_back: q.taken_back.map(|at| w.t1("family-taken-back", "when", w.when(at))),
            lines: now.iter().filter(|c| c.purpose == q.purpose).map(|c| own(w, c, guardian)).collect(),
        });
        children.push((child.id, child.name, answered.collect(), past.into_iter().map(|c| line(w, c)).collect()));
    }
    page(&ConsentsPage { f: me.frame("family-consents-title"), children })
}

/// An answer in force; what another guardian said is that one's to take back.
fn own(w: Words, c: &ConsentLine, guardian: GuardianId) -> Line {
    Line { withdrawable: c.guardian == guardian, ..line(w, c.clone()) }
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
    children: Vec<(ChildId, String, Vec<Look>)>,
}

impl LooksPage {
    /// Whether there is more than the page shows.
    fn is_cut(lines: &[Look]) -> bool {
        lines.len() >= MOST_LOOKS
    }
}

/// One person on one day.
pub(crate) struct Look {
    pub(crate) who: String,
    pub(crate) role: String,
    pub(crate) what: String,
    when: String,
    locked: bool,
}

async fn looks(me: Signed) -> Answer {
    let w = me.w();
    let mut children = Vec::new();
    for child in me.desk.family().await? {
        let looks = me.desk.looks(child.id).await?;
        children.push((child.id, child.name, looks.into_iter().map(|l| look(w, l)).collect()));
    }
    page(&LooksPage { f: me.frame("family-looks-title"), children })
}

pub(crate) fn look(w: Words, l: LookLine) -> Look {
    let what = match (l.locked, l.reason) {
        (true, Some(reason)) => w.t1("family-look-locked-for", "reason", reason),
        (true, None) => w.t("family-look-locked"),
        (false, _) if l.taken_out => w.t("family-look-taken-out"),
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
