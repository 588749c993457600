//! What the reader has done, day by day, with the way to what it was about.

use askama::Template;
use naheya_domain::Date;
use naheya_domain::access::{Class, Noun};
use naheya_store::audit::{OwnAct, OwnRecord};

use crate::audit_event::{act_words, kind};
use crate::{Answer, Frame, Knock, Route, Signed, Wanted, page};

/// Who looks it up: whoever sees the trail at all.
pub(crate) const MAY: Knock = Knock::Sees(Noun::AuditEvent, Class::Work);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::get("/me/acts", MAY, Noun::AuditEvent, show)]
}

#[derive(Template)]
#[template(path = "own_act/list.html")]
struct ListPage {
    f: Frame,
    day: Date,
    heading: String,
    acts: Vec<OwnAct>,
    before: Option<Date>,
    after: Option<Date>,
}

impl ListPage {
    fn act(&self, act: &OwnAct) -> String {
        act_words(self.f.w, &act.act)
    }

    fn record(&self, record: &OwnRecord) -> String {
        let kind = kind(self.f.w, &record.noun);
        match &record.name {
            Some(name) => format!("{kind} {name}"),
            None => kind,
        }
    }

    /// The page of a record that the reader sees.
    fn way(&self, record: &OwnRecord) -> Option<String> {
        let has_page = ["children", "volunteers", "stays", "pairs"].contains(&record.noun.as_str());
        (has_page && record.name.is_some()).then(|| format!("/{}/{}", record.noun, record.id))
    }
}

async fn show(me: Signed, wanted: Wanted) -> Answer {
    let today = me.today();
    let day = wanted.given("day").and_then(|text| text.parse::<Date>().ok()).filter(|day| *day <= today);
    let day = day.unwrap_or(today);
    let acts = me.desk.own_acts(day).await?;
    let w = me.w();
    let heading = match acts.len() {
        0 => w.t1("own_act-heading-none", "day", w.long_date(day)),
        n => w.t2("own_act-heading", "day", w.long_date(day), "n", w.count(n)),
    };
    page(&ListPage {
        f: me.frame("own_act-title"),
        before: day.yesterday().ok(),
        after: day.tomorrow().ok().filter(|after| *after <= today),
        heading,
        acts,
        day,
    })
}
