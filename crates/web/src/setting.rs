//! What a county sets for itself: whom to call, the ladder of a late return, the cap of a day, when a file is
//! stale, when a shared PC is signed out.

use askama::Template;
use axum::extract::State;
use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Noun};
use naheya_domain::setting::{Settings, SettingsForm};
use naheya_domain::stay::ladder::Rung;
use naheya_store::Error;
use naheya_store::meanwhile::Record;
use naheya_store::setting::ChangeSettings;

use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::today::last_backup;
use crate::{Answer, App, Fields, Frame, Knock, Posted, Route, Sheet, Signed, Toast, page_as};

const KEEPS: Knock = Knock::May(Action::KeepSetting);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::get("/settings", KEEPS, Noun::Setting, show), Route::post("/settings", KEEPS, Noun::Setting, change)]
}

#[derive(Template)]
#[template(path = "setting/show.html")]
struct SettingPage {
    f: Frame,
    sheet: Sheet,
    may_keep_areas: bool,
    may_keep_channels: bool,
    /// When the last backup was made and whether that is too long ago: whoever keeps the server has no page of the day.
    backup: Option<(Timestamp, bool)>,
}

async fn show(State(app): State<App>, me: Signed) -> Answer {
    let held = Held::of(&me).await?;
    let sheet = me.resumed_of("settings", "setting", &held).await?;
    form(&app, &me, sheet).await
}

/// What the county set, as its form is filled from it.
struct Held {
    settings: Settings,
    version: i32,
}

impl Held {
    async fn of(me: &Signed) -> Result<Held, Error> {
        let (settings, version) = me.desk.settings().await?;
        Ok(Held { settings, version })
    }
}

impl Versioned for Held {
    fn records(&self) -> Vec<Record> {
        vec![Record::Settings]
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn fields(&self) -> Fields {
        filled(&self.settings)
    }
}

fn filled(settings: &Settings) -> Fields {
    let rungs = settings.ladder.rungs().iter().map(|(rung, minutes)| (rung.code(), minutes.to_string()));
    let others = [
        ("not_fetched", settings.ladder.not_fetched().to_string()),
        ("most_announced", settings.ladder.most_announced().to_string()),
        ("daily_cap", (settings.daily_cap / 60).to_string()),
        ("stale_months", settings.stale_months.to_string()),
        ("shared_idle", settings.shared_idle.to_string()),
        ("day_meetings", settings.day_meetings.to_string()),
        ("pair_gap", settings.pair_gap_days.to_string()),
        ("keep_years", settings.keep_years.to_string()),
        ("family_told", if settings.family_told { "on".to_owned() } else { String::new() }),
        ("office_phone", settings.office_phone.as_ref().map(|p| p.as_str().to_owned()).unwrap_or_default()),
    ];
    Fields::of(rungs.chain(others))
}

async fn form(app: &App, me: &Signed, sheet: Sheet) -> Answer {
    let backup = last_backup(app, me.now).await?;
    page_as(
        sheet.status(),
        &SettingPage {
            f: me.frame("setting-title").with(&sheet),
            sheet,
            may_keep_areas: me.desk.may(Action::KeepSchool),
            may_keep_channels: me.desk.may(Action::KeepNotice),
            backup,
        },
    )
}

async fn change(State(app): State<App>, me: Signed, posted: Posted) -> Answer {
    let done = async {
        let settings = Settings::parse(&SettingsForm {
            rungs: Rung::ALL.map(|rung| posted.text(rung.code())),
            not_fetched: posted.text("not_fetched"),
            most_announced: posted.text("most_announced"),
            daily_cap_hours: posted.text("daily_cap"),
            stale_months: posted.text("stale_months"),
            shared_idle: posted.text("shared_idle"),
            office_phone: posted.text("office_phone"),
            day_meetings: posted.text("day_meetings"),
            pair_gap: posted.text("pair_gap"),
            keep_years: posted.text("keep_years"),
            family_told: posted.is_on("family_told"),
        })?;
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        me.desk.save_once(ChangeSettings { version, settings }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/settings", Toast::new("setting-changed")),
        Err(error) => {
            let sheet = me.again("setting", &posted, error, &Held::of(&me).await?).await?;
            form(&app, &me, sheet).await
        }
    }
}
