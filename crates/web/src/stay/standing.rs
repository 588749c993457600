//! What a volunteer reads of herself: that no weekend is arranged with her for now, which paper she lacks or has to renew, so that
//! she hears of it before a request is refused, and how long each one holds.

use naheya_domain::Date;
use naheya_domain::check::{CheckKind, Standing};
use naheya_domain::volunteer::VolunteerState;
use naheya_store::check::Cell;
use naheya_store::volunteer::VolunteerFile;

use crate::volunteer::{BEFORE_A_WEEKEND, soon};
use crate::words::Words;

/// Why no weekend is arranged with her; nothing where one may be.
pub(super) fn not_now(w: Words, state: VolunteerState) -> Option<String> {
    match state {
        VolunteerState::Approved => None,
        VolunteerState::Paused => Some(w.t("stay-home-resting")),
        VolunteerState::Applied | VolunteerState::Screening | VolunteerState::Left | VolunteerState::Refused => {
            Some(w.t("stay-home-screening"))
        }
    }
}

/// What rule 2 asks of her home before a weekend and is missing, over or ends within a month: the most urgent of it. A guest's
/// query is asked for in the days of the guest only.
pub(super) fn paper(w: Words, file: &VolunteerFile, today: Date) -> Option<String> {
    let all = asked(file).filter_map(|(cell, who)| said(w, cell, who, today));
    all.min_by_key(|(until, _)| *until).map(|(_, words)| words)
}

/// What rule 2 asks of her home before a weekend, each with whose it is.
fn asked(file: &VolunteerFile) -> impl Iterator<Item = (&Cell, &str)> {
    let own = file.checks.iter().filter(|cell| BEFORE_A_WEEKEND.contains(&cell.kind));
    let own = own.map(move |cell| (cell, file.name.as_str()));
    let queries = file.adults.iter().filter(|adult| !adult.member.guest).flat_map(|adult| {
        let of_query = adult.cells.iter().filter(|cell| cell.kind == CheckKind::NoOffence);
        of_query.map(move |cell| (cell, adult.member.name.as_str()))
    });
    own.chain(queries)
}

/// One check, as its volunteer looks it up.
pub(crate) struct Paper {
    /// What is checked, and of whom.
    pub(crate) what: String,
    /// The kind of its tag.
    pub(crate) kind: &'static str,
    /// How long it holds.
    pub(crate) until: String,
}

/// How long each check holds that rule 2 asks of her home before a weekend.
pub(crate) fn papers(w: Words, file: &VolunteerFile, today: Date) -> Vec<Paper> {
    let paper = |(cell, who): (&Cell, &str)| {
        let (kind, until) = held(w, cell.standing, today);
        Paper { what: w.t2("check-label", "who", who, "what", w.code("check-kind", cell.kind.code())), kind, until }
    };
    asked(file).map(paper).collect()
}

fn held(w: Words, standing: Standing, today: Date) -> (&'static str, String) {
    match standing {
        Standing::Valid(Some(until)) => {
            (if until <= soon(today) { "due" } else { "ok" }, w.t1("check-until", "day", w.long_date(until)))
        }
        Standing::Valid(None) => ("ok", w.t("check-valid")),
        Standing::Expired(until) => ("stop", w.t1("check-expired", "day", w.long_date(until))),
        Standing::Due | Standing::Failed => ("wait", w.t("check-due")),
        Standing::Missing => ("off", w.t("check-missing")),
    }
}

/// What is to be said of one check, and until when it holds; what is missing comes before whatever ends.
fn said(w: Words, cell: &Cell, who: &str, today: Date) -> Option<(Date, String)> {
    let what = w.code("check-kind", cell.kind.code());
    match cell.standing {
        Standing::Missing | Standing::Due | Standing::Failed => {
            Some((Date::MIN, w.t2("stay-paper-missing", "who", who, "what", what)))
        }
        Standing::Expired(until) => {
            Some((until, w.t3("stay-paper-over", "who", who, "what", what, "day", w.long_date(until))))
        }
        Standing::Valid(Some(until)) if until <= soon(today) => {
            Some((until, w.t3("stay-paper-ends", "who", who, "what", what, "day", w.long_date(until))))
        }
        Standing::Valid(_) => None,
    }
}
