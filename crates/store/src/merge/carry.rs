//! The rows around a person, table by table: carried over to another file, and back. A list for each kind of file names
//! every table with a column of it; a test of the catalogue fails when a new one is missing here, and so does the engine,
//! which lets no file go to which a row still points.

use std::collections::HashSet;

use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::{
    break_glass, check, child_category, choice, concern, concern_person, consent, custody_event, erasure, follow_up,
    guardianship, hours_claim, hours_entry, household_member, note, notice, outbox, pair, picture, proposal,
    restriction, round_child, round_volunteer, stay, stay_adult, term_plan, thanks, volunteer, wish,
};
use crate::sealed::record::{OfCounty, Record};
use crate::sealed::tx::Tx;

mod row;

/// A table whose rows belong to something of the kind `K`.
pub(super) trait Around<K>: OfCounty {
    /// The column that says to which.
    fn whose() -> Self::Column;

    /// What may stand once beside it: a second row with the same stays behind.
    fn once() -> Vec<Self::Column> {
        Vec::new()
    }

    /// Rows that stand in an order: their places are moved behind or before those that are there.
    fn order() -> Option<Order<Self::Column>> {
        None
    }
}

/// An order of rows: where the place stands, and the time by which one whole list goes before the other.
#[derive(Clone, Copy)]
pub(super) struct Order<C> {
    place: C,
    at: Option<C>,
}

/// What came over of one table.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Moved {
    table: String,
    /// Rows that came over: which one, and its place before.
    rows: Vec<(Uuid, Option<i32>)>,
    /// Rows that stayed behind, because the same stood in the other file.
    gone: Vec<serde_json::Value>,
}

impl Moved {
    /// Ids of the rows that came over.
    pub(super) fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.rows.iter().map(|(id, _)| *id)
    }

    /// Whether it is of this table.
    pub(super) fn is_of(&self, table: &str) -> bool {
        self.table == table
    }
}

/// Of one table: how many rows stand in the file that stays, how many in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The table's name.
    pub table: &'static str,
    /// In the file that stays.
    pub kept: u64,
    /// In the other one.
    pub other: u64,
}

macro_rules! around {
    ($(#[$doc:meta])* $module:ident, $kind:ident:
     $($table:ident $whose:ident $(once [$($once:ident),+])? $(order $place:ident $(at $at:ident)?)?;)+) => {
        $(#[$doc])*
        pub(super) enum $kind {}

        $(impl Around<$kind> for $table::Entity {
            fn whose() -> <$table::Entity as EntityTrait>::Column {
                $table::Column::$whose
            }
            $(fn once() -> Vec<$table::Column> {
                vec![$($table::Column::$once),+]
            })?
            $(fn order() -> Option<Order<$table::Column>> {
                Some(Order { place: $table::Column::$place, at: None$(.or(Some($table::Column::$at)))? })
            })?
        })+

        $(#[$doc])*
        pub(crate) mod $module {
            use super::{Error, HashSet, Moved, Record, Rows, Tx, Uuid, row};
            use super::{$kind as Kind, $($table),+};

            /// The tables that are carried over, and the column that says whose a row is.
            #[cfg(test)]
            pub(crate) const TABLES: &[(&str, &str)] =
                &[$((<$table::Entity as Record>::TABLE, stringify!($whose))),+];

            /// Carries every row of `from` over to `to`.
            pub(in super::super) async fn carry(tx: &Tx, from: Uuid, to: Uuid) -> Result<Vec<Moved>, Error> {
                Ok(vec![$(row::over::<Kind, $table::Entity>(tx, from, to).await?),+])
            }

            /// Carries back what [`carry`] carried over: of each table, `from` is where the rows stand now.
            pub(in super::super) async fn carry_back(tx: &Tx, all: &[Moved], from: Uuid, to: Uuid) -> Result<(), Error> {
                for moved in all {
                    match moved.table.as_str() {
                        $(<$table::Entity as Record>::TABLE => {
                            row::back::<Kind, $table::Entity>(tx, moved, from, to).await?;
                        })+
                        _ => return Err(Error::Database("a table that is carried back is not known".into())),
                    }
                }
                Ok(())
            }

            /// Of each table: rows that came over and are no longer there, or name another one by now.
            pub(in super::super) async fn missing(tx: &Tx, all: &[Moved], whose: Uuid) -> Result<Vec<&'static str>, Error> {
                let mut tables = Vec::new();
                for moved in all {
                    $(if moved.is_of(<$table::Entity as Record>::TABLE)
                        && row::gone::<Kind, $table::Entity>(tx, moved, whose).await?
                    {
                        tables.push(<$table::Entity as Record>::TABLE);
                    })+
                }
                Ok(tables)
            }

            /// Tables in which rows of `whose` that are not among `ids` name one of `ids`: what was built upon them.
            pub(in super::super) async fn built_on(
                tx: &Tx,
                whose: Uuid,
                ids: &HashSet<Uuid>,
            ) -> Result<Vec<&'static str>, Error> {
                let mut tables = Vec::new();
                $(if row::names::<Kind, $table::Entity>(tx, whose, ids).await? {
                    tables.push(<$table::Entity as Record>::TABLE);
                })+
                Ok(tables)
            }

            /// How many rows the viewer sees in each; tables with none in either are left out.
            pub(in super::super) async fn counts(tx: &Tx, kept: Uuid, other: Uuid) -> Result<Vec<Rows>, Error> {
                let all = vec![$(row::counted::<Kind, $table::Entity>(tx, kept, other).await?),+];
                Ok(all.into_iter().filter(|rows| rows.kept + rows.other > 0).collect())
            }
        }
    };
}

around! {
    /// Around a child.
    of_child, Child:
    guardianship ChildId once [GuardianId] order ContactOrder;
    child_category ChildId once [Code, ToOn];
    consent ChildId;
    wish ChildId;
    round_child ChildId once [RoundId];
    choice ChildId once [RoundId, Side, VolunteerId];
    proposal ChildId;
    pair ChildId;
    stay ChildId;
    custody_event ChildId order Seq at ServerAt;
    term_plan ChildId;
    note ChildId;
    picture ChildId;
    thanks ChildId;
    follow_up ChildId;
    concern ChildId;
    break_glass ChildId;
    erasure ChildId;
    restriction ChildId;
}

around! {
    /// Around a volunteer. Concerns that name her come along without a word.
    of_volunteer, Volunteer:
    check VolunteerId;
    round_volunteer VolunteerId once [RoundId];
    choice VolunteerId once [RoundId, Side, ChildId];
    proposal VolunteerId;
    pair VolunteerId;
    stay VolunteerId;
    term_plan VolunteerId;
    custody_event HolderId;
    hours_entry VolunteerId;
    hours_claim VolunteerId;
    concern_person RefId once [ConcernId, Kind];
    notice PersonId;
    outbox PersonId;
    erasure VolunteerId;
}

around! {
    /// In a home.
    of_home, Home:
    household_member HouseholdId;
    volunteer HouseholdId;
    check HouseholdId;
    stay HouseholdId;
    concern_person RefId once [ConcernId, Kind];
}

around! {
    /// Of somebody who lives in a home.
    of_member, Member:
    check MemberId;
    stay_adult MemberId once [StayId];
}
