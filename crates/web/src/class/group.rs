//! Classes as a form offers them: by school, and of one school where the school is known.

use naheya_store::school::School;

/// Choices that belong together.
pub(crate) struct Group {
    /// What they belong to, as the other field of the form names it.
    pub(crate) id: String,
    /// Its name; choices of no group have none.
    pub(crate) name: String,
    /// Whether they can be chosen now.
    pub(crate) on: bool,
    /// Values with their words.
    pub(crate) options: Vec<(String, String)>,
}

/// The classes by school, with the school's name before each: a list that is closed shows no group. Where `school` is one of them,
/// only its classes can be chosen.
pub(crate) fn of_schools(schools: &[School], school: &str) -> Vec<Group> {
    let is_known = schools.iter().any(|one| one.id.to_string() == school);
    let group = |one: &School| {
        let word = |name: &str| format!("{} {name}", one.name);
        Group {
            id: one.id.to_string(),
            name: one.name.clone(),
            on: !is_known || one.id.to_string() == school,
            options: one.classes.iter().map(|class| (class.id.to_string(), word(&class.name))).collect(),
        }
    };
    schools.iter().filter(|one| !one.classes.is_empty()).map(group).collect()
}
