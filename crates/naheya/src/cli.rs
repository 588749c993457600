//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::place::PlaceArgs;
use crate::say::{arrived, say, tell};
use crate::{backup, county, demo, doctor, figures, import, level, matching, rename, routes, serve, simulate};

/// Naheya (娜荷芽): carries Weekend Mothers.
#[derive(Debug, Parser)]
#[command(name = "naheya", version, about, long_about = None)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try everything with an invented banner, on this machine only
    Demo(demo::DemoArgs),
    /// Serve the programme
    Serve(serve::ServeArgs),
    /// Bring the database to the newest schema
    Migrate(PlaceArgs),
    /// Check the records: schema, audit chain, every watched row
    Doctor(doctor::DoctorArgs),
    /// Copy everything into one sealed file, also while serving
    Backup(backup::FileArgs),
    /// Put a backup into an empty place
    Restore(backup::FileArgs),
    /// Read a roster of children, volunteers or pairs into the register
    Import(import::ImportArgs),
    /// Match children and homes by two-way choice, from a JSON file
    Match(matching::MatchArgs),
    /// Tell the county's figures as of a day
    Figures(figures::FiguresArgs),
    /// Open another county here, with its administrator and its leader
    County(county::CountyArgs),
    /// Write down another name of a county, a league or a region
    Rename(rename::RenameArgs),
    /// Let in somebody of a league, a region or the nation, who sees figures only
    Level(level::LevelArgs),
    /// Tell invented counties of any size, to try the program with
    Simulate(simulate::SimulateArgs),
    /// List every route with who may knock
    Routes(routes::RoutesArgs),
}

/// With this `naheya serve --supervised` ends after what may pass by itself (`EX_TEMPFAIL` of `sysexits.h`): whoever watches over
/// it starts it again. Anything else needs a person, and the same start would end the same way.
const TRY_AGAIN: u8 = 75;

/// Runs the command; 0 done, 1 faults found or failed, 2 wrong usage; for a supervisor, 75 worth another start.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let is_supervised = matches!(&cli.command, Command::Serve(args) if args.supervised);
    // What these say is how to reach them, no result: they stand, whoever reads it.
    let serves = matches!(&cli.command, Command::Serve(_) | Command::Demo(_));
    let done = match cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Serve(args) => block_on(serve::run(args)),
        Command::Migrate(args) => block_on(migrate(args)),
        Command::Doctor(args) => block_on(doctor::run(args)),
        Command::Backup(args) => block_on(backup::back_up(args)),
        Command::Restore(args) => block_on(backup::restore(args)),
        Command::Import(args) => block_on(import::run(args)),
        Command::Match(args) => matching::run(&args),
        Command::Figures(args) => block_on(figures::run(args)),
        Command::County(args) => block_on(county::run(args)),
        Command::Rename(args) => block_on(rename::run(args)),
        Command::Level(args) => block_on(level::run(args)),
        Command::Simulate(args) => block_on(simulate::run(args)),
        Command::Routes(args) => routes::run(&args),
    };
    let done = done.and_then(|status| if serves { Ok(status) } else { arrived().map(|()| status) });
    done.unwrap_or_else(|failure| {
        tell!("{failure}");
        if is_supervised && failure.passes { ExitCode::from(TRY_AGAIN) } else { ExitCode::FAILURE }
    })
}

/// Tasks that a thread takes on before it looks for what has come in from outside. Pages take about a millisecond each:
/// the usual 61 would leave a fresh request waiting behind all of them.
const EVENTS: u32 = 5;

/// Runs what reads or writes records, on threads that end with it.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    // Twice the cores: pages take their turns by the system's clock too, and none waits behind a row of long ones.
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2 * cores).event_interval(EVENTS).enable_all().build().map_err(|error| {
        let what = format!("The program cannot start its threads: {error}.");
        Failure::new(what, "Free some memory and try again.").that_passes()
    })?;
    runtime.block_on(work)
}

async fn migrate(args: PlaceArgs) -> Result<ExitCode, Failure> {
    args.upgrade().await?;
    say!("The schema is up to date.");
    Ok(ExitCode::SUCCESS)
}
