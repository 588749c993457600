use naheya_web::notice::queue::*;
use naheya_web::words::{Lang, Words};

#[test]
fn every_worded_code_has_its_words() {
    for lang in Lang::ALL {
        for code in WORDED {
            assert_ne!(code_words(Words { lang }, code), *code);
        }
        assert_eq!(code_words(Words { lang }, "HTTP 404"), "HTTP 404");
    }
}
