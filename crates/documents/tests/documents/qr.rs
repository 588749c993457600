//! Codes to be scanned.

use naheya_documents::qr::svg;

#[test]
fn a_code_is_a_square_without_inline_style_or_script() {
    let svg = svg("https://example.invalid/c/0123456789abcdef", "接家码").unwrap();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
    assert!(!svg.contains("style") && !svg.contains("script") && !svg.contains("url("));
    assert!(svg.contains("aria-label=\"接家码\""));
    let side = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split([' ', '"']).take(2).collect::<Vec<_>>();
    assert_eq!(side[0], side[1]);
}

#[test]
fn the_label_cannot_break_out_of_its_attribute() {
    let svg = svg("x", "\"><script>&").unwrap();
    assert!(svg.contains("aria-label=\"&quot;&gt;&lt;script&gt;&amp;\""));
}

#[test]
fn the_drawn_modules_are_the_codes() {
    let text = "示例 0042";
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).unwrap();
    let svg = svg(text, "").unwrap();
    let mut drawn = vec![false; code.width() * code.width()];
    for run in svg.split(" d=\"").nth(1).unwrap().split('"').next().unwrap().split('M').skip(1) {
        let (place, rest) = run.split_once('h').unwrap();
        let (x, y) = place.split_once(' ').unwrap();
        let length: usize = rest.split('v').next().unwrap().parse().unwrap();
        let start = (y.parse::<usize>().unwrap() - 4) * code.width() + x.parse::<usize>().unwrap() - 4;
        drawn[start..start + length].fill(true);
    }
    let dark: Vec<bool> = code.to_colors().into_iter().map(|colour| colour == qrcode::Color::Dark).collect();
    assert_eq!(drawn, dark);
}

#[test]
fn too_long_a_text_is_refused() {
    assert!(svg(&"x".repeat(3_000), "").is_err());
}
