//! Lists in the order of a column: heads that sort, and the ways from page to page.

use std::ops::Range;

use naheya_domain::saved_view::List;
use naheya_store::child::PAGE;
use naheya_store::order::{Mark, Page, Turn};

use crate::saved_view::path;
use crate::{Fields, Words};

/// In an address: by which column, `-` before it for from the largest value down.
pub(crate) const BY: &str = "by";
/// In an address: the place in the list, and how many rows stand before it.
const PLACE: [&str; 3] = ["after", "before", "from"];
/// No list has more rows before a page; an address may say anything.
const FURTHEST: u64 = 1_000_000;

/// Every way to sort a list: first the one in which it lies, then of each column the one that a first click leads to.
pub(crate) fn ways(list: List) -> &'static [&'static str] {
    match list {
        List::Children => &["name", "last", "-last", "updated", "-updated"],
        List::Volunteers => &["name", "check", "-check", "-hours", "hours"],
        List::Pairs => &["-begun", "begun", "child", "-child", "volunteer", "-volunteer"],
        List::Stays => &["starts", "child", "-child", "carer", "-carer"],
        List::FollowUps | List::Checks | List::Accounts | List::AuditEvents => &[],
    }
}

/// How a list is sorted, and where its page begins.
pub(crate) struct Order {
    /// The list's address.
    path: String,
    /// Every way to sort it.
    ways: &'static [&'static str],
    /// What the list is set to, without the place in it.
    fields: Fields,
    now: &'static str,
    /// Whether the list is short enough for another way.
    is_open: bool,
    pub(crate) turn: Turn,
    from: u64,
}

/// The head of a column.
pub(crate) struct Head {
    pub(crate) word: String,
    /// Where it leads; nothing where the list cannot be sorted by it.
    pub(crate) href: Option<String>,
    /// The value of `aria-sort`; nothing where another column is sorted by.
    pub(crate) sorted: &'static str,
}

/// The heads of a list once more for where it is too narrow for a table: those that sort; none where it cannot be sorted.
pub(crate) fn sorts<const N: usize>(heads: [Head; N]) -> Vec<Head> {
    let can_sort = heads.iter().any(|head| head.href.is_some());
    heads.into_iter().filter(|head| can_sort && (head.href.is_some() || !head.sorted.is_empty())).collect()
}

/// What stands below a list.
pub struct Pager {
    /// Which rows of how many stand on the page.
    pub words: String,
    /// The page before, or nothing.
    pub previous: String,
    /// The page after, or nothing.
    pub next: String,
}

impl Pager {
    /// Whether there is another page at all.
    #[must_use]
    pub fn leads_on(&self) -> bool {
        !self.previous.is_empty() || !self.next.is_empty()
    }
}

impl Order {
    /// Reads an address of the list.
    pub(crate) fn of(list: List, wanted: &Fields, is_open: bool) -> Order {
        let order = Order::unsorted(path(list).to_owned(), wanted);
        let ways = ways(list);
        let lies = ways.first().copied().unwrap_or_default();
        let now = ways.iter().copied().find(|way| is_open && *way == wanted.text(BY)).unwrap_or(lies);
        Order { ways, now, is_open, ..order }
    }

    /// Reads an address of a list that lies in one order only.
    pub(crate) fn unsorted(path: String, wanted: &Fields) -> Order {
        let mark = |name: &str| wanted.given(name).and_then(Mark::parse);
        let turn = match (mark("after"), mark("before")) {
            (Some(mark), _) => Turn::After(mark),
            (None, Some(mark)) => Turn::Before(mark),
            (None, None) => Turn::First,
        };
        let from = if turn == Turn::First { 0 } else { wanted.text("from").parse().unwrap_or(0).min(FURTHEST) };
        Order { path, ways: &[], fields: whole(wanted), now: "", is_open: false, turn, from }
    }

    /// The column, and whether from its largest value down.
    pub(crate) fn column(&self) -> (&'static str, bool) {
        split(self.now)
    }

    /// The head of a column, with its word.
    pub(crate) fn head(&self, column: &str, word: String) -> Head {
        let of_it = |way: &&'static str| split(way).0 == column;
        let sorted = match self.column() {
            (now, true) if now == column => "descending",
            (now, false) if now == column => "ascending",
            _ => "",
        };
        let next = self.ways.iter().copied().filter(of_it).find(|way| *way != self.now);
        let href = next.filter(|_| self.is_open).map(|way| self.address(&self.fields.with(BY, way)));
        Head { word, href, sorted }
    }

    /// Below the list: which rows of how many, and the ways to the pages before and after.
    pub(crate) fn pager<T>(&self, w: Words, page: &Page<T>, total: String) -> Pager {
        self.pager_by(PAGE, w, page, total)
    }

    /// The same with pages of another length.
    pub(crate) fn pager_by<T>(&self, size: u64, w: Words, page: &Page<T>, total: String) -> Pager {
        let from = if page.previous.is_none() { 0 } else { self.from };
        let shown = page.rows.len() as u64;
        let way = |name: &str, mark: &Option<Mark>, from: u64| {
            let from = if from == 0 { String::new() } else { from.to_string() };
            let fields = mark.as_ref().map(|mark| self.fields.with(name, &mark.code()).with("from", &from));
            fields.map(|fields| self.address(&fields)).unwrap_or_default()
        };
        let rows = (w.count(from + shown.min(1)), w.count(from + shown));
        Pager {
            words: w.t3("frame-rows", "first", rows.0, "last", rows.1, "total", total),
            previous: way("before", &page.previous, from.saturating_sub(size)),
            next: way("after", &page.next, from + shown),
        }
    }

    fn address(&self, fields: &Fields) -> String {
        format!("{}?{}", self.path, fields.query())
    }
}

/// Of a list that is held whole and has `total` rows, those that stand on one page, and the ways to the others.
#[must_use]
pub fn stretch(
    w: Words,
    size: usize,
    total: usize,
    from: usize,
    way: impl Fn(usize) -> String,
) -> (Range<usize>, Pager) {
    let first = if from < total { from - from % size.max(1) } else { 0 };
    let last = total.min(first + size);
    let rows = (w.count(first + (last - first).min(1)), w.count(last));
    let pager = Pager {
        words: w.t3("frame-rows", "first", rows.0, "last", rows.1, "total", w.count(total)),
        previous: if first > 0 { way(first.saturating_sub(size)) } else { String::new() },
        next: if last < total { way(last) } else { String::new() },
    };
    (first..last, pager)
}

/// What a list is set to, from its first row on.
pub(crate) fn whole(wanted: &Fields) -> Fields {
    PLACE.into_iter().fold(wanted.clone(), |fields, name| fields.with(name, ""))
}

fn split(way: &'static str) -> (&'static str, bool) {
    way.strip_prefix('-').map_or((way, false), |column| (column, true))
}
