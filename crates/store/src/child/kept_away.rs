//! Who must not take a child: for the gate, where somebody may stand and say that he is the father.

use std::collections::BTreeMap;

use naheya_domain::id::ChildId;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::sealed::entity::{child, guardian, guardianship};
use crate::{Desk, Error};

/// Somebody of a child's family who must not take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAway {
    /// The name.
    pub name: String,
    /// GB/T 4761 code.
    pub relation: String,
}

impl Desk {
    /// Who must not take these children, as far as the reader sees their files. Children whom everybody may take are not in it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn kept_away(&self, children: &[ChildId]) -> Result<BTreeMap<ChildId, Vec<KeptAway>>, Error> {
        let tx = self.read();
        let seen = tx.visible::<child::Entity>().among(children.iter().map(|id| id.0)).all(&tx).await?;
        let seen: Vec<Uuid> = seen.into_iter().map(|c| c.id).collect();
        let mut ties = Vec::new();
        for some in seen.chunks(200) {
            let of =
                tx.for_rule::<guardianship::Entity>().and(guardianship::Column::ChildId.is_in(some.iter().copied()));
            ties.extend(of.all(&tx).await?.into_iter().filter(|tie| tie.blocked));
        }
        ties.sort_by_key(|tie| (tie.contact_order, tie.id));
        let people = tx.for_rule::<guardian::Entity>().among(ties.iter().map(|t| t.guardian_id)).all(&tx).await?;
        let mut found: BTreeMap<ChildId, Vec<KeptAway>> = BTreeMap::new();
        for tie in ties {
            if let Some(person) = people.iter().find(|p| p.id == tie.guardian_id) {
                let one = KeptAway { name: person.name.clone(), relation: tie.relation };
                found.entry(ChildId(tie.child_id)).or_default().push(one);
            }
        }
        Ok(found)
    }
}
