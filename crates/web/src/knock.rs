//! Who may knock at a route. Every route states it, one place enforces it, before the handler runs.

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use naheya_domain::Role;
use naheya_domain::access::{Action, Class, Noun, Reach, may, reach};

use crate::App;
use crate::answer::see_other;
use crate::ask::Asker;
use crate::problem::Problem;
use crate::session::{self, Found};

/// Who may knock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knock {
    /// Anyone, signed in or not.
    Public,
    /// Anyone who is signed in.
    SignedIn,
    /// Anyone whose password was right, before the second factor too: the pages of the second factor.
    HalfIn,
    /// The roles that see the noun in this class of data.
    Sees(Noun, Class),
    /// The roles that may do this.
    May(Action),
    /// The roles that may do one of these.
    MayAny(&'static [Action]),
    /// These roles: for what the table of rights does not name.
    Roles(&'static [Role]),
}

impl Knock {
    /// Whether somebody in `role` (`None`: not signed in) is let in.
    #[must_use]
    pub fn admits(self, role: Option<Role>) -> bool {
        let Some(role) = role else { return self == Knock::Public };
        match self {
            Knock::Public | Knock::SignedIn | Knock::HalfIn => true,
            Knock::Sees(noun, class) => reach(role, noun, class) != Reach::Nothing,
            Knock::May(action) => may(role, action),
            Knock::MayAny(actions) => actions.iter().any(|a| may(role, *a)),
            Knock::Roles(roles) => roles.contains(&role),
        }
    }

    /// `["public"]`, `["signed_in"]` or the codes of the roles, as `naheya routes` prints them.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        match self {
            Knock::Public => vec!["public"],
            Knock::SignedIn | Knock::HalfIn => vec!["signed_in"],
            _ => Role::ALL.into_iter().filter(|r| self.admits(Some(*r))).map(Role::code).collect(),
        }
    }
}

/// What a route is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// A noun of the table of rights.
    Of(Noun),
    /// Something of the site itself: `"sign_in"`, `"static"`.
    Site(&'static str),
}

impl Topic {
    /// The word in `naheya routes`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Topic::Of(noun) => noun_name(noun),
            Topic::Site(name) => name,
        }
    }

    fn is_seen_by(self, role: Role) -> bool {
        match self {
            Topic::Of(noun) => reach(role, noun, Class::Work) != Reach::Nothing,
            Topic::Site(_) => false,
        }
    }
}

impl From<Noun> for Topic {
    fn from(noun: Noun) -> Topic {
        Topic::Of(noun)
    }
}

impl From<&'static str> for Topic {
    fn from(name: &'static str) -> Topic {
        Topic::Site(name)
    }
}

fn noun_name(noun: Noun) -> &'static str {
    match noun {
        Noun::Area => "area",
        Noun::Account => "account",
        Noun::Child => "child",
        Noun::Guardian => "guardian",
        Noun::Charge => "charge",
        Noun::Station => "station",
        Noun::Volunteer => "volunteer",
        Noun::Household => "household",
        Noun::Check => "check",
        Noun::Consent => "consent",
        Noun::Wish => "wish",
        Noun::Round => "round",
        Noun::Pair => "pair",
        Noun::Stay => "stay",
        Noun::Custody => "custody",
        Noun::Note => "note",
        Noun::FollowUp => "follow_up",
        Noun::Concern => "concern",
        Noun::Hours => "hours",
        Noun::Notice => "notice",
        Noun::Import => "import",
        Noun::Export => "export",
        Noun::BreakGlass => "break_glass",
        Noun::AuditEvent => "audit_event",
        Noun::Snapshot => "snapshot",
        Noun::Setting => "setting",
    }
}

/// A route's door.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) app: App,
    pub(crate) knock: Knock,
    pub(crate) topic: Topic,
}

/// What a door answers.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Come in.
    Open,
    /// Say first who you are.
    SignIn,
    /// There is nothing here, as for anything that this role may not see.
    Hidden,
    /// You may see such things and not do this.
    Forbidden,
}

/// What a door answers somebody of this role.
pub fn judge(knock: Knock, topic: Topic, role: Option<Role>) -> Verdict {
    match role {
        _ if knock.admits(role) => Verdict::Open,
        None => Verdict::SignIn,
        Some(role) if topic.is_seen_by(role) => Verdict::Forbidden,
        Some(_) => Verdict::Hidden,
    }
}

/// Recognises the session, hears the knock, and only then lets the request through.
pub(crate) async fn heard(State(door): State<Door>, asker: Asker, request: Request, next: Next) -> Response {
    match session::find(&door.app, &asker).await {
        Ok(Found::Full(session)) => asker.recognise(*session),
        Ok(Found::Half(session)) if door.knock == Knock::HalfIn => asker.recognise(*session),
        Ok(Found::Half(_)) if door.knock != Knock::Public => return to_factor(&asker, request.method()),
        Ok(Found::Half(_) | Found::Nobody) => {}
        Err(problem) => return problem.into_response(),
    }
    let role = asker.session().map(|s| s.viewer.role);
    if !asker.json && request.method() == Method::GET && !asker.path.starts_with("/static/") {
        session::count_waiting(&asker).await;
    }
    let response = match judge(door.knock, door.topic, role) {
        Verdict::Open => next.run(request).await,
        Verdict::SignIn => to_sign_in(&asker, request.method()),
        Verdict::Hidden => Problem::not_found().into_response(),
        Verdict::Forbidden => Problem::forbidden().into_response(),
    };
    // A change is answered by a way on: only then has the form been taken.
    match response.status() {
        StatusCode::SEE_OTHER => session::forget_draft(&asker).await,
        StatusCode::NO_CONTENT => {}
        _ => session::keep_draft(&asker).await,
    }
    // Not visible and not allowed are both kept in the trail, whoever said so: door or desk.
    let turned_away = matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::FORBIDDEN);
    if turned_away && asker.session().is_some() {
        session::note_refusal(&asker, door.topic.name()).await;
    }
    response
}

fn to_factor(asker: &Asker, method: &Method) -> Response {
    if asker.json || !matches!(*method, Method::GET | Method::HEAD) {
        return Problem::of_code("signed_out").into_response();
    }
    see_other(format!("/second-factor?next={}", coded_here(asker))).into_response()
}

fn coded_here(asker: &Asker) -> String {
    let here = if asker.query.is_empty() { asker.path.clone() } else { format!("{}?{}", asker.path, asker.query) };
    form_urlencoded::byte_serialize(here.as_bytes()).collect()
}

fn to_sign_in(asker: &Asker, method: &Method) -> Response {
    if asker.json || !matches!(*method, Method::GET | Method::HEAD) {
        return Problem::of_code("signed_out").into_response();
    }
    see_other(format!("/sign-in?next={}", coded_here(asker))).into_response()
}
