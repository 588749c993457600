//! First meetings by day, kept from the pair's page.

use naheya_domain::access::{Action, Noun};
use naheya_domain::id::PairId;
use naheya_store::meeting::{DropMeeting, KeepMeeting};

use crate::answer::see_other_saying;
use crate::pair::{Came, pair_page};
use crate::{Answer, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let staff = Knock::May(Action::KeepPair);
    vec![
        Route::post("/pairs/{pair}/meetings", staff, Noun::Pair, keep),
        Route::post("/pairs/{pair}/meetings/{day}/removal", staff, Noun::Pair, remove),
    ]
}

async fn keep(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    let act = KeepMeeting { pair, on: posted.text("met_on").into(), place: posted.text("met_at").into() };
    let done = async { me.desk.save_once(act, posted.submission()?).await };
    match done.await {
        Ok(()) => see_other_saying(format!("/pairs/{pair}"), Toast::new("pair-met")),
        Err(error) => pair_page(&me, pair, Came::Meeting(Sheet::again("pair", &posted, error)?)).await,
    }
}

async fn remove(me: Signed, Id((pair, day)): Id<(PairId, String)>, posted: Posted) -> Answer {
    let on = day.parse().map_err(|_| Problem::not_found())?;
    me.desk.save_once(DropMeeting { pair, on }, posted.submission()?).await?;
    see_other_saying(format!("/pairs/{pair}"), Toast::new("pair-meeting-dropped"))
}
