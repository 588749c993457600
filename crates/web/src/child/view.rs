//! The views of a child's file: who the child is and the tabs, above each of them; and two of them, its weekends and its
//! follow-ups.

use askama::Template;
use naheya_domain::access::{Action, Class, Noun, may};
use naheya_domain::follow_up::{FollowUpState, QUESTIONS};
use naheya_domain::id::{ChildId, FollowUpId};
use naheya_domain::stay::StayState;
use naheya_domain::{Role, Timestamp};
use naheya_store::child::{ChildRow, Weekend};
use naheya_store::follow_up::FollowUpEntry;

use super::{sees_pairs, sex_and_age, tag, tag_alone};
use crate::{Answer, Frame, Id, Knock, Signed, Words, page};

/// Who sees a child's weekends.
pub(super) const WEEKENDS: Knock = Knock::Sees(Noun::Stay, Class::Work);
/// Who sees its follow-ups.
pub(super) const FOLLOW_UPS: Knock = Knock::Sees(Noun::FollowUp, Class::Work);
/// Who sees who looked.
pub(super) const TRAIL: Knock = Knock::Sees(Noun::Child, Class::Personal);

/// A view as a tab.
pub(crate) struct Tab {
    pub(crate) href: String,
    pub(crate) word: String,
    pub(crate) here: bool,
}

/// The views of a file that somebody in this role opens; `here` is the end of the address of the one that is shown.
pub(crate) fn tabs(w: Words, role: Role, id: ChildId, here: &str) -> Vec<Tab> {
    let all = [
        ("", "child-tab-growing", Knock::Sees(Noun::Child, Class::Work)),
        ("/weekends", "child-tab-weekends", WEEKENDS),
        ("/follow-ups", "child-tab-follow-ups", FOLLOW_UPS),
        ("/consents", "consent-list-title", Knock::May(Action::RecordConsent)),
        ("/wishes", "wish-tab", Knock::May(Action::RecordWish)),
        ("/trail", "child-tab-trail", TRAIL),
    ];
    let opens = all.into_iter().filter(|(_, _, knock)| knock.admits(Some(role)));
    let tab = |(end, text, _): (&str, &str, Knock)| Tab {
        href: format!("/children/{id}{end}"),
        word: w.t(text),
        here: end == here,
    };
    opens.map(tab).collect()
}

/// What stands above a view of the file: who the child is, and the tabs.
pub(crate) struct Top {
    /// The page above the file, and its word.
    pub(crate) back: (&'static str, String),
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) kind: &'static str,
    pub(crate) word: String,
    pub(crate) tabs: Vec<Tab>,
}

impl Top {
    /// Reads who the child is; the look is for the view to record.
    ///
    /// # Errors
    /// [`naheya_store::Error::NotFound`] when there is no such child for this reader.
    pub(crate) async fn of(me: &Signed, id: ChildId, here: &str) -> Result<Top, naheya_store::Error> {
        let w = me.w();
        let child = me.desk.child_row(id).await?;
        let pair = child.pair.as_ref().map(|pair| pair.state.as_str());
        let (kind, word) = if sees_pairs(me) { tag(child.state, pair, false) } else { tag_alone(child.state, false) };
        Ok(Top {
            about: about(w, &child),
            back: match me.viewer.role {
                Role::Volunteer => ("/home", w.t("stay-home-title")),
                _ => ("/children", w.t1("child-crumb", "number", &child.number)),
            },
            name: child.name,
            kind,
            word: w.t(word),
            tabs: tabs(w, me.viewer.role, id, here),
        })
    }
}

fn about(w: Words, child: &ChildRow) -> String {
    let place = [child.school.clone(), child.class.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let about = [sex_and_age(w, child.sex, child.age), place];
    about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[derive(Template)]
#[template(path = "child/weekends.html")]
struct WeekendsPage {
    f: Frame,
    top: Top,
    finding: String,
    /// The next one, and how far it is.
    next: Option<String>,
    lines: Vec<WeekendLine>,
}

/// One weekend.
struct WeekendLine {
    when: String,
    href: Option<String>,
    who: String,
    fetched: String,
    back: String,
    kind: &'static str,
    state: String,
}

pub(super) async fn weekends(me: Signed, Id(id): Id<ChildId>) -> Answer {
    let w = me.w();
    let top = Top::of(&me, id, "/weekends").await?;
    let all = me.desk.child_weekends(id).await?;
    let went = all.iter().filter(|one| one.took_place()).count();
    let finding = match went {
        0 => w.t1("child-weekends-none-yet", "name", &top.name),
        n => w.t2("child-weekends-finding", "name", &top.name, "n", n),
    };
    let to_come = |one: &&Weekend| one.starts_at > me.now && kind(one.state) == "wait";
    let next = all.iter().rev().find(to_come).map(|one| {
        let when = w.span_of(one.starts_at, one.ends_at, me.today());
        w.t2("child-weekends-next", "when", when, "state", state_of(w, one))
    });
    let decides = may(me.viewer.role, Action::ApproveStay);
    let lines = all.into_iter().map(|one| weekend(w, one, me.now, decides)).collect();
    page(&WeekendsPage { f: me.frame("child-weekends-title"), top, finding, next, lines })
}

fn state_of(w: Words, one: &Weekend) -> String {
    w.code("stay-state", one.state.code())
}

fn kind(state: StayState) -> &'static str {
    match state {
        StayState::Requested | StayState::Consented | StayState::Approved => "wait",
        StayState::Released | StayState::InCare => "half",
        StayState::Returned | StayState::Closed => "ok",
        StayState::Refused | StayState::Cancelled => "off",
    }
}

fn weekend(w: Words, one: Weekend, now: Timestamp, decides: bool) -> WeekendLine {
    let at = |moment: Option<Timestamp>| moment.map_or_else(|| "—".to_owned(), |at| w.when_of(at, now.date()));
    WeekendLine {
        when: w.span_of(one.starts_at, one.ends_at, now.date()),
        href: decides.then(|| format!("/stays/{}", one.id)),
        fetched: at(one.released_at),
        back: at(one.returned_at),
        kind: kind(one.state),
        state: state_of(w, &one),
        who: crate::erasure::carer(w, one.volunteer),
    }
}

#[derive(Template)]
#[template(path = "child/follow_ups.html")]
struct FollowUpsPage {
    f: Frame,
    top: Top,
    id: ChildId,
    finding: String,
    /// Whether the reader asks and writes down.
    may_follow_up: bool,
    lines: Vec<FollowUpLine>,
}

/// One follow-up.
struct FollowUpLine {
    id: FollowUpId,
    when: String,
    with: String,
    kind: &'static str,
    state: String,
    why: String,
    /// Whether it can still be written down.
    is_open: bool,
    said: Vec<(String, String)>,
}

pub(super) async fn follow_ups(me: Signed, Id(id): Id<ChildId>) -> Answer {
    let w = me.w();
    let top = Top::of(&me, id, "/follow-ups").await?;
    let all = me.desk.follow_up_book(id).await?;
    let late = all.iter().filter(|one| one.row.state == FollowUpState::Due && one.row.due_at < me.now).count();
    let done = all.iter().filter(|one| one.row.state == FollowUpState::Done).count();
    let finding = match (late, done) {
        (0, 0) => w.t1("child-follow-ups-none-yet", "name", &top.name),
        (0, done) => w.t2("child-follow-ups-finding", "name", &top.name, "n", done),
        (late, _) => w.t2("child-follow-ups-late", "name", &top.name, "n", late),
    };
    page(&FollowUpsPage {
        f: me.frame("child-follow-ups-title"),
        id,
        finding,
        may_follow_up: may(me.viewer.role, Action::FollowUp),
        lines: all.into_iter().map(|one| follow_up(w, one, me.now)).collect(),
        top,
    })
}

fn follow_up(w: Words, one: FollowUpEntry, now: Timestamp) -> FollowUpLine {
    let row = one.row;
    let is_late = row.state == FollowUpState::Due && row.due_at < now;
    let day = |at| w.when_of(at, now.date());
    let way = row.way.as_deref().map(|way| w.code("follow_up-by", way));
    let done = row.done_at.map(day).into_iter().chain(way).chain(one.done_by).collect::<Vec<_>>().join(" · ");
    FollowUpLine {
        id: row.id,
        when: if done.is_empty() { w.t1("follow_up-until", "when", day(row.due_at)) } else { done },
        with: w.code("follow_up-with", row.with.code()),
        kind: match row.state {
            FollowUpState::Due if is_late => "due",
            FollowUpState::Due => "wait",
            FollowUpState::Done => "ok",
            FollowUpState::Missed => "off",
        },
        state: w.code("follow_up-state", row.state.code()),
        why: w.code("follow_up-cause", &row.cause),
        is_open: row.state != FollowUpState::Done,
        said: QUESTIONS
            .iter()
            .map(|question| w.code("follow_up", question))
            .zip(one.answers)
            .filter(|(_, answer)| !answer.is_empty())
            .collect(),
    }
}
