//! Schools and classes that a roster names: found by name, made when they are new.

use std::collections::{HashMap, HashSet};

use naheya_domain::class_name;
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::{class, school};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};

/// When a new school lets its boarders go and takes them back, until it says otherwise.
const RELEASE_AT: &str = "17:00";
const RETURN_AT: &str = "18:30";

/// The county's schools and classes by name, with those that an import will make.
#[derive(Debug, Default)]
pub(super) struct Places {
    schools: HashMap<String, Uuid>,
    classes: HashMap<(Uuid, String), Uuid>,
    /// The same by what all ways of writing a name have in common.
    alike: HashMap<(Uuid, String), Uuid>,
    /// What schools and classes are called.
    names: HashMap<Uuid, String>,
    /// Schools and classes that take nobody any more.
    closed: HashSet<Uuid>,
    new_schools: Vec<(Uuid, String)>,
    new_classes: Vec<(Uuid, Uuid, String)>,
}

impl Places {
    pub(super) async fn read(tx: &Tx) -> Result<Places, Error> {
        let schools = tx.for_rule::<school::Entity>().all(tx).await?;
        let classes = tx.for_rule::<class::Entity>().all(tx).await?;
        let closed = schools.iter().filter(|s| s.state == "closed").map(|s| s.id);
        let closed = closed.chain(classes.iter().filter(|c| c.state == "closed").map(|c| c.id)).collect();
        Ok(Places {
            names: schools
                .iter()
                .map(|s| (s.id, s.name.clone()))
                .chain(classes.iter().map(|c| (c.id, c.name.clone())))
                .collect(),
            schools: schools.into_iter().map(|s| (s.name, s.id)).collect(),
            closed,
            alike: classes.iter().map(|c| ((c.school_id, class_name::key(&c.name)), c.id)).collect(),
            classes: classes.into_iter().map(|c| ((c.school_id, c.name), c.id)).collect(),
            ..Places::default()
        })
    }

    /// The school of this name on file.
    pub(super) fn school(&self, name: &str) -> Option<Uuid> {
        self.schools.get(name).copied()
    }

    /// Ids for a school and a class; what is not on file is noted to be made.
    pub(super) fn take(&mut self, school: &str, class: Option<&str>) -> (Uuid, Option<Uuid>) {
        let school_id = match self.schools.get(school) {
            Some(id) => *id,
            None => {
                let id = Uuid::now_v7();
                self.schools.insert(school.to_owned(), id);
                self.names.insert(id, school.to_owned());
                self.new_schools.push((id, school.to_owned()));
                id
            }
        };
        (school_id, class.map(|name| self.take_class(school_id, name)))
    }

    fn take_class(&mut self, school: Uuid, name: &str) -> Uuid {
        let (key, alike) = ((school, name.to_owned()), (school, class_name::key(name)));
        if let Some(id) = self.classes.get(&key).or_else(|| self.alike.get(&alike)) {
            return *id;
        }
        let id = Uuid::now_v7();
        self.classes.insert(key, id);
        self.alike.insert(alike, id);
        self.names.insert(id, name.to_owned());
        self.new_classes.push((id, school, name.to_owned()));
        id
    }

    /// What of a school and a class takes nobody any more, as the field and the code of a fault.
    pub(super) fn closed(&self, [school, class]: [Option<Uuid>; 2]) -> Option<(&'static str, &'static str)> {
        let faults = [(school, ("school", "school.closed")), (class, ("class", "class.closed"))];
        let is_closed = |place: Option<Uuid>| place.is_some_and(|place| self.closed.contains(&place));
        faults.into_iter().find(|(place, _)| is_closed(*place)).map(|(_, fault)| fault)
    }

    /// The name of a school or class, empty for none.
    pub(super) fn name(&self, id: Option<Uuid>) -> String {
        id.and_then(|id| self.names.get(&id)).cloned().unwrap_or_default()
    }

    /// Names of what will be made, for the page.
    pub(super) fn new_names(&self) -> (Vec<String>, Vec<(String, String)>) {
        let classes = self.new_classes.iter().map(|(_, school, name)| (self.name(Some(*school)), name.clone()));
        (self.new_schools.iter().map(|(_, name)| name.clone()).collect(), classes.collect())
    }

    /// Makes the schools and classes that the good rows named.
    pub(super) async fn write(&self, tx: &Tx) -> Result<(), Error> {
        let schools = self.new_schools.iter().map(|(id, name)| school::Model {
            area_id: tx.area_id(),
            id: *id,
            name: name.clone(),
            town_code: None,
            rhythm: "weekly".into(),
            rhythm_anchor: None,
            release_at: RELEASE_AT.into(),
            return_at: RETURN_AT.into(),
            phone_sealed: None,
            state: "open".into(),
            version: 1,
        });
        tx.insert_all::<school::Entity>(schools.collect()).await?;
        let classes = self.new_classes.iter().map(|(id, school, name)| class::Model {
            area_id: tx.area_id(),
            id: *id,
            school_id: *school,
            name: name.clone(),
            grade: grade_of(name),
            state: "open".into(),
            version: 1,
        });
        tx.insert_all::<class::Entity>(classes.collect()).await?;
        for (id, name) in &self.new_schools {
            search::index(tx, Kind::School, *id, &[name]).await?;
        }
        Ok(())
    }
}

/// The grade that a class's name begins with: `4(3)班`, `四年级三班`, `初一2班`, `高二班`; 1 to 12.
fn grade_of(name: &str) -> Option<i32> {
    let (base, rest) = match name {
        n if n.starts_with('初') => (6, n.trim_start_matches('初')),
        n if n.starts_with('高') => (9, n.trim_start_matches('高')),
        n => (0, n),
    };
    let first = rest.chars().next()?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let number = match digits.parse::<i32>() {
        Ok(number) => number,
        Err(_) => i32::try_from("一二三四五六七八九".chars().position(|c| c == first)?).ok()? + 1,
    };
    Some(base + number).filter(|grade| (1..=12).contains(grade))
}

#[cfg(test)]
mod tests {
    use super::grade_of;

    #[test]
    fn a_grade_is_read_from_the_usual_names_of_a_class() {
        for (name, grade) in [
            ("4(3)班", Some(4)),
            ("四年级三班", Some(4)),
            ("三年级1班", Some(3)),
            ("初一2班", Some(7)),
            ("高二1班", Some(11)),
            ("七年级", Some(7)),
            ("大班", None),
            ("2026级1班", None),
        ] {
            assert_eq!(grade_of(name), grade, "{name}");
        }
    }
}
