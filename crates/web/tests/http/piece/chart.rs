use naheya_web::chart::*;

#[test]
fn every_value_and_label_is_printed_and_what_was_typed_stays_text() {
    let marks = [Mark::new("<b>24年", 3, "3"), Mark::new("25年", 0, "0"), Mark::new("26年", 7, "7")];
    for svg in [bars("a", "名", "话", &marks), parts("a", "名", "话", &marks)] {
        assert!(!svg.contains("<b>"), "{svg}");
        for mark in &marks {
            assert!(svg.contains(&format!(">{}", escaped(&mark.shown))), "{svg}");
            assert!(svg.contains(&escaped(&mark.label)), "{svg}");
        }
    }
}

#[test]
fn the_tallest_bar_reaches_the_top_and_nothing_is_above_it() {
    let svg = bars("a", "", "", &[Mark::new("x", 10, "10"), Mark::new("y", 5, "5")]);
    assert!(svg.contains(&format!(r#"y="{TOP}" width="#)), "{svg}");
    assert!(svg.contains(&format!(r#"height="{}""#, (BASE - TOP) / 2)), "{svg}");
}

#[test]
fn long_numbers_over_many_bars_do_not_run_into_each_other() {
    let many: Vec<Mark> = (0..14).map(|n| Mark::new("x", n, format!("1,0{n:02}"))).collect();
    let svg = bars("a", "", "", &many);
    let printed = |n: i64| svg.contains(&format!(">1,0{n:02}<"));
    assert!(printed(13) && !printed(12) && printed(11) && !printed(10));
    let few: Vec<Mark> = (0..8).map(|n| Mark::new("x", n, format!("1,0{n:02}"))).collect();
    assert!((0..8).all(|n| bars("a", "", "", &few).contains(&format!(">1,0{n:02}<"))));
}

#[test]
fn long_labels_under_many_bars_do_not_run_into_each_other() {
    let many: Vec<Mark> = (0..13).map(|n| Mark::new(format!("10/{n:02}"), n, "1")).collect();
    let svg = bars("a", "", "", &many);
    let printed = |n: i64| svg.contains(&format!(">10/{n:02}<"));
    assert!(printed(12) && !printed(11) && printed(10) && !printed(9), "{svg}");
    let short: Vec<Mark> = (0..13).map(|n| Mark::new(format!("3/{n:02}"), n, "1")).collect();
    assert!((0..13).all(|n| bars("a", "", "", &short).contains(&format!(">3/{n:02}<"))));
}

#[test]
fn nothing_to_show_is_no_fault() {
    for svg in [bars("a", "", "", &[]), parts("a", "", "", &[]), line("a", "", "", &[Mark::new("x", 0, "0")])] {
        assert!(svg.ends_with("</svg>"), "{svg}");
    }
}
