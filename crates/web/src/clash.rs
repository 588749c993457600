//! "Somebody changed this": a form whose record was changed while it was open comes back with everything typed in it,
//! joined with the other version field by field (`naheya_domain::join`). Where both changed one field, the two stand side
//! by side and the person chooses. All of it lies in fields of the form itself, so that it outlives faults and drafts:
//! `version` and `base` (when it was read, and a short print of each value), `theirs.NAME` for the other's value of a
//! field, `take.NAME` for what was chosen. A locked field is never filled, so neither a print nor a value of it is there.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use naheya_domain::Timestamp;
use naheya_domain::join::{apart, join};
use naheya_store::Error;
use naheya_store::meanwhile::{Change, Record};
use sha2::{Digest, Sha256};

use crate::{Fields, Posted, Problem, Sheet, Signed, Words};

const VERSION: &str = "version";
const BASE: &str = "base";
const THEIRS: &str = "theirs.";
const TAKE: &str = "take.";
/// Bytes of a print: enough to tell one value of one person's form from another.
const PRINT: usize = 8;

/// A record as its form is filled from it.
pub(crate) trait Versioned {
    /// In whose trail its changes stand.
    fn records(&self) -> Vec<Record>;
    /// Counts its changes.
    fn version(&self) -> i32;
    /// Every field that the form shows, empty ones too. Nothing that the form does not show.
    fn fields(&self) -> Fields;
    /// Fields of free words on one line: two of them can stand one after the other.
    fn words(&self) -> &'static [&'static str] {
        &[]
    }
    /// The same of several lines.
    fn lines(&self) -> &'static [&'static str] {
        &[]
    }
    /// Fields that the form never shows, each with its column: left empty they stay.
    fn locked(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
    /// A value as the page says it: a name for an id, a word for a code.
    fn said(&self, _w: Words, _name: &str, value: &str) -> String {
        value.to_owned()
    }
}

/// What happened to a record while its form was open.
#[derive(Clone, Debug)]
pub struct Meanwhile {
    /// Who and when, in words; nothing when it cannot be told.
    pub by: Option<String>,
    /// Fields that only the reader changed.
    pub mine: Vec<String>,
    /// Fields that only the other changed.
    pub theirs: Vec<String>,
    /// Fields that both changed.
    pub clashes: Vec<String>,
}

/// A text with the part that differs from another one in its middle.
pub type Parts = (String, String, String);

/// Two versions of one field.
#[derive(Clone, Debug)]
pub struct Clash {
    /// The field.
    pub name: String,
    /// What the reader typed.
    pub mine: Parts,
    /// What the other wrote; nothing when it is locked.
    pub theirs: Option<Parts>,
    /// The same as the form carries it.
    pub values: Vec<String>,
    /// Who wrote it and when, in words.
    pub by: Option<String>,
    /// How both can stand together: the value of that choice, where there is one.
    pub both: Option<&'static str>,
    /// What was chosen.
    pub take: String,
}

impl Clash {
    /// Whether this was chosen.
    pub fn takes(&self, value: impl AsRef<str>) -> bool {
        self.take == value.as_ref()
    }
}

/// What was typed, with each choice carried out, and the fields for which none was made.
pub(crate) fn settled(typed: &Fields) -> (Fields, Vec<String>) {
    let names: Vec<&str> = clashing(typed);
    let own = |name: &str| name != BASE && !name.starts_with(THEIRS) && !name.starts_with(TAKE);
    let mut pairs: Vec<(String, String)> =
        typed.pairs().filter(|(name, _)| own(name) || *name == BASE).map(|(n, v)| (n.into(), v.into())).collect();
    let mut open = Vec::new();
    for name in names {
        let theirs = typed.all(&format!("{THEIRS}{name}"));
        let taken: Vec<String> = match typed.text(&format!("{TAKE}{name}")) {
            "mine" => continue,
            "theirs" => theirs.into_iter().map(str::to_owned).collect(),
            "both" => vec![[typed.text(name), &theirs.concat()].join("；")],
            "below" => vec![[typed.text(name), &theirs.concat()].join("\n")],
            _ => {
                open.push(name.to_owned());
                continue;
            }
        };
        pairs.retain(|(own, _)| own != name);
        pairs.extend(taken.into_iter().map(|value| (name.to_owned(), value)));
    }
    (Fields::of(pairs), open)
}

/// The fields whose other version the form carries.
fn clashing(typed: &Fields) -> Vec<&str> {
    let mut names: Vec<&str> = typed.pairs().filter_map(|(name, _)| name.strip_prefix(THEIRS)).collect();
    names.dedup();
    names
}

fn print(values: &[String]) -> String {
    let mut hash = Sha256::new();
    for value in values {
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value.as_bytes());
    }
    BASE64URL_NOPAD.encode(hash.finalize().get(..PRINT).unwrap_or_default())
}

/// The values of a form by field, those of `names`; the order of check boxes does not matter.
fn values<'n>(fields: &Fields, names: impl Iterator<Item = &'n str>) -> BTreeMap<String, Vec<String>> {
    let of = |name: &str| {
        let mut all: Vec<String> = fields.all(name).into_iter().map(str::to_owned).collect();
        all.sort_unstable();
        (name.to_owned(), all)
    };
    names.map(of).collect()
}

/// From which version a form was filled: when, and a print of each value.
struct Base {
    at: Timestamp,
    prints: BTreeMap<String, String>,
}

impl Base {
    fn written(fields: &Fields, at: Timestamp) -> String {
        let values = values(fields, fields.pairs().map(|(name, _)| name));
        let prints = values.iter().map(|(name, values)| format!(";{name}={}", print(values)));
        format!("{}{}", at.0, prints.collect::<String>())
    }

    fn read(text: &str) -> Option<Base> {
        let (at, prints) = text.split_once(';')?;
        let pair = |part: &str| part.split_once('=').map(|(name, print)| (name.to_owned(), print.to_owned()));
        Some(Base { at: Timestamp(at.parse().ok()?), prints: prints.split(';').filter_map(pair).collect() })
    }
}

/// `fields` as the form of a record carries them: with its version and what it was filled from.
fn carried(fields: &Fields, record: &impl Versioned, at: Timestamp) -> Fields {
    fields.with(VERSION, &record.version().to_string()).with(BASE, &Base::written(&record.fields(), at))
}

impl Signed {
    /// The form of a record, filled from it.
    pub(crate) fn sheet_of(&self, noun: &'static str, record: &impl Versioned) -> Sheet {
        Sheet::filled(noun, carried(&record.fields(), record, self.now))
    }

    /// The form of a record with what its writer had begun under `name`; a choice between two versions that was left
    /// open stands open again.
    ///
    /// # Errors
    /// When the records cannot be reached.
    pub(crate) async fn resumed_of(
        &self,
        name: &str,
        noun: &'static str,
        record: &(impl Versioned + Sync),
    ) -> Result<Sheet, Problem> {
        let sheet = self.resumed(name, self.sheet_of(noun, record)).await?;
        let typed = sheet.values().clone();
        if clashing(&typed).is_empty() {
            return Ok(sheet);
        }
        let since = Base::read(typed.text(BASE)).map_or(Timestamp(0), |base| base.at);
        let changes = self.desk.changes_since(&record.records(), since).await?;
        Ok(Beside { w: self.w(), record, changes }.shown(sheet, &typed))
    }

    /// The form of a record again after the desk said no; with both versions when somebody else was quicker.
    ///
    /// # Errors
    /// What a form cannot answer ([`Sheet::again`]), and when the records cannot be reached.
    pub(crate) async fn again(
        &self,
        noun: &'static str,
        posted: &Posted,
        error: Error,
        record: &(impl Versioned + Sync),
    ) -> Result<Sheet, Problem> {
        let is_stale = error == Error::Stale;
        let sheet = Sheet::again(noun, posted, error)?;
        if !is_stale && clashing(&posted.typed).is_empty() {
            return Ok(sheet);
        }
        let base = Base::read(posted.typed.text(BASE));
        let since = base.as_ref().map_or(Timestamp(0), |base| base.at);
        let changes = self.desk.changes_since(&record.records(), since).await?;
        let beside = Beside { w: self.w(), record, changes };
        Ok(if is_stale { beside.joined(sheet, posted, base) } else { beside.shown(sheet, &posted.typed) })
    }
}

/// A record beside the form that came for it.
struct Beside<'r, R> {
    w: Words,
    record: &'r R,
    changes: Vec<Change>,
}

impl<R: Versioned> Beside<'_, R> {
    /// The form with both versions joined: what clashes stands as typed, the other's value goes along.
    fn joined(&self, sheet: Sheet, posted: &Posted, base: Option<Base>) -> Sheet {
        let now = self.record.fields();
        let names = || now.pairs().map(|(name, _)| name);
        let (mine, theirs) = (values(&posted.fields, names()), values(&now, names()));
        let since = base.as_ref().map_or(Timestamp(0), |base| base.at);
        let is_known = base.is_some();
        let both = join(base.map(|base| base.prints).as_ref(), &mine, &theirs, |values| print(values));
        let own = posted.fields.pairs().filter(|(name, _)| !mine.contains_key(*name));
        let mut pairs: Vec<(String, String)> = own.map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        for (name, values) in &both.values {
            pairs.extend(values.iter().map(|value| (name.clone(), value.clone())));
        }
        let mut clashes: Vec<String> = names().filter(|n| both.clashes.contains(*n)).map(str::to_owned).collect();
        clashes.dedup();
        for name in &clashes {
            let values = theirs.get(name).filter(|values| !values.is_empty());
            let values = values.cloned().unwrap_or_else(|| vec![String::new()]);
            pairs.extend(values.into_iter().map(|value| (format!("{THEIRS}{name}"), value)));
        }
        for name in self.locked_both(posted, is_known) {
            pairs.push((format!("{THEIRS}{name}"), String::new()));
            clashes.push(name.to_owned());
        }
        let fields = carried(&Fields::of(pairs), self.record, since);
        let mut sheet = self.shown(sheet.without_stale().with_values(fields.clone()), &fields);
        sheet.meanwhile = Some(Meanwhile {
            by: self.changes.first().map(|change| self.by(change)),
            mine: both.mine.into_iter().collect(),
            theirs: both.theirs.into_iter().collect(),
            clashes,
        });
        sheet
    }

    /// Locked fields that were typed into and that the other wrote too.
    fn locked_both(&self, posted: &Posted, is_known: bool) -> Vec<&'static str> {
        let wrote = |column: &str| self.changes.iter().any(|change| change.wrote(column));
        let locked = self.record.locked().iter();
        let both = locked.filter(|(name, column)| is_known && posted.fields.given(name).is_some() && wrote(column));
        both.map(|(name, _)| *name).collect()
    }

    /// The form with the two versions of each field that clashes.
    fn shown(&self, mut sheet: Sheet, typed: &Fields) -> Sheet {
        sheet.clashes = clashing(typed).into_iter().map(|name| self.clash(name, typed)).collect();
        sheet
    }

    fn clash(&self, name: &str, typed: &Fields) -> Clash {
        let theirs: Vec<String> = typed.all(&format!("{THEIRS}{name}")).into_iter().map(str::to_owned).collect();
        let mine: Vec<String> = typed.all(name).into_iter().map(str::to_owned).collect();
        let locked = self.record.locked().iter().find(|(locked, _)| *locked == name);
        let (own, other) = (self.said(name, &mine), self.said(name, &theirs));
        let column = locked.map_or_else(|| name.rsplit('.').next().unwrap_or(name), |(_, column)| *column);
        let change = self.changes.iter().find(|change| change.wrote(column)).or(self.changes.first());
        let both = match name {
            _ if locked.is_some() || mine.is_empty() || theirs.is_empty() => None,
            _ if self.record.lines().contains(&name) => Some("below"),
            _ if self.record.words().contains(&name) => Some("both"),
            _ => None,
        };
        Clash {
            name: name.to_owned(),
            mine: parts(&own, if locked.is_some() { &own } else { &other }),
            theirs: locked.is_none().then(|| parts(&other, &own)),
            values: if theirs.is_empty() { vec![String::new()] } else { theirs },
            by: change.map(|change| self.by(change)),
            both,
            take: typed.text(&format!("{TAKE}{name}")).to_owned(),
        }
    }

    fn said(&self, name: &str, values: &[String]) -> String {
        if values.is_empty() {
            return self.w.t("clash-nothing");
        }
        let said = |value: &String| match value.as_str() {
            "on" => self.w.t("clash-ticked"),
            value => self.record.said(self.w, name, value),
        };
        values.iter().map(said).collect::<Vec<_>>().join(self.w.t("grid-comma").as_str())
    }

    /// `协调员 王示范，09:38`.
    fn by(&self, change: &Change) -> String {
        let role = self.w.maybe(format!("role-{}", change.role)).unwrap_or_default();
        let who = change.who.clone().unwrap_or_default();
        self.w.t3("clash-by", "role", role, "who", who, "when", self.w.when(change.at))
    }
}

fn parts(text: &str, other: &str) -> Parts {
    let (before, own, after) = apart(text, other);
    (before.to_owned(), own.to_owned(), after.to_owned())
}

/// The word of an option, or the value where it is none.
pub(crate) fn option(options: &[(String, String)], value: &str) -> String {
    options.iter().find(|(code, _)| code == value).map_or_else(|| value.to_owned(), |(_, word)| word.clone())
}
