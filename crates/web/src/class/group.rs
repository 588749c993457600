//! Classes as a form offers them: by school, those of the school that is known before the others.

use naheya_store::school::School;

/// Choices that belong together.
pub(crate) struct Group {
    /// What they belong to, as the other field of the form names it.
    pub(crate) id: String,
    /// Its name; choices of no group have none.
    pub(crate) name: String,
    /// Values with their words.
    pub(crate) options: Vec<(String, String)>,
}

/// The classes by school, with the school's name before each: a list that is closed shows no group. Those of `school` come
/// first. The others can be chosen too: whoever moves a child without script chooses another school and its class in one go,
/// and with script the list shows only what goes with the school.
pub(crate) fn of_schools(schools: &[School], school: &str) -> Vec<Group> {
    let group = |one: &School| {
        let word = |name: &str| format!("{} {name}", one.name);
        Group {
            id: one.id.to_string(),
            name: one.name.clone(),
            options: one.classes.iter().map(|class| (class.id.to_string(), word(&class.name))).collect(),
        }
    };
    let with_classes = schools.iter().filter(|one| !one.classes.is_empty());
    let (own, others): (Vec<&School>, Vec<&School>) = with_classes.partition(|one| one.id.to_string() == school);
    own.into_iter().chain(others).map(group).collect()
}
