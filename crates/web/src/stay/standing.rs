//! What a volunteer reads at home of herself: that no weekend is arranged with her for now, and which paper she lacks or has to
//! renew, so that she hears of it before a request is refused.

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
    let own = file.checks.iter().filter(|cell| BEFORE_A_WEEKEND.contains(&cell.kind));
    let own = own.map(|cell| (cell, file.name.as_str()));
    let queries = file.adults.iter().filter(|adult| !adult.member.guest).flat_map(|adult| {
        let of_query = adult.cells.iter().filter(|cell| cell.kind == CheckKind::NoOffence);
        of_query.map(move |cell| (cell, adult.member.name.as_str()))
    });
    let all = own.chain(queries).filter_map(|(cell, who)| said(w, cell, who, today));
    all.min_by_key(|(until, _)| *until).map(|(_, words)| words)
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
