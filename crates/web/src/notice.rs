//! Notices: the words of each kind, one's own list, the office's queue, and how one is reached. Words
//! carry no name, school, phone, place or date: what kind of thing it is, a short number, a link.

use askama::Template;
use naheya_domain::Role;
use naheya_domain::access::{Action, may};
use naheya_domain::alarm::Alarm;
use naheya_domain::notice::{KINDS, Topic, Urgency};
use naheya_store::alarm::AlarmLine;
use naheya_store::notice::{About, Notice, ReadAlike, ReadAllNotices, ReadNotice};
use uuid::Uuid;

use crate::answer::{see_other, see_other_saying};
use crate::words::{Lang, Words};
use crate::{Answer, Frame, Id, Knock, Posted, Route, Signed, Toast, page};

pub mod contact;
pub mod queue;

/// The routes of this file and of those below it.
#[must_use]
pub fn routes() -> Vec<Route> {
    let own = vec![
        Route::get("/notices", Knock::SignedIn, "notice", list),
        Route::post("/notices/reading", Knock::SignedIn, "notice", read_all),
        Route::get("/notices/{id}", Knock::SignedIn, "notice", open),
        Route::get("/notices/{id}/alike", Knock::SignedIn, "notice", open_alike),
    ];
    [own, queue::routes(), contact::routes()].into_iter().flatten().collect()
}

/// What a message says, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The kind, e.g. `stay.approved`.
    pub kind: &'a str,
    /// The short number.
    pub number: &'a str,
    /// The reader's language; Chinese when nobody chose.
    pub language: &'a str,
    /// Scheme and host of the link; without one, the words say where to look.
    pub origin: Option<&'a str>,
    /// Whether the reader cannot sign in: asked to call instead.
    pub without_account: bool,
}

/// A message in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// One line, for mail.
    pub subject: String,
    /// What kind of thing it is, the number, the link.
    pub body: String,
}

/// The words of a message: the only place where any channel gets them from.
#[must_use]
pub fn said(told: &Told<'_>) -> Said {
    let w = Words { lang: Lang::parse(told.language).unwrap_or_default() };
    let what = what(w, told.kind);
    let number = told.number;
    let link = told.origin.map(|origin| format!("{}/notices", origin.trim_end_matches('/')));
    let body = match link {
        _ if told.without_account => w.t2("notice-body-call", "what", &what, "number", number),
        Some(link) => w.t3("notice-body-link", "what", &what, "number", number, "link", link),
        None => w.t2("notice-body", "what", &what, "number", number),
    };
    Said { subject: w.t2("notice-subject", "what", what, "number", number), body }
}

/// What kind of thing it is. A kind without words of its own has those of its topic.
pub(crate) fn what(w: Words, kind: &str) -> String {
    if KINDS.iter().any(|(known, _)| *known == kind) {
        w.code("notice-kind", kind)
    } else {
        w.code("notice-topic", Topic::of(kind).code())
    }
}

#[derive(Template)]
#[template(path = "notice/list.html")]
struct ListPage {
    f: Frame,
    unread: usize,
    lines: Vec<Line>,
    read: Vec<Notice>,
    may_keep: bool,
}

/// A line of the unread: a notice, or all of a kind that one page shows together.
struct Line {
    href: String,
    words: String,
    when: String,
    is_alarm: bool,
}

impl ListPage {
    fn what(&self, notice: &Notice) -> String {
        what(self.f.w, &notice.kind)
    }
}

async fn list(me: Signed) -> Answer {
    let (unread, read) = me.desk.my_notices().await?;
    let may_keep = me.desk.may(Action::KeepNotice);
    let alarmed = me.desk.may(Action::HandOver) && unread.iter().any(|notice| notice.urgency == Urgency::Alarm);
    let open = if alarmed { me.desk.open_alarms().await? } else { Vec::new() };
    let lines = lines(me.w(), me.viewer.role, &unread, &open);
    page(&ListPage { f: me.frame("notice-title"), unread: unread.len(), lines, read, may_keep })
}

/// The page that shows everything a kind of notice is about: many of them are one line then.
fn together(kind: &str, role: Role) -> Option<&'static str> {
    let federation = matches!(role, Role::Coordinator | Role::Leader);
    match kind {
        "alarm.coordinator" | "alarm.leader" | "alarm.police" | "alarm.school" | "stay.late_announced" => match role {
            Role::ClassTeacher => Some("/sunday"),
            _ => federation.then_some("/board"),
        },
        "stay.goes_home" | "stay.hand_back" | "stay.kept_away" | "stay.later" | "stay.later_now" => {
            (role == Role::ClassTeacher).then_some("/sunday")
        }
        "alarm.not_fetched" => match role {
            Role::ClassTeacher => Some("/friday"),
            _ => federation.then_some("/board"),
        },
        "stay.restored" | "stay.restored_now" | "stay.teacher_asked" => {
            (role == Role::ClassTeacher).then_some("/friday")
        }
        "stay.requested" => federation.then_some("/stays"),
        "stay.settled" | "stay.unsettled" | "stay.child_left" | "stay.child_back" => {
            (role == Role::Guardian).then_some("/family")
        }
        "merge.asked" => federation.then_some("/merges"),
        "proposal.accepted" | "proposal.declined" | "proposal.lapsed" => federation.then_some("/rounds"),
        "proposal.over" => (role == Role::Volunteer).then_some("/choices"),
        _ => None,
    }
}

fn lines(w: Words, role: Role, unread: &[Notice], open: &[AlarmLine]) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, notice) in unread.iter().enumerate() {
        let alike = |other: &&Notice| other.kind == notice.kind;
        let all: Vec<&Notice> = match together(&notice.kind, role) {
            Some(_) if unread.iter().take(at).any(|other| alike(&other)) => continue,
            Some(_) => unread.iter().filter(alike).collect(),
            None => vec![notice],
        };
        lines.push(if all.len() > 1 { many(w, notice, &all, open) } else { one(w, notice) });
    }
    lines
}

fn one(w: Words, notice: &Notice) -> Line {
    Line {
        href: format!("/notices/{}", notice.id),
        words: what(w, &notice.kind),
        when: w.when(notice.at),
        is_alarm: notice.urgency == Urgency::Alarm,
    }
}

/// All of a kind, from when to when they came. How many children are late, or wait to be fetched, is counted as it is now: one
/// letter may tell of brothers and sisters, and some may be back.
fn many(w: Words, newest: &Notice, all: &[&Notice], open: &[AlarmLine]) -> Line {
    let step = Alarm::ALL.into_iter().find(|alarm| alarm.letter() == newest.kind);
    let reached = |line: &&AlarmLine| match step {
        Some(step) if step.is_late() => line.alarm.is_late() && line.alarm >= step,
        other => other == Some(line.alarm),
    };
    let words = match open.iter().filter(reached).count() {
        0 => w.maybe(format!("notice-several-{}", newest.kind.replace('.', "-"))),
        n => Some(w.t1(format!("notice-many-{}", newest.kind.replace('.', "-")), "n", n)),
    };
    let (first, last) = (w.when(all.last().map_or(newest.at, |oldest| oldest.at)), w.when(newest.at));
    let when = if first == last {
        w.t2("notice-at", "n", all.len(), "at", last)
    } else {
        w.t3("notice-from-to", "n", all.len(), "first", first, "last", last)
    };
    let words = words.unwrap_or_else(|| what(w, &newest.kind));
    Line { href: format!("/notices/{}/alike", newest.id), words, when, ..one(w, newest) }
}

async fn read_all(me: Signed, posted: Posted) -> Answer {
    let read = me.desk.save_once(ReadAllNotices, posted.submission()?).await?;
    see_other_saying("/notices", Toast::new("notice-all-read").with("n", read))
}

/// Opening is reading: it may be done again and changes nothing the second time, and so is a link.
async fn open(me: Signed, Id(id): Id<Uuid>) -> Answer {
    let about = me.desk.save(ReadNotice { id }).await?;
    see_other(way(&about, me.viewer.role))
}

/// The same for all of a kind at once.
async fn open_alike(me: Signed, Id(newest): Id<Uuid>) -> Answer {
    let about = me.desk.save(ReadAlike { newest }).await?;
    let role = me.viewer.role;
    see_other(together(&about.kind, role).map_or_else(|| way(&about, role), str::to_owned))
}

/// The page on which a role finds what a notice is about.
pub fn way(about: &About, role: Role) -> String {
    let home = match role {
        Role::Volunteer => "/home",
        Role::Guardian => "/family",
        Role::ClassTeacher => "/friday",
        _ => "/start",
    };
    let federation = matches!(role, Role::Coordinator | Role::Leader);
    let at = |path: &str| about.id.map_or_else(|| home.to_owned(), |id| format!("/{path}/{id}"));
    match about.noun.as_str() {
        "concern" if federation => at("concerns"),
        "stays" | "stay" if federation => at("stays"),
        // Whoever is on the way back stands on Sunday's roll, not on the list of those who leave.
        "stays" if role == Role::ClassTeacher => together(&about.kind, role).unwrap_or(home).to_owned(),
        "pairs" if federation => at("pairs"),
        "volunteers" if federation && about.kind.starts_with("erasure.") => format!("{}/erasure", at("volunteers")),
        "volunteers" if federation => at("volunteers"),
        "merges" if federation => at("merges"),
        "schools" if federation => at("schools"),
        "break_glasses" if federation || role == Role::TownWorker => at("break-glasses"),
        "children" if federation && about.kind.starts_with("erasure.") => format!("{}/erasure", at("children")),
        "children" if federation || role == Role::TownWorker => at("children"),
        "proposals" if federation => "/rounds".to_owned(),
        "proposals" if role == Role::Volunteer => "/choices".to_owned(),
        "consents" | "children" if role == Role::Guardian => "/family/consents".to_owned(),
        "term_plans" if federation || matches!(role, Role::Volunteer | Role::Guardian) => at("terms"),
        "exports" if federation => "/exports".to_owned(),
        "snapshots" if federation => {
            // The reminder names no month: the day's page has the oldest that waits.
            about.id.map_or_else(|| "/today".to_owned(), |id| format!("/snapshots?edition={id}"))
        }
        // Who stands at the gate, and of which school or class.
        "accounts" if federation && matches!(about.kind.as_str(), "gate.stranger" | "code.paused") => at("accounts"),
        "accounts" if role == Role::Leader && about.kind != "account.slip" => at("accounts"),
        "accounts" => "/me".to_owned(),
        "drafts" if federation && about.kind.starts_with("import.") => "/imports/new".to_owned(),
        "operations" => at("operations"),
        "follow_ups" if may(role, Action::FollowUp) => "/follow-ups?missed=on".to_owned(),
        _ => home.to_owned(),
    }
}
