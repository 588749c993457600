//! A weekend called off for everybody, for one school or for one volunteer: first how many that are, then why, then at once.

use askama::Template;
use jiff::ToSpan;
use jiff::civil::Weekday;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{SchoolId, VolunteerId};
use naheya_domain::{Date, Timestamp};
use naheya_store::Error;
use naheya_store::stay::{CallOffWeekend, CalledOff, Planned, WeekendOff, Whose};
use naheya_store::volunteer::VolunteerFile;

use super::office::{filter, of_day};
use crate::answer::see_other_saying;
use crate::sign_in::missing;
use crate::{Answer, Fields, Frame, Knock, Posted, Route, Sheet, Signed, Toast, Wanted, page_as};

const MAY: Knock = Knock::May(Action::ApproveStay);
/// Days that are called off at once.
const MOST_DAYS: i32 = 31;
/// Not one school.
const EVERYBODY: &str = "all";
/// The field that says whose weekends they are, where they are one volunteer's: the form comes from her file.
const VOLUNTEER: &str = "volunteer";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/stays/cancellations/new", MAY, Noun::Stay, blank),
        Route::post("/stays/cancellations", MAY, Noun::Stay, call_off),
    ]
}

#[derive(Template)]
#[template(path = "stay/weekend_off.html")]
struct WeekendOffPage {
    f: Frame,
    off: WeekendOff,
    /// The first and the last day.
    days: (Date, Date),
    schools: Vec<(String, String)>,
    sheet: Sheet,
}

impl WeekendOffPage {
    fn finding(&self) -> String {
        let Planned { approved, waiting } = self.off.all;
        self.f.w.t2("weekend_off-finding", "approved", approved, "waiting", waiting)
    }

    fn heading(&self) -> String {
        let (w, (first, last)) = (self.f.w, self.days);
        let days = w.span(midnight(first), midnight(last));
        match &self.off.volunteer {
            Some(name) => w.t2("weekend_off-heading-hers", "days", days, "name", name),
            None => w.t1("weekend_off-heading", "days", days),
        }
    }

    /// The page above this one.
    fn back(&self) -> (String, String) {
        match &self.off.volunteer {
            Some(name) => (format!("/volunteers/{}", self.sheet.value(VOLUNTEER)), name.clone()),
            None => ("/stays".to_owned(), self.f.w.t("nav-stays")),
        }
    }
}

fn midnight(day: Date) -> Timestamp {
    Timestamp::from_shanghai(day.at(0, 0, 0, 0))
}

/// The days of an address or a form, when they are some.
fn days_of(fields: &Fields) -> Option<(Date, Date)> {
    let (first, last): (Date, Date) = (fields.text("from").parse().ok()?, fields.text("to").parse().ok()?);
    let length = first.until(last).ok()?.get_days();
    (0..MOST_DAYS).contains(&length).then_some((first, last))
}

/// Where all that a volunteer was going to have within a month is called off at once, for who may; nothing when none lies ahead.
pub(crate) fn call_off_of(me: &Signed, v: &VolunteerFile) -> Option<String> {
    let planned = v.ahead.iter().filter(|stay| stay.is_planned(me.now));
    let first = planned.clone().map(|stay| stay.starts_at.date()).min().filter(|_| me.desk.may(Action::ApproveStay))?;
    let month = first.checked_add((MOST_DAYS - 1).days()).unwrap_or(first);
    let last = planned.filter(|stay| stay.starts_at.date() <= month).map(|stay| stay.ends_at.date()).max()?.min(month);
    let days = Fields::of([("from", first.to_string()), ("to", last.to_string()), (VOLUNTEER, v.id.to_string())]);
    Some(format!("/stays/cancellations/new?{}", days.query()))
}

/// The weekend of the list from which somebody comes.
fn weekend(me: &Signed, wanted: &Wanted) -> (Date, Date) {
    let first = filter(me, wanted).from.date();
    let friday =
        (0_i64..7).filter_map(|n| first.checked_add(n.days()).ok()).find(|day| day.weekday() == Weekday::Friday);
    let friday = friday.unwrap_or(first);
    (friday, friday.checked_add(2_i64.days()).unwrap_or(friday))
}

async fn blank(me: Signed, wanted: Wanted) -> Answer {
    let days = days_of(&wanted.0).unwrap_or_else(|| weekend(&me, &wanted));
    let mut values = Fields::of([("from", days.0.to_string()), ("to", days.1.to_string())]);
    let mut name = format!("weekend-off-{}-{}", days.0, days.1);
    let hers = hers(&wanted.0)?;
    if let Some(id) = hers {
        values = values.with(VOLUNTEER, &id.to_string());
        name = format!("{name}-{id}");
    }
    let sheet = me.resumed(&name, Sheet::filled("weekend_off", values)).await?;
    form(&me, days, hers, sheet).await
}

/// The volunteer whose weekends an address or a form means, when they are one's.
fn hers(fields: &Fields) -> Result<Option<VolunteerId>, Error> {
    fields.given(VOLUNTEER).map(|id| VolunteerId::parse(id).ok_or(Error::NotFound)).transpose()
}

async fn form(me: &Signed, days: (Date, Date), hers: Option<VolunteerId>, sheet: Sheet) -> Answer {
    let whose = hers.map_or(Whose::Everybody, Whose::Volunteer);
    let off = me.desk.weekend_off(midnight(days.0), midnight(day_after(days.1)), whose).await?;
    let count = |planned: Planned| planned.all().to_string();
    let everybody = me.w().t1("weekend_off-everybody", "n", count(off.all));
    let of = |(id, name, planned): &(SchoolId, String, Planned)| {
        (id.to_string(), me.w().t2("weekend_off-of-school", "name", name, "n", count(*planned)))
    };
    let schools = std::iter::once((EVERYBODY.to_owned(), everybody)).chain(off.schools.iter().map(of)).collect();
    let f = me.frame("weekend_off-title").with(&sheet);
    page_as(sheet.status(), &WeekendOffPage { f, off, days, schools, sheet })
}

fn day_after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

/// Whom the form means.
fn whose(posted: &Posted) -> Result<Whose, Error> {
    match (hers(posted)?, posted.given("school")) {
        (Some(id), _) => Ok(Whose::Volunteer(id)),
        (None, Some(EVERYBODY)) => Ok(Whose::Everybody),
        (None, Some(id)) => SchoolId::parse(id).map(Whose::School).ok_or(Error::NotFound),
        (None, None) => Err(Error::field("school", "required.missing")),
    }
}

async fn call_off(me: Signed, posted: Posted) -> Answer {
    let days = days_of(&posted.fields);
    let done = async {
        let (first, last) = days.ok_or_else(|| Error::field("to", "weekend_off.days"))?;
        let asked: &[&str] = if posted.is_on(VOLUNTEER) { &["reason"] } else { &["school", "reason"] };
        if let Some(error) = missing(&posted, asked) {
            return Err(error);
        }
        let (from, to) = (midnight(first), midnight(day_after(last)));
        let act = CallOffWeekend { from, to, whose: whose(&posted)?, reason: posted.text("reason").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(off) if off.left > 0 => {
            let toast = Toast::new("weekend_off-left").with("left", off.left);
            see_other_saying(again(&posted), undoing(toast, off))
        }
        Ok(off) => {
            let first = days.map_or(me.today(), |(first, _)| first);
            let back = match hers(&posted)? {
                Some(id) => format!("/volunteers/{id}"),
                None => of_day("off", me.today(), first),
            };
            see_other_saying(back, undoing(Toast::new("weekend_off-done"), off))
        }
        Err(error) => {
            let days = days.unwrap_or_else(|| (me.today(), me.today()));
            let hers = hers(&posted)?;
            form(&me, days, hers, Sheet::again("weekend_off", &posted, error)?).await
        }
    }
}

/// With how many are off, and the way back for all of them.
fn undoing(toast: Toast, off: CalledOff) -> Toast {
    let toast = toast.with("n", off.done);
    match off.one {
        Some(one) => toast.undo(format!("/stays/{one}/restorations")),
        None => toast,
    }
}

/// The same days once more.
fn again(posted: &Posted) -> String {
    let same = ["from", "to", VOLUNTEER].map(|name| (name, posted.text(name)));
    let same = same.into_iter().fold(Fields::default(), |fields, (name, value)| fields.with(name, value));
    format!("/stays/cancellations/new?{}", same.query())
}
