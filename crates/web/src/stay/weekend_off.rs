//! A weekend called off for everybody, or for one school: first how many that are, then why, then at once.

use askama::Template;
use jiff::ToSpan;
use jiff::civil::Weekday;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::SchoolId;
use naheya_domain::{Date, Timestamp};
use naheya_store::Error;
use naheya_store::stay::{CallOffWeekend, CalledOff, Planned, WeekendOff};

use super::office::{filter, of_day};
use crate::answer::see_other_saying;
use crate::sign_in::missing;
use crate::{Answer, Fields, Frame, Knock, Posted, Route, Sheet, Signed, Toast, Wanted, page_as};

const MAY: Knock = Knock::May(Action::ApproveStay);
/// Days that are called off at once.
const MOST_DAYS: i32 = 31;
/// Not one school.
const EVERYBODY: &str = "all";

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

    fn span(&self) -> String {
        let (first, last) = self.days;
        self.f.w.span(midnight(first), midnight(last))
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
    let values = Fields::of([("from", days.0.to_string()), ("to", days.1.to_string())]);
    let sheet = Sheet::filled("weekend_off", values);
    let sheet = me.resumed(&format!("weekend-off-{}-{}", days.0, days.1), sheet).await?;
    form(&me, days, sheet).await
}

async fn form(me: &Signed, days: (Date, Date), sheet: Sheet) -> Answer {
    let off = me.desk.weekend_off(midnight(days.0), midnight(day_after(days.1))).await?;
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
fn school(posted: &Posted) -> Result<Option<SchoolId>, Error> {
    match posted.given("school") {
        Some(EVERYBODY) => Ok(None),
        Some(id) => SchoolId::parse(id).map(Some).ok_or(Error::NotFound),
        None => Err(Error::field("school", "required.missing")),
    }
}

async fn call_off(me: Signed, posted: Posted) -> Answer {
    let days = days_of(&posted.fields);
    let done = async {
        let (first, last) = days.ok_or_else(|| Error::field("to", "weekend_off.days"))?;
        if let Some(error) = missing(&posted, &["school", "reason"]) {
            return Err(error);
        }
        let (from, to) = (midnight(first), midnight(day_after(last)));
        let act = CallOffWeekend { from, to, school: school(&posted)?, reason: posted.text("reason").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(off) if off.left > 0 => {
            let toast = Toast::new("weekend_off-left").with("left", off.left);
            see_other_saying(again(&posted), undoing(toast, off))
        }
        Ok(off) => {
            let first = days.map_or(me.today(), |(first, _)| first);
            see_other_saying(of_day("off", me.today(), first), undoing(Toast::new("weekend_off-done"), off))
        }
        Err(error) => {
            let days = days.unwrap_or_else(|| (me.today(), me.today()));
            form(&me, days, Sheet::again("weekend_off", &posted, error)?).await
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
    let days = Fields::default().with("from", posted.text("from")).with("to", posted.text("to"));
    format!("/stays/cancellations/new?{}", days.query())
}
