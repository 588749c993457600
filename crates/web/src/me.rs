//! One's own account: which role is at work, which browsers are signed in, how pages look.

use std::collections::BTreeMap;

use askama::Template;
use naheya_domain::Role;
use naheya_domain::id::{GrantId, SessionId};
use naheya_store::Error;
use naheya_store::account::ChooseLanguage;
use naheya_store::session::{EndSessions, Held, SessionRow, SwitchGrant};
use naheya_store::volunteer::Application;

use crate::account::Places;
use crate::answer::{page_as, see_other, see_other_saying};
use crate::sign_in::{missing, recovery_page, turned_away};
use crate::stay::{Paper, own_file};
use crate::{Answer, Frame, Id, Knock, Lang, Posted, Problem, Route, Sheet, Signed, Toast, Words};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/me", Knock::SignedIn, "me", show),
        Route::post("/me/grant", Knock::SignedIn, "me", switch),
        Route::post("/me/language", Knock::SignedIn, "me", choose_language),
        Route::get("/me/password", Knock::SignedIn, "me", ask_password),
        Route::post("/me/password", Knock::SignedIn, "me", change_password),
        Route::post("/me/recovery-codes", Knock::SignedIn, "me", renew_codes),
        Route::post("/me/sessions/end", Knock::SignedIn, "me", end_others),
        Route::post("/me/sessions/{id}/end", Knock::SignedIn, "me", end_one),
    ]
}

#[derive(Template)]
#[template(path = "sign_in/me.html")]
struct MePage {
    f: Frame,
    /// The form that asks for the second factor before new recovery codes.
    sheet: Sheet,
    name: String,
    at_work: GrantId,
    grants: Vec<Held>,
    /// Where roles of one name are held.
    places: BTreeMap<GrantId, String>,
    this: SessionId,
    sessions: Vec<SessionRow>,
    /// In which language the account is written to.
    language: Lang,
    /// Recovery codes left, of an account with a second factor.
    codes: Option<usize>,
    /// How far an applicant's application is.
    application: Option<Application>,
    /// How long the checks of a volunteer's home hold.
    papers: Vec<Paper>,
}

impl MePage {
    fn browser(&self, agent: &str) -> String {
        browser(self.f.w, agent)
    }

    /// What a role is told that finds no work here yet.
    fn yet(&self) -> Option<String> {
        let role = self.f.role?;
        match &self.application {
            Some(application) if !application.is_open() => Some(self.f.w.t("me-application-closed")),
            Some(application) if application.is_signed() => Some(self.f.w.t("me-application-signed")),
            _ => self.f.w.maybe(format!("me-yet-{role}")),
        }
    }

    /// The same; what this page is for the others.
    fn lead(&self) -> String {
        self.yet().unwrap_or_else(|| self.f.w.t("me-lead"))
    }

    /// The steps of the application on its way, each with whether it is done; the leader's signature last.
    fn steps(&self) -> Vec<(String, bool)> {
        let Some(application) = self.application.as_ref().filter(|application| application.is_open()) else {
            return Vec::new();
        };
        let w = self.f.w;
        let checks = application.steps.iter().map(|(kind, done)| (w.code("check-kind", kind.code()), *done));
        checks.chain([(w.t("me-step-signed"), application.is_signed())]).collect()
    }

    /// The languages to choose from, each with whether it is chosen.
    fn languages(&self) -> Vec<(&'static str, bool)> {
        Lang::ALL.into_iter().map(|lang| (lang.code(), lang == self.language)).collect()
    }

    /// Where the reader takes a copy of what is held: of the own file, or of that of each child.
    fn copy(&self) -> Option<&'static str> {
        let role = self.f.role.and_then(Role::parse);
        match role {
            Some(Role::Guardian) => Some("/family/looks"),
            Some(_) if crate::personal_copy::HERSELF.admits(role) => Some("/me/copy"),
            _ => None,
        }
    }

    /// Whether this role looks up what it has done.
    fn sees_acts(&self) -> bool {
        self.f.role.is_some_and(|role| crate::own_act::MAY.admits(naheya_domain::Role::parse(role)))
    }

    /// Whether long lists are made for this role.
    fn may_export(&self) -> bool {
        self.f.role.is_some_and(|role| crate::operation::MAY.admits(Role::parse(role)))
    }
}

/// `Edge · Windows`, as far as the browser tells.
pub(crate) fn browser(w: Words, agent: &str) -> String {
    let first = |known: &[(&str, &str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| (*name).to_owned())
    };
    let words: Vec<String> = [first(BROWSERS), first(SYSTEMS)].into_iter().flatten().collect();
    if words.is_empty() { w.t("me-unknown-browser") } else { words.join(" · ") }
}

/// Marks in the order in which they must be tried: each browser also names those it imitates.
const BROWSERS: &[(&str, &str)] = &[
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
];
const SYSTEMS: &[(&str, &str)] = &[
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
];

/// The places of roles that one could not tell apart: a teacher of a class may be on duty for the school.
async fn told_apart(me: &Signed, grants: &[Held]) -> Result<BTreeMap<GrantId, String>, Problem> {
    let alike = |one: &&Held| grants.iter().filter(|other| other.role == one.role).count() > 1;
    if !grants.iter().any(|grant| alike(&grant)) {
        return Ok(BTreeMap::new());
    }
    let places = Places::plain(&me.desk).await?;
    Ok(grants.iter().filter(alike).map(|grant| (grant.id, places.words(&me.w(), &grant.place))).collect())
}

async fn show(me: Signed) -> Answer {
    me_page(&me, Sheet::blank("factor")).await
}

async fn me_page(me: &Signed, sheet: Sheet) -> Answer {
    let session = me.session().ok_or_else(|| Problem::of_code("signed_out"))?;
    let shown = MePage {
        f: me.frame_calling("me-title").await?.with(&sheet),
        name: session.name.clone(),
        at_work: me.viewer.grant,
        grants: session.grants.clone(),
        places: told_apart(me, &session.grants).await?,
        this: session.stored.id,
        sessions: me.desk.my_sessions().await?,
        language: session.lang.unwrap_or_default(),
        codes: me.desk.recovery_codes_left().await?,
        application: me.desk.my_application().await?,
        papers: papers(me).await,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

/// Of a volunteer. Where her file cannot be read the page still comes: on it one signs out.
async fn papers(me: &Signed) -> Vec<Paper> {
    if me.viewer.role != Role::Volunteer {
        return Vec::new();
    }
    own_file(me).await.map(|file| crate::stay::papers(me.w(), &file, me.today())).unwrap_or_default()
}

async fn choose_language(me: Signed, posted: Posted) -> Answer {
    let language = Lang::parse(posted.text("language")).ok_or_else(|| Problem::of_code("bad_request"))?;
    me.desk.save_once(ChooseLanguage { language: language.code().to_owned() }, posted.submission()?).await?;
    see_other_saying("/me", Toast::new("me-language-kept"))
}

async fn renew_codes(me: Signed, posted: Posted) -> Answer {
    posted.submission()?;
    let session = me.session().ok_or_else(|| Problem::of_code("signed_out"))?;
    let renewed = match missing(&posted, &["digits"]) {
        Some(error) => Err(error),
        None => session.stored.renew_recovery_codes(posted.text("digits")).await,
    };
    match renewed {
        Ok(codes) => recovery_page(&me, codes, "/me"),
        Err(error) => {
            // What was typed to prove who is there does not come back.
            let values = posted.typed.with("digits", "");
            me_page(&me, turned_away("factor", &posted, error)?.with_values(values)).await
        }
    }
}

#[derive(Template)]
#[template(path = "sign_in/password.html")]
struct PasswordPage {
    f: Frame,
    sheet: Sheet,
}

async fn ask_password(me: Signed) -> Answer {
    password_page(&me, Sheet::blank("password"))
}

fn password_page(me: &Signed, sheet: Sheet) -> Answer {
    page_as(sheet.status(), &PasswordPage { f: me.frame("password-title").with(&sheet), sheet })
}

/// Who suspects that somebody knows the password need not come to the office for a slip.
async fn change_password(me: Signed, posted: Posted) -> Answer {
    posted.submission()?;
    let session = me.session().ok_or_else(|| Problem::of_code("signed_out"))?;
    let typed = |name: &str| posted.raw(name).unwrap_or_default();
    let changed = match missing(&posted, &["old", "password", "again"]) {
        Some(error) => Err(error),
        None if typed("again") != typed("password") => Err(Error::field("again", "password.differs")),
        None => session.stored.change_password(typed("old"), typed("password")).await,
    };
    match changed {
        Ok(ended) => see_other_saying("/me", Toast::new("password-changed").with("n", ended)),
        Err(error) => password_page(&me, turned_away("password", &posted, error)?),
    }
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
