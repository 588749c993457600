//! What somebody has set a list to and given a name: which filters of which list, nothing of anybody's record.

use crate::error::Faults;
use crate::{FieldError, Refusal};

/// The name has more than 24 characters.
pub const TOO_LONG: &str = "view.name_too_long";
/// There is nothing to be kept: the list shows what it shows to everybody.
pub const BARE: &str = "view.bare";
/// So many views has one person on one list; whoever wants more takes one away first.
pub const MOST: usize = 20;

const LONGEST: usize = 24;

/// A list whose settings can be kept under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum List {
    /// Children's files.
    Children,
    /// Volunteers.
    Volunteers,
    /// Pairs.
    Pairs,
    /// The requests of a weekend.
    Stays,
    /// Follow-ups that are due.
    FollowUps,
    /// Checks to be entered.
    Checks,
    /// Accounts.
    Accounts,
    /// The audit trail.
    AuditEvents,
}

impl List {
    /// Every list, in the order in which the rail names them.
    pub const ALL: [List; 8] = [
        List::Children,
        List::Volunteers,
        List::Pairs,
        List::Stays,
        List::FollowUps,
        List::Checks,
        List::Accounts,
        List::AuditEvents,
    ];

    /// The word in records.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            List::Children => "children",
            List::Volunteers => "volunteers",
            List::Pairs => "pairs",
            List::Stays => "stays",
            List::FollowUps => "follow_ups",
            List::Checks => "checks",
            List::Accounts => "accounts",
            List::AuditEvents => "audit_events",
        }
    }

    /// The list with this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<List> {
        List::ALL.into_iter().find(|list| list.code() == code)
    }

    /// The names in its address that say what it shows, and in which order (`by`); a place in the list is none of them.
    #[must_use]
    pub fn filters(self) -> &'static [&'static str] {
        match self {
            List::Children => &["view", "school", "town", "by"],
            List::Volunteers => &["view", "town", "free", "by"],
            List::Pairs => &["state", "by"],
            List::Stays => &["view", "week", "by"],
            List::FollowUps => &["town", "late", "missed"],
            List::Checks => &["kind", "all", "ends"],
            List::Accounts => &["view"],
            List::AuditEvents => &["kind", "account", "about", "from", "to"],
        }
    }

    /// Whether words can be searched for in it.
    fn is_searched(self) -> bool {
        matches!(self, List::Children | List::Volunteers | List::Pairs)
    }
}

/// A view as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct NewView {
    /// Of which list.
    pub list: List,
    /// What its owner calls it.
    pub name: String,
    /// Names and values of filters.
    pub filters: Vec<(String, String)>,
    /// The words searched for.
    pub search: Option<String>,
}

/// A name and the words may be somebody's: neither stands in a log.
impl std::fmt::Debug for NewView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewView({})", self.list.code())
    }
}

impl NewView {
    /// Reads a name as typed and what the list is set to. Whatever is no filter of the list is left out.
    ///
    /// # Errors
    /// The faults of `name`, and [`BARE`] when nothing is set.
    pub fn parse(list: List, name: &str, set: &[(&str, &str)], search: Option<&str>) -> Result<Self, Vec<FieldError>> {
        let mut faults = Faults::default();
        let name = faults.take("name", view_name(name));
        let of_list = |(name, value): &&(&str, &str)| list.filters().contains(name) && !value.trim().is_empty();
        let filters: Vec<(String, String)> =
            set.iter().filter(of_list).map(|(name, value)| ((*name).to_owned(), value.trim().to_owned())).collect();
        let search = search.map(str::trim).filter(|words| list.is_searched() && !words.is_empty());
        if filters.is_empty() && search.is_none() {
            faults.push("name", BARE);
        }
        let read = name.map(|name| NewView { list, name, filters, search: search.map(str::to_owned) });
        faults.finish(read)
    }
}

/// A view's name: one to 24 characters, spaces around and within put in order.
///
/// # Errors
/// `required.missing` or [`TOO_LONG`].
pub fn view_name(typed: &str) -> Result<String, &'static str> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err("required.missing"),
        n if n > LONGEST => Err(TOO_LONG),
        _ => Ok(name),
    }
}

/// Whether somebody with `held` views on a list may have one more.
///
/// # Errors
/// `view.too_many`.
pub fn may_keep(held: usize) -> Result<(), Refusal> {
    if held < MOST { Ok(()) } else { Err(Refusal::new("view.too_many").with("n", MOST.to_string())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_keeps_filters_of_its_list_and_nothing_else() {
        let set = [("view", "waiting"), ("school", " s1 "), ("town", ""), ("after", "x"), ("q", "小草")];
        let Ok(view) = NewView::parse(List::Children, "  等 结对 ", &set, Some(" 小草 ")) else {
            panic!("refused")
        };
        let filters: Vec<(&str, &str)> = view.filters.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(filters, [("view", "waiting"), ("school", "s1")]);
        assert_eq!((view.name.as_str(), view.search.as_deref()), ("等 结对", Some("小草")));
        assert_eq!(format!("{view:?}"), "NewView(children)", "what may be a name stands in no log");
    }

    #[test]
    fn a_list_that_nobody_searches_keeps_no_words() {
        let view = NewView::parse(List::Accounts, "新来的", &[("view", "invited")], Some("韩"));
        assert_eq!(view.map(|view| view.search), Ok(None));
    }

    #[test]
    fn a_view_has_a_name_of_one_to_24_characters() {
        let named = |name: &str| NewView::parse(List::Pairs, name, &[("state", "active")], None);
        let code = |name: &str| named(name).err().and_then(|faults| faults.first().map(|f| f.code));
        assert_eq!(code("  "), Some("required.missing"));
        assert_eq!(code(&"长".repeat(25)), Some(TOO_LONG));
        assert!(named(&"长".repeat(24)).is_ok());
    }

    #[test]
    fn what_the_list_shows_by_itself_is_no_view() {
        let faults = NewView::parse(List::Pairs, "全部", &[("state", " "), ("after", "x")], None).err();
        assert_eq!(faults, Some(vec![FieldError::new("name", BARE)]));
        assert!(NewView::parse(List::Pairs, "韩家", &[], Some("韩")).is_ok());
    }

    #[test]
    fn a_person_has_twenty_views_on_a_list_and_no_more() {
        assert!(may_keep(MOST - 1).is_ok());
        assert_eq!(may_keep(MOST).err().map(|refusal| refusal.code), Some("view.too_many"));
    }

    #[test]
    fn every_list_is_found_by_its_word() {
        for list in List::ALL {
            assert_eq!(List::parse(list.code()), Some(list));
        }
        assert_eq!(List::parse("concerns"), None);
    }

    #[test]
    fn each_list_keeps_its_own_filters() {
        for (list, own) in [
            (List::Children, vec!["view", "school", "town", "by"]),
            (List::Volunteers, vec!["view", "town", "free", "by"]),
            (List::Pairs, vec!["state", "by"]),
            (List::Stays, vec!["view", "week", "by"]),
            (List::FollowUps, vec!["town", "late", "missed"]),
            (List::Checks, vec!["kind", "all", "ends"]),
            (List::Accounts, vec!["view"]),
            (List::AuditEvents, vec!["kind", "account", "about", "from", "to"]),
        ] {
            assert_eq!(list.filters(), own, "{}", list.code());
        }
        let words = |list| NewView::parse(list, "韩家", &[], Some("韩")).is_ok();
        let searched: Vec<List> = List::ALL.into_iter().filter(|list| words(*list)).collect();
        assert_eq!(searched, [List::Children, List::Volunteers, List::Pairs]);
        assert!(NewView::parse(List::Pairs, "韩家", &[], Some(" ")).is_err(), "blanks are no words");
    }
}
