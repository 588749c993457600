use naheya_web::words::*;

#[test]
fn every_file_of_texts_can_be_read() {
    for lang in Lang::ALL {
        assert!(!Words { lang }.t("frame-brand").is_empty());
    }
}

#[test]
fn the_best_liked_language_wins_and_chinese_is_what_others_get() {
    assert_eq!(Lang::accepted("en-GB,en;q=0.9,zh;q=0.1"), Lang::En);
    assert_eq!(Lang::accepted("fr, zh-CN;q=0.8, en;q=0.7"), Lang::Zh);
    assert_eq!(Lang::accepted("mn"), Lang::Zh);
    assert_eq!(Lang::accepted(""), Lang::Zh);
    assert_eq!(Lang::accepted("en;q=zero"), Lang::Zh);
}

#[test]
fn a_number_chooses_the_plural_form() {
    let words = Words { lang: Lang::En };
    assert_eq!(words.t1("frame-error-count", "n", 1), "One thing to change");
    assert_eq!(words.t1("frame-error-count", "n", 3), "3 things to change");
}
