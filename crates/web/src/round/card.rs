//! A child's card in a round: its own words, and what care needs.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{ChildId, RoundId};
use naheya_store::Error;
use naheya_store::meanwhile::Record;
use naheya_store::round::{RoundChild, WriteCard};

use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, page_as};

pub(super) fn routes() -> Vec<Route> {
    let staff = Knock::May(Action::RunRound);
    vec![
        Route::get("/rounds/{round}/children/{child}/card", staff, Noun::Round, show),
        Route::post("/rounds/{round}/children/{child}/card", staff, Noun::Round, write),
    ]
}

#[derive(Template)]
#[template(path = "round/card.html")]
struct CardPage {
    f: Frame,
    id: RoundId,
    child: RoundChild,
    sheet: Sheet,
}

/// A card as its form is filled from it.
struct OnCard<'c>(RoundId, &'c RoundChild);

impl Versioned for OnCard<'_> {
    fn records(&self) -> Vec<Record> {
        vec![Record::Card(self.0.0, self.1.id.0)]
    }

    fn version(&self) -> i32 {
        self.1.version
    }

    fn fields(&self) -> Fields {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Fields::of([("words", text(&self.1.words)), ("care", text(&self.1.care))])
    }

    fn lines(&self) -> &'static [&'static str] {
        &["words", "care"]
    }
}

async fn of(me: &Signed, round: RoundId, child: ChildId) -> Result<RoundChild, Problem> {
    let children = me.desk.round(round).await?.children;
    children.into_iter().find(|c| c.id == child).ok_or_else(Problem::not_found)
}

async fn form(me: &Signed, id: RoundId, child: RoundChild, sheet: Sheet) -> Answer {
    // Its own words, and what care needs: recorded as where all cards are printed.
    me.desk.looked("children", vec![child.id.0], "choice_card", None).await?;
    page_as(sheet.status(), &CardPage { f: me.frame("round-card-title").with(&sheet), id, child, sheet })
}

async fn show(me: Signed, Id((id, child)): Id<(RoundId, ChildId)>) -> Answer {
    let child = of(&me, id, child).await?;
    let sheet = me.resumed_of(&format!("card-{id}-{}", child.id), "round", &OnCard(id, &child)).await?;
    form(&me, id, child, sheet).await
}

async fn write(me: Signed, Id((round, child)): Id<(RoundId, ChildId)>, posted: Posted) -> Answer {
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let [words, care] = ["words", "care"].map(|field| posted.text(field).to_owned());
        me.desk.save_once(WriteCard { round, child, version, words, care }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/rounds/{round}"), Toast::new("round-card-written")),
        Err(error) => {
            let child = of(&me, round, child).await?;
            let sheet = me.again("round", &posted, error, &OnCard(round, &child)).await?;
            form(&me, round, child, sheet).await
        }
    }
}
