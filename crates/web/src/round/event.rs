//! Before a run: what the rules take out, what a leader lifts, and dry runs side by side.

use askama::Template;
use naheya_domain::Refusal;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{ChildId, RoundId};
use naheya_store::round::{LetPart, RoundFile};
use naheya_store::run::{MoreTaken, Trial, Trials};

use super::MOST_OFFERED;
use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, Wanted, page};

/// Changes that the form offers.
const LINES: usize = 3;
/// Children that a home may be tried with.
const PLACES: [u32; 4] = [0, 1, 2, 3];

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/rounds/{round}/trials", Knock::May(Action::RunRound), Noun::Round, trials),
        Route::post("/rounds/{round}/children/{child}/apart", Knock::May(Action::LiftRule), Noun::Round, let_part),
    ]
}

#[derive(Template)]
#[template(path = "round/trials.html")]
struct TrialsPage {
    f: Frame,
    file: RoundFile,
    seed: String,
    lines: Vec<Line>,
    found: Option<Trials>,
    refused: Option<String>,
}

/// A line of the form: whose places, how many.
struct Line {
    at: usize,
    /// The home's number as it came, and read.
    typed: String,
    home: Option<i32>,
    places: u32,
}

impl Line {
    /// Whether something was typed that is no number.
    fn is_unread(&self) -> bool {
        self.home.is_none() && !self.typed.is_empty()
    }

    fn is_home(&self, number: &i32) -> bool {
        self.home.as_ref() == Some(number)
    }

    fn is_places(&self, places: &u32) -> bool {
        self.places == *places
    }
}

impl TrialsPage {
    fn head(&self, trial: &Trial) -> String {
        match &trial.change {
            None => self.f.w.t("trial-as-it-is"),
            Some((_, name, places)) => self.f.w.t2("trial-if", "name", name, "n", *places),
        }
    }

    /// The words for the home of a child in a trial, and whether it differs from how it is.
    fn cell(&self, found: &Trials, trial: &Trial, child: usize) -> (String, bool) {
        let home = |t: &Trial| t.homes.get(child).and_then(Clone::clone);
        let (here, as_it_is) = (home(trial), found.trials.first().and_then(home));
        let differs = here.as_ref().map(|h| h.id) != as_it_is.map(|h| h.id);
        (here.map_or_else(|| self.f.w.t("trial-without"), |h| format!("{} {}", h.number, h.name)), differs)
    }
}

async fn trials(me: Signed, Id(round): Id<RoundId>, wanted: Wanted) -> Answer {
    let file = me.desk.round(round).await?;
    let lines: Vec<Line> = (1..=LINES).map(|at| line(&wanted, at)).collect();
    let changes: Vec<MoreTaken> =
        lines.iter().filter_map(|l| Some(MoreTaken { home: l.home?, places: l.places })).collect();
    let refused_as = |refusal: &Refusal| (None, Some(me.w().refusal(refusal)));
    let (found, refused) = if lines.iter().any(Line::is_unread) {
        refused_as(&Refusal::new("trial.home_unknown"))
    } else {
        match me.desk.trials(round, wanted.text("seed"), &changes).await {
            Ok(found) => (Some(found), None),
            Err(naheya_store::Error::Refused(refusal)) => refused_as(&refusal),
            Err(error) => return Err(error.into()),
        }
    };
    let seed = found.as_ref().map(|f| f.seed.clone()).unwrap_or_default();
    page(&TrialsPage { f: me.frame("trial-title"), file, seed, lines, found, refused })
}

fn line(wanted: &Wanted, at: usize) -> Line {
    let number = |name: String| wanted.text(&name).parse::<i32>().ok();
    let places = number(format!("places{at}")).and_then(|n| u32::try_from(n).ok()).unwrap_or(2);
    let typed = wanted.text(&format!("home{at}")).to_owned();
    Line { at, home: typed.parse().ok(), typed, places }
}

async fn let_part(me: Signed, Id((round, child)): Id<(RoundId, ChildId)>, posted: Posted) -> Answer {
    let taken_back = posted.text("together") == "1";
    let reason = (!taken_back).then(|| posted.text("reason").to_owned());
    let done = async { me.desk.save_once(LetPart { round, child, reason }, posted.submission()?).await };
    match done.await {
        Ok(()) => {
            let toast = Toast::new(if taken_back { "round-together-again" } else { "round-apart" });
            see_other_saying(format!("/rounds/{round}"), toast)
        }
        Err(error) => {
            super::round_page(&me, round, super::Begin::default(), Sheet::again("round", &posted, error)?).await
        }
    }
}
