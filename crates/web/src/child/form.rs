//! A file opened and changed.

use askama::Template;
use naheya_domain::child::{ChildDetails, ChildForm};
use naheya_domain::ethnic_group::EthnicGroup;
use naheya_domain::id::{ChildId, ClassId, SchoolId};
use naheya_domain::sex::Sex;
use naheya_store::Error;
use naheya_store::child::edit::{ChildFields, EditFile};
use naheya_store::child::{OpenFile, OpenFirstFile};
use naheya_store::meanwhile::Record;
use naheya_store::school::School;
use uuid::Uuid;

use super::{places, school_of};
use crate::answer::see_other_saying;
use crate::area::choices;
use crate::clash::{Versioned, option};
use crate::class::group::{Group, of_schools};
use crate::class::typed;
use crate::{Answer, Fields, Frame, Id, Posted, Sheet, Signed, Toast, Words, page_as};

#[derive(Template)]
#[template(path = "child/form.html")]
struct FormPage {
    f: Frame,
    sheet: Sheet,
    action: String,
    back: String,
    on_file: ChildFields,
    schools: Vec<(String, String)>,
    classes: Vec<Group>,
    /// What is suggested where the class is typed, and what is typed; nothing where it is chosen.
    class_names: Vec<String>,
    class: String,
    towns: Vec<(String, String)>,
    groups: Vec<(String, String)>,
    sexes: Vec<(String, String)>,
    boarding: Vec<(String, String)>,
    is_new: bool,
    /// Files that look like the one that is to be opened: where they are, and in words.
    twins: Vec<(String, String)>,
}

/// A file as its form is filled from it.
struct OnFile {
    id: ChildId,
    fields: ChildFields,
    schools: Vec<School>,
    towns: Vec<(String, String)>,
}

impl OnFile {
    async fn of(me: &Signed, id: ChildId) -> Result<OnFile, Error> {
        let fields = me.desk.child_fields(id).await?;
        let schools = me.desk.schools_beside(fields.school, fields.class).await?;
        Ok(OnFile { id, fields, schools, towns: choices(me).await? })
    }
}

impl Versioned for OnFile {
    fn records(&self) -> Vec<Record> {
        vec![Record::Child(self.id.0)]
    }

    fn version(&self) -> i32 {
        self.fields.version
    }

    fn fields(&self) -> Fields {
        filled(&self.fields)
    }

    fn words(&self) -> &'static [&'static str] {
        &["languages", "vital", "likes"]
    }

    fn lines(&self) -> &'static [&'static str] {
        &["care", "words", "needs"]
    }

    fn locked(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("id_number", "id_no"),
            ("student_number", "student_no"),
            ("health", "health"),
            ("family", "family"),
            ("note", "note"),
        ]
    }

    fn said(&self, w: Words, name: &str, value: &str) -> String {
        match name {
            "school_id" => option(&places(&self.schools).0, value),
            "class_id" => option(&places(&self.schools).1, value),
            "town_code" => option(&self.towns, value),
            "sex" => w.sent_code("child-sex", value),
            "ethnic" => w.sent_code("ethnic_group", value),
            "boards" => w.sent_code("child-boarding", value),
            _ => value.to_owned(),
        }
    }
}

pub(super) async fn blank(me: Signed) -> Answer {
    let sheet = me.resumed("child", Sheet::blank("child")).await?;
    form(&me, None, sheet, ChildFields::default(), Vec::new()).await
}

pub(super) async fn edit(me: Signed, Id(id): Id<ChildId>) -> Answer {
    let on_file = OnFile::of(&me, id).await?;
    let sheet = me.resumed_of(&format!("child-{id}"), "child", &on_file).await?;
    form(&me, Some(id), sheet, on_file.fields, Vec::new()).await
}

pub(super) async fn open(me: Signed, posted: Posted) -> Answer {
    let posted = with_class(&me, posted, None).await?;
    let done = async {
        let details = details(&me, &posted).await?;
        let once = posted.submission()?;
        if posted.is_on("another") {
            me.desk.save_once(OpenFile { details }, once).await
        } else {
            me.desk.save_once(OpenFirstFile { details }, once).await
        }
    };
    match done.await {
        Ok(id) => see_other_saying(format!("/children/{id}"), Toast::new("child-opened")),
        Err(error) => {
            let twins = twins(&me, &posted).await?;
            form(&me, None, Sheet::again("child", &posted, error)?, ChildFields::default(), twins).await
        }
    }
}

pub(super) async fn change(me: Signed, Id(id): Id<ChildId>, posted: Posted) -> Answer {
    let posted = with_class(&me, posted, Some(id)).await?;
    let done = async {
        let details = details(&me, &posted).await?;
        let version = posted.text("version").parse().map_err(|_| Error::Stale)?;
        me.desk.save_once(EditFile { child: id, version, details }, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/children/{id}"), Toast::new("child-changed")),
        Err(error) => {
            let on_file = OnFile::of(&me, id).await?;
            let sheet = me.again("child", &posted, error, &on_file).await?;
            form(&me, Some(id), sheet, on_file.fields, Vec::new()).await
        }
    }
}

/// A class that was typed by its name becomes the one that is meant, as if it had been chosen: an open one, or that of the file.
async fn with_class(me: &Signed, mut posted: Posted, child: Option<ChildId>) -> Result<Posted, Error> {
    let typed = posted.text("class_id").to_owned();
    if typed.is_empty() || ClassId::parse(&typed).is_some() {
        return Ok(posted);
    }
    let school = posted.given("school_id").and_then(SchoolId::parse);
    let mut found = typed::found(&me.desk.schools().await?, school, &typed);
    if let Some(child) = child.filter(|_| found.is_none()) {
        let own = me.desk.child_fields(child).await?;
        found = typed::found(&me.desk.schools_beside(own.school, own.class).await?, school, &typed);
    }
    if let Some(id) = found {
        let id = id.to_string();
        posted.fields = posted.fields.with("class_id", &id);
        posted.typed = posted.typed.with("class_id", &id);
    }
    Ok(posted)
}

/// The files with the name and the birth date that were typed.
async fn twins(me: &Signed, posted: &Posted) -> Result<Vec<(String, String)>, Error> {
    // With another fault in the form there is nothing to compare yet.
    let Ok(details) = details(me, posted).await else { return Ok(Vec::new()) };
    let said = |t: naheya_store::child::Twin| {
        let words = [Some(t.number), t.school].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        (format!("/children/{}", t.id), words)
    };
    Ok(me.desk.twins_of(&details).await?.into_iter().map(said).collect())
}

async fn form(
    me: &Signed,
    child: Option<ChildId>,
    sheet: Sheet,
    on_file: ChildFields,
    twins: Vec<(String, String)>,
) -> Answer {
    let w = me.w();
    let known = me.desk.schools_beside(on_file.school, on_file.class).await?;
    let (schools, school) = (places(&known).0, sheet.value("school_id"));
    let path = child.map_or_else(|| "/children".to_owned(), |id| format!("/children/{id}"));
    page_as(
        sheet.status(),
        &FormPage {
            f: me.frame(if child.is_some() { "child-edit-title" } else { "child-new-title" }).with(&sheet),
            action: path.clone(),
            back: path,
            on_file,
            schools,
            classes: of_schools(&known, school),
            class_names: typed::names(&known, SchoolId::parse(school)),
            class: typed::name(&known, sheet.value("class_id")),
            towns: choices(me).await?,
            groups: EthnicGroup::all().map(|g| (g.code().to_owned(), w.code("ethnic_group", g.code()))).collect(),
            sexes: ["male", "female"].map(|s| (s.to_owned(), w.code("child-sex", s))).to_vec(),
            boarding: ["yes", "no"].map(|b| (b.to_owned(), w.code("child-boarding", b))).to_vec(),
            is_new: child.is_none(),
            twins,
            sheet,
        },
    )
}

/// What was typed, as a value; what it names is looked up only where it names something.
async fn details(me: &Signed, posted: &Posted) -> Result<ChildDetails, Error> {
    // A word that is no id is nobody's school: the rule refuses it beside the field.
    let id = |name| posted.given(name).map(|t| Uuid::try_parse(t).unwrap_or_default());
    let class_id = id("class_id");
    let of_class = match class_id {
        Some(class) => school_of(&me.desk.schools().await?, ClassId(class)).map(|s| s.0),
        None => None,
    };
    let form = ChildForm {
        name: posted.text("name"),
        name_mn: posted.text("name_mn"),
        sex: posted.text("sex"),
        ethnic: posted.text("ethnic"),
        id_number: posted.text("id_number"),
        birth_on: posted.text("birth_on"),
        student_number: posted.text("student_number"),
        school_id: id("school_id").or(of_class),
        class_id,
        town_code: posted.text("town_code"),
        address: posted.text("address"),
        languages: posted.text("languages"),
        vital: posted.text("vital"),
        care: posted.text("care"),
        likes: posted.text("likes"),
        health: posted.text("health"),
        words: posted.text("words"),
        boards: posted.text("boards"),
        needs: posted.text("needs"),
        family: posted.text("family"),
        note: posted.text("note"),
    };
    let details = ChildDetails::parse(&form, me.today())?;
    match &details.town_code {
        Some(code) if !me.desk.has_area(code).await? => Err(Error::field("town_code", "town.unknown")),
        _ => Ok(details),
    }
}

fn filled(on_file: &ChildFields) -> Fields {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    Fields::of([
        ("name", on_file.name.clone()),
        ("name_mn", text(&on_file.name_mn)),
        ("sex", on_file.sex.map(Sex::code).unwrap_or_default().to_owned()),
        ("ethnic", on_file.ethnic.map(EthnicGroup::code).unwrap_or_default().to_owned()),
        ("birth_on", text(&on_file.birth_on)),
        ("school_id", on_file.school.map(|s| s.to_string()).unwrap_or_default()),
        ("class_id", on_file.class.map(|c| c.to_string()).unwrap_or_default()),
        ("town_code", text(&on_file.town_code)),
        ("address", text(&on_file.address)),
        ("languages", on_file.languages.clone()),
        ("vital", text(&on_file.vital)),
        ("care", text(&on_file.care)),
        ("likes", text(&on_file.likes)),
        ("words", text(&on_file.words)),
        ("needs", text(&on_file.needs)),
        ("boards", on_file.boards.map(|boards| if boards { "yes" } else { "no" }).unwrap_or_default().to_owned()),
    ])
}
