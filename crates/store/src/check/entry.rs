//! What was entered about one person or home, entry by entry: for whoever strikes a slip of the pen.

use naheya_domain::access::Action;
use naheya_domain::check::{CheckKind, Outcome, Subject};
use naheya_domain::id::CheckId;
use naheya_domain::{Date, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::TABLE;
use super::strike::ASKED;
use crate::account::display_names;
use crate::household::date;
use crate::sealed::entity::{check, household, household_member, volunteer};
use crate::sealed::tx::Tx;
use crate::second_word::{FirstWord, NEW, first_words};
use crate::{Desk, Error};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckEntry {
    /// Which.
    pub id: CheckId,
    /// What came out.
    pub outcome: Outcome,
    /// On which day it was made.
    pub done_on: Option<Date>,
    /// The number of its paper.
    pub number: Option<String>,
    /// The last day on which it holds.
    pub valid_until: Option<Date>,
    /// Who entered it.
    pub by: Option<String>,
    /// The second person of an interview or a home visit.
    pub second: Option<String>,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// Who has called it a slip, where it takes another leader to strike it.
    pub strike_asked: Option<FirstWord>,
}

impl Desk {
    /// The name of somebody or of a home, and what was entered there of one kind, the newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who strikes no entry, [`Error::NotFound`], [`Error::Database`].
    pub async fn check_entries(&self, kind: CheckKind, subject: Subject) -> Result<(String, Vec<CheckEntry>), Error> {
        use check::Column as C;
        self.require(Action::ApproveVolunteer)?;
        let tx = self.read();
        let (name, about) = about(&tx, subject).await?;
        let rows = tx.visible::<check::Entity>().and(about).and(C::Kind.eq(kind.code()));
        let rows = rows.by_desc(C::EnteredAt).by_desc(C::Id).all(&tx).await?;
        let people = display_names(&tx, rows.iter().flat_map(|row| [Some(row.by_account), row.second_by])).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let asked = first_words(&tx, (TABLE, ids.as_slice()), ASKED, NEW).await?;
        let named = |account: Uuid| people.get(&account).cloned();
        let entry = |row: &check::Model| {
            Some(CheckEntry {
                id: CheckId(row.id),
                outcome: Outcome::parse(&row.outcome)?,
                done_on: date(row.done_on.as_deref()),
                number: row.number.clone(),
                valid_until: date(row.valid_until.as_deref()),
                by: named(row.by_account),
                second: row.second_by.and_then(named),
                entered_at: Timestamp(row.entered_at),
                strike_asked: asked.get(&row.id).cloned(),
            })
        };
        Ok((name, rows.iter().filter_map(entry).collect()))
    }
}

/// Whose checks: the name, and which rows. A home's own are those about nobody who lives there.
async fn about(tx: &Tx, subject: Subject) -> Result<(String, Condition), Error> {
    use check::Column as C;
    let (name, home, whose) = match subject {
        Subject::Home(id) => {
            let row = tx.visible::<household::Entity>().id(id).one(tx).await?;
            (row.name, row.id, Condition::all().add(C::MemberId.is_null()).add(C::VolunteerId.is_null()))
        }
        Subject::Adult(id) => {
            let row = tx.visible::<household_member::Entity>().id(id).one(tx).await?;
            (row.name, row.household_id, Condition::all().add(C::MemberId.eq(row.id)))
        }
        Subject::Volunteer(id) => {
            let row = tx.visible::<volunteer::Entity>().id(id).one(tx).await?;
            (row.name, row.household_id, Condition::all().add(C::VolunteerId.eq(row.id)))
        }
    };
    Ok((name, whose.add(C::HouseholdId.eq(home))))
}
