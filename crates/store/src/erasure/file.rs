//! The file that a request is about, whoever's it is: what it is called, what stands in the way, and how it is emptied.

use naheya_domain::Refusal;
use naheya_domain::child::ChildState;
use naheya_domain::erasure::{Whose, in_the_way, in_the_way_of_volunteer, may_erase};
use naheya_domain::volunteer::VolunteerState;

use super::{around, empty, fact, of_volunteer};
use crate::Error;
use crate::sealed::entity::{child, volunteer};
use crate::sealed::tx::Tx;

/// A file, and whose.
pub(super) enum File {
    Child(Box<child::Model>),
    Volunteer(Box<volunteer::Model>),
}

impl File {
    /// The file, if the viewer sees it.
    pub(super) async fn seen(tx: &Tx, whose: Whose) -> Result<File, Error> {
        Ok(match whose {
            Whose::Child(id) => File::Child(Box::new(tx.visible::<child::Entity>().id(id).one(tx).await?)),
            Whose::Volunteer(id) => File::Volunteer(Box::new(tx.visible::<volunteer::Entity>().id(id).one(tx).await?)),
        })
    }

    /// The file of a request that the viewer sees.
    pub(super) async fn of(tx: &Tx, whose: Whose) -> Result<File, Error> {
        Ok(match whose {
            Whose::Child(id) => File::Child(Box::new(tx.for_rule::<child::Entity>().id(id).one(tx).await?)),
            Whose::Volunteer(id) => File::Volunteer(Box::new(tx.for_rule::<volunteer::Entity>().id(id).one(tx).await?)),
        })
    }

    /// Name and number.
    pub(super) fn said(&self) -> (&str, &str) {
        match self {
            File::Child(row) => (row.name.as_str(), row.number.as_str()),
            File::Volunteer(row) => (row.name.as_str(), row.number.as_str()),
        }
    }

    /// Refuses while the person is in the programme.
    pub(super) fn has_left(&self) -> Result<(), Error> {
        let (has_left, code) = match self {
            File::Child(row) => (row.state == ChildState::Left.code(), "erasure.not_left"),
            File::Volunteer(row) => {
                let state = VolunteerState::parse(&row.state);
                (state.is_some_and(VolunteerState::is_gone), "erasure.not_gone")
            }
        };
        if has_left { Ok(()) } else { Err(Error::refused(code)) }
    }

    /// What stands in the way, and the names of those whose data go with it.
    pub(super) async fn judged(&self, tx: &Tx) -> Result<(Vec<Refusal>, Vec<String>), Error> {
        match self {
            File::Child(row) => {
                let around = around::Around::of(tx, row).await?;
                let ways = in_the_way(&fact::facts(tx, row, &around).await?);
                Ok((ways, around.people.iter().map(|person| person.name.clone()).collect()))
            }
            File::Volunteer(row) => {
                let around = of_volunteer::Around::of(tx, row).await?;
                let ways = in_the_way_of_volunteer(&of_volunteer::facts(tx, row, &around).await?);
                Ok((ways, around.family(row)))
            }
        }
    }

    /// Empties it, if nothing stands in the way; says how many rows were emptied or went.
    pub(super) async fn erase(&self, tx: &Tx) -> Result<usize, Error> {
        match self {
            File::Child(row) => {
                let around = around::Around::of(tx, row).await?;
                may_erase(in_the_way(&fact::facts(tx, row, &around).await?))?;
                empty::all(tx, row, &around).await
            }
            File::Volunteer(row) => {
                let around = of_volunteer::Around::of(tx, row).await?;
                may_erase(in_the_way_of_volunteer(&of_volunteer::facts(tx, row, &around).await?))?;
                of_volunteer::empty_all(tx, row, &around).await
            }
        }
    }
}
