//! The office's queue: what is to be passed on by hand, what failed, what waits, what was sent to whom and when.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::notice::{Channel, NoticeState};
use naheya_store::notice::{PassOn, QueueRow, TryAgain};
use uuid::Uuid;

use super::{Told, said, what};
use crate::answer::see_other_saying;
use crate::words::Words;
use crate::{Answer, Frame, Id, Knock, Posted, Route, Signed, Toast, page};

/// Whoever keeps the channels.
pub(crate) const KEEPS: Knock = Knock::May(Action::KeepNotice);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/notices/queue", KEEPS, Noun::Notice, show),
        Route::post("/notices/{id}/retry", KEEPS, Noun::Notice, retry),
        Route::post("/notices/{id}/handing", KEEPS, Noun::Notice, pass_on),
    ]
}

#[derive(Template)]
#[template(path = "notice/queue.html")]
struct QueuePage {
    f: Frame,
    by_hand: Vec<(QueueRow, String)>,
    failed: Vec<QueueRow>,
    waiting: Vec<QueueRow>,
    sent: Vec<QueueRow>,
    demo: bool,
}

impl QueuePage {
    fn what(&self, row: &QueueRow) -> String {
        what(self.f.w, &row.kind)
    }

    /// For whom: an account by its name, a group by its robot, a person on file by what they are.
    fn whom(&self, row: &QueueRow) -> String {
        match (&row.name, &row.person) {
            (Some(name), _) => name.clone(),
            (None, Some((kind, _))) => self.f.w.code("notice-person", kind),
            (None, None) if row.channel == Channel::Copy => self.f.w.t("notice-nobody"),
            (None, None) => self.f.w.t("notice-group"),
        }
    }

    fn answer(&self, row: &QueueRow) -> String {
        row.code.as_deref().map(|code| code_words(self.f.w, code)).unwrap_or_default()
    }

    fn is_capped(row: &QueueRow) -> bool {
        row.state == NoticeState::Capped
    }
}

/// Codes with words of their own; others are shown as they came.
pub const WORDED: &[&str] = &[
    "address.missing",
    "answer.lost",
    "answer.no",
    "answer.unreadable",
    "cap.reached",
    "channel.off",
    "errcode 130101",
    "errcode 310000",
    "errcode 45009",
    "errcode 93000",
    "host.not_reached",
    "mail.invalid",
    "tls.failed",
    "tls.not_offered",
];

/// What an answer's code means, for whoever has to do something about it.
pub fn code_words(w: Words, code: &str) -> String {
    if WORDED.contains(&code) { w.code("notice-code", code.replace(' ', "-")) } else { code.to_owned() }
}

async fn show(me: Signed) -> Answer {
    let [by_hand, failed, waiting, sent] = me.desk.notice_queue().await?;
    let named = by_hand.iter().filter(|row| row.callee.is_some()).filter_map(|row| row.person.clone());
    for table in ["guardians", "volunteers"] {
        let ids = named.clone().filter(|(kind, _)| kind == table).map(|(_, id)| id).collect();
        me.desk.looked(table, ids, "personal", None).await?;
    }
    let f = me.frame("notice-queue-title");
    let origin = me.settings.public_origin.clone();
    let text = |row: &QueueRow| {
        let told = Told {
            kind: &row.kind,
            number: &row.number,
            language: f.w.lang.code(),
            origin: origin.as_deref().filter(|_| row.person.is_none()),
            without_account: row.person.is_some(),
        };
        said(&told).body
    };
    let by_hand = by_hand.into_iter().map(|row| (row.clone(), text(&row))).collect();
    let demo = me.settings.demo.is_some();
    page(&QueuePage { f, by_hand, failed, waiting, sent, demo })
}

async fn retry(me: Signed, Id(id): Id<Uuid>, posted: Posted) -> Answer {
    me.desk.save_once(TryAgain { id }, posted.submission()?).await?;
    see_other_saying("/notices/queue", Toast::new("notice-retried"))
}

async fn pass_on(me: Signed, Id(id): Id<Uuid>, posted: Posted) -> Answer {
    me.desk.save_once(PassOn { id }, posted.submission()?).await?;
    see_other_saying("/notices/queue", Toast::new("notice-handed"))
}
