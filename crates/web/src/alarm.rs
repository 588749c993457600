//! Alarms as pages: why one is over, and the minutes of a school's ladder. The board shows them.

use std::collections::BTreeMap;

use askama::Template;
use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Noun};
use naheya_domain::alarm::Alarm;
use naheya_domain::id::{AlarmId, SchoolId, StayId};
use naheya_domain::stay::ladder::{Ladder, Rung};
use naheya_store::Error;
use naheya_store::alarm::{AlarmLine, ChangeLadder, CloseAlarm, SchoolLadder, Trace, Word};
use naheya_store::meanwhile::Record;

use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::words::Words;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, page_as};

const ENDS: Knock = Knock::May(Action::CloseLateReturn);
const KEEPS: Knock = Knock::May(Action::KeepSchool);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/alarms/{id}/end", ENDS, Noun::Stay, blank),
        Route::post("/alarms/{id}/end", ENDS, Noun::Stay, end),
        Route::get("/schools/{id}/ladder", KEEPS, Noun::Area, ladder),
        Route::post("/schools/{id}/ladder", KEEPS, Noun::Area, change),
        Route::post("/schools/{id}/ladder/end", KEEPS, Noun::Area, as_county),
    ]
}

/// An hour of today, or the day with its hour.
pub(crate) fn hour(w: &Words, at: &Timestamp, today: &Timestamp) -> String {
    if at.date() == today.date() { w.time(at) } else { format!("{} {}", w.day(at), w.time(at)) }
}

/// Of what was raised, the steps of the hour at which the child is to be back: those of one agreed before are over.
pub(crate) fn of(traces: &BTreeMap<StayId, Vec<Trace>>, stay: StayId, ends_at: Timestamp) -> Vec<Trace> {
    traces.get(&stay).into_iter().flatten().filter(|trace| trace.is_of(ends_at)).copied().collect()
}

/// Who was told when, as one line; and who should have been, where nothing has reached anybody.
pub(crate) fn told(w: &Words, traces: &[Trace], now: Timestamp) -> String {
    let mut before = None;
    let one = |t: &Trace| {
        let at = if let Word::PassedOn(at) = t.word { at } else { t.at };
        let time = onward(*w, at, before.replace(at), now);
        step(*w, t, &time).trim_start().to_owned()
    };
    traces.iter().map(one).collect::<Vec<_>>().join(w.t("alarm-then").as_str())
}

/// An hour as it is read on after another one: its day once, the same minute once.
fn onward(w: Words, at: Timestamp, before: Option<Timestamp>, now: Timestamp) -> String {
    match before.map(|before| (before.date() == at.date(), w.time(before) == w.time(at))) {
        None => hour(&w, &at, &now),
        Some((true, true)) => String::new(),
        Some((true, false)) => w.time(at),
        Some((false, _)) => format!("{} {}", w.day(at), w.time(at)),
    }
}

/// What has become of one step.
fn step(w: Words, t: &Trace, time: &str) -> String {
    let who = || w.code("alarm-who", t.alarm.code());
    match t.word {
        Word::Sent => w.t1(format!("alarm-told-{}", t.alarm.code()), "time", time),
        Word::Sending => w.t2("alarm-sending", "time", time, "who", who()),
        Word::ByHand => w.t2("alarm-by-hand", "time", time, "who", who()),
        Word::PassedOn(_) => w.t2("alarm-passed-on", "time", time, "who", who()),
        Word::NotSent => w.t2("alarm-not-sent", "time", time, "who", who()),
        Word::Nobody => w.t2("alarm-nobody", "time", time, "who", who()),
    }
}

/// Whether somebody of them waits for the office to pass the word on.
pub(crate) fn is_owed(traces: &[Trace]) -> bool {
    traces.iter().any(|t| t.word.is_owed())
}

#[derive(Template)]
#[template(path = "alarm/end.html")]
struct EndPage {
    f: Frame,
    line: AlarmLine,
    sheet: Sheet,
}

impl EndPage {
    /// Where a child is let go that has been fetched after all.
    fn release(&self) -> Option<String> {
        let stay = self.line.stay.filter(|_| self.line.alarm == Alarm::NotFetched)?;
        Some(format!("/stays/{stay}/release"))
    }
}

async fn blank(me: Signed, Id(id): Id<AlarmId>) -> Answer {
    let sheet = me.resumed(&format!("alarm-{id}"), Sheet::blank("alarm")).await?;
    form(&me, id, sheet).await
}

async fn form(me: &Signed, id: AlarmId, sheet: Sheet) -> Answer {
    let line = me.desk.alarm(id).await?;
    me.desk.looked("children", line.child.iter().map(|(id, _)| id.0).collect(), "work", None).await?;
    page_as(sheet.status(), &EndPage { f: me.frame("alarm-end-title").with(&sheet), line, sheet })
}

async fn end(me: Signed, Id(id): Id<AlarmId>, posted: Posted) -> Answer {
    let done = async {
        let act = CloseAlarm { alarm: id, reason: posted.text("reason").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/board", Toast::new("alarm-ended")),
        Err(error) => form(&me, id, Sheet::again("alarm", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "alarm/ladder.html")]
struct LadderPage {
    f: Frame,
    school: SchoolId,
    name: String,
    own: bool,
    version: i32,
    sheet: Sheet,
}

async fn ladder(me: Signed, Id(id): Id<SchoolId>) -> Answer {
    let held = me.desk.school_ladder(id).await?;
    let sheet = me.resumed_of(&format!("ladder-{id}"), "setting", &Own(id, &held)).await?;
    ladder_form(&me, id, sheet).await
}

/// A school's ladder as its form is filled from it; the county's where it has none of its own.
struct Own<'l>(SchoolId, &'l SchoolLadder);

impl Versioned for Own<'_> {
    fn records(&self) -> Vec<Record> {
        vec![Record::Ladder(self.0.0)]
    }

    fn version(&self) -> i32 {
        self.1.version
    }

    fn fields(&self) -> Fields {
        filled(&self.1.ladder)
    }
}

fn filled(ladder: &Ladder) -> Fields {
    let rungs = ladder.rungs().iter().map(|(rung, minutes)| (rung.code(), minutes.to_string()));
    let bounds =
        [("not_fetched", ladder.not_fetched().to_string()), ("most_announced", ladder.most_announced().to_string())];
    Fields::of(rungs.chain(bounds))
}

async fn ladder_form(me: &Signed, id: SchoolId, sheet: Sheet) -> Answer {
    let (held, file) = (me.desk.school_ladder(id).await?, me.desk.school(id).await?);
    let f = me.frame("alarm-ladder-title").with(&sheet);
    let shown = LadderPage { f, school: id, name: file.school.name, own: held.own, version: held.version, sheet };
    page_as(shown.sheet.status(), &shown)
}

async fn change(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let done = async {
        let rungs = Rung::ALL.map(|rung| posted.text(rung.code()));
        let ladder = Ladder::read(rungs, posted.text("not_fetched"), posted.text("most_announced"))?;
        save(&me, id, &posted, Some(ladder)).await
    };
    kept(&me, id, &posted, done.await).await
}

async fn as_county(me: Signed, Id(id): Id<SchoolId>, posted: Posted) -> Answer {
    let done = save(&me, id, &posted, None).await;
    kept(&me, id, &posted, done).await
}

async fn save(me: &Signed, school: SchoolId, posted: &Posted, ladder: Option<Ladder>) -> Result<(), Error> {
    let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
    me.desk.save_once(ChangeLadder { school, version, ladder }, posted.submission()?).await
}

async fn kept(me: &Signed, id: SchoolId, posted: &Posted, done: Result<(), Error>) -> Answer {
    match done {
        Ok(()) => see_other_saying(format!("/schools/{id}/ladder"), Toast::new("alarm-ladder-kept")),
        Err(error) => {
            let held = me.desk.school_ladder(id).await?;
            let sheet = me.again("setting", posted, error, &Own(id, &held)).await?;
            ladder_form(me, id, sheet).await
        }
    }
}
