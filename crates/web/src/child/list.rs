//! The list: saved views, filters, search, fifty at a time. A class teacher sees the own class.

use askama::Template;
use naheya_domain::access::{Action, may};
use naheya_domain::id::{ChildId, ClassId, SchoolId};
use naheya_domain::saved_view::List;
use naheya_domain::{Date, Role, Timestamp};
use naheya_store::child::{ChildColumn, ChildFilter, ChildRow, ChildView};
use naheya_store::follow_up::FollowUpFilter;
use naheya_store::order::SORTED;

use super::{sees_pairs, sex_and_age, tag, tag_alone};
use crate::area::{Where, towns};
use crate::order::{BY, Head, Order, Pager, sorts, whole};
use crate::saved_view::{Views, opened};
use crate::{Answer, Frame, Posted, Problem, Signed, Wanted, Words, page, search};

const LIST: &str = "/children";
/// Counts stop here.
const MOST: u64 = 500;

#[derive(Template)]
#[template(path = "child/list.html")]
struct ListPage {
    f: Frame,
    tabs: Vec<Tab>,
    views: Views,
    /// What a filter has found, for the heading.
    found: Option<String>,
    /// Whether no child is on file at all.
    is_blank: bool,
    lines: Vec<Line>,
    view: &'static str,
    q: String,
    schools: Vec<(String, String)>,
    school: String,
    towns: Vec<(String, String)>,
    town: String,
    /// The own area, when the list shows nothing else, and the way to everything.
    mine: Option<String>,
    everywhere: String,
    order: Order,
    /// The order asked for, for the search.
    by: String,
    pager: Pager,
    export: String,
    may_keep: bool,
    may_export: bool,
    /// Exports that wait for this person.
    exports: u64,
    /// Follow-ups that are due: a class teacher's bar has no place for them.
    talks: u64,
    is_teacher: bool,
    /// Whether the list tells who has a pair; where it may not, it does not tell that nobody has one.
    sees_pairs: bool,
}

/// A saved view with its number.
struct Tab {
    code: &'static str,
    href: String,
    word: String,
    count: String,
    number: u64,
    here: bool,
}

impl ListPage {
    /// The head of a column.
    fn head(&self, column: &str, text: &str) -> Head {
        self.order.head(column, self.f.w.t(text))
    }

    fn sorts(&self) -> Vec<Head> {
        let of = |column, text| self.head(column, text);
        let (name, updated) = (of("name", "child-column-name"), of("updated", "child-column-updated"));
        if self.sees_pairs { sorts([name, of("last", "child-column-last"), updated]) } else { sorts([name, updated]) }
    }

    /// What a filter has found; else how many children there are and how many wait for a pair: what the list begins with.
    fn finding(&self) -> String {
        if let Some(found) = &self.found {
            return found.clone();
        }
        let of = |view: ChildView| self.tabs.iter().find(|t| t.code == view.code()).map_or("0", |t| t.count.as_str());
        let text = match (self.is_teacher, self.sees_pairs) {
            (true, _) => "child-class-finding",
            (_, true) => "child-list-finding",
            _ => "child-list-number",
        };
        self.f.w.t3(text, "n", of(ChildView::Here), "paired", of(ChildView::Paired), "waiting", of(ChildView::Waiting))
    }
}

/// One child.
struct Line {
    id: ChildId,
    name: String,
    about: String,
    place: String,
    volunteer: String,
    since: String,
    last: String,
    kind: &'static str,
    word: String,
    updated: String,
    stale: bool,
}

/// The filter that an address asks for, without view and place in the list.
pub(crate) async fn filter(me: &Signed, wanted: &Wanted) -> Result<ChildFilter, Problem> {
    let view = ChildView::parse(wanted.text("view")).filter(|v| sees_pairs(me) || !v.tells_of_pairs());
    let view = view.unwrap_or(ChildView::Here);
    let at = crate::area::wanted(me, wanted).await?;
    Ok(ChildFilter {
        areas: at.areas(),
        view,
        stale_since: if view == ChildView::Stale { Some(stale_since(me).await?) } else { None },
        school: wanted.given("school").and_then(SchoolId::parse),
        class: wanted.given("class").and_then(ClassId::parse),
        town: at.town,
        search: search::typed(me, LIST, wanted).await?,
        ..ChildFilter::default()
    })
}

/// Files that nobody has confirmed since then are stale (R10); how long is a setting.
pub(crate) async fn stale_since(me: &Signed) -> Result<Timestamp, naheya_store::Error> {
    let (settings, _) = me.desk.settings().await?;
    Ok(me.now.plus_minutes(-settings.stale_days() * 24 * 60))
}

/// What is typed is a name: it is posted, and the address says only that something was.
pub(super) async fn find(me: Signed, posted: Posted) -> Answer {
    search::lead(&me, LIST, &posted).await
}

pub(super) async fn show(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let (wanted, mut views) = opened(&me, List::Children, wanted).await?;
    let filter = filter(&me, &wanted).await?;
    let at = crate::area::wanted(&me, &wanted).await?;
    // From here on the address says where the list looks, so that every way on keeps it.
    let wanted = wanted.with("town", &at.code());
    views.set_to(&wanted.with("view", filter.view.code()));
    let placed = filter.school.is_some() || filter.class.is_some() || filter.town.is_some();
    let narrowed = filter.search.is_some() || placed;
    let stale = stale_since(&me).await?;
    let sees_pairs = sees_pairs(&me);
    let tabs = tabs(&me, filter.view, stale, &at).await?;
    let number = match tabs.iter().find(|t| t.here) {
        Some(tab) if !narrowed => tab.number,
        _ => me.desk.count_children(&filter).await?,
    };
    let order = Order::of(List::Children, &wanted, number < SORTED);
    let (by, down) = order.column();
    let listed = me.desk.children_sorted(&filter, column(by), down, &order.turn).await?;
    let pager = order.pager(w, &listed, w.counted(number, MOST));
    let kept = whole(&wanted).query();
    let is_teacher = me.viewer.role == Role::ClassTeacher;
    let may_export = may(me.viewer.role, Action::Export);
    let exports = if may_export { me.desk.count_exports().await? } else { 0 };
    let talks = if is_teacher { me.desk.count_follow_ups(&FollowUpFilter::default()).await? } else { 0 };
    let title = if is_teacher { "child-class-title" } else { "child-list-title" };
    let schools = me.desk.school_names().await?;
    let schools: Vec<(String, String)> = schools.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let known = towns(&me).await?;
    let found = narrowed.then(|| {
        let all = tabs.iter().find(|t| t.here).map_or_else(|| counted(w, number), |t| t.count.clone());
        let class = filter.class.and_then(|_| listed.rows.first()?.class.clone());
        let what = narrowed_to(w, &filter, class, &schools, &known);
        w.t3("child-list-found", "what", what, "n", counted(w, number), "all", all)
    });
    page(&ListPage {
        found,
        tabs,
        views,
        is_blank: number == 0 && !narrowed && filter.view == ChildView::Here,
        lines: listed.rows.into_iter().map(|row| line(w, row, me.now, stale, sees_pairs)).collect(),
        view: filter.view.code(),
        q: filter.search.clone().unwrap_or_default(),
        schools,
        school: filter.school.map(|s| s.to_string()).unwrap_or_default(),
        towns: at.offered(w, "child-all-towns").into_iter().chain(known).collect(),
        mine: at.said(w),
        everywhere: format!("/children?{}", whole(&wanted).with("town", "all").query()),
        town: at.code(),
        order,
        by: wanted.text(BY).to_owned(),
        pager,
        export: format!("/children.xlsx?{kept}"),
        may_keep: may(me.viewer.role, Action::KeepChild),
        may_export,
        exports,
        talks,
        is_teacher,
        sees_pairs,
        f: me.frame(title),
    })
}

fn named(choices: &[(String, String)], code: &str) -> Option<String> {
    choices.iter().find(|(one, _)| one == code).map(|(_, name)| name.clone())
}

/// To what a filter narrows the list, in words.
fn narrowed_to(
    w: Words,
    filter: &ChildFilter,
    class: Option<String>,
    schools: &[(String, String)],
    towns: &[(String, String)],
) -> String {
    let town = filter.town.as_ref().and_then(|code| named(towns, code));
    let school = filter.school.and_then(|id| named(schools, &id.to_string()));
    let mut words: Vec<String> = [town, school, class].into_iter().flatten().collect();
    if filter.search.is_some() || words.is_empty() {
        words.push(w.t("child-list-searched"));
    }
    let view = w.maybe(format!("child-view-{}", filter.view.code())).filter(|_| filter.view != ChildView::Here);
    view.into_iter().chain(words).collect::<Vec<_>>().join(" · ")
}

/// The views, of the own area when the list shows that: the numbers are those of the lists they lead to.
async fn tabs(me: &Signed, here: ChildView, stale: Timestamp, at: &Where) -> Result<Vec<Tab>, naheya_store::Error> {
    let w = me.w();
    let told = |view: &ChildView| sees_pairs(me) || !view.tells_of_pairs();
    let views: Vec<ChildView> = ChildView::TABS.into_iter().filter(told).collect();
    let of = |view: &ChildView| ChildFilter {
        view: *view,
        areas: at.areas(),
        stale_since: (*view == ChildView::Stale).then_some(stale),
        ..ChildFilter::default()
    };
    let filters: Vec<ChildFilter> = views.iter().map(of).collect();
    let numbers = me.desk.counts_of_children(&filters).await?;
    let kept = match at.of_views() {
        "" => String::new(),
        place => format!("&town={place}"),
    };
    let tab = |(view, number): (ChildView, u64)| Tab {
        code: view.code(),
        href: format!("/children?view={}{kept}", view.code()),
        word: w.code("child-view", view.code()),
        count: counted(w, number),
        number,
        here: view == here,
    };
    Ok(views.into_iter().zip(numbers).map(tab).collect())
}

fn column(code: &str) -> ChildColumn {
    match code {
        "last" => ChildColumn::LastStay,
        "updated" => ChildColumn::Confirmed,
        _ => ChildColumn::Name,
    }
}

fn counted(w: Words, number: u64) -> String {
    if number >= MOST { format!("{}+", w.count(number)) } else { w.count(number) }
}

fn line(w: Words, row: ChildRow, now: Timestamp, stale: Timestamp, sees_pairs: bool) -> Line {
    let state = row.pair.as_ref().map(|p| p.state.as_str());
    let (kind, word) =
        if sees_pairs { tag(row.state, state, row.follow_up_late) } else { tag_alone(row.state, row.follow_up_late) };
    let year = |on: Date| w.t1("child-since", "year", on.year().to_string());
    Line {
        id: row.id,
        about: sex_and_age(w, row.sex, row.age),
        place: [row.school, row.class].into_iter().flatten().collect::<Vec<_>>().join(" "),
        since: row.pair.as_ref().and_then(|p| p.begun_on).map(year).unwrap_or_default(),
        volunteer: row.pair.map_or_else(|| "—".to_owned(), |p| p.volunteer),
        last: row.last_stay_on.map_or_else(|| "—".to_owned(), |on| day_of(w, on, now)),
        kind,
        word: w.t(word),
        stale: row.confirmed_at.is_none_or(|at| at < stale),
        updated: row.confirmed_at.map_or_else(|| "—".to_owned(), |at| day_of(w, at.date(), now)),
        name: row.name,
    }
}

/// The year is told when it is not this one.
fn day_of(w: Words, on: Date, now: Timestamp) -> String {
    if on.year() == now.date().year() { w.day(on) } else { w.long_date(on) }
}
