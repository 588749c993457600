//! Where every child is, right to the minute, for the county or one school; prints on one page.

use std::collections::BTreeMap;
use std::fmt::Write;

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{ChildId, GuardianId, SchoolId, StayId};
use naheya_store::alarm::{AlarmLine, Trace};
use naheya_store::custody::ComeBack;
use naheya_store::stay::{CloseLate, Elsewhere, Outcome, Roll, Where, WhereLine};

use crate::answer::see_other_saying;
use crate::words::Words;
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, page, page_as};

pub(super) fn routes() -> Vec<Route> {
    let late = Knock::May(Action::CloseLateReturn);
    vec![
        Route::get("/board", Knock::May(Action::HandOver), Noun::Stay, show),
        Route::post("/children/{id}/come-back", Knock::May(Action::HandOver), Noun::Custody, come_back),
        Route::get("/stays/{id}/result", late, Noun::Stay, blank),
        Route::post("/stays/{id}/result", late, Noun::Stay, close),
    ]
}

/// One school, or the children without one.
struct SchoolPart {
    name: String,
    children: u64,
    lines: Vec<WhereLine>,
    dots: String,
}

impl SchoolPart {
    fn of(name: String, children: u64, lines: Vec<WhereLine>) -> SchoolPart {
        SchoolPart { dots: dots(&lines), name, children, lines }
    }

    fn count(&self, wants: fn(Where) -> bool) -> usize {
        self.lines.iter().filter(|l| wants(l.place)).count()
    }

    fn back(&self) -> usize {
        self.count(is_home)
    }

    fn late(&self) -> usize {
        self.count(|p| matches!(p, Where::Late(_)))
    }

    fn away(&self) -> usize {
        self.count(|p| matches!(p, Where::Away | Where::Hospital | Where::Police))
    }

    fn waiting(&self) -> usize {
        self.count(|p| p == Where::Waiting)
    }

    /// Those at school or with their family, the ones who wait to be fetched included.
    fn here(&self) -> u64 {
        self.children.saturating_sub((self.late() + self.away()) as u64)
    }
}

/// A square a child who is missed, an open ring one who is out, a full dot one who is back.
fn dots(lines: &[WhereLine]) -> String {
    const ROW: i64 = 20;
    let rank = |p: Where| match p {
        Where::Late(_) | Where::Hospital | Where::Police => 0,
        Where::Away => 1,
        Where::Waiting => 2,
        Where::Back | Where::BackLate => 3,
    };
    let mut ranks: Vec<i64> = lines.iter().map(|l| rank(l.place)).collect();
    ranks.sort_unstable();
    let mut svg = String::new();
    let mut rows = 1;
    for (n, kind) in (0i64..).zip(ranks) {
        let (x, y) = (8 + n % ROW * 14, 8 + n / ROW * 15);
        rows = n / ROW + 1;
        let _ = match kind {
            0 => write!(svg, r#"<path class="b-late" d="M{x} {y}m-5-5h10v10h-10z"/>"#),
            1 => write!(svg, r#"<circle class="b-out" cx="{x}" cy="{y}" r="4"/>"#),
            2 => write!(svg, r#"<path class="b-wait" d="M{x} {}l5 5-5 5-5-5z"/>"#, y - 5),
            _ => write!(svg, r#"<circle class="b-back" cx="{x}" cy="{y}" r="5"/>"#),
        };
    }
    format!(r#"<svg class="kids" viewBox="0 0 286 {}" aria-hidden="true">{svg}</svg>"#, rows * 15 + 2)
}

/// A child that somebody has to see to, with who was told when.
struct Urgent {
    line: WhereLine,
    told: String,
}

#[derive(Template)]
#[template(path = "stay/board.html")]
struct BoardPage {
    f: Frame,
    now: naheya_domain::Timestamp,
    heading: String,
    late: Vec<Urgent>,
    alarms: Vec<AlarmLine>,
    lead: String,
    away: usize,
    missing: usize,
    elsewhere: Vec<Elsewhere>,
    schools: Vec<SchoolPart>,
    /// Schools from which nobody is away, with how many children they have.
    others: Vec<(String, u64)>,
    everyone: u64,
    here: u64,
    /// The schools to choose from: address, name, whether it is the chosen one.
    choices: Vec<(String, String, bool)>,
    may_close: bool,
}

async fn show(me: Signed, wanted: Wanted) -> Answer {
    let roll = me.desk.roll().await?;
    let chosen = chosen(&roll, wanted.text("school"))?;
    let of = |id: Option<SchoolId>| chosen.is_none_or(|c| id == Some(c));
    let mut lines = me.desk.whereabouts().await?;
    lines.retain(|l| of(l.school));
    let mut elsewhere = me.desk.elsewhere().await?;
    elsewhere.retain(|e| of(e.school) && !lines.iter().any(|l| l.child == e.child && !is_home(l.place)));
    let seen = lines.iter().map(|l| l.child.0).chain(elsewhere.iter().map(|e| e.child.0));
    me.desk.looked("children", seen.collect(), "personal", None).await?;
    let mut alarms = me.desk.open_alarms().await?;
    alarms.retain(|a| !a.alarm.is_late() && (chosen.is_none() || of(a.school)));
    let stays: Vec<StayId> = lines.iter().filter(|l| is_urgent(l.place)).map(|l| l.stay).collect();
    let traces = me.desk.alarm_traces(&stays).await?;
    let w = me.w();
    let count = |wants: fn(Where) -> bool| lines.iter().filter(|l| wants(l.place)).count();
    let missing = count(|p| matches!(p, Where::Late(_)));
    let out = count(|p| !is_home(p) && p != Where::Waiting) + elsewhere.len();
    let choices = choices(&w, &roll, chosen);
    let roll: Vec<Roll> = roll.into_iter().filter(|r| of(r.school)).collect();
    let everyone: u64 = roll.iter().map(|r| r.children).sum();
    let (schools, others) = by_school(&w, &lines, roll);
    let watched = elsewhere.len() + count(|p| matches!(p, Where::Hospital | Where::Police | Where::BackLate));
    let shown = BoardPage {
        heading: heading(&w, missing, watched, out),
        f: me.frame("stay-board-title"),
        now: me.now,
        lead: lead(&w, missing, count(|p| p == Where::Waiting), out - missing, count(is_home)),
        away: out - missing,
        missing,
        elsewhere,
        late: urgent(&w, lines, &traces, me.now),
        alarms,
        schools,
        others,
        everyone,
        here: everyone.saturating_sub(out as u64),
        choices,
        may_close: me.desk.may(Action::CloseLateReturn),
    };
    page(&shown)
}

/// The school of the address; one that the reader has no child of is absent.
fn chosen(roll: &[Roll], asked: &str) -> Result<Option<SchoolId>, Problem> {
    if asked.is_empty() {
        return Ok(None);
    }
    let found = SchoolId::parse(asked).filter(|id| roll.iter().any(|r| r.school == Some(*id)));
    found.map(Some).ok_or_else(Problem::not_found)
}

fn choices(w: &Words, roll: &[Roll], chosen: Option<SchoolId>) -> Vec<(String, String, bool)> {
    let of = |r: &Roll| Some((format!("/board?school={}", r.school?), r.name.clone(), r.school == chosen));
    let schools: Vec<_> = roll.iter().filter_map(of).collect();
    if schools.len() < 2 {
        return Vec::new();
    }
    let all = ("/board".to_owned(), w.t("stay-board-all"), chosen.is_none());
    [all].into_iter().chain(schools).collect()
}

/// "All back" is said only when nobody is out.
fn heading(w: &Words, missing: usize, watched: usize, out: usize) -> String {
    match (missing, watched, out) {
        (0, 0, 0) => w.t("stay-board-calm"),
        (0, 0, out) => w.t1("stay-board-out", "n", out),
        (0, watched, _) => w.t1("stay-board-watched", "n", watched),
        (missing, ..) => w.t1("stay-board-finding", "n", missing),
    }
}

/// Every child of this weekend, by where it is: the parts add up to the whole.
fn lead(w: &Words, missing: usize, waiting: usize, away: usize, back: usize) -> String {
    let parts = [("late", missing), ("waiting", waiting), ("away", away), ("back", back)];
    let all = ("total", parts.iter().map(|(_, n)| n).sum::<usize>());
    let words: Vec<(&str, String)> = [all].into_iter().chain(parts).map(|(name, n)| (name, n.to_string())).collect();
    w.args("stay-board-lead", &words)
}

fn urgent(
    w: &Words,
    lines: Vec<WhereLine>,
    traces: &BTreeMap<StayId, Vec<Trace>>,
    now: naheya_domain::Timestamp,
) -> Vec<Urgent> {
    let told = |l: &WhereLine| traces.get(&l.stay).map(|t| crate::alarm::told(w, t, now)).unwrap_or_default();
    lines.into_iter().filter(|l| is_urgent(l.place)).map(|line| Urgent { told: told(&line), line }).collect()
}

fn is_home(place: Where) -> bool {
    matches!(place, Where::Back | Where::BackLate)
}

fn is_urgent(place: Where) -> bool {
    matches!(place, Where::Late(_) | Where::Hospital | Where::Police | Where::BackLate)
}

/// The schools with children of this weekend, and the others.
fn by_school(w: &Words, lines: &[WhereLine], roll: Vec<Roll>) -> (Vec<SchoolPart>, Vec<(String, u64)>) {
    let named = |name: &str| if name.is_empty() { w.t("stay-board-no-school") } else { name.to_owned() };
    let (mut schools, mut others) = (Vec::new(), Vec::new());
    for r in roll {
        let here: Vec<WhereLine> = lines.iter().filter(|l| l.school == r.school).cloned().collect();
        if here.is_empty() {
            others.push((named(&r.name), r.children));
        } else {
            schools.push(SchoolPart::of(named(&r.name), r.children, here));
        }
    }
    (schools, others)
}

/// A child is back at school from hospital or police; without words the board asks for them again.
async fn come_back(me: Signed, Id(id): Id<ChildId>, posted: Posted) -> Answer {
    let act = ComeBack { child: id, words: posted.text("words").to_owned() };
    match me.desk.save_once(act, posted.submission()?).await {
        Ok(()) => see_other_saying("/board", Toast::new("stay-came-back")),
        Err(naheya_store::Error::Invalid(_)) => see_other_saying("/board", Toast::new("stay-came-back-words")),
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "stay/result.html")]
struct ResultPage {
    f: Frame,
    stay: StayId,
    sheet: Sheet,
    outcomes: Vec<(&'static str, String)>,
    /// Who of the family may have the child.
    family: Vec<(String, String)>,
}

async fn blank(me: Signed, Id(id): Id<StayId>) -> Answer {
    form(&me, id, Sheet::blank("stay")).await
}

async fn form(me: &Signed, stay: StayId, sheet: Sheet) -> Answer {
    let line = me.desk.stay_line(stay).await?;
    me.desk.looked("children", vec![line.child.0], "work", None).await?;
    let family = me.desk.family_of(line.child).await?;
    let family = family.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let w = me.w();
    let outcomes =
        ["back", "family", "hospital", "police"].into_iter().map(|c| (c, w.code("stay-outcome", c))).collect();
    page_as(
        sheet.status(),
        &ResultPage { f: me.frame("stay-result-title").with(&sheet), stay, sheet, outcomes, family },
    )
}

async fn close(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let done = async {
        let outcome = Outcome::parse(posted.text("outcome"));
        let outcome = outcome.ok_or_else(|| naheya_store::Error::field("outcome", "required.missing"))?;
        let guardian = posted.given("guardian").and_then(GuardianId::parse);
        let act = CloseLate { stay: id, outcome, guardian, reason: posted.text("reason").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/board", Toast::new("stay-result-kept")),
        Err(error) => form(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}
