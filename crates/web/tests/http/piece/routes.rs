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
