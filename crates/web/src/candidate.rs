//! The homes for one child of a round, as a page.

use std::ops::Range;

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::candidate::Weights;
use naheya_domain::id::{ChildId, RoundId};
use naheya_store::candidate::{Candidate, Candidates, Struck};

use crate::order::{Pager, stretch};
use crate::round::{PER_PAGE, person};
use crate::{Answer, Frame, Id, Knock, Route, Signed, Wanted, Words, page};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::get("/rounds/{round}/children/{child}/candidates", Knock::May(Action::RunRound), Noun::Round, show)]
}

/// A recorded reason in words: `near:12` becomes `离学校 12 分钟`.
#[must_use]
pub fn reason(w: Words, record: &str) -> String {
    let (code, value) = record.split_once(':').unwrap_or((record, ""));
    let id = format!("candidate-reason-{code}");
    if code == "language" {
        let name = w.maybe(format!("round-language-{value}")).unwrap_or_else(|| value.to_owned());
        return w.t1(id, "n", name);
    }
    if w.maybe(&id).is_none() && value.is_empty() {
        return record.to_owned();
    }
    w.t1(id, "n", value)
}

/// Names of homes for a line, the first few.
fn few(w: Words, struck: &Struck) -> String {
    let shown: Vec<&str> = struck.names.iter().take(4).map(String::as_str).collect();
    let names = shown.join(&w.t("round-and"));
    if struck.names.len() > shown.len() { w.t1("candidate-and-more", "names", names) } else { names }
}

#[derive(Template)]
#[template(path = "candidate/show.html")]
struct ShowPage {
    f: Frame,
    round: RoundId,
    found: Candidates,
    about: String,
    weights: Weights,
    /// The homes of this page, with the ways to the others.
    homes: (Range<usize>, Pager),
}

impl ShowPage {
    fn reason(&self, record: &str) -> String {
        reason(self.f.w, record)
    }

    fn homes_here(&self) -> &[Candidate] {
        self.found.homes.get(self.homes.0.clone()).unwrap_or_default()
    }

    fn few(&self, struck: &Struck) -> String {
        few(self.f.w, struck)
    }

    fn weighed(&self) -> Vec<(&'static str, i64)> {
        let w = self.weights;
        vec![("way", w.way), ("language", w.language), ("company", w.company)]
    }

    fn struck_out(&self) -> usize {
        self.found.struck.iter().map(|s| s.count).sum()
    }
}

async fn show(me: Signed, Id((round, child)): Id<(RoundId, ChildId)>, wanted: Wanted) -> Answer {
    let weight =
        |name: &str, usual: i64| wanted.text(name).parse().ok().filter(|n| (0..=3).contains(n)).unwrap_or(usual);
    let usual = Weights::USUAL;
    let weights = Weights {
        way: weight("way", usual.way),
        language: weight("language", usual.language),
        company: weight("company", usual.company),
    };
    let found = me.desk.candidates(round, child, weights).await?;
    let about = [Some(person(me.w(), &found.child)), found.child.class.clone()];
    let about = about.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let Weights { way, language, company } = weights;
    let weighed = format!("way={way}&language={language}&company={company}");
    let at = |from| format!("/rounds/{round}/children/{child}/candidates?{weighed}&from={from}");
    let from = wanted.text("from").parse().unwrap_or(0);
    let homes = stretch(me.w(), PER_PAGE, found.homes.len(), from, at);
    page(&ShowPage { f: me.frame("candidate-title"), round, found, about, weights, homes })
}
