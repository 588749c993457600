//! A list that is opened with somebody's view: which filters hold, which mean nothing any more, what could be kept now.

use naheya_domain::check::CheckKind;
use naheya_domain::id::{AccountId, SavedViewId, SchoolId};
use naheya_domain::pair::PairState;
use naheya_domain::saved_view::List;
use naheya_domain::volunteer::VolunteerState;
use naheya_domain::{Date, Role};
use naheya_store::account::AccountView;
use naheya_store::child::ChildView;
use naheya_store::saved_view::SavedView;
use uuid::Uuid;

use super::{OPENED, path};
use crate::area::{EVERYWHERE, MINE};
use crate::frame::is_office;
use crate::search::FOUND;
use crate::{Fields, Problem, Signed, Wanted};

/// In an address: with no view, although the list begins with one.
const NONE: &str = "no";

/// What a list's page knows of its reader's views.
#[derive(Clone, Debug)]
pub(crate) struct Views {
    list: List,
    /// The views as tabs, in their order.
    pub tabs: Vec<ViewTab>,
    /// What the opened view asked for and nothing is any more, in words.
    pub dropped: Option<String>,
    /// Whether the view in the address is there no more.
    pub is_gone: bool,
    /// Whether the list shows exactly one of the views.
    pub is_open: bool,
    /// What the list is set to, as fields of the form that keeps it.
    pub now: Vec<(String, String)>,
    /// Whether views are offered at all: to the office.
    pub offered: bool,
    opens: bool,
}

/// A view as a tab.
#[derive(Clone, Debug)]
pub(crate) struct ViewTab {
    /// Where it leads.
    pub href: String,
    /// What its owner calls it.
    pub name: String,
    /// Whether the list shows it.
    pub here: bool,
}

impl Views {
    /// The word of the list, for the form.
    pub fn code(&self) -> &'static str {
        self.list.code()
    }

    /// The address of the list set to `fields`, without any view; it never leads to the view that the list begins with.
    pub fn way(&self, fields: &Fields) -> String {
        let kept = |name: &str| name == FOUND || self.list.filters().contains(&name);
        let fields = Fields::of(fields.pairs().filter(|(name, value)| kept(name) && !value.is_empty()));
        let query =
            if self.opens && fields.query().is_empty() { Fields::of([(OPENED, NONE)]).query() } else { fields.query() };
        if query.is_empty() { path(self.list).to_owned() } else { format!("{}?{query}", path(self.list)) }
    }

    /// The address of the whole list.
    pub fn whole(&self) -> String {
        self.way(&Fields::default())
    }

    /// Says what the list is set to, once its handler has read the address.
    pub fn set_to(&mut self, fields: &Fields) {
        let kept = |name: &&str| {
            let value = fields.text(name);
            (!value.is_empty()).then(|| ((*name).to_owned(), value.to_owned()))
        };
        let names = self.list.filters().iter().chain(&[FOUND, OPENED]);
        self.now = names.filter_map(kept).collect();
    }
}

/// Reads a list's address: with a view in it, or on a list that begins with one, the view's filters hold wherever the
/// address names none of its own. Reading changes nothing.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn opened(me: &Signed, list: List, wanted: Wanted) -> Result<(Wanted, Views), Problem> {
    let mut views = Views {
        list,
        tabs: Vec::new(),
        dropped: None,
        is_gone: false,
        is_open: false,
        now: Vec::new(),
        offered: is_office(me.viewer.role),
        opens: false,
    };
    if !views.offered {
        return Ok((wanted, views));
    }
    let held = me.desk.saved_views(list).await?;
    views.opens = held.iter().any(|view| view.opens);
    let asked = wanted.given(OPENED);
    let is_bare = wanted.pairs().next().is_none();
    let view = match asked {
        Some(id) => held.iter().find(|view| Some(view.id) == SavedViewId::parse(id)),
        None => held.iter().find(|view| is_bare && view.opens),
    };
    views.is_gone = view.is_none() && asked.is_some_and(|id| id != NONE);
    let mut shown = wanted.with(OPENED, "");
    if let Some(view) = view {
        let (stands, gone) = sorted(me, view).await?;
        views.dropped = told(me, &gone);
        views.is_open = stands.iter().all(|(name, value)| wanted.given(name).is_none_or(|own| own == value))
            && list.filters().iter().all(|name| wanted.given(name).is_none() || stands.iter().any(|(n, _)| n == name))
            && !wanted.is_on(FOUND);
        for (name, value) in stands {
            if wanted.given(&name).is_none() {
                shown = shown.with(&name, &value);
            }
        }
        shown = shown.with(OPENED, &view.id.to_string());
    } else if asked == Some(NONE) || views.is_gone {
        shown = shown.with(OPENED, NONE);
    }
    let here = view.filter(|_| views.is_open).map(|view| view.id);
    views.tabs = held.iter().map(|view| tab(view, here)).collect();
    views.set_to(&shown);
    Ok((Wanted(shown), views))
}

fn tab(view: &SavedView, here: Option<SavedViewId>) -> ViewTab {
    ViewTab { href: super::href(view), name: view.name.clone(), here: here == Some(view.id) }
}

type Pairs = Vec<(String, String)>;

/// The filters of a view that still mean something, and those that do not.
async fn sorted(me: &Signed, view: &SavedView) -> Result<(Pairs, Pairs), Problem> {
    let (mut stands, mut gone) = (Vec::new(), Vec::new());
    for (name, value) in &view.filters {
        let means = means(me, view.list, name, value).await?;
        if means { &mut stands } else { &mut gone }.push((name.clone(), value.clone()));
    }
    Ok((stands, gone))
}

/// Whether a filter's value still means something.
async fn means(me: &Signed, list: List, name: &str, value: &str) -> Result<bool, Problem> {
    Ok(match (list, name) {
        (_, "school") => match SchoolId::parse(value) {
            Some(id) => me.desk.school_names().await?.iter().any(|(school, _)| *school == id),
            None => false,
        },
        (_, "town") => match value {
            EVERYWHERE => true,
            MINE => !me.desk.own_areas().await?.is_empty(),
            naheya_store::grid::NOWHERE => true,
            code => me.desk.has_area(code).await?,
        },
        (List::Children, "view") => ChildView::parse(value).is_some(),
        (List::Volunteers, "view") => matches!(value, "expired" | "expiring") || VolunteerState::parse(value).is_some(),
        (List::Stays, "view") => ["waiting", "approved", "off"].contains(&value),
        (List::Stays, "week") => value == "next",
        (list, "by") => crate::order::ways(list).contains(&value),
        (List::Accounts, "view") => AccountView::parse(value).is_some(),
        (List::Pairs, "state") => PairState::parse(value).is_some(),
        (List::Checks, "kind") => CheckKind::parse(value).is_some(),
        (_, "account") => AccountId::parse(value).is_some(),
        (_, "about") => Uuid::try_parse(value).is_ok(),
        (_, "from" | "to") => value.parse::<Date>().is_ok(),
        (list, name) => list.filters().contains(&name),
    })
}

/// What a view asked for in vain, in words.
fn told(me: &Signed, gone: &[(String, String)]) -> Option<String> {
    let w = me.w();
    let words: Vec<String> = gone.iter().map(|(name, _)| w.code("view-filter", name)).collect();
    (!words.is_empty()).then(|| words.join(w.t("grid-comma").as_str()))
}

/// The words that the view in an address searches for.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn searched(me: &Signed, list: &str, wanted: &Wanted) -> Result<Option<String>, Problem> {
    let Some(id) = wanted.given(OPENED).and_then(SavedViewId::parse) else { return Ok(None) };
    let Some(list) = List::ALL.into_iter().find(|one| path(*one) == list) else { return Ok(None) };
    let held = me.desk.saved_views(list).await?;
    Ok(held.into_iter().find(|view| view.id == id).and_then(|view| view.search))
}

/// What leads to a list that shows everything although it begins with a view.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn bare(me: &Signed, list: &str) -> Result<String, Problem> {
    let known = List::ALL.into_iter().find(|one| path(*one) == list).filter(|_| is_office(me.viewer.role));
    let opens = match known {
        Some(known) => me.desk.saved_views(known).await?.iter().any(|view| view.opens),
        None => false,
    };
    Ok(if opens { format!("{list}?{OPENED}={NONE}") } else { list.to_owned() })
}

/// Whether somebody in this role opens the list at all.
pub(crate) fn is_seen_by(list: List, role: Role) -> bool {
    super::knock(list).admits(Some(role))
}
