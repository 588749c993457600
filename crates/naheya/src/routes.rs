//! `naheya routes`: every door with who may knock.

use std::process::ExitCode;

use clap::Args;

use crate::failure::Failure;
use crate::say::say;

/// Flags of `naheya routes`.
#[derive(Debug, Args)]
pub struct RoutesArgs {
    /// One JSON document instead of lines
    #[arg(long, value_parser = ["json"])]
    format: Option<String>,
}

/// Prints the route table.
pub fn run(args: &RoutesArgs) -> Result<ExitCode, Failure> {
    let routes = naheya_web::listing();
    if args.format.is_some() {
        let text = serde_json::to_string(&routes)
            .map_err(|error| Failure::new(format!("The list cannot be written: {error}."), "Please report it."))?;
        say!("{text}");
    } else {
        for route in routes {
            say!("{}\t{}\t{}\t{}", route.method, route.path, route.knock.join(","), route.noun);
        }
    }
    Ok(ExitCode::SUCCESS)
}
