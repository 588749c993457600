//! Charts as SVG made here: bars, bars of two parts, a line. Each value is printed at its mark, so that
//! no chart needs a grid, an axis or a colour to be read. The page puts the finding above and the
//! numbers as a table below.

use std::fmt::Write;

/// One bar or point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Below it.
    pub label: String,
    /// Its height; the parts from the base upwards.
    pub parts: Vec<i64>,
    /// Above it.
    pub shown: String,
    /// The point of the chart.
    pub strong: bool,
}

impl Mark {
    /// A bar of one part.
    #[must_use]
    pub fn new(label: impl Into<String>, value: i64, shown: impl Into<String>) -> Mark {
        Mark { label: label.into(), parts: vec![value], shown: shown.into(), strong: true }
    }

    fn height(&self) -> i64 {
        self.parts.iter().map(|part| (*part).max(0)).sum()
    }
}

const WIDTH: i64 = 500;
/// More bars than this have no room for long numbers.
const CROWDED: usize = 8;
/// Where the tallest bar ends, in units of the drawing.
pub const TOP: i64 = 22;
/// Where bars stand, in units of the drawing.
pub const BASE: i64 = 170;
const BOTTOM: i64 = 196;

/// Bars side by side; with several parts they stand upon each other. `name` is what the chart is of,
/// `finding` what it tells.
#[must_use]
pub fn bars(id: &str, name: &str, finding: &str, marks: &[Mark]) -> String {
    let mut svg = open(id, name, finding, BOTTOM);
    let _ = write!(svg, r#"<line class="base" x1="0" x2="{WIDTH}" y1="{BASE}" y2="{BASE}"/>"#);
    let tallest = marks.iter().map(Mark::height).max().unwrap_or(0).max(1);
    // Long numbers over narrow bars would run into each other: then every second is left to the table.
    let is_crowded =
        |text: fn(&Mark) -> &String| marks.len() > CROWDED && marks.iter().any(|mark| text(mark).chars().count() > 4);
    let (crowded, thin) = (is_crowded(|mark| &mark.shown), is_crowded(|mark| &mark.label));
    let is_second = |n: i64| (i64::try_from(marks.len()).unwrap_or(0) - 1 - n) % 2 == 0;
    let told = |n: i64, mark: &Mark| !crowded || is_second(n) || mark.height() == tallest;
    let slot = WIDTH * 10 / i64::try_from(marks.len().max(1)).unwrap_or(1);
    for (n, mark) in (0i64..).zip(marks) {
        let (left, width) = (n * slot / 10 + slot / 80, (slot * 3 / 40).max(4));
        let middle = left + width / 2;
        let mut foot = BASE;
        for (part, class) in mark.parts.iter().zip(if mark.strong { ["c1", "c3", "c2"] } else { ["c2", "c3", "c4"] }) {
            let tall = (*part).max(0) * (BASE - TOP) / tallest;
            foot -= tall;
            let _ = write!(svg, r#"<rect class="{class}" x="{left}" y="{foot}" width="{width}" height="{tall}"/>"#);
        }
        let (over, under) = (foot - 6, BASE + 20);
        let _ = write!(
            svg,
            r#"<text class="v xs" x="{middle}" y="{over}" text-anchor="middle">{}</text><text class="xs" x="{middle}" y="{under}" text-anchor="middle">{}</text>"#,
            if told(n, mark) { escaped(&mark.shown) } else { String::new() },
            if !thin || is_second(n) { escaped(&mark.label) } else { String::new() }
        );
    }
    svg.push_str("</svg>");
    svg
}

/// One bar from left to right, cut in parts: each with its words below.
#[must_use]
pub fn parts(id: &str, name: &str, finding: &str, marks: &[Mark]) -> String {
    let mut svg = open(id, name, finding, 74);
    let whole = marks.iter().map(Mark::height).sum::<i64>().max(1);
    let mut left = 0;
    for (mark, class) in marks.iter().zip(["c1", "c2", "c3", "c4", "c5"]) {
        let width = mark.height() * WIDTH / whole;
        let drawn = (width - 2).max(1);
        let _ = write!(
            svg,
            r#"<rect class="{class}" x="{left}" y="0" width="{drawn}" height="34"/><text class="v" x="{left}" y="62">{} {}</text>"#,
            escaped(&mark.shown),
            escaped(&mark.label)
        );
        left += width;
    }
    svg.push_str("</svg>");
    svg
}

/// A line through the marks; the first, the last and the highest carry their values.
#[must_use]
pub fn line(id: &str, name: &str, finding: &str, marks: &[Mark]) -> String {
    let mut svg = open(id, name, finding, BOTTOM);
    let _ = write!(svg, r#"<line class="base" x1="0" x2="{WIDTH}" y1="{BASE}" y2="{BASE}"/>"#);
    let tallest = marks.iter().map(Mark::height).max().unwrap_or(0).max(1);
    let steps = i64::try_from(marks.len().saturating_sub(1).max(1)).unwrap_or(1);
    let place =
        |n: i64, mark: &Mark| (24 + n * (WIDTH - 48) / steps, BASE - mark.height() * (BASE - TOP - 8) / tallest);
    let way: Vec<String> = (0i64..)
        .zip(marks)
        .map(|(n, mark)| {
            let (x, y) = place(n, mark);
            format!("{x},{y}")
        })
        .collect();
    let _ = write!(svg, r#"<polyline class="way" points="{}"/>"#, way.join(" "));
    for (n, mark) in (0i64..).zip(marks) {
        let ((x, y), under) = (place(n, mark), BASE + 20);
        let told = n == 0 || n == steps || mark.height() == tallest;
        let value = if told { escaped(&mark.shown) } else { String::new() };
        let over = y - 10;
        let _ = write!(
            svg,
            r#"<circle class="c1" cx="{x}" cy="{y}" r="4"/><text class="v xs" x="{x}" y="{over}" text-anchor="middle">{value}</text><text class="xs" x="{x}" y="{under}" text-anchor="middle">{}</text>"#,
            escaped(&mark.label)
        );
    }
    svg.push_str("</svg>");
    svg
}

fn open(id: &str, name: &str, finding: &str, height: i64) -> String {
    let (name, finding) = (escaped(name), escaped(finding));
    format!(
        r#"<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{id}-t {id}-d"><title id="{id}-t">{name}</title><desc id="{id}-d">{finding}</desc>"#
    )
}

/// Text as it may stand in the drawing.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
