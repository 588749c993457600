//! The school's gate: Friday's list, code and release card; Sunday's roll call; the printed list.

use std::collections::BTreeMap;

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::code::Code;
use naheya_domain::id::{ChildId, StayId};
use naheya_domain::stay::Leg;
use naheya_domain::{Date, Timestamp};
use naheya_store::Error;
use naheya_store::alarm::AlarmLine;
use naheya_store::custody::Witness;
use naheya_store::stay::{ConfirmReturn, GateLine, Held, Instead, Passing, ReleaseProof, ReleaseStay, ReopenStay};
use naheya_store::wish::WishLine;

use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, page, page_as};

const MAY: Knock = Knock::May(Action::HandOver);
/// Days in which the next list is looked for.
const DAYS_AHEAD: usize = 7;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/friday", MAY, Noun::Stay, friday),
        Route::get("/friday/list", MAY, Noun::Stay, printed),
        Route::post("/friday/code", MAY, Noun::Stay, check),
        Route::get("/stays/{id}/release", MAY, Noun::Stay, by_list),
        Route::post("/releases", MAY, Noun::Stay, release),
        Route::get("/sunday", MAY, Noun::Stay, sunday),
        Route::post("/sunday/code", MAY, Noun::Stay, bring),
        Route::post("/stays/{id}/return", MAY, Noun::Stay, confirm),
        Route::post("/stays/{id}/return/undo", MAY, Noun::Stay, not_here),
    ]
}

#[derive(Template)]
#[template(path = "stay/friday.html")]
struct FridayPage {
    f: Frame,
    now: naheya_domain::Timestamp,
    lines: Vec<GateLine>,
    /// Weekends that were approved and must not begin.
    held: Vec<Held>,
    /// Weekends that wait for the teacher's word.
    asked: Vec<GateLine>,
    /// Those that have it and have not begun.
    answered: Vec<GateLine>,
    /// Those that are off and to which the school said no.
    turned_down: Vec<GateLine>,
    /// What the children said to them.
    said: BTreeMap<StayId, WishLine>,
    /// Children of the days before whom nobody fetched, and of whom nobody has written what became.
    alarms: Vec<AlarmLine>,
    /// Who speaks for those that go to the reader's own home.
    instead: Option<Instead>,
    sheet: Sheet,
}

impl FridayPage {
    fn unfetched(&self) -> usize {
        self.lines.iter().filter(|l| l.unfetched.is_some()).count()
    }

    /// Children who are to be fetched here; whom the family has fetched is not.
    fn waiting(&self) -> usize {
        self.lines.iter().filter(|l| l.is_waiting() && !l.with_family).count()
    }
}

async fn friday(me: Signed) -> Answer {
    friday_with(&me, Sheet::blank("stay")).await
}

pub(super) async fn friday_with(me: &Signed, sheet: Sheet) -> Answer {
    let lines = me.desk.gate_list(me.today()).await?;
    let held = me.desk.held_back(me.today()).await?;
    let (hers, turned_down) = if me.desk.may(Action::EndorseStay) {
        (me.desk.to_endorse().await?, me.desk.turned_down().await?)
    } else {
        (Vec::new(), Vec::new())
    };
    let children =
        lines.iter().chain(&hers).chain(&turned_down).chain(held.iter().map(|h| &h.line)).map(|l| l.child.0).collect();
    me.desk.looked("children", children, "work", None).await?;
    let said = me.desk.wishes_about(&hers.iter().map(|l| l.stay).collect::<Vec<_>>()).await?;
    // A yes stays open while the child was not asked, or only in hearing of the home: it goes no further.
    let is_unasked = |l: &GateLine| said.get(&l.stay).map_or(!l.own, |word| !word.counts());
    let (asked, answered): (Vec<GateLine>, Vec<GateLine>) =
        hers.into_iter().partition(|l| l.teacher.is_none() || (l.teacher == Some(true) && is_unasked(l)));
    let status = sheet.status();
    let f = me.frame_calling("stay-friday-title").await?.with(&sheet);
    let alarms = other_alarms(me, &lines).await?;
    let waiting = lines.iter().filter(|line| line.is_waiting());
    let instead = instead(me, &own(waiting.chain(&asked).chain(&answered).chain(&turned_down))).await?;
    let shown = FridayPage { f, now: me.now, lines, held, asked, answered, turned_down, said, alarms, instead, sheet };
    page_as(status, &shown)
}

/// Those of these children that go to the reader's own home.
fn own<'a>(lines: impl IntoIterator<Item = &'a GateLine>) -> Vec<StayId> {
    lines.into_iter().filter(|line| line.own).map(|line| line.stay).collect()
}

/// Whom to ask about these children of the own home; nobody where there are none.
async fn instead(me: &Signed, own: &[StayId]) -> Result<Option<Instead>, Error> {
    if own.is_empty() { Ok(None) } else { me.desk.instead(own).await.map(Some) }
}

/// Open alarms that are no late return, of children who do not stand in these lines as to be fetched today.
async fn other_alarms(me: &Signed, lines: &[GateLine]) -> Result<Vec<AlarmLine>, Error> {
    let mut alarms = me.desk.open_alarms_besides_late().await?;
    // Of whom nobody has fetched on a day before it is asked whether the child is at school at all.
    let of_today = |l: &&GateLine| l.starts_at.date() == me.today();
    alarms.retain(|a| !lines.iter().filter(of_today).any(|l| Some(l.stay) == a.stay));
    Ok(alarms)
}

#[derive(Template)]
#[template(path = "stay/printed.html")]
struct PrintedPage {
    f: Frame,
    now: Timestamp,
    /// The day whose list it is.
    day: Date,
    /// Whether that day is still to come.
    is_ahead: bool,
    /// Where today has nobody: the way to the list of the next day that has, and its words.
    next: Option<(String, String)>,
    lines: Vec<GateLine>,
    /// Those of the day who must not be let go.
    held: Vec<Held>,
    /// Who must not take them.
    kept_away: BTreeMap<ChildId, String>,
}

impl PrintedPage {
    /// Each gate with its children: whoever prints for several schools gives each a sheet of its own.
    fn gates(&self) -> Vec<(&str, Vec<&GateLine>)> {
        let mut gates = BTreeMap::<&str, Vec<&GateLine>>::new();
        for line in &self.lines {
            gates.entry(line.school.as_deref().unwrap_or_default()).or_default().push(line);
        }
        gates.into_iter().collect()
    }

    fn is_for_several(&self) -> bool {
        self.gates().len() > 1
    }

    /// When the child was to be fetched; with the day where that was on one before.
    fn hour(&self, line: &GateLine) -> String {
        let (w, at) = (self.f.w, line.starts_at);
        if at.date() == self.day { w.time(at) } else { w.when(at) }
    }

    fn nobody(&self) -> &'static str {
        if self.is_ahead { "stay-printed-nobody" } else { "stay-friday-none" }
    }

    /// When this was so, of how many children, and how long it may be trusted.
    fn trusted(&self, n: impl std::fmt::Display) -> String {
        let w = self.f.w;
        if self.is_ahead {
            return w.t2("stay-printed-ahead", "when", w.when(self.now), "n", n);
        }
        w.t2("stay-printed-of", "time", w.time(self.now), "n", n)
    }
}

/// The list of today, or of a day to come: the office prints for schools that have no printer.
async fn printed(me: Signed, wanted: Wanted) -> Answer {
    let asked = wanted.given("on").and_then(|on| on.trim().parse::<Date>().ok());
    let day = asked.filter(|day| *day > me.today()).unwrap_or_else(|| me.today());
    let is_ahead = day > me.today();
    let lines = me.desk.gate_list(day).await?;
    let mut held = me.desk.held_back(day).await?;
    held.retain(|h| h.line.starts_at.date() == day);
    let children = lines.iter().chain(held.iter().map(|h| &h.line)).map(|l| l.child.0).collect();
    me.desk.looked("children", children, "work", None).await?;
    let kept_away = kept_away(&me, &lines).await?;
    let next = if lines.is_empty() && !is_ahead { next_list(&me).await? } else { None };
    let f = me.frame_calling("stay-printed-title").await?;
    page(&PrintedPage { f, now: me.now, day, is_ahead, next, lines, held, kept_away })
}

/// The way to the list of the next day on which children are fetched.
async fn next_list(me: &Signed) -> Result<Option<(String, String)>, Error> {
    let mut day = me.today();
    for _ in 0..DAYS_AHEAD {
        let Ok(next) = day.tomorrow() else { break };
        day = next;
        let n = me.desk.gate_list(day).await?.len();
        if n > 0 {
            let words = me.w().t2("stay-printed-next", "day", me.w().date(day), "n", n);
            return Ok(Some((format!("/friday/list?on={day}"), words)));
        }
    }
    Ok(None)
}

#[derive(Template)]
#[template(path = "stay/card.html")]
struct CardPage {
    f: Frame,
    passing: Passing,
    kept_away: BTreeMap<ChildId, String>,
    /// Of siblings those who may go, each with the name; empty for one child.
    siblings: Vec<(String, String)>,
    /// Who lets the child go, where it goes to the reader's own home.
    instead: Option<Instead>,
    code: String,
    sheet: Sheet,
}

impl CardPage {
    /// Whether one of them was let go already: the gate's reasons are about a child that is no longer there.
    fn is_gone(&self) -> bool {
        self.passing.lines.iter().any(|line| line.released_at.is_some())
    }

    /// Whether one of them may be let go from here.
    fn may_go(&self) -> bool {
        self.passing.free().next().is_some() && !self.is_gone() && self.instead.is_none()
    }

    /// What is said over the reasons against a child: of siblings with the name.
    fn stop(&self, line: &GateLine) -> String {
        if self.passing.lines.len() == 1 {
            self.f.w.t("stay-do-not-release")
        } else {
            self.f.w.t1("stay-do-not-release-one", "name", &line.child_name)
        }
    }
}

/// Who must not take each of these children, in words.
async fn kept_away(me: &Signed, lines: &[GateLine]) -> Result<BTreeMap<ChildId, String>, Error> {
    let found = me.desk.kept_away(&lines.iter().map(|l| l.child).collect::<Vec<_>>()).await?;
    Ok(found.into_iter().map(|(child, all)| (child, crate::child::kept_away(me.w(), &all))).collect())
}

async fn card(me: &Signed, stays: &[StayId], code: String, sheet: Sheet) -> Answer {
    let passing = me.desk.passing(stays).await?;
    me.desk.looked("children", passing.lines.iter().map(|l| l.child.0).collect(), "work", None).await?;
    let f = me.frame_calling("stay-card-title").await?.with(&sheet);
    let kept_away = kept_away(me, &passing.lines).await?;
    let mut siblings = Vec::new();
    if passing.lines.len() > 1 {
        siblings.extend(passing.free().map(|line| (line.stay.to_string(), line.child_name.clone())));
    }
    let instead = instead(me, &own(&passing.lines)).await?;
    page_as(sheet.status(), &CardPage { f, passing, kept_away, siblings, instead, code, sheet })
}

async fn check(me: Signed, posted: Posted) -> Answer {
    let found = async {
        let code = Code::parse(posted.text("code")).map_err(|fault| Error::field("code", fault))?;
        me.desk.try_code(&code).await.map(|stays| (stays, code))
    };
    match found.await {
        Ok((stays, code)) => card(&me, &stays, code.as_str().to_owned(), Sheet::blank("stay")).await,
        Err(error) => friday_with(&me, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn by_list(me: Signed, Id(id): Id<StayId>) -> Answer {
    card(&me, &[id], String::new(), Sheet::blank("stay")).await
}

async fn release(me: Signed, posted: Posted) -> Answer {
    let stays: Vec<StayId> = posted.all("stay").into_iter().filter_map(StayId::parse).collect();
    let typed = posted.text("code").to_owned();
    // Of siblings one may stay behind: who goes is asked, and asked again of all of them.
    let of: Vec<StayId> = posted.all("of").into_iter().filter_map(StayId::parse).collect();
    let shown = if of.is_empty() { stays.clone() } else { of };
    if stays.is_empty() && !shown.is_empty() {
        let nobody = Sheet::again("stay", &posted, Error::field("stay", "option.missing"))?;
        return card(&me, &shown, typed, nobody).await;
    }
    let done = async {
        let proof = match Code::parse(&typed) {
            Ok(code) => ReleaseProof::Code(code),
            Err(_) => ReleaseProof::List { called: posted.text("called").to_owned() },
        };
        let act = ReleaseStay { stays: stays.clone(), proof, witness: Witness::default() };
        me.desk.release(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/friday", Toast::new("stay-released").with("n", stays.len())),
        // Which children go together is no field that anybody could fill in better.
        Err(Error::Invalid(faults)) if faults.iter().any(|f| f.field == "stays") => {
            Err(Problem::of_code("bad_request"))
        }
        Err(error) => card(&me, &shown, typed, Sheet::again("stay", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "stay/sunday.html")]
struct SundayPage {
    f: Frame,
    now: naheya_domain::Timestamp,
    missing: Vec<GateLine>,
    here: Vec<GateLine>,
    /// Away, and not due today: one of them may be brought early.
    out: Vec<GateLine>,
    /// Who was told when of a child that is missed.
    told: BTreeMap<StayId, String>,
    /// Alarms of the own school that nobody has ended and that are no late return.
    alarms: Vec<AlarmLine>,
    /// Who says of those from the reader's own home that they are here.
    instead: Option<Instead>,
    sheet: Sheet,
}

impl SundayPage {
    /// Before the first agreed hour nobody is missed.
    fn is_early(&self) -> bool {
        self.missing.iter().all(|l| l.ends_at > self.now)
    }

    /// The last thing known of a child who is late, or of whom the volunteer says that she handed it over.
    fn known(&self, line: &GateLine) -> Option<String> {
        let told = line.late.is_some() || matches!(line.leg, Leg::SaidBack(_));
        told.then(|| super::last_known(&self.f.w, &line.leg, &line.carer_name, &self.now))
    }
}

async fn sunday(me: Signed) -> Answer {
    sunday_with(&me, Sheet::blank("stay")).await
}

async fn sunday_with(me: &Signed, sheet: Sheet) -> Answer {
    let lines = me.desk.back_list(me.today()).await?;
    let out = me.desk.out_list(me.today()).await?;
    me.desk.looked("children", lines.iter().chain(&out).map(|l| l.child.0).collect(), "work", None).await?;
    let (missing, here): (Vec<GateLine>, Vec<GateLine>) = lines.into_iter().partition(GateLine::is_away);
    let traces = me.desk.alarm_traces(&missing.iter().map(|l| l.stay).collect::<Vec<_>>()).await?;
    let raised = |line: &GateLine| crate::alarm::of(&traces, line.stay, line.ends_at);
    let told = missing.iter().map(|l| (l.stay, crate::alarm::told(&me.w(), &raised(l), me.now)));
    let told = told.filter(|(_, words)| !words.is_empty()).collect();
    let alarms = other_alarms(me, &[]).await?;
    let f = me.frame_calling("stay-sunday-title").await?.with(&sheet);
    let instead = instead(me, &own(missing.iter().chain(&out))).await?;
    page_as(sheet.status(), &SundayPage { f, now: me.now, missing, here, out, told, alarms, instead, sheet })
}

#[derive(Template)]
#[template(path = "stay/back.html")]
struct BackPage {
    f: Frame,
    lines: Vec<GateLine>,
    /// Who says that a child from the reader's own home is here.
    instead: Option<Instead>,
}

async fn bring(me: Signed, posted: Posted) -> Answer {
    let found = async {
        let code = Code::parse(posted.text("code")).map_err(|fault| Error::field("code", fault))?;
        me.desk.try_return_code(&code).await
    };
    match found.await.map_err(of_return) {
        Ok(stays) => {
            let lines = me.desk.passing(&stays).await?.lines;
            me.desk.looked("children", lines.iter().map(|l| l.child.0).collect(), "work", None).await?;
            let instead = instead(&me, &own(&lines)).await?;
            page(&BackPage { f: me.frame("stay-sunday-title"), lines, instead })
        }
        Err(error) => sunday_with(&me, Sheet::again("stay", &posted, error)?).await,
    }
}

/// A child that is being brought is let in, whatever its code says: who brings it is asked then.
fn of_return(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code == "code.wrong" => Error::refused("code.wrong_back"),
        Error::Refused(refusal) if refusal.code == "code.used" => Error::refused("code.used_back"),
        Error::Refused(refusal) if refusal.code == "code.expired" => Error::refused("code.expired_back"),
        other => other,
    }
}

async fn confirm(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let act = ConfirmReturn { stay: id, witness: Witness::by("sight") };
    let done = me.desk.save_once(act, posted.submission()?).await;
    // Two taps, or a colleague's phone: the child is here.
    if matches!(done, Err(Error::Refused(_))) && is_here(&me, id).await? {
        return see_other_saying("/sunday", Toast::new("stay-received-before"));
    }
    match done {
        Ok(closed) => {
            let toast = Toast::new(if closed { "stay-received" } else { "stay-received-late" });
            see_other_saying("/sunday", toast.undo(format!("/stays/{id}/return/undo")))
        }
        Err(error) => sunday_with(&me, Sheet::again("stay", &posted, error)?).await,
    }
}

async fn is_here(me: &Signed, id: StayId) -> Result<bool, Error> {
    Ok(me.desk.passing(&[id]).await?.lines.iter().all(|line| line.returned_at.is_some()))
}

async fn not_here(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    match me.desk.save_once(ReopenStay { stay: id }, posted.submission()?).await {
        Ok(()) => see_other_saying("/sunday", Toast::new("stay-corrected")),
        Err(error) => sunday_with(&me, Sheet::again("stay", &posted, error)?).await,
    }
}
