//! `naheya doctor`: the conscience of the records.

use std::process::ExitCode;

use clap::Args;
use naheya_store::Store;
use naheya_store::audit::Finding;

use crate::clock::now;
use crate::failure::Failure;
use crate::place::PlaceArgs;

/// Flags of `naheya doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Compare the rows of every audited table with their last audit event, not only children, volunteers, checks, pairs, stays and custody
    #[arg(long)]
    deep: bool,
    /// One JSON document instead of lines
    #[arg(long, value_parser = ["json"])]
    format: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Exit status 1 when there is a finding; each is named.
pub async fn run(args: DoctorArgs) -> Result<ExitCode, Failure> {
    let settings = args.place.settings()?;
    let store = Store::open(&args.place.location(&settings), &args.place.key(&settings)?.master).await?;
    store.check_key(now()).await?;
    let findings = store.examine(args.deep, now()).await?;
    store.close().await?;
    say(&findings, args.format.is_some());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn say(findings: &[Finding], json: bool) {
    if json {
        let rows: Vec<_> = findings
            .iter()
            .map(|f| serde_json::json!({"code": f.code, "area": f.area.to_string(), "table": f.table, "row": f.row}))
            .collect();
        println!("{}", serde_json::json!({"findings": rows}));
        return;
    }
    for finding in findings {
        println!("{}: {} {} (county {})", finding.code, finding.table, finding.row, finding.area);
    }
    if findings.is_empty() {
        println!("Nothing found.");
    }
}
