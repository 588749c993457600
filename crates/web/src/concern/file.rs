//! One concern, for its handlers.

use askama::Template;
use naheya_domain::concern::{ConcernState, Situation};
use naheya_domain::id::ConcernId;
use naheya_store::Error;
use naheya_store::concern::{
    AddToConcern, CloseConcern, ConcernFile, LiftSuspension, NameInConcern, ReportConcern, Suspend, TakeUpConcern,
};

use super::clock;
use crate::answer::{see_other, see_other_saying};
use crate::{Answer, Frame, Id, Posted, Sheet, Signed, Toast, Words, page_as};

#[derive(Template)]
#[template(path = "concern/file.html")]
struct FilePage {
    f: Frame,
    sheet: Sheet,
    file: ConcernFile,
    clock: String,
    raised: String,
    taken_up: Option<String>,
    reported: Option<String>,
    must: Vec<(&'static str, String, bool)>,
    is_open: bool,
    is_raised: bool,
    may_report: bool,
    entries: Vec<(String, String)>,
    people: Vec<(String, String)>,
    /// Whom to choose from; none where they are named.
    colleagues: Option<Vec<(String, String)>>,
}

impl FilePage {
    fn is_urgent(&self) -> bool {
        self.file.reported.is_none() && self.is_open && !self.file.row.situations.is_empty()
    }
}

pub(super) async fn show(me: Signed, Id(id): Id<ConcernId>) -> Answer {
    form(&me, id, Sheet::blank("concern")).await
}

async fn form(me: &Signed, id: ConcernId, sheet: Sheet) -> Answer {
    let w = me.w();
    let file = me.desk.concern(id).await?;
    let state = file.row.state;
    let told = |(at, who): &(naheya_domain::Timestamp, String)| format!("{} · {who}", w.when(*at));
    let reported =
        |(at, to): &(naheya_domain::Timestamp, String)| format!("{} · {}", w.when(*at), w.code("concern-to", to));
    let ticked = |s: &Situation| file.row.situations.contains(s);
    let colleagues = me.desk.colleagues().await?;
    let page = FilePage {
        f: me.frame("concern-file-title").with(&sheet),
        clock: clock(w, &file.row, me.now),
        raised: w.when(file.row.raised_at),
        taken_up: file.taken_up.as_ref().map(told),
        reported: file.reported.as_ref().map(reported),
        must: Situation::ALL.iter().map(|s| (s.code(), w.code("concern-situation", s.code()), ticked(s))).collect(),
        is_open: state != ConcernState::Closed,
        is_raised: state == ConcernState::Raised,
        may_report: matches!(state, ConcernState::Raised | ConcernState::TakenUp | ConcernState::InHand),
        entries: file.entries.iter().rev().map(|e| entry(w, e)).collect(),
        people: file.people.iter().map(|(kind, name)| (w.code("concern-person", kind), name.clone())).collect(),
        colleagues: colleagues.map(|all| all.into_iter().map(|(id, name)| (id.to_string(), name)).collect()),
        sheet,
        file,
    };
    page_as(page.sheet.status(), &page)
}

/// When and who, and what was done or written.
fn entry(w: Words, entry: &(naheya_domain::Timestamp, Option<String>, String, String)) -> (String, String) {
    let (at, who, kind, words) = entry;
    let who = who.clone().unwrap_or_else(|| w.t("concern-by-public"));
    let what = match kind.as_str() {
        "words" => words.clone(),
        "reported" => w.t1("concern-entry-reported", "to", w.code("concern-to", words)),
        "taken_up" => w.t("concern-entry-taken_up"),
        "suspended" => w.t("concern-entry-suspended"),
        "lifted" => w.t1("concern-entry-lifted", "words", words),
        _ => w.t("concern-entry-closed"),
    };
    (format!("{} · {who}", w.when(*at)), what)
}

pub(super) async fn take_up(me: Signed, Id(id): Id<ConcernId>, posted: Posted) -> Answer {
    me.desk.save_once(TakeUpConcern { concern: id }, posted.submission()?).await?;
    see_other_saying(format!("/concerns/{id}"), Toast::new("concern-taken-up"))
}

pub(super) async fn report(me: Signed, Id(id): Id<ConcernId>, posted: Posted) -> Answer {
    let submission = posted.submission()?;
    // Who reports has it in hand: nobody is asked to press another button first.
    if me.desk.concern(id).await?.row.state == ConcernState::Raised {
        me.desk.save(TakeUpConcern { concern: id }).await?;
    }
    me.desk.save_once(ReportConcern { concern: id, to: posted.text("to").to_owned() }, submission).await?;
    see_other_saying(format!("/concerns/{id}"), Toast::new("concern-was-reported"))
}

pub(super) async fn add(me: Signed, Id(id): Id<ConcernId>, posted: Posted) -> Answer {
    let done = async {
        let act = AddToConcern { concern: id, words: posted.text("words").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    answer(&me, id, &posted, done.await).await
}

pub(super) async fn name(me: Signed, Id(id): Id<ConcernId>, posted: Posted) -> Answer {
    let done = async {
        let child = match posted.given("child") {
            Some(typed) => Some(me.desk.child_called(typed).await.map_err(|e| unknown(e, "child"))?),
            None => None,
        };
        let volunteer = match posted.given("volunteer") {
            Some(typed) => {
                let one = crate::volunteer::called(&me, typed).await?;
                Some(one.ok_or_else(|| Error::field("volunteer", "concern.person_unknown"))?)
            }
            None => None,
        };
        let account = crate::account::meant(&me, &posted, "account").await?;
        if child.is_none() && volunteer.is_none() && account.is_none() {
            return Err(Error::field("child", "required.missing"));
        }
        let act = NameInConcern { concern: id, child, volunteer, account };
        me.desk.save_once(act, posted.submission()?).await
    };
    answer(&me, id, &posted, done.await).await
}

fn unknown(error: Error, field: &'static str) -> Error {
    if error == Error::NotFound { Error::field(field, "concern.person_unknown") } else { error }
}

pub(super) async fn suspend(me: Signed, Id(id): Id<ConcernId>, posted: Posted) -> Answer {
    let done = me.desk.save_once(Suspend { concern: id }, posted.submission()?).await?;
    let text = if done.under_way > 0 { "concern-suspended-under-way" } else { "concern-suspended" };
    let toast = Toast::new(text).with("pairs", done.pairs).with("stays", done.stays + done.under_way);
    see_other_saying(format!("/concerns/{id}"), toast)
}

pub(super) async fn lift(me: Signed, Id(id): Id<ConcernId>, posted: Posted) -> Answer {
    let done = async {
        let act = LiftSuspension { concern: id, reason: posted.text("lift_reason").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(done) => {
            let text = if done.kept > 0 { "concern-lifted-partly" } else { "concern-lifted" };
            see_other_saying(
                format!("/concerns/{id}"),
                Toast::new(text).with("pairs", done.pairs).with("kept", done.kept),
            )
        }
        Err(error) => form(&me, id, Sheet::again("concern", &posted, error)?).await,
    }
}

pub(super) async fn close(me: Signed, Id(id): Id<ConcernId>, posted: Posted) -> Answer {
    let done = async {
        let act = CloseConcern { concern: id, result: posted.text("result").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    answer(&me, id, &posted, done.await).await
}

async fn answer(me: &Signed, id: ConcernId, posted: &Posted, done: Result<(), Error>) -> Answer {
    match done {
        Ok(()) => see_other(format!("/concerns/{id}")),
        Err(error) => form(me, id, Sheet::again("concern", posted, error)?).await,
    }
}
