//! The person, the home and each of the people in it as their forms are filled, so that two versions can be joined.

use naheya_domain::Date;
use naheya_domain::language::Languages;
use naheya_store::household::{Home, Member};
use naheya_store::meanwhile::Record;
use naheya_store::volunteer::VolunteerFile;

use crate::clash::{Versioned, option};
use crate::{Fields, Words};

/// A volunteer herself.
pub(super) struct Person<'f>(pub &'f VolunteerFile);

impl Versioned for Person<'_> {
    fn records(&self) -> Vec<Record> {
        vec![Record::Volunteer(self.0.id.0)]
    }

    fn version(&self) -> i32 {
        self.0.version
    }

    fn fields(&self) -> Fields {
        of_person(self.0)
    }

    fn words(&self) -> &'static [&'static str] {
        &["languages"]
    }

    fn lines(&self) -> &'static [&'static str] {
        &["note"]
    }

    fn locked(&self) -> &'static [(&'static str, &'static str)] {
        &[("id_number", "id_no")]
    }

    fn said(&self, w: Words, name: &str, value: &str) -> String {
        match name {
            "sex" => w.sent_code("volunteer-sex", value),
            "ethnic" => w.sent_code("ethnic_group", value),
            "political" => w.sent_code("political_status", value),
            "education" => w.sent_code("education", value),
            _ => value.to_owned(),
        }
    }
}

/// Her home, with the towns by name.
pub(super) struct AtHome<'f>(pub &'f Home, pub &'f [(String, String)]);

impl Versioned for AtHome<'_> {
    fn records(&self) -> Vec<Record> {
        vec![Record::Household(self.0.id.0)]
    }

    fn version(&self) -> i32 {
        self.0.version
    }

    fn fields(&self) -> Fields {
        of_home(self.0)
    }

    fn words(&self) -> &'static [&'static str] {
        &["home_languages", "animals"]
    }

    fn said(&self, _: Words, name: &str, value: &str) -> String {
        if name == "town_code" { option(self.1, value) } else { value.to_owned() }
    }
}

impl Versioned for Member {
    fn records(&self) -> Vec<Record> {
        vec![Record::Member(self.id.0)]
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn fields(&self) -> Fields {
        let day = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_default();
        Fields::of([
            ("member.name", self.name.clone()),
            ("member.relation", self.relation.clone()),
            ("member.birth_on", day(self.birth_on)),
            ("member.guest", if self.guest { "on".to_owned() } else { String::new() }),
            ("member.from_on", day(self.from_on)),
            ("member.to_on", day(self.to_on)),
        ])
    }

    fn locked(&self) -> &'static [(&'static str, &'static str)] {
        &[("member.id_number", "id_no"), ("member.phone", "phone")]
    }

    fn said(&self, w: Words, name: &str, value: &str) -> String {
        if name == "member.relation" { w.sent_code("relation", value) } else { value.to_owned() }
    }
}

fn in_words(record: &str) -> String {
    let read = Languages::from_record(record);
    let known = read.known.iter().map(|l| l.name().to_owned());
    known.chain(read.unknown).collect::<Vec<_>>().join("、")
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
