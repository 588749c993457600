use naheya_web::form::*;

#[test]
fn the_hash_of_a_form_is_blind_to_order_but_not_to_where_a_value_stands() {
    let none: [Upload; 0] = [];
    let one = hash("/stays", &Fields::parse(b"a=1&b=2"), &none);
    assert_eq!(one, hash("/stays", &Fields::parse(b"b=2&a=1"), &none));
    assert_ne!(one, hash("/stays", &Fields::parse(b"a=2&b=1"), &none));
    assert_ne!(one, hash("/pairs", &Fields::parse(b"a=1&b=2"), &none));
    assert_ne!(hash("/", &Fields::parse(b"a=bc"), &none), hash("/", &Fields::parse(b"ab=c"), &none));
}

#[test]
fn hostile_bytes_become_plain_text() {
    let fields = Fields::parse(b"a=%00x%FF%0D%0Ay%1B&a=&%ZZ&=&b");
    assert_eq!(fields.raw("a").unwrap(), "x\u{fffd}\ny");
    assert_eq!(fields.all("a").len(), 1);
    assert_eq!(fields.given("b"), None);
}

#[test]
fn a_row_number_is_not_part_of_a_label() {
    assert_eq!(Sheet::blank("household").label("member.3.birth_on"), "household-member-birth_on");
}

#[test]
fn a_files_name_has_no_folders() {
    assert_eq!(base_name("C:\\Users\\x\\花名册.xlsx"), "花名册.xlsx");
    assert_eq!(base_name("../../etc/passwd"), "passwd");
}
