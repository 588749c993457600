//! `cargo xtask bench`: figures of the release build beside their goals. Add a bench as a line of [`BENCHES`] and a function.

mod client;
mod home;
mod hour;
mod matching;
mod place;
mod save;

use std::path::{Path, PathBuf};

use crate::process::{cargo, run, target};
use crate::{Failure, Outcome};

/// One named measurement.
struct Bench {
    /// What one types after `cargo xtask bench`.
    name: &'static str,
    /// What it measures, in a line.
    about: &'static str,
    /// Whether it measures the release binary.
    of_program: bool,
    /// Does the work; the path is the release binary.
    measure: fn(&Path) -> Result<Vec<Figure>, Failure>,
}

/// One measured value beside its goal.
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// The value, in `unit`.
    pub value: f64,
    /// The unit of value and goal.
    pub unit: &'static str,
    /// What it must keep to.
    pub goal: Goal,
}

/// The side of the goal on which the value must lie.
#[derive(Clone, Copy)]
pub enum Goal {
    /// Smaller is good.
    Below(f64),
    /// Larger is good.
    Above(f64),
}

const BENCHES: &[Bench] = &[
    Bench { name: "binary", about: "size of the release binary", of_program: true, measure: binary_size },
    Bench { name: "demo", about: "the demo from nothing, and its memory", of_program: true, measure: place::demo },
    Bench {
        name: "import",
        about: "a roster of 5,000 children, on each engine",
        of_program: true,
        measure: place::import,
    },
    Bench {
        name: "pages",
        about: "lists, files, search, dashboard over HTTP",
        of_program: true,
        measure: place::pages,
    },
    Bench {
        name: "county",
        about: "a county of 100,000 children, on each engine",
        of_program: true,
        measure: place::county,
    },
    Bench {
        name: "nation",
        about: "the pages of nation, region and league over 2,844 counties, on each engine",
        of_program: true,
        measure: place::nation,
    },
    Bench {
        name: "saves",
        about: "forms saved over HTTP, with and without commits in common, and the start after kill -9",
        of_program: true,
        measure: save::saves,
    },
    Bench {
        name: "home",
        about: "a volunteer's home on a bad road, in the browser",
        of_program: true,
        measure: home::home,
    },
    Bench {
        name: "hour",
        about: "an hour of mixed requests at half of what it can do: memory and file handles",
        of_program: true,
        measure: hour::hour,
    },
    Bench {
        name: "matching",
        about: "the matching engine beside the Python package of that name",
        of_program: false,
        measure: matching::matching,
    },
];

/// A value that must stay below `most`.
fn below(what: impl Into<String>, value: f64, unit: &'static str, most: f64) -> Figure {
    Figure { what: what.into(), value, unit, goal: Goal::Below(most) }
}

/// A value that must reach `least`.
fn above(what: impl Into<String>, value: f64, unit: &'static str, least: f64) -> Figure {
    Figure { what: what.into(), value, unit, goal: Goal::Above(least) }
}

/// Runs the named benches, or all; `--list` names them. A missed goal is shown and fails the command.
pub fn bench(words: &[&str]) -> Outcome {
    if words == ["--list"] {
        for bench in BENCHES {
            println!("{:<12} {}", bench.name, bench.about);
        }
        return Ok(());
    }
    let chosen = choose(words)?;
    let binary = if chosen.iter().any(|bench| bench.of_program) { binary()? } else { PathBuf::new() };
    let mut missed = 0;
    for bench in chosen {
        println!("\n=== {}: {} ===", bench.name, bench.about);
        for figure in (bench.measure)(&binary)? {
            println!("{}", figure.line());
            missed += usize::from(!figure.holds());
        }
    }
    if missed == 0 {
        Ok(())
    } else {
        Err(Failure::new(format!("{missed} goals missed"), "see the lines marked MISSED"))
    }
}

/// The release build, or the program that `NAHEYA_BINARY` names, so that two can be compared.
fn binary() -> Result<PathBuf, Failure> {
    if let Some(other) = std::env::var_os("NAHEYA_BINARY") {
        return Ok(other.into());
    }
    run(cargo().args(["build", "--release", "--package", "naheya"]))?;
    Ok(target().join("release").join(format!("naheya{}", std::env::consts::EXE_SUFFIX)))
}

fn choose(words: &[&str]) -> Result<Vec<&'static Bench>, Failure> {
    if words.is_empty() {
        return Ok(BENCHES.iter().collect());
    }
    words
        .iter()
        .map(|word| {
            let found = BENCHES.iter().find(|bench| bench.name == *word);
            found.ok_or_else(|| Failure::new(format!("there is no bench {word}"), "cargo xtask bench --list"))
        })
        .collect()
}

impl Figure {
    fn holds(&self) -> bool {
        match self.goal {
            Goal::Below(most) => self.value < most,
            Goal::Above(least) => self.value >= least,
        }
    }

    /// How much of the goal is used: below 1 is better than the goal.
    fn ratio(&self) -> f64 {
        match self.goal {
            Goal::Below(most) => self.value / most,
            Goal::Above(least) => least / self.value,
        }
    }

    fn line(&self) -> String {
        let goal = match self.goal {
            Goal::Below(most) => format!("< {most} {}", self.unit),
            Goal::Above(least) => format!(">= {least} {}", self.unit),
        };
        let mark = if self.holds() { "" } else { "  MISSED" };
        format!(
            "{:<56} {:>10.2} {:<6} goal {goal:<14} ratio {:.2}{mark}",
            self.what,
            self.value,
            self.unit,
            self.ratio()
        )
    }
}

/// Goal: the file travels on a USB stick and over a county's network.
fn binary_size(binary: &Path) -> Result<Vec<Figure>, Failure> {
    let bytes = std::fs::metadata(binary)
        .map_err(|error| Failure::new(format!("no release binary: {error}"), "cargo build --release"))?;
    let mebibytes = f64::from(u32::try_from(bytes.len() / 1024).unwrap_or(u32::MAX)) / 1024.0;
    Ok(vec![below("release binary", mebibytes, "MiB", 30.0)])
}

#[cfg(test)]
mod tests {
    use super::{Figure, Goal, choose};

    #[test]
    fn a_goal_missed_is_marked() {
        let figure = Figure { what: "x".into(), value: 31.0, unit: "MiB", goal: Goal::Below(30.0) };
        assert!(!figure.holds());
        assert!(figure.line().ends_with("MISSED"));
    }

    #[test]
    fn an_unknown_bench_is_refused() {
        assert!(choose(&["no-such-bench"]).is_err());
        assert!(choose(&[]).is_ok_and(|all| !all.is_empty()));
    }
}
