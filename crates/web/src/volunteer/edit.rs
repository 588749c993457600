//! A volunteer's file changed: the person, the home, each of the people in it. What is locked (an
//! identity number, another person's telephone) is never shown in a form; left empty it stays.

use askama::Template;
use naheya_domain::education::Education;
use naheya_domain::ethnic_group::EthnicGroup;
use naheya_domain::household::{HouseholdDetails, HouseholdForm};
use naheya_domain::id::{MemberId, VolunteerId};
use naheya_domain::political_status::PoliticalStatus;
use naheya_domain::relation::Relation;
use naheya_store::Error;
use naheya_store::household::{ChangeHousehold, ChangeMember, Member, MoveHousehold};
use naheya_store::volunteer::{ChangeVolunteer, VolunteerFile};

use super::version::{AtHome, Person};
use super::{member, person};
use crate::answer::see_other_saying;
use crate::area::choices;
use crate::{Answer, Fields, Frame, Id, Posted, Problem, Sheet, Signed, Toast, page_as};

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "volunteer/edit.html")]
struct PersonPage {
    f: Frame,
    sheet: Sheet,
    id: VolunteerId,
    has_id_number: bool,
    ethnic: Options,
    political: Options,
    education: Options,
    sexes: Options,
}

pub(super) async fn opened(me: &Signed, id: VolunteerId) -> Result<VolunteerFile, Problem> {
    let file = me.desk.volunteer(id).await?;
    me.desk.looked("volunteers", vec![id.0], "personal", None).await?;
    Ok(file)
}

pub(super) async fn show(me: Signed, Id(id): Id<VolunteerId>) -> Answer {
    let file = opened(&me, id).await?;
    let sheet = me.resumed_of(&format!("volunteer-{id}"), "volunteer", &Person(&file)).await?;
    person_page(&me, &file, sheet)
}

fn person_page(me: &Signed, v: &VolunteerFile, sheet: Sheet) -> Answer {
    let w = me.w();
    let page = PersonPage {
        f: me.frame("volunteer-edit-title").with(&sheet),
        id: v.id,
        has_id_number: v.has_id_number,
        ethnic: EthnicGroup::all().map(|e| (e.code().to_owned(), w.code("ethnic_group", e.code()))).collect(),
        political: PoliticalStatus::all()
            .map(|p| (p.code().to_owned(), w.code("political_status", p.code())))
            .collect(),
        education: Education::levels().map(|e| (e.code().to_owned(), w.code("education", e.code()))).collect(),
        sexes: ["female", "male"].map(|s| (s.to_owned(), w.code("volunteer-sex", s))).to_vec(),
        sheet,
    };
    page_as(page.sheet.status(), &page)
}

pub(super) async fn change(me: Signed, Id(id): Id<VolunteerId>, posted: Posted) -> Answer {
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let details = person(&posted, me.today())?;
        me.desk.save_once(ChangeVolunteer { volunteer: id, version, details }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => {
            let text = if me.desk.lost_number(id.0).await? { "volunteer-changed-by-name" } else { "volunteer-changed" };
            see_other_saying(format!("/volunteers/{id}"), Toast::new(text))
        }
        Err(error) => {
            let file = opened(&me, id).await?;
            let sheet = me.again("volunteer", &posted, error, &Person(&file)).await?;
            person_page(&me, &file, sheet)
        }
    }
}

#[derive(Template)]
#[template(path = "volunteer/home.html")]
struct HomePage {
    f: Frame,
    sheet: Sheet,
    id: VolunteerId,
    towns: Options,
}

pub(super) async fn show_home(me: Signed, Id(id): Id<VolunteerId>) -> Answer {
    let file = opened(&me, id).await?;
    let towns = choices(&me).await?;
    let sheet = me.resumed_of(&format!("home-{id}"), "volunteer", &AtHome(&file.home, &towns)).await?;
    home_page(&me, &file, sheet).await
}

async fn home_page(me: &Signed, v: &VolunteerFile, sheet: Sheet) -> Answer {
    let page =
        HomePage { f: me.frame("volunteer-home-title").with(&sheet), id: v.id, towns: choices(me).await?, sheet };
    page_as(page.sheet.status(), &page)
}

/// The home as typed, for a new volunteer and for a changed home.
pub(super) fn home(p: &Posted) -> Result<HouseholdDetails, Vec<naheya_domain::FieldError>> {
    HouseholdDetails::parse(&HouseholdForm {
        town_code: p.text("town_code"),
        address: p.text("address"),
        rooms: p.text("rooms"),
        languages: p.text("home_languages"),
        animals: p.text("animals"),
        travel_minutes: p.text("travel_minutes"),
    })
}

pub(super) async fn change_home(me: Signed, Id(id): Id<VolunteerId>, posted: Posted) -> Answer {
    let file = opened(&me, id).await?;
    let moved = posted.is_on("moved");
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let change = ChangeHousehold { household: file.home.id, version, details: home(&posted)? };
        if moved {
            me.desk.save_once(MoveHousehold { change }, posted.submission()?).await
        } else {
            me.desk.save_once(change, posted.submission()?).await
        }
    };
    let said = if moved { "volunteer-home-moved" } else { "volunteer-home-changed" };
    match done.await {
        Ok(()) => see_other_saying(format!("/volunteers/{id}"), Toast::new(said)),
        Err(error) => {
            let (file, towns) = (opened(&me, id).await?, choices(&me).await?);
            let sheet = me.again("volunteer", &posted, error, &AtHome(&file.home, &towns)).await?;
            home_page(&me, &file, sheet).await
        }
    }
}

#[derive(Template)]
#[template(path = "volunteer/member.html")]
struct MemberPage {
    f: Frame,
    sheet: Sheet,
    id: VolunteerId,
    member: MemberId,
    /// Whether this is an adult who lives there, and may become a volunteer too.
    may_join: bool,
    relations: Options,
}

fn one(file: &VolunteerFile, member: MemberId) -> Result<Member, Problem> {
    file.members.iter().find(|m| m.id == member).cloned().ok_or_else(Problem::not_found)
}

/// What the form of a new volunteer begins with for somebody of the home of `of`: who it is, and that the home is theirs.
pub(super) async fn at_home(me: &Signed, of: VolunteerId, member: MemberId) -> Result<Fields, Problem> {
    let known = one(&opened(me, of).await?, member)?;
    let born = known.birth_on.map(|day| day.to_string()).unwrap_or_default();
    let ids = [("of", of.to_string()), ("member", member.to_string())];
    Ok(Fields::of([("name", known.name), ("birth_on", born)].into_iter().chain(ids)))
}

pub(super) async fn show_member(me: Signed, Id((id, member)): Id<(VolunteerId, MemberId)>) -> Answer {
    let file = opened(&me, id).await?;
    let known = one(&file, member)?;
    let sheet = me.resumed_of(&format!("member-{member}"), "volunteer", &known).await?;
    member_page(&me, id, &known, sheet)
}

fn member_page(me: &Signed, id: VolunteerId, known: &Member, sheet: Sheet) -> Answer {
    let page = MemberPage {
        f: me.frame("volunteer-member-title").with(&sheet),
        id,
        member: known.id,
        may_join: known.adult && !known.guest,
        relations: Relation::all().map(|r| (r.code().to_owned(), me.w().code("relation", r.code()))).collect(),
        sheet,
    };
    page_as(page.sheet.status(), &page)
}

pub(super) async fn change_member(me: Signed, Id((id, of)): Id<(VolunteerId, MemberId)>, posted: Posted) -> Answer {
    one(&opened(&me, id).await?, of)?;
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let details = member(&posted, "member.", me.today()).map_err(Error::Invalid)?;
        let details = details.ok_or_else(|| Error::field("member.name", "required.missing"))?;
        me.desk.save_once(ChangeMember { member: of, version, details }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/volunteers/{id}"), Toast::new("volunteer-member-changed")),
        Err(error) => {
            let known = one(&opened(&me, id).await?, of)?;
            let sheet = me.again("volunteer", &posted, in_form(error), &known).await?;
            member_page(&me, id, &known, sheet)
        }
    }
}

/// Faults that the store names by a person's field, put beside the form's.
fn in_form(error: Error) -> Error {
    let Error::Invalid(faults) = error else { return error };
    let own = |fault: naheya_domain::FieldError| match fault.field.as_ref() {
        field if field.starts_with("member.") => fault,
        field => naheya_domain::FieldError::new(format!("member.{field}"), fault.code),
    };
    Error::Invalid(faults.into_iter().map(own).collect())
}
