//! A round's name, day and note, changed after it was opened.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::RoundId;
use naheya_store::Error;
use naheya_store::meanwhile::Record;
use naheya_store::round::{ChangeRound, RoundDetails, RoundSheet};

use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, page_as};

pub(super) fn routes() -> Vec<Route> {
    let staff = Knock::May(Action::RunRound);
    vec![
        Route::get("/rounds/{round}/details", staff, Noun::Round, show),
        Route::post("/rounds/{round}/details", staff, Noun::Round, change),
    ]
}

#[derive(Template)]
#[template(path = "round/details.html")]
struct DetailsPage {
    f: Frame,
    round: RoundSheet,
    sheet: Sheet,
}

impl Versioned for RoundSheet {
    fn records(&self) -> Vec<Record> {
        vec![Record::Round(self.id.0)]
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn fields(&self) -> Fields {
        let day = self.details.held_on.map(|day| day.to_string()).unwrap_or_default();
        let note = self.details.note.clone().unwrap_or_default();
        Fields::of([("name", self.details.name.clone()), ("held_on", day), ("note", note)])
    }
}

/// What a form says of a round.
pub(super) fn read(posted: &Posted) -> Result<RoundDetails, Error> {
    RoundDetails::parse(posted.text("name"), posted.text("held_on"), posted.text("note")).map_err(Error::from)
}

async fn show(me: Signed, Id(id): Id<RoundId>) -> Answer {
    let round = me.desk.round_details(id).await?;
    let sheet = me.resumed_of(&format!("round-{id}"), "round", &round).await?;
    form(&me, round, sheet)
}

fn form(me: &Signed, round: RoundSheet, sheet: Sheet) -> Answer {
    page_as(sheet.status(), &DetailsPage { f: me.frame("round-change").with(&sheet), round, sheet })
}

async fn change(me: Signed, Id(id): Id<RoundId>, posted: Posted) -> Answer {
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        me.desk.save_once(ChangeRound { round: id, version, details: read(&posted)? }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/rounds/{id}"), Toast::new("round-changed")),
        Err(error) => {
            let round = me.desk.round_details(id).await?;
            let sheet = me.again("round", &posted, error, &round).await?;
            form(&me, round, sheet)
        }
    }
}
