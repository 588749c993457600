//! Large type, theme, keys and language as chosen on this device: one small cookie, no account needed. Address and cookie are
//! called `look`: devices and open pages have them so.

use axum::response::Response;

use crate::answer::{Answer, local_path, see_other};
use crate::ask::Asker;
use crate::form::Fields;
use crate::knock::Knock;
use crate::routes::Route;
use crate::words::Lang;

/// How pages look on this device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    /// 大字: body text at 19 px, taps of 60 px.
    pub large: bool,
    /// Light or dark whatever the system says; `None` follows the system.
    pub dark: Option<bool>,
    /// Whether single letters (J, K, E) do nothing here: for whoever speaks to the browser, or has them for a reader.
    pub no_keys: bool,
    /// The language chosen here, which outranks the account's.
    pub lang: Option<Lang>,
}

impl Appearance {
    /// The cookie's name; it is no secret and needs no `__Host-`.
    pub const COOKIE: &'static str = "naheya-look";

    /// Reads the cookie; words that are not ours are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Appearance {
        let mut appearance = Appearance::default();
        for word in text.split('.') {
            match word {
                "large" => appearance.large = true,
                "dark" => appearance.dark = Some(true),
                "light" => appearance.dark = Some(false),
                "nokeys" => appearance.no_keys = true,
                other => appearance.lang = Lang::parse(other).or(appearance.lang),
            }
        }
        appearance
    }

    /// The cookie's value.
    pub fn write(self) -> String {
        let large = self.large.then_some("large");
        let dark = self.dark.map(|dark| if dark { "dark" } else { "light" });
        let keys = self.no_keys.then_some("nokeys");
        [large, dark, keys, self.lang.map(Lang::code)].into_iter().flatten().collect::<Vec<_>>().join(".")
    }

    fn changed(mut self, by: &Fields) -> Appearance {
        match by.text("size") {
            "large" => self.large = true,
            "normal" => self.large = false,
            _ => {}
        }
        match by.text("theme") {
            "dark" => self.dark = Some(true),
            "light" => self.dark = Some(false),
            "system" => self.dark = None,
            _ => {}
        }
        match by.text("keys") {
            "off" => self.no_keys = true,
            "on" => self.no_keys = false,
            _ => {}
        }
        self.lang = Lang::parse(by.text("lang")).or(self.lang);
        self
    }
}

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::post("/look", Knock::Public, "look", change)]
}

/// Changes how this device shows pages; no record changes, so neither token nor key is asked for.
async fn change(asker: Asker, fields: Fields) -> Answer {
    let appearance = asker.appearance.changed(&fields);
    let mut response: Response = see_other(local_path(fields.text("back")))?;
    let secure = if asker.settings.secure_cookies { "; Secure" } else { "" };
    let line = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{secure}",
        Appearance::COOKIE,
        appearance.write()
    );
    if let Ok(line) = line.parse() {
        response.headers_mut().append(axum::http::header::SET_COOKIE, line);
    }
    Ok(response)
}
