//! Where every child of the county is, right to the minute; prints on one page.

use std::collections::BTreeMap;

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::StayId;
use naheya_store::stay::{CloseLate, Elsewhere, Outcome, Roll, Where, WhereLine};

use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, page, page_as};

pub(super) fn routes() -> Vec<Route> {
    let late = Knock::May(Action::CloseLateReturn);
    vec![
        Route::get("/board", Knock::May(Action::ApproveStay), Noun::Stay, show),
        Route::get("/stays/{id}/result", late, Noun::Stay, blank),
        Route::post("/stays/{id}/result", late, Noun::Stay, close),
    ]
}

struct SchoolPart {
    name: String,
    children: u64,
    lines: Vec<WhereLine>,
}

impl SchoolPart {
    fn count(&self, wants: fn(Where) -> bool) -> usize {
        self.lines.iter().filter(|l| wants(l.place)).count()
    }

    fn back(&self) -> usize {
        self.count(|p| matches!(p, Where::Back | Where::BackLate))
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
}

#[derive(Template)]
#[template(path = "stay/board.html")]
struct BoardPage {
    f: Frame,
    now: naheya_domain::Timestamp,
    late: Vec<WhereLine>,
    total: usize,
    away: usize,
    back: usize,
    missing: usize,
    elsewhere: Vec<Elsewhere>,
    schools: Vec<SchoolPart>,
    /// Schools from which nobody is away, with how many children they have.
    others: Vec<(String, u64)>,
    everyone: u64,
    here: u64,
}

async fn show(me: Signed) -> Answer {
    let lines = me.desk.whereabouts().await?;
    let mut elsewhere = me.desk.elsewhere().await?;
    elsewhere.retain(|e| !lines.iter().any(|l| l.child == e.child && !is_home(l.place)));
    let seen = lines.iter().map(|l| l.child.0).chain(elsewhere.iter().map(|e| e.child.0));
    me.desk.looked("children", seen.collect(), "personal", None).await?;
    let count = |wants: fn(Where) -> bool| lines.iter().filter(|l| wants(l.place)).count();
    let missing = count(|p| matches!(p, Where::Late(_)));
    let out = count(|p| !is_home(p) && p != Where::Waiting) + elsewhere.len();
    let roll = me.desk.roll().await?;
    let everyone: u64 = roll.iter().map(|r| r.children).sum();
    let (schools, others) = by_school(&lines, roll);
    let shown = BoardPage {
        f: me.frame("stay-board-title"),
        now: me.now,
        total: lines.len(),
        away: out - missing,
        back: count(is_home),
        missing,
        elsewhere,
        late: lines.into_iter().filter(|l| is_urgent(l.place)).collect(),
        schools,
        others,
        everyone,
        here: everyone.saturating_sub(out as u64),
    };
    page(&shown)
}

fn is_home(place: Where) -> bool {
    matches!(place, Where::Back | Where::BackLate)
}

fn is_urgent(place: Where) -> bool {
    matches!(place, Where::Late(_) | Where::Hospital | Where::Police | Where::BackLate)
}

/// The schools with children of this weekend, and the others.
fn by_school(lines: &[WhereLine], roll: Vec<Roll>) -> (Vec<SchoolPart>, Vec<(String, u64)>) {
    let mut parts: BTreeMap<String, Vec<WhereLine>> = BTreeMap::new();
    for line in lines {
        parts.entry(line.school_name.clone().unwrap_or_default()).or_default().push(line.clone());
    }
    let (with, without): (Vec<Roll>, Vec<Roll>) = roll.into_iter().partition(|r| parts.contains_key(&r.name));
    let children = |name: &str| with.iter().filter(|r| r.name == name).map(|r| r.children).sum();
    let schools =
        parts.into_iter().map(|(name, lines)| SchoolPart { children: children(&name), name, lines }).collect();
    let others = without.into_iter().filter(|r| !r.name.is_empty()).map(|r| (r.name, r.children)).collect();
    (schools, others)
}

#[derive(Template)]
#[template(path = "stay/result.html")]
struct ResultPage {
    f: Frame,
    stay: StayId,
    sheet: Sheet,
    outcomes: Vec<(&'static str, String)>,
}

async fn blank(me: Signed, Id(id): Id<StayId>) -> Answer {
    me.desk.stay_line(id).await?;
    form(&me, id, Sheet::blank("stay"))
}

fn form(me: &Signed, stay: StayId, sheet: Sheet) -> Answer {
    let w = me.w();
    let outcomes =
        ["back", "family", "hospital", "police"].into_iter().map(|c| (c, w.code("stay-outcome", c))).collect();
    page_as(sheet.status(), &ResultPage { f: me.frame("stay-result-title").with(&sheet), stay, sheet, outcomes })
}

async fn close(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let done = async {
        let outcome = Outcome::parse(posted.text("outcome"));
        let outcome = outcome.ok_or_else(|| naheya_store::Error::field("outcome", "required.missing"))?;
        let act = CloseLate { stay: id, outcome, reason: posted.text("reason").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/board", Toast::new("stay-result-kept")),
        Err(error) => form(&me, id, Sheet::again("stay", &posted, error)?),
    }
}
