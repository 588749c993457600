use naheya_web::routes::*;
use std::collections::BTreeSet;

#[test]
fn every_route_admits_somebody_and_stands_once() {
    let mut seen = BTreeSet::new();
    for row in listing() {
        assert!(!row.knock.is_empty(), "nobody may knock at {} {}", row.method, row.path);
        assert!(seen.insert((row.method.clone(), row.path.clone())), "{} {} stands twice", row.method, row.path);
    }
}

#[test]
fn a_note_with_nine_pictures_arrives_on_a_bad_road() {
    let (note, bytes_a_second) = (9 * 80_000 * 4 / 3, 5_000);
    assert!(patience(4 << 20).as_secs() > note / bytes_a_second, "the limit counts from the first byte");
    assert!(patience(FORM_LIMIT).as_secs() < 90, "a form comes at once or not at all");
    assert!(patience(usize::MAX).as_secs() <= 600, "and nobody stays for ever");
}
