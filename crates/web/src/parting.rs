//! How a pair comes to its end, kept from the pair's page.

use naheya_domain::access::{Action, Noun};
use naheya_domain::id::PairId;
use naheya_domain::pair::EndReason;
use naheya_domain::parting::{NoticeDetails, Parting};
use naheya_store::Error;
use naheya_store::pair::EndPair;
use naheya_store::parting::{AtOnce, GiveNotice, KeepParting, WithdrawNotice};

use crate::answer::see_other_saying;
use crate::pair::{Came, Parts, pair_page};
use crate::{Answer, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let staff = Knock::May(Action::KeepPair);
    let leader = Knock::May(Action::EndPair);
    vec![
        Route::post("/pairs/{pair}/notice", staff, Noun::Pair, give),
        Route::post("/pairs/{pair}/notice/withdrawal", staff, Noun::Pair, withdraw),
        Route::post("/pairs/{pair}/parting", staff, Noun::Pair, keep),
        Route::post("/pairs/{pair}/end", leader, Noun::Pair, end),
        Route::post("/pairs/{pair}/end/at-once", leader, Noun::Pair, end_at_once),
    ]
}

/// The pair's page again: with what was said, or with what is to be mended in the form that came.
async fn shown(
    me: &Signed,
    pair: PairId,
    posted: &Posted,
    done: Result<(), Error>,
    toast: &'static str,
    came: fn(Sheet) -> Came,
) -> Answer {
    match done {
        Ok(()) => see_other_saying(format!("/pairs/{pair}"), Toast::new(toast)),
        Err(Error::NotFound) => Err(Problem::not_found()),
        Err(error) => pair_page(me, pair, came(Sheet::again("pair", posted, error)?)).await,
    }
}

async fn give(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    let done = async {
        let [on, by, reason] = ["notice_on", "notice_by", "reason"].map(|field| posted.text(field));
        let details = NoticeDetails::parse(on, by, reason, me.now.date())?;
        me.desk.save_once(GiveNotice { pair, details }, posted.submission()?).await
    };
    shown(&me, pair, &posted, done.await, "pair-notice-kept", Came::Notice).await
}

async fn withdraw(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    let done = async { me.desk.save_once(WithdrawNotice { pair }, posted.submission()?).await };
    shown(&me, pair, &posted, done.await, "pair-notice-withdrawn", Came::Other).await
}

async fn keep(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let [talk_on, farewell_on, contact] = ["talk_on", "farewell_on", "contact"].map(|field| posted.text(field));
        let steps = Parting::parse(talk_on, farewell_on, contact, me.now.date())?;
        let act = KeepParting { pair, version, steps, talk: posted.text("talk").into() };
        me.desk.save_once(act, posted.submission()?).await
    };
    let done = done.await;
    // Where the notice was taken back meanwhile there is no other version: the page says so.
    match (done, me.desk.parting(pair).await?) {
        (Err(error), Some(parting)) => {
            let sheet = me.again("pair", &posted, error, &Parts(pair, &parting)).await?;
            pair_page(&me, pair, Came::Parting(sheet)).await
        }
        (done, _) => shown(&me, pair, &posted, done, "pair-parting-kept", Came::Other).await,
    }
}

async fn end(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    let done = async { me.desk.save_once(EndPair { pair, at_once: None }, posted.submission()?).await };
    shown(&me, pair, &posted, done.await, "pair-ended", Came::Other).await
}

async fn end_at_once(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    let done = async {
        let reason =
            EndReason::parse(posted.text("reason")).ok_or_else(|| Error::field("reason", "required.missing"))?;
        let at_once = Some(AtOnce { reason, words: posted.text("words").into() });
        me.desk.save_once(EndPair { pair, at_once }, posted.submission()?).await
    };
    shown(&me, pair, &posted, done.await, "pair-ended", Came::AtOnce).await
}
