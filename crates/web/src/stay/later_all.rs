//! Many children come back later at once: tick those whose carer and family were spoken to, agree on one hour, write it down.

use askama::Template;
use naheya_domain::FieldError;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{SchoolId, StayId};
use naheya_store::Error;
use naheya_store::stay::{AgreeAllLater, Where, WhereLine};

use super::hand_back::hour;
use super::place_words;
use crate::answer::see_other_saying;
use crate::words::Words;
use crate::{Answer, Fields, Frame, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, page_as};

const MAY: Knock = Knock::May(Action::CloseLateReturn);
/// Children on the page; where there are more, a school is chosen first.
const MOST: u64 = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/stays/later-returns/new", MAY, Noun::Stay, blank),
        Route::post("/stays/later-returns", MAY, Noun::Stay, agree),
    ]
}

#[derive(Template)]
#[template(path = "stay/later_all.html")]
struct LaterAllPage {
    f: Frame,
    sheet: Sheet,
    /// The school, as an address has it; empty for all.
    school: String,
    stays: Vec<(String, String)>,
    /// Whether everybody who is away stands there.
    names_all: bool,
}

fn school_of(text: &str) -> Result<Option<SchoolId>, Problem> {
    match text {
        "" => Ok(None),
        id => SchoolId::parse(id).map(Some).ok_or_else(Problem::not_found),
    }
}

async fn blank(me: Signed, wanted: Wanted) -> Answer {
    form(&me, school_of(wanted.0.text("school"))?, None).await
}

async fn form(me: &Signed, school: Option<SchoolId>, again: Option<Sheet>) -> Answer {
    let found = me.desk.whereabouts(school, MOST).await?;
    let is_there = |line: &&WhereLine| matches!(line.place, Where::Late(_) | Where::Away);
    let lines: Vec<&WhereLine> = found.lines.iter().filter(is_there).collect();
    me.desk.looked("children", lines.iter().map(|line| line.child.0).collect(), "personal", None).await?;
    let sheet = again.unwrap_or_else(|| suggested(me, &lines));
    let shown = LaterAllPage {
        f: me.frame("later-all-title").with(&sheet),
        school: school.map(|id| id.to_string()).unwrap_or_default(),
        stays: lines.iter().map(|line| (line.stay.to_string(), about(me.w(), line))).collect(),
        names_all: found.names_all,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

/// Who has the child, how she is reached, and the last thing known: who is on the road already is not put off unasked.
fn about(w: Words, line: &WhereLine) -> String {
    let phone = line.carer_phone.as_deref().unwrap_or_default();
    format!("{} · {} {phone} · {}", line.child_name, line.carer_name, place_words(&w, line))
}

/// The same hour on the day after the one agreed, or after today.
fn suggested(me: &Signed, lines: &[&WhereLine]) -> Sheet {
    let agreed = lines.first().map_or(me.now, |line| line.ends_at).shanghai();
    let last = agreed.date().max(me.today());
    let on = last.tomorrow().unwrap_or(last).to_string();
    Sheet::filled("later", Fields::of([("on", on), ("by", agreed.strftime("%H:%M").to_string())]))
}

async fn agree(me: Signed, posted: Posted) -> Answer {
    let done = async {
        let stays: Vec<StayId> = posted.all("stay").into_iter().filter_map(StayId::parse).collect();
        let mut faults = Vec::new();
        if stays.is_empty() {
            faults.push(FieldError::new("stay", "required.missing"));
        }
        let by = hour(&posted, &mut faults).filter(|_| !stays.is_empty()).ok_or(Error::Invalid(faults))?;
        let act = AgreeAllLater { stays, by, words: posted.text("words").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(agreed) => {
            let said = if agreed.left == 0 { "later-all-agreed" } else { "later-all-some" };
            see_other_saying("/board", Toast::new(said).with("n", agreed.done).with("left", agreed.left))
        }
        Err(error) => {
            let school = school_of(posted.text("school"))?;
            form(&me, school, Some(Sheet::again("later", &posted, error)?)).await
        }
    }
}
