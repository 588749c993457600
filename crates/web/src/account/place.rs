//! Where a role holds: as a choice in a form, and in words.

use std::collections::BTreeMap;

use naheya_domain::id::{ClassId, SchoolId};
use naheya_domain::viewer::Place;
use naheya_store::account::{AccountRow, GrantRow};
use naheya_store::{Desk, Error};
use uuid::Uuid;

use crate::area::choices;
use crate::class::group::Group;
use crate::class::typed;
use crate::{Posted, Signed, Words};

/// The places of the reader's county, in the order of the schools' list.
pub(crate) struct Places {
    county: String,
    towns: Vec<(String, String)>,
    schools: Vec<(Uuid, String)>,
    classes: Vec<(Uuid, String)>,
    /// The school of each class, by name.
    of_class: BTreeMap<String, String>,
    /// What is suggested where a class is typed; nothing where it is chosen like any place.
    pub(super) class_names: Vec<String>,
}

impl Places {
    pub(super) async fn of(me: &Signed) -> Result<Places, Error> {
        Ok(Places { towns: choices(me).await?, ..Places::plain(&me.desk).await? })
    }

    /// The same as a file names them, for whoever sits at this desk.
    pub(crate) async fn plain(desk: &Desk) -> Result<Places, Error> {
        let mut schools = Vec::new();
        let mut classes = Vec::new();
        let known = desk.schools().await?;
        let class_names = typed::names(&known, None);
        let mut of_class = BTreeMap::new();
        for school in known {
            for class in &school.classes {
                classes.push((class.id.0, format!("{} {}", school.name, class.name)));
                of_class.insert(format!("class:{}", class.id), school.name.clone());
            }
            schools.push((school.id.0, school.name));
        }
        Ok(Places {
            county: desk.county_name().await?,
            towns: desk.areas().await?.into_iter().map(|area| (area.code, area.name)).collect(),
            schools,
            classes,
            of_class,
            class_names,
        })
    }

    /// Those where the roles of these accounts hold, by their names alone: a large county has thousands of classes, and a page of
    /// its list names none or a few of them.
    pub(super) async fn beside(me: &Signed, rows: &[AccountRow]) -> Result<Places, Error> {
        let places: Vec<&Place> = rows.iter().flat_map(|row| &row.grants).map(|grant| &grant.place).collect();
        let in_town = places.iter().any(|place| matches!(place, Place::Town(_)));
        let in_school = places.iter().any(|place| matches!(place, Place::School(_)));
        let classes: Vec<ClassId> = places.iter().filter_map(|place| class_of(place)).collect();
        let classes = me.desk.class_names(classes).await?;
        let schools = if in_school { me.desk.school_names().await? } else { Vec::new() };
        Ok(Places {
            county: me.desk.county_name().await?,
            towns: if in_town { choices(me).await? } else { Vec::new() },
            schools: schools.into_iter().map(|(id, name)| (id.0, name)).collect(),
            classes: classes.into_iter().map(|(id, school, name)| (id.0, format!("{school} {name}"))).collect(),
            of_class: BTreeMap::new(),
            class_names: Vec::new(),
        })
    }

    /// What a form offers. A person on file can only be brought along (`chosen`), never picked from a list.
    pub(super) fn options(&self, w: Words, chosen: &str) -> Vec<(String, String)> {
        let mut all = vec![("county".to_owned(), self.county.clone())];
        let is_offered = |place: &str| self.class_names.is_empty() || place == chosen;
        let classes = self.classes.iter().map(|(id, name)| (format!("class:{id}"), name.clone()));
        all.extend(classes.filter(|(place, _)| is_offered(place)));
        all.extend(self.schools.iter().map(|(id, name)| (format!("school:{id}"), name.clone())));
        all.extend(self.towns.iter().map(|(code, name)| (format!("town:{code}"), name.clone())));
        if let Some(Place::Person(id)) = parse(chosen) {
            all.push((format!("person:{id}"), w.t("account-place-person")));
        }
        all
    }

    /// The same for an account that has roles: also the people on file for whom it stands or stood. Whoever applied becomes a
    /// volunteer, and whoever left comes back, in the account that is theirs.
    pub(super) fn options_beside(&self, w: Words, chosen: &str, held: &[GrantRow]) -> Vec<(String, String)> {
        let mut all = self.options(w, chosen);
        for grant in held.iter().filter(|grant| matches!(grant.place, Place::Person(_))) {
            let place = format!("{}:{}", grant.place.kind(), grant.place.reference());
            if !all.iter().any(|(known, _)| *known == place) {
                let role = w.code("role", grant.role.code());
                all.push((place, format!("{} · {role}", w.t("account-place-person"))));
            }
        }
        all
    }

    /// What a form offers, classes by school.
    pub(super) fn grouped(&self, options: Vec<(String, String)>) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for option in options {
            let name = self.of_class.get(&option.0).cloned().unwrap_or_default();
            match groups.last_mut().filter(|last| last.name == name) {
                Some(last) => last.options.push(option),
                None => groups.push(Group { id: String::new(), name, options: vec![option] }),
            }
        }
        groups
    }

    /// A place in words; one that is gone keeps its kind.
    pub(crate) fn words(&self, w: &Words, place: &Place) -> String {
        let named = match place {
            Place::County => Some(self.county.clone()),
            Place::Town(code) => self.towns.iter().find(|(c, _)| c == code).map(|(_, name)| name.clone()),
            Place::School(id) => called(&self.schools, id),
            Place::Class(id) => called(&self.classes, id),
            Place::Person(_) | Place::Unit(_) => None,
        };
        named.unwrap_or_else(|| w.code("account-place", place.kind()))
    }
}

fn class_of(place: &Place) -> Option<ClassId> {
    match place {
        Place::Class(id) => Some(ClassId(*id)),
        Place::County | Place::Town(_) | Place::School(_) | Place::Person(_) | Place::Unit(_) => None,
    }
}

fn called(places: &[(Uuid, String)], id: &Uuid) -> Option<String> {
    places.iter().find(|(place, _)| place == id).map(|(_, name)| name.clone())
}

/// Of a school with the name of a class beside it, the class: as if it had been chosen.
pub(super) async fn with_class(me: &Signed, mut posted: Posted) -> Result<Posted, Error> {
    let (Some(name), Some(Place::School(school))) = (posted.given("class"), parse(posted.text("place"))) else {
        return Ok(posted);
    };
    if let Some(class) = typed::found(&me.desk.schools().await?, Some(SchoolId(school)), name) {
        posted.fields = posted.fields.with("place", &format!("class:{class}")).with("class", "");
    }
    Ok(posted)
}

/// `class:0190…`, `town:150825100`, `county`.
pub(super) fn parse(text: &str) -> Option<Place> {
    let (kind, reference) = text.split_once(':').unwrap_or((text, ""));
    Place::parse(kind, reference)
}
