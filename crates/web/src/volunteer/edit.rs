//! A volunteer's file changed: the person, the home, each of the people in it. What is locked (an
//! identity number, another person's telephone) is never shown in a form; left empty it stays.

use askama::Template;
use naheya_domain::education::Education;
use naheya_domain::ethnic_group::EthnicGroup;
use naheya_domain::household::{HouseholdDetails, HouseholdForm};
use naheya_domain::id::{MemberId, VolunteerId};
use naheya_domain::language::Languages;
use naheya_domain::political_status::PoliticalStatus;
use naheya_domain::relation::Relation;
use naheya_store::Error;
use naheya_store::household::{ChangeHousehold, ChangeMember, Home, Member};
use naheya_store::volunteer::{ChangeVolunteer, VolunteerFile};

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
    version: i32,
    has_id_number: bool,
    ethnic: Options,
    political: Options,
    education: Options,
    sexes: Options,
}

async fn opened(me: &Signed, id: VolunteerId) -> Result<VolunteerFile, Problem> {
    let file = me.desk.volunteer(id).await?;
    me.desk.looked("volunteers", vec![id.0], "personal", None).await?;
    Ok(file)
}

/// The version that goes back with the form: the one it was filled from, until somebody else's
/// change has been told.
fn kept(sheet: &Sheet, now: i32) -> i32 {
    let stale = sheet.faults().iter().any(|f| f.code == "record.stale");
    sheet.value("version").parse().ok().filter(|_| !stale).unwrap_or(now)
}

fn in_words(record: &str) -> String {
    let read = Languages::from_record(record);
    let known = read.known.iter().map(|l| l.name().to_owned());
    known.chain(read.unknown).collect::<Vec<_>>().join("、")
}

pub(super) async fn show(me: Signed, Id(id): Id<VolunteerId>) -> Answer {
    let file = opened(&me, id).await?;
    let sheet = Sheet::filled("volunteer", of_person(&file));
    let sheet = me.resumed(&format!("volunteer-{id}"), sheet).await?;
    person_page(&me, &file, sheet)
}

fn of_person(v: &VolunteerFile) -> Fields {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let sex = naheya_domain::sex::Sex::from_standard_code(&v.sex).map(|s| s.code().to_owned());
    Fields::of([
        ("name", v.name.clone()),
        ("phone", text(&v.phone)),
        ("birth_on", v.birth_on.map(|d| d.to_string()).unwrap_or_default()),
        ("sex", sex.unwrap_or_default()),
        ("ethnic", text(&v.ethnic)),
        ("political", text(&v.political)),
        ("education", text(&v.education)),
        ("work_unit", text(&v.work_unit)),
        ("trade", text(&v.trade)),
        ("languages", in_words(&v.languages)),
        ("note", text(&v.note)),
    ])
}

fn person_page(me: &Signed, v: &VolunteerFile, sheet: Sheet) -> Answer {
    let w = me.w();
    let page = PersonPage {
        f: me.frame("volunteer-edit-title").with(&sheet),
        id: v.id,
        version: kept(&sheet, v.version),
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
        Ok(()) => see_other_saying(format!("/volunteers/{id}"), Toast::new("volunteer-changed")),
        Err(error) => {
            let sheet = Sheet::again("volunteer", &posted, error)?;
            person_page(&me, &opened(&me, id).await?, sheet)
        }
    }
}

#[derive(Template)]
#[template(path = "volunteer/home.html")]
struct HomePage {
    f: Frame,
    sheet: Sheet,
    id: VolunteerId,
    version: i32,
    towns: Options,
}

pub(super) async fn show_home(me: Signed, Id(id): Id<VolunteerId>) -> Answer {
    let file = opened(&me, id).await?;
    home_page(&me, &file, Sheet::filled("volunteer", of_home(&file.home))).await
}

fn of_home(home: &Home) -> Fields {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let travel = if home.travel_minutes > 0 { home.travel_minutes.to_string() } else { String::new() };
    Fields::of([
        ("town_code", text(&home.town_code)),
        ("address", text(&home.address)),
        ("travel_minutes", travel),
        ("rooms", home.rooms.map(|n| n.to_string()).unwrap_or_default()),
        ("home_languages", in_words(&home.languages)),
        ("animals", text(&home.animals)),
    ])
}

async fn home_page(me: &Signed, v: &VolunteerFile, sheet: Sheet) -> Answer {
    let page = HomePage {
        f: me.frame("volunteer-home-title").with(&sheet),
        id: v.id,
        version: kept(&sheet, v.home.version),
        towns: choices(me).await?,
        sheet,
    };
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
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let act = ChangeHousehold { household: file.home.id, version, details: home(&posted)? };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/volunteers/{id}"), Toast::new("volunteer-home-changed")),
        Err(error) => home_page(&me, &file, Sheet::again("volunteer", &posted, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "volunteer/member.html")]
struct MemberPage {
    f: Frame,
    sheet: Sheet,
    id: VolunteerId,
    member: MemberId,
    version: i32,
    relations: Options,
}

fn one(file: &VolunteerFile, member: MemberId) -> Result<Member, Problem> {
    file.members.iter().find(|m| m.id == member).cloned().ok_or_else(Problem::not_found)
}

pub(super) async fn show_member(me: Signed, Id((id, member)): Id<(VolunteerId, MemberId)>) -> Answer {
    let file = opened(&me, id).await?;
    let known = one(&file, member)?;
    let day = |d: Option<naheya_domain::Date>| d.map(|d| d.to_string()).unwrap_or_default();
    let fields = Fields::of([
        ("member.name", known.name.clone()),
        ("member.relation", known.relation.clone()),
        ("member.birth_on", day(known.birth_on)),
        ("member.guest", if known.guest { "on".to_owned() } else { String::new() }),
        ("member.from_on", day(known.from_on)),
        ("member.to_on", day(known.to_on)),
    ]);
    member_page(&me, id, &known, Sheet::filled("volunteer", fields))
}

fn member_page(me: &Signed, id: VolunteerId, known: &Member, sheet: Sheet) -> Answer {
    let page = MemberPage {
        f: me.frame("volunteer-member-title").with(&sheet),
        id,
        member: known.id,
        version: kept(&sheet, known.version),
        relations: Relation::all().map(|r| (r.code().to_owned(), me.w().code("relation", r.code()))).collect(),
        sheet,
    };
    page_as(page.sheet.status(), &page)
}

pub(super) async fn change_member(me: Signed, Id((id, of)): Id<(VolunteerId, MemberId)>, posted: Posted) -> Answer {
    let known = one(&opened(&me, id).await?, of)?;
    let done = async {
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        let details = member(&posted, "member.", me.today()).map_err(Error::Invalid)?;
        let details = details.ok_or_else(|| Error::field("member.name", "required.missing"))?;
        me.desk.save_once(ChangeMember { member: of, version, details }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/volunteers/{id}"), Toast::new("volunteer-member-changed")),
        Err(error) => {
            let sheet = Sheet::again("volunteer", &posted, in_form(error))?;
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
