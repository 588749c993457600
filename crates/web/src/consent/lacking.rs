//! Whose guardians have not agreed to nights away up to a day, and a letter to each of them on paper.

use askama::Template;
use jiff::ToSpan;
use naheya_domain::Date;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::SchoolId;
use naheya_store::child::ChildRow;
use naheya_store::consent::MOST_LACKING;

use crate::{Answer, Fields, Frame, Knock, Route, Signed, Wanted, page, see_other};

const MAY: Knock = Knock::May(Action::ApproveStay);
/// Days ahead that are looked at when no day is said.
const AHEAD: i64 = 30;
/// Letters printed at once: names of no more children leave the house by one person (product.md: export of more than 50 children).
const MOST_LETTERS: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/consents", MAY, Noun::Consent, list),
        Route::get("/consents/letters", MAY, Noun::Consent, letters),
    ]
}

#[derive(Template)]
#[template(path = "consent/lacking.html")]
struct LackingPage {
    f: Frame,
    asked: Asked,
    schools: Vec<(String, String)>,
    heading: String,
    rows: Vec<ChildRow>,
    most: usize,
}

impl LackingPage {
    /// Whether there are more than are printed at once.
    fn are_many(&self) -> bool {
        self.rows.len() > self.most
    }
}

#[derive(Template)]
#[template(path = "consent/letters.html")]
struct LettersPage {
    f: Frame,
    asked: Asked,
    rows: Vec<ChildRow>,
}

impl LettersPage {
    fn words(&self, row: &ChildRow) -> String {
        let (w, day) = (self.f.w, self.f.w.long_date(self.asked.until));
        match &row.pair {
            Some(pair) => w.t2("consent-letter-words", "carer", &pair.volunteer, "day", day),
            None => w.t1("consent-letter-words-bare", "day", day),
        }
    }

    fn place(&self, row: &ChildRow) -> String {
        [row.school.clone(), row.class.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Until which day, and of which school.
struct Asked {
    until: Date,
    school: Option<SchoolId>,
}

impl Asked {
    fn of(me: &Signed, wanted: &Wanted) -> Asked {
        let today = me.today();
        let typed = wanted.given("until").and_then(|text| text.parse::<Date>().ok()).filter(|day| *day >= today);
        let usual = today.checked_add(AHEAD.days()).unwrap_or(today);
        Asked { until: typed.unwrap_or(usual), school: wanted.given("school").and_then(SchoolId::parse) }
    }

    /// As the query of an address.
    fn query(&self) -> String {
        let school = self.school.map(|id| id.to_string()).unwrap_or_default();
        Fields::of([("until", self.until.to_string())]).with("school", &school).query()
    }

    fn is_of(&self, school: &str) -> bool {
        self.school.is_some_and(|id| id.to_string() == school)
    }
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let asked = Asked::of(&me, &wanted);
    let rows = me.desk.without_consent(asked.until, asked.school).await?;
    let w = me.w();
    let day = w.long_date(asked.until);
    let heading = match rows.len() {
        0 => w.t1("consent-lacking-heading-none", "day", day),
        n => w.t2("consent-lacking-heading", "n", w.counted(n as u64, MOST_LACKING as u64), "day", day),
    };
    let schools = me.desk.schools().await?.into_iter().map(|school| (school.id.to_string(), school.name)).collect();
    page(&LackingPage { f: me.frame("consent-lacking-title"), asked, schools, heading, rows, most: MOST_LETTERS })
}

async fn letters(me: Signed, wanted: Wanted) -> Answer {
    let asked = Asked::of(&me, &wanted);
    let rows = me.desk.without_consent(asked.until, asked.school).await?;
    if rows.len() > MOST_LETTERS {
        return see_other(format!("/consents?{}", asked.query()));
    }
    // They leave the house on paper.
    me.desk.looked("children", rows.iter().map(|row| row.id.0).collect(), "work", None).await?;
    page(&LettersPage { f: me.frame_calling("consent-letters-title").await?, asked, rows })
}
