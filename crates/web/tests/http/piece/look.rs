use naheya_web::look::*;
use naheya_web::words::Lang;

#[test]
fn a_look_survives_its_cookie() {
    let look = Look { large: true, dark: Some(false), lang: Some(Lang::En), no_keys: true };
    assert_eq!(Look::parse(&look.write()), look);
    assert_eq!(Look::parse(""), Look::default());
    assert_eq!(Look::parse("huge.<script>"), Look::default());
}
