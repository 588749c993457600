use jiff::civil::date;
use naheya_domain::Timestamp;
use naheya_web::demo::*;

fn at(day: i8, hour: i8, minute: i8) -> Timestamp {
    Timestamp::from_shanghai(date(2026, 11, day).at(hour, minute, 0, 0))
}

#[test]
fn the_buttons_lead_to_the_moments_of_the_next_weekend() {
    let monday = at(23, 9, 30);
    assert_eq!(wanted("friday", "", monday), Some(at(27, 16, 40)));
    assert_eq!(wanted("sunday", "", at(27, 16, 50)), Some(at(29, 17, 50)));
    assert_eq!(wanted("friday", "", at(20, 16, 40)), Some(at(27, 16, 40)), "this Friday's moment is over");
    assert_eq!(wanted("morning", "", monday), Some(at(24, 8, 0)));
    assert_eq!(wanted("at", "2026-11-27T18:05", monday), Some(at(27, 18, 5)));
    assert_eq!(wanted("at", "27.11.", monday), None);
}

#[test]
fn the_clock_never_goes_back() {
    let clock = DemoClock::new(5);
    clock.put(3);
    assert_eq!(clock.at(Timestamp(1)), Timestamp(6));
    clock.put(9);
    assert_eq!(clock.at(Timestamp(1)), Timestamp(10));
}
