//! A second file of the same child, seen before it is made: same name, born on the same day.

use naheya_domain::child::ChildDetails;
use naheya_domain::id::ChildId;
use sea_orm::ColumnTrait;

use super::OpenFile;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, school};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Twins that are told of; more of them say nothing more.
const TOLD: u64 = 5;

/// A file that looks like the one that is to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Which child.
    pub id: ChildId,
    /// The file's number.
    pub number: String,
    /// School's name.
    pub school: Option<String>,
}

impl Desk {
    /// The files of children with this name who were born on the same day.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn twins_of(&self, details: &ChildDetails) -> Result<Vec<Twin>, Error> {
        let tx = self.read();
        let mut twins = Vec::new();
        for row in alike(&tx, details).await? {
            let school = match row.school_id {
                Some(id) => tx.for_rule::<school::Entity>().id(id).first(&tx).await?.map(|s| s.name),
                None => None,
            };
            twins.push(Twin { id: ChildId(row.id), number: row.number, school });
        }
        Ok(twins)
    }
}

async fn alike(tx: &Tx, details: &ChildDetails) -> Result<Vec<child::Model>, Error> {
    use child::Column as C;
    tx.visible::<child::Entity>()
        .and(C::BirthOn.eq(details.birth_on.to_string()))
        .and(C::Name.eq(details.name.as_str()))
        .limit(TOLD)
        .all(tx)
        .await
}

/// A new file for a child of whom nobody has said yet that it is not the one already on file.
///
/// `child.twin` on `another` when there is a file with the same name and birth date; [`OpenFile`] opens it all the same.
#[derive(Clone, Debug)]
pub struct OpenFirstFile {
    /// What is known.
    pub details: ChildDetails,
}

impl Act for OpenFirstFile {
    const NAME: &'static str = "child.open_first_file";
    type Answer = ChildId;

    async fn run(&self, tx: &Tx) -> Result<ChildId, Error> {
        if !alike(tx, &self.details).await?.is_empty() {
            return Err(Error::field("another", "child.twin"));
        }
        OpenFile { details: self.details.clone() }.run(tx).await
    }
}
