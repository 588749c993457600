//! The first steps of a county on its Today page: what to do now, and what of it is done.

use naheya_domain::access::Action;
use naheya_store::Error;
use naheya_store::beginning::Step;

use crate::Signed;

/// A step as its line shows it.
pub(crate) struct StepLine {
    pub(crate) number: usize,
    pub(crate) what: String,
    pub(crate) text: String,
    pub(crate) done: bool,
    pub(crate) is_of_pairs: bool,
    /// The first that is not done.
    pub(crate) is_next: bool,
    /// Where it is done, for whoever may.
    pub(crate) href: Option<&'static str>,
    pub(crate) act: String,
}

/// The steps of the reader's county, none once it is under way.
pub(crate) async fn lines(me: &Signed) -> Result<Vec<StepLine>, Error> {
    let (w, steps) = (me.w(), me.desk.first_steps().await?);
    let next = steps.iter().position(|(_, done)| !done);
    let line = |(n, (step, done)): (usize, (Step, bool))| {
        let (href, action) = way(step);
        let may = me.desk.may(action);
        let text = w.code("today-begin-text", step.code());
        StepLine {
            number: n + 1,
            what: w.code("today-begin-what", step.code()),
            text: if may { text } else { w.t1("today-begin-asked", "text", text) },
            done,
            is_of_pairs: step == Step::Pairs,
            is_next: next == Some(n),
            href: (may && !done).then_some(href),
            act: w.code("today-begin-act", step.code()),
        }
    };
    Ok(steps.into_iter().enumerate().map(line).collect())
}

/// Where a step is done, and by whom it can be.
fn way(step: Step) -> (&'static str, Action) {
    match step {
        Step::School => ("/schools", Action::KeepSchool),
        Step::Children => ("/imports/new?kind=children", Action::Import),
        Step::Volunteers => ("/imports/new?kind=volunteers", Action::Import),
        Step::Checks => ("/checks/new", Action::KeepVolunteer),
        Step::Pairs => ("/rounds", Action::RunRound),
        Step::Consents => ("/children", Action::RecordConsent),
        Step::Accounts => ("/accounts/new?role=class_teacher", Action::KeepAccount),
        Step::Phone => ("/settings", Action::KeepSetting),
        Step::Channel => ("/channels", Action::KeepNotice),
        Step::Weekend => ("/stays", Action::ApproveStay),
    }
}
