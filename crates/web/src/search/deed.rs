//! What people come to do, in their own words, and where and how it is done: the help that a search gives. Each is told
//! only to whom it is open.

use naheya_domain::access::Action;

use crate::{Knock, Signed, Words};

const KEEPS_CHILD: Knock = Knock::May(Action::KeepChild);
const KEEPS_VOLUNTEER: Knock = Knock::May(Action::KeepVolunteer);
const APPROVES: Knock = Knock::May(Action::ApproveStay);

/// A deed's code, where it begins, and who does it. The texts are `deed-what-…`, `deed-how-…` and `deed-also-…`: other words
/// under which it is looked for, one behind the other.
const DEEDS: &[(&str, &str, Knock)] = &[
    ("transfer", "/children", KEEPS_CHILD),
    ("name", "/children", KEEPS_CHILD),
    ("guardian", "/children", KEEPS_CHILD),
    ("consent", "/children", Knock::May(Action::RecordConsent)),
    ("lacking", "/consents", APPROVES),
    ("looked", "/children", KEEPS_CHILD),
    ("child_leaves", "/children", KEEPS_CHILD),
    ("double", "/merges", Knock::May(Action::MergeFiles)),
    ("out", "/children", Knock::May(Action::Export)),
    ("view", "/saved-views", KEEPS_CHILD),
    ("own_acts", "/me/acts", crate::own_act::MAY),
    ("ill", "/volunteers", KEEPS_VOLUNTEER),
    ("carer_leaves", "/volunteers", KEEPS_VOLUNTEER),
    ("moves", "/volunteers", KEEPS_VOLUNTEER),
    ("checks", "/volunteers?view=expiring", KEEPS_VOLUNTEER),
    ("approved", "/stays?view=approved", APPROVES),
    ("snow", "/stays/cancellations/new", APPROVES),
    ("grade", "/schools", Knock::May(Action::KeepSchool)),
    ("holiday", "/holidays", Knock::May(Action::KeepSchool)),
    ("import", "/imports", Knock::May(Action::Import)),
    ("went", "/report/month", Knock::May(Action::SeeReport)),
    ("town", "/report/table", Knock::May(Action::SeeReport)),
    ("month", "/snapshots", Knock::May(Action::SeeReport)),
    ("password", "/accounts", Knock::May(Action::KeepAccount)),
];

/// What somebody may come to do.
pub(super) struct Deed {
    /// What it is called.
    pub(super) what: String,
    /// How it is done, in a sentence.
    pub(super) how: String,
    /// Where it begins.
    pub(super) href: &'static str,
}

/// Everything that is open to the reader.
pub(super) fn all(me: &Signed) -> Vec<Deed> {
    meant_by(me, |_, _| true)
}

/// What `typed` may mean, also in the middle of a sentence.
pub(super) fn meant(me: &Signed, typed: &str) -> Vec<Deed> {
    let typed = typed.trim().to_lowercase();
    meant_by(me, |w, code| is_meant(w, code, &typed))
}

fn meant_by(me: &Signed, is_meant: impl Fn(Words, &str) -> bool) -> Vec<Deed> {
    let (w, role) = (me.w(), Some(me.viewer.role));
    let open = DEEDS.iter().filter(|(code, _, knock)| knock.admits(role) && is_meant(w, code));
    let told = |&(code, href, _): &(&'static str, &'static str, Knock)| Deed {
        what: w.code("deed-what", code),
        how: w.code("deed-how", code),
        href,
    };
    open.map(told).collect()
}

/// Whether `typed` is part of a word for the deed, or a Chinese word for it part of what was typed. One letter alone is none.
fn is_meant(w: Words, code: &str, typed: &str) -> bool {
    let words = format!("{}、{}", w.code("deed-what", code), w.code("deed-also", code)).to_lowercase();
    let mut words = words.split(['、', '，', ',']).map(str::trim).filter(|word| word.chars().count() > 1);
    let is_word = typed.chars().count() > 1;
    words.any(|word| is_word && (word.contains(typed) || (!word.is_ascii() && typed.contains(word))))
}
