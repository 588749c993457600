//! A volunteer's answer to the weekends of a term, written down by the coordinator when she calls the office.

use naheya_domain::Role;
use naheya_domain::id::{TermPlanId, TermWeekendId};
use naheya_domain::term::Side;
use naheya_store::Error;
use naheya_store::term::{HerRecord, PlanFile, PlanWeekend, RecordHerAnswer, Settled};
use naheya_store::volunteer::VolunteerFile;

use super::spoken::{RecordPage, days, waiting};
use super::{again, alike, also, home};
use crate::answer::see_other_saying;
use crate::words::Words;
use crate::{Answer, Id, Knock, Posted, Problem, Sheet, Signed, Toast, page_as};

/// Who writes down what a volunteer has said: whoever may ask for her weekends in her place.
pub(super) const RECORDS: Knock = Knock::Roles(&[Role::Coordinator]);

/// The plan and the file of its volunteer; the look at both stands in the trail.
async fn read(me: &Signed, id: TermPlanId) -> Result<(PlanFile, VolunteerFile), Problem> {
    let plan = me.desk.plan(id).await?;
    let file = me.desk.volunteer(plan.volunteer).await?;
    me.desk.looked("children", vec![plan.child.0], "work", None).await?;
    me.desk.looked("volunteers", vec![file.id.0], "personal", None).await?;
    Ok((plan, file))
}

pub(super) async fn blank(me: Signed, Id(id): Id<TermPlanId>) -> Answer {
    let (plan, file) = read(&me, id).await?;
    let fresh = Sheet::filled("stay", crate::stay::living_in(&file));
    let sheet = me.resumed(&format!("plan-hers-{id}"), fresh).await?;
    form(&me, (&plan, &file), sheet)
}

fn form(me: &Signed, (plan, file): (&PlanFile, &VolunteerFile), sheet: Sheet) -> Answer {
    let w = me.w();
    let now: Vec<&PlanWeekend> = waiting(plan, Side::Volunteer).collect();
    let shown = RecordPage {
        id: plan.id,
        hers: true,
        lead: w.t2("term-lead", "child", &plan.child_name, "carer", &plan.volunteer_name),
        guardians: Vec::new(),
        ways: Vec::new(),
        adults: crate::stay::adults_of(file),
        going: vec![("no", w.t("stay-going-no")), ("yes", w.t("stay-going-yes"))],
        weekends: days(w, &now),
        also: alike(w, plan, &now, Side::Volunteer),
        f: me.frame("term-hers").with(&sheet),
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

pub(super) async fn record(me: Signed, Id(id): Id<TermPlanId>, posted: Posted) -> Answer {
    // Not visible is absent, also for a form with faults.
    me.desk.plan(id).await?;
    if again::is_meant(&posted) {
        return again::by_office(&me, id, Side::Volunteer, &posted).await;
    }
    let done = async {
        let act = recorded(&me, id, &posted)?;
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(done) => see_other_saying(format!("/terms/{id}"), written(&done)),
        Err(error) => {
            let sheet = Sheet::again("stay", &posted, error)?;
            let (plan, file) = read(&me, id).await?;
            form(&me, (&plan, &file), sheet)
        }
    }
}

fn recorded(me: &Signed, plan: TermPlanId, posted: &Posted) -> Result<RecordHerAnswer, Error> {
    let yes = match posted.text("answer") {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::refused("plan.unanswered")),
    };
    Ok(RecordHerAnswer {
        plan,
        yes,
        out: posted.all("out").into_iter().filter_map(TermWeekendId::parse).collect(),
        home: if yes { Some(home(posted, me.now)?) } else { None },
        also: also(posted),
        said: posted.text("said").to_owned(),
    })
}

/// Who wrote it down and when, and how it was said.
pub(super) fn told(w: Words, record: HerRecord) -> String {
    let written = w.t2("term-hers-by", "who", record.by, "when", w.when(record.at));
    [Some(written), record.said].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What came of it, said once to whoever wrote it down.
fn written(done: &Settled) -> Toast {
    match (done.yes, done.asked.len()) {
        (0, _) => Toast::new("term-hers-no"),
        (n, 0) => Toast::new("term-hers-waits").with("n", n),
        (n, asked) => Toast::new("term-hers-both").with("n", n).with("asked", asked),
    }
}
