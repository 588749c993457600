//! Where the children are whom no stay on the board tells of, so that every child of the county is
//! counted once.

use std::collections::BTreeSet;

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::custody::Holder;
use naheya_domain::id::{ChildId, GuardianId, SchoolId};
use naheya_domain::name_order::by_sound;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::sealed::bucket::held_elsewhere;
use crate::sealed::entity::{child, custody_event, guardian, guardianship, school};
use crate::sealed::tx::Tx;
use crate::{Desk, Error, custody};

/// A child in other hands than school, family or volunteer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The child.
    pub child: ChildId,
    /// Name.
    pub child_name: String,
    /// Its school.
    pub school: Option<SchoolId>,
    /// The school's name.
    pub school_name: Option<String>,
    /// Hospital, police or base.
    pub holder: Holder,
    /// Since when.
    pub since: Timestamp,
}

/// The children of one school who take part in the programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roll {
    /// The school; none for children without one.
    pub school: Option<SchoolId>,
    /// Its name.
    pub name: String,
    /// How many children.
    pub children: u64,
}

#[derive(Debug, sea_orm::FromQueryResult)]
struct Count {
    school_id: Option<Uuid>,
    n: i64,
}

/// A child and the number of a link in its chain.
#[derive(Debug, sea_orm::FromQueryResult)]
struct Link {
    child_id: Uuid,
    seq: i32,
}

impl Desk {
    /// Every child that the custody chain leaves in hospital, with the police or at a base, the
    /// longest there first; also outside any weekend.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn elsewhere(&self) -> Result<Vec<Elsewhere>, Error> {
        self.require(Action::HandOver)?;
        self.remembered_alike("elsewhere", String::new(), self.read_elsewhere()).await
    }

    async fn read_elsewhere(&self) -> Result<Vec<Elsewhere>, Error> {
        let tx = self.read();
        let mut newest = held(&tx).await?;
        newest.sort_by_key(|e| (e.server_at, e.child_id));
        let of: Vec<Uuid> = newest.iter().map(|e| e.child_id).collect();
        let children = tx.visible::<child::Entity>().among(of).all(&tx).await?;
        let schools = tx.visible::<school::Entity>().all(&tx).await?;
        let line = |e: &custody_event::Model| {
            let child = children.iter().find(|c| c.id == e.child_id)?;
            let school = schools.iter().find(|s| Some(s.id) == child.school_id);
            Some(Elsewhere {
                child: ChildId(child.id),
                child_name: child.name.clone(),
                school: school.map(|s| SchoolId(s.id)),
                school_name: school.map(|s| s.name.clone()),
                holder: custody::holder(e),
                since: Timestamp(e.server_at),
            })
        };
        Ok(newest.iter().filter_map(line).collect())
    }

    /// Who of a child's family may take it: everybody but blocked persons, in the order of calling.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Database`].
    pub async fn family_of(&self, child: ChildId) -> Result<Vec<(GuardianId, String)>, Error> {
        self.require(Action::HandOver)?;
        let tx = self.read();
        tx.visible::<child::Entity>().id(child).one(&tx).await?;
        let ties = tx
            .visible::<guardianship::Entity>()
            .and(guardianship::Column::ChildId.eq(child.0))
            .and(guardianship::Column::Blocked.eq(false))
            .by(guardianship::Column::ContactOrder)
            .all(&tx)
            .await?;
        let ids: Vec<Uuid> = ties.iter().map(|t| t.guardian_id).collect();
        let people = tx.visible::<guardian::Entity>().among(ids.clone()).all(&tx).await?;
        let named = |id: &Uuid| people.iter().find(|g| g.id == *id).map(|g| (GuardianId(g.id), g.name.clone()));
        Ok(ids.iter().filter_map(named).collect())
    }

    /// How many children of each school take part, by the school's name.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn roll(&self) -> Result<Vec<Roll>, Error> {
        self.require(Action::HandOver)?;
        self.remembered_alike("roll", String::new(), self.read_roll()).await
    }

    async fn read_roll(&self) -> Result<Vec<Roll>, Error> {
        let tx = self.read();
        let counts: Vec<Count> = tx
            .visible::<child::Entity>()
            .and(child::Column::State.is_in(["applying", "enrolled", "paused"]))
            .grouped(&[child::Column::SchoolId], vec![(child::Column::Id.count(), "n")], &tx)
            .await?;
        let schools = tx.visible::<school::Entity>().all(&tx).await?;
        let name = |id: Option<Uuid>| schools.iter().find(|s| Some(s.id) == id).map(|s| s.name.clone());
        let mut rolls: Vec<Roll> = counts
            .into_iter()
            .map(|c| Roll {
                school: c.school_id.map(SchoolId),
                name: name(c.school_id).unwrap_or_default(),
                children: u64::try_from(c.n).unwrap_or(0),
            })
            .collect();
        rolls.sort_by_cached_key(|roll| (roll.school.is_none(), by_sound(&roll.name)));
        Ok(rolls)
    }
}

/// The last hand-overs of the children whom they left in hospital, with the police or at a base.
pub(super) async fn held(tx: &Tx) -> Result<Vec<custody_event::Model>, Error> {
    use custody_event::Column as C;
    let once = || tx.visible::<custody_event::Entity>().and(held_elsewhere());
    let last = || vec![(C::Seq.max(), "seq")];
    let there: Vec<Link> = once().grouped(&[C::ChildId], last(), tx).await?;
    let chains = tx.visible::<custody_event::Entity>().and(C::ChildId.in_subquery(once().ids(C::ChildId)));
    let ends: Vec<Link> = chains.grouped(&[C::ChildId], last(), tx).await?;
    let ends: BTreeSet<(Uuid, i32)> = ends.iter().map(|end| (end.child_id, end.seq)).collect();
    let still = there.iter().filter(|link| ends.contains(&(link.child_id, link.seq)));
    custody::newest(tx, &still.map(|link| link.child_id).collect::<Vec<_>>()).await
}
