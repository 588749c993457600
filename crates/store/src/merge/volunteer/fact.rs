//! What is known of two volunteers' files before they become one.

use naheya_domain::hours::overlap;
use naheya_domain::merge::{VolunteerFacts, is_refused_once, may_have_pair};
use naheya_domain::volunteer::VolunteerState;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{After, Pair, access};
use crate::Error;
use crate::hours::{in_force, span_of};
use crate::household::{self, MEMBERS, taken};
use crate::merge::claim::tells;
use crate::sealed::entity::{
    guardian, guardianship, hours_entry, household_member, pair, proposal, round, round_volunteer, stay, volunteer,
};
use crate::sealed::tx::Tx;
use crate::volunteer::TABLE;

/// Stays that take nobody's place any more.
const CALLED_OFF: [&str; 2] = ["refused", "cancelled"];
/// Stays in which a child is there, or on the way.
const AWAY: [&str; 3] = ["released", "in_care", "returned"];

/// What is known of the two, and of the rows that would stay. `except`: the proposal that is being judged.
pub(super) async fn facts(tx: &Tx, two: &Pair, after: &After, except: Option<Uuid>) -> Result<VolunteerFacts, Error> {
    let both = [two.kept.id, two.other.id];
    if two.kept.id == two.other.id {
        return Ok(VolunteerFacts { same: true, ..VolunteerFacts::default() });
    }
    let (stays, pairs) = (stays(tx, both, [two.homes.0.id, two.homes.1.id]).await?, pairs(tx, both).await?);
    let state = |text: &str| VolunteerState::parse(text).unwrap_or(VolunteerState::Refused);
    let meets = |a: &stay::Model, b: &stay::Model| a.starts_at < b.ends_at && b.starts_at < a.ends_at;
    let taking = |whose: Uuid| {
        stays.iter().filter(move |stay| stay.volunteer_id == whose && !CALLED_OFF.contains(&stay.state.as_str()))
    };
    let open = pairs.iter().any(|pair| pair.state != "ended");
    Ok(VolunteerFacts {
        same: false,
        waiting: crate::merge::waiting(tx, both, except).await?,
        away: stays.iter().any(|stay| AWAY.contains(&stay.state.as_str())),
        both_accounts: signs_in(tx, both[0]).await? && signs_in(tx, both[1]).await?,
        overlap: taking(both[0]).any(|a| taking(both[1]).any(|b| meets(a, b))),
        same_child: same_child(&pairs),
        hours_twice: hours_twice(tx, both).await?,
        both_in_round: both_in_round(tx, both).await?,
        offered: offered(tx, both).await?,
        two_homes: two_homes(tx, two)?,
        no_room: no_room(tx, two, after).await?,
        kept_away: kept_away(tx, two).await?,
        refused_once: is_refused_once(state(&two.kept.state), state(&two.other.state)),
        number_and_birth: !fits(tx, two, after)?,
        state_with_pair: open && !may_have_pair(state(&after.kept.state)),
    })
}

/// Theirs; and those in which a child is with whoever else lives in their homes: the home is what changes.
async fn stays(tx: &Tx, both: [Uuid; 2], homes: [Uuid; 2]) -> Result<Vec<stay::Model>, Error> {
    use stay::Column as S;
    let there = Condition::all().add(S::HouseholdId.is_in(homes)).add(S::State.is_in(AWAY));
    tx.for_rule::<stay::Entity>().and(Condition::any().add(S::VolunteerId.is_in(both)).add(there)).all(tx).await
}

async fn pairs(tx: &Tx, both: [Uuid; 2]) -> Result<Vec<pair::Model>, Error> {
    tx.for_rule::<pair::Entity>().and(pair::Column::VolunteerId.is_in(both)).all(tx).await
}

/// A role that stands for the file has not ended.
async fn signs_in(tx: &Tx, volunteer: Uuid) -> Result<bool, Error> {
    let today = tx.now().date().to_string();
    let over = |to: &Option<String>| to.as_ref().is_some_and(|day| *day < today);
    let roles = access::roles(tx, volunteer).await?;
    Ok(roles.iter().any(|row| row.ended_at.is_none() && !over(&row.to_on)))
}

/// A child has one carer at a time: two pairs with it on the same days are not one volunteer's.
fn same_child(pairs: &[pair::Model]) -> bool {
    let ends = |pair: &pair::Model| pair.ended_on.clone().unwrap_or_else(|| "9999-12-31".to_owned());
    let meets = |a: &pair::Model, b: &pair::Model| a.begun_on < ends(b) && b.begun_on < ends(a);
    let two = |a: &pair::Model, b: &pair::Model| a.volunteer_id != b.volunteer_id && a.child_id == b.child_id;
    pairs.iter().any(|a| pairs.iter().any(|b| two(a, b) && meets(a, b)))
}

/// Nobody is credited the same hour twice. Paper entries cover whole years and are left out.
async fn hours_twice(tx: &Tx, both: [Uuid; 2]) -> Result<bool, Error> {
    use hours_entry::Column as H;
    let rows = tx.for_rule::<hours_entry::Entity>().and(H::VolunteerId.is_in(both)).and(H::Kind.ne("paper"));
    let rows = in_force(rows.and(crate::hours::counted()).by(H::StartsAt).all(tx).await?);
    let [one, other] = both.map(|whose| rows.iter().filter(|row| row.volunteer_id == whose).collect::<Vec<_>>());
    // Both in order of their beginning: the one that ends first is left behind.
    let (mut a, mut b) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(first), Some(second)) = (a.peek(), b.peek()) {
        if overlap(span_of(first), span_of(second)) {
            return Ok(true);
        }
        let behind = if first.ends_at <= second.ends_at { &mut a } else { &mut b };
        behind.next();
    }
    Ok(false)
}

async fn both_in_round(tx: &Tx, both: [Uuid; 2]) -> Result<bool, Error> {
    use round_volunteer::Column as C;
    let going = tx.for_rule::<round::Entity>().and(round::Column::State.ne("closed")).ids(round::Column::Id);
    let rows =
        tx.for_rule::<round_volunteer::Entity>().and(C::VolunteerId.is_in(both)).and(C::RoundId.in_subquery(going));
    let rows = rows.all(tx).await?;
    Ok(rows.iter().any(|a| rows.iter().any(|b| a.round_id == b.round_id && a.volunteer_id != b.volunteer_id)))
}

async fn offered(tx: &Tx, both: [Uuid; 2]) -> Result<bool, Error> {
    use proposal::Column as C;
    let rows = tx.for_rule::<proposal::Entity>().and(C::VolunteerId.is_in(both)).and(C::State.eq("offered"));
    Ok(rows.first(tx).await?.is_some())
}

/// Two addresses, or two towns, are two homes; where one of them says nothing, nothing speaks against it.
fn two_homes(tx: &Tx, two: &Pair) -> Result<bool, Error> {
    if two.is_one_home() {
        return Ok(false);
    }
    let (one, other) = &two.homes;
    let address = |home: &crate::sealed::entity::household::Model| {
        tx.open_some(household::TABLE, "address_sealed", home.id, home.address_sealed.as_ref())
    };
    let bare = |text: Option<String>| {
        text.map(|text| text.split_whitespace().collect::<String>()).filter(|text| !text.is_empty())
    };
    let differ = |a: Option<String>, b: Option<String>| a.is_some() && b.is_some() && a != b;
    let towns = differ(one.town_code.clone(), other.town_code.clone());
    Ok(towns || differ(bare(address(one)?), bare(address(other)?)))
}

/// Places are the home's, whoever of it has the pair.
async fn no_room(tx: &Tx, two: &Pair, after: &After) -> Result<bool, Error> {
    if two.is_one_home() {
        return Ok(false);
    }
    let together = taken(tx, two.homes.0.id).await? + taken(tx, two.homes.1.id).await?;
    Ok(together > u64::try_from(after.home.capacity).unwrap_or_default())
}

/// Whether somebody of the homes is kept away from a child who has a pair with somebody there: the same identity number or
/// phone. No child comes to such a person because two homes became one; and of two files in one home the number that says
/// so does not go.
async fn kept_away(tx: &Tx, two: &Pair) -> Result<bool, Error> {
    let homes = [two.homes.0.id, two.homes.1.id];
    let carers = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::HouseholdId.is_in(homes)).all(tx).await?;
    let pairs = tx.for_rule::<pair::Entity>().and(pair::Column::State.ne("ended"));
    let pairs = pairs.and(pair::Column::VolunteerId.is_in(carers.iter().map(|row| row.id))).all(tx).await?;
    let ties = tx.for_rule::<guardianship::Entity>().and(guardianship::Column::Blocked.eq(true));
    let ties = ties.and(guardianship::Column::ChildId.is_in(pairs.iter().map(|pair| pair.child_id))).all(tx).await?;
    if ties.is_empty() {
        return Ok(false);
    }
    let people = guardian::Column::Id.is_in(ties.iter().map(|tie| tie.guardian_id));
    let people = tx.for_rule::<guardian::Entity>().and(people).all(tx).await?;
    let living = household_member::Column::HouseholdId.is_in(homes);
    let living = tx.for_rule::<household_member::Entity>().and(living).all(tx).await?;
    for person in people {
        let phone = tx.open_some("guardians", "phone_sealed", person.id, person.phone_sealed.as_ref())?;
        let same = |a: &Option<Vec<u8>>, b: &Option<Vec<u8>>| a.is_some() && a == b;
        let carer =
            |row: &volunteer::Model| same(&row.id_no_bi, &person.id_no_bi) || same(&row.phone_bi, &person.phone_bi);
        let mut there = carers.iter().any(carer);
        for member in &living {
            let number = tx.open_some(MEMBERS, "phone_sealed", member.id, member.phone_sealed.as_ref())?;
            there |= same(&member.id_no_bi, &person.id_no_bi) || (phone.is_some() && phone == number);
        }
        if there {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the identity number that would stay tells the birth date that would stay.
fn fits(tx: &Tx, two: &Pair, after: &After) -> Result<bool, Error> {
    let from = if after.kept.id_no_sealed == two.kept.id_no_sealed { &two.kept } else { &two.other };
    // As one of the files has it already.
    if after.kept.birth_on == from.birth_on {
        return Ok(true);
    }
    let number = tx.open_some(TABLE, "id_no_sealed", from.id, from.id_no_sealed.as_ref())?;
    Ok(tells(number.as_deref(), after.kept.birth_on.as_deref()))
}
