use naheya_web::phone_act::sign::whole;

#[test]
fn half_signs_are_replaced_and_nothing_else() {
    let made = |json: &str| String::from_utf8(whole(json.as_bytes())).unwrap_or_default();
    assert_eq!(made(r#"{"a":"x\ud83d"}"#), r#"{"a":"x\ufffd"}"#);
    assert_eq!(made(r#"{"a":"\ude00x"}"#), r#"{"a":"\ufffdx"}"#);
    assert_eq!(made(r#"{"a":"\ud83d\ud83d\ude00"}"#), r#"{"a":"\ufffd\ud83d\ude00"}"#);
    for sound in [r#"{"a":"\ud83d\ude00羊\n\u0041"}"#, r#"{"a":"\\ud83d"}"#, r#"{"a":"\u12"}"#, "\\"] {
        assert_eq!(made(sound), sound);
    }
}
