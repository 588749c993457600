//! Who changed a record since somebody read it, and which of its fields: told to whoever may see the record, when a form
//! comes back because it was older.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::sealed::entity::{
    account, audit_event, channel, charge, child, class, contact, guardian, guardianship, household, household_member,
    ladder, pair, parting, round, round_child, school, station, volunteer,
};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// Changes that are looked through, newest first.
const MOST: u64 = 30;

/// One change of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Who, by the name shown; none for a task of the program.
    pub who: Option<String>,
    /// As what: a role's code.
    pub role: String,
    /// When.
    pub at: Timestamp,
    /// The columns that were written.
    pub columns: Vec<String>,
}

impl Change {
    /// Whether the change wrote this column, sealed or open.
    #[must_use]
    pub fn wrote(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column || c.strip_suffix("_sealed") == Some(column))
    }
}

/// A record that forms change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// A child's file.
    Child(Uuid),
    /// An adult of a child.
    Guardian(Uuid),
    /// What an adult is to a child.
    Guardianship(Uuid),
    /// A volunteer.
    Volunteer(Uuid),
    /// A home.
    Household(Uuid),
    /// Somebody in a home.
    Member(Uuid),
    /// A school.
    School(Uuid),
    /// A class.
    Class(Uuid),
    /// A school's own ladder.
    Ladder(Uuid),
    /// A pairing round.
    Round(Uuid),
    /// A child's card in a round: the round, the child.
    Card(Uuid, Uuid),
    /// How a pair comes to its end, by its pair.
    Parting(Uuid),
    /// A station.
    Station(Uuid),
    /// Who is responsible where.
    Charge(Uuid),
    /// A channel of the county, by its kind.
    Channel(&'static str),
    /// How the own account is reached.
    Contact,
    /// What the county set.
    Settings,
}

impl Record {
    /// Table and id, for whoever may see the record.
    async fn seen(self, tx: &Tx) -> Result<(&'static str, Option<Uuid>), Error> {
        macro_rules! seen {
            ($id:expr, $table:ident) => {{
                tx.visible::<$table::Entity>().and($table::Column::Id.eq($id)).one(tx).await?;
                Some($id)
            }};
        }
        Ok(match self {
            Record::Child(id) => ("children", seen!(id, child)),
            Record::Guardian(id) => ("guardians", seen!(id, guardian)),
            Record::Guardianship(id) => ("guardianships", seen!(id, guardianship)),
            Record::Volunteer(id) => ("volunteers", seen!(id, volunteer)),
            Record::Household(id) => ("households", seen!(id, household)),
            Record::Member(id) => ("household_members", seen!(id, household_member)),
            Record::School(id) => ("schools", seen!(id, school)),
            Record::Class(id) => ("classes", seen!(id, class)),
            Record::Round(id) => ("rounds", seen!(id, round)),
            Record::Station(id) => ("stations", seen!(id, station)),
            Record::Charge(id) => ("charges", seen!(id, charge)),
            Record::Channel(kind) => {
                let one = tx.visible::<channel::Entity>().and(channel::Column::Kind.eq(kind)).one(tx).await?;
                ("channels", Some(one.id))
            }
            Record::Card(round, child) => {
                let of = tx.visible::<round_child::Entity>().and(round_child::Column::RoundId.eq(round));
                let one = of.and(round_child::Column::ChildId.eq(child)).one(tx).await?;
                ("round_children", Some(one.id))
            }
            Record::Parting(of) => {
                tx.require(Action::KeepPair)?;
                tx.visible::<pair::Entity>().and(pair::Column::Id.eq(of)).one(tx).await?;
                let one = tx.for_rule::<parting::Entity>().and(parting::Column::PairId.eq(of)).first(tx).await?;
                ("partings", Some(one.map_or(of, |row| row.id)))
            }
            Record::Ladder(school) => {
                tx.visible::<school::Entity>().and(school::Column::Id.eq(school)).one(tx).await?;
                let of = tx.for_rule::<ladder::Entity>().and(ladder::Column::SchoolId.eq(school));
                ("ladders", Some(of.first(tx).await?.map_or(school, |row| row.id)))
            }
            Record::Contact => {
                let own = tx.for_rule::<contact::Entity>().and(contact::Column::Id.eq(tx.account())).first(tx).await?;
                ("contacts", own.map(|row| row.id).or(Some(tx.account())))
            }
            Record::Settings => {
                if tx.require(Action::KeepSetting).is_err() && tx.require(Action::KeepNotice).is_err() {
                    return Err(Error::Forbidden);
                }
                ("settings", None)
            }
        })
    }
}

impl Desk {
    /// What was changed in these records since `since`, newest first. Looks are no changes.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a record that the viewer does not see; [`Error::Forbidden`], [`Error::Database`].
    pub async fn changes_since(&self, records: &[Record], since: Timestamp) -> Result<Vec<Change>, Error> {
        // A condition without parts would hold for every event of the county.
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let tx = self.read();
        let mut about = Condition::any();
        for record in records {
            let (table, id) = record.seen(&tx).await?;
            let id = id.map_or_else(|| audit_event::Column::RefId.is_null(), |id| audit_event::Column::RefId.eq(id));
            about = about.add(Condition::all().add(audit_event::Column::Noun.eq(table)).add(id));
        }
        let events = tx
            .for_rule::<audit_event::Entity>()
            .and(about)
            .and(audit_event::Column::At.gte(since.0))
            .and(audit_event::Column::Act.not_like("look%"))
            .by_desc(audit_event::Column::N)
            .limit(MOST)
            .all(&tx)
            .await?;
        let ids: Vec<Uuid> = events.iter().map(|event| event.account_id).collect();
        let people = tx.common::<account::Entity>().among(ids).all(&tx).await?;
        let name = |id: Uuid| people.iter().find(|a| a.id == id).map(|a| a.display_name.clone());
        let change = |event: audit_event::Model| Change {
            who: name(event.account_id),
            role: event.role,
            at: Timestamp(event.at),
            columns: event.fields.split(',').map(str::to_owned).collect(),
        };
        Ok(events.into_iter().map(change).collect())
    }
}
