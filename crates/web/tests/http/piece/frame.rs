use naheya_domain::Role;
use naheya_web::frame::{OFFICE, PHONE, is_below};
use naheya_web::words::{Lang, Words};

#[test]
fn an_entry_is_current_on_its_own_page_and_below() {
    assert!(is_below("/children", "/children"));
    assert!(is_below("/children/1/edit", "/children"));
    assert!(!is_below("/children-of-others", "/children"));
}

#[test]
fn every_entry_has_its_word_in_every_language() {
    for lang in Lang::ALL {
        for place in OFFICE.iter().chain(PHONE) {
            assert!(!Words { lang }.code("nav", place.key).is_empty());
        }
        for role in Role::ALL {
            assert!(!Words { lang }.code("role", role.code()).is_empty());
        }
    }
}
