//! Weekends of a term proposed for one pair, or for all pairs of a school: the days that are free as tiles.

use askama::Template;
use naheya_domain::Date;
use naheya_domain::id::{PairId, SchoolId};
use naheya_store::term::{ProposePlans, TermAhead, TermFree, Whom};

use super::side;
use crate::answer::see_other_saying;
use crate::school::calendar::{about, months};
use crate::words::Words;
use crate::{Answer, Fields, Frame, Posted, Problem, Sheet, Signed, Toast, Wanted, page_as};

/// One weekend that may be proposed.
struct Tile {
    value: String,
    days: String,
    about: String,
    /// Why it cannot be proposed.
    against: Option<String>,
    /// For how many of several pairs it is free.
    note: Option<String>,
}

#[derive(Template)]
#[template(path = "term/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    ahead: TermAhead,
    months: Vec<(String, Vec<Tile>)>,
    whom: (&'static str, String),
    back: String,
    office: bool,
    /// The year whose holidays are not known, when it is among the days offered.
    unknown: Option<i16>,
}

impl NewPage {
    /// The child of the one pair planned for.
    fn child(&self) -> &str {
        self.ahead.pairs.first().map(|(_, child, _)| child.as_str()).unwrap_or_default()
    }
}

fn whom(fields: &Fields) -> Result<Whom, Problem> {
    let pair = fields.given("pair").and_then(PairId::parse).map(Whom::Pair);
    let school = fields.given("school").and_then(SchoolId::parse).map(Whom::School);
    pair.or(school).ok_or_else(Problem::not_found)
}

pub(super) async fn blank(me: Signed, wanted: Wanted) -> Answer {
    let whom = whom(&wanted.0)?;
    let name = match whom {
        Whom::Pair(id) => format!("term-pair-{id}"),
        Whom::School(id) => format!("term-school-{id}"),
    };
    let sheet = me.resumed(&name, Sheet::blank("term")).await?;
    new_form(&me, whom, sheet).await
}

async fn new_form(me: &Signed, whom: Whom, sheet: Sheet) -> Answer {
    let w = me.w();
    let ahead = me.desk.term_ahead(whom).await?;
    let by_turns = ahead.weekends.iter().any(|t| t.weekend.is_small());
    let tiles = ahead.weekends.iter().map(|free| (free.weekend.first, tile(w, &ahead, free, by_turns))).collect();
    let office = side(me.viewer.role).is_none();
    let (field, back) = match whom {
        Whom::Pair(id) if office => (("pair", id.to_string()), format!("/pairs/{id}")),
        Whom::Pair(id) => (("pair", id.to_string()), "/stays/new".to_owned()),
        Whom::School(id) => (("school", id.to_string()), format!("/schools/{id}/calendar")),
    };
    let last = ahead.weekends.iter().map(|free| free.weekend.last).max();
    let shown = NewPage {
        unknown: crate::stay::unknown_year(&me.desk, last).await?,
        f: me.frame("term-new-title").with(&sheet),
        months: months(w, tiles),
        whom: field,
        back,
        office,
        ahead,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

fn tile(w: Words, ahead: &TermAhead, free: &TermFree, by_turns: bool) -> Tile {
    let weekend = &free.weekend;
    let against = if weekend.is_vacation() {
        Some(w.t("term-tile-vacation"))
    } else if let Some(state) = free.taken {
        Some(w.code("stay-tile", state.code()))
    } else if free.free == 0 {
        Some(w.t("term-tile-proposed"))
    } else {
        None
    };
    let some = free.free < ahead.pairs.len();
    Tile {
        value: weekend.leaves_on.to_string(),
        days: w.span(weekend.leaves_on, weekend.last),
        about: about(w, weekend, by_turns),
        note: (some && against.is_none()).then(|| w.t2("term-tile-some", "n", free.free, "all", ahead.pairs.len())),
        against,
    }
}

pub(super) async fn propose(me: Signed, posted: Posted) -> Answer {
    let whom = whom(&posted.fields)?;
    let done = async {
        let days: Vec<Date> = posted.all("weekend").into_iter().filter_map(|day| day.parse().ok()).collect();
        me.desk.save_once(ProposePlans { whom, weekends: days }, posted.submission()?).await
    };
    match done.await {
        Ok(done) => {
            let to = match done.plans.as_slice() {
                [only] => format!("/terms/{only}"),
                _ => "/terms".to_owned(),
            };
            let toast = Toast::new("term-proposed").with("n", done.plans.len()).with("weekends", done.weekends);
            see_other_saying(to, toast)
        }
        Err(error) => new_form(&me, whom, Sheet::again("term", &posted, error)?).await,
    }
}
