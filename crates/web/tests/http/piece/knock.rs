use naheya_domain::Role;
use naheya_domain::access::{Action, Noun};
use naheya_web::knock::*;
use naheya_web::listing;
use naheya_web::words::{Lang, Words};

#[test]
fn a_role_that_cannot_see_the_noun_is_told_that_there_is_nothing() {
    let knock = Knock::May(Action::ApproveStay);
    assert_eq!(judge(knock, Noun::Stay.into(), Some(Role::ItAdmin)), Verdict::Hidden);
    assert_eq!(judge(knock, Noun::Stay.into(), Some(Role::ClassTeacher)), Verdict::Forbidden);
    assert_eq!(judge(knock, Noun::Stay.into(), Some(Role::Leader)), Verdict::Open);
    assert_eq!(judge(knock, Noun::Stay.into(), None), Verdict::SignIn);
}

#[test]
fn a_knock_lists_whom_it_admits() {
    assert_eq!(Knock::Public.names(), ["public"]);
    assert_eq!(Knock::SignedIn.names(), ["signed_in"]);
    assert_eq!(Knock::May(Action::RunRound).names(), ["coordinator", "leader"]);
}

#[test]
fn what_a_door_is_about_has_a_word_on_the_trails_page() {
    for (route, lang) in listing().iter().flat_map(|route| [Lang::Zh, Lang::En].map(|lang| (route, lang))) {
        let mut words = ["", "s", "es"].iter().map(|end| format!("audit_event-of-{}{end}", route.noun));
        assert!(words.any(|word| Words { lang }.maybe(word).is_some()), "{}: {}", route.path, route.noun);
    }
}
