//! Working a round out and what becomes of it, as pages.

use std::ops::Range;

use askama::Template;
use axum::extract::State;
use naheya_domain::access::{Action, Noun};
use naheya_domain::choice::Side;
use naheya_domain::id::{ChildId, ProposalId, RoundId};
use naheya_domain::round::LeftWhy;
use naheya_domain::{Role, proposal::ProposalState};
use naheya_store::operation::Asked;
use naheya_store::pair::BeginPair;
use naheya_store::proposal::{AnswerProposal, OfferProposals, UndoAnswer, UndoProposal};
use naheya_store::round::{RoundChild, RoundFile};
use naheya_store::run::{LeftChild, LeftHome, ResultRow, Results, RowProposal};

use crate::answer::see_other_saying;
use crate::candidate::reason;
use crate::order::{Pager, stretch};
use crate::round::{Step, person, slip_words, steps, unwritten};
use crate::{
    Answer, App, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, operation,
    page_as,
};

/// Pairs on one page of the results, and people left: each has several buttons.
const PER_PAGE: usize = 15;
const BOTH: &[Action] = &[Action::RunRound, Action::ChooseInRound];

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let staff = Knock::May(Action::RunRound);
    vec![
        Route::post("/rounds/{round}/runs", staff, Noun::Round, run),
        Route::get("/rounds/{round}/results", staff, Noun::Round, results),
        Route::post("/rounds/{round}/proposals", staff, Noun::Round, offer),
        Route::post("/proposals/{proposal}/undo", staff, Noun::Round, undo),
        Route::post("/proposals/{proposal}/pair", staff, Noun::Round, begin),
        Route::post("/proposals/{proposal}/answers/{side}", Knock::MayAny(BOTH), Noun::Round, answer),
        Route::post("/proposals/{proposal}/answers/{side}/undo", Knock::MayAny(BOTH), Noun::Round, undo_answer),
    ]
}

async fn run(State(app): State<App>, me: Signed, Id(round): Id<RoundId>, posted: Posted) -> Answer {
    let seed = posted.given("seed").map_or_else(fresh_seed, str::to_owned);
    let asked = Asked::Run(round, seed.clone());
    let people = me.desk.rows_of_operation(&asked).await?;
    if !operation::is_short(&app, asked.kind(), people) {
        return operation::begun(&me, &app, asked, people, Some(posted.submission()?)).await;
    }
    let kept = me.desk.run_round(round, &seed, Some(posted.submission()?)).await?;
    see_other_saying(format!("/rounds/{round}/results"), Toast::new("proposal-ran").with("n", kept.placed))
}

/// Three digits nobody chose: short enough to be read out and written on paper.
fn fresh_seed() -> String {
    (uuid::Uuid::new_v4().as_u128() % 900 + 100).to_string()
}

#[derive(Template)]
#[template(path = "proposal/results.html")]
struct ResultsPage {
    f: Frame,
    file: RoundFile,
    steps: Vec<Step>,
    found: Option<Results>,
    counts: Counts,
    unwritten: Vec<String>,
    may_export: bool,
    /// The rows of this page, with the ways to the others.
    rows: (Range<usize>, Pager),
    sheet: Sheet,
}

/// A child or a home that stayed without; only a child has a page with what may be done.
struct Left {
    href: Option<String>,
    name: String,
    about: String,
    why: String,
}

/// Why somebody was left; who was asked and names nobody has not forgotten to write.
pub(crate) fn left_why(w: Words, of: &str, why: LeftWhy, wishes: Option<usize>) -> String {
    let asked = why == LeftWhy::NoWish && wishes == Some(0);
    if asked { slip_words(w, wishes) } else { w.code(of, why.code()) }
}

/// What the page counts: of the pairs that stand. One that has to be worked out again is none.
#[derive(Default)]
struct Counts {
    children: usize,
    homes: usize,
    first: usize,
    top: usize,
    home_top: usize,
    open: usize,
    confirmed: usize,
    /// Pairs that have to be worked out again.
    again: usize,
}

impl ResultsPage {
    fn rows_here(&self) -> &[ResultRow] {
        let all = self.found.as_ref().map_or(&[][..], |found| found.rows.as_slice());
        all.get(self.rows.0.clone()).unwrap_or_default()
    }

    /// How many children go to which home, or while slips are missing and nothing is confirmed: could go.
    fn finding(&self) -> String {
        let placed = self.counts.children.to_string();
        if self.unwritten.is_empty() || self.counts.confirmed > 0 {
            return self.f.w.t1("proposal-finding", "n", placed);
        }
        let written = self.file.children.iter().filter(|c| c.wishes.is_some_and(|n| n > 0)).count();
        self.f.w.t2("proposal-finding-trial", "written", written.to_string(), "n", placed)
    }

    /// Whether anything can be confirmed now.
    fn may_confirm(&self) -> bool {
        let fresh = self.found.as_ref().is_some_and(|found| !found.changed);
        fresh && self.counts.open > 0 && self.file.state.may_run()
    }

    fn reason(&self, record: &str) -> String {
        reason(self.f.w, record)
    }

    /// Those left whose wishes came to nothing.
    fn left(&self) -> Vec<Left> {
        self.left_where(|why| why != LeftWhy::NoWish)
    }

    /// Those left without any wish: what is there to do for them is another thing.
    fn left_wishless(&self) -> Vec<Left> {
        self.left_where(|why| why == LeftWhy::NoWish)
    }

    fn left_where(&self, holds: impl Fn(LeftWhy) -> bool) -> Vec<Left> {
        let Some(found) = &self.found else { return Vec::new() };
        let child = |l: &LeftChild| Left {
            href: Some(format!("/rounds/{}/children/{}/candidates", self.file.id, l.child.id)),
            name: l.child.name.clone(),
            about: self.person(&l.child),
            why: left_why(self.f.w, "proposal-left-child", l.why, l.child.wishes),
        };
        let home = |l: &LeftHome| Left {
            href: None,
            name: l.home.name.clone(),
            about: String::new(),
            why: left_why(self.f.w, "proposal-left-home", l.why, l.home.wishes),
        };
        let children = found.left_children.iter().filter(|l| holds(l.why)).map(child);
        children.chain(found.left_homes.iter().filter(|l| holds(l.why)).map(home)).collect()
    }

    fn person(&self, child: &RoundChild) -> String {
        person(self.f.w, child)
    }

    fn sides(&self, proposal: &RowProposal) -> Vec<(&'static str, Option<bool>)> {
        vec![("child", proposal.child), ("volunteer", proposal.volunteer)]
    }

    fn is_open(&self, proposal: &RowProposal) -> bool {
        proposal.state == ProposalState::Offered
    }

    fn is_accepted(&self, proposal: &RowProposal) -> bool {
        proposal.state == ProposalState::Accepted
    }

    fn home_line(&self, row: &ResultRow) -> String {
        let way = (row.home.travel_minutes > 0).then(|| self.f.w.t1("choice-minutes", "n", row.home.travel_minutes));
        [row.home.trade.clone(), way].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

fn counted(found: &Results) -> Counts {
    let rows = || found.rows.iter().filter(|r| r.barred.is_none());
    let homes: std::collections::BTreeSet<_> = rows().map(|r| r.home.id).collect();
    Counts {
        children: rows().count(),
        homes: homes.len(),
        first: rows().filter(|r| r.child_rank == 1).count(),
        top: rows().filter(|r| (1..=3).contains(&r.child_rank)).count(),
        home_top: rows().filter(|r| (1..=3).contains(&r.home_rank)).count(),
        confirmed: rows().filter(|r| r.proposal.is_some()).count(),
        open: rows().filter(|r| r.proposal.is_none()).count(),
        again: found.rows.len() - rows().count(),
    }
}

async fn results(me: Signed, Id(round): Id<RoundId>, wanted: Wanted) -> Answer {
    results_page(&me, round, wanted.text("from").parse().unwrap_or(0), None).await
}

/// The results; `again`: the form of a confirmation that came back.
async fn results_page(me: &Signed, round: RoundId, from: usize, again: Option<Sheet>) -> Answer {
    let file = me.desk.round(round).await?;
    let found = me.desk.results(round).await?;
    // Pair by pair the same reason holds.
    let last = file.early.first().map(|early| ("reason", early.reason.clone()));
    let sheet = again.unwrap_or_else(|| Sheet::filled("proposal", Fields::of(last)));
    let counts = found.as_ref().map(counted).unwrap_or_default();
    let unwritten = unwritten(me.w(), &file);
    let steps = steps(me.w(), &file);
    let f = me.frame("proposal-results-title").with(&sheet);
    let may_export = me.desk.may(Action::Export);
    let all = found.as_ref().map_or(0, |found| found.rows.len());
    let rows = stretch(me.w(), PER_PAGE, all, from, |from| format!("/rounds/{round}/results?from={from}"));
    page_as(sheet.status(), &ResultsPage { f, steps, file, found, counts, unwritten, may_export, rows, sheet })
}

async fn offer(me: Signed, Id(round): Id<RoundId>, posted: Posted) -> Answer {
    let children = posted.all("child").into_iter().filter_map(ChildId::parse).collect();
    let reason = posted.given("reason").map(str::to_owned);
    let done = async { me.desk.save_once(OfferProposals { round, children, reason }, posted.submission()?).await };
    match done.await {
        Ok(n) => see_other_saying(way(round, &posted), Toast::new("proposal-offered").with("n", n)),
        Err(error) => results_page(&me, round, begun(&posted), Some(Sheet::again("proposal", &posted, error)?)).await,
    }
}

async fn undo(me: Signed, Id(proposal): Id<ProposalId>, posted: Posted) -> Answer {
    me.desk.save_once(UndoProposal { proposal }, posted.submission()?).await?;
    see_other_saying(back(&me, &posted), Toast::new("proposal-undone"))
}

async fn begin(me: Signed, Id(proposal): Id<ProposalId>, posted: Posted) -> Answer {
    let pair = me.desk.save_once(BeginPair { proposal }, posted.submission()?).await?;
    see_other_saying(format!("/pairs/{pair}"), Toast::new("proposal-begun"))
}

async fn answer(me: Signed, Id((proposal, side)): Id<(ProposalId, String)>, posted: Posted) -> Answer {
    let side = Side::parse(&side).ok_or_else(Problem::not_found)?;
    let yes = match posted.text("answer") {
        "yes" => true,
        "no" => false,
        _ => return Err(Problem::of_code("bad_request")),
    };
    me.desk.save_once(AnswerProposal { proposal, side, yes }, posted.submission()?).await?;
    let way = format!("/proposals/{proposal}/answers/{}/undo", side.code());
    let toast = Toast::new(if yes { "proposal-yes-kept" } else { "proposal-no-kept" });
    see_other_saying(back(&me, &posted), toast.undo(way))
}

async fn undo_answer(me: Signed, Id((proposal, side)): Id<(ProposalId, String)>, posted: Posted) -> Answer {
    let side = Side::parse(&side).ok_or_else(Problem::not_found)?;
    me.desk.save_once(UndoAnswer { proposal, side }, posted.submission()?).await?;
    see_other_saying(back(&me, &posted), Toast::new("proposal-answer-undone"))
}

/// The page that the button stood on.
fn back(me: &Signed, posted: &Posted) -> String {
    if me.viewer.role == Role::Volunteer {
        return "/choices".to_owned();
    }
    RoundId::parse(posted.text("round")).map_or_else(|| "/rounds".to_owned(), |id| way(id, posted))
}

/// The results, from the row on from which the page began.
fn way(round: RoundId, posted: &Posted) -> String {
    let from = Some(begun(posted)).filter(|from| *from > 0).map(|from| format!("?from={from}")).unwrap_or_default();
    format!("/rounds/{round}/results{from}")
}

/// From which row on the page began that the form was on.
fn begun(posted: &Posted) -> usize {
    posted.text("from").parse().unwrap_or(0)
}
