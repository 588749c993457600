//! Texts in the reader's language. One `.ftl` file per noun and language under `locales/`, embedded
//! when the program is built; `build.rs` fails the build when a text is missing.

use std::collections::HashMap;
use std::fmt::Display;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "zh-Hans",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

mod plain;

static ZH: LanguageIdentifier = langid!("zh-Hans");
static EN: LanguageIdentifier = langid!("en");

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Chinese: the source language, and what is shown to whoever asks for neither.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Every language that the pages speak.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// The BCP 47 tag, as in `<html lang>` and in an account.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh-Hans",
            Lang::En => "en",
        }
    }

    /// Reads a tag of any region or script: `zh-CN` and `zh` are Chinese. `None` for other languages.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Lang> {
        let main = tag.split(['-', '_']).next().unwrap_or_default();
        if main.eq_ignore_ascii_case("zh") {
            Some(Lang::Zh)
        } else if main.eq_ignore_ascii_case("en") {
            Some(Lang::En)
        } else {
            None
        }
    }

    /// The language that an `Accept-Language` header likes best (RFC 9110, 12.5.4).
    #[must_use]
    pub fn accepted(header: &str) -> Lang {
        let mut best = (0.0_f32, Lang::Zh);
        for part in header.split(',').take(20) {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim();
            let quality = pieces
                .find_map(|p| p.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0));
            if let Some(lang) = Lang::parse(tag)
                && quality > best.0
            {
                best = (quality, lang);
            }
        }
        best.1
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Lang::Zh => &ZH,
            Lang::En => &EN,
        }
    }
}

/// The texts of one language, for templates and handlers.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Whose texts.
    pub lang: Lang,
}

impl Words {
    /// The text `id`. A missing one stops a debug build, so that tests find it; a release build
    /// shows the id.
    pub fn t(&self, id: impl AsRef<str>) -> String {
        self.look_up(id.as_ref(), &[]).unwrap_or_else(|| absent(id.as_ref()))
    }

    /// The text `id` with one word put in. A whole number chooses the plural form.
    pub fn t1(&self, id: impl AsRef<str>, name: &str, value: impl Display) -> String {
        self.args(id, &[(name, value.to_string())])
    }

    /// The text `id` with two words put in.
    pub fn t2(&self, id: impl AsRef<str>, a: &str, a_value: impl Display, b: &str, b_value: impl Display) -> String {
        self.args(id, &[(a, a_value.to_string()), (b, b_value.to_string())])
    }

    /// The text `id` with three words put in.
    #[expect(clippy::too_many_arguments, reason = "a template cannot build a list of pairs")]
    pub fn t3(
        &self,
        id: impl AsRef<str>,
        a: &str,
        a_value: impl Display,
        b: &str,
        b_value: impl Display,
        c: &str,
        c_value: impl Display,
    ) -> String {
        self.args(id, &[(a, a_value.to_string()), (b, b_value.to_string()), (c, c_value.to_string())])
    }

    /// The text `id` with any number of words put in.
    pub fn args(&self, id: impl AsRef<str>, words: &[(&str, String)]) -> String {
        self.look_up(id.as_ref(), words).unwrap_or_else(|| absent(id.as_ref()))
    }

    /// The text of a stored code: `code("child-state", "enrolled")` is the text `child-state-enrolled`.
    /// Dots of the code become hyphens.
    pub fn code(&self, prefix: &str, code: impl AsRef<str>) -> String {
        self.t(id_of(prefix, code.as_ref()))
    }

    /// The words for a code that somebody sent: where it is none, what was sent.
    pub fn sent_code(&self, prefix: &str, code: &str) -> String {
        self.maybe(id_of(prefix, code)).unwrap_or_else(|| code.to_owned())
    }

    /// The text `id` when there is one.
    pub fn maybe(&self, id: impl AsRef<str>) -> Option<String> {
        self.look_up(id.as_ref(), &[])
    }

    /// What is wrong with the field that people know as `label`.
    pub fn fault(&self, code: impl AsRef<str>, label: impl Display) -> String {
        self.t1(id_of("fault", code.as_ref()), "label", label)
    }

    /// What is wrong with the field that the text `label` names. Where “… is missing” makes no sentence, as with most
    /// choices, the text `<label>-missing` says what to do.
    pub fn fault_at(&self, code: impl AsRef<str>, label: impl AsRef<str>) -> String {
        let missing = matches!(code.as_ref(), "required.missing" | "option.missing");
        let own = missing.then(|| self.maybe(format!("{}-missing", label.as_ref()))).flatten();
        own.unwrap_or_else(|| self.fault(code, self.t(label)))
    }

    /// The sentence of a refusal, and what to do about it.
    #[must_use]
    pub fn refusal(&self, refusal: &naheya_domain::Refusal) -> String {
        let words: Vec<(&str, String)> = refusal.args.iter().map(|(name, value)| (*name, value.clone())).collect();
        self.args(id_of("refusal", refusal.code), &words)
    }

    fn look_up(self, id: &str, words: &[(&str, String)]) -> Option<String> {
        plain::put_together(self.lang, id, words).or_else(|| self.put_together(id, words))
    }

    fn put_together(self, id: &str, words: &[(&str, String)]) -> Option<String> {
        let given: HashMap<&str, FluentValue<'_>> = words.iter().map(|(name, text)| (*name, value(text))).collect();
        let given = (!given.is_empty()).then_some(&given);
        LOCALES.lookup_single_language(self.lang.id(), id, given).ok()
    }
}

/// A number written plainly counts as a number, so that Fluent can choose the plural; its look stays.
fn value(text: &str) -> FluentValue<'_> {
    match text.parse::<i64>() {
        Ok(number) if number.unsigned_abs() < 1_000_000 && number.to_string() == text => FluentValue::from(number),
        _ => FluentValue::from(text),
    }
}

/// The same for a large heading on a narrow screen: no line ends within a name, whose parts a middle dot joins.
#[must_use]
pub fn unbroken(heading: &str) -> String {
    heading.replace('·', "\u{2060}·\u{2060}")
}

/// A name within a long heading: where the line must end, it ends before the name or behind it.
#[must_use]
pub fn apart(name: &str) -> String {
    format!("\u{200B}{name}\u{200B}")
}

fn id_of(prefix: &str, code: &str) -> String {
    format!("{prefix}-{}", code.replace('.', "-"))
}

fn absent(id: &str) -> String {
    debug_assert!(false, "no text {id}");
    tracing::error!(text = id, "text missing");
    id.to_owned()
}
