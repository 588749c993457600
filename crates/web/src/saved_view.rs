//! Lists as a person has set them: kept under a name, put in order, taken away. They are the account's own.

use askama::Template;
use naheya_domain::access::{Action, Class, Noun};
use naheya_domain::id::SavedViewId;
use naheya_domain::saved_view::{List, NewView};
use naheya_store::saved_view::{KeepView, MoveView, OpenWithView, RemoveView, RenameView, RestoreView, SavedView};

use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, page_as, search};

mod open;

pub(crate) use open::{Views, bare, is_seen_by, opened, searched};

/// In an address: which view the list is opened with.
pub(crate) const OPENED: &str = "saved";
const PAGE: &str = "/saved-views";

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let own = "saved_view";
    vec![
        Route::get("/saved-views", Knock::SignedIn, own, show),
        Route::post("/saved-views", Knock::SignedIn, own, keep),
        Route::post("/saved-views/{id}/name", Knock::SignedIn, own, rename),
        Route::post("/saved-views/{id}/place", Knock::SignedIn, own, place),
        Route::post("/saved-views/{id}/beginning", Knock::SignedIn, own, begin_with),
        Route::post("/saved-views/{id}/removal", Knock::SignedIn, own, remove),
        Route::post("/saved-views/{id}/removal/undo", Knock::SignedIn, own, restore),
    ]
}

/// The address of a list.
pub(crate) fn path(list: List) -> &'static str {
    match list {
        List::Children => "/children",
        List::Volunteers => "/volunteers",
        List::Pairs => "/pairs",
        List::Stays => "/stays",
        List::FollowUps => "/follow-ups",
        List::Checks => "/checks/new",
        List::Accounts => "/accounts",
        List::AuditEvents => "/audit-events",
    }
}

/// Who opens a list.
fn knock(list: List) -> Knock {
    match list {
        List::Children => Knock::Sees(Noun::Child, Class::Work),
        List::Volunteers | List::Checks => Knock::May(Action::KeepVolunteer),
        List::Pairs => Knock::May(Action::KeepPair),
        List::Stays => Knock::May(Action::ApproveStay),
        List::FollowUps => Knock::May(Action::FollowUp),
        List::Accounts => Knock::May(Action::KeepAccount),
        List::AuditEvents => Knock::May(Action::Audit),
    }
}

/// The address of a view: its list, and which view; nothing of what it shows.
pub(crate) fn href(view: &SavedView) -> String {
    format!("{}?{OPENED}={}", path(view.list), view.id)
}

/// This person's views of the lists that the role at work opens.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn of_role(me: &Signed) -> Result<Vec<SavedView>, Problem> {
    if !crate::frame::is_office(me.viewer.role) {
        return Ok(Vec::new());
    }
    let mut views = me.desk.all_saved_views().await?;
    views.retain(|view| is_seen_by(view.list, me.viewer.role));
    Ok(views)
}

/// A form that came back: whose list, and what was set there.
type Came = (Sheet, List, Vec<(String, String)>);

#[derive(Template)]
#[template(path = "saved_view/list.html")]
struct ListPage {
    f: Frame,
    /// The form that came back, with the list's code and what was set.
    came: Option<Came>,
    /// The view whose name could not be taken, with the form.
    renaming: Option<(SavedViewId, Sheet)>,
    lists: Vec<(List, Vec<SavedView>)>,
}

impl ListPage {
    fn path(&self, list: &List) -> &'static str {
        path(*list)
    }

    fn href(&self, view: &SavedView) -> String {
        href(view)
    }

    /// The form in which the name came back, when it was this view's.
    fn name_sheet(&self, view: &SavedView) -> Option<&Sheet> {
        self.renaming.as_ref().filter(|(id, _)| *id == view.id).map(|(_, sheet)| sheet)
    }
}

async fn show(me: Signed) -> Answer {
    list(&me, None, None).await
}

async fn list(me: &Signed, came: Option<Came>, renaming: Option<(SavedViewId, Sheet)>) -> Answer {
    let views = of_role(me).await?;
    let of = |list: List| views.iter().filter(|view| view.list == list).cloned().collect::<Vec<_>>();
    let lists = List::ALL.into_iter().map(|list| (list, of(list))).filter(|(_, views)| !views.is_empty()).collect();
    let sheet = came.as_ref().map(|(sheet, ..)| sheet).or(renaming.as_ref().map(|(_, sheet)| sheet));
    let mut f = me.frame("view-list-title");
    let mut status = axum::http::StatusCode::OK;
    if let Some(sheet) = sheet {
        (f, status) = (f.with(sheet), sheet.status());
    }
    page_as(status, &ListPage { f, came, renaming, lists })
}

async fn keep(me: Signed, posted: Posted) -> Answer {
    let list_ = List::parse(posted.text("list")).filter(|list| is_seen_by(*list, me.viewer.role));
    let of = list_.ok_or_else(Problem::not_found)?;
    let words = search::typed(&me, path(of), &Wanted(posted.fields.clone())).await?;
    let done = async {
        let set: Vec<(&str, &str)> = posted.pairs().collect();
        let view = NewView::parse(of, posted.text("name"), &set, words.as_deref())?;
        me.desk.save_once(KeepView { view, opens: posted.is_on("opens") }, posted.submission()?).await
    };
    match done.await {
        Ok(id) => see_other_saying(format!("{}?{OPENED}={id}", path(of)), Toast::new("view-kept")),
        Err(error) => {
            let sheet = Sheet::again("view", &posted, error)?;
            let own = |name: &str| !["list", "name", "opens"].contains(&name);
            let set = posted.pairs().filter(|(name, _)| own(name)).map(|(n, v)| (n.to_owned(), v.to_owned()));
            list(&me, Some((sheet, of, set.collect())), None).await
        }
    }
}

async fn rename(me: Signed, Id(view): Id<SavedViewId>, posted: Posted) -> Answer {
    let done = async {
        me.desk.save_once(RenameView { view, name: posted.text("name").to_owned() }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(PAGE, Toast::new("view-renamed")),
        Err(error) => list(&me, None, Some((view, Sheet::again("view", &posted, error)?))).await,
    }
}

async fn place(me: Signed, Id(view): Id<SavedViewId>, posted: Posted) -> Answer {
    let forward = match posted.text("to") {
        "forward" => true,
        "back" => false,
        _ => return Err(Problem::of_code("bad_request")),
    };
    me.desk.save_once(MoveView { view, forward }, posted.submission()?).await?;
    see_other_saying(PAGE, Toast::new("view-moved"))
}

async fn begin_with(me: Signed, Id(view): Id<SavedViewId>, posted: Posted) -> Answer {
    let opens = posted.is_on("opens");
    me.desk.save_once(OpenWithView { view, opens }, posted.submission()?).await?;
    see_other_saying(PAGE, Toast::new(if opens { "view-begins" } else { "view-begins-not" }))
}

async fn remove(me: Signed, Id(view): Id<SavedViewId>, posted: Posted) -> Answer {
    me.desk.save_once(RemoveView { view }, posted.submission()?).await?;
    see_other_saying(PAGE, Toast::new("view-removed").undo(format!("{PAGE}/{view}/removal/undo")))
}

async fn restore(me: Signed, Id(view): Id<SavedViewId>, posted: Posted) -> Answer {
    me.desk.save_once(RestoreView { view }, posted.submission()?).await?;
    see_other_saying(PAGE, Toast::new("view-restored"))
}
