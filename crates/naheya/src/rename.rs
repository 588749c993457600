//! `naheya rename`: the State gave a county, a league or a region another name. Its number stays.

use std::process::ExitCode;

use clap::Args;
use naheya_domain::AreaId;
use naheya_store::county::NameCounty;
use naheya_store::{Error, SystemTask};

use crate::clock::now;
use crate::failure::Failure;
use crate::place::PlaceArgs;
use crate::say::say;

/// Flags of `naheya rename`.
#[derive(Debug, Args)]
pub struct RenameArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Six digits: 150825 a county that is kept here, 150800 a league or city, 150000 a region
    #[arg(value_name = "AREA")]
    area: String,
    /// The name from now on
    #[arg(long)]
    name: String,
}

/// Writes the name down. What is signed and told stays as it is.
pub async fn run(args: RenameArgs) -> Result<ExitCode, Failure> {
    let area = AreaId::parse(&args.area).ok_or_else(absent)?;
    let store = args.place.open_kept().await?;
    let desk = store.as_system(SystemTask::SetUp, area, now());
    let renamed = desk.save(NameCounty { name: args.name.clone() }).await;
    store.close().await?;
    match renamed {
        Ok(()) => say!("{area} is called {}. Start naheya serve anew, so that its pages say so.", args.name.trim()),
        Err(Error::Refused(refusal)) if refusal.code == "county.absent" => return Err(absent()),
        Err(Error::Invalid(_)) => {
            return Err(Failure::new("This is no name for an area.", "Give one of 2 to 30 characters: --name NAME."));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn absent() -> Failure {
    Failure::new(
        "No area with this number is known here.",
        "Write the six digits of a county that is kept here, or of a league or region around one.",
    )
}
