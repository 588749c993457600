//! A form that somebody has begun: kept sealed for its account, from the first keystroke, until the
//! form is sent, thrown away or ninety days old. It survives signing out and is nobody else's.

use naheya_domain::{Key, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{draft, idempotency};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "drafts";
const COLUMN: &str = "body_sealed";
/// What one form may weigh, in bytes. A child's form takes ten thousand letters, and again those on which somebody else wrote
/// meanwhile; a letter of Chinese takes nine bytes.
pub const LONGEST: usize = 160 * 1024;
/// Drafts of one account. The one that lay longest makes room, what was searched for before any form, and whoever began a form
/// that goes is told.
pub const MOST: usize = 40;
/// What was searched for is kept like a form, and is soon typed again.
const SEARCH: &str = "search-";
/// Names that other parts keep for themselves.
const RESERVED: &[&str] = &["import"];
/// Before what is kept of a page: no body begins with it, for what is typed holds no control characters.
const HEAD: char = '\u{1}';

/// A begun form.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its fields, as a query string.
    pub body: String,
    /// When it was last written to.
    pub at: Timestamp,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Draft({} bytes)", self.body.len())
    }
}

/// Whether `form` can name a draft: small letters, digits, `-` and `_`, at most 80, not reserved.
#[must_use]
pub fn is_name(form: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    (1..=80).contains(&form.len()) && form.bytes().all(plain) && !RESERVED.contains(&form)
}

/// What somebody has typed; not what other parts have put aside: no form has a colon in its name.
fn typed() -> Condition {
    Condition::all()
        .add(draft::Column::Form.is_not_in(RESERVED.iter().copied()))
        .add(draft::Column::Form.not_like("%:%"))
}

fn own(tx: &Tx) -> Condition {
    typed().add(draft::Column::AccountId.eq(tx.account()))
}

fn of(tx: &Tx, form: &str) -> Condition {
    own(tx).add(draft::Column::Form.eq(form))
}

impl Desk {
    /// What this account has begun in `form`, when there is something. A form that was taken is gone from here, also when the
    /// process fell before its draft was let go.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::Database`].
    pub async fn draft(&self, form: &str) -> Result<Option<Draft>, Error> {
        let tx = self.read();
        let row = tx.for_rule::<draft::Entity>().and(of(&tx, form)).first(&tx).await?;
        let Some(row) = row else { return Ok(None) };
        let kept = tx.open(TABLE, COLUMN, row.account_id, &row.body_sealed)?;
        let (page, body) = apart(&kept);
        if let Some((key, _)) = page {
            // What was sent otherwise under the same key came back after that, and stands.
            let since = taken(&tx, key).add(idempotency::Column::At.gt(row.updated_at));
            if tx.for_rule::<idempotency::Entity>().and(since).first(&tx).await?.is_some() {
                return Ok(None);
            }
        }
        Ok(Some(Draft { body: body.to_owned(), at: Timestamp(row.updated_at) }))
    }
}

/// That a form of this account was taken under `key`.
fn taken(tx: &Tx, key: &str) -> Condition {
    let own = Condition::all().add(idempotency::Column::AccountId.eq(tx.account()));
    own.add(idempotency::Column::Key.eq(key))
}

/// The page on which a form stands, and how far its writer had come there. What a browser keeps while somebody types may
/// arrive in any order, and after the form itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The key of the form on that page.
    pub key: Key,
    /// Grows with each letter.
    pub turn: u64,
    /// Whether the form was sent with these words and came back: then they stand.
    pub sent: bool,
}

impl Typed {
    fn head(&self) -> String {
        format!("{HEAD}{} {}\n", self.key.as_str(), self.turn)
    }

    /// Whether words of a later turn on the same page are kept.
    fn is_before(&self, page: Option<(&str, u64)>) -> bool {
        page.is_some_and(|(key, turn)| key == self.key.as_str() && turn > self.turn)
    }
}

/// What is kept, as its page's key and turn, and its body.
fn apart(kept: &str) -> (Option<(&str, u64)>, &str) {
    let Some((head, body)) = kept.strip_prefix(HEAD).and_then(|rest| rest.split_once('\n')) else {
        return (None, kept);
    };
    (head.split_once(' ').and_then(|(key, turn)| Some((key, turn.parse().ok()?))), body)
}

/// Keeps what has been typed so far in the place of what was kept before.
#[derive(Clone)]
pub struct KeepDraft {
    /// The form's name.
    pub form: String,
    /// Its fields, as a query string.
    pub body: String,
    /// Where it was typed; without one it stands whatever was kept.
    pub page: Option<Typed>,
}

impl KeepDraft {
    /// Whether the form of this page was taken meanwhile, or later words of it are kept.
    async fn comes_late(&self, tx: &Tx) -> Result<bool, Error> {
        let Some(page) = self.page.as_ref().filter(|page| !page.sent) else { return Ok(false) };
        let taken = taken(tx, page.key.as_str());
        if tx.for_rule::<idempotency::Entity>().and(taken).first(tx).await?.is_some() {
            return Ok(true);
        }
        let Some(row) = tx.for_rule::<draft::Entity>().and(of(tx, &self.form)).first(tx).await? else {
            return Ok(false);
        };
        let kept = tx.open(TABLE, COLUMN, row.account_id, &row.body_sealed)?;
        Ok(page.is_before(apart(&kept).0))
    }
}

impl std::fmt::Debug for KeepDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeepDraft({}, {} bytes)", self.form, self.body.len())
    }
}

impl Act for KeepDraft {
    const NAME: &'static str = "draft.keep";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        if !is_name(&self.form) {
            return Err(Error::NotFound);
        }
        if self.body.len() > LONGEST {
            return Err(Error::field("form", "text.too_long"));
        }
        if self.comes_late(tx).await? || crate::erasure::is_of_erased(tx, &self.form).await? {
            return Ok(());
        }
        let head = self.page.as_ref().map(Typed::head).unwrap_or_default();
        tx.clear::<draft::Entity>(of(tx, &self.form)).await?;
        make_room(tx).await?;
        tx.insert::<draft::Entity>(draft::Model {
            area_id: tx.area_id(),
            account_id: tx.account(),
            form: self.form.clone(),
            body_sealed: tx.seal(TABLE, COLUMN, tx.account(), &format!("{head}{}", self.body))?,
            updated_at: tx.now().0,
        })
        .await
    }
}

async fn make_room(tx: &Tx) -> Result<(), Error> {
    let mut kept = tx.for_rule::<draft::Entity>().and(own(tx)).by(draft::Column::UpdatedAt).all(tx).await?;
    kept.sort_by_key(|row| !row.form.starts_with(SEARCH));
    for oldest in kept.iter().take((kept.len() + 1).saturating_sub(MOST)) {
        tx.remove::<draft::Entity>(oldest).await?;
        if !oldest.form.starts_with(SEARCH) {
            tell_of(tx);
        }
    }
    Ok(())
}

/// Everybody's drafts with what stands in them, for a rule to judge by; what nobody can open tells nothing.
pub(crate) async fn everybodys(tx: &Tx) -> Result<Vec<(draft::Model, String)>, Error> {
    let rows = tx.for_rule::<draft::Entity>().and(typed()).all(tx).await?;
    let opened = |row: draft::Model| {
        let kept = tx.open(TABLE, COLUMN, row.account_id, &row.body_sealed).ok()?;
        Some((row, apart(&kept).1.to_owned()))
    };
    Ok(rows.into_iter().filter_map(opened).collect())
}

/// Whoever began a form reads that it is gone.
fn tell_of(tx: &Tx) {
    tx.notify(Letter {
        kind: "draft.gone",
        to_account: Some(tx.account()),
        to_role: None,
        to_person: None,
        about: (TABLE, None),
        due_at: tx.now().0,
    });
}

/// Lets go of a note that was begun on the page of a weekend up to `until`: a phone brings it as an act of its own.
pub(crate) async fn drop_note(tx: &Tx, stay: Uuid, until: Timestamp) -> Result<(), Error> {
    let written = draft::Column::UpdatedAt.lte(until.0);
    tx.clear::<draft::Entity>(of(tx, &format!("note-{stay}")).add(written)).await?;
    Ok(())
}

/// Lets go of a draft: the form was sent, or its writer throws it away. One that is not there is no fault.
#[derive(Clone, Debug)]
pub struct DropDraft {
    /// The form's name.
    pub form: String,
}

impl Act for DropDraft {
    const NAME: &'static str = "draft.drop";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.clear::<draft::Entity>(of(tx, &self.form)).await?;
        Ok(())
    }
}
