//! What is printed at the end of an event: the list of places, which is its record, and a card for each pair.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::RoundId;
use naheya_domain::proposal::ProposalState;
use naheya_store::round::{RoundChild, RoundFile, RoundHome};
use naheya_store::run::{ResultRow, Results};

use crate::{Answer, Frame, Id, Knock, Route, Signed, page};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let staff = Knock::May(Action::RunRound);
    vec![
        Route::get("/rounds/{round}/places", staff, Noun::Round, places),
        Route::get("/rounds/{round}/pair-cards", staff, Noun::Round, cards),
    ]
}

/// A home with who comes to it.
struct Placed {
    home: RoundHome,
    rows: Vec<ResultRow>,
}

#[derive(Template)]
#[template(path = "round/places.html")]
struct PlacesPage {
    f: Frame,
    file: RoundFile,
    found: Option<Results>,
    homes: Vec<Placed>,
    without: Vec<RoundChild>,
}

impl PlacesPage {
    /// How far it is with a child's place, in words.
    fn standing(&self, row: &ResultRow) -> String {
        match &row.proposal {
            Some(p) if p.pair.is_some() => self.f.w.t("proposal-is-pair"),
            Some(p) => self.f.w.code("proposal-state", p.state.code()),
            None => String::new(),
        }
    }

    fn children(&self) -> usize {
        self.homes.iter().map(|h| h.rows.len()).sum()
    }
}

/// What staff have confirmed: nothing of a run that nobody has looked at.
fn confirmed(found: Option<&Results>) -> Vec<ResultRow> {
    found.map(|f| f.rows.iter().filter(|r| r.proposal.is_some()).cloned().collect()).unwrap_or_default()
}

async fn places(me: Signed, Id(round): Id<RoundId>) -> Answer {
    let file = me.desk.round(round).await?;
    let found = me.desk.results(round).await?;
    let rows = confirmed(found.as_ref());
    let of = |home: &RoundHome| rows.iter().filter(|r| r.home.id == home.id).cloned().collect();
    let homes = file.homes.iter().map(|home| Placed { home: home.clone(), rows: of(home) }).collect();
    let without = file.children.iter().filter(|c| !c.paired && !rows.iter().any(|r| r.child.id == c.id));
    let without = without.cloned().collect();
    page(&PlacesPage { f: me.frame("places-title"), found, homes, without, file })
}

#[derive(Template)]
#[template(path = "round/pair_cards.html")]
struct CardsPage {
    f: Frame,
    file: RoundFile,
    rows: Vec<ResultRow>,
}

async fn cards(me: Signed, Id(round): Id<RoundId>) -> Answer {
    let file = me.desk.round(round).await?;
    let found = me.desk.results(round).await?;
    let both =
        |row: &ResultRow| row.proposal.as_ref().is_some_and(|p| p.pair.is_some() || p.state == ProposalState::Accepted);
    let rows = confirmed(found.as_ref()).into_iter().filter(both).collect();
    page(&CardsPage { f: me.frame_calling("pair_card-title").await?, file, rows })
}
