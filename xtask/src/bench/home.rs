//! A volunteer's home on a bad road: what it weighs and when it can be used, measured in Chromium by
//! `e2e/bench/home.mjs`.

use std::path::Path;
use std::process::Command;

use super::{Figure, below};
use crate::process::stream;
use crate::{Failure, browser, tool};

/// HTML, style and scripts as they come over the wire, and the time until the page can be used.
pub fn home(binary: &Path) -> Result<Vec<Figure>, Failure> {
    let chromium = tool::browser()?.chromium;
    let folder = browser::ready()?;
    let mut command = Command::new("node");
    command.current_dir(folder).arg("bench/home.mjs").env("NAHEYA_BINARY", binary).env("NAHEYA_CHROMIUM", chromium);
    let mut figures = Vec::new();
    stream(&mut command, |line| figures.extend(figure(line)))?;
    Ok(figures)
}

/// `name<TAB>number`.
fn figure(line: &str) -> Option<Figure> {
    let (what, number) = line.split_once('\t')?;
    let number = number.trim().parse::<f64>().ok()?;
    match what.split_once(": ")? {
        (how, "bytes") => Some(below(format!("volunteer's home {how}, all"), number / 1000.0, "kB", 30.0)),
        (how, "milliseconds") => Some(below(format!("volunteer's home {how}, usable"), number / 1000.0, "s", 2.0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn a_line_becomes_a_figure_with_its_goal() {
        let read = figure("with script: bytes\t21000");
        assert_eq!(read.map(|f| (f.value, f.unit)), Some((21.0, "kB")));
        assert!(figure("ready").is_none());
        assert!(figure("with script: lines\t3").is_none());
    }
}
