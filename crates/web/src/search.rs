//! Finding people. What is typed is somebody's name, and names stand in no address (product.md rule
//! 10): a search is posted, kept sealed for its account beside the drafts, and the page that shows
//! what was found says in its address only that something was typed (`found=1`). Reload, the way
//! back, the next page and the Excel of a search work with that.

mod deed;
pub mod way;

use askama::Template;
use naheya_domain::access::{Action, Class, Noun, Reach, reach};
use naheya_domain::custody::Holder;
use naheya_domain::id::{AccountId, ChildId, SchoolId, VolunteerId};
use naheya_store::account::AccountView;
use naheya_store::child::{ChildFilter, ChildRow};
use naheya_store::draft::{DropDraft, KeepDraft};
use naheya_store::guardian::OfGuardian;
use naheya_store::search::matches;
use naheya_store::stay::{Spot, Where};
use naheya_store::volunteer::VolunteerFilter;

use crate::stay::place_words;
use crate::{Answer, Fields, Frame, Knock, Posted, Problem, Route, Signed, Wanted, Words, page, saved_view, see_other};
use deed::Deed;

/// Says in an address that the words typed last belong to it.
pub(crate) const FOUND: &str = "found";
/// Letters of a search that count.
const LONGEST: usize = 60;
/// People of each kind that the page shows; the lists show more.
const MOST: usize = 20;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let sees = Knock::Sees(Noun::Child, Class::Work);
    vec![Route::get("/search", sees, Noun::Child, show), Route::post("/search", sees, Noun::Child, find)]
}

/// Keeps what was typed into the search of `list` and leads to the list, filtered by the form's other
/// fields. Nothing typed is no search.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn lead(me: &Signed, list: &str, posted: &Posted) -> Answer {
    let form = format!("search-{}", list.trim_start_matches('/'));
    let typed: String = posted.text("q").chars().take(LONGEST).collect();
    let others = Fields::of(posted.pairs().filter(|(name, value)| *name != "q" && !value.is_empty()));
    let found = if typed.is_empty() { "" } else { "1" };
    if typed.is_empty() {
        me.desk.save(DropDraft { form }).await?;
    } else {
        me.desk.save(KeepDraft { form, body: typed, page: None }).await?;
    }
    let query = others.with(FOUND, found).query();
    // A list that begins with a view is asked for as a whole here.
    see_other(if query.is_empty() { saved_view::bare(me, list).await? } else { format!("{list}?{query}") })
}

/// What this account typed last into the search of `list`, when the address says that it counts; else what the view in
/// the address searches for.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn typed(me: &Signed, list: &str, wanted: &Wanted) -> Result<Option<String>, Problem> {
    if !wanted.is_on(FOUND) {
        return saved_view::searched(me, list, wanted).await;
    }
    let kept = me.desk.draft(&format!("search-{}", list.trim_start_matches('/'))).await?;
    Ok(kept.map(|draft| draft.body))
}

#[derive(Template)]
#[template(path = "search/show.html")]
struct SearchPage {
    f: Frame,
    typed: String,
    /// Whether children are found by who speaks for them.
    sees_guardians: bool,
    children: Vec<(ChildId, String, String)>,
    by_guardian: Vec<(ChildId, String, String)>,
    volunteers: Vec<(VolunteerId, String, String)>,
    schools: Vec<(SchoolId, String)>,
    /// Accounts of staff, with their user names.
    accounts: Vec<(AccountId, String, String)>,
    /// Own views: address, name, which list.
    views: Vec<(String, String, String)>,
    /// Pages and what can be begun: address, words.
    pages: Vec<(&'static str, String)>,
    /// What may have been meant to be done; everything that is often done, where nothing was found.
    deeds: Vec<Deed>,
    /// Whether they are all that are often done.
    usual: bool,
    /// Kinds of people of whom not all are shown.
    more: Vec<&'static str>,
}

impl SearchPage {
    fn is_empty(&self) -> bool {
        let children = self.children.is_empty() && self.by_guardian.is_empty();
        let people = children && self.volunteers.is_empty();
        let rest = self.schools.is_empty() && self.views.is_empty() && self.pages.is_empty();
        people && rest && self.accounts.is_empty() && (self.deeds.is_empty() || self.usual)
    }

    fn deeds_word(&self) -> String {
        self.f.w.t(if self.usual { "deed-usual" } else { "deed-found" })
    }

    /// So many of a kind were found.
    fn count(&mut self, kind: &'static str, found: usize) {
        self.more.extend((found > MOST).then_some(kind));
    }

    fn has_more(&self, kind: &str) -> bool {
        self.more.contains(&kind)
    }
}

async fn find(me: Signed, posted: Posted) -> Answer {
    lead(&me, "/search", &posted).await
}

async fn show(me: Signed, wanted: Wanted) -> Answer {
    let typed = typed(&me, "/search", &wanted).await?.unwrap_or_default();
    let mut shown = SearchPage {
        f: me.frame("search-title").finding(&typed),
        typed,
        sees_guardians: reach(me.viewer.role, Noun::Guardian, Class::Work) != Reach::Nothing,
        children: Vec::new(),
        by_guardian: Vec::new(),
        volunteers: Vec::new(),
        schools: Vec::new(),
        accounts: Vec::new(),
        views: Vec::new(),
        pages: Vec::new(),
        deeds: Vec::new(),
        usual: false,
        more: Vec::new(),
    };
    if !shown.typed.is_empty() {
        people(&me, &mut shown).await?;
        places(&me, &mut shown).await?;
        shown.deeds = deed::meant(&me, &shown.typed);
    }
    if shown.is_empty() {
        (shown.deeds, shown.usual) = (deed::all(&me), true);
    }
    page(&shown)
}

async fn people(me: &Signed, shown: &mut SearchPage) -> Result<(), Problem> {
    let w = me.w();
    let search = Some(shown.typed.clone());
    let (rows, _) = me.desk.children(&ChildFilter { search: search.clone(), ..ChildFilter::default() }).await?;
    shown.count("children", rows.len());
    for row in rows.into_iter().take(MOST) {
        let about = about(w, &row).join(" · ");
        shown.children.push((row.id, row.name, about));
    }
    of_guardians(me, shown).await?;
    spots(me, shown).await?;
    if me.desk.may(Action::KeepVolunteer) {
        let (rows, _) = me.desk.volunteers(&VolunteerFilter { search, ..VolunteerFilter::default() }).await?;
        shown.count("volunteers", rows.len());
        for row in rows.into_iter().take(MOST) {
            let state = w.code("volunteer-state", row.state.code());
            let about = [Some(state), row.trade].into_iter().flatten().collect::<Vec<_>>().join(" · ");
            shown.volunteers.push((row.id, row.name, about));
        }
    }
    if me.desk.may(Action::KeepAccount) {
        let rows = me.desk.find_accounts(AccountView::Staff, &shown.typed).await?;
        shown.count("accounts", rows.len());
        shown.accounts = rows.into_iter().take(MOST).map(|row| (row.id, row.name, row.login)).collect();
    }
    Ok(())
}

/// Children whose guardian is meant, and whose guardian that is. Who is found by the own name already is not told twice.
async fn of_guardians(me: &Signed, shown: &mut SearchPage) -> Result<(), Problem> {
    let w = me.w();
    let mut found = me.desk.children_of_guardian(&shown.typed).await?;
    found.retain(|one| shown.children.iter().all(|(id, ..)| *id != one.row.id));
    shown.count("by_guardian", found.len());
    let line = |one: OfGuardian| {
        let names = one.guardians.into_iter().collect::<Vec<_>>().join(&w.t("child-and"));
        let mut about = about(w, &one.row);
        about.push(w.t1("search-guardian", "names", names));
        (one.row.id, one.row.name, about.join(" · "))
    };
    shown.by_guardian = found.into_iter().take(MOST).map(line).collect();
    Ok(())
}

/// Where each child is now, behind what else is said of it. That somebody was told stands in the trail, as of the board; of a
/// child at school it says no more than any list.
async fn spots(me: &Signed, shown: &mut SearchPage) -> Result<(), Problem> {
    let w = me.w();
    let ids: Vec<ChildId> = shown.children.iter().chain(&shown.by_guardian).map(|(id, ..)| *id).collect();
    let spots = me.desk.spots(&ids).await?;
    let found = spots.iter().filter(|(_, spot)| **spot != Spot::Held(Holder::School)).map(|(id, _)| id.0);
    me.desk.looked("children", found.collect(), "work", None).await?;
    for (id, _, about) in shown.children.iter_mut().chain(&mut shown.by_guardian) {
        let words = spots.get(&*id).and_then(|spot| now(w, spot));
        let known = Some(about.as_str()).filter(|known| !known.is_empty());
        *about = known.into_iter().chain(words.as_deref()).collect::<Vec<_>>().join(" · ");
    }
    Ok(())
}

/// Where a child is, in words; while it is away, with whom.
fn now(w: Words, spot: &Spot) -> Option<String> {
    let (place, carer) = match spot {
        Spot::Weekend(line) => {
            let is_out = matches!(line.place, Where::Away | Where::Late(_));
            (place_words(&w, line), Some(line.carer_name.as_str()).filter(|name| is_out && !name.is_empty()))
        }
        Spot::Held(Holder::Volunteer(_)) => return None,
        Spot::Held(holder) => (w.code("custody-with", holder.code()), None),
    };
    Some(match carer {
        Some(carer) => w.t2("search-now-with", "place", place, "carer", carer),
        None => w.t1("search-now", "place", place),
    })
}

/// Age, school and class, as far as they are known.
fn about(w: Words, row: &ChildRow) -> Vec<String> {
    let age = row.age.map(|n| w.t1("child-age-years", "n", n));
    [age, row.school.clone(), row.class.clone()].into_iter().flatten().collect()
}

async fn places(me: &Signed, shown: &mut SearchPage) -> Result<(), Problem> {
    if me.desk.may(Action::KeepSchool) {
        let schools = me.desk.schools().await?.into_iter().filter(|s| matches(&s.name, &shown.typed));
        shown.schools = schools.map(|s| (s.id, s.name)).take(MOST).collect();
    }
    let w = me.w();
    let views = saved_view::of_role(me).await?.into_iter().filter(|view| matches(&view.name, &shown.typed));
    let views = views.map(|view| (saved_view::href(&view), w.code("view-of", view.list.code()), view.name));
    shown.views = views.map(|(href, list, name)| (href, name, list)).take(MOST).collect();
    shown.pages = way::found(me, &shown.f.nav, &shown.typed);
    Ok(())
}
