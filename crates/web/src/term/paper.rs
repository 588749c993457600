//! The proposed weekends on paper: not every guardian has a phone that opens a link. What comes back signed is written down by
//! the office.

use askama::Template;
use naheya_domain::id::TermPlanId;
use naheya_domain::term::Side;
use naheya_store::term::PlanWeekend;

use super::hours;
use super::spoken::waiting;
use crate::{Answer, Frame, Id, Signed, page};

#[derive(Template)]
#[template(path = "term/paper.html")]
struct PaperPage {
    f: Frame,
    id: TermPlanId,
    child: String,
    carer: String,
    /// Days and hours of the weekends to which the guardian may say something now.
    weekends: Vec<(String, String)>,
}

pub(super) async fn paper(me: Signed, Id(id): Id<TermPlanId>) -> Answer {
    let w = me.w();
    let plan = me.desk.plan(id).await?;
    me.desk.looked("children", vec![plan.child.0], "work", None).await?;
    let line = |x: &PlanWeekend| (w.span(x.starts_at, x.ends_at), hours(w, x.starts_at, x.ends_at));
    let weekends = waiting(&plan, Side::Guardian).map(line).collect();
    let (child, carer) = (plan.child_name, plan.volunteer_name);
    page(&PaperPage { f: me.frame_calling("term-paper-title").await?, id, child, carer, weekends })
}
