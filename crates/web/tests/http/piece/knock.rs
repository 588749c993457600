use naheya_domain::Role;
use naheya_domain::access::{Action, Noun};
use naheya_web::knock::*;

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
