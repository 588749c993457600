//! The matching engine, and beside it the Python package `matching` where Python is there.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Figure, below};
use crate::process::{answer, cargo, run, target};
use crate::{Failure, Outcome};

/// The release compared with.
const PACKAGE: &str = "matching==1.4.3";

/// Reads a strict instance of one place a home, solves it with the package, says milliseconds of processor time for creating the game and for solving it.
const SCRIPT: &str = r#"
import json, sys, threading, time
from matching.games import HospitalResident
# The package copies players that are linked to each other, which takes deep recursion from about a thousand on.
sys.setrecursionlimit(10**6)
threading.stack_size(512 * 2**20)
def main():
    given = json.load(open(sys.argv[1]))
    lists = lambda field: {k: [tie[0] for tie in row] for k, row in enumerate(given[field]) if row}
    residents, hospitals = lists("child_prefs"), lists("volunteer_prefs")
    start = time.process_time()
    game = HospitalResident.create_from_dictionaries(residents, hospitals, {k: 1 for k in hospitals})
    made = time.process_time()
    matched = game.solve(optimal="resident")
    solved = time.process_time()
    print(sum(map(len, matched.values())), 1000 * (made - start), 1000 * (solved - made))
thread = threading.Thread(target=main)
thread.start()
thread.join()
"#;

/// Children, homes, repetitions, the goal for one order in milliseconds.
const STRICT: [(u32, u32, u32, f64); 2] = [(180, 180, 2_000, 2.0), (1_045, 1_205, 200, 20.0)];
const TIED: [(u32, u32, f64); 2] = [(100_000, 5, 100.0), (1_000_000, 3, 1_000.0)];

/// One order, checked. No ties beside the package, which has none; with ties on both sides where it cannot follow.
pub fn matching(_: &Path) -> Result<Vec<Figure>, Failure> {
    run(cargo().args(["build", "--release", "--package", "naheya-matching", "--example", "solve"]))?;
    let folder = target().join("matching-bench");
    let written = |error: std::io::Error| Failure::new(format!("{} cannot be written: {error}", folder.display()), "");
    std::fs::create_dir_all(&folder).map_err(written)?;
    let python = package(&folder);
    println!(
        "Lists of 10 without ties, which the package does not know; milliseconds of processor time; placed in brackets."
    );
    println!("{:<16} {:>18} {:>40}", "size", "one order, checked", "Python matching: create + solve");
    let mut figures = Vec::new();
    for (children, homes, times, goal) in STRICT {
        let file = folder.join(format!("{children}x{homes}.json"));
        std::fs::write(&file, strict(children, homes)).map_err(written)?;
        let (placed, ours) = ours(&file.to_string_lossy(), times)?;
        let theirs = python.as_ref().map_or_else(|| "not measured".into(), |python| theirs(python, &folder, &file));
        let size = format!("{children} × {homes}");
        println!("{size:<16} {:>18} {theirs:>40}", format!("{ours:.3} ({placed})"));
        figures.push(below(format!("{size}, one order, no ties"), ours, "ms", goal));
    }
    for (people, times, goal) in TIED {
        let (_, ours) = ours(&format!("random:{people}:{people}:10:1"), times)?;
        figures.push(below(format!("{people} × {people}, one order, ties on both sides"), ours, "ms", goal));
    }
    Ok(figures)
}

/// Children placed, and milliseconds of one solve in the mean.
fn ours(instance: &str, times: u32) -> Result<(String, f64), Failure> {
    let solve = target().join("release/examples").join(format!("solve{}", std::env::consts::EXE_SUFFIX));
    let said = answer(&solve.to_string_lossy(), &["--one", &format!("--times={times}"), instance]).unwrap_or_default();
    let word_before = |what: &str| said.split(what).next().and_then(|before| before.rsplit(' ').next());
    let placed = said.split("placed ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let mean = word_before(" µs in the mean").and_then(|mean| mean.parse::<f64>().ok());
    let mean = mean.ok_or_else(|| Failure::new("the example says no time", "run it by hand"))?;
    Ok((placed.to_owned(), mean / 1_000.0))
}

/// The Python that has the package, in an environment of its own; what is missing is said and the bench goes on.
fn package(folder: &Path) -> Option<PathBuf> {
    let environment = folder.join("python");
    let python = environment.join("bin/python");
    let made = || -> Outcome {
        if answer(&python.to_string_lossy(), &["-c", "import matching"]).is_none() {
            run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
            run(Command::new(&python).args(["-m", "pip", "install", "--quiet", PACKAGE]))?;
        }
        std::fs::write(folder.join("beside.py"), SCRIPT).map_err(|error| Failure::new(error.to_string(), ""))
    };
    match made() {
        Ok(()) => Some(python),
        Err(_) => {
            println!(
                "The Python package {PACKAGE} cannot be had here (python3 with venv and pip, and a package index, are needed): left out."
            );
            None
        }
    }
}

fn theirs(python: &Path, folder: &Path, file: &Path) -> String {
    let script = folder.join("beside.py");
    let said = answer(&python.to_string_lossy(), &[&script.to_string_lossy(), &file.to_string_lossy()]);
    let said = said.unwrap_or_default();
    match said.split(' ').collect::<Vec<_>>().as_slice() {
        [placed, create, solve] => {
            let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
            format!("{:.1} + {:.1} ({placed})", number(create), number(solve))
        }
        _ => "fails".into(),
    }
}

/// Each child chooses 10 random homes, each home ranks those who chose it at random; nobody is tied.
fn strict(children: u32, homes: u32) -> String {
    let mut state = 11_u64;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % bound.max(1) as u64).unwrap_or(0)
    };
    let mut chosen_by: Vec<Vec<usize>> = vec![Vec::new(); homes as usize];
    let mut lists: Vec<Vec<usize>> = Vec::new();
    for child in 0..children as usize {
        let mut list = Vec::new();
        while list.len() < 10 {
            let home = below(homes as usize);
            if !list.contains(&home) {
                list.push(home);
                chosen_by.iter_mut().skip(home).take(1).for_each(|by| by.push(child));
            }
        }
        lists.push(list);
    }
    for list in &mut chosen_by {
        (1..list.len()).rev().for_each(|last| list.swap(last, below(last + 1)));
    }
    let written = |lists: &[Vec<usize>]| {
        let rows =
            lists.iter().map(|list| list.iter().map(|other| vec![*other]).collect::<Vec<_>>()).collect::<Vec<_>>();
        serde_json::to_string(&rows).unwrap_or_default()
    };
    format!(
        r#"{{"format":"naheya-hrt-1","children":{children},"volunteers":{homes},"capacity":{:?},"child_prefs":{},"volunteer_prefs":{}}}"#,
        vec![1; homes as usize],
        written(&lists),
        written(&chosen_by)
    )
}
