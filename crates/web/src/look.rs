//! Large type, theme, keys and language as chosen on this device: one small cookie, no account needed.

use axum::response::Response;

use crate::answer::{Answer, local_path, see_other};
use crate::ask::Asker;
use crate::form::Fields;
use crate::knock::Knock;
use crate::routes::Route;
use crate::words::Lang;

/// How pages look on this device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// 大字: body text at 19 px, taps of 60 px.
    pub large: bool,
    /// Light or dark whatever the system says; `None` follows the system.
    pub dark: Option<bool>,
    /// Whether single letters (J, K, E) do nothing here: for whoever speaks to the browser, or has them for a reader.
    pub no_keys: bool,
    /// The language chosen here, which outranks the account's.
    pub lang: Option<Lang>,
}

impl Look {
    /// The cookie's name; it is no secret and needs no `__Host-`.
    pub const COOKIE: &'static str = "naheya-look";

    /// Reads the cookie; words that are not ours are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Look {
        let mut look = Look::default();
        for word in text.split('.') {
            match word {
                "large" => look.large = true,
                "dark" => look.dark = Some(true),
                "light" => look.dark = Some(false),
                "nokeys" => look.no_keys = true,
                other => look.lang = Lang::parse(other).or(look.lang),
            }
        }
        look
    }

    /// The cookie's value.
    pub fn write(self) -> String {
        let large = self.large.then_some("large");
        let dark = self.dark.map(|dark| if dark { "dark" } else { "light" });
        let keys = self.no_keys.then_some("nokeys");
        [large, dark, keys, self.lang.map(Lang::code)].into_iter().flatten().collect::<Vec<_>>().join(".")
    }

    fn changed(mut self, by: &Fields) -> Look {
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
    let look = asker.look.changed(&fields);
    let mut response: Response = see_other(local_path(fields.text("back")))?;
    let secure = if asker.settings.secure_cookies { "; Secure" } else { "" };
    let line = format!("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{secure}", Look::COOKIE, look.write());
    if let Ok(line) = line.parse() {
        response.headers_mut().append(axum::http::header::SET_COOKIE, line);
    }
    Ok(response)
}
