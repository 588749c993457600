//! Accounts, the roles they hold and the slips they begin with, as pages.

mod export;
mod form;
mod guardian;
mod person;
mod place;

use askama::Template;
use axum::http::StatusCode;
use naheya_domain::access::{Action, Noun, may_grant};
use naheya_domain::id::{AccountId, GrantId};
use naheya_domain::saved_view::List;
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role, Timestamp};
use naheya_store::Error;
use naheya_store::account::{
    AccountRow, AccountState, AccountView, AddGrant, EndGrant, GrantRow, Invite, MOST_FOUND, ResetFactor,
    SetAccountState,
};
use naheya_store::order::Page;
use naheya_store::session::{EndSessions, SessionRow};
use naheya_store::slip::{MakeSlip, SlipId};
use uuid::Uuid;

use crate::answer::{see_other, see_other_saying};
use crate::class::group::Group;
use crate::order::{Order, Pager};
use crate::saved_view::{Views, opened};
use crate::search;
use crate::{
    Answer, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as,
};
pub(crate) use export::{heads_out, values_out};
pub(crate) use guardian::may_make as may_make_for_guardians;
pub(crate) use place::Places;

const LIST: &str = "/accounts";
/// A role that ends within these days is told.
const SOON_DAYS: i32 = 7;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let keep = Knock::May(Action::KeepAccount);
    let mut all = guardian::routes();
    all.extend([
        Route::get("/accounts", keep, Noun::Account, list),
        Route::get("/accounts.xlsx", Knock::May(Action::Export), Noun::Account, export::download_list),
        Route::post("/accounts/search", keep, Noun::Account, find),
        Route::get("/accounts/new", keep, Noun::Account, blank),
        Route::post("/accounts", keep, Noun::Account, invite),
        Route::get("/accounts/{id}", keep, Noun::Account, show),
        Route::post("/accounts/{id}/grants", keep, Noun::Account, add_grant),
        Route::post("/accounts/{id}/grants/{grant}/end", keep, Noun::Account, end_grant),
        Route::post("/accounts/{id}/slips", keep, Noun::Account, make_slip),
        Route::get("/accounts/{id}/slips/{slip}", keep, Noun::Account, show_slip),
        Route::post("/accounts/{id}/sessions/end", keep, Noun::Account, end_sessions),
        Route::post("/accounts/{id}/factor/reset", keep, Noun::Account, reset_factor),
        Route::post("/accounts/{id}/state", keep, Noun::Account, set_state),
    ]);
    all
}

/// The way from a file to its person's account: the address and the id of its word. To the account when there is one, else
/// to a new one with `role`; nowhere for who does not keep accounts.
pub(crate) async fn way(
    me: &Signed,
    role: Option<&str>,
    person: Uuid,
) -> Result<Option<(String, &'static str)>, naheya_store::Error> {
    if !me.desk.may(Action::KeepAccount) {
        return Ok(None);
    }
    Ok(match me.desk.account_on_file(person).await? {
        Some(account) => Some((format!("/accounts/{account}"), "account-see")),
        None => role.map(|role| (format!("/accounts/new?role={role}&place=person:{person}"), "account-open")),
    })
}

/// Whom a form means in which colleagues are chosen or, where they are too many for a list, named.
///
/// # Errors
/// `account.nobody`, `account.several`, at the field.
pub(crate) async fn meant(me: &Signed, posted: &Posted, field: &'static str) -> Result<Option<AccountId>, Error> {
    match posted.given(field) {
        None => Ok(None),
        Some(typed) => match AccountId::parse(typed) {
            Some(id) => Ok(Some(id)),
            None => me.desk.colleague_called(field, typed).await.map(Some),
        },
    }
}

#[derive(Template)]
#[template(path = "account/list.html")]
struct ListPage {
    f: Frame,
    view: AccountView,
    /// What was searched for; then the list is what was found.
    typed: String,
    counts: Vec<(AccountView, u64)>,
    rows: Vec<AccountRow>,
    pager: Pager,
    /// As a file, for whoever takes lists out.
    export: Option<String>,
    /// Whether the reader makes accounts for many guardians at once.
    for_guardians: bool,
    places: Places,
    today: Date,
    views: Views,
}

impl ListPage {
    fn standing(&self, row: &AccountRow) -> (&'static str, &'static str) {
        standing(row, self.today)
    }

    fn ends_soon(&self, row: &AccountRow) -> Option<i32> {
        ends_soon(row, self.today)
    }

    fn current(&self, row: &AccountRow) -> Vec<GrantRow> {
        current(row, self.today)
    }

    /// Whether the search found more than it shows.
    fn is_cut(&self) -> bool {
        !self.typed.is_empty() && self.rows.len() == MOST_FOUND
    }

    fn soon(&self) -> usize {
        self.rows.iter().filter(|row| self.ends_soon(row).is_some()).count()
    }
}

/// How a role stands on this day: a kind of tag and its text.
fn standing(row: &AccountRow, today: Date) -> (&'static str, &'static str) {
    match row.state {
        AccountState::Closed => ("off", "account-standing-closed"),
        AccountState::Locked => ("stop", "account-standing-locked"),
        AccountState::Invited => ("wait", "account-standing-invited"),
        AccountState::Active if !row.grants.iter().any(|g| holds(g, today)) => ("off", "account-standing-none"),
        AccountState::Active if ends_soon(row, today).is_some() => ("due", "account-standing-soon"),
        AccountState::Active => ("ok", "account-standing-ok"),
    }
}

/// The days that the role which ends next still has, when they are few.
fn ends_soon(row: &AccountRow, today: Date) -> Option<i32> {
    let days = row.grants.iter().filter(|g| holds(g, today)).filter_map(|g| days_left(g, today));
    days.min().filter(|days| *days <= SOON_DAYS)
}

fn current(row: &AccountRow, today: Date) -> Vec<GrantRow> {
    row.grants.iter().filter(|g| holds(g, today)).cloned().collect()
}

fn holds(grant: &GrantRow, today: Date) -> bool {
    grant.ended_at.is_none() && grant.to.as_ref().is_none_or(|to| *to >= today.to_string())
}

/// `2026年9月1日 — 2027年7月15日`; without an end, only the beginning.
fn days(w: &Words, grant: &GrantRow) -> String {
    let shown = |text: &str| text.parse::<Date>().map_or_else(|_| text.to_owned(), |day| w.long_date(day));
    match &grant.to {
        Some(to) => format!("{} — {}", shown(&grant.from), shown(to)),
        None => w.t1("account-days-from", "from", shown(&grant.from)),
    }
}

fn days_left(grant: &GrantRow, today: Date) -> Option<i32> {
    let to: Date = grant.to.as_ref()?.parse().ok()?;
    today.until(to).ok().map(|span| span.get_days())
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let (wanted, mut views) = opened(&me, List::Accounts, wanted).await?;
    let view = AccountView::parse(wanted.text("view")).unwrap_or_default();
    views.set_to(&wanted.with("view", view.code()));
    let order = Order::of(List::Accounts, &wanted, false);
    let typed = search::typed(&me, LIST, &wanted).await?.unwrap_or_default();
    let found = match typed.as_str() {
        "" => me.desk.accounts_listed(view, &order.turn).await?,
        typed => Page { rows: me.desk.find_accounts(view, typed).await?, previous: None, next: None },
    };
    let counts = me.desk.account_counts().await?;
    let total = counts.iter().find(|(one, _)| *one == view).map_or(0, |(_, n)| *n);
    let pager = order.pager(me.w(), &found, me.w().count(total));
    let rows = found.rows;
    let places = Places::beside(&me, &rows).await?;
    let export = me.desk.may(Action::Export).then(|| format!("/accounts.xlsx?view={}", view.code()));
    let (f, today, for_guardians) = (me.frame("account-list-title"), me.today(), may_make_for_guardians(&me));
    page(&ListPage { f, view, typed, counts, rows, pager, export, for_guardians, places, today, views })
}

async fn find(me: Signed, posted: Posted) -> Answer {
    search::lead(&me, LIST, &posted).await
}

#[derive(Template)]
#[template(path = "account/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    roles: Vec<(String, String)>,
    places: Vec<Group>,
    /// What is suggested where a class is typed.
    class_names: Vec<String>,
}

async fn blank(me: Signed, wanted: Wanted) -> Answer {
    let (role, at) = (wanted.text("role"), wanted.text("place"));
    let name = match (Role::parse(role), place::parse(at)) {
        (Some(role), Some(Place::Person(id))) => me.desk.name_on_file(role, id).await?.unwrap_or_default(),
        _ => String::new(),
    };
    let from = me.today().to_string();
    let values = Fields::of([("role", role), ("place", at), ("name", &name), ("from_on", &from)]);
    // Each person on file for whom an account is opened has a form of their own, and each role that somebody comes for.
    let name = match (Role::parse(role), place::parse(at)) {
        (_, Some(Place::Person(id))) => format!("account-{id}"),
        (Some(role), _) => format!("account-{}", role.code()),
        (None, _) => "account".to_owned(),
    };
    let sheet = me.resumed(&name, Sheet::filled("account", values)).await?;
    new_page(&me, sheet).await
}

async fn new_page(me: &Signed, sheet: Sheet) -> Answer {
    let f = me.frame("account-new-title").with(&sheet);
    let known = Places::of(me).await?;
    let places = known.grouped(known.options(me.w(), sheet.value("place")));
    let class_names = known.class_names;
    let mut roles = roles(me);
    if !matches!(place::parse(sheet.value("place")), Some(Place::Person(_))) {
        // Nobody is on file with an account that begins here.
        roles.retain(|(code, _)| !Role::parse(code).is_some_and(person::of_file));
    }
    page_as(sheet.status(), &NewPage { f, sheet, roles, places, class_names })
}

/// The roles that the reader may give.
fn roles(me: &Signed) -> Vec<(String, String)> {
    let mine = Role::ALL.into_iter().filter(|role| may_grant(me.viewer.role, *role));
    mine.map(|role| (role.code().to_owned(), me.w().code("role", role.code()))).collect()
}

async fn invite(me: Signed, posted: Posted) -> Answer {
    let posted = place::with_class(&me, posted).await?;
    let done = async {
        let (account, grant) = form::invitation(&posted)?;
        let act = Invite { account, grant };
        let account = me.desk.save_once(act, posted.submission()?).await?;
        Ok::<_, Error>(account)
    };
    match done.await {
        Ok(id) => see_other_saying(format!("/accounts/{id}"), Toast::new("account-added")),
        Err(error) => new_page(&me, Sheet::again("account", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "account/show.html")]
struct ShowPage {
    f: Frame,
    account: AccountRow,
    sessions: Vec<SessionRow>,
    sheet: Sheet,
    roles: Vec<(String, String)>,
    options: Vec<Group>,
    places: Places,
    /// Of the people for whom roles stand, those whom the reader sees.
    names: Vec<(Place, String)>,
    own: bool,
    /// Whether the number in the file lets somebody else in.
    lost_number: bool,
    today: Date,
}

impl ShowPage {
    fn holds(&self, grant: &GrantRow) -> bool {
        holds(grant, self.today)
    }

    /// Where a role holds, in words; of a file, with the name.
    fn place(&self, grant: &GrantRow) -> String {
        let words = self.places.words(&self.f.w, &grant.place);
        let name = self.names.iter().find(|(place, _)| *place == grant.place).map(|(_, name)| name.as_str());
        [Some(words.as_str()), name].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn browser(&self, agent: &str) -> String {
        crate::me::browser(self.f.w, agent)
    }
}

async fn show(me: Signed, Id(id): Id<AccountId>) -> Answer {
    let sheet = Sheet::filled("account", Fields::of([("from_on", me.today().to_string())]));
    let sheet = if id == me.viewer.account { sheet } else { me.resumed(&format!("grant-{id}"), sheet).await? };
    show_page(&me, id, sheet).await
}

async fn show_page(me: &Signed, id: AccountId, sheet: Sheet) -> Answer {
    let account = me.desk.account(id).await?;
    let places = Places::of(me).await?;
    let mut options = person::found(me, sheet.values()).await?;
    let known: Vec<String> = options.iter().map(|(place, _)| place.clone()).collect();
    let others = places.options_beside(me.w(), sheet.value("place"), &account.grants);
    options.extend(others.into_iter().filter(|(place, _)| !known.contains(place)));
    page_as(
        sheet.status(),
        &ShowPage {
            f: me.frame("account-show-title").with(&sheet),
            sessions: me.desk.sessions_of(id).await?,
            names: person::names(me, &account.grants).await?,
            options: places.grouped(options),
            roles: roles(me),
            own: id == me.viewer.account,
            lost_number: person::lost_number(me, &account).await?,
            today: me.today(),
            account,
            places,
            sheet,
        },
    )
}

async fn add_grant(me: Signed, Id(id): Id<AccountId>, posted: Posted) -> Answer {
    let posted = place::with_class(&me, posted).await?;
    let done = async {
        person::chosen(&me, &posted.fields).await?;
        let new = form::grant(&posted)?;
        let act = AddGrant { account: id, role: new.role, place: new.place, from_on: new.from_on, to_on: new.to_on };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(format!("/accounts/{id}"), Toast::new("account-grant-added")),
        Err(error) => show_page(&me, id, Sheet::again("account", &posted, error)?).await,
    }
}

/// Goes back to the account, or shows it again with why not.
async fn back<T>(me: &Signed, id: AccountId, posted: &Posted, done: Result<T, Error>, said: &str) -> Answer {
    match done {
        Ok(_) => see_other_saying(format!("/accounts/{id}"), Toast::new(said)),
        Err(error) => show_page(me, id, Sheet::again("account", posted, error)?).await,
    }
}

async fn end_grant(me: Signed, Id((id, grant)): Id<(AccountId, GrantId)>, posted: Posted) -> Answer {
    let done = me.desk.save_once(EndGrant { grant }, posted.submission()?).await;
    back(&me, id, &posted, done, "account-grant-ended").await
}

async fn end_sessions(me: Signed, Id(id): Id<AccountId>, posted: Posted) -> Answer {
    let act = EndSessions { account: Some(id), only: None, keep: None };
    let done = me.desk.save_once(act, posted.submission()?).await;
    back(&me, id, &posted, done, "account-sessions-ended").await
}

async fn reset_factor(me: Signed, Id(id): Id<AccountId>, posted: Posted) -> Answer {
    let done = me.desk.save_once(ResetFactor { account: id }, posted.submission()?).await;
    back(&me, id, &posted, done, "account-factor-reset").await
}

async fn set_state(me: Signed, Id(id): Id<AccountId>, posted: Posted) -> Answer {
    let state = AccountState::parse(posted.text("state")).ok_or_else(|| Problem::of_code("bad_request"))?;
    let version = posted.text("version").parse().map_err(|_| Problem::of_code("bad_request"))?;
    let done = me.desk.save_once(SetAccountState { account: id, state, version }, posted.submission()?).await;
    back(&me, id, &posted, done, "account-state-set").await
}

async fn make_slip(me: Signed, Id(id): Id<AccountId>, posted: Posted) -> Answer {
    match me.desk.save_once(MakeSlip { account: id }, posted.submission()?).await {
        Ok(slip) => see_other(format!("/accounts/{id}/slips/{}", slip.0)),
        Err(error) => show_page(&me, id, Sheet::again("account", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "account/slip.html")]
struct SlipPage {
    f: Frame,
    id: AccountId,
    name: String,
    login: String,
    code: String,
    until: Timestamp,
    /// Where the code is typed.
    address: String,
}

/// Only who made the slip sees it, until it is used: it can be printed again.
async fn show_slip(me: Signed, Id((id, slip)): Id<(AccountId, SlipId)>) -> Answer {
    let (code, account, until) = me.desk.slip_code(slip).await?;
    if account != id {
        return Err(Problem::not_found());
    }
    let row = me.desk.account(id).await?;
    let f = me.frame("account-slip-title");
    let address = format!("{}/slip", me.origin());
    page_as(StatusCode::OK, &SlipPage { f, id, name: row.name, login: row.login, code, until, address })
}
