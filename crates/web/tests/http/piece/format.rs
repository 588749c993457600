use jiff::civil::date;
use naheya_domain::Timestamp;
use naheya_web::words::{Lang, Words};

const ZH: Words = Words { lang: Lang::Zh };
const EN: Words = Words { lang: Lang::En };

#[test]
fn a_date_names_its_weekday_in_the_readers_order() {
    let day = date(2026, 11, 20);
    assert_eq!(ZH.date(day), "11月20日 周五");
    assert_eq!(EN.date(day), "Fri 20 Nov");
    assert_eq!(ZH.long_date(day), "2026年11月20日");
    assert_eq!(EN.long_date(day), "20 Nov 2026");
}

#[test]
fn an_instant_is_told_in_shanghai() {
    let at = Timestamp::from_shanghai(date(2026, 11, 20).at(0, 5, 0, 0));
    assert_eq!(ZH.when(at), "11月20日 周五 00:05");
}

#[test]
fn a_weekend_over_the_end_of_a_month_names_both_months() {
    assert_eq!(ZH.span(date(2026, 11, 20), date(2026, 11, 22)), "11月20—22日");
    assert_eq!(ZH.span(date(2026, 10, 30), date(2026, 11, 1)), "10月30日—11月1日");
    assert_eq!(EN.span(date(2026, 11, 20), date(2026, 11, 22)), "20–22 Nov");
    assert_eq!(EN.span(date(2026, 11, 20), date(2026, 11, 20)), "20 Nov");
}

#[test]
fn what_lies_in_another_year_says_so() {
    let today = date(2026, 11, 29);
    assert_eq!(ZH.span_of(date(2025, 12, 19), date(2025, 12, 21), today), "2025年12月19—21日");
    assert_eq!(EN.span_of(date(2025, 12, 19), date(2025, 12, 21), today), "19–21 Dec 2025");
    assert_eq!(ZH.span_of(date(2026, 6, 6), date(2026, 6, 8), today), "6月6—8日");
    let at = Timestamp::from_shanghai(date(2025, 12, 19).at(17, 30, 0, 0));
    assert_eq!(ZH.when_of(at, today), "2025年12月19日 17:30");
    assert_eq!(ZH.when_of(at, date(2025, 12, 31)), "12月19日 周五 17:30");
}

#[test]
fn hours_are_never_rounded_up() {
    assert_eq!(ZH.hours(59_i64), "0.5");
    assert_eq!(ZH.hours(29_i64), "0");
    assert_eq!(ZH.hours(20_000 * 60_i64), "20,000");
}

#[test]
fn a_child_is_a_year_older_on_the_birthday_itself() {
    assert_eq!(ZH.age(date(2016, 11, 20), date(2026, 11, 19)), 9);
    assert_eq!(ZH.age(date(2016, 11, 20), date(2026, 11, 20)), 10);
}
