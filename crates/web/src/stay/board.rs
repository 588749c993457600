//! Where every child is, right to the minute, for the county or one school; prints on one page.

use std::collections::BTreeMap;
use std::fmt::Write;

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{AlarmId, ChildId, SchoolId, StayId};
use naheya_domain::stay::StayState;
use naheya_store::alarm::AlarmLine;
use naheya_store::custody::{Came, ComeBack};
use naheya_store::stay::{
    CloseLate, CloseLateSeen, Elsewhere, Outcome, Roll, StayChain, StayLine, Tally, Where, WhereLine, Whereabouts,
};

use super::beside::instead_of;
use crate::answer::see_other_saying;
use crate::custody::came;
use crate::form::KEY;
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

/// Children on the page by name; when there are more, only those whom somebody has to see to.
const MOST_NAMED: u64 = 500;
/// Schools that stand as tabs; more are chosen from a list.
const MOST_TABS: usize = 8;

/// One school, or the children without one.
struct SchoolPart {
    name: String,
    /// Its own board.
    href: Option<String>,
    children: u64,
    tally: Tally,
    /// Its children by name, unless the page names only the urgent ones.
    lines: Vec<WhereLine>,
    /// A dot a child; of very many the numbers tell.
    dots: String,
}

impl SchoolPart {
    /// Those at school or with their family, the ones who wait to be fetched included.
    fn here(&self) -> u64 {
        self.children.saturating_sub(self.tally.out())
    }

    fn away(&self) -> u64 {
        self.tally.out() - self.tally.late
    }
}

/// A square a child who is missed, an open ring one who is out, a full dot one who is back.
fn dots(tally: Tally) -> String {
    const ROW: i64 = 20;
    let missed = tally.late + tally.hospital + tally.police;
    let ranks = [(0, missed), (1, tally.away), (2, tally.waiting), (3, tally.home())];
    let ranks = ranks.into_iter().flat_map(|(rank, n)| (0..n).map(move |_| rank));
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
    /// Whether the reader may write down that somebody was told by hand, and somebody has to be.
    owed: bool,
    /// What rings because nobody came for the child, to be ended with words.
    rings: Option<AlarmId>,
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
    away: u64,
    missing: u64,
    /// Those to see to who are not on the page by name.
    unnamed: u64,
    elsewhere: Vec<Elsewhere>,
    schools: Vec<SchoolPart>,
    /// Schools from which nobody is away, with how many children they have.
    others: Vec<(String, u64)>,
    everyone: u64,
    here: u64,
    /// The schools to choose from.
    choices: Vec<Choice>,
    may_close: bool,
    /// Whether the names lead to the files, and so to the numbers of whoever has the child and of the family.
    may_open: bool,
    /// Where many are put off at once, when somebody is away and the reader may write it down.
    later_all: Option<String>,
}

impl BoardPage {
    /// The last thing known of a child who is missed.
    fn known(&self, row: &Urgent) -> Option<String> {
        if row.line.unfetched.is_some() {
            let time = crate::alarm::hour(&self.f.w, &row.line.starts_at, &self.now);
            let words = super::from_home("stay-known-unfetched", row.line.start);
            return Some(self.f.w.t1(words, "time", time));
        }
        let out = matches!(row.line.place, Where::Late(_) | Where::Away);
        out.then(|| crate::stay::last_known(&self.f.w, &row.line.leg, &row.line.carer_name, &self.now))
    }

    /// Whether the reader may write down that the carer has the child again.
    fn may_regain(&self, row: &Urgent) -> bool {
        self.may_close && matches!(row.line.place, Where::Hospital | Where::Police)
    }

    /// Whether the reader may write down that a later hour was agreed.
    fn may_put_off(&self, row: &Urgent) -> bool {
        self.may_close && matches!(row.line.place, Where::Late(_) | Where::Away)
    }
}

/// A school to choose: its word in the address, its name, whether it is the chosen one.
type Choice = (String, String, bool);

async fn show(me: Signed, wanted: Wanted) -> Answer {
    let roll = me.desk.roll().await?;
    let chosen = chosen(&roll, wanted.text("school"))?;
    let of = |id: Option<SchoolId>| chosen.is_none_or(|c| id == Some(c));
    let found = me.desk.whereabouts(chosen, MOST_NAMED).await?;
    let mut elsewhere = me.desk.elsewhere().await?;
    elsewhere.retain(|e| of(e.school) && !found.lines.iter().any(|l| l.child == e.child && !l.place.is_home()));
    let seen = found.lines.iter().map(|l| l.child.0).chain(elsewhere.iter().map(|e| e.child.0));
    me.desk.looked("children", seen.collect(), "personal", None).await?;
    let mut alarms = me.desk.open_alarms_besides_late().await?;
    alarms.retain(|a| chosen.is_none() || of(a.school));
    let (w, tally) = (me.w(), found.tally());
    let mut late = urgent(&me, &found.lines).await?;
    for row in late.iter_mut().filter(|row| row.line.unfetched.is_some()) {
        row.rings = alarms.iter().find(|a| a.stay == Some(row.line.stay)).map(|a| a.id);
    }
    // Who stands above by name with whom to call is not said a second time.
    alarms.retain(|a| !late.iter().any(|row| Some(row.line.stay) == a.stay));
    let out = tally.out() + elsewhere.len() as u64;
    let choices = choices(&w, &roll, chosen);
    let roll: Vec<Roll> = roll.into_iter().filter(|r| of(r.school)).collect();
    let everyone: u64 = roll.iter().map(|r| r.children).sum();
    let (schools, others) = by_school(&w, found, roll);
    let named = late.iter().filter(|row| !matches!(row.line.place, Where::Late(_))).count() as u64;
    let may_close = me.desk.may(Action::CloseLateReturn);
    let watched = elsewhere.len() as u64 + named.max(tally.urgent() - tally.late);
    let shown = BoardPage {
        heading: heading(&w, tally.late, watched, out),
        f: me.frame("stay-board-title"),
        now: me.now,
        lead: lead(&w, tally, out - tally.late),
        away: out - tally.late,
        missing: tally.late,
        unnamed: tally.urgent().saturating_sub(late.iter().filter(|row| row.line.place.is_urgent()).count() as u64),
        elsewhere,
        late,
        alarms,
        schools,
        others,
        everyone,
        here: everyone.saturating_sub(out),
        choices,
        may_close,
        may_open: me.desk.may(Action::ApproveStay),
        later_all: (may_close && tally.away + tally.late > 1).then(|| later_all(chosen)),
    };
    page(&shown)
}

/// The page on which many are put off at once, of one school or of all.
fn later_all(school: Option<SchoolId>) -> String {
    let of = school.map(|id| format!("?school={id}")).unwrap_or_default();
    format!("/stays/later-returns/new{of}")
}

/// The school of the address; one that the reader has no child of is absent.
fn chosen(roll: &[Roll], asked: &str) -> Result<Option<SchoolId>, Problem> {
    if asked.is_empty() {
        return Ok(None);
    }
    let found = SchoolId::parse(asked).filter(|id| roll.iter().any(|r| r.school == Some(*id)));
    found.map(Some).ok_or_else(Problem::not_found)
}

fn choices(w: &Words, roll: &[Roll], chosen: Option<SchoolId>) -> Vec<Choice> {
    let of = |r: &Roll| Some((r.school?.to_string(), r.name.clone(), r.school == chosen));
    let schools: Vec<Choice> = roll.iter().filter_map(of).collect();
    if schools.len() < 2 {
        return Vec::new();
    }
    let all = (String::new(), w.t("stay-board-all"), chosen.is_none());
    [all].into_iter().chain(schools).collect()
}

/// "All back" is said only when nobody is out.
fn heading(w: &Words, missing: u64, watched: u64, out: u64) -> String {
    match (missing, watched, out) {
        (0, 0, 0) => w.t("stay-board-calm"),
        (0, 0, out) => w.t1("stay-board-out", "n", out),
        (0, watched, _) => w.t1("stay-board-watched", "n", watched),
        (missing, ..) => w.t1("stay-board-finding", "n", missing),
    }
}

/// Every child of this weekend, by where it is: the parts add up to the whole.
fn lead(w: &Words, tally: Tally, away: u64) -> String {
    let parts = [("late", tally.late), ("waiting", tally.waiting), ("away", away), ("back", tally.home())];
    let all = ("total", parts.iter().map(|(_, n)| n).sum::<u64>());
    let words: Vec<(&str, String)> = [all].into_iter().chain(parts).map(|(name, n)| (name, n.to_string())).collect();
    w.args("stay-board-lead", &words)
}

async fn urgent(me: &Signed, lines: &[WhereLine]) -> Result<Vec<Urgent>, Problem> {
    let lines: Vec<&WhereLine> = lines.iter().filter(|l| l.is_urgent()).collect();
    let stays: Vec<StayId> = lines.iter().map(|l| l.stay).collect();
    let traces = me.desk.alarm_traces(&stays).await?;
    let keeps = me.desk.may(Action::KeepNotice);
    let row = |line: &WhereLine| {
        let said = crate::alarm::of(&traces, line.stay, line.ends_at);
        let told = crate::alarm::told(&me.w(), &said, me.now);
        Urgent { told, owed: keeps && crate::alarm::is_owed(&said), line: line.clone(), rings: None }
    };
    Ok(lines.into_iter().map(row).collect())
}

/// The schools with children of this weekend, and the others.
fn by_school(w: &Words, found: Whereabouts, roll: Vec<Roll>) -> (Vec<SchoolPart>, Vec<(String, u64)>) {
    let named = |name: &str| if name.is_empty() { w.t("stay-board-no-school") } else { name.to_owned() };
    let mut of: BTreeMap<Option<SchoolId>, Vec<WhereLine>> = BTreeMap::new();
    for line in found.lines.into_iter().filter(|_| found.names_all) {
        of.entry(line.school).or_default().push(line);
    }
    let (mut schools, mut others) = (Vec::new(), Vec::new());
    for r in roll {
        let Some(tally) = found.tallies.get(&r.school).copied().filter(|tally| tally.all() > 0) else {
            others.push((named(&r.name), r.children));
            continue;
        };
        schools.push(SchoolPart {
            name: named(&r.name),
            href: r.school.filter(|_| !found.names_all).map(|id| format!("/board?school={id}")),
            children: r.children,
            tally,
            lines: of.remove(&r.school).unwrap_or_default(),
            dots: if found.names_all { dots(tally) } else { String::new() },
        });
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
    line: StayLine,
    /// By how much the child is late, in words, or that it came late.
    late: String,
    /// The last thing known of it.
    known: Option<String>,
    sheet: Sheet,
    outcomes: Vec<(&'static str, String)>,
    /// Who of the family may have the child.
    family: Vec<(String, String)>,
    /// Who must not have it, in words.
    kept_away: Option<String>,
    /// How many links the child's chain has on this page.
    links: String,
    /// What was written meanwhile, when a form came that knew nothing of it.
    chain: Option<StayChain>,
}

async fn blank(me: Signed, Id(id): Id<StayId>) -> Answer {
    let sheet = me.resumed(&format!("result-{id}"), Sheet::blank("stay")).await?;
    form(&me, id, sheet).await
}

async fn form(me: &Signed, stay: StayId, sheet: Sheet) -> Answer {
    let line = me.desk.stay_line(stay).await?;
    if !(line.state.is_away() || line.state == StayState::Returned) {
        return instead_of(me, stay, &format!("result-{stay}"), "stay-result-there", sheet).await;
    }
    me.desk.looked("children", vec![line.child.0], "work", None).await?;
    let family = crate::custody::family(me, line.child).await?;
    let w = me.w();
    let kept_away = me.desk.kept_away(&[line.child]).await?.remove(&line.child);
    let kept_away = kept_away.map(|all| crate::child::kept_away(w, &all));
    let outcomes =
        ["back", "family", "hospital", "police"].into_iter().map(|c| (c, w.code("stay-outcome", c))).collect();
    let (away, minutes) = (line.state.is_away(), me.now.minutes_since(line.ends_at));
    let late = match (away, minutes > 0) {
        (true, true) => super::late_by(&w, &minutes),
        (true, false) => String::new(),
        (false, _) => w.t("stay-place-back_late"),
    };
    let known = away.then(|| super::last_known(&w, &line.leg, &line.carer_name, &me.now));
    let is_stale = sheet.fault(KEY) == Some("record.stale");
    // A form with another fault still knows what it knew.
    let links = sheet.values().given("links").filter(|_| sheet.is_faulty() && !is_stale).map(str::to_owned);
    let shown = ResultPage {
        f: me.frame("stay-result-title").with(&sheet),
        links: match links {
            Some(known) => known,
            None => me.desk.links(line.child).await?.to_string(),
        },
        chain: if is_stale { Some(me.desk.stay_chain(stay).await?) } else { None },
        line,
        late,
        known,
        sheet,
        outcomes,
        family,
        kept_away,
    };
    page_as(shown.sheet.status(), &shown)
}

async fn close(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let done = async {
        let outcome = Outcome::parse(posted.text("outcome"));
        let outcome = outcome.ok_or_else(|| naheya_store::Error::field("outcome", "required.missing"))?;
        let (guardian, other) = match came(&posted) {
            Came::InWords => (None, None),
            Came::Known(id) => (Some(id), None),
            Came::Other(name) => (None, Some(name)),
        };
        let close = CloseLate { stay: id, outcome, guardian, reason: posted.text("reason").to_owned() };
        let links = posted.given("links").and_then(|links| links.parse().ok());
        me.desk.save_once(CloseLateSeen { close, links, other }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/board", Toast::new("stay-result-kept")),
        Err(error) => form(&me, id, Sheet::again("stay", &posted, error)?).await,
    }
}
