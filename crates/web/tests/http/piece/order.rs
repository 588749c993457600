use naheya_web::order::stretch;
use naheya_web::words::{Lang, Words};

#[test]
fn each_row_of_a_list_held_whole_is_on_one_page_and_every_page_is_led_to() {
    let w = Words { lang: Lang::Zh };
    let at = |from| stretch(w, 200, 401, from, |from| from.to_string());
    let (first, ways) = at(0);
    assert_eq!((first, ways.previous.as_str(), ways.next.as_str()), (0..200, "", "200"));
    let (last, ways) = at(400);
    assert_eq!((last, ways.previous.as_str(), ways.next.as_str()), (400..401, "200", ""));
    assert_eq!(at(250).0, 200..400, "a page begins where pages begin");
    assert_eq!(at(9_999).0, 0..200, "an address may say anything");
    let (all, ways) = stretch(w, 200, 200, 0, |from| from.to_string());
    assert_eq!((all, ways.leads_on()), (0..200, false));
    assert_eq!(stretch(w, 200, 0, 0, |from| from.to_string()).0, 0..0);
}
