//! `naheya simulate`: invented counties of any size, to try the program at the size of a nation.

use std::io::{IsTerminal, Write, stderr};
use std::process::ExitCode;

use clap::Args;
use naheya_domain::Role;
use naheya_store::demo::{Simulation, Told, password};
use naheya_store::{Error, Store};

use crate::clock::now;
use crate::failure::Failure;
use crate::place::PlaceArgs;
use crate::say::{say, tell};

/// Flags of `naheya simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Counties; the largest has fifty times as many children as the smallest
    #[arg(long, value_name = "N")]
    counties: u32,
    /// Children in all
    #[arg(long, value_name = "N")]
    children: u32,
    /// Stays in all that have come to their end
    #[arg(long, value_name = "N")]
    stays: u32,
    /// This weekend and the next are on their way too
    #[arg(long)]
    weekend: bool,
    /// The same seed tells the same records on the same day
    #[arg(long, value_name = "TEXT", default_value = "naheya")]
    seed: String,
}

/// Tells them into an empty place.
pub async fn run(args: SimulateArgs) -> Result<ExitCode, Failure> {
    let (counties, children, stays) = (args.counties, args.children, args.stays);
    let what = Simulation { counties, children, stays, seed: args.seed, part: Simulation::PART, running: args.weekend };
    what.judge().map_err(refused)?;
    let store = args.place.open().await?;
    let told = tell(&store, &what).await;
    store.close().await?;
    told?;
    Ok(ExitCode::SUCCESS)
}

async fn tell(store: &Store, what: &Simulation) -> Result<(), Failure> {
    let password = password()?;
    let told = store.simulate(what, &password, now(), progress).await;
    if stderr().is_terminal() {
        tell!("");
    }
    let told = told.map_err(refused)?;
    say!("{} counties, {} children, {} pairs, {} stays", told.counties, told.children, told.pairs, told.stays);
    for role in [Role::Coordinator, Role::Leader, Role::ClassTeacher] {
        say!("{0}\t{0}\t{password}", role.code());
    }
    Ok(())
}

/// How far it has come, on one line of a terminal.
fn progress(told: Told) {
    if stderr().is_terminal() {
        let mut terminal = stderr().lock();
        let _ = write!(terminal, "\r{} counties, {} children, {} stays ", told.counties, told.children, told.stays);
        let _ = terminal.flush();
    }
}

fn refused(error: Error) -> Failure {
    let Error::Refused(refusal) = &error else { return error.into() };
    let (what, todo) = match refusal.code {
        "simulate.counties" => ("So many counties cannot be told.", "Name 1 to 9000: --counties N."),
        "simulate.children" => {
            ("Each county needs a child.", "Name at least as many as there are counties: --children N.")
        }
        "simulate.stays" => {
            ("So few children cannot have been away so often.", "Name at most 36 stays for each child: --stays N.")
        }
        "demo.not_empty" => ("This place holds records.", "Name an empty one: --data DIR or --database-url URL."),
        _ => return error.into(),
    };
    Failure::new(what, todo)
}
