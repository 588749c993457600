//! A guardian's answer to the weekends of a term, written down by the office.

use askama::Template;
use naheya_domain::id::{GuardianId, TermPlanId, TermWeekendId};
use naheya_domain::term::{PlanState, Side};
use naheya_domain::{FieldError, Role};
use naheya_store::Error;
use naheya_store::term::{PlanFile, PlanRecord, PlanWeekend, RecordPlanAnswer, Settled};

use super::{again, alike, also, hours};
use crate::answer::see_other_saying;
use crate::words::Words;
use crate::{Answer, Frame, Id, Knock, Posted, Sheet, Signed, Toast, page_as};

/// Who writes down what a guardian has said.
pub(super) const RECORDS: Knock = Knock::Roles(&[Role::Coordinator, Role::Leader]);

/// An answer written down for a guardian, or for the volunteer.
#[derive(Template)]
#[template(path = "term/record.html")]
pub(super) struct RecordPage {
    pub(super) f: Frame,
    pub(super) sheet: Sheet,
    pub(super) id: TermPlanId,
    /// Whether it is the volunteer's.
    pub(super) hers: bool,
    pub(super) lead: String,
    pub(super) guardians: Vec<(String, String)>,
    pub(super) ways: Vec<(String, String)>,
    /// The volunteer's home.
    pub(super) adults: Vec<(String, String)>,
    pub(super) going: Vec<(&'static str, String)>,
    pub(super) weekends: Vec<(TermWeekendId, String, String)>,
    pub(super) also: Vec<(String, String)>,
}

/// The weekends to which `side` may say something now.
pub(super) fn waiting(plan: &PlanFile, side: Side) -> impl Iterator<Item = &PlanWeekend> {
    let open = plan.state == PlanState::Open;
    plan.weekends.iter().filter(move |x| open && x.covered && x.waits_for(side))
}

/// Weekends as they stand in the form.
pub(super) fn days(w: Words, weekends: &[&PlanWeekend]) -> Vec<(TermWeekendId, String, String)> {
    weekends.iter().map(|x| (x.id, w.span(x.starts_at, x.ends_at), hours(w, x.starts_at, x.ends_at))).collect()
}

pub(super) async fn blank(me: Signed, Id(id): Id<TermPlanId>) -> Answer {
    let sheet = me.resumed(&format!("plan-record-{id}"), Sheet::blank("consent")).await?;
    form(&me, id, sheet).await
}

async fn form(me: &Signed, id: TermPlanId, sheet: Sheet) -> Answer {
    let w = me.w();
    let plan = me.desk.plan(id).await?;
    me.desk.looked("children", vec![plan.child.0], "work", None).await?;
    let guardians = me.desk.who_may_consent(plan.child).await?;
    let way = |code: &str| (code.to_owned(), w.code("consent-how", code));
    let now: Vec<&PlanWeekend> = waiting(&plan, Side::Guardian).collect();
    let shown = RecordPage {
        id,
        lead: w.t2("term-lead", "child", &plan.child_name, "carer", &plan.volunteer_name),
        guardians: guardians
            .into_iter()
            .map(|g| (g.id.to_string(), format!("{} · {}", g.name, w.code("child-relation", &g.relation))))
            .collect(),
        ways: ["paper", "voice", "phone"].map(way).into(),
        also: alike(w, &plan, &now, Side::Guardian),
        weekends: days(w, &now),
        hers: false,
        adults: Vec::new(),
        going: Vec::new(),
        f: me.frame("term-record-title").with(&sheet),
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

pub(super) async fn record(me: Signed, Id(id): Id<TermPlanId>, posted: Posted) -> Answer {
    // Not visible is absent, also for a form with faults.
    me.desk.plan(id).await?;
    if again::is_meant(&posted) {
        return again::by_office(&me, id, Side::Guardian, &posted).await;
    }
    let done = async {
        let act = recorded(id, &posted)?;
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(done) => see_other_saying(format!("/terms/{id}"), written(&done)),
        Err(error) => form(&me, id, Sheet::again("consent", &posted, error)?).await,
    }
}

fn recorded(plan: TermPlanId, posted: &Posted) -> Result<RecordPlanAnswer, Error> {
    let guardian = GuardianId::parse(posted.text("guardian"));
    let yes = match posted.text("answer") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let lacks = [
        ("guardian", guardian.is_none()),
        ("how", posted.given("how").is_none()),
        ("evidence", posted.given("evidence").is_none()),
    ];
    let faults: Vec<FieldError> = lacks
        .into_iter()
        .filter(|(_, lacks)| *lacks)
        .map(|(field, _)| FieldError::new(field, "required.missing"))
        .collect();
    match (guardian, yes) {
        (Some(guardian), Some(yes)) if faults.is_empty() => Ok(RecordPlanAnswer {
            plan,
            guardian,
            yes,
            out: posted.all("out").into_iter().filter_map(TermWeekendId::parse).collect(),
            also: also(posted),
            how: posted.text("how").to_owned(),
            evidence: posted.text("evidence").to_owned(),
        }),
        (_, None) if faults.is_empty() => Err(Error::refused("plan.unanswered")),
        _ => Err(Error::Invalid(faults)),
    }
}

/// Who said it; how, what proves it, and who wrote it down.
pub(super) fn told(w: Words, records: Vec<PlanRecord>) -> Vec<(String, String)> {
    let line = |record: PlanRecord| {
        let how = [Some(w.code("consent-how", &record.how)), record.evidence].into_iter().flatten();
        let how = how.collect::<Vec<_>>().join(" · ");
        let written = w.t2("term-record-by", "who", record.by, "when", w.when(record.at));
        (record.guardian_name, format!("{how} · {written}"))
    };
    records.into_iter().map(line).collect()
}

/// What came of it, said once to whoever wrote it down.
fn written(done: &Settled) -> Toast {
    match (done.yes, done.asked.len()) {
        (0, _) => Toast::new("term-recorded-no"),
        (n, 0) => Toast::new("term-recorded-yes").with("n", n),
        (n, asked) => Toast::new("term-recorded-both").with("n", n).with("asked", asked),
    }
}
