//! A child's consents as a list: what stands, what was, by whom and how.

use std::collections::BTreeSet;

use naheya_domain::access::{Class, Scope};
use naheya_domain::id::{ChildId, ConsentId, GuardianId};
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{Purpose, TABLE, WITHDRAWN_HOW};
use crate::sealed::entity::{account, child, consent, guardian, guardianship};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// How one answer stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentState {
    /// A yes in force.
    Holds,
    /// A yes whose first day is still to come.
    NotYet,
    /// A yes whose last day is past.
    Over,
    /// A no.
    No,
    /// Taken back.
    Withdrawn,
    /// The same guardian has answered the same question again since.
    Replaced,
    /// Said by somebody who must not come near the child: it counts for nothing.
    Blocked,
}

impl ConsentState {
    /// The word in texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::NotYet => "not_yet",
            Self::Over => "over",
            Self::No => "no",
            Self::Withdrawn => "withdrawn",
            Self::Replaced => "replaced",
            Self::Blocked => "blocked",
        }
    }

    /// Whether it can be taken back.
    #[must_use]
    pub fn is_withdrawable(self) -> bool {
        matches!(self, Self::Holds | Self::NotYet)
    }
}

/// One answer of one guardian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentLine {
    /// Which.
    pub id: ConsentId,
    /// What for.
    pub purpose: Purpose,
    /// Who gave it.
    pub guardian: GuardianId,
    /// The guardian's name, as far as the reader sees it.
    pub guardian_name: Option<String>,
    /// `link`, `paper`, `voice`, `phone`.
    pub how: String,
    /// Who wrote it down; none when the guardian answered by the link.
    pub recorded_by: Option<String>,
    /// What proves it, for those who see personal data.
    pub evidence: Option<String>,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day, where it ends.
    pub to_on: Option<Date>,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
    /// How that was said: `link` or `phone`, else in the words of whoever wrote it down. For those at work who see personal data.
    pub withdrawn_how: Option<String>,
    /// How it stands.
    pub state: ConsentState,
}

/// Somebody who may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which adult.
    pub id: GuardianId,
    /// Name.
    pub name: String,
    /// GB/T 4761 code.
    pub relation: String,
    /// Works away from home.
    pub away: bool,
}

impl Desk {
    /// Every answer for a child, newest first. A guardian reads none of somebody who must not come near the child: that there is
    /// such a person is not for the family's other members to learn here.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such child for this reader.
    pub async fn consents(&self, child: ChildId) -> Result<Vec<ConsentLine>, Error> {
        let tx = self.read();
        let child = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        let rows = tx
            .visible::<consent::Entity>()
            .and(consent::Column::ChildId.eq(child.id))
            .by_desc(consent::Column::GivenAt)
            .by_desc(consent::Column::Id)
            .all(&tx)
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|c| c.guardian_id).collect();
        let people = tx.visible::<guardian::Entity>().among(ids).all(&tx).await?;
        let ids: Vec<Uuid> = rows.iter().filter_map(|c| c.recorded_by).collect();
        let staff = tx.common::<account::Entity>().among(ids).all(&tx).await?;
        let ties = tx.for_rule::<guardianship::Entity>().and(guardianship::Column::ChildId.eq(child.id));
        let blocked = ties.and(guardianship::Column::Blocked.eq(true)).all(&tx).await?;
        let is_family = tx.viewer().role == Role::Guardian;
        let mut answered = BTreeSet::new();
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let again = !answered.insert((row.guardian_id, row.purpose.clone(), row.stay_id));
            let counts = !blocked.iter().any(|tie| tie.guardian_id == row.guardian_id);
            if is_family && !counts {
                continue;
            }
            let Some(purpose) = Purpose::parse(&row.purpose) else { continue };
            lines.push(ConsentLine {
                id: ConsentId(row.id),
                purpose,
                guardian: GuardianId(row.guardian_id),
                guardian_name: people.iter().find(|p| p.id == row.guardian_id).map(|p| p.name.clone()),
                recorded_by: row
                    .recorded_by
                    .and_then(|by| staff.iter().find(|a| a.id == by).map(|a| a.display_name.clone())),
                evidence: evidence(&tx, &row)?,
                from_on: row.from_on.parse().ok(),
                to_on: row.to_on.as_deref().and_then(|d| d.parse().ok()),
                given_at: Timestamp(row.given_at),
                withdrawn_at: row.withdrawn_at.map(Timestamp),
                withdrawn_how: if is_family { None } else { withdrawn_how(&tx, &row)? },
                state: state(&row, (again, counts), &tx.now().date().to_string()),
                how: row.how,
            });
        }
        Ok(lines)
    }

    /// The adults who may decide for a child, in the order in which they are called.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such child for this reader.
    pub async fn who_may_consent(&self, child: ChildId) -> Result<Vec<Asked>, Error> {
        let tx = self.read();
        let child = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        let ties = tx
            .visible::<guardianship::Entity>()
            .and(guardianship::Column::ChildId.eq(child.id))
            .and(guardianship::Column::Blocked.eq(false))
            .by(guardianship::Column::ContactOrder)
            .all(&tx)
            .await?;
        let ids: Vec<Uuid> = ties.iter().map(|t| t.guardian_id).collect();
        let people = tx.visible::<guardian::Entity>().among(ids).all(&tx).await?;
        let asked = |tie: guardianship::Model| {
            let person = people.iter().find(|p| p.id == tie.guardian_id)?;
            let name = person.name.clone();
            Some(Asked { id: GuardianId(person.id), name, relation: tie.relation, away: tie.away })
        };
        Ok(ties.into_iter().filter_map(asked).collect())
    }

    /// The child of a consent that the reader sees.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn child_of_consent(&self, id: ConsentId) -> Result<ChildId, Error> {
        let tx = self.read();
        Ok(ChildId(tx.visible::<consent::Entity>().id(id).one(&tx).await?.child_id))
    }
}

fn evidence(tx: &Tx, row: &consent::Model) -> Result<Option<String>, Error> {
    if tx.scope::<consent::Entity>(Class::Personal) == Scope::Nothing {
        return Ok(None);
    }
    tx.open_some(TABLE, "evidence_sealed", row.id, row.evidence_sealed.as_ref())
}

/// How an answer stands that was given `again` since, or that `counts` by who gave it.
fn state(row: &consent::Model, (again, counts): (bool, bool), today: &str) -> ConsentState {
    if row.withdrawn_at.is_some() {
        return ConsentState::Withdrawn;
    }
    match () {
        () if again => ConsentState::Replaced,
        () if !counts => ConsentState::Blocked,
        () if !row.answer => ConsentState::No,
        () if row.from_on.as_str() > today => ConsentState::NotYet,
        () if row.to_on.as_deref().is_some_and(|to| to < today) => ConsentState::Over,
        () => ConsentState::Holds,
    }
}

fn withdrawn_how(tx: &Tx, row: &consent::Model) -> Result<Option<String>, Error> {
    if tx.scope::<consent::Entity>(Class::Personal) == Scope::Nothing {
        return Ok(None);
    }
    tx.read_words(TABLE, WITHDRAWN_HOW, row.id, row.withdrawn_how.as_ref())
}
