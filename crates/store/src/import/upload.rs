//! A roster on its way: kept sealed between upload and import, one at a time for each account, so
//! that the preview and the commit read the same bytes and nobody's names lie about in the open.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{draft, school};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "drafts";
const FORM: &str = "import";
/// The letter that says that an upload lay too long.
const LAPSED: &str = "import.lapsed";

/// Cells that can be put right on the page; a file with more is put right where it came from.
const MOST_FIXES: usize = 2_000;

/// What stands in a cell in the place of what the file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// The sheet's name.
    pub sheet: String,
    /// The row that Excel shows.
    pub row: u32,
    /// The column's place from 0.
    pub column: u16,
    /// What was typed.
    pub text: String,
}

impl Fix {
    fn is_at(&self, other: &Fix) -> bool {
        (&self.sheet, self.row, self.column) == (&other.sheet, other.row, other.column)
    }
}

/// What is meant by a school's name that is not on file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolChoice {
    /// The name as the file has it.
    pub named: String,
    /// Which school on file; none: a new one of this name.
    pub to: Option<Uuid>,
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// `children`, `volunteers` or `pairs`.
    pub kind: String,
    /// Its name on the sender's machine.
    pub name: String,
    /// Cells put right since.
    pub fixes: Vec<Fix>,
    /// What is meant by schools that are not on file, as far as somebody has said.
    pub schools: Vec<SchoolChoice>,
    /// Its content, as it came.
    pub bytes: Vec<u8>,
}

/// What was said of a file since it came; before schools could be chosen it was cells alone.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Said {
    Both(Vec<Fix>, Vec<SchoolChoice>),
    Fixes(Vec<Fix>),
}

impl Uploaded {
    fn body(&self) -> Result<Vec<u8>, Error> {
        let said = Said::Both(self.fixes.clone(), self.schools.clone());
        let said = serde_json::to_string(&said).map_err(|_| Error::Database("fixes cannot be kept".into()))?;
        let mut body = format!("{}\n{}\n{said}\n", self.kind, self.name.replace('\n', " ")).into_bytes();
        body.extend_from_slice(&self.bytes);
        Ok(body)
    }

    /// None for what an older program kept in another form.
    fn read(body: &[u8]) -> Option<Uploaded> {
        let mut parts = body.splitn(4, |b| *b == b'\n');
        let mut text = || parts.next().map(|part| String::from_utf8_lossy(part).into_owned());
        let (kind, name, said) = (text()?, text()?, text()?);
        let (fixes, schools) = match serde_json::from_str(&said).ok()? {
            Said::Both(fixes, schools) => (fixes, schools),
            Said::Fixes(fixes) => (fixes, Vec::new()),
        };
        Some(Uploaded { kind, name, fixes, schools, bytes: parts.next()?.to_vec() })
    }
}

/// Keeps an uploaded file in the place of the one before.
#[derive(Clone, Debug)]
pub struct KeepUpload(pub Uploaded);

impl Act for KeepUpload {
    const NAME: &'static str = "import.upload";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::Import)?;
        keep(tx, &self.0).await
    }
}

async fn keep(tx: &Tx, uploaded: &Uploaded) -> Result<(), Error> {
    tx.clear::<draft::Entity>(own(tx)).await?;
    tx.insert::<draft::Entity>(draft::Model {
        area_id: tx.area_id(),
        account_id: tx.account(),
        form: FORM.into(),
        body_sealed: tx.seal_bytes(TABLE, "body_sealed", tx.account(), &uploaded.body()?)?,
        updated_at: tx.now().0,
    })
    .await
}

async fn kept(tx: &Tx) -> Result<Uploaded, Error> {
    let row = tx.for_rule::<draft::Entity>().and(own(tx)).one(tx).await?;
    let body = tx.open_bytes(TABLE, "body_sealed", tx.account(), &row.body_sealed)?;
    Uploaded::read(&body).ok_or(Error::NotFound)
}

/// Puts cells of the uploaded file right, each in the place of what was typed there before.
#[derive(Clone, Debug)]
pub struct FixUpload(pub Vec<Fix>);

impl Act for FixUpload {
    const NAME: &'static str = "import.fix";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::Import)?;
        let mut uploaded = kept(tx).await?;
        uploaded.fixes.retain(|old| !self.0.iter().any(|new| new.is_at(old)));
        uploaded.fixes.extend(self.0.iter().cloned());
        if uploaded.fixes.len() > MOST_FIXES {
            return Err(Error::refused("import.too_many_fixes"));
        }
        keep(tx, &uploaded).await
    }
}

/// Says what is meant by schools that are not on file, each in the place of what was said of it before.
#[derive(Clone, Debug)]
pub struct ChooseSchools(pub Vec<SchoolChoice>);

impl Act for ChooseSchools {
    const NAME: &'static str = "import.schools";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::Import)?;
        let mut uploaded = kept(tx).await?;
        for id in self.0.iter().filter_map(|choice| choice.to) {
            tx.visible::<school::Entity>().id(id).one(tx).await?;
        }
        uploaded.schools.retain(|old| !self.0.iter().any(|new| new.named == old.named));
        uploaded.schools.extend(self.0.iter().cloned());
        if uploaded.schools.len() > MOST_FIXES {
            return Err(Error::refused("import.too_many_fixes"));
        }
        keep(tx, &uploaded).await
    }
}

/// Lets the uploaded file say again what it said when it came.
#[derive(Clone, Copy, Debug)]
pub struct UnfixUpload;

impl Act for UnfixUpload {
    const NAME: &'static str = "import.unfix";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::Import)?;
        let uploaded = kept(tx).await?;
        keep(tx, &Uploaded { fixes: Vec::new(), ..uploaded }).await
    }
}

/// Lets go of the file that was uploaded by the desk's moment.
#[derive(Clone, Copy, Debug)]
pub struct DropUpload;

impl Act for DropUpload {
    const NAME: &'static str = "import.drop_upload";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::Import)?;
        drop_uploaded(tx, tx.now()).await
    }
}

/// Lets go of the file that was uploaded by then: one that came since, in another window, is still to be looked at.
pub(crate) async fn drop_uploaded(tx: &Tx, by: Timestamp) -> Result<(), Error> {
    drop_of(tx, tx.account(), by).await.map(|_| ())
}

fn own(tx: &Tx) -> Condition {
    of(tx.account())
}

fn of(account: Uuid) -> Condition {
    Condition::all().add(draft::Column::AccountId.eq(account)).add(draft::Column::Form.eq(FORM))
}

/// Whose files are uploaded and not imported yet, and since when, oldest first.
pub(super) async fn waiting(tx: &Tx) -> Result<Vec<(Uuid, Timestamp)>, Error> {
    let rows = tx.for_rule::<draft::Entity>().and(draft::Column::Form.eq(FORM));
    let rows = rows.by(draft::Column::UpdatedAt).by(draft::Column::AccountId).all(tx).await?;
    Ok(rows.into_iter().map(|row| (row.account_id, Timestamp(row.updated_at))).collect())
}

/// Lets go of the file of this account that was uploaded, or last worked on, by then; says whether there was one.
pub(super) async fn drop_of(tx: &Tx, account: Uuid, by: Timestamp) -> Result<bool, Error> {
    Ok(tx.clear::<draft::Entity>(of(account).add(draft::Column::UpdatedAt.lte(by.0))).await? > 0)
}

/// Whoever uploaded a file that goes without her doing reads why.
pub(super) fn tell(tx: &Tx, kind: &'static str, account: Uuid) {
    tx.notify(Letter {
        kind,
        to_account: Some(account),
        to_role: None,
        to_person: None,
        about: (TABLE, None),
        due_at: tx.now().0,
    });
}

/// Says to each whose file was not touched since `limit` that it goes now, like every form that lay as long.
pub(crate) async fn tell_lapsed(tx: &Tx, limit: i64) -> Result<(), Error> {
    for (account, at) in waiting(tx).await? {
        if at.0 < limit {
            tell(tx, LAPSED, account);
        }
    }
    Ok(())
}

impl Desk {
    /// The file that this account has uploaded and not imported yet.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, [`Error::Forbidden`], [`Error::WrongKey`], [`Error::Database`].
    pub async fn upload(&self) -> Result<Uploaded, Error> {
        self.require(Action::Import)?;
        kept(&self.read()).await
    }
}
