//! Pages and beginnings that a search leads to, besides the navigation's: each is found only by whom its route lets in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use naheya_store::search::matches;

use crate::frame::NavItem;
use crate::{Signed, Words};

/// A word's id and the page it names.
const WAYS: &[(&str, &str)] = &[
    ("child-new", "/children/new"),
    ("volunteer-new-title", "/volunteers/new"),
    ("round-new-title", "/rounds/new"),
    ("import-new-title", "/imports/new"),
    ("check-table-title", "/checks/new"),
    ("account-new-title", "/accounts/new"),
    ("account-guardians-title", "/accounts/guardians"),
    ("school-new", "/schools/new"),
    ("frame-worry", "/concerns/new"),
    ("break_glass-new-title", "/break-glasses/new"),
    ("break_glass-list-title", "/break-glasses"),
    ("pair-list-title", "/pairs"),
    ("pair-ask", "/stays/new"),
    ("term-list-title", "/terms"),
    ("nav-friday", "/friday"),
    ("nav-sunday", "/sunday"),
    ("stay-printed-title", "/friday/list"),
    ("phone-acts-title", "/phone/acts"),
    ("hours-claims-title", "/hours-claims"),
    ("merge-title", "/merges"),
    ("export-title", "/exports"),
    ("operation-title", "/operations"),
    ("tabulation-title", "/report/table"),
    ("went-title", "/report/month"),
    ("snapshot-title", "/snapshots"),
    ("area-list-title", "/areas"),
    ("holiday-title", "/holidays"),
    ("consent-lacking-title", "/consents"),
    ("notice-queue-title", "/notices/queue"),
    ("channel-title", "/channels"),
    ("limit-title", "/channels/limits"),
    ("contact-title", "/me/contact"),
    ("view-list-title", "/saved-views"),
    ("own_act-title", "/me/acts"),
    ("me-title", "/me"),
];

/// Other words under which a page is looked for, one behind the other in a text, and the page.
const ALSO: &[(&str, &str)] = &[
    ("search-also-accounts", "/accounts"),
    ("search-also-channels", "/channels"),
    ("search-also-checks", "/checks/new"),
    ("search-also-claims", "/hours-claims"),
    ("search-also-imports", "/imports"),
    ("search-also-merges", "/merges"),
    ("search-also-queue", "/notices/queue"),
    ("search-also-schools", "/schools"),
    ("search-also-settings", "/settings"),
];

/// Whom the routes of these pages let in, as `naheya routes` says it.
static KNOCKS: LazyLock<BTreeMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let named = |path: &str| WAYS.iter().any(|(_, way)| *way == path);
    let rows = crate::routes::listing().into_iter().filter(|row| row.method == "GET" && named(&row.path));
    rows.map(|row| (row.path, row.knock)).collect()
});

/// The pages that `typed` may mean, of those that the reader opens.
pub(super) fn found(me: &Signed, nav: &[NavItem], typed: &str) -> Vec<(&'static str, String)> {
    let w = me.w();
    let role = me.viewer.role.code();
    let opens = |path: &str| KNOCKS.get(path).is_some_and(|who| who.iter().any(|one| is_one(one, role)));
    let others = WAYS.iter().filter(|(_, path)| opens(path)).map(|(word, path)| (*path, w.t(word)));
    let all = nav.iter().map(|item| (item.href, w.code("nav", item.key))).chain(others);
    all.filter(|(path, words)| means(words, typed) || is_also(w, path, typed)).collect()
}

/// Whether `typed` is part of another word for the page. As it is written, no sounds: what is only meant stands behind what
/// is called so.
fn is_also(w: Words, path: &str, typed: &str) -> bool {
    let typed = typed.trim().to_lowercase();
    let is_word = typed.chars().count() > 1;
    let texts = ALSO.iter().filter(|(_, page)| is_word && *page == path);
    texts.map(|(id, _)| w.t(id)).any(|words| words.split(['、', ',']).any(|word| word.contains(&typed)))
}

fn is_one(knock: &str, role: &str) -> bool {
    knock == role || knock == "signed_in" || knock == "public"
}

/// Whether `typed` begins the words or, from two letters on, any part of them: Chinese has no gaps between words.
#[must_use]
pub fn means(words: &str, typed: &str) -> bool {
    let letters = typed.chars().filter(|c| c.is_alphanumeric()).count();
    let mut starts = words.char_indices().filter(|(at, _)| *at == 0 || letters > 1);
    starts.any(|(at, _)| words.get(at..).is_some_and(|rest| matches(rest, typed)))
}
