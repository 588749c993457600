//! Homes and the people in them, and how many children a home may take.

use naheya_domain::Date;
use naheya_domain::access::{Action, Class};
use naheya_domain::child::short_text;
use naheya_domain::household::{HouseholdDetails, MemberDetails, may_set_capacity};
use naheya_domain::id::{HouseholdId, MemberId};
use naheya_domain::id_number::IdNumber;
use naheya_domain::phone::Phone;
use naheya_domain::sex::Sex;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::carer::lives_in;
use crate::erasure::has_name;
use crate::sealed::act::Act;
use crate::sealed::entity::{household, household_member, pair, volunteer};
use crate::sealed::tx::Tx;

mod newcomer;
mod person;
mod removal;

pub(crate) use person::Person;
pub use removal::{MoveVolunteer, Whither};

pub(crate) const TABLE: &str = "households";
pub(crate) const MEMBERS: &str = "household_members";
const CAPACITY_REASON: &str = "capacity_reason";

/// The row of a new home; it takes one child until a leader says otherwise.
pub(crate) fn new_home(tx: &Tx, id: Uuid, name: &str, d: &HouseholdDetails) -> Result<household::Model, Error> {
    let empty = household::Model {
        area_id: tx.area_id(),
        id,
        name: name.to_owned(),
        town_code: None,
        address_sealed: None,
        rooms: None,
        languages: String::new(),
        animals: None,
        travel_minutes: 0,
        capacity: naheya_domain::household::USUAL_CAPACITY,
        capacity_reason: None,
        capacity_by: None,
        version: 1,
    };
    filled_home(tx, empty, d)
}

fn filled_home(tx: &Tx, row: household::Model, d: &HouseholdDetails) -> Result<household::Model, Error> {
    let address_sealed =
        resealed(tx, TABLE, "address_sealed", row.id, row.address_sealed.as_ref(), d.address.as_deref())?;
    Ok(household::Model {
        town_code: d.town_code.clone(),
        address_sealed,
        rooms: d.rooms,
        languages: d.languages.record(),
        animals: d.animals.clone(),
        travel_minutes: d.travel_minutes,
        ..row
    })
}

/// Why a leader lets a home take so many children.
pub(crate) fn capacity_reason(tx: &Tx, row: &household::Model) -> Result<Option<String>, Error> {
    tx.read_words(TABLE, CAPACITY_REASON, row.id, row.capacity_reason.as_ref())
}

/// The sealed text of a column: the old bytes where the text is the same, so that an unchanged
/// field is not named in the audit.
pub(crate) fn resealed(
    tx: &Tx,
    table: &str,
    column: &str,
    id: Uuid,
    old: Option<&Vec<u8>>,
    text: Option<&str>,
) -> Result<Option<Vec<u8>>, Error> {
    let before = tx.open_some(table, column, id, old)?;
    if before.as_deref() == text { Ok(old.cloned()) } else { tx.seal_some(table, column, id, text) }
}

/// The row of a person in a home.
pub(crate) fn new_member(tx: &Tx, id: Uuid, home: Uuid, d: &MemberDetails) -> Result<household_member::Model, Error> {
    let empty = household_member::Model {
        area_id: tx.area_id(),
        id,
        household_id: home,
        name: String::new(),
        relation: String::new(),
        birth_on: None,
        sex: None,
        id_no_sealed: None,
        id_no_bi: None,
        phone_sealed: None,
        guest: false,
        from_on: None,
        to_on: None,
        version: 1,
    };
    filled_member(tx, empty, d)
}

pub(crate) fn filled_member(
    tx: &Tx,
    row: household_member::Model,
    d: &MemberDetails,
) -> Result<household_member::Model, Error> {
    let number = d.id_number.as_ref().map(|n| n.as_str());
    let phone = d.phone.as_ref().map(|p| p.as_str());
    Ok(household_member::Model {
        name: d.name.as_str().to_owned(),
        relation: d.relation.map(|r| r.code().to_owned()).unwrap_or_default(),
        birth_on: d.birth_on.map(|b| b.to_string()),
        sex: d.sex.map(|s| Sex::standard_code(s).to_owned()),
        id_no_sealed: resealed(tx, MEMBERS, "id_no_sealed", row.id, row.id_no_sealed.as_ref(), number)?,
        id_no_bi: number.map(|n| tx.ring().blind("id_no", n)),
        phone_sealed: resealed(tx, MEMBERS, "phone_sealed", row.id, row.phone_sealed.as_ref(), phone)?,
        guest: d.guest,
        from_on: d.from_on.map(|d| d.to_string()),
        to_on: d.to_on.map(|d| d.to_string()),
        ..row
    })
}

/// A further person in a home, or a guest who will sleep there.
#[derive(Clone, Debug)]
pub struct AddMember {
    /// Which home.
    pub household: HouseholdId,
    /// Who.
    pub details: MemberDetails,
}

impl Act for AddMember {
    const NAME: &'static str = "household_member.add";
    type Answer = MemberId;

    async fn run(&self, tx: &Tx) -> Result<MemberId, Error> {
        tx.require(Action::KeepVolunteer)?;
        let home = tx.visible::<household::Entity>().id(self.household).one(tx).await?;
        has_name(&home.name)?;
        let id = Uuid::now_v7();
        let row = new_member(tx, id, home.id, &self.details)?;
        tx.insert::<household_member::Entity>(row.clone()).await?;
        newcomer::join(tx, None, &row).await?;
        Ok(MemberId(id))
    }
}

/// What is known of a person in a home has changed. The volunteer's own entry is changed with her file.
#[derive(Clone, Debug)]
pub struct ChangeMember {
    /// Who.
    pub member: MemberId,
    /// The version that was read.
    pub version: i32,
    /// What is known now; a last day says that the person has moved out. Identity number and telephone
    /// that are left empty stay as they are.
    pub details: MemberDetails,
}

impl Act for ChangeMember {
    const NAME: &'static str = "household_member.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepVolunteer)?;
        let before = tx.visible_as::<household_member::Entity>(Class::Personal).id(self.member).one(tx).await?;
        has_name(&before.name)?;
        let own = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::MemberId.eq(before.id)).first(tx).await?;
        if own.is_some() {
            return Err(Error::refused("member.is_volunteer"));
        }
        if lives_in(tx, before.household_id).await? {
            // Who is said to be gone, or to be a child, is asked for no check.
            return Err(Error::refused("household.own_home"));
        }
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let details = with_locked(tx, &before, &self.details)?;
        let after = filled_member(tx, before.clone(), &details)?;
        let after = tx.change::<household_member::Entity>(&before, after).await?;
        newcomer::join(tx, Some(&before), &after).await
    }
}

fn with_locked(tx: &Tx, row: &household_member::Model, typed: &MemberDetails) -> Result<MemberDetails, Error> {
    let mut details = typed.clone();
    if details.id_number.is_none() {
        let kept = tx.open_some(MEMBERS, "id_no_sealed", row.id, row.id_no_sealed.as_ref())?;
        details.id_number = kept.and_then(|n| IdNumber::parse(&n).ok());
        crate::volunteer::agree(details.id_number.as_ref(), details.birth_on, details.sex)?;
        details.birth_on = details.birth_on.or(details.id_number.as_ref().map(|n| n.birth_date()));
    }
    if details.phone.is_none() {
        let kept = tx.open_some(MEMBERS, "phone_sealed", row.id, row.phone_sealed.as_ref())?;
        details.phone = kept.and_then(|p| Phone::parse(&p).ok());
    }
    Ok(details)
}

/// What is known of a home has changed.
#[derive(Clone, Debug)]
pub struct ChangeHousehold {
    /// Which home.
    pub household: HouseholdId,
    /// The version that was read.
    pub version: i32,
    /// What is known now.
    pub details: HouseholdDetails,
}

impl Act for ChangeHousehold {
    const NAME: &'static str = "household.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepVolunteer)?;
        let before = tx.visible_as::<household::Entity>(Class::Personal).id(self.household).one(tx).await?;
        has_name(&before.name)?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        let after = filled_home(tx, before.clone(), &self.details)?;
        tx.change::<household::Entity>(&before, after).await?;
        Ok(())
    }
}

/// The family has moved: the home is another one, and has to be visited anew before a child sleeps there.
#[derive(Clone, Debug)]
pub struct MoveHousehold {
    /// The new address, and what else has changed with it.
    pub change: ChangeHousehold,
}

impl Act for MoveHousehold {
    const NAME: &'static str = "household.move";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        self.change.run(tx).await?;
        crate::check::end_visits(tx, self.change.household.0).await?;
        crate::stay::tell_doubts(tx, vec![self.change.household.0]).await
    }
}

/// A leader says how many children a home may take, and why (product.md rule 1).
#[derive(Clone, Debug)]
pub struct RaiseCapacity {
    /// Which home.
    pub household: HouseholdId,
    /// Children, 1 to 3.
    pub capacity: i32,
    /// Why; needed for more than one.
    pub reason: String,
}

impl Act for RaiseCapacity {
    const NAME: &'static str = "household.raise_capacity";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RaiseCapacity)?;
        let before = tx.visible::<household::Entity>().id(self.household).one(tx).await?;
        has_name(&before.name)?;
        if lives_in(tx, before.id).await? {
            return Err(Error::refused("household.own_home"));
        }
        let reason = short_text(&self.reason, 200).map_err(|code| Error::field("capacity_reason", code))?;
        may_set_capacity(self.capacity, taken(tx, before.id).await?, reason.as_deref())?;
        let mut after = before.clone();
        after.capacity = self.capacity;
        after.capacity_reason =
            tx.reseal_words(TABLE, CAPACITY_REASON, before.id, before.capacity_reason.as_ref(), reason.as_deref())?;
        after.capacity_by = Some(tx.account());
        tx.change::<household::Entity>(&before, after).await?;
        crate::round::offer_places(tx, before.id).await
    }
}

/// Children who have a pair with anybody in this home that has not ended. Places are the home's,
/// whoever of it signed up.
pub(crate) async fn taken(tx: &Tx, household: Uuid) -> Result<u64, Error> {
    let volunteers = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::HouseholdId.eq(household));
    tx.for_rule::<pair::Entity>()
        .and(pair::Column::State.ne("ended"))
        .and(pair::Column::VolunteerId.in_subquery(volunteers.ids(volunteer::Column::Id)))
        .count(tx)
        .await
}

/// Rows of the adults who will be in a home between two days: everybody who lives there and every
/// guest of those days who is, or may be, of age on the last of them. For rules; never shown.
pub(crate) async fn adults_there(
    tx: &Tx,
    household: Uuid,
    first: Date,
    last: Date,
) -> Result<Vec<household_member::Model>, Error> {
    let members = tx
        .for_rule::<household_member::Entity>()
        .and(household_member::Column::HouseholdId.eq(household))
        .by(household_member::Column::Id)
        .all(tx)
        .await?;
    Ok(members.into_iter().filter(|m| is_adult_there(m, first, last)).collect())
}

pub(crate) fn is_adult_there(m: &household_member::Model, first: Date, last: Date) -> bool {
    is_grown_and_there(m.birth_on.as_deref(), (m.from_on.as_deref(), m.to_on.as_deref()), first, last)
}

/// The same of somebody of whom only the dates were read: the birth, and from when to when the person is there.
fn is_grown_and_there(
    birth_on: Option<&str>,
    (from_on, to_on): (Option<&str>, Option<&str>),
    first: Date,
    last: Date,
) -> bool {
    use naheya_domain::household::{is_adult, is_there};
    is_there(date(from_on), date(to_on), first, last) && is_adult(date(birth_on), last)
}

/// A date as rows keep it.
pub(crate) fn date(text: Option<&str>) -> Option<Date> {
    text.and_then(|t| t.parse().ok())
}

/// A person in a home as the file shows it: no number, no phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub id: MemberId,
    /// Name.
    pub name: String,
    /// GB/T 4761 code of what this person is to the volunteer; empty when nobody has said.
    pub relation: String,
    /// Birth date.
    pub birth_on: Option<Date>,
    /// A guest.
    pub guest: bool,
    /// First day.
    pub from_on: Option<Date>,
    /// Last day.
    pub to_on: Option<Date>,
    /// Whether an adult's checks are asked of this person today.
    pub adult: bool,
    /// For the form that changes it.
    pub version: i32,
}

pub(crate) fn shown(m: &household_member::Model, today: Date) -> Member {
    Member {
        id: MemberId(m.id),
        name: m.name.clone(),
        relation: m.relation.clone(),
        birth_on: date(m.birth_on.as_deref()),
        guest: m.guest,
        from_on: date(m.from_on.as_deref()),
        to_on: date(m.to_on.as_deref()),
        adult: naheya_domain::household::is_adult(date(m.birth_on.as_deref()), today),
        version: m.version,
    }
}

/// A home as the file shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Which one.
    pub id: HouseholdId,
    /// Its name, `李样例家`.
    pub name: String,
    /// Town or gacha code.
    pub town_code: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Rooms.
    pub rooms: Option<i32>,
    /// Languages spoken, in the form of the record.
    pub languages: String,
    /// Animals.
    pub animals: Option<String>,
    /// Minutes from the school.
    pub travel_minutes: i32,
    /// Children it may take.
    pub capacity: i32,
    /// Children with a pair that has not ended.
    pub taken: u64,
    /// Why it may take more than one.
    pub capacity_reason: Option<String>,
    /// For the form that changes it.
    pub version: i32,
}
