use naheya_web::answer::*;

#[test]
fn only_paths_of_this_site_are_followed() {
    for foreign in ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/a\r\nSet-Cookie: x=1"] {
        assert_eq!(local_path(foreign), "/", "{foreign:?}");
    }
    assert_eq!(local_path("/children?view=stale"), "/children?view=stale");
}
