//! Volunteers: registering with home and family in one act, and changing.

use naheya_domain::access::{Action, Class};
use naheya_domain::household::{HouseholdDetails, MemberDetails};
use naheya_domain::id::{HouseholdId, MemberId, VolunteerId};
use naheya_domain::id_number::IdNumber;
use naheya_domain::relation::Relation;
use naheya_domain::sex::Sex;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerState};
use naheya_domain::{Date, FieldError};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::erasure::has_name;
use crate::household::{new_home, new_member, resealed};
use crate::sealed::act::Act;
use crate::sealed::entity::{household, household_member, merge, uniq, volunteer};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::{Error, claim};

mod ahead;
mod application;
mod around;
mod at_home;
mod beside;
mod file;
mod list;
mod order;
mod out;
mod remind;
mod sign;
mod step;

pub use ahead::StayAhead;
pub use application::Application;
pub use file::{Adult, FileEvent, PairLine, VolunteerFile, Year};
pub use list::{COUNTED, MOST_EXPIRING, NextCheck, VolunteerFilter, VolunteerRow};
pub(crate) use list::{has_a_place, rows_out};
pub use order::{MOST_SORTED, VolunteerColumn};
pub use out::MOST;
pub(crate) use out::MOST_ALONE;
pub use remind::{RemindOfChecks, Reminded};
pub use sign::{SignVolunteers, Signature, Signed};
pub use step::{Step, StepVolunteer};

pub(crate) const TABLE: &str = "volunteers";
/// The kind under which a volunteer's identity number is claimed for the whole installation.
pub(crate) const CLAIM: &str = "volunteer_id_no";

/// Where a new volunteer lives.
#[derive(Clone, Debug)]
pub enum HomeChoice {
    /// A home not on file yet, with the other people in it.
    New(HouseholdDetails, Vec<MemberDetails>),
    /// A home of somebody already on file.
    Known(HouseholdId),
    /// The home in which the volunteer stands on file already, as this adult of it.
    Member(MemberId),
}

/// A new volunteer: person, home and family in one act. She is being screened from now on.
#[derive(Clone, Debug)]
pub struct RegisterVolunteer {
    /// Who.
    pub details: VolunteerDetails,
    /// Where.
    pub home: HomeChoice,
}

/// What came of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Registered {
    /// The volunteer.
    pub volunteer: VolunteerId,
    /// Her home.
    pub household: HouseholdId,
    /// Her own entry among the people of the home.
    pub member: MemberId,
}

impl Act for RegisterVolunteer {
    const NAME: &'static str = "volunteer.register";
    type Answer = Registered;

    async fn run(&self, tx: &Tx) -> Result<Registered, Error> {
        tx.require(Action::KeepVolunteer)?;
        let id = Uuid::now_v7();
        let entry = self.entry(tx).await?;
        let details = match &entry {
            Some(entry) => at_home::with_number(tx, entry, &self.details)?,
            None => self.details.clone(),
        };
        claim_id_number(tx, id, &details).await?;
        let (household, member) = match &entry {
            Some(entry) => {
                at_home::fill(tx, entry, &details).await?;
                (entry.household_id, entry.id)
            }
            None => self.moves_in(tx).await?,
        };
        let number = number_text(tx, next_running(tx).await?);
        let row = new_row(tx, Place { id, household, member, number }, &details)?;
        tx.insert::<volunteer::Entity>(row).await?;
        search::index(tx, Kind::Volunteer, id, &[self.details.name.as_str()]).await?;
        Ok(Registered { volunteer: VolunteerId(id), household: HouseholdId(household), member: MemberId(member) })
    }
}

impl RegisterVolunteer {
    /// The entry of a home on file that becomes the volunteer's own.
    async fn entry(&self, tx: &Tx) -> Result<Option<household_member::Model>, Error> {
        match self.home {
            HomeChoice::Member(of) => at_home::entry(tx, of, &self.details).await.map(Some),
            HomeChoice::New(..) | HomeChoice::Known(_) => Ok(None),
        }
    }

    /// The home, and a new entry of the volunteer's in it.
    async fn moves_in(&self, tx: &Tx) -> Result<(Uuid, Uuid), Error> {
        let (household, member) = (self.household(tx).await?, Uuid::now_v7());
        let own = own_entry(&self.details);
        tx.insert::<household_member::Entity>(new_member(tx, member, household, &own)?).await?;
        Ok((household, member))
    }

    async fn household(&self, tx: &Tx) -> Result<Uuid, Error> {
        match &self.home {
            HomeChoice::Member(_) => Err(Error::NotFound),
            HomeChoice::Known(id) => {
                let home = tx.visible::<household::Entity>().id(*id).one(tx).await?;
                has_name(&home.name)?;
                Ok(home.id)
            }
            HomeChoice::New(details, others) => {
                let id = Uuid::now_v7();
                let name = home_name(self.details.name.as_str());
                tx.insert::<household::Entity>(new_home(tx, id, &name, details)?).await?;
                let rows: Result<Vec<_>, Error> =
                    others.iter().map(|other| new_member(tx, Uuid::now_v7(), id, other)).collect();
                tx.insert_all::<household_member::Entity>(rows?).await?;
                Ok(id)
            }
        }
    }
}

pub(crate) fn home_name(name: &str) -> String {
    format!("{name}家")
}

/// After whom a home is called.
pub(crate) fn whose_home(home: &str) -> Option<&str> {
    home.strip_suffix('家')
}

/// The volunteer as one of the people in her home.
pub(crate) fn own_entry(d: &VolunteerDetails) -> MemberDetails {
    MemberDetails {
        name: d.name.clone(),
        relation: Relation::parse("01"),
        birth_on: Some(d.birth_on),
        sex: d.sex,
        id_number: d.id_number,
        phone: Some(d.phone.clone()),
        guest: false,
        from_on: None,
        to_on: None,
    }
}

/// Ids and number of a new row.
pub(crate) struct Place {
    pub(crate) id: Uuid,
    pub(crate) household: Uuid,
    pub(crate) member: Uuid,
    pub(crate) number: String,
}

pub(crate) fn new_row(tx: &Tx, place: Place, d: &VolunteerDetails) -> Result<volunteer::Model, Error> {
    let now = tx.now().0;
    let empty = volunteer::Model {
        area_id: tx.area_id(),
        id: place.id,
        number: place.number,
        household_id: place.household,
        member_id: place.member,
        name: String::new(),
        sex: "0".into(),
        ethnic: None,
        birth_on: None,
        political: None,
        work_unit: None,
        trade: None,
        phone_sealed: None,
        phone_bi: None,
        id_no_sealed: None,
        id_no_bi: None,
        languages: String::new(),
        state: VolunteerState::Screening.code().into(),
        joined_on: None,
        left_on: None,
        registered_by: tx.account(),
        approved_by: None,
        approved_at: None,
        account_id: None,
        batch_id: None,
        note: None,
        created_at: now,
        updated_at: now,
        version: 1,
        education: None,
    };
    filled(tx, empty, d)
}

pub(crate) fn filled(tx: &Tx, row: volunteer::Model, d: &VolunteerDetails) -> Result<volunteer::Model, Error> {
    let number = d.id_number.as_ref().map(|n| n.as_str());
    let phone = d.phone.as_str();
    Ok(volunteer::Model {
        name: d.name.as_str().to_owned(),
        sex: d.sex.map_or("0", Sex::standard_code).to_owned(),
        ethnic: d.ethnic.map(|e| e.code().to_owned()),
        birth_on: Some(d.birth_on.to_string()),
        political: d.political.map(|p| p.code().to_owned()),
        education: d.education.map(|e| e.code().to_owned()),
        work_unit: d.work_unit.clone(),
        trade: d.trade.clone(),
        phone_sealed: resealed(tx, TABLE, "phone_sealed", row.id, row.phone_sealed.as_ref(), Some(phone))?,
        phone_bi: Some(tx.ring().blind("phone", phone)),
        id_no_sealed: resealed(tx, TABLE, "id_no_sealed", row.id, row.id_no_sealed.as_ref(), number)?,
        id_no_bi: number.map(|n| tx.ring().blind("id_no", n)),
        languages: d.languages.record(),
        note: tx.reseal_words(TABLE, "note", row.id, row.note.as_ref(), d.note.as_deref())?,
        ..row
    })
}

/// No other volunteer on file here has this number, whether she still takes part or not.
async fn no_other_has(tx: &Tx, volunteer: Uuid, d: &VolunteerDetails) -> Result<(), Error> {
    let Some(number) = &d.id_number else { return Ok(()) };
    let blind = tx.ring().blind("id_no", number.as_str());
    let is_taken = claim::is_on_file(tx, &blind, [volunteer; 2]).await?;
    if is_taken { Err(Error::field("id_number", "duplicate.in_register")) } else { Ok(()) }
}

/// One identity number is one volunteer in the whole installation, through the table `uniq`.
pub(crate) async fn claim_id_number(tx: &Tx, volunteer: Uuid, d: &VolunteerDetails) -> Result<(), Error> {
    no_other_has(tx, volunteer, d).await?;
    let Some(number) = &d.id_number else { return Ok(()) };
    let blind = tx.ring().blind("id_no", number.as_str());
    let claimed = tx
        .common::<uniq::Entity>()
        .and(uniq::Column::Kind.eq(CLAIM))
        .and(uniq::Column::BlindIndex.eq(blind.clone()))
        .first(tx)
        .await?;
    match claimed {
        Some(claim) if claim.ref_id == volunteer => Ok(()),
        Some(_) => Err(Error::field("id_number", "duplicate.in_register")),
        None => {
            let claim =
                uniq::Model { kind: CLAIM.into(), blind_index: blind, area_id: tx.area_id(), ref_id: volunteer };
            tx.insert::<uniq::Entity>(claim).await
        }
    }
}

/// The running number that the next volunteer of this year gets.
pub(crate) async fn next_running(tx: &Tx) -> Result<u32, Error> {
    let year = tx.now().date().year();
    let last = tx
        .for_rule::<volunteer::Entity>()
        .and(volunteer::Column::Number.gte(format!("V{year}-")))
        .and(volunteer::Column::Number.lt(format!("V{year}~")))
        .by_desc(volunteer::Column::Number)
        .first(tx)
        .await?;
    // A file that became part of another keeps its number: it stands on paper, and may come back.
    let merged = tx
        .for_rule::<merge::Entity>()
        .and(merge::Column::OtherNumber.gte(format!("V{year}-")))
        .and(merge::Column::OtherNumber.lt(format!("V{year}~")));
    let merged = merged.by_desc(merge::Column::OtherNumber).first(tx).await?;
    let numbers = last.map(|row| row.number).into_iter().chain(merged.map(|row| row.other_number));
    let running = numbers.filter_map(|number| number.split_once('-')?.1.parse::<u32>().ok()).max();
    Ok(running.unwrap_or(0) + 1)
}

/// The number of a file: `V`, year and running number, e.g. `V2026-000014`.
pub(crate) fn number_text(tx: &Tx, running: u32) -> String {
    format!("V{}-{running:06}", tx.now().date().year())
}

/// What is known of a volunteer has changed; her entry among the people of the home follows.
#[derive(Clone, Debug)]
pub struct ChangeVolunteer {
    /// Whose file.
    pub volunteer: VolunteerId,
    /// The version that was read.
    pub version: i32,
    /// What is known now; an identity number that is left empty stays as it is.
    pub details: VolunteerDetails,
}

impl Act for ChangeVolunteer {
    const NAME: &'static str = "volunteer.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepVolunteer)?;
        let before = tx.visible_as::<volunteer::Entity>(Class::Personal).id(self.volunteer).one(tx).await?;
        has_name(&before.name)?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let details = with_locked(tx, &before, &self.details)?;
        let number = details.id_number.as_ref().map(|n| tx.ring().blind("id_no", n.as_str()));
        if number != before.id_no_bi && claim::holds(tx, &before, before.id).await? {
            claim_id_number(tx, before.id, &details).await?;
        } else {
            no_other_has(tx, before.id, &details).await?;
        }
        claim::release(tx, CLAIM, before.id, before.id_no_bi.as_ref(), number.as_ref()).await?;
        put(tx, &before, &details).await
    }
}

/// The typed details with the locked identity number put back where none was typed.
fn with_locked(tx: &Tx, row: &volunteer::Model, typed: &VolunteerDetails) -> Result<VolunteerDetails, Error> {
    let mut details = typed.clone();
    if details.id_number.is_none() {
        let kept = tx.open_some(TABLE, "id_no_sealed", row.id, row.id_no_sealed.as_ref())?;
        details.id_number = kept.and_then(|n| IdNumber::parse(&n).ok());
        agree(details.id_number.as_ref(), Some(details.birth_on), details.sex)?;
    }
    Ok(details)
}

/// What is typed beside a locked identity number agrees with it.
pub(crate) fn agree(number: Option<&IdNumber>, born: Option<Date>, sex: Option<Sex>) -> Result<(), Error> {
    let Some(number) = number else { return Ok(()) };
    let mut faults = Vec::new();
    if born.is_some_and(|born| born != number.birth_date()) {
        faults.push(FieldError::new("birth_on", "id_number.birth_date_mismatch"));
    }
    if sex.is_some_and(|sex| sex != number.sex()) {
        faults.push(FieldError::new("sex", "id_number.sex_mismatch"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Writes changed details into a volunteer's row, her entry in the home and the index of names.
pub(crate) async fn put(tx: &Tx, before: &volunteer::Model, d: &VolunteerDetails) -> Result<(), Error> {
    let mut after = filled(tx, before.clone(), d)?;
    if after == *before {
        return Ok(());
    }
    after.updated_at = tx.now().0;
    tx.change::<volunteer::Entity>(before, after).await?;
    let (old, new) = (before.phone_sealed.as_ref(), Some(d.phone.as_str()));
    crate::account::phone::follow_sealed(tx, TABLE, before.id, old, new).await?;
    let own = tx.for_rule::<household_member::Entity>().id(before.member_id).one(tx).await?;
    at_home::fill(tx, &own, d).await?;
    if before.name != d.name.as_str() {
        search::reindex(tx, Kind::Volunteer, before.id, &[d.name.as_str()]).await?;
        at_home::rename(tx, before, d.name.as_str()).await?;
    }
    Ok(())
}
