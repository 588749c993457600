//! The programs that the tests need: found, or installed where that can be done without asking.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{answer, run};
use crate::{Failure, Outcome};

/// The oldest Node that the browser tests run on; Debian 12 brings this one.
const NODE_MAJOR: u32 = 18;
/// The oldest PostgreSQL that the store supports.
const POSTGRES_MAJOR: u32 = 15;

/// Where everything was found.
pub struct Tools {
    /// The folder with `initdb` and `pg_ctl`.
    pub postgres: PathBuf,
    /// The browser.
    pub browser: Browser,
}

/// What the browser tests need.
pub struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
}

/// One program with the way to look for it and its Debian packages.
#[derive(Clone)]
struct Need {
    name: String,
    packages: &'static [&'static str],
    found: fn() -> bool,
}

/// All tools of `cargo xtask test`.
pub fn all() -> Result<Tools, Failure> {
    install_missing(&[vec![postgres_need()], browser_needs()].concat())?;
    Ok(Tools { postgres: postgres().ok_or_else(|| vanished("PostgreSQL"))?, browser: found_browser()? })
}

/// The tools of `cargo xtask e2e`.
pub fn browser() -> Result<Browser, Failure> {
    install_missing(&browser_needs())?;
    found_browser()
}

/// Whether this process is root.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").map(|it| it.uid()).ok() == Some(0) || answer("id", &["-u"]).as_deref() == Some("0")
}

fn found_browser() -> Result<Browser, Failure> {
    Ok(Browser { chromium: chromium().ok_or_else(|| vanished("Chromium"))? })
}

fn vanished(name: &str) -> Failure {
    Failure::new(format!("{name} was installed and still cannot be found"), "put its programs on PATH and run again")
}

fn postgres_need() -> Need {
    let name = format!("PostgreSQL {POSTGRES_MAJOR} or newer (the server's own programs, initdb and pg_ctl)");
    Need { name, packages: &["postgresql"], found: || postgres().is_some() }
}

fn browser_needs() -> Vec<Need> {
    vec![
        Need { name: "Chromium or Chrome".into(), packages: &["chromium"], found: || chromium().is_some() },
        Need {
            name: format!("Node.js {NODE_MAJOR} or newer"),
            packages: &["nodejs"],
            found: || node_major().is_some_and(|major| major >= NODE_MAJOR),
        },
        Need { name: "npm".into(), packages: &["npm"], found: || answer("npm", &["--version"]).is_some() },
        Need {
            name: "a font with Chinese characters".into(),
            packages: &["fonts-wqy-zenhei", "fontconfig"],
            found: has_chinese_font,
        },
    ]
}

fn install_missing(needs: &[Need]) -> Outcome {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.found)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if is_root() && Path::new("/etc/debian_version").exists() {
        install(&missing)?;
    }
    let still: Vec<&Need> = missing.into_iter().filter(|need| !(need.found)()).collect();
    if still.is_empty() { Ok(()) } else { Err(absent(&still)) }
}

fn install(missing: &[&Need]) -> Outcome {
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    println!("Installing {}", packages.join(", "));
    run(apt().args(["update", "-q"]))?;
    run(apt().args(["install", "-q", "-y", "--no-install-recommends"]).args(&packages))
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "DPkg::Lock::Timeout=300"]);
    command
}

fn absent(needs: &[&Need]) -> Failure {
    let names: Vec<&str> = needs.iter().map(|need| need.name.as_str()).collect();
    let packages: Vec<&str> = needs.iter().flat_map(|need| need.packages).copied().collect();
    Failure::new(
        format!("Missing: {}", names.join("; ")),
        format!(
            "install them, then run again. On Debian: sudo apt-get install --no-install-recommends {} \
             (or run this as root). Elsewhere: by your system's packages",
            packages.join(" ")
        ),
    )
}

/// The folder with `initdb` and `pg_ctl`, when PostgreSQL is installed.
pub fn postgres() -> Option<PathBuf> {
    let debian =
        std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|it| it.path().join("bin"));
    let mut folders: Vec<(u32, PathBuf)> =
        on_path().chain(debian).filter_map(|folder| Some((postgres_major(&folder)?, folder))).collect();
    folders.sort();
    folders.pop().filter(|(major, _)| *major >= POSTGRES_MAJOR).map(|(_, folder)| folder)
}

fn postgres_major(folder: &Path) -> Option<u32> {
    let initdb = folder.join("initdb");
    if !initdb.is_file() || !folder.join("pg_ctl").is_file() {
        return None;
    }
    first_number(&answer(initdb.to_str()?, &["--version"])?)
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("NAHEYA_CHROMIUM").map(PathBuf::from);
    let usual = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let installed = usual.iter().flat_map(|name| on_path().map(move |folder| folder.join(name)));
    named.into_iter().chain(installed).find(|path| path.is_file())
}

fn node_major() -> Option<u32> {
    first_number(&answer("node", &["--version"])?)
}

/// Without fontconfig nobody can tell, and a system that is not Linux brings its own fonts.
fn has_chinese_font() -> bool {
    cfg!(not(target_os = "linux")) || answer("fc-list", &[":lang=zh"]).is_some_and(|fonts| !fonts.is_empty())
}

fn on_path() -> impl Iterator<Item = PathBuf> {
    std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .unwrap_or_default()
        .into_iter()
}

fn first_number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::first_number;

    #[test]
    fn a_version_answer_gives_its_major_number() {
        assert_eq!(first_number("initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(first_number("v18.20.4"), Some(18));
        assert_eq!(first_number("unknown"), None);
    }
}
