//! A class that is typed: where a county has more classes than a list can offer, a form asks for the school and the name.

use std::collections::HashSet;

use naheya_domain::class_name::key;
use naheya_domain::id::{ClassId, SchoolId};
use naheya_store::school::School;

/// More classes than this stand in no list.
pub const MOST_LISTED: usize = 200;
/// Names that are suggested.
const MOST_NAMED: usize = 200;

/// The names of the classes, each once, for a form that lets them be typed: those of the school that is chosen, or of all; none
/// where a list can hold the classes.
#[must_use]
pub fn names(schools: &[School], chosen: Option<SchoolId>) -> Vec<String> {
    if schools.iter().map(|school| school.classes.len()).sum::<usize>() <= MOST_LISTED {
        return Vec::new();
    }
    let chosen = chosen.filter(|id| schools.iter().any(|school| school.id == *id && !school.classes.is_empty()));
    let offered = schools.iter().filter(|school| chosen.is_none_or(|id| school.id == id));
    let classes = offered.flat_map(|school| &school.classes);
    let mut all: Vec<(Option<i32>, &str)> = classes.map(|class| (class.grade, class.name.as_str())).collect();
    all.sort_unstable();
    let mut seen = HashSet::new();
    all.retain(|(_, name)| seen.insert(*name));
    all.into_iter().take(MOST_NAMED).map(|(_, name)| name.to_owned()).collect()
}

/// The class that was typed: the one of that name in the school, or in all of them where none is chosen.
#[must_use]
pub fn found(schools: &[School], school: Option<SchoolId>, typed: &str) -> Option<ClassId> {
    let typed = key(typed);
    let of = schools.iter().filter(|one| school.is_none_or(|id| one.id == id));
    let mut meant = of.flat_map(|one| &one.classes).filter(|class| key(&class.name) == typed);
    match (meant.next(), meant.next()) {
        (Some(class), None) => Some(class.id),
        _ => None,
    }
}

/// The name of a class for the field in which it is typed; anything else stands as it was typed.
#[must_use]
pub fn name(schools: &[School], value: &str) -> String {
    let id = ClassId::parse(value);
    let mut classes = schools.iter().flat_map(|school| &school.classes);
    let known = classes.find(|class| Some(class.id) == id);
    known.map_or_else(|| value.to_owned(), |class| class.name.clone())
}
