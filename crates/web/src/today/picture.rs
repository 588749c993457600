//! This weekend as a dot a child, and the weekends before it as bars.

use std::fmt::Write;

use naheya_domain::time::Date;
use naheya_store::today::{Dots, Today};

use crate::chart::{self, Mark};
use crate::words::Words;

/// One mark a child: a full dot is fetched, an open one approved, a square back, a diamond waits.
pub(super) fn dots(dots: Dots) -> String {
    const ROW: i64 = 23;
    let kinds = [(dots.away, "away"), (dots.approved, "going"), (dots.back, "back"), (dots.waiting, "open")];
    let marks = kinds.into_iter().flat_map(|(n, kind)| (0..n.max(0)).map(move |_| kind));
    let mut svg = String::new();
    let mut rows = 1;
    for (n, kind) in (0i64..).zip(marks.take(230)) {
        let (x, y) = (80 + n % ROW * 126, 80 + n / ROW * 150);
        rows = n / ROW + 1;
        let (x, y) = (format!("{}.{}", x / 10, x % 10), y / 10);
        let _ = match kind {
            "open" => write!(svg, r#"<path class="d-open" d="M{x} {}l5 5-5 5-5-5z"/>"#, y - 5),
            "back" => write!(svg, r#"<path class="d-back" d="M{x} {}m-4 0h8v8h-8z"/>"#, y - 4),
            other => write!(svg, r#"<circle class="d-{other}" cx="{x}" cy="{y}" r="4.2"/>"#),
        };
    }
    format!(r#"<svg class="kids" viewBox="0 0 294 {}" aria-hidden="true">{svg}</svg>"#, rows * 15 + 2)
}

/// The same in words.
pub(super) fn dots_words(w: Words, dots: Dots) -> String {
    let parts = [
        (dots.away, "today-dots-away"),
        (dots.approved, "today-dots-going"),
        (dots.back, "today-dots-back"),
        (dots.waiting, "today-dots-open"),
    ];
    let words: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, id)| w.t1(id, "n", n)).collect();
    if words.is_empty() { w.t("today-dots-none") } else { words.join(w.t("today-comma").as_str()) }
}

/// How many children went in each weekend shown; nothing while none ever did: thirteen noughts tell a new county nothing.
pub(super) fn weekends(w: Words, found: &Today) -> String {
    if found.weekends.iter().all(|(_, count)| *count == 0) {
        return String::new();
    }
    let last = found.weekends.len().saturating_sub(1);
    let mark = |(n, (friday, count)): (usize, &(Date, i64))| {
        let day = format!("{}/{}", friday.month(), friday.day());
        let label = if n == last { w.t("today-weekend-now") } else { day };
        // On a long holiday children are with their own families: a nought would read as a weekend that failed.
        let is_off = *count == 0 && found.days_off.contains(friday);
        let shown = if is_off { w.t("today-weekend-off") } else { w.count(*count) };
        Mark { strong: n != last, ..Mark::new(label, *count, shown) }
    };
    let marks: Vec<Mark> = found.weekends.iter().enumerate().map(mark).collect();
    let usual = found.weekends.iter().map(|(_, n)| n).sum::<i64>() / i64::try_from(marks.len().max(1)).unwrap_or(1);
    chart::bars("weekends", &w.t("today-weekends"), &w.t1("today-usual", "n", usual), &marks)
}
