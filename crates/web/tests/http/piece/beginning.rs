use naheya_domain::check::{APPLICATION, CheckKind};
use naheya_web::words::{Lang, Words};

#[test]
fn a_new_county_is_told_every_check_that_comes_before_the_signature_and_the_first_weekend() {
    let later = [CheckKind::Agreement, CheckKind::Insurance];
    for w in Lang::ALL.map(|lang| Words { lang }) {
        let told = w.t("today-begin-text-checks").to_lowercase();
        for kind in APPLICATION.into_iter().chain(later) {
            let word = w.code("check-kind", kind.code()).to_lowercase();
            assert!(told.contains(&word), "{word}: {told}");
        }
    }
}
