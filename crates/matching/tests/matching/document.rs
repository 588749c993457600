//! Documents as they come: good, wrong and hostile.

use naheya_matching::{Document, Instance, Mode};
use proptest::prelude::*;

use crate::draw::config;

const GOOD: &str = r#"{"format":"naheya-hrt-1","children":3,"volunteers":2,"capacity":[1,2],"child_prefs":[[[0],[1]],[[0,1]],[[1]]],"volunteer_prefs":[[[1],[0]],[[2],[0,1]]],"siblings":[{"members":[0,1],"mode":"prefer"}],"child_ids":["a","b","c"],"volunteer_ids":["x","y"],"forbidden":[[2,0]],"fit":[[0,1,5]]}"#;

/// The good document with one part replaced.
fn with(part: &str, instead: &str) -> String {
    assert!(GOOD.contains(part), "{part}");
    GOOD.replacen(part, instead, 1)
}

fn fault(text: &str) -> String {
    Instance::from_json(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_good_document_is_read_whole() {
    let instance = Instance::from_json(GOOD.as_bytes()).unwrap();
    assert_eq!((instance.children(), instance.volunteers()), (3, 2));
    assert_eq!((instance.capacity(0), instance.capacity(1), instance.capacity(9)), (1, 2, 0));
    assert_eq!(instance.child_prefs().rank(1, 1), Some(0));
    assert_eq!(instance.volunteer_prefs().rank(1, 0), Some(1));
    assert_eq!(instance.volunteer_prefs().rank(0, 2), None);
    assert_eq!(
        (instance.siblings()[0].members.as_slice(), instance.siblings()[0].mode),
        ([0, 1].as_slice(), Mode::Prefer)
    );
    assert!(instance.is_forbidden(2, 0) && !instance.is_forbidden(0, 0));
    assert_eq!((instance.fit(0, 1), instance.fit(1, 1)), (5, 0));
    assert_eq!((instance.child_id(2), instance.volunteer_id(0)), ("c".to_owned(), "x".to_owned()));
}

#[test]
fn ids_default_to_the_numbers() {
    let text = with(r#""child_ids":["a","b","c"],"#, "");
    assert_eq!(Instance::from_json(text.as_bytes()).unwrap().child_id(2), "2");
}

#[test]
fn the_order_of_fields_does_not_matter() {
    let turned = with(r#""children":3,"#, "").replace("\"fit\":[[0,1,5]]}", "\"fit\":[[0,1,5]],\"children\":3}");
    assert_eq!(Instance::from_json(turned.as_bytes()).unwrap(), Instance::from_json(GOOD.as_bytes()).unwrap());
}

#[test]
fn an_empty_instance_is_an_instance() {
    let text =
        r#"{"format":"naheya-hrt-1","children":0,"volunteers":0,"capacity":[],"child_prefs":[],"volunteer_prefs":[]}"#;
    assert_eq!(Instance::from_json(text.as_bytes()).unwrap().children(), 0);
}

#[test]
fn a_field_that_the_format_does_not_know_is_named() {
    let text = with("\"forbidden\"", "\"forbiden\"");
    assert_eq!(Document::from_json(text.as_bytes()).unwrap().unknown_fields, ["forbiden"]);
}

#[test]
fn a_fault_names_its_place() {
    let cases = [
        ("[[0],[1]],[[0,1]]", "[[0],[1]],[[0,2]]", "child_prefs[1][0][1]: must be between 0 and 1"),
        ("[[0],[1]],[[0,1]]", "[[0],[0]],[[0,1]]", "child_prefs[0][1][0]: 0 stands there already"),
        ("[[0],[1]],[[0,1]]", "[[0],[]],[[0,1]]", "child_prefs[0][1]: is an empty tie class"),
        ("[[0],[1]],[[0,1]]", "[[0],[-1]],[[0,1]]", "child_prefs[0][1][0]: must be between 0 and 2147483646"),
        ("[[0],[1]],[[0,1]]", "[[0],[1.5]],[[0,1]]", "child_prefs[0][1][0]: must be a whole number"),
        ("[[0],[1]],[[0,1]]", "[[0],[1e30]],[[0,1]]", "child_prefs[0][1][0]: must be a whole number"),
        ("[[0],[1]],[[0,1]]", "[[0],[99999999999999999999]],[[0,1]]", "child_prefs[0][1][0]: must be a whole number"),
        (
            "[[0],[1]],[[0,1]]",
            "[[0],[18446744073709551615]],[[0,1]]",
            "child_prefs[0][1][0]: must be between 0 and 2147483646",
        ),
        ("[[0],[1]],[[0,1]]", "[[0],1],[[0,1]]", "child_prefs[0][1]: invalid type: integer `1`, expected a list"),
        (
            "[[0],[1]],[[0,1]]",
            "[[0],[true]],[[0,1]]",
            "child_prefs[0][1][0]: invalid type: boolean `true`, expected a whole number",
        ),
        (
            "[[0],[1]],[[0,1]]",
            "[[0],[null]],[[0,1]]",
            "child_prefs[0][1][0]: invalid type: null, expected a whole number",
        ),
        ("[[0],[1]],[[0,1]]", "[[0],[1]]", "child_prefs: has 2 entries, expected 3"),
        ("[[1],[0]],[[2],[0,1]]", "[[1],[3]],[[2],[0,1]]", "volunteer_prefs[0][1][0]: must be between 0 and 2"),
        ("[[1],[0]],[[2],[0,1]]", "[[1],[0]]", "volunteer_prefs: has 1 entries, expected 2"),
        ("\"capacity\":[1,2]", "\"capacity\":[1,0]", "capacity[1]: must be between 1 and 4294967295"),
        ("\"capacity\":[1,2]", "\"capacity\":[1,-2]", "capacity[1]: must be between 1 and 4294967295"),
        ("\"capacity\":[1,2]", "\"capacity\":[1,4294967296]", "capacity[1]: must be between 1 and 4294967295"),
        ("\"capacity\":[1,2]", "\"capacity\":[1]", "capacity: has 1 entries, expected 2"),
        ("\"capacity\":[1,2]", "\"capacity\":{}", "capacity: invalid type: map, expected a list"),
        ("\"capacity\":[1,2],", "", "capacity: is missing"),
        ("\"capacity\":[1,2]", "\"capacity\":[1,2],\"capacity\":[1,2]", "capacity: stands twice"),
        ("\"children\":3", "\"children\":9007199254740993", "children: must be between 0 and 2147483646"),
        ("\"children\":3", "\"children\":2147483646", "child_prefs: has 3 entries, expected 2147483646"),
        ("\"children\":3", "\"children\":\"3\"", "children: invalid type: string \"3\", expected a whole number"),
        ("\"children\":3,", "", "children: is missing"),
        ("naheya-hrt-1", "naheya-hrt-2", "format: must be \"naheya-hrt-1\""),
        ("[0,1],\"mode\":\"prefer\"", "[0,3],\"mode\":\"prefer\"", "siblings[0][1]: must be between 0 and 2"),
        ("[0,1],\"mode\":\"prefer\"", "[0,0],\"mode\":\"prefer\"", "siblings[0][1]: child 0 stands there already"),
        ("[0,1],\"mode\":\"prefer\"", "[],\"mode\":\"prefer\"", "siblings[0]: has no members"),
        ("[0,1],\"mode\":\"prefer\"", "[0,1],\"mode\":\"may\"", "siblings[0]: must be \"must\" or \"prefer\""),
        (
            "{\"members\":[0,1],\"mode\":\"prefer\"}",
            "{\"members\":[0,1],\"mode\":\"must\"},{\"members\":[2,1],\"mode\":\"must\"}",
            "siblings[1][1]: child 1 is in another \"must\" group already",
        ),
        ("[\"a\",\"b\",\"c\"]", "[\"a\",\"b\",\"a\"]", "child_ids[2]: this id stands there already"),
        ("[\"a\",\"b\",\"c\"]", "[\"a\",\"b\"]", "child_ids: has 2 entries, expected 3"),
        ("[\"x\",\"y\"]", "[\"x\",7]", "volunteer_ids[1]: invalid type: integer `7`, expected a string"),
        ("[[2,0]]", "[[2,2]]", "forbidden[0][1]: must be between 0 and 1"),
        ("[[2,0]]", "[[2]]", "forbidden[0]: has 1 entries, expected 2"),
        ("[[0,1,5]]", "[[0,1]]", "fit[0]: has 2 entries, expected 3"),
        ("[[0,1,5]]", "[[-1,1,5]]", "fit[0][0]: must be between 0 and 2147483646"),
        ("[[0,1,5]]", "[[0,1,5],[0,1,5]]", "fit[1]: this pair stands there already"),
        ("[[0,1,5]]", "[[0,1,-9223372036854775808]]", "fit[0][2]: must be between -1000000000 and 1000000000"),
        ("[[0,1,5]]", "[[0,1,0.5]]", "fit[0][2]: must be a whole number"),
        ("[[0,1,5]]", "[[0,1,5]],\"keep\":[[0,1],[3,1]]", "keep[1][0]: must be between 0 and 2"),
        ("[[0,1,5]]", "[[0,1,5]],\"keep\":[[0,2]]", "keep[0][1]: must be between 0 and 1"),
        ("[[0,1,5]]", "[[0,1,5]],\"keep\":[[1,0],[1,1]]", "keep[1][0]: child 1 stands there already"),
        ("[[0,1,5]]", "[[0,1,5]],\"keep\":[[0,1],[2,0]]", "keep[1]: cannot be kept: each must have chosen the other"),
        ("[[0,1,5]]", "[[0,1,5]],\"keep\":[[0]]", "keep[0]: has 1 entries, expected 2"),
        ("[[0,1,5]]", "[[0,1,5]],\"keep\":[[0,null]]", "keep[0][1]: invalid type: null, expected a whole number"),
        ("[[0,1,5]]", "[[0,1,5]],\"keep\":[],\"keep\":[]", "keep: stands twice"),
    ];
    for (part, instead, expected) in cases {
        let found = fault(&with(part, instead));
        assert!(found.starts_with(expected), "{instead}: {found}");
        assert!(!found.contains('\n'), "{found}");
    }
}

#[test]
fn what_is_no_instance_at_all_is_refused() {
    let deep = "[".repeat(100_000);
    let nested = format!(r#"{{"note":{deep}"#);
    let long = format!(r#"{{"format":{{"{}":1}}}}"#, "x".repeat(1_000_000));
    for text in [
        "",
        " ",
        "null",
        "[]",
        "3",
        "{",
        "{}",
        "\u{feff}{}",
        r#"{"format":"#,
        &GOOD[..GOOD.len() - 1],
        &deep,
        &nested,
        &long,
    ] {
        let found = fault(text);
        assert!(found.len() < 300 && !found.contains('\n'), "{found}");
    }
    assert!(fault(&format!("{GOOD} x")).starts_with("document: not readable as JSON"));
    assert!(Instance::from_json(&[0xff, 0xfe, b'{', 0]).is_err());
}

#[test]
fn a_child_may_be_in_a_must_and_a_prefer_group() {
    let text = with(
        "{\"members\":[0,1],\"mode\":\"prefer\"}",
        "{\"members\":[0,1],\"mode\":\"must\"},{\"members\":[2,1],\"mode\":\"prefer\"}",
    );
    assert_eq!(Instance::from_json(text.as_bytes()).unwrap().siblings().len(), 2);
}

#[test]
fn weights_are_found_by_pair_whatever_their_order() {
    let text = with("[[0,1,5]]", "[[2,1,-7],[0,1,5],[0,0,1000000000]]");
    let instance = Instance::from_json(text.as_bytes()).unwrap();
    assert_eq!([instance.fit(2, 1), instance.fit(0, 1), instance.fit(0, 0)], [-7, 5, naheya_matching::FIT_LIMIT]);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_damaged_document_never_ends_the_program(at in 0..GOOD.len(), byte in any::<u8>(), cut in 0..GOOD.len()) {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes[at] = byte;
        let _ = Instance::from_json(&bytes);
        bytes.remove(cut);
        if let Ok(instance) = Instance::from_json(&bytes) {
            prop_assert!(naheya_matching::solve(&instance, &naheya_matching::Options::default()).is_ok());
        }
    }

    #[test]
    fn pieces_of_documents_in_any_order_never_end_the_program(
        pieces in prop::collection::vec(prop::sample::select(vec!["[", "]", "{", "}", ",", ":", "0", "1", "-1", "1e9", "\"format\"", "\"naheya-hrt-1\"", "\"capacity\"", "\"fit\"", "\"child_prefs\"", "null"]), 0..40)
    ) {
        let _ = Instance::from_json(pieces.concat().as_bytes());
    }
}
