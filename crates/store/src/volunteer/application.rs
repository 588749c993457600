//! How far an application is, for her who applied: each step done or not yet, and nothing else of it.

use naheya_domain::Role;
use naheya_domain::check::{APPLICATION, About, CheckKind, Subject};
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::VolunteerState;

use crate::check::CheckBook;
use crate::household::adults_there;
use crate::sealed::entity::volunteer;
use crate::{Desk, Error};

/// The reader's own application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// How far she is in the programme.
    pub state: VolunteerState,
    /// Each step, and whether it is done and holds today. A failure looks like what is not yet done: the leader speaks of it.
    pub steps: Vec<(CheckKind, bool)>,
}

impl Application {
    /// Whether it is still on its way, or came to its end well.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self.state, VolunteerState::Refused | VolunteerState::Left)
    }

    /// Whether the leader has signed.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        matches!(self.state, VolunteerState::Approved | VolunteerState::Paused)
    }
}

impl Desk {
    /// The application of the reader herself; nothing for whoever is no applicant.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn my_application(&self) -> Result<Option<Application>, Error> {
        let (Role::Applicant, Place::Person(id)) = (self.viewer().role, &self.viewer().place) else { return Ok(None) };
        let tx = self.read();
        let Some(own) = tx.visible::<volunteer::Entity>().id(*id).first(&tx).await? else { return Ok(None) };
        let today = tx.now().date();
        let book = CheckBook::of_homes(&tx, vec![own.household_id]).await?;
        let adults = adults_there(&tx, own.household_id, today, today).await?;
        let holds = |kind, subject| book.holds(kind, subject, today);
        let done = |kind: CheckKind| match kind.about() {
            About::Home => holds(kind, Subject::Home(own.household_id)),
            About::Volunteer => holds(kind, Subject::Volunteer(own.id)),
            About::Adult if kind == CheckKind::NoOffence => {
                !adults.is_empty() && adults.iter().all(|adult| holds(kind, Subject::Adult(adult.id)))
            }
            About::Adult => holds(kind, Subject::Adult(own.member_id)),
        };
        let steps = APPLICATION.into_iter().map(|kind| (kind, done(kind))).collect();
        Ok(Some(Application { state: VolunteerState::parse(&own.state).unwrap_or(VolunteerState::Applied), steps }))
    }
}
