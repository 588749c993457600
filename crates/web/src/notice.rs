//! Notices: the words of each kind, one's own list, the office's queue, and how one is reached. Words
//! carry no name, school, phone, place or date: what kind of thing it is, a short number, a link.

use askama::Template;
use naheya_domain::Role;
use naheya_domain::notice::{KINDS, Topic, Urgency};
use naheya_store::notice::{About, Notice, ReadAllNotices, ReadNotice};
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
    unread: Vec<Notice>,
    read: Vec<Notice>,
    may_keep: bool,
}

impl ListPage {
    fn what(&self, notice: &Notice) -> String {
        what(self.f.w, &notice.kind)
    }

    fn is_alarm(notice: &Notice) -> bool {
        notice.urgency == Urgency::Alarm
    }
}

async fn list(me: Signed) -> Answer {
    let (unread, read) = me.desk.my_notices().await?;
    let may_keep = me.desk.may(naheya_domain::access::Action::KeepNotice);
    page(&ListPage { f: me.frame("notice-title"), unread, read, may_keep })
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
        "pairs" if federation => at("pairs"),
        "merges" if federation => at("merges"),
        "children" if federation || role == Role::TownWorker => at("children"),
        "proposals" if federation => "/rounds".to_owned(),
        "proposals" if role == Role::Volunteer => "/choices".to_owned(),
        "consents" if role == Role::Guardian => "/family/consents".to_owned(),
        "snapshots" if federation => "/snapshots".to_owned(),
        "accounts" => "/me".to_owned(),
        "operations" => at("operations"),
        _ => home.to_owned(),
    }
}
