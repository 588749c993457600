use naheya_web::appearance::*;
use naheya_web::words::Lang;

#[test]
fn an_appearance_survives_its_cookie() {
    let appearance = Appearance { large: true, dark: Some(false), lang: Some(Lang::En), no_keys: true };
    assert_eq!(Appearance::parse(&appearance.write()), appearance);
    assert_eq!(Appearance::parse(""), Appearance::default());
    assert_eq!(Appearance::parse("huge.<script>"), Appearance::default());
}
