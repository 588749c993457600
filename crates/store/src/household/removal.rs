//! A volunteer leaves the home she lived in: for another one on file, or for one of her own. What was found out about her goes
//! with her; what hangs on who lives together is due anew in both homes; and what was planned in the old one is called off.

use naheya_domain::access::Action;
use naheya_domain::household::HouseholdDetails;
use naheya_domain::id::VolunteerId;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{CAPACITY_REASON, TABLE, capacity_reason, new_home, newcomer, taken};
use crate::Error;
use crate::carer::lives_in;
use crate::check::end_visits;
use crate::sealed::act::Act;
use crate::sealed::entity::{check, household, household_member, pair, stay, term_plan, volunteer};
use crate::sealed::tx::Tx;
use crate::stay::{Why, has_left, reason, tell_doubts};
use crate::volunteer::home_name;

/// Why her weekends are called off.
const MOVED: &str = "volunteer.moved_home";

/// Where she goes.
#[derive(Clone, Debug)]
pub enum Whither {
    /// To a home of her own, which nobody has visited yet.
    OwnHome,
    /// To where the volunteer with this number lives.
    HomeOf(String),
}

/// One volunteer moves from a home to another; the others of both stay where they are. Her weekends that have not begun are
/// called off and her terms' plans withdrawn, since they were agreed on for the old home; she goes out of open rounds. In both
/// homes earlier visits end, and the new one has to have a place for each child she is paired with.
#[derive(Clone, Debug)]
pub struct MoveVolunteer {
    /// Who.
    pub volunteer: VolunteerId,
    /// Where to.
    pub to: Whither,
    /// Why, 1 to 200 characters; kept in the trail.
    pub reason: String,
}

impl Act for MoveVolunteer {
    const NAME: &'static str = "volunteer.move_home";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepVolunteer)?;
        let before = tx.visible::<volunteer::Entity>().id(self.volunteer).one(tx).await?;
        if is_gone(&before) {
            return Err(Error::refused("volunteer.wrong_state"));
        }
        not_at_home(tx, before.household_id).await?;
        tx.because(reason(&self.reason, 200, "move_reason")?);
        let pairs = tx.for_rule::<pair::Entity>().and(pair::Column::VolunteerId.eq(before.id));
        let pairs = pairs.and(pair::Column::State.ne("ended")).all(tx).await?;
        call_off(tx, before.id).await?;
        for pair in &pairs {
            crate::term::withdraw_of(tx, pair.id).await?;
        }
        crate::round::drop_out(tx, before.id).await?;
        let home = self.home(tx, &before, pairs.len() as u64).await?;
        carry(tx, &before, home).await?;
        unlist(tx, &before).await?;
        crate::concern::follow_home(tx, before.id, home).await?;
        end_visits(tx, before.household_id).await?;
        end_visits(tx, home).await?;
        tell_doubts(tx, vec![before.household_id, home]).await
    }
}

impl MoveVolunteer {
    /// The home she goes to, with a place for each of `children`.
    async fn home(&self, tx: &Tx, before: &volunteer::Model, children: u64) -> Result<Uuid, Error> {
        let Whither::HomeOf(number) = &self.to else { return own_home(tx, before, children).await };
        let number = number.trim().to_uppercase();
        if number.is_empty() {
            return Err(Error::field("to_number", "required.missing"));
        }
        let there = tx.visible::<volunteer::Entity>().and(volunteer::Column::Number.eq(number)).first(tx).await?;
        let there = there.filter(|there| !is_gone(there));
        let there = there.ok_or_else(|| Error::field("to_number", "volunteer.number_unknown"))?;
        if there.household_id == before.household_id {
            return Err(Error::field("to_number", "volunteer.lives_there"));
        }
        not_at_home(tx, there.household_id).await?;
        let home = tx.for_rule::<household::Entity>().id(there.household_id).one(tx).await?;
        if taken(tx, home.id).await? + children > u64::try_from(home.capacity).unwrap_or(0) {
            return Err(Error::refused("volunteer.no_place_there"));
        }
        Ok(home.id)
    }
}

/// A new home of her own. Where a leader had let the old one take more children, and she has more than one, it may take as many.
async fn own_home(tx: &Tx, before: &volunteer::Model, children: u64) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let mut row = new_home(tx, id, &home_name(&before.name), &HouseholdDetails::default())?;
    if children > 1 {
        let old = tx.for_rule::<household::Entity>().id(before.household_id).one(tx).await?;
        row.capacity_reason = tx.seal_words(TABLE, CAPACITY_REASON, id, capacity_reason(tx, &old)?.as_deref())?;
        (row.capacity, row.capacity_by) = (old.capacity, old.capacity_by);
    }
    tx.insert::<household::Entity>(row).await?;
    Ok(id)
}

fn is_gone(row: &volunteer::Model) -> bool {
    VolunteerState::parse(&row.state).is_none_or(VolunteerState::is_gone)
}

/// Who lives where is said of the own home by somebody else.
async fn not_at_home(tx: &Tx, home: Uuid) -> Result<(), Error> {
    if lives_in(tx, home).await? { Err(Error::refused("household.own_home")) } else { Ok(()) }
}

/// Calls off what has not begun; while a child is with her she does not move.
async fn call_off(tx: &Tx, volunteer: Uuid) -> Result<(), Error> {
    use stay::Column as S;
    let open = ["requested", "consented", "approved", "released", "in_care", "returned"];
    let open = tx.for_rule::<stay::Entity>().and(S::VolunteerId.eq(volunteer)).and(S::State.is_in(open));
    let open = open.by(S::StartsAt).by(S::Id).all(tx).await?;
    if open.iter().any(has_left) {
        return Err(Error::refused("volunteer.child_there"));
    }
    for row in &open {
        crate::stay::call_off(tx, row, Why::Code(MOVED)).await?;
    }
    Ok(())
}

/// Her file, her entry and what was checked of her stand under the new home; whoever asks for weekends there is asked for her
/// too.
async fn carry(tx: &Tx, before: &volunteer::Model, home: Uuid) -> Result<(), Error> {
    use check::Column as C;
    let own = tx.for_rule::<household_member::Entity>().id(before.member_id).one(tx).await?;
    let from_on = Some(tx.now().date().to_string());
    let there = household_member::Model { household_id: home, guest: false, from_on, to_on: None, ..own.clone() };
    let there = tx.change::<household_member::Entity>(&own, there).await?;
    let after = volunteer::Model { household_id: home, updated_at: tx.now().0, ..before.clone() };
    tx.change::<volunteer::Entity>(before, after).await?;
    let hers = Condition::any().add(C::MemberId.eq(own.id)).add(C::VolunteerId.eq(before.id));
    let found = tx.for_rule::<check::Entity>().and(C::HouseholdId.eq(before.household_id)).and(hers);
    for row in found.all(tx).await? {
        let after = check::Model { household_id: home, ..row.clone() };
        tx.change::<check::Entity>(&row, after).await?;
    }
    newcomer::join(tx, None, &there).await
}

/// The plans of those who stay behind are asked for without her.
async fn unlist(tx: &Tx, gone: &volunteer::Model) -> Result<(), Error> {
    use {term_plan::Column as P, volunteer::Column as V};
    let carers = tx.for_rule::<volunteer::Entity>().and(V::HouseholdId.eq(gone.household_id));
    let plans = tx.for_rule::<term_plan::Entity>().and(P::VolunteerId.in_subquery(carers.ids(V::Id)));
    let own = gone.member_id.to_string();
    for before in plans.and(P::Adults.is_not_null()).by(P::Id).all(tx).await? {
        let named = before.adults.clone().unwrap_or_default();
        let left = named.split(' ').filter(|id| *id != own).collect::<Vec<_>>().join(" ");
        if left != named {
            let after = term_plan::Model { adults: (!left.is_empty()).then_some(left), ..before.clone() };
            tx.change::<term_plan::Entity>(&before, after).await?;
        }
    }
    Ok(())
}
