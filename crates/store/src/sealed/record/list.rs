//! Every table, one line each: its noun, its id and version columns, whether changes are audited,
//! and which of its rows each scope sees.

use naheya_domain::access::{Noun, Scope};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition};

use super::{Common, OfCounty, Record, everything, nothing, seal};
use crate::area::within;
use crate::sealed::entity::{
    account, alarm, area, audit_event, audit_head, audit_reason, break_glass, channel, charge, check, child,
    child_category, choice, class, concern, concern_circle, concern_entry, concern_person, consent, contact, county,
    county_holiday, custody_event, draft, duty, erasure, export, follow_up, grant, guardian, guardian_token,
    guardianship, holiday, hours_claim, hours_entry, household, household_member, idempotency, import_batch, ladder,
    merge, meta, note, notice, operation, operation_part, outbox, pair, pair_meeting, parting, phone_act, picture,
    plan_record, proposal, public_link, recovery_code, restriction, rollup, round, round_child, round_volunteer, run,
    saved_view, school, school_day, school_term, search_token, session, setting, sibling_group, sign_in_try, slip,
    snapshot, station, stay, stay_adult, term_plan, term_weekend, thanks, uniq, volunteer, wish,
};
use crate::sealed::visible;

macro_rules! record {
    ($table:ident, $name:literal, audited: $audited:literal, id: $id:expr, version: $version:expr, area: $area:expr) => {
        impl seal::Sealed for $table::Entity {}
        impl Record for $table::Entity {
            const TABLE: &'static str = $name;
            const AUDITED: bool = $audited;
            fn version() -> Option<$table::Column> {
                $version
            }
            fn id() -> Option<$table::Column> {
                $id
            }
            fn area() -> Option<$table::Column> {
                $area
            }
        }
    };
}

/// A table of the whole installation.
macro_rules! common {
    ($table:ident, $name:literal, audited: $audited:literal, id: $id:expr, version: $version:expr) => {
        record!($table, $name, audited: $audited, id: $id, version: $version, area: None);
        impl Common for $table::Entity {}
    };
}

/// A table of a county with the condition of each scope.
macro_rules! county {
    ($table:ident, $name:literal, $noun:ident, audited: $audited:literal, id: $id:expr, version: $version:expr, $narrow:expr) => {
        record!($table, $name, audited: $audited, id: $id, version: $version, area: Some($table::Column::AreaId));
        impl OfCounty for $table::Entity {
            const NOUN: Noun = Noun::$noun;
            fn narrow(scope: &Scope, area: i32) -> Condition {
                let narrow: fn(&Scope, i32) -> Condition = $narrow;
                narrow(scope, area)
            }
        }
    };
}

common!(meta, "meta", audited: false, id: None, version: None);
common!(area, "areas", audited: true, id: None, version: None);
common!(county, "counties", audited: true, id: None, version: None);
common!(account, "accounts", audited: true, id: Some(account::Column::Id), version: Some(account::Column::Version));
common!(grant, "grants", audited: true, id: Some(grant::Column::Id), version: Some(grant::Column::Version));
common!(session, "sessions", audited: false, id: Some(session::Column::Id), version: None);
common!(slip, "slips", audited: true, id: Some(slip::Column::Id), version: None);
common!(recovery_code, "recovery_codes", audited: true, id: Some(recovery_code::Column::Id), version: None);
common!(sign_in_try, "sign_in_tries", audited: false, id: None, version: None);
common!(holiday, "holidays", audited: true, id: None, version: None);
common!(uniq, "uniq", audited: false, id: None, version: None);
common!(public_link, "public_links", audited: false, id: None, version: None);

county!(setting, "settings", Setting, audited: true, id: None, version: Some(setting::Column::Version), whole);
county!(school, "schools", Area, audited: true, id: Some(school::Column::Id), version: Some(school::Column::Version), whole);
county!(class, "classes", Area, audited: true, id: Some(class::Column::Id), version: Some(class::Column::Version), whole);
county!(duty, "duties", Area, audited: true, id: Some(duty::Column::Id), version: None, whole);
county!(school_day, "school_days", Area, audited: true, id: Some(school_day::Column::Id), version: None, whole);
county!(school_term, "school_terms", Area, audited: true, id: Some(school_term::Column::Id), version: None, whole);
county!(county_holiday, "county_holidays", Area, audited: true, id: Some(county_holiday::Column::Id), version: None, whole);
county!(import_batch, "import_batches", Import, audited: true, id: Some(import_batch::Column::Id), version: Some(import_batch::Column::Version), whole);
county!(sibling_group, "sibling_groups", Child, audited: true, id: Some(sibling_group::Column::Id), version: Some(sibling_group::Column::Version), |scope, area| {
    through(scope, sibling_group::Column::Id, || children(scope, area, child::Column::SiblingGroupId))
});
county!(child, "children", Child, audited: true, id: Some(child::Column::Id), version: Some(child::Column::Version), own_children);
county!(child_category, "child_categories", Child, audited: true, id: Some(child_category::Column::Id), version: None, |scope, area| {
    by_child(scope, area, child_category::Column::ChildId)
});
county!(guardian, "guardians", Guardian, audited: true, id: Some(guardian::Column::Id), version: Some(guardian::Column::Version), |scope, area| {
    match scope {
        Scope::Guardian(id) => Condition::all().add(guardian::Column::Id.eq(*id)),
        _ => through(scope, guardian::Column::Id, || guardians_of(scope, area)),
    }
});
county!(guardian_token, "guardian_tokens", Guardian, audited: false, id: None, version: None, |scope, area| {
    match scope {
        Scope::Guardian(id) => Condition::all().add(guardian_token::Column::GuardianId.eq(*id)),
        _ => through(scope, guardian_token::Column::GuardianId, || guardians_of(scope, area)),
    }
});
county!(guardianship, "guardianships", Guardian, audited: true, id: Some(guardianship::Column::Id), version: Some(guardianship::Column::Version), |scope, area| {
    match scope {
        Scope::Guardian(id) => Condition::all().add(guardianship::Column::GuardianId.eq(*id)),
        _ => by_child(scope, area, guardianship::Column::ChildId),
    }
});
county!(household, "households", Household, audited: true, id: Some(household::Column::Id), version: Some(household::Column::Version), |scope, area| {
    match scope {
        Scope::Town(code) => within(household::Column::TownCode, code),
        Scope::Volunteer(id) => Condition::all().add(household::Column::Id.in_subquery(household_of(*id, area))),
        _ => county_only(scope),
    }
});
county!(household_member, "household_members", Household, audited: true, id: Some(household_member::Column::Id), version: Some(household_member::Column::Version), |scope, area| {
    match scope {
        Scope::Town(_) => through(scope, household_member::Column::HouseholdId, || homes_in(scope, area)),
        Scope::Volunteer(id) => Condition::all().add(household_member::Column::HouseholdId.in_subquery(household_of(*id, area))),
        _ => county_only(scope),
    }
});
county!(station, "stations", Station, audited: true, id: Some(station::Column::Id), version: Some(station::Column::Version), |scope, _| {
    around(scope, station::Column::TownCode)
});
county!(charge, "charges", Charge, audited: true, id: Some(charge::Column::Id), version: Some(charge::Column::Version), |scope, _| {
    around(scope, charge::Column::TownCode)
});
county!(volunteer, "volunteers", Volunteer, audited: true, id: Some(volunteer::Column::Id), version: Some(volunteer::Column::Version), |scope, area| {
    match scope {
        Scope::School(_) | Scope::Class(_) | Scope::Guardian(_) | Scope::Child(_) => {
            Condition::any()
                .add(volunteer::Column::Id.in_subquery(paired_with_children(scope, area)))
                .add(volunteer::Column::Id.in_subquery(away_with_children(scope, area)))
        }
        _ => by_volunteer(scope, volunteer::Column::Id),
    }
});
county!(check, "checks", Check, audited: true, id: Some(check::Column::Id), version: Some(check::Column::Version), whole);
county!(consent, "consents", Consent, audited: true, id: Some(consent::Column::Id), version: Some(consent::Column::Version), |scope, area| {
    by_child(scope, area, consent::Column::ChildId)
});
county!(wish, "wishes", Wish, audited: true, id: Some(wish::Column::Id), version: None, |scope, area| {
    by_child(scope, area, wish::Column::ChildId)
});
county!(round, "rounds", Round, audited: true, id: Some(round::Column::Id), version: Some(round::Column::Version), |scope, area| {
    match scope {
        Scope::Volunteer(id) => Condition::all().add(round::Column::Id.in_subquery(rounds_of(*id, area))),
        _ => county_only(scope),
    }
});
county!(round_child, "round_children", Round, audited: true, id: Some(round_child::Column::Id), version: Some(round_child::Column::Version), |scope, area| {
    match scope {
        Scope::Volunteer(id) => Condition::all().add(round_child::Column::RoundId.in_subquery(rounds_of(*id, area))),
        _ => county_only(scope),
    }
});
county!(round_volunteer, "round_volunteers", Round, audited: true, id: Some(round_volunteer::Column::Id), version: Some(round_volunteer::Column::Version), |scope, _| {
    by_volunteer(scope, round_volunteer::Column::VolunteerId)
});
county!(choice, "choices", Round, audited: true, id: Some(choice::Column::Id), version: None, |scope, _| {
    match scope {
        // A volunteer sees what she wrote, never what a child or another volunteer wrote.
        Scope::Volunteer(id) => Condition::all().add(choice::Column::VolunteerId.eq(*id)).add(choice::Column::Side.eq("volunteer")),
        _ => county_only(scope),
    }
});
county!(run, "runs", Round, audited: true, id: Some(run::Column::Id), version: None, whole);
county!(proposal, "proposals", Round, audited: true, id: Some(proposal::Column::Id), version: Some(proposal::Column::Version), |scope, _| {
    by_volunteer(scope, proposal::Column::VolunteerId)
});
county!(pair, "pairs", Pair, audited: true, id: Some(pair::Column::Id), version: Some(pair::Column::Version), |scope, area| {
    by_either(scope, area, pair::Column::ChildId, pair::Column::VolunteerId)
});
county!(pair_meeting, "pair_meetings", Pair, audited: true, id: Some(pair_meeting::Column::Id), version: None, whole);
county!(parting, "partings", Pair, audited: true, id: Some(parting::Column::Id), version: Some(parting::Column::Version), whole);
county!(stay, "stays", Stay, audited: true, id: Some(stay::Column::Id), version: Some(stay::Column::Version), |scope, area| {
    by_either(scope, area, stay::Column::ChildId, stay::Column::VolunteerId)
});
county!(stay_adult, "stay_adults", Stay, audited: true, id: Some(stay_adult::Column::Id), version: None, |scope, area| {
    through(scope, stay_adult::Column::StayId, || stays_in(scope, area))
});
county!(term_plan, "term_plans", Stay, audited: true, id: Some(term_plan::Column::Id), version: Some(term_plan::Column::Version), |scope, area| {
    by_either(scope, area, term_plan::Column::ChildId, term_plan::Column::VolunteerId)
});
county!(term_weekend, "term_weekends", Stay, audited: true, id: Some(term_weekend::Column::Id), version: Some(term_weekend::Column::Version), |scope, area| {
    through(scope, term_weekend::Column::PlanId, || plans_in(scope, area))
});
county!(plan_record, "plan_records", Stay, audited: true, id: Some(plan_record::Column::Id), version: None, |scope, area| {
    match scope {
        // Who answered for the guardians, and what proves it, is not the volunteer's to read.
        Scope::Volunteer(_) => nothing(),
        _ => through(scope, plan_record::Column::PlanId, || plans_in(scope, area)),
    }
});
county!(custody_event, "custody_events", Custody, audited: true, id: Some(custody_event::Column::Id), version: None, |scope, area| {
    match scope {
        Scope::Volunteer(_) => through(scope, custody_event::Column::StayId, || stays_in(scope, area)),
        _ => by_child(scope, area, custody_event::Column::ChildId),
    }
});
county!(alarm, "alarms", Stay, audited: true, id: Some(alarm::Column::Id), version: Some(alarm::Column::Version), |scope, area| {
    through(scope, alarm::Column::StayId, || stays_in(scope, area))
});
county!(ladder, "ladders", Area, audited: true, id: Some(ladder::Column::Id), version: Some(ladder::Column::Version), whole);
county!(note, "notes", Note, audited: true, id: Some(note::Column::Id), version: Some(note::Column::Version), |scope, area| {
    match scope {
        Scope::Volunteer(_) => through(scope, note::Column::StayId, || stays_in(scope, area)),
        _ => by_child(scope, area, note::Column::ChildId),
    }
});
county!(picture, "pictures", Note, audited: true, id: Some(picture::Column::Id), version: None, |scope, area| {
    by_child(scope, area, picture::Column::ChildId)
});
county!(phone_act, "phone_acts", Custody, audited: true, id: Some(phone_act::Column::Id), version: Some(phone_act::Column::Version), |scope, area| {
    through(scope, phone_act::Column::StayId, || stays_in(scope, area))
});
county!(thanks, "thanks", Note, audited: true, id: Some(thanks::Column::Id), version: None, |scope, area| {
    match scope {
        Scope::Volunteer(_) => through(scope, thanks::Column::StayId, || stays_in(scope, area)),
        _ => by_child(scope, area, thanks::Column::ChildId),
    }
});
county!(draft, "drafts", Notice, audited: false, id: None, version: None, whole);
county!(saved_view, "saved_views", Notice, audited: false, id: Some(saved_view::Column::Id), version: None, whole);
county!(follow_up, "follow_ups", FollowUp, audited: true, id: Some(follow_up::Column::Id), version: Some(follow_up::Column::Version), |scope, area| {
    by_child(scope, area, follow_up::Column::ChildId)
});
county!(concern, "concerns", Concern, audited: true, id: Some(concern::Column::Id), version: Some(concern::Column::Version), |scope, area| {
    by_circle(scope, area, concern::Column::Id)
});
county!(concern_person, "concern_people", Concern, audited: true, id: Some(concern_person::Column::Id), version: None, |scope, area| {
    by_circle(scope, area, concern_person::Column::ConcernId)
});
county!(concern_circle, "concern_circle", Concern, audited: true, id: Some(concern_circle::Column::Id), version: None, |scope, area| {
    by_circle(scope, area, concern_circle::Column::ConcernId)
});
county!(concern_entry, "concern_entries", Concern, audited: true, id: Some(concern_entry::Column::Id), version: None, |scope, area| {
    by_circle(scope, area, concern_entry::Column::ConcernId)
});
county!(hours_entry, "hours_entries", Hours, audited: true, id: Some(hours_entry::Column::Id), version: None, |scope, _| {
    by_volunteer(scope, hours_entry::Column::VolunteerId)
});
county!(hours_claim, "hours_claims", Hours, audited: true, id: Some(hours_claim::Column::Id), version: Some(hours_claim::Column::Version), |scope, _| {
    by_volunteer(scope, hours_claim::Column::VolunteerId)
});
county!(rollup, "rollups", Snapshot, audited: false, id: None, version: None, whole);
county!(snapshot, "snapshots", Snapshot, audited: true, id: Some(snapshot::Column::Id), version: Some(snapshot::Column::Version), whole);
county!(export, "exports", Export, audited: true, id: Some(export::Column::Id), version: Some(export::Column::Version), whole);
county!(break_glass, "break_glasses", BreakGlass, audited: true, id: Some(break_glass::Column::Id), version: Some(break_glass::Column::Version), |scope, _| {
    match scope {
        Scope::Account(account) => Condition::all().add(break_glass::Column::AccountId.eq(account.0)),
        _ => county_only(scope),
    }
});
county!(erasure, "erasures", Child, audited: true, id: Some(erasure::Column::Id), version: Some(erasure::Column::Version), whole);
county!(restriction, "restrictions", Child, audited: true, id: Some(restriction::Column::Id), version: Some(restriction::Column::Version), whole);
county!(merge, "merges", Child, audited: true, id: Some(merge::Column::Id), version: Some(merge::Column::Version), whole);
county!(operation, "operations", Export, audited: false, id: Some(operation::Column::Id), version: Some(operation::Column::Version), whole);
county!(operation_part, "operation_parts", Export, audited: false, id: None, version: None, whole);
county!(outbox, "outbox", Notice, audited: false, id: Some(outbox::Column::Id), version: None, whole);
county!(notice, "notices", Notice, audited: false, id: Some(notice::Column::Id), version: Some(notice::Column::Version), |scope, _| {
    match scope {
        Scope::Account(account) => Condition::all().add(notice::Column::AccountId.eq(account.0)),
        // That a concern exists is for its circle: nobody else finds the notices of it.
        Scope::County => Condition::all().add(notice::Column::Kind.not_like("concern.%")),
        _ => nothing(),
    }
});
county!(contact, "contacts", Notice, audited: true, id: Some(contact::Column::Id), version: Some(contact::Column::Version), |scope, _| {
    match scope {
        Scope::Account(account) => Condition::all().add(contact::Column::Id.eq(account.0)),
        _ => nothing(),
    }
});
county!(channel, "channels", Setting, audited: true, id: Some(channel::Column::Id), version: Some(channel::Column::Version), whole);
county!(audit_event, "audit_events", AuditEvent, audited: false, id: None, version: None, whole);
county!(audit_head, "audit_heads", AuditEvent, audited: false, id: None, version: None, whole);
county!(audit_reason, "audit_reasons", AuditEvent, audited: false, id: None, version: None, whole);
county!(idempotency, "idempotency", Setting, audited: false, id: None, version: None, whole);
county!(search_token, "search_tokens", Child, audited: false, id: None, version: None, |scope, area| {
    match scope {
        Scope::County => everything(),
        // Tokens of other kinds of people are told apart by the caller, which joins on its own table.
        _ => by_child(scope, area, search_token::Column::PersonId),
    }
});

/// The whole county or nothing.
fn whole(scope: &Scope, _: i32) -> Condition {
    county_only(scope)
}

fn county_only(scope: &Scope) -> Condition {
    if *scope == Scope::County { everything() } else { nothing() }
}

type Ids = sea_orm::sea_query::SelectStatement;

/// `column IN (ids)` for every scope but the two that need no list.
fn through<C: ColumnTrait>(scope: &Scope, column: C, ids: impl Fn() -> Ids) -> Condition {
    match scope {
        Scope::County => everything(),
        Scope::Nothing | Scope::Account(_) => nothing(),
        Scope::Town(_)
        | Scope::School(_)
        | Scope::Class(_)
        | Scope::Volunteer(_)
        | Scope::Guardian(_)
        | Scope::Child(_) => Condition::all().add(column.in_subquery(ids())),
    }
}

fn by_child<C: ColumnTrait>(scope: &Scope, area: i32, column: C) -> Condition {
    through(scope, column, || children(scope, area, child::Column::Id))
}

fn by_volunteer<C: ColumnTrait>(scope: &Scope, column: C) -> Condition {
    match scope {
        Scope::Volunteer(id) => Condition::all().add(column.eq(*id)),
        _ => county_only(scope),
    }
}

/// The volunteer sees what names her; everybody else sees by the child.
fn by_either<C: ColumnTrait>(scope: &Scope, area: i32, child: C, volunteer: C) -> Condition {
    match scope {
        Scope::Volunteer(id) => Condition::all().add(volunteer.eq(*id)),
        _ => by_child(scope, area, child),
    }
}

/// Concerns: the leader those of the county, everybody else those whose circle names the account.
/// Those about the reader are taken out by the reading act, which knows who the account is.
fn by_circle<C: ColumnTrait>(scope: &Scope, area: i32, column: C) -> Condition {
    match scope {
        Scope::County => everything(),
        Scope::Account(account) => Condition::all().add(
            column.in_subquery(
                all::<concern_circle::Entity>(
                    Condition::all()
                        .add(concern_circle::Column::AreaId.eq(area))
                        .add(concern_circle::Column::AccountId.eq(account.0)),
                )
                .ids(concern_circle::Column::ConcernId),
            ),
        ),
        _ => nothing(),
    }
}

fn all<E: Record>(condition: Condition) -> visible::Visible<E>
where
    E::Model: Send + Sync,
{
    visible::start::<E>(condition)
}

/// What lies in a town's or gacha's place, and what stands for the town that the gacha lies in.
fn around<C: ColumnTrait>(scope: &Scope, column: C) -> Condition {
    match scope {
        Scope::Town(code) => Condition::any().add(within(column, code)).add(column.eq(code.get(..9).unwrap_or(code))),
        _ => county_only(scope),
    }
}

/// The children of a scope, told by their own rows: a list of ids of the same table would be made anew for each question, a whole
/// town of it for a page of fifty.
fn own_children(scope: &Scope, area: i32) -> Condition {
    let of = |condition: SimpleExpr| Condition::all().add(condition);
    match scope {
        Scope::County => everything(),
        Scope::Nothing | Scope::Account(_) => nothing(),
        Scope::Town(code) => within(child::Column::TownCode, code),
        Scope::School(id) => of(child::Column::SchoolId.eq(*id)),
        Scope::Class(id) => of(child::Column::ClassId.eq(*id)),
        Scope::Volunteer(id) => of(child::Column::Id.in_subquery(paired_with(*id, area))),
        Scope::Guardian(id) => of(child::Column::Id.in_subquery(in_care_of(*id, area))),
        Scope::Child(id) => of(child::Column::Id.eq(*id)),
    }
}

/// One column of the children in a scope.
fn children(scope: &Scope, area: i32, column: child::Column) -> Ids {
    let here = Condition::all().add(child::Column::AreaId.eq(area));
    all::<child::Entity>(here.add(own_children(scope, area))).ids(column)
}

/// Children whose pair with this volunteer has begun and is neither paused nor ended: with the
/// relation the view is lost, the same moment (product.md rule 6).
fn paired_with(volunteer: uuid::Uuid, area: i32) -> Ids {
    all::<pair::Entity>(
        Condition::all()
            .add(pair::Column::AreaId.eq(area))
            .add(pair::Column::VolunteerId.eq(volunteer))
            .add(pair::Column::State.is_in(["settling", "active"])),
    )
    .ids(pair::Column::ChildId)
}

fn in_care_of(guardian: uuid::Uuid, area: i32) -> Ids {
    all::<guardianship::Entity>(
        Condition::all()
            .add(guardianship::Column::AreaId.eq(area))
            .add(guardianship::Column::GuardianId.eq(guardian))
            .add(guardianship::Column::Blocked.eq(false)),
    )
    .ids(guardianship::Column::ChildId)
}

fn guardians_of(scope: &Scope, area: i32) -> Ids {
    all::<guardianship::Entity>(
        Condition::all()
            .add(guardianship::Column::AreaId.eq(area))
            .add(guardianship::Column::ChildId.in_subquery(children(scope, area, child::Column::Id))),
    )
    .ids(guardianship::Column::GuardianId)
}

fn household_of(volunteer: uuid::Uuid, area: i32) -> Ids {
    all::<volunteer::Entity>(
        Condition::all().add(volunteer::Column::AreaId.eq(area)).add(volunteer::Column::Id.eq(volunteer)),
    )
    .ids(volunteer::Column::HouseholdId)
}

fn homes_in(scope: &Scope, area: i32) -> Ids {
    let here = Condition::all().add(household::Column::AreaId.eq(area));
    let condition = match scope {
        Scope::Town(code) => here.add(within(household::Column::TownCode, code)),
        _ => nothing(),
    };
    all::<household::Entity>(condition).ids(household::Column::Id)
}

fn rounds_of(volunteer: uuid::Uuid, area: i32) -> Ids {
    all::<round_volunteer::Entity>(
        Condition::all()
            .add(round_volunteer::Column::AreaId.eq(area))
            .add(round_volunteer::Column::VolunteerId.eq(volunteer))
            .add(round_volunteer::Column::Withdrawn.eq(false)),
    )
    .ids(round_volunteer::Column::RoundId)
}

fn stays_in(scope: &Scope, area: i32) -> Ids {
    let here = Condition::all().add(stay::Column::AreaId.eq(area));
    let narrowed = here.add(by_either(scope, area, stay::Column::ChildId, stay::Column::VolunteerId));
    all::<stay::Entity>(narrowed).ids(stay::Column::Id)
}

fn plans_in(scope: &Scope, area: i32) -> Ids {
    let here = Condition::all().add(term_plan::Column::AreaId.eq(area));
    let narrowed = here.add(by_either(scope, area, term_plan::Column::ChildId, term_plan::Column::VolunteerId));
    all::<term_plan::Entity>(narrowed).ids(term_plan::Column::Id)
}

/// Volunteers whose pair with a child of the scope runs.
fn paired_with_children(scope: &Scope, area: i32) -> Ids {
    all::<pair::Entity>(
        Condition::all()
            .add(pair::Column::AreaId.eq(area))
            .add(pair::Column::State.is_in(["settling", "active"]))
            .add(pair::Column::ChildId.in_subquery(children(scope, area, child::Column::Id))),
    )
    .ids(pair::Column::VolunteerId)
}

/// Volunteers who have a child of the scope with them now, whatever became of the pair meanwhile.
fn away_with_children(scope: &Scope, area: i32) -> Ids {
    all::<stay::Entity>(
        Condition::all()
            .add(stay::Column::AreaId.eq(area))
            .add(stay::Column::State.is_in(["released", "in_care"]))
            .add(stay::Column::ChildId.in_subquery(children(scope, area, child::Column::Id))),
    )
    .ids(stay::Column::VolunteerId)
}
