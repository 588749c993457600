//! Of whom a concern speaks that keeps a weekend off (product.md rule 2): the child, its carer, her home, and whoever else lives or
//! sleeps there.

use std::collections::{BTreeSet, HashMap};

use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::Error;
use crate::concern::suspension::in_force;
use crate::household::{MEMBERS, date};
use crate::sealed::entity::{account, concern, concern_person, household_member, stay, volunteer};
use crate::sealed::tx::Tx;

/// Stays whose homes are looked through at a time.
const MOST: usize = 500;

/// Blind indexes of identity numbers and telephones, each with the concerns that name whoever has it.
type Numbers = HashMap<Vec<u8>, BTreeSet<Uuid>>;

#[derive(Debug, FromQueryResult)]
struct Standing {
    id: Uuid,
    child_id: Option<Uuid>,
    state: String,
}

/// Concerns that are open, or closed and still suspend, as (concern, whom it is about): a child, a volunteer, a home. `members`
/// are the people of the homes that are asked about, `carers` the volunteers.
pub(super) async fn concerns(
    tx: &Tx,
    carers: &[volunteer::Model],
    members: &[household_member::Model],
) -> Result<Vec<(Uuid, Uuid)>, Error> {
    use concern::Column as C;
    let all: Vec<Standing> =
        tx.for_rule::<concern::Entity>().and(in_force()).columns([C::Id, C::ChildId, C::State], tx).await?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    // A closed one still keeps whom it names from every child; its own child may begin anew with somebody else.
    let open = all.iter().filter(|one| one.state != "closed");
    let mut about: Vec<(Uuid, Uuid)> = open.filter_map(|one| Some((one.id, one.child_id?))).collect();
    let named = tx.for_rule::<concern_person::Entity>();
    let named = named.holding(concern_person::Column::ConcernId, all.iter().map(|one| one.id)).all(tx).await?;
    about.extend(named.iter().map(|one| (one.concern_id, one.ref_id)));
    about.extend(living_there(tx, &numbers(tx, &named).await?, carers, members)?);
    Ok(about)
}

/// In which of these stays' homes somebody lives whom one of these concerns names, as (concern, home).
pub(crate) async fn homes_of(
    tx: &Tx,
    concerns: &[Uuid],
    stays: &[stay::Model],
) -> Result<BTreeSet<(Uuid, Uuid)>, Error> {
    let mut homes = BTreeSet::new();
    let named = tx.for_rule::<concern_person::Entity>();
    let named = named.holding(concern_person::Column::ConcernId, concerns.iter().copied()).all(tx).await?;
    let numbers = numbers(tx, &named).await?;
    if numbers.is_empty() {
        return Ok(homes);
    }
    for some in stays.chunks(MOST) {
        let carers = tx.for_rule::<volunteer::Entity>().among(some.iter().map(|stay| stay.volunteer_id));
        let members = tx.for_rule::<household_member::Entity>();
        let members = members.holding(household_member::Column::HouseholdId, some.iter().map(|stay| stay.household_id));
        homes.extend(living_there(tx, &numbers, &carers.all(tx).await?, &members.all(tx).await?)?);
    }
    Ok(homes)
}

/// Homes in which somebody lives whom a concern names by the file of another home or by an account: the same identity number or
/// the same telephone, as (concern, home).
fn living_there(
    tx: &Tx,
    numbers: &Numbers,
    carers: &[volunteer::Model],
    members: &[household_member::Model],
) -> Result<Vec<(Uuid, Uuid)>, Error> {
    let mut about = Vec::new();
    if numbers.is_empty() {
        return Ok(about);
    }
    let today = tx.now().date();
    let has_gone = |one: &household_member::Model| date(one.to_on.as_deref()).is_some_and(|to| to < today);
    // The carer herself is named by her file.
    let own: BTreeSet<Uuid> = carers.iter().map(|carer| carer.member_id).collect();
    for member in members.iter().filter(|one| !has_gone(one) && !own.contains(&one.id)) {
        let phone = tx.open_some(MEMBERS, "phone_sealed", member.id, member.phone_sealed.as_ref())?;
        let phone = phone.map(|phone| tx.ring().blind("phone", &phone));
        let called = member.id_no_bi.iter().chain(&phone).filter_map(|number| numbers.get(number));
        about.extend(called.flatten().map(|concern| (*concern, member.household_id)));
    }
    Ok(about)
}

/// By what those are known whom concerns name, with these concerns.
async fn numbers(tx: &Tx, named: &[concern_person::Model]) -> Result<Numbers, Error> {
    let ids: BTreeSet<Uuid> = named.iter().map(|one| one.ref_id).collect();
    let files = tx.for_rule::<volunteer::Entity>().among(ids.iter().copied()).all(tx).await?;
    let accounts = tx.common::<account::Entity>().among(ids).all(tx).await?;
    let of_files = files.iter().flat_map(|file| [(file.id, &file.id_no_bi), (file.id, &file.phone_bi)]);
    let known = of_files.chain(accounts.iter().map(|account| (account.id, &account.phone_bi)));
    let mut numbers = Numbers::new();
    for (whose, number) in known {
        let Some(number) = number else { continue };
        let about = named.iter().filter(|one| one.ref_id == whose).map(|one| one.concern_id);
        numbers.entry(number.clone()).or_default().extend(about);
    }
    Ok(numbers)
}
