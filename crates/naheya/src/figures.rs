//! `naheya figures`: the county's figures, as the page and the API show them.

use std::process::ExitCode;

use clap::Args;
use naheya_domain::figure::{Figures, Shown};
use naheya_domain::{AreaId, Date};
use naheya_store::{Store, SystemTask};

use crate::clock::now;
use crate::failure::Failure;
use crate::place::PlaceArgs;
use crate::say::say;

/// Counties that one line names.
const NAMED: usize = 8;

/// Flags of `naheya figures`.
#[derive(Debug, Args)]
pub struct FiguresArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Six-digit county code [default: the one county that is kept here]
    #[arg(long, value_name = "CODE")]
    area: Option<String>,
    /// The day whose end the figures are told for [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
    /// One JSON document instead of lines
    #[arg(long, value_parser = ["json"])]
    format: Option<String>,
}

/// Prints the figures.
pub async fn run(args: FiguresArgs) -> Result<ExitCode, Failure> {
    let store = args.place.open_kept().await?;
    let told = figures(&store, &args).await;
    store.close().await?;
    let told = told?;
    if args.format.is_some() {
        let text = serde_json::to_string(&told)
            .map_err(|error| Failure::new(format!("The figures cannot be written: {error}."), "Please report it."))?;
        say!("{text}");
    } else {
        print(&told);
    }
    Ok(ExitCode::SUCCESS)
}

async fn figures(store: &Store, args: &FiguresArgs) -> Result<Figures, Failure> {
    let area = area(store, args.area.as_deref()).await?;
    let as_of = args.as_of.unwrap_or_else(|| now().date());
    Ok(store.as_system(SystemTask::Figures, area, now()).figures(as_of).await?)
}

/// The county that was named, or the only one there is.
async fn area(store: &Store, named: Option<&str>) -> Result<AreaId, Failure> {
    let kept: Vec<AreaId> = store.counties(now()).await?.into_iter().map(|(area, _)| area).collect();
    let codes = some_of(&kept);
    let choose = || match kept.len() {
        0 => "Import a roster first, or start with `naheya serve`.".to_owned(),
        _ => format!("Name one of those that are kept here: --area CODE ({codes})."),
    };
    match (named, kept.as_slice()) {
        (None, [only]) => Ok(*only),
        (None, []) => Err(Failure::new("No county is kept here.", choose())),
        (None, _) => Err(Failure::new("Several counties are kept here.", choose())),
        (Some(code), _) => {
            let found = AreaId::parse(code).filter(|area| kept.contains(area));
            found.ok_or_else(|| Failure::new(format!("The county {code} is not kept here."), choose()))
        }
    }
}

/// The first few of them, and how many more there are: of a nation's nobody reads all.
fn some_of(kept: &[AreaId]) -> String {
    let codes = kept.iter().take(NAMED).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match kept.len().saturating_sub(NAMED) {
        0 => codes,
        others => format!("{codes} and {others} more"),
    }
}

fn print(told: &Figures) {
    say!("{} {} {}", told.area, told.name, told.as_of);
    for (figure, shown) in told.all() {
        match shown {
            Shown::Exact(count) => say!("{}\t{count}", figure.key()),
            Shown::Few => say!("{}\t<5", figure.key()),
            Shown::Withheld => say!("{}\twithheld", figure.key()),
        }
    }
    for (kind, hours) in told.hours_by_kind() {
        say!("service_hours.{}\t{hours}", kind.code());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_counties_a_line_names_a_few_and_says_how_many_more_there_are() {
        let kept: Vec<AreaId> = (700_101..700_103).map(AreaId).collect();
        assert_eq!(some_of(&kept), "700101, 700102");
        let kept: Vec<AreaId> = (700_101..702_945).map(AreaId).collect();
        let said = some_of(&kept);
        assert!(said.starts_with("700101, ") && said.ends_with("700108 and 2836 more"), "{said}");
    }
}
