//! What browsers send: query, form, files, key. Nothing here rejects a value; rules do that later,
//! and nothing typed is lost meanwhile.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Path, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use naheya_domain::{FieldError, Key, Refusal, Timestamp};
use naheya_store::draft::{KeepDraft, Typed};
use naheya_store::{Error, Submission};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::App;
use crate::ask::Asker;
use crate::clash::{self, Clash, Meanwhile};
use crate::draft::keepable;
use crate::problem::Problem;

/// The name of the hidden field with the form token.
const TOKEN: &str = "form_token";
/// The name of the hidden field with the idempotency key.
pub const KEY: &str = "key";
/// The name of the hidden field that says under which name the form's draft is kept.
const DRAFT: &str = "draft";
/// The name of the hidden field that says how far a form with a draft had come; the script counts it.
const TURN: &str = "draft_turn";
/// More names than this no form of ours has: one with more is refused, not cut off unsaid.
const MOST_FIELDS: usize = 4000;

/// Names and values, in the order sent. Control characters are gone and line ends are `\n`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Fields of these pairs.
    pub fn of<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Fields {
        Fields(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// What a posted body says, by the rules of `application/x-www-form-urlencoded`; what is no text becomes a replacement sign.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Fields {
        let pairs = form_urlencoded::parse(bytes).take(MOST_FIELDS);
        Fields(pairs.map(|(name, value)| (clean(&name), clean(&value))).collect())
    }

    /// The first value under `name` without spaces around it, or nothing.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    /// The first value under `name` without spaces around it, when there is one and it is not empty.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&str> {
        self.raw(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The first value under `name` exactly as typed: for passwords.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Every value under `name` that is not empty: check boxes.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.trim()).filter(|v| !v.is_empty()).collect()
    }

    /// Whether `name` was sent with `value`.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(n, v)| n == name && v.trim() == value)
    }

    /// Whether a check box was ticked.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        self.given(name).is_some()
    }

    /// Names and values as sent.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same with `name` set to `value`: for links that keep the other filters.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Fields {
        let mut fields: Vec<_> = self.0.iter().filter(|(n, _)| n != name).cloned().collect();
        if !value.is_empty() {
            fields.push((name.to_owned(), value.to_owned()));
        }
        Fields(fields)
    }

    /// As a query without its question mark.
    #[must_use]
    pub fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish()
    }
}

/// No engine takes a NUL in a text, no page needs the other control characters.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect()
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !kind(&request).starts_with("application/x-www-form-urlencoded") {
            return Err(Problem::of_code("media_type"));
        }
        let bytes = body(request, state).await?;
        let is_whole = form_urlencoded::parse(&bytes).nth(MOST_FIELDS).is_none();
        if is_whole { Ok(Fields::parse(&bytes)) } else { Err(Problem::of_code("too_large")) }
    }
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| too_large_or_bad(rejection.status()))
}

fn too_large_or_bad(status: StatusCode) -> Problem {
    Problem::of_code(if status == StatusCode::PAYLOAD_TOO_LARGE { "too_large" } else { "bad_request" })
}

fn kind(request: &Request) -> String {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase()
}

/// The query of the address. Never refuses: unknown names and odd values are the handler's to pass over.
#[derive(Clone, Debug, Default)]
pub struct Wanted(pub Fields);

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Wanted(Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}

impl std::ops::Deref for Wanted {
    type Target = Fields;
    fn deref(&self) -> &Fields {
        &self.0
    }
}

/// Ids of the path. A malformed id is an absent one.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = Path::<T>::from_request_parts(parts, state).await;
        found.map(|Path(id)| Id(id)).map_err(|_| Problem::not_found())
    }
}

/// A file of a form.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The field's name.
    pub field: String,
    /// The file's name on the sender's machine, without folders.
    pub name: String,
    /// Its content.
    pub bytes: Bytes,
}

/// A submitted form of ours: token checked, key read. For any changing route, with or without files.
#[derive(Clone, Debug)]
pub struct Posted {
    /// What was typed, without token and key; where two versions clashed, what was chosen stands in its field.
    pub fields: Fields,
    /// The same exactly as it was sent, choices and all: what a form that comes back shows.
    pub typed: Fields,
    /// Fields of a clash for which nothing was chosen.
    open: Vec<String>,
    /// Files, those that were chosen.
    pub files: Vec<Upload>,
    /// The submission's key; `None` when it was missing or malformed.
    pub key: Option<Key>,
    /// Under which name the form's draft is kept, when it keeps one.
    pub draft: Option<String>,
    /// How far its writer had come on the page, as the script counts.
    pub turn: u64,
    /// SHA-256 over path, sorted fields and files: tells a repetition from another submission.
    pub body_hash: [u8; 32],
}

impl std::ops::Deref for Posted {
    type Target = Fields;
    fn deref(&self) -> &Fields {
        &self.fields
    }
}

impl Posted {
    /// Key and body, to be given to [`naheya_store::Desk::save_once`] with the act.
    ///
    /// # Errors
    /// `Invalid` with `key.missing`: the page comes back filled, with a key; with `clash.open` for what was left undecided.
    pub fn submission(&self) -> Result<Submission, Error> {
        if !self.open.is_empty() {
            let fault = |name: &String| FieldError::new(name.clone(), "clash.open");
            return Err(Error::Invalid(self.open.iter().map(fault).collect()));
        }
        match self.key.clone() {
            Some(key) => Ok(Submission { key, body: self.body_hash }),
            None => Err(Error::Invalid(vec![FieldError::new(KEY, "key.missing")])),
        }
    }

    /// The file under `field`, when one was chosen.
    #[must_use]
    pub fn file(&self, field: &str) -> Option<&Upload> {
        self.files.iter().find(|f| f.field == field)
    }

    fn new(mut sent: Fields, files: Vec<Upload>, asker: &Asker) -> Result<Posted, Problem> {
        if !asker.is_form_token(sent.text(TOKEN)) {
            return Err(Problem::of_code("form_token"));
        }
        let key = Key::parse(sent.text(KEY)).ok();
        let draft = sent.given(DRAFT).map(str::to_owned);
        let turn = sent.text(TURN).parse().unwrap_or_default();
        sent.0.retain(|(name, _)| ![TOKEN, KEY, DRAFT, TURN].contains(&name.as_str()));
        if let Some(form) = draft.clone() {
            let page = key.clone().map(|key| Typed { key, turn, sent: true });
            asker.sends(KeepDraft { body: keepable(&form, &sent), form, page });
        }
        let body_hash = hash(&asker.path, &sent, &files);
        let (fields, open) = clash::settled(&sent);
        Ok(Posted { fields, typed: sent, open, files, key, draft, turn, body_hash })
    }
}

impl FromRequest<App> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let asker = request.extensions().get::<Asker>().cloned().ok_or_else(Problem::internal)?;
        let (fields, files) = if kind(&request).starts_with("multipart/form-data") {
            parts(request, app).await?
        } else {
            (Fields::from_request(request, app).await?, Vec::new())
        };
        crate::session::still(app, &asker).await.and_then(|()| Posted::new(fields, files, &asker))
    }
}

async fn parts(request: Request, app: &App) -> Result<(Fields, Vec<Upload>), Problem> {
    let mut parts = Multipart::from_request(request, app).await.map_err(|_| Problem::of_code("bad_request"))?;
    let (mut fields, mut files) = (Fields::default(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(|e| too_large_or_bad(e.status()))? {
        let field = clean(part.name().unwrap_or_default());
        let name = part.file_name().map(|name| base_name(&clean(name)));
        let bytes = part.bytes().await.map_err(|e| too_large_or_bad(e.status()))?;
        match name {
            Some(name) if !name.is_empty() => files.push(Upload { field, name, bytes }),
            Some(_) => {}
            None => fields.0.push((field, clean(&String::from_utf8_lossy(&bytes)))),
        }
        if fields.0.len() + files.len() > MOST_FIELDS {
            return Err(Problem::of_code("too_large"));
        }
    }
    Ok((fields, files))
}

/// A file's name without the folders that some browsers send along.
pub fn base_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or_default().chars().take(200).collect()
}

/// Names or numbers typed into one field with a comma between, fifty at most.
///
/// # Errors
/// More of them.
pub(crate) fn several<'t>(field: &'static str, typed: &'t str) -> Result<Vec<&'t str>, Error> {
    let named = typed.split(['、', '，', ',', '；', ';']).map(str::trim).filter(|one| !one.is_empty());
    let named: Vec<&str> = named.collect();
    if named.len() > 50 { Err(Error::field(field, "text.too_long")) } else { Ok(named) }
}

/// What tells one form from another under the same key: where it goes, its fields in any order, its files.
pub fn hash(path: &str, fields: &Fields, files: &[Upload]) -> [u8; 32] {
    let mut pairs: Vec<(&str, &[u8])> = fields.0.iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
    pairs.extend(files.iter().map(|f| (f.field.as_str(), f.bytes.as_ref())));
    pairs.sort_unstable();
    let mut hash = Sha256::new();
    let mut feed = |piece: &[u8]| {
        hash.update((piece.len() as u64).to_be_bytes());
        hash.update(piece);
    };
    feed(path.as_bytes());
    for (name, value) in pairs {
        feed(name.as_bytes());
        feed(value);
    }
    hash.finalize().into()
}

/// A form as it is shown: what stands in its fields and what is wrong with them. A field `birth_on`
/// of the sheet `child` is labelled by the text `child-birth_on`, its hint is `child-birth_on-hint`.
#[derive(Clone, Debug)]
pub struct Sheet {
    noun: &'static str,
    values: Fields,
    faults: Vec<FieldError>,
    refusal: Option<Refusal>,
    status: StatusCode,
    draft: String,
    kept: Option<Timestamp>,
    pub(crate) meanwhile: Option<Meanwhile>,
    pub(crate) clashes: Vec<Clash>,
}

impl Sheet {
    /// An empty form.
    #[must_use]
    pub fn blank(noun: &'static str) -> Sheet {
        Sheet {
            noun,
            values: Fields::default(),
            faults: Vec::new(),
            refusal: None,
            status: StatusCode::OK,
            draft: String::new(),
            kept: None,
            meanwhile: None,
            clashes: Vec::new(),
        }
    }

    /// A form filled from a record or from a query.
    #[must_use]
    pub fn filled(noun: &'static str, values: Fields) -> Sheet {
        Sheet { values, ..Sheet::blank(noun) }
    }

    /// The form again after the desk said no: everything typed, and why.
    ///
    /// # Errors
    /// What a form cannot answer: not found, not allowed, busy, our own faults.
    pub fn again(noun: &'static str, form: &Posted, error: Error) -> Result<Sheet, Problem> {
        let mut sheet = Sheet::filled(noun, form.typed.clone());
        sheet.draft = form.draft.clone().unwrap_or_default();
        sheet.status = match error {
            Error::Invalid(faults) => {
                sheet.faults = faults;
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Error::Refused(refusal) => {
                sheet.refusal = Some(refusal);
                StatusCode::CONFLICT
            }
            Error::KeyReused => {
                sheet.faults.push(FieldError::new(KEY, "key.reused"));
                StatusCode::CONFLICT
            }
            Error::Stale => {
                sheet.faults.push(FieldError::new(KEY, "record.stale"));
                StatusCode::CONFLICT
            }
            other => return Err(other.into()),
        };
        Ok(sheet)
    }

    /// The form with a draft under `name`: filled with what its writer had begun at `kept`, if she had.
    #[must_use]
    pub fn with_draft(mut self, name: &str, kept: Option<(Fields, Timestamp)>) -> Sheet {
        name.clone_into(&mut self.draft);
        if let Some((values, at)) = kept {
            self.values = values;
            self.kept = Some(at);
        }
        self
    }

    /// Under which name a draft is kept; empty when none is.
    #[must_use]
    pub fn draft(&self) -> &str {
        &self.draft
    }

    /// When what stands in the form was last kept, if it is a draft.
    #[must_use]
    pub fn kept(&self) -> Option<Timestamp> {
        self.kept
    }

    /// Whether somebody has written in it: it came back, or was begun. What lies folded is then open.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.is_faulty() || self.kept.is_some()
    }

    /// The same form answered with another status.
    #[must_use]
    pub fn answering(mut self, status: StatusCode) -> Sheet {
        self.status = status;
        self
    }

    /// The status of the page: 200 for a fresh form, 422 or 409 for one shown again.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether something is wrong: the title then begins with `出错：`.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        !self.faults.is_empty() || self.refusal.is_some() || self.meanwhile.is_some()
    }

    /// What is wrong, in order.
    #[must_use]
    pub fn faults(&self) -> &[FieldError] {
        &self.faults
    }

    /// The rule that forbids it.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// What stands in its fields.
    pub(crate) fn values(&self) -> &Fields {
        &self.values
    }

    /// The same form with other values in it.
    #[must_use]
    pub(crate) fn with_values(mut self, values: Fields) -> Sheet {
        self.values = values;
        self
    }

    /// Takes back that somebody else changed the record: it is told better.
    pub(crate) fn without_stale(mut self) -> Sheet {
        self.faults.retain(|fault| fault.code != "record.stale");
        self
    }

    /// What somebody else changed while the form was open.
    #[must_use]
    pub fn meanwhile(&self) -> Option<&Meanwhile> {
        self.meanwhile.as_ref()
    }

    /// The two versions of a field that both changed.
    pub fn clash(&self, name: impl AsRef<str>) -> Option<&Clash> {
        self.clashes.iter().find(|clash| clash.name == name.as_ref())
    }

    /// What stands in the field.
    pub fn value(&self, name: impl AsRef<str>) -> &str {
        self.values.raw(name.as_ref()).unwrap_or_default()
    }

    /// Whether the option is chosen.
    pub fn has(&self, name: impl AsRef<str>, value: impl AsRef<str>) -> bool {
        self.values.has(name.as_ref(), value.as_ref())
    }

    /// The code of what is wrong with the field, or nothing.
    pub fn fault(&self, name: impl AsRef<str>) -> Option<&'static str> {
        self.faults.iter().find(|f| f.field == name.as_ref()).map(|f| f.code)
    }

    /// The id of the text that labels a field. Numbers in a name (`member.0.phone`) are rows, not words.
    pub fn label(&self, name: impl AsRef<str>) -> String {
        if name.as_ref() == KEY {
            return "form-key".to_owned();
        }
        let words: Vec<&str> = name.as_ref().split('.').filter(|p| p.parse::<u32>().is_err()).collect();
        format!("{}-{}", self.noun, words.join("-"))
    }

    /// The id of the text that helps with a field; it need not exist.
    pub fn hint(&self, name: impl AsRef<str>) -> String {
        format!("{}-hint", self.label(name))
    }
}
