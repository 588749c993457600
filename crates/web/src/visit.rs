//! A child director's round on a phone: who is waited for, whom to call, a talk written down, a worry said.

use askama::Template;
use axum::extract::State;
use naheya_domain::Role;
use naheya_domain::access::{Action, Noun};
use naheya_domain::follow_up::{QUESTIONS, WAYS, With};
use naheya_domain::id::{ChildId, GrantId};
use naheya_domain::viewer::Place;
use naheya_store::area::{AreaRow, heir};
use naheya_store::charge::Charge;
use naheya_store::follow_up::{FollowUpFilter, WriteTalk};
use naheya_store::station::Station;
use naheya_store::visit::{Lack, VisitChild, Visits};

use crate::answer::see_other_saying;
use crate::order::{Order, Pager};
use crate::{
    Answer, App, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as,
};

/// Where a child director begins and comes back to.
pub(crate) const HOME: &str = "/visits";
/// The children counted no further than lists count.
const MOST: u64 = 500;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let talks = Knock::May(Action::FollowUp);
    vec![
        Route::get(HOME, Knock::Roles(&[Role::TownWorker]), Noun::Child, show),
        Route::get("/children/{id}/talks/new", talks, Noun::FollowUp, blank),
        Route::post("/children/{id}/talks", talks, Noun::FollowUp, write),
    ]
}

/// The page that somebody goes back to after a talk or a concern: a child director's round, else `other`.
pub(crate) fn back_of(role: Role, other: &str) -> &str {
    if role == Role::TownWorker { HOME } else { other }
}

#[derive(Template)]
#[template(path = "visit/index.html")]
struct IndexPage {
    f: Frame,
    heading: String,
    lead: String,
    due: Vec<Line>,
    seen: Vec<Line>,
    others: Vec<Line>,
    pager: Pager,
    is_first: bool,
    people: Vec<(String, Charge)>,
    stations: Vec<Station>,
    /// What has become of the place of the role, when it was merged away.
    merged: Option<String>,
    elsewhere: Vec<Elsewhere>,
}

/// Another place of whoever has this role in several.
struct Elsewhere {
    grant: GrantId,
    name: String,
    /// How many talks are late there; nothing when none is.
    late: Option<String>,
}

/// A child of the round.
struct Line {
    id: ChildId,
    name: String,
    about: String,
    /// What is waited for, each late or not.
    waits: Vec<(String, bool)>,
    stale: bool,
    no_phone: bool,
    /// Where a talk is written down.
    write: String,
    /// Who is called: in words, and the number.
    call: Option<(String, String)>,
}

async fn show(State(app): State<App>, me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let own: Vec<String> = me.desk.own_areas().await?.into_iter().map(|(code, _)| code).collect();
    let stale = crate::child::stale_since(&me).await?;
    let order = Order::unsorted(HOME.to_owned(), &wanted);
    let Visits { due, seen, others, all } = me.desk.visits(&own, stale, &order.turn).await?;
    // What was counted to its bound is not made smaller.
    let above = if all < MOST { (due.len() + seen.len()) as u64 } else { 0 };
    let pager = order.pager(w, &others, w.counted(all.saturating_sub(above), MOST));
    let heading = if due.is_empty() { w.t("visit-heading-none") } else { w.t1("visit-heading", "n", due.len()) };
    let areas = me.desk.areas().await?;
    let name = |code: &str| areas.iter().find(|a| a.code == code).map(|a| a.name.clone()).unwrap_or_default();
    let mut places: Vec<String> = own.iter().map(|code| name(code)).collect();
    if let (true, Place::Town(code)) = (places.is_empty(), &me.viewer.place) {
        places.push(name(code));
    }
    let people = me.desk.in_charge_today().await?.into_iter().filter(|one| one.account != Some(me.viewer.account));
    let line = |child: VisitChild| line(w, me.now, child);
    page(&IndexPage {
        f: me.frame("visit-title"),
        heading,
        lead: w.t2("visit-lead", "places", places.join(w.t("grid-comma").as_str()), "n", w.counted(all, MOST)),
        due: due.into_iter().map(line).collect(),
        seen: seen.into_iter().map(line).collect(),
        others: others.rows.into_iter().map(line).collect(),
        pager,
        is_first: others.previous.is_none(),
        people: people.map(|one| (w.code("charge-duty", one.duty.code()), one)).collect(),
        stations: me.desk.open_stations().await?,
        merged: merged(&me, &areas),
        elsewhere: elsewhere(&app, &me, &areas).await?,
    })
}

fn merged(me: &Signed, areas: &[AreaRow]) -> Option<String> {
    let Place::Town(code) = &me.viewer.place else { return None };
    heir(areas, code).filter(|now| now.code != *code).map(|now| now.name.clone())
}

/// The other places of this county in which the reader has this role, with what is late there: this page shows one at a time.
async fn elsewhere(app: &App, me: &Signed, areas: &[AreaRow]) -> Result<Vec<Elsewhere>, Problem> {
    let held = me.session().map(|session| session.grants.as_slice()).unwrap_or_default();
    let mut all = Vec::new();
    for one in held {
        let (Role::TownWorker, Place::Town(code)) = (one.role, &one.place) else { continue };
        if one.id == me.viewer.grant || one.area != me.viewer.area {
            continue;
        }
        // A role that was taken back this very moment is none any more.
        let Ok(desk) = app.store.desk_of_grant(one.id, me.now).await else { continue };
        let late = desk.count_follow_ups(&FollowUpFilter { late: true, ..FollowUpFilter::default() }).await?;
        let name = areas.iter().find(|area| area.code == *code).map(|area| area.name.clone());
        let late = (late > 0).then(|| me.w().t1("visit-elsewhere-late", "n", me.w().count(late)));
        all.push(Elsewhere { grant: one.id, name: name.unwrap_or_else(|| code.clone()), late });
    }
    Ok(all)
}

fn line(w: Words, now: naheya_domain::Timestamp, child: VisitChild) -> Line {
    let row = child.row;
    let age = row.age.map(|n| w.t1("child-age-years", "n", n));
    let about: Vec<String> = [age, row.school, row.class].into_iter().flatten().collect();
    let waits = child.due.iter().map(|talk| {
        let late = talk.due_at < now;
        let text = if late { "visit-talk-late" } else { "visit-talk" };
        let with = w.code("follow_up-with", talk.with.code());
        (w.t2(text, "with", with, "on", w.day(talk.due_at)), late)
    });
    Line {
        waits: waits.collect(),
        stale: child.lacks.contains(&Lack::Confirmation),
        no_phone: child.lacks.contains(&Lack::Phone),
        write: match child.due.first() {
            Some(talk) => format!("/follow-ups/{}", talk.id),
            None => format!("/children/{}/talks/new", row.id),
        },
        call: child.call.map(|call| {
            let relation = w.code("child-relation", &call.relation);
            (w.t2("visit-call", "relation", relation, "name", call.name), call.phone)
        }),
        about: about.join(" · "),
        id: row.id,
        name: row.name,
    }
}

#[derive(Template)]
#[template(path = "visit/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    child: ChildId,
    name: String,
    back: String,
    people: Vec<(String, String)>,
    ways: Vec<(String, String)>,
    yes_no: Vec<(String, String)>,
}

async fn blank(me: Signed, Id(child): Id<ChildId>) -> Answer {
    let sheet = me.resumed(&format!("talk-{child}"), Sheet::blank("follow_up")).await?;
    form(&me, child, sheet).await
}

async fn form(me: &Signed, child: ChildId, sheet: Sheet) -> Answer {
    let w = me.w();
    let (name, _) = me.desk.child_in_list(child).await?;
    page_as(
        sheet.status(),
        &NewPage {
            f: me.frame("visit-new-title").with(&sheet),
            people: With::ALL.map(|with| (with.code().to_owned(), w.code("follow_up-with", with.code()))).to_vec(),
            ways: WAYS.map(|way| (way.to_owned(), w.code("follow_up-by", way))).to_vec(),
            yes_no: ["yes", "no"].map(|a| (a.to_owned(), w.code("follow_up-was-alone", a))).to_vec(),
            back: back_of(me.viewer.role, &format!("/children/{child}")).to_owned(),
            child,
            name,
            sheet,
        },
    )
}

async fn write(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    let done = async {
        let act = WriteTalk {
            child,
            with: posted.text("with").to_owned(),
            way: posted.text("way").to_owned(),
            alone: posted.text("alone").to_owned(),
            answers: QUESTIONS.map(|q| posted.text(q).to_owned()),
        };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(next) => {
            let text = match (crate::follow_up::is_worried(&posted), next.is_some()) {
                (true, _) => "follow_up-recorded-worried",
                (false, true) => "follow_up-recorded-next",
                (false, false) => "follow_up-recorded",
            };
            see_other_saying(back_of(me.viewer.role, &format!("/children/{child}")), Toast::new(text))
        }
        Err(error) => form(&me, child, Sheet::again("follow_up", &posted, error)?).await,
    }
}
