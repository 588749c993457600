//! Line icons of our own, 24 by 24, stroke only. Decoration: the word always stands beside them.

/// The drawing called `name`, as SVG elements; a small ring for an unknown name.
pub fn drawing(name: impl AsRef<str>) -> &'static str {
    match name.as_ref() {
        "today" => r#"<path d="M4 15h16M7 15a5 5 0 0 1 10 0M12 4v3M4.5 8.500l2 2M19.500 8.500l-2 2M8 19h8"/>"#,
        "child" => {
            r#"<path d="M12 20v-8M12 12c0-4-3-6-7-6 0 4 3 6 7 6zM12 10c0-3 2.500-5 6-5 0 3.500-2.500 5-6 5zM6 20h12"/>"#
        }
        "people" => {
            r#"<circle cx="9" cy="8" r="3.200"/><path d="M3.500 19c0-3.500 2.500-5.500 5.500-5.500s5.500 2 5.500 5.500M15.500 5.200a3 3 0 0 1 0 5.600M17 13.800c2.200.600 3.500 2.400 3.500 5.200"/>"#
        }
        "pair" => {
            r#"<circle cx="6" cy="12" r="3"/><circle cx="18" cy="12" r="3"/><path d="M9 12h1.500M11.500 12h1M13.500 12H15M6 5v1M18 5v1M6 18v1M18 18v1"/>"#
        }
        "calendar" => {
            r#"<rect x="4" y="5.500" width="16" height="14" rx="2"/><path d="M4 10h16M8.500 3.500v4M15.500 3.500v4M8 14.500h3"/>"#
        }
        "talk" => r#"<path d="M4 6h16v10h-8l-4 3.500V16H4zM8 10h8M8 13h5"/>"#,
        "shield" => {
            r#"<path d="M12 3.500l7 2.500v5.500c0 4.500-3 7.500-7 9-4-1.500-7-4.500-7-9V6zM12 8.500v4M12 15.500v.1"/>"#
        }
        "box" => r#"<path d="M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8"/>"#,
        "chart" => r#"<path d="M4 20h16M7 20v-6M12 20V6M17 20v-9"/>"#,
        "import" => r#"<path d="M12 4v10M8 10.500l4 4 4-4M5 19h14"/>"#,
        "export" => r#"<path d="M12 14V4M8 7.500l4-4 4 4M5 19h14"/>"#,
        "school" => r#"<path d="M4 20h16M6 20v-9l6-4 6 4v9M12 7V4l3 1-3 1M10 20v-4h4v4"/>"#,
        "key" => r#"<circle cx="8" cy="14" r="3.500"/><path d="M10.500 11.500L18 4M15 7l2.500 2.500"/>"#,
        "more" => r#"<path d="M5 7h14M5 12h14M5 17h14"/>"#,
        "list" => r#"<path d="M9 6h11M9 12h11M9 18h11M4.500 6v.1M4.500 12v.1M4.500 18v.1"/>"#,
        "gear" => {
            r#"<circle cx="12" cy="12" r="3"/><path d="M12 4v3M12 17v3M4 12h3M17 12h3M6.300 6.300l2.200 2.200M15.500 15.500l2.200 2.200M17.700 6.300l-2.200 2.200M8.500 15.500l-2.200 2.200"/>"#
        }
        "search" => r#"<circle cx="11" cy="11" r="6"/><path d="M15.500 15.500L20 20"/>"#,
        "home" => r#"<path d="M4 12l8-7 8 7M6.500 10.500V19h11v-8.500M10.500 19v-4.500h3V19"/>"#,
        "pen" => r#"<path d="M5 19l1-4L16 5l3 3L9 18zM13.500 7.500l3 3"/>"#,
        "book" => r#"<path d="M5 5h5a2 2 0 0 1 2 2v12a2 2 0 0 0-2-2H5zM19 5h-5a2 2 0 0 0-2 2v12a2 2 0 0 1 2-2h5z"/>"#,
        "warn" => r#"<path d="M12 4.500L20.500 19h-17zM12 10v4M12 16.500v.1"/>"#,
        "ok" => r#"<path d="M5 12.500l4.500 4.500L19 7.500"/>"#,
        "no" => r#"<path d="M6.500 6.500l11 11M17.500 6.500l-11 11"/>"#,
        "go" => r#"<path d="M9.500 6l6 6-6 6"/>"#,
        "back" => r#"<path d="M14.500 6l-6 6 6 6"/>"#,
        "down" => r#"<path d="M6 9.500l6 6 6-6"/>"#,
        "offline" => {
            r#"<path d="M5 16a4 4 0 0 1 1-7.500M9 6.200A6 6 0 0 1 17.500 10a3.500 3.500 0 0 1 1.500 6.500M8 17h8M4 4l16 16"/>"#
        }
        "clock" => r#"<circle cx="12" cy="12" r="8"/><path d="M12 7.500V12l3 2"/>"#,
        "lock" => {
            r#"<rect x="6" y="11" width="12" height="9" rx="1.500"/><path d="M8.500 11V8a3.500 3.500 0 0 1 7 0v3"/>"#
        }
        "eye" => r#"<path d="M3 12c3-5 6-7 9-7s6 2 9 7c-3 5-6 7-9 7s-6-2-9-7z"/><circle cx="12" cy="12" r="2.500"/>"#,
        "phone" => {
            r#"<path d="M6 4h4l1.500 4.500-2 1.500a11 11 0 0 0 4.500 4.500l1.500-2L20 14v4c0 1-1 2-2 2C11 20 4 13 4 6c0-1 1-2 2-2z"/>"#
        }
        "print" => r#"<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>"#,
        "camera" => r#"<path d="M4 8h4l1.500-2.500h5L16 8h4v11H4z"/><circle cx="12" cy="13" r="3.200"/>"#,
        "plus" => r#"<path d="M12 5v14M5 12h14"/>"#,
        "leaf" => r#"<path d="M5 19C5 10 10 5 19 5c0 9-5 14-14 14zM5 19l7-7"/>"#,
        "map" => r#"<path d="M4 6.500l5-2 6 2 5-2v13l-5 2-6-2-5 2zM9 4.500v13M15 6.500v13"/>"#,
        "walk" => {
            r#"<circle cx="13" cy="5" r="2"/><path d="M8 20l3-6 3 3v4M11 14l1.500-5.500L9 10.500 8 13M12.500 8.500L15 11.500l3 .5"/>"#
        }
        "bell" => r#"<path d="M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500h4"/>"#,
        _ => r#"<circle cx="12" cy="12" r="3"/>"#,
    }
}
