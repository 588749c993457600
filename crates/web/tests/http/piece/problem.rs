use naheya_web::problem::*;
use naheya_web::words::{Lang, Words};

#[test]
fn every_problem_has_words_in_every_language() {
    for lang in Lang::ALL {
        for (code, _) in CODES.iter().filter(|(c, _)| *c != "refused") {
            let problem = Problem::of_code(code);
            assert!(!problem.title(Words { lang }).is_empty());
            assert!(!problem.detail(Words { lang }).is_empty());
        }
    }
}
