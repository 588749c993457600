//! The channels of a county and the limits of its notices. A secret is asked for once and shown never
//! again: its field is empty, and left empty it stays.

use askama::Template;
use axum::extract::Path;
use naheya_domain::Role;
use naheya_domain::access::Noun;
use naheya_domain::notice::{Audience, Channel, ChannelConfig, LimitForm, Limits, Method, Security};
use naheya_store::Error;
use naheya_store::channel::{ChangeLimits, ChannelRow, SetChannel};
use naheya_store::meanwhile::Record;
use naheya_store::notice::SendTest;

use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::notice::queue::{KEEPS, code_words};
use crate::{Answer, Fields, Frame, Posted, Problem, Route, Sheet, Signed, Toast, page, page_as};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/channels", KEEPS, Noun::Setting, list),
        Route::get("/channels/limits", KEEPS, Noun::Setting, limits),
        Route::post("/channels/limits", KEEPS, Noun::Setting, set_limits),
        Route::get("/channels/{channel}/settings", KEEPS, Noun::Setting, show),
        Route::post("/channels/{channel}/settings", KEEPS, Noun::Setting, set),
        Route::post("/channels/{channel}/test", KEEPS, Noun::Setting, test),
    ]
}

#[derive(Template)]
#[template(path = "channel/list.html")]
struct ListPage {
    f: Frame,
    rows: Vec<(Channel, Option<ChannelRow>)>,
    demo: bool,
}

impl ListPage {
    fn fault(&self, row: &ChannelRow) -> String {
        row.fault.as_ref().map(|(code, _)| code_words(self.f.w, code)).unwrap_or_default()
    }
}

async fn list(me: Signed) -> Answer {
    let held = me.desk.channels().await?;
    let rows = Channel::OUTSIDE.map(|c| (c, held.iter().find(|row| row.channel == c).cloned())).to_vec();
    let demo = me.settings.demo.is_some();
    page(&ListPage { f: me.frame("channel-title"), rows, demo })
}

#[derive(Template)]
#[template(path = "channel/form.html")]
struct FormPage {
    f: Frame,
    sheet: Sheet,
    channel: Channel,
    held: Option<ChannelRow>,
    roles: Vec<(&'static str, String)>,
    securities: Vec<(&'static str, String)>,
    methods: Vec<(&'static str, String)>,
}

impl FormPage {
    fn fault(&self) -> Option<String> {
        let (code, _) = self.held.as_ref()?.fault.as_ref()?;
        Some(code_words(self.f.w, code))
    }

    fn is(&self, code: &str) -> bool {
        self.channel.code() == code
    }
}

fn channel(code: &str) -> Result<Channel, Problem> {
    Channel::parse(code).filter(|c| c.is_outside()).ok_or_else(Problem::not_found)
}

async fn held(me: &Signed, channel: Channel) -> Result<Option<ChannelRow>, Error> {
    Ok(me.desk.channels().await?.into_iter().find(|row| row.channel == channel))
}

async fn show(me: Signed, Path(code): Path<String>) -> Answer {
    let channel = channel(&code)?;
    let row = held(&me, channel).await?;
    let sheet = me.sheet_of("channel", &Settings(channel, row.as_ref()));
    form(&me, channel, row, sheet)
}

/// A channel as its form is filled from it. Whatever is secret is in no field of it. Whose notices a group hears are boxes
/// labelled by `channel-to_coordinator`, `channel-to_leader` and `channel-to_class_teacher`.
struct Settings<'r>(Channel, Option<&'r ChannelRow>);

impl Versioned for Settings<'_> {
    fn records(&self) -> Vec<Record> {
        self.1.map(|row| Record::Channel(row.channel.code())).into_iter().collect()
    }

    fn version(&self) -> i32 {
        self.1.map_or(0, |row| row.version)
    }

    fn fields(&self) -> Fields {
        self.1.map_or_else(|| fresh(self.0), filled)
    }
}

/// What stands in a form that nobody has filled in: what most counties will write.
fn fresh(channel: Channel) -> Fields {
    let office = format!("to_{}", Role::Coordinator.code());
    match channel {
        Channel::Mail => Fields::of([("port", "465"), ("security", "tls")]),
        Channel::Sms => Fields::of([("method", "post"), ("content_type", "application/json")]),
        _ => Fields::of([(office.as_str(), "on")]),
    }
}

/// What may be shown again: never an address of a robot or a gateway, a secret, a password, a header or a body.
fn filled(row: &ChannelRow) -> Fields {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: String| fields.push((name.to_owned(), value));
    add("active", if row.active { "on".into() } else { String::new() });
    if let Some(audience) = row.config.audience() {
        let told: Vec<&str> = audience.codes().collect();
        for role in Audience::ROLES.map(Role::code) {
            add(&format!("to_{role}"), if told.contains(&role) { "on".into() } else { String::new() });
        }
    }
    match &row.config {
        ChannelConfig::WeCom(_) | ChannelConfig::DingTalk(_) => {}
        ChannelConfig::Mail(server) => {
            add("host", server.host.clone());
            add("port", server.port.to_string());
            add("security", server.security.code().into());
            add("user", server.user.clone());
            add("from", server.from.clone());
        }
        ChannelConfig::Sms(gateway) => {
            add("method", if gateway.method == Method::Get { "get" } else { "post" }.into());
            add("content_type", gateway.content_type.clone());
            add("success", gateway.success.clone());
        }
    }
    Fields::of(fields)
}

fn form(me: &Signed, channel: Channel, held: Option<ChannelRow>, sheet: Sheet) -> Answer {
    let f = me.frame_titled(me.w().code("channel-name", channel.code())).with(&sheet);
    let roles = Audience::ROLES.map(|r| (r.code(), f.w.code("role", r.code()))).to_vec();
    let securities = Security::ALL.map(|s| (s.code(), f.w.code("channel-security", s.code()))).to_vec();
    let methods = vec![("post", "POST".to_owned()), ("get", "GET".to_owned())];
    page_as(sheet.status(), &FormPage { f, sheet, channel, held, roles, securities, methods })
}

async fn set(me: Signed, Path(code): Path<String>, posted: Posted) -> Answer {
    let channel = channel(&code)?;
    let row = held(&me, channel).await?;
    let done = async {
        let config = ChannelConfig::parse(channel, |name| posted.text(name), row.as_ref().map(|r| &r.config))?;
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let act = SetChannel { config, active: posted.is_on("active"), version };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/channels/{code}/settings"), Toast::new("channel-set")),
        Err(error) => {
            let row = held(&me, channel).await?;
            let sheet = me.again("channel", &posted, error, &Settings(channel, row.as_ref())).await?;
            form(&me, channel, row, sheet)
        }
    }
}

async fn test(me: Signed, Path(code): Path<String>, posted: Posted) -> Answer {
    let channel = channel(&code)?;
    let number = me.desk.save_once(SendTest { channel }, posted.submission()?).await?;
    see_other_saying("/notices/queue", Toast::new("channel-tested").with("number", number))
}

#[derive(Template)]
#[template(path = "channel/limits.html")]
struct LimitsPage {
    f: Frame,
    sheet: Sheet,
}

async fn limits(me: Signed) -> Answer {
    let sheet = me.resumed_of("limits", "limit", &HeldLimits::of(&me).await?).await?;
    limits_form(&me, sheet)
}

/// Quiet hours and caps as their form is filled from them.
struct HeldLimits(Limits, i32);

impl HeldLimits {
    async fn of(me: &Signed) -> Result<HeldLimits, Error> {
        let (limits, version) = me.desk.notice_limits().await?;
        Ok(HeldLimits(limits, version))
    }
}

impl Versioned for HeldLimits {
    fn records(&self) -> Vec<Record> {
        vec![Record::Settings]
    }

    fn version(&self) -> i32 {
        self.1
    }

    fn fields(&self) -> Fields {
        let quiet = self.0.quiet.record();
        let (from, to) = quiet.split_once('-').unwrap_or_default();
        let (mail, sms, group) = (self.0.caps.mail, self.0.caps.sms, self.0.caps.group);
        Fields::of([
            ("quiet_from", from.to_owned()),
            ("quiet_to", to.to_owned()),
            ("mail_day", mail.day.to_string()),
            ("mail_week", mail.week.to_string()),
            ("sms_day", sms.day.to_string()),
            ("sms_week", sms.week.to_string()),
            ("group_day", group.day.to_string()),
            ("group_week", group.week.to_string()),
        ])
    }
}

fn limits_form(me: &Signed, sheet: Sheet) -> Answer {
    page_as(sheet.status(), &LimitsPage { f: me.frame("limit-title").with(&sheet), sheet })
}

async fn set_limits(me: Signed, posted: Posted) -> Answer {
    let done = async {
        let limits = Limits::parse(&LimitForm {
            quiet_from: posted.text("quiet_from"),
            quiet_to: posted.text("quiet_to"),
            mail: [posted.text("mail_day"), posted.text("mail_week")],
            sms: [posted.text("sms_day"), posted.text("sms_week")],
            group: [posted.text("group_day"), posted.text("group_week")],
        })?;
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        me.desk.save_once(ChangeLimits { version, limits }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying("/channels", Toast::new("setting-changed")),
        Err(error) => limits_form(&me, me.again("limit", &posted, error, &HeldLimits::of(&me).await?).await?),
    }
}
