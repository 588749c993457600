//! The whole table of rights. Two questions, each one `match` without a wildcard arm: how far does
//! a role see ([`reach`]), and what may it do ([`may`]). A new role, noun or action does not compile
//! until it has been decided here. The user guide prints this table from the code.
//!
//! Long because: the table is read as a whole, and a split would hide a row.

use uuid::Uuid;

use crate::id::AccountId;
use crate::role::Role;
use crate::viewer::{Place, Viewer};

/// What a record is about, as far as rights are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Noun {
    /// Nodes of the grid, schools, classes, calendar.
    Area,
    /// People who sign in, their grants and sessions.
    Account,
    /// Children's files, categories, sibling groups.
    Child,
    /// Guardians and blocked persons.
    Guardian,
    /// Who is responsible where.
    Charge,
    /// Stations: party and mass centres, rooms of gachas and communities.
    Station,
    /// Volunteers.
    Volunteer,
    /// Homes and who lives in them.
    Household,
    /// Checks of adults and homes.
    Check,
    /// Consents.
    Consent,
    /// Children's own words.
    Wish,
    /// Pairing events, choices, runs, proposals.
    Round,
    /// Pairs.
    Pair,
    /// Stays and their adults.
    Stay,
    /// The custody chain.
    Custody,
    /// Notes and pictures.
    Note,
    /// Follow-ups.
    FollowUp,
    /// Concerns.
    Concern,
    /// The ledger of hours.
    Hours,
    /// Notices.
    Notice,
    /// Imports.
    Import,
    /// Lists of children that leave the house.
    Export,
    /// A file opened in an emergency, for an hour.
    BreakGlass,
    /// The audit trail.
    AuditEvent,
    /// A month's figures as they were signed and sent upward.
    Snapshot,
    /// Settings, backups, health of the system.
    Setting,
}

impl Noun {
    /// Every noun, in the order of the printed table.
    pub const ALL: [Noun; 26] = [
        Noun::Area,
        Noun::Account,
        Noun::Child,
        Noun::Guardian,
        Noun::Charge,
        Noun::Station,
        Noun::Volunteer,
        Noun::Household,
        Noun::Check,
        Noun::Consent,
        Noun::Wish,
        Noun::Round,
        Noun::Pair,
        Noun::Stay,
        Noun::Custody,
        Noun::Note,
        Noun::FollowUp,
        Noun::Concern,
        Noun::Hours,
        Noun::Notice,
        Noun::Import,
        Noun::Export,
        Noun::BreakGlass,
        Noun::AuditEvent,
        Noun::Snapshot,
        Noun::Setting,
    ];
}

/// Classes of data (product.md rule 13). A look at a lower class never loads a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Name, class, state, what care needs.
    Work,
    /// Phone, address, birth date.
    Personal,
    /// Identity number, health detail, checks, what a concern says. Opens with a reason.
    Secret,
}

/// How far a role sees a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Not at all: the record does not exist for this reader.
    Nothing,
    /// Every record of the county.
    County,
    /// The records of the grant's place: town, school or class.
    Place,
    /// The records of the person that the account is: own pairs, own children, own application.
    Own,
    /// The records that name this account as a handler.
    Assigned,
}

/// How far `role` sees `noun` in `class`.
#[must_use]
pub fn reach(role: Role, noun: Noun, class: Class) -> Reach {
    use Reach::{Assigned, County, Nothing, Own, Place};
    match role {
        Role::Coordinator => match noun {
            Noun::Concern => Assigned,
            Noun::AuditEvent | Noun::Setting | Noun::Snapshot => match class {
                Class::Work => County,
                Class::Personal | Class::Secret => Nothing,
            },
            Noun::Area
            | Noun::Account
            | Noun::Child
            | Noun::Guardian
            | Noun::Charge
            | Noun::Station
            | Noun::Volunteer
            | Noun::Household
            | Noun::Check
            | Noun::Consent
            | Noun::Wish
            | Noun::Round
            | Noun::Pair
            | Noun::Stay
            | Noun::Custody
            | Noun::Note
            | Noun::FollowUp
            | Noun::Hours
            | Noun::Notice
            | Noun::Import
            | Noun::Export
            | Noun::BreakGlass => County,
        },
        Role::Leader => match noun {
            Noun::Area
            | Noun::Account
            | Noun::Child
            | Noun::Guardian
            | Noun::Charge
            | Noun::Station
            | Noun::Volunteer
            | Noun::Household
            | Noun::Check
            | Noun::Consent
            | Noun::Wish
            | Noun::Round
            | Noun::Pair
            | Noun::Stay
            | Noun::Custody
            | Noun::Note
            | Noun::FollowUp
            | Noun::Concern
            | Noun::Hours
            | Noun::Notice
            | Noun::Import
            | Noun::Export
            | Noun::BreakGlass
            | Noun::AuditEvent
            | Noun::Snapshot
            | Noun::Setting => County,
        },
        Role::TownWorker => match (noun, class) {
            (Noun::Area, Class::Work) => County,
            (
                Noun::Child | Noun::Guardian | Noun::Charge | Noun::Station | Noun::Household | Noun::FollowUp,
                Class::Work | Class::Personal,
            ) => Place,
            // What she opened herself in an emergency.
            (Noun::Concern | Noun::Notice | Noun::BreakGlass, Class::Work) => Assigned,
            (
                Noun::Area
                | Noun::Account
                | Noun::Child
                | Noun::Guardian
                | Noun::Charge
                | Noun::Station
                | Noun::Volunteer
                | Noun::Household
                | Noun::Check
                | Noun::Consent
                | Noun::Wish
                | Noun::Round
                | Noun::Pair
                | Noun::Stay
                | Noun::Custody
                | Noun::Note
                | Noun::FollowUp
                | Noun::Concern
                | Noun::Hours
                | Noun::Notice
                | Noun::Import
                | Noun::Export
                | Noun::BreakGlass
                | Noun::AuditEvent
                | Noun::Snapshot
                | Noun::Setting,
                Class::Work | Class::Personal | Class::Secret,
            ) => Nothing,
        },
        Role::ClassTeacher => match (noun, class) {
            (Noun::Area, Class::Work) => County,
            (Noun::Child | Noun::Stay | Noun::Custody | Noun::Pair | Noun::FollowUp, Class::Work)
            // Whom to ask for a consent on paper, what was said to it, and what the child said (rule 14).
            | (Noun::Guardian | Noun::Consent | Noun::Wish, Class::Work)
            // The carer of the weekend, with the phone to call when she is late.
            | (Noun::Volunteer, Class::Work | Class::Personal) => Place,
            (Noun::Notice, Class::Work) => Assigned,
            (
                Noun::Area
                | Noun::Account
                | Noun::Child
                | Noun::Guardian
                | Noun::Charge
                | Noun::Station
                | Noun::Volunteer
                | Noun::Household
                | Noun::Check
                | Noun::Consent
                | Noun::Wish
                | Noun::Round
                | Noun::Pair
                | Noun::Stay
                | Noun::Custody
                | Noun::Note
                | Noun::FollowUp
                | Noun::Concern
                | Noun::Hours
                | Noun::Notice
                | Noun::Import
                | Noun::Export
                | Noun::BreakGlass
                | Noun::AuditEvent
                | Noun::Snapshot
                | Noun::Setting,
                Class::Work | Class::Personal | Class::Secret,
            ) => Nothing,
        },
        Role::Volunteer => match (noun, class) {
            (
                Noun::Child | Noun::Pair | Noun::Stay | Noun::Custody | Noun::Note | Noun::Hours | Noun::Round,
                Class::Work,
            )
            | (Noun::Volunteer | Noun::Household, Class::Work | Class::Personal) => Own,
            (Noun::Notice, Class::Work) => Assigned,
            (
                Noun::Area
                | Noun::Account
                | Noun::Child
                | Noun::Guardian
                | Noun::Charge
                | Noun::Station
                | Noun::Volunteer
                | Noun::Household
                | Noun::Check
                | Noun::Consent
                | Noun::Wish
                | Noun::Round
                | Noun::Pair
                | Noun::Stay
                | Noun::Custody
                | Noun::Note
                | Noun::FollowUp
                | Noun::Concern
                | Noun::Hours
                | Noun::Notice
                | Noun::Import
                | Noun::Export
                | Noun::BreakGlass
                | Noun::AuditEvent
                | Noun::Snapshot
                | Noun::Setting,
                Class::Work | Class::Personal | Class::Secret,
            ) => Nothing,
        },
        Role::Guardian => match (noun, class) {
            (
                Noun::Child
                | Noun::Guardian
                | Noun::Volunteer
                | Noun::Pair
                | Noun::Stay
                | Noun::Custody
                | Noun::Note
                | Noun::Consent,
                Class::Work,
            )
            | (Noun::Child | Noun::Guardian, Class::Personal) => Own,
            (Noun::Notice, Class::Work) => Assigned,
            (
                Noun::Area
                | Noun::Account
                | Noun::Child
                | Noun::Guardian
                | Noun::Charge
                | Noun::Station
                | Noun::Volunteer
                | Noun::Household
                | Noun::Check
                | Noun::Consent
                | Noun::Wish
                | Noun::Round
                | Noun::Pair
                | Noun::Stay
                | Noun::Custody
                | Noun::Note
                | Noun::FollowUp
                | Noun::Concern
                | Noun::Hours
                | Noun::Notice
                | Noun::Import
                | Noun::Export
                | Noun::BreakGlass
                | Noun::AuditEvent
                | Noun::Snapshot
                | Noun::Setting,
                Class::Work | Class::Personal | Class::Secret,
            ) => Nothing,
        },
        Role::Applicant => match (noun, class) {
            (Noun::Volunteer | Noun::Household, Class::Work | Class::Personal) => Own,
            (Noun::Notice, Class::Work) => Assigned,
            (
                Noun::Area
                | Noun::Account
                | Noun::Child
                | Noun::Guardian
                | Noun::Charge
                | Noun::Station
                | Noun::Volunteer
                | Noun::Household
                | Noun::Check
                | Noun::Consent
                | Noun::Wish
                | Noun::Round
                | Noun::Pair
                | Noun::Stay
                | Noun::Custody
                | Noun::Note
                | Noun::FollowUp
                | Noun::Concern
                | Noun::Hours
                | Noun::Notice
                | Noun::Import
                | Noun::Export
                | Noun::BreakGlass
                | Noun::AuditEvent
                | Noun::Snapshot
                | Noun::Setting,
                Class::Work | Class::Personal | Class::Secret,
            ) => Nothing,
        },
        Role::Auditor => match noun {
            Noun::AuditEvent => County,
            Noun::Notice => Assigned,
            Noun::Area
            | Noun::Account
            | Noun::Child
            | Noun::Guardian
            | Noun::Charge
            | Noun::Station
            | Noun::Volunteer
            | Noun::Household
            | Noun::Check
            | Noun::Consent
            | Noun::Wish
            | Noun::Round
            | Noun::Pair
            | Noun::Stay
            | Noun::Custody
            | Noun::Note
            | Noun::FollowUp
            | Noun::Concern
            | Noun::Hours
            | Noun::Import
            | Noun::Export
            | Noun::BreakGlass
            | Noun::Snapshot
            | Noun::Setting => Nothing,
        },
        Role::ItAdmin => match noun {
            Noun::Area | Noun::Account | Noun::Notice | Noun::Setting => County,
            Noun::Child
            | Noun::Guardian
            | Noun::Charge
            | Noun::Station
            | Noun::Volunteer
            | Noun::Household
            | Noun::Check
            | Noun::Consent
            | Noun::Wish
            | Noun::Round
            | Noun::Pair
            | Noun::Stay
            | Noun::Custody
            | Noun::Note
            | Noun::FollowUp
            | Noun::Concern
            | Noun::Hours
            | Noun::Import
            | Noun::Export
            | Noun::BreakGlass
            | Noun::AuditEvent
            | Noun::Snapshot => Nothing,
        },
        // What a county below has signed, and nothing of a person (product.md rule 9).
        Role::HigherLevel => match (noun, class) {
            (Noun::Snapshot, Class::Work) => County,
            (Noun::Notice, Class::Work) => Assigned,
            (
                Noun::Area
                | Noun::Charge
                | Noun::Station
                | Noun::Account
                | Noun::Child
                | Noun::Guardian
                | Noun::Volunteer
                | Noun::Household
                | Noun::Check
                | Noun::Consent
                | Noun::Wish
                | Noun::Round
                | Noun::Pair
                | Noun::Stay
                | Noun::Custody
                | Noun::Note
                | Noun::FollowUp
                | Noun::Concern
                | Noun::Hours
                | Noun::Notice
                | Noun::Import
                | Noun::Export
                | Noun::BreakGlass
                | Noun::AuditEvent
                | Noun::Snapshot
                | Noun::Setting,
                Class::Work | Class::Personal | Class::Secret,
            ) => Nothing,
        },
        // Their own pages (bases, ledgers, referrals) hold no person's record yet.
        Role::BaseKeeper | Role::Treasurer | Role::Partner => {
            if noun == Noun::Notice && class == Class::Work {
                Assigned
            } else {
                Nothing
            }
        }
    }
}

/// Which records of one noun a viewer sees, with the place put in. The store turns it into a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// None.
    Nothing,
    /// All of the county.
    County,
    /// Those of a town or gacha (code) and everything below it.
    Town(String),
    /// Those of a school.
    School(Uuid),
    /// Those of a class.
    Class(Uuid),
    /// Those tied to this volunteer.
    Volunteer(Uuid),
    /// Those tied to this guardian.
    Guardian(Uuid),
    /// Those that name this account.
    Account(AccountId),
    /// Those of one child, opened in an emergency.
    Child(Uuid),
}

/// The rows of `noun` that `viewer` sees in `class`. A place that does not fit the role gives nothing.
#[must_use]
pub fn scope(viewer: &Viewer, noun: Noun, class: Class) -> Scope {
    match reach(viewer.role, noun, class) {
        Reach::Nothing => Scope::Nothing,
        Reach::County => Scope::County,
        Reach::Place => match &viewer.place {
            Place::Town(code) => Scope::Town(code.clone()),
            Place::School(id) => Scope::School(*id),
            Place::Class(id) => Scope::Class(*id),
            Place::County | Place::Person(_) | Place::Unit(_) => Scope::Nothing,
        },
        Reach::Own => match (&viewer.place, viewer.role) {
            (Place::Person(id), Role::Volunteer | Role::Applicant) => Scope::Volunteer(*id),
            (Place::Person(id), Role::Guardian) => Scope::Guardian(*id),
            _ => Scope::Nothing,
        },
        Reach::Assigned => Scope::Account(viewer.account),
    }
}

/// What an opened emergency shows of `noun`, in every class: the child's file, the adults around it, and who has it now. Nothing of
/// anybody else, nothing of concerns, and nothing that is no longer needed to find and help the child: what is not named here
/// stays shut.
#[must_use]
pub fn through_glass(noun: Noun, child: Uuid) -> Scope {
    let helps =
        matches!(noun, Noun::Child | Noun::Guardian | Noun::Volunteer | Noun::Pair | Noun::Stay | Noun::Custody);
    if helps { Scope::Child(child) } else { Scope::Nothing }
}

/// Something that changes records or takes them out of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Open a child's file, change it, mark it up to date, guardians and sibling groups included.
    KeepChild,
    /// Say that nothing in a child's file has changed.
    ConfirmChild,
    /// Ask that a child's or a volunteer's file be erased, on a request on paper.
    AskErasure,
    /// Erase it: the second person's yes.
    EraseFile,
    /// Restrict the processing of a child's file while what a guardian disputes is examined, and lift it.
    RestrictFile,
    /// Find doubles of children and volunteers, propose that two files become one, say yes to another's proposal, take it apart.
    MergeFiles,
    /// Keep schools, classes, duty, calendar and the area tree.
    KeepSchool,
    /// Say who is responsible where, keep stations.
    KeepGrid,
    /// Register volunteers and homes, enter checks.
    KeepVolunteer,
    /// Second signature on a volunteer or on an imported batch.
    ApproveVolunteer,
    /// Raise what a home may take.
    RaiseCapacity,
    /// Load rosters.
    Import,
    /// Take lists out as Excel.
    Export,
    /// Record a consent given on paper or by voice, make a consent link.
    RecordConsent,
    /// Say yes or no for the own child, and take a yes back.
    GiveConsent,
    /// Thank the volunteer for a weekend of the own child.
    SayThanks,
    /// Record a child's own words.
    RecordWish,
    /// Open, fill, run and close a pairing round.
    RunRound,
    /// Enter one's own choices in a round.
    ChooseInRound,
    /// Lift a rule for one round, with a reason that is kept.
    LiftRule,
    /// Say that the first meetings went well, rest and take up a pair.
    KeepPair,
    /// Close a pair: the second signature.
    EndPair,
    /// Ask for a stay.
    RequestStay,
    /// Approve or refuse a stay.
    ApproveStay,
    /// The class teacher's yes to a stay.
    EndorseStay,
    /// Release a child, confirm a return.
    HandOver,
    /// Say that the child has been picked up, has arrived, leaves, is back.
    ReportCustody,
    /// Close a late return with a reason.
    CloseLateReturn,
    /// Write notes of a stay.
    WriteNote,
    /// Plan and record follow-ups.
    FollowUp,
    /// Take up and close concerns, suspend.
    HandleConcern,
    /// Open one child's whole file in an emergency, for an hour.
    BreakGlass,
    /// Say whether such an opening was justified: the second signature.
    ReviewBreakGlass,
    /// Enter and confirm hours that do not come from a stay.
    KeepHours,
    /// See the county's report with exact figures.
    SeeReport,
    /// Sign a month's figures, which sends them upward.
    SignSnapshot,
    /// See the figures of the areas below, ask one of them to check.
    SeeLevels,
    /// Accounts, grants, slips, sessions of others.
    KeepAccount,
    /// Settings, backups, health.
    KeepSetting,
    /// Channels of notices, their limits, the queue.
    KeepNotice,
    /// Read and prove the audit trail.
    Audit,
}

impl Action {
    /// Every action, in the order of the printed table.
    pub const ALL: [Action; 41] = [
        Action::KeepChild,
        Action::ConfirmChild,
        Action::AskErasure,
        Action::EraseFile,
        Action::RestrictFile,
        Action::MergeFiles,
        Action::KeepSchool,
        Action::KeepGrid,
        Action::KeepVolunteer,
        Action::ApproveVolunteer,
        Action::RaiseCapacity,
        Action::Import,
        Action::Export,
        Action::RecordConsent,
        Action::GiveConsent,
        Action::SayThanks,
        Action::RecordWish,
        Action::RunRound,
        Action::ChooseInRound,
        Action::LiftRule,
        Action::KeepPair,
        Action::EndPair,
        Action::RequestStay,
        Action::ApproveStay,
        Action::EndorseStay,
        Action::HandOver,
        Action::ReportCustody,
        Action::CloseLateReturn,
        Action::WriteNote,
        Action::FollowUp,
        Action::HandleConcern,
        Action::BreakGlass,
        Action::ReviewBreakGlass,
        Action::KeepHours,
        Action::SeeReport,
        Action::SignSnapshot,
        Action::SeeLevels,
        Action::KeepAccount,
        Action::KeepSetting,
        Action::KeepNotice,
        Action::Audit,
    ];
}

/// Whether `role` may do `action` at all; which records it may do it to is told by [`scope`].
#[must_use]
pub fn may(role: Role, action: Action) -> bool {
    match action {
        Action::KeepChild | Action::BreakGlass => {
            matches!(role, Role::Coordinator | Role::Leader | Role::TownWorker)
        }
        Action::ConfirmChild | Action::FollowUp => {
            matches!(role, Role::Coordinator | Role::Leader | Role::TownWorker | Role::ClassTeacher)
        }
        Action::AskErasure
        | Action::MergeFiles
        | Action::KeepSchool
        | Action::KeepGrid
        | Action::KeepVolunteer
        | Action::Import
        | Action::Export
        | Action::RunRound
        | Action::ApproveStay
        | Action::CloseLateReturn
        | Action::KeepPair
        | Action::KeepHours
        | Action::HandleConcern
        // The coordinator stands in where a leader opened it.
        | Action::ReviewBreakGlass => matches!(role, Role::Coordinator | Role::Leader),
        Action::EraseFile
        | Action::RestrictFile
        | Action::ApproveVolunteer
        | Action::RaiseCapacity
        | Action::LiftRule
        | Action::EndPair
        | Action::SignSnapshot => {
            matches!(role, Role::Leader)
        }
        Action::GiveConsent | Action::SayThanks => matches!(role, Role::Guardian),
        Action::RecordConsent | Action::RecordWish => {
            matches!(role, Role::Coordinator | Role::Leader | Role::ClassTeacher)
        }
        Action::ChooseInRound | Action::WriteNote => matches!(role, Role::Volunteer),
        Action::ReportCustody => matches!(role, Role::Volunteer | Role::Coordinator | Role::Leader),
        Action::RequestStay => matches!(role, Role::Volunteer | Role::Coordinator),
        Action::EndorseStay => matches!(role, Role::ClassTeacher),
        // By the printed list and a call, the coordinator who answers writes it down.
        Action::HandOver => matches!(role, Role::ClassTeacher | Role::Coordinator | Role::Leader),
        Action::SeeReport => matches!(role, Role::Coordinator | Role::Leader),
        Action::SeeLevels => matches!(role, Role::HigherLevel),
        Action::KeepAccount | Action::KeepNotice => matches!(role, Role::ItAdmin | Role::Leader | Role::Coordinator),
        Action::KeepSetting => matches!(role, Role::ItAdmin | Role::Leader),
        Action::Audit => matches!(role, Role::Auditor | Role::Leader),
    }
}

/// Whether somebody in `by` may give the role `given` to another person. The office lets in those
/// who work with it; who sees all files, keeps the books or the trail is let in by leader or IT.
#[must_use]
pub fn may_grant(by: Role, given: Role) -> bool {
    if !may(by, Action::KeepAccount) {
        return false;
    }
    match given {
        Role::TownWorker
        | Role::ClassTeacher
        | Role::Volunteer
        | Role::Applicant
        | Role::Guardian
        | Role::BaseKeeper => true,
        Role::Coordinator
        | Role::Leader
        | Role::Treasurer
        | Role::Partner
        | Role::HigherLevel
        | Role::Auditor
        | Role::ItAdmin => matches!(by, Role::Leader | Role::ItAdmin),
    }
}

/// Whether the leaders hear of it when somebody else gives this role, or a new way into an account that has it: roles that open
/// all files, the trail or what the county has signed, that answer for another house, and the one that gives roles.
#[must_use]
pub fn leaders_hear_of(given: Role) -> bool {
    match given {
        Role::Coordinator | Role::Leader | Role::Partner | Role::HigherLevel | Role::Auditor | Role::ItAdmin => true,
        Role::TownWorker
        | Role::ClassTeacher
        | Role::Volunteer
        | Role::Applicant
        | Role::Guardian
        | Role::BaseKeeper
        | Role::Treasurer => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_outside_the_federation_reaches_secrets() {
        for role in Role::ALL {
            let federation = matches!(role, Role::Coordinator | Role::Leader | Role::Auditor | Role::ItAdmin);
            for noun in Noun::ALL {
                assert!(federation || reach(role, noun, Class::Secret) == Reach::Nothing, "{role:?} {noun:?}");
            }
        }
    }

    #[test]
    fn it_and_audit_see_no_file() {
        for role in [Role::ItAdmin, Role::Auditor, Role::HigherLevel, Role::Treasurer, Role::Partner, Role::BaseKeeper]
        {
            for noun in [Noun::Child, Noun::Guardian, Noun::Volunteer, Noun::Stay, Noun::Concern, Noun::Note] {
                assert_eq!(reach(role, noun, Class::Work), Reach::Nothing, "{role:?} {noun:?}");
            }
        }
    }

    #[test]
    fn a_file_is_opened_in_an_emergency_by_who_works_with_files_and_by_nobody_else() {
        let who: Vec<Role> = Role::ALL.into_iter().filter(|r| may(*r, Action::BreakGlass)).collect();
        assert_eq!(who, [Role::Coordinator, Role::Leader, Role::TownWorker]);
        for role in who {
            assert_ne!(reach(role, Noun::BreakGlass, Class::Work), Reach::Nothing, "{}", role.code());
        }
    }

    #[test]
    fn an_emergency_shows_one_child_who_is_around_it_and_nothing_else() {
        let child = Uuid::from_u128(7);
        let shown = [Noun::Child, Noun::Guardian, Noun::Volunteer, Noun::Pair, Noun::Stay, Noun::Custody];
        for noun in Noun::ALL {
            let scope = if shown.contains(&noun) { Scope::Child(child) } else { Scope::Nothing };
            assert_eq!(through_glass(noun, child), scope, "{noun:?}");
        }
    }

    #[test]
    fn a_grant_in_the_wrong_kind_of_place_sees_nothing() {
        let viewer = Viewer {
            account: AccountId::new(),
            grant: crate::id::GrantId::new(),
            role: Role::ClassTeacher,
            area: crate::AreaId(150_825),
            place: Place::County,
        };
        assert_eq!(scope(&viewer, Noun::Child, Class::Work), Scope::Nothing);
    }

    #[test]
    fn a_coordinator_lets_nobody_into_the_leaders_room() {
        assert!(!may_grant(Role::Coordinator, Role::Leader));
        assert!(!may_grant(Role::Volunteer, Role::Volunteer));
        assert!(may_grant(Role::Coordinator, Role::Volunteer));
        assert!(may_grant(Role::ItAdmin, Role::Leader));
    }

    #[test]
    fn the_leaders_hear_of_every_role_that_sees_all_files_or_gives_roles() {
        for role in Role::ALL {
            let files = reach(role, Noun::Child, Class::Personal) == Reach::County;
            let opens = files || may(role, Action::KeepAccount) || may(role, Action::Audit);
            assert!(!opens || leaders_hear_of(role), "{}", role.code());
        }
        assert!(!leaders_hear_of(Role::Volunteer));
    }

    #[test]
    fn the_second_signature_on_a_volunteer_is_the_leaders() {
        let who: Vec<Role> = Role::ALL.into_iter().filter(|r| may(*r, Action::ApproveVolunteer)).collect();
        assert_eq!(who, [Role::Leader]);
    }

    fn viewer(role: Role, place: Place) -> Viewer {
        let account = AccountId(Uuid::from_u128(1));
        Viewer { account, grant: crate::id::GrantId(Uuid::from_u128(2)), role, area: crate::AreaId(150_825), place }
    }

    #[test]
    fn what_is_reached_by_the_place_is_that_places_and_no_wider() {
        let id = Uuid::from_u128(9);
        let town = || Place::Town("150825100".into());
        let sees = |role, place| scope(&viewer(role, place), Noun::Child, Class::Work);
        assert_eq!(sees(Role::TownWorker, town()), Scope::Town("150825100".into()));
        assert_eq!(sees(Role::ClassTeacher, Place::Class(id)), Scope::Class(id));
        assert_eq!(sees(Role::ClassTeacher, Place::School(id)), Scope::School(id));
        for place in [Place::County, Place::Person(id), Place::Unit(id)] {
            assert_eq!(sees(Role::ClassTeacher, place.clone()), Scope::Nothing, "{place:?}");
        }
    }

    #[test]
    fn what_is_ones_own_is_that_persons_and_a_place_that_is_no_person_has_none() {
        let id = Uuid::from_u128(9);
        for (role, expected) in [
            (Role::Volunteer, Scope::Volunteer(id)),
            (Role::Applicant, Scope::Volunteer(id)),
            (Role::Guardian, Scope::Guardian(id)),
        ] {
            for noun in Noun::ALL.into_iter().filter(|noun| reach(role, *noun, Class::Work) == Reach::Own) {
                assert_eq!(scope(&viewer(role, Place::Person(id)), noun, Class::Work), expected, "{role:?} {noun:?}");
                for place in [Place::County, Place::Unit(id), Place::Class(id)] {
                    assert_eq!(scope(&viewer(role, place), noun, Class::Work), Scope::Nothing, "{role:?} {noun:?}");
                }
            }
        }
    }

    #[test]
    fn roles_that_see_all_files_or_the_trail_are_given_by_leader_and_it_alone() {
        let with_us =
            [Role::TownWorker, Role::ClassTeacher, Role::Volunteer, Role::Applicant, Role::Guardian, Role::BaseKeeper];
        for by in Role::ALL {
            let gives = may(by, Action::KeepAccount);
            let gives_all = gives && matches!(by, Role::Leader | Role::ItAdmin);
            for given in Role::ALL {
                let expected = if with_us.contains(&given) { gives } else { gives_all };
                assert_eq!(may_grant(by, given), expected, "{by:?} {given:?}");
            }
        }
        let silent = [&with_us[..], &[Role::Treasurer]].concat();
        assert!(Role::ALL.into_iter().all(|given| leaders_hear_of(given) != silent.contains(&given)));
    }

    #[test]
    fn what_a_childs_safety_hangs_on_is_done_by_these_roles_and_by_no_others() {
        use Role::{ClassTeacher, Coordinator, Guardian, Leader, Volunteer};
        for (action, who) in [
            (Action::HandOver, vec![Coordinator, Leader, ClassTeacher]),
            (Action::ReportCustody, vec![Coordinator, Leader, Volunteer]),
            (Action::CloseLateReturn, vec![Coordinator, Leader]),
            (Action::ApproveStay, vec![Coordinator, Leader]),
            (Action::EndorseStay, vec![ClassTeacher]),
            (Action::RequestStay, vec![Coordinator, Volunteer]),
            (Action::RecordWish, vec![Coordinator, Leader, ClassTeacher]),
            (Action::RecordConsent, vec![Coordinator, Leader, ClassTeacher]),
            (Action::GiveConsent, vec![Guardian]),
            (Action::HandleConcern, vec![Coordinator, Leader]),
            (Action::EndPair, vec![Leader]),
            (Action::ApproveVolunteer, vec![Leader]),
        ] {
            let may: Vec<Role> = Role::ALL.into_iter().filter(|role| may(*role, action)).collect();
            assert_eq!(may, who, "{action:?}");
        }
    }
}
