//! The adults around a child, and brothers and sisters.

use askama::Template;
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{ChildId, GuardianId};
use naheya_domain::relation::Relation;
use naheya_store::Error;
use naheya_store::child::edit::GuardianFields;
use naheya_store::guardian::{AddGuardian, CallFirst, ChangeGuardian, GroupSiblings, GuardianChanged};
use naheya_store::meanwhile::Record;
use naheya_store::second_word::FirstWord;

use crate::account;
use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::{Answer, Fields, Frame, Id, Posted, Sheet, Signed, Toast, Words, page_as};

/// Of a child nobody is the spouse, the son or the daughter; a roster that says so is put right here.
const NO_ADULT: [&str; 5] = ["01", "10", "20", "30", "40"];

#[derive(Template)]
#[template(path = "child/guardian.html")]
struct GuardianPage {
    f: Frame,
    sheet: Sheet,
    action: String,
    back: String,
    relations: Vec<(String, String)>,
    reason_on_file: bool,
    /// That somebody has said this adult is kept away no more, and who has to say it too.
    lift: Option<String>,
    /// Whether this adult is on file already.
    is_kept: bool,
    /// Where an account is opened for this guardian; nothing for one not yet on file, or kept away from the child.
    account: Option<(String, &'static str)>,
    /// Whether this adult has an account that the number on file does not open, because it opens somebody else's.
    lost_number: bool,
    /// Where this adult is put first among those who are called; nothing for one not yet on file, or kept away from the child.
    first: Option<String>,
}

pub(super) async fn blank(me: Signed, Id(id): Id<ChildId>) -> Answer {
    me.desk.child_in_list(id).await?;
    let sheet = me.resumed(&format!("guardian-new-{id}"), Sheet::blank("guardian")).await?;
    form(&me, id, None, sheet, None).await
}

pub(super) async fn add(me: Signed, Id(id): Id<ChildId>, posted: Posted) -> Answer {
    me.desk.child_in_list(id).await?;
    let done = async {
        let details = details(&posted, false)?;
        me.desk.save_once(AddGuardian { child: id, details }, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(format!("/children/{id}"), Toast::new("guardian-added")),
        Err(error) => form(&me, id, None, Sheet::again("guardian", &posted, error)?, None).await,
    }
}

pub(super) async fn edit(me: Signed, Id((id, guardian)): Id<(ChildId, GuardianId)>) -> Answer {
    let kept = me.desk.guardian_fields(id, guardian).await?;
    // By what the adult is to this child: who must not come near one may come near its sister.
    let sheet = me.resumed_of(&format!("guardian-{}", kept.tie), "guardian", &kept).await?;
    form(&me, id, Some(guardian), sheet, Some(&kept)).await
}

pub(super) async fn change(me: Signed, Id((id, guardian)): Id<(ChildId, GuardianId)>, posted: Posted) -> Answer {
    let kept = me.desk.guardian_fields(id, guardian).await?;
    let done = async {
        let details = details(&posted, kept.blocked)?;
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        me.desk.save_once(ChangeGuardian { child: id, guardian, version, details }, posted.submission()?).await
    };
    match done.await {
        Ok(GuardianChanged::LiftWaits) => {
            see_other_saying(format!("/children/{id}/guardians/{guardian}/edit"), Toast::new("guardian-lift-waits"))
        }
        Ok(GuardianChanged::Whole) => {
            let text =
                if me.desk.lost_number(guardian.0).await? { "guardian-changed-by-name" } else { "guardian-changed" };
            see_other_saying(format!("/children/{id}"), Toast::new(text))
        }
        Err(error) => {
            let kept = me.desk.guardian_fields(id, guardian).await?;
            let sheet = me.again("guardian", &posted, error, &kept).await?;
            form(&me, id, Some(guardian), sheet, Some(&kept)).await
        }
    }
}

/// That somebody has said this adult is kept away no more, and who has to say it too.
fn lift(me: &Signed, first: &FirstWord) -> String {
    let w = me.w();
    if first.own {
        return w.t("guardian-lift-own");
    }
    let who = first.by.clone().unwrap_or_default();
    w.t2("guardian-lift-asked", "who", who, "when", w.when_of(first.at, me.today()))
}

async fn form(
    me: &Signed,
    child: ChildId,
    guardian: Option<GuardianId>,
    sheet: Sheet,
    kept: Option<&GuardianFields>,
) -> Answer {
    let w = me.w();
    let reason_on_file = kept.is_some_and(|kept| kept.blocked);
    // Who must not come near the child gets no account.
    let account = match guardian.filter(|_| !reason_on_file) {
        Some(g) => account::way(me, Some("guardian"), g.0).await?,
        None => None,
    };
    let lost_number = match guardian {
        Some(g) => me.desk.lost_number(g.0).await?,
        None => false,
    };
    let tail = guardian.map(|g| format!("/{g}")).unwrap_or_default();
    let title = if guardian.is_some() { "guardian-edit-title" } else { "guardian-new-title" };
    page_as(
        sheet.status(),
        &GuardianPage {
            f: me.frame(title).with(&sheet),
            action: format!("/children/{child}/guardians{tail}"),
            back: format!("/children/{child}"),
            relations: Relation::all()
                .filter(|r| !NO_ADULT.contains(&r.code()) || sheet.value("relation") == r.code())
                .map(|r| (r.code().to_owned(), w.code("child-relation", r.code())))
                .collect(),
            reason_on_file,
            lift: kept.and_then(|kept| kept.lift_asked.as_ref()).map(|first| lift(me, first)),
            is_kept: guardian.is_some(),
            account,
            lost_number,
            first: guardian.filter(|_| !reason_on_file).map(|g| format!("/children/{child}/guardians/{g}/calling")),
            sheet,
        },
    )
}

pub(super) async fn call_first(me: Signed, Id((id, guardian)): Id<(ChildId, GuardianId)>, posted: Posted) -> Answer {
    me.desk.save_once(CallFirst { child: id, guardian }, posted.submission()?).await?;
    see_other_saying(format!("/children/{id}"), Toast::new("guardian-called-first"))
}

fn details(posted: &Posted, reason_on_file: bool) -> Result<GuardianDetails, Error> {
    let form = GuardianForm {
        name: posted.text("name"),
        relation: posted.text("relation"),
        phone: posted.text("phone"),
        away: posted.is_on("away"),
        blocked: posted.is_on("blocked"),
        blocked_reason: posted.text("blocked_reason"),
        reason_on_file,
    };
    Ok(GuardianDetails::parse(&form)?)
}

impl Versioned for GuardianFields {
    fn records(&self) -> Vec<Record> {
        vec![Record::Guardianship(self.tie), Record::Guardian(self.person)]
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn fields(&self) -> Fields {
        filled(self)
    }

    fn locked(&self) -> &'static [(&'static str, &'static str)] {
        &[("blocked_reason", "blocked_reason")]
    }

    fn said(&self, w: Words, name: &str, value: &str) -> String {
        if name == "relation" { w.sent_code("child-relation", value) } else { value.to_owned() }
    }
}

fn filled(kept: &GuardianFields) -> Fields {
    let on = |yes: bool| if yes { "on".to_owned() } else { String::new() };
    Fields::of([
        ("name", kept.name.clone()),
        ("relation", kept.relation.clone()),
        ("phone", kept.phone.clone().unwrap_or_default()),
        ("away", on(kept.away)),
        ("blocked", on(kept.blocked)),
    ])
}

#[derive(Template)]
#[template(path = "child/siblings.html")]
struct SiblingPage {
    f: Frame,
    sheet: Sheet,
    id: ChildId,
    together: Vec<String>,
    modes: Vec<(String, String)>,
}

pub(super) async fn siblings(me: Signed, Id(id): Id<ChildId>) -> Answer {
    sibling_form(&me, id, Sheet::blank("sibling")).await
}

async fn sibling_form(me: &Signed, id: ChildId, sheet: Sheet) -> Answer {
    let w = me.w();
    let file = me.desk.child_file(id).await?;
    page_as(
        sheet.status(),
        &SiblingPage {
            f: me.frame("sibling-title").with(&sheet),
            id,
            together: file.siblings.into_iter().map(|(_, name)| name).collect(),
            modes: ["must", "prefer"].map(|m| (m.to_owned(), w.code("sibling-mode", m))).to_vec(),
            sheet,
        },
    )
}

pub(super) async fn group(me: Signed, Id(id): Id<ChildId>, posted: Posted) -> Answer {
    let done = async {
        let must = match posted.text("mode") {
            "must" => true,
            "prefer" => false,
            _ => return Err(Error::field("mode", "required.missing")),
        };
        let other = match posted.given("other") {
            None => return Err(Error::field("other", "required.missing")),
            Some(typed) => me.desk.child_called(typed).await,
        };
        let other =
            other.map_err(|e| if e == Error::NotFound { Error::field("other", "sibling.unknown") } else { e })?;
        if other == id {
            return Err(Error::field("other", "sibling.unknown"));
        }
        let mut children: Vec<ChildId> = me.desk.child_file(id).await?.siblings.into_iter().map(|(c, _)| c).collect();
        children.extend([id, other]);
        children.sort_unstable();
        children.dedup();
        me.desk.save_once(GroupSiblings { children, must: Some(must) }, posted.submission()?).await
    };
    match done.await {
        Ok(_) => see_other_saying(format!("/children/{id}"), Toast::new("sibling-grouped")),
        Err(error) => sibling_form(&me, id, Sheet::again("sibling", &posted, error)?).await,
    }
}

pub(super) async fn leave_group(me: Signed, Id(id): Id<ChildId>, posted: Posted) -> Answer {
    let act = GroupSiblings { children: vec![id], must: None };
    me.desk.save_once(act, posted.submission()?).await?;
    see_other_saying(format!("/children/{id}"), Toast::new("sibling-left"))
}
