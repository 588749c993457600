//! A roster on its way: kept sealed between upload and import, one at a time for each account, so
//! that the preview and the commit read the same bytes and nobody's names lie about in the open.

use naheya_domain::access::Action;
use sea_orm::{ColumnTrait, Condition};

use crate::sealed::act::Act;
use crate::sealed::entity::draft;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "drafts";
const FORM: &str = "import";

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// `children`, `volunteers` or `pairs`.
    pub kind: String,
    /// Its name on the sender's machine.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Keeps an uploaded file in the place of the one before.
#[derive(Clone, Debug)]
pub struct KeepUpload(pub Uploaded);

impl Act for KeepUpload {
    const NAME: &'static str = "import.upload";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::Import)?;
        tx.clear::<draft::Entity>(own(tx)).await?;
        let mut body = format!("{}\n{}\n", self.0.kind, self.0.name.replace('\n', " ")).into_bytes();
        body.extend_from_slice(&self.0.bytes);
        tx.insert::<draft::Entity>(draft::Model {
            area_id: tx.area_id(),
            account_id: tx.account(),
            form: FORM.into(),
            body_sealed: tx.seal_bytes(TABLE, "body_sealed", tx.account(), &body)?,
            updated_at: tx.now().0,
        })
        .await
    }
}

/// Lets go of the uploaded file.
#[derive(Clone, Copy, Debug)]
pub struct DropUpload;

impl Act for DropUpload {
    const NAME: &'static str = "import.drop_upload";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::Import)?;
        tx.clear::<draft::Entity>(own(tx)).await?;
        Ok(())
    }
}

fn own(tx: &Tx) -> Condition {
    Condition::all().add(draft::Column::AccountId.eq(tx.account())).add(draft::Column::Form.eq(FORM))
}

impl Desk {
    /// The file that this account has uploaded and not imported yet.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, [`Error::Forbidden`], [`Error::WrongKey`], [`Error::Database`].
    pub async fn upload(&self) -> Result<Uploaded, Error> {
        self.require(Action::Import)?;
        let tx = self.read();
        let row = tx.for_rule::<draft::Entity>().and(own(&tx)).one(&tx).await?;
        let body = tx.open_bytes(TABLE, "body_sealed", tx.account(), &row.body_sealed)?;
        let mut parts = body.splitn(3, |b| *b == b'\n');
        let text = |part: Option<&[u8]>| part.map(|p| String::from_utf8_lossy(p).into_owned()).unwrap_or_default();
        Ok(Uploaded {
            kind: text(parts.next()),
            name: text(parts.next()),
            bytes: parts.next().unwrap_or_default().to_vec(),
        })
    }
}
