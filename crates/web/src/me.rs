//! One's own account: which role is at work, which browsers are signed in, how pages look.

use askama::Template;
use naheya_domain::id::{GrantId, SessionId};
use naheya_store::session::{EndSessions, Held, SessionRow, SwitchGrant};

use crate::answer::{see_other, see_other_saying};
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Signed, Toast, page};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/me", Knock::SignedIn, "me", show),
        Route::post("/me/grant", Knock::SignedIn, "me", switch),
        Route::post("/me/sessions/end", Knock::SignedIn, "me", end_others),
        Route::post("/me/sessions/{id}/end", Knock::SignedIn, "me", end_one),
    ]
}

#[derive(Template)]
#[template(path = "sign_in/me.html")]
struct MePage {
    f: Frame,
    name: String,
    at_work: GrantId,
    grants: Vec<Held>,
    this: SessionId,
    sessions: Vec<SessionRow>,
}

async fn show(me: Signed) -> Answer {
    let session = me.session().ok_or_else(|| Problem::of_code("signed_out"))?;
    page(&MePage {
        f: me.frame("me-title"),
        name: session.name.clone(),
        at_work: me.viewer.grant,
        grants: session.grants.clone(),
        this: session.stored.id,
        sessions: me.desk.my_sessions().await?,
    })
}

async fn switch(me: Signed, posted: Posted) -> Answer {
    let session = me.session().ok_or_else(|| Problem::of_code("signed_out"))?.stored.id;
    let grant = GrantId::parse(posted.text("grant")).ok_or_else(Problem::not_found)?;
    me.desk.save_once(SwitchGrant { session, grant }, posted.submission()?).await?;
    see_other("/start")
}

async fn end_others(me: Signed, posted: Posted) -> Answer {
    let keep = me.session().map(|s| s.stored.id);
    let ended = me.desk.save_once(EndSessions { account: None, only: None, keep }, posted.submission()?).await?;
    see_other_saying("/me", Toast::new("me-sessions-ended").with("n", ended))
}

async fn end_one(me: Signed, Id(id): Id<SessionId>, posted: Posted) -> Answer {
    let act = EndSessions { account: None, only: Some(id), keep: None };
    let ended = me.desk.save_once(act, posted.submission()?).await?;
    see_other_saying("/me", Toast::new("me-sessions-ended").with("n", ended))
}
