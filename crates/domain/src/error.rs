//! What can be wrong with what somebody gave, or not allowed by a rule. No sentences here: the
//! web room puts codes into the reader's language.

use std::borrow::Cow;

/// One field that cannot be taken as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form, the API or the roster.
    pub field: Cow<'static, str>,
    /// What is wrong, e.g. `required.missing` or `id_number.checksum`.
    pub code: &'static str,
}

impl FieldError {
    /// `field` cannot be taken because of `code`.
    #[must_use]
    pub fn new(field: impl Into<Cow<'static, str>>, code: &'static str) -> Self {
        Self { field: field.into(), code }
    }
}

/// A rule that forbids what was asked, although the request itself was well formed.
///
/// The code is stable: it is a message id in the web room (`refusal-<code>`), the `code` of a
/// problem document and the reason kept in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which rule, e.g. `stay.consent_missing`.
    pub code: &'static str,
    /// Words to put into the sentence: dates, counts, names that this reader may see.
    pub args: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal without further words.
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        Self { code, args: Vec::new() }
    }

    /// The same with one more word for the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

/// Collects field errors while a form is parsed, so that all are shown at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldError>);

impl Faults {
    /// Keeps the value of `parsed`, or notes its code against `field` and gives `None`.
    pub fn take<T>(&mut self, field: &'static str, parsed: Result<T, &'static str>) -> Option<T> {
        parsed.map_err(|code| self.0.push(FieldError::new(field, code))).ok()
    }

    /// Notes one fault.
    pub fn push(&mut self, field: impl Into<Cow<'static, str>>, code: &'static str) {
        self.0.push(FieldError::new(field, code));
    }

    /// Notes the faults of a part.
    pub fn extend(&mut self, faults: Vec<FieldError>) {
        self.0.extend(faults);
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `value` when it is there and nothing was wrong.
    ///
    /// # Errors
    /// The faults noted so far.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}
