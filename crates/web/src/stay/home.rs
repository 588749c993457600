//! The volunteer's weekend: what is next, the code, how far they are, and that they come later.

use std::collections::BTreeMap;

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::code::Moment;
use naheya_domain::custody::{Event, Holder};
use naheya_domain::id::{StayId, VolunteerId};
use naheya_domain::stay::{RunsFrom, StayState};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::Error;
use naheya_store::child::SchoolContact;
use naheya_store::custody::Witness;
use naheya_store::pair::PairRow;
use naheya_store::stay::{AnnounceLate, CarerCode, Hold, HomeLine, Receiver, ReportStay};
use naheya_store::term::PlanLine;
use naheya_store::volunteer::VolunteerFile;

use super::office::one;
use super::standing::{not_now, paper};
use super::{is_off, late_by};
use crate::answer::see_other_saying;
use crate::words::{Words, unbroken};
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, page, page_as};

const HER: Knock = Knock::Roles(&[Role::Volunteer]);
const SAYS: Knock = Knock::May(Action::ReportCustody);
/// Minutes later than agreed that the form offers.
const DELAYS: [i64; 6] = [15, 30, 45, 60, 90, 120];
/// A month of weekends, so that a note that is missing is still asked for.
const SEEN_DAYS: i64 = 30;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/home", HER, Noun::Stay, home),
        Route::get("/stays/{id}/code", HER, Noun::Stay, code),
        Route::post("/stays/{id}/report", SAYS, Noun::Stay, report),
        Route::get("/stays/{id}/delay", SAYS, Noun::Stay, delay),
        Route::post("/stays/{id}/delay", SAYS, Noun::Stay, announce),
    ]
}

/// The file of the volunteer who is signed in.
pub(crate) async fn own_file(me: &Signed) -> Result<VolunteerFile, Problem> {
    let Place::Person(id) = me.viewer.place else { return Err(Problem::not_found()) };
    Ok(me.desk.volunteer(VolunteerId(id)).await?)
}

#[derive(Template)]
#[template(path = "stay/home.html")]
struct HomePage {
    f: Frame,
    heading: String,
    now: Timestamp,
    stays: Vec<HomeLine>,
    /// Whom to call at the school of a child that is late.
    contacts: BTreeMap<StayId, SchoolContact>,
    unwritten: Vec<HomeLine>,
    pairs: Vec<PairRow>,
    /// Pairs that rest: their children are not shown.
    resting: usize,
    /// Why no weekend is arranged with her.
    not_now: Option<String>,
    /// Which paper she lacks or has to renew.
    paper: Option<String>,
    plans: Vec<PlanLine>,
    /// Until when she answers whether a child may come to her.
    asked_until: Option<Timestamp>,
    minutes: i64,
    sheet: Sheet,
    thanks: Vec<(String, Timestamp)>,
}

impl HomePage {
    /// Whether a child is with her now: whom to call stands beside it, and not below everything else.
    fn is_out(&self) -> bool {
        self.stays.iter().any(|line| line.state.is_away())
    }

    /// Whether the page is about this moment, a child that is with her or a code to show: that comes before what waits for her.
    fn is_now(&self) -> bool {
        self.is_out() || self.stays.iter().any(|line| matches!(line.code, CarerCode::Open(..)))
    }

    fn doing(&self, line: &HomeLine) -> String {
        doing(self.f.w, line)
    }

    /// How far it is, in a word.
    fn standing(&self, line: &HomeLine) -> String {
        let w = self.f.w;
        if let Some(holder) = line.elsewhere {
            return w.code("stay-place", holder.code());
        }
        if line.unfetched.is_some() {
            return w.t(if line.from_home { "stay-short-unfetched-guardian" } else { "stay-short-unfetched" });
        }
        match (line.late(self.now), line.next) {
            (Some(_), Some(_)) => w.t("stay-place-late"),
            (_, None | Some(Event::Arrival | Event::Leaving | Event::Return)) if line.state.is_away() => {
                w.code("stay-leg", line.leg.code())
            }
            _ if line.held.is_some() => w.t("stay-held"),
            _ => w.code("stay-state", line.state.code()),
        }
    }

    /// The hour that she missed.
    fn agreed(&self, line: &HomeLine) -> Timestamp {
        if line.unfetched.is_some() { line.starts_at } else { line.ends_at }
    }

    /// Why she must not fetch the child.
    fn why_held(&self, hold: &Hold) -> String {
        let since = self.f.w.when(hold.since());
        match hold {
            Hold::Guardian(_) => self.f.w.t1("stay-held-why", "time", since),
            Hold::Word(_) => self.f.w.t1("stay-stopped-why", "time", since),
        }
    }

    /// Until when, and to whom.
    fn until(&self, line: &HomeLine) -> String {
        to_end(self.f.w, "stay-back-by", line, &[("time", self.f.w.when(line.ends_at))])
    }

    /// What the button says that tells of `event`.
    fn say(&self, line: &HomeLine, event: &Event) -> String {
        match event {
            Event::Leaving | Event::Return => to_end(self.f.w, &format!("stay-say-{}", event.code()), line, &[]),
            _ => self.f.w.code("stay-say", event.code()),
        }
    }

    /// Who has to confirm that the child is there.
    fn awaits(&self, line: &HomeLine) -> String {
        to_end(self.f.w, "stay-brought", line, &[])
    }

    /// At which school she stands next with the child.
    fn at_school(&self, line: &HomeLine) -> Option<String> {
        at_school(self.f.w, line)
    }

    /// Whether another school let the child go.
    fn is_moved(&self, line: &HomeLine) -> bool {
        line.school.as_ref().is_some_and(|at| at.is_new)
    }

    fn receiver(&self, person: &Receiver) -> String {
        receiver(self.f.w, person)
    }

    /// Whether it is this weekend's form that came back: why she cannot.
    fn came_back(&self, line: &HomeLine) -> bool {
        self.sheet.fault("reason").is_some() && self.f.is_at(&format!("/stays/{}/cancellation", line.stay))
    }
}

async fn home(me: Signed) -> Answer {
    home_with(&me, Sheet::blank("stay")).await
}

/// The home, with what is wrong with a form of it.
pub(super) async fn home_with(me: &Signed, sheet: Sheet) -> Answer {
    let file = own_file(me).await?;
    let lines = me.desk.my_stays(me.now.plus_minutes(-SEEN_DAYS * 24 * 60)).await?;
    let children = lines.iter().filter_map(|l| l.child.as_ref().map(|(id, _)| id.0)).collect();
    me.desk.looked("children", children, "work", None).await?;
    let seen: Vec<StayId> = lines.iter().map(|l| l.stay).collect();
    let thanked = me.desk.thanked(&seen).await?;
    let said = |l: &HomeLine| Some((l.child.as_ref()?.1.clone(), *thanked.get(&l.stay)?));
    let thanks = lines.iter().filter_map(said).collect();
    let unwritten = lines.iter().filter(|l| l.wants_note() && !l.state.is_away()).cloned().rev().collect();
    let back = lines.iter().rev().find_map(|l| just_back(me.w(), l, me.now));
    let stays: Vec<HomeLine> = lines.into_iter().filter(|l| stands(l, me.now)).collect();
    let bound = me.desk.pairs_of_volunteer(file.id).await?.into_iter().filter(|p| p.state.binds());
    let (pairs, resting): (Vec<PairRow>, Vec<PairRow>) = bound.partition(|p| p.state.shows_child());
    let not_now = not_now(me.w(), file.state);
    let shown = HomePage {
        heading: unbroken(&heading(me.w(), &stays, back, me.now)),
        now: me.now,
        contacts: contacts(me, &stays).await?,
        stays,
        unwritten,
        pairs,
        resting: resting.len(),
        paper: if not_now.is_none() { paper(me.w(), &file, me.today()) } else { None },
        not_now,
        plans: me.desk.plans().await?.into_iter().filter(waits_for_her).collect(),
        asked_until: me.desk.asked_until().await?,
        minutes: file.years.iter().map(|y| y.minutes).sum(),
        f: me.frame_calling("stay-home-title").await?.with(&sheet),
        sheet,
        thanks,
    };
    page_as(shown.sheet.status(), &shown)
}

/// Whether a plan waits for her word; one with a child that she does not see any more waits for nobody.
fn waits_for_her(plan: &PlanLine) -> bool {
    plan.progress.waits_for_volunteer > 0 && !plan.child_name.is_empty()
}

/// Whom to call at the school of each child that is late. Whoever of a family receives a child is shown with a phone, and that
/// look is kept.
async fn contacts(me: &Signed, stays: &[HomeLine]) -> Result<BTreeMap<StayId, SchoolContact>, Problem> {
    let shown: Vec<_> = stays.iter().filter(|l| !l.receivers.is_empty()).map(|l| l.stay.0).collect();
    if !shown.is_empty() {
        me.desk.looked("stays", shown, "work,personal", None).await?;
    }
    let mut contacts = BTreeMap::new();
    for line in stays.iter().filter(|l| l.late(me.now).is_some() || l.unfetched.is_some()) {
        let contact = match &line.child {
            Some((child, _)) => me.desk.school_contact(*child).await?,
            None => SchoolContact::default(),
        };
        contacts.insert(line.stay, contact);
    }
    Ok(contacts)
}

/// Open, or called off and not yet over.
fn stands(line: &HomeLine, now: Timestamp) -> bool {
    line.state.is_away() || ((line.state.is_open() || is_off(&line.state)) && line.ends_at > now)
}

/// A text that is another one where the child goes home to its family, or to the base.
fn to_end(w: Words, id: &str, line: &HomeLine, words: &[(&str, String)]) -> String {
    let id = if line.end == RunsFrom::School { id.to_owned() } else { format!("{id}-{}", line.end.code()) };
    // Of several, only those who arranged it know which: their numbers stand below.
    let who = match line.receivers.as_slice() {
        [only] => receiver(w, only),
        _ => w.t("stay-receiver-family"),
    };
    w.args(id, &[words, &[("who", who)]].concat())
}

/// At which school she stands next with the child; nothing where she fetches nobody, or where somebody else has the child.
pub(crate) fn at_school(w: Words, line: &HomeLine) -> Option<String> {
    let at = line.school.as_ref()?;
    let goes = line.state.is_away() || line.state.is_open() && line.held.is_none() && !line.with_family;
    let words = if at.is_new { "stay-school-new" } else { "stay-at-school" };
    (goes && line.elsewhere.is_none()).then(|| w.t1(words, "name", &at.name))
}

pub(super) fn receiver(w: Words, person: &Receiver) -> String {
    let relation = w.code("child-relation", &person.relation);
    w.t2("stay-receiver", "name", &person.name, "relation", relation)
}

/// That the child came back, on the day after, and where.
fn just_back(w: Words, line: &HomeLine, now: Timestamp) -> Option<String> {
    let ((_, name), holder, at) = (line.child.as_ref()?, line.ended?, line.returned_at?);
    let at = crate::alarm::hour(&w, &at, &now);
    Some(w.t2(format!("stay-home-back-{}", port(holder)?), "name", name, "time", at))
}

/// Where a weekend ends well.
fn port(holder: Holder) -> Option<&'static str> {
    matches!(holder, Holder::School | Holder::Guardian | Holder::Base).then(|| holder.code())
}

/// The next fact, as a sentence; a child that is late goes before everything, and one just back before what is to come.
fn heading(w: Words, stays: &[HomeLine], back: Option<String>, now: Timestamp) -> String {
    let is_urgent = |l: &&HomeLine| l.late(now).is_some() || l.unfetched.is_some();
    let is_today = |l: &HomeLine| l.state == StayState::Approved && l.starts_at.date() == now.date();
    let is_now = |l: &&HomeLine| l.state.is_away() || is_today(l);
    let urgent = stays.iter().find(is_urgent).or_else(|| stays.iter().find(is_now));
    if let (None, Some(back)) = (urgent, back) {
        return back;
    }
    let next = urgent.or_else(|| stays.iter().find(|l| !is_off(&l.state)));
    let Some(line) = next else { return w.t("stay-home-none") };
    let names = together(w, stays, line);
    let name = names.as_str();
    if let Some(holder) = line.elsewhere {
        return w.t1(format!("stay-now-{}", holder.code()), "name", name);
    }
    match line.state {
        StayState::Released | StayState::InCare => match line.late(now) {
            Some(late) => overdue(w, line, name, late, now),
            None => on_the_way(w, line, name),
        },
        StayState::Approved if line.with_family => w.t1("stay-fetch-family", "name", name),
        StayState::Approved if line.unfetched.is_some() => {
            let words = if line.from_home { "stay-home-unfetched-guardian" } else { "stay-home-unfetched" };
            w.t2(words, "name", name, "time", crate::alarm::hour(&w, &line.starts_at, &now))
        }
        StayState::Approved if line.starts_at.date() == now.date() => {
            w.t2("stay-home-next-today", "name", name, "time", w.time(line.starts_at))
        }
        StayState::Approved => w.t2("stay-home-next", "name", name, "time", w.when(line.starts_at)),
        _ => match line.held {
            Some(Hold::Guardian(_)) => w.t1("stay-home-held", "name", name),
            Some(Hold::Word(_)) => w.t1("stay-home-stopped", "name", name),
            None => w.t2("stay-home-asked", "name", name, "days", w.span(line.starts_at, line.ends_at)),
        },
    }
}

/// The child, and those who go with it and are as far.
fn together(w: Words, stays: &[HomeLine], line: &HomeLine) -> String {
    let how_far = |l: &HomeLine| (l.state, l.starts_at, l.next, l.held.is_some(), l.elsewhere, l.with_family);
    let names = stays.iter().filter(|l| how_far(l) == how_far(line)).filter_map(|l| l.child.as_ref());
    names.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(&w.t("grid-comma"))
}

/// She is late: whom to call, unless she said that she comes later and that hour is still to come.
fn overdue(w: Words, line: &HomeLine, name: &str, late: i64, now: Timestamp) -> String {
    let late = late_by(&w, &late);
    let announced = line.said_late.as_ref().map(|(until, _)| *until).filter(|until| *until > now);
    match (line.next, announced) {
        (None, _) => to_end(w, "stay-home-unconfirmed", line, &[("name", name.to_owned())]),
        (_, Some(until)) => w.t2("stay-home-announced", "late", late, "time", crate::alarm::hour(&w, &until, &now)),
        (_, None) => to_end(w, "stay-home-late", line, &[("late", late)]),
    }
}

/// Where the child is by her last word: at her home only once she has said that they arrived.
fn on_the_way(w: Words, line: &HomeLine, name: &str) -> String {
    let words = [("name", name.to_owned()), ("time", w.when(line.ends_at))];
    match (line.next, &line.said_late) {
        (Some(Event::PickUp), _) => w.t1("stay-home-handed", "name", name),
        (Some(Event::Arrival), _) => w.t1("stay-home-way", "name", name),
        (Some(Event::Leaving), _) => to_end(w, "stay-home-away", line, &words),
        (Some(_), Some((until, _))) => w.t2("stay-home-leaving-said", "name", name, "time", w.time(*until)),
        (Some(_), None) => to_end(w, "stay-home-leaving", line, &words),
        (None, _) => to_end(w, "stay-home-brought", line, &words),
    }
}

/// The heading of a weekend's block: what is done with the child now.
fn doing(w: Words, line: &HomeLine) -> String {
    let Some((_, name)) = &line.child else { return w.t("stay-a-weekend") };
    if is_off(&line.state) {
        return w.t1("stay-fetch-off", "name", name);
    }
    if let Some(holder) = line.elsewhere {
        return w.t1(format!("stay-now-{}", holder.code()), "name", name);
    }
    let words = [("name", name.clone())];
    match (line.state.is_away(), line.next) {
        (false, _) if line.held.is_some() => w.t1("stay-do-not-fetch", "name", name),
        (false, _) if line.with_family => w.t1("stay-fetch-family", "name", name),
        (false, _) | (true, Some(Event::PickUp)) => w.t1("stay-fetch", "name", name),
        (true, Some(Event::Arrival)) => w.t1("stay-on-way", "name", name),
        (true, Some(Event::Leaving)) => w.t1("stay-with-you", "name", name),
        (true, Some(_)) => to_end(w, "stay-bring-back", line, &words),
        (true, None) => to_end(w, "stay-brought-back", line, &words),
    }
}

#[derive(Template)]
#[template(path = "stay/code.html")]
struct CodePage {
    f: Frame,
    line: HomeLine,
    back: Option<(String, Timestamp)>,
    /// When the code of the way back appears, while it is too early for it.
    later: Option<Timestamp>,
    picture: Option<String>,
}

async fn code(me: Signed, Id(id): Id<StayId>) -> Answer {
    let line = me.desk.my_stay(id).await?;
    me.desk.looked("stays", vec![id.0], "code", None).await?;
    let proof = me.desk.return_code(id).await?.map(|(code, window)| (code, window, window.at(me.now)));
    let later = proof.as_ref().filter(|(_, _, at)| *at == Moment::Early).map(|(_, window, _)| window.from);
    let back = proof.filter(|(_, _, at)| *at == Moment::Within);
    let back = back.map(|(code, window, _)| (code.as_str().to_owned(), window.to));
    let digits = match (&line.code, &back) {
        (CarerCode::Open(digits, _), _) | (_, Some((digits, _))) => Some(digits.as_str()),
        _ => None,
    };
    let picture = digits.and_then(|digits| crate::phone::picture(me.w(), digits));
    page(&CodePage { f: me.frame_calling("stay-code-title").await?, line, back, later, picture })
}

fn back(me: &Signed) -> &'static str {
    if me.viewer.role == Role::Volunteer { "/home" } else { "/board" }
}

async fn report(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let way = [Event::PickUp, Event::Arrival, Event::Leaving, Event::Return];
    let event = Event::parse(posted.text("event")).filter(|event| way.contains(event));
    let event = event.ok_or_else(|| Problem::of_code("bad_request"))?;
    let act = ReportStay { stay: id, event, witness: Witness::by("staff") };
    let done = me.desk.save_once(act, posted.submission()?).await;
    // The other phone of the same account, or the second of two taps: nothing is amiss.
    if matches!(done, Err(Error::Refused(_))) && is_said(&me.desk.my_stay(id).await?, event) {
        return see_other_saying(back(&me), Toast::new("stay-reported-before"));
    }
    match done {
        Ok(()) => see_other_saying(back(&me), Toast::new("stay-reported")),
        Err(error) if me.viewer.role == Role::Volunteer => home_with(&me, Sheet::again("stay", &posted, error)?).await,
        Err(error) => one(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}

/// Whether she has said this of the running weekend already.
fn is_said(line: &HomeLine, event: Event) -> bool {
    let way = [Event::PickUp, Event::Arrival, Event::Leaving, Event::Return];
    let step = |event: Event| way.iter().position(|e| *e == event);
    let is_past = line.next.is_none_or(|next| step(next) > step(event));
    line.state.is_away() && line.elsewhere.is_none() && is_past
}

#[derive(Template)]
#[template(path = "stay/delay.html")]
struct DelayPage {
    f: Frame,
    stay: StayId,
    ends_at: Timestamp,
    back: &'static str,
    sheet: Sheet,
    delays: Vec<(String, String)>,
}

async fn delay(me: Signed, Id(id): Id<StayId>) -> Answer {
    delay_with(&me, id, Sheet::blank("stay")).await
}

async fn delay_with(me: &Signed, stay: StayId, sheet: Sheet) -> Answer {
    let ends_at = me.desk.my_stay(stay).await?.ends_at;
    me.desk.looked("stays", vec![stay.0], "work", None).await?;
    let w = me.w();
    let offer = |minutes: i64| {
        let at = ends_at.plus_minutes(minutes);
        (at > me.now).then(|| (minutes.to_string(), w.t2("stay-delay", "n", minutes, "time", w.time(at))))
    };
    let shown = DelayPage {
        f: me.frame("stay-delay-title").with(&sheet),
        stay,
        ends_at,
        back: back(me),
        delays: DELAYS.into_iter().filter_map(offer).collect(),
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

async fn announce(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let done = async {
        let minutes =
            posted.text("late_minutes").parse().map_err(|_| Error::field("late_minutes", "option.missing"))?;
        let act = AnnounceLate { stay: id, minutes, words: posted.text("late_words").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(back(&me), Toast::new("stay-delay-said")),
        Err(error) => delay_with(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}
