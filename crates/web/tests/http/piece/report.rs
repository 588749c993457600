use naheya_store::figure::Year;
use naheya_web::report::heights;

#[test]
fn what_corrections_take_away_makes_the_bar_of_its_year_lower() {
    let year = |stay_minutes, other_minutes| Year { year: 2026, pairs: 0, stay_minutes, other_minutes };
    assert_eq!(heights(&year(6_000, 1_200)), [100, 20]);
    assert_eq!(heights(&year(6_000, -1_200)), [80, 0]);
}
