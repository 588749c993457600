//! Names of rows. Each noun has its own type, so that a child's id cannot be given where a
//! volunteer's is meant. Ids are UUID v7, made by the program; they tell the minute of creation
//! and are therefore shown behind sign-in only.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id at the present moment.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "each call makes another id; a default would hide that")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// Reads the hyphenated form. `None` for anything else.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }
    )+};
}

ids! {
    /// A person who signs in.
    AccountId,
    /// A role in a place, held from a date to a date.
    GrantId,
    /// A signed-in browser.
    SessionId,
    /// A child's file.
    ChildId,
    /// An adult responsible for a child.
    GuardianId,
    /// A category of a child.
    ChildCategoryId,
    /// Children who should stay together.
    SiblingGroupId,
    /// A school.
    SchoolId,
    /// A class of a school.
    ClassId,
    /// A term of a school.
    SchoolTermId,
    /// A day that a county entered into its holidays.
    HolidayId,
    /// The weekends of a term, proposed for a pair.
    TermPlanId,
    /// One weekend of such a proposal.
    TermWeekendId,
    /// A person responsible for an area.
    ChargeId,
    /// A station of the grid.
    StationId,
    /// A volunteer (周末妈妈).
    VolunteerId,
    /// A volunteer's home.
    HouseholdId,
    /// A person living in, or a guest of, a home.
    MemberId,
    /// One check of one person or home.
    CheckId,
    /// One consent of one guardian for one purpose.
    ConsentId,
    /// A child's own words on a question.
    WishId,
    /// A pairing event.
    RoundId,
    /// One run of the engine within a round.
    RunId,
    /// One entry of an ordered list of wishes.
    ChoiceId,
    /// A child and a volunteer put forward to each other.
    ProposalId,
    /// One volunteer and one child for one period.
    PairId,
    /// One weekend or holiday at the volunteer's home.
    StayId,
    /// An alarm that was raised.
    AlarmId,
    /// One link of the custody chain.
    CustodyEventId,
    /// What was done and said in a weekend.
    NoteId,
    /// A picture of a note.
    PictureId,
    /// A planned contact.
    FollowUpId,
    /// A worry or a lead on harm.
    ConcernId,
    /// An entry of the ledger of hours.
    HoursEntryId,
    /// Hours or a correction that wait for another person.
    HoursClaimId,
    /// A letter in the outbox.
    NoticeId,
    /// One load of a roster.
    ImportBatchId,
    /// A list that leaves the house.
    ExportId,
    /// A child's file opened in an emergency.
    BreakGlassId,
    /// A request to erase a child's file.
    ErasureId,
    /// Two files that somebody looked at together: proposed as one child, merged, or told apart.
    MergeId,
    /// Long work that somebody asked for.
    OperationId,
    /// One edition of a month's figures.
    SnapshotId,
    /// A list's settings that somebody named.
    SavedViewId,
}
