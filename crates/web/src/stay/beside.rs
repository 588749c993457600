//! Somebody else was quicker: what was written down of the child meanwhile, and beside it what the reader had typed. Nothing of
//! hers is lost, and what she began stays kept until she throws it away.

use askama::Template;
use naheya_domain::id::StayId;
use naheya_store::stay::{StayChain, StayLine};

use crate::answer::see_other_saying;
use crate::{Answer, Frame, Sheet, Signed, Toast, page_as};

/// The fields of the forms that may come too late, in their order.
const FIELDS: [&str; 8] = ["outcome", "guardian", "guardian_name", "reason", "to", "on", "by", "words"];

#[derive(Template)]
#[template(path = "stay/beside.html")]
struct BesidePage {
    f: Frame,
    line: StayLine,
    chain: StayChain,
    /// Why nothing of it can be written down now.
    why: String,
    /// What was typed: the label of each field, and its words.
    typed: Vec<(String, String)>,
    sheet: Sheet,
}

/// The answer where the form kept as `name` has nothing to write down any more: whoever has begun it reads her words beside
/// what stands now, anybody else is led to the board and told `why`.
pub(super) async fn instead_of(me: &Signed, id: StayId, name: &str, why: &'static str, sheet: Sheet) -> Answer {
    let sheet = if sheet.is_begun() { sheet } else { me.resumed(name, sheet).await? };
    if sheet.is_begun() { beside(me, id, why, sheet).await } else { see_other_saying("/board", Toast::new(why)) }
}

/// What was typed into a form that comes too late, beside what stands now.
pub(super) async fn beside(me: &Signed, id: StayId, why: &'static str, sheet: Sheet) -> Answer {
    let line = me.desk.stay_line(id).await?;
    me.desk.looked("stays", vec![id.0], "work", None).await?;
    me.desk.looked("children", vec![line.child.0], "work", None).await?;
    let family = crate::custody::family(me, line.child).await?;
    let w = me.w();
    let said = |name: &str, value: &str| match name {
        "guardian" => family.iter().find(|(id, _)| id == value).map(|(_, name)| name.clone()),
        "outcome" | "to" => w.maybe(format!("{}-{value}", sheet.label(name))),
        _ => None,
    };
    let field = |name: &&'static str| {
        let name = *name;
        let value = sheet.values().given(name)?;
        Some((sheet.label(name), said(name, value).unwrap_or_else(|| value.to_owned())))
    };
    let typed: Vec<(String, String)> = FIELDS.iter().filter_map(field).collect();
    let shown = BesidePage {
        f: me.frame("stay-beside-title").with(&sheet),
        chain: me.desk.stay_chain(id).await?,
        why: w.t(why),
        line,
        typed,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}
