//! The volunteer's weekend: what is next, the code, how far they are; asking for a weekend.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::custody::Event;
use naheya_domain::error::Refusal;
use naheya_domain::id::{StayId, VolunteerId};
use naheya_domain::stay::{NewStay, StayForm, StayState};
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role};
use naheya_store::custody::Witness;
use naheya_store::pair::PairRow;
use naheya_store::stay::{CarerCode, HomeLine, ReportStay, RequestStay};
use naheya_store::volunteer::VolunteerFile;

use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, page, page_as};

const HER: Knock = Knock::Roles(&[Role::Volunteer]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/home", HER, Noun::Stay, home),
        Route::get("/stays/new", HER, Noun::Stay, blank),
        Route::post("/stays", HER, Noun::Stay, request),
        Route::get("/stays/{id}/code", HER, Noun::Stay, code),
        Route::post("/stays/{id}/report", Knock::May(Action::ReportCustody), Noun::Stay, report),
    ]
}

async fn own_file(me: &Signed) -> Result<VolunteerFile, Problem> {
    let Place::Person(id) = me.viewer.place else { return Err(Problem::not_found()) };
    Ok(me.desk.volunteer(VolunteerId(id)).await?)
}

#[derive(Template)]
#[template(path = "stay/home.html")]
struct HomePage {
    f: Frame,
    stays: Vec<HomeLine>,
    pairs: Vec<PairRow>,
    minutes: i64,
}

async fn home(me: Signed) -> Answer {
    let file = own_file(&me).await?;
    let lines = me.desk.my_stays(me.now.plus_minutes(-10 * 24 * 60)).await?;
    let children = lines.iter().filter_map(|l| l.child.as_ref().map(|(id, _)| id.0)).collect();
    me.desk.looked("children", children, "work", None).await?;
    let open = |l: &HomeLine| l.state.is_open() || (l.state == StayState::Refused && l.ends_at > me.now);
    let shown = HomePage {
        stays: lines.into_iter().filter(open).collect(),
        pairs: me.desk.pairs_of_volunteer(file.id).await?.into_iter().filter(|p| p.ended_on.is_none()).collect(),
        minutes: file.years.iter().map(|y| y.minutes).sum(),
        f: me.frame("stay-home-title"),
    };
    page(&shown)
}

#[derive(Template)]
#[template(path = "stay/code.html")]
struct CodePage {
    f: Frame,
    line: HomeLine,
}

async fn code(me: Signed, Id(id): Id<StayId>) -> Answer {
    let line = me.desk.my_stay(id).await?;
    me.desk.looked("stays", vec![id.0], "code", None).await?;
    page(&CodePage { f: me.frame("stay-code-title"), line })
}

async fn report(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    let event = Event::parse(posted.text("event")).ok_or_else(Problem::not_found)?;
    let act = ReportStay { stay: id, event, witness: Witness::by("staff") };
    me.desk.save_once(act, posted.submission()?).await?;
    let back = if me.viewer.role == Role::Volunteer { "/home" } else { "/board" };
    see_other_saying(back, Toast::new("stay-reported"))
}

#[derive(Template)]
#[template(path = "stay/new.html")]
struct NewPage {
    f: Frame,
    sheet: Sheet,
    against: Vec<Refusal>,
    pairs: Vec<(String, String)>,
    adults: Vec<(String, String)>,
    going: Vec<(&'static str, String)>,
}

async fn blank(me: Signed) -> Answer {
    let (friday, sunday) = next_weekend(me.today());
    let values =
        [("starts_on", friday), ("starts_at", "17:30".into()), ("ends_on", sunday), ("ends_at", "18:30".into())];
    let sheet = me.resumed("stay", Sheet::filled("stay", crate::Fields::of(values))).await?;
    form(&me, sheet, Vec::new()).await
}

/// The next Friday, today included, and the Sunday after it.
fn next_weekend(today: Date) -> (String, String) {
    // Monday is 1, Friday 5.
    let ahead = (5 - today.weekday().to_monday_one_offset()).rem_euclid(7);
    let mut day = today;
    for _ in 0..ahead {
        day = day.tomorrow().unwrap_or(day);
    }
    let sunday = day.tomorrow().and_then(|d| d.tomorrow()).unwrap_or(day);
    (day.to_string(), sunday.to_string())
}

async fn form(me: &Signed, sheet: Sheet, against: Vec<Refusal>) -> Answer {
    let file = own_file(me).await?;
    let pairs = me.desk.pairs_of_volunteer(file.id).await?;
    let w = me.w();
    let shown = NewPage {
        f: me.frame("stay-new-title").with(&sheet),
        against,
        pairs: pairs.into_iter().filter(|p| p.ended_on.is_none()).map(|p| (p.id.to_string(), p.child_name)).collect(),
        adults: file.adults.iter().map(|a| (a.member.id.to_string(), a.member.name.clone())).collect(),
        going: vec![("no", w.t("stay-going-no")), ("yes", w.t("stay-going-yes"))],
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

async fn request(me: Signed, posted: Posted) -> Answer {
    let parsed = NewStay::parse(
        &StayForm {
            pairs: posted.all("pairs"),
            starts_on: posted.text("starts_on"),
            starts_at: posted.text("starts_at"),
            ends_on: posted.text("ends_on"),
            ends_at: posted.text("ends_at"),
            start_kind: posted.text("start_kind"),
            end_kind: posted.text("end_kind"),
            adults: posted.all("adults"),
            guests: posted.text("guests"),
            going: posted.text("going"),
            plan: posted.text("plan"),
        },
        me.now,
    );
    let new = match parsed {
        Ok(new) => new,
        Err(faults) => return form(&me, Sheet::again("stay", &posted, faults.into())?, Vec::new()).await,
    };
    match me.desk.save_once(RequestStay { new: new.clone() }, posted.submission()?).await {
        Ok(_) => see_other_saying("/home", Toast::new("stay-requested")),
        Err(error @ naheya_store::Error::Refused(_)) => {
            let against = me.desk.against_request(&new).await?;
            form(&me, Sheet::again("stay", &posted, error)?, against).await
        }
        Err(error) => form(&me, Sheet::again("stay", &posted, error)?, Vec::new()).await,
    }
}
