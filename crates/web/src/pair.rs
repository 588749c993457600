//! Pairs, as pages.

use askama::Template;
use naheya_domain::Date;
use naheya_domain::access::{Action, Class, Noun};
use naheya_domain::id::PairId;
use naheya_domain::pair::{EndReason, PairState};
use naheya_store::pair::{EndPair, PairFile, PairFilter, PairRow, PausePair, ResumePair, SettlePair};

use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, page, page_as, search};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let staff = Knock::May(Action::KeepPair);
    vec![
        Route::get("/pairs", staff, Noun::Pair, list),
        Route::post("/pairs/search", staff, Noun::Pair, find),
        Route::get("/pairs/{pair}", Knock::Sees(Noun::Pair, Class::Work), Noun::Pair, show),
        Route::post("/pairs/{pair}/settling", staff, Noun::Pair, settle),
        Route::post("/pairs/{pair}/rest", staff, Noun::Pair, pause),
        Route::post("/pairs/{pair}/rest/end", staff, Noun::Pair, resume),
        Route::post("/pairs/{pair}/end", Knock::May(Action::EndPair), Noun::Pair, end),
    ]
}

#[derive(Template)]
#[template(path = "pair/list.html")]
struct ListPage {
    f: Frame,
    rows: Vec<PairRow>,
    total: u64,
    state: String,
    typed: String,
    next: String,
}

impl ListPage {
    fn views(&self) -> Vec<(&'static str, String)> {
        let all = ["", "settling", "active", "paused", "ended"];
        let word = |code: &str| match code {
            "" => self.f.w.t("pair-view-all"),
            code => self.f.w.code("pair-state", code),
        };
        all.into_iter().map(|code| (code, word(code))).collect()
    }

    fn reason(&self, row: &PairRow) -> String {
        end_words(&self.f, row)
    }
}

/// Why a pair ended: the reason's words, or the paper's own.
fn end_words(f: &Frame, row: &PairRow) -> String {
    match &row.end_reason {
        Some(code) if EndReason::parse(code).is_some() => f.w.code("pair-end", code),
        Some(words) => words.clone(),
        None => String::new(),
    }
}

/// A pair's state as shape and colour.
#[must_use]
pub fn kind(state: &PairState) -> &'static str {
    match state {
        PairState::Settling => "half",
        PairState::Active => "ok",
        PairState::Paused => "wait",
        PairState::Ended => "off",
    }
}

async fn find(me: Signed, posted: Posted) -> Answer {
    search::lead(&me, "/pairs", &posted).await
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let after = wanted.text("after").split_once('_');
    let after = after.and_then(|(day, id)| Some((day.parse::<Date>().ok()?, PairId::parse(id)?)));
    let filter = PairFilter {
        state: PairState::parse(wanted.text("state")),
        search: search::typed(&me, "/pairs", &wanted).await?,
        after,
        ..PairFilter::default()
    };
    let (rows, more) = me.desk.pairs(&filter).await?;
    let total = me.desk.count_pairs(&filter).await?;
    let last = rows.last().filter(|_| more).and_then(|r| Some(format!("{}_{}", r.begun_on?, r.id)));
    let next = last.map(|key| format!("/pairs?{}", wanted.with("after", &key).query())).unwrap_or_default();
    page(&ListPage {
        f: me.frame("pair-list-title"),
        rows,
        total,
        state: wanted.text("state").to_owned(),
        typed: filter.search.unwrap_or_default(),
        next,
    })
}

#[derive(Template)]
#[template(path = "pair/show.html")]
struct ShowPage {
    f: Frame,
    file: PairFile,
    may_keep: bool,
    may_end: bool,
    reasons: Vec<(&'static str, String)>,
    sheet: Sheet,
}

impl ShowPage {
    fn is(&self, code: &str) -> bool {
        self.file.row.state.code() == code
    }

    fn reason(&self) -> String {
        end_words(&self.f, &self.file.row)
    }
}

async fn pair_page(me: &Signed, id: PairId, sheet: Sheet) -> Answer {
    let file = me.desk.pair(id).await?;
    let reasons = EndReason::ALL.into_iter().map(|r| (r.code(), me.w().code("pair-end", r.code()))).collect();
    page_as(
        sheet.status(),
        &ShowPage {
            f: me.frame("pair-title").with(&sheet),
            file,
            may_keep: me.desk.may(Action::KeepPair),
            may_end: me.desk.may(Action::EndPair),
            reasons,
            sheet,
        },
    )
}

async fn show(me: Signed, Id(id): Id<PairId>) -> Answer {
    pair_page(&me, id, Sheet::blank("pair")).await
}

async fn settle(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    me.desk.save_once(SettlePair { pair }, posted.submission()?).await?;
    see_other_saying(format!("/pairs/{pair}"), Toast::new("pair-settled"))
}

async fn pause(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    me.desk.save_once(PausePair { pair }, posted.submission()?).await?;
    let toast = Toast::new("pair-paused").undo(format!("/pairs/{pair}/rest/end"));
    see_other_saying(format!("/pairs/{pair}"), toast)
}

async fn resume(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    me.desk.save_once(ResumePair { pair }, posted.submission()?).await?;
    see_other_saying(format!("/pairs/{pair}"), Toast::new("pair-resumed"))
}

async fn end(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    let done = async {
        let reason = EndReason::parse(posted.text("reason"))
            .ok_or_else(|| naheya_store::Error::field("reason", "required.missing"))?;
        me.desk.save_once(EndPair { pair, reason }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/pairs/{pair}"), Toast::new("pair-ended")),
        Err(naheya_store::Error::NotFound) => Err(Problem::not_found()),
        Err(error) => pair_page(&me, pair, Sheet::again("pair", &posted, error)?).await,
    }
}
