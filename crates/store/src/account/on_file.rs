//! People on file for whom an account may stand: whoever works in one already needs no second one.

use std::collections::HashMap;

use naheya_domain::Role;
use naheya_domain::access::Action;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use crate::guardian::guardians_called;
use crate::sealed::entity::{child, volunteer};
use crate::sealed::tx::Tx;
use crate::search::{Kind, called};
use crate::{Desk, Error};

/// People that one search shows; more letters find fewer.
const MOST: usize = 20;
/// Letters that are looked at.
const LONGEST: usize = 40;

/// Somebody on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnFile {
    /// The file: a volunteer's or a guardian's.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// What tells people of one name apart: a volunteer's number; of a guardian each child's name and number.
    pub about: Vec<String>,
}

#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
    number: String,
}

impl Desk {
    /// Whose file may be meant by `typed` where a role stands for a person: a volunteer by number or name, as long as she has
    /// not left and was not refused; a guardian by name. At most twenty that the reader sees; nobody for other roles.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep accounts.
    pub async fn people_on_file(&self, role: Role, typed: &str) -> Result<Vec<OnFile>, Error> {
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        let typed: String = typed.trim().chars().take(LONGEST).collect();
        match role {
            Role::Volunteer | Role::Applicant => volunteers(&tx, &typed).await,
            Role::Guardian => guardians(&tx, &typed).await,
            _ => Ok(Vec::new()),
        }
    }
}

async fn volunteers(tx: &Tx, typed: &str) -> Result<Vec<OnFile>, Error> {
    use volunteer::Column as C;
    let named = called(tx, Kind::Volunteer, C::Id, typed).await?;
    let meant = Condition::any().add(C::Number.eq(typed.to_uppercase())).add(named);
    let gone = [VolunteerState::Left, VolunteerState::Refused].map(VolunteerState::code);
    let rows = tx.visible::<volunteer::Entity>().and(meant).and(C::State.is_not_in(gone)).by(C::Name).by(C::Id);
    let most = u64::try_from(MOST).unwrap_or(u64::MAX);
    let rows: Vec<Named> = rows.limit(most).columns([C::Id, C::Name, C::Number], tx).await?;
    Ok(rows.into_iter().map(|row| OnFile { id: row.id, name: row.name, about: vec![row.number] }).collect())
}

async fn guardians(tx: &Tx, typed: &str) -> Result<Vec<OnFile>, Error> {
    use child::Column as C;
    let people: Vec<_> = guardians_called(tx, typed).await?.into_iter().take(MOST).collect();
    let ids = people.iter().flat_map(|(_, children)| children).copied();
    let rows = tx.visible::<child::Entity>().among(ids);
    let rows: Vec<Named> = rows.columns([C::Id, C::Name, C::Number], tx).await?;
    let children: HashMap<Uuid, String> =
        rows.into_iter().map(|row| (row.id, format!("{} {}", row.name, row.number))).collect();
    let of = |ids: Vec<Uuid>| ids.iter().filter_map(|id| children.get(id).cloned()).collect();
    Ok(people.into_iter().map(|((name, id), ids)| OnFile { id, name, about: of(ids) }).collect())
}
