//! How a county begins: what must stand before the first weekend, and what of it does.

use naheya_domain::Role;
use naheya_domain::access::Action;
use naheya_domain::check::{CheckKind, Outcome};
use naheya_domain::notice::{Channel, NoticeState};
use naheya_domain::stay::StayState;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::ColumnTrait;

use crate::consent::Purpose;
use crate::sealed::entity::{channel, check, child, class, consent, grant, notice, pair, stay, volunteer};
use crate::sealed::record::Record;
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error, setting};

/// States in which a child has left for the home.
const TOOK_PLACE: [StayState; 4] = [StayState::Released, StayState::InCare, StayState::Returned, StayState::Closed];

/// One of the first steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Schools and classes.
    School,
    /// Children on file.
    Children,
    /// A guardian's yes to nights away; a round takes only children whose guardian agreed.
    Consents,
    /// Volunteers on file.
    Volunteers,
    /// A check that passed and a volunteer whom the leader signed, who looks at the checks first.
    Checks,
    /// A pair, from paper or from a round.
    Pairs,
    /// A class teacher and a volunteer who can sign in.
    Accounts,
    /// The number that everybody calls.
    Phone,
    /// A way by which notices leave the house, and by which one has arrived: settings alone tell nobody of a late child.
    Channel,
    /// The first child goes.
    Weekend,
}

impl Step {
    /// The steps in the order in which they are best done.
    pub const ALL: [Step; 10] = [
        Step::School,
        Step::Children,
        Step::Consents,
        Step::Volunteers,
        Step::Checks,
        Step::Pairs,
        Step::Accounts,
        Step::Phone,
        Step::Channel,
        Step::Weekend,
    ];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Step::School => "school",
            Step::Children => "children",
            Step::Volunteers => "volunteers",
            Step::Checks => "checks",
            Step::Pairs => "pairs",
            Step::Consents => "consents",
            Step::Accounts => "accounts",
            Step::Phone => "phone",
            Step::Channel => "channel",
            Step::Weekend => "weekend",
        }
    }
}

impl Desk {
    /// The first steps and which of them are done; none once a child has gone to a home.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that approve no stays.
    pub async fn first_steps(&self) -> Result<Vec<(Step, bool)>, Error> {
        self.require(Action::ApproveStay)?;
        // A message that arrives stands in no trail.
        self.remembered_alone("first_steps", String::new(), steps(&self.read())).await
    }
}

async fn steps(tx: &Tx) -> Result<Vec<(Step, bool)>, Error> {
    if some(tx, tx.visible::<stay::Entity>().and(stay::Column::State.is_in(TOOK_PLACE.map(StayState::code)))).await? {
        return Ok(Vec::new());
    }
    let mut steps = Vec::with_capacity(Step::ALL.len());
    for step in Step::ALL {
        steps.push((step, is_done(tx, step).await?));
    }
    Ok(steps)
}

async fn is_done(tx: &Tx, step: Step) -> Result<bool, Error> {
    use {check::Column as K, consent::Column as C, volunteer::Column as V};
    match step {
        Step::School => some(tx, tx.visible::<class::Entity>()).await,
        Step::Children => some(tx, tx.visible::<child::Entity>()).await,
        Step::Volunteers => some(tx, tx.visible::<volunteer::Entity>()).await,
        Step::Checks => {
            let queries = tx.visible::<check::Entity>().and(K::Kind.eq(CheckKind::NoOffence.code()));
            let signed = tx.visible::<volunteer::Entity>().and(V::State.eq(VolunteerState::Approved.code()));
            Ok(some(tx, queries.and(K::Outcome.eq(Outcome::Passed.code()))).await? && some(tx, signed).await?)
        }
        Step::Pairs => some(tx, tx.visible::<pair::Entity>()).await,
        Step::Consents => {
            let nights = tx.visible::<consent::Entity>().and(C::Purpose.eq(Purpose::Overnight.code()));
            some(tx, nights.and(C::Answer.eq(true))).await
        }
        Step::Accounts => Ok(held(tx, Role::ClassTeacher).await? && held(tx, Role::Volunteer).await?),
        Step::Phone => Ok(setting::settings(tx).await?.office_phone.is_some()),
        Step::Channel => {
            let active = tx.visible::<channel::Entity>().and(channel::Column::Active.eq(true));
            let outside = notice::Column::Channel.is_in(Channel::OUTSIDE.map(Channel::code));
            let arrived = tx.visible::<notice::Entity>().and(outside);
            let arrived = arrived.and(notice::Column::State.eq(NoticeState::Sent.code()));
            Ok(some(tx, active).await? && some(tx, arrived).await?)
        }
        Step::Weekend => Ok(false),
    }
}

async fn held(tx: &Tx, role: Role) -> Result<bool, Error> {
    use grant::Column as G;
    let here = tx.common::<grant::Entity>().and(G::AreaId.eq(tx.area_id())).and(G::Role.eq(role.code()));
    some(tx, here.and(G::EndedAt.is_null())).await
}

async fn some<E: Record>(tx: &Tx, found: Visible<E>) -> Result<bool, Error>
where
    E::Model: Send + Sync,
{
    Ok(found.count_to(1, tx).await? > 0)
}
