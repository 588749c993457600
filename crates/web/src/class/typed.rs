//! A class that is typed: where a county has more classes than a list can offer, a form asks for the school and the name.

use std::collections::HashSet;

use naheya_domain::class_name::key;
use naheya_domain::id::{ClassId, SchoolId};
use naheya_store::school::School;

/// More classes than this stand in no list.
const MOST_LISTED: usize = 200;
/// Names that are suggested.
const MOST_NAMED: usize = 200;

/// The names of the classes, each once, for a form that lets them be typed; none where a list can hold the classes.
pub(crate) fn names(schools: &[School]) -> Vec<String> {
    let classes = || schools.iter().flat_map(|school| &school.classes);
    if classes().count() <= MOST_LISTED {
        return Vec::new();
    }
    let mut all: Vec<(Option<i32>, &str)> = classes().map(|class| (class.grade, class.name.as_str())).collect();
    all.sort_unstable();
    let mut seen = HashSet::new();
    all.retain(|(_, name)| seen.insert(*name));
    all.into_iter().take(MOST_NAMED).map(|(_, name)| name.to_owned()).collect()
}

/// The class that was typed: the one of that name in the school, or in all of them where none is chosen.
pub(crate) fn found(schools: &[School], school: Option<SchoolId>, typed: &str) -> Option<ClassId> {
    let typed = key(typed);
    let of = schools.iter().filter(|one| school.is_none_or(|id| one.id == id));
    let mut meant = of.flat_map(|one| &one.classes).filter(|class| key(&class.name) == typed);
    match (meant.next(), meant.next()) {
        (Some(class), None) => Some(class.id),
        _ => None,
    }
}

/// The name of a class for the field in which it is typed; anything else stands as it was typed.
pub(crate) fn name(schools: &[School], value: &str) -> String {
    let id = ClassId::parse(value);
    let mut classes = schools.iter().flat_map(|school| &school.classes);
    let known = classes.find(|class| Some(class.id) == id);
    known.map_or_else(|| value.to_owned(), |class| class.name.clone())
}

#[cfg(test)]
mod tests {
    use naheya_store::school::Class;
    use uuid::Uuid;

    use super::*;

    fn school(classes: usize) -> School {
        let class = |n| Class { id: ClassId(Uuid::now_v7()), name: format!("{n}班"), grade: Some(1) };
        let classes = (1..=classes).map(class).collect();
        let (id, at) = (SchoolId(Uuid::now_v7()), String::new());
        School { id, name: "示例小学".to_owned(), release_at: at.clone(), return_at: at, classes }
    }

    #[test]
    fn classes_are_typed_only_where_no_list_holds_them() {
        assert!(names(&[school(MOST_LISTED)]).is_empty());
        let both = [school(MOST_LISTED), school(2)];
        assert_eq!(names(&both).len(), MOST_LISTED, "each name once");
    }

    #[test]
    fn a_typed_class_is_the_one_of_its_school_however_it_is_written() {
        let both = [school(3), school(2)];
        let last = both[1].classes[1].id;
        assert_eq!(found(&both, Some(both[1].id), "二班"), Some(last));
        assert_eq!(found(&both, Some(both[1].id), "3班"), None, "of another school");
        assert_eq!(found(&both, None, "2班"), None, "two are meant");
        assert_eq!(found(&both, None, "3班"), Some(both[0].classes[2].id));
        assert_eq!(name(&both, &last.to_string()), "2班");
        assert_eq!(name(&both, "二班"), "二班");
    }
}
