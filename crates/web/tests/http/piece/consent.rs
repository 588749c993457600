use naheya_domain::Role;
use naheya_domain::access::{Class, Noun, Reach, reach};
use naheya_web::words::{Lang, Words};

/// Roles as the questions name them, in each language.
const NAMED: [(Role, &str, &str); 5] = [
    (Role::Coordinator, "协调员", "coordinator"),
    (Role::Leader, "负责人", "leader"),
    (Role::ClassTeacher, "班主任", "lass teacher"),
    (Role::TownWorker, "儿童主任", "child director"),
    (Role::Volunteer, "周末妈妈", "weekend mother"),
];

#[test]
fn a_guardian_is_told_of_everybody_who_will_see_file_and_pictures_and_of_nobody_else() {
    for (question, noun) in [("consent-why-file", Noun::Child), ("consent-why-photo", Noun::Note)] {
        let told = [Lang::Zh, Lang::En].map(|lang| Words { lang }.t(question));
        for (role, zh, en) in NAMED {
            let sees = reach(role, noun, Class::Work) != Reach::Nothing;
            for (text, word) in told.iter().zip([zh, en]) {
                assert_eq!(text.contains(word), sees, "{question}: {word} in {text}");
            }
        }
    }
}

#[test]
fn a_guardian_is_told_that_the_card_of_a_round_says_what_care_needs() {
    let told = [Lang::Zh, Lang::En].map(|lang| Words { lang }.t("consent-why-pairing"));
    for (text, word) in told.iter().zip(["照顾要知道的", "what care needs"]) {
        assert!(text.contains(word), "{text}");
    }
}
