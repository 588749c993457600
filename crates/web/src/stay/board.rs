//! Where every child of this weekend is, right to the minute; prints on one page.

use std::collections::BTreeMap;

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::StayId;
use naheya_store::stay::{CloseLate, Outcome, Where, WhereLine};

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
    schools: Vec<SchoolPart>,
}

async fn show(me: Signed) -> Answer {
    let lines = me.desk.whereabouts().await?;
    me.desk.looked("children", lines.iter().map(|l| l.child.0).collect(), "personal", None).await?;
    let mut schools: BTreeMap<String, Vec<WhereLine>> = BTreeMap::new();
    for line in &lines {
        schools.entry(line.school_name.clone().unwrap_or_default()).or_default().push(line.clone());
    }
    let urgent = |p: Where| matches!(p, Where::Late(_) | Where::Hospital | Where::Police | Where::BackLate);
    let shown = BoardPage {
        f: me.frame("stay-board-title"),
        now: me.now,
        total: lines.len(),
        away: lines.iter().filter(|l| matches!(l.place, Where::Away)).count(),
        back: lines.iter().filter(|l| matches!(l.place, Where::Back | Where::BackLate)).count(),
        late: lines.into_iter().filter(|l| urgent(l.place)).collect(),
        schools: schools.into_iter().map(|(name, lines)| SchoolPart { name, lines }).collect(),
    };
    page(&shown)
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
