//! Asking for weekends: the school's own free days as tiles, what is not possible with its reason,
//! and other days by hand.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::error::Refusal;
use naheya_domain::id::PairId;
use naheya_domain::stay::{NewStay, RunsFrom, StayForm};
use naheya_domain::{Date, FieldError, Role};
use naheya_store::Error;
use naheya_store::stay::{Ahead, Free, RequestStays, TellNotAsked};
use naheya_store::volunteer::VolunteerFile;

use super::home::own_file;
use super::{living_in, unknown_year};
use crate::answer::see_other_saying;
use crate::school::calendar::about;
use crate::words::Words;
use crate::{Answer, Frame, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, page_as};

/// The volunteer, or the coordinator for one who calls the office: she may have no account.
const ASKS: Knock = Knock::May(Action::RequestStay);
/// A day of a pair that still settles: hours on a free day.
const BY_DAY: (&str, &str) = ("09:00", "17:00");
/// Under which name a request that was begun for no child in particular is kept.
const BEGUN: &str = "stay";
/// The field that says for which pair the form was opened.
const OPENED: &str = "opened";
/// The fields for other days.
const BY_HAND: [&str; 4] = ["starts_on", "starts_at", "ends_on", "ends_at"];

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/stays/new", ASKS, Noun::Stay, blank), Route::post("/stays", ASKS, Noun::Stay, request)]
}

/// One weekend, or one day of it, to be ticked.
struct Tile {
    /// First and last day with hours: `2026-11-27T17:30/2026-11-29T18:30`.
    value: String,
    days: String,
    about: String,
    /// Why it cannot be asked for.
    against: Option<String>,
}

/// A weekend that was asked for and is not possible, with all that stands against it.
struct Against {
    days: String,
    refusals: Vec<Refusal>,
    /// Whether the office now knows that the child has to be asked.
    office_told: bool,
    /// Whether nobody has asked the child this term.
    unasked: bool,
}

#[derive(Template)]
#[template(path = "stay/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    /// The page from which one comes, and its words.
    back: String,
    back_word: &'static str,
    against: Vec<Against>,
    /// Where the office itself writes down what a child says whom nobody has asked, and the child's name.
    asked_at: Vec<(String, String)>,
    made: usize,
    ahead: Option<Ahead>,
    /// What is said where there is no child to ask for.
    nobody: String,
    /// The year whose holidays are not known, when it is among the days offered.
    unknown: Option<i16>,
    tiles: Vec<Tile>,
    pairs: Vec<(String, String)>,
    adults: Vec<(String, String)>,
    going: Vec<(&'static str, String)>,
    places: Vec<(String, String)>,
    by_hand: bool,
}

impl NewPage {
    /// Whether the office asks in the volunteer's place.
    fn is_for_another(&self) -> bool {
        self.back != "/home"
    }

    fn is_office_told(&self) -> bool {
        self.against.iter().any(|one| one.office_told)
    }
}

async fn blank(me: Signed, wanted: Wanted) -> Answer {
    let chosen = wanted.text("pairs");
    let pair = PairId::parse(chosen);
    if pair.is_none() && !is_her(&me) {
        // The office asks for a pair, and begins there.
        return see_other_saying("/pairs", Toast::new("stay-choose-pair"));
    }
    let fresh = living_in(&home_of(&me, pair).await?).with("pairs", chosen);
    // Who comes to ask for one child is not given back what was begun for another.
    let name = pair.map_or_else(|| BEGUN.to_owned(), |pair| format!("{BEGUN}-{pair}"));
    let sheet = me.resumed(&name, Sheet::filled("stay", fresh)).await?;
    form(&me, sheet, Vec::new(), 0).await
}

/// Whether the volunteer asks for herself.
fn is_her(me: &Signed) -> bool {
    me.viewer.role == Role::Volunteer
}

/// Whose home it is: her own, or that of the pair for which the office asks.
async fn home_of(me: &Signed, pair: Option<PairId>) -> Result<VolunteerFile, Problem> {
    if is_her(me) {
        return own_file(me).await;
    }
    let pair = me.desk.pair(pair.ok_or_else(Problem::not_found)?).await?;
    Ok(me.desk.volunteer(pair.row.volunteer).await?)
}

/// From where one comes to the form: her own page, or the pair's.
fn back(me: &Signed, pair: Option<PairId>) -> (String, &'static str) {
    match pair.filter(|_| !is_her(me)) {
        Some(pair) => (format!("/pairs/{pair}"), "pair-title"),
        None => ("/home".to_owned(), "stay-back-home"),
    }
}

async fn form(me: &Signed, sheet: Sheet, against: Vec<Against>, made: usize) -> Answer {
    // Where no child is ticked, the form still knows for which pair it was opened.
    let pair = PairId::parse(sheet.value("pairs")).or_else(|| PairId::parse(sheet.value(OPENED)));
    let file = home_of(me, pair).await?;
    if !is_her(me) {
        me.desk.looked("volunteers", vec![file.id.0], "personal", None).await?;
    }
    let (back, back_word) = back(me, pair);
    let mut pairs = me.desk.pairs_of_volunteer(file.id).await?;
    let is_resting = pairs.iter().any(|p| p.state.binds() && !p.state.shows_child());
    pairs.retain(|p| p.state.shows_child());
    let chosen = pairs.iter().find(|p| sheet.has("pairs", p.id.to_string())).or(pairs.first());
    let ahead = match chosen {
        Some(pair) => Some(me.desk.weekends_ahead(pair.id).await?),
        None => None,
    };
    me.desk.looked("children", pairs.iter().map(|p| p.child.0).collect(), "work", None).await?;
    let may_ask = !is_her(me) && against.iter().any(|one| one.unasked);
    let asked = pairs.iter().filter(|p| may_ask && sheet.has("pairs", p.id.to_string()));
    let asked_at = asked.map(|p| (format!("/children/{}/wishes", p.child), p.child_name.clone())).collect();
    let last = ahead.as_ref().and_then(|a| a.weekends.iter().map(|free| free.weekend.last).max());
    let w = me.w();
    let shown = NewPage {
        unknown: unknown_year(&me.desk, last).await?,
        nobody: if is_resting { w.t("stay-pair-rests") } else { w.t("stay-no-children") },
        f: me.frame("stay-new-title").with(&sheet),
        back,
        back_word,
        against,
        asked_at,
        made,
        tiles: ahead.as_ref().map(|a| tiles(w, a)).unwrap_or_default(),
        ahead,
        pairs: pairs.into_iter().map(|p| (p.id.to_string(), p.child_name)).collect(),
        adults: file.adults.iter().map(|a| (a.member.id.to_string(), a.member.name.clone())).collect(),
        going: vec![("no", w.t("stay-going-no")), ("yes", w.t("stay-going-yes"))],
        places: RunsFrom::ALL.map(|at| (at.code().to_owned(), w.code("stay-place-of", at.code()))).to_vec(),
        by_hand: BY_HAND
            .iter()
            .chain(&["hands"])
            .any(|name| !sheet.value(name).is_empty() || sheet.fault(name).is_some()),
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

fn tiles(w: Words, ahead: &Ahead) -> Vec<Tile> {
    if ahead.settling {
        let days = ahead.weekends.iter().filter(|f| !f.weekend.is_vacation());
        return days.flat_map(|free| free.weekend.free_days().map(|day| one_day(w, free, day))).take(12).collect();
    }
    ahead.weekends.iter().map(|free| whole(w, ahead, free)).collect()
}

fn against(w: Words, free: &Free) -> Option<String> {
    if free.weekend.is_vacation() {
        return Some(w.t("stay-tile-vacation"));
    }
    free.taken.map(|state| w.code("stay-tile", state.code()))
}

fn whole(w: Words, ahead: &Ahead, free: &Free) -> Tile {
    let weekend = &free.weekend;
    Tile {
        value: value(weekend.leaves_on, &ahead.release_at, weekend.last, &ahead.return_at),
        days: w.span(weekend.leaves_on, weekend.last),
        about: about(w, weekend, false),
        against: against(w, free),
    }
}

fn one_day(w: Words, free: &Free, day: Date) -> Tile {
    Tile {
        value: value(day, BY_DAY.0, day, BY_DAY.1),
        days: w.date(day),
        about: w.t2("stay-tile-by-day", "from", BY_DAY.0, "to", BY_DAY.1),
        against: against(w, free),
    }
}

fn value(first: Date, from: &str, last: Date, to: &str) -> String {
    format!("{first}T{from}/{last}T{to}")
}

/// `2026-11-27T17:30` as day and hour.
fn halves(text: &str) -> (&str, &str) {
    text.split_once('T').unwrap_or((text, ""))
}

/// Every weekend that was ticked, and the days by hand where there are any.
fn parse(me: &Signed, posted: &Posted) -> Result<Vec<NewStay>, Error> {
    let mut spans: Vec<([&str; 4], bool)> = Vec::new();
    for tile in posted.all("weekend") {
        let (first, last) = tile.split_once('/').unwrap_or((tile, ""));
        let ((starts_on, starts_at), (ends_on, ends_at)) = (halves(first), halves(last));
        spans.push(([starts_on, starts_at, ends_on, ends_at], false));
    }
    let by_hand = BY_HAND.map(|name| posted.text(name));
    if by_hand.iter().any(|text| !text.is_empty()) {
        spans.push((by_hand, true));
    }
    let nothing = spans.is_empty();
    if nothing {
        // No day to judge: the other fields are judged all the same, so that all faults stand at once.
        spans.push((["", "", "", ""], false));
    }
    let (mut new, mut faults): (Vec<NewStay>, Vec<FieldError>) = (Vec::new(), Vec::new());
    for (span, by_hand) in spans {
        match one(me, posted, span, by_hand) {
            Ok(stay) => new.push(stay),
            Err(found) => faults.extend(found),
        }
    }
    if nothing {
        faults.retain(|f| !BY_HAND.contains(&f.field.as_ref()));
        faults.insert(0, FieldError::new("weekend", "required.missing"));
    }
    let mut once: Vec<FieldError> = Vec::new();
    for fault in faults {
        if !once.contains(&fault) {
            once.push(fault);
        }
    }
    if once.is_empty() { Ok(new) } else { Err(Error::Invalid(once)) }
}

fn one(
    me: &Signed,
    posted: &Posted,
    [starts_on, starts_at, ends_on, ends_at]: [&str; 4],
    by_hand: bool,
) -> Result<NewStay, Vec<FieldError>> {
    let form = StayForm {
        pairs: posted.all("pairs"),
        starts_on,
        starts_at,
        ends_on,
        ends_at,
        adults: posted.all("adults"),
        guests: posted.text("guests"),
        going: posted.text("going"),
        plan: posted.text("plan"),
        start_kind: if by_hand { posted.text("start_kind") } else { "" },
        end_kind: if by_hand { posted.text("end_kind") } else { "" },
        hands: if by_hand { posted.text("hands") } else { "" },
    };
    NewStay::parse(&form, me.now)
}

async fn request(me: Signed, posted: Posted) -> Answer {
    let new = match parse(&me, &posted) {
        Ok(new) => new,
        Err(error) => return form(&me, Sheet::again("stay", &posted, error)?, Vec::new(), 0).await,
    };
    let done = async { me.desk.save_once(RequestStays { new: new.clone() }, posted.submission()?).await };
    match done.await {
        Ok(done) if done.left.is_empty() => {
            let to = if is_her(&me) { "/home" } else { "/stays" };
            see_other_saying(to, Toast::new("stay-requested").with("n", done.made.len()))
        }
        // Some are asked for; the others come back with their reasons.
        Ok(done) => {
            let left = done.left.iter().filter_map(|n| new.get(*n)).collect::<Vec<_>>();
            let refused = told(&me, &left).await?;
            let name = posted.draft.as_deref().unwrap_or(BEGUN);
            let rest = Sheet::filled("stay", posted.fields.with("weekend", "")).with_draft(name, None);
            form(&me, rest, refused, done.made.len()).await
        }
        Err(error @ Error::Refused(_)) => {
            let refused = told(&me, &new.iter().collect::<Vec<_>>()).await?;
            form(&me, Sheet::again("stay", &posted, error)?, refused, 0).await
        }
        Err(error) => form(&me, Sheet::again("stay", &posted, error)?, Vec::new(), 0).await,
    }
}

/// All that stands against these weekends, in the words that the reader may hear. Of a child who was not asked the office is told,
/// unless it asks itself: it is the one to speak to the child.
async fn told(me: &Signed, new: &[&NewStay]) -> Result<Vec<Against>, Problem> {
    let mut all = Vec::new();
    for stay in new {
        let refusals = me.desk.against_request(stay).await?;
        let days = me.w().span(stay.starts_at, stay.ends_at);
        let unasked = refusals.iter().any(|refusal| refusal.code == "stay.child_not_asked");
        let office_told = is_her(me) && unasked;
        if office_told {
            me.desk.save(TellNotAsked { new: (*stay).clone() }).await?;
        }
        if !refusals.is_empty() {
            all.push(Against { days, refusals, office_told, unasked });
        }
    }
    Ok(all)
}
